"""How the words of a command line become a `Command`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cxtui.analysis.view.view_option_table import ViewOptions
from cxtui.cli.command import VERBS, Command
from cxtui.cli.verb_options import options_for, synopsis
from cxtui.errors import Advice, UsageError, near_names
from cxtui.languages import LanguageOptions
from cxtui.messages import tr
from cxtui.options import Option, options_of, read_options, values_from
from cxtui.session.start import Start, SurveyOptions
from cxtui.user_directories import expand_home

if TYPE_CHECKING:
    from cxtui.session.config import Config

_BEFORE_VERBS = frozenset({"--debug-log", *(one.flag for one in options_of(LanguageOptions))})
"""Options that may stand before a verb."""
_RANKED = ("gaps", "changes", "brief")
"""Verbs that take options of a ranking."""


def meant_verb(word: str) -> str:
    """Return the verb that a word is nearly, empty where it is none or looks like a file."""
    near = near_names(word, VERBS, cutoff=0.75)
    return near[0] if near and word not in VERBS and not set(word) & set("./*") else ""


def verb_first(words: Sequence[str]) -> list[str]:
    """Return the words with a verb in front; options that may stand before it go behind it."""
    words, moved = list(words), list[str]()
    while words and words[0].partition("=")[0] in _BEFORE_VERBS:
        length = 1 if "=" in words[0] else 2
        moved, words = moved + words[:length], words[length:]
    if words and words[0] in {"-h", "--help", "--version"}:
        return words
    if words and words[0] not in VERBS:
        words = ["explore", *words]
    return [*words[:1], *moved, *words[1:]]


def parse(words: Sequence[str], config: Config | None = None) -> Command:
    """Return what the words of a command line ask for; `config` has the explorer's defaults.

    Raises `UsageError` where the command line is wrong: it says what to type instead.
    """
    words = verb_first(words or ["--help"])
    verb = words[0] if words[0] in VERBS else ""
    whose = "cxtui" if verb in {"", "explore"} else f"cxtui {verb}"
    options = options_for(verb)
    values, arguments = read_options(
        options, words[1:] if verb else words, whose, lambda flag: _advice(verb, flag)
    )
    if not values.get("help") and not values.get("version"):
        values |= _arguments(verb, options, values, arguments)
    view = values_from(ViewOptions, values)
    survey = values_from(SurveyOptions, values)
    if verb == "explore":
        values = {**config.options, **values} if config else values
        view = values_from(ViewOptions, values)
        survey = replace(values_from(Start, values), view=view, config=config)
    if verb == "weight" and not values.get("help"):
        _require_targets(values)
    for one, other in (("at_least", "alert"), ("text", "export")):
        if values.get(one) and not values.get(other):
            raise UsageError("{} goes with {}", f"--{one.replace('_', '-')}", f"--{other}")
    spoken, own = values_from(LanguageOptions, values), values_from(Command, values)
    command = replace(own, verb=verb, spoken=spoken, survey=survey, view=view, values=values)
    if verb in _RANKED:
        _ = command.ranking  # which refuses options that do not go together
    return command


def _require_targets(values: Mapping[str, object]) -> None:
    """Raise `UsageError` where a weight has no targets, or no file to be written to."""
    for name in ("targets",) if values.get("check") else ("targets", "output"):
        if not values.get(name):
            message = "{} is missing: type {} --targets TOML -o OUT"
            raise UsageError(message, f"--{name}", synopsis("weight"))


def _advice(verb: str, flag: str) -> Advice:
    """Return what to do about an option that a verb does not have."""
    takers = [
        one
        for one in VERBS
        if any(flag in option.flags and not option.refused for option in options_for(one))
    ]
    if takers and verb:
        return Advice(tr("; it goes with {}", ", ".join(takers)))
    if verb:
        return Advice(tr("; `cxtui {} --help` lists what it takes", verb))
    return Advice(tr(": type {}", synopsis("explore")))


def _arguments(
    verb: str, options: Sequence[Option], values: Mapping[str, object], words: Sequence[str]
) -> dict[str, object]:
    """Return the values of a verb's arguments; raises `UsageError` where they do not fit."""
    if not verb:
        raise UsageError("a file or a verb is missing: `cxtui --help` lists the verbs")
    left, found, places = list(words), dict[str, object](), [one for one in options if one.place]
    has_files = any(one.place == "+" for one in places)
    if places and places[0].place == "1" and has_files and left:
        found[places[0].name] = left.pop(0)
    if values.get("all"):
        # A question behind several files is the last word that they take.
        if len(left) > 1 and not _may_be_file(left[-1]):
            raise UsageError("QUESTION and --all: take one of them")
    elif (
        places
        and places[-1].place != "+"
        and places[-1].name not in found
        and len(left) > has_files
    ):
        found[places[-1].name] = places[-1].value_of(left.pop(), places[-1].takes)
    if has_files and left:
        found["files"], left = tuple(left), []
    for one in places:
        takes_all = any(each.name == "all" for each in options)
        is_optional = one.place == "?" and (values.get("all") or not takes_all)
        if one.name not in found and not is_optional:
            raise UsageError("{} is missing: {}", one.takes, _missing(verb, one, words))
    if left:
        raise UsageError("{!r} is one argument too many: type {}", left[0], synopsis(verb))
    return found


def _missing(verb: str, one: Option, words: Sequence[str]) -> Advice:
    if one.name != "question" or not words:
        return Advice(tr("type {}", synopsis(verb)))
    from cxtui.output.replay import shell_line

    lists = shell_line(["cxtui", "questions", *words])
    if verb == "table":
        return Advice(tr("`{}` lists the questions; --all takes all of them", lists))
    return Advice(tr("`{}` lists the questions", lists))


def _may_be_file(word: str) -> bool:
    return expand_home(word).exists() or any(sign in word for sign in "*?[/.")
