"""Locks by which programs take turns at a folder or a file, also where the system has none."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cxtui.errors import ExportError, TemporaryExportError

NAMED_LOCK = ".cxtui.lock"
"""The file that is a lock while it exists, on a file system that has no other ones."""
LOCK_SECONDS, _PAUSE = 10.0, 0.01
_DAY = 24 * 60 * 60
PROTECTED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
"""Errors of a folder that is for others to write."""


def close(descriptor: int) -> None:
    """Close a file of which nothing is still to be written: an error of it means nothing."""
    with suppress(OSError):
        os.close(descriptor)


def unwritable_error(path: Path, error: OSError) -> ExportError:
    """Return the error for a file that cannot be written, by rights or for now."""
    kind = ExportError if error.errno in PROTECTED else TemporaryExportError
    return kind("{} could not be written: {}", path, error.strerror or error)


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Let one program at a time change a file in a folder that it reads first.

    Raises `ExportError` where another program holds the lock for long: what it saves meanwhile
    would be lost.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except (FileNotFoundError, NotADirectoryError):  # it is still to be made
        yield
        return
    except OSError:  # it can be written and not be read, say
        with _named_lock(folder):
            yield
        return
    try:
        with file_lock(descriptor, folder, folder):
            yield
    finally:
        close(descriptor)


@contextmanager
def file_lock(descriptor: int, path: Path, folder: Path) -> Iterator[None]:
    """Hold the lock of an open file, or one in its folder; as `folder_lock`."""
    end = time.monotonic() + LOCK_SECONDS
    while (is_locked := try_lock(descriptor)) is False:
        if time.monotonic() > end:
            message = "{}: another program is saving there; nothing was saved, try again"
            raise TemporaryExportError(message, path)
        time.sleep(_PAUSE)
    if is_locked:
        yield
    else:
        with _named_lock(folder):
            yield


def try_lock(descriptor: int) -> bool | None:
    """Lock an open file until it is closed; return whether no other program has locked it.

    `None` where the file system has no such locks: NFS has none of folders.
    """
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def is_left(draft: Path) -> bool:
    """Return whether a draft, which is locked while it is written, is one of an ended program.

    Without locks a day says so. Raises `OSError` where it cannot be opened.
    """
    descriptor = os.open(draft, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        is_locked = try_lock(descriptor)
        if is_locked is None:
            return time.time() - os.fstat(descriptor).st_mtime > _DAY
        return is_locked
    finally:
        close(descriptor)


@contextmanager
def _named_lock(folder: Path) -> Iterator[None]:
    """Hold a lock that is a file, which one program alone can create.

    A program that is killed leaves it, and the error says so: to remove it here could remove that
    of a program which is saving.
    """
    lock = folder / NAMED_LOCK
    end = time.monotonic() + LOCK_SECONDS
    while not (is_held := _created(lock)):
        if is_held is None:  # nothing can be saved in this folder either
            yield
            return
        if time.monotonic() > end:
            message = "{}: another program is saving there; if none is, remove {}, and try again"
            raise TemporaryExportError(message, folder, NAMED_LOCK)
        time.sleep(_PAUSE)
    try:
        yield
    finally:
        _persistently(lock.unlink)


def _created(lock: Path) -> bool | None:
    """Create a lock; return whether it was not there, `None` in a folder that is for others."""
    try:
        close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno in PROTECTED:
            return None
        raise unwritable_error(lock, error) from None
    return True


def _persistently(call: Callable[[], object]) -> None:
    """Try a call twice: what it would leave locks everybody out."""
    for _ in range(2):
        with suppress(OSError):
            call()
            return
