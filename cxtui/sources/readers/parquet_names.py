"""Parquet files in which several columns have one name, which the engine refuses.

The footer names each column in its schema and in every group of rows. Names of the same length can
be put in their places, so that nothing else moves.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from string import ascii_lowercase, digits
from typing import Any

import polars as pl

from cxtui.messages import tr
from cxtui.sources.readers.compact_protocol import (
    CompactReader,
    DamagedStructError,
    damaged_if_unexpected,
)
from cxtui.sources.readers.parquet_footer import footer_of
from cxtui.text import clean, numbered

_SCHEMA, _ROW_GROUPS, _COLUMNS, _METADATA = 2, 4, 1, 3
_NAME, _CHILDREN, _PATH = 4, 5, 3
_KEY_VALUES, _KEY = 5, 1
_ARROW_SCHEMA = b"ARROW:schema"


class _Placed(bytes):
    """Bytes that know where they stand."""

    place: int


class _PlacingReader(CompactReader):
    def _take(self, size: int) -> bytes:
        start = self.place
        found = _Placed(super()._take(size))
        found.place = start
        return found


@damaged_if_unexpected()
def read_repeated_names(file: Path) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Return the columns of a file under unique names, `q1` and `q1_2`, and notes that say so.

    Raises `DamagedStructError` where no column repeats the name of another, or none fits.
    """
    content = bytearray(file.read_bytes())
    footer = footer_of(file)
    start = len(content) - len(footer)
    fields = _PlacingReader(footer).fields()
    own = [names[0] for names in _columns(fields)]
    texts = [name.decode() for name in own]
    taken: set[bytes] = set(own)
    renamed: dict[str, str] = {}
    wanted: dict[str, list[str]] = {}
    for place, names in enumerate(_columns(fields)):
        if own[place] not in own[:place]:
            continue
        short = _free_name(own[place], taken)
        taken.add(short)
        for name in names:
            at = start + name.place
            content[at : at + len(short)] = short
        called = numbered(texts[place], {*texts, *renamed.values()})
        renamed[short.decode()] = called
        wanted.setdefault(texts[place], []).append(called)
    if not renamed:
        raise DamagedStructError
    for one in fields.get(_KEY_VALUES, ()):
        if one[_KEY] == _ARROW_SCHEMA:  # which has the old names, too
            at = start + one[_KEY].place
            content[at : at + 1] = b"_"
    message = "several columns are called {!r}: the others are read as {}"
    notes = (
        tr(message, clean(name), ", ".join(map(repr, map(clean, others))))
        for name, others in wanted.items()
    )
    return pl.read_parquet(io.BytesIO(content)).rename(renamed), tuple(notes)


def _columns(fields: dict[int, Any]) -> Iterator[list[_Placed]]:
    """Yield all places of the name of each column: in the schema, then in its groups of rows."""
    schema: Sequence[dict[int, Any]] = fields[_SCHEMA]
    chunks = [[one[_METADATA][_PATH] for one in group[_COLUMNS]] for group in fields[_ROW_GROUPS]]
    place = leaf = 1
    for _ in range(schema[0][_CHILDREN]):
        last, leaves = _end_of(schema, place)
        paths = [path for group in chunks for path in group[leaf - 1 : leaf - 1 + leaves]]
        yield [schema[place][_NAME], *(path[0] for path in paths)]
        place, leaf = last, leaf + leaves


def _end_of(schema: Sequence[dict[int, Any]], place: int) -> tuple[int, int]:
    """Return the place after an element with all inside it, and the number of its leaves."""
    children = schema[place].get(_CHILDREN, 0)
    after, leaves = place + 1, 0 if children else 1
    for _ in range(children):
        after, inside = _end_of(schema, after)
        leaves += inside
    return after, leaves


def _free_name(name: bytes, taken: set[bytes]) -> bytes:
    """Return a name of the same length that no column has."""
    signs = (digits + ascii_lowercase).encode()
    head = name[:-3] if name.isascii() else b"x" * (len(name) - 3)
    found = (head + bytes(one) for one in product(signs, repeat=len(name) - len(head)))
    free = next((one for one in found if one not in taken), None)
    if free is None:
        raise DamagedStructError
    return free
