"""The options and arguments of each verb; those of a few verbs are loaded where they are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from cxtui.analysis.view.view_option_table import VIEW_OPTIONS
from cxtui.cli.command import Command
from cxtui.languages import LanguageOptions
from cxtui.options import Option, as_file, options_of
from cxtui.session.start import Start, SurveyOptions

_OWN = {one.name: one for one in options_of(Command)}
_LANGUAGES = options_of(LanguageOptions)
_SURVEY = options_of(SurveyOptions)
_EXPLORER = options_of(Start)[len(_SURVEY) :]
_ALWAYS = (_OWN["help"], _OWN["debug_log"], *_LANGUAGES)
_OPENED = (*_ALWAYS, *_SURVEY)
_QUESTION, *_SAMPLE_AND_TABLE = VIEW_OPTIONS
_SAMPLE = tuple(one for one in VIEW_OPTIONS if one.name in {"where", "weight", "no_weight", "wave"})
_ASKED = replace(_QUESTION, metavar="QUESTION", place="1")


@cache
def options_for(verb: str) -> tuple[Option, ...]:
    """Return the options and arguments of a verb, in the order of its help.

    An option that a verb would ignore is among them and refused. Those of the program itself are
    of the verb "".
    """
    return _MADE[verb]()


def synopsis(verb: str) -> str:
    """Return how a verb is called: its arguments in their order."""
    signs = {"+": "{}…", "?": "[{}]", "1": "{}"}
    places = [signs[one.place].format(one.takes) for one in options_for(verb) if one.place]
    return " ".join([f"cxtui {verb}" if verb != "explore" else "cxtui", *places])


def _written(**of_format: Any) -> tuple[Option, Option, Option]:
    """Return the options of a file that is written; `of_format` changes that of its format."""
    from cxtui.output import ResultOptions

    format_, _, output, force = options_of(ResultOptions)
    return replace(format_, **of_format), output, force


def _shaped(**of_shape: Any) -> tuple[Option, ...]:
    """Return the options of a file of several shapes; `of_shape` changes that of the shape."""
    from cxtui.output import ResultOptions

    format_, shape, *where = options_of(ResultOptions)
    return format_, replace(shape, **of_shape), *where


def _listed() -> tuple[Option, ...]:
    """Return the options of a file with a list, which no picture shows."""
    from cxtui.output import OF_RESULTS

    return _written(choices=tuple(one.value for one in OF_RESULTS if not one.writer.is_picture))


def _shaped_ranking() -> tuple[Option, ...]:
    from cxtui.output import Shape

    return _shaped(
        choices=(Shape.QUESTIONS.value, Shape.ANSWERS.value),
        help="questions: a row each (the default); answers: a row each (csv, tsv, xlsx, parquet)",
    )


def _document(*formats: str) -> tuple[Option, ...]:
    """Return the options of a file that is read as a whole; `formats` are further ones of it."""
    return _written(
        help="default: markdown, or by the ending of -o",
        choices=(*formats, "html", "markdown", "json"),
    )


def _target(**changed: Any) -> tuple[Option, Option]:
    """Return the options of a copy of the survey."""
    _, output, force = _written()
    return replace(output, help="the Parquet or SPSS file to write", **changed), force


def _explore() -> tuple[Option, ...]:
    return (*_OPENED, *VIEW_OPTIONS, *_EXPLORER)


def _table() -> tuple[Option, ...]:
    asked = (replace(_ASKED, place="?"), _OWN["all"], *_SAMPLE_AND_TABLE)
    return (*_OPENED, *asked, *_shaped(choices=("wide", "tidy", "chart")))


def _gaps() -> tuple[Option, ...]:
    from cxtui.analysis.ranking.ranking_options import GAPS_OPTIONS
    from cxtui.cli.ranked_options import ranked

    return (*_OPENED, *map(ranked, _SAMPLE_AND_TABLE), *GAPS_OPTIONS, *_shaped_ranking())


def _changes() -> tuple[Option, ...]:
    from cxtui.analysis.ranking.ranking_options import CHANGES_OPTIONS
    from cxtui.cli.ranked_options import changed

    alert = (_OWN["alert"], _OWN["at_least"])
    asked = (*map(changed, _SAMPLE_AND_TABLE), *CHANGES_OPTIONS, *alert)
    return (*_OPENED, *asked, *_shaped_ranking())


def _trend() -> tuple[Option, ...]:
    from cxtui.cli.ranked_options import followed

    asked = (_ASKED, _OWN["over"], *map(followed, _SAMPLE_AND_TABLE))
    shaped = _shaped(
        choices=("wide", "chart"),
        help="of svg; wide: the table as seen (the default); chart: lines",
    )
    return (*_OPENED, *asked, *shaped)


def _codes() -> tuple[Option, ...]:
    from cxtui.work.coding.codes_options import CodesOptions

    asked = replace(_ASKED, help="the open question, or its coding")
    return (*_OPENED, asked, *options_of(CodesOptions), *_listed())


def _brief() -> tuple[Option, ...]:
    from cxtui.analysis.ranking.ranking_options import CHANGES_OPTIONS, GAPS_OPTIONS
    from cxtui.cli.ranked_options import ranked
    from cxtui.work.brief.brief_options import BriefOptions

    grouped = tuple(
        replace(
            one,
            choices=("rest", "pairs", "total"),
            help="of more than two groups: each against the rest (the default), all pairs, or each "
            "against the total",
        )
        if one.name == "compare"
        else one
        for one in GAPS_OPTIONS
    )
    since = (one for one in CHANGES_OPTIONS if one.name == "since")
    asked = (*map(ranked, _SAMPLE_AND_TABLE), *grouped, *since, *options_of(BriefOptions))
    return (*_OPENED, *asked, *_document())


def _plan() -> tuple[Option, ...]:
    from cxtui.work.plan.plan_options import PlanOptions

    plan, *planned = options_of(PlanOptions)
    return (plan, *_OPENED, *planned, *_document("xlsx", "pptx"))


def _weight() -> tuple[Option, ...]:
    from cxtui.work.weighting.weight_options import WeightOptions

    report, *_ = _written(help="of the report (default: text)", choices=("text", "json"))
    return (*_OPENED, *options_of(WeightOptions), report, *_target(read=as_file))


_MADE: Mapping[str, Callable[[], tuple[Option, ...]]] = {
    "": lambda: (_OWN["help"], _OWN["version"], _OWN["debug_log"], *_LANGUAGES),
    "explore": _explore,
    "questions": lambda: (*_OPENED, *_listed()),
    "table": _table,
    "gaps": _gaps,
    "changes": _changes,
    "trend": _trend,
    "rows": lambda: (*_OPENED, *_SAMPLE, _OWN["columns"], *_listed()),
    "check": lambda: (*_OPENED, _OWN["duration"], _OWN["save"], *_listed()),
    "codes": _codes,
    "brief": _brief,
    "plan": _plan,
    "codebook": lambda: (*_OPENED, *_written()[1:]),
    "convert": lambda: (*_OPENED, *_target(place="1", read=str)),
    "weight": _weight,
    "completion": lambda: (*_ALWAYS, _OWN["shell"]),
    "man": lambda: (*_ALWAYS, _OWN["topic"]),
}
