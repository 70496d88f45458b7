"""The text that `--help` prints: argparse draws it from the declared options."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence

from cxtui.cli.command import SUMMARY, VERBS
from cxtui.cli.verb_options import options_for
from cxtui.messages import tr
from cxtui.options import Option

EXAMPLES: Mapping[str, Sequence[str]] = {
    "": (
        "cxtui survey.parquet                       explore it: ? shows the keys",
        "cxtui survey.parquet --by role --wave all  open it on a view",
        "cxtui questions survey.csv                 what was auto-detected in it",
        "cxtui table survey.parquet cx_goal --by role --where wave=2016",
        "cxtui table survey.parquet cx_goal --shape tidy -o goal.csv",
        "cxtui table survey.parquet --all -o tables.xlsx   a sheet for each question",
        "cxtui gaps survey.parquet --by role        where the two really differ",
        "cxtui changes survey.parquet               what changed since the last wave",
        "cxtui trend survey.parquet cx_goal         what changed from wave to wave",
        "cxtui codebook survey.csv > survey.codebook.toml",
        "cxtui convert survey.xlsx survey.parquet   one file, with its codebook inside",
    ),
    "explore": (
        "cxtui survey.parquet                       on the latest wave, by role",
        "cxtui 'parts/*.parquet' --by seniority     parts of one survey, quoted",
        "cxtui survey.csv --codebook mine.toml      with a codebook from elsewhere",
        "cxtui survey.parquet --resume              where you left it",
        "cxtui sc://localhost/main.surveys.cx       a table at a Spark Connect server",
    ),
    "questions": (
        "cxtui questions survey.csv                 id, kind, wording, answered",
        "cxtui questions survey.csv --format json   for a program",
    ),
    "table": (
        "cxtui table survey.parquet cx_goal --by role --where wave=2016",
        "cxtui table survey.parquet cx_goal --by 'seniority>role' --wave all",
        "cxtui table survey.parquet cx_goal --by industry --where 'budget_share>=30'",
        "cxtui table survey.parquet delivery --net 'Top two=4,5' --correction bh",
        "cxtui table survey.parquet cx_goal --shape tidy -o goal.csv",
        "cxtui table survey.parquet cx_goal --format markdown",
    ),
    "gaps": (
        "cxtui gaps survey.parquet --by role        what differs comes first",
        "cxtui gaps survey.parquet --by industry --compare rest",
        "cxtui gaps survey.parquet --by role --shape answers   the answers of each",
        "cxtui gaps survey.parquet --level 99 -o gaps.csv",
    ),
    "changes": (
        "cxtui changes survey.parquet               latest wave minus the one before",
        "cxtui changes survey.parquet --by role     in each role",
        "cxtui changes survey.parquet --by role --did   did the two part or meet?",
        "cxtui changes survey.parquet --alert --at-least 5   status 3 if any holds",
    ),
    "trend": (
        "cxtui trend survey.parquet cx_goal         each role over the waves",
        "cxtui trend survey.parquet cx_goal --by seniority -o goal-trend.csv",
        "cxtui trend survey.parquet cx_goal --shape chart -o goal-trend.svg",
    ),
    "rows": (
        "cxtui rows survey.parquet --where role=Technology   and what they wrote",
        "cxtui rows survey.parquet --columns seniority,cx_goal -o people.csv",
    ),
    "check": (
        "cxtui check survey.parquet                 each check, and its proposed flag",
        "cxtui check survey.parquet --duration budget_share -o checks.csv",
    ),
    "codes": (
        "cxtui codes survey.parquet first_change    the codes, and how many have each",
        "cxtui codes survey.parquet first_change --export codes.csv --text",
        "cxtui codes survey.parquet first_change --import codes-of-ben.csv",
    ),
    "brief": (
        "cxtui brief survey.parquet --by role -o brief.html",
        "cxtui brief survey.parquet --by role --since 2015   compared with that wave",
        "cxtui brief survey.parquet --section changes   a tracker's monthly page",
    ),
    "plan": (
        "cxtui plan book.plan.toml survey.parquet -o book.xlsx",
        "cxtui plan book.plan.toml survey.parquet --check   what each table would be",
        "cxtui plan book.plan.toml survey.parquet --tables 3,7-9 -o some.html",
    ),
    "codebook": (
        "cxtui codebook survey.csv                  what was auto-detected, and why",
        "cxtui codebook survey.csv > survey.codebook.toml",
    ),
    "convert": (
        "cxtui convert survey.xlsx survey.parquet",
        "cxtui convert 'parts/*.csv' survey.parquet --force",
        "cxtui convert survey.xlsx survey.sav       labels, missing values, sets",
    ),
    "weight": (
        "cxtui weight survey.parquet --targets targets.toml --check",
        "cxtui weight survey.parquet --targets targets.toml -o weighted.parquet",
    ),
    "completion": (
        "source <(cxtui completion bash)            in ~/.bashrc",
        "cxtui completion zsh > ~/.zfunc/_cxtui     where ~/.zfunc is in fpath",
        "cxtui completion fish > ~/.config/fish/completions/cxtui.fish",
    ),
    "man": (
        "cxtui man | man -l -                       read it here and now",
        "cxtui man json > cxtui.schema.json         the JSON of every verb, described",
    ),
}
"""Command lines that work, by verb, those of the program itself under `""`.

Two blanks or more are between a command and its explanation.
"""


_GROUPS = ("positional arguments", "options")
"""The headings that a parser has by itself, in its order."""


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Draws the help in the user's language."""

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        """Begin with the usage line."""
        super().add_usage(usage, actions, groups, prefix or tr("usage: "))


def help_text(verb: str) -> str:
    """Return the help of a verb, that of the program where it is empty."""
    parser = argparse.ArgumentParser(
        prog=f"cxtui {verb}" if verb else "cxtui",
        usage=None if verb else "cxtui FILE [OPTION ...]\n       cxtui VERB ...",
        description=tr(VERBS.get(verb, SUMMARY)),
        epilog=_epilog(verb),
        formatter_class=_Formatter,
        add_help=False,
    )
    for group, title in zip(parser._action_groups, _GROUPS, strict=True):
        group.title = tr(title)
    _add_options(parser, [one for one in options_for(verb) if not one.refused])
    if not verb:
        verbs = parser.add_subparsers(title=tr("verbs"), metavar="VERB")
        for name, does in VERBS.items():
            verbs.add_parser(name, help=tr(does))
    return parser.format_help()


def _epilog(verb: str) -> str:
    lines = [tr("examples:"), *(f"  {tr(line)}" for line in EXAMPLES[verb])]
    if not verb:
        lines += ["", tr("`cxtui VERB --help` shows the options of each; `cxtui man` has all.")]
    return "\n".join(lines)


def _add_options(parser: argparse.ArgumentParser, options: Sequence[Option]) -> None:
    """Add declared options to a parser, rivals together and each in its group."""
    groups: dict[str, argparse._ActionsContainer] = {"": parser}
    rivals: dict[str, argparse._ActionsContainer] = {}
    rivalled = {one.rival for one in options}
    for one in options:
        if one.group not in groups:
            groups[one.group] = parser.add_argument_group(tr(one.group))
        group = groups[one.group]
        if one.name in rivalled:
            group = rivals[one.name] = group.add_mutually_exclusive_group()
        _add_option(rivals.get(one.rival, group), one)


def _add_option(group: argparse._ActionsContainer, one: Option) -> None:
    text = one.description or None
    if one.is_negatable:
        group.add_argument(one.flag, action=argparse.BooleanOptionalAction, help=text)
    elif one.is_flag:
        group.add_argument(*one.flags, action="store_true", help=text)
    elif one.place:
        nargs = None if one.place == "1" else one.place
        group.add_argument(one.name, metavar=one.takes, nargs=nargs, help=text)
    else:
        metavar = one.takes if one.is_list else one.metavar or None
        choices = None if one.is_list else one.choices or None
        group.add_argument(*one.flags, metavar=metavar, choices=choices, help=text)
