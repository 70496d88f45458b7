"""Write files whole or not at all; existing files are kept unless they are to be replaced."""

from __future__ import annotations

import errno
import os
import secrets
import stat
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from cxtui.cancellation import current_request
from cxtui.errors import Advice, ExportError
from cxtui.file_locks import PROTECTED, close, is_left, try_lock, unwritable_error
from cxtui.messages import tr
from cxtui.user_directories import expand_home

_DRAFT = ".cxtui-"
_PRIVATE, _NEW = 0o600, 0o666
"""Modes of files; the system takes the user's mask (`umask`) away from that of a new one."""

_drafts: set[Path] = set()
"""The temporary files that are being written, by any thread."""


def write_whole(
    path: Path,
    content: bytes,
    *,
    replace: bool = False,
    never: Iterable[Path] = (),
    private: bool = False,
) -> Path:
    """Write `content` to `path` through a temporary file beside it; return the full path.

    A `private` file is for its owner alone; any other one keeps the rights that it had. Raises
    `ExportError` where it cannot be written, where something is there and `replace` is false, and
    where it is one of the files that are `never` replaced: the survey's own. Raises `Cancelled`
    where the current request is cancelled before the file has its name.
    """

    def write(draft: Path) -> None:
        draft.write_bytes(content)

    return write_through(path, write, replace=replace, never=never, private=private)


def write_through(
    path: Path,
    write: Callable[[Path], object],
    *,
    replace: bool = False,
    never: Iterable[Path] = (),
    private: bool = False,
) -> Path:
    """Let `write` fill a temporary file, which then becomes `path`; as `write_whole`."""
    target = target_of(path, replace=replace, never=never)
    try:
        draft, descriptor = _new_draft(target, is_private=private or target.exists())
    except OSError as error:
        raise unwritable_error(target, error) from None
    _drafts.add(draft)
    try:
        write(draft)
        with draft.open("rb") as opened:
            os.fsync(opened.fileno())
        if not private:
            _keep_rights(draft, target)
        if request := current_request():
            request.finish()
        _publish(draft, target, replace=replace)
    except FileExistsError:
        raise _exists_error(target) from None
    except OSError as error:
        raise unwritable_error(target, error) from None
    finally:
        with suppress(OSError):
            draft.unlink()
        close(descriptor)
        _drafts.discard(draft)
    return target


def _exists_error(target: Path) -> ExportError:
    advice = Advice(tr("--force replaces it"))
    return ExportError("{} exists; nothing was replaced", target, advice)


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
        raise unwritable_error(target, error) from None
    if is_own:
        raise ExportError("{} is the survey itself; take another name", target)
    if not is_plain:
        if target.is_dir():
            raise ExportError("{} is a folder; take another name", target)
        raise ExportError("{} is a device or a pipe; take another name", target)
    if taken and not replace:
        raise _exists_error(target)
    return Path(os.path.realpath(target)) if taken else target


def try_target(path: Path, *, replace: bool = False, never: Iterable[Path] = ()) -> None:
    """Raise the `ExportError` that writing a file would, before anything is counted for it."""
    target = target_of(path, replace=replace, never=never)
    try:
        with tempfile.TemporaryFile(dir=target.parent):
            pass
    except OSError as error:
        raise unwritable_error(target, error) from None


def forget_drafts() -> None:
    """Remove the temporary files as the program ends, which does not wait for its threads."""
    for draft in tuple(_drafts):
        with suppress(OSError):
            draft.unlink()


def _publish(draft: Path, target: Path, *, replace: bool) -> None:
    """Give the draft its name in one step; a link, unlike a rename, replaces nothing."""
    if replace:
        if not _rewritten(target, draft):
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


def _rewritten(target: Path, draft: Path) -> bool:
    """Give a file with several names the content of a draft; return whether there is such a file.

    A rename would part it from its other names. Its old content is put back where that fails.
    """
    try:
        if target.stat().st_nlink == 1:
            return False
        opened = target.open("r+b")
    except OSError as error:
        if error.errno == errno.ENOENT or error.errno in PROTECTED:  # it can still be replaced
            return False
        raise
    with opened:
        old = opened.read()
        try:
            _overwrite(opened, draft.read_bytes())
        except BaseException:
            _overwrite(opened, old)
            raise
    return True


def _overwrite(opened: BinaryIO, content: bytes) -> None:
    opened.seek(0)
    opened.write(content)
    opened.truncate()
    opened.flush()
    os.fsync(opened.fileno())


def _new_draft(target: Path, *, is_private: bool) -> tuple[Path, int]:
    """Return a new file beside a target, and its descriptor, which holds a lock.

    Drafts without a lock are those of programs that were ended: they are removed. A file that is
    to be replaced may be private, so that its draft is; others have the mode of any new file.
    """
    for left in target.parent.glob(f"{_DRAFT}*"):
        with suppress(OSError):
            if is_left(left):
                left.unlink()
    mode = _PRIVATE if is_private else _NEW
    while True:
        # A short name, which is not too long where that of the file itself is not.
        draft = target.with_name(f"{_DRAFT}{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)
        try_lock(descriptor)
        if os.fstat(descriptor).st_nlink:
            return draft, descriptor
        close(descriptor)  # another program took it for one that was left


def _keep_rights(draft: Path, target: Path) -> None:
    """Give a draft the owner, group, attributes and mode of the file that it replaces, if it may.

    Lists of users (ACL) are attributes: those that a folder gives to new files are removed.
    """
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
    _keep_attributes(draft, target)
    draft.chmod(mode & 0o777)


def _keep_attributes(draft: Path, target: Path) -> None:
    if not hasattr(os, "listxattr"):  # of Linux
        return
    with suppress(OSError):  # a file system without them
        kept = os.listxattr(target)
        for name in set(os.listxattr(draft)).difference(kept):
            with suppress(OSError):
                os.removexattr(draft, name)
        for name in kept:
            with suppress(OSError):
                os.setxattr(draft, name, os.getxattr(target, name))
