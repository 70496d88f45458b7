"""The command line: options become a View, and the View goes to the screen or a file."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

from cxtui import __version__
from cxtui.errors import CxtuiError
from cxtui.native import unheard

if TYPE_CHECKING:
    from cxtui.analysis.several import Tabled
    from cxtui.output import Format
    from cxtui.output.replay import Opened


class Exit(IntEnum):
    """What the program tells the shell."""

    DONE = 0
    FAILED = 1
    """The survey or the view could not be read or computed."""
    USAGE = 2
    """The command line is wrong."""
    INTERRUPTED = 130


_EXAMPLES = """\
examples:
  cxtui survey.parquet                       explore it: ? shows the keys
  cxtui survey.parquet --by role --wave all  open it on a view
  cxtui questions survey.csv                 what it holds, and what was guessed
  cxtui table survey.parquet cx_goal --by role --where wave=2016
  cxtui table survey.parquet cx_goal --shape tidy -o goal.csv
  cxtui table survey.parquet --all -o tables.xlsx   a sheet for each question
  cxtui gaps survey.parquet --by role         where the two really differ
  cxtui codebook survey.csv > survey.codebook.toml
  cxtui convert survey.xlsx survey.parquet    one file, with its codebook inside
"""
_VERBS = ("explore", "questions", "table", "gaps", "codebook", "convert")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `cxtui` and return its exit code; errors are one line on standard error."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words and words[0] not in (*_VERBS, "-h", "--help", "--version"):
        words.insert(0, "explore")
    options = _parser().parse_args(words or ["--help"])
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        with unheard(), ExitStack() as options.tidy:
            _receive(options)
            return run(options)
    except CxtuiError as error:
        _say(f"cxtui: {error}")
        return Exit.FAILED
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone, as with `| head`: nothing is left to say.
        sys.stdout = None
        return Exit.DONE


def _receive(options: argparse.Namespace) -> None:
    """Put the file that standard input is kept in where `-` stood for it."""
    from cxtui.sources.piped import STANDARD_INPUT, Piped

    if options.file == STANDARD_INPUT:
        piped = Piped()
        options.tidy.callback(piped.forget)
        options.file = str(piped.file)
        options.piped = True


def _parser() -> argparse.ArgumentParser:
    from cxtui.analysis.options import add_question_option, add_view_options
    from cxtui.app.looks import add_look_options

    parser = argparse.ArgumentParser(
        prog="cxtui",
        description="Explore survey data: where do two groups really differ?",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"cxtui {__version__}")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)

    def verb(
        name: str, does: str, run: Callable[[argparse.Namespace], int]
    ) -> argparse.ArgumentParser:
        added = verbs.add_parser(name, help=does, description=does, allow_abbrev=False)
        added.set_defaults(run=run, piped=False)
        where = "a file, a folder of parts, a pattern, or - for standard input"
        added.add_argument("file", metavar="FILE", help=where)
        added.add_argument("--codebook", default="", metavar="TOML", help="use this codebook")
        return added

    explore = verb("explore", "open the explorer (the same as `cxtui FILE`)", _explore)
    add_question_option(explore)
    add_view_options(explore)
    add_look_options(explore)
    questions = verb("questions", "list the questions, and what was guessed", _questions)
    _add_output(questions, pictured=False)
    table = verb("table", "print one comparison table", _table)
    table.add_argument("question", metavar="QUESTION", nargs="?", help="the question in the rows")
    table.add_argument("--all", action="store_true", help="all questions, in one file")
    table.set_defaults(wrong=table.error)
    add_view_options(table)
    _add_output(table, shaped=True)
    gaps = verb("gaps", "rank all answers by how far the two groups differ", _gaps)
    add_view_options(gaps)
    _add_output(gaps)
    codebook = verb("codebook", "print the codebook as TOML, to edit beside the file", _codebook)
    _add_destination(codebook)
    convert = verb("convert", "write one Parquet file with the codebook inside", _convert)
    convert.add_argument("output", metavar="OUT", help="the Parquet file to write")
    _add_force(convert)
    return parser


def _add_output(
    parser: argparse.ArgumentParser, *, shaped: bool = False, pictured: bool = True
) -> None:
    # The words of `output.Format` and `output.Shape`, which load more than --help should.
    formats = ["text", "csv", "tsv", "json", "markdown", "html", "xlsx", "parquet"]
    formats += ["svg"] if pictured else []
    parser.add_argument("--format", choices=formats, help="default: text, or by the ending of -o")
    if shaped:
        shape = "wide: the table as seen (the default); tidy: a row a cell; chart: bars, as svg"
        parser.add_argument("--shape", choices=("wide", "tidy", "chart"), help=shape)
    _add_destination(parser)


def _add_destination(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-o", "--output", metavar="OUT", help="write to this file")
    _add_force(parser)


def _add_force(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--force", action="store_true", help="replace OUT if it exists")


def _explore(options: argparse.Namespace) -> int:
    from cxtui.app.terminal import require_terminal, take_keys_from_terminal
    from cxtui.sources.locate import find_files

    find_files(options.file)
    if options.piped:
        take_keys_from_terminal()
    require_terminal()
    from cxtui.app.app import explore

    return explore(options)


def _questions(options: argparse.Namespace) -> int:
    from cxtui.output.questions import list_questions, remarks_on
    from cxtui.sources.opening import open_survey

    format_ = _format(options)
    survey = open_survey(options.file, options.codebook)
    for line in remarks_on(survey):
        _say(line)
    return _deliver(options, list_questions(survey, format_))


def _table(options: argparse.Namespace) -> int:
    from cxtui.analysis.options import view_of
    from cxtui.analysis.tabulate import tabulate
    from cxtui.output import Shape, render
    from cxtui.sources.opening import open_survey

    if options.all:
        return _tables(options)
    if options.question is None:
        options.wrong("the following arguments are required: QUESTION, or --all")
    format_ = _format(options)
    survey = open_survey(options.file, options.codebook)
    view = view_of(survey, options)
    shape = Shape(options.shape or Shape.WIDE)
    again = _opened(options).table(view)
    return _deliver(options, render(tabulate(survey, view), format_, shape, replay=again))


def _tables(options: argparse.Namespace) -> int:
    """Write the tables of all questions, each asked as the options ask."""
    if options.question is not None:
        options.wrong("QUESTION and --all: take one of them")
    from cxtui.analysis.options import view_of_any
    from cxtui.analysis.several import all_questions, each_table
    from cxtui.output import Shape
    from cxtui.output.several import check_several, render_all
    from cxtui.sources.opening import open_survey

    format_, shape = _format(options), Shape(options.shape) if options.shape else None
    check_several(format_, shape)
    survey = open_survey(options.file, options.codebook)
    named = all_questions(survey, view_of_any(survey, options))
    tabled = list(_counted(each_table(survey, named), len(named)))
    for one in tabled:
        if one.problem:
            _say(f"no table of {one.name}: {one.problem}")
    opened = _opened(options)
    return _deliver(options, render_all(tabled, format_, shape, title=survey.title, opened=opened))


def _counted(tabled: Iterable[Tabled], of: int) -> Iterator[Tabled]:
    """Pass tables on, and tell a terminal how many there are so far."""
    is_watched = sys.stderr.isatty()
    for done, one in enumerate(tabled, 1):
        if is_watched:
            sys.stderr.write(f"\r{done} of {of} questions" if done < of else "\r\x1b[K")
            sys.stderr.flush()
        yield one


def _gaps(options: argparse.Namespace) -> int:
    from itertools import chain

    from cxtui.analysis.gaps import each_gap, ranked
    from cxtui.analysis.options import view_of
    from cxtui.output.gaps import list_gaps, notes_on
    from cxtui.sources.opening import open_survey

    format_ = _format(options)
    survey = open_survey(options.file, options.codebook)
    view = view_of(survey, options)
    gaps = ranked(chain.from_iterable(found for _, found in each_gap(survey, view)), view.level)
    notes = notes_on(gaps, view.level)
    again = _opened(options).gaps(view)
    return _deliver(options, list_gaps(gaps, notes, view.level, format_, replay=again))


def _codebook(options: argparse.Namespace) -> int:
    from cxtui.sources.opening import open_survey
    from cxtui.survey.codebook import write_codebook

    survey = open_survey(options.file, options.codebook)
    return _deliver(options, write_codebook(survey.codebook).encode())


def _convert(options: argparse.Namespace) -> int:
    from cxtui.output.parquet import check_target, save_parquet
    from cxtui.sources.opening import open_survey
    from cxtui.survey.codebook import SUFFIX

    target = Path(options.output)
    check_target(target, options.file, replace=options.force)
    survey = open_survey(options.file, options.codebook)
    path = save_parquet(survey, target, replace=options.force)
    _say(f"wrote {path}")
    beside = path.with_name(path.stem + SUFFIX)
    if beside.exists():
        _say(f"note: {beside} is read before the codebook inside; move it, or see that it agrees")
    return Exit.DONE


def _opened(options: argparse.Namespace) -> Opened:
    from cxtui.output.replay import Opened

    return Opened(options.file, options.codebook)


def _format(options: argparse.Namespace) -> Format:
    """Return the format asked for: by name, by the ending of the file, else text."""
    from cxtui.errors import ExportError
    from cxtui.output import Format, format_of

    if not options.format:
        return format_of(Path(options.output)) if options.output else Format.TEXT
    format_ = Format(options.format)
    if not (options.output or format_.is_text) and sys.stdout.isatty():
        raise ExportError(f"{format_} is nothing for a terminal: name a file with -o")
    return format_


def _deliver(options: argparse.Namespace, content: bytes) -> int:
    """Put the content where it was asked to go; standard output carries nothing else."""
    if not options.output:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return Exit.DONE
    from cxtui.output.write import write_whole
    from cxtui.sources.locate import find_files

    own = find_files(options.file)
    path = write_whole(Path(options.output), content, replace=options.force, never=own)
    _say(f"wrote {path}")
    return Exit.DONE


def _say(line: str) -> None:
    print(line, file=sys.stderr)  # noqa: T201
