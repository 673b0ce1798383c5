"""The map over SKU partitions: in-process by default, through Fugue on Dask, Ray or Spark when configured."""

import pickle
from collections.abc import Sequence
from dataclasses import dataclass

import fugue.api
import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.counts import draw_counts
from forecasting.spread import LIFTS, WIDTHS

Floats = npt.NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Drawing:
    """What the paths of some SKUs are drawn from; see `counts.draw_counts`."""

    keys: npt.NDArray[np.uint64]
    mean: Floats
    level_spread: Floats
    week_spread: Floats
    persistence: Floats
    deviation: Floats
    shares: Floats
    doubt: Floats
    common: Floats

    def part(self, rows: slice) -> "Drawing":
        """The drawing of a run of SKUs; what is common stays whole."""
        return Drawing(
            self.keys[rows],
            self.mean[rows],
            self.level_spread[rows],
            self.week_spread[rows],
            self.persistence[rows],
            self.deviation[rows],
            self.shares[rows],
            self.doubt[rows],
            self.common,
        )

    def draw(self) -> npt.NDArray[np.float32]:
        """Samples, float32 array (sku, path, week)."""
        return np.asarray(
            draw_counts(
                self.keys,
                self.mean,
                self.level_spread,
                self.week_spread,
                self.persistence,
                self.deviation,
                self.shares,
                LIFTS,
                WIDTHS,
                self.doubt,
                self.common,
            )
        )


def draw_partitioned(drawing: Drawing, size: int, engine: object | None) -> npt.NDArray[np.float32]:
    """Draw `size` SKUs at a time; the numbers do not depend on `size` or `engine`."""
    n, (paths, weeks) = len(drawing.keys), drawing.common.shape
    parts = [slice(k, min(k + size, n)) for k in range(0, n, size)]
    out = np.empty((n, paths, weeks), dtype=np.float32)
    if engine is None:
        for part in parts:
            out[part] = drawing.part(part).draw()
    else:
        for part, samples in zip(parts, _through_fugue([drawing.part(p) for p in parts], engine), strict=True):
            out[part] = samples
    return out


def _through_fugue(drawings: Sequence[Drawing], engine: object) -> list[npt.NDArray[np.float32]]:
    frame = pd.DataFrame({"part": range(len(drawings)), "payload": [pickle.dumps(d) for d in drawings]})
    done = fugue.api.transform(
        frame, _draw_frame, schema="part:long,payload:binary", partition={"by": "part"}, engine=engine, as_local=True
    )
    rows = fugue.api.as_pandas(done).sort_values("part")
    return [pickle.loads(payload) for payload in rows["payload"]]


def _draw_frame(frame: pd.DataFrame) -> pd.DataFrame:
    drawn = [pickle.dumps(pickle.loads(payload).draw()) for payload in frame["payload"]]
    return pd.DataFrame({"part": frame["part"].to_numpy(), "payload": drawn})
