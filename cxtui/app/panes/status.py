"""The title line above the panes and the status line below them."""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text

from cxtui.analysis.notes import describe_filter
from cxtui.analysis.view import View
from cxtui.app.commands import in_footer
from cxtui.app.lines import BOLD, DIM, Lines
from cxtui.output.fit import ellipsis, padded
from cxtui.survey.model import Codebook


class Title(Lines):
    """What is shown: survey · n · wave · filter · weight."""

    _title = "cxtui"
    _state = ""

    def load(self, title: str, state: str) -> None:
        """Show the name of a survey and what is being looked at."""
        self._title, self._state = title, state
        self.paint()

    def on_resize(self) -> None:
        """Paint for the new size."""
        self.paint()

    def paint(self) -> None:
        """Show the state in full; the name gives way."""
        width = self.size.width
        room = max(width - cell_len(self._state) - 3, min(cell_len(self._title), 12))
        name = ellipsis(self._title, room)
        line = Text(f" {padded(name, room)} ", BOLD)
        state = ellipsis(self._state, width - cell_len(line.plain) - 1)
        self.show([self.strip(line.append(state, DIM))])


class Status(Lines):
    """What was computed, or what just happened, and the keys that matter here."""

    _said = ""
    _pane = ""

    def say(self, text: str) -> None:
        """Show what was computed or what happened."""
        self._said = text
        self.paint()

    def stand_in(self, pane: str) -> None:
        """Show the keys of the focused pane."""
        self._pane = pane
        self.paint()

    def on_resize(self) -> None:
        """Paint for the new size."""
        self.paint()

    def paint(self) -> None:
        """Show as many keys as there is room for."""
        width = self.size.width
        line = Text(f" {ellipsis(self._said, width - 2)}  ")
        for command in in_footer(self._pane):
            key, word = command.shown_keys.split()[0], command.short
            if cell_len(line.plain) + cell_len(f"{key} {word}  ") > width:
                break
            line.append(key, BOLD).append(f" {word}  ", DIM)
        self.show([self.strip(line)])


def state_of(codebook: Codebook, view: View, n: float | None) -> str:
    """Return what the title line says of a view: n · wave · filter · weight."""
    parts = [f"n {n:,.0f}"] if n is not None else []
    waves = [one for one in view.filters if one.question == codebook.wave]
    if codebook.wave:
        question = codebook.find(codebook.wave)
        labels = {one.code: one.label for one in question.categories} if question else {}
        shown = ", ".join(labels.get(code, code) for one in waves for code in one.values)
        guess = " (guess)" if codebook.wave_guess else ""
        parts.append(f"wave {shown or 'all'}{guess}")
    others = [describe_filter(codebook, one) for one in view.filters if one not in waves]
    parts.append(f"filter {', '.join(others) or 'none'}")
    guess = " (guess)" if codebook.weight_guess and view.weight == codebook.weight else ""
    parts.append(f"weight {view.weight or 'none'}{guess}")
    return " · ".join(parts)
