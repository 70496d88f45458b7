"""Fingerprints of files from their identity, size and times; their content is not read."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from pathlib import Path

_TICK = 0.05
"""Seconds in which two changes may get the same time: file systems count in clock ticks."""


def fingerprint_of(files: Iterable[Path], snapshot: str = "") -> str:
    """Return a text that changes whenever a file grows, is replaced, rewritten or touched.

    A file of equal size and time that takes the place of another has another inode, or was changed
    later: nobody can set the time of change of the inode (`st_ctime`). `snapshot` identifies the
    state of a source that is not a file. Raises `OSError` where a file does not exist.
    """
    digest = hashlib.sha256(snapshot.encode())
    for file in files:
        status = file.stat()
        state = (status.st_dev, status.st_ino, status.st_size)
        times = (status.st_mtime_ns, status.st_ctime_ns)
        digest.update(repr((str(file), *state, *times)).encode(errors="surrogateescape"))
    return digest.hexdigest()[:16]


def settled_fingerprint(files: Iterable[Path]) -> str:
    """Return the fingerprint of files that are not being written at this moment.

    Two changes within a clock tick have the same time, so a file that has just changed is looked at
    again after it. Raises `OSError` as `fingerprint_of`.
    """
    found = tuple(files)
    changed = max((one.stat().st_ctime for one in found), default=0.0)
    if 0 <= (age := time.time() - changed) < _TICK:
        time.sleep(_TICK - age)
    return fingerprint_of(found)
