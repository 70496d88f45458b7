"""Views of a survey from options, with its defaults, and the options of a view."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from cxtui.analysis.view.hidden_parts import parse_column, parse_hidden, text_of_column
from cxtui.analysis.view.view import Measure, View, measures_of, text_of_net
from cxtui.analysis.view.view_option_table import ViewOptions, derive_option
from cxtui.errors import CodebookError, UsageError, ViewError
from cxtui.options import options_of, read_options, usage_of, values_from
from cxtui.survey.conditions import Condition, Filter
from cxtui.survey.model import Survey, required
from cxtui.survey.question import Kind, Question
from cxtui.survey.quoting import cuts_outside, quoted_side, spans_between, without_quotes

_OPEN = frozenset({Kind.DATE, Kind.TEXT, Kind.NUMERIC})
_CANDIDATES = 12
_NESTS = re.compile(">")


@dataclass(frozen=True, slots=True)
class ViewText(ViewOptions):
    """Options of the text form of a view, which has its own derived questions."""

    derive: tuple[str, ...] = derive_option()


_TEXT_OPTIONS = options_of(ViewText)


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


def has_few_answers(question: Question) -> bool:
    """Return whether a question is one that a survey opens on: it lists several answers."""
    return question.kind not in _OPEN and len(question.categories) > 1


def _question(survey: Survey, question_id: str | None, filters: tuple[Condition, ...]) -> Question:
    """Return the named question, else the first that filtered respondents have answered."""
    if question_id is not None:
        return required(survey, question_id, "question")
    if not survey.codebook.questions:
        raise ViewError("{} has no questions: all columns are excluded", survey.location)
    compared = {survey.codebook.default_banner, survey.codebook.wave}
    asked = [one for one in survey.codebook.questions if one.id not in compared]
    closed = [one for one in asked if one.kind not in _OPEN]
    several = list(filter(has_few_answers, closed))
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
