"""Whom to compare: one question, or several side by side and within each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from cxtui.app.panes.line_widget import BOLD, CURSOR, DIM, Lines
from cxtui.app.panes.question_search import Finder
from cxtui.app.screens.base.overlay import Overlay
from cxtui.app.screens.base.prompt import prompt
from cxtui.app.screens.base.question_candidates import Candidates
from cxtui.app.screens.select.banner_draft import (
    Place,
    Sides,
    described,
    note_of,
    placed,
    shortened,
)
from cxtui.output.drawing.fit import ellipsis, folded, padded
from cxtui.survey.model import Codebook
from cxtui.survey.question import Question

_KEYS = (
    "{up}{down} choose · {where_it_goes} where it goes · {erase} drops the last · {close} leaves"
)
_READY = "✓ take this"


class BuildBanner(Overlay[Sides | None], named="banner"):
    """Builds the banner of a view; answers the new one, or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close"),
        Binding("down", "move(1)", "Down"),
        Binding("up", "move(-1)", "Up"),
        Binding("pagedown", "page(1)", "Page down"),
        Binding("pageup", "page(-1)", "Page up"),
        Binding("tab", "place(1)", "Where it goes", priority=True),
        Binding("shift+tab", "place(-1)", "Where it went", priority=True),
        Binding("backspace", "erase", "Erase", priority=True),
    ]

    def __init__(self, codebook: Codebook, sides: Sides) -> None:
        super().__init__()
        self._codebook = codebook
        self._before = self._sides = sides
        self._place = Place.INSTEAD
        self._questions = [one for one in codebook.table_questions if one.is_banner]
        self._finder = Finder(self._questions)

    def compose(self) -> ComposeResult:
        """Lay out what would be compared, the letters typed, the list and the keys."""
        chosen = self._sides[0][0] if self._sides else ""
        with Vertical(id="banner") as box:
            box.border_title = "Compare by"
            yield _Words()
            yield prompt("type to find")
            yield _Sides(self._questions, chosen, id="sides")
            yield _Foot(self.hint(_KEYS))

    def on_mount(self) -> None:
        """Say what is compared now."""
        self._say()

    @property
    def _list(self) -> _Sides:
        return self.query_one(_Sides)

    def _below(self, questions: Sequence[Question]) -> Sequence[Question | None]:
        """Return the lines of the list: above all questions the one that takes the banner."""
        return [None, *questions] if self._is_ready else questions

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        found = self._finder.find(event.value)
        self._list.narrow(self._below(found) if not event.value else found)
        self._say()

    @property
    def _is_ready(self) -> bool:
        """Whether the banner is another than before, so that it can be taken as it is."""
        return bool(self._sides) and self._sides != self._before

    @on(Input.Submitted)
    def _take(self) -> None:
        """Take the question under the cursor, and stay where more can follow."""
        if self._list.is_ready:
            self.dismiss(self._sides)
            return
        question = self._list.chosen
        if question is None:
            return
        sides = placed(self._sides, question.id, self._place)
        if self._place is Place.INSTEAD:
            self.dismiss(sides)
        elif sides == self._sides:
            self._say(f"{question.id} is there already")
        else:
            self._change(sides)

    def _change(self, sides: Sides) -> None:
        self._sides = sides
        search = self.query_one(Input)
        with search.prevent(Input.Changed):
            search.value = ""
        self._list.narrow(self._below(self._questions), at_top=True)
        self._say()

    def action_erase(self) -> None:
        """Erase a letter; where there is none, take the last question out of the banner."""
        search = self.query_one(Input)
        if search.value:
            search.action_delete_left()
        elif self._sides:
            self._change(shortened(self._sides))

    def action_place(self, by: int) -> None:
        """Change where the next question goes."""
        places = list(Place)
        self._place = places[(places.index(self._place) + by) % len(places)]
        self._say()

    def action_move(self, by: int) -> None:
        """Move the cursor while letters are typed."""
        self._list.move(by)

    def action_page(self, by: int) -> None:
        """Move the cursor by a page."""
        self._list.page(by)

    @on(Candidates.Chosen)
    def _moved(self) -> None:
        self._say()

    def _say(self, problem: str = "") -> None:
        """Say what is compared, what enter would make of it, and where the next one goes."""
        question = self._list.chosen
        after = self._sides
        if question is not None:
            after = placed(self._sides, question.id, self._place)
        self.query_one(_Words).say(
            described(self._codebook, self._sides) or "nobody", described(self._codebook, after)
        )
        self.query_one(_Foot).say(self._place, self._sides[-1][-1] if self._sides else "", problem)


class _Sides(Candidates):
    """The questions that can be picked, below a line that takes the banner as it is."""

    @property
    def is_ready(self) -> bool:
        """Whether the cursor stands where the banner is taken as it is."""
        return bool(self._entries) and self.chosen is None

    def note(self, question: Question) -> str:
        """Return how a question becomes columns."""
        return note_of(question)

    def line(self, position: int, *, at_cursor: bool) -> Text:
        """Return a question, or the line that takes the banner."""
        if self._entries[position] is not None:
            return super().line(position, at_cursor=at_cursor)
        return Text(padded(_READY, self.size.width), CURSOR if at_cursor else BOLD)


class _Words(Lines):
    """What is compared now, and what enter would make of it."""

    _now = _after = ""

    def say(self, now: str, after: str) -> None:
        """Show both."""
        self._now, self._after = now, after
        self.paint()

    def paint(self) -> None:
        """Show what is compared in one line, what it would be in up to two."""
        width = max(self.size.width, 1)
        after = folded(f"enter: {self._after}" if self._after else "", width, 2)
        lines = [Text(ellipsis(f"now:   {self._now}", width), DIM)]
        lines += [Text(line, BOLD) for line in after]
        self.show([self.strip(line) for line in lines])


class _Foot(Lines):
    """Where the next question goes, or what is wrong, and the keys."""

    _place = Place.INSTEAD
    _last = _problem = ""

    def __init__(self, keys: str) -> None:
        super().__init__()
        self._keys = keys

    def say(self, place: Place, last: str, problem: str) -> None:
        """Show these; `last` is the question that another can stand within."""
        self._place, self._last, self._problem = place, last, problem
        self.paint()

    def paint(self) -> None:
        """Show them in one line, the keys in up to two."""
        width = max(self.size.width, 1)
        said = Text(ellipsis(self._problem, width), BOLD)
        if not self._problem:
            for place in Place:
                chosen = place is self._place
                words = f"within {self._last}" if place is Place.WITHIN else place
                said.append(f"[{words}] " if chosen else f" {words}  ", BOLD if chosen else DIM)
        keys = [Text(line, DIM) for line in folded(self._keys, width, 2)]
        self.show([self.strip(line) for line in (said, *keys)])
