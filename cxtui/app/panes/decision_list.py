"""What was decided about a survey and what was not, as a list under headings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.cells import cell_len
from rich.text import Text

from cxtui.app.panes.line_widget import BOLD, CURSOR, DIM
from cxtui.app.panes.list_widget import Listing
from cxtui.app.panes.question_search import Finder
from cxtui.output.drawing.fit import ellipsis, padded
from cxtui.survey.decisions import COLUMN, NOTE, QUESTION, Decision, DecisionState, list_decisions
from cxtui.survey.model import Codebook

_WIDEST = 22
_SIGNS = {
    DecisionState.OPEN: "?",
    DecisionState.GUESSED: "~",
    DecisionState.ASIDE: "–",
    DecisionState.NOTED: "i",
}


class Decisions(Listing):
    """What is decided and what is not, under headings."""

    def __init__(self, notes: Sequence[str]) -> None:
        super().__init__(id="decisions")
        self._notes = notes
        self._entries: list[Decision | DecisionState] = []
        self.marked: list[str] = []

    @property
    def length(self) -> int:
        """How many lines there are, headings included."""
        return len(self._entries)

    def stands(self, position: int) -> bool:
        """Whether there is something to set, not a heading."""
        return super().stands(position) and isinstance(self._entries[position], Decision)

    @property
    def decisions(self) -> list[Decision]:
        """Everything but the headings."""
        return [one for one in self._entries if isinstance(one, Decision)]

    @property
    def decision(self) -> Decision:
        """What is under the cursor."""
        entry = self._entries[self.cursor]
        return (
            entry
            if isinstance(entry, Decision)
            else Decision(DecisionState.NOTED, NOTE, "", "", "")
        )

    def load(self, codebook: Codebook, find: str = "") -> bool:
        """Show a codebook; the cursor stays where it is, on what follows if that went away.

        Of what fits the letters `find` alone; `False` where nothing does, and nothing changes.
        """
        found = list_decisions(codebook, self._notes)
        if find:
            found = tuple(_fitting(found, codebook, find))
        if not found:
            return False
        self._entries = []
        for one in found:
            if one.state not in self._entries:
                self._entries.append(one.state)
            self._entries.append(one)
        ids = {one.id for one in codebook.questions}
        self.marked = [one for one in self.marked if one in ids]
        self.cursor = min(self.cursor, self.length - 1)
        while not self.stands(self.cursor):
            self.cursor += 1
        self.paint()
        return True

    def seek(self, subject: str, name: str) -> None:
        """Put the cursor on something, where it is there."""
        for position, entry in enumerate(self._entries):
            if isinstance(entry, Decision) and (entry.subject, entry.name) == (subject, name):
                self.cursor = position
                self.paint()
                return

    def mark(self) -> None:
        """Mark the question under the cursor, or no longer, and go on to the next line."""
        name = self.decision.name
        self.marked = [*self.marked, name] if name not in self.marked else self.marked
        self.paint()
        self.move(1)

    def line(self, position: int, *, at_cursor: bool) -> Text:
        """Return a heading, or what was decided of something."""
        entry, width = self._entries[position], self.size.width
        if isinstance(entry, DecisionState):
            return Text(entry, BOLD)
        name, wide = _name(entry), min(_WIDEST, width // 4)
        mark = "● " if entry.subject == QUESTION and entry.name in self.marked else ""
        sign = _SIGNS.get(entry.state, " ")
        head = f"{sign} {padded(ellipsis(mark + name, wide), wide)} "
        text = head + ellipsis(_said(entry), max(width - cell_len(head), 0))
        if at_cursor:
            return Text(padded(text, width), CURSOR)
        return Text(head).append(text[len(head) :], DIM)


def _fitting(found: Iterable[Decision], codebook: Codebook, text: str) -> Iterator[Decision]:
    """Yield questions as the list of questions finds them, all else by the letters in a row."""
    fitting = {one.id for one in Finder(codebook.questions).find(text)}
    letters = text.casefold()
    for one in found:
        words = f"{one.subject} {one.name} {one.words}".casefold()
        if one.name in fitting if one.subject == QUESTION else letters in words:
            yield one


def _name(decision: Decision) -> str:
    """Return what a line begins with: an id, a column, or the part of the survey."""
    match decision.subject:
        case "column":
            return decision.words
        case "question":
            return decision.name
    return decision.subject.capitalize()


def _said(decision: Decision) -> str:
    """Return what the rest of a line says: what was decided, and why where it was guessed."""
    if decision.subject == COLUMN:
        return decision.reason
    if decision.subject == NOTE or decision.state is DecisionState.DECLARED:
        return decision.words
    reason = decision.reason.removeprefix(f"{decision.words.split(' ')[0]}: ")
    return f"{decision.words} · {reason}"
