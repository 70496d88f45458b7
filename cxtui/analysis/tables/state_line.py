"""The line under a question's wording: what the cells are, of whom, and at what level."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cxtui.analysis.view.view import Against, Base, Correction, Family, Measure, Variance, View
from cxtui.messages import tr
from cxtui.survey.conditions import NO_ANSWER, AnyOf, Condition, Filter
from cxtui.survey.question import Kind, Question, told_apart
from cxtui.text import SEPARATOR

if TYPE_CHECKING:
    from cxtui.survey.model import Codebook

MEASURES = {
    Measure.COLUMN: "Column %",
    Measure.ROW: "Row %",
    Measure.TOTAL: "Total %",
    Measure.INDEX: "Index (column %, Total = 100)",
    Measure.MEAN: "Mean",
    Measure.RESPONSES: "% of responses",
}
"""Names of measures, to be translated."""

BASES = {
    Base.ANSWERED: "base: answering",
    Base.ASKED: "base: all asked",
    Base.ALL: "base: all respondents",
}
"""Names of bases, to be translated."""

_CORRECTIONS = {
    (Correction.NONE, Family.ROW): "{:g}% unadjusted",
    (Correction.NONE, Family.TABLE): "{:g}% unadjusted",
    (Correction.HOLM, Family.ROW): "{:g}% Holm",
    (Correction.HOLM, Family.TABLE): "{:g}% Holm over the table",
    (Correction.BH, Family.ROW): "{:g}% Benjamini–Hochberg",
    (Correction.BH, Family.TABLE): "{:g}% Benjamini–Hochberg over the table",
}
AGAINST = {
    Against.COLUMNS: "columns against each other",
    Against.TOTAL: "against the Total",
    Against.REST: "against the rest",
}
"""What columns are tested against, to be translated."""

_OPERATORS = {"=": "{} = {}", "!=": "{} ≠ {}"}


def state_of(
    codebook: Codebook,
    view: View,
    question: Question,
    measures: Sequence[Measure],
    *,
    compared: bool,
    of: str = "",
) -> str:
    """Return measures, base, weight, filters and level of a table.

    `compared` says that columns are tested against each other, so that the correction matters; `of`
    is the banner column that the whole table shows, where it shows one alone.
    """
    measure, *parts = _parts(codebook, view, question, measures, compared=compared)
    return SEPARATOR.join((measure, *filter(None, [of]), *parts))


def state_of_ranking(codebook: Codebook, view: View) -> str:
    """Return base, weight, filters and level of a ranking."""
    level = tr("{:g}% Benjamini–Hochberg, then Holm", view.level)
    return SEPARATOR.join((tr(BASES[view.base]), *sample_state(codebook, view), level))


def sample_state(codebook: Codebook, view: View) -> Iterator[str]:
    """Yield the weight, and each filter."""
    yield tr("weight: {}", view.weight) if view.weight else tr("unweighted")
    if view.weight and view.variance is Variance.KISH:
        yield tr("variance: Kish")
    yield from (describe_filter(codebook, one) for one in view.filters)


def level_state(view: View) -> str:
    """Return the level, and the correction for multiple tests."""
    return tr(_CORRECTIONS[view.correction, view.family], view.level)


def _parts(
    codebook: Codebook,
    view: View,
    question: Question,
    measures: Sequence[Measure],
    *,
    compared: bool,
) -> Iterator[str]:
    yield names_of_measures(measures, view)
    base = Base.ANSWERED if measures[0] is Measure.MEAN else view.base
    yield tr(BASES[Base.ALL if question.kind is Kind.TEXT else base])
    yield from sample_state(codebook, view)
    yield level_state(view) if compared else tr("{:g}%", view.level)
    if compared and view.against is not Against.COLUMNS:
        yield tr(AGAINST[view.against])


def measure_name(measure: Measure, view: View) -> str:
    """Return the name of a measure, in a few words."""
    if measure is Measure.COUNT:
        return tr("Weighted counts") if view.weight else tr("Counts")
    return tr(MEASURES[measure])


def names_of_measures(measures: Sequence[Measure], view: View) -> str:
    """Return the names of the measures of each cell, from the first line to the last."""
    return " / ".join(measure_name(one, view) for one in measures)


def describe_filter(codebook: Codebook, one: Condition) -> str:
    """Return a filter in words, with the labels of its categories."""
    if isinstance(one, AnyOf):
        return tr(" or ").join(describe_filter(codebook, each) for each in one.alternatives)
    if one.values == (NO_ANSWER,):
        return tr("{} has no answer" if one.operator == "=" else "{} has an answer", one.question)
    labels = tr(" or ").join(labels_of(codebook, one))
    if one.operator in _OPERATORS:
        return tr(_OPERATORS[one.operator], one.question, labels)
    return f"{one.question} {one.operator} {labels}"


def labels_of(codebook: Codebook, one: Filter) -> list[str]:
    """Return the values of a filter, with the labels of its categories."""
    question = codebook.find(one.question)
    categories = told_apart(question.categories) if question else ()
    labels = {each.code: each.label for each in categories} | {NO_ANSWER: tr("no answer")}
    return [labels.get(code, code) for code in one.values]


def joined_filters(codebook: Codebook, filters: Sequence[Condition]) -> str:
    """Return all filters in words, alternatives in brackets."""
    words = ((one, describe_filter(codebook, one)) for one in filters)
    return tr(" and ").join(f"({text})" if isinstance(one, AnyOf) else text for one, text in words)
