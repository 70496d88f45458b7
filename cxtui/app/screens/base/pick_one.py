"""One question of many: type letters to narrow the list, enter picks it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from cxtui.app.panes.line_widget import BOLD, DIM
from cxtui.app.panes.list_widget import Listing
from cxtui.app.panes.question_search import Finder
from cxtui.app.screens.base.key_hints import Box
from cxtui.app.screens.base.overlay import Overlay
from cxtui.app.screens.base.prompt import Prompt
from cxtui.messages import tr
from cxtui.output.drawing.fit import ellipsis, fitted, padded, shortened
from cxtui.survey.question import Question
from cxtui.text import SEPARATOR

_ID = 16
"""Cells of an id at most."""


class Candidates(Listing[Question | None]):
    """Questions by id, wording and a note; `None` is a line that takes a choice as it is."""

    can_focus = False

    def __init__(
        self,
        questions: Sequence[Question],
        chosen: str,
        note: Callable[[Question], str] = lambda _: "",
        *,
        id: str,  # noqa: A002 -- Textual's word
    ) -> None:
        super().__init__(questions, id=id)
        ids = [one.id for one in questions]
        self.cursor = ids.index(chosen) if chosen in ids else 0
        self._wide = _width_of(questions)
        self._note = note

    def narrow(self, entries: Sequence[Question | None], *, at_top: bool = False) -> None:
        """Show only these; other ones than before begin at the top."""
        if list(entries) != list(self.entries) or at_top:
            self.cursor = 0
        self._wide = max(self._wide, _width_of(entries))
        self.fill(entries)

    def line(self, entry: Question | None, position: int) -> Text:
        """Return a question's id, its wording and its note, or the line that takes a choice."""
        if entry is None:
            return Text(tr("✓ apply the banner above"), BOLD)
        note = self._note(entry)
        head = f"{padded(ellipsis(entry.id, self._wide), self._wide)}  "
        room = self.size.width - cell_len(head) - (cell_len(note) + 1 if note else 0)
        if entry.label == entry.id:  # which is said once, with all the room
            head, room = fitted(entry.id, cell_len(head) + room), 0
        tail = f"{padded(shortened(entry, room), room)}{f' {note}' if note else ''}"
        return Text(head).append(tail, DIM)


def _width_of(questions: Sequence[Question | None]) -> int:
    """Return the width of the longest id, as far as ids are shown."""
    return min(_ID, max((cell_len(one.id) for one in questions if one), default=0))


class Pick(Overlay[str | None], named="pick"):
    """Pick a question; answers its id, or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close"),
        Binding("down", "move(1)", "Down"),
        Binding("up", "move(-1)", "Up"),
    ]

    def __init__(self, title: str, questions: Sequence[Question], chosen: str) -> None:
        super().__init__()
        self._title = title
        self._questions = questions
        self._finder = Finder(questions)
        self._chosen = chosen

    def compose(self) -> ComposeResult:
        """Lay out the letters typed and the list."""
        with Box("pick", self._title, self._keys) as box:
            box.hold(len(self._questions))
            yield Prompt(tr("type to find"))
            found = Candidates(self._questions, self._chosen, id="candidates")
            found.if_empty = tr("nothing found")
            yield found

    @property
    def _keys(self) -> str:
        return self.hint("{up}{down} choose · enter applies · {close} leaves")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list, and say how many there are; no match says so."""
        found = self._finder.find(event.value)
        self.query_one(Candidates).narrow(found)
        said = [tr("{:,} found", len(found))] if event.value.strip() else []
        self.query_one(Box).tell(SEPARATOR.join((*said, self._keys)))

    def on_input_submitted(self) -> None:
        """Take the question under the cursor; without one, stay open for other letters."""
        if (question := self.query_one(Candidates).entry) is not None:
            self.dismiss(question.id)
