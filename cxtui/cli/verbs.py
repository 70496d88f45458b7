"""The verbs that need no screen: each asks the library for a result and delivers it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from cxtui.cli.command import Command
from cxtui.cli.delivery import (
    check_output,
    counted_aloud,
    deliver,
    format_for,
    print_text,
    rewrite,
    say,
)
from cxtui.exit_status import Exit
from cxtui.messages import tr, tr_count
from cxtui.options import keywords_of
from cxtui.output import Content, Format, shape_for

if TYPE_CHECKING:
    from cxtui.library.results import Ranking, Result
    from cxtui.library.surveys import Survey
    from cxtui.survey import model


def _questions(command: Command) -> int:
    def ask(survey: Survey) -> Result:
        for line in survey.notes:
            say(line)
        return survey.questions

    return _result(command, Content.LIST, ask)


def _table(command: Command) -> int:
    if command.all:
        return _tables(command)
    asked = keywords_of(command.view)
    return _result(command, Content.TABLE, lambda survey: survey.table(**asked))


def _gaps(command: Command) -> int:
    asked = {**keywords_of(command.view), **keywords_of(command.ranking)}
    return _result(command, Content.RANKING, lambda survey: _told(survey.gaps(**asked)))


def _changes(command: Command) -> int:
    asked = {**keywords_of(command.view), **keywords_of(command.ranking)}
    del asked["compare"]
    found: list[Ranking] = []

    def ask(survey: Survey) -> Result | None:
        ranking = _told(survey.changes(**asked))
        found.append(ranking.alerts(command.at_least) if command.alert else ranking)
        is_quiet = not command.result.output and format_for(command.result) is Format.TEXT
        return None if command.alert and is_quiet and not found[0].lines else found[0]

    status = _result(command, Content.RANKING, ask)
    return Exit.ALERT if command.alert and found[0].lines else status


def _told(ranking: Ranking) -> Ranking:
    """Return the ranking; say which questions are not comparable between waves."""
    for line in ranking.lines:
        if not line.is_comparable:
            say(f"{line.question.id}: {line.why_not}")
    return ranking


def _trend(command: Command) -> int:
    asked = {**keywords_of(command.view), "over": command.over}
    return _result(command, Content.TREND, lambda survey: survey.trend(**asked))


def _rows(command: Command) -> int:
    from cxtui.survey.quoting import read_list

    asked = keywords_of(command.view)
    names = [name for text in command.columns for name in read_list(text)]
    return _result(command, Content.LIST, lambda survey: survey.rows(columns=names, **asked))


def _codes(command: Command) -> int:
    from cxtui.library.codings import codes_of
    from cxtui.output.files.write_file import try_target
    from cxtui.sources.locate import find_files

    asked, opened, force = command.coding, command.survey, command.result.force
    if asked.export:
        try_target(Path(asked.export), replace=force, never=find_files(*opened.files))
    format_ = format_for(command.result)
    found = codes_of(_open(command), command.view.question or "", opened.opened)
    if asked.import_:
        found = found.read(asked.import_)
        say(tr_count(found.added, "{:,} answer coded", "{:,} answers coded"))
    if asked.export:
        say(tr("wrote {}", found.export(asked.export, text=asked.text, force=force)))
        return Exit.DONE
    return deliver(command, found.render(format_))


def _result(command: Command, content: Content, ask: Callable[[Survey], Result | None]) -> int:
    """Open the survey once its result can be written as asked; write what `ask` returns of it.

    An alert without changes has nothing to print. Printed text has no replay line: its reader has
    just typed the command.
    """
    from cxtui.library.surveys import Survey

    asked, format_ = command.result, format_for(command.result)
    shape_for(format_, asked.shape, content)
    result = ask(Survey(_open(command), command.survey.opened))
    if result is None:
        return Exit.DONE
    replay = bool(asked.output) or format_ is not Format.TEXT
    return deliver(command, result.render(format_, asked.shape, replay=replay))


def _tables(command: Command) -> int:
    """Write the tables of all questions, with the same options."""
    from cxtui.analysis.tables.many_tables import all_questions, each_table
    from cxtui.analysis.view.view_options import view_of_all
    from cxtui.output import render
    from cxtui.output.table_document import document_of_tables

    format_ = format_for(command.result)
    shape = shape_for(format_, command.result.shape, Content.TABLES)
    survey = _open(command)
    named = all_questions(survey, view_of_all(survey, command.view))
    tabled = list(counted_aloud(each_table(survey, named), len(named)))
    for one in tabled:
        if one.problem:
            say(tr("no table of {}: {}", one.name, one.problem))
    document = document_of_tables(tabled, survey.title, command.survey.opened)
    return deliver(command, render(document, format_, shape))


def _brief(command: Command) -> int:
    asked = {**keywords_of(command.view), **keywords_of(command.ranking)}
    asked |= keywords_of(command.brief)
    result = command.result
    if not (result.output or result.format):
        command = command.with_result(format=Format.MARKDOWN)
    return _result(command, Content.BRIEF, lambda survey: survey.brief(**asked))


def _plan(command: Command) -> int:
    from cxtui.cli.plan_verb import run_plan

    return run_plan(command, _open)


def _check(command: Command) -> int:
    from cxtui.library.surveys import Survey

    asked, format_ = command.result, format_for(command.result)
    shape_for(format_, asked.shape, Content.LIST)
    survey = _open(command)
    checked = Survey(survey, command.survey.opened).check(duration=command.duration)
    replay = bool(asked.output) or format_ is not Format.TEXT
    status = deliver(command, checked.render(format_, asked.shape, replay=replay))
    if command.save:
        from cxtui.session.codebook_draft import save_lines

        say(save_lines(survey, checked.lines, command.survey))
    return status


def _codebook(command: Command) -> int:
    from cxtui.survey.codebook.toml_format import write_codebook
    from cxtui.survey.note import sentences_of

    survey = _open(command)
    notes = sentences_of(survey.notes)
    return deliver(command, write_codebook(survey.codebook, notes=notes).encode())


def _convert(command: Command) -> int:
    from cxtui.output.files.survey_files import check_target, save_survey

    target, force = Path(command.result.output), command.result.force
    check_target(target, command.survey.files, replace=force)
    _say_written(save_survey(_open(command), target, replace=force, say=say))
    return Exit.DONE


def _say_written(path: Path) -> None:
    """Say which survey was written, and whether another codebook is read with it."""
    from cxtui.sources.codebook_location import note_on_copy

    say(tr("wrote {}", path))
    if note := note_on_copy(path):
        say(note)


def _weight(command: Command) -> int:
    from cxtui.output import render
    from cxtui.output.files.survey_files import check_target, save_survey
    from cxtui.user_directories import expand_home
    from cxtui.work.weighting.report_document import document_of_weighting
    from cxtui.work.weighting.targets import read_targets_file
    from cxtui.work.weighting.weighted_survey import weigh_survey

    asked, result = command.weighting, command.result
    output = "" if asked.check else result.output
    if output:
        check_target(Path(output), command.survey.files, replace=result.force)
    targets = read_targets_file(expand_home(asked.targets))
    survey = _open(command.with_result(output=output))
    found = weigh_survey(survey, targets, asked.name, asked.missing)
    if output:
        _say_written(save_survey(found.weighted(), Path(output), replace=result.force, say=say))
    document = document_of_weighting(found.report, survey.title)
    return print_text(render(document, result.format or Format.TEXT).decode())


def _open(command: Command) -> model.Survey:
    """Open the survey, once its result can be written to the file that was named.

    Standard error shows on a terminal how far a slow file is, elsewhere only that a long operation
    is about to start.
    """
    from cxtui.sources.reading_progress import Progress, report_progress
    from cxtui.work.open_derived import open_derived

    if command.verb != "convert":  # which may replace the survey itself
        check_output(command)
    asked, is_rewritten = command.survey, False

    def tell(progress: Progress) -> None:
        nonlocal is_rewritten
        if sys.stderr.isatty():
            rewrite(progress.text)
            is_rewritten = True
        elif progress.percent is None:
            say(progress.text)

    try:
        with report_progress(tell):
            return open_derived(
                *(asked.files, asked.codebook, asked.timeout, asked.sheet, asked.derive),
                asked.suppress,
            )
    finally:
        if is_rewritten:
            rewrite("")


def _completion(command: Command) -> int:
    from cxtui.cli.completion import script_for

    return print_text(script_for(command.shell))


def _man(command: Command) -> int:
    if command.topic:
        from cxtui.output.writers.json_writer import json_schema

        return print_text(json_schema())
    from cxtui.app.keys.commands import COMMANDS
    from cxtui.cli.manual import manual

    keys = [(one.id, one.shown_keys, f"{tr(one.title)}: {tr(one.help)}") for one in COMMANDS]
    return print_text(manual(keys))


RUN: Mapping[str, Callable[[Command], int]] = {
    "questions": _questions,
    "table": _table,
    "gaps": _gaps,
    "changes": _changes,
    "trend": _trend,
    "rows": _rows,
    "codes": _codes,
    "brief": _brief,
    "plan": _plan,
    "check": _check,
    "codebook": _codebook,
    "convert": _convert,
    "weight": _weight,
    "completion": _completion,
    "man": _man,
}
"""What each verb runs, except for the explorer."""
