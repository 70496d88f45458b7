"""Write a book of tables as the workbook that goes to a client."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from cxtui.errors import ExportError
from cxtui.messages import tr
from cxtui.output.book.book_table import Book, BookColumn, BookLine, BookRow, BookTable
from cxtui.output.drawing.number_text import EMPTY, HIDDEN, neutral, rounded
from cxtui.output.writers.markup import FAINT, INK, RULE, accent
from cxtui.output.writers.xlsx_writer import LONGEST_TEXT, MOST_COLUMNS, sheet_names
from cxtui.survey.note import sentences_of

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_HEAD, _NET, _LOW, _LINK = "#eef3f6", "#f6f8fa", "#9aa5b1", "#1864ab"
_LABEL, _VALUE, _MARKS = 36, 6.2, 3.8
"""The widths of the columns: of labels, of numbers, of the letters right of them."""

_TITLES = 4
"""Lines over the heads: title, question, base, and the link to the contents."""

_HEADS = 3
"""Lines of the heads: banner question, answer, letter."""

_FIRST, _OTHER = 13.5, 11
"""The heights of the first line of an answer and of the others."""

_CONTENTS = (7, 58, 18, 44, 8, 14, 44)
_A4 = 9


def write_book(book: Book) -> bytes:
    """Return a workbook: a sheet a table, or a banner, behind the sheet of contents.

    Raises `ExportError` where a table has more columns than a sheet.
    """
    import xlsxwriter

    content = io.BytesIO()
    never = dict.fromkeys(("strings_to_numbers", "strings_to_formulas", "strings_to_urls"), False)
    workbook = xlsxwriter.Workbook(content, {"in_memory": True, **never})
    workbook.set_properties({"title": book.title[:255], "comments": tr("made by cxtui")})
    formats, tables, stacked = _formats(workbook), book.tables, book.stacked
    pages = [list(own) for _, own in groupby(tables, lambda one: one.banner if stacked else one)]
    first = tr("Contents") if book.contents else ""
    names = sheet_names(map(_name_of, pages) if stacked else _numbers(pages), [first])
    places: list[tuple[BookTable, str, int]] = []
    listing = _Sheet(workbook.add_worksheet(first), formats, book.title) if first else None
    for name, own in zip(names, pages, strict=True):
        sheet = _Sheet(workbook.add_worksheet(name), formats, book.title)
        for one in own:
            places.append((one, name, sheet.next_line))
            sheet.write(one, first, freezes=not stacked)
    if listing is not None:
        listing.list_contents(places, book.about)
    workbook.close()
    return content.getvalue()


def _name_of(page: Sequence[BookTable]) -> str:
    return page[0].banner or tr("Tables")


def _numbers(pages: Sequence[Sequence[BookTable]]) -> list[str]:
    return [str(one.number) for (one,) in pages]


def _formats(workbook: Workbook) -> Callable[..., Format]:
    """Return what gives the format of a look: keywords as xlsxwriter takes them."""
    usual = {"font_name": "Arial", "font_size": 9, "font_color": INK, "valign": "vcenter"}
    return cache(lambda **look: workbook.add_format({**usual, **look}))


class _Sheet:
    """A sheet with one table, or several below each other; `next_line` is where the next begins."""

    def __init__(self, page: Worksheet, formats: Callable[..., Format], title: str) -> None:
        self._page, self._format, self._title = page, formats, title
        self.next_line = 0
        page.hide_gridlines(2)

    def list_contents(
        self, places: Sequence[tuple[BookTable, str, int]], about: Sequence[str]
    ) -> None:
        """Write a line a table: where it is, who is counted, and where to look first."""
        for column, width in enumerate(_CONTENTS):
            self._page.set_column(column, column, width)
        self._text(0, 0, self._title, bold=True, font_size=15)
        for line, text in enumerate(about, 1):
            self._text(line, 0, text, font_color=FAINT)
        top = len(about) + 2
        heads = [tr("Table"), tr("Title"), tr("Question"), tr("Base"), tr("n")]
        heads += [tr("Marked cells"), tr("Columns not tested (n under 30)")]
        for column, head in enumerate(heads):
            align = "right" if column in {4, 5} else "left"
            look = {"indent": 1} if column == len(heads) - 1 else {}
            self._text(top, column, head, bold=True, bottom=1, bg_color=_HEAD, align=align, **look)
        for line, (one, sheet, at) in enumerate(places, top + 1):
            self._link(line, 0, sheet, str(one.number), at)
            self._link(line, 1, sheet, one.title, at)
            self._text(line, 2, one.question, font_color=FAINT)
            self._text(line, 3, one.problem or one.base, text_wrap=True)
            if one.n is not None:
                self._page.write_number(line, 4, one.n, self._format(num_format="#,##0"))
            ink = INK if one.marked else FAINT
            self._page.write_number(line, 5, one.marked, self._format(font_color=ink))
            self._text(line, 6, ", ".join(one.untested), font_color=FAINT, indent=1)
        self._page.freeze_panes(top + 1, 0)
        self._to_paper(tr("Contents"))

    def write(self, one: BookTable, contents: str, *, freezes: bool) -> None:
        """Write one table; with `freezes` its heads stay in sight and are repeated on paper."""
        top = self.next_line
        self._titles(one, contents, top)
        if one.problem:
            self._text(top + _TITLES, 0, one.problem)
            self._page.set_column(0, 0, _LABEL)
            self.next_line = top + _TITLES + 3
            return
        if 1 + 2 * len(one.columns) > MOST_COLUMNS:
            message = "table {}: too many columns for a sheet of Excel ({:,} with letters)"
            raise ExportError(message, one.number, 2 * len(one.columns))
        self._page.set_column(0, 0, _LABEL)
        for at, _ in enumerate(one.columns):
            self._page.set_column(_place(at), _place(at), _VALUE)
            self._page.set_column(_place(at) + 1, _place(at) + 1, _MARKS)
        self._heads(one, top + _TITLES)
        line = self._bases(one, top + _TITLES + _HEADS)
        if freezes:
            self._page.freeze_panes(line, 1)
            self._page.repeat_rows(top + _TITLES, line - 1)
            self._page.repeat_columns(0)
        for row in one.rows:
            line = self._row(one, row, line)
        for column in range(1 + 2 * len(one.columns)):
            self._text(line, column, "", top=1, top_color=INK)
        line += 1
        notes = sentences_of(one.notes)
        for note in (*notes, *(tr("This table again: {}", again) for again in one.replays)):
            self._text(line, 0, note, font_color=FAINT, font_size=8)
            line += 1
        self.next_line = line + 2
        self._to_paper(tr("Table {}", one.number) if freezes else "")

    def _titles(self, one: BookTable, contents: str, top: int) -> None:
        title = tr("Table {}   {}", one.number, one.title)
        self._text(top, 0, title, bold=True, font_size=13)
        about = f"{one.question}: {one.wording}" if one.title != one.wording else one.question
        self._text(top + 1, 0, about, font_color=FAINT)
        if one.base:
            self._text(top + 2, 0, tr("Base: {}", one.base), font_color=FAINT)
        if contents:
            self._link(top + 3, 0, contents, contents)

    def _to_paper(self, name: str) -> None:
        page = self._page
        page.set_landscape()
        page.set_paper(_A4)
        page.fit_to_pages(1, 0)
        page.set_margins(0.4, 0.4, 0.5, 0.5)
        number = " · ".join(filter(None, (name, tr("page {} of {}", "&P", "&N"))))
        left = self._title.replace("&", "&&")[:100]
        page.set_footer(f"&L&8{left}&R&8{number}")

    # The heads

    def _heads(self, one: BookTable, line: int) -> None:
        for at in range(_HEADS):
            ruled = {"bottom": 1, "bottom_color": INK} if at == _HEADS - 1 else {}
            self._text(line + at, 0, "", bg_color=_HEAD, **ruled)
        groups = groupby(enumerate(one.columns), lambda placed: placed[1].accent)
        for own, listed in groups:
            columns = list(listed)
            (first, head), (last, _) = columns[0], columns[-1]
            look = {"bold": True, "align": "center", "bg_color": _HEAD, **_edge(head)}
            look |= {"bottom": 2, "bottom_color": accent(own)} if own >= 0 else {}
            self._merged(line, _place(first), _place(last) + 1, head.heading, look)
        self._page.set_row(line + 1, 26)
        for at, column in enumerate(one.columns):
            look = {"align": "center", "bg_color": _HEAD, **_edge(column)}
            named = {**look, "bold": True, "valign": "bottom", "text_wrap": True}
            self._merged(line + 1, _place(at), _place(at) + 1, column.label, named)
            lettered = {**look, "bottom": 1, "bottom_color": INK, "font_color": FAINT}
            self._merged(line + 2, _place(at), _place(at) + 1, column.letter, lettered)

    def _merged(self, line: int, first: int, last: int, text: str, look: dict[str, Any]) -> None:
        shown = _as_text(text, look)
        self._page.merge_range(line, first, line, last, "", self._format(**shown))
        self._text(line, first, text, **look)

    def _bases(self, one: BookTable, line: int) -> int:
        """Write the bases below the heads; return the line below them."""
        for place, base in enumerate(one.bases):
            ruled = {"bottom": 1, "bottom_color": RULE, "bold": place == 0}
            self._text(line, 0, base.label, **ruled)
            for at, column in enumerate(one.columns):
                low, high = base.lowest[column.place], base.highest[column.place]
                look = {**ruled, **_edge(column)}
                shown = "#,##0.00" if base.digits else "#,##0"
                if base.hidden and base.hidden[column.place]:
                    self._text(line, _place(at), HIDDEN, **look, align="right")
                else:
                    self._number(line, _place(at), low, shown, **look)
                ends = column.flag if low == high else EMPTY + rounded(high, 0)
                marked = {"font_color": FAINT, "bottom": 1, "bottom_color": RULE}
                self._text(line, _place(at) + 1, ends if place == 0 else "", **marked)
            line += 1
        return line

    # The rows

    def _row(self, one: BookTable, row: BookRow, line: int) -> int:
        """Write the lines of an answer; return the line below them."""
        for place, statistic in enumerate(row.lines):
            look: dict[str, Any] = {"bg_color": _NET} if row.is_strong else {}
            look |= {"top": 4, "top_color": RULE} if place == 0 else {}
            self._page.set_row(line, _OTHER if place else _FIRST)
            named = {"text_wrap": True, "bold": row.is_strong, "indent": row.depth}
            self._text(line, 0, "" if place else row.label, **look, **named)
            self._cells(one, row, statistic, line, look, is_first=place == 0)
            line += 1
        return line

    def _cells(
        self,
        one: BookTable,
        row: BookRow,
        statistic: BookLine,
        line: int,
        look: dict[str, Any],
        *,
        is_first: bool,
    ) -> None:
        shown = _number_format(statistic)
        for at, (column, number) in enumerate(zip(one.columns, statistic.numbers, strict=True)):
            ink = _LOW if column.is_low else INK if is_first and row.status else FAINT
            own = {**look, **_edge(column), "font_color": ink}
            own |= {"bold": row.is_strong} if is_first else {"font_size": 8}
            value = number / 100 if number is not None and statistic.is_percent else number
            if number is None:
                self._text(line, _place(at), statistic.text(at), **own, align="right")
            else:
                self._number(line, _place(at), value, shown, **own)
            marks = {**look, "font_size": 8, "bold": True, "font_color": _LINK}
            self._text(line, _place(at) + 1, row.marks[at] if is_first else "", **marks)

    # Cells

    def _number(
        self, line: int, column: int, number: float | None, shown: str, **look: Any
    ) -> None:
        if number is None:
            self._text(line, column, EMPTY, **look, align="right")
        else:
            self._page.write_number(line, column, number, self._format(**look, num_format=shown))

    def _text(self, line: int, column: int, text: str, **look: Any) -> None:
        """Write text that is no formula, number or link, also after the cell is edited."""
        if text:
            shown = self._format(**_as_text(text, look))
            self._page.write_string(line, column, text[:LONGEST_TEXT], shown)
        elif look:
            self._page.write_blank(line, column, None, self._format(**look))

    def _link(self, line: int, column: int, sheet: str, text: str, at: int = 0) -> None:
        place = "internal:'" + sheet.replace("'", "''") + f"'!A{at + 1}"
        shown = self._format(font_color=_LINK, underline=1, text_wrap=True)
        self._page.write_url(line, column, place, shown, string=text[:LONGEST_TEXT])


def _as_text(text: str, look: dict[str, Any]) -> dict[str, Any]:
    return look if neutral(text) == text else {**look, "quote_prefix": True}


def _place(column: int) -> int:
    """Return the column of the sheet that has the numbers of a column of the table."""
    return 1 + 2 * column


def _edge(column: BookColumn) -> dict[str, Any]:
    return {"left": 1, "left_color": RULE} if column.begins else {}


def _number_format(line: BookLine) -> str:
    if line.is_percent:
        return "0%"
    digits = "#,##0" + (f".{'0' * line.digits}" if line.digits else "")
    if not line.in_points:
        return digits
    return f'+{digits};"\N{MINUS SIGN}"{digits};{digits}'
