"""The open answers of a view as a list to read and to search while letters are typed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input

from cxtui.analysis.texts import Answer, Counted, Texts, texts_of
from cxtui.analysis.view import View
from cxtui.analysis.written import spans_of
from cxtui.app.chips import fitted
from cxtui.app.lines import BOLD, DIM, Lines
from cxtui.app.panes.status import state_of
from cxtui.app.screens.prompt import prompt
from cxtui.errors import CxtuiError
from cxtui.output.fit import broken, ellipsis, folded, padded
from cxtui.output.rich_table import accent
from cxtui.survey.clean import clean
from cxtui.survey.model import Survey

_EMPHASIS = Style(bold=True, underline=True)
_WIDEST_LABEL = 24
_LABEL_LINES = 2
_MOST_LABELS = 4
_HEAD_LINES = 2
_TITLE = "Open answers"

Spot = tuple[int, int]
"""The position of an answer and a line of it: what stands at the top of the list."""


class OpenAnswers(ModalScreen[None]):
    """Shows what was written in answer to the question of a view."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close"),
        Binding("q", "dismiss", "Close"),
        Binding("slash", "search", "Search"),
        Binding("down", "scroll(1)", "Down", priority=True),
        Binding("up", "scroll(-1)", "Up", priority=True),
        Binding("j", "scroll(1)", "Down"),
        Binding("k", "scroll(-1)", "Up"),
        Binding("pagedown", "page(1)", "Page down", priority=True),
        Binding("pageup", "page(-1)", "Page up", priority=True),
        Binding("space", "page(1)", "Page down"),
        Binding("home", "edge(-1)", "First"),
        Binding("end,G", "edge(1)", "Last"),
    ]

    class Found(Message):
        """Answers have been read, or there is a reason why they could not be."""

        def __init__(self, search: str, texts: Texts | None, problem: str = "") -> None:
            super().__init__()
            self.search = search
            self.texts = texts
            self.problem = problem

    def __init__(self, survey: Survey, view: View) -> None:
        super().__init__()
        self._survey = survey
        self._view = view
        self._search = ""
        self._is_reading = False

    def compose(self) -> ComposeResult:
        """Lay out what is read, the letters searched and the answers."""
        yield _Head(self._survey, self._view)
        yield prompt("search in the answers", name="texts-search")
        yield _Answers()

    def on_mount(self) -> None:
        """Begin to read."""
        self.query_one(_Answers).focus()
        self._look()

    # One search at a time: the newest letters wait for the one under way.

    def _look(self) -> None:
        if not self._is_reading:
            self._is_reading = True
            self._read(self._search)

    @work(thread=True)
    def _read(self, search: str) -> None:
        try:
            found = self.Found(search, texts_of(self._survey, self._view, search))
        except CxtuiError as error:
            found = self.Found(search, None, str(error))
        self.post_message(found)

    @on(Found)
    def _found(self, event: Found) -> None:
        self._is_reading = False
        if event.search != self._search:
            self._look()
            return
        self.query_one(_Head).load(event.texts)
        self.query_one(_Answers).load(event.texts, event.problem)
        if event.texts is None:
            # An engine that breaks down writes on the terminal itself, across our lines.
            self.refresh(repaint=True, layout=True)

    # Keys

    def action_scroll(self, by: int) -> None:
        """Scroll by lines."""
        self.query_one(_Answers).scroll_lines(by)

    def action_page(self, by: int) -> None:
        """Scroll by a page."""
        answers = self.query_one(_Answers)
        answers.scroll_lines(by * max(answers.size.height - 1, 1))

    def action_edge(self, towards: int) -> None:
        """Scroll to the first or the last answer."""
        self.query_one(_Answers).edge(towards)

    def action_search(self) -> None:
        """Open the line to search in."""
        line = self.query_one(Input)
        line.add_class("open")
        line.focus()

    def action_leave(self) -> None:
        """Give up the search that is being typed, else leave."""
        line = self.query_one(Input)
        if line.has_focus:
            line.value = ""
            self._back()
        else:
            self.dismiss()

    def _back(self) -> None:
        line = self.query_one(Input)
        line.set_class(bool(line.value), "open")
        self.query_one(_Answers).focus()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        if (search := clean(event.value)) != self._search:
            self._search = search
            self._look()

    @on(Input.Submitted)
    def _kept(self) -> None:
        self._back()


class _Head(Lines):
    """The question, how many answered it, and who they are."""

    def __init__(self, survey: Survey, view: View) -> None:
        super().__init__(id="texts-head")
        question = survey.codebook.find(view.question)
        self._label = question.label if question else view.question
        self._state = state_of(survey.codebook, view, None)
        self._texts: Texts | None = None

    def load(self, texts: Texts | None) -> None:
        """Show how many wrote an answer."""
        self._texts = texts
        self.paint()

    def paint(self) -> None:
        """Fold the lines into the width."""
        width = max(self.size.width, 1)
        lines = [Text(line, BOLD) for line in folded(self._label, width, _HEAD_LINES)]
        if self._texts is not None:
            counts = _counts(self._texts).wrap(self.app.console, width)
            lines += _first(list(counts), _HEAD_LINES)
        lines.append(Text(self._who(width), DIM))
        self.styles.height = len(lines)
        self.show([self.strip(line) for line in lines])

    def _who(self, width: int) -> str:
        """Return the wave, the filters and the weight; the filters give way."""
        state = self._state
        room = width - cell_len(state.before) - cell_len(state.after)
        chips = fitted(state.chips, room) if state.chips else ""
        return ellipsis(state.before + chips + state.after, width)


def _counts(texts: Texts) -> Text:
    """Return how many answers there are, and in which columns."""
    counted, is_searched = texts.everyone, bool(texts.search)
    line = Text(_number(counted, is_searched=is_searched))
    line.append(" answer" if counted.written == 1 else " answers")
    if is_searched:
        line.append(f" match “{texts.search}”")
    if texts.is_cut:
        line.append(f", the first {len(texts.answers):,} shown")
    for position, (column, those) in enumerate(zip(texts.columns, texts.counted, strict=True)):
        line.append(" · ")
        line.append(column.label, accent(position))
        line.append(f" {_number(those, is_searched=is_searched)}")
    return line


def _first(lines: list[Text], most: int) -> list[Text]:
    """Return the first lines; the last says where there are more."""
    shown = lines[:most]
    if len(lines) > most:
        shown[-1].right_crop(1)
        shown[-1].rstrip()
        shown[-1].append("…")
    return shown


def _number(counted: Counted, *, is_searched: bool) -> str:
    of = f"{counted.matching:,} of " if is_searched else ""
    return f"{of}{counted.written:,}"


class _Answers(Lines, can_focus=True):
    """The answers, folded as they come into sight; each after the columns it stands in."""

    def __init__(self) -> None:
        super().__init__(id="texts")
        self.border_title = _TITLE
        self.border_subtitle = "/ searches · esc leaves"
        self._texts: Texts | None = None
        self._message = "reading …"
        self._top: Spot = (0, 0)
        self._folded: dict[int, list[Text]] = {}

    def load(self, texts: Texts | None, problem: str) -> None:
        """Show these answers from the first, or why there are none."""
        self._texts = texts
        self._message = problem or _nothing(texts)
        self._top = (0, 0)
        self._folded = {}
        self.paint()

    def on_resize(self) -> None:
        """Fold for the new size; the answer at the top stays there."""
        self._folded = {}
        self._top = (self._top[0], 0)
        self.scroll_lines(0)

    def scroll_lines(self, by: int) -> None:
        """Move by lines."""
        position, line = self._top
        line += by
        while line < 0 and position > 0:
            position -= 1
            line += len(self._block(position))
        while position + 1 < self._length and line >= len(self._block(position)):
            line -= len(self._block(position))
            position += 1
        self._top = max((0, 0), min((position, line), self._last()))
        self.paint()

    def edge(self, towards: int) -> None:
        """Move to the first or the last answer."""
        self._top = (0, 0) if towards < 0 else self._last()
        self.paint()

    def paint(self) -> None:
        """Show the answers from the top one on, and in the border which they are."""
        width, height = self.size
        if not (width and height):
            return
        if not self._length:
            lines = Text(self._message).wrap(self.app.console, width)
            self.border_title = _TITLE
            self.show([self.strip(line) for line in lines])
            return
        shown = [spot for _, spot in zip(range(height), self._from(self._top), strict=False)]
        first, last = shown[0][0] + 1, shown[-1][0] + 1
        reach = f" ↑↓ {first:,}–{last:,} of {self._length:,}" if self._last() > (0, 0) else ""
        self.border_title = Content(_TITLE + reach)
        self.show([self.strip(self._block(position)[line]) for position, line in shown])

    @property
    def _length(self) -> int:
        return len(self._texts.answers) if self._texts else 0

    def _from(self, top: Spot) -> Iterator[Spot]:
        """Yield the spots from `top` to the end."""
        first, line = top
        for position in range(first, self._length):
            for below in range(line if position == first else 0, len(self._block(position))):
                yield position, below

    def _last(self) -> Spot:
        """Return the lowest top: with it the last line stands at the bottom."""
        room = self.size.height
        for position in reversed(range(self._length)):
            room -= len(self._block(position))
            if room <= 0:
                return position, -room
        return 0, 0

    def _block(self, position: int) -> list[Text]:
        """Return the lines of an answer, folded once a width."""
        if self._texts is None:
            return []
        if position not in self._folded:
            answer = self._texts.answers[position]
            self._folded[position] = self._fold(self._texts, answer)
        return self._folded[position]

    def _fold(self, texts: Texts, answer: Answer) -> list[Text]:
        margin = _margin(texts, self.size.width)
        room = max(self.size.width - margin - 2, 2)
        written = Text(answer.text)
        for start, end in spans_of(answer.text, texts.search):
            written.stylize(_EMPHASIS, start, end)
        lines = list(written.wrap(self.app.console, room))
        labels = _labels(texts, answer, margin)
        block = []
        for line in range(max(len(lines), len(labels))):
            row = labels[line] if line < len(labels) else Text(" " * margin)
            row.append("  ")
            block.append(row.append_text(lines[line]) if line < len(lines) else row)
        return block


def _nothing(texts: Texts | None) -> str:
    """Return why there is no answer to show."""
    if texts is not None and texts.everyone.written:
        return f"None of the {texts.everyone.written:,} answers holds “{texts.search}”."
    return "Nobody of those who are kept wrote an answer."


def _margin(texts: Texts, width: int) -> int:
    """Return how wide the labels before the answers are."""
    widest = max((cell_len(column.label) for column in texts.columns), default=1)
    return max(min(widest, _WIDEST_LABEL, width // 3), 1)


def _labels(texts: Texts, answer: Answer, margin: int) -> list[Text]:
    """Return the labels of the columns that a respondent is in, in their colours."""
    if not answer.columns:
        return [Text(padded("–" if texts.columns else "·", margin), DIM)]
    shown: Sequence[int] = answer.columns
    if len(shown) > _MOST_LABELS:
        shown = shown[: _MOST_LABELS - 1]
    lines = []
    for position in shown:
        label = texts.columns[position].label
        most = _LABEL_LINES if len(answer.columns) == 1 else 1
        folds = folded(label, margin, most) if most > 1 else [ellipsis(label, margin)]
        lines += [_painted(line, margin, accent(position)) for line in folds]
    if len(shown) < len(answer.columns):
        more = broken(f"+{len(answer.columns) - len(shown)} more", margin)[0]
        lines.append(_painted(more, margin, DIM))
    return lines


def _painted(text: str, width: int, style: Style) -> Text:
    """Return `text` in a style and padded: the padding of a base style would colour all."""
    return Text().append(padded(text, width), style)
