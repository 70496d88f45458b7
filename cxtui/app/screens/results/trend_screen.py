"""The trend over waves: rows with a column a wave in each role, and the changes of one below."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from cxtui.analysis.tables.build_trend import can_be_wave, trend
from cxtui.analysis.tables.trend import Trend, TrendRow
from cxtui.analysis.view.view import View
from cxtui.app.panes.line_widget import BOLD, DIM
from cxtui.app.screens.base.drawn_lines import DrawnList, Paragraph
from cxtui.app.screens.base.key_hints import Box
from cxtui.app.screens.base.overlay import MovingScreen
from cxtui.errors import Cancelled, CxtuiError
from cxtui.messages import tr
from cxtui.output.drawing.trend_chart import trend_chart
from cxtui.output.drawing.trend_details import detail_lines, other_lines
from cxtui.output.drawing.trend_lines import (
    Layout,
    header_lines,
    lay_out,
    mark_notes,
    row_line,
)
from cxtui.output.replay import Opened
from cxtui.survey.model import Survey
from cxtui.survey.note import sentences_of

_FEWEST_ROWS = 3
_DETAIL = 5
"""The least lines of the detail where there are more rows than fit."""
_WITH_STATE = 12
"""The least height in lines for the line that says what the values are."""
_KEYS = "{left}{right} roles · {chart} chart · {wave} wave · {export} export · {close} leaves"


class Trends(MovingScreen[str], named="trend"):
    """Shows a view's question over the waves; answers the variable that was the last wave."""

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

    def __init__(self, survey: Survey, view: View, wave: str, opened: Opened) -> None:
        super().__init__()
        self._survey = survey
        self._view = view
        self._wave = wave
        self._opened = opened
        self._chosen = [wave] if wave else []
        self._at = len(self._chosen) - 1
        self._trend: Trend | None = None
        self._layout: Layout | None = None
        self._reason = ""
        self._group = 0
        self._until = 0
        self._charted = False

    def compose(self) -> ComposeResult:
        """Lay out roles and waves, the rows, and the detail of one."""
        question = self._survey.codebook.find(self._view.question)
        with Box("trend", tr("Trend: {}", question.label if question else self._view.question)):
            yield Paragraph(self._head_lines, id="trend-head", grows=True)
            yield DrawnList(self._row_line, id="trend-rows")
            yield Paragraph(self._foot_lines, id="trend-foot")

    def on_mount(self) -> None:
        """Begin to count; without a wave, ask which variable is it."""
        if self._wave:
            self._follow()
        else:
            self._say(tr("choose a wave"))
            self.call_after_refresh(self.action_wave)

    def _say(self, text: str) -> None:
        self.query_one("#trend").border_subtitle = Content(text)

    def _follow(self) -> None:
        self._say(self.hint("counting … · {close} leaves"))
        count = partial(trend, self._survey, self._view, self._wave)
        self.work_in_thread(count, partial(self.counted, self._wave))

    def counted(self, wave: str, found: Trend | CxtuiError) -> None:
        """Show the trend over a wave, or why there is none; drop it if another wave was chosen.

        The Total and the latest wave come into sight.
        """
        if wave != self._wave or isinstance(found, Cancelled) or not self.display:
            return
        self._layout = None
        if isinstance(found, CxtuiError):
            self._trend, self._reason = None, str(found)
            self._say(self.hint("{wave} another wave · {close} leaves"))
        else:
            self._trend, self._reason = found, ""
            self._group, self._until = 0, len(found.waves) - 1
        self.divide()

    def on_resize(self) -> None:
        """Lay out for the new size."""
        self.call_after_refresh(self.divide)

    @on(DrawnList.Chosen)
    def divide(self) -> None:
        """Divide the height among the rows and the detail of one, and paint."""
        if not self.display:  # a count may come back, and a frame end, while the screen closes
            return
        rows, found, size = self.listing, self._trend, self.query_one("#trend").content_size
        if not size.height:  # too small for anything, for now: the cursor stays
            return
        if found is None:
            rows.styles.height = 0
        else:
            layout = self._layout = lay_out(found, size.width, self._group, self._until)
            detail = max(_DETAIL, size.height * 3 // 5) if self._charted else _DETAIL
            room = size.height - len(self._head_lines()) - 1 - detail
            fewest = 1 if self._charted else _FEWEST_ROWS
            rows.styles.height = max(min(len(found.rows), room), fewest)
            self._say(self._hints(found, layout))
        rows.fill(found.rows if found else ())
        for one in self.query(Paragraph):
            one.paint()

    def _hints(self, found: Trend, layout: Layout) -> str:
        """Return what is out of sight, and the keys."""
        hints = [self.hint(_KEYS)]
        if len(layout.waves) < len(found.waves):
            hints.insert(0, tr("wave {} of {}", _span(layout.waves), len(found.waves)))
        if len(layout.groups) < len(found.groups):
            hints.insert(0, tr("role {} of {}", _span(layout.groups), len(found.groups)))
        return " · ".join(hints)

    # Lines

    def _head_lines(self, *_: int) -> list[Text]:
        """Return what the values are, roles, waves and bases: in sight while the rows scroll."""
        found, layout = self._trend, self._layout
        if found is None or layout is None:
            return []
        lines = header_lines(found, layout, self._group)
        has_room = self.query_one("#trend").content_size.height >= _WITH_STATE
        return [Text(found.state, DIM), *lines] if has_room else lines

    def _row_line(self, row: TrendRow, *_: int) -> Text:
        found, layout = self._trend, self._layout
        return row_line(found, row, layout) if found and layout else Text("")

    def _foot_lines(self, width: int, height: int) -> list[Text]:
        """Return the changes of one row in one role in full, or its chart, then the notes."""
        found, layout, row = self._trend, self._layout, self.listing.entry
        if found is None or layout is None:
            lines = [Text(""), Text(self._reason, DIM), Text("")]
        elif self._charted and row:
            return trend_chart(found, row, width, height)
        else:
            details = detail_lines(found, row, self._group, layout) if row else []
            others = other_lines(found, row, self._group, layout) if row else []
            lines = [Text(""), *(Text(one, "" if at else BOLD) for at, one in enumerate(details))]
            notes = (*mark_notes(found), *sentences_of(found.notes))
            lines += [*(Text(note, DIM) for note in notes), Text(""), *map(Text, others)]
        console = self.app.console
        folded = [part for line in lines for part in (line.wrap(console, width) or [line])]
        return folded[: max(height, 0)]

    # Keys

    def action_leave(self) -> None:
        """Close, and answer the variable that was the wave."""
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
            self._say(said)

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
        self.app.push_screen(Pick(tr("Wave"), candidates, self._wave), self._take_wave)

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
        found, layout = self._trend, self._layout
        if found is None or layout is None:
            return
        waves = layout.waves
        if (by > 0 and waves[-1] < len(found.waves) - 1) or (by < 0 and waves[0] > 0):
            self._until = waves[-1] + by
        else:
            self._group = max(0, min(self._group + by, len(found.groups) - 1))
        self.divide()


def _span(positions: Sequence[int]) -> str:
    first, last = positions[0] + 1, positions[-1] + 1
    return str(first) if first == last else f"{first}–{last}"
