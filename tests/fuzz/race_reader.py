"""A program that opens and counts a survey as often as it is asked, in a process of its own."""

from __future__ import annotations

import faulthandler
import os
import queue
import re
import shutil
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from threading import Thread

from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.table import Table
from cxtui.analysis.view.view_option_table import ViewOptions
from cxtui.analysis.view.view_options import parse_view
from cxtui.errors import CxtuiError
from cxtui.native_libraries import silence_native_stderr
from cxtui.output import Format, Shape
from cxtui.session.events import Answered, Event
from cxtui.session.start import Start
from cxtui.session.survey_session import Session
from cxtui.sources import reading_progress
from cxtui.sources.cache.cache_entries import SETTING
from cxtui.sources.cache.survey_cache import keep_openings
from cxtui.sources.open_survey import open_survey
from cxtui.survey.model import Survey
from tests.rendering import render

Told = tuple[str, str]
"""`begun`, then `read` with what the tables of one survey show, `refused` with a line, and `done`;
`defect` for anything else."""

_STATE = re.compile(r"\b[grtl]1?(\d)\b")
_PATIENCE = 90
"""Seconds without any news, after which a session is stuck."""
_TABLES = ("goal", "role", "goal")


def serve(file: str, asked: Connection, cache: str) -> None:
    """Read the file in the ways that are asked for, until nobody asks; `cache` is a folder."""
    os.environ["XDG_CACHE_HOME"] = os.environ["XDG_STATE_HOME"] = cache
    reading_progress.LARGE = reading_progress.PACKED_LARGE = 0
    with silence_native_stderr():
        while (words := asked.recv()) is not None:
            reader, mode = words.split()
            os.environ[SETTING] = "off" if mode == "off" else "on"
            if mode == "cold":
                shutil.rmtree(cache, ignore_errors=True)
            asked.send(("begun", ""))
            for one in _told(file, reader):
                asked.send(one)
            asked.send(("done", ""))


def _told(file: str, reader: str) -> Iterator[Told]:
    try:
        yield from (_in_library if reader == "library" else _in_session)(file)
    except CxtuiError as error:
        yield "refused", str(error)
    except BaseException as error:
        yield "defect", repr(error)
        raise


def _in_library(file: str) -> Iterator[Told]:
    """Open and count, while what was read is written to the cache: all tables are of one state."""
    survey = open_survey(file)
    keeping = Thread(target=keep_openings)
    keeping.start()
    try:
        views = (parse_view(survey, f"--question {one} --by role") for one in _TABLES)
        yield "read", " ".join(_shown(survey, tabulate(survey, one)) for one in views)
    finally:
        keeping.join()


def _shown(survey: Survey, table: Table) -> str:
    """Return the numbers of the states in a table and its codebook, and the table's base."""
    text = render(table, Format.CSV, Shape.TIDY).decode()
    found = _STATE.findall(f"{text} {survey.codebook.title}")
    return " ".join([*found, f"base={table.respondents:.0f}"])


class _Threads:
    """Runs the work of a session in threads, and its callbacks where they are waited for."""

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue[Callable[[], object]] = queue.SimpleQueue()

    def start(self, work: Callable[[], object]) -> None:
        Thread(target=work).start()

    def later(self, call: Callable[[], object]) -> None:
        self._calls.put(call)

    def until(self, is_done: Callable[[], bool]) -> None:
        while not is_done():
            try:
                self._calls.get(timeout=_PATIENCE)()
            except queue.Empty:
                faulthandler.dump_traceback()
                raise


def _in_session(file: str) -> Iterator[Told]:
    """Open as the explorer does, look at the files, read them again: each table is of one state."""
    told: list[Told] = []
    work = _Threads()

    def hear(event: Event) -> None:
        if isinstance(event, Answered):
            table, survey = event.answer.table, session.survey
            if table is None or survey is None:
                told.append(("refused", event.answer.problem))
            else:
                told.append(("read", _shown(survey, table)))

    view = ViewOptions(question="goal", by=("role",))
    session = Session(Start((file,), view=view, follow=True), hear, work)
    for step in (session.open, session.reload, session.look_at_files):
        step()
        work.until(lambda: session.is_at_rest)
        if session.view is not None:
            session.go(session.view.with_question("role"))
            work.until(lambda: session.is_at_rest)
    yield from told
