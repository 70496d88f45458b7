"""Columns of a survey by its header alone, to be listed while it is read; loads no engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from cxtui.errors import CxtuiError
from cxtui.text import clean

_LONGEST_LETTER = 4
"""Bytes of a letter in UTF-8."""


@dataclass(frozen=True, slots=True)
class ListedColumn:
    """A column of a file that is being read: its `name` there, and what the list shows of it.

    It has nothing of what the list shows of a question besides.
    """

    name: str
    id: str
    label: str
    section: ClassVar[str] = ""
    kind: ClassVar[None] = None
    made: ClassVar[None] = None
    grid_item: ClassVar[None] = None
    categories: ClassVar[tuple[()]] = ()


def listed_columns(files: Sequence[str]) -> tuple[ListedColumn, ...]:
    """Return the columns that the header of a large text names; none where it has to be decoded.

    Other files, and those that are in the cache, are read without a list before. What is wrong
    with a file is left to its reader.
    """
    from cxtui.sources.cache.cache_entries import has_entry
    from cxtui.sources.locate import DELIMITED
    from cxtui.sources.reading_progress import is_large
    from cxtui.sources.wave_files import find_waves

    try:
        rounds = find_waves(files)
        paths = [path for one in rounds for path in one.files]
        if len(paths) != 1 or paths[0].suffix.lower() not in DELIMITED or not is_large(paths[0]):
            return ()
        return () if has_entry(paths[0].resolve()) else _columns(paths[0])
    except (CxtuiError, OSError):
        return ()


def _columns(file: Path) -> tuple[ListedColumn, ...]:
    from cxtui.sources.readers.delimited.first_rows import beginning, detect_delimiter, first_rows
    from cxtui.sources.readers.delimited.header import read_header, with_row_names

    start = beginning(file)
    if not _is_plain(start):
        return ()
    header = read_header(with_row_names(first_rows(start, detect_delimiter(start, file))))
    labels = {name: one.label for name, one in header.labels.items()}
    return tuple(
        ListedColumn(name, clean(name), clean(labels.get(name, "") or name))
        for name in header.columns
    )


def _is_plain(start: bytes) -> bool:
    """Return whether the beginning of a file is UTF-8, but for a letter that is cut off."""
    try:
        text = start.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return len(start) - error.start < _LONGEST_LETTER and b"\0" not in start
    return "\0" not in text
