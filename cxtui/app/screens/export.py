"""Where a table goes: a name is proposed, nothing is replaced without a second enter."""

from __future__ import annotations

import re
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from cxtui.analysis.table import Table
from cxtui.app.lines import BOLD, DIM, Lines
from cxtui.app.screens.prompt import prompt
from cxtui.errors import CxtuiError
from cxtui.output import Shape, format_of, render
from cxtui.output.write import write_whole
from cxtui.sources.locate import find_files


class Export(ModalScreen[str | None]):
    """Write a table to a file; answers what to say, or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close"),
        Binding("down,up", "shape", "Shape", priority=True),
    ]

    def __init__(self, table: Table, location: str) -> None:
        super().__init__()
        self._table = table
        self._location = location
        self._proposal = proposed_name(location, table)
        self._shape = Shape.WIDE
        self._replaces = ""

    def compose(self) -> ComposeResult:
        """Lay out the name, the shape and what went wrong."""
        with Vertical(id="export") as box:
            box.border_title = "Export"
            box.border_subtitle = "enter writes · ↑↓ shape · esc leaves"
            yield prompt("file name", self._proposal)
            yield _Explanation()

    def on_mount(self) -> None:
        """Say what will be written."""
        self.query_one(Input).cursor_position = len(self._proposal)
        self._explain()

    def action_shape(self) -> None:
        """Switch between the table as seen and one row a cell."""
        self._shape = Shape.TIDY if self._shape is Shape.WIDE else Shape.WIDE
        self._explain()

    def on_input_changed(self) -> None:
        """Forget what another name would have replaced."""
        self._replaces = ""
        self._explain()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Write the file, or say why not; an existing one takes a second enter."""
        path = Path(event.value.strip()).expanduser()
        if not event.value.strip():
            self._explain("type a file name")
            return
        if path.is_file() and self._replaces != event.value:
            self._replaces = event.value
            self._explain(f"{path} exists: enter replaces it, another name keeps it")
            return
        try:
            content = render(self._table, format_of(path), self._shape)
            own = find_files(self._location)
            replace = self._replaces == event.value
            written = write_whole(path, content, replace=replace, never=own)
        except CxtuiError as error:
            self._explain(str(error))
        else:
            self.dismiss(f"wrote {written}")

    def _explain(self, problem: str = "") -> None:
        self.query_one(_Explanation).explain(self._shape, problem)


class _Explanation(Lines):
    """The shape, and what went wrong."""

    _shape = Shape.WIDE
    _problem = ""

    def explain(self, shape: Shape, problem: str) -> None:
        """Show the shape that will be written, and a problem if there is one."""
        self._shape, self._problem = shape, problem
        self.paint()

    def paint(self) -> None:
        """Show the two shapes and the problem."""
        marks = {shape: "●" if shape is self._shape else "○" for shape in Shape}
        lines = [
            Text(f"{marks[Shape.WIDE]} wide: the table as seen"),
            Text(f"{marks[Shape.TIDY]} tidy: one row a cell, with every number behind it"),
        ]
        advice = self._problem or "The ending says the format: .csv .tsv .json .md .txt"
        style = BOLD if self._problem else DIM
        lines += Text(advice, style).wrap(self.app.console, max(self.size.width, 1))
        self.show([self.strip(line) for line in lines])


def proposed_name(location: str, table: Table) -> str:
    """Return a name that says what is in the file and that nothing has yet."""
    stem = re.sub(r"[^\w.-]+", "-", f"{Path(location).stem}-{table.question.id}").strip("-.")
    name, number = f"{stem}.csv", 2
    while Path(name).exists():
        name, number = f"{stem}-{number}.csv", number + 1
    return name
