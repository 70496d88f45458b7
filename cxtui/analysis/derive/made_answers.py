"""Derived questions with answers: merge, bands, cases, first and cross."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.analysis.derive.answer_codes import (
    NO_CODE,
    Branch,
    answer_code,
    choose,
    code_in_column,
    gave_any,
    holds_text,
)
from cxtui.analysis.derive.named_sources import (
    codes_named,
    conditions_of,
    filters_of,
    single_source,
    source_of,
)
from cxtui.analysis.derive.quotients import Quotient
from cxtui.analysis.query.engine import query_rows
from cxtui.analysis.query.expressions.answered import has_answered
from cxtui.analysis.query.expressions.filters import is_not, meets_condition
from cxtui.analysis.query.expressions.number_classes import (
    class_categories,
    class_key,
    missing_categories,
)
from cxtui.analysis.query.expressions.several_answers import answer_values, is_unanswered
from cxtui.analysis.query.expressions.value_matching import join_balanced
from cxtui.messages import tr
from cxtui.survey.derive.derivation import DROP, KEEP, Derivation, Verb
from cxtui.survey.model import Survey
from cxtui.survey.question import Category, Holds, Kind, Question
from cxtui.text import numbered

_SEPARATORS = (".", "/", "|", " × ", "\x1f")


@dataclass(frozen=True, slots=True)
class Made:
    """A derived question without its columns: one value a respondent, or a tick a category.

    A respondent without an answer has null in all of them. `steps` are helper columns, those of a
    step made of those before: an expression that several others use is long where it is repeated.
    """

    kind: Kind
    categories: tuple[Category, ...]
    values: tuple[nw.Expr | Quotient, ...]
    dtype: nw.dtypes.DType
    steps: tuple[Mapping[str, nw.Expr], ...] = ()

    @property
    def has_ticks(self) -> bool:
        """Return whether there is a value of 0 or 1 for each category."""
        return self.kind is Kind.MULTI


def _of_codes(categories: Iterable[Category], code: nw.Expr) -> Made:
    """Return a question of one answer; it is a scale where each valid answer has a score."""
    listed = tuple(categories)
    valid = [one for one in listed if not one.missing]
    is_scale = len(valid) > 1 and all(one.score is not None for one in valid)
    kind = Kind.SCALE if is_scale else Kind.SINGLE
    return Made(kind, listed, (code,), nw.String())


def of_ticks(categories: Iterable[Category], given: Sequence[nw.Expr], is_asked: nw.Expr) -> Made:
    """Return a question of several answers, each `given` or not; null where it was not asked."""
    ticks = (nw.when(is_asked).then(one.cast(nw.Int8)) for one in given)
    return Made(Kind.MULTI, tuple(categories), tuple(ticks), nw.Int8())


def made_by_merge(survey: Survey, one: Derivation) -> Made:
    """Return the answers of a question, some of them merged."""
    question = single_source(survey, one)
    if question.kind is Kind.NUMERIC:
        raise one.error("{}: {} is numeric: make answers of it first, with bands", question.id)
    merged = _merged_codes(one, question)
    used = {code for codes in merged.values() for code in codes}
    kept = [
        replace(each, spellings=())
        for each in question.categories
        if each.code not in used and (each.missing or one.rest in {"", KEEP})
    ]
    labels = {each.label for each in one.answers}
    for each in kept:
        if each.label in labels and not each.missing:
            said = "{}: {!r} is the label of an answer that stays, too; give the merged one another"
            raise one.error(said, each.label)
    categories = [
        Category(codes[0], each.label, score=each.score)
        for each, codes in zip(one.answers, merged.values(), strict=True)
    ]
    if one.rest not in {"", KEEP, DROP}:
        taken = {each.code for each in (*categories, *question.categories)}
        categories.append(Category(numbered("rest", taken), one.rest))
    categories += sorted(kept, key=lambda each: each.missing)
    if question.kind is Kind.MULTI:
        return _merged_ticks(survey, one, question, categories, merged)
    return _of_codes(categories, _merged_code(survey, one, question, categories, merged))


def _merged_codes(one: Derivation, question: Question) -> dict[str, tuple[str, ...]]:
    """Return the codes that each merged answer stands for, by its label."""
    merged: dict[str, tuple[str, ...]] = {}
    used: dict[str, str] = {}
    for each in one.answers:
        merged[each.label] = codes_named(one, question, each.of)
        for code in merged[each.label]:
            if other := used.get(code):
                said = "{}: answer {!r} of {} is merged twice, in {!r} and {!r}; leave one of them"
                raise one.error(said, code, question.id, other, each.label)
            used[code] = each.label
    return merged


def _merged_code(
    survey: Survey,
    one: Derivation,
    question: Question,
    categories: Sequence[Category],
    merged: dict[str, tuple[str, ...]],
) -> nw.Expr:
    chosen = [(gave_any(survey, question, codes), nw.lit(codes[0])) for codes in merged.values()]
    if one.rest in {"", KEEP}:
        return choose(chosen, answer_code(survey, question))
    missing = [each.code for each in categories if each.missing]
    chosen += [(gave_any(survey, question, [code]), nw.lit(code)) for code in missing]
    if one.rest != DROP:
        rest = categories[len(merged)].code
        chosen.append((has_answered(survey, question), nw.lit(rest)))
    return choose(chosen)


def _merged_ticks(
    survey: Survey,
    one: Derivation,
    question: Question,
    categories: Sequence[Category],
    merged: dict[str, tuple[str, ...]],
) -> Made:
    codes = [*merged.values()]
    if one.rest not in {"", KEEP, DROP}:
        used = {code for members in codes for code in members}
        rest = (each for each in question.categories if not each.missing)
        codes.append(tuple(each.code for each in rest if each.code not in used))
    codes += [(each.code,) for each in categories[len(codes) :]]
    given = [gave_any(survey, question, members) for members in codes]
    return of_ticks(categories, given, is_not(is_unanswered(survey, question)))


def made_by_bands(survey: Survey, one: Derivation) -> Made:
    """Return the classes of a number as answers."""
    question = single_source(survey, one)
    if question.kind is not Kind.NUMERIC:
        said = "{}: bands takes a number, and {} is {}: merge its answers instead"
        raise one.error(said, question.id, question.kind)
    banded = replace(question, classes=one.bounds)
    labels = one.labels or tuple(each.label for each in class_categories(banded))
    categories = [Category(str(place), label) for place, label in enumerate(labels, 1)]
    key = class_key(survey, banded)
    code = nw.when(key >= 0).then((key + nw.lit(1)).cast(nw.String))
    missing: list[Branch] = []
    for place, each in enumerate(missing_categories(question), 1):
        name = numbered(each.code, {taken.code for taken in categories})
        categories.append(replace(each, code=name, spellings=(), score=None))
        missing.append((key == -place, nw.lit(name)))
    return _of_codes(categories, code.otherwise(choose(missing)))


def made_by_cases(survey: Survey, one: Derivation) -> Made:
    """Return the first case that holds as the answer; with `overlap`, all that hold.

    Respondents without a valid answer to any question in the conditions have no answer, unless a
    condition names their missing one.
    """
    held, named = [], []
    for case in one.answers:
        conditions = conditions_of(survey, one, case)
        named += filters_of(conditions)
        held.append(
            join_balanced(operator.and_, [_holds(meets_condition(survey, c)) for c in conditions])
        )
    is_asked = _is_answered(survey, one, named)
    categories = [
        Category(str(place), case.label, score=case.score)
        for place, case in enumerate(one.answers, 1)
    ]
    is_any = join_balanced(operator.or_, held)
    if one.rest:
        categories.append(Category(str(len(categories) + 1), one.rest))
    if one.overlap:
        given = [*held, ~is_any] if one.rest else held
        return of_ticks(categories, given, is_asked if one.rest else is_asked & is_any)
    otherwise = nw.lit(categories[-1].code) if one.rest else NO_CODE
    pairs = zip(held, categories, strict=False)
    code = choose([(holds, nw.lit(each.code)) for holds, each in pairs], otherwise)
    return _of_codes(categories, nw.when(is_asked).then(code))


def _holds(condition: nw.Expr) -> nw.Expr:
    """Return a condition that is false where it is null."""
    return nw.when(condition).then(nw.lit(True)).otherwise(nw.lit(False))


def _is_answered(survey: Survey, one: Derivation, named: Iterable[Any]) -> nw.Expr:
    """Return whether a respondent answered any question of the conditions."""
    codes: dict[str, set[str]] = {}
    for each in named:
        codes.setdefault(each.question, set()).update(each.values if each.operator == "=" else ())
    answered = []
    for name, values in codes.items():
        question = source_of(survey, one, name)
        answered.append(_holds(has_answered(survey, question)))
        missing = [c.code for c in question.categories if c.missing and c.code in values]
        answered += [gave_any(survey, question, missing)] if missing else []
    return join_balanced(operator.or_, answered)


def made_by_first(survey: Survey, one: Derivation) -> Made:
    """Return the first valid mention; missing answers count where there is none."""
    question = source_of(survey, one, one.sources[0])
    if question.kind is not Kind.MULTI or question.holds is not Holds.MENTIONS:
        said = '{}: first takes a question of mentions, and {} has no holds = "mentions"'
        raise one.error(said, question.id)
    missing = [text for each in question.categories if each.missing for text in each.texts]
    valid: list[Branch] = []
    reasons: list[Branch] = []
    for column in question.columns:
        code = code_in_column(survey, question, column)
        is_reason = holds_text(survey, column, missing)
        is_there = ~answer_values(survey, column).is_null()
        nothing = holds_text(survey, column, [*missing, *question.unasked, *question.unchosen, ""])
        valid.append((is_there & ~nothing, code))
        reasons.append((is_reason, code))
    categories = (replace(each, spellings=()) for each in question.categories)
    return _of_codes(categories, choose(valid, choose(reasons)))


def made_by_cross(survey: Survey, one: Derivation) -> Made:
    """Return the pairs (or longer rows) of answers that some respondent gave; one query."""
    questions = [_crossed(survey, one, name) for name in one.sources]
    codes = [[each.code for each in question.categories] for question in questions]
    texts = "".join(code for listed in codes for code in listed)
    between = next((mark for mark in _SEPARATORS if mark not in texts), _SEPARATORS[-1])
    is_valid = join_balanced(
        operator.and_, [_holds(has_answered(survey, question)) for question in questions]
    )
    given = [answer_code(survey, question) for question in questions]
    names = [f"__{place}" for place, _ in enumerate(given)]
    columns = [code.alias(name) for code, name in zip(given, names, strict=True)]
    pairs = (
        survey.frame.filter(is_valid).select(*columns).group_by(*names).agg(nw.len().alias("__n"))
    )
    rows = [tuple(map(str, row[:-1])) for row in query_rows(survey, pairs)]
    labels = [{each.code: each.label for each in question.categories} for question in questions]
    rows.sort(key=lambda row: [_place(c, listed) for c, listed in zip(row, codes, strict=True)])
    categories = tuple(
        Category(
            between.join(row),
            " > ".join(named.get(code, code) for code, named in zip(row, labels, strict=True)),
        )
        for row in rows
    )
    parts: list[nw.Expr] = []
    for code in given:
        parts += [nw.lit(between), code] if parts else [code]
    whole = nw.concat_str(parts)
    return Made(Kind.SINGLE, categories, (nw.when(is_valid).then(whole),), nw.String())


def _place(code: str, listed: Sequence[str]) -> tuple[int, str]:
    return (listed.index(code), "") if code in listed else (len(listed), code)


def _crossed(survey: Survey, one: Derivation, name: str) -> Question:
    question = source_of(survey, one, name)
    if question.is_exclusive:
        return question
    advice = tr("band it first") if question.kind is Kind.NUMERIC else tr("take others")
    said = "{}: cross takes questions with one answer, and {} is {}: {}"
    raise one.error(said, question.id, question.kind, advice)


ANSWERS = {
    Verb.MERGE: made_by_merge,
    Verb.BANDS: made_by_bands,
    Verb.CASES: made_by_cases,
    Verb.FIRST: made_by_first,
    Verb.CROSS: made_by_cross,
}
"""How each verb that has answers makes them."""
