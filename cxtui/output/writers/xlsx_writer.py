"""Write a Document as an Excel workbook: a sheet a table, numbers as numbers, marks beside them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from rich.cells import cell_len

from cxtui.errors import ExportError
from cxtui.messages import tr
from cxtui.number_signs import in_english
from cxtui.output.document import Document, Section
from cxtui.output.drawing.number_text import neutral, signed
from cxtui.output.grid import Grid, Head, Line
from cxtui.output.writers.markup import FAINT, INK, RULE, accent, tint
from cxtui.output.writers.registry import Shape

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_LONGEST_NAME = 31
LONGEST_TEXT = 32_767
"""Excel's own limits, of a sheet's name and of the text in a cell."""

_ROWS, MOST_COLUMNS = 1_048_576, 16_384
_RESERVED = 1_000
"""Lines kept for what is over and under a table."""

_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NARROWEST_LABEL, _WIDEST_LABEL = 16, 60
_NARROWEST, _WIDEST = 9, 22
_MARKS = 4.5
_BAR = 0.6
"""The share of a column that its longest bar takes: the number is at the right of it."""

_HEADER = 3
"""Lines over the head of a table: its title, its subtitle and an empty line."""

_TITLE = {"bold": True, "font_size": 14}

_Column = tuple[Head, int]
"""A head and its column on the sheet."""


def write_xlsx(document: Document, shape: Shape) -> bytes:
    """Return the document as a workbook; several results behind a sheet of contents with links."""
    import xlsxwriter

    if document.book is not None:
        from cxtui.output.writers.book_writer import write_book

        return write_book(document.book)
    content = io.BytesIO()
    never = dict.fromkeys(("strings_to_numbers", "strings_to_formulas", "strings_to_urls"), False)
    book = xlsxwriter.Workbook(content, {"in_memory": True, **never})
    book.set_properties({"title": document.title[:255], "comments": tr("made by cxtui")})
    formats = cache(lambda **look: book.add_format({"font_name": "Arial", "font_size": 10, **look}))
    contents = tr("Contents") if len(document.sections) > 1 else ""
    names = sheet_names((one.name for one in document.sections), [contents])
    if contents:
        _Sheet(book, contents, formats).list_contents(document, names)
    for name, one in zip(names, document.sections, strict=True):
        grid = document.grid(one, shape, is_rounded=not document.content.is_set)
        _Sheet(book, name, formats).write(one, grid, contents)
    book.close()
    return content.getvalue()


def sheet_names(wanted: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """Return a name for each sheet that Excel takes, unique also without regard to case."""
    used = {name.casefold() for name in (*taken, "History")}
    names = []
    for one in wanted:
        kept = _FORBIDDEN.sub("_", one).strip("' ")[:_LONGEST_NAME].strip("' ") or tr("Table")
        name, number = kept, 2
        while name.casefold() in used:
            tail = f" {number}"
            name, number = f"{kept[: _LONGEST_NAME - len(tail)]}{tail}", number + 1
        used.add(name.casefold())
        names.append(name)
    return names


class _Sheet:
    """A new sheet of a workbook; `formats` returns the format that has some properties."""

    def __init__(self, book: Workbook, name: str, formats: Callable[..., Format]) -> None:
        self._page, self._format = book.add_worksheet(name), formats
        self._page.hide_gridlines(2)

    def list_contents(self, document: Document, names: Sequence[str]) -> None:
        """Write a link to each table, and why there is none."""
        for column, width in enumerate((32, 80, 44)):
            self._page.set_column(column, column, width)
        self._text(0, 0, document.title, **_TITLE)
        for column, head in enumerate((tr("Sheet"), tr("Question"), "")):
            self._text(2, column, head, bold=True, bottom=1)
        for line, (name, section) in enumerate(zip(names, document.sections, strict=True), 3):
            # The name of a view is written in full; that of its sheet may lack characters.
            self._link(line, name, section.name or name)
            self._text(line, 1, section.title)
            self._text(line, 2, section.problem, font_color=FAINT)
        self._fit_to_paper(3, 0)

    def write(self, section: Section, grid: Grid, contents: str) -> None:
        """Write one table, its footer and the command that prints it again.

        A link leads back to the sheet of `contents`, where there is one.
        """
        columns = _columns(grid.heads)
        _require_room(section, grid, columns)
        _widen(self._page, grid, columns)
        self._text(0, 0, section.title, **_TITLE)
        self._text(1, 0, grid.subtitle, font_color=FAINT)
        if contents:
            self._link(2, contents, contents, font_size=9)
        if section.problem:
            self._text(_HEADER, 0, section.problem)
            return self._footer(_HEADER + 2, section, grid)
        top = self._head(grid, columns)
        for position, line in enumerate(grid.lines):
            first = line.is_base and not grid.lines[position - 1].is_base
            self._line(top + position, line, columns, ruled=first)
        self._bars(grid, columns, top)
        if grid.is_list and grid.lines:
            self._page.autofilter(top - 1, 0, top - 1 + len(grid.lines), columns[-1][1])
        self._page.repeat_rows(top - 1)
        self._fit_to_paper(top, 1)
        return self._footer(top + len(grid.lines) + 1, section, grid)

    def _fit_to_paper(self, heads: int, labels: int) -> None:
        self._page.freeze_panes(heads, labels)
        self._page.set_landscape()
        self._page.fit_to_pages(1, 0)

    def _head(self, grid: Grid, columns: Sequence[_Column]) -> int:
        """Write the heads of the columns; return the first line of the body."""
        line = _HEADER
        if grid.has_variables:
            before = ""
            for head, place in columns:
                if head.variable and head.variable != before:
                    self._text(line, place, head.variable, font_color=FAINT)
                before = head.variable
            line += 1
        for head, place in columns:
            look: dict[str, object] = {"bold": True, "bottom": 1, "bottom_color": INK}
            look |= {"text_wrap": True, "valign": "bottom", "font_color": accent(head.accent)}
            look |= _alignment(head, place)
            self._text(line, place, head.title, **look)
            if head.is_marked:
                self._text(line, place + 1, "", bottom=1, bottom_color=INK)
            if head.is_interval:
                self._text(line, place, tr("{} low", head.text), **look)
                self._text(line, place + 1, tr("{} high", head.text), **look)
        return line + 1

    def _line(self, at: int, line: Line, columns: Sequence[_Column], *, ruled: bool) -> None:
        for (head, place), entry in zip(columns, line.entries, strict=True):
            is_quiet = line.is_quiet or entry.faint or head.is_interval
            look: dict[str, object] = {"font_color": FAINT if is_quiet else INK, "valign": "top"}
            look |= {"top": 1, "top_color": RULE} if ruled else {}
            look |= {"bold": True} if entry.strong else {}
            if head.is_interval:
                for column, end in enumerate(entry.ends or (None, None), place):
                    self._number(at, column, end, signed(end, entry.digits), **look)
            elif entry.number is not None and not entry.is_blank:
                self._number(at, place, entry.number, entry.text, **look)
            else:
                text = "" if entry.is_blank and not head.is_text else entry.text
                wrapped = {"text_wrap": head.is_text, **_alignment(head, place)}
                self._text(at, place, text, **look, **wrapped)
            if head.is_marked:
                marked = {**look, "bold": True, "font_color": accent(head.accent), "align": "left"}
                self._text(at, place + 1, entry.marks, **marked)

    def _bars(self, grid: Grid, columns: Sequence[_Column], top: int) -> None:
        """Put bars behind the numbers of the banner columns, all on one scale."""
        barred = [
            (at, entry.number or 0.0)
            for at, line in enumerate(grid.lines, top)
            for entry in line.entries
            if entry.bar is not None
        ]
        longest = max((number for _, number in barred), default=0.0)
        look = {"type": "data_bar", "bar_solid": True, "min_type": "num", "min_value": 0}
        look |= {"max_type": "num", "max_value": longest / _BAR}
        for head, place in columns:
            if head.accent >= 0 and longest > 0:
                coloured = {**look, "bar_color": tint(head.accent)}
                self._page.conditional_format(barred[0][0], place, barred[-1][0], place, coloured)

    def _footer(self, line: int, section: Section, grid: Grid) -> None:
        for at, note in enumerate((*grid.notes, "", section.again()), line):
            if note:
                self._text(at, 0, note, font_color=FAINT, font_size=9)

    def _link(self, line: int, sheet: str, text: str, **look: object) -> None:
        place = "internal:'" + sheet.replace("'", "''") + "'!A1"
        shown = self._format(font_color="#1864ab", underline=1, **look)
        self._page.write_url(line, 0, place, shown, string=text)

    def _number(
        self, line: int, column: int, number: float | None, text: str, **look: object
    ) -> None:
        """Write a number that is shown as `text`; an empty cell for `None`."""
        if number is None:
            self._text(line, column, "", **look, align="right")
        else:
            shown = self._format(**look, num_format=number_format(text), align="right")
            self._page.write_number(line, column, number, shown)

    def _text(self, line: int, column: int, text: str, **look: object) -> None:
        """Write text that is no formula, number or link, also after the cell is edited."""
        if neutral(text) != text:
            look["quote_prefix"] = True
        if text:
            self._page.write_string(line, column, text[:LONGEST_TEXT], self._format(**look))
        elif look:
            self._page.write_blank(line, column, None, self._format(**look))


def _alignment(head: Head, place: int) -> dict[str, object]:
    if not head.is_text:
        return {"align": "right"}
    return {"align": "left", "indent": 1} if place else {"align": "left"}


def number_format(text: str) -> str:
    """Return Excel's format of a number that is shown as `text`, `General` if it is unrounded."""
    text = in_english(text)
    whole, point, decimals = text.partition(".")
    if len(decimals) > 4:  # noqa: PLR2004 -- no table shows more
        return "General"
    digits = "#,##0" + (f".{'0' * len(decimals)}" if point else "")
    if not text.strip("0."):  # the number may be a little below 0: no sign is shown
        return f"{digits};{digits}"
    if whole.startswith(("+", "\N{MINUS SIGN}")):
        return f'+{digits};"\N{MINUS SIGN}"{digits};{digits}'
    return digits


def _columns(heads: Iterable[Head]) -> list[_Column]:
    """Return the heads with their columns; marks and the end of an interval take one more."""
    columns, place = [], 0
    for head in heads:
        columns.append((head, place))
        place += 2 if head.is_marked or head.is_interval else 1
    return columns


def _require_room(section: Section, grid: Grid, columns: Sequence[_Column]) -> None:
    """Refuse what a worksheet would cut: raises `ExportError`."""
    if (columns and columns[-1][1] + 2 > MOST_COLUMNS) or len(grid.lines) + _RESERVED > _ROWS:
        raise ExportError(
            "{}: too large for a sheet of Excel ({:,} rows, {:,} columns); take parquet or csv",
            *(section.title, _ROWS, MOST_COLUMNS),
        )


def _widen(page: Worksheet, grid: Grid, columns: Sequence[_Column]) -> None:
    """Make each column as wide as its texts need, within reason."""
    for position, (head, place) in enumerate(columns):
        texts = [cell_len(line.entries[position].text) for line in grid.lines]
        wanted = max([*texts, min(cell_len(head.title), _WIDEST)], default=0) + 2
        least, most = _NARROWEST, _WIDEST
        if head.is_text:
            least, most = _NARROWEST if position else _NARROWEST_LABEL, _WIDEST_LABEL
        if head.is_interval:
            page.set_column(place, place + 1, _NARROWEST + 2)
        else:
            page.set_column(place, place, max(least, min(wanted, most)))
        if head.is_marked:
            page.set_column(place + 1, place + 1, _MARKS)
    if not grid.heads:
        page.set_column(0, 0, _WIDEST_LABEL)
