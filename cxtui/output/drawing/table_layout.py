"""The layout of a table in a given width, computed before anything is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import chain

from rich.cells import cell_len

from cxtui.analysis.tables.table import Table
from cxtui.messages import tr
from cxtui.output.drawing import cell_text
from cxtui.output.drawing.fit import apart, folded

_NARROWEST_LABEL, _GOOD_LABEL, _WIDEST_LABEL = 12, 24, 46
_NARROWEST_BAR, _GOOD_BAR, _WIDEST_BAR = 2, 9, 14
_NARROWEST_PICTURE, _WIDEST_PICTURE = 15, 41
_TITLE = 14
_LABEL_LINES, _SCROLLED_LINES, _TITLE_LINES = 3, 2, 4
_FEW_LINES = 8
"""In fewer lines for titles and answers, a label has one."""
_NARROWEST_COLUMN = 9
_WHOLE_WORD = 11
"""A column is as wide as the longest word of the titles, up to this width."""
_MOST_MARKS, _FEW_COLUMNS = 10, 9
"""The most cells for letters on the screen beside each of more than a few columns."""
_NARROW = 44
"""In a narrower table, labels and columns have smaller minimum widths."""
_LABEL_SHARE = 36
"""The share of the width, in per cent, for the labels where the columns are scrolled; in a wide
table also their largest share."""
_BAR_SHARE = 14
"""The largest share of a wide table for a bar, in per cent."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The layout of a table in a given width; all widths are terminal cells.

    `shown` are the positions of the columns that fit, the Total always first; `column` is the
    width of one banner column, of which `bar` and `value` are parts; `titles` counts the lines of
    the columns' titles, and `labels` are the lines of each row's label, at least as many as its
    numbers have. `picture` is the width of the gap as a dot on its interval, 0 where there is no
    room for it.
    """

    label: int
    value: int
    column: int
    bar: int
    gap: int
    shown: tuple[int, ...]
    titles: int
    labels: tuple[tuple[str, ...], ...]
    picture: int = 0

    @property
    def widths(self) -> list[int]:
        """The width of each column, from the label to the gap and its picture."""
        columns = [self.column] * (len(self.shown) - 1)
        beside = [width for width in (self.gap, self.picture) if width]
        return [self.label, self.value, *columns, *beside]

    @staticmethod
    def stands_right(position: int) -> bool:
        """Whether a column's texts are aligned right: the Total; a gap ends in its sign."""
        return position == 1


@dataclass(frozen=True, slots=True)
class Extent:
    """Widths in terminal cells and scales of a table, which depend on all of its cells.

    `value`, `marks` and `gap` are the widest of each, marks with the blank before them; `largest`
    is the value of the longest bar, `reach` the greatest distance from 0 of the pictured gaps and
    their intervals, `None` without any.
    """

    value: int
    marks: int
    gap: int
    largest: float
    reach: float | None


def lay_out(
    table: Table,
    width: int,
    first: int = 1,
    *,
    barred: bool = True,
    pictured: bool = False,
    most_lines: int = _LABEL_LINES,
    extent: Extent | None = None,
) -> Layout:
    """Return the layout of `table` in `width` cells, with its banner columns from `first` on.

    Where the columns do not fit, their titles fold, then the gap is left out, then the last columns
    have to be scrolled to; letters then have room for the sign of a column that is out of sight.
    Bars give way to long labels; without them (`barred`) the columns are as narrow as they can be.
    The gap has a picture (`pictured`) where there is room. A label has up to `most_lines` lines.
    """
    extent = extent or extent_of(table)
    under = [text for line in cell_text.lines_below(table) for text in cell_text.base_texts(line)]
    value = max(extent.value, _widest([first_head(table), *under]))
    marks = 0 if table.across else max(len(" **"), extent.marks)
    gap = max(cell_len(table.gap_title) + 1, extent.gap) if table.compared and first == 1 else 0
    titles = [_title(table, one) for one in range(first, len(table.columns))]
    is_roomy = width >= _NARROW and not table.across
    tight = max(value + marks, _NARROWEST_COLUMN if is_roomy else 0)
    if width >= _NARROW:
        # Fewer columns are better than cut words in their titles.
        words = (word for one in table.columns[first:] for word in one.label.split())
        tight = max(tight, min(_WHOLE_WORD, _widest(words)))
    comfortable = max(tight, min(_TITLE, _widest(titles)))
    share = max(width * _LABEL_SHARE // 100, 1)
    tries = ((comfortable, gap, 0), (tight, gap, 0), (tight, 0, 0), (tight, 0, share))
    for least, shown_gap, label in tries:
        sign = bool(extent.marks) and (first > 1 or bool(label))
        fixed = (table, width, first, label, value, marks + sign)
        layout = _laid_out(*fixed, least, shown_gap, barred=barred, most_lines=most_lines)
        if layout.bar and _crowds_labels(layout):
            layout = _laid_out(*fixed, tight, shown_gap, barred=False, most_lines=most_lines)
        if len(layout.shown) - 1 == len(titles):
            break
    room = width - sum(layout.widths) - len(layout.widths) - 1
    if not pictured or extent.reach is None or not layout.gap or room < _NARROWEST_PICTURE:
        return layout
    return replace(layout, picture=(min(room, _WIDEST_PICTURE) - 1) // 2 * 2 + 1)


def lay_out_in(
    table: Table, width: int, height: int, first: int = 1, *, extent: Extent | None = None
) -> Layout:
    """Return the layout of `table` with pictured gaps, titles and answers in `height` lines.

    Labels have as many lines as leave every answer in sight, and bars give way before a label is
    cut. Where the answers have to be scrolled to, labels have one line if none is cut then, or if
    there are few lines; else two. Many letters are cut where that shows more columns.
    """
    extent = extent or extent_of(table)
    if extent.marks > _MOST_MARKS and len(table.columns) > _FEW_COLUMNS:
        extent = replace(extent, marks=_MOST_MARKS)
    drawn = partial(lay_out, table, width, first, pictured=True, extent=extent)
    if len(table.rows) > height:
        one = drawn(most_lines=1)
        is_whole = not any(lines[0].endswith("…") for lines in one.labels)
        return one if is_whole or height < _FEW_LINES else drawn(most_lines=_SCROLLED_LINES)
    for most in range(_LABEL_LINES, 0, -1):
        for barred in (True, False):
            layout = drawn(most_lines=most, barred=barred)
            if layout.titles + sum(map(len, layout.labels)) <= height:
                return layout
    return layout


def _crowds_labels(layout: Layout) -> bool:
    """Return whether a label is cut, or has as many lines as a label can have."""
    labels = (list(filter(None, lines)) for lines in layout.labels)
    return any(len(one) >= _LABEL_LINES or one[-1].endswith("…") for one in labels if one)


def _laid_out(
    table: Table,
    width: int,
    first: int,
    label: int,
    value: int,
    marks: int,
    least: int,
    gap: int,
    *,
    barred: bool,
    most_lines: int,
) -> Layout:
    """Return a layout with banner columns of at least `least` cells, labels of `label` if not 0."""
    least = max(least, value + marks)
    label = label or (_NARROWEST_LABEL if width >= _NARROW else _NARROWEST_LABEL - 2)
    under = cell_text.lines_below(table)
    labels = [row.label for row in table.rows] + [line.label for line in under]
    widest_label = max(_WIDEST_LABEL, width * _LABEL_SHARE // 100)
    widest_bar = max(_WIDEST_BAR, width * _BAR_SHARE // 100)
    wanted = max(_NARROWEST_LABEL, min(widest_label, _widest(labels)))
    count = len(table.columns) - first
    room = width - (value + 1) - (gap + 1 if gap else 0) - 1
    roomy = max(least, value + marks + 1 + _GOOD_BAR) if barred else least
    widest = value + marks + 1 + widest_bar if barred else least
    left = max(room - count * (roomy + 1), min(_GOOD_LABEL, room - count * (least + 1)))
    label = min(wanted, max(left, label))
    fitting = min(count, max(1, (room - label) // (least + 1)))
    column = least
    if fitting:
        column = min((room - label) // fitting - 1, widest)
        label = max(label, min(wanted, room - fitting * (column + 1)))
    bar = column - 1 - value - marks
    shown = (0, *range(first, first + fitting))
    column = max(column, value + marks)
    heads = [title_lines(table, position, column) for position in shown[1:]]
    variables = 1 if cell_text.has_several_banners(table) else 0
    return Layout(
        label=label,
        value=value,
        column=column,
        bar=bar if barred and bar >= _NARROWEST_BAR else 0,
        gap=gap,
        shown=shown,
        titles=max(map(len, heads), default=1) + variables + outer_lines(table),
        labels=tuple(
            _as_high(lines, cell_text.lines_of_row(table, row))
            for row, lines in zip(
                table.rows,
                _lines_of_labels([row.label for row in table.rows], label, most_lines),
                strict=True,
            )
        ),
    )


def _as_high(lines: tuple[str, ...], height: int) -> tuple[str, ...]:
    return (*lines, *[""] * (height - len(lines)))


def extent_of(table: Table) -> Extent:
    """Return the extent of a table."""
    cells = [(row, cell) for row in table.rows for cell in row.cells]
    further = (text for _, cell in cells for text in cell_text.further_texts(table, cell))
    return Extent(
        value=_widest(
            chain((cell_text.value_text(table, row, cell) for row, cell in cells), further)
        ),
        marks=_widest(f" {cell_text.marks_text(cell)}".rstrip() for _, cell in cells),
        gap=_widest(cell_text.marked_gap(table, row) for row in table.rows),
        largest=cell_text.largest_bar(table),
        reach=cell_text.reach_of(table),
    )


def first_head(table: Table) -> str:
    """Return the head of the first column, in one line."""
    return tr("Base") if table.across else tr("Total")


def _widest(texts: Iterable[str]) -> int:
    return max(map(cell_len, texts), default=0)


def _lines_of_labels(labels: Sequence[str], width: int, most: int) -> list[tuple[str, ...]]:
    """Return the lines of each label, up to `most`; no two different labels look alike."""
    return apart(labels, width, lambda label: _label_lines(label, width, most))


@lru_cache(maxsize=8192)
def _label_lines(label: str, width: int, most: int) -> tuple[str, ...]:
    """Return the lines of a label, cached: scrolling does not change them."""
    return tuple(folded(label, width, most))


def outer_lines(table: Table) -> int:
    """Return how many header lines are above nested columns: one for each outer variable."""
    return max(len(column.path[:-1]) for column in table.columns)


def _title(table: Table, position: int) -> str:
    return f"{table.columns[position].inner} {table.columns[position].letter}".strip()


def title_lines(table: Table, position: int, width: int) -> list[str]:
    """Return a column's title in a few lines; its letter is never cut."""
    letter, label = table.columns[position].letter, table.columns[position].inner
    if cell_len(_title(table, position)) <= width:
        return [_title(table, position)]
    lines = folded(label, width, _TITLE_LINES)
    if not letter:
        return lines
    with_letter = f"{lines[-1]} {letter}"
    if cell_len(with_letter) <= width:
        return [*lines[:-1], with_letter]
    if len(lines) < _TITLE_LINES:
        before, _, last = lines[-1].rpartition(" ")
        if before and cell_len(f"{last} {letter}") <= width:  # alone it looks like its neighbour's
            return [*lines[:-1], before, f"{last} {letter}"]
        return [*lines, letter]
    lines = folded(label, width - cell_len(letter) - 1, _TITLE_LINES)
    return [*lines[:-1], f"{lines[-1]} {letter}"]
