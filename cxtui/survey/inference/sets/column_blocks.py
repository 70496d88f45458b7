"""Blocks of columns that may be one question, and those that their marks tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from cxtui.survey.blank_headers import BLANK_HEADER
from cxtui.survey.inference.column_values import Column
from cxtui.survey.inference.sets.tick_columns import comparable, is_marked, marks_of
from cxtui.survey.question import code_of
from cxtui.text import clean

_OWN_NAMES, _SHOWN, _FEWEST_BLANK = 2, 3, 3


@dataclass(frozen=True, slots=True)
class BlockColumn:
    """One column of a question, with the text of its option (empty for the whole question).

    `worded` is true if the option is wording rather than a number.
    """

    column: Column
    option: str
    code: str
    worded: bool = False


@dataclass(frozen=True, slots=True)
class ColumnBlock:
    """Columns of one question; `by_file` if the file's own header groups them."""

    id: str
    label: str
    members: tuple[BlockColumn, ...]
    worded: bool
    by_file: bool = False


def blocks_by_marks(columns: Iterable[Column]) -> Iterator[ColumnBlock]:
    """Yield blocks of adjacent columns whose only value is their own name."""

    def is_own_mark(member: BlockColumn) -> bool:
        column = member.column
        return column.is_text and is_marked(column) and marks_own_option(member)

    members = (BlockColumn(one, one.wording, one.wording, worded=True) for one in columns)
    for is_run, group in groupby(members, is_own_mark):
        run = tuple(group)
        if is_run and len(run) >= _OWN_NAMES:
            options = " / ".join(one.option for one in run[:_SHOWN])
            label = f"{options} …" if len(run) > _SHOWN else options
            yield ColumnBlock(run[0].column.block, label, run, worded=True)


def blocks_by_blanks(columns: Sequence[Column]) -> Iterator[ColumnBlock]:
    """Yield blocks of a named column and those beside it whose header is blank.

    Each holds one text of its own, an option; open answers at the end are of no block.
    """
    runs: list[list[Column]] = []
    for column in columns:
        blank = BLANK_HEADER.fullmatch(column.name)
        if not (runs and blank and blank["number"]):
            runs.append([])
        runs[-1].append(column)
    for first, *rest in runs:
        run = [one for one in (first, *rest) if one.is_text and len(one.counts) == 1]
        options = {clean(text) for one in run for text in one.counts}
        if first in run and len(run) == len(options) >= _FEWEST_BLANK:
            members = [(one, clean(next(iter(one.counts)))) for one in run]
            found = tuple(BlockColumn(one, text, text, worded=True) for one, text in members)
            yield ColumnBlock(first.block, first.wording, found, worded=True)


def marks_own_option(member: BlockColumn) -> bool:
    """Return whether the mark repeats the option's text, ignoring blanks, case and punctuation.

    Numbers at the end are ignored too: some exports number the options in their headers.
    """
    counts = member.column.counts
    marks = marks_of(member.column) or (list(counts) if len(counts) == 1 else [])
    return bool(marks) and comparable(code_of(marks[0])) == comparable(member.option)
