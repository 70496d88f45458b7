"""Command-line options of a view, and views of a survey from options, with its defaults."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cxtui.analysis.view.hidden_parts import parse_column, parse_hidden, text_of_column
from cxtui.analysis.view.view import (
    Against,
    Base,
    Correction,
    Family,
    Measure,
    Sort,
    Variance,
    View,
    measures_of,
    text_of_net,
)
from cxtui.errors import CodebookError, UsageError, ViewError
from cxtui.messages import tr
from cxtui.number_signs import typed_number
from cxtui.options import option, options_of, read_options, usage_of, values_from
from cxtui.survey.conditions import Condition, Filter
from cxtui.survey.model import Survey, required
from cxtui.survey.question import Kind, Question
from cxtui.survey.quoting import cuts_outside, quoted_side, spans_between, without_quotes

_CANDIDATES = 12
_NESTS = re.compile(">")


def as_level(text: str) -> float:
    """Return a level in percent; raises `ValueError` if the text is not one."""
    try:
        level = float(typed_number(text))
    except ValueError:
        level = 0.0
    if not 50 <= level < 100:  # noqa: PLR2004 -- per cent
        raise ValueError(tr("takes per cent from 50 to 99.99, not {!r}", text))
    return level


def as_count(text: str) -> int:
    """Return a number of rows; raises `ValueError` if the text is not one."""
    if not text.isdecimal():
        raise ValueError(tr("takes a number of rows, not {!r}", text))
    return int(text)


def derive_option() -> tuple[str, ...]:
    """Return the field that declares `--derive`, an option of surveys and of the text of a view."""
    return option(
        (),
        'derive a question, as in id="age3", from="age", bands=[35,55]; a [[derive]] of the '
        "codebook on one line; repeatable",
        "KEY=VALUE,…",
    )


_TABLE: Mapping[str, Any] = {"is_of_table": True}
"""Options of the rows and tests of one table, which a ranking does not take."""
_CONFIGURED: Mapping[str, Any] = {"is_configurable": True}
_BOTH: Mapping[str, Any] = {**_TABLE, **_CONFIGURED}


@dataclass(frozen=True, slots=True)
class ViewOptions:
    """Options of a view on a command line, in a view line, a configuration, or as keywords.

    They are texts and choices as typed; `view_of` reads them for a survey. The order of the fields
    is that of the text form of a view.
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
    show: tuple[Measure, ...] = option(
        (),
        "what stands in the cells; several, with commas, stand below each other: column,count",
        **_TABLE,
        choices=Measure,
        is_list=True,
    )
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
    variance: Variance = option(
        Variance.LINEARIZED,
        "of standard errors: linearized (Taylor) by weight and design, or from replicate weights; "
        "kish: on Kish's effective base, a declared design is ignored",
        **_CONFIGURED,
        choices=Variance,
    )
    hidden: tuple[str, ...] = option(
        (),
        "do not show this row or banner column; a>b names a nested one; repeatable",
        "ID=ANSWER[>ID=ANSWER]",
        **_TABLE,
    )
    hide_empty: bool = option(False, "do not show rows and columns without respondents", **_TABLE)
    most_rows: int = option(
        0, "show only so many answers, the first of them", "N", **_TABLE, read=as_count
    )
    across: str = option(
        "",
        "of a grid: its items by its answers, of all respondents (total) or of a banner column",
        "total|ID=ANSWER",
        **_TABLE,
    )


@dataclass(frozen=True, slots=True)
class ViewText(ViewOptions):
    """Options of the text form of a view, which has its own derived questions."""

    derive: tuple[str, ...] = derive_option()


_TEXT_OPTIONS = options_of(ViewText)

VIEW_OPTIONS = tuple(
    replace(one, group="" if one.name == "question" else "view")
    for one in sorted(options_of(ViewOptions), key=lambda one: one.is_of_table)
)
"""The options of a view in the order of help: those that a ranking also takes come first."""


def options_of_view(view: View) -> ViewOptions:
    """Return the options of a view."""
    return ViewOptions(
        question=view.question,
        by=tuple(">".join(map(quoted_side, variables)) for variables in view.banner),
        where=tuple(map(str, view.filters)),
        weight=view.weight or None,
        no_weight=not view.weight,
        wave="all" if view.all_waves else None,
        show=(view.show, *view.also) if view.show else (),
        base=view.base,
        level=view.level,
        correction=view.correction,
        family=view.family,
        sort=view.sort,
        against=view.against,
        net=tuple(map(text_of_net, view.nets)),
        full=view.full,
        variance=view.variance,
        hidden=tuple(map(str, view.hidden)),
        hide_empty=view.hide_empty,
        most_rows=view.most_rows,
        across=text_of_column(view.across),
    )


def view_of(survey: Survey, options: ViewOptions) -> View:
    """Return the view of `survey` by options, with its defaults for the others.

    Raises `ViewError` if an option names something that the survey does not have.
    """
    from cxtui.analysis.query.expressions.exact_sums import require_weight
    from cxtui.analysis.view.typed_nets import parse_nets  # too slow for --help and completion
    from cxtui.survey.where_text import parse_condition

    if options.weight:
        require_weight(survey, options.weight)
    filters = tuple(parse_condition(survey, text) for text in options.where)
    filters += _wave_filter(survey, options.wave, filters)
    question = _question(survey, options.question, filters)
    _require_measures(question, options.show)
    return View(
        question=question.id,
        banner=_banner(survey, options.by),
        filters=filters,
        weight=None if options.no_weight else options.weight or survey.codebook.weight or None,
        all_waves=options.wave == "all",
        show=next(iter(options.show), None),
        also=options.show[1:],
        base=options.base,
        level=options.level,
        correction=options.correction,
        family=options.family,
        sort=options.sort,
        against=options.against,
        nets=parse_nets(question, options.net),
        full=options.full,
        variance=options.variance,
        hidden=tuple(parse_hidden(survey, text) for text in options.hidden),
        hide_empty=options.hide_empty,
        most_rows=options.most_rows,
        across=parse_column(survey, options.across),
    )


def view_of_all(survey: Survey, options: ViewOptions) -> View:
    """Return the view by options for all questions, even if its measure does not fit some of them.

    Raises `ViewError` if an option concerns the answers of one question.
    """
    if options.net:
        raise ViewError("--net counts the answers of one question: name it instead of --all")
    view = view_of(survey, replace(options, show=(), question=None))
    return replace(view, show=next(iter(options.show), None), also=options.show[1:])


def _require_measures(question: Question, shown: tuple[Measure, ...]) -> None:
    """Raise `ViewError` for a measure that a question does not have, or a mean over others."""
    possible = measures_of(question)
    for one in shown:
        if one not in possible:
            raise ViewError(
                "--show {} does not fit {}, which is {}; it takes {}",
                one,
                question.id,
                question.kind,
                ", ".join(possible),
            )
    if len(shown) > 1 and shown[0] is Measure.MEAN and question.kind is not Kind.GRID:
        message = "--show {}: the mean is a row below the others, or stands alone: --show {}"
        others = (*shown[1:], Measure.MEAN)
        raise ViewError(message, ",".join(shown), ",".join(others))


def parse_view(survey: Survey, text: str) -> View:
    """Return the view of a text as `str(view)` returns it.

    Of its derived questions it has those that `survey` does not. Raises `ViewError` if the text is
    not valid or does not fit the survey.
    """
    try:
        found, arguments = read_options(_TEXT_OPTIONS, shlex.split(text), "a view")
    except UsageError as error:
        raise ViewError("{}", error) from None
    except ValueError as error:
        raise ViewError("the view is not closed properly: {}", error) from None
    if arguments:
        raise ViewError("{!r} belongs to no option; a view begins --question ID", arguments[0])
    options = values_from(ViewText, found)
    if not options.derive:
        return view_of(survey, options)
    from cxtui.analysis.derive.derived_lines import survey_with, undeclared_lines

    try:
        lines = undeclared_lines(survey, options.derive)
        derived = survey_with(survey, lines)
    except CodebookError as error:
        raise ViewError("{}", error) from None
    return replace(view_of(derived, options), derive=lines)


def view_usage() -> str:
    """Return the options of the text form as a usage line."""
    return usage_of(_TEXT_OPTIONS)


def default_view(survey: Survey) -> View:
    """Return the first view of a survey."""
    return parse_view(survey, "")


def _question(survey: Survey, question_id: str | None, filters: tuple[Condition, ...]) -> Question:
    """Return the named question, else the first that filtered respondents have answered."""
    if question_id is not None:
        return required(survey, question_id, "question")
    if not survey.codebook.questions:
        raise ViewError("{} has no questions: all columns are excluded", survey.location)
    compared = {survey.codebook.default_banner, survey.codebook.wave}
    asked = [one for one in survey.codebook.questions if one.id not in compared]
    closed = [one for one in asked if one.kind not in {Kind.DATE, Kind.TEXT, Kind.NUMERIC}]
    several = [one for one in closed if len(one.categories) > 1]
    candidates = (several or closed or asked or list(survey.codebook.questions))[:_CANDIDATES]
    if not filters or len(candidates) == 1:
        return candidates[0]
    from cxtui.analysis.query.expressions.answered import count_answered
    from cxtui.analysis.query.expressions.filters import filter_respondents

    codebook = replace(survey.codebook, questions=tuple(candidates))
    respondents = filter_respondents(survey, filters)
    answered = count_answered(replace(survey, frame=respondents, codebook=codebook))
    return next((one for one in candidates if answered[one.id]), candidates[0])


def _banner(survey: Survey, texts: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    nested = (_nested(survey, text) for text in texts)
    banner = (
        tuple(required(survey, name, "banner variable").id for name in names) for names in nested
    )
    default = survey.codebook.default_banner
    return tuple(banner) or (((default,),) if default else ())


def _nested(survey: Survey, text: str) -> tuple[str, ...]:
    """Return the ids of `a>b`, unless it is the id of a question as a whole."""
    spans = spans_between(cuts_outside(_NESTS, text), text)
    names = tuple(without_quotes(text[begin:end]) for begin, end in spans)
    if all(map(survey.codebook.find, names)) or not survey.codebook.find(text):
        return names
    return (text,)


def _wave_filter(
    survey: Survey, wave: str | None, filters: Sequence[Condition]
) -> tuple[Filter, ...]:
    """Return the filter on the requested wave, else on the latest unless a filter has one."""
    variable = survey.codebook.wave
    if wave == "all":
        return ()
    if not variable:
        if wave is not None:
            raise ViewError("{} has no wave variable: take --where instead", survey.location)
        return ()
    question = required(survey, variable, "wave variable")
    if wave is not None:
        from cxtui.survey.where_text import codes_of

        return (Filter(variable, "=", codes_of(question, wave)),)
    if any(one.mentions(variable) for one in filters) or not question.categories:
        return ()
    return (Filter(variable, "=", (question.latest,)),)
