"""A visit from first to last: the terminal is taken, and given back however it ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import NoReturn

from cxtui.app.explorer import Explorer
from cxtui.app.terminal.textual_internals import error_of
from cxtui.app.terminal.tty import leave_on_signals
from cxtui.errors import CxtuiError
from cxtui.exit_status import exit_now
from cxtui.session.start import Start

_log = logging.getLogger("cxtui.app")


def explore(start: Start, tidy: Callable[[], None], say: Callable[[str], None]) -> NoReturn:
    """Open the explorer, and end the program with its exit status.

    `tidy` is called before the end, `say` writes a line to standard error.
    Raises `CxtuiError` where the survey cannot be opened.
    """
    app = Explorer(start)
    app.painter.freezes = True
    problem = asyncio.run(run(app, tidy, say))
    raise CxtuiError(problem)


async def run(app: Explorer, tidy: Callable[[], None], say: Callable[[str], None]) -> str:
    """Run the explorer; return why the survey could not be opened, if so."""
    leave_on_signals(app.leave)  # before there is anything on the terminal to restore
    problem = await app.run_async()
    if (broken := error_of(app)) is not None:
        _log.info("broke down", exc_info=broken)
        app.session.keep_view()
    # However it ended, the terminal is restored: whatever is to be kept is kept here.
    if not problem:
        # The line that says it on the screen may be too short for it.
        for one in app.config.problems if not app.return_code else ():
            say(one)
        exit_now(app.return_code or 0, tidy)
    return problem
