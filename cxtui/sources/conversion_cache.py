"""Conversions that took long, kept for the next time under the user's cache directory.

A file that has to be decoded in memory is decoded once: the result lies there as Parquet, named
after the file and the state it was in. The answers of a survey are private, so that nobody else may
read the folder. Whatever is wrong with it, it never hurts: the file itself is read then.
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
from contextlib import suppress
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw
import polars as pl

from cxtui.errors import CodebookError
from cxtui.sources.reading_progress import ProgressMeter, is_large
from cxtui.sources.source import Source
from cxtui.sources.table_parts import parquet_schema
from cxtui.survey.codebook.toml_format import read_codebook, write_codebook
from cxtui.survey.model import ColumnLabel
from cxtui.user_directories import user_directory

MOST_BYTES = 1024**3
MOST_FILES = 20
MOST_DAYS = 30
"""How much is kept: what was not used for longest goes first."""

SETTING = "CXTUI_CACHE"
"""The environment variable that turns this off: `CXTUI_CACHE=off`."""

_KEY = "cxtui.conversion"
_OFF = frozenset({"off", "no", "0", "false"})
_DAY = 24 * 60 * 60
_PRIVATE = 0o700
_DRAFT = ".draft"
_BESIDE = ("{stem}.sas7bcat", "formats.sas7bcat")

Reader = Callable[[tuple[Path, ...]], Source]


def read_cached(files: tuple[Path, ...], read: Reader) -> Source:
    """Return what `read` makes of the files; of a large one that it converts, from the cache.

    Raises what `read` raises.
    """
    if len(files) > 1 or not is_large(files[0]) or not (folder := _cache_folder()):
        return read(files)
    name = _entry_name(files[0])
    source = _load_entry(folder, name, files)
    if source is None:
        source = read(files)
        if source.converted and name == _entry_name(files[0]):
            _store_entry(folder, name, source)
            # text would be parsed anew by every query, what was kept is not
            source = _load_entry(folder, name, files) or source
    return source


def _cache_folder() -> Path | None:
    """Return the folder, ours alone; nothing where there can be none, or it is turned off."""
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
        return None  # a home that cannot be written: everything is read as if there was no cache
    return folder


def _entry_name(file: Path) -> str:
    """Return a name for a file in its state: for another state, another name."""
    path = file.resolve()
    beside = [path.with_name(one.format(stem=path.stem)) for one in _BESIDE]
    state = [pl.__version__, *_reader_versions()]
    for one in (path, *(each for each in beside if each.is_file())):
        status = one.stat()
        state += [str(one), status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]
    return f"{_digest(str(path).encode())[:16]}-{_digest(repr(state).encode())[:32]}"


def _reader_versions() -> list[object]:
    """Return what changes whenever the program reads files in another way."""
    own = Path(__file__).parent
    modules = sorted([*own.rglob("*.py"), *own.parent.joinpath("survey").rglob("*.py")])
    return [(one.name, one.stat().st_size, one.stat().st_mtime_ns) for one in modules]


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _load_entry(folder: Path, name: str, files: tuple[Path, ...]) -> Source | None:
    """Return a conversion that was kept whole, `None` where there is none."""
    for entry in folder.glob(f"{name}-*.parquet"):
        try:
            source = _parse_entry(entry, files)
            os.utime(entry)
        except (OSError, ValueError, KeyError, CodebookError, pl.exceptions.PolarsError):
            _remove(entry)  # damaged or unreadable: the file itself is read
        else:
            return source
    return None


def _parse_entry(entry: Path, files: tuple[Path, ...]) -> Source:
    """Return what an entry holds; raises `ValueError` where it is not what was written."""
    content = entry.read_bytes()
    if entry.stem.rpartition("-")[2] != _digest(content):
        raise ValueError(entry)
    facts = json.loads(pl.read_parquet_metadata(io.BytesIO(content))[_KEY])
    return Source(
        frame=nw.from_native(pl.read_parquet(io.BytesIO(content)).lazy()),
        files=files,
        codebook=facts["codebook"],
        labels={name: ColumnLabel(*said) for name, said in facts["labels"].items()},
        dictionary=read_codebook(facts["dictionary"], "the cache"),
        notes=tuple(facts["notes"]),
        cut_off=tuple(facts["cut_off"]),
        converted=True,
    )


def _pack_facts(source: Source) -> str | None:
    """Return what is known beside the rows; `None` where it would not come back as it is."""
    dictionary = write_codebook(source.dictionary, keep_guesses=True)
    facts: dict[str, Any] = {
        "codebook": source.codebook,
        "labels": {name: (one.block, one.label, one.option) for name, one in source.labels.items()},
        "dictionary": dictionary,
        "notes": source.notes,
        "cut_off": source.cut_off,
    }
    try:
        same = read_codebook(dictionary, "the cache") == source.dictionary
    except CodebookError:
        return None
    return json.dumps(facts) if same else None


def _store_entry(folder: Path, name: str, source: Source) -> None:
    """Keep a conversion, whole or not at all, and make room for it."""
    facts = _pack_facts(source)
    if facts is None:
        return
    draft: Path | None = None
    try:
        ProgressMeter(source.files[0], 1, "Keeping for the next time").report(0)
        descriptor, path = tempfile.mkstemp(suffix=_DRAFT, dir=folder)  # for its owner alone
        os.close(descriptor)
        draft = Path(path)
        native: pl.LazyFrame = source.frame.to_native()
        native.sink_parquet(draft, metadata={_KEY: facts})
        if parquet_schema(draft) == native.collect_schema():
            draft.replace(folder / f"{name}-{_digest(draft.read_bytes())}.parquet")
        _make_room(folder, name)
    except (OSError, pl.exceptions.PolarsError):
        return  # a full disk, say: the survey has been read all the same
    finally:
        if draft is not None:
            _remove(draft)


def _make_room(folder: Path, newest: str) -> None:
    """Remove other states of the file, what nobody used for long, and drafts left behind."""
    now, kept, size = time.time(), 0, 0
    entries = [(one.stat().st_mtime, one) for one in folder.iterdir() if one.is_file()]
    for used, entry in sorted(entries, key=lambda one: (one[0], one[1].name), reverse=True):
        kept += 1
        size += entry.stat().st_size
        replaced = entry.name.startswith(newest[:17]) and not entry.name.startswith(newest)
        old = now - used > (_DAY if entry.suffix == _DRAFT else MOST_DAYS * _DAY)
        if replaced or old or kept > MOST_FILES or size > MOST_BYTES:
            kept -= 1
            size -= entry.stat().st_size
            _remove(entry)


def _remove(entry: Path) -> None:
    with suppress(OSError):
        entry.unlink(missing_ok=True)
