"""The title line above the panes and the status line below them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text
from textual import events

from cxtui.app.keys.commands import COMMANDS, Command, in_footer
from cxtui.app.panes.line_widget import BOLD, DIM, Lines
from cxtui.messages import tr
from cxtui.output.drawing.fit import ellipsis, fitted_chips, middle_cut, padded

if TYPE_CHECKING:
    from cxtui.analysis.view.view import View
    from cxtui.survey.model import Codebook

_SHORTEST_NAME = 12
_ALWAYS = ("help", "quit")
"""The commands that are never cut from the line of keys."""
_GAP = 2
"""The blanks behind a key's word, which the end of the line can do without."""


@dataclass(frozen=True, slots=True)
class State:
    """A view in words; `chips` are the filters, between the rest.

    In a narrow line, `short_before` and `short_after` leave out a filter or weight that is none.
    """

    before: str = ""
    chips: tuple[str, ...] = ()
    after: str = ""
    short_before: str = ""
    short_after: str = ""


class Title(Lines):
    """The title line: survey · n · wave · filter · weight."""

    _title = "cxtui"
    _state = State()

    def load(self, title: str, state: State) -> None:
        """Show the name of a survey and the state of its view."""
        self._title, self._state = title, state
        self.paint()

    def paint(self) -> None:
        """Show the state; in a narrow line the name is cut first, then the filters."""
        width, state = self.size.width, self._state
        least = min(cell_len(self._title), _SHORTEST_NAME)
        if cell_len(state.before) + cell_len(state.after) > width - least - 3 and not state.chips:
            least = min(least, max(width // 3, 0))
            state = State(state.short_before, (), state.short_after)
        around = cell_len(state.before) + cell_len(state.after)
        chips = fitted_chips(state.chips, width - least - 3 - around) if state.chips else ""
        room = max(width - around - cell_len(chips) - 3, least)
        line = Text(f" {padded(ellipsis(self._title, room), room)} ", BOLD)
        for part, style in ((state.before, DIM), (chips, ""), (state.after, DIM)):
            line.append(ellipsis(part, width - cell_len(line.plain) - 1), style)
        self.show([self.strip(line)])


class Status(Lines):
    """The status line: what was computed or just happened, and the keys of the focused pane."""

    commands: Sequence[Command] = COMMANDS
    _said = ""
    _remark = ""
    _pane = ""

    def __init__(self, *, id: str) -> None:  # noqa: A002 -- Textual's word
        super().__init__(id=id)
        self._hints: dict[range, str] = {}
        """The commands by the cells of their keys."""

    def remark(self, text: str) -> None:
        """Show a remark before every message, until an empty one removes it."""
        if text != self._remark:
            self._remark = text
            self.paint()

    def say(self, text: str) -> None:
        """Show a message."""
        self._said = text
        self.paint()

    def stand_in(self, pane: str) -> None:
        """Show the keys of the focused pane."""
        self._pane = pane
        self.paint()

    def paint(self) -> None:
        """Show as many keys as there is room for.

        A message too long for the line keeps its end, which is the name of a file; behind a remark
        it is cut at its end.
        """
        width = self.size.width
        said = " · ".join(filter(None, (self._remark, self._said)))
        fitting = ellipsis if self._remark else middle_cut
        line = Text(f" {fitting(said, width - 2)}  ")
        self._hints = {}
        for command in self._fitting(width + _GAP - line.cell_len):
            hint = _hint(command)
            self._hints[range(line.cell_len, line.cell_len + hint.cell_len)] = command.id
            line.append_text(hint)
        self.show([self.strip(line)])

    def _fitting(self, room: int) -> Iterator[Command]:
        """Yield the commands whose keys fit into the room, in the order of the line."""
        shown = in_footer(self._pane, self.commands)
        always = [one for one in shown if one.id in _ALWAYS]
        left = room - sum(_hint(one).cell_len for one in always)
        for command in shown:
            if command not in always:
                left -= _hint(command).cell_len
                if left < 0:
                    break
                room -= _hint(command).cell_len
                yield command
        for command in always:
            room -= _hint(command).cell_len
            if room >= 0:
                yield command
            else:
                room += _hint(command).cell_len

    async def on_click(self, event: events.Click) -> None:
        """Do what the clicked key does."""
        clicked = (command for places, command in self._hints.items() if event.x in places)
        if (command := next(clicked, None)) is not None:
            await self.run_action(f"app.do('{command}')")


def _hint(command: Command) -> Text:
    return Text().append(command.sign, BOLD).append(f" {tr(command.short)}  ", DIM)


def state_of(codebook: Codebook, view: View, n: float | None) -> State:
    """Return the state of a view for the title line: n · wave · filter · weight."""
    from cxtui.app.screens.select.filter_chips import chips_of, words_of
    from cxtui.survey.conditions import Filter

    parts = [tr("n {:,.0f}", n)] if n is not None else []
    waves = [one for one in view.filters if isinstance(one, Filter) and one.mentions(codebook.wave)]
    if codebook.wave:
        shown = ", ".join(words_of(codebook, one) for one in waves)
        shown = shown or tr("all")
        parts.append(tr("wave {} (auto)", shown) if codebook.wave_guess else tr("wave {}", shown))
    chips = chips_of(codebook, (one for one in view.filters if one not in waves))
    weight, is_guess = view.weight or tr("none"), view.weight == codebook.weight
    is_guess = is_guess and bool(codebook.weight_guess)
    after = tr(" · weight {} (auto)", weight) if is_guess else tr(" · weight {}", weight)
    return State(
        " · ".join([*parts, tr("filter ") if chips else tr("filter none")]),
        chips,
        after,
        short_before=" · ".join(parts),
        short_after=after if view.weight else "",
    )
