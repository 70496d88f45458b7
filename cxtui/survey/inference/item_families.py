"""Candidates for grids: columns grouped by the file's blocks, their names or their labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cxtui.survey.inference.column_sets import ColumnBlock
from cxtui.survey.inference.column_values import Column
from cxtui.survey.model import ColumnLabel
from cxtui.text import clean, shared_length

_GENERIC = re.compile(r"^([a-z]|var|col|column|question|item|field|frage|ques)$", re.I)
_ROW_AND_COLUMN = re.compile(r"^(.+?)_?r(\d+)_?c(\d+)$", re.I)
_LETTERED = re.compile(r"^(q?\d{1,3})_?([a-z])$", re.I)
_SUFFIX = re.compile(r"\s[-\u2013]\s(?=[^-\u2013]*$)")
_FEWEST_ALIKE, _LONG_FRAME, _FRAME_WORDS = 3, 20, 4


@dataclass(frozen=True, slots=True)
class GridRow:
    """A column that may be an item of a grid, with the item's wording and code."""

    column: Column
    item: str
    code: str


@dataclass(frozen=True, slots=True)
class ItemFamily:
    """Columns that may be the items of one grid.

    The evidence is weaker where it is `by_name` (short names only) or `by_frame` (similar labels
    only); `by_place` means that the names give row and column of a grid.
    """

    id: str
    label: str
    rows: tuple[GridRow, ...]
    by_name: bool = False
    by_frame: bool = False
    by_place: bool = False


def find_families(
    columns: Mapping[str, Column],
    rated: set[str],
    blocks: Iterable[ColumnBlock],
    labels: Mapping[str, ColumnLabel],
) -> Iterator[ItemFamily]:
    """Yield candidate grids, the most certain first; a column may be in several of them."""
    for block in blocks:
        rows = tuple(
            GridRow(one.column, one.option or one.column.name, one.code)
            for one in block.members
            if one.column.name in columns
        )
        if block.worded or not _GENERIC.match(block.id):
            yield ItemFamily(block.id, block.label, rows, by_name=not block.worded)
    yield from _families_by_number(columns, labels)
    yield from _families_by_label([name for name in columns if name in rated], columns, labels)


def _families_by_number(
    columns: Mapping[str, Column], labels: Mapping[str, ColumnLabel]
) -> Iterator[ItemFamily]:
    """Yield families of `q14r01c01`, `q14r02c01` … (one a column) and of `10a`, `10b` …"""
    by_key: dict[str, list[GridRow]] = {}
    lettered: dict[str, list[GridRow]] = {}
    for name, column in columns.items():
        label = labels.get(name)
        wording = clean(label.label) if label else name
        if match := _ROW_AND_COLUMN.match(name):
            by_key.setdefault(f"{match[1]}c{match[3]}", []).append(
                GridRow(column, wording, match[2])
            )
        elif label and (match := _LETTERED.match(label.block)):
            lettered.setdefault(match[1], []).append(GridRow(column, wording, match[2]))
    for key, rows in by_key.items():
        yield ItemFamily(key, key, tuple(rows), by_name=True, by_place=True)
    for key, rows in lettered.items():
        number = key.lstrip("qQ")
        yield ItemFamily(key, f"Question {number}", tuple(rows))


def _families_by_label(
    names: Sequence[str], columns: Mapping[str, Column], labels: Mapping[str, ColumnLabel]
) -> Iterator[ItemFamily]:
    """Yield families whose labels differ in one part: `ITEM - question`, `Please rate ITEM.`"""
    texts = {name: clean(labels[name].label if name in labels else name) for name in names}
    by_end: dict[str, list[str]] = {}
    for name, text in texts.items():
        if match := _SUFFIX.search(text):
            by_end.setdefault(text[match.end() :], []).append(name)
    for question, members in by_end.items():
        rows = [GridRow(columns[one], _SUFFIX.split(texts[one])[0], "") for one in members]
        yield ItemFamily(_block_id(members[0], labels), question, _number_rows(rows))
    run: list[str] = []
    for name in names:
        if run and not _common_frame([texts[one] for one in (run[0], name)]):
            yield from _family_of_run(run, texts, columns, labels)
            run = []
        run.append(name)
    yield from _family_of_run(run, texts, columns, labels)


def _family_of_run(
    names: Sequence[str],
    texts: Mapping[str, str],
    columns: Mapping[str, Column],
    labels: Mapping[str, ColumnLabel],
) -> Iterator[ItemFamily]:
    frame = _common_frame([texts[name] for name in names]) if len(names) >= _FEWEST_ALIKE else None
    if frame:
        start, end = frame
        items = [texts[name][len(start) : len(texts[name]) - len(end)] for name in names]
        rows = [
            GridRow(columns[name], item.strip(" .:;?"), "")
            for name, item in zip(names, items, strict=True)
        ]
        if all(row.item for row in rows):
            label = f"{start.strip()} …{end}"
            yield ItemFamily(_block_id(names[0], labels), label, _number_rows(rows), by_frame=True)


def _common_frame(texts: Sequence[str]) -> tuple[str, str] | None:
    """Return the words all labels begin and end with; `None` if too few to be a question."""
    start = texts[0][: shared_length(texts)]
    start = start[: start.rfind(" ") + 1]
    if len(start) < _LONG_FRAME or start.count(" ") < _FRAME_WORDS:
        return None
    rests = [text[len(start) :][::-1] for text in texts]
    end = rests[0][: shared_length(rests)]
    end = end[: end.rfind(" ") + 1] if " " in end else ""
    return start, end[::-1]


def _block_id(name: str, labels: Mapping[str, ColumnLabel]) -> str:
    return clean(labels[name].block if name in labels else name)


def _number_rows(rows: Sequence[GridRow]) -> tuple[GridRow, ...]:
    return tuple(
        GridRow(row.column, row.item, str(place)) for place, row in enumerate(rows, start=1)
    )
