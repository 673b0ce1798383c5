"""Products without much history: a level from like items."""

import numpy as np
import numpy.typing as npt
from scipy import sparse

from forecasting.schema import Panel

Floats = npt.NDArray[np.floating]
THIN = 13.0  # weeks of evidence below which like items are asked
SAME = {"category": 1.0, "brand": 0.5, "store": 0.5, "marketplace": 1.0}  # worth of an equal label
TITLE_WORTH, PRICE_WORTH, PRICE_REACH = 2.0, 1.0, 0.5
SHARPNESS = 2.0  # e-fold weight per half unit of likeness
CHUNK = 500


def like_levels(panel: Panel, level: Floats, evidence: Floats, typical: float) -> Floats:
    """What to believe of each SKU's level without its own sales, (sku,): the weighted geometric mean of like
    items' levels for thin SKUs (category, brand, price, words of the title), the typical level for the others.
    """
    prior = np.full(len(level), typical)
    thin = np.flatnonzero(evidence < THIN)
    known = np.flatnonzero(evidence >= THIN)
    if not len(thin) or not len(known) or not _tells_apart(panel):
        return prior
    price, words = _last_price(panel), _title_words(panel)
    log_level = np.log(np.maximum(level[known], 0.01))
    for start in range(0, len(thin), CHUNK):
        rows = thin[start : start + CHUNK]
        weight = np.exp(SHARPNESS * _likeness(panel, rows, known, price, words))
        prior[rows] = np.exp(weight @ log_level / weight.sum(axis=1))
    return prior


def _tells_apart(panel: Panel) -> bool:
    return any(name in panel.groups for name in (*SAME, "title")) or not np.isnan(panel.price).all()


def _likeness(
    panel: Panel,
    rows: npt.NDArray[np.intp],
    known: npt.NDArray[np.intp],
    price: Floats,
    words: sparse.csr_matrix | None,
) -> Floats:
    like = np.zeros((len(rows), len(known)))
    for name, worth in SAME.items():
        if name in panel.groups:
            label = panel.groups[name]
            like += worth * ((label[rows][:, None] == label[known][None]) & (label[rows] != None)[:, None])  # noqa: E711
    apart = np.abs(price[rows][:, None] - price[known][None])
    like += PRICE_WORTH * np.nan_to_num(np.exp(-apart / PRICE_REACH))
    if words is not None:
        like += TITLE_WORTH * (words[rows] @ words[known].T).toarray()
    return like


def _last_price(panel: Panel) -> Floats:
    """Log of the last price known, NaN where none is."""
    known = np.isfinite(panel.price) & (panel.price > 0)
    last = panel.price.shape[1] - 1 - known[:, ::-1].argmax(axis=1)
    price = panel.price[np.arange(len(last)), last]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(known.any(axis=1), np.log(price), np.nan)


def _title_words(panel: Panel) -> sparse.csr_matrix | None:
    """Unit-length word vectors of the titles, rare words weighing more."""
    if "title" not in panel.groups:
        return None
    split = [sorted(set(str(t).lower().split())) if t is not None else [] for t in panel.groups["title"]]
    vocabulary = {word: k for k, word in enumerate(sorted({w for words in split for w in words}))}
    row = np.repeat(np.arange(len(split)), [len(words) for words in split])
    column = np.array([vocabulary[w] for words in split for w in words], dtype=np.intp)
    if not len(column):
        return None
    rarity = np.log(1 + len(split) / np.bincount(column, minlength=len(vocabulary)))
    matrix = sparse.csr_matrix((rarity[column], (row, column)), shape=(len(split), len(vocabulary)))
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return sparse.csr_matrix(sparse.diags(1 / np.maximum(length, 1e-9)) @ matrix)
