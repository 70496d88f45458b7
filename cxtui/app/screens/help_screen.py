"""The help: the keys and what they do, those of the focused pane first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from cxtui.app.keys.commands import PANES, Command, signs
from cxtui.app.panes.line_widget import BOLD, DIM, HEADING
from cxtui.app.screens.base.drawn_lines import Folded
from cxtui.app.screens.base.overlay import Overlay
from cxtui.messages import tr
from cxtui.output.drawing.fit import broken, padded

_MARKS = (
    "B behind a number: significantly higher than column B",
    "~ few cases: under 5 expected    * base under 100    ** base under 30, not tested",
    "– nobody in the base    A−B: first column minus second, bold if significant",
)

_NARROWEST = 16
_NARROW = 50
"""Under this width the help of a key is below it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Some keys, and what they do."""

    keys: str
    title: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Keys that work in the same place."""

    heading: str
    entries: tuple[Entry, ...]


def keys_of_pane(pane: str, commands: Sequence[Command]) -> list[Section]:
    """Return every command, those of the focused pane first."""
    here = [_entry(command) for command in commands if command.pane == pane]
    rest = [_entry(command) for command in commands if command.pane != pane]
    goes = next(command for command in commands if command.id == PANES[pane])
    where = tr("In pane {}, the {}", goes.sign, tr(goes.id))
    sections = [Section(where, tuple(here)), Section(tr("Everywhere"), tuple(rest))]
    return [one for one in sections if one.entries]


def _entry(command: Command) -> Entry:
    return Entry(command.shown_keys, tr(command.title), tr(command.help))


def keys_of_screen(screen: Overlay[Any]) -> list[Section]:
    """Return the keys of a screen over the panes."""
    entries = (Entry(signs(keys), tr(screen.titles[name])) for name, keys in screen.keys.items())
    heading = tr("Here: screens.{} in the configuration", screen.own_name)
    return [Section(heading, tuple(entries))]


class Help(Overlay[None], named="help"):
    """Shows keys and what they do, section by section."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,enter,space", "app.pop_screen", "Close"),
        Binding("down,j,pagedown", "page(1)", "Down"),
        Binding("up,k,pageup", "page(-1)", "Up"),
    ]

    def __init__(self, sections: Sequence[Section]) -> None:
        super().__init__()
        self._sections = sections

    def compose(self) -> ComposeResult:
        """Lay out the one box."""
        yield _Keys(self._sections, self.hint("{up}{down} more · "), self.hint("{close} closes"))


class _Keys(Folded):
    """The list of keys, a part for each line of it."""

    def __init__(self, sections: Sequence[Section], more: str, close: str) -> None:
        super().__init__(id="help")
        self.border_title = tr("Keys")
        self._more, self._close = more, close
        self._sections = sections

    def page(self, by: int) -> None:
        """Scroll by half a page."""
        self.move(by * max(self.size.height // 2, 1))

    def tell(self, last: int, length: int) -> None:
        """Take the height of the lines; show in the border whether there are more than fit."""
        self.styles.height = length + 2
        is_whole = length <= self.size.height
        self.border_subtitle = f"{'' if is_whole else self._more}{self._close}"

    def parts(self) -> Sequence[Sequence[Text]]:
        """Return headings, the entries under them, and the marks of a table."""
        every = [entry for section in self._sections for entry in section.entries]
        keys = max((cell_len(entry.keys) for entry in every), default=0)
        titles = max((cell_len(entry.title) for entry in every), default=0)
        parts: list[list[Text]] = []
        for section in self._sections:
            parts.append([Text(section.heading, HEADING)])
            parts += [self._entry_lines(entry, keys, titles) for entry in section.entries]
        marks = [line for mark in _MARKS for line in broken(tr(mark), self.size.width)]
        return [*parts, [Text(""), *(Text(mark, DIM) for mark in marks)]]

    def _entry_lines(self, entry: Entry, keys: int, titles: int) -> list[Text]:
        """Return some keys and what they do, below them where there is no room beside."""
        width = self.size.width
        head = Text(padded(f" {entry.keys}", keys + 3), BOLD).append(entry.title, "not bold")
        if width < _NARROW:
            return [head, *(Text(f"   {one}", DIM) for one in broken(entry.help, width - 3) if one)]
        indent = keys + titles + 5
        first, *rest = broken(entry.help, max(width - indent, _NARROWEST))
        head.append(" " * (titles + 2 - cell_len(entry.title))).append(first, DIM)
        return [head, *(Text(" " * indent + line, DIM) for line in rest)]
