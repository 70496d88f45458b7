"""The command-line options of a view: read against a survey, with its defaults filled in."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cxtui.analysis.view.view import (
    Against,
    Base,
    Correction,
    Family,
    Measure,
    Sort,
    View,
    measures_of,
    text_of_net,
)
from cxtui.errors import UsageError, ViewError
from cxtui.options import option, options_of, read_options, usage_of, values_from
from cxtui.survey.conditions import Condition, Filter
from cxtui.survey.model import Survey, required
from cxtui.survey.question import Kind, Question
from cxtui.survey.quoting import cuts_outside, quoted_side, spans_between, without_quotes

_CANDIDATES = 12
_NESTS = re.compile(">")


def as_level(text: str) -> float:
    """Return a level in per cent; raises `ValueError` where the text is none."""
    try:
        level = float(text)
    except ValueError:
        level = 0.0
    if not 50 <= level < 100:  # noqa: PLR2004 -- per cent
        raise ValueError(f"takes per cent from 50 to 99.99, not {text!r}")
    return level


_TABLE: Mapping[str, Any] = {"is_of_table": True}
"""An option that says how one table shows and tests its rows: a ranking does not take it."""
_CONFIGURED: Mapping[str, Any] = {"is_configurable": True}
_BOTH: Mapping[str, Any] = {**_TABLE, **_CONFIGURED}


@dataclass(frozen=True, slots=True)
class ViewOptions:
    """What a command line, a view line, a configuration or keywords ask of a survey.

    Texts and choices as they were typed: `view_of` reads them against a survey. The order of the
    fields is that of the text form of a view.
    """

    question: str | None = option(None, "the question in the rows", "ID")
    by: tuple[str, ...] = option(
        (),
        "the banner: whom to compare; repeat it for several side by side, a>b nests",
        "ID[>ID]",
    )
    where: tuple[str, ...] = option(
        (),
        "keep only these respondents; also != and, for numbers, < <= > >=; ID=missing for no "
        "answer; 'ID=VALUE or ID=VALUE' for either; repeatable: all of them",
        "ID=VALUE[,VALUE]",
    )
    weight: str | None = option(None, "weight by this column", "COLUMN")
    no_weight: bool = option(False, "count every respondent once", rival="weight")
    wave: str | None = option(None, "this wave; all for all of them (default: the latest)", "WAVE")
    show: Measure | None = option(None, "what stands in the cells", **_TABLE, choices=Measure)
    base: Base = option(Base.ANSWERED, "whom a percentage is of", **_CONFIGURED, choices=Base)
    level: float = option(
        95.0, "of tests and intervals, per cent", "95", **_CONFIGURED, read=as_level
    )
    correction: Correction = option(Correction.HOLM, "for many tests", **_BOTH, choices=Correction)
    family: Family = option(Family.ROW, "what is corrected together", **_BOTH, choices=Family)
    sort: Sort = option(Sort.QUESTIONNAIRE, "the order of the rows", **_BOTH, choices=Sort)
    against: Against = option(
        Against.COLUMNS,
        "what a column is tested against: the others, the total, or the rest",
        **_BOTH,
        choices=Against,
    )
    net: tuple[str, ...] = option(
        (),
        "count these answers together too, or the difference of two nets; repeatable",
        "LABEL=VALUE,VALUE[ minus VALUE]",
        **_TABLE,
    )
    full: bool = option(False, "also nets, scores, and who is missing and why", **_BOTH)


VIEW_OPTIONS = tuple(
    replace(one, group="" if one.name == "question" else "view")
    for one in sorted(options_of(ViewOptions), key=lambda one: one.is_of_table)
)
"""The options of a view as help lists them: those that a ranking heeds too come first."""


def asked_by(view: View) -> ViewOptions:
    """Return the options that ask for a view."""
    return ViewOptions(
        question=view.question,
        by=tuple(">".join(map(quoted_side, variables)) for variables in view.banner),
        where=tuple(map(str, view.filters)),
        weight=view.weight or None,
        no_weight=not view.weight,
        wave="all" if view.all_waves else None,
        show=view.show,
        base=view.base,
        level=view.level,
        correction=view.correction,
        family=view.family,
        sort=view.sort,
        against=view.against,
        net=tuple(map(text_of_net, view.nets)),
        full=view.full,
    )


def view_of(survey: Survey, options: ViewOptions) -> View:
    """Return the view that options ask of `survey`, its own defaults where they are silent.

    Raises `ViewError` where an option names what the survey does not have.
    """
    from cxtui.analysis.query.expressions.exact_sums import require_weight
    from cxtui.analysis.view.typed_nets import (
        parse_nets,  # not before --help and completion are printed
    )
    from cxtui.survey.where_text import parse_condition

    if options.weight:
        require_weight(survey, options.weight)
    filters = tuple(parse_condition(survey, text) for text in options.where)
    filters += _wave_filter(survey, options.wave, filters)
    question = _question(survey, options.question, filters)
    if options.show and options.show not in measures_of(question):
        raise ViewError(
            f"--show {options.show} does not fit {question.id}, which is {question.kind}; "
            f"it takes {', '.join(measures_of(question))}"
        )
    return View(
        question=question.id,
        banner=_banner(survey, options.by),
        filters=filters,
        weight=None if options.no_weight else options.weight or survey.codebook.weight or None,
        all_waves=options.wave == "all",
        show=options.show,
        base=options.base,
        level=options.level,
        correction=options.correction,
        family=options.family,
        sort=options.sort,
        against=options.against,
        nets=parse_nets(question, options.net),
        full=options.full,
    )


def view_of_any(survey: Survey, options: ViewOptions) -> View:
    """Return what options ask of every question alike.

    A measure that does not fit one of them is left out there, and its footer says so. Raises
    `ViewError` where an option is about the answers of one question.
    """
    if options.net:
        raise ViewError("--net counts the answers of one question: name it instead of --all")
    silent = replace(options, show=None, question=None)
    return replace(view_of(survey, silent), show=options.show)


def parse_view(survey: Survey, text: str) -> View:
    """Return the view of a text form, as `str(view)` gives it.

    Raises `ViewError` where the text is no such form or does not fit the survey.
    """
    try:
        found, arguments = read_options(VIEW_OPTIONS, shlex.split(text), "a view")
    except UsageError as error:
        raise ViewError(str(error)) from None
    except ValueError as error:
        raise ViewError(f"the view is not closed properly: {error}") from None
    if arguments:
        raise ViewError(f"{arguments[0]!r} belongs to no option; a view begins --question ID")
    return view_of(survey, values_from(ViewOptions, found))


def view_usage() -> str:
    """Return the options that a text form takes, as a usage line shows them."""
    return usage_of(VIEW_OPTIONS)


def default_view(survey: Survey) -> View:
    """Return the view that a survey opens on."""
    return parse_view(survey, "")


def _question(survey: Survey, question_id: str | None, filters: tuple[Condition, ...]) -> Question:
    """Return the question that is named, else the first one that a filter leaves answers to."""
    if question_id is not None:
        return required(survey, question_id, "question")
    if not survey.codebook.questions:
        raise ViewError(f"{survey.location} has no questions: only columns that were left aside")
    told = {survey.codebook.default_banner, survey.codebook.wave}
    asked = [one for one in survey.codebook.questions if one.id not in told]
    closed = [one for one in asked if one.kind not in {Kind.DATE, Kind.TEXT, Kind.NUMERIC}]
    telling = [one for one in closed if len(one.categories) > 1]
    candidates = (telling or closed or asked or list(survey.codebook.questions))[:_CANDIDATES]
    if not filters or len(candidates) == 1:
        return candidates[0]
    answered = _answered(survey, candidates, filters)
    return next((one for one in candidates if answered[one.id]), candidates[0])


def _answered(
    survey: Survey, questions: Sequence[Question], filters: tuple[Condition, ...]
) -> dict[str, int]:
    """Return how many of those whom the filters keep answered each question: a wave may not ask."""
    from cxtui.analysis.query.expressions.filters import filter_respondents
    from cxtui.analysis.query.side_queries.answered import count_answered

    codebook = replace(survey.codebook, questions=tuple(questions))
    return count_answered(
        replace(survey, frame=filter_respondents(survey, filters), codebook=codebook)
    )


def _banner(survey: Survey, texts: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    banner: list[tuple[str, ...]] = []
    for text in texts:
        names = _nested(survey, text)
        banner.append(tuple(required(survey, name, "banner variable").id for name in names))
    side = survey.codebook.default_banner
    return tuple(banner) or (((side,),) if side else ())


def _nested(survey: Survey, text: str) -> tuple[str, ...]:
    """Return the ids that `a>b` nests; a question of a file may have a > in its own id."""
    spans = spans_between(cuts_outside(_NESTS, text), text)
    names = tuple(without_quotes(text[begin:end]) for begin, end in spans)
    if all(map(survey.codebook.find, names)) or not survey.codebook.find(text):
        return names
    return (text,)


def _wave_filter(
    survey: Survey, wave: str | None, filters: Sequence[Condition]
) -> tuple[Filter, ...]:
    """Return the filter on the wave: what was asked for, else the latest unless one is chosen."""
    variable = survey.codebook.wave
    if wave == "all":
        return ()
    if not variable:
        if wave is not None:
            raise ViewError(f"{survey.location} has no wave variable: take --where instead")
        return ()
    question = required(survey, variable, "wave variable")
    if wave is not None:
        from cxtui.survey.where_text import codes_of

        return (Filter(variable, "=", codes_of(question, wave)),)
    if any(one.mentions(variable) for one in filters) or not question.categories:
        return ()
    return (Filter(variable, "=", (question.latest,)),)
