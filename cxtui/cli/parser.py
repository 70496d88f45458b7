"""The words of the command line: verbs, the options of each, and what `--help` says of them."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from cxtui import __version__
from cxtui.analysis.query.memory_budget import MEMORY, as_memory
from cxtui.analysis.view.view_options import VIEW_OPTIONS, ViewOptions
from cxtui.cli.examples import epilog
from cxtui.errors import UsageError
from cxtui.options import Option, values_from
from cxtui.sources.source import DEFAULT_TIMEOUT, timeout_of

if TYPE_CHECKING:
    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]

VERBS = {
    "explore": "open the explorer (the same as `cxtui FILE`)",
    "questions": "list the questions, and what was guessed",
    "table": "print one comparison table",
    "gaps": "rank all answers by how far the two groups differ",
    "codebook": "print the codebook as TOML, to edit beside the file",
    "convert": "write one Parquet file with the codebook inside",
    "completion": "print what a shell reads to complete our command lines",
    "man": "print the manual page, as `man` reads it",
}
"""What each verb does."""

_WITHOUT_FILES = ("completion", "man")

_LOG_HELP = "write what happens and how long it takes to this file, for a report of a problem"


_RANKED = {"show": "column", "correction": "bh", "against": "columns"}
"""What a ranking of gaps does anyway, and so may be told to."""

RANKING_OPTIONS = tuple(
    replace(
        one,
        allowed=_RANKED.get(one.name),
        refused="does not go with gaps: column % and means of all answers are ranked, the widest "
        "gap that holds up first, corrected by Benjamini–Hochberg over all of them",
    )
    if one.is_of_table
    else one
    for one in VIEW_OPTIONS
    if one.name != "question"
)
"""The options that a ranking of gaps heeds; those that it cannot are refused, not ignored."""


def view_options(options: argparse.Namespace) -> ViewOptions:
    """Return what parsed options ask of a view."""
    return values_from(ViewOptions, vars(options))


def as_file(text: str) -> str:
    """Return the name of a file; raises `ArgumentTypeError` where there is none."""
    if not text:
        raise argparse.ArgumentTypeError("a file needs a name")
    return text


def as_output(text: str) -> str:
    """Return the name of a file, empty for standard output; raises as `as_file`."""
    return "" if text == "-" else as_file(text)


def meant_verb(word: str) -> str:
    """Return the verb that a word is nearly, empty where it is none or looks like a file."""
    import difflib

    near = difflib.get_close_matches(word, VERBS, n=1, cutoff=0.75)
    return near[0] if near and word not in VERBS and not set(word) & set("./*") else ""


def verb_first(words: Sequence[str]) -> list[str]:
    """Return the words with a verb in front; the option that may stand before it goes behind it."""
    words, moved = list(words), list[str]()
    while words and words[0].partition("=")[0] == "--debug-log":
        length = 1 if "=" in words[0] else 2
        moved, words = moved + words[:length], words[length:]
    if words and words[0] in {"-h", "--help", "--version"}:
        return words
    if words and words[0] not in VERBS:
        words = ["explore", *words]
    return [*words[:1], *moved, *words[1:]]


def build_parser(
    configured: Mapping[str, object] = MappingProxyType({}), verb: str = ""
) -> argparse.ArgumentParser:
    """Return the parser; `configured` are defaults of the explorer that the user has set.

    One that is to read a command line with `verb` knows that verb alone: each takes a millisecond.
    """
    parser = argparse.ArgumentParser(
        prog="cxtui",
        usage="cxtui FILE [OPTION ...]\n       cxtui VERB ...",
        description="Explore survey data: where do two groups really differ?",
        epilog=epilog(""),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"cxtui {__version__}")
    # Before the verb it is moved behind it: it stands here only to be shown.
    parser.add_argument("--debug-log", metavar="FILE", help=_LOG_HELP)
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    for name, does in VERBS.items():
        if name == verb or verb not in VERBS:
            _fill(_add_verb(verbs, name, does), name, configured)
    return parser


def _fill(parser: argparse.ArgumentParser, verb: str, configured: Mapping[str, object]) -> None:
    """Add what a verb takes."""
    if verb not in _WITHOUT_FILES:
        _add_files(parser)
    match verb:
        case "explore":
            _fill_explore(parser, configured)
        case "questions":
            _add_output(parser, pictured=False)
        case "table":
            _fill_table(parser)
        case "gaps":
            _add_options(parser, RANKING_OPTIONS)
            _add_output(parser)
        case "codebook":
            _add_destination(parser)
        case "convert":
            parser.add_argument("output", metavar="OUT", help="the Parquet file to write")
            _add_force(parser)
        case "completion":
            shells = ("bash", "zsh", "fish")
            parser.add_argument("shell", choices=shells, metavar="|".join(shells))


def _add_options(parser: argparse.ArgumentParser, options: Iterable[Option]) -> None:
    """Add declared options to a parser, rivals together and each in its group."""
    groups: dict[str, argparse._ArgumentGroup] = {}
    rivals: dict[str, argparse._MutuallyExclusiveGroup] = {}
    options = tuple(options)
    for one in options:
        group: argparse._ActionsContainer = parser
        if one.group:
            group = (
                groups.setdefault(one.group, parser.add_argument_group(one.group))
                if one.group not in groups
                else groups[one.group]
            )
        first = one.rival or one.name
        if any(first == other.rival for other in options):
            group = (
                rivals[first]
                if first in rivals
                else rivals.setdefault(first, group.add_mutually_exclusive_group())
            )
        _add_option(group, one)


def _add_option(group: argparse._ActionsContainer, one: Option) -> None:
    if one.refused:
        group.add_argument(
            one.flag,
            action=_Refused,
            nargs=0 if one.is_flag else None,
            help=argparse.SUPPRESS,
            const=one,
            default=one.default,
        )
    elif one.is_negatable:
        group.add_argument(one.flag, action=argparse.BooleanOptionalAction, help=one.help)
    elif one.is_flag:
        group.add_argument(one.flag, action="store_true", help=one.help)
    else:
        group.add_argument(
            *one.flags,
            action=_Kept,
            const=one,
            default=one.default,
            choices=one.choices or None,
            metavar=one.metavar or None,
            help=one.help,
        )


class _Kept(argparse.Action):
    """Keeps the value of an option."""

    const: Option

    def __call__(
        self, parser: Any, namespace: Any, values: Any, option_string: str | None = None
    ) -> None:
        """Keep the value, or end the program: the command line is wrong."""
        try:
            value = self.const.value_of(values, self.const.flag)
        except UsageError as error:
            parser.error(str(error))
        before = getattr(namespace, self.dest)
        setattr(namespace, self.dest, (*before, value) if self.const.is_repeatable else value)


class _Refused(_Kept):
    """Refuses an option that a verb does not heed."""

    def __call__(
        self, parser: Any, namespace: Any, values: Any, option_string: str | None = None
    ) -> None:
        """Leave the view as it is, or end the program."""
        if values != self.const.allowed:
            parser.error(f"{option_string} {self.const.refused}")


def _add_verb(verbs: Verbs, name: str, does: str) -> argparse.ArgumentParser:
    added = verbs.add_parser(
        name,
        prog=f"cxtui {name}",
        help=does,
        description=does,
        epilog=epilog(name),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    added.set_defaults(verb=name)
    added.add_argument("--debug-log", metavar="FILE", type=as_file, help=_LOG_HELP)
    return added


def _add_files(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(piped="")  # the file that standard input is kept in
    where = "a file, a folder, a pattern, or - for standard input; several: waves"
    parser.add_argument("files", metavar="FILE", nargs="+", help=where)
    parser.add_argument("--codebook", default="", metavar="TOML", help="use this codebook")
    parser.add_argument(
        "--timeout",
        type=timeout_of,
        default=DEFAULT_TIMEOUT,
        metavar="SECONDS",
        help=f"how long a server far away may take to answer (default: {DEFAULT_TIMEOUT:.0f})",
    )


def _fill_explore(explore: argparse.ArgumentParser, configured: Mapping[str, object]) -> None:
    _add_options(explore, VIEW_OPTIONS)
    returning = explore.add_mutually_exclusive_group()
    returning.add_argument("--resume", action="store_true", help="open the view it was left at")
    returning.add_argument("--fresh", action="store_true", help="do not offer that view")
    explore.add_argument(
        "--follow", action="store_true", help="read the file again by itself whenever it changed"
    )
    explore.add_argument(
        "--memory",
        type=as_memory,
        default=MEMORY,
        metavar="MB",
        help=f"megabytes of columns and counts to keep (default: {MEMORY})",
    )
    terminal = explore.add_argument_group("the terminal")
    terminal.add_argument(
        "--ascii",
        action=argparse.BooleanOptionalAction,
        help="draw with plain characters (default: where LANG or TERM says so)",
    )
    terminal.add_argument(
        "--theme",
        choices=("dark", "light"),
        help="colours for a dark or a light background (default: as COLORFGBG says, else dark)",
    )
    explore.set_defaults(**{"config": None, **configured})


def _fill_table(table: argparse.ArgumentParser) -> None:
    table.add_argument("question", metavar="QUESTION", nargs="?", help="the question in the rows")
    table.add_argument("--all", action="store_true", help="all questions, in one file")
    table.set_defaults(wrong=table.error)
    _add_options(table, (one for one in VIEW_OPTIONS if one.name != "question"))
    _add_output(table, shaped=True)


def _add_output(
    parser: argparse.ArgumentParser, *, shaped: bool = False, pictured: bool = True
) -> None:
    from cxtui.output import Format

    formats = [one.value for one in Format if pictured or not one.writer.is_picture]
    parser.add_argument("--format", choices=formats, help="default: text, or by the ending of -o")
    if shaped:
        shape = "wide: the table as seen (the default); tidy: a row a cell; chart: bars, as svg"
        parser.add_argument("--shape", choices=("wide", "tidy", "chart"), help=shape)
    _add_destination(parser)


def _add_destination(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-o", "--output", metavar="OUT", type=as_output, help="write to this file; - prints"
    )
    _add_force(parser)


def _add_force(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--force", action="store_true", help="replace OUT if it exists")
