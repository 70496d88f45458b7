"""Two views side by side: each number of both, and the difference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from cxtui.analysis.tables.compare_views import CellDifference, ColumnDifference
from cxtui.analysis.tables.table import Table
from cxtui.app.panes.line_widget import BOLD, DIM
from cxtui.app.screens.base.drawn_lines import FoldedBox
from cxtui.app.screens.base.overlay import Overlay, moving
from cxtui.messages import tr
from cxtui.output.drawing.cell_text import base_texts, digits_of
from cxtui.output.drawing.fit import between, broken, ellipsis, folded, padded
from cxtui.output.drawing.number_text import rounded, signed
from cxtui.text import SEPARATOR

_PLAIN = Style()
_NUMBER, _NARROW_NUMBER, _NARROW = 10, 6, 50
"""Cells of a number and its head; of those in a line that is narrower than the third."""


class CompareViews(Overlay[None], named="compare"):
    """Shows what two tables have in common, column by column."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,equals_sign", "dismiss", "Close"),
        *moving("pagedown,space"),
    ]

    def __init__(
        self, tables: tuple[Table, Table], name: str, compared: Sequence[ColumnDifference]
    ) -> None:
        super().__init__()
        self._lines = _Compared(tables, name, compared, self.hint("{close} closes"))

    def compose(self) -> ComposeResult:
        """Lay out the one box."""
        yield self._lines


class _Compared(FoldedBox):
    """The lines: what the views are, then a part for each column."""

    def __init__(
        self,
        tables: tuple[Table, Table],
        name: str,
        compared: Sequence[ColumnDifference],
        close: str,
    ) -> None:
        super().__init__(tr("This view beside {}", name), close, id="inspect")
        self._tables, self._compared = tables, compared

    def parts(self) -> Sequence[Sequence[Text]]:
        """Return the two views in words, the columns with their rows, and the note."""
        width = max(self.size.width, 1)
        parts = [list(self._views(width))]
        parts += [list(self._column(one, width)) for one in self._compared]
        note = tr("Differences are not tested: the views may share respondents.")
        parts.append([Text(line, DIM) for line in broken(note, width)])
        return parts

    def _views(self, width: int) -> Iterator[Text]:
        questions = [table.question.label for table in self._tables]
        is_one = len(set(questions)) == 1
        if is_one:  # said once: there is room for the states, in which the views differ
            yield from (Text(line) for line in folded(questions[0], width, 2))
        for sign, table in zip((tr("this"), tr("saved")), self._tables, strict=True):
            label = "" if is_one else f"{table.question.label}{SEPARATOR}"
            yield from (
                Text(line, DIM) for line in folded(f"{sign}: {label}{table.state}", width, 3)
            )

    def _column(self, one: ColumnDifference, width: int) -> Iterator[Text]:
        """Yield the head of a column, its rows and its bases."""
        heads = (tr("this"), tr("saved"), tr("difference" if width >= _NARROW else "diff."))
        title = f"{one.column.label} {one.column.letter}".strip()
        yield Text("")
        yield _line(title, heads, width, BOLD)
        for cell in one.cells:
            yield _line(cell.row.label, self._numbers(cell), width)
        yield _line(tr("Base (n)"), (*self._bases(one), ""), width, DIM)

    def _bases(self, one: ColumnDifference) -> Iterator[str]:
        """Yield the base of a column in both tables, a range where the items of a grid differ."""
        for table, place in zip(self._tables, one.places, strict=True):
            yield base_texts(table.base)[place]

    def _numbers(self, cell: CellDifference) -> tuple[str, ...]:
        is_mean = cell.row.cells[0].mean is not None and not cell.row.in_points
        digits = 2 if is_mean else digits_of(self._tables[0])
        numbers = (rounded(one, digits) for one in (cell.first, cell.second))
        return (*numbers, signed(cell.difference, digits))


def _line(label: str, numbers: Sequence[str], width: int, style: Style = _PLAIN) -> Text:
    """Return a label and three numbers that stand right, each under its head."""
    room = _NUMBER if width >= _NARROW else _NARROW_NUMBER
    cut = (ellipsis(one, room) for one in numbers)
    cells = "".join(f" {' ' * (room - cell_len(one))}{one}" for one in cut)
    return Text(padded(between("", label, cells, width), width), style)
