"""The ranking of gaps: its first rows come early, enter opens a question, esc cancels."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from cxtui.analysis.query.cube_cache import CubeCache
from cxtui.analysis.tables.ranking import Gap, asks_for_pair, compared_questions, each_gap, ranked
from cxtui.analysis.view.view import View
from cxtui.app.panes.line_widget import BOLD, DIM
from cxtui.app.panes.list_widget import Listing
from cxtui.app.screens.base.drawn_lines import Paragraph
from cxtui.app.screens.base.overlay import MovingScreen
from cxtui.cancellation import current_request
from cxtui.errors import Cancelled, CxtuiError
from cxtui.messages import tr
from cxtui.output.drawing.fit import ellipsis, padded
from cxtui.output.drawing.ranking_lines import accents_of, painted_line, reach_of, rest_of
from cxtui.output.ranking_document import notes_on
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
    """A ranking of the first `asked` of `of` questions; there are notes on a whole one.

    The first `held` gaps are significant; `reach` is the length of the longest bar.
    """

    gaps: Sequence[Gap]
    held: int
    reach: float
    asked: int
    of: int
    notes: Sequence[str]


class Gaps(MovingScreen[str | None], named="gaps"):
    """Ranks every answer by how far the two columns of a view differ; answers a question's id."""

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
        self._ranked: Sequence[Gap] = ()
        self._notes: Sequence[str] = ()
        self._title = Content(tr("Where they differ"))

    def compose(self) -> ComposeResult:
        """Lay out the ranking and its notes."""
        yield _Ranking()
        yield Paragraph(self._note_lines, id="gaps-notes", grows=True)

    def on_mount(self) -> None:
        """Begin to compare."""
        self._compare()

    def action_pair(self) -> None:
        """Compare the next two columns."""
        self._pair += 1
        self._ranked = ()
        self._compare()

    def _compare(self) -> None:
        self._say(tr("comparing …"))
        self.work_in_thread(partial(self._rank, self._pair), self._ended)

    def _rank(self, pair: int) -> None:
        """Rank the gaps of two columns, in a thread; show the ranking while it grows."""
        request, level = current_request(), self._view.level
        of = len(compared_questions(self._survey, self._view))
        gaps: list[Gap] = []
        next_look = 0.0
        comparing = each_gap(self._survey, self._view, pair, self._cache)
        for asked, (_, found) in enumerate(comparing, 1):
            if request is not None:
                request.check()
            gaps += found
            begun = time.monotonic()
            if asked == of or begun > next_look:
                whole = ranked(gaps, level)
                notes = notes_on(whole, self._survey, self._view) if asked == of else ()
                held = sum(gap.holds(level) for gap in whole)
                so_far = GrowingRanking(whole, held, reach_of(whole), asked, of, notes)
                self.call_later(self._grown, pair, so_far)
                now = time.monotonic()
                next_look = now + max(_PACE, _EFFORT * (now - begun))

    def _grown(self, pair: int, found: GrowingRanking) -> None:
        """Show the ranking so far; the cursor keeps its place in it."""
        if pair != self._pair:
            return
        if found.gaps:
            self._title = _title_of(found.gaps[0])
        self.query_one(_Ranking).load(found)
        if found.asked < found.of:
            compared = tr("{} of {} questions compared", found.asked, found.of)
            self._say(f"{compared} · {self.hint('{close} cancels')}")
        else:
            self._ranked, self._notes = found.gaps, found.notes
            self._say(self.hint(_KEYS))
        self._tell()

    def _ended(self, error: CxtuiError | None) -> None:
        """Show an error in place of the notes."""
        if error is not None and not isinstance(error, Cancelled):
            self._notes = [str(error)]
            self._tell()
            self._say(self.hint("{close} leaves"))

    @on(Listing.Chosen)
    def _tell(self) -> None:
        self.query_one(Paragraph).paint()

    def _note_lines(self, width: int, _: int) -> list[Text]:
        """Return the gap under the cursor in full, in one line, then the notes."""
        gap = self.query_one(_Ranking).gap
        lines = [Text(ellipsis(f"{gap.question.label}: {gap.label}", width), BOLD)] if gap else []
        for note in self._notes:
            lines += Text(note, DIM).wrap(self.app.console, width)
        return lines

    def action_export(self) -> None:
        """Write the ranking to a file, once it is whole."""
        from cxtui.app.screens.take_out.export_choices import of_gaps
        from cxtui.app.screens.take_out.export_screen import Export

        if not self._ranked:
            self._say(tr("there is no whole ranking to export yet"))
            return
        asked: View | None = self._view
        if self._pair:
            asked = asks_for_pair(self._survey, self._view, self._ranked)
        ranking = of_gaps(self._ranked, self._notes, self._view.level, asked, self._opened)
        self.app.push_screen(Export([ranking], self._survey.location), self._exported)

    def _exported(self, said: str | None) -> None:
        if said:
            self._say(said)

    def _say(self, text: str) -> None:
        ranking = self.query_one(_Ranking)
        ranking.border_title, ranking.border_subtitle = self._title, Content(text)

    def action_open(self) -> None:
        """Open the question under the cursor."""
        gap = self.query_one(_Ranking).gap
        if gap is not None:
            self.dismiss(gap.question.id)


def _title_of(gap: Gap) -> Content:
    """Return which columns differ, in their colours, in the order of their values."""
    # The terminal's own colours have names; Textual would turn a style of Rich's into others.
    first, second = (
        f"[ansi_{accent.color.name}]${name}[/]" if accent.color else f"${name}"
        for name, accent in zip("ab", accents_of(gap), strict=True)
    )
    title = tr("Where {} and {} differ", first, second)
    return Content.from_markup(title, a=gap.column_a, b=gap.column_b)


class _Ranking(Listing[tuple[int, Gap]]):
    """The gaps with their ranks; a heading parts the significant ones from the rest."""

    def __init__(self) -> None:
        super().__init__(id="gaps")
        self._held = 0
        self._moved = False
        self._reach = 1.0

    @property
    def gap(self) -> Gap | None:
        """The gap under the cursor."""
        return self.entry[1] if self.entry else None

    def load(self, found: GrowingRanking) -> None:
        """Show these gaps, ranked already."""
        self._held, self._reach = found.held, found.reach
        entries: list[tuple[int, Gap] | str] = [*enumerate(found.gaps, 1)]
        if entries:
            entries.insert(found.held, f"    … {rest_of(found.gaps[found.held :])}")
        self.entries = entries
        if not self._moved or not self.stands(self.cursor):
            self.cursor = 1 if self._held == 0 else 0
        self.paint()

    def stand(self, position: int) -> None:
        """Put the cursor on a line: from then on it stays while more gaps come in."""
        self._moved = True
        super().stand(position)

    def line(self, entry: tuple[int, Gap], _: int) -> Text:
        """Return a gap with its rank."""
        rank, gap = entry
        width = self.size.width
        line = painted_line(rank, gap, width, self._reach)
        return line if rank <= self._held else Text(padded(line.plain, width), DIM)
