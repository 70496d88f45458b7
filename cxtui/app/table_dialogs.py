"""The screens about the table or a cell of it: details, answers, copies, exports, weights."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from cxtui.app.keys.commands import ROLES, TABLE
from cxtui.app.panes.table_pane import Comparison
from cxtui.app.refusals import shows_respondents
from cxtui.errors import CxtuiError
from cxtui.messages import tr, tr_count
from cxtui.survey.kind import Kind

if TYPE_CHECKING:
    from pathlib import Path

    from cxtui.analysis.view.view import View
    from cxtui.app.explorer import Explorer
    from cxtui.app.screens.take_out.copy_screen import CopyText
    from cxtui.app.screens.take_out.export_choices import Choice
    from cxtui.app.screens.weighting.weight_screen import Left
    from cxtui.output.replay import Opened
    from cxtui.survey.conditions import Filter
    from cxtui.survey.model import Survey
    from cxtui.survey.question import Question
    from cxtui.work.weighting.targets_draft import TargetsDraft


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
            *([of_saved(ready.read, saved, opened, cache)] if saved else []),
            *self._planned(ready.read, opened),
        ]
        self._app.push_screen(Export(choices, session.start.files, first=first), self._exported)

    def _planned(self, survey: Survey, opened: Opened) -> list[Choice]:
        """Return the tab plan beside the survey as something to export, unless it is wrong."""
        from cxtui.app.screens.take_out.export_choices import of_plan
        from cxtui.work.plan.plan_file import load_plan, plan_beside

        path = plan_beside(opened.files)
        try:
            plan = load_plan(path) if path else None
            return [of_plan(survey, plan, path, opened)] if path and plan else []
        except CxtuiError as error:
            self._app.say(str(error))
            return []

    def _exported(self, said: str | None) -> None:
        if said:
            self._app.say(said)

    def plan(self) -> None:
        """Add the view to the tab plan beside the survey, or take it out."""
        from cxtui.work.plan.plan_file import plan_beside

        session = self._app.session
        ready, view = session.ready, session.fitted_view
        path = plan_beside(session.start.opened.files)
        if ready is None or view is None:
            self._app.say(tr("there is no view to plan yet"))
        elif path is None:
            self._app.say(tr("a plan goes beside the one file of a survey"))
        else:
            work = partial(self._plan_in_thread, path, ready.survey, view)
            self._app.run_worker(work, thread=True)

    def _plan_in_thread(self, path: Path, survey: Survey, view: View) -> None:
        from cxtui.work.plan.plan_file import toggle_view

        key = self._app.keymap["plan"].sign
        try:
            done = toggle_view(path, survey, view)
        except CxtuiError as error:
            said = str(error)
        else:
            tables = tr_count(done.tables, "{:,} table", "{:,} tables")
            message = "{}: {} · {} again takes it out"
            if not done.is_added:
                message = "{}: {} without this one · {} adds it again"
            said = tr(message, done.path.name, tables, key)
        self._app.call_from_thread(self._app.say, said)

    def weigh(self) -> None:
        """Weight the survey to targets; what was typed is there when the screen opens again."""
        from cxtui.app.screens.take_out.export_choices import stem_of
        from cxtui.app.screens.weighting.weight_screen import Weigh

        if (ready := self._app.session.ready) is None:
            self._app.say(tr("the survey is not open yet"))
            return
        if not shows_respondents(self._app, "the weighting of respondents"):
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
        from cxtui.app.terminal.copying import copy_from

        try:
            way = copy_from(self._app, copied.text, copied.ending)
        except CxtuiError as error:
            said = str(error)
        else:
            said = tr("copied {}: {}", way, copied.what)
        self._app.call_from_thread(self._app.say, said)

    def mark(self) -> None:
        """Mark the answer under the cursor, or remove its mark."""
        marked, key = self._app.query_one(Comparison).mark(), self._app.keymap["merge"].sign
        if marked is None:
            self._app.say(tr("only answers and nets can be marked"))
        else:
            message = "{1:,} answer marked: {2} merges it with the one under the cursor"
            more = "{1:,} answers marked: {2} merges them"
            self._app.say(tr_count(marked, message, more, marked, key) if marked else "")

    def merge(self) -> None:
        """Merge the marked answers and the one under the cursor; ask for the label."""
        from cxtui.app.screens.base.ask_line import AskLine
        from cxtui.app.screens.select.merge_draft import MergeDraft, merge_draft

        session = self._app.session
        ready, table = session.ready, session.finished()
        if ready is None or table is None:
            self._app.say(tr("there is no table to merge answers of yet"))
            return
        rows = self._app.query_one(Comparison).chosen_rows
        draft = merge_draft(ready.survey, table, rows)
        if not isinstance(draft, MergeDraft):
            key = self._app.keymap["switch"].sign
            self._app.say(draft or tr("{} marks an answer to be merged", key))
            return

        def take(label: str | None) -> None:
            if label is not None and (view := session.view) is not None:
                self._app.go(draft.view_of(view, label), ready.survey)

        title = tr("Merge {}", ", ".join(draft.labels))
        self._app.push_screen(AskLine(title, draft.label), take)

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

    def notes(self) -> None:
        """Show all notes on the table."""
        from cxtui.app.screens.results.inspect_screen import Inspect
        from cxtui.output.drawing.cell_details import section_of_notes

        if (table := self._app.session.finished()) is None:
            self._app.say(tr("there is no table yet"))
        else:
            self._app.push_screen(Inspect(tr("Notes"), [section_of_notes(table)]))

    def respondents(self) -> None:
        """List the respondents of a cell; they may become the filter."""
        ready, table, cell = self._app.session.ready, self._app.session.finished(), self._cell
        if ready is None or table is None or cell is None:
            self._app.say(tr("there is no cell with respondents yet"))
            return
        if ready.survey.is_remote:
            self._app.say(tr("only counts come from a server, no respondents"))
            return
        if not shows_respondents(self._app, "a list of respondents"):
            return
        from cxtui.app.screens.results.respondents_screen import CellRespondents

        def take(filters: tuple[Filter, ...] | None) -> None:
            view = self._app.session.view
            if filters and view is not None:
                kept = view.with_filters((*view.filters, *filters), ready.survey.codebook.wave)
                self._app.go(kept, ready.survey)

        code = self._app.codebook_dialogs.code
        self._app.push_screen(CellRespondents(ready.survey, table, *cell, code), take)

    def checks(self) -> None:
        """List the checks of the survey; flags become questions, respondents the filter."""
        from cxtui.app.screens.results.checks_screen import CheckSurvey, KeptAlone

        session = self._app.session
        if (ready := session.ready) is None:
            self._app.say(tr("the survey is not open yet"))
            return

        def derive(lines: tuple[str, ...]) -> None:
            if (view := session.view) is not None:
                added = tuple(dict.fromkeys((*view.derive, *lines)))
                self._app.go(replace(view, derive=added), ready.survey)

        def take(kept: KeptAlone | None) -> None:
            if kept is not None and (view := session.view) is not None:
                added = tuple(dict.fromkeys((*view.derive, *kept.lines)))
                filters = (*view.filters, *kept.filters)
                alone = view.with_filters(filters, ready.survey.codebook.wave)
                self._app.go(replace(alone, derive=added), ready.survey)

        code = self._app.codebook_dialogs.code
        self._app.push_screen(CheckSurvey(ready.survey, derive, code), take)

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
            if not shows_respondents(self._app, "a list of open answers"):
                return
            from cxtui.app.screens.results.open_answers_screen import OpenAnswers

            code = self._app.codebook_dialogs.code
            self._app.push_screen(OpenAnswers(ready.survey, ready.view, code))
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
