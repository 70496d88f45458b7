"""Write files whole or not at all; existing files are kept unless they are to be replaced."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from cxtui.cancellation import current_request
from cxtui.errors import ExportError
from cxtui.user_directories import expand_home

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
        # A short name, which is not too long where that of the file itself is not.
        descriptor, name = tempfile.mkstemp(prefix=".cxtui-", dir=target.parent)
        os.close(descriptor)
    except OSError as error:
        raise _unwritable(target, error) from None
    draft = Path(name)
    _drafts.add(draft)
    try:
        write(draft)
        with draft.open("rb") as opened:
            os.fsync(opened.fileno())
        draft.chmod(_mode(target))
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
        _drafts.discard(draft)
    return target


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


def _mode(target: Path) -> int:
    """Return the mode of the file that is replaced, else that of any new file."""
    with suppress(OSError):
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _unwritable(target: Path, error: OSError) -> ExportError:
    return ExportError("{} could not be written: {}", target, error.strerror or error)
