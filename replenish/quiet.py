"""HiGHS prints a developer's line to the process's standard output now and then; a command's own output stays clean."""

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def quiet() -> Iterator[None]:
    """Nothing that compiled code prints inside reaches file descriptor 1."""
    with suppress(Exception):
        sys.stdout.flush()
    try:
        kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    except OSError:  # no standard output to keep clean
        yield
        return
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        with suppress(Exception):
            ctypes.CDLL(None).fflush(None)  # what is still in the buffer of C
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
