"""One module per report source; every module's `FORMAT` or `FORMATS` is found by looking, never listed."""

import importlib
import pkgutil
from functools import cache

from data.readers.base import Format


@cache
def formats() -> tuple[Format, ...]:
    """Every known format, by name."""
    found: dict[str, Format] = {}
    for module in pkgutil.iter_modules(__path__):
        if module.name == "base":
            continue
        source = importlib.import_module(f"{__name__}.{module.name}")
        for one in getattr(source, "FORMATS", None) or (source.FORMAT,):
            if one.name in found:
                raise ValueError(f"two readers are called {one.name}")
            found[one.name] = one
    return tuple(found[name] for name in sorted(found))
