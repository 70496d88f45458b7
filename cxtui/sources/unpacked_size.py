"""Check of a file's unpacked size against the memory, before a decoder allocates it."""

from __future__ import annotations

import contextlib
import os
import resource
from pathlib import Path

from cxtui.errors import SourceError

_CGROUP = Path("/sys/fs/cgroup/memory.max")


def require_memory(file: Path | str, size: int) -> None:
    """Raise `SourceError` if a file unpacks to more bytes than this process may use."""
    room = memory_limit()
    if size > room:
        raise SourceError(
            f"{file} would take {size / 2**30:,.1f} GB of memory, and this machine has "
            f"{room / 2**30:,.1f} GB: keep fewer variables or respondents, or read it elsewhere"
        )


def memory_limit() -> int:
    """Return the memory in bytes that this process may use: the machine's, or a lower limit."""
    rooms = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    rooms += [limit] if limit != resource.RLIM_INFINITY else []
    with contextlib.suppress(OSError, ValueError):  # no such limit, or the word "max"
        rooms.append(int(_CGROUP.read_text()))
    return min(rooms)
