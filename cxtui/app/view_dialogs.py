"""The screens that change a part of the view, or read another sheet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from textual.screen import Screen

from cxtui.analysis.view.view_choices import Correction, Family, Measure
from cxtui.app.panes.table_pane import Comparison
from cxtui.errors import CxtuiError
from cxtui.messages import tr
from cxtui.text import clean

if TYPE_CHECKING:
    from cxtui.analysis.tables.compare_views import ColumnDifference
    from cxtui.analysis.tables.table import Table
    from cxtui.analysis.view.view import View
    from cxtui.app.explorer import Explorer
    from cxtui.app.screens.results.ranking_screen import RankingLeft, RankingPlace
    from cxtui.session.survey_reading import Ready
    from cxtui.survey.conditions import Condition
    from cxtui.survey.derive.derivation import Derivation
    from cxtui.survey.model import Survey
    from cxtui.survey.question import Net

T = TypeVar("T")

_MOST_LINES = 100
"""View lines that can be recalled while another is typed."""


class ViewDialogs:
    """Opens the screens of an explorer that change a part of the view."""

    def __init__(self, app: Explorer) -> None:
        self._app = app
        self._lines: tuple[str, ...] = ()
        self._wave = ""
        self._ranked: Survey | None = None
        self._place: RankingPlace | None = None
        self._from_ranking = ""
        """The question that was opened from the ranking last."""

    @property
    def _ready(self) -> Ready | None:
        return self._app.session.ready

    def _ask(self, screen: Screen[T | None], change: Callable[[View, T], View]) -> None:
        """Open a screen; its answer changes the view that is current then.

        The survey may be read again meanwhile: the answer is about the one before.
        """
        asked_of = self._app.session.survey

        def take(answer: T | None) -> None:
            view = self._app.session.view
            if answer is not None and view is not None:
                self._app.go(change(view, answer), asked_of)

        self._app.push_screen(screen, take)

    def sheet(self) -> None:
        """Choose another sheet of the workbook, and read it."""
        session = self._app.session
        sheets = session.survey.sheets if session.survey else ()
        if not sheets:
            self._app.say(tr("the file has one sheet"))
            return

        from cxtui.app.screens.base.pick_line import PickLine

        def take(place: int | None) -> None:
            if place:
                session.read_sheet(sheets[place])

        self._app.push_screen(PickLine(tr("Sheet"), list(map(clean, sheets))), take)

    def banner(self) -> None:
        """Choose the banner."""
        from cxtui.app.screens.select.banner_screen import BannerChoice, BuildBanner

        if (ready := self._ready) is not None:

            def change(view: View, chosen: BannerChoice) -> View:
                return replace(view, banner=chosen.sides, derive=(*view.derive, *chosen.derive))

            self._ask(BuildBanner(ready.survey, ready.view.banner, ready.view.filters), change)

    def nets(self) -> None:
        """Count answers together."""
        from cxtui.analysis.view.typed_nets import why_no_nets
        from cxtui.app.screens.select.net_screen import Nets

        if (ready := self._ready) is None:
            return
        question = ready.survey.codebook.find(ready.view.question)
        if question is None or (why := why_no_nets(question)):
            self._app.say(why if question else tr("there is no question to count answers of"))
            return

        def change(view: View, nets: tuple[Net, ...]) -> View:
            # A mean has one row: the nets would not be seen.
            is_mean = view.show is Measure.MEAN
            return replace(view, nets=nets, show=None if is_mean else view.show)

        self._ask(Nets(ready.survey, question, ready.view), change)

    def derive(self) -> None:
        """Make a question of the present one, and show it."""
        from cxtui.analysis.derive.derive_draft import draft_of
        from cxtui.app.screens.select.derive_screen import NewQuestion
        from cxtui.survey.derive.derivation_text import derivation_line

        if (ready := self._ready) is None:
            return
        question = ready.survey.codebook.find(ready.view.question)
        draft = draft_of(ready.survey.codebook, question) if question else ""
        if isinstance(draft, str):
            self._app.say(draft or tr("there is no question to make one of"))
            return

        def change(view: View, made: Derivation) -> View:
            lines = (*view.derive, derivation_line(made))
            return replace(view.with_question(made.id), derive=lines)

        self._ask(NewQuestion(ready.survey, draft, ready.view.filters), change)

    def filter(self) -> None:
        """Choose which respondents are kept."""
        from cxtui.app.screens.select.filter_screen import Filters

        if (ready := self._ready) is not None:

            def change(view: View, filters: tuple[Condition, ...]) -> View:
                survey = self._app.session.survey or ready.survey
                return view.with_filters(filters, survey.codebook.wave)

            self._ask(Filters(ready.survey, ready.view.filters), change)

    def correction(self) -> None:
        """Choose the correction and the level of the tests."""
        from cxtui.app.screens.select.correction_screen import PickCorrection

        def change(view: View, chosen: tuple[Correction, Family, float]) -> View:
            correction, family, level = chosen
            return replace(view, correction=correction, family=family, level=level)

        if (view := self._app.session.view) is not None:
            self._ask(PickCorrection(view.correction, view.family, view.level), change)

    def view_line(self) -> None:
        """Edit the view as text."""
        from cxtui.app.screens.take_out.view_line import ViewLine

        def change(_: View, typed: tuple[str, View]) -> View:
            line, view = typed
            before = [one for one in self._lines if one != line]
            self._lines = (*before[1 - _MOST_LINES :], line)
            return view

        session = self._app.session
        if session.ready is not None and (view := session.fitted_view) is not None:
            self._ask(ViewLine(session.ready.read, view, self._lines), change)

    def saved_views(self) -> None:
        """List the saved views, to go to one."""
        from cxtui.app.screens.take_out.saved_views_screen import SavedViews
        from cxtui.session.saved_view_store import Store, name_for

        session = self._app.session
        if (ready := session.ready) is None or (view := session.fitted_view) is None:
            return
        proposal, store = name_for(ready.survey, view), Store(session.start.files)
        asked_of = ready.survey

        def take(chosen: View | None) -> None:
            if chosen is not None:
                self._app.movement.forget_count()
                session.go_to_saved(chosen, asked_of)

        self._app.push_screen(SavedViews(ready.read, view, proposal, store), take)

    def compare(self) -> None:
        """Choose a saved view, and show it beside this one, with the differences."""
        from cxtui.app.screens.base.pick_line import PickLine

        session, first = self._app.session, self._app.query_one(Comparison).table
        if (ready := session.ready) is None or first is None:
            self._app.say(tr("there is no table to compare yet"))
            return
        saved = session.saved_views()
        if not saved:
            self._app.say(tr("no view is saved: {} saves one", self._app.keymap["saved"].sign))
            return

        def take(place: int | None) -> None:
            if place is not None:
                work = partial(self._compare_in_thread, ready, first, *saved[place])
                self._app.run_worker(work, thread=True)

        names = [clean(name) for name, _ in saved]
        self._app.push_screen(PickLine(tr("This view beside"), names), take)

    def _compare_in_thread(self, ready: Ready, first: Table, name: str, view: View) -> None:
        from cxtui.analysis.tables.compare_views import compare_tables, table_beside

        try:
            first, second = table_beside(ready.survey, first, view, ready.answers.cache)
            compared = compare_tables(first, second)
        except CxtuiError as error:
            self._app.call_from_thread(self._app.say, str(error))
        else:
            self._app.call_from_thread(self._show_compared, (first, second), name, compared)

    def _show_compared(
        self, tables: tuple[Table, Table], name: str, compared: Sequence[ColumnDifference]
    ) -> None:
        from cxtui.app.screens.results.compare_screen import CompareViews

        self._app.push_screen(CompareViews(tables, clean(name), compared))

    def gaps(self) -> None:
        """Rank the questions by how far groups differ, to go to one; at the place it was left."""
        from cxtui.app.screens.results.ranking_screen import Gaps

        if (ready := self._ready) is None:
            return
        survey = ready.survey
        opened = self._app.session.start.opened
        place = self._place if self._ranked is survey else None
        screen = Gaps(survey, ready.answers.cache, ready.view, opened, place)

        def take(left: RankingLeft | None) -> None:
            self._ranked, self._from_ranking = survey, ""
            self._place = left.place if left else None
            view = self._app.session.view
            if left is None or not left.question or view is None:
                return
            self._from_ranking = left.question
            self._app.go(view.with_question(left.question), survey)

        self._app.push_screen(screen, take)

    def back_to_gaps(self) -> bool:
        """Open the ranking again if the question on the screen was opened from it."""
        view = self._app.session.view
        if view is None or not self._from_ranking or view.question != self._from_ranking:
            return False
        self.gaps()
        return True

    def trend(self) -> None:
        """Follow the question over the waves."""
        from cxtui.app.screens.results.trend_screen import Trends

        def remember(wave: str | None) -> None:
            self._wave = wave or self._wave

        if (ready := self._ready) is not None:
            wave = self._wave or ready.survey.codebook.wave
            if wave == ready.view.question:
                wave = ""
            opened = self._app.session.start.opened
            self._app.push_screen(Trends(ready.survey, ready.view, wave, opened), remember)
