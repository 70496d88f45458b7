"""A visit from first to last: the terminal is taken, and given back however it ends."""

from __future__ import annotations

import argparse
import asyncio
import logging
from collections.abc import Callable
from typing import NoReturn

from cxtui.app.app import Explorer
from cxtui.app.terminal.tty import leave_on_signals
from cxtui.cli.delivery import say
from cxtui.errors import CxtuiError
from cxtui.exit_status import exit_now

_log = logging.getLogger("cxtui.app")


def explore(options: argparse.Namespace) -> NoReturn:
    """Open the explorer, and end the program with its exit status.

    Raises `CxtuiError` where the survey cannot be opened.
    """
    app = Explorer(options)
    app.freezes = True
    problem = asyncio.run(run(app, options.tidy.close))
    raise CxtuiError(problem)


async def run(app: Explorer, tidy: Callable[[], None]) -> str:
    """Run the explorer; return why the survey could not be opened, if so."""
    leave_on_signals(app.leave)  # before there is anything on the terminal to restore
    problem = await app.run_async()
    if (broken := app._exception) is not None:
        _log.info("broke down", exc_info=broken)
        app.keep_view()
    # However it ended, the terminal is restored: whatever is to be kept is kept here.
    if not problem:
        # The line that says it on the screen may be too short for it.
        for one in app.config.problems if not app.return_code else ():
            say(one)
        exit_now(app.return_code or 0, tidy)
    return problem
