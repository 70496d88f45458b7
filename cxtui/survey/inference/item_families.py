"""Candidates for grids: columns grouped by the file's blocks, their names or their labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from cxtui.messages import tr
from cxtui.survey.inference.column_sets import BlockColumn, ColumnBlock
from cxtui.survey.inference.column_values import Column
from cxtui.text import shared_length

_GENERIC = re.compile(r"^([a-z]|var|col|column|question|item|field|frage|ques)$", re.I)
_ROW_AND_COLUMN = re.compile(r"^(.+?)_?r(\d+)_?c(\d+)$", re.I)
_LETTERED = re.compile(r"^(q?\d{1,3})_?([a-z])$", re.I)
_SUFFIX = re.compile(r"\s[-\u2013]\s(?=[^-\u2013]*$)")
_FEWEST_ALIKE, _LONG_FRAME, _FRAME_WORDS = 3, 20, 4


@dataclass(frozen=True, slots=True)
class ItemFamily:
    """Columns that may be the items of one grid.

    The evidence is weaker where it is `by_name` (short names only) or `by_frame` (similar labels
    only); `by_place` means that the names give row and column of a grid.
    """

    id: str
    label: str
    rows: tuple[BlockColumn, ...]
    by_name: bool = False
    by_frame: bool = False
    by_place: bool = False


def find_families(
    columns: Mapping[str, Column], rated: set[str], blocks: Iterable[ColumnBlock]
) -> Iterator[ItemFamily]:
    """Yield candidate grids, the most certain first; a column may be in several of them."""
    for block in blocks:
        rows = tuple(
            replace(one, option=one.option or one.column.name)
            for one in block.members
            if one.column.name in columns
        )
        if block.worded or not _GENERIC.match(block.id):
            yield ItemFamily(block.id, block.label, rows, by_name=not block.worded)
    yield from _families_by_number(columns.values())
    yield from _families_by_label([one for one in columns.values() if one.name in rated])


def _families_by_number(columns: Iterable[Column]) -> Iterator[ItemFamily]:
    """Yield families of `q14r01c01`, `q14r02c01` … (one a column) and of `10a`, `10b` …"""
    by_key: dict[str, list[BlockColumn]] = {}
    lettered: dict[str, list[BlockColumn]] = {}
    for column in columns:
        if match := _ROW_AND_COLUMN.match(column.name):
            row = BlockColumn(column, column.wording, match[2])
            by_key.setdefault(f"{match[1]}c{match[3]}", []).append(row)
        elif column.label and (match := _LETTERED.match(column.label.block)):
            lettered.setdefault(match[1], []).append(BlockColumn(column, column.wording, match[2]))
    for key, rows in by_key.items():
        yield ItemFamily(key, key, tuple(rows), by_name=True, by_place=True)
    for key, rows in lettered.items():
        yield ItemFamily(key, tr("Question {}", key.lstrip("qQ")), tuple(rows))


def _families_by_label(columns: Sequence[Column]) -> Iterator[ItemFamily]:
    """Yield families whose labels differ in one part: `ITEM - question`, `Please rate ITEM.`"""
    by_end: dict[str, list[tuple[Column, str]]] = {}
    for column in columns:
        if match := _SUFFIX.search(column.wording):
            item = _SUFFIX.split(column.wording)[0]
            by_end.setdefault(column.wording[match.end() :], []).append((column, item))
    for question, members in by_end.items():
        yield ItemFamily(members[0][0].block, question, _number_rows(members))
    run: list[Column] = []
    for column in columns:
        if run and not _common_frame([run[0].wording, column.wording]):
            yield from _family_of_run(run)
            run = []
        run.append(column)
    yield from _family_of_run(run)


def _family_of_run(columns: Sequence[Column]) -> Iterator[ItemFamily]:
    texts = [column.wording for column in columns]
    frame = _common_frame(texts) if len(columns) >= _FEWEST_ALIKE else None
    if frame:
        start, end = frame
        items = [text[len(start) : len(text) - len(end)].strip(" .:;?") for text in texts]
        if all(items):
            rows = _number_rows(zip(columns, items, strict=True))
            label = f"{start.strip()} …{end}"
            yield ItemFamily(columns[0].block, label, rows, by_frame=True)


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


def _number_rows(members: Iterable[tuple[Column, str]]) -> tuple[BlockColumn, ...]:
    return tuple(
        BlockColumn(column, item, str(place))
        for place, (column, item) in enumerate(members, start=1)
    )
