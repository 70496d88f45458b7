"""Reports of unforeseen errors: where they happened, without the answers that messages quote."""

from __future__ import annotations

import os
import platform
import time
import traceback
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from cxtui import __version__
from cxtui.errors import ExportError, SavedViewsError, is_out_of_memory
from cxtui.messages import tr
from cxtui.session.private_files import keep, shown
from cxtui.text import clean
from cxtui.user_directories import user_directory

_SPEAKING = (ExportError, SavedViewsError, ImportError, AttributeError, NameError)
"""Errors whose messages quote a file name or the program, never an answer."""


def report_problem(error: BaseException) -> str:
    """Return one line on an unforeseen error, and keep a report that only its user can read.

    The report holds the places the error came through: no answers, no variables.
    """
    if is_out_of_memory(error):
        return tr("it takes more memory than there is")
    if isinstance(error, OSError) and error.strerror:
        named = f"{clean(str(error.filename))}: " if error.filename else ""
        return f"{named}{error.strerror}"
    name = type(error).__name__
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).stem}:{frames[-1].lineno}" if frames else "?"
    lines = [
        f"cxtui {__version__}, {described_platform()}",
        *described_error(error),
    ]
    file = user_directory("state") / f"problem-{time.strftime('%Y%m%d-%H%M%S')}.txt"
    with suppress(ExportError):
        keep(file, "\n".join([*lines, ""]).encode(errors="replace"))
        message = "unforeseen {} ({}): a report without answers is in {}; please send it in"
        return tr(message, name, place, shown(file))
    return tr("unforeseen {} ({}); please report it", name, place)


def described_platform() -> str:
    """Return the versions of Python and of the system, and the kind of terminal."""
    python = platform.python_version()
    return f"Python {python} on {platform.platform()}, TERM={clean(os.environ.get('TERM', ''))}"


def described_error(error: BaseException) -> Iterator[str]:
    """Yield the places an error came through as lines, the error behind it first."""
    behind = error.__cause__ or error.__context__
    if behind is not None:
        yield from (*described_error(behind), "  and then:")
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
    yield f"  {_named(error)}"


def _named(error: BaseException) -> str:
    """Return an error's type, and its message where that quotes no answer."""
    name = type(error).__name__
    if isinstance(error, OSError):
        return f"{name}: {error.filename or ''} {error.strerror or ''}".rstrip()
    if isinstance(error, _SPEAKING):
        return f"{name}: {clean(str(error))}"
    return f"{name} (its message may quote answers, and is left out)"
