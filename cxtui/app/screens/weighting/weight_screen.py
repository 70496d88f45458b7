"""Weights a survey to targets: they are typed or read, and their effect is shown at each key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from cxtui.app.panes.line_widget import BOLD, DIM
from cxtui.app.screens.base.ask_line import AskLine
from cxtui.app.screens.base.drawn_lines import Paragraph
from cxtui.app.screens.base.key_hints import Box
from cxtui.app.screens.base.overlay import MovingScreen
from cxtui.app.screens.base.respondent_count import Foot
from cxtui.app.screens.weighting.margin_list import MarginList
from cxtui.errors import CxtuiError, TargetsError
from cxtui.messages import tr
from cxtui.output.drawing.fit import broken, ellipsis
from cxtui.session.weighting_editor import SETTINGS, WeightingEditor
from cxtui.survey.model import Survey
from cxtui.survey.question import Kind
from cxtui.text import clean
from cxtui.user_directories import expand_home
from cxtui.work.weighting.targets import read_targets_file
from cxtui.work.weighting.targets_draft import TargetsDraft, draft_of
from cxtui.work.weighting.weigh_draft import DraftEffect

_KEYS = (
    "type targets · {add} adds a question · {write} writes · {fill_the_rest} fills the rest · "
    "{remove} removes · {cross} crosses · {read_targets} reads targets · {base_weight} base · "
    "{bounds} bounds · {trim} trim · {sum} sum · {missing} no answer · "
    "{targets_file} targets file · {close} leaves"
)
_DIGITS = frozenset("0123456789.,")


@dataclass(frozen=True, slots=True)
class Left:
    """The targets at the time the screen was left, and a message about what was written."""

    draft: TargetsDraft
    said: str = ""


class Weigh(MovingScreen[Left | None], named="weighting"):
    """Weights a survey to targets; answers the targets, and which files were written."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "Close"),
        Binding("enter", "next", "Next, or write"),
        Binding("s", "write(False)", "Write"),
        Binding("T", "write(True)", "Targets file"),
        Binding("backspace", "erase", "Erase"),
        Binding("plus", "add(False)", "Add"),
        Binding("c", "add(True)", "Cross"),
        Binding("x,delete", "remove", "Remove"),
        Binding("equals_sign", "fill", "Fill the rest"),
        Binding("o", "read", "Read targets"),
        Binding("w", "set('base')", "Base weight"),
        Binding("b", "set('bounds')", "Bounds"),
        Binding("t", "set('trim')", "Trim"),
        Binding("n", "set('total')", "Sum"),
        Binding("m", "missing", "Missing"),
        Binding("u", "undo", "Undo"),
        Binding("r", "redo", "Redo"),
    ]

    def __init__(self, survey: Survey, stem: str, draft: TargetsDraft | None = None) -> None:
        super().__init__()
        self._editor = WeightingEditor(survey, draft)
        self._stem = stem
        self._is_weighing = False
        self._go_to: int | None = None
        """The margin that the cursor goes to as soon as it has been counted."""
        self._is_typing = False
        self._written = ""

    def compose(self) -> ComposeResult:
        """Lay out the settings, the margins, the effect and the keys."""
        margins = MarginList(self._editor)
        with Box("weighting", tr("Weight to targets: {}", clean(self._editor.survey.title))):
            yield Paragraph(self._setting_lines, id="weight-settings")
            yield Paragraph(margins.heads, id="margin-heads")
            yield margins
            yield Paragraph(self._effect_lines, id="weight-effect")
            yield Foot(self.hint(_KEYS))

    def on_mount(self) -> None:
        """Show the targets, and what they do."""
        self._list.if_empty = self.hint(
            "No targets yet: {add} picks a question, {read_targets} reads targets.toml"
        )
        self._say("")
        self._show()
        self._recount()

    @property
    def _list(self) -> MarginList:
        return self.query_one(MarginList)

    def _say(self, message: str) -> None:
        self.query_one(Foot).say(clean(message))

    # The effect

    def _change(self, change: Callable[[], TargetsDraft], go_to: int | None = None) -> None:
        """Take the next targets and see what they do, or say why there are none."""
        try:
            draft = change()
        except TargetsError as error:
            self._say(str(error))
            return
        self._go_to = go_to
        self._is_typing = False
        self._editor.go(draft)
        self._changed()

    def _changed(self) -> None:
        self._say("" if self._editor.shows_margins else tr("counting …"))
        self._show()
        self._recount()

    def _recount(self) -> None:
        """Weigh the newest targets, as soon as those under way have been weighed."""
        if not self._is_weighing:
            self._is_weighing = True
            draft = self._editor.now
            weigh, done = partial(self._editor.weigh, draft), partial(self._weighed, draft)
            self.work_in_thread(weigh, done, keys_wait=not self._editor.shows_margins)

    def _weighed(self, draft: TargetsDraft, found: DraftEffect | CxtuiError) -> None:
        """Show the effect of targets; the newest ones come next."""
        self._is_weighing = False
        if not self.display:
            return
        is_newest, was_counting = draft == self._editor.now, not self._editor.shows_margins
        problem = self._editor.take(found)
        if problem or was_counting:
            self._say(problem)
        if not is_newest and not problem:
            self._recount()
        self._show()

    def _show(self) -> None:
        go_to, self._go_to = self._go_to, None
        if go_to is not None and not self._editor.shows_margins:
            self._go_to = go_to
        self._list.load(go_to)
        for one in self.query(Paragraph):
            one.paint()

    def _setting_lines(self, width: int, _: int) -> list[Text]:
        return [Text(ellipsis(clean(self._editor.settings()), width), DIM)]

    def _effect_lines(self, width: int, height: int) -> list[Text]:
        """Return what is wrong, the cost of the weights, then warnings and notes."""
        help_ = self.hint("{missing} leaves them out, or makes them a category")
        said = [(one, BOLD) for one in self._editor.problems(help_)]
        lines = [Text(line, style) for one, style in said for line in broken(clean(one), width)]
        for one in self._editor.report_lines():
            lines += [Text(line) for line in broken(clean(one), width)]
        if len(lines) > height > 0:
            last = lines[height - 1]
            lines = [*lines[: height - 1], Text(ellipsis(f"{last.plain} …", width), last.style)]
        return lines

    # Targets

    def on_key(self, event: events.Key) -> None:
        """Type a target: the first digit replaces the one that is there."""
        if event.character in _DIGITS and (row := self._list.answer):
            event.stop()
            before = self._list.typed(row) if self._is_typing else ""
            self._type(before + str(event.character).replace(",", "."))

    def action_erase(self) -> None:
        """Erase the last digit of the target under the cursor."""
        if row := self._list.answer:
            self._type(self._list.typed(row)[:-1])

    def _type(self, text: str) -> None:
        row, now = self._list.answer, self._editor.now
        if row is None:
            return
        if not row.is_answer:
            self._say(self.hint("{missing} says what becomes of respondents without an answer"))
            return
        margin = now.margins[row.margin].with_text(row.code, text)
        self._change(partial(now.with_typed, row.margin, margin))
        self._is_typing = True

    @on(MarginList.Chosen)
    def _moved(self) -> None:
        self._is_typing = False

    def action_next(self) -> None:
        """Go to the next target after one was typed, else write."""
        before = self._list.cursor
        if self._is_typing:
            self._list.move(1)
        if self._list.cursor == before:
            self.action_write(False)

    def action_fill(self) -> None:
        """Divide the rest of 100% among the answers without a target, as respondents are now."""
        if row := self._list.answer:
            at, now = row.margin, self._editor.now
            shares = self._editor.effect.margins[at].shares
            self._change(lambda: now.with_typed(at, now.margins[at].filled(shares)))

    # Margins

    def action_add(self, is_crossed: bool) -> None:
        """Pick a question whose answers get targets, or one to cross with that of the cursor."""
        from cxtui.app.screens.base.pick_one import Pick

        row = self._list.answer
        if is_crossed and row is None:
            self._say(self.hint("there is no question to cross yet: {add} picks one"))
            return
        at = row.margin if is_crossed and row else None
        before = self._editor.now.margins[at].questions if at is not None else ()
        offered = [
            one
            for one in self._editor.survey.codebook.table_questions
            if (one.is_exclusive or one.kind is Kind.NUMERIC) and one.id not in before
        ]
        title = tr("Cross {} with", " × ".join(before)) if before else tr("Targets for")
        self.app.push_screen(Pick(clean(title), offered, ""), partial(self._picked, before, at))

    def _picked(self, before: Sequence[str], at: int | None, name: str | None) -> None:
        if name is not None:
            now = self._editor.now
            go_to = len(now.margins) if at is None else at
            self._change(partial(now.with_margin, (*before, name), at), go_to)

    def action_remove(self) -> None:
        """Remove the margin under the cursor."""
        if row := self._list.answer:
            self._change(partial(self._editor.now.without_margin, row.margin))

    # Settings

    def _ask(self, title: str, value: str, change: Callable[[str], TargetsDraft]) -> None:
        def take(text: str | None) -> None:
            if text is not None:
                self._change(partial(change, text))

        self.app.push_screen(AskLine(title, value), take)

    def action_set(self, name: str) -> None:
        """Type a setting."""
        editor = self._editor
        self._ask(
            tr(SETTINGS[name].asks), editor.setting_text(name), partial(editor.with_setting, name)
        )

    def action_read(self) -> None:
        """Type the name of a file of targets, to replace those on the screen."""

        def read(text: str) -> TargetsDraft:
            return draft_of(read_targets_file(expand_home(text)), self._editor.now.missing)

        self._ask(tr("Read targets from the file"), "targets.toml", read)

    def action_missing(self) -> None:
        """Change what becomes of respondents without an answer."""
        self._change(self._editor.with_next_missing)

    def action_undo(self) -> None:
        """Undo the last change."""
        self._travel(self._editor.undo, tr("nothing to undo"))

    def action_redo(self) -> None:
        """Redo the change that was undone."""
        self._travel(self._editor.redo, tr("nothing to redo"))

    def _travel(self, step: Callable[[], bool], otherwise: str) -> None:
        if step():
            self._is_typing = False
            self._changed()
        else:
            self._say(otherwise)

    # Files

    def action_write(self, targets_alone: bool) -> None:
        """Ask for the name of the weighted copy, or of a file of targets."""
        from cxtui.app.screens.weighting.weight_file_screen import WriteWeighted

        draft, effect = self._editor.now, self._editor.effect
        if not draft.margins:
            self._say(self._list.if_empty)
        elif effect.draft == draft and not effect.is_complete:
            self._say(effect.lacking or tr("there are no weights to write: see above"))
        else:
            screen = WriteWeighted(
                self._editor.survey, draft, self._stem, targets_alone=targets_alone
            )
            self.app.push_screen(screen, self._wrote)

    def _wrote(self, said: str | None) -> None:
        if said:
            self._written = said
            self._say(said)

    def action_leave(self) -> None:
        """Leave; the targets are kept for the next time the screen opens."""
        self.dismiss(Left(self._editor.now, self._written))
