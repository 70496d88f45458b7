"""The open answers of a view as a list to read and to search while letters are typed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from cxtui.analysis.query.side_queries.open_answers import OpenAnswerTexts, read_open_answers
from cxtui.analysis.view.view import View
from cxtui.app.panes.line_widget import BOLD, DIM
from cxtui.app.panes.open_answer_list import OpenAnswerList
from cxtui.app.panes.status_lines import state_of
from cxtui.app.screens.base.drawn_lines import Paragraph
from cxtui.app.screens.base.overlay import moving
from cxtui.app.screens.base.prompt import Prompt
from cxtui.app.screens.base.search_overlay import SearchOverlay
from cxtui.errors import CxtuiError
from cxtui.messages import tr, tr_count
from cxtui.number_signs import count_text
from cxtui.output.drawing.fit import ellipsis, fitted_chips, folded
from cxtui.output.drawing.rich_table import accent
from cxtui.survey.model import Survey
from cxtui.text import clean

_LINES = 2
"""The most lines of the question, and of the counts."""


class OpenAnswers(SearchOverlay[None], named="answers"):
    """Shows the open answers to the question of a view."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "Close"),
        Binding("slash", "search", "Search"),
        Binding("C", "code", "Code answers"),
        *moving("pagedown,space"),
    ]

    def __init__(self, survey: Survey, view: View, code: Callable[[str], object]) -> None:
        """Read the answers to the view's question; `code` opens the screen that codes them."""
        super().__init__()
        self._code = code
        self._survey = survey
        self._view = view
        self._state = state_of(survey.codebook, view, None)
        self._texts: OpenAnswerTexts | None = None
        self._search = ""
        self._is_reading = False

    def compose(self) -> ComposeResult:
        """Lay out the question, the letters searched and the answers."""
        yield Paragraph(self._head_lines, id="texts-head", grows=True)
        yield Prompt(tr("search in the answers"), id="texts-search")
        keys = self.hint("{search} searches · {code_answers} codes them · {close} leaves")
        yield OpenAnswerList(keys)

    def on_mount(self) -> None:
        """Begin to read."""
        self.searched.focus()
        self._look()

    # One search at a time: the newest letters wait for the one under way.

    def _look(self) -> None:
        if not self._is_reading:
            self._is_reading, search = True, self._search
            read = partial(read_open_answers, self._survey, self._view, search)
            self.work_in_thread(read, partial(self._found, search))
        elif self._survey.is_slow:
            self.request.cancel()

    def _found(self, search: str, found: OpenAnswerTexts | CxtuiError) -> None:
        self._is_reading = False
        if search != self._search:
            self._look()
            return
        texts = self._texts = None if isinstance(found, CxtuiError) else found
        self.query_one(Paragraph).paint()
        self.searched.load(texts, "" if texts else str(found))
        if texts is None:
            # An engine that breaks down writes on the terminal itself, across our lines.
            self.refresh(repaint=True, layout=True)

    # Keys

    @property
    def searched(self) -> OpenAnswerList:
        """The answers."""
        return self.query_one(OpenAnswerList)

    def action_leave(self) -> None:
        """Give up the search that is being typed, else leave."""
        if self.query_one(Prompt).has_focus:
            self.drop_search()
        else:
            self.dismiss()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        if (search := clean(event.value)) != self._search:
            self._search = search
            self._look()

    def action_code(self) -> None:
        """Give codes to the answers."""
        self._code(self._view.question)

    # Lines

    def _head_lines(self, width: int, _: int) -> list[Text]:
        """Return the question, the number of answers, and the wave, the filters and the weight."""
        question = self._survey.codebook.find(self._view.question)
        label = question.label if question else self._view.question
        lines = [Text(line, BOLD) for line in folded(label, width, _LINES)]
        if self._texts is not None:
            counts = list(_counts(self._texts).wrap(self.app.console, width))
            if len(counts) > _LINES:
                last = counts[_LINES - 1]
                last.right_crop(1)
                last.rstrip()
                last.append("…")
            lines += counts[:_LINES]
        state = self._state
        room = width - cell_len(state.before) - cell_len(state.after)
        chips = fitted_chips(state.chips, room) if state.chips else ""
        return [*lines, Text(ellipsis(state.before + chips + state.after, width), DIM)]


def _counts(texts: OpenAnswerTexts) -> Text:
    """Return the number of answers, of all respondents and in each column."""
    n, is_searched = texts.everyone.written, bool(texts.search)
    said = tr_count(n, "{:,} answer", "{:,} answers")
    if is_searched:
        found = texts.everyone.matching, texts.search
        one, several = "{1:,} of {0:,} answer match “{2}”", "{1:,} of {0:,} answers match “{2}”"
        said = tr_count(n, one, several, *found)
    line = Text(said)
    if texts.is_cut:
        line.append(tr(", the first {:,} shown", len(texts.answers)))
    for position, (column, those) in enumerate(zip(texts.columns, texts.counted, strict=True)):
        number = count_text(those.written)
        if is_searched:
            number = tr("{:,} of {:,}", those.matching, those.written)
        line.append(" · ").append(column.label, accent(position)).append(f" {number}")
    return line
