"""Pane 1: the questions, under the headings of the questionnaire."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from rich.cells import cell_len
from rich.text import Text

from cxtui.app.keys.commands import QUESTIONS
from cxtui.app.panes.line_widget import BOLD, CURSOR, DIM
from cxtui.app.panes.list_widget import Listing
from cxtui.app.panes.question_search import Finder, Listed
from cxtui.output.drawing.fit import apart, ellipsis, padded
from cxtui.survey.kind import Kind

_DERIVED = "ƒ"
_SIGNS = {Kind.GRID: "▦", Kind.TEXT: "¶", Kind.NUMERIC: "#", Kind.MULTI: "≡"}


class Questions(Listing["Listed"]):
    """The questions, all or those that match letters; columns, as long as the survey is read."""

    def __init__(self) -> None:
        super().__init__(id=QUESTIONS)
        self._all: Sequence[Listed] = ()
        self._finder: Finder[Listed] = Finder(())
        self._places: dict[str, int] = {}
        self._told_apart: dict[tuple[int, bool], Mapping[str, str]] = {}
        """By the room for a label, and whether it is that of an item of a grid."""
        self._kinds: Mapping[str, Kind | None] = {}
        """The kinds of columns of a survey that is being read, as far as they are known."""

    @property
    def around(self) -> tuple[str, ...]:
        """The ids of the questions after and before the cursor, as far as there are any."""
        sides = range(self.cursor + 1, self.length), range(self.cursor - 1, -1, -1)
        found = (next(filter(self.stands, side), None) for side in sides)
        entries = (self.entries[place] for place in found if place is not None)
        return tuple(one.id for one in entries if not isinstance(one, str) and one.kind)

    def load(self, questions: Sequence[Listed]) -> None:
        """Take the questions of a survey."""
        self._all = questions
        self._finder = Finder(questions)
        self._told_apart = {}
        self._list(questions)

    def tell_kinds(self, kinds: Mapping[str, Kind | None]) -> None:
        """Show what kinds of questions columns are, by their names."""
        if kinds:
            self._kinds = {**self._kinds, **kinds}
            self.paint()

    def find(self, letters: str) -> int:
        """Show the questions that match, the best first, and return how many do."""
        found = self._finder.find(letters)
        self._list(found, headed=not letters.strip())
        self.cursor = next((one for one in range(self.length) if self.stands(one)), 0)
        self.paint()
        return len(found)

    def select(self, question_id: str) -> None:
        """Put the cursor on a question, without `Chosen`; list all questions where it is not."""
        if question_id not in self._places:
            self._list(self._all)
        self.cursor = self._places.get(question_id, self.cursor)
        self.paint()

    def point_at(self, column: str) -> None:
        """Put the cursor on a column of a survey that is being read, if it is listed."""
        for place, one in enumerate(self.entries):
            if not isinstance(one, str) and one.kind is None and one.name == column:
                self.cursor = place
                self.paint()

    def _list(self, questions: Sequence[Listed], *, headed: bool = True) -> None:
        entries: list[Listed | str] = []
        self.entries, self._places = entries, {}
        section = ""
        for listed in questions:
            if headed and listed.section != section:
                section = listed.section
                entries.append(section)
            self._places.setdefault(listed.id, len(entries))
            entries.append(listed)

    def line(self, entry: Listed, position: int) -> Text:
        """Return the sign of a question, its wording, and its id where there is room for both."""
        width = self.size.width
        part = entry.grid_item
        own, label = (part.item.code, part.own_label) if part else (entry.id, entry.label)
        marker = "›" if position == self.cursor else " "
        head = f"{marker}{self._sign(entry)}{'  ' if part else ''}"
        room = width - cell_len(head)
        tail = "" if label == own else own
        if cell_len(label) + (cell_len(tail) + 2 if tail else 0) <= room:
            line = Text(head + padded(label, room - cell_len(tail)))
            return line.append(tail, DIM)
        return Text(
            head + (self._alike(room, is_item=part is not None).get(label) or ellipsis(label, room))
        )

    def _alike(self, room: int, *, is_item: bool) -> Mapping[str, str]:
        """Return the labels that would look alike in `room` cells, as they are told apart."""
        kept = self._told_apart.get((room, is_item))
        if kept is None:
            alike = (one for one in self._all if (one.grid_item is not None) == is_item)
            labels = list(map(_own_label, alike))
            beginnings = Counter(one[: room // 2] for one in labels)
            candidates = [one for one in labels if beginnings[one[: room // 2]] > 1]
            cut = apart(candidates, room, lambda label: ellipsis(label, room))
            kept = self._told_apart[room, is_item] = dict(zip(candidates, cut, strict=True))
        return kept

    def _sign(self, entry: Listed) -> str:
        """Return the sign of a question's kind; a blank for that of a column not known yet."""
        if entry.kind is None:
            kind = self._kinds.get(entry.name)
            return _SIGNS.get(kind, " ") if kind else " "
        return _DERIVED if entry.made else _SIGNS.get(entry.kind, " ")

    def line_at_cursor(self, line: Text) -> Text:
        """Return the line of the cursor, which is seen without colours too."""
        return Text(padded(line.plain, self.size.width), CURSOR if self.has_focus else BOLD)


def _own_label(entry: Listed) -> str:
    """Return the wording as it is listed: of an item of a grid without that of the grid."""
    part = entry.grid_item
    return part.own_label if part else entry.label
