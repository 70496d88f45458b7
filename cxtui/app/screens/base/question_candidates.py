"""The questions that fit what was typed, to choose one from."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text

from cxtui.app.panes.line_widget import CURSOR, DIM
from cxtui.app.panes.list_widget import Listing
from cxtui.output.drawing.fit import ellipsis, padded
from cxtui.survey.question import Question

_ID = 16


class Candidates(Listing):
    """Questions by id and wording; the letters that narrow them are typed elsewhere.

    `None` is a line that a subclass has beside them.
    """

    can_focus = False

    def __init__(self, questions: Sequence[Question], chosen: str, *, id: str) -> None:  # noqa: A002 -- Textual's word
        super().__init__(id=id)
        self._entries: Sequence[Question | None] = questions
        ids = [one.id for one in questions]
        self.cursor = ids.index(chosen) if chosen in ids else 0

    @property
    def length(self) -> int:
        """How many lines there are."""
        return len(self._entries)

    @property
    def chosen(self) -> Question | None:
        """The question under the cursor."""
        return self._entries[self.cursor] if self._entries else None

    def narrow(self, entries: Sequence[Question | None], *, at_top: bool = False) -> None:
        """Show only these; other ones than before begin at the top."""
        if list(entries) != list(self._entries) or at_top:
            self._entries = entries
            self.cursor = 0
        self.paint()

    def note(self, question: Question) -> str:
        """Return what stands at the right end of a question's line."""
        return ""

    def line(self, position: int, *, at_cursor: bool) -> Text:
        """Return a question's id, its wording and a note."""
        question, width = self._entries[position], self.size.width
        if question is None:
            raise NotImplementedError
        note = self.note(question)
        head = f"{padded(ellipsis(question.id, _ID), _ID)} "
        room = width - cell_len(head) - (cell_len(note) + 1 if note else 0)
        tail = f"{padded(ellipsis(question.label, room), room)}{f' {note}' if note else ''}"
        if at_cursor:
            return Text(head + tail, CURSOR)
        return Text(head).append(tail, DIM)
