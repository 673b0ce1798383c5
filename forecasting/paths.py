"""Joint demand paths: the one forecast object from which means, quantiles and charts derive."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

Floats = npt.NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class DemandPaths:
    """Samples of demand, array (sku, path, period) in units; SKUs sorted, periods dated.

    Cumulative demand over a lead time is `cumulative(n)`, never a sum of quantiles.
    """

    skus: npt.NDArray[np.object_]
    periods: pd.DatetimeIndex
    samples: npt.NDArray[np.float32]

    def __post_init__(self) -> None:
        if self.samples.ndim != 3 or self.samples.shape[::2] != (len(self.skus), len(self.periods)):
            raise ValueError(
                f"samples are {self.samples.shape}; expected ({len(self.skus)} SKUs, paths, "
                f"{len(self.periods)} periods)"
            )

    def mean(self) -> Floats:
        """Mean demand, array (sku, period)."""
        return np.asarray(self.samples.mean(axis=1, dtype=np.float64))

    def quantile(self, q: float | Iterable[float]) -> Floats:
        """Quantile of each period on its own: array (sku, period), or (len(q), sku, period)."""
        return np.asarray(np.quantile(self.samples, np.asarray(q, dtype=float), axis=1))

    def cumulative(self, n: int) -> Floats:
        """Demand summed over the first `n` periods of each path, array (sku, path)."""
        if not 0 <= n <= len(self.periods):
            raise ValueError(f"cumulative demand over {n} periods asked; the paths hold {len(self.periods)}")
        return np.asarray(self.samples[:, :, :n].sum(axis=2, dtype=np.float64))

    def select(self, skus: Iterable[object]) -> "DemandPaths":
        """Paths of the SKUs named, sorted. KeyError names those without a forecast."""
        wanted = np.unique(np.asarray([str(s) for s in skus], dtype=object))
        at = pd.Index(self.skus).get_indexer(pd.Index(wanted, dtype=object))
        if (at < 0).any():
            missing = ", ".join(map(str, wanted[at < 0][:5]))
            raise KeyError(f"no demand paths for {missing}: they have no sales history and no predecessor")
        return DemandPaths(self.skus[at], self.periods, self.samples[at])

    def to_arrow(self) -> pa.Table:
        """One row per SKU: `sku`, `samples` (all paths of all periods, path by path); periods as metadata."""
        n, paths, horizon = self.samples.shape
        flat = pa.array(np.ascontiguousarray(self.samples, dtype=np.float32).ravel())
        column = pa.FixedSizeListArray.from_arrays(flat, paths * horizon) if paths * horizon else pa.nulls(n)
        dates = ",".join(f"{p:%Y-%m-%d}" for p in self.periods)
        return pa.table(
            {"sku": pa.array(self.skus.tolist(), pa.string()), "samples": column},
            metadata={"paths": str(paths), "periods": dates},
        )

    @classmethod
    def from_arrow(cls, table: pa.Table) -> "DemandPaths":
        """The inverse of `to_arrow`; ValueError when the table is not one of ours."""
        meta = table.schema.metadata or {}
        if b"periods" not in meta or b"paths" not in meta:
            raise ValueError("not a table of demand paths: its metadata names no periods and paths")
        dates = [d for d in meta[b"periods"].decode().split(",") if d]
        skus = np.asarray(table.column("sku").to_pylist(), dtype=object)
        shape = (len(skus), int(meta[b"paths"]), len(dates))
        chunks = table.column("samples").combine_chunks()
        flat = chunks.flatten().to_numpy(zero_copy_only=False) if 0 not in shape else np.zeros(0)
        return cls(skus, pd.DatetimeIndex(dates), flat.astype(np.float32).reshape(shape))
