"""The command line: parse the words, run the verb, print an error as one line."""

from __future__ import annotations

import resource
import signal
import sys
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NoReturn

from cxtui import __version__
from cxtui.cli.command import SHELLS, Command
from cxtui.cli.delivery import note, print_text, say
from cxtui.cli.error_line import is_json_asked, language_options, say_error
from cxtui.cli.guardian import start_guarded
from cxtui.cli.parser import meant_verb, parse, verb_first
from cxtui.errors import Advice, CxtuiError, SourceError, UsageError, is_out_of_memory
from cxtui.exit_status import (
    Exit,
    exit_now,
    hear_lost_exceptions,
    install_signal_handlers,
    shell_status,
)
from cxtui.languages import speak, speak_english
from cxtui.messages import tr
from cxtui.native_libraries import (
    keep_blas_to_one_thread,
    silence_native_stderr,
    use_one_heap,
)
from cxtui.session.start import Start

_COMPLETE = "__complete"
"""The verb by which the scripts of the shells complete a word."""
_ADDRESS_SPACE = 2**30
"""Bytes that the libraries map, and the stacks of their threads."""
_DESCRIPTORS = 16


def run_guarded(*, is_interruptible: bool) -> NoReturn:
    """Run `cxtui` in a child of this process, which is left where it cannot be guarded.

    `is_interruptible` says that ctrl+c is to be heard; a script ignores it behind `&`.
    """
    with suppress(CxtuiError):  # which `main` raises again, to be said
        _speak(sys.argv[1:])
    try:
        message = "it needs {} open files and may have {}: allow more by `ulimit -n`"
        _require(resource.RLIMIT_NOFILE, _DESCRIPTORS, 1, message)
    except CxtuiError as error:
        say_error(error, sys.argv[1:])
        exit_now(Exit.FAILED)
    hear_lost_exceptions()
    keep_blas_to_one_thread()
    if sys.argv[1:2] != [_COMPLETE]:
        start_guarded()
    status: int = Exit.INTERRUPTED
    with suppress(KeyboardInterrupt):
        if is_interruptible:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        if verb_first(sys.argv[1:])[:1] != ["explore"]:  # which has a terminal to restore first
            install_signal_handlers()
        status = main()
        if is_interruptible:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
    exit_now(shell_status(status))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `cxtui` and return its exit code; errors are one line on standard error.

    The line is JSON where the result was asked for as JSON.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        _speak(words)
        return _run_words(words)
    except UsageError as error:
        say_error(error, words)
        return Exit.USAGE
    except CxtuiError as error:
        note("refused", exc_info=True)
        say_error(error, words)
        return Exit.FAILED
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has ended, as with `| head`.
        sys.stdout = None
        return Exit.DONE
    except (SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # the panics of native libraries are no `Exception`
        note("broke down", exc_info=True)
        say_error(_unforeseen(error), words)
        return Exit.FAILED


def _speak(words: Sequence[str]) -> None:
    """Use the language that the words or the environment name; programs are told in English."""
    if is_json_asked(words):
        speak_english()
    else:
        speak(language_options(words))


def _require(limit: int, least: int, unit: int, message: str) -> None:
    """Raise `CxtuiError` where a limit of the shell leaves less than `least` of a resource.

    The libraries end the program, or fail in ways that say nothing, where they find none.
    """
    most, _ = resource.getrlimit(limit)
    if most != resource.RLIM_INFINITY and most < least:
        raise CxtuiError(message, least // unit, most // unit)


def _unforeseen(error: BaseException) -> str:
    if is_out_of_memory(error):  # nothing more can be loaded
        return tr("it takes more memory than there is")
    from cxtui.cli.problem_report import report_problem

    return report_problem(error)


def _run_words(words: Sequence[str]) -> int:
    if words[:1] == [_COMPLETE]:
        return _complete(words[1:])
    config = None
    if verb_first(words)[:1] == ["explore"]:
        from cxtui.session.config import load_config

        config = load_config()
    command = parse(words, config)
    if config:
        speak(command.spoken)
    if command.version:
        return print_text(f"cxtui {__version__}\n")
    if command.help:
        from cxtui.cli.help_text import help_text

        return print_text(help_text(command.verb))
    message = "it needs {:,} MB of address space and has {:,} MB: allow more by `ulimit -v`"
    _require(resource.RLIMIT_AS, _ADDRESS_SPACE, 2**20, message)
    with silence_native_stderr(), ExitStack() as tidy:
        command = _received(command, tidy)
        if isinstance(command.survey, Start) and command.survey.linear:
            return _explore_in_lines(command.survey)
        if isinstance(command.survey, Start):
            return _explore(command.survey, tidy)
        from cxtui.cli.verbs import RUN

        return RUN[command.verb](command)


def _complete(words: Sequence[str]) -> int:
    if not words or words[0] not in SHELLS:
        return Exit.USAGE
    from cxtui.cli.completion import completed

    return print_text(completed(words[0], words[1:]))


def _received(command: Command, tidy: ExitStack) -> Command:
    """Start the log and what decodes files; replace `-` by the spooled standard input.

    `tidy` gets what is to be done at the end.
    """
    from cxtui.sources.locate import EXCEL, STATISTICS, ending_of
    from cxtui.sources.standard_input import STANDARD_INPUT, SpooledInput

    if command.debug_log:
        from cxtui.cli.debug_log import end_log, start_log

        start_log(Path(command.debug_log))
        tidy.callback(lambda: say(f"cxtui: {why}") if (why := end_log()) else None)
        note(command.verb)
    tidy.push(_keep_openings)
    # Queries that still run on a server, and files that are half written.
    tidy.callback(_if_loaded, "cxtui.sources.readers.spark.spark_client", "leave_servers")
    tidy.callback(_if_loaded, "cxtui.output.files.write_file", "forget_drafts")
    if STANDARD_INPUT not in command.survey.files:
        if any(ending_of(one) in STATISTICS | EXCEL for one in command.survey.files):
            from cxtui.sources.apart.decode_apart import start_early

            start_early(command.survey.files)
        return command
    spooled = SpooledInput()
    tidy.callback(spooled.forget)
    file = str(spooled.file)
    files = tuple(file if one == STANDARD_INPUT else one for one in command.survey.files)
    return replace(command, survey=replace(command.survey, files=files, piped=file))


def _keep_openings(kind: type[BaseException] | None, *_: object) -> None:
    """Write what was read to the cache, behind the output; not for a user who wants to leave.

    The output was flushed when it was written.
    """
    if (kind is None or issubclass(kind, CxtuiError)) and not shell_status(Exit.DONE):
        _if_loaded("cxtui.sources.cache.survey_cache", "keep_openings")


def _if_loaded(module: str, name: str) -> None:
    """Call a function of a module that is loaded; the module may be loading in a thread."""
    if callable(function := getattr(sys.modules.get(module), name, None)):
        function()


def _explore(survey: Start, tidy: ExitStack) -> NoReturn:
    """Open the explorer; raises `SourceError` without such a survey or a terminal to show it on."""
    from cxtui.app.terminal.tty import require_terminal, take_keys_from_terminal
    from cxtui.sources.wave_files import find_waves

    try:
        find_waves(survey.files)
    except SourceError as error:
        if meant := meant_verb(survey.files[0]):
            raise SourceError(
                "{}; did you mean `cxtui {}`?", error, meant, Advice(near=(meant,))
            ) from None
        raise
    if survey.piped:
        take_keys_from_terminal()
    require_terminal()
    use_one_heap()
    from cxtui.app.explorer import explore

    explore(survey, tidy.close, say, lambda error: f"cxtui: {_unforeseen(error)}")


def _explore_in_lines(survey: Start) -> int:
    """Explore a survey without a screen; raises `SourceError` where it cannot be opened."""
    from cxtui.app.linear.linear_visit import explore_in_lines
    from cxtui.app.terminal.tty import take_keys_from_terminal

    if survey.piped:
        take_keys_from_terminal()
    problem = explore_in_lines(survey, input, partial(print, flush=True))
    if problem:
        raise SourceError("{}", problem)
    return Exit.DONE
