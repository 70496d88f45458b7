"""What decoding one file may take, by its size and by the memory that is free."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cxtui.sources.source import memory_for

_LEAST_SECONDS = 8
_SECONDS_PER_MEGABYTE = 2
_WAITING = 10
"""Seconds by the clock for a second of processor time: without memory, native code may wait for
ever."""
_MARGIN = 2**20
"""Bytes short of the limit where the next request for memory fails."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Memory in bytes beyond that of the libraries, and processor time in seconds."""

    memory: int
    seconds: int

    @property
    def waiting(self) -> int:
        """Seconds by the clock, on a machine that is busy with others."""
        return _WAITING * self.seconds


def limits_for(files: Iterable[Path]) -> Limits:
    """Return what decoding files may take; raises `OSError` where one is gone."""
    size = sum(one.stat().st_size for one in files)
    return Limits(memory_for(size), _LEAST_SECONDS + _SECONDS_PER_MEGABYTE * size // 2**20)


def apply_limits(limits: Limits) -> None:
    """Limit this process, which has loaded its libraries, to these; it writes no files."""
    import resource
    import signal
    from contextlib import suppress

    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # ends it in native code, too
    signal.alarm(limits.waiting)
    wanted = {
        resource.RLIMIT_AS: _address_space() + limits.memory,
        resource.RLIMIT_CPU: limits.seconds,
        resource.RLIMIT_FSIZE: 2**20,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in wanted.items():
        soft, hard = resource.getrlimit(kind)
        known = [one for one in (soft, hard, most) if one != resource.RLIM_INFINITY]
        with suppress(OSError, ValueError):  # a system without this limit
            resource.setrlimit(kind, (min(known), hard))


def has_reached_memory() -> bool:
    """Return whether this process has come to the end of its memory; a decoder may hide that.

    It may take a read that failed for want of memory as the end of the file.
    """
    import resource

    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    try:
        status = Path("/proc/self/status").read_text("ascii", errors="replace")
    except OSError:
        return False
    peak = int(status.partition("VmPeak:")[2].split()[0]) * 1024
    return limit != resource.RLIM_INFINITY and peak > limit - _MARGIN


def _address_space() -> int:
    """Return the bytes of address space that this process has by now; 0 where nothing tells."""
    import os

    try:
        pages = Path("/proc/self/statm").read_text("ascii").split()[0]
    except OSError:
        return 2**31
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
