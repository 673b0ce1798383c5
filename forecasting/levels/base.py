"""What a level model is."""

from typing import Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]


class LevelModel(Protocol):
    """A way to say where a SKU's demand stands now."""

    name: str

    def level(self, units: Floats, expected: Floats, prior: Floats) -> Floats:
        """Units per week of season factor 1, array (sku,).

        units, expected: (sku, week); expected is exposure times season, event and promotion factors (0: nothing
        known of that week). prior: (sku,), what to believe without evidence.
        """
        ...
