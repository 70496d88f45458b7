"""The filters of a view: answers found by typing are kept or excluded; lines are changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from cxtui.analysis.tables.state_line import describe_filter
from cxtui.app.panes.line_widget import BOLD, DIM
from cxtui.app.screens.base.drawn_lines import DrawnList
from cxtui.app.screens.base.key_hints import Box
from cxtui.app.screens.base.prompt import Prompt
from cxtui.app.screens.base.respondent_count import CountingScreen, CountRequest, Foot
from cxtui.app.screens.select.choose_answers import Choose
from cxtui.app.screens.select.filter_draft import Draft, Term
from cxtui.app.screens.select.filter_offers import Offer, Offers
from cxtui.messages import tr
from cxtui.output.drawing.fit import between, ellipsis, padded, question_between, shortened
from cxtui.survey.conditions import Condition
from cxtui.survey.model import Survey

_KEYS = (
    "{keep_exclude} keeps or excludes · {not} not · {or} or · {remove} removes · "
    "{apply} applies · {close} leaves"
)
_HEIGHT = 12
_TICKS = {"=": "[+] ", "!=": "[−] ", "": "[ ] "}
_NEXT = {"": "=", "=": "!=", "!=": ""}
_CHANGES = {"removed": Draft.removed, "negated": Draft.negated, "switched": Draft.switched}


class Filters(CountingScreen[tuple[Condition, ...] | None], named="filter", inherit_bindings=False):
    """Builds the filters of a view; answers the new ones, or `None`.

    Without letters it lists the filters, with letters the answers and questions that have them.
    Letters are always typed: the commands are keys without letters.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close"),
        Binding("down", "move(1)", "Down"),
        Binding("up", "move(-1)", "Up"),
        Binding("pagedown", "page(1)", "Page down"),
        Binding("pageup", "page(-1)", "Page up"),
        Binding("tab", "mark", "Keep, exclude", priority=True),
        Binding("exclamation_mark", "change('negated')", "Not", priority=True),
        Binding("vertical_line", "change('switched')", "Or", priority=True),
        Binding("delete", "change('removed')", "Remove", priority=True),
        Binding("backspace", "erase", "Erase", priority=True),
        Binding("enter", "apply", "Apply"),
    ]

    def __init__(self, survey: Survey, filters: Iterable[Condition]) -> None:
        super().__init__(survey)
        self._draft = Draft.of(filters)
        self._offers = Offers(survey.codebook)
        self._at = max(len(self._draft.terms) - 1, 0)
        """The line of the filters where the cursor was before letters were typed."""
        self._is_marked = False
        """Whether an answer found by these letters was marked: enter then applies."""

    def compose(self) -> ComposeResult:
        """Lay out the letters typed, the filters or what was found, and the respondents kept."""
        with Box("filters", tr("Filter")):
            search = Prompt(tr("type an answer or a question"))
            search.commands = frozenset((*self.keys["not"], *self.keys["or"]))
            yield search
            lines = DrawnList(self._line, id="terms")
            lines.can_focus = False
            yield lines
            yield Foot(self.hint(_KEYS))

    def on_mount(self) -> None:
        """Show the filters of the view."""
        self.query_one(Prompt).focus()
        self._change(self._draft)

    @property
    def _search(self) -> Prompt:
        return self.query_one(Prompt)

    def _change(self, draft: Draft) -> None:
        """Show another draft, and count its respondents."""
        self._draft = draft
        self._list()
        self.recount()

    def _list(self) -> None:
        """List what has the letters typed, or the filters."""
        lines = self.listing
        found: list[Offer | Term] = [*self._draft.terms]
        lines.if_empty = tr("no filter: all respondents")
        if self._search.value.strip():
            found = [*self._offers.find(self._search.value)]
            lines.if_empty = tr("nothing found")
        lines.styles.height = _HEIGHT
        lines.fill(found)
        is_found = bool(self._search.value.strip())
        self.query_one(Box).tell(tr("{:,} found", len(found)) if is_found else "")

    @on(Input.Changed)
    def _typed(self) -> None:
        is_back = not self._search.value.strip()
        self._is_marked = False
        self.listing.cursor = self._at if is_back else 0
        self._list()

    def count_request(self) -> CountRequest:
        """Return all filters."""
        return CountRequest(self._draft.conditions)

    @on(DrawnList.Chosen)
    def _moved(self) -> None:
        if not self._search.value.strip():
            self._at = self.listing.cursor

    # Keys

    def action_mark(self) -> None:
        """Keep the answer under the cursor, exclude it, or neither, in turn."""
        match self.listing.entry:
            case Offer(question, None):
                self._choose(question.id)
            case Offer(question, answer) if answer is not None:
                sign = _NEXT[self._draft.sign_of(question.id, answer.code)]
                self._is_marked = True
                self._change(self._draft.marked(question.id, answer.code, sign))
            case Term():
                self.action_change("negated")

    def action_change(self, name: str) -> None:
        """Change the filter under the cursor: by the name of a change of a draft."""
        if isinstance(self.listing.entry, Term):
            self._change(_CHANGES[name](self._draft, self.listing.cursor))

    def action_erase(self) -> None:
        """Erase a letter; where there is none, remove the filter under the cursor."""
        if self._search.value:
            self._search.action_delete_left()
        else:
            self.action_change("removed")

    @on(Input.Submitted)
    def action_apply(self) -> None:
        """Answer the filters; open a question; keep an answer that was found, if none is marked."""
        entry = self.listing.entry
        if isinstance(entry, Offer) and not self._is_marked:
            if entry.answer is None:
                self._choose(entry.question.id)
                return
            self._draft = self._draft.marked(entry.question.id, entry.answer.code, "=")
        elif entry is None and self._search.value.strip():
            return  # stay open for other letters
        self.dismiss(self._draft.conditions)

    def _choose(self, question_id: str) -> None:
        """Choose among all answers to a question, or a range."""
        question = self.survey.codebook.find(question_id)
        if question is not None:
            group = self._draft.group_at(self._at) if self._draft.terms else 0
            self.app.push_screen(Choose(self.survey, question, self._draft, group), self._chosen)

    def _chosen(self, draft: Draft | None) -> None:
        if draft is None:
            return
        self._at = max(len(draft.terms) - 1, 0)
        with self._search.prevent(Input.Changed):
            self._search.value = ""
        self.listing.cursor = self._at
        self._change(draft)

    # Lines

    def _line(self, entry: Offer | Term, position: int, width: int) -> Text:
        if isinstance(entry, Term):
            return self._line_of_term(entry, position, width)
        question, answer = entry.question, entry.answer
        if answer is None:
            return Text(question_between("", question, f"{question.id} ›", width))
        sign = self._draft.sign_of(question.id, answer.code)
        room = width - cell_len(_TICKS[sign]) - cell_len(answer.label) - 2
        tail = shortened(question, max(room, width // 2))
        return Text(between(_TICKS[sign], answer.label, tail, width), BOLD if sign else "")

    def _line_of_term(self, term: Term, position: int, width: int) -> Text:
        """Return how a filter is joined to the one above, its text, and its question's wording."""
        codebook = self.survey.codebook
        join = "" if position == 0 else tr("  or") if term.joined else tr("and")
        text = f"{padded(join, 5)}{describe_filter(codebook, term.filter)}"
        question = codebook.find(term.filter.question)
        line = Text(ellipsis(text, width))
        if question and question.label != question.id:
            room = width - line.cell_len
            line.append(ellipsis(f"   {shortened(question, room - 3)}", room), DIM)
        return line
