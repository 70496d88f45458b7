"""Cache of converted files as Parquet in the user's cache directory.

A large file that must be decoded in memory is decoded once. Entries are named after the file and
its state. Only the user may read the folder, since answers are private. Any failure of the cache
falls back to reading the file.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import stat
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

import narwhals.stable.v2 as nw
import polars as pl

from cxtui.errors import CodebookError
from cxtui.sources.readers.parquet_reader import parquet_schema
from cxtui.sources.reading_progress import ProgressMeter, is_large
from cxtui.sources.source import Source
from cxtui.survey.codebook.toml_format import read_codebook, write_codebook
from cxtui.survey.model import ColumnLabel
from cxtui.user_directories import user_directory

MOST_BYTES = 1024**3
MOST_FILES = 20
MOST_DAYS = 30
"""Limits of the cache; the least recently used entries are removed first."""

SETTING = "CXTUI_CACHE"
"""The environment variable that disables the cache: `CXTUI_CACHE=off`."""

_KEY = "cxtui.conversion"
_OFF = frozenset({"off", "no", "0", "false"})
_DAY = 24 * 60 * 60
_PRIVATE = 0o700
_DRAFT = ".draft"
_BESIDE = ("{stem}.sas7bcat", "formats.sas7bcat")

Reader = Callable[[tuple[Path, ...]], Source]


def read_cached(files: tuple[Path, ...], read: Reader) -> Source:
    """Return the source that `read` makes of files, a large converted one from the cache."""
    if len(files) > 1 or not is_large(files[0]) or not (folder := _cache_folder()):
        return read(files)
    name = _entry_name(files[0])
    if cached := _load_entry(folder, name, files):
        return cached
    source = read(files)
    if source.converted and name == _entry_name(files[0]):
        _store_entry(folder, name, source)
        # an entry is parsed once, delimited text by every query
        return _load_entry(folder, name, files) or source
    return source


def _cache_folder() -> Path | None:
    """Return the private cache folder; `None` if it cannot be made or the cache is disabled."""
    if os.environ.get(SETTING, "").casefold() in _OFF:
        return None
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


def _entry_name(file: Path) -> str:
    """Return the name of a file's entry, different for every state of the file and its readers."""
    path = file.resolve()
    beside = [path.with_name(one.format(stem=path.stem)) for one in _BESIDE]
    own = Path(__file__).parent
    modules = sorted([*own.rglob("*.py"), *own.parent.joinpath("survey").rglob("*.py")])
    versions = [(one.name, one.stat().st_size, one.stat().st_mtime_ns) for one in modules]
    state: list[object] = [pl.__version__, *versions]
    for one in (path, *filter(Path.is_file, beside)):
        status = one.stat()
        state += [str(one), status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]
    return f"{_digest(str(path).encode())[:16]}-{_digest(repr(state).encode())[:32]}"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _load_entry(folder: Path, name: str, files: tuple[Path, ...]) -> Source | None:
    """Return the cached source of a name, `None` if there is no valid entry."""
    for entry in folder.glob(f"{name}-*.parquet"):
        try:
            source = _parse_entry(entry, files)
            os.utime(entry)
        except (OSError, ValueError, KeyError, CodebookError, pl.exceptions.PolarsError):
            _remove(entry)  # damaged or unreadable
        else:
            return source
    return None


def _parse_entry(entry: Path, files: tuple[Path, ...]) -> Source:
    """Return the source in an entry; raises `ValueError` if its digest does not match its name."""
    content = entry.read_bytes()
    if entry.stem.rpartition("-")[2] != _digest(content):
        raise ValueError(entry)
    facts = json.loads(pl.read_parquet_metadata(io.BytesIO(content))[_KEY])
    return Source(
        frame=nw.from_native(pl.read_parquet(io.BytesIO(content)).lazy()),
        files=files,
        codebook=facts["codebook"],
        labels={name: ColumnLabel(*label) for name, label in facts["labels"].items()},
        dictionary=read_codebook(facts["dictionary"], "the cache"),
        sheets=tuple(facts["sheets"]),
        words=facts["words"],
        notes=tuple(facts["notes"]),
        cut_off=tuple(facts["cut_off"]),
        converted=True,
    )


def _pack_facts(source: Source) -> str | None:
    """Return the facts beside the rows as JSON; `None` if they would not survive a round trip."""
    if source.variables or source.extensions:
        return None
    dictionary = write_codebook(source.dictionary, keep_guesses=True)
    try:
        if read_codebook(dictionary, "the cache") != source.dictionary:
            return None
    except CodebookError:
        return None
    facts = {
        "codebook": source.codebook,
        "labels": {name: (one.block, one.label, one.option) for name, one in source.labels.items()},
        "dictionary": dictionary,
        "sheets": source.sheets,
        "words": source.words,
        "notes": source.notes,
        "cut_off": source.cut_off,
    }
    return json.dumps(facts)


def _store_entry(folder: Path, name: str, source: Source) -> None:
    """Write an entry atomically, then enforce the limits of the cache."""
    facts = _pack_facts(source)
    if facts is None:
        return
    # a full disk, say: the survey opens without an entry
    with suppress(OSError, pl.exceptions.PolarsError), ExitStack() as cleanup:
        ProgressMeter(source.files[0], 1, "Keeping for the next time {} … {} %").report(0)
        descriptor, path = tempfile.mkstemp(suffix=_DRAFT, dir=folder)  # readable by its owner only
        os.close(descriptor)
        draft = Path(path)
        cleanup.callback(_remove, draft)
        native: pl.LazyFrame = source.frame.to_native()
        native.sink_parquet(draft, metadata={_KEY: facts})
        if parquet_schema(draft) == native.collect_schema():
            draft.replace(folder / f"{name}-{_digest(draft.read_bytes())}.parquet")
        _make_room(folder, name)


def _make_room(folder: Path, newest: str) -> None:
    """Remove entries of the file's other states, entries beyond the limits, and old drafts."""
    now, count, size = time.time(), 0, 0
    entries = [(one.stat().st_mtime, one) for one in folder.iterdir() if one.is_file()]
    for used, entry in sorted(entries, key=lambda one: (one[0], one[1].name), reverse=True):
        entry_size = entry.stat().st_size
        outdated = entry.name.startswith(newest[:17]) and not entry.name.startswith(newest)
        old = now - used > (_DAY if entry.suffix == _DRAFT else MOST_DAYS * _DAY)
        if outdated or old or count >= MOST_FILES or size + entry_size > MOST_BYTES:
            _remove(entry)
        else:
            count += 1
            size += entry_size


def _remove(entry: Path) -> None:
    with suppress(OSError):
        entry.unlink(missing_ok=True)
