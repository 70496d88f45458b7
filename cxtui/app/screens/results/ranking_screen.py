"""The ranking: questions that differ first; its first rows come early, enter opens a question."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from cxtui.analysis.query.cube_cache import CubeCache
from cxtui.analysis.ranking.measure_lines import LineNumbers
from cxtui.analysis.ranking.rank_lines import rank_lines
from cxtui.analysis.ranking.rank_questions import each_batch, pair_options
from cxtui.analysis.ranking.ranked_lines import Line, Ranking
from cxtui.analysis.ranking.ranking_options import RankingOptions
from cxtui.analysis.view.view import View
from cxtui.app.panes.line_widget import BOLD, DIM
from cxtui.app.panes.list_widget import Listing
from cxtui.app.screens.base.drawn_lines import Paragraph
from cxtui.app.screens.base.overlay import MovingScreen
from cxtui.cancellation import current_request
from cxtui.errors import Cancelled, CxtuiError
from cxtui.messages import tr
from cxtui.output.drawing.fit import ellipsis, padded
from cxtui.output.drawing.ranking_lines import colours_of, layout_of, sections_of
from cxtui.output.ranking_notes import notes_on
from cxtui.output.replay import Opened
from cxtui.survey.model import Survey

_PACE, _EFFORT = 0.25, 4
"""Seconds between two looks at a growing ranking, or how many times the length of the last one."""
_KEYS = (
    "{open} opens the question · {next_two_columns} the next two columns · {export} export · "
    "{close} leaves"
)


@dataclass(frozen=True, slots=True)
class GrowingRanking:
    """A ranking of the first `asked` of `of` questions; there are notes on a whole one."""

    ranking: Ranking
    asked: int
    of: int
    notes: tuple[str, ...]


class Gaps(MovingScreen[str | None], named="gaps"):
    """Ranks the questions by how far two columns of a view differ; answers a question's id."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,g", "dismiss", "Close"),
        Binding("enter", "open", "Open"),
        Binding("p", "pair", "Next two columns"),
        Binding("e", "export", "Export"),
    ]

    def __init__(self, survey: Survey, cache: CubeCache, view: View, opened: Opened) -> None:
        super().__init__()
        self._survey = survey
        self._cache = cache
        self._view = view
        self._opened = opened
        self._pair = 0
        self._whole: Ranking | None = None
        self._notes: tuple[str, ...] = ()
        self._title = Content(tr("What stands out"))

    def compose(self) -> ComposeResult:
        """Lay out the ranking and its notes."""
        yield Paragraph(self._heading_lines, id="gaps-heading", grows=True)
        yield _Ranking()
        yield Paragraph(self._note_lines, id="gaps-notes", grows=True)

    def on_mount(self) -> None:
        """Begin to compare."""
        self._compare()

    def action_pair(self) -> None:
        """Compare the next two columns."""
        self._pair += 1
        self._whole = None
        self._compare()

    def _compare(self) -> None:
        self._say(tr("comparing …"))
        self.work_in_thread(partial(self._rank, self._pair), self._ended)

    def _rank(self, pair: int) -> None:
        """Rank the questions in two columns, in a thread; show the ranking while it grows."""
        request, survey, view = current_request(), self._survey, self._view
        options = RankingOptions()
        if pair:
            choices = pair_options(survey, view, self._cache)
            options = choices[pair % len(choices)]
        numbers: list[LineNumbers] = []
        next_look = 0.0
        for batch in each_batch(survey, view, options, self._cache):
            if request is not None:
                request.check()
            numbers += batch.numbers
            begun = time.monotonic()
            if batch.asked == batch.of or begun > next_look:
                ranking = rank_lines(numbers, view, options)
                notes = notes_on(ranking, survey) if batch.asked == batch.of else ()
                so_far = GrowingRanking(ranking, batch.asked, batch.of, notes)
                self.call_later(self._grown, pair, so_far)
                now = time.monotonic()
                next_look = now + max(_PACE, _EFFORT * (now - begun))

    def _grown(self, pair: int, found: GrowingRanking) -> None:
        """Show the ranking so far; the cursor keeps its place in it."""
        if pair != self._pair:
            return
        if found.ranking.lines:
            self._title = _title_of(found.ranking.lines[0])
        self.query_one(_Ranking).load(found.ranking)
        if found.asked < found.of:
            compared = tr("{} of {} questions compared", found.asked, found.of)
            self._say(f"{compared} · {self.hint('{close} cancels')}")
        else:
            self._whole, self._notes = found.ranking, found.notes
            self._say(self.hint(_KEYS))
        self._tell()

    def _ended(self, error: CxtuiError | None) -> None:
        """Show an error in place of the notes."""
        if error is not None and not isinstance(error, Cancelled):
            self._notes = (str(error),)
            self._tell()
            self._say(self.hint("{close} leaves"))

    @on(Listing.Chosen)
    def _tell(self) -> None:
        for one in self.query(Paragraph):
            one.paint()

    def _heading_lines(self, *_: int) -> list[Text]:
        """Return the headings over the columns of the list, which has a border."""
        ranking = self.query_one(_Ranking)
        return [Text(f" {ranking.heading}", BOLD)]

    def _note_lines(self, width: int, _: int) -> list[Text]:
        """Return the question under the cursor in full, in one line, then the notes."""
        line = self.query_one(_Ranking).entry
        lines = []
        if line is not None:
            answer = f": {line.clearest.label}" if line.clearest else ""
            lines.append(Text(ellipsis(f"{line.question.label}{answer}", width), BOLD))
        for note in self._notes:
            lines += Text(note, DIM).wrap(self.app.console, width)
        return lines

    def action_export(self) -> None:
        """Write the ranking to a file, once it is whole."""
        from cxtui.app.screens.take_out.export_choices import of_ranking
        from cxtui.app.screens.take_out.export_screen import Export

        if self._whole is None:
            self._say(tr("there is no whole ranking to export yet"))
            return
        choice = of_ranking(self._whole, self._notes, self._opened)
        self.app.push_screen(Export([choice], self._survey.location), self._exported)

    def _exported(self, said: str | None) -> None:
        if said:
            self._say(said)

    def _say(self, text: str) -> None:
        ranking = self.query_one(_Ranking)
        ranking.border_title, ranking.border_subtitle = self._title, Content(text)

    def action_open(self) -> None:
        """Open the question under the cursor."""
        line = self.query_one(_Ranking).entry
        if line is not None:
            self.dismiss(line.question.id)


def _title_of(line: Line) -> Content:
    """Return what is compared with what, in their colours."""
    # The terminal's own colours have names; Textual would turn a style of Rich's into others.
    first, second = (
        f"[ansi_{one.color.name}]${name}[/]" if one.color else f"${name}"
        for name, one in zip("ab", colours_of(line), strict=True)
    )
    title = tr("What stands out · {} minus {}", first, second)
    return Content.from_markup(title, a=line.comparison.a, b=line.comparison.b)


class _Ranking(Listing[Line]):
    """The questions under headings that say the verdict."""

    def __init__(self) -> None:
        super().__init__(id="gaps")
        self._moved = False
        self._ranking: Ranking | None = None

    def load(self, ranking: Ranking) -> None:
        """Show a ranking."""
        self._ranking = ranking
        entries: list[Line | str] = []
        for head, lines in sections_of(ranking):
            entries += (head, *lines)
        self.entries = entries
        if not self._moved or not self.stands(self.cursor):
            self.cursor = 1
        self.paint()

    @property
    def heading(self) -> str:
        """The headings over the columns."""
        return layout_of(self._ranking, self.size.width).heading() if self._ranking else ""

    def stand(self, position: int) -> None:
        """Put the cursor on a line: from then on it stays while more lines come in."""
        self._moved = True
        super().stand(position)

    def line(self, entry: Line, _: int) -> Text:
        """Return a question, grey unless it differs."""
        width = self.size.width
        if self._ranking is None:
            return Text()
        line = layout_of(self._ranking, width).line(entry)
        return line if entry.holds else Text(padded(line.plain, width), DIM)
