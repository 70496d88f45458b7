"""One question of a codebook: its wording, kind and answers, edited line by line."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from cxtui.app.panes.question_details import (
    CLASSES,
    KIND,
    SECTION,
    UNCHOSEN,
    Line,
    QuestionLines,
    bounds_of,
)
from cxtui.app.screens.base.drawn_lines import Paragraph
from cxtui.app.screens.base.key_hints import Box
from cxtui.app.screens.base.prompt import Prompt
from cxtui.app.screens.base.respondent_count import Foot
from cxtui.app.screens.codebook.codebook_editing import DecidingScreen
from cxtui.messages import tr
from cxtui.session.codebook_draft import DraftCodebook
from cxtui.survey import edits
from cxtui.survey.derive.derivation import Derivation
from cxtui.survey.derive.derivation_text import made_in_words
from cxtui.survey.edit_sets import split_column, split_set
from cxtui.survey.question import Category, Holds, Item, Question
from cxtui.survey.quoting import list_text, read_list
from cxtui.text import clean

_KEYS = (
    "{save} saves · {edit} edits · {kind_before}{next_kind} kind · {it_is_right} confirms · "
    "{carry_down} {carry_up} move · {missing} missing · {score} score · "
    "{scores_1_2_3} all scores · {take_out} removes a column · {split} splits the set · "
    "{undo} {redo} undo redo · {close} back"
)


class EditQuestion(DecidingScreen["EditQuestion.Left"], named="question"):
    """Edits one question of a codebook; answers its id, which may change, and whether to save."""

    @dataclass(frozen=True, slots=True)
    class Left:
        """The id of the question that was edited last, and whether the codebook is to be saved."""

        question: str
        saves: bool = False

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "Close"),
        Binding("enter", "edit", "Edit"),
        Binding("right,l", "kind(1)", "Next kind"),
        Binding("left,h", "kind(-1)", "Kind before"),
        Binding("J", "carry(1)", "Carry down"),
        Binding("K", "carry(-1)", "Carry up"),
        Binding("m", "missing", "Missing"),
        Binding("p", "score", "Score"),
        Binding("P", "score_all", "Scores 1 2 3"),
        Binding("o", "take_out", "Take out"),
        Binding("O", "split", "Split"),
        Binding("space", "confirm", "It is right"),
        Binding("plus", "derive", "Derivation"),
        Binding("S", "save", "Save"),
    ]

    def __init__(self, draft: DraftCodebook, question_id: str) -> None:
        super().__init__(draft)
        self._identity = question_id
        self._edit_of: Callable[[str], edits.Edit | None] = lambda _: None
        """Makes an edit of the text that is being typed, `None` where the text is wrong."""

    def compose(self) -> ComposeResult:
        """Lay out the lines, where a text is typed, the reason and the keys."""
        with Box("edit-question", self._identity):
            yield QuestionLines()
            yield Prompt("", id="edit")
            yield Paragraph(self.reason_lines, id="reason")
            yield Foot(self.hint(_KEYS))

    def on_mount(self) -> None:
        """Show the question."""
        self.refresh_lines()

    @property
    def _list(self) -> QuestionLines:
        return self.query_one(QuestionLines)

    @property
    def _question(self) -> Question | None:
        return self.draft.question(self._identity)

    @property
    def reason(self) -> str:
        """The reason of the question's kind, and its columns."""
        if (question := self._question) is None:
            return ""
        columns = ", ".join(map(clean, question.columns))
        return f"{question.guess or made_in_words(question) or tr('declared')} · {columns}"

    def refresh_lines(self) -> None:
        """Show the question as it is now; leave where undo took it away."""
        question = self._question
        if question is None:
            self.dismiss(self.Left(self._identity))
            return
        self._list.load(question)
        self.query_one(Paragraph).paint()
        right = self.hint("auto-detected: {it_is_right} confirms it")
        made = self.hint("derived: {derivation} changes how")
        is_derived = question.id in self.draft.now.derived_ids
        self.say(right if question.guess else made if is_derived else "")

    def _edit(self, change: edits.Edit) -> None:
        self.decide(partial(change, question_id=self._identity))

    # Texts

    def action_edit(self) -> None:
        """Type another wording, label or text; go on to the next kind."""
        line, question = self._list.chosen, self._question
        if question is None:
            return
        if line is KIND and question.id in self.draft.now.derived_ids:
            self.action_derive()
        elif line is KIND:
            self.action_kind(1)
        elif line is UNCHOSEN:
            asks, value = tr("texts that say asked, not chosen"), list_text(question.unchosen)
            self._ask(lambda text: partial(edits.set_unchosen, texts=read_list(text)), value, asks)
        elif line is SECTION:
            asks, value = tr("heading in the list of questions"), question.section
            self._ask(lambda text: partial(edits.set_section, section=text), value, asks)
        elif line is CLASSES:
            asks = tr("where a new class begins: 18 25 40; nothing finds them from the answers")
            self._ask(self._edit_classes, bounds_of(question), asks)
        elif isinstance(line, Item | Category):
            change = edits.set_item_label if isinstance(line, Item) else edits.set_category_label
            relabel = partial(change, code=line.code)
            asks = tr("label of {}", clean(line.code))
            self._ask(lambda text: partial(relabel, label=text), line.label, asks)
        else:
            asks = tr("wording of the question")
            self._ask(lambda text: partial(edits.set_label, label=text), question.label, asks)

    def _ask(
        self, edit_of: Callable[[str], edits.Edit | None], value: str, placeholder: str
    ) -> None:
        self._edit_of = edit_of
        self.ask(value, placeholder)

    def typed(self, text: str) -> None:
        """Make the edit that the text was asked for."""
        if (edit := self._edit_of(text)) is not None:
            self._edit(edit)

    def _edit_classes(self, text: str) -> edits.Edit | None:
        words = text.replace(";", " ").replace(", ", " ").split()
        numbers = [self._number(word) for word in words]
        bounds = [one for one in numbers if one is not None]
        return partial(edits.set_classes, bounds=bounds) if len(bounds) == len(words) else None

    def _number(self, text: str) -> float | None:
        """Return a number that was typed, `None` with a message where it is none."""
        try:
            number = float(text.replace(",", "."))
        except ValueError:
            number = math.nan
        if math.isfinite(number):
            return number
        self.say(tr("{!r} is not a number", text))
        return None

    def action_score(self) -> None:
        """Type the score of an answer."""
        line = self._list.chosen
        if isinstance(line, Category):
            value = "" if line.score is None else f"{line.score:g}"
            edit_of = partial(self._edit_score, line.code)
            self._ask(edit_of, value, tr("a number, or nothing for none"))
            self.query_one(Prompt).action_select_all()
        else:
            self.say(tr("only answers have a score"))

    def _edit_score(self, code: str, text: str) -> edits.Edit | None:
        score = self._number(text) if text.strip() else None
        is_wrong = bool(text.strip()) and score is None
        return None if is_wrong else partial(edits.set_score, code=code, score=score)

    # Keys that act at once

    def action_score_all(self) -> None:
        """Score the answers 1, 2, 3 … in their order."""
        self._edit(edits.score_in_order)

    def action_kind(self, by: int) -> None:
        """Turn it into the next kind that its columns allow."""
        question = self._question
        if question is None or self._list.chosen is not KIND:
            return
        kinds = edits.possible_kinds(question)
        here = kinds.index(question.kind)
        problems = []
        for step in range(1, len(kinds)):
            kind = kinds[(here + by * step) % len(kinds)]
            problem = self.draft.decide(
                partial(edits.set_kind, question_id=self._identity, kind=kind)
            )
            if not problem:
                self.refresh_lines()
                return
            problems.append(problem)
        no_other = tr("its columns allow no other kind: O splits the set")
        self.say(problems[0] if problems else no_other)

    def action_carry(self, by: int) -> None:
        """Move an answer or a row further down or up; the cursor goes with it."""
        line = self._list.chosen
        if isinstance(line, Category):
            self._edit(partial(edits.move_category, code=line.code, by=by))
        elif isinstance(line, Item):
            self._edit(partial(edits.move_item, code=line.code, by=by))
        else:
            self.say(tr("J and K move answers and rows"))
            return
        self._list.seek(line.code)

    def action_missing(self) -> None:
        """Declare that an answer is missing, or that it is not."""
        line = self._list.chosen
        if isinstance(line, Category):
            self._edit(partial(edits.toggle_missing, code=line.code))
        else:
            self.say(tr("only answers can be missing"))

    def action_take_out(self) -> None:
        """Make the column of a row or an option a question of its own."""
        question, line = self._question, self._list.chosen
        if question is None or len(question.columns) < 2:  # noqa: PLR2004 -- a set
            self.say(tr("this is no set of columns"))
            return
        own: tuple[Line, ...] = question.items or question.options
        if question.holds is Holds.MENTIONS:
            own = ()
        if line not in own:
            self.say(tr("stand on the row or answer whose column is to go"))
            return
        self._leave_set(partial(split_column, column=question.columns[own.index(line)]))

    def action_split(self) -> None:
        """Make every column of the set a question of its own."""
        self._leave_set(split_set)

    def _leave_set(self, change: edits.Edit) -> None:
        question = self._question
        self._edit(change)
        after = self._question
        if question is None or after == question:
            return
        if after is None:
            self._identity = next(
                one.id for one in self.draft.now.questions if question.columns[0] in one.columns
            )
            self.query_one("#edit-question", Vertical).border_title = Content(self._identity)
            self.refresh_lines()

    def action_derive(self) -> None:
        """Edit how a derived question is made of others."""
        from cxtui.app.screens.select.derive_screen import NewQuestion

        found = self.draft.derivation_draft(self._identity)
        if isinstance(found, str):
            self.say(found)
        else:
            self.app.push_screen(NewQuestion(*found, ()), self._derived)

    def _derived(self, one: Derivation | None) -> None:
        if one is not None:
            problem = self.draft.rederive(one)
            self.refresh_lines()
            self.say(problem or tr("derived anew"))

    def action_confirm(self) -> None:
        """Declare the question as it is."""
        self._edit(edits.confirm_question)

    def action_leave(self) -> None:
        """Go back to the list; the decisions stay."""
        if self.is_asking:
            self.stop_asking()
        else:
            self.dismiss(self.Left(self._identity))

    def action_save(self) -> None:
        """Save the whole codebook."""
        self.dismiss(self.Left(self._identity, saves=True))
