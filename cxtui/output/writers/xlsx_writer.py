"""Write a Document as an Excel workbook: a sheet a table, numbers as numbers, marks beside them."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from rich.cells import cell_len

from cxtui.errors import ExportError
from cxtui.output.document import Document, Entry, Grid, Head, Line, Section
from cxtui.output.drawing.number_text import neutral, signed
from cxtui.output.writers.markup import FAINT, INK, RULE, accent, tint
from cxtui.output.writers.registry import Shape

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

CONTENTS = "Contents"
"""The name of the first sheet of a workbook of several tables."""

_LONGEST_NAME = 31
_LONGEST_TEXT = 32_767
"""Excel's own limits, of a sheet's name and of the text in a cell."""

_ROWS, _COLUMNS = 1_048_576, 16_384
_RESERVED = 1_000
"""Lines kept for what is over and under a table."""

_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NARROWEST_LABEL, _WIDEST_LABEL = 16, 60
_NARROWEST, _WIDEST = 9, 22
_MARKS = 4.5
_BAR = 0.6
"""The share of a column that its longest bar takes: the number is at the right of it."""
_GENERAL = "General"
_HEADER = 3
"""Lines over the head of a table: its title, what it is, and one that is empty."""


def write_xlsx(document: Document, shape: Shape) -> bytes:
    """Return the document as a workbook; several results behind a sheet of contents with links."""
    import xlsxwriter

    content = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_numbers": False,
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    book = xlsxwriter.Workbook(content, options)
    book.set_properties({"title": document.title[:255], "comments": "made by cxtui"})
    painter, sections = _Painter(book), document.sections
    are_several = len(sections) > 1
    names = sheet_names((one.name for one in sections), [CONTENTS] if are_several else [])
    if are_several:
        painter.contents(sections, names, document.title)
    for name, one in zip(names, sections, strict=True):
        grid = document.grid(one, shape, is_rounded=not document.content.is_set)
        painter.sheet(name, one, grid, back=are_several)
    book.close()
    return content.getvalue()


def sheet_names(wanted: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """Return a name for each sheet that Excel takes and that no other has, in capitals or not."""
    used = {name.casefold() for name in (*taken, "History")}
    names = []
    for one in wanted:
        kept = _FORBIDDEN.sub("_", one).strip("' ")[:_LONGEST_NAME].strip("' ") or "Table"
        name, number = kept, 2
        while name.casefold() in used:
            tail = f" {number}"
            name, number = f"{kept[: _LONGEST_NAME - len(tail)]}{tail}", number + 1
        used.add(name.casefold())
        names.append(name)
    return names


class _Painter:
    """Writes the sheets of one workbook, with the formats that they share."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._format = cache(self._made)

    def _made(self, **properties: object) -> Format:
        return self._book.add_format({"font_name": "Arial", "font_size": 10, **properties})

    def contents(self, sections: Sequence[Section], names: Sequence[str], title: str) -> None:
        """Write the sheet of contents: a link to each table, and why there is none."""
        page = self._book.add_worksheet(CONTENTS)
        page.hide_gridlines(2)
        page.set_column(0, 0, 32)
        page.set_column(1, 1, 80)
        page.set_column(2, 2, 44)
        self._text(page, 0, 0, title, bold=True, font_size=14)
        for column, head in enumerate(("Sheet", "Question", "")):
            self._text(page, 2, column, head, bold=True, bottom=1)
        link = self._format(font_color="#1864ab", underline=1)
        for line, (name, section) in enumerate(zip(names, sections, strict=True), 3):
            place = "internal:'" + name.replace("'", "''") + "'!A1"
            # Of a view all of its name, of which a sheet's own may have to lose signs.
            page.write_url(line, 0, place, link, string=section.name or name)
            self._text(page, line, 1, section.title)
            self._text(page, line, 2, section.problem, font_color=FAINT)
        page.freeze_panes(3, 0)
        page.set_landscape()
        page.fit_to_pages(1, 0)

    def sheet(self, name: str, section: Section, grid: Grid, *, back: bool) -> None:
        """Write one table, its footer and the command that prints it again."""
        page = self._book.add_worksheet(name)
        page.hide_gridlines(2)
        places = _places(grid.heads)
        _require_room(section, grid, places)
        _widen(page, grid, places)
        self._text(page, 0, 0, section.title, bold=True, font_size=14)
        self._text(page, 1, 0, grid.subtitle, font_color=FAINT)
        if back:
            link = self._format(font_color="#1864ab", underline=1, font_size=9)
            page.write_url(2, 0, f"internal:'{CONTENTS}'!A1", link, string=CONTENTS)
        if section.problem:
            self._text(page, _HEADER, 0, section.problem)
            return self._footer(page, _HEADER + 2, section, grid)
        top = self._head(page, grid, places)
        for position, line in enumerate(grid.lines):
            first = line.is_base and not grid.lines[position - 1].is_base
            self._line(page, top + position, grid.heads, places, line, ruled=first)
        self._bars(page, grid, places, top)
        if grid.is_list and grid.lines:
            page.autofilter(top - 1, 0, top - 1 + len(grid.lines), places[-1])
        page.freeze_panes(top, 1)
        page.repeat_rows(top - 1)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        return self._footer(page, top + len(grid.lines) + 1, section, grid)

    def _head(self, page: Worksheet, grid: Grid, places: Sequence[int]) -> int:
        """Write the heads of the columns; return the first line of the body."""
        line = _HEADER
        if grid.has_variables:
            before = ""
            for head, place in zip(grid.heads, places, strict=True):
                if head.variable and head.variable != before:
                    self._text(page, line, place, head.variable, font_color=FAINT)
                before = head.variable
            line += 1
        for head, place in zip(grid.heads, places, strict=True):
            look: dict[str, object] = {"bold": True, "bottom": 1, "bottom_color": INK}
            look |= {"text_wrap": True, "valign": "bottom", "font_color": accent(head.accent)}
            look |= {"align": "left" if head.is_text else "right"}
            look |= {"indent": 1} if head.is_text and place else {}
            self._text(page, line, place, head.title, **look)
            if head.is_marked:
                page.write_blank(line, place + 1, None, self._format(bottom=1, bottom_color=INK))
            if head.is_interval:
                self._text(page, line, place, f"{head.text} low", **look)
                self._text(page, line, place + 1, f"{head.text} high", **look)
        return line + 1

    def _line(
        self,
        page: Worksheet,
        at: int,
        heads: Sequence[Head],
        places: Sequence[int],
        line: Line,
        *,
        ruled: bool,
    ) -> None:
        for head, place, entry in zip(heads, places, line.entries, strict=True):
            quiet = line.is_quiet or entry.faint
            look: dict[str, object] = {"font_color": FAINT if quiet else INK, "valign": "top"}
            look |= {"top": 1, "top_color": RULE} if ruled else {}
            look |= {"bold": True} if entry.strong else {}
            if head.is_interval:
                self._ends(page, at, place, entry, look)
            elif entry.number is not None and not entry.is_blank:
                shown = self._format(**look, num_format=number_format(entry.text), align="right")
                page.write_number(at, place, entry.number, shown)
            else:
                text = "" if entry.is_blank and not head.is_text else entry.text
                side = "left" if head.is_text else "right"
                wrapped: dict[str, object] = {"text_wrap": head.is_text, "align": side}
                wrapped |= {"indent": 1} if head.is_text and place else {}
                self._text(page, at, place, text, **look, **wrapped)
            if head.is_marked:
                marked = {**look, "bold": True, "font_color": accent(head.accent), "align": "left"}
                self._text(page, at, place + 1, entry.marks, **marked)

    def _ends(
        self, page: Worksheet, at: int, place: int, entry: Entry, look: dict[str, object]
    ) -> None:
        shown = {**look, "font_color": FAINT, "align": "right"}
        for column, end in enumerate(entry.ends or (None, None), place):
            if end is None:
                page.write_blank(at, column, None, self._format(**shown))
            else:
                text = signed(end, entry.digits)
                made = self._format(**shown, num_format=number_format(text))
                page.write_number(at, column, end, made)

    def _bars(self, page: Worksheet, grid: Grid, places: Sequence[int], top: int) -> None:
        """Lay a bar under the numbers of each banner column, all on one scale."""
        barred = [at for at, line in enumerate(grid.lines) if _has_bar(line)]
        if not barred:
            return
        longest = max(
            entry.number or 0.0
            for at in barred
            for entry in grid.lines[at].entries
            if entry.bar is not None
        )
        for head, place in zip(grid.heads, places, strict=True):
            if head.accent >= 0 and longest > 0:
                look = {
                    "type": "data_bar",
                    "bar_solid": True,
                    "bar_color": tint(head.accent),
                    "min_type": "num",
                    "min_value": 0,
                    "max_type": "num",
                    "max_value": longest / _BAR,
                }
                page.conditional_format(top + barred[0], place, top + barred[-1], place, look)

    def _footer(self, page: Worksheet, line: int, section: Section, grid: Grid) -> None:
        for at, note in enumerate(grid.notes, line):
            self._text(page, at, 0, note, font_color=FAINT, font_size=9)
        if section.replay:
            at = line + len(grid.notes) + 1
            again = f"This table again: {section.replay}"
            self._text(page, at, 0, again, font_color=FAINT, font_size=9)

    def _text(self, page: Worksheet, line: int, column: int, text: str, **look: object) -> None:
        """Write text as text: nothing in it is a formula, a number or a link.

        Nor does it become a formula when the cell is edited.
        """
        if neutral(text) != text:
            look["quote_prefix"] = True
        if text:
            page.write_string(line, column, text[:_LONGEST_TEXT], self._format(**look))
        elif look:
            page.write_blank(line, column, None, self._format(**look))


def number_format(text: str) -> str:
    """Return Excel's format of a number that is read as `text`: its decimals, its sign.

    A list's unrounded numbers are shown as Excel shows any number.
    """
    whole, point, decimals = text.partition(".")
    if len(decimals) > 4:  # noqa: PLR2004 -- no table shows more
        return _GENERAL
    digits = "#,##0" + (f".{'0' * len(decimals)}" if point else "")
    if not text.strip("0."):  # it may be a little below: no sign is shown of that
        return f"{digits};{digits}"
    if whole.startswith(("+", "\N{MINUS SIGN}")):
        return f'+{digits};"\N{MINUS SIGN}"{digits};{digits}'
    return digits


def _places(heads: Sequence[Head]) -> list[int]:
    """Return the column of each head: marks and the second end of an interval take one more."""
    places, place = [], 0
    for head in heads:
        places.append(place)
        place += 2 if head.is_marked or head.is_interval else 1
    return places


def _require_room(section: Section, grid: Grid, places: Sequence[int]) -> None:
    """Refuse what a worksheet would cut: raises `ExportError`."""
    if max(places, default=0) + 2 > _COLUMNS or len(grid.lines) + _RESERVED > _ROWS:
        limit = f"{_ROWS:,} rows, {_COLUMNS:,} columns"
        raise ExportError(
            f"{section.title}: too large for a sheet of Excel ({limit}); take parquet or csv"
        )


def _widen(page: Worksheet, grid: Grid, places: Sequence[int]) -> None:
    """Make each column as wide as its texts need, within reason."""
    for position, (head, place) in enumerate(zip(grid.heads, places, strict=True)):
        texts = [cell_len(line.entries[position].text) for line in grid.lines]
        wanted = max([*texts, min(cell_len(head.title), _WIDEST)], default=0) + 2
        if head.is_text:
            least = _NARROWEST_LABEL if position == 0 else _NARROWEST
            page.set_column(place, place, max(least, min(wanted, _WIDEST_LABEL)))
        elif head.is_interval:
            page.set_column(place, place + 1, _NARROWEST + 2)
        else:
            page.set_column(place, place, max(_NARROWEST, min(wanted, _WIDEST)))
        if head.is_marked:
            page.set_column(place + 1, place + 1, _MARKS)
    if not grid.heads:
        page.set_column(0, 0, _WIDEST_LABEL)


def _has_bar(line: Line) -> bool:
    return any(entry.bar is not None for entry in line.entries)
