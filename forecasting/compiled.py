"""Numba's compiler behind a typed decorator."""

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """Compile to machine code; kept on disk between runs."""
    return cast(F, njit(cache=True)(function))


def compiled_over_skus(function: F) -> F:
    """Compile with its outer `prange` loop spread over the processor's cores."""
    return cast(F, njit(cache=True, parallel=True)(function))
