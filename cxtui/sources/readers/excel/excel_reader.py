"""Reader of Excel workbooks: choice of the sheet, header, and types of columns."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

import narwhals.stable.v2 as nw
import polars as pl
import python_calamine as calamine

from cxtui.errors import SourceError, first_line, is_panic, near_among
from cxtui.messages import tr, tr_count, tr_some
from cxtui.sources.column_storage import integers_if_whole
from cxtui.sources.readers.below_data import RowsAbove, rows_below_note
from cxtui.sources.readers.delimited.header import Header, read_header
from cxtui.sources.readers.excel.label_sheets import MOST_COLUMNS, LabelSheet, read_label_sheet
from cxtui.sources.readers.excel.sheet_marks import SheetMarks, read_marks
from cxtui.sources.readers.excel.workbook import check_workbook
from cxtui.sources.readers.text_columns import convert_texts, first_texts, text_columns
from cxtui.sources.reading_progress import ProgressMeter
from cxtui.sources.source import Source, empty_rows_note
from cxtui.text import clean, fold

_Cell = int | float | str | bool | datetime.time | datetime.date | datetime.timedelta
_SAMPLE_ROWS = 50
_CHUNK_ROWS = 5_000
_EXACT = 2**53
_LONGEST_LABELS = 20_000
_BESIDE = 0.5
"""The share of the rows from which a table beside the data belongs to it."""


def read_excel(files: tuple[Path, ...], sheet: str = "", kept: Collection[str] = ()) -> Source:
    """Return the source of a sheet of a workbook, of the largest if none is named.

    Columns of one type become numbers, booleans or dates; mixed columns become text (3.0 is `3`).
    Errors of formulas and empty cells are null. Raises `SourceError` if the file is not a
    workbook, too large, or has no filled sheet.
    """
    file = files[0]
    check_workbook(file)
    try:
        with calamine.load_workbook(file) as workbook:
            name, notes = _choose_sheet(file, workbook, sheet)
            others = [one for one in _names_of_sheets(workbook) if one != name]
            found = workbook.get_sheet_by_name(name)
            every = ProgressMeter(file, found.height).track(found.iter_rows())
            above = RowsAbove(_fill_merged(every, found))
            rows = _FilledRows(above)
            header, columns = _read_columns(iter(rows))
            marks = read_marks(file, name)
            labels = _label_sheets(workbook, name, header.columns)
            first = found.start[1] if found.start else 0
            if not any(column.kinds for column in columns):
                raise _no_sheet_error(file)
    except (calamine.CalamineError, ValueError) as error:
        raise _unreadable(file, error) from None
    except BaseException as error:
        if not is_panic(error):
            raise
        raise _unreadable(file, error) from None
    columns, beside = _without_side_tables(columns)
    frame = pl.DataFrame([column.series() for column in columns])
    lazy = frame.lazy()
    texts = text_columns(lazy, without=kept)
    lazy, words, said = convert_texts(lazy, first_texts(lazy, texts), is_held=True)
    frame, notes = lazy.collect(), (*notes, *said)
    if rows.left_out:
        notes = (*notes, empty_rows_note(rows.left_out))
    if above.below:
        notes = (*notes, rows_below_note(above.below))
    if beside:
        notes = (*notes, tr("left out a table beside the data: {}", tr_some(beside)))
    variables = LabelSheet.joined(labels.values()).variables(frame.schema)
    if labels:
        message = tr("the labels are those of the sheet {}", ", ".join(map(clean, labels)))
        notes = (*notes, message)
    notes = (*notes, *_mark_notes(marks, header.columns, first))
    return Source(
        nw.from_native(frame.lazy()),
        files,
        labels=header.labels,
        variables=variables,
        sheets=(name, *others) if others else (),
        words=words,
        notes=notes,
        converted=True,
    )


def _label_sheets(
    workbook: calamine.CalamineWorkbook, own: str, names: Sequence[str]
) -> dict[str, LabelSheet]:
    """Return the other sheets that say what the codes and columns of the sheet `own` mean."""
    found = {}
    for other in workbook.sheets_metadata:
        if other.typ is calamine.SheetTypeEnum.WorkSheet and other.name != own:
            labels = read_label_sheet(_narrow_rows(workbook, other.name), names)
            if labels is not None:
                found[other.name] = labels
    return found


def _narrow_rows(workbook: calamine.CalamineWorkbook, name: str) -> list[list[_Cell]]:
    """Return the rows of a sheet of few columns, none of a wider or very long one."""
    sheet = workbook.get_sheet_by_name(name)
    is_narrow = sheet.width <= MOST_COLUMNS and sheet.height <= _LONGEST_LABELS
    return list(sheet.iter_rows()) if is_narrow else []


def _first_filled(workbook: calamine.CalamineWorkbook, name: str) -> list[str]:
    rows = iter(_FilledRows(workbook.get_sheet_by_name(name).iter_rows()))
    return [_read_cell(cell)[0] or "" for cell in next(rows, ())]


def _names_of_sheets(workbook: calamine.CalamineWorkbook) -> list[str]:
    """Return the names of the sheets with cells: not of charts and macros."""
    every = workbook.sheets_metadata
    return [one.name for one in every if one.typ is calamine.SheetTypeEnum.WorkSheet]


def _choose_sheet(
    file: Path, workbook: calamine.CalamineWorkbook, wanted: str
) -> tuple[str, tuple[str, ...]]:
    """Return the name of a sheet, and a note on others: `wanted`, else the one with most cells.

    Visible sheets come first, one with the labels of another does not count.
    """
    sheets = [
        one for one in workbook.sheets_metadata if one.typ is calamine.SheetTypeEnum.WorkSheet
    ]
    names = _names_of_sheets(workbook)
    if wanted:
        same = [one for one in names if one == wanted]
        same += [one for one in names if fold(one) == fold(wanted)]
        if not same:
            known = ", ".join(map(repr, map(clean, names)))
            near = near_among(wanted, names)
            raise SourceError("{} has no sheet {!r}; it has {}", file, wanted, known, near)
        return same[0], ()
    if len(sheets) == 1:
        return sheets[0].name, ()
    sizes: dict[str, tuple[bool, int]] = {}
    for sheet in sheets:
        visible = sheet.visible is calamine.SheetVisibleEnum.Visible
        sizes[sheet.name] = (visible, _sheet_size(workbook.get_sheet_by_name(sheet.name)))
    filled = [name for name, (_, size) in sizes.items() if size]
    if not filled:
        raise _no_sheet_error(file)
    chosen = max(filled, key=sizes.__getitem__)
    rows = _narrow_rows(workbook, chosen)
    labelled = [one for one in filled if one != chosen] if rows else []
    if any(read_label_sheet(rows, _first_filled(workbook, one)) for one in labelled):
        chosen = max(labelled, key=sizes.__getitem__)
    others = ", ".join(clean(name) for name in sizes if name != chosen)
    message = "read the sheet {}, which holds most; other sheets: {} (--sheet NAME reads one)"
    return chosen, (tr(message, clean(chosen), others),)


def _fill_merged(
    rows: Iterable[list[_Cell]], sheet: calamine.CalamineSheet
) -> Iterator[list[_Cell]]:
    """Yield rows with the cells that are merged downwards filled: they count for all their rows.

    An empty row below a merged header is no respondent.
    """
    left = sheet.start[1] if sheet.start else 0
    spans: dict[int, list[tuple[int, int]]] = {}
    for (first, column), (last, _) in sheet.merged_cell_ranges or ():
        if last > first and column >= left:
            spans.setdefault(first, []).append((last, column - left))
    filled: dict[int, tuple[int, _Cell, bool]] = {}
    is_header = True
    for number, row in enumerate(rows):
        own = sum(map(_is_filled, row))
        for column, (last, value, of_header) in filled.items():
            fits = number <= last and column < len(row) and not _is_filled(row[column])
            if fits and (own or not of_header):
                row[column] = value
        for last, column in spans.get(number, ()):
            if column < len(row) and _is_filled(row[column]):
                filled[column] = last, row[column], is_header
        is_header = is_header and own <= 1  # rows of one text are titles above the header
        yield row


def _mark_notes(marks: SheetMarks, names: Sequence[str], first: int) -> Iterator[str]:
    """Yield notes on what Excel hides and what it never calculated; `first` is the left column."""
    named = dict(enumerate(names, first + 1))
    if marks.hidden_rows:
        one = "{:,} row is hidden in Excel and read like the others"
        several = "{:,} rows are hidden in Excel and read like the others"
        yield tr_count(marks.hidden_rows, one, several)
    if hidden := [named[place] for place in sorted(marks.hidden_columns) if place in named]:
        yield tr("hidden in Excel and read like the others: {}", ", ".join(hidden))
    for place, count in sorted(marks.uncalculated.items()):
        if place in named:
            yield tr(
                "{}: {:,} formulas were never calculated and are empty; "
                "open the file in Excel and save it",
                *(named[place], count),
            )


def _unreadable(file: Path, error: BaseException) -> SourceError:
    message = "{} could not be read as Excel: {}; open it there and save it as .xlsx"
    return SourceError(message, file, first_line(error))


def _no_sheet_error(file: Path) -> SourceError:
    return SourceError("{} has no sheet with a header and answers below it", file)


def _sheet_size(sheet: calamine.CalamineSheet) -> int:
    rows = 0
    filled: set[int] = set()
    for row in _FilledRows(sheet.iter_rows()):
        rows += 1
        filled.update(place for place, cell in enumerate(row) if _is_filled(cell))
    return (rows - 1) * len(filled)


class _FilledRows:
    """The filled rows, with one title line at most; `left_out` counts the empty rows below it."""

    def __init__(self, every: Iterable[Sequence[_Cell]]) -> None:
        self.left_out = 0
        self._every = every

    def __iter__(self) -> Iterator[Sequence[_Cell]]:
        rows = self._without_empty()
        first = list(islice(rows, _SAMPLE_ROWS))
        wide = [place for place, row in enumerate(first) if sum(map(_is_filled, row)) > 1]
        titles = wide[0] - 1 if wide else 0
        return chain(first[max(0, titles) :], rows)

    def _without_empty(self) -> Iterator[Sequence[_Cell]]:
        started, empty = False, 0
        for row in self._every:
            filled = sum(map(_is_filled, row))
            if not filled:
                empty += started
                continue
            self.left_out += empty
            # a row of one cell is a title; empty rows below it are not respondents
            started, empty = started or filled > 1, 0
            yield row
        self.left_out += empty


def _read_columns(rows: Iterator[Sequence[_Cell]]) -> tuple[Header, list[_Column]]:
    """Return the header, and its columns filled with the rows below it."""
    first = list(islice(rows, _SAMPLE_ROWS))
    texts = [[_read_cell(cell)[0] or "" for cell in row] for row in first]
    # remove the empty cells beside a title, as in delimited text
    if texts and sum(map(bool, texts[0])) == 1:
        texts[0] = list(filter(None, texts[0]))
    header = read_header(texts)
    columns = [_Column(name, place) for place, name in enumerate(header.columns, start=1)]
    below = chain(first[header.rows :], rows)
    while chunk := list(islice(below, _CHUNK_ROWS)):
        for column, cells in zip(columns, zip(*chunk, strict=True), strict=True):
            column.add(cells)
    # a column without a name and values is not part of the survey
    return header, [
        column
        for place, column in enumerate(columns, start=1)
        if column.kinds or column.name != f"column_{place}"
    ]


@dataclass(slots=True)
class _Column:
    """A column as chunks of text, and the kinds of its cells."""

    name: str
    place: int
    filled: int = 0
    kinds: set[str] = field(default_factory=set)
    chunks: list[pl.Series] = field(default_factory=lambda: [pl.Series(dtype=pl.String)])

    def add(self, cells: Iterable[_Cell]) -> None:
        read = list(map(_read_cell, cells))
        self.kinds.update(kind for text, kind in read if text is not None)
        self.filled += sum(text is not None for text, _ in read)
        self.chunks.append(pl.Series([text for text, _ in read], dtype=pl.String))

    def series(self) -> pl.Series:
        """Return the column, with the type of its cells if they are all of one kind."""
        texts = pl.concat(self.chunks).alias(self.name)
        match list(self.kinds):
            case ["boolean"]:
                return texts == "true"
            case ["date"]:
                return texts.str.slice(0, len("2020-01-31")).str.to_date("%Y-%m-%d")
            case ["number"]:
                return integers_if_whole(texts.cast(pl.Float64))
        return texts


def _without_side_tables(columns: list[_Column]) -> tuple[list[_Column], list[str]]:
    """Return the columns without those of smaller tables to the right, and the names of these.

    Such a table stands after an empty column, and is filled in few of the first rows only.
    """
    gaps = [place for place, one in enumerate(columns) if one.place > place + 1]
    if not gaps:
        return columns, []
    own, beside = columns[: gaps[0]], columns[gaps[0] :]
    rows = max((one.filled for one in own), default=0)
    if max(one.filled for one in beside) >= _BESIDE * rows:
        return columns, []
    return own, [clean(one.name) for one in beside]


def _is_filled(cell: _Cell) -> bool:
    return not isinstance(cell, str) or bool(cell.strip())


def _read_cell(cell: _Cell) -> tuple[str | None, str]:
    """Return the text of a cell as `code_of` does, `None` if it is empty, and its kind."""
    match cell:
        case str():
            return (cell if _is_filled(cell) else None), "text"
        case bool():
            return "true" if cell else "false", "boolean"
        case float() if cell.is_integer() and abs(cell) < _EXACT:
            return str(int(cell)), "number"
        case int() | float():
            return repr(cell), "number"
        case datetime.date() | datetime.time():
            return cell.isoformat(), "date" if isinstance(cell, datetime.date) else "text"
    return str(cell), "text"
