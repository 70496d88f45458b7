"""Questions from single variables of a statistics file, by labels, missing values and level."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import narwhals.stable.v2 as nw
import polars as pl

from cxtui.messages import tr
from cxtui.sources.readers.statistics.variable import MissingRange, Value, Variable
from cxtui.survey.inference.answer_order import is_graded, says_no_answer, wording_rank
from cxtui.survey.inference.column_values import Column, count_values
from cxtui.survey.inference.question_kinds import MAX_CATEGORIES, describe_column
from cxtui.survey.inference.scales import find_scale
from cxtui.survey.inference.special_columns import find_weights, is_wave_column
from cxtui.survey.model import ColumnLabel
from cxtui.survey.question import Category, Kind, Question, code_of
from cxtui.text import clean

_SAMPLE_ROWS = 20_000
_FEW_UNLABELLED, _FEW_BARE = 10, 0.2
_FEWEST_STEPS, _MOST_STEPS = 3, 11
_NUMBER_BEFORE = re.compile(r"^\(?-?\d{1,3}[.:)]\s+(?=\D)")
_CATEGORICAL = frozenset({"nominal", "ordinal"})
_CODED = frozenset({Kind.SINGLE, Kind.SCALE})


def distinct_values(series: pl.Series) -> list[Value]:
    """Return the values that occur, sorted."""
    valid = series.drop_nulls()
    if valid.dtype.is_float():
        valid = valid.drop_nans()
    return valid.unique().sort().to_list()


def missing_categories(variable: Variable, values: Iterable[Value]) -> tuple[Category, ...]:
    """Return categories of the user-missing values; over 10 unlabelled of a range share one."""
    named = {value for value in variable.labels if variable.is_missing(value)}
    rest = {value for value in values if variable.is_missing(value)} - named
    shared: list[Category] = []
    for span in variable.missing:
        inside = sorted((value for value in rest if span.contains(value)), key=_sort_key)
        if len(inside) > _FEW_UNLABELLED:
            texts = tuple(map(code_of, inside))
            shared.append(Category(span.code, span.label, missing=True, spellings=texts))
            rest -= set(inside)
    apart = sorted(named | rest, key=_sort_key)
    return (*(_category(variable, value, missing=True) for value in apart), *shared)


def _sort_key(value: Value) -> tuple[bool, float, str]:
    return (True, 0.0, value) if isinstance(value, str) else (False, float(value), "")


def _category(variable: Variable, value: Value, *, missing: bool = False) -> Category:
    tag = next((one for one, number in variable.tags.items() if number == value), "")
    text = code_of(value)
    code = f".{tag}" if tag else clean(text) or text
    label = clean(variable.labels.get(value, "")) or code
    return Category(code, label, missing, spellings=() if code == text else (text,))


def declared_question(variable: Variable, series: pl.Series) -> Question | None:
    """Return the question that the file declares, `None` if it must be inferred."""
    if series.dtype.is_temporal():
        return _date_question(variable, series) if variable.missing_dates else None
    if not variable.labels and not variable.missing and not variable.tags:
        return _unlabelled_number(variable, series)
    values = distinct_values(series)
    missing = missing_categories(variable, values)
    labelled = list(variable.valid_labels)
    if not missing and not labelled:
        return _unlabelled_number(variable, series)
    unlabelled = [
        value for value in values if value not in variable.labels and not variable.is_missing(value)
    ]
    declared = variable.level in _CATEGORICAL and len(unlabelled) <= MAX_CATEGORIES
    if labelled and (declared or len(unlabelled) <= _FEW_BARE * len(values)):
        reason = "" if declared else tr("single: every value has a label in the file")
        if unlabelled and reason:
            bare = ", ".join(map(code_of, unlabelled))
            reason = tr("single: every value has a label in the file, but for {}", bare)
        return _coded_question(variable, [*labelled, *unlabelled], missing, reason)
    return _infer_question(variable, series, missing)


def _date_question(variable: Variable, series: pl.Series) -> Question:
    """Return a date question with its missing categories."""
    found = describe_column(_valid_column(variable, series, variable.missing_dates), variable.label)
    valid = found.categories if found.kind is Kind.DATE else ()
    categories = (*valid, *variable.missing_dates)
    return _question(variable, Kind.DATE, categories, f"{Kind.DATE}: {found.reason}")


def _coded_question(
    variable: Variable, values: Sequence[Value], missing: tuple[Category, ...], reason: str
) -> Question:
    """Return a question with codes as categories, a scale if the labels are graded."""
    ordered = sorted(values, key=_sort_key)
    categories = tuple(_category(variable, value) for value in ordered)
    steps = _steps(variable, [value for value in ordered if not isinstance(value, str)])
    if not steps:
        return _question(variable, Kind.SINGLE, (*categories, *missing), reason)
    scored = (
        replace(category, score=float(value) if value in steps else None)
        for category, value in zip(categories, ordered, strict=True)
    )
    if variable.level == "ordinal":  # the level declares it
        return _question(variable, Kind.SCALE, (*scored, *missing), "")
    low, high = (
        f"{clean(variable.labels[code])!r} ({code_of(code)})" for code in (min(steps), max(steps))
    )
    message = "scale: {} steps from {} to {}, scored by the file's own codes"
    return _question(variable, Kind.SCALE, (*scored, *missing), tr(message, len(steps), low, high))


def _steps(variable: Variable, values: Sequence[float]) -> frozenset[float]:
    """Return the codes of a scale's steps, empty unless the labels rise or fall with the codes.

    Labels are graded by their wording; with an ordinal level, `Yes` and `No` are too. Codes in
    another order (alphabetical, say) would make the mean meaningless.
    """
    texts = {
        value: _NUMBER_BEFORE.sub("", clean(variable.labels[value]))
        for value in values
        if value in variable.labels
    }
    if ends := _worded_ends({value: texts.get(value, code_of(value)) for value in values}):
        return ends if {min(ends), max(ends)} <= texts.keys() else frozenset()
    if len(texts) < len(values) or len(set(texts.values())) < len(texts):
        return frozenset()
    if scale := find_scale(list(texts.values())):
        scores = {code: scale.scores[text] for code, text in texts.items() if text in scale.scores}
        return frozenset(scores) if _is_climb(list(scores.values())) else frozenset()
    is_ordinal = variable.level == "ordinal" and len(texts) >= _FEWEST_STEPS
    if not is_ordinal or not is_graded(list(texts.values())):
        return frozenset()
    ranks = [rank for text in texts.values() if (rank := wording_rank(text)) is not None]
    return frozenset(texts) if _is_climb(ranks) else frozenset()


def _worded_ends(texts: Mapping[float, str]) -> frozenset[float]:
    """Return the codes of a scale with labelled ends: `No trust at all`, 1, … `Complete trust`."""
    steps = sorted(code for code, text in texts.items() if not says_no_answer(text))
    if not _FEWEST_STEPS < len(steps) <= _MOST_STEPS or steps[0] not in (0, 1):
        return frozenset()
    inner = [texts[code] == code_of(code) for code in steps[1:-1]]
    in_a_row = steps == [steps[0] + place for place in range(len(steps))]
    return frozenset(steps) if in_a_row and sum(inner) >= len(inner) - 1 else frozenset()


def _is_climb(ranks: Sequence[float]) -> bool:
    """Return whether numbers are in rising or falling order."""
    return list(ranks) in (sorted(ranks), sorted(ranks, reverse=True))


def _infer_question(
    variable: Variable, series: pl.Series, missing: tuple[Category, ...]
) -> Question:
    """Return the question inferred from the valid values."""
    if refused := _refusal_codes(variable, series):
        return _infer_without_refusals(variable, series, refused)
    column = _valid_column(variable, series, missing)
    found = describe_column(column, variable.label)
    kind = found.kind or (Kind.TEXT if column.is_text else Kind.NUMERIC)
    kind = _kind_at_level(variable, kind, column)
    named = {code_of(value): clean(label) for value, label in variable.labels.items()}
    own = found.categories if kind is found.kind else ()
    categories = (replace(one, label=named.get(one.code) or one.label) for one in own)
    is_found = found.kind == kind
    reason = found.reason if is_found else tr("a number by its level of measurement")
    question = _question(variable, kind, (*categories, *missing), f"{kind}: {reason}")
    if kind is not Kind.MULTI:
        return replace(question, undecided=found.undecided and kind is found.kind)
    return replace(question, delimiter=found.delimiter, others=found.others)


def _infer_without_refusals(
    variable: Variable, series: pl.Series, refused: Sequence[Value]
) -> Question:
    """Return the question inferred without refusals, which are missing only for a quantity."""
    spans = tuple(MissingRange(value, value) for value in refused)
    known = replace(variable, missing=(*variable.missing, *spans))
    found = _infer_question(known, series, missing_categories(known, distinct_values(series)))
    listed = ", ".join(f"{code_of(value)} ({clean(variable.labels[value])})" for value in refused)
    if found.kind is Kind.NUMERIC:
        return replace(found, guess=tr("{}; labelled as no answer: {}", found.guess, listed))
    codes = {code_of(value) for value in refused}
    beside = (replace(one, missing=False) if one.code in codes else one for one in found.categories)
    guess = tr("{}; no score, but in the base: {}", found.guess, listed)
    return replace(found, categories=tuple(beside), guess=guess)


def _refusal_codes(variable: Variable, series: pl.Series) -> list[Value]:
    """Return the codes labelled as `Refused`, not declared missing, if others have no label."""
    if not series.dtype.is_numeric() or not variable.labels:
        return []
    labelled = variable.valid_labels
    refused = [value for value, label in labelled.items() if says_no_answer(label)]
    values = (value for value in distinct_values(series) if not variable.is_missing(value))
    is_labelled = all(value in labelled for value in values)
    return [] if is_labelled else sorted(refused, key=_sort_key)


def _unlabelled_number(variable: Variable, series: pl.Series) -> Question | None:
    """Return a numeric question if its level is scale and inference would find codes."""
    if variable.level != "scale" or not series.dtype.is_numeric():
        return None
    column = _valid_column(variable, series, ())
    kind = describe_column(column, variable.label).kind
    is_coded = kind is not None and _kind_at_level(variable, kind, column) != kind
    if not is_coded or is_wave_column(column) or find_weights([column]):
        return None
    return _question(variable, Kind.NUMERIC, (), "")


def is_weight(variable: Variable, series: pl.Series) -> bool:
    """Return whether numbers beside user-missing values are likely the weight of respondents."""
    may_miss = variable.missing or variable.tags
    if not (may_miss and series.dtype.is_numeric()) or variable.valid_labels:
        return False
    missing = missing_categories(variable, distinct_values(series))
    named = ColumnLabel(variable.name, clean(variable.label)) if variable.label else None
    column = replace(_valid_column(variable, series, missing), label=named)
    return bool(missing and column.counts and find_weights([column]))


def _kind_at_level(variable: Variable, kind: Kind, column: Column) -> Kind:
    is_number = variable.level == "scale" and column.is_number and not variable.labels
    return Kind.NUMERIC if is_number and kind in _CODED else kind


def _valid_column(variable: Variable, series: pl.Series, missing: Sequence[Category]) -> Column:
    sample = series.gather_every(max(1, len(series) // _SAMPLE_ROWS))
    texts = {text for one in missing for text in one.texts}
    excluded = [value for value in distinct_values(sample) if code_of(value) in texts]
    if excluded:
        sample = sample.filter(~sample.is_in(excluded).fill_null(value=False))
    return count_values(nw.from_native(sample.alias(variable.name), series_only=True))


def _question(
    variable: Variable, kind: Kind, categories: tuple[Category, ...], reason: str
) -> Question:
    """Return the question, with categories of equal cleaned code merged."""
    merged: dict[str, Category] = {}
    for one in categories:
        first = merged.setdefault(one.code, one)
        if first is not one:
            spellings = dict.fromkeys((*first.spellings, *one.spellings))
            merged[one.code] = replace(first, spellings=tuple(spellings))
    name = clean(variable.name)
    label = clean(variable.label) or name
    return Question(name, label, kind, (variable.name,), tuple(merged.values()), guess=reason)
