"""The help: marks of the table, keys of the focused pane, then all keys by task; searchable."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from cxtui.app.keys.commands import PANES, PURPOSES, TABLE, TASKS, Command, signs
from cxtui.app.keys.synonyms import synonyms_of
from cxtui.app.panes.line_widget import BOLD, DIM, HEADING
from cxtui.app.panes.typo_search import almost
from cxtui.app.screens.base.drawn_lines import Folded
from cxtui.app.screens.base.find_line import has_all
from cxtui.app.screens.base.key_hints import in_border
from cxtui.app.screens.base.overlay import Overlay
from cxtui.app.screens.base.prompt import Prompt
from cxtui.app.screens.base.search_overlay import SearchOverlay
from cxtui.messages import tr
from cxtui.output.drawing.fit import broken, padded

_MARKS = (
    "B behind a number: significantly higher than column B",
    "A−B: first column minus second, bold if significant",
    "~ expected count below 5: indicative only",
    "* small base (n < 100); ** base under 30, not tested",
    "– no respondents in the base",
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
    synonyms: str = ""

    @property
    def sought(self) -> str:
        """The text in which words are sought."""
        return f"{self.keys} {self.title} {self.help} {self.synonyms}".casefold()


@dataclass(frozen=True, slots=True)
class Section:
    """Keys that serve the same task; the `text` is below the heading."""

    heading: str
    entries: tuple[Entry, ...] = ()
    text: tuple[str, ...] = ()


def keys_of_pane(pane: str, commands: Sequence[Command]) -> list[Section]:
    """Return what the pane is for with its own keys, and all other commands by task.

    The marks of the table stand at the top, in its pane before all keys.
    """
    goes = next(command for command in commands if command.id == PANES[pane])
    where = tr("In pane {}, the {}", goes.sign, tr(goes.id))
    here = tuple(_entry(command) for command in commands if command.pane == pane)
    own = Section(where, here, (tr(PURPOSES[pane]),))
    marks = Section(tr("Marks in the table"), text=tuple(map(tr, _MARKS)))
    rest = {command.id: command for command in commands if command.pane != pane}
    tasks = [
        Section(tr(task), tuple(_entry(rest[one]) for one in ids if one in rest))
        for task, ids in TASKS.items()
    ]
    first = [marks, own] if pane == TABLE else [own, marks]
    return [*first, *(one for one in tasks if one.entries)]


def found_in(sections: Iterable[Section], letters: str) -> list[Section]:
    """Return the sections with the entries that have all words, with one error each if need be."""
    words = letters.casefold().split()
    if not words:
        return list(sections)
    kept = list(sections)
    return _having(kept, words) or _having(kept, [almost(word) for word in words])


def _having(sections: Iterable[Section], words: Sequence[str | re.Pattern[str]]) -> list[Section]:
    found = []
    for one in sections:
        entries = tuple(entry for entry in one.entries if has_all(entry.sought, words))
        text = tuple(line for line in one.text if has_all(line.casefold(), words))
        if entries or text:
            found.append(Section(one.heading, entries, text))
    return found


def _entry(command: Command) -> Entry:
    synonyms = synonyms_of(command.id)
    return Entry(command.shown_keys, tr(command.title), tr(command.help), synonyms)


def keys_of_screen(screen: Overlay[Any]) -> list[Section]:
    """Return the keys of a screen over the panes."""
    entries = (Entry(signs(keys), tr(screen.titles[name])) for name, keys in screen.keys.items())
    named = tr("[screens.{}] in the configuration gives them other keys", screen.own_name)
    return [Section(tr("Here"), tuple(entries), (named,))]


class Help(SearchOverlay[None], named="help"):
    """Shows keys and what they do, section by section."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,enter,space", "leave", "Close"),
        Binding("slash", "search", "Search"),
        Binding("down,j,pagedown", "page(1)", "Down"),
        Binding("up,k,pageup", "page(-1)", "Up"),
        Binding("home", "edge(-1)", "First"),
        Binding("end,G", "edge(1)", "Last"),
    ]

    def __init__(self, sections: Sequence[Section]) -> None:
        super().__init__()
        self._sections = sections

    def compose(self) -> ComposeResult:
        """Lay out the line to search in, and the one box."""
        yield Prompt(tr("search in the help"), id="help-search")
        close = self.hint("{search} searches · {close} closes")
        yield _Keys(self._sections, self.hint("{up}{down} more · "), close)

    def on_mount(self) -> None:
        """Keep the letters of the keys from the hidden line."""
        self.searched.focus()

    @property
    def searched(self) -> _Keys:
        """The list of keys."""
        return self.query_one(_Keys)

    def action_leave(self) -> None:
        """Give up the search, else leave."""
        if self.query_one(Prompt).is_open:
            self.drop_search()
        else:
            self.dismiss()

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        self.searched.narrow(event.value)


class _Keys(Folded, can_focus=True):
    """The list of keys, a part for each line of it."""

    def __init__(self, sections: Sequence[Section], more: str, close: str) -> None:
        super().__init__(id="help")
        self.border_title = tr("Keys")
        self._more, self._close = more, close
        self._all = self._sections = sections

    def narrow(self, letters: str) -> None:
        """Show what has these words."""
        self._sections = found_in(self._all, letters) or [Section(tr("nothing found"))]
        self.renew()

    def page(self, by: int) -> None:
        """Scroll by half a page."""
        self.move(by * max(self.size.height // 2, 1))

    def tell(self, last: int, length: int) -> None:
        """Take the height of the lines; show in the border whether there are more than fit."""
        self.styles.height = length + 2
        is_whole = length <= self.size.height
        hints = f"{'' if is_whole else self._more}{self._close}"
        self.border_subtitle = in_border(hints, self.size.width)

    def parts(self) -> Sequence[Sequence[Text]]:
        """Return headings, with the text and the entries under them."""
        every = [entry for section in self._sections for entry in section.entries]
        keys = max((cell_len(entry.keys) for entry in every), default=0)
        titles = max((cell_len(entry.title) for entry in every), default=0)
        parts: list[list[Text]] = []
        for section in self._sections:
            parts.append([Text(section.heading, HEADING)])
            parts += map(self._text_lines, section.text)
            parts += [self._entry_lines(entry, keys, titles) for entry in section.entries]
        return parts

    def _text_lines(self, text: str) -> list[Text]:
        return [Text(f" {line}", DIM) for line in broken(text, self.size.width - 1)]

    def _entry_lines(self, entry: Entry, keys: int, titles: int) -> list[Text]:
        """Return some keys and what they do, below them where there is no room beside."""
        width = self.size.width
        head = Text().append(padded(f" {entry.keys}", keys + 3), BOLD).append(entry.title)
        if width < _NARROW:
            return [head, *(Text(f"   {one}", DIM) for one in broken(entry.help, width - 3) if one)]
        indent = keys + titles + 5
        first, *rest = broken(entry.help, max(width - indent, _NARROWEST))
        head.append(" " * (titles + 2 - cell_len(entry.title))).append(first, DIM)
        return [head, *(Text(" " * indent + line, DIM) for line in rest)]
