"""The verbs of the command line, and the `Command` that its words make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from cxtui.analysis.view.view_option_table import ViewOptions
from cxtui.languages import LanguageOptions
from cxtui.messages import tr
from cxtui.number_signs import typed_number
from cxtui.options import as_file, option, values_from
from cxtui.session.start import SurveyOptions

if TYPE_CHECKING:
    from cxtui.analysis.ranking.ranking_options import RankingOptions
    from cxtui.output import ResultOptions
    from cxtui.work.brief.brief_options import BriefOptions
    from cxtui.work.coding.codes_options import CodesOptions
    from cxtui.work.plan.plan_options import PlanOptions
    from cxtui.work.weighting.weight_options import WeightOptions

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

    `survey` says how the survey is opened; for the explorer it is a `Start`. `values` has what was
    found of all options, by their names: those of a few verbs are loaded where they are asked for.
    """

    verb: str = ""
    survey: SurveyOptions = field(default_factory=SurveyOptions)
    view: ViewOptions = field(default_factory=ViewOptions)
    values: Mapping[str, object] = field(default_factory=dict)
    help: bool = option(False, "show this help message and exit", short="h", is_last=True)
    version: bool = option(False, "show program's version number and exit", is_last=True)
    debug_log: str = option(
        "",
        "write what happens and how long it takes to this file, for a report of a problem",
        "FILE",
        read=as_file,
    )
    spoken: LanguageOptions = field(default_factory=LanguageOptions)
    all: bool = option(False, "all questions, in one file")
    over: str = option(
        "", "the variable whose answers are the waves (default: that of the codebook)", "ID"
    )
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

    @property
    def result(self) -> ResultOptions:
        """What is written, and where."""
        from cxtui.output import ResultOptions

        return values_from(ResultOptions, self.values)

    def with_result(self, **values: object) -> Command:
        """Return the same command with other values of `ResultOptions`."""
        return replace(self, values={**self.values, **values})

    @property
    def ranking(self) -> RankingOptions:
        """What a ranking compares; raises `UsageError` where its options do not go together."""
        from cxtui.analysis.ranking.ranking_options import Compare, RankingOptions

        waves = {"compare": Compare.WAVES} if self.verb == "changes" else {}
        return values_from(RankingOptions, {**self.values, **waves})

    @property
    def weighting(self) -> WeightOptions:
        """How `weight` weights."""
        from cxtui.work.weighting.weight_options import WeightOptions

        return values_from(WeightOptions, self.values)

    @property
    def coding(self) -> CodesOptions:
        """What `codes` is asked for."""
        from cxtui.work.coding.codes_options import CodesOptions

        return values_from(CodesOptions, self.values)

    @property
    def plan(self) -> PlanOptions:
        """Which tables `plan` makes."""
        from cxtui.work.plan.plan_options import PlanOptions

        return values_from(PlanOptions, self.values)

    @property
    def brief(self) -> BriefOptions:
        """Which findings `brief` writes."""
        from cxtui.work.brief.brief_options import BriefOptions

        return values_from(BriefOptions, self.values)
