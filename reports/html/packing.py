"""Large data inside a page: JSON by column, deflated, base64; the page unpacks a block when it is looked at.

Numbers are whole: `scaled` multiplies by a power of ten and rounds, because whole numbers are short as text and
deflate well. Texts of a column are numbered within the block. A missing number is null.
"""

import base64
import json
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.floating]
_LARGEST = 9e15  # beyond it a whole number is not exact in the browser


def pack(value: Any) -> str:
    """`value` as JSON, deflated (raw), base64."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
    return base64.b64encode(deflate.compress(text.encode("utf-8", errors="replace")) + deflate.flush()).decode()


def unpack(text: str) -> Any:
    """The inverse of `pack`."""
    return json.loads(zlib.decompress(base64.b64decode(text), -15))


def scaled(values: Any, scale: int = 1) -> list[Any]:
    """`values` times `scale` as whole numbers, nested as the array is; what is not finite is None."""
    array = np.asarray(values, dtype=float)
    known = np.isfinite(array)
    whole = np.rint(np.clip(np.where(known, array, 0), -_LARGEST / scale, _LARGEST / scale) * scale).astype(np.int64)
    if known.all():
        return list(whole.tolist())
    cells = np.full(whole.shape, None, dtype=object)
    cells[known] = whole[known]
    return list(cells.tolist())


def numbered(values: pd.Series | Sequence[Any]) -> dict[str, list[Any]]:
    """Texts by number: `texts` holds each once, `codes` one number per row (-1: missing)."""
    codes, texts = pd.factorize(pd.Series(values, dtype=object))
    return {"codes": codes.tolist(), "texts": [str(text) for text in texts]}


def numbers(values: pd.Series | Floats, digits: int) -> list[Any]:
    """Numbers with `digits` decimals as JSON numbers; whole ones without a point, missing None."""
    array = np.asarray(pd.to_numeric(pd.Series(values), errors="coerce"), dtype=float)
    array = np.round(np.clip(np.where(np.isfinite(array), array, np.nan), -_LARGEST, _LARGEST), digits)
    if np.isfinite(array).all() and (array == np.rint(array)).all():
        return list(array.astype(np.int64).tolist())
    return [None if not np.isfinite(v) else int(v) if v.is_integer() else v for v in array.tolist()]


def days(values: pd.Series) -> list[int | None]:
    """Dates as days since 1970-01-01, missing None."""
    moments = pd.to_datetime(values, errors="coerce")
    number = (moments - pd.Timestamp(0)).dt.days if len(moments) else pd.Series(dtype=float)
    return [None if pd.isna(day) else int(day) for day in number.tolist()]


def columns(frame: pd.DataFrame, kinds: dict[str, str]) -> dict[str, Any]:
    """The columns of `kinds` packed by kind: text, date, or the number of decimals ("2"). Absent ones are None."""
    packed: dict[str, Any] = {}
    for name, kind in kinds.items():
        if name not in frame.columns:
            packed[name] = None
        elif kind == "text":
            packed[name] = numbered(frame[name])
        elif kind == "date":
            packed[name] = days(frame[name])
        elif _holds_text(frame[name]):
            packed[name] = numbered(frame[name])
        else:
            packed[name] = numbers(frame[name], int(kind))
    return packed


def _holds_text(values: pd.Series) -> bool:
    """Whether a column of numbers also holds other things, such as a supplier's name among what changed."""
    return bool(values.dtype == object and (pd.to_numeric(values, errors="coerce").isna() & values.notna()).any())
