"""The filters of a view as lines, to be added, negated, joined and removed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from cxtui.analysis.tables.state_line import describe_filter
from cxtui.app.panes.line_widget import DIM
from cxtui.app.screens.base.drawn_lines import DrawnList
from cxtui.app.screens.base.overlay import box
from cxtui.app.screens.base.pick_one import Pick
from cxtui.app.screens.base.respondent_count import CountingScreen, CountRequest, Foot
from cxtui.app.screens.select.choose_answers import Choose
from cxtui.app.screens.select.filter_draft import Draft, Term
from cxtui.messages import tr
from cxtui.output.drawing.fit import ellipsis, padded
from cxtui.survey.conditions import Condition
from cxtui.survey.model import Survey
from cxtui.survey.question import Kind

_KEYS = (
    "{add} add · {remove} remove · {not} not · {or} or · {clear} clear · {apply} apply · "
    "{close} leave"
)
_FEWEST, _MOST = 3, 12
_CHANGES = {"removed": Draft.removed, "negated": Draft.negated, "switched": Draft.switched}


class Filters(CountingScreen[tuple[Condition, ...] | None], named="filter"):
    """Builds the filters of a view; answers the new ones, or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "Close"),
        Binding("a,f", "add", "Add"),
        Binding("x,delete,backspace", "change('removed')", "Remove"),
        Binding("exclamation_mark", "change('negated')", "Not"),
        Binding("o", "change('switched')", "Or"),
        Binding("c", "clear", "Clear"),
        Binding("enter", "apply", "Apply"),
    ]

    def __init__(self, survey: Survey, filters: Iterable[Condition]) -> None:
        super().__init__(survey)
        self._draft = Draft.of(filters)

    def compose(self) -> ComposeResult:
        """Lay out the filters and the number of respondents that they keep."""
        with box("filters", tr("Filter")):
            terms = DrawnList(self._line, self._draft.terms, id="terms")
            terms.if_empty = tr("no filter: all respondents; a adds one")
            yield terms
            yield Foot(self.hint(_KEYS))

    def on_mount(self) -> None:
        """Show the filters of the view."""
        self._add(self._draft)

    def _change(self, draft: Draft) -> None:
        self._draft = draft
        self.listing.styles.height = min(max(len(draft.terms), _FEWEST), _MOST)
        self.listing.fill(draft.terms)
        self.recount()

    def count_request(self) -> CountRequest:
        """Return all filters."""
        return CountRequest(self._draft.conditions)

    def action_add(self) -> None:
        """Pick a question, then its answers."""
        questions = [
            one for one in self.survey.codebook.table_questions if one.kind is not Kind.GRID
        ]
        self.app.push_screen(Pick(tr("Filter by"), questions, ""), self._choose)

    def _choose(self, question_id: str | None) -> None:
        question = self.survey.codebook.find(question_id) if question_id else None
        if question is None:
            return
        group = self._draft.group_at(self.listing.cursor)
        self.app.push_screen(Choose(self.survey, question, self._draft, group), self._add)

    def _add(self, draft: Draft | None) -> None:
        if draft is not None:
            self._change(draft)
            self.listing.edge(1)

    def action_change(self, name: str) -> None:
        """Change the filter under the cursor: by the name of a change of a draft."""
        if self._draft.terms:
            self._change(_CHANGES[name](self._draft, self.listing.cursor))

    def action_clear(self) -> None:
        """Remove all filters."""
        self._change(Draft())

    def action_apply(self) -> None:
        """Answer the filters."""
        self.dismiss(self._draft.conditions)

    def _line(self, term: Term, position: int, width: int) -> Text:
        """Return how a filter is joined to the one above, its text, and its question's wording."""
        codebook = self.survey.codebook
        join = "" if position == 0 else tr("  or") if term.joined else tr("and")
        text = f"{padded(join, 5)}{describe_filter(codebook, term.filter)}"
        question = codebook.find(term.filter.question)
        line = Text(ellipsis(text, width))
        if question and question.label != question.id:
            line.append(ellipsis(f"   {question.label}", width - line.cell_len), DIM)
        return line
