"""Append lines to a file that several people may write at once, and that only its owner reads."""

from __future__ import annotations

import os
from pathlib import Path

from cxtui.file_locks import close, file_lock, unwritable_error

_PRIVATE = 0o600


def append_lines(path: Path, lines: str, header: str, cut: bytes) -> None:
    """Append whole `lines`, below the `header` in a new file; they are on the disk afterwards.

    A last line that a program left unfinished is ended with `cut` first. What could not be written
    to its end is taken out again. Raises `OSError` where the file cannot be opened, and
    `ExportError` where it cannot be written.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, _PRIVATE)
    try:
        with file_lock(descriptor, path, path.parent):
            _append(descriptor, lines.encode("utf-8"), header.encode("utf-8"), cut)
    except OSError as error:
        raise unwritable_error(path, error) from None
    finally:
        close(descriptor)


def _append(descriptor: int, lines: bytes, header: bytes, cut: bytes) -> None:
    size = os.fstat(descriptor).st_size
    last = os.pread(descriptor, 1, size - 1) if size else b""
    if not size:
        lines = header + lines
    elif last != b"\n":
        lines = (b"" if last == b'"' else cut) + b"\n" + lines
    left = memoryview(lines)
    try:
        while left:
            left = left[os.write(descriptor, left) :]
        os.fsync(descriptor)
    except OSError:
        if os.fstat(descriptor).st_size == size + len(lines) - len(left):  # nobody wrote since
            os.ftruncate(descriptor, size)
        raise
