"""The decisions about a survey (detected, declared, excluded), each with its reason, to be set."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from cxtui.app.panes.decision_list import Decisions
from cxtui.app.panes.list_widget import Listing
from cxtui.app.screens.base.drawn_lines import Paragraph
from cxtui.app.screens.base.key_hints import Box
from cxtui.app.screens.base.pick_one import Pick
from cxtui.app.screens.base.prompt import Prompt
from cxtui.app.screens.base.respondent_count import Foot
from cxtui.app.screens.codebook.codebook_editing import DecidingScreen
from cxtui.app.screens.codebook.question_screen import EditQuestion
from cxtui.messages import tr
from cxtui.session.codebook_draft import DraftCodebook
from cxtui.survey import edits
from cxtui.survey.decisions import COLUMN, QUESTION, TITLE, Decision, DecisionState
from cxtui.survey.edit_sets import group_questions
from cxtui.survey.model import PARTS, Codebook
from cxtui.survey.note import sentences_of
from cxtui.survey.question import Kind, Question

_KEYS = (
    "{save} saves · {edit} edits · {it_is_right} confirms · {accept_all} accepts all · "
    "{exclude} excludes · {find} find · {mark} mark, then {one_set} one set or {grid} a grid · "
    "{undo} {redo} undo redo · {close} leaves"
)
_NOT_SAVED = "not saved: {save} saves · {discard} throws the changes away · {close} goes on"


class EditCodebook(DecidingScreen[Codebook | None], named="codebook"):
    """Edits a codebook; answers the one to save, or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "Close"),
        Binding("slash", "find", "Find"),
        Binding("enter", "edit", "Edit"),
        Binding("space", "confirm", "It is right"),
        Binding("A", "confirm_all", "Accept all"),
        Binding("x,delete", "drop", "Exclude"),
        Binding("m", "mark", "Mark"),
        Binding("t", "group('multi')", "One set"),
        Binding("g", "group('grid')", "Grid"),
        Binding("S", "save", "Save"),
        Binding("y", "discard", "Discard"),
    ]

    def __init__(self, draft: DraftCodebook, at: str = "", problem: str = "") -> None:
        super().__init__(draft)
        self._at = at
        self._problem = problem
        self._asks = False
        self._wanted: Decision | None = None

    def compose(self) -> ComposeResult:
        """Lay out the list, the reason of the line under the cursor, and the keys."""
        with Box("codebook", ""):
            yield Decisions(sentences_of(self.draft.survey.notes))
            yield Prompt("", id="edit")
            yield Paragraph(self.reason_lines, id="reason")
            yield Foot(self.hint(_KEYS))

    def on_mount(self) -> None:
        """Show the decisions; open a question where one was given."""
        self.refresh_lines()
        if self._problem:
            self.say(self.hint(self._problem))
        if self._at:
            self._list.seek(QUESTION, self._at)
            self._edit_question(self._at)

    @property
    def _list(self) -> Decisions:
        return self.query_one(Decisions)

    @property
    def reason(self) -> str:
        """The reason of the decision under the cursor."""
        return self._list.decision.reason

    def refresh_lines(self) -> None:
        """Show the codebook as it is now."""
        self._list.load(self.draft.now)
        title = tr("Codebook · not saved") if self.draft.is_changed else tr("Codebook")
        self.query_one("#codebook", Vertical).border_title = Content(title)
        self._asks = False
        self._tell()

    @on(Listing.Chosen)
    def _tell(self) -> None:
        self.query_one(Paragraph).paint()
        found = [one.state for one in self._list.decisions]
        n, m = found.count(DecisionState.OPEN), found.count(DecisionState.GUESSED)
        if self._wanted is not None and self.is_asking:
            self._wanted = self._list.decision
            self.say(tr("{} fit · enter goes to the first · esc goes back", len(found)))
        else:
            said = tr("{} not decided · {} auto-detected", n, m)
            self.say(said if n or m else tr("nothing is auto-detected"))

    # Finding

    def action_find(self) -> None:
        """Type letters that narrow the list; enter goes to the line under the cursor."""
        self._wanted = self._list.decision
        self.ask("", tr("find a question, a column, a reason"))

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        if self._wanted is None or not self.is_asking:
            return
        if self._list.load(self.draft.now, event.value):
            if event.value:
                self._list.edge(-1)
            self._tell()
        else:
            self.say(tr("nothing fits {}", event.value))

    # Edits

    def action_edit(self) -> None:
        """Set the decision under the cursor."""
        one = self._list.decision
        if one.subject == QUESTION:
            self._edit_question(one.name)
        elif one.subject == TITLE:
            self.ask(self.draft.now.title, tr("title of the survey"))
        elif one.subject == COLUMN:
            if self.decide(partial(edits.include_column, column=one.name)):
                self._edit_question(self._question_of(one.name))
        elif one.subject in PARTS:
            title = tr("Which is the {}?", tr(one.subject))
            pick = Pick(title, self._candidates(one.subject), one.name)
            self.app.push_screen(pick, partial(self._set_part, one.subject))
        else:
            self.say(tr("this is how the file was read: nothing to set"))

    def typed(self, text: str) -> None:
        """Take the title, or go to the line that was found."""
        found, self._wanted = self._wanted, None
        if found is None:
            self.decide(lambda codebook: edits.set_title(codebook, text))
        else:
            self._seek(found.subject, found.name)

    def _seek(self, subject: str, name: str) -> None:
        self._list.seek(subject, name)
        self._tell()

    def _candidates(self, part: str) -> Sequence[Question]:
        codebook = self.draft.now
        if part != "weight":
            return [one for one in codebook.questions if one.can_be(part)]
        weights = [Question(one, one, Kind.NUMERIC, (one,)) for one in codebook.weights]
        numbers = [
            Question(one.columns[0], one.label, Kind.NUMERIC, one.columns)
            for one in codebook.questions
            if len(one.columns) == 1 and self.draft.survey.schema[one.columns[0]].is_numeric()
        ]
        return [*weights, *numbers]

    def _set_part(self, part: str, name: str | None) -> None:
        if name is not None:
            self.decide(lambda codebook: edits.set_part(codebook, part, name))
            self._seek(part, name)

    def _question_of(self, column: str) -> str:
        return next(one.id for one in self.draft.now.questions if column in one.columns)

    def _edit_question(self, question_id: str) -> None:
        self.app.push_screen(EditQuestion(self.draft, question_id), self._edited)

    def _edited(self, left: EditQuestion.Left | None) -> None:
        """Show what was decided; the cursor follows the question to its line.

        Leave, too, where the question was what was opened: nobody asked for the list.
        """
        self.refresh_lines()
        if left is not None:
            self._seek(QUESTION, left.question)
            if left.saves:
                self.action_save()
                return
        if self._at:
            self._at = ""
            self.action_leave()

    def action_confirm(self) -> None:
        """Declare an auto-detected question or part of the survey."""
        one = self._list.decision
        question = self.draft.question(one.name) if one.subject == QUESTION else None
        if one.state is not DecisionState.GUESSED and not (question and question.guess):
            self.say(tr("only what was auto-detected can be confirmed: enter sets the rest"))
        elif one.subject == QUESTION:
            self.decide(partial(edits.confirm_question, question_id=one.name))
        else:
            self.decide(partial(edits.confirm_part, part=one.subject))

    def action_confirm_all(self) -> None:
        """Declare everything that was auto-detected."""
        found = [one.state for one in self._list.decisions]
        if DecisionState.GUESSED in found or any(one.guess for one in self.draft.now.questions):
            self.decide(edits.confirm_all)
        else:
            self.say(tr("nothing is auto-detected"))

    def action_drop(self) -> None:
        """Exclude the columns of a question; declare that there is no role, wave or weight."""
        one = self._list.decision
        if one.subject == QUESTION:
            self.decide(partial(edits.exclude_question, question_id=one.name))
        elif one.subject in PARTS:
            self.decide(partial(edits.set_part, part=one.subject, name=""))
        elif one.subject == TITLE and self.draft.now.title:
            self.decide(partial(edits.set_title, title=""))
        elif one.subject == TITLE:
            self.say(tr("no title: the file's name is shown; enter writes one"))
        elif one.subject == COLUMN:
            self.say(tr("enter makes it a question"))
        else:
            self.say(tr("nothing to leave"))

    def action_mark(self) -> None:
        """Mark a question to be put together with others."""
        if self._list.decision.subject == QUESTION:
            self._list.mark()
        else:
            self.say(tr("mark questions that were asked together"))

    def action_group(self, kind: str) -> None:
        """Put the marked questions together."""
        marked = self._list.marked
        first = next((self.draft.question(one) for one in marked), None)
        if self.decide(partial(group_questions, question_ids=marked, kind=Kind(kind))):
            self._list.marked = []
            self.refresh_lines()
            if first is not None:
                self._seek(QUESTION, self._question_of(first.columns[0]))

    # Leaving

    def action_save(self) -> None:
        """Answer the codebook to save."""
        if self.draft.is_changed:
            self.dismiss(self.draft.now)
        else:
            self.say(tr("nothing was changed"))

    def action_leave(self) -> None:
        """Leave; ask first where the codebook was changed."""
        if self.is_asking:
            self._wanted = None
            self.stop_asking()
        elif self._asks:
            self._asks = False
            self._tell()
        elif self.draft.is_changed:
            self._asks = True
            self.say(self.hint(_NOT_SAVED))
        else:
            self.dismiss(None)

    def action_discard(self) -> None:
        """Discard the changes, once `action_leave` has asked."""
        if self._asks:
            self.dismiss(None)
