"""The verbs of the command line, the options of each, and the `Command` that they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from cxtui.analysis.ranking.ranking_options import (
    CHANGES_OPTIONS,
    GAPS_OPTIONS,
    RankingOptions,
)
from cxtui.analysis.view.view_options import VIEW_OPTIONS, ViewOptions
from cxtui.cli.ranked_options import changed, followed, ranked
from cxtui.languages import LanguageOptions
from cxtui.messages import tr
from cxtui.number_signs import typed_number
from cxtui.options import Option, option, options_of
from cxtui.output import OF_RESULTS, ResultOptions, Shape, as_file
from cxtui.session.start import Start, SurveyOptions
from cxtui.work.brief.brief_options import BriefOptions
from cxtui.work.coding.codes_options import CodesOptions
from cxtui.work.plan.plan_options import PlanOptions
from cxtui.work.weighting.weight_options import WeightOptions

if TYPE_CHECKING:
    pass

SUMMARY = "Explore survey data: where do two groups really differ?"

VERBS = {
    "explore": "open the explorer (the same as `cxtui FILE`)",
    "questions": "list the questions, and what was auto-detected",
    "table": "print one comparison table",
    "gaps": "rank the questions that differ between two groups or many",
    "changes": "rank the questions that changed since an earlier wave; --alert for scripts",
    "trend": "print a question over the waves, with its changes",
    "rows": "list the respondents who are kept, with their open answers",
    "check": "list speeders, straightliners, duplicates, impossible answers, and propose flags",
    "codes": "list the codes of open answers, and how coders agree; export and import them",
    "brief": "write the page of findings: what differs, what cannot be told, what changed",
    "plan": "make the book of tables that a tab plan asks for",
    "codebook": "print the codebook as TOML, to edit beside the file",
    "convert": "write a Parquet file with the codebook inside, or one for SPSS",
    "weight": "rake the respondents to targets, and write a copy with the weight",
    "completion": "print what a shell reads to complete our command lines",
    "man": "print the manual page, as `man` reads it, or the schema of all JSON",
}
"""What each verb does."""

SHELLS = {"bash": "cxtui.bash", "zsh": "_cxtui", "fish": "cxtui.fish"}
"""The shells, and the file of each that makes it complete our command lines."""


def _as_points(text: str) -> float:
    try:
        points = float(typed_number(text))
    except ValueError:
        points = -1.0
    if not 0 <= points <= 100:  # noqa: PLR2004 -- of 100
        raise ValueError(tr("takes 0 to 100, not {!r}", text))
    return points


@dataclass(frozen=True, slots=True)
class Command:
    """A command line that was parsed: a verb, empty for the program itself, and its options.

    `survey` says how the survey is opened; for the explorer it is a `Start`.
    """

    verb: str = ""
    survey: SurveyOptions = field(default_factory=SurveyOptions)
    view: ViewOptions = field(default_factory=ViewOptions)
    result: ResultOptions = field(default_factory=ResultOptions)
    help: bool = option(False, "show this help message and exit", short="h", is_last=True)
    version: bool = option(False, "show program's version number and exit", is_last=True)
    debug_log: str = option(
        "",
        "write what happens and how long it takes to this file, for a report of a problem",
        "FILE",
        read=as_file,
    )
    spoken: LanguageOptions = field(default_factory=LanguageOptions)
    weighting: WeightOptions = field(default_factory=WeightOptions)
    coding: CodesOptions = field(default_factory=CodesOptions)
    plan: PlanOptions = field(default_factory=PlanOptions)
    brief: BriefOptions = field(default_factory=BriefOptions)
    all: bool = option(False, "all questions, in one file")
    over: str = option(
        "", "the variable whose answers are the waves (default: that of the codebook)", "ID"
    )
    ranking: RankingOptions = field(default_factory=RankingOptions)
    alert: bool = option(
        False, "only what holds; the exit status is 3 if anything does", group="ranking"
    )
    at_least: float = option(
        0.0,
        "alert only where so many of 100 moved, what chance adds taken off",
        "P",
        read=_as_points,
        group="ranking",
    )
    columns: tuple[str, ...] = option(
        (), "these questions or columns (default: the open answers); repeatable", "ID[,ID]"
    )
    duration: str = option(
        "",
        "the question with the duration of the interview (default: the one named like it)",
        "ID",
    )
    save: bool = option(False, "write the proposed questions into the codebook")
    shell: str = option("", "", "|".join(SHELLS), choices=tuple(SHELLS), place="1")
    topic: str = option(
        "",
        "json: the JSON Schema of what --format json prints, errors included",
        "TOPIC",
        choices=("json",),
        place="?",
    )


_HELP, _VERSION, _DEBUG_LOG, _ALL, _OVER, _ALERT, _AT_LEAST, _COLUMNS, _DURATION, _SAVE, *_WORDS = (
    options_of(Command)
)
_SHELL, _TOPIC = _WORDS
_SURVEY = options_of(SurveyOptions)
_EXPLORER = options_of(Start)[len(_SURVEY) :]
_FORMAT, _SHAPE, _OUTPUT, _FORCE = options_of(ResultOptions)
_QUESTION, *_SAMPLE_AND_TABLE = VIEW_OPTIONS
_SAMPLE = tuple(one for one in VIEW_OPTIONS if one.name in {"where", "weight", "no_weight", "wave"})
_ASKED = replace(_QUESTION, metavar="QUESTION", place="1")
_CODED = replace(_ASKED, help="the open question, or its coding")
_LISTED = replace(
    _FORMAT, choices=tuple(one.value for one in OF_RESULTS if not one.writer.is_picture)
)
_OUT = replace(_OUTPUT, help="the Parquet or SPSS file to write", place="1", read=str)
_REPORT = replace(_FORMAT, help="of the report (default: text)", choices=("text", "json"))
_WEIGHTED = replace(_OUTPUT, help="the Parquet or SPSS file to write", read=as_file)
_PLAN, *_PLANNED = options_of(PlanOptions)
_BOOK = replace(
    _FORMAT,
    help="default: markdown, or by the ending of -o",
    choices=("xlsx", "pptx", "html", "markdown", "json"),
)
_PAGE = replace(
    _FORMAT,
    help="default: markdown, or by the ending of -o",
    choices=("html", "markdown", "json"),
)
_GROUPED = tuple(
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
_SINCE = tuple(one for one in CHANGES_OPTIONS if one.name == "since")
_TABLE_SHAPE = replace(_SHAPE, choices=("wide", "tidy", "chart"))
_RANKING_SHAPE = replace(
    _SHAPE,
    choices=(Shape.QUESTIONS.value, Shape.ANSWERS.value),
    help="questions: a row each (the default); answers: a row each (csv, tsv, xlsx, parquet)",
)
_TREND_SHAPE = replace(
    _SHAPE,
    choices=(Shape.WIDE.value, Shape.CHART.value),
    help="of svg; wide: the table as seen (the default); chart: lines",
)

_LANGUAGES = options_of(LanguageOptions)
_ALWAYS = (_HELP, _DEBUG_LOG, *_LANGUAGES)
_OPENED = (*_ALWAYS, *_SURVEY)
_TREND = (_ASKED, _OVER, *map(followed, _SAMPLE_AND_TABLE))
_WRITTEN = (_FORMAT, _TABLE_SHAPE, _OUTPUT, _FORCE)
_LISTS = (_FORMAT, _RANKING_SHAPE, _OUTPUT, _FORCE)
OPTIONS: Mapping[str, tuple[Option, ...]] = {
    "": (_HELP, _VERSION, _DEBUG_LOG, *_LANGUAGES),
    "explore": (*_OPENED, *VIEW_OPTIONS, *_EXPLORER),
    "questions": (*_OPENED, _LISTED, _OUTPUT, _FORCE),
    "table": (*_OPENED, replace(_ASKED, place="?"), _ALL, *_SAMPLE_AND_TABLE, *_WRITTEN),
    "gaps": (*_OPENED, *map(ranked, _SAMPLE_AND_TABLE), *GAPS_OPTIONS, *_LISTS),
    "changes": (
        *(*_OPENED, *map(changed, _SAMPLE_AND_TABLE)),
        *(*CHANGES_OPTIONS, _ALERT, _AT_LEAST, *_LISTS),
    ),
    "trend": (*_OPENED, *_TREND, _FORMAT, _TREND_SHAPE, _OUTPUT, _FORCE),
    "rows": (*_OPENED, *_SAMPLE, _COLUMNS, _LISTED, _OUTPUT, _FORCE),
    "check": (*_OPENED, _DURATION, _SAVE, _LISTED, _OUTPUT, _FORCE),
    "codes": (*_OPENED, _CODED, *options_of(CodesOptions), _LISTED, _OUTPUT, _FORCE),
    "brief": (
        *(*_OPENED, *map(ranked, _SAMPLE_AND_TABLE)),
        *(*_GROUPED, *_SINCE, *options_of(BriefOptions), _PAGE, _OUTPUT, _FORCE),
    ),
    "plan": (_PLAN, *_OPENED, *_PLANNED, _BOOK, _OUTPUT, _FORCE),
    "codebook": (*_OPENED, _OUTPUT, _FORCE),
    "convert": (*_OPENED, _OUT, _FORCE),
    "weight": (*_OPENED, *options_of(WeightOptions), _REPORT, _WEIGHTED, _FORCE),
    "completion": (*_ALWAYS, _SHELL),
    "man": (*_ALWAYS, _TOPIC),
}
"""The options and arguments of each verb, in the order of its help.

An option that a verb would ignore is among them and refused.
"""


def synopsis(verb: str) -> str:
    """Return how a verb is called: its arguments in their order."""
    signs = {"+": "{}…", "?": "[{}]", "1": "{}"}
    places = [signs[one.place].format(one.takes) for one in OPTIONS[verb] if one.place]
    return " ".join([f"cxtui {verb}" if verb != "explore" else "cxtui", *places])
