"""Sheets of a workbook that say what the codes and columns of another sheet mean."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from cxtui.sources.readers.statistics.variable import Value, Variable
from cxtui.survey.question import code_of
from cxtui.text import clean, fold

_MOSTLY, _FEWEST = 0.8, 2
MOST_COLUMNS = 4
_LABEL_ONLY, _VALUE_AND_LABEL = 1, 2

Sheet = Sequence[Sequence[object]]


@dataclass(frozen=True, slots=True)
class LabelSheet:
    """Rows of a sheet as (column, code or `None`, label), in the order of the sheet."""

    rows: tuple[tuple[str, Value | None, str], ...] = ()

    @classmethod
    def joined(cls, sheets: Iterable[LabelSheet]) -> LabelSheet:
        """Return the rows of all sheets as those of one."""
        return cls(tuple(row for sheet in sheets for row in sheet.rows))

    def variables(self, schema: Mapping[str, pl.DataType]) -> dict[str, Variable]:
        """Return the wordings and the labels of codes of the columns of a schema, by column."""
        found: dict[str, _Labels] = {}
        known = {fold(name): name for name in schema}
        for column, code, label in self.rows:
            name = known.get(fold(column))
            if name is None:
                continue
            labels = found.setdefault(name, _Labels())
            if code is None:
                labels.wording = labels.wording or label
            else:
                is_text = schema[name] == pl.String
                labels.codes.setdefault(code_of(code) if is_text else code, label)
        return {name: Variable(name, one.wording, labels=one.codes) for name, one in found.items()}


@dataclass(slots=True)
class _Labels:
    wording: str = ""
    codes: dict[Value, str] = field(default_factory=dict)


def read_label_sheet(sheet: Sheet, names: Collection[str]) -> LabelSheet | None:
    """Return the labels of a sheet, `None` unless most of its rows begin with one of the names.

    `names` are the columns of the sheet of respondents. A sheet has a header and two columns (the
    name and the wording of a column) or three (its name, a code and the label of the code). The
    name may stand in the first row of a column's codes only.
    """
    filled = [row for row in sheet if any(map(_is_filled, row))]
    width = {place for row in filled for place, cell in enumerate(row) if _is_filled(cell)}
    places = sorted(width)
    if len(filled) <= _FEWEST or not _LABEL_ONLY < len(places) <= MOST_COLUMNS:
        return None
    known = {fold(name) for name in names}
    cells = [[row[place] if place < len(row) else None for place in places] for row in filled[1:]]
    named = [_text(row[0]) for row in cells if _is_filled(row[0])]
    if len(named) < _FEWEST or sum(fold(one) in known for one in named) < _MOSTLY * len(named):
        return None
    rows: list[tuple[str, Value | None, str]] = []
    column = ""
    for first, *others in cells:
        column = _text(first) if _is_filled(first) else column
        if len(others) == _LABEL_ONLY and _is_filled(others[0]):
            rows.append((column, None, _text(others[0])))
        elif len(others) >= _VALUE_AND_LABEL and all(map(_is_filled, others[:_VALUE_AND_LABEL])):
            rows.append((column, _code(others[0]), _text(others[1])))
    return LabelSheet(tuple(rows)) if rows else None


def _is_filled(cell: object) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


def _text(cell: object) -> str:
    return clean(str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell))


def _code(cell: object) -> Value:
    """Return a cell as the code that it is in a column: whole numbers and texts of digits alike."""
    text = _text(cell)
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() else number
