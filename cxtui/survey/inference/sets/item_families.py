"""Columns that may be the items of one grid: by their header, names, labels or shared scale."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from cxtui.messages import tr
from cxtui.survey.inference.column_values import Column, Description
from cxtui.survey.inference.sets.column_blocks import BlockColumn, ColumnBlock
from cxtui.survey.question import Kind, code_of
from cxtui.text import shared_length

RATED = frozenset({Kind.SINGLE, Kind.SCALE})
"""Kinds of the questions that items of a grid may be."""

_GENERIC = re.compile(r"^([a-z]|var|col|column|question|item|field|frage|ques)$", re.I)
_ROW_AND_COLUMN = re.compile(r"^(.+?)_?r(\d+)_?c(\d+)$", re.I)
_LETTERED = re.compile(r"^(q?\d{1,3})_?([a-z])$", re.I)
_SUFFIX = re.compile(r"\s[-\u2013]\s(?=[^-\u2013]*$)")
_IN_BRACKETS = re.compile(r"\s[(\uff08]([^()]*)[)\uff09]$")
_FEWEST_ALIKE, _FEWEST_SCALES, _LONG_FRAME, _FRAME_WORDS = 3, 2, 20, 4
_FEWEST_LETTERS = 4
_ASKS = frozenset("?\uff1f\u061f\u037e")
_SHOWN = 2


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
    columns: Mapping[str, Column],
    found: Mapping[str, Description],
    blocks: Iterable[ColumnBlock],
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
    rated = {name for name, one in found.items() if one.kind in RATED}
    yield from _families_by_label([one for one in columns.values() if one.name in rated])
    yield from _statements(columns.values(), found)


def _families_by_number(columns: Iterable[Column]) -> Iterator[ItemFamily]:
    """Yield families of `q14r01c01`, `q14r02c01` … (one a column) and of `10a`, `10b` …"""
    by_key: dict[str, list[BlockColumn]] = {}
    lettered: dict[str, list[BlockColumn]] = {}
    for column in columns:
        if match := _ROW_AND_COLUMN.match(column.name):
            row = BlockColumn(column, column.wording, match[2])
            by_key.setdefault(f"{match[1]}c{match[3]}", []).append(row)
        elif match := _LETTERED.match(column.block):
            lettered.setdefault(match[1], []).append(BlockColumn(column, column.wording, match[2]))
    for key, rows in by_key.items():
        yield ItemFamily(key, key, tuple(rows), by_name=True, by_place=True)
    for key, rows in lettered.items():
        label = tr("Question {}", key.lstrip("qQ"))
        if all(row.column.label for row in rows):
            yield ItemFamily(key, label, tuple(rows))
        elif len(rows) >= _FEWEST_LETTERS and _are_in_a_row([row.code.lower() for row in rows]):
            yield ItemFamily(key, label, tuple(rows), by_name=True, by_place=True)


def _are_in_a_row(letters: Sequence[str]) -> bool:
    """Return whether letters are `a`, `b`, `c`, … without a gap."""
    return all(ord(letter) == ord("a") + place for place, letter in enumerate(letters))


def _families_by_label(columns: Sequence[Column]) -> Iterator[ItemFamily]:
    """Yield families whose labels differ in one part: `ITEM - question`, `Please rate ITEM.`"""
    by_end: dict[str, list[tuple[Column, str]]] = {}
    for column in columns:
        if match := _IN_BRACKETS.search(column.wording):
            by_end.setdefault(match[1], []).append((column, column.wording[: match.start()]))
        elif match := _SUFFIX.search(column.wording):
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
    alike = len({frozenset(map(code_of, one.counts)) for one in columns}) == 1
    fewest = _FEWEST_SCALES if alike else _FEWEST_ALIKE
    frame = _common_frame(texts) if len(columns) >= fewest else None
    if frame:
        start, end = frame
        items = [text[len(start) : len(text) - len(end)].strip(" .:;?") for text in texts]
        if all(items):
            rows = _number_rows(zip(columns, items, strict=True))
            label = f"{start.strip()} …{end}"
            yield ItemFamily(columns[0].block, label, rows, by_frame=True)


def _statements(
    columns: Iterable[Column], found: Mapping[str, Description]
) -> Iterator[ItemFamily]:
    """Yield families of statements beside each other on one worded scale, without a question."""

    def scale_of(column: Column) -> list[str]:
        one = found.get(column.name)
        is_worded = " " in column.wording or not column.wording.isascii()
        is_stated = is_worded and _ASKS.isdisjoint(column.wording)
        if not (one and one.kind is Kind.SCALE and column.is_text and is_stated):
            return []
        return sorted(category.code for category in one.categories)

    for scale, group in groupby(columns, scale_of):
        run = list(group)
        if scale and len(run) >= _FEWEST_ALIKE:
            shown = " / ".join(one.wording for one in run[:_SHOWN])
            rows = _number_rows((one, one.wording) for one in run)
            yield ItemFamily(run[0].block, f"{shown} …", rows)


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
