"""Write files whole or not at all; existing files are kept unless they are to be replaced."""

from __future__ import annotations

import os
import secrets
import stat
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cxtui.cancellation import current_request
from cxtui.errors import ExportError
from cxtui.user_directories import expand_home

_DRAFT = ".cxtui-"
_PRIVATE, _NEW = 0o600, 0o666
"""Modes of files; the system takes the user's mask (`umask`) away from that of a new one."""
_LOCK_SECONDS, _LOCK_PAUSE = 10.0, 0.01

_drafts: set[Path] = set()
"""The temporary files that are being written, by any thread."""


def write_whole(
    path: Path, content: bytes, *, replace: bool = False, never: Iterable[Path] = ()
) -> Path:
    """Write `content` to `path` through a temporary file beside it; return the full path.

    Raises `ExportError` where it cannot be written, where something is there and `replace` is
    false, and where it is one of the files that are `never` replaced: the survey's own. Raises
    `Cancelled` where the current request is cancelled before the file has its name.
    """
    return write_through(
        path, lambda draft: draft.write_bytes(content), replace=replace, never=never
    )


def write_through(
    path: Path,
    write: Callable[[Path], object],
    *,
    replace: bool = False,
    never: Iterable[Path] = (),
) -> Path:
    """Let `write` fill a temporary file, which then becomes `path`; as `write_whole`."""
    target = target_of(path, replace=replace, never=never)
    try:
        draft, descriptor = _new_draft(target)
    except OSError as error:
        raise _unwritable(target, error) from None
    _drafts.add(draft)
    try:
        write(draft)
        with draft.open("rb") as opened:
            os.fsync(opened.fileno())
        _keep_owner_and_mode(draft, target)
        if request := current_request():
            request.finish()
        _publish(draft, target, replace=replace)
    except FileExistsError:
        raise ExportError("{} exists; nothing was replaced", target) from None
    except OSError as error:
        raise _unwritable(target, error) from None
    finally:
        with suppress(OSError):
            draft.unlink()
        os.close(descriptor)
        _drafts.discard(draft)
    return target


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Let one program at a time change a file in a folder that it reads first.

    Where the file system has no locks, go on without. Raises `ExportError` where another program
    holds the lock for long: what it saves meanwhile would be lost.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # the folder is still to be made
        yield
        return
    try:
        end = time.monotonic() + _LOCK_SECONDS
        while not _lock(descriptor):
            if time.monotonic() > end:
                message = "{}: another program is saving there; nothing was saved, try again"
                raise ExportError(message, folder)
            time.sleep(_LOCK_PAUSE)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    """Lock an open file until it is closed; return whether no other program has locked it."""
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True


def target_of(path: Path, *, replace: bool = False, never: Iterable[Path] = ()) -> Path:
    """Return the full path of a file to write, behind links where it is replaced.

    Raises `ExportError` as `write_whole`, and for anything but a plain file: a device or a pipe
    would be lost.
    """
    target = expand_home(path).absolute()
    try:
        is_own = target.exists() and any(target.samefile(one) for one in never if one.exists())
        taken = os.path.lexists(target)
        is_plain = target.is_file() or not target.exists()
    except OSError as error:
        raise _unwritable(target, error) from None
    if is_own:
        raise ExportError("{} is the survey itself; take another name", target)
    if not is_plain:
        if target.is_dir():
            raise ExportError("{} is a folder; take another name", target)
        raise ExportError("{} is a device or a pipe; take another name", target)
    if taken and not replace:
        raise ExportError("{} exists; nothing was replaced", target)
    return Path(os.path.realpath(target)) if taken else target


def try_target(path: Path, *, replace: bool = False, never: Iterable[Path] = ()) -> None:
    """Raise the `ExportError` that writing a file would, before anything is counted for it."""
    target = target_of(path, replace=replace, never=never)
    try:
        with tempfile.TemporaryFile(dir=target.parent):
            pass
    except OSError as error:
        raise _unwritable(target, error) from None


def forget_drafts() -> None:
    """Remove the temporary files as the program ends, which does not wait for its threads."""
    for draft in tuple(_drafts):
        with suppress(OSError):
            draft.unlink()


def _publish(draft: Path, target: Path, *, replace: bool) -> None:
    """Give the draft its name in one step; a link, unlike a rename, replaces nothing."""
    if replace:
        draft.replace(target)
        return
    try:
        os.link(draft, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if os.path.lexists(target):
            raise FileExistsError(target) from None
        draft.rename(target)


def _new_draft(target: Path) -> tuple[Path, int]:
    """Return a new file beside a target, and its descriptor, which holds a lock.

    Drafts without a lock are those of programs that were ended: they are removed. A file that is
    to be replaced may be private, so that its draft is; others have the mode of any new file.
    """
    for left in target.parent.glob(f"{_DRAFT}*"):
        with suppress(OSError):
            _remove_unlocked(left)
    mode = _PRIVATE if target.exists() else _NEW
    while True:
        # A short name, which is not too long where that of the file itself is not.
        draft = target.with_name(f"{_DRAFT}{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)
        _lock(descriptor)
        if os.fstat(descriptor).st_nlink:
            return draft, descriptor
        os.close(descriptor)  # another program took it for one that was left


def _remove_unlocked(draft: Path) -> None:
    descriptor = os.open(draft, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        if _lock(descriptor):
            draft.unlink()
    finally:
        os.close(descriptor)


def _keep_owner_and_mode(draft: Path, target: Path) -> None:
    """Give a draft the owner, group and mode of the file that it replaces, as far as it may."""
    try:
        status = target.stat()
    except OSError:
        return
    mode = stat.S_IMODE(status.st_mode)
    try:
        os.chown(draft, status.st_uid, status.st_gid)
    except OSError:
        try:
            os.chown(draft, -1, status.st_gid)
        except OSError:  # another group gets no more than everybody
            mode = mode & ~0o070 | (mode & 0o007) << 3
    draft.chmod(mode & 0o777)


def _unwritable(target: Path, error: OSError) -> ExportError:
    return ExportError("{} could not be written: {}", target, error.strerror or error)
