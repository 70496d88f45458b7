"""What `--help` prints, drawn by argparse from the declared options."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from cxtui.cli.examples import epilog
from cxtui.cli.parser import SUMMARY, VERBS, options_for
from cxtui.options import Option


def help_text(verb: str) -> str:
    """Return the help of a verb, that of the program where it is empty."""
    prog = f"cxtui {verb}" if verb else "cxtui"
    parser = argparse.ArgumentParser(
        prog=prog,
        usage=None if verb else "cxtui FILE [OPTION ...]\n       cxtui VERB ...",
        description=VERBS.get(verb, SUMMARY),
        epilog=epilog(verb),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        add_help=False,
    )
    _add_options(parser, [one for one in options_for(verb) if not one.refused])
    if not verb:
        verbs = parser.add_subparsers(title="verbs", metavar="VERB")
        for name, does in VERBS.items():
            verbs.add_parser(name, help=does)
    return parser.format_help()


def _add_options(parser: argparse.ArgumentParser, options: Iterable[Option]) -> None:
    """Add declared options to a parser, rivals together and each in its group."""
    options = tuple(options)
    groups: dict[str, argparse._ActionsContainer] = {"": parser}
    rivals: dict[str, argparse._ActionsContainer] = {}
    rivalled = {one.rival for one in options}
    for one in options:
        if one.group not in groups:
            groups[one.group] = parser.add_argument_group(one.group)
        group = groups[one.group]
        if one.name in rivalled:
            group = rivals[one.name] = group.add_mutually_exclusive_group()
        _add_option(rivals.get(one.rival, group), one)


def _add_option(group: argparse._ActionsContainer, one: Option) -> None:
    if one.is_negatable:
        group.add_argument(one.flag, action=argparse.BooleanOptionalAction, help=one.help)
    elif one.is_flag:
        group.add_argument(*one.flags, action="store_true", help=one.help)
    elif one.place:
        nargs = None if one.place == "1" else one.place
        group.add_argument(one.name, metavar=one.takes, nargs=nargs, help=one.help or None)
    else:
        metavar, choices = one.metavar or None, one.choices or None
        group.add_argument(*one.flags, metavar=metavar, choices=choices, help=one.help)
