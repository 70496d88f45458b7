"""The verbs that need no screen: each asks the library for a result and delivers it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from cxtui.cli.delivery import (
    check_output,
    counted,
    deliver,
    format_for,
    print_text,
    rewrite,
    say,
)
from cxtui.cli.parser import Command
from cxtui.exit_status import Exit
from cxtui.options import keywords_of
from cxtui.output import Content, Format, shape_for

if TYPE_CHECKING:
    from cxtui.library.results import Result
    from cxtui.library.surveys import Survey
    from cxtui.output.replay import Opened
    from cxtui.survey import model


def _questions(command: Command) -> int:
    survey = _asked(command, Content.LIST)
    for line in survey.notes:
        say(line)
    return _deliver(command, survey.questions)


def _table(command: Command) -> int:
    if command.all:
        return _tables(command)
    survey = _asked(command, Content.TABLE)
    return _deliver(command, survey.table(**keywords_of(command.view)))


def _tables(command: Command) -> int:
    """Write the tables of all questions, each asked as the options ask."""
    from cxtui.analysis.tables.many_tables import all_questions, each_table
    from cxtui.analysis.view.view_options import view_of_any
    from cxtui.output import render
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
    survey = _asked(command, Content.LIST)
    return _deliver(command, survey.gaps(**keywords_of(command.view)))


def _trend(command: Command) -> int:
    survey = _asked(command, Content.TREND)
    return _deliver(command, survey.trend(**keywords_of(command.view), over=command.over))


def _codebook(command: Command) -> int:
    from cxtui.survey.codebook.toml_format import write_codebook
    from cxtui.survey.note import sentences_of

    survey = _open(command)
    notes = sentences_of(survey.notes)
    return deliver(command, write_codebook(survey.codebook, notes=notes).encode())


def _convert(command: Command) -> int:
    from cxtui.library.surveys import Survey
    from cxtui.output.files.convert import check_target
    from cxtui.survey.codebook.toml_format import SUFFIX

    target, force = Path(command.result.output), command.result.force
    check_target(target, command.survey.files, replace=force)
    path = Survey(_open(command), _opened(command)).write(target, force=force)
    say(f"wrote {path}")
    beside = path.with_name(path.stem + SUFFIX)
    if beside.exists():
        say(f"note: {beside} is read before the codebook inside; move it, or see that it agrees")
    return Exit.DONE


def _asked(command: Command, content: Content) -> Survey:
    """Return the survey, opened once its result can be written in the format that is asked for."""
    from cxtui.library.surveys import Survey

    shape_for(format_for(command.result), command.result.shape, content)
    return Survey(_open(command), _opened(command))


def _deliver(command: Command, result: Result) -> int:
    """Write a result; under text that is printed, its reader has just typed its command."""
    asked, format_ = command.result, format_for(command.result)
    replay = bool(asked.output) or format_ is not Format.TEXT
    return deliver(command, result.render(format_, asked.shape, replay=replay))


def _opened(command: Command) -> Opened:
    """Return how the survey was opened, for the command that prints a result again."""
    from cxtui.output.replay import opened_as

    return opened_as(command.survey.files, command.survey.codebook, command.survey.piped)


def _open(command: Command) -> model.Survey:
    """Open the survey, once what comes of it can go where it is to go.

    On a terminal, standard error says how far a slow file is.
    """
    from cxtui.sources.open_survey import open_survey
    from cxtui.sources.reading_progress import report_progress

    if command.verb != "convert":  # which may put a survey in the place of itself
        check_output(command)
    asked = command.survey
    if not sys.stderr.isatty():
        # What has to read all of a table far away says so, whoever listens.
        with report_progress(lambda told: say(told.text) if told.percent is None else None):
            return open_survey(asked.files, asked.codebook, asked.timeout)
    said: list[str] = []
    try:
        with report_progress(lambda progress: said.append(rewrite(progress.text))):
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
