"""Lines to search: letters narrow them, and the answer of a screen is made of their positions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import ClassVar, TypeVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from cxtui.app.panes.typo_search import almost
from cxtui.app.screens.base.drawn_lines import DrawnList
from cxtui.app.screens.base.key_hints import Box
from cxtui.app.screens.base.overlay import Overlay
from cxtui.app.screens.base.prompt import Prompt
from cxtui.messages import tr
from cxtui.output.drawing.fit import ellipsis, padded
from cxtui.text import SEPARATOR

T = TypeVar("T")


def has_all(text: str, words: Iterable[str | re.Pattern[str]]) -> bool:
    """Return whether a text has all of these words."""
    return all(one in text if isinstance(one, str) else one.search(text) for one in words)


class FindLine(Overlay[T]):
    """A list of lines under a line to type in; `take` answers when enter is pressed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close"),
        Binding("down", "move(1)", "Down"),
        Binding("up", "move(-1)", "Up"),
    ]
    keys_told: ClassVar[str] = "{up}{down} choose · enter applies · {close} leaves"

    def __init__(self, title: str, lines: Sequence[str], chosen: int = 0) -> None:
        super().__init__()
        self._title = title
        self._lines = lines
        self._chosen = chosen

    def compose(self) -> ComposeResult:
        """Lay out the letters typed and the list."""
        with Box("pick", self._title, self._keys) as box:
            box.hold(len(self._lines))
            yield Prompt(tr("type to find"))
            found = DrawnList(self.drawn, range(len(self._lines)), id="candidates")
            found.can_focus = False
            found.cursor = self._chosen
            found.if_empty = tr("nothing found")
            yield found

    @property
    def _keys(self) -> str:
        return self.hint(self.keys_told)

    def drawn(self, line: int, _: int, width: int) -> Text:
        """Return a line as it is listed."""
        return Text(padded(ellipsis(self._lines[line], width), width))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list to the lines with all words typed, each with one error if need be."""
        words = event.value.casefold().split()
        found = self.find(words) or self.find([almost(word) for word in words])
        candidates = self.query_one(DrawnList)
        candidates.cursor = 0 if words else self._chosen
        candidates.fill(found)
        said = [tr("{:,} found", len(found))] if words else []
        self.query_one(Box).tell(SEPARATOR.join((*said, self._keys)))

    def find(self, words: Sequence[str | re.Pattern[str]]) -> list[int]:
        """Return the places of the lines with all of these words, the best first."""
        return [place for place, line in enumerate(self._lines) if has_all(line.casefold(), words)]

    def on_input_submitted(self) -> None:
        """Take the line under the cursor; without one, stay open for other letters."""
        if (place := self.query_one(DrawnList).entry) is not None:
            self.take(place)

    def take(self, place: int) -> None:
        """Answer, with the cursor on the line at a place."""
        raise NotImplementedError
