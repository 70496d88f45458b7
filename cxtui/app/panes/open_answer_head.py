"""The head of the open answers: the question, the number of answers, and the respondents."""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text

from cxtui.analysis.query.side_queries.open_answers import OpenAnswerTexts
from cxtui.analysis.view.view import View
from cxtui.app.panes.line_widget import BOLD, DIM, Lines
from cxtui.app.panes.status_lines import state_of
from cxtui.app.screens.select.filter_chips import fitted
from cxtui.messages import tr, tr_count
from cxtui.output.drawing.fit import ellipsis, folded
from cxtui.output.drawing.rich_table import accent
from cxtui.survey.model import Survey

_HEAD_LINES = 2


class OpenAnswersHead(Lines):
    """The question, how many answered it, and which respondents are kept."""

    def __init__(self, survey: Survey, view: View) -> None:
        super().__init__(id="texts-head")
        question = survey.codebook.find(view.question)
        self._label = question.label if question else view.question
        self._state = state_of(survey.codebook, view, None)
        self._texts: OpenAnswerTexts | None = None

    def load(self, texts: OpenAnswerTexts | None) -> None:
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


def _counts(texts: OpenAnswerTexts) -> Text:
    """Return how many answers there are, and in which columns."""
    n, is_searched = texts.everyone.written, bool(texts.search)
    if is_searched:
        said = tr_count(
            n,
            "{1:,} of {0:,} answer match “{2}”",
            "{1:,} of {0:,} answers match “{2}”",
            texts.everyone.matching,
            texts.search,
        )
    else:
        said = tr_count(n, "{:,} answer", "{:,} answers")
    line = Text(said)
    if texts.is_cut:
        line.append(tr(", the first {:,} shown", len(texts.answers)))
    for position, (column, those) in enumerate(zip(texts.columns, texts.counted, strict=True)):
        number = tr("{:,} of {:,}", those.matching, those.written)
        line.append(" · ")
        line.append(column.label, accent(position))
        line.append(f" {number if is_searched else f'{those.written:,}'}")
    return line


def _first(lines: list[Text], most: int) -> list[Text]:
    """Return the first lines; the last says where there are more."""
    shown = lines[:most]
    if len(lines) > most:
        shown[-1].right_crop(1)
        shown[-1].rstrip()
        shown[-1].append("…")
    return shown
