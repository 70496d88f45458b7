"""What becomes of a view: its text, a copy of its table, a name for it, and the last one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.console import RenderableType
from textual import work

from cxtui.analysis.view.view import View, fitted
from cxtui.app.keys.commands import TABLE
from cxtui.app.keys.keymap import keymap
from cxtui.app.overlays import Overlays
from cxtui.app.panes.table_pane import Comparison
from cxtui.app.terminal.textual_internals import driver_of
from cxtui.errors import CxtuiError, SavedViewsError
from cxtui.session.config import Config
from cxtui.session.start import Start
from cxtui.survey.model import Survey

if TYPE_CHECKING:
    from cxtui.analysis.tables.many_tables import Named
    from cxtui.app.screens.take_out.copy_screen import Copied

_LONGEST_LABEL = 40
_MOST_LINES = 100
"""Views that were typed, and can be had again while another is."""


class Keeping(Overlays):
    """The keys that keep a view, or what it shows, for later."""

    _lines: tuple[str, ...] = ()
    _last: View | None = None
    _first: View | None = None
    _offers = True
    _problem = ""
    config = Config()

    def configure(self, config: Config) -> None:
        """Take the keys that the user wants; what cannot be had is said with the first table."""
        self.keymap = keymap(config.keys, config.origin)
        changed, problems = dict(self.keymap.changed), (*config.problems, *self.keymap.problems)
        if config.keys or config.screens:
            from cxtui.app.keys.overlay_keys import keys_of_overlays

            over, refused = keys_of_overlays(self.keymap, config.screens, config.origin)
            changed, problems = changed | over, (*problems, *refused)
        self.set_keymap(changed)
        self.config = replace(config, problems=problems)
        self._problem = self.config.problem

    @property
    def _asked(self) -> View | None:
        """The view that we stand at as it can be asked for again: a measure may not fit here."""
        if self.survey is None or self.view is None:
            return self.view
        question = self.survey.codebook.find(self.view.question)
        return fitted(question, self.view) if question else self.view

    def action_view_line(self) -> None:
        """Edit the view as text."""
        from cxtui.app.screens.take_out.view_line import ViewLine

        if self.survey is not None and (view := self._asked) is not None:
            self.ask(ViewLine(self.survey, view, self._lines), self._go_by_line)

    def _go_by_line(self, typed: tuple[str, View] | None) -> None:
        if typed is not None:
            line, view = typed
            before = [one for one in self._lines if one != line]
            self._lines = (*before[1 - _MOST_LINES :], line)
            self.go(view)

    # Views with names, and the last one

    def action_saved(self) -> None:
        """List the saved views."""
        from cxtui.app.screens.take_out.saved_views_screen import SavedViews
        from cxtui.session.view_store import Store

        if self.survey is None or (view := self._asked) is None:
            return
        proposal = name_for(self.survey, view)
        screen = SavedViews(self.survey, view, proposal, Store(self.location))
        self.ask(screen, self._open_view)

    def _open_view(self, view: View | None) -> None:
        if view is not None:
            self.go(view)

    def saved_views(self) -> Sequence[Named]:
        """Return the views with names that fit the survey; none from a file that is not of views.

        What is wrong with that file is said where its views are listed.
        """
        from cxtui.app.screens.take_out.saved_views_screen import entry_of
        from cxtui.session.view_store import Store

        if self.survey is None:
            return ()
        try:
            saved = Store(self.location).load()
        except SavedViewsError:
            return ()
        entries = [entry_of(self.survey, one) for one in saved]
        return [(one.saved.name, one.view) for one in entries if one.view is not None]

    def greet(self, view: View, last: View | None, start: Start) -> None:
        """Stand at the first view; where the survey was left is remembered to go back to."""
        self._first, self._last, self._offers = view, last, not start.fresh
        if start.resume and last is None:
            self._problem = self._problem or "no view was left to resume"

    @property
    def offer(self) -> str:
        """What there is to say beside the first table: what is wrong with the configuration, or
        the offer to go back to where the survey was left.
        """
        if self._problem and self.view == self._first:
            return f" · {self._problem}"
        is_elsewhere = self.view != self._first or self._last == self._first
        if self._last is None or is_elsewhere or not self._offers:
            return ""
        key = self.keymap["last_view"].shown_keys
        return f" · {key} last time: {self._last.question}"

    def action_last(self) -> None:
        """Go back to the view that the survey was left at the last time."""
        if self._last is None:
            self.say("this survey has not been looked at before")
        else:
            self.go(self._last)

    def exit(
        self, result: str | None = None, return_code: int = 0, message: RenderableType | None = None
    ) -> None:
        """Leave; the view is kept for the next visit."""
        self.keep_view()
        super().exit(result, return_code, message)

    def keep_view(self) -> None:
        """Keep the view for the next visit, unless nothing was looked at in this one."""
        if self.view is not None and (self.view != self._first or self._last is None):
            from cxtui.session.last_view import keep_session

            keep_session(self.location, self._asked or self.view)

    # Copies

    def command_line(self, view: View) -> str:
        """Return the command line that prints the table of a view."""
        return self.opened.table(view)

    def action_copy(self) -> None:
        """Copy the table, a cell or the command line."""
        from cxtui.app.screens.take_out.copy_screen import Copy, copies_of

        table = self.finished()
        if table is None:
            self.say("there is no table to copy yet")
            return
        cell = self.query_one(Comparison).cell if self.pane_id() == TABLE else None
        copies = copies_of(table, cell, self.command_line(table.view))
        self.push_screen(Copy(copies), self._copy)

    def _copy(self, copied: Copied | None) -> None:
        if copied is not None:
            self._copy_in_thread(copied)

    @work(thread=True)
    def _copy_in_thread(self, copied: Copied) -> None:
        """Copy without waiting for tmux."""
        from cxtui.app.terminal.clipboard import copy

        try:
            way = copy(copied.text, copied.ending, self._send)
        except CxtuiError as error:
            self.call_from_thread(self.say, str(error))
        else:
            self.call_from_thread(self.say, f"copied {way}: {copied.what}")

    def _send(self, code: str) -> None:
        """Write to the terminal beside the screen."""
        if driver := driver_of(self):
            self.call_from_thread(driver.write, code)


def name_for(survey: Survey, view: View) -> str:
    """Return a name that says what a view is about: its question and its banner.

    By their wording or, where that is long, by their ids.
    """
    named = [survey.codebook.find(view.question)]
    named += [survey.codebook.find(one) for names in view.banner for one in names]
    question, *banner = [
        (one.label if len(one.label) <= _LONGEST_LABEL else one.id) if one else "" for one in named
    ]
    return f"{question} by {', '.join(banner)}" if banner else question
