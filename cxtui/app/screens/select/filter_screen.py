"""Who is kept: the filters as lines, to be added, negated, joined and removed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from cxtui.analysis.tables.notes import describe_filter
from cxtui.app.panes.line_widget import CURSOR, DIM
from cxtui.app.panes.list_widget import Listing
from cxtui.app.screens.base.pick_one import Pick
from cxtui.app.screens.base.respondent_count import CountingScreen, Foot, Kept, Wanted, said_of
from cxtui.app.screens.select.choose_answers import Choose
from cxtui.app.screens.select.filter_draft import Draft
from cxtui.output.drawing.fit import ellipsis, padded
from cxtui.survey.conditions import Condition
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.question import Kind

_KEYS = (
    "{add} add · {remove} remove · {not} not · {or} or · {clear} clear · {apply} apply · "
    "{close} leave"
)
_FEWEST, _MOST = 3, 12


class Filters(CountingScreen[tuple[Condition, ...] | None], named="filter"):
    """Builds the filters of a view; answers the new ones, or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "Close"),
        Binding("a,f", "add", "Add"),
        Binding("x,delete,backspace", "remove", "Remove"),
        Binding("exclamation_mark", "negate", "Not"),
        Binding("o", "join", "Or"),
        Binding("c", "clear", "Clear"),
        Binding("enter", "apply", "Apply"),
    ]

    def __init__(self, survey: Survey, filters: Iterable[Condition]) -> None:
        super().__init__(survey)
        self._draft = Draft.of(filters)

    def compose(self) -> ComposeResult:
        """Lay out the lines and what they keep."""
        with Vertical(id="filters") as box:
            box.border_title = "Filter"
            yield _Terms(self.survey.codebook)
            yield Foot(self.hint(_KEYS))

    def on_mount(self) -> None:
        """Show the filters of the view."""
        self.query_one(_Terms).focus()
        self._change(self._draft)
        self.query_one(_Terms).edge(1)

    def _change(self, draft: Draft) -> None:
        self._draft = draft
        self.query_one(_Terms).load(draft)
        self.recount()

    def wanted(self) -> Wanted:
        """Count whom all lines keep."""
        return Wanted(self._draft.conditions)

    def show_kept(self, kept: Kept) -> None:
        """Say how many."""
        self.query_one(Foot).say(said_of(kept, self.survey))

    @property
    def _position(self) -> int:
        return self.query_one(_Terms).cursor

    def action_add(self) -> None:
        """Pick a question, then its answers."""
        questions = [
            one for one in self.survey.codebook.table_questions if one.kind is not Kind.GRID
        ]
        self.app.push_screen(Pick("Filter by", questions, ""), self._choose)

    def _choose(self, question_id: str | None) -> None:
        question = self.survey.codebook.find(question_id) if question_id else None
        if question is None:
            return
        group = self._draft.group_at(self._position)
        self.app.push_screen(Choose(self.survey, question, self._draft, group), self._add)

    def _add(self, draft: Draft | None) -> None:
        if draft is not None:
            self._change(draft)
            self.query_one(_Terms).edge(1)

    def action_remove(self) -> None:
        """Remove the filter under the cursor."""
        if self._draft.terms:
            self._change(self._draft.removed(self._position))

    def action_negate(self) -> None:
        """Turn the filter under the cursor into its opposite."""
        if self._draft.terms:
            self._change(self._draft.negated(self._position))

    def action_join(self) -> None:
        """Join the filter under the cursor to the one above by `or`, or by `and` again."""
        if self._draft.terms:
            self._change(self._draft.switched(self._position))

    def action_clear(self) -> None:
        """Remove all filters."""
        self._change(Draft())

    def action_apply(self) -> None:
        """Take the filters."""
        self.dismiss(self._draft.conditions)


class _Terms(Listing):
    """The filters, each with how it is joined to the one above."""

    def __init__(self, codebook: Codebook) -> None:
        super().__init__(id="terms")
        self._codebook = codebook
        self._draft = Draft()

    @property
    def length(self) -> int:
        """How many filters there are, one line to say so where there is none."""
        return max(len(self._draft.terms), 1)

    def load(self, draft: Draft) -> None:
        """Show these filters; the cursor stays where it can."""
        self._draft = draft
        self.cursor = min(self.cursor, self.length - 1)
        self.styles.height = min(max(len(draft.terms), _FEWEST), _MOST)
        self.paint()

    def line(self, position: int, *, at_cursor: bool) -> Text:
        """Return a filter in words, and the wording of its question."""
        if not self._draft.terms:
            return Text("no filter: everyone is kept; a adds one", DIM)
        term, width = self._draft.terms[position], self.size.width
        join = "" if position == 0 else "  or" if term.joined else "and"
        text = f"{padded(join, 5)}{describe_filter(self._codebook, term.filter)}"
        question = self._codebook.find(term.filter.question)
        line = Text(ellipsis(text, width))
        if question and question.label != question.id:
            line.append(ellipsis(f"   {question.label}", width - line.cell_len), DIM)
        return Text(padded(line.plain, width), CURSOR) if at_cursor else line
