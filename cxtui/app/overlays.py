"""What opens over the panes, and the view that comes of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from textual import events
from textual.screen import Screen, SystemModalScreen
from textual.widgets import Input

from cxtui.analysis.view.view import Correction, Family, Measure, View
from cxtui.app.keys.commands import ROLES, TABLE
from cxtui.app.keys.keymap import Keymap
from cxtui.app.panes.status_lines import Status
from cxtui.app.panes.table_pane import Comparison
from cxtui.app.terminal.frame_diff import DrawnApp
from cxtui.output.replay import Opened
from cxtui.sources.wave_files import Location
from cxtui.survey.conditions import Condition
from cxtui.survey.model import Kind, Net, Question, Survey

if TYPE_CHECKING:
    from cxtui.analysis.tables.many_tables import Named
    from cxtui.analysis.tables.table import Table
    from cxtui.session.answers import Answers


T = TypeVar("T")


class Overlays(DrawnApp):
    """The screens of an explorer: each asks something of the view that it stands at."""

    survey: Survey | None = None
    answers: Answers | None = None
    location: Location = ""
    keymap = Keymap()
    _wave = ""

    @property
    def opened(self) -> Opened:
        """How command lines name the survey."""
        raise NotImplementedError

    @property
    def view(self) -> View | None:
        """The view we stand at, `None` while the survey is being read."""
        raise NotImplementedError

    def go(self, view: View) -> None:
        """Take the next step."""
        raise NotImplementedError

    def finished(self) -> Table | None:
        """Return the table of the view we stand at, once its tests have been made."""
        raise NotImplementedError

    def pane_id(self) -> str:
        """Return the id of the pane that has the focus."""
        raise NotImplementedError

    def say(self, text: str) -> None:
        """Show what happened in the status line."""
        self.query_one(Status).say(text)

    # The survey may be read again while a screen asks something about it.

    _asked_of: Survey | None = None

    def ask(self, screen: Screen[T], take: Callable[[T | None], object]) -> None:
        """Open a screen over the panes, and take its answer as one about the survey of now."""
        asked_of = self.survey

        def taken(answer: T | None) -> None:
            self._asked_of = asked_of
            try:
                take(answer)
            finally:
                self._asked_of = None

        self.push_screen(screen, taken)

    def of_now(self, view: View) -> View:
        """Return a view that was just asked for, as far as the survey still has what it names."""
        before, after = self._asked_of, self.survey
        if before is None or after is None or before is after:
            return view
        from cxtui.analysis.view.refit import carried
        from cxtui.analysis.view.view_options import default_view

        return carried(view, before, after, default_view(after)).view

    def action_banner(self) -> None:
        """Choose whom to compare."""
        from cxtui.app.screens.select.banner_screen import BuildBanner

        if self.view is not None and self.survey is not None:
            screen = BuildBanner(self.survey.codebook, self.view.banner)
            self.ask(screen, self._compare_by)

    def _compare_by(self, banner: tuple[tuple[str, ...], ...] | None) -> None:
        if banner is not None and self.view is not None:
            self.go(replace(self.view, banner=banner))

    def action_nets(self) -> None:
        """Count answers together."""
        from cxtui.analysis.view.typed_nets import why_no_nets
        from cxtui.app.screens.select.net_screen import Nets

        if self.view is None or self.survey is None:
            return
        question = self.survey.codebook.find(self.view.question)
        if question is None or (why := why_no_nets(question)):
            self.say(why if question else "there is no question to count answers of")
            return
        self.ask(Nets(self.survey, question, self.view), self._count_together)

    def _count_together(self, nets: tuple[Net, ...] | None) -> None:
        if nets is not None and self.view is not None:
            # A mean has one row: the nets would not be seen.
            show = None if self.view.show is Measure.MEAN else self.view.show
            self.go(replace(self.view, nets=nets, show=show))

    def action_filter(self) -> None:
        """Choose who is kept."""
        from cxtui.app.screens.select.filter_screen import Filters

        if self.view is not None and self.survey is not None:
            self.ask(Filters(self.survey, self.view.filters), self._keep)

    def _keep(self, filters: tuple[Condition, ...] | None) -> None:
        if filters is not None and self.view is not None and self.survey is not None:
            self.go(self.view.with_filters(filters, self.survey.codebook.wave))

    def action_switch(self) -> None:
        """Switch the role under the cursor off, or on again."""
        raise NotImplementedError

    def action_export(self) -> None:
        """Write the table on the screen to a file."""
        self._export(first=0)

    def action_export_all(self) -> None:
        """Write the tables of all questions to a file."""
        self._export(first=1)

    def _export(self, first: int) -> None:
        from cxtui.app.screens.take_out.export_choices import of_all, of_saved, of_table
        from cxtui.app.screens.take_out.export_screen import Export

        table, saved = self.finished(), self.saved_views()
        if table is None or self.survey is None or self.view is None or self.answers is None:
            self.say("there is no table to export yet")
            return
        cache = self.answers.cache
        choices = [
            of_table(table, self.opened, charted=self.query_one(Comparison).charted),
            of_all(self.survey, self.view, self.opened, cache),
            *([of_saved(self.survey, saved, self.opened, cache)] if saved else []),
        ]
        self.push_screen(Export(choices, self.location, first=first), self._exported)

    def saved_views(self) -> Sequence[Named]:
        """Return the views that were saved of this survey, each under its name."""
        raise NotImplementedError

    def _exported(self, said: str | None) -> None:
        if said:
            self.say(said)

    def action_inspect(self) -> None:
        """Show everything behind a cell."""
        from cxtui.app.screens.results.inspect_screen import Inspect

        table, cell = self.finished(), self.query_one(Comparison).cell
        if table is None or cell is None:
            self.say("there is no cell to inspect yet")
            return
        self.push_screen(Inspect(table, *cell))

    def action_open(self) -> None:
        """Open what the table only sums up: open answers, the item of a grid, a cell."""
        if self.view is None or self.survey is None:
            return
        question = self.survey.codebook.find(self.view.question)
        pane = self.pane_id()
        if pane == ROLES:
            self.action_switch()
            return
        if question is None:
            return
        if question.kind is Kind.TEXT or (pane == TABLE and self._on_others(question)):
            from cxtui.app.screens.results.open_answers_screen import OpenAnswers

            self.push_screen(OpenAnswers(self.survey, self.view))
        elif pane != TABLE:
            self.query_one(Comparison).focus()
        elif question.kind is Kind.GRID:
            self._open_item(question)
        else:
            self.action_inspect()

    def _on_others(self, question: Question) -> bool:
        """Whether the cursor stands on the answers that no category of a list has."""
        table, cell = self.finished(), self.query_one(Comparison).cell
        if table is None or cell is None or not question.others:
            return False
        return table.rows[cell[0]].code == question.others

    def _open_item(self, grid: Question) -> None:
        """Open the item of a grid that the cursor stands on."""
        table, cell = self.finished(), self.query_one(Comparison).cell
        if table is None or cell is None:
            self.say("there is no item to open yet")
            return
        self._open_question(f"{grid.id}.{table.rows[cell[0]].code}")

    def action_correction(self) -> None:
        """Choose the correction and the level of the tests."""
        from cxtui.app.screens.select.correction_screen import PickCorrection

        if self.view is not None:
            pick = PickCorrection(self.view.correction, self.view.family, self.view.level)
            self.ask(pick, self._be_strict)

    def _be_strict(self, chosen: tuple[Correction, Family, float] | None) -> None:
        if chosen is not None and self.view is not None:
            correction, family, level = chosen
            self.go(replace(self.view, correction=correction, family=family, level=level))

    def action_gaps(self) -> None:
        """Rank all answers by how far the two columns differ."""
        if self.view is None or self.survey is None or self.answers is None:
            return
        from cxtui.app.screens.results.ranking_screen import Gaps

        ranking = Gaps(self.survey, self.answers.cache, self.view, self.opened)
        self.ask(ranking, self._open_question)

    def _open_question(self, question: str | None) -> None:
        if question is not None and self.view is not None:
            self.go(self.view.with_question(question))

    def action_trend(self) -> None:
        """Follow the question over the waves."""
        if self.view is None or self.survey is None:
            return
        from cxtui.app.screens.results.trend_screen import Trends

        wave = self._wave or self.survey.codebook.wave
        if wave == self.view.question:
            wave = ""
        self.ask(Trends(self.survey, self.view, wave, self.opened), self._remember_wave)

    def _remember_wave(self, wave: str | None) -> None:
        self._wave = wave or self._wave

    async def on_event(self, event: events.Event) -> None:
        """Let the key for help list those of a screen over the panes, unless it is typed there."""
        if isinstance(event, events.Key) and event.key in self.keymap["help"].keys:
            over = len(self.screen_stack) > 1 and not isinstance(self.focused, Input)
            if over and not event.is_forwarded and not isinstance(self.screen, SystemModalScreen):
                self.action_help()
                return
        await super().on_event(event)

    def action_command_palette(self) -> None:
        """Find a command by its name."""
        from cxtui.app.screens.base.palette import PALETTE, Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(id=PALETTE))

    def action_help(self) -> None:
        """List the keys that work here first."""
        from cxtui.app.screens.base.overlay import Overlay
        from cxtui.app.screens.help_screen import Help, keys_of_pane, keys_of_screen

        if isinstance(self.screen, Help):
            self.pop_screen()
        elif isinstance(self.screen, Overlay):
            self.push_screen(Help(keys_of_screen(self.screen)))
        else:
            self.push_screen(Help(keys_of_pane(self.pane_id(), self.keymap.commands)))
