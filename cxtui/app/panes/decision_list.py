"""The decisions about a survey, taken and open, as a list under headings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from rich.cells import cell_len
from rich.text import Text

from cxtui.app.panes.line_widget import DIM
from cxtui.app.panes.list_widget import Listing
from cxtui.app.panes.question_search import Finder
from cxtui.messages import tr
from cxtui.output.drawing.fit import ellipsis, padded
from cxtui.survey.decisions import COLUMN, NOTE, QUESTION, Decision, DecisionState, list_decisions
from cxtui.survey.model import Codebook

_WIDEST = 22
_SIGNS = {
    DecisionState.OPEN: "?",
    DecisionState.GUESSED: "~",
    DecisionState.EXCLUDED: "–",
    DecisionState.NOTED: "i",
}
_NONE = Decision(DecisionState.NOTED, NOTE, "", "", "")


class Decisions(Listing[Decision]):
    """The decisions about a survey, under the headings of their states."""

    def __init__(self, notes: Sequence[str]) -> None:
        super().__init__(id="decisions")
        self._notes = notes
        self.marked: list[str] = []

    @property
    def decisions(self) -> list[Decision]:
        """All entries without the headings."""
        return [one for one in self.entries if isinstance(one, Decision)]

    @property
    def decision(self) -> Decision:
        """The decision under the cursor; an empty one while nothing is listed."""
        return self.entry or _NONE

    def load(self, codebook: Codebook, find: str = "") -> bool:
        """Show a codebook; the cursor keeps its line, or takes the next one that it can.

        `find` narrows the list to what matches its letters; where nothing does, the list stays as
        it is and `False` is returned.
        """
        found: Iterable[Decision] = list_decisions(codebook, self._notes)
        if find:
            found = _matching(found, codebook, find)
        entries: list[Decision | str] = []
        for state, those in groupby(found, lambda one: one.state):
            entries += [tr(state), *those]
        if not entries:
            return False
        ids = {one.id for one in codebook.questions}
        self.marked = [one for one in self.marked if one in ids]
        self.fill(entries)
        return True

    def seek(self, subject: str, name: str) -> None:
        """Put the cursor on a decision, where it is listed."""
        for position, entry in enumerate(self.entries):
            if isinstance(entry, Decision) and (entry.subject, entry.name) == (subject, name):
                self.cursor = position
                self.paint()
                return

    def mark(self) -> None:
        """Mark the question under the cursor, and go on to the next line."""
        if self.decision.name not in self.marked:
            self.marked = [*self.marked, self.decision.name]
        self.paint()
        self.move(1)

    def line(self, entry: Decision, position: int) -> Text:
        """Return what was decided about a part of the survey, and why."""
        width = self.size.width
        wide = min(_WIDEST, width // 4)
        mark = "● " if entry.subject == QUESTION and entry.name in self.marked else ""
        sign = _SIGNS.get(entry.state, " ")
        head = f"{sign} {padded(ellipsis(mark + _name(entry), wide), wide)} "
        return Text(head).append(ellipsis(_rest(entry), max(width - cell_len(head), 0)), DIM)


def _matching(found: Iterable[Decision], codebook: Codebook, text: str) -> Iterator[Decision]:
    """Yield questions as the list of questions finds them, all else by the letters in a row."""
    matching = {one.id for one in Finder(codebook.questions).find(text)}
    letters = text.casefold()
    for one in found:
        words = f"{one.subject} {one.name} {one.words}".casefold()
        if one.name in matching if one.subject == QUESTION else letters in words:
            yield one


def _name(decision: Decision) -> str:
    """Return what a line begins with: an id, a column, or the part of the survey."""
    if decision.subject == QUESTION:
        return decision.name
    return decision.words if decision.subject == COLUMN else tr(decision.subject).capitalize()


def _rest(decision: Decision) -> str:
    """Return the rest of a line: what was decided, and why where it was detected."""
    if decision.subject == COLUMN:
        return decision.reason
    words, reason = decision.words, decision.reason
    if decision.kind:
        words = f"{decision.kind:<7} {words}".rstrip()
        reason = reason.removeprefix(f"{decision.kind}: ")
    if decision.subject == NOTE or decision.state is DecisionState.DECLARED:
        return words
    return f"{words} · {reason}"
