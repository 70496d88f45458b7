"""Settings for native libraries: their standard error, heap and threads.

Rust reports a panic on standard error before Python raises it, and some C libraries print warnings
there; neither may appear on the explorer's screen or among error messages.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

_STANDARD_ERROR = 2


@contextmanager
def silence_native_stderr() -> Iterator[None]:
    """Discard what native code writes to standard error; `sys.stderr` still works."""
    try:
        original = os.dup(_STANDARD_ERROR)
    except OSError:  # the parent process closed it
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    names = ("stderr", "__stderr__")
    before = {name: getattr(sys, name) for name in names}
    os.dup2(nowhere, _STANDARD_ERROR)
    os.close(nowhere)
    encoding = getattr(sys.__stderr__, "encoding", None) or "utf-8"
    with open(original, "w", encoding=encoding, errors="backslashreplace", buffering=1) as own:
        vars(sys).update({name: own for name in names if _is_standard(before[name])})
        try:
            yield
        finally:
            own.flush()
            vars(sys).update(before)
            os.dup2(original, _STANDARD_ERROR)


_M_TRIM_THRESHOLD, _M_ARENA_MAX = -1, -8
"""Parameter numbers of `mallopt(3)` in glibc."""
_TRIM_BYTES = 1024 * 1024
"""Unused bytes at the end of the heap above which glibc returns them (128 KiB by default)."""


def use_one_heap() -> None:
    """Make all threads share one heap that returns unused memory to the system.

    By default glibc has a heap for each thread and keeps freed memory there, so that every thread
    that once computed a large table would hold its memory. Call it before other threads start;
    without glibc it does nothing.
    """
    if sys.platform == "linux":
        import ctypes

        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(_M_ARENA_MAX, 1)
            mallopt(_M_TRIM_THRESHOLD, _TRIM_BYTES)


_BLAS_THREADS = ("OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS", "OMP_NUM_THREADS")
"""Variables by which a user sets the threads of OpenBLAS, in the order in which it reads them."""


def keep_blas_to_one_thread() -> None:
    """Let OpenBLAS, which NumPy brings, start no threads, unless the user set their number.

    Its threads spin while they wait for work: a third of the processor time of importing NumPy. Our
    matrices are small or as narrow as a table, where threads gain nothing, and sums do not depend
    on the number of processors. Call it before NumPy is imported.
    """
    if not any(name in os.environ for name in _BLAS_THREADS):
        os.environ[_BLAS_THREADS[0]] = "1"


def _is_standard(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.fileno() == _STANDARD_ERROR
    except (OSError, ValueError):
        return False
