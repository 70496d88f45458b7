"""Open answers as a list, folded as they come into sight, each after its columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.content import Content

from cxtui.analysis.query.expressions.write_ins import find_spans
from cxtui.analysis.query.side_queries.open_answers import OpenAnswer, OpenAnswerTexts
from cxtui.app.panes.line_widget import DIM, Movable
from cxtui.app.screens.base.key_hints import in_border
from cxtui.messages import tr
from cxtui.output.drawing.fit import broken, ellipsis, folded, padded
from cxtui.output.drawing.rich_table import accent

_EMPHASIS = Style(bold=True, underline=True)
_WIDEST_LABEL = 24
_LABEL_LINES = 2
_MOST_LABELS = 4

Spot = tuple[int, int]
"""The position of an answer, and of one of its lines: the top of the list."""


class OpenAnswerList(Movable, can_focus=True):
    """The answers, each after the columns that its respondent is in."""

    def __init__(self, keys: str) -> None:
        super().__init__(id="texts")
        self._keys = keys
        self._texts: OpenAnswerTexts | None = None
        self._message = tr("reading …")
        self._top: Spot = (0, 0)
        self._folded: dict[int, list[Text]] = {}

    def load(self, texts: OpenAnswerTexts | None, problem: str) -> None:
        """Show these answers from the first, or why there are none."""
        self._texts = texts
        self._message = problem or _nothing(texts)
        self._top = (0, 0)
        self._folded = {}
        self.paint()

    def on_resize(self) -> None:
        """Fold for the new size; the answer at the top stays there."""
        self.border_subtitle = in_border(self._keys, self.size.width)
        self._folded = {}
        self._top = (self._top[0], 0)
        self.move(0)

    def move(self, by: int) -> None:
        """Scroll by lines."""
        position, line = self._top
        line += by
        while line < 0 and position > 0:
            position -= 1
            line += len(self._block(position))
        while position + 1 < self.length and line >= len(self._block(position)):
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
        title = tr("Open answers")
        if not self.length:
            lines = Text(self._message).wrap(self.app.console, width)
            self.border_title = title
            self.show([self.strip(line) for line in lines])
            return
        shown = [spot for _, spot in zip(range(height), self._from(self._top), strict=False)]
        if self._last() > (0, 0):
            first, last = shown[0][0] + 1, shown[-1][0] + 1
            title = tr("Open answers ↑↓ {:,}–{:,} of {:,}", first, last, self.length)
        self.border_title = Content(title)
        self.show([self.strip(self._block(position)[line]) for position, line in shown])

    @property
    def length(self) -> int:
        """The number of answers."""
        return len(self._texts.answers) if self._texts else 0

    def _from(self, top: Spot) -> Iterator[Spot]:
        """Yield the spots from `top` to the end."""
        first, line = top
        for position in range(first, self.length):
            for below in range(line if position == first else 0, len(self._block(position))):
                yield position, below

    def _last(self) -> Spot:
        """Return the lowest top, at which the last line is at the bottom."""
        room = self.size.height
        for position in reversed(range(self.length)):
            room -= len(self._block(position))
            if room <= 0:
                return position, -room
        return 0, 0

    def _block(self, position: int) -> list[Text]:
        """Return the lines of an answer, folded once a width."""
        if self._texts is None:
            return []
        if position not in self._folded:
            self._folded[position] = self._fold(self._texts, self._texts.answers[position])
        return self._folded[position]

    def _fold(self, texts: OpenAnswerTexts, answer: OpenAnswer) -> list[Text]:
        margin = _margin(texts, self.size.width)
        room = max(self.size.width - margin - 2, 2)
        written = Text(answer.text)
        for start, end in find_spans(answer.text, texts.search):
            written.stylize(_EMPHASIS, start, end)
        lines = list(written.wrap(self.app.console, room))
        labels = _labels(texts, answer, margin)
        both = zip_longest(labels, lines)
        rows = ((label or Text(" " * margin), line or Text()) for label, line in both)
        return [label.append("  ").append_text(line) for label, line in rows]


def _nothing(texts: OpenAnswerTexts | None) -> str:
    """Return why there is no answer to show."""
    if texts is not None and texts.everyone.written:
        return tr("None of the {:,} answers holds “{}”.", texts.everyone.written, texts.search)
    return tr("None of the respondents that are kept wrote an answer.")


def _margin(texts: OpenAnswerTexts, width: int) -> int:
    """Return how wide the labels before the answers are."""
    widest = max((cell_len(column.label) for column in texts.columns), default=1)
    return max(min(widest, _WIDEST_LABEL, width // 3), 1)


def _labels(texts: OpenAnswerTexts, answer: OpenAnswer, margin: int) -> list[Text]:
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
        more = broken(tr("+{} more", len(answer.columns) - len(shown)), margin)[0]
        lines.append(_painted(more, margin, DIM))
    return lines


def _painted(text: str, width: int, style: Style) -> Text:
    """Return `text` in a style and padded: the padding of a base style would colour all."""
    return Text().append(padded(text, width), style)
