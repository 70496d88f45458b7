"""Reading of one file or table by the reader of its kind."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Protocol

from cxtui.errors import SourceError
from cxtui.messages import tr
from cxtui.sources.cache.survey_cache import read_cached
from cxtui.sources.locate import (
    COMPRESSED,
    DELIMITED,
    ENDINGS,
    EXCEL,
    PARQUET,
    STATISTICS,
    is_remote,
    is_spark_address,
)
from cxtui.sources.source import Source
from cxtui.sources.wave_files import WaveFiles

_ADVICE = {
    ".zst": "unpack it, or let `zstd -dc FILE | cxtui -` do so",
    ".zip": "unpack it and open the file inside",
    ".sas7bcat": "it holds the labels of a .sas7bdat: put it beside that file and open that one",
}
"""Advice for known endings that cannot be read."""


def read_source(
    one: WaveFiles, timeout: float, sheet: str = "", kept: Collection[str] = ()
) -> Source:
    """Return the source of one file or table, in which a server may take `timeout` seconds.

    `sheet` names a sheet of a workbook; the columns `kept` stay as they are, words for no answer
    included. Raises `SourceError`.
    """
    if sheet and any(file.suffix.lower() not in EXCEL for file in one.files or (Path(),)):
        raise SourceError("{} is no workbook and has no sheet {!r}", one.location, sheet)
    if is_spark_address(one.location):
        from cxtui.sources.readers.spark.spark_reader import read_spark

        return read_spark(one.location, timeout)
    if is_remote(one.location):
        from cxtui.sources.object_stores import read_remote

        return read_remote(one.location)
    if sheet:
        from cxtui.sources.apart.decode_apart import read_apart

        return read_apart(one.files, sheet, kept)
    read = _reader_for(one.files)
    # the cache has them converted
    return read(one.files, kept=kept) if kept else read_cached(one.files, read)


class _Reader(Protocol):
    def __call__(self, files: tuple[Path, ...], *, kept: Collection[str] = ()) -> Source: ...


def _reader_for(files: tuple[Path, ...]) -> _Reader:
    """Return the reader of these files; raises `SourceError` if there is none for all of them."""
    suffixes = sorted({file.suffix.lower() for file in files})
    if unknown := [one for one in suffixes if one not in ENDINGS]:
        message = "{}: a {} file cannot be read; {}"
        if not unknown[0]:
            message = "{0}: a file without ending cannot be read; {2}"
        known = ", ".join(sorted(ENDINGS))
        advice = tr(_ADVICE[unknown[0]]) if unknown[0] in _ADVICE else tr("known are {}", known)
        raise SourceError(message, files[0], unknown[0], advice)
    readers = {_reader_of(suffix) for suffix in suffixes}
    if len(readers) > 1:
        kinds = " and ".join(suffixes)
        raise SourceError("{} mixes {}: name one kind", files[0].parent, kinds)
    return readers.pop()


def _reader_of(suffix: str) -> _Reader:
    """Return the reader of a file ending; each is loaded only for its own kind of file."""
    if suffix in PARQUET:
        from cxtui.sources.readers.parquet_reader import read_parquet

        return read_parquet
    if suffix in DELIMITED | COMPRESSED:
        from cxtui.sources.readers.delimited.delimited_reader import read_delimited

        return read_delimited
    if suffix in STATISTICS | EXCEL:
        from cxtui.sources.apart.decode_apart import read_apart

        return read_apart
    from cxtui.sources.readers.arrow_reader import read_arrow

    return read_arrow
