"""A Table as a chart: the bars of the columns under each answer, the gap as a dot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from cxtui.analysis.query.cube import Status
from cxtui.analysis.tables.table import Table, TableRow
from cxtui.messages import tr
from cxtui.output.drawing import cell_text
from cxtui.output.drawing.fit import broken, ellipsis, padded
from cxtui.output.drawing.rich_table import accent, gap_style, number_style, picture_text
from cxtui.output.drawing.table_layout import Extent, extent_of

_BOLD, _GREY = Style(bold=True), Style(dim=True)
_INDENT = 2
_WIDEST_NAME, _NAME_SHARE = 24, 30
_NARROWEST_BAR, _NARROWEST_GAP, _WIDEST_GAP = 6, 15, 41
_GAP_SHARE = 34
"""The share of the width for the picture of the gap, in per cent."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart in lines: the axis of the gaps, the answers and the bases.

    `answer` draws the answer at a position: its label, and below it a bar a column. `name` is the
    width of the columns' names, `height` the number of lines of an answer.
    """

    axis: Text
    answer: Callable[[int], Sequence[Text]]
    bases: tuple[Text, ...]
    name: int
    height: int


@dataclass(frozen=True, slots=True)
class _Plan:
    """Widths in terminal cells, and the extent of the table."""

    name: int
    bar: int
    gap: int
    extent: Extent
    names: Sequence[str]
    is_bare: bool = False

    @property
    def end(self) -> int:
        """The width of a line up to the picture of the gap."""
        return self.name + 1 + self.bar + 1 + self.extent.value + self.extent.marks + 1


def chart_of(
    table: Table, width: int, *, alone: bool = True, extent: Extent | None = None
) -> Chart:
    """Return the chart of a table in `width` cells; a narrow one has no picture of the gap.

    Unless it is `alone`, a table beside it has the numbers.
    """
    plan = _plan(table, width, extent or extent_of(table))
    plan = plan if alone else _bare(plan, width)
    return Chart(
        axis=_axis(table, plan),
        answer=lambda position: list(_row(table, table.rows[position], plan, width)),
        bases=tuple(Text(line, _GREY) for line in _bases(table, width)),
        name=plan.name,
        height=1 + len(_columns(table)),
    )


def _bases(table: Table, width: int) -> Iterator[str]:
    titles = cell_text.titles_of(table)
    for base in () if table.across else table.bases:
        texts = cell_text.base_texts(base)
        parts = (
            f"{titles[one]} {texts[one]}{table.base_flags[one].strip()}" for one in _columns(table)
        )
        yield from broken(f"{base.label}: {', '.join(parts)}", width)


def _columns(table: Table) -> range:
    """Return the positions of the columns with bars: the Total only where it is the only one."""
    return range(1 if len(table.columns) > 1 else 0, len(table.columns))


def _plan(table: Table, width: int, extent: Extent) -> _Plan:
    titles = cell_text.titles_of(table)
    name = min(
        max(cell_len(titles[one]) + _INDENT for one in _columns(table)),
        max(_WIDEST_NAME, width * _NAME_SHARE // 100),
    )
    room = width - name - 1 - extent.value - 1 - extent.marks
    gap = min(_WIDEST_GAP, width * _GAP_SHARE // 100) // 2 * 2 + 1
    beside = gap + extent.gap + 3
    if extent.reach is None or gap < _NARROWEST_GAP or room - beside < _NARROWEST_BAR:
        gap = beside = 0
    name = min(name, max(width - extent.value - 2, 1))
    return _Plan(name, max(room - beside, 1), gap, extent, cell_text.names_of(table))


def _bare(plan: _Plan, width: int) -> _Plan:
    """Return the plan of a chart without numbers, whose pictures are wider."""
    room = max(width - plan.name - 3, 2)
    gap = max(min(_WIDEST_GAP, room // 2 - 1) // 2 * 2 + 1, _NARROWEST_GAP)
    if plan.extent.reach is None or room - gap < _NARROWEST_BAR:
        gap = 0
    extent = replace(plan.extent, value=0, marks=0, gap=0)
    return replace(plan, extent=extent, gap=gap, bar=room - gap, is_bare=True)


def _axis(table: Table, plan: _Plan) -> Text:
    """Return the line over the chart: the columns of the gaps, and the ends of their axis."""
    if plan.gap:
        line = Text().append(
            " " * plan.end + cell_text.axis_text(plan.gap, plan.extent.reach or 1.0), _GREY
        )
        return line.append(f" {f'{table.gap_title} '.rjust(plan.extent.gap)}", _BOLD)
    if plan.is_bare or not table.gap_title:
        return Text()
    return Text(f"{'':{_INDENT}}{tr('{} behind each answer', table.gap_title)}", _GREY)


def _row(table: Table, row: TableRow, plan: _Plan, width: int) -> Iterator[Text]:
    """Yield the label of an answer, then a line a column; the gap is beside the first."""
    style = _BOLD if row.status is Status.ANSWER else _GREY
    gap = cell_text.marked_gap(table, row)
    beside = "" if plan.gap or not gap else f"  {gap.rstrip()}"
    label = Text(ellipsis(row.label, width - cell_len(beside)), style)
    yield label.append(beside, gap_style(table, row))
    for place, position in enumerate(_columns(table)):
        line = _bar_line(table, row, position, plan)
        if plan.gap and not place:
            line.append(picture_text(table, row, plan.gap, plan.extent.reach) or " " * plan.gap)
            if gap and not plan.is_bare:
                line.append(f" {gap.rjust(plan.extent.gap)}", gap_style(table, row))
        yield line


def _name(table: Table, position: int, plan: _Plan) -> str:
    """Return the name of a column in its width; its letter is never cut."""
    tail = f" {table.columns[position].letter}".rstrip()
    name = ellipsis(f"{'':{_INDENT}}{plan.names[position]}", plan.name - cell_len(tail))
    return padded(name + tail, plan.name)


def _bar_line(table: Table, row: TableRow, position: int, plan: _Plan) -> Text:
    cell = row.cells[position]
    colour = accent(max(position - 1, 0))
    line = Text().append(f"{_name(table, position, plan)} ", _GREY)
    largest = plan.extent.largest if cell_text.is_barred(table, row) else 0.0
    line.append(cell_text.bar_text(cell_text.share_of(table, cell, largest), plan.bar), colour)
    if not plan.is_bare:
        value = cell_text.value_text(table, row, cell)
        line.append(f" {value}", number_style(cell, colour))
        if marks := cell_text.marks_text(cell):
            line.append(f" {marks}", colour + _BOLD)
    return line.append(" " * max(plan.end - cell_len(line.plain), 0))
