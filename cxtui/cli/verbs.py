"""The verbs that need no screen: each turns a command into a result and delivers it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cxtui.cli.delivery import (
    check_output,
    counted,
    deliver,
    format_for,
    note,
    print_text,
    replayed,
    rewrite,
    say,
)
from cxtui.cli.parser import Command
from cxtui.errors import UsageError
from cxtui.exit_status import Exit

if TYPE_CHECKING:
    from cxtui.output.replay import Opened
    from cxtui.survey.model import Survey


def _questions(command: Command) -> int:
    from cxtui.analysis.query.side_queries.answered import count_answered
    from cxtui.output import render
    from cxtui.output.question_document import document_of_questions, remarks_on

    format_ = format_for(command.result)
    survey = _open(command)
    for line in remarks_on(survey):
        say(line)
    document = document_of_questions(survey, count_answered(survey))
    return deliver(command, render(document, format_))


def _table(command: Command) -> int:
    if command.all:
        return _tables(command)
    from cxtui.analysis.tables.build_table import tabulate
    from cxtui.analysis.view.view_options import view_of
    from cxtui.output import render, shape_for
    from cxtui.output.table_document import document_of_table

    format_ = format_for(command.result)
    shape = shape_for(format_, command.result.shape)
    survey = _open(command)
    view = view_of(survey, command.view)
    note(f"view: {view}")
    again = replayed(command.result, format_, _opened(command).table(view))
    document = document_of_table(tabulate(survey, view), replay=again)
    return deliver(command, render(document, format_, shape))


def _tables(command: Command) -> int:
    """Write the tables of all questions, each asked as the options ask."""
    from cxtui.analysis.tables.many_tables import all_questions, each_table
    from cxtui.analysis.view.view_options import view_of_any
    from cxtui.output import Content, render, shape_for
    from cxtui.output.table_document import document_of_tables

    format_ = format_for(command.result)
    shape = shape_for(format_, command.result.shape, Content.TABLES)
    survey = _open(command)
    named = all_questions(survey, view_of_any(survey, command.view))
    tabled = list(counted(each_table(survey, named), len(named)))
    for one in tabled:
        if one.problem:
            say(f"no table of {one.name}: {one.problem}")
    document = document_of_tables(tabled, survey.title, _opened(command))
    return deliver(command, render(document, format_, shape))


def _gaps(command: Command) -> int:
    from itertools import chain

    from cxtui.analysis.tables.ranking import each_gap, ranked
    from cxtui.analysis.view.view_options import view_of
    from cxtui.output import render
    from cxtui.output.ranking_document import document_of_ranking, notes_on

    format_ = format_for(command.result)
    survey = _open(command)
    view = view_of(survey, command.view)
    note(f"view: {view}")
    gaps = ranked(chain.from_iterable(found for _, found in each_gap(survey, view)), view.level)
    notes = notes_on(gaps, survey, view)
    again = replayed(command.result, format_, _opened(command).gaps(view))
    document = document_of_ranking(gaps, notes, view.level, replay=again)
    return deliver(command, render(document, format_))


def _trend(command: Command) -> int:
    from cxtui.analysis.tables.build_trend import trend
    from cxtui.analysis.view.view_options import view_of
    from cxtui.output import Content, render, shape_for
    from cxtui.output.trend_document import document_of_trend

    if len(command.view.by) > 1:
        raise UsageError("--by goes with trend once: a>b nests two variables")
    format_ = format_for(command.result)
    shape_for(format_, command.result.shape, Content.TREND)  # refused before anything is counted
    survey = _open(command)
    view = view_of(survey, replace(command.view, wave="all"))
    note(f"view: {view}")
    found = trend(survey, view, command.over)
    again = replayed(command.result, format_, _opened(command).trend(found))
    document = document_of_trend(found, replay=again)
    return deliver(command, render(document, format_, command.result.shape))


def _codebook(command: Command) -> int:
    from cxtui.survey.codebook.toml_format import write_codebook
    from cxtui.survey.note import sentences_of

    survey = _open(command)
    notes = sentences_of(survey.notes)
    return deliver(command, write_codebook(survey.codebook, notes=notes).encode())


def _convert(command: Command) -> int:
    from cxtui.output.files.convert import check_target, save_parquet
    from cxtui.survey.codebook.toml_format import SUFFIX

    target, force = Path(command.result.output), command.result.force
    check_target(target, command.survey.files, replace=force)
    survey = _open(command)
    path = save_parquet(survey, target, replace=force)
    say(f"wrote {path}")
    beside = path.with_name(path.stem + SUFFIX)
    if beside.exists():
        say(f"note: {beside} is read before the codebook inside; move it, or see that it agrees")
    return Exit.DONE


def _opened(command: Command) -> Opened:
    """Return how the survey was opened, for the command that prints a result again."""
    from cxtui.output.replay import opened_as

    return opened_as(command.survey.files, command.survey.codebook, command.survey.piped)


def _open(command: Command) -> Survey:
    """Open the survey, once what comes of it can go where it is to go.

    On a terminal, standard error says how far a slow file is.
    """
    from cxtui.sources.open_survey import open_survey
    from cxtui.sources.reading_progress import Announcement, report_progress

    if command.verb != "convert":  # which may put a survey in the place of itself
        check_output(command)
    asked = command.survey
    if not sys.stderr.isatty():
        # What has to read all of a table far away says so, whoever listens.
        with report_progress(
            lambda told: say(str(told)) if isinstance(told, Announcement) else None
        ):
            return open_survey(asked.files, asked.codebook, asked.timeout)
    said: list[str] = []
    try:
        with report_progress(lambda progress: said.append(rewrite(str(progress)))):
            return open_survey(asked.files, asked.codebook, asked.timeout)
    finally:
        if said:
            rewrite("")


def _completion(command: Command) -> int:
    from cxtui.cli.completion import script_for

    return print_text(script_for(command.shell))


def _man(_: Command) -> int:
    from cxtui.app.keys.commands import COMMANDS
    from cxtui.cli.manual import manual

    keys = [(one.id, one.shown_keys, f"{one.title}: {one.help}") for one in COMMANDS]
    return print_text(manual(keys))


RUN: Mapping[str, Callable[[Command], int]] = {
    "questions": _questions,
    "table": _table,
    "gaps": _gaps,
    "trend": _trend,
    "codebook": _codebook,
    "convert": _convert,
    "completion": _completion,
    "man": _man,
}
"""What each verb runs, except for the explorer."""
