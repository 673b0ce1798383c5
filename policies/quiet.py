"""HiGHS prints a developer's line to the process's standard output now and then; a command's own output stays clean."""

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import RLock

_ONE_AT_A_TIME = RLock()  # two threads that put descriptor 1 aside and back would leave it closed


@contextmanager
def quiet() -> Iterator[None]:
    """Nothing that compiled code prints inside reaches file descriptor 1."""
    with _ONE_AT_A_TIME:
        with suppress(Exception):
            sys.stdout.flush()
        try:
            kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
        except OSError:  # no standard output to keep clean
            yield
            return
        _flush_compiled()  # what was printed before is not ours to swallow
        os.dup2(nowhere, 1)
        try:
            yield
        finally:
            _flush_compiled()
            os.dup2(kept, 1)
            os.close(kept)
            os.close(nowhere)


def _flush_compiled() -> None:
    """Write out what is still in the buffer of C."""
    with suppress(Exception):
        ctypes.CDLL(None).fflush(None)
