"""Products that follow one another or come to an end: who inherits history, whose demand runs out."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from forecasting.schema import Panel

Floats = npt.NDArray[np.floating]
Codes = npt.NDArray[np.intp]
HANDOVER_HALF_LIFE = 4.0  # weeks in which a replaced product loses half its demand to its successor
PHASE_OUT_HALF_LIFE = 13.0  # weeks in which a discontinued product loses half its demand
ENDING = ("discontinued", "phase_out")


def links(panel: Panel) -> tuple[Codes, Codes]:
    """Row of each successor and of its predecessor, where both have a history."""
    before = panel.groups.get("predecessor")
    if before is None:
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    at = {sku: i for i, sku in enumerate(panel.skus)}
    pairs = [(i, at[p]) for i, p in enumerate(before) if p in at and at[p] != i]
    return np.array([i for i, _ in pairs], np.intp), np.array([p for _, p in pairs], np.intp)


def inherit(panel: Panel) -> Panel:
    """Give each successor its predecessor's sales: until its own first sale alone, from then on beside its own.

    What a successor is forecast from is the demand for both; `handed_over` takes out what the predecessor keeps.
    """
    heir, source = links(panel)
    if not len(heir):
        return panel
    own, other = panel.units[heir], panel.units[source]
    sold = np.maximum.accumulate(np.nan_to_num(own) > 0, axis=1)
    units, availability = panel.units.copy(), panel.availability.copy()
    units[heir] = np.where(sold, own + np.nan_to_num(other), other)
    availability[heir] = np.where(
        sold, np.fmax(panel.availability[heir], panel.availability[source]), panel.availability[source]
    )
    return replace(panel, units=units, availability=availability)


def handed_over(panel: Panel, mean: Floats) -> Floats:
    """Weekly means (sku, week ahead) with replaced and discontinued products running out.

    panel: before `inherit`. Once a successor has sold, its predecessor's demand halves every four weeks and the
    successor gets the rest of the demand for both. Before that both stand: nobody knows when it starts.
    """
    mean, ahead = mean.copy(), np.arange(1, mean.shape[1] + 1)
    heir, source = links(panel)
    active = (np.nan_to_num(panel.units[heir]) > 0).any(axis=1)
    heir, source = heir[active], source[active]
    if "status" in panel.groups:
        ending = np.isin(panel.groups["status"], ENDING)
        ending[source] = False
        mean[ending] *= 0.5 ** (ahead / PHASE_OUT_HALF_LIFE)
    kept = mean[source] * 0.5 ** (ahead / HANDOVER_HALF_LIFE)
    np.subtract.at(mean, heir, np.minimum(kept, mean[heir]))
    mean[source] = kept
    return np.maximum(mean, 0.0)
