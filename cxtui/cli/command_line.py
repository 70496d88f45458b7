"""The command line: options become a View, and the View goes to the screen or a file."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from cxtui.cli.delivery import (
    check_output,
    counted,
    deliver,
    format_for,
    opened_by,
    print_text,
    replayed,
    rewrite,
    say,
    shape_asked,
)
from cxtui.cli.parser import build_parser, meant_verb, verb_first, view_options
from cxtui.errors import CxtuiError, SourceError
from cxtui.exit_status import Exit, exit_now, install_signal_handlers, shell_status
from cxtui.native_libraries import disable_arrow_mapping, silence_native_stderr, use_one_heap
from cxtui.user_directories import expand_home

if TYPE_CHECKING:
    from cxtui.session.start import Start
    from cxtui.survey.model import Survey


_COMPLETE = "__complete"
"""What the scripts of the shells call to complete a word."""


_NEW_OBJECTS = 50_000
"""Objects between two looks for garbage: what is imported is none, and Python would look for it
some 400 times."""


def run() -> NoReturn:
    """Run `cxtui` as a shell starts it, and end the program with its exit code."""
    gc.set_threshold(_NEW_OBJECTS)
    if verb_first(sys.argv[1:])[:1] != ["explore"]:  # which has a terminal to restore first
        install_signal_handlers()
    try:
        status = main()
    except KeyboardInterrupt:  # before there was anything to tidy up
        status = Exit.INTERRUPTED
    exit_now(shell_status(status))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `cxtui` and return its exit code; errors are one line on standard error."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == [_COMPLETE]:
        return _complete(words[1:])
    words = verb_first(words)
    verb = words[0] if words else ""
    parser = build_parser(configured_defaults() if verb == "explore" else {}, verb)
    options = parser.parse_args(words or ["--help"])
    try:
        with silence_native_stderr(), ExitStack() as options.tidy:
            if options.debug_log:
                _start_log(options)
            # What still runs for us far away, and files that are half written.
            options.tidy.callback(
                _if_loaded, "cxtui.sources.readers.spark.spark_client", "leave_servers"
            )
            options.tidy.callback(_if_loaded, "cxtui.output.files.write_file", "forget_drafts")
            _receive(options)
            return _RUN[options.verb](options)
    except CxtuiError as error:
        _note("refused", exc_info=True)
        say(f"cxtui: {error}")
        return Exit.FAILED
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone, as with `| head`: nothing is left to say.
        sys.stdout = None
        return Exit.DONE
    except Exception:
        _note("broke down", exc_info=True)
        raise


def _if_loaded(module: str, name: str) -> None:
    """Call a function of a module; nothing is loaded for it, nor waited for while a thread does."""
    if callable(function := getattr(sys.modules.get(module), name, None)):
        function()


def _start_log(options: argparse.Namespace) -> None:
    from cxtui.cli.debug_log import start_log

    start_log(Path(options.debug_log))
    _note(options.verb)


def _complete(words: Sequence[str]) -> int:
    """Print what fits a command line that is being typed."""
    from cxtui.cli.completion import SHELLS, completed

    if not words or words[0] not in SHELLS:
        return Exit.USAGE
    return print_text(completed(build_parser(), words[0], words[1:]))


def configured_defaults() -> Mapping[str, object]:
    """Return the defaults of the explorer that the user has set, its configuration with them."""
    from cxtui.session.config import load_config

    config = load_config()
    return {**config.options, "config": config}


def _receive(options: argparse.Namespace) -> None:
    """Ready the files: what standard input is kept in stands for `-`, Arrow is not mapped."""
    from cxtui.sources.locate import ARROW, ending_of
    from cxtui.sources.standard_input import STANDARD_INPUT, SpooledInput

    files = getattr(options, "files", [])
    if STANDARD_INPUT in files:
        piped = SpooledInput()
        options.tidy.callback(piped.forget)
        options.files = [str(piped.file) if one == STANDARD_INPUT else one for one in files]
        options.piped = str(piped.file)
    if any(ending_of(one) in ARROW for one in files):
        disable_arrow_mapping()


def _explore(options: argparse.Namespace) -> int:
    from cxtui.app.terminal.tty import require_terminal, take_keys_from_terminal
    from cxtui.sources.wave_files import find_waves

    try:
        find_waves(options.files)
    except SourceError as error:
        if meant := meant_verb(options.files[0]):
            raise SourceError(f"{error}; did you mean `cxtui {meant}`?") from None
        raise
    if options.piped:
        take_keys_from_terminal()
    require_terminal()
    use_one_heap()
    from cxtui.app.explore import explore

    return explore(start_of(options), options.tidy.close, say)


def start_of(options: argparse.Namespace) -> Start:
    """Return how the explorer is to start."""
    from cxtui.session.config import Config
    from cxtui.session.start import Start

    return Start(
        tuple(options.files),
        view=view_options(options),
        codebook=options.codebook,
        piped=options.piped,
        timeout=options.timeout,
        memory=options.memory,
        resume=options.resume,
        fresh=options.fresh,
        follow=options.follow,
        theme=options.theme,
        ascii_only=options.ascii,
        config=options.config or Config(),
    )


def _questions(options: argparse.Namespace) -> int:
    from cxtui.analysis.query.side_queries.answered import count_answered
    from cxtui.output import render
    from cxtui.output.question_document import document_of_questions, remarks_on

    format_ = format_for(options)
    survey = _open(options)
    for line in remarks_on(survey):
        say(line)
    return deliver(options, render(document_of_questions(survey, count_answered(survey)), format_))


def _table(options: argparse.Namespace) -> int:
    from cxtui.analysis.tables.build_table import tabulate
    from cxtui.analysis.view.view_options import view_of
    from cxtui.output import render, shape_for
    from cxtui.output.table_document import document_of_table

    if options.all:
        return _tables(options)
    if options.question is None and len(options.files) > 1:
        options.question = options.files.pop()
    if options.question is None:
        options.wrong("the following arguments are required: QUESTION, or --all")
    format_ = format_for(options)
    shape = shape_for(format_, shape_asked(options))
    survey = _open(options)
    view = view_of(survey, view_options(options))
    _note(f"view: {view}")
    again = replayed(options, format_, opened_by(options).table(view))
    document = document_of_table(tabulate(survey, view), replay=again)
    return deliver(options, render(document, format_, shape))


def _may_be_file(word: str) -> bool:
    return expand_home(word).exists() or any(sign in word for sign in "*?[/.")


def _tables(options: argparse.Namespace) -> int:
    """Write the tables of all questions, each asked as the options ask."""
    # a question behind several files is the last word that they take
    if len(options.files) > 1 and not _may_be_file(options.files[-1]):
        options.wrong("QUESTION and --all: take one of them")
    from cxtui.analysis.tables.many_tables import all_questions, each_table
    from cxtui.analysis.view.view_options import view_of_any
    from cxtui.output import Content, render, shape_for
    from cxtui.output.table_document import document_of_tables

    format_ = format_for(options)
    shape = shape_for(format_, shape_asked(options), Content.TABLES)
    survey = _open(options)
    named = all_questions(survey, view_of_any(survey, view_options(options)))
    tabled = list(counted(each_table(survey, named), len(named)))
    for one in tabled:
        if one.problem:
            say(f"no table of {one.name}: {one.problem}")
    document = document_of_tables(tabled, survey.title, opened_by(options))
    return deliver(options, render(document, format_, shape))


def _gaps(options: argparse.Namespace) -> int:
    from itertools import chain

    from cxtui.analysis.tables.ranking import each_gap, ranked
    from cxtui.analysis.view.view_options import view_of
    from cxtui.output import render
    from cxtui.output.ranking_document import document_of_ranking, notes_on

    format_ = format_for(options)
    survey = _open(options)
    view = view_of(survey, view_options(options))
    _note(f"view: {view}")
    gaps = ranked(chain.from_iterable(found for _, found in each_gap(survey, view)), view.level)
    notes = notes_on(gaps, survey, view)
    again = replayed(options, format_, opened_by(options).gaps(view))
    document = document_of_ranking(gaps, notes, view.level, replay=again)
    return deliver(options, render(document, format_))


def _codebook(options: argparse.Namespace) -> int:
    from cxtui.survey.codebook.toml_format import write_codebook
    from cxtui.survey.note import sentences_of

    survey = _open(options)
    return deliver(
        options, write_codebook(survey.codebook, notes=sentences_of(survey.notes)).encode()
    )


def _convert(options: argparse.Namespace) -> int:
    from cxtui.output.files.convert import check_target, save_parquet
    from cxtui.survey.codebook.toml_format import SUFFIX

    target = Path(options.output)
    check_target(target, options.files, replace=options.force)
    survey = _open(options)
    path = save_parquet(survey, target, replace=options.force)
    say(f"wrote {path}")
    beside = path.with_name(path.stem + SUFFIX)
    if beside.exists():
        say(f"note: {beside} is read before the codebook inside; move it, or see that it agrees")
    return Exit.DONE


def _open(options: argparse.Namespace) -> Survey:
    """Open the survey, once what comes of it can go where it is to go.

    On a terminal, standard error says how far a slow file is.
    """
    from cxtui.sources.open_survey import open_survey
    from cxtui.sources.reading_progress import Announcement, report_progress

    if options.verb != "convert":  # which may put a survey in the place of itself
        check_output(options)
    patience = options.timeout
    if not sys.stderr.isatty():
        # What has to read all of a table far away says so, whoever listens.
        with report_progress(
            lambda told: say(str(told)) if isinstance(told, Announcement) else None
        ):
            return open_survey(options.files, options.codebook, patience)
    said: list[str] = []
    try:
        with report_progress(lambda progress: said.append(rewrite(str(progress)))):
            return open_survey(options.files, options.codebook, patience)
    finally:
        if said:
            rewrite("")


def _completion(options: argparse.Namespace) -> int:
    from cxtui.cli.completion import script_for

    return print_text(script_for(options.shell))


def _man(options: argparse.Namespace) -> int:
    from cxtui.app.keys.commands import COMMANDS
    from cxtui.cli.manual import manual

    keys = [(one.id, one.shown_keys, f"{one.title}: {one.help}") for one in COMMANDS]
    return print_text(manual(build_parser(), keys))


_RUN: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "explore": _explore,
    "questions": _questions,
    "table": _table,
    "gaps": _gaps,
    "codebook": _codebook,
    "convert": _convert,
    "completion": _completion,
    "man": _man,
}
"""What each verb runs."""


def _note(line: str, *, exc_info: bool = False) -> None:
    """Write to the log, where there is one."""
    import logging

    logging.getLogger("cxtui.cli").info("%s", line, exc_info=exc_info)
