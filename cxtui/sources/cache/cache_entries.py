"""Entries of the user's cache: respondents as Parquet, with facts about them as JSON.

Only the user may read the folder and its files, since answers are private. The name of an entry
says of which file and state it is, by which options it was read, and the digest of its content.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
import time
from contextlib import ExitStack, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from cxtui.errors import engine_errors
from cxtui.file_locks import close, is_left, try_lock

if TYPE_CHECKING:
    import polars as pl

MOST_BYTES = 1024**3
MOST_FILES = 20
MOST_DAYS = 30
"""Limits of the cache; the least recently used entries are removed first."""

SETTING = "CXTUI_CACHE"
"""The environment variable that disables the cache: `CXTUI_CACHE=off`."""

_KEY = "cxtui.facts"
_OFF = frozenset({"off", "no", "0", "false"})
_DAY = 24 * 60 * 60
_PRIVATE = 0o700
_DRAFT = ".draft"
_PATH_SIGNS, _STATE_SIGNS = 16, 24

_open: dict[tuple[int, int], int] = {}
"""Descriptors of the entries that surveys scan, by device and inode: another process may remove
their names meanwhile.
"""


def cache_folder() -> Path | None:
    """Return the private cache folder; `None` if it cannot be made or the cache is disabled."""
    if os.environ.get(SETTING, "").casefold() in _OFF:
        return None
    from cxtui.user_directories import user_directory

    folder = user_directory("cache") / "conversions"
    try:
        folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        status = folder.lstat()
        own = not hasattr(os, "geteuid") or status.st_uid == os.geteuid()
        if not stat.S_ISDIR(status.st_mode) or not own:
            return None
        if stat.S_IMODE(status.st_mode) != _PRIVATE:
            folder.chmod(_PRIVATE)
    except OSError:
        return None  # the home cannot be written
    return folder


def entry_name(path: Path, state: object, options: object) -> str:
    """Return the name of the entry of a file in a state, as this version reads it by options."""
    digests = (
        digest(os.fsencode(path)),
        digest(repr((state, program_state())).encode("utf-8", "replace")),
    )
    read = digest(repr(options).encode("utf-8", "replace"))
    return f"{digests[0][:_PATH_SIGNS]}-{digests[1][:_STATE_SIGNS]}-{read[:_PATH_SIGNS]}"


def digest(content: bytes) -> str:
    """Return the digest of bytes in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


@cache
def program_state() -> str:
    """Return a text that changes with the modules that read surveys, word lists and the engine."""
    from importlib.util import find_spec

    own = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
    engine = find_spec("polars")
    files = [os.path.join(own, "text.py"), engine.origin if engine and engine.origin else own]
    for room in ("sources", "survey"):
        for folder, _, names in os.walk(os.path.join(own, room)):
            files += [os.path.join(folder, one) for one in names if one.endswith((".py", ".toml"))]
    states = ((name, os.stat(name)) for name in sorted(files))
    return digest(repr([(name, one.st_size, one.st_mtime_ns) for name, one in states]).encode())


def has_entry(path: Path) -> bool:
    """Return whether the cache may have an entry of a file, in whatever state."""
    folder = cache_folder()
    start = digest(os.fsencode(path))[:_PATH_SIGNS]
    return folder is not None and any(folder.glob(f"{start}-*.parquet"))


def load_entry(folder: Path, name: str) -> tuple[pl.LazyFrame, str] | None:
    """Return the respondents of an entry, lazy, and its facts; `None` if there is no valid one."""
    import polars as pl

    for entry in folder.glob(f"{name}-*.parquet"):
        try:
            path = f"/dev/fd/{_held(entry)}"
            facts = pl.read_parquet_metadata(path)[_KEY]
            frame = pl.scan_parquet(path, glob=False, hive_partitioning=False)
            os.utime(entry)
        except (ValueError, KeyError):
            remove(entry)  # damaged
        except engine_errors():
            remove(entry)  # unreadable
        else:
            return frame, facts
    return None


def _held(entry: Path) -> int:
    """Return a descriptor of an entry; raises `ValueError` if its digest is not in its name."""
    with entry.open("rb") as opened:
        if entry.stem.rpartition("-")[2] != hashlib.file_digest(opened, "sha256").hexdigest():
            raise ValueError(entry)
        status = os.fstat(opened.fileno())
        file = status.st_dev, status.st_ino
        if file not in _open:
            _open[file] = os.dup(opened.fileno())
        return _open[file]


def store_entry(folder: Path, name: str, frame: pl.LazyFrame, facts: str) -> None:
    """Write an entry atomically, then enforce the limits of the cache; does nothing if it fails."""
    import polars as pl

    # a full disk, say: the survey opens without an entry
    with suppress(*engine_errors()), ExitStack() as cleanup:
        descriptor, path = tempfile.mkstemp(suffix=_DRAFT, dir=folder)  # readable by its owner only
        cleanup.callback(close, descriptor)
        try_lock(descriptor)
        draft = Path(path)
        cleanup.callback(remove, draft)
        frame.sink_parquet(draft, compression="lz4", metadata={_KEY: facts})
        if pl.scan_parquet(draft, glob=False).collect_schema() == frame.collect_schema():
            with draft.open("rb") as written:
                content = hashlib.file_digest(written, "sha256").hexdigest()
            draft.replace(folder / f"{name}-{content}.parquet")
        _make_room(folder, name)


def _make_room(folder: Path, newest: str) -> None:
    """Remove entries of the file's other states, entries beyond the limits, and drafts left."""
    now, size = time.time(), 0
    path, current = newest[:_PATH_SIGNS], newest[: _PATH_SIGNS + 1 + _STATE_SIGNS]
    files: set[str] = set()
    entries = [(one.stat().st_mtime, one) for one in folder.iterdir() if one.is_file()]
    for used, entry in sorted(entries, key=lambda one: (one[0], one[1].name), reverse=True):
        entry_size, own = entry.stat().st_size, entry.name[:_PATH_SIGNS]
        outdated = own == path and not entry.name.startswith(current)
        old = now - used > MOST_DAYS * _DAY or (entry.suffix == _DRAFT and is_left(entry))
        many = len(files | {own}) > MOST_FILES
        if outdated or old or many or size + entry_size > MOST_BYTES:
            remove(entry)
        else:
            files.add(own)
            size += entry_size


def remove(entry: Path) -> None:
    """Remove an entry, if it is there."""
    with suppress(OSError):
        entry.unlink(missing_ok=True)
