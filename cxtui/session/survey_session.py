"""A visit to one survey, without a screen: its state, its operations and its events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cxtui.analysis.view.view import View, drop_unfit_measure
from cxtui.errors import CxtuiError
from cxtui.messages import tr
from cxtui.session import events
from cxtui.session.counting import Counting, Work
from cxtui.session.history import History
from cxtui.session.survey_reading import (
    Failed,
    FileWatch,
    Loading,
    Ready,
    State,
    SurveyReader,
    changes_since,
    fit_view,
)
from cxtui.session.view_changes import describe_change
from cxtui.session.view_steps import STEPS
from cxtui.text import SEPARATOR, clean

if TYPE_CHECKING:
    from cxtui.analysis.tables.many_tables import Named
    from cxtui.analysis.tables.table import Table
    from cxtui.output.files.survey_files import Saved
    from cxtui.session.answers import Answer
    from cxtui.session.codebook_draft import DraftCodebook
    from cxtui.session.start import Start
    from cxtui.survey.model import Survey


class Session:
    """Explores one survey; every event goes to `hear`, in the session's own thread.

    `painting` is how many seconds the tests of a table wait until `painted` says that its numbers
    are on a screen, 0 where there is none.
    """

    def __init__(
        self,
        start: Start,
        hear: Callable[[events.Event], object],
        work: Work,
        painting: float = 0.0,
    ) -> None:
        self.start = start
        self.state: State = Loading()
        self._hear = hear
        self._work = work
        self._counting = Counting(self._work, self._hear_count, painting)
        self._watch = FileWatch(start.files, self._work, self._looked)
        self._history: History | None = None
        self._reader = SurveyReader(self._work, self._was_read, self._not_read, hear, painting)
        self._is_saving = False
        self._tried = ""
        """The state of the files that could not be read the last time."""

    @property
    def ready(self) -> Ready | None:
        """The survey and its view, once it has been read."""
        return self.state if isinstance(self.state, Ready) else None

    @property
    def survey(self) -> Survey | None:
        """The survey, once it has been read."""
        return self.ready.survey if self.ready else None

    @property
    def view(self) -> View | None:
        """The current view, once the survey has been read."""
        return self.ready.view if self.ready else None

    @property
    def fitted_view(self) -> View | None:
        """The current view with any inapplicable measure dropped."""
        if (ready := self.ready) is None:
            return None
        question = ready.survey.codebook.find(ready.view.question)
        return drop_unfit_measure(question, ready.view) if question else ready.view

    @property
    def counting(self) -> View | None:
        """The view that is being counted."""
        return self._counting.view

    @property
    def is_reading(self) -> bool:
        """Whether the survey is being read, or its codebook saved and then read."""
        return self._reader.is_reading or self._is_saving

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing is being read, saved, looked at or counted."""
        is_busy = self.is_reading or self._watch.is_looking
        return not is_busy and self._counting.is_settled

    @property
    def answer(self) -> Answer | None:
        """The answer to the current view, once it has come with its tests."""
        answer = self._counting.latest
        is_current = answer is not None and answer.view == self.view and not self.counting
        return answer if is_current else None

    def finished(self) -> Table | None:
        """Return the table of the current view, once its tests have been made."""
        return self.answer.table if self.answer else None

    # The survey: read, read again, watched

    def open(self, after: str = "") -> None:
        """Read the survey; `after` says what happened, where it was read before."""
        self._reader.read(self.start, after)

    def reload(self) -> None:
        """Read the survey again; the view stays."""
        self.open(tr("read again"))

    def read_sheet(self, name: str) -> None:
        """Read another sheet of the workbook; the view stays as far as that sheet has it."""
        self._reader.read(replace(self.start, sheet=name), tr("read the sheet {}", clean(name)))

    def _not_read(self, reason: str) -> None:
        """Fail; a survey that was read before stays."""
        if self.ready:
            self._hear(events.ReloadingFailed(reason))
        else:
            self.state = Failed(reason)
            self._hear(events.OpeningFailed(reason))

    def _was_read(self, read: Ready, after: str) -> None:
        """Take the survey, and fit the views of a survey that was read before."""
        before = self.ready
        if before is not None and before.survey.sheets[:1] != read.survey.sheets[:1]:
            self.start = replace(self.start, sheet="".join(read.survey.sheets[:1]))
        self.start = replace(self.start, derive=())  # which every view has from now on
        if before is None or self._history is None:
            self._history = History(read.view)
            self.state = read
            self._hear(events.Opened(read.survey))
        else:
            news = (after, *changes_since(before, read))
            self._history.each(lambda view: fit_view(view, before.survey, read))
            read = replace(read, first=before.first, last=before.last).at(self._history.now)
            self.state = read
            self._hear(events.Opened(read.survey, before.survey, news))
        self._ask(is_step=False)

    def look_at_files(self) -> None:
        """See whether the files are still the ones that were read."""
        if self.ready is not None and not self._reader.is_reading:
            self._watch.look()

    def _looked(self, state: str, problem: str) -> None:
        """Tell what became of the files; where they are followed, read them once they rest."""
        ready = self.ready
        is_known = bool(state) and ready and state in {ready.files, self._tried}
        if self._reader.is_reading or is_known:
            return
        if self.start.follow and self._watch.is_at_rest and not problem:
            # What cannot be read is not tried again before it changes.
            self._tried = state
            self.reload()
        else:
            self._hear(events.FileChanged(problem))

    # The view, and its count

    def go(self, view: View, asked_of: Survey | None = None, place: str = "") -> None:
        """Take the next step; a view that was asked of a survey since read again is fitted.

        `place` is that of the view among those which the same key goes through.
        """
        if (ready := self.ready) is None or self._history is None:
            return
        if view.derive != ready.view.derive:
            self._work.start(partial(self._derive, view, asked_of, place))
        else:
            self._go(view, asked_of, place)

    def _derive(self, view: View, asked_of: Survey | None, place: str) -> None:
        """Derive the questions of a view, which may ask the engine, and go there."""
        try:
            if self.ready is not None:
                self.ready.at(view)
        except CxtuiError as error:
            self._work.later(partial(self._hear, events.Refused(str(error))))
        else:
            self._work.later(partial(self._go, view, asked_of, place))

    def _go(self, view: View, asked_of: Survey | None, place: str) -> None:
        if (ready := self.ready) is None or self._history is None:
            return
        view = fit_view(view, asked_of or ready.survey, ready)
        if view != ready.view:
            change = describe_change(ready.survey.codebook, ready.view, view)
            self._history.go(view)
            self._ask(is_step=True, said=SEPARATOR.join(filter(None, (change, place))))

    def step(self, name: str) -> bool:
        """Go to the next measure, sort, weight and so on; return whether there is one."""
        if (ready := self.ready) is None:
            return False
        step = STEPS[name](ready.survey, ready.view)
        if isinstance(step, str):
            self._hear(events.Refused(step))
            return False
        self.go(step.view, place=tr("{} of {}", step.place, step.of))
        return True

    def switch_role(self, code: str) -> None:
        """Exclude the respondents of a role, or include them again."""
        if (ready := self.ready) is not None:
            codebook = ready.survey.codebook
            self.go(ready.view.toggled(codebook.default_banner, code, codebook.wave))

    def undo(self) -> None:
        """Go back to the view before."""
        self._travel(History.undo, tr("nothing to undo"), is_undo=True)

    def redo(self) -> None:
        """Go forward to the view that was undone."""
        self._travel(History.redo, tr("nothing to redo"), is_undo=False)

    def _travel(self, step: Callable[[History], bool], otherwise: str, *, is_undo: bool) -> None:
        if self._history is None or (ready := self.ready) is None:
            return
        if not step(self._history):
            self._hear(events.Refused(otherwise))
            return
        now = self._history.now
        ends = (now, ready.view) if is_undo else (ready.view, now)
        change = describe_change(ready.survey.codebook, *ends) or now.question
        self._ask(is_step=False, said=tr("undone: {}" if is_undo else "redone: {}", change))

    def _ask(self, *, is_step: bool, said: str = "") -> None:
        """Move to the view of the history, and count it."""
        if (ready := self.ready) is None or self._history is None:
            return
        view = self._history.now
        self.state = now = ready.at(view)
        self._hear(events.Moved(view, is_step, is_counted=self.counting is None, said=said))
        self._counting.ask(view, now.answers)

    def _hear_count(self, event: events.Event) -> None:
        if isinstance(event, events.Settled):
            self._work.start(self._remember)
        self._hear(event)

    def _remember(self) -> None:
        """Keep for the next time what was read, now that its first table stands."""
        from cxtui.session.completion_cache import remember
        from cxtui.sources.cache.survey_cache import keep_openings

        keep_openings()
        if (ready := self.ready) is not None:
            remember(self.start.files, self.start.codebook, ready.read.codebook)

    def foresee(self, questions: Sequence[str]) -> None:
        """Count these questions in advance, so that a move to one shows its table at once."""
        if (view := self.view) is not None:
            self._counting.foresee([view.with_question(one) for one in questions])

    def cancel(self) -> None:
        """Stop the count that is under way; the view stays, without its table."""
        self._counting.cancel()

    def painted(self) -> None:
        """Take note that the numbers of the last answer are on the screen."""
        self._counting.painted()
        self._reader.painted()

    # The codebook

    def draft(self) -> DraftCodebook | None:
        """Return the codebook to edit, `None` where it may not be the one on the disk.

        Decisions about an older one would be written over what was saved last.
        """
        from cxtui.session.codebook_draft import DraftCodebook

        if (ready := self.ready) is None:
            why = tr("the survey is not open yet: its codebook comes with it")
        elif self.is_reading:
            why = tr("the survey is being read again: its codebook comes with it")
        else:
            return DraftCodebook(ready.survey, ready.read.codebook)
        self._hear(events.Refused(why))
        return None

    def save_derived(self) -> bool:
        """Write the derived questions of the view into the codebook; return whether there are any.

        The view stays.
        """
        draft = self.draft()
        if draft is not None and draft.now == draft.written:
            self._hear(events.Refused(tr("there is no new question to save")))
            draft = None
        if draft is not None:
            self.save(draft)
        return draft is not None

    def save(self, draft: DraftCodebook, elsewhere: Path | None = None) -> None:
        """Write a draft, and read the survey again with it; the view stays."""
        self._is_saving = True
        self._work.start(partial(self._save, draft, self.start, elsewhere))

    def _save(self, draft: DraftCodebook, start: Start, elsewhere: Path | None) -> None:
        from cxtui.session.codebook_draft import save_draft

        try:
            saved, is_named = save_draft(draft, start, elsewhere)
        except CxtuiError as error:
            self._work.later(partial(self._not_saved, draft, str(error)))
        else:
            self._work.later(partial(self._saved, saved, is_named=is_named))

    def _saved(self, saved: Saved, *, is_named: bool) -> None:
        self._is_saving = False
        from cxtui.session.codebook_draft import said_of

        if is_named:
            self.start = replace(self.start, codebook=str(saved.path))
        self.open(said_of(saved, is_named))

    def _not_saved(self, draft: DraftCodebook, reason: str) -> None:
        self._is_saving = False
        self._hear(events.SavingFailed(draft, reason))

    # Views that are kept

    @property
    def offered(self) -> View | None:
        """The last view of the visit before, as long as going back to it is offered."""
        ready = self.ready
        if ready is None or ready.view != ready.first or ready.last == ready.first:
            return None
        return None if self.start.fresh else ready.last

    def resume(self) -> None:
        """Go to the last view of the visit before."""
        if (ready := self.ready) is None or ready.last is None:
            self._hear(events.Refused(tr("this survey has not been looked at before")))
        else:
            self.go_to_saved(ready.last)

    def go_to_saved(self, view: View, asked_of: Survey | None = None) -> None:
        """Go to a view of another time; the derived questions that are there now stay."""
        if (now := self.view) is None:
            return
        if now.derive:
            from cxtui.analysis.derive.derived_lines import joined_lines

            view = replace(view, derive=joined_lines(now.derive, view.derive))
        self.go(view, asked_of)

    def keep_view(self) -> None:
        """Keep the view for the next visit, unless nothing was looked at in this one."""
        ready, view = self.ready, self.fitted_view
        if ready is None or view is None or (ready.view == ready.first and ready.last):
            return
        from cxtui.session.saved_view_store import keep_session

        keep_session(self.start.files, view)

    def saved_views(self) -> Sequence[Named]:
        """Return the saved views that fit the survey; none from a file that cannot be read.

        What is wrong with such a file is said where its views are listed.
        """
        from cxtui.session.saved_view_store import fitting_views

        return fitting_views(self.start.files, self.ready.read) if self.ready else ()
