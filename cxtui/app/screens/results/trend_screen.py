"""The trend over waves: rows with a column a wave in each role, and the lift in full below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message

from cxtui.analysis.tables.build_trend import can_be_wave, trend
from cxtui.analysis.tables.trend import Trend, TrendRow
from cxtui.analysis.view.view import View
from cxtui.app.panes.line_widget import BOLD, CURSOR, DIM, Lines
from cxtui.app.panes.list_widget import Listing
from cxtui.app.screens.base.cursor_keys import MovingScreen
from cxtui.cancellation import LatestRequest, Request, working_for
from cxtui.errors import Cancelled, CxtuiError
from cxtui.output.drawing.fit import padded
from cxtui.output.drawing.trend_chart import trend_chart
from cxtui.output.drawing.trend_lines import (
    Layout,
    detail_lines,
    header_lines,
    lay_out,
    mark_notes,
    other_lines,
    row_line,
)
from cxtui.output.replay import Opened
from cxtui.survey.model import Survey
from cxtui.survey.note import sentences_of

_FEWEST_ROWS = 3
_DETAIL = 5
"""Lines that the detail keeps where there are more rows than fit."""
_KEYS = "{left}{right} roles · {chart} chart · {wave} wave · {export} export · {close} leaves"


class Trends(MovingScreen[str], named="trend"):
    """Shows a view's question over the waves; answers which variable was the wave at last."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,t", "leave", "Close"),
        Binding("W", "wave", "Wave"),
        Binding("e", "export", "Export"),
        Binding("u", "travel(-1)", "The wave before"),
        Binding("r", "travel(1)", "The wave undone"),
        Binding("p", "chart", "Chart"),
        Binding("right,l", "columns(1)", "Right"),
        Binding("left,h", "columns(-1)", "Left"),
    ]

    class Followed(Message):
        """The question has been counted over the waves of `wave`."""

        def __init__(self, wave: str, found: Trend) -> None:
            super().__init__()
            self.wave = wave
            self.found = found

    class Failed(Message):
        """There is no trend over the waves of `wave`."""

        def __init__(self, wave: str, reason: str) -> None:
            super().__init__()
            self.wave = wave
            self.reason = reason

    def __init__(self, survey: Survey, view: View, wave: str, opened: Opened) -> None:
        super().__init__()
        self._survey = survey
        self._view = view
        self._wave = wave
        self._opened = opened
        self._chosen = [wave] if wave else []
        self._at = len(self._chosen) - 1
        self._trend: Trend | None = None
        self._reason = ""
        self._requests = LatestRequest()
        self._group = 0
        self._until = 0
        self._charted = False

    def compose(self) -> ComposeResult:
        """Lay out roles and waves, the rows, and the detail of one."""
        with Vertical(id="trend"):
            yield _Head(id="trend-head")
            yield _Rows()
            yield _Foot(id="trend-foot")

    def on_mount(self) -> None:
        """Begin to count; without a wave, ask which variable is it."""
        self.query_one(_Rows).focus()
        if self._wave:
            self._follow()
        else:
            self._entitle("choose a wave")
            self.call_after_refresh(self.action_wave)

    def on_unmount(self) -> None:
        """Let nothing run on for a screen that was left."""
        self._requests.cancel()

    def _entitle(self, subtitle: str) -> None:
        box = self.query_one("#trend")
        question = self._survey.codebook.find(self._view.question)
        box.border_title = Content(f"Trend: {question.label if question else self._view.question}")
        box.border_subtitle = Content(subtitle)

    def _follow(self) -> None:
        self._entitle(self.hint("counting … · {close} leaves"))
        self._count(self._wave, self._requests.renew())

    @work(thread=True)
    def _count(self, wave: str, request: Request) -> None:
        try:
            with working_for(request):
                found = trend(self._survey, self._view, wave)
        except Cancelled:
            return
        except CxtuiError as error:
            self.post_message(self.Failed(wave, str(error)))
        else:
            self.post_message(self.Followed(wave, found))

    def on_trends_followed(self, event: Followed) -> None:
        """Show the trend, at everyone and the latest wave; drop one over a wave we left."""
        if event.wave == self._wave:
            self._trend, self._reason = event.found, ""
            self._group, self._until = 0, len(event.found.waves) - 1
            self.divide()

    def on_trends_failed(self, event: Failed) -> None:
        """Say why there is no trend."""
        if event.wave == self._wave and self.display:
            self._trend, self._reason = None, event.reason
            self._entitle(self.hint("{wave} another wave · {close} leaves"))
            self.divide()

    def on_resize(self) -> None:
        """Lay out for the new size."""
        self.call_after_refresh(self.divide)

    def on_listing_chosen(self) -> None:
        """Show the detail of the row under the cursor."""
        self.divide()

    def _layout(self, found: Trend) -> Layout:
        return lay_out(found, self.query_one("#trend").content_size.width, self._group, self._until)

    def divide(self) -> None:
        """Divide the height among rows and detail, and paint."""
        if not self.display:  # a count may come back, and a frame end, while the screen closes
            return
        rows, foot = self.query_one(_Rows), self.query_one(_Foot)
        found, box = self._trend, self.query_one("#trend").content_size
        if not box.height:  # too small for anything, for now: the cursor stays
            return
        if found is None:
            self.query_one(_Head).load([])
            rows.styles.height = 0
            rows.load(None, None)
            foot.load([], [self._reason] if self._reason else [], [])
            return
        layout = self._layout(found)
        head = header_lines(found, layout, self._group)
        self.query_one(_Head).load(head)
        detail = max(_DETAIL, box.height * 3 // 5) if self._charted else _DETAIL
        room = box.height - len(head) - 1 - detail
        fewest = 1 if self._charted else _FEWEST_ROWS
        rows.styles.height = max(min(len(found.rows), room), fewest)
        rows.load(found, layout)
        row = rows.row
        details = detail_lines(found, row, self._group, layout) if row else []
        others = other_lines(found, row, self._group, layout) if row else []
        foot.load(details, [*mark_notes(found), *sentences_of(found.notes)], others)
        foot.draw(found, row if self._charted else None)
        self._entitle(self._hints(found, layout))

    def _hints(self, found: Trend, layout: Layout) -> str:
        """Return what is out of sight, and the keys."""
        hints = [
            f"{name} {_span(shown)} of {of}"
            for name, shown, of in (
                ("role", layout.groups, len(found.groups)),
                ("wave", layout.waves, len(found.waves)),
            )
            if len(shown) < of
        ]
        return " · ".join([*hints, self.hint(_KEYS)])

    # Keys

    def action_leave(self) -> None:
        """Close, and say which variable was the wave."""
        self.dismiss(self._wave)

    def action_export(self) -> None:
        """Write the trend to a file."""
        from cxtui.app.screens.take_out.export_choices import of_trend
        from cxtui.app.screens.take_out.export_screen import Export

        if self._trend is not None:
            offered = [of_trend(self._trend, self._opened, charted=self._charted)]
            self.app.push_screen(Export(offered, self._survey.location), self._exported)

    def _exported(self, said: str | None) -> None:
        if said:
            self._entitle(said)

    def action_chart(self) -> None:
        """Show the answer under the cursor as lines over the waves, or in words again."""
        self._charted = not self._charted
        self.divide()

    def action_wave(self) -> None:
        """Choose the variable whose categories are the waves."""
        from cxtui.app.screens.base.pick_one import Pick

        candidates = [
            one
            for one in self._survey.codebook.table_questions
            if can_be_wave(one) and one.id != self._view.question
        ]
        self.app.push_screen(Pick("Wave", candidates, self._wave), self._take_wave)

    def _take_wave(self, wave: str | None) -> None:
        if wave is not None:
            if wave != self._wave:
                self._chosen[self._at + 1 :] = [wave]
                self._at += 1
            self._wave = wave
            self._follow()
        elif not self._wave and self.is_active:  # W may have been pressed twice
            self.dismiss("")

    def action_travel(self, by: int) -> None:
        """Go back to the wave that was chosen before, or forward again."""
        if 0 <= self._at + by < len(self._chosen):
            self._at += by
            self._wave = self._chosen[self._at]
            self._follow()

    def action_columns(self, by: int) -> None:
        """Go to later or earlier waves where not all fit, and beyond their end to another role."""
        found = self._trend
        if found is None:
            return
        waves = self._layout(found).waves
        if (by > 0 and waves[-1] < len(found.waves) - 1) or (by < 0 and waves[0] > 0):
            self._until = waves[-1] + by
        else:
            self._group = max(0, min(self._group + by, len(found.groups) - 1))
        self.divide()


def _span(positions: Sequence[int]) -> str:
    first, last = positions[0] + 1, positions[-1] + 1
    return str(first) if first == last else f"{first}–{last}"


class _Head(Lines):
    """Roles, waves and bases: they stay in sight while the rows scroll."""

    def load(self, lines: Sequence[Text]) -> None:
        """Show these lines."""
        self.styles.height = max(len(lines), 1)
        self.show([self.strip(line) for line in lines])


class _Rows(Listing):
    """The answers, each with its courses."""

    def __init__(self) -> None:
        super().__init__(id="trend-rows")
        self._trend: Trend | None = None
        self._layout: Layout | None = None

    @property
    def length(self) -> int:
        """How many rows there are."""
        return len(self._trend.rows) if self._trend else 0

    @property
    def row(self) -> TrendRow | None:
        """The row under the cursor."""
        return self._trend.rows[self.cursor] if self._trend and self.length else None

    def load(self, found: Trend | None, layout: Layout | None) -> None:
        """Show these rows, as they are laid out."""
        self._trend, self._layout = found, layout
        self.cursor = min(self.cursor, max(self.length - 1, 0))
        self.paint()

    def line(self, position: int, *, at_cursor: bool) -> Text:
        """Return one row."""
        if self._trend is None or self._layout is None:
            return Text("")
        line = row_line(self._trend, self._trend.rows[position], self._layout)
        return Text(padded(line.plain, self.size.width), CURSOR) if at_cursor else line


class _Foot(Lines):
    """The lifts of one row in one role in full, then what the trend is and is not."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 -- Textual's word
        super().__init__(id=id)
        self._details: Sequence[str] = ()
        self._notes: Sequence[str] = ()
        self._others: Sequence[str] = ()
        self._charted: tuple[Trend, TrendRow] | None = None

    def draw(self, found: Trend, row: TrendRow | None) -> None:
        """Show a row as lines over the waves instead; `None` shows the words."""
        self._charted = (found, row) if row is not None else None
        self.paint()

    def load(self, details: Sequence[str], notes: Sequence[str], others: Sequence[str]) -> None:
        """Show these lines; what there is no room for matters less from top to bottom."""
        self._details, self._notes, self._others = details, notes, others
        self.paint()

    def paint(self) -> None:
        """Fold the lines into the width, as far as the height reaches."""
        if self._charted is not None:
            width, height = self.size
            self.show([self.strip(one) for one in trend_chart(*self._charted, width, height)])
            return
        lines = [
            Text(""),
            *(Text(line, "" if at else BOLD) for at, line in enumerate(self._details)),
        ]
        lines += [Text(note, DIM) for note in self._notes]
        lines += [Text(""), *map(Text, self._others)]
        console, width = self.app.console, max(self.size.width, 1)
        folded = [part for line in lines for part in (line.wrap(console, width) or [line])]
        self.show([self.strip(line) for line in folded[: max(self.size.height, 0)]])
