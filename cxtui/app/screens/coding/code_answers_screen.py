"""Coding of open answers: the answer to the left, the codes to the right, letters switch them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input

from cxtui.app.screens.base.ask_line import AskLine
from cxtui.app.screens.base.drawn_lines import DrawnList, Folded, Paragraph
from cxtui.app.screens.base.key_hints import Box
from cxtui.app.screens.base.prompt import Prompt
from cxtui.app.screens.base.search_overlay import SearchOverlay
from cxtui.app.screens.coding.coding_lines import (
    answer_lines,
    code_line,
    question_lines,
    state_lines,
)
from cxtui.app.screens.coding.disagreements_screen import Disagreements
from cxtui.errors import CxtuiError
from cxtui.messages import tr, tr_count
from cxtui.survey.derive.coding_text import is_key
from cxtui.survey.derive.derivation import Code
from cxtui.text import clean
from cxtui.work.coding.coding_desk import CodingDesk, Wording
from cxtui.work.coding.coding_walk import CodingWalk

_KEYS = (
    "letters switch codes · {next} next · {back} back · {search} find · {new_code} new code · "
    "{all_alike} all alike · {disagreements} disagreements · {close} saves and leaves"
)
_KEY_LINES = 4


class CodeAnswers(SearchOverlay[CodingDesk | None], named="coding"):
    """Codes the open answers that `read` returns; answers the desk, `None` if they were not read.

    Letters and digits are codes; commands have other keys, and those letters that no code has.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close"),
        Binding("enter", "next", "Next"),
        Binding("backspace", "back", "Back"),
        Binding("slash", "search", "Search"),
        Binding("plus", "add", "New code"),
        Binding("tab", "spread", "All alike"),
        Binding("space", "take", "Take the proposal"),
        Binding("exclamation_mark,d", "disagreements", "Disagreements"),
        Binding("down", "move(1)", "Down"),
        Binding("up", "move(-1)", "Up"),
        Binding("full_stop", "switch", "Switch the code at the cursor"),
        Binding("pagedown", "scroll(1)", "Page down"),
        Binding("pageup", "scroll(-1)", "Page up"),
    ]

    def __init__(self, title: str, read: Callable[[], CodingDesk]) -> None:
        super().__init__()
        self._title = title
        self._read = read
        self._walk: CodingWalk | None = None
        self._said = tr("reading …")

    def compose(self) -> ComposeResult:
        """Lay out the answer and its state to the left, the codes to the right."""
        with Horizontal(id="coding"):
            with Box("coding-answer", self._title):
                yield Prompt(tr("search in the answers"), id="coding-search")
                yield _AnswerText(self._answer)
                yield Paragraph(self._state, id="coding-state", grows=True)
            with Box("coding-codes", tr("Codes")):
                yield DrawnList(self._code, id="codes")

    def on_mount(self) -> None:
        """Begin to read."""
        self.searched.focus()
        self.work_in_thread(lambda: CodingWalk(self._read()), self._begin, keys_wait=True)

    def _begin(self, walk: CodingWalk | CxtuiError) -> None:
        if isinstance(walk, CxtuiError):
            self._say(str(walk))
            return
        self._walk, self._said = walk, ""
        if not walk.walked:
            self._said = tr("no respondent wrote an answer")
        self._paint()

    # The parts

    @property
    def searched(self) -> DrawnList[Code]:
        """The codes, which have the focus."""
        return self.query_one("#codes", DrawnList)

    @property
    def movable(self) -> DrawnList[Code]:
        """The codes."""
        return self.searched

    def _paint(self) -> None:
        walk = self._walk
        if walk is None:
            return
        desk = walk.desk
        self.searched.if_empty = self.hint("none yet: {new_code} makes one")
        self.searched.fill(desk.coding.codes)
        done = tr("{:,} of {:,} · coder {}", desk.done, desk.of, desk.coder)
        if walk.words:
            found = tr_count(len(walk.walked), "{:,} found", "{:,} found")
            done = tr("{} of {} · {}", walk.place, found, done)
        self.query_one("#coding-answer", Vertical).border_subtitle = Content(done)
        self.query_one(_AnswerText).renew()
        self.query_one(Paragraph).paint()

    def _answer(self, width: int) -> list[Text]:
        wording = question_lines(self._title, width)
        return [*wording, *answer_lines(self._walk, width)] if self._walk else wording

    def _state(self, width: int, _: int) -> list[Text]:
        if self._walk is None:
            return [Text(self._said)]
        key_lines = 2 if self.has_class("-low") else _KEY_LINES
        return state_lines(self._walk, width, self.hint(_KEYS), self._said, key_lines)

    def _code(self, one: Code, _: int, width: int) -> Text:
        return code_line(one, self._walk, width) if self._walk else Text()

    def _say(self, text: str) -> None:
        self._said = text
        self.query_one(Paragraph).paint()

    def _do(self, step: Callable[[CodingWalk], object]) -> bool:
        """Take a step and show what it leads to, or why it could not be written."""
        if self._walk is None:
            return False
        self._said = ""
        try:
            step(self._walk)
        except CxtuiError as error:
            self._said = str(error)
        self._paint()
        return not self._said

    # Keys

    def on_key(self, event: events.Key) -> None:
        """Switch the code that has the letter or digit, before it is a command."""
        key = event.character or ""
        if self._walk is None or isinstance(self.app.focused, Input) or not is_key(key):
            return
        code = next((one for one in self._walk.desk.coding.codes if one.key == key), None)
        if code is not None:
            self._do(lambda walk: walk.switch(code.code))
        elif key == "d":
            return
        else:
            self._say(self.hint("no code has this key: {new_code} makes one"))
        event.stop()

    def action_next(self) -> None:
        """Write the codes and go to the next answer that has none."""
        self._do(CodingWalk.next)

    def action_back(self) -> None:
        """Go back to the answer before."""
        self._do(CodingWalk.back)

    def action_spread(self) -> None:
        """Give the codes to all answers alike as well, and go on."""
        n = 0

        def spread(walk: CodingWalk) -> None:
            nonlocal n
            n = walk.spread()

        if self._do(spread) and n:
            self._say(tr_count(n, "{:,} answer alike was coded", "{:,} answers alike were coded"))

    def action_take(self) -> None:
        """Take the proposal."""
        code = self._walk.proposal if self._walk else None
        if code is None:
            self._say(tr("there is no proposal"))
        else:
            self._do(lambda walk: walk.switch(code.code))

    def action_switch(self) -> None:
        """Switch the code under the cursor, which may have no key."""
        if (code := self.searched.entry) is not None:
            self._do(lambda walk: walk.switch(code.code))

    def action_scroll(self, by: int) -> None:
        """Scroll a long answer."""
        self.query_one(_AnswerText).page(by)

    def action_add(self) -> None:
        """Ask for the label of a code, and give it to the answer."""
        if self._walk is not None:
            title = tr("New code: its label; k=Label chooses its key")
            self.app.push_screen(AskLine(title, ""), self._add)

    def _add(self, typed: str | None) -> None:
        key, equals, label = (typed or "").partition("=")
        if not (equals and is_key(key.strip())):
            key, label = "", typed or ""
        label = clean(label)
        if label:
            self._do(lambda walk: walk.add(label, key.strip()))

    def action_disagreements(self) -> None:
        """List the answers on which coders disagree; go to one of them."""
        if self._walk is None or not self._do(CodingWalk.keep):
            return
        found = self._walk.desk.disagreements()
        if not found:
            self._say(tr("coders disagree nowhere"))
            return
        self.app.push_screen(Disagreements(found, self._walk.desk.coding.codes), self._go_to)

    def _go_to(self, wording: Wording | None) -> None:
        if wording is not None:
            self._do(partial(CodingWalk.go_to, wording=wording))

    def action_leave(self) -> None:
        """Give up the search that is being typed, else write the last answer and leave."""
        if self.query_one(Prompt).has_focus or (self._walk and self._walk.words):
            self.drop_search()
        elif self._walk is None:
            self.dismiss(None)
        elif self._do(CodingWalk.keep):
            self.dismiss(self._walk.desk)

    @on(Input.Changed, "#coding-search")
    def _typed(self, event: Input.Changed) -> None:
        self._do(partial(CodingWalk.find, text=event.value))


class _AnswerText(Folded):
    """The answer, which pages can be scrolled through."""

    def __init__(self, lines: Callable[[int], list[Text]]) -> None:
        super().__init__(id="coding-text")
        self._lines = lines

    def parts(self) -> list[list[Text]]:
        """Return the answer as one part."""
        return [self._lines(max(self.size.width, 1))]

    def tell(self, last: int, length: int) -> None:
        """Show in the border of the codes which lines are in sight, where there are more."""
        said = "" if length <= self.size.height else tr("PgDn {}/{}", last, length)
        self.screen.query_one("#coding-codes", Vertical).border_subtitle = Content(said)
