"""Speeders: respondents who took less than 40% of the median duration."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import narwhals.stable.v2 as nw
import numpy as np

from cxtui.analysis.checks.check import SPEED, Candidate, Check, CheckKind, not_run
from cxtui.analysis.derive.answer_codes import answer_code
from cxtui.analysis.query.expressions.number_classes import COUNT, X, count_numbers, is_valid_number
from cxtui.analysis.query.side_queries.quantiles import weighted_quantile
from cxtui.errors import ViewError
from cxtui.messages import tr, tr_some
from cxtui.number_signs import localized
from cxtui.survey.conditions import NO_ANSWER, AnyOf, Condition, Filter
from cxtui.survey.derive.derivation import Derivation, MadeAnswer, Verb
from cxtui.survey.derive.derivation_text import derivation_of
from cxtui.survey.file_columns import file_column
from cxtui.survey.inference.column_values import split_words
from cxtui.survey.languages.language_choice import all_languages
from cxtui.survey.languages.word_search import uses_name
from cxtui.survey.model import Survey, required
from cxtui.survey.question import Kind, Question
from cxtui.text import clean

_FEWEST = 30
_MOST_WORDS = 6
_WAVE = "__wave"


def find_speeders(survey: Survey, duration: Question | None) -> Iterator[Candidate | Check]:
    """Yield the flag of speeders; its numbers are frozen, as fieldwork moves the median.

    Each wave has a median of its own, as its questionnaire may be shorter.
    """
    threshold = tr("under {:.0f}% of the median duration", 100 * SPEED)
    if duration is None:
        reason = tr("no column is named like a duration")
        yield not_run(CheckKind.SPEEDERS, "", threshold, reason)
        return
    if one := _declared(survey, duration):
        said = clean(tr(" and ").join(one.answers[0].when))
        yield Candidate(CheckKind.SPEEDERS, duration.id, said, one, is_declared=True)
        return
    wave = survey.codebook.find(survey.codebook.wave) if survey.codebook.wave else None
    bounds = _bounds(survey, duration, wave)
    if not bounds:
        reason = tr("under {} durations: too few for a median", _FEWEST)
        yield not_run(CheckKind.SPEEDERS, duration.id, threshold, reason)
        return
    label = tr("Fast in {}", duration.id)
    if wave is None:
        (bound,) = bounds.values()
        low, median = localized(bound.text), localized(bound.median)
        said = tr("under {} ({:.0f}% of the median {})", low, 100 * SPEED, median)
        when: list[Condition] = [Filter(duration.id, "<", (bound.text,))]
        answer, rest = tr("Under {}", bound.text), tr("{} or more", bound.text)
    else:
        texts = tr_some([tr("{} in {}", one.text, code) for code, one in bounds.items()])
        said = tr("under {:.0f}% of the median of the wave: {}", 100 * SPEED, texts)
        when = _in_each(wave, duration, bounds)
        answer, rest = tr("Under {:.0f}% of the median", 100 * SPEED), tr("Longer")
    cases = (MadeAnswer(answer, when=tuple(map(str, when))),)
    flag = Derivation("speeder", Verb.CASES, label, answers=cases, rest=rest)
    yield Candidate(CheckKind.SPEEDERS, duration.id, said, flag)


def _in_each(wave: Question, duration: Question, bounds: Mapping[str, _Bound]) -> list[Condition]:
    """Return what holds for the speeders of every wave: not in that wave, or under its bound."""
    conditions: list[Condition] = [Filter(wave.id, "!=", (NO_ANSWER,))]
    for one in wave.categories:
        others = Filter(wave.id, "!=", (one.code,))
        if bound := bounds.get(one.code):
            fast = Filter(duration.id, "<", (bound.text,))
            conditions.append(AnyOf((others, fast)))
        else:
            conditions.append(others)
    return conditions


def _declared(survey: Survey, duration: Question) -> Derivation | None:
    """Return the derived question that has bounds of the duration as its first case."""
    start = str(Filter(duration.id, "<", ("",))).removesuffix('""')
    wave = survey.codebook.wave
    made = (derivation_of(one) for one in survey.codebook.questions if one.made)
    for one in filter(None, made):
        first = one.answers[:1] if one.verb is Verb.CASES and not one.overlap else ()
        texts = [text for case in first for text in case.when]
        own = [text for text in texts if start in text]
        if own and all(text in own or (wave and wave in text) for text in texts):
            return one
    return None


@dataclass(frozen=True, slots=True)
class _Bound:
    """The bound of speeders and the median that it is made of, as texts."""

    text: str
    median: str


def _bounds(survey: Survey, question: Question, wave: Question | None) -> dict[str, _Bound]:
    """Return the bound of each wave with enough durations, by code; without waves, of all."""
    code = answer_code(survey, wave) if wave else nw.lit("")
    numbers = survey.frame.filter(is_valid_number(survey, question)).select(
        file_column(question.columns[0]).cast(nw.Float64).alias(X), code.alias(_WAVE)
    )
    rows, _ = count_numbers(survey, numbers, groups=(_WAVE,))
    codes = [one.code for one in wave.categories if not one.missing] if wave else [""]
    found = {}
    for each in codes:
        own = rows.filter(nw.col(_WAVE) == each)
        values, counts = (np.array(own[name], dtype=np.float64) for name in (X, COUNT))
        if counts.sum() < _FEWEST:
            continue
        median = weighted_quantile(values, counts, 0.5)
        is_whole = bool((values == np.floor(values)).all())
        bound = math.ceil(SPEED * median) if is_whole else SPEED * median
        found[each] = _Bound(f"{bound:.12g}", f"{median:.12g}")
    return found


def duration_of(survey: Survey, named: str = "") -> Question | None:
    """Return the numeric question with the duration of the interview, the one named or guessed.

    Raises `ViewError` where the one named does not exist or is no number.
    """
    if named:
        question = required(survey, named, "question")
        if question.kind is not Kind.NUMERIC:
            raise ViewError("{} is {}: a duration is a number", question.id, question.kind)
        return question
    numbers = (one for one in survey.codebook.questions if one.kind is Kind.NUMERIC)
    return next((one for one in numbers if not one.made and _is_duration(one)), None)


def _is_duration(question: Question) -> bool:
    """Return whether a name or label speaks of the duration of the interview, and of nothing else.

    A label that asks a question is about something that lasted.
    """
    texts = (question.columns[0], question.label)
    return "?" not in question.label and any(map(_speaks_of_duration, texts))


def _speaks_of_duration(text: str) -> bool:
    words = split_words(text)
    if not 0 < len(words) <= _MOST_WORDS:
        return False
    for one in all_languages(text):
        cores = [uses_name("duration", [word], one) for word in words]
        times = [uses_name("duration_time", [word], one) for word in words]
        owns = [uses_name("duration_of", [word], one) for word in words]
        beside = [uses_name("duration_beside", [word], one) for word in words]
        known = zip(cores, times, owns, beside, strict=True)
        if all(map(any, known)) and (any(cores) or (any(times) and any(owns))):
            return True
    return False
