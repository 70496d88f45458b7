"""Pane 1: the questions, under the headings of the questionnaire."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text

from cxtui.app.keys.commands import QUESTIONS
from cxtui.app.panes.line_widget import BOLD, CURSOR, DIM
from cxtui.app.panes.list_widget import Listing
from cxtui.app.panes.question_search import Finder, Listed
from cxtui.output.drawing.fit import ellipsis, numbered, padded
from cxtui.survey.question import Kind, Question

_WIDEST_ID = 12
_ID_SHARE = 4
"""Where ids would take more than a quarter of a narrow list, it lists the wordings alone."""
_NARROW = 28
_DERIVED = "ƒ"
_SIGNS = {Kind.GRID: "▦", Kind.TEXT: "¶", Kind.NUMERIC: "#", Kind.MULTI: "≡"}


class Questions(Listing[Listed]):
    """The questions, all or those that match letters; columns, as long as the survey is read."""

    def __init__(self) -> None:
        super().__init__(id=QUESTIONS)
        self._all: Sequence[Listed] = ()
        self._finder: Finder[Listed] = Finder(())
        self._places: dict[str, int] = {}
        self._id_width = 0

    @property
    def around(self) -> tuple[str, ...]:
        """The ids of the questions after and before the cursor, as far as there are any."""
        sides = range(self.cursor + 1, self.length), range(self.cursor - 1, -1, -1)
        found = (next(filter(self.stands, side), None) for side in sides)
        entries = (self.entries[place] for place in found if place is not None)
        return tuple(one.id for one in entries if isinstance(one, Question))

    def load(self, questions: Sequence[Listed]) -> None:
        """Take the questions of a survey."""
        self._all = questions
        self._finder = Finder(questions)
        widths = (cell_len(one.id) for one in questions)
        self._id_width = min(_WIDEST_ID, max(widths, default=0))
        self._list(questions)

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

    def _list(self, questions: Sequence[Listed], *, headed: bool = True) -> None:
        entries: list[Listed | str] = []
        self.entries, self._places = entries, {}
        section = ""
        for question in questions:
            own = question.section if isinstance(question, Question) else ""
            if headed and own != section:
                section = own
                entries.append(section)
            self._places.setdefault(question.id, len(entries))
            entries.append(question)

    def line(self, entry: Listed, position: int) -> Text:
        """Return a question's id and wording."""
        width = self.size.width
        part = entry.grid_item if isinstance(entry, Question) else None
        marker = "› " if position == self.cursor else "  "
        own, label = (part.item.code, part.own_label) if part else (entry.id, entry.label)
        name = f"  {own}" if part else own
        sign = _sign(entry)
        if width < _NARROW and self._id_width > width // _ID_SHARE:
            head = f"{marker}  " if part else marker
            return Text(head + ellipsis(f"{label} {sign}".rstrip(), width - cell_len(head)))
        if label == own:
            return Text(marker + ellipsis(f"{name} {sign}", width - 2))
        widest = min(self._id_width, width * 2 // 5)
        head = marker + padded(numbered(name, widest), widest) + " "
        return Text(head).append(ellipsis(f"{sign} {label}", width - cell_len(head)), DIM)

    def line_at_cursor(self, line: Text) -> Text:
        """Return the line of the cursor, which is seen without colours too."""
        return Text(padded(line.plain, self.size.width), CURSOR if self.has_focus else BOLD)


def _sign(entry: Listed) -> str:
    """Return the sign of a question's kind; that of a column is not known yet."""
    if not isinstance(entry, Question):
        return " "
    return _DERIVED if entry.made else _SIGNS.get(entry.kind, " ")
