"""The explorer: keys call operations of a session, and its events are painted."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, NoReturn

from rich.console import RenderableType
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import SystemModalScreen
from textual.widgets import Input

from cxtui.app.codebook_dialogs import CodebookDialogs
from cxtui.app.command_actions import ACTIONS, show_help
from cxtui.app.first_visit import end_welcome, welcome
from cxtui.app.keys.commands import COMMANDS, QUESTIONS
from cxtui.app.keys.keymap import keymap
from cxtui.app.pane_movement import PaneMovement
from cxtui.app.panes.line_widget import Frame
from cxtui.app.panes.list_widget import Listing
from cxtui.app.panes.questions_pane import Questions
from cxtui.app.panes.roles_pane import Roles
from cxtui.app.panes.status_lines import State, Status, Title
from cxtui.app.panes.table_pane import Comparison
from cxtui.app.question_line import QuestionLine
from cxtui.app.screens.base.prompt import Prompt
from cxtui.app.session_painter import SessionPainter, SessionWorkers
from cxtui.app.table_dialogs import TableDialogs
from cxtui.app.terminal.frame_diff import DrawnApp
from cxtui.app.terminal.textual_internals import error_of
from cxtui.app.terminal.tty import is_light, leave_on_signals, shows_text, wants_ascii
from cxtui.app.view_dialogs import ViewDialogs
from cxtui.errors import CxtuiError
from cxtui.exit_status import exit_now
from cxtui.messages import tr
from cxtui.session.config import Config
from cxtui.sources.locate import DELIMITED, ENDINGS, ending_of
from cxtui.sources.wave_files import describe_location
from cxtui.text import clean

if TYPE_CHECKING:
    from cxtui.analysis.view.view import View
    from cxtui.session.start import Start
    from cxtui.session.survey_session import Session
    from cxtui.sources.readers.delimited.listed_columns import ListedColumn
    from cxtui.survey.model import Survey
    from cxtui.survey.question import Question

_log = logging.getLogger("cxtui.app")

_WHILE_READING = ("quit", "help", "redraw", "suspend")
"""The commands that work before there is a table; keys of others wait for it."""
_PANES = ("next_pane", "questions", "roles", "table")
"""The commands that work before there is a table, unless a key before them waits for it."""
_IN_LIST = ("down", "up", "page_down", "page_up", "first", "last", "find", "forget")
"""The commands that also work in the list of columns, as long as the survey is read."""
_FRAME = 0.01
"""Seconds in which a list is painted, before loading the session keeps the screen waiting."""
_PAINTING = 1.0
"""Seconds after which numbers count as painted."""


class Explorer(DrawnApp):
    """Explores one survey; its result is the reason why it could not be opened, if so."""

    CSS_PATH = "cxtui.tcss"
    TITLE = "cxtui"
    ENABLE_COMMAND_PALETTE = False  # Its key is one of our commands.
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-normal"), (150, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-low"), (18, "-high")]  # noqa: RUF012 -- as Textual has them
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            ",".join(command.keys),
            f"do('{command.id}')",
            command.title,
            show=False,
            priority=command.id == "palette",
            id=command.id,
        )
        for command in COMMANDS
    ]
    BINDINGS.append(Binding("ctrl+c", "help_quit", show=False, priority=True))  # also in a line

    def __init__(self, start: Start) -> None:
        super().__init__(
            ascii_only=wants_ascii(start.ascii, os.environ),
            on_light=is_light(start.theme, os.environ),
            shows_text=shows_text(os.environ),
        )
        self.start = start
        self.config = self._configure(start.config or Config())
        self.painter: SessionPainter = SessionPainter(self, self.config.problem)
        self.session_workers = SessionWorkers(self)
        self.movement: PaneMovement = PaneMovement(self)
        self.question_line: QuestionLine = QuestionLine(self)
        self.view_dialogs: ViewDialogs = ViewDialogs(self)
        self.table_dialogs: TableDialogs = TableDialogs(self)
        self.codebook_dialogs: CodebookDialogs = CodebookDialogs(self)

    @cached_property
    def session(self) -> Session:
        """The visit to the survey; what it takes is loaded behind the first screen."""
        from cxtui.session.survey_session import Session

        return Session(self.start, self.painter.paint, self.session_workers, _PAINTING)

    def _configure(self, config: Config) -> Config:
        """Apply the configured keys; return the configuration with all of its problems."""
        self.keymap = keymap(config.keys, config.origin)
        changed, problems = dict(self.keymap.changed), (*config.problems, *self.keymap.problems)
        if config.keys or config.screens:
            from cxtui.app.keys.overlay_keys import keys_of_overlays

            over, refused = keys_of_overlays(self.keymap, config.screens, config.origin)
            changed, problems = changed | over, (*problems, *refused)
        self.set_keymap(changed)
        self.quit_keys |= frozenset(self.keymap["quit"].keys)
        self.hold_keys(self.keymap.keys_of(_WHILE_READING), self.keymap.keys_of(_PANES))
        return replace(config, problems=problems)

    # The screen

    def compose(self) -> ComposeResult:
        """Lay out title, panes and status."""
        names = {"questions": tr("Questions"), "roles": tr("Role"), "table": tr("Table")}
        q, r, t = (f"{self.keymap[goes].sign} {name}" for goes, name in names.items())
        yield Title(id="title")
        with Horizontal(id="panes", classes=f"at-{QUESTIONS}"):
            with Vertical(id="left"):
                yield Prompt(tr("find a question"), id="search")
                yield Frame(q, Questions(), hides=f"{r} · {t}", hides_low=r)
                yield Frame(r, Roles(), hides=f"{q} · {t}", hides_low=q)
            yield Frame(t, Comparison(), hides=f"{q} · {r}")
        yield Status(id="status")

    def on_mount(self) -> None:
        """Show the screen first, then load the engine."""
        where = describe_location(self.start.files)
        self.query_one(Title).load(clean(Path(where).name), State())
        self.query_one(Status).commands = self.keymap.commands
        table = self.query_one(Comparison)
        table.notes_by, table.opens_by, table.goes_by = (
            self.keymap[one].sign for one in ("notes", "open", "table")
        )
        self.query_one(Roles).declares_by = self.keymap["codebook"].sign
        self.query_one(Questions).focus()
        welcome(self)
        self.call_after_refresh(_read, self)

    def on_ready(self) -> None:
        """Paint what has been read, and from now on at once."""
        self.session_workers.laid_out()

    def say(self, text: str) -> None:
        """Show what happened in the status line."""
        self.query_one(Status).say(text)

    def exit(
        self, result: str | None = None, return_code: int = 0, message: RenderableType | None = None
    ) -> None:
        """Leave; the view is kept for the next visit."""
        self.session.keep_view()
        super().exit(result, return_code, message)

    # Keys

    def action_do(self, command_id: str) -> None:
        """Do what a command does."""
        ACTIONS[command_id](self)

    def action_help_quit(self) -> None:
        """Leave at the second ctrl+c in a row, from any screen and line; the first says so."""
        if list(self.keys_handled) == ["ctrl+c", "ctrl+c"]:
            self.exit()
        else:
            self.say(tr("ctrl+c again or {} quits", self.keymap["quit"].sign))

    def action_focus_next(self) -> None:
        """Focus the next pane, also one that is hidden, which Textual skips."""
        if len(self.screen_stack) > 1:
            super().action_focus_next()
        else:
            self.movement.next_pane()

    def on_descendant_focus(self) -> None:
        """Show the keys of the pane that got the focus, unless another screen is open."""
        if len(self.screen_stack) == 1:
            self.query_one(Status).stand_in(self.movement.pane_id)
            self.movement.show(self.movement.pane_id)

    def admits(self, key: events.Key) -> bool:
        """Return whether a key moves in the list of columns, or is typed into its search."""
        if isinstance(self.focused, Input):
            return True
        lists_columns = self.session.ready is None and bool(self.query_one(Questions).length)
        in_list = lists_columns and isinstance(self.focused, Questions)
        return super().admits(key) or (in_list and key.key in self.keymap.keys_of(_IN_LIST))

    def on_key(self, event: events.Key) -> None:
        """Add a digit to the repeat count."""
        if not isinstance(self.focused, Input) and self.movement.count_on(event.key):
            event.stop()

    async def on_event(self, event: events.Event) -> None:
        """Open the help of a screen over the panes, unless its key is typed into a text."""
        if isinstance(event, events.Key):
            end_welcome(self)
        if isinstance(event, events.Key) and event.key in self.keymap["help"].keys:
            over = len(self.screen_stack) > 1 and not isinstance(self.focused, Input)
            if over and not event.is_forwarded and not isinstance(self.screen, SystemModalScreen):
                show_help(self)
                return
        await super().on_event(event)

    @on(Input.Changed, "#search")
    @on(Input.Submitted, "#search")
    def _search(self, event: Input.Changed | Input.Submitted) -> None:
        if isinstance(event, Input.Changed):
            self.question_line.narrow(event.value)
        else:
            self.question_line.keep()

    @on(Listing.Chosen)
    def _chosen(self, event: Listing.Chosen) -> None:
        if isinstance(event.listing, Questions):
            self.choose(event.listing.entry)

    # The session

    def go(self, view: View, asked_of: Survey | None = None) -> None:
        """Take the next step; a view that was asked of a survey since read again is fitted."""
        self.movement.forget_count()
        self.session.go(view, asked_of)

    def choose(self, listed: Question | ListedColumn | None) -> None:
        """Show a question of the list; that of a column as soon as the survey has been read."""
        from cxtui.survey.question import Question

        if isinstance(listed, Question):
            self.go_to_question(listed.id)
        elif listed is not None:
            self.painter.chosen = listed

    def go_to_question(self, question: str) -> None:
        """Show a question as the current one is shown."""
        if self.session.view is not None:
            self.go(self.session.view.with_question(question))

    def step(self, name: str) -> None:
        """Take the next measure, sort, weight and so on."""
        if self.session.step(name):
            self.movement.forget_count()
            self.movement.show_table()

    def switch_role(self) -> None:
        """Switch the role under the cursor off, or on again; in the table, mark an answer."""
        pane = self.movement.pane
        if isinstance(pane, Comparison):
            self.table_dialogs.mark()
        elif not isinstance(pane, Roles):
            switch, key = self.keymap["switch"].sign, self.keymap["roles"].sign
            self.say(tr("{} switches a role off and on in pane {}", switch, key))
        elif pane.entry is not None:
            self.movement.forget_count()
            self.session.switch_role(pane.entry.code)

    def reload(self) -> None:
        """Read the files again; the view stays."""
        if self.session.ready is not None:
            self.say(tr("reading again …"))
            self.session.reload()


def _read(app: Explorer) -> None:
    """Read the survey, now that the screen stands; the header of a large text comes first."""
    if all(ending_of(one) in ENDINGS - DELIMITED for one in app.start.files):
        _open(app)
        return

    def list_columns() -> None:
        from cxtui.sources.readers.delimited.listed_columns import listed_columns

        app.session_workers.later(partial(open_with, listed_columns(app.start.files)))

    def open_with(columns: tuple[ListedColumn, ...]) -> None:
        if columns:
            app.painter.list_columns(columns)
            app.set_timer(_FRAME, partial(_open, app))
        else:
            _open(app)

    app.session_workers.start(list_columns)


def _open(app: Explorer) -> None:
    """Load the session, which takes a while, and let it open the survey."""
    app.session.open()


def explore(
    start: Start,
    tidy: Callable[[], None],
    say: Callable[[str], None],
    report: Callable[[BaseException], str],
) -> NoReturn:
    """Open the explorer, and end the program with its exit status.

    `tidy` is called before the end, `say` writes a line to standard error, `report` returns the
    line on an unforeseen error. Raises `CxtuiError` where the survey cannot be opened.
    """
    app = Explorer(start)
    app.painter.freezes = True
    problem = asyncio.run(run(app, tidy, say, report))
    raise CxtuiError(problem)


async def run(
    app: Explorer,
    tidy: Callable[[], None],
    say: Callable[[str], None],
    report: Callable[[BaseException], str],
) -> str:
    """Run the explorer; return why the survey could not be opened, if so."""
    # Before there is anything on the terminal to restore.
    leave_on_signals(lambda status: app.exit(return_code=status))
    problem = await app.run_async()
    if (broken := error_of(app)) is not None:
        _log.info("broke down", exc_info=broken)
        app.session.keep_view()
        say(report(broken))
    # The terminal is restored by now.
    if not problem:
        # The status line may have been too short for them.
        for one in app.config.problems if not app.return_code else ():
            say(one)
        exit_now(app.return_code or 0, tidy)
    return problem
