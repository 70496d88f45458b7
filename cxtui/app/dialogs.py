"""The screens over the panes that commands open, and what their answers do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from textual.screen import Screen

from cxtui.analysis.view.view import Correction, Family, Measure, View
from cxtui.app.keys.commands import ROLES, TABLE
from cxtui.app.panes.table_pane import Comparison
from cxtui.app.terminal.textual_internals import driver_of
from cxtui.errors import CxtuiError
from cxtui.messages import tr
from cxtui.survey.conditions import Condition
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.question import Kind, Net, Question
from cxtui.text import clean

if TYPE_CHECKING:
    from cxtui.app.explorer import Explorer
    from cxtui.app.screens.results.ranking_screen import RankingLeft, RankingPlace
    from cxtui.app.screens.take_out.copy_screen import CopyText
    from cxtui.app.screens.weighting.weight_screen import Left
    from cxtui.session.codebook_draft import DraftCodebook
    from cxtui.session.survey_reading import Ready
    from cxtui.work.weighting.targets_draft import TargetsDraft

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
            self._app.say(tr("there is one sheet"))
            return

        from cxtui.app.screens.base.pick_line import PickLine

        def take(place: int | None) -> None:
            if place:
                session.read_sheet(sheets[place])

        self._app.push_screen(PickLine(tr("Sheet"), list(map(clean, sheets))), take)

    def banner(self) -> None:
        """Choose the banner."""
        from cxtui.app.screens.select.banner_screen import BuildBanner

        if (ready := self._ready) is not None:
            screen = BuildBanner(ready.survey.codebook, ready.view.banner)
            self._ask(screen, lambda view, banner: replace(view, banner=banner))

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
            return replace(view, nets=nets, show=None if view.show is Measure.MEAN else view.show)

        self._ask(Nets(ready.survey, question, ready.view), change)

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
        if session.survey is not None and (view := session.fitted_view) is not None:
            self._ask(ViewLine(session.survey, view, self._lines), change)

    def saved_views(self) -> None:
        """List the saved views, to go to one."""
        from cxtui.app.screens.take_out.saved_views_screen import SavedViews
        from cxtui.session.saved_view_store import Store, name_for

        session = self._app.session
        if session.survey is None or (view := session.fitted_view) is None:
            return
        proposal, store = name_for(session.survey, view), Store(session.start.files)
        screen = SavedViews(session.survey, view, proposal, store)
        self._ask(screen, lambda _, chosen: chosen)

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


class TableDialogs:
    """Opens the screens of an explorer that show, copy or write its table, or weight its survey."""

    def __init__(self, app: Explorer) -> None:
        self._app = app
        self._targets: TargetsDraft | None = None

    @property
    def _cell(self) -> tuple[int, int] | None:
        return self._app.query_one(Comparison).cell

    def export(self, *, first: int = 0) -> None:
        """Write the table to a file, or with `first` 1 the tables of all questions."""
        from cxtui.app.screens.take_out.export_choices import of_all, of_saved, of_table
        from cxtui.app.screens.take_out.export_screen import Export

        session = self._app.session
        table, ready, saved = session.finished(), session.ready, session.saved_views()
        if table is None or ready is None:
            self._app.say(tr("there is no table to export yet"))
            return
        opened, cache = session.start.opened, ready.answers.cache
        charted = self._app.query_one(Comparison).charted
        choices = [
            of_table(table, opened, charted=charted),
            of_all(ready.survey, ready.view, opened, cache),
            *([of_saved(ready.survey, saved, opened, cache)] if saved else []),
        ]
        self._app.push_screen(Export(choices, session.start.files, first=first), self._exported)

    def _exported(self, said: str | None) -> None:
        if said:
            self._app.say(said)

    def weigh(self) -> None:
        """Weight the survey to targets; what was typed is there when the screen opens again."""
        from cxtui.app.screens.take_out.export_choices import stem_of
        from cxtui.app.screens.weighting.weight_screen import Weigh

        if (ready := self._app.session.ready) is None:
            self._app.say(tr("the survey is not open yet"))
            return
        stem = stem_of(self._app.session.start.opened, "").rstrip("-")
        self._app.push_screen(Weigh(ready.survey, stem, self._targets), self._weighed)

    def _weighed(self, left: Left | None) -> None:
        if left is not None:
            self._targets = left.draft
            self._exported(left.said)

    def copy(self) -> None:
        """Copy the table, a cell or the command line."""
        from cxtui.app.screens.take_out.copy_screen import Copy, copies_of

        session = self._app.session
        if (table := session.finished()) is None:
            self._app.say(tr("there is no table to copy yet"))
            return
        cell = self._cell if self._app.movement.pane_id == TABLE else None
        copies = copies_of(table, cell, session.start.opened.table(table.view))
        self._app.push_screen(Copy(copies), self._copy)

    def _copy(self, copied: CopyText | None) -> None:
        if copied is not None:  # in a thread: tmux may keep us waiting
            self._app.run_worker(partial(self._copy_in_thread, copied), thread=True)

    def _copy_in_thread(self, copied: CopyText) -> None:
        from cxtui.app.terminal.clipboard import copy

        try:
            way = copy(copied.text, copied.ending, self._send)
        except CxtuiError as error:
            said = str(error)
        else:
            said = tr("copied {}: {}", way, copied.what)
        self._app.call_from_thread(self._app.say, said)

    def _send(self, code: str) -> None:
        """Write to the terminal beside the screen."""
        if driver := driver_of(self._app):
            self._app.call_from_thread(driver.write, code)

    def inspect(self) -> None:
        """Show everything behind a cell."""
        from cxtui.app.screens.results.inspect_screen import Inspect
        from cxtui.output.drawing.cell_details import sections_about

        table, cell = self._app.session.finished(), self._cell
        if table is None or cell is None:
            self._app.say(tr("there is no cell to inspect yet"))
        else:
            sections = sections_about(table, *cell)
            self._app.push_screen(Inspect(tr("Behind this cell"), sections))

    def open(self) -> None:
        """Open the detail behind the cursor: open answers, the item of a grid, a cell."""
        if (ready := self._app.session.ready) is None:
            return
        question = ready.survey.codebook.find(ready.view.question)
        pane = self._app.movement.pane_id
        if pane == ROLES:
            self._app.switch_role()
        elif question is None:
            return
        elif question.kind is Kind.TEXT or (pane == TABLE and self._is_on_others(question)):
            from cxtui.app.screens.results.open_answers_screen import OpenAnswers

            self._app.push_screen(OpenAnswers(ready.survey, ready.view))
        elif pane != TABLE:
            self._app.query_one(Comparison).focus()
        elif question.kind is Kind.GRID:
            self._open_item(question)
        else:
            self.inspect()

    def _is_on_others(self, question: Question) -> bool:
        """Whether the cursor is on the answers that no category of a list has."""
        table, cell = self._app.session.finished(), self._cell
        if table is None or cell is None or not question.others:
            return False
        return table.rows[cell[0]].code == question.others

    def _open_item(self, grid: Question) -> None:
        session, cell = self._app.session, self._cell
        table, survey = session.finished(), session.survey
        if table is None or cell is None or survey is None:
            self._app.say(tr("there is no item to open yet"))
        elif item := survey.codebook.find_item(grid.id, table.rows[cell[0]].code):
            self._app.go_to_question(item.id)


class CodebookDialogs:
    """Opens the screens of an explorer that edit the codebook, and saves it."""

    def __init__(self, app: Explorer) -> None:
        self._app = app

    def edit(self) -> None:
        """List what was detected, declared and excluded."""
        if (draft := self._app.session.draft()) is not None:
            self._edit(draft)

    def edit_question(self) -> None:
        """Edit the question on the screen."""
        view = self._app.session.view
        if (draft := self._app.session.draft()) is not None and view is not None:
            question = draft.now.find(view.question)
            self._edit(draft, question.declared_id if question else "")

    def _edit(self, draft: DraftCodebook, at: str = "", problem: str = "") -> None:
        from cxtui.app.screens.codebook.codebook_screen import EditCodebook

        self._app.push_screen(EditCodebook(draft, at, problem), partial(self._edited, draft))

    def _edited(self, draft: DraftCodebook, codebook: Codebook | None) -> None:
        if codebook is not None:
            self._app.say(tr("saving the codebook …"))
            self._app.session.save(draft)

    def save_elsewhere(self, draft: DraftCodebook, reason: str) -> None:
        """Ask for another place; no decision is lost."""
        from cxtui.app.screens.codebook.codebook_target import SaveElsewhere
        from cxtui.sources.codebook_location import user_codebook_path

        proposal = user_codebook_path(self._app.session.start.files)
        screen = SaveElsewhere(reason, proposal)
        self._app.push_screen(screen, partial(self._save_elsewhere, draft))

    def _save_elsewhere(self, draft: DraftCodebook, place: Path | None) -> None:
        if place is None:
            self._edit(draft, problem="not saved yet: {save} saves, {close} leaves")
        else:
            self._app.session.save(draft, place)
