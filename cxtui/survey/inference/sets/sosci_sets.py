"""Exports of SoSci Survey without labels: 2 is chosen, 1 is not, a negative code is no answer."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace

from cxtui.messages import tr
from cxtui.survey.inference.column_values import Column
from cxtui.survey.inference.sets.column_blocks import ColumnBlock
from cxtui.survey.question import Category, Kind, Question, code_of
from cxtui.text import clean

_OWN_COLUMNS = frozenset({"CASE", "QUESTNNR", "STARTED", "FINISHED"})
_NAME = re.compile(r"[A-Z]{1,2}\d{2,3}_\d{2}")
_CODE = re.compile(r"-\d{1,2}")
_CHOSEN, _UNCHOSEN = 2, 1
_FEWEST = 2


def is_sosci_export(names: Collection[str]) -> bool:
    """Return whether columns with these names are those of an export of SoSci Survey."""
    return set(names) >= _OWN_COLUMNS


def find_sosci_set(block: ColumnBlock) -> Question | None:
    """Return the multiple response of a block of columns in such an export, `None` for another."""
    columns = [one.column for one in block.members]
    if len(columns) < _FEWEST or not all(map(_holds_marks, columns)):
        return None
    if not any(_CHOSEN in one.counts for one in columns):
        return None
    missing = sorted({value for one in columns for value in one.counts if value < 0})
    options = (
        Category(clean(one.name), one.wording if one.label else clean(one.name)) for one in columns
    )
    reasons = (Category(code_of(one), code_of(one), missing=True) for one in missing)
    message = "multiple response: {} columns of a SoSci export, 2 for chosen, 1 for not chosen"
    return Question(
        id=block.id,
        label=block.label,
        kind=Kind.MULTI,
        columns=tuple(one.name for one in columns),
        categories=(*options, *reasons),
        unchosen=(str(_UNCHOSEN),),
        guess=tr(message, len(columns)),
    )


def find_sosci_count(question: Question, columns: Mapping[str, Column]) -> str | None:
    """Return the column with the number of options that a respondent chose, else `None`."""
    stem = question.columns[0].rpartition("_")[0]
    return stem if stem in columns and columns[stem].is_number else None


def with_missing_codes(question: Question) -> Question:
    """Return a question with its negative codes as missing, which SoSci gives to no answer."""
    return replace(
        question,
        categories=tuple(
            replace(one, missing=True, score=None) if _CODE.fullmatch(one.code) else one
            for one in question.categories
        ),
    )


def _holds_marks(column: Column) -> bool:
    values = {value for value in column.counts if value >= 0} if column.whole_numbers else {0}
    return bool(_NAME.fullmatch(column.name)) and values <= {_CHOSEN, _UNCHOSEN}
