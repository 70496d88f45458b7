"""The banner: one question, or several side by side and within each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from cxtui.app.panes.line_widget import BOLD, DIM
from cxtui.app.panes.question_search import Finder
from cxtui.app.screens.base.drawn_lines import Paragraph
from cxtui.app.screens.base.key_hints import Box, hint_lines
from cxtui.app.screens.base.overlay import Overlay
from cxtui.app.screens.base.pick_one import Candidates
from cxtui.app.screens.base.prompt import Prompt
from cxtui.app.screens.select.banner_draft import (
    Place,
    Sides,
    described,
    note_of,
    placed,
    shortened,
)
from cxtui.app.screens.select.banner_offers import Offer, derived, offers
from cxtui.errors import CxtuiError
from cxtui.messages import tr
from cxtui.output.drawing.fit import ellipsis, folded
from cxtui.survey.conditions import Condition
from cxtui.survey.model import Survey
from cxtui.survey.question import Question

_KEYS = (
    "{up}{down} choose · age 35,55 bands · region 1+2 merges · {where_it_goes} where it goes · "
    "{erase} drops the last · {close} leaves"
)


@dataclass(frozen=True, slots=True)
class BannerChoice:
    """A banner, and the lines of the derived questions that it needs."""

    sides: Sides
    derive: tuple[str, ...] = ()


class BuildBanner(Overlay[BannerChoice | None], named="banner"):
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

    def __init__(self, survey: Survey, sides: Sides, filters: Sequence[Condition] = ()) -> None:
        super().__init__()
        self._survey = survey
        self._filters = tuple(filters)
        self._before = self._sides = sides
        self._place = Place.INSTEAD
        self._is_placed = False
        """Whether the place was chosen for a question that was found: enter then applies."""
        self._problem = ""
        self._derive: tuple[str, ...] = ()
        self._offers: Mapping[str, Offer] = {}
        self._counts: dict[str, str] = {}
        """The answers of the derived questions that were counted, in words, by their lines."""
        self._load()

    def _load(self) -> None:
        codebook = self._survey.codebook
        self._questions = [one for one in codebook.table_questions if one.is_banner]
        self._finder = Finder(self._questions)

    def compose(self) -> ComposeResult:
        """Lay out the banner in words, the letters typed, the list and the keys."""
        chosen = self._sides[0][0] if self._sides else ""
        with Box("banner", tr("Compare by")):
            yield Paragraph(self._words, id="banner-words")
            yield Prompt(tr("type to find"))
            sides = Candidates(self._questions, chosen, self._note, id="sides")
            sides.if_empty = tr("nothing found")
            yield sides
            yield Paragraph(self._foot, id="banner-foot")

    def _note(self, question: Question) -> str:
        return tr("new") if question.id in self._offers else note_of(question)

    @property
    def _list(self) -> Candidates:
        return self.query_one(Candidates)

    @property
    def _offer(self) -> Offer | None:
        """The derived question under the cursor, if there is one."""
        question = self._list.entry
        return self._offers.get(question.id) if question else None

    def _below(self, questions: Sequence[Question]) -> Sequence[Question | None]:
        """Return the lines of the list: above all questions the one that applies the banner."""
        return [None, *questions] if self._is_ready else questions

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        found = self._finder.find(event.value)
        offered = list(offers(self._survey, event.value, found))
        self._offers = {one.question.id: one for one in offered if one.known is None}
        first = [one.question for one in offered if one.is_first]
        found = [*first, *found, *(one.question for one in offered if not one.is_first)]
        self._list.narrow(found if event.value else self._below(found))
        self.query_one(Box).tell(tr("{:,} found", len(found)) if event.value.strip() else "")
        self._say()

    @property
    def _is_ready(self) -> bool:
        """Whether the banner is another than before, so that it can be applied as it is."""
        return bool(self._sides) and self._sides != self._before

    @on(Input.Submitted)
    def _take(self) -> None:
        """Put the question under the cursor into the banner; stay open where more can follow."""
        question = self._list.entry
        if question is None:
            if self._list.entries:
                self._apply(self._sides)
            return
        offer = self._offer
        if offer is not None and not self._add(offer):
            return
        sides = placed(self._sides, question.id, self._place)
        if self._place is Place.INSTEAD or (self._is_placed and sides != self._sides):
            self._apply(sides)
        elif sides == self._sides:
            self._say(tr("{} is there already", question.id))
        else:
            self._change(sides)

    def _apply(self, sides: Sides) -> None:
        self.dismiss(BannerChoice(sides, self._derive))

    def _add(self, offer: Offer) -> bool:
        """Derive a question; say why it cannot be."""
        try:
            self._survey = derived(self._survey, offer)
        except CxtuiError as error:
            self._say(str(error))
            return False
        self._derive = (*self._derive, offer.line)
        self._load()
        return True

    def _change(self, sides: Sides) -> None:
        self._sides, self._offers = sides, {}
        search = self.query_one(Input)
        with search.prevent(Input.Changed):
            search.value = ""
        self._list.narrow(self._below(self._questions), at_top=True)
        self.query_one(Box).tell("")
        self._say()

    def action_erase(self) -> None:
        """Erase a letter; where there is none, remove the last question from the banner."""
        search = self.query_one(Input)
        if search.value:
            search.action_delete_left()
        elif self._sides:
            self._change(shortened(self._sides))

    def action_place(self, by: int) -> None:
        """Change where the next question goes; chosen before any letter, more can follow."""
        self._is_placed = bool(self.query_one(Input).value)
        places = list(Place)
        self._place = places[(places.index(self._place) + by) % len(places)]
        self._say()

    @on(Candidates.Chosen)
    def _moved(self) -> None:
        self._say()

    def _say(self, problem: str = "") -> None:
        """Show the banner, what enter would make of it, and the place of the next question."""
        self._problem = problem
        for one in self.query(Paragraph):
            one.paint()
        offer = self._offer
        if offer is not None and offer.line not in self._counts:
            from cxtui.analysis.derive.answer_counts import count_derived

            job = partial(count_derived, self._survey, offer.derivation, self._filters)
            self.work_in_thread(job, partial(self._counted, offer))

    def _counted(self, offer: Offer, counts: str | CxtuiError) -> None:
        """Show the answers of a derived question with their numbers."""
        self._counts[offer.line] = str(counts)
        self.query_one("#banner-words", Paragraph).paint()

    def _words(self, width: int, height: int) -> list[Text]:
        """Return the banner in one line, and what enter would make of it in the others."""
        question, now = self._list.entry, described(self._survey.codebook, self._sides)
        sides = placed(self._sides, question.id, self._place) if question else self._sides
        after = described(self._survey.codebook, sides)
        if (offer := self._offer) is not None:
            after = f"{after}: {self._counts.get(offer.line, offer.answers)}"
        lines = folded(tr("enter: {}", after) if after else "", width, max(height - 1, 1))
        first = Text(ellipsis(tr("now:   {}", now or tr("none")), width), DIM)
        return [first, *(Text(line, BOLD) for line in lines)]

    def _foot(self, width: int, height: int) -> list[Text]:
        """Return the place of the next question, or what is wrong, above the keys."""
        said = Text().append(ellipsis(self._problem, width), BOLD)
        last = self._sides[-1][-1] if self._sides else ""
        for place in () if self._problem else Place:
            words = tr("within {}", last) if place is Place.WITHIN else tr(place)
            chosen = place is self._place
            said.append(f"[{words}] " if chosen else f" {words}  ", BOLD if chosen else DIM)
        return [
            said,
            *(Text(line, DIM) for line in hint_lines(self.hint(_KEYS), width, max(height - 1, 1))),
        ]
