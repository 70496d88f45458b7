"""The ranking of gaps: first rows early, enter opens the question, esc leaves or cancels."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message

from cxtui.analysis.query.cube_cache import CubeCache
from cxtui.analysis.tables.ranking import Gap, asks_for_pair, compared_questions, each_gap, ranked
from cxtui.analysis.view.view import View
from cxtui.app.panes.line_widget import BOLD, CURSOR, DIM, Lines
from cxtui.app.panes.list_widget import Listing
from cxtui.app.screens.base.cursor_keys import MovingScreen
from cxtui.cancellation import LatestRequest, Request, working_for
from cxtui.errors import Cancelled, CxtuiError
from cxtui.output.drawing.fit import ellipsis, padded
from cxtui.output.drawing.ranking_lines import accents_of, painted_line, reach_of, rest_of
from cxtui.output.ranking_document import notes_on
from cxtui.output.replay import Opened
from cxtui.survey.model import Survey

_PACE, _EFFORT = 0.25, 4
"""Seconds between two looks at a ranking that is still growing, or so many times what the last
one took."""
_KEYS = (
    "{open} opens the question · {next_two_columns} the next two columns · {export} export · "
    "{close} leaves"
)


@dataclass(frozen=True, slots=True)
class Found:
    """A ranking so far: how many gaps at its head hold up, and how far its picture reaches."""

    gaps: Sequence[Gap]
    held: int
    reach: float


def _found(gaps: Sequence[Gap], level: float) -> Found:
    whole = ranked(gaps, level)
    return Found(whole, sum(gap.holds(level) for gap in whole), reach_of(whole))


class Gaps(MovingScreen[str | None], named="gaps"):
    """Ranks every answer by how far the two columns of a view differ; answers a question's id."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,g", "dismiss", "Close"),
        Binding("enter", "open", "Open"),
        Binding("p", "pair", "Next two columns"),
        Binding("e", "export", "Export"),
    ]

    class Grown(Message):
        """More questions have been compared; of all of them there are notes."""

        def __init__(
            self, pair: int, found: Found, asked: int, of: int, notes: Sequence[str]
        ) -> None:
            super().__init__()
            self.pair = pair
            self.found = found
            self.asked = asked
            self.of = of
            self.notes = notes

    class Failed(Message):
        """The gaps cannot be ranked."""

        def __init__(self, reason: str) -> None:
            super().__init__()
            self.reason = reason

    def __init__(self, survey: Survey, cache: CubeCache, view: View, opened: Opened) -> None:
        super().__init__()
        self._survey = survey
        self._cache = cache
        self._view = view
        self._opened = opened
        self._requests = LatestRequest()
        self._pair = 0
        self._ranked: Sequence[Gap] = ()
        self._noted: Sequence[str] = ()
        self._title = Content("Where they differ")

    def compose(self) -> ComposeResult:
        """Lay out the ranking and its notes."""
        yield _Ranking()
        yield _Notes(id="gaps-notes")

    def on_mount(self) -> None:
        """Begin to compare."""
        self.query_one(_Ranking).focus()
        self._say("comparing …")
        self._compare(self._pair, self._requests.renew())

    def on_unmount(self) -> None:
        """Let nothing run on for a screen that was left."""
        self._requests.cancel()

    def action_pair(self) -> None:
        """Compare the next two columns."""
        self._pair += 1
        self._ranked = ()
        self._say("comparing …")
        self._compare(self._pair, self._requests.renew())

    @work(thread=True, exclusive=True)
    def _compare(self, pair: int, request: Request) -> None:
        with working_for(request):
            self._compare_here(pair, request)

    def _compare_here(self, pair: int, request: Request) -> None:
        of = len(compared_questions(self._survey, self._view))
        gaps: list[Gap] = []
        next_look = 0.0
        try:
            comparing = each_gap(self._survey, self._view, pair, self._cache)
            for asked, (_, found) in enumerate(comparing, 1):
                request.check()
                gaps += found
                begun = time.monotonic()
                if asked == of or begun > next_look:
                    so_far = _found(gaps, self._view.level)
                    notes = self._notes(so_far) if asked == of else ()
                    self.post_message(self.Grown(pair, so_far, asked, of, notes))
                    now = time.monotonic()
                    next_look = now + max(_PACE, _EFFORT * (now - begun))
        except Cancelled:
            return
        except CxtuiError as error:
            self.post_message(self.Failed(str(error)))

    def _notes(self, found: Found) -> Sequence[str]:
        return notes_on(found.gaps, self._survey, self._view)

    def on_gaps_grown(self, event: Grown) -> None:
        """Show what has been found so far; the cursor keeps its place in the ranking."""
        if event.pair != self._pair:
            return
        gaps = event.found.gaps
        if gaps:
            self._title = _title_of(gaps[0])
        self.query_one(_Ranking).load(event.found)
        self._tell()
        if event.asked < event.of:
            self._say(
                f"{event.asked} of {event.of} questions compared · {self.hint('{close} cancels')}"
            )
        else:
            self._ranked, self._noted = gaps, event.notes
            self._say(self.hint(_KEYS))
            self.query_one(_Notes).say(event.notes)

    def on_gaps_failed(self, event: Failed) -> None:
        """Say why there is no ranking."""
        self.query_one(_Notes).say([event.reason])
        self._say(self.hint("{close} leaves"))

    @on(Listing.Chosen)
    def _tell(self) -> None:
        self.query_one(_Notes).stand_at(self.query_one(_Ranking).gap)

    def action_export(self) -> None:
        """Write the ranking to a file, once it is whole."""
        from cxtui.app.screens.take_out.export_choices import of_gaps
        from cxtui.app.screens.take_out.export_screen import Export

        if not self._ranked:
            self._say("there is no whole ranking to export yet")
            return
        asked: View | None = self._view
        if self._pair:
            asked = asks_for_pair(self._survey, self._view, self._ranked)
        ranking = of_gaps(self._ranked, self._noted, self._view.level, asked, self._opened)
        self.app.push_screen(Export([ranking], self._survey.location), self._exported)

    def _exported(self, said: str | None) -> None:
        if said:
            self._say(said)

    def _say(self, text: str) -> None:
        self.query_one(_Ranking).entitle(self._title, text)

    def action_open(self) -> None:
        """Open the question under the cursor."""
        gap = self.query_one(_Ranking).gap
        if gap is not None:
            self.dismiss(gap.question.id)


def _title_of(gap: Gap) -> Content:
    """Return which columns differ, in their colours: the values stand in that order."""
    names = (gap.column_a, gap.column_b)
    # The terminal's own colours have names; Textual would turn a style of Rich's into others.
    first, second = (
        (name, f"ansi_{colour.color.name}" if colour.color else "")
        for name, colour in zip(names, accents_of(gap), strict=True)
    )
    return Content.assemble("Where ", first, " and ", second, " differ")


class _Ranking(Listing):
    """The gaps; a heading parts those that hold up from the rest."""

    def __init__(self) -> None:
        super().__init__(id="gaps")
        self._gaps: Sequence[Gap] = ()
        self._held = 0
        self._moved = False
        self._reach = 1.0

    @property
    def length(self) -> int:
        """How many lines there are: the gaps and one heading."""
        return len(self._gaps) + 1 if self._gaps else 0

    @property
    def gap(self) -> Gap | None:
        """The gap under the cursor."""
        position = self.cursor - (self.cursor > self._held)
        return self._gaps[position] if position < len(self._gaps) else None

    def entitle(self, title: Content, subtitle: str) -> None:
        """Set the two titles in the border."""
        self.border_title = title
        self.border_subtitle = Content(subtitle)

    def load(self, found: Found) -> None:
        """Show these gaps, ranked already."""
        self._gaps, self._held, self._reach = found.gaps, found.held, found.reach
        if not self._moved or not self.stands(self.cursor):
            self.cursor = 1 if self._held == 0 else 0
        self.paint()

    def stand(self, position: int) -> None:
        """Put the cursor on a line: from then on it stays while more gaps come in."""
        self._moved = True
        super().stand(position)

    def stands(self, position: int) -> bool:
        """Whether there is a gap, not the heading."""
        return super().stands(position) and position != self._held

    def line(self, position: int, *, at_cursor: bool) -> Text:
        """Return a gap, or the heading of those that do not hold up."""
        if position == self._held:
            return Text(f"    … {rest_of(self._gaps[self._held :])}", BOLD)
        place = position - (position > self._held)
        width = self.size.width
        line = painted_line(place + 1, self._gaps[place], width, self._reach)
        if not at_cursor and place < self._held:
            return line
        return Text(padded(line.plain, width), CURSOR if at_cursor else DIM)


class _Notes(Lines):
    """The line under the cursor in full, then what the ranking is and is not."""

    _said: Sequence[str] = ()
    _gap = ""

    def say(self, notes: Sequence[str]) -> None:
        """Show these lines."""
        self._said = notes
        self.paint()

    def stand_at(self, gap: Gap | None) -> None:
        """Say the wording of a question and an answer."""
        self._gap = f"{gap.question.label}: {gap.label}" if gap else ""
        self.paint()

    def paint(self) -> None:
        """Fold the lines into the width, the wording into one."""
        console, width = self.app.console, max(self.size.width, 1)
        lines = [Text(ellipsis(self._gap, width), BOLD)] if self._gap else []
        lines += [line for note in self._said for line in Text(note, DIM).wrap(console, width)]
        self.styles.height = max(len(lines), 1)
        self.show([self.strip(line) for line in lines])
