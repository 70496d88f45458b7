"""What libraries in other languages do to the program that Python cannot undo.

Rust reports a panic on standard error before Python hears of it, and some C libraries print there
whatever they find odd: it never shows on the screen of the explorer, nor among errors. Their errors
arrive as exceptions all the same.
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
    """Send what is written to the descriptor of standard error nowhere, but for Python's own.

    `sys.stderr` goes on to where it led before, so that errors and the explorer's screen are seen.
    """
    try:
        kept = os.dup(_STANDARD_ERROR)
    except OSError:  # closed by whoever started us
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    names = ("stderr", "__stderr__")
    before = {name: getattr(sys, name) for name in names}
    os.dup2(nowhere, _STANDARD_ERROR)
    os.close(nowhere)
    with open(kept, "w", encoding=_encoding(), errors="backslashreplace", buffering=1) as own:
        vars(sys).update({name: own for name in names if _is_standard(before[name])})
        try:
            yield
        finally:
            own.flush()
            vars(sys).update(before)
            os.dup2(kept, _STANDARD_ERROR)


def disable_arrow_mapping() -> None:
    """Have Polars read Arrow files, which it would map into memory; heeded before it is imported.

    The system ends a program (SIGBUS) that looks at a mapped page of a file that was cut off, as
    one is that another program writes anew.
    """
    os.environ.setdefault("POLARS_FORCE_ASYNC", "1")


_M_TRIM_THRESHOLD, _M_ARENA_MAX = -1, -8
"""What `mallopt(3)` sets, by the numbers that glibc gives it."""
_KEPT_FREE = 1024 * 1024
"""Bytes at the end of the heap that may stay there unused: by itself it begins with an eighth."""


def use_one_heap() -> None:
    """Have all threads take memory from one heap, which gives back what it does not need.

    glibc has a heap for each thread, and the larger what is let go of was, the more of it stays:
    what one large table took to work out would stay in each thread that ever worked one out.
    Heeded best before any other thread starts; without glibc nothing happens.
    """
    if sys.platform == "linux":
        import ctypes

        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(_M_ARENA_MAX, 1)
            mallopt(_M_TRIM_THRESHOLD, _KEPT_FREE)


def _encoding() -> str:
    return getattr(sys.__stderr__, "encoding", None) or "utf-8"


def _is_standard(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.fileno() == _STANDARD_ERROR
    except (OSError, ValueError):
        return False
