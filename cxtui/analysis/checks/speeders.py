"""Speeders: respondents who took less than 40% of the median duration."""

from __future__ import annotations

import math
from collections.abc import Iterator

import narwhals.stable.v2 as nw
import numpy as np

from cxtui.analysis.checks.check import SPEED, Candidate, Check, CheckKind, not_run
from cxtui.analysis.query.expressions.number_classes import COUNT, X, count_numbers, is_valid_number
from cxtui.analysis.query.side_queries.quantiles import weighted_quantile
from cxtui.errors import ViewError
from cxtui.messages import tr
from cxtui.survey.conditions import Filter
from cxtui.survey.derive.derivation import Derivation, MadeAnswer, Verb
from cxtui.survey.derive.derivation_text import derivation_of
from cxtui.survey.file_columns import file_column
from cxtui.survey.inference.column_values import split_words
from cxtui.survey.languages.lexicon import all_languages, uses_name
from cxtui.survey.model import Survey, required
from cxtui.survey.question import Kind, Question

_FEWEST = 30
_MOST_WORDS = 6


def find_speeders(survey: Survey, duration: Question | None) -> Iterator[Candidate | Check]:
    """Yield the flag of speeders; its number is frozen, as fieldwork moves the median."""
    threshold = tr("under {:.0f}% of the median duration", 100 * SPEED)
    if duration is None:
        reason = tr("no column is named like a duration")
        yield not_run(CheckKind.SPEEDERS, "", threshold, reason)
        return
    if one := _declared(survey, duration):
        bound = one.answers[0].when[0].partition("<")[2]
        yield Candidate(
            CheckKind.SPEEDERS,
            duration.id,
            tr("under {}", bound),
            one,
            tr("{} in the codebook", one.id),
            is_declared=True,
        )
        return
    median, n, is_whole = _median(survey, duration)
    if n < _FEWEST:
        reason = tr("{:,} durations; a median of interest takes {}", n, _FEWEST)
        yield not_run(CheckKind.SPEEDERS, duration.id, threshold, reason)
        return
    bound = _short(math.ceil(SPEED * median) if is_whole else SPEED * median)
    when = str(Filter(duration.id, "<", (bound,)))
    flag = Derivation(
        "speeder",
        Verb.CASES,
        tr("Under {} in {}", bound, duration.id),
        answers=(MadeAnswer(tr("Under {}", bound), when=(when,)),),
        rest=tr("{} or more", bound),
    )
    said = tr("under {} ({:.0f}% of the median {})", bound, 100 * SPEED, _short(median))
    yield Candidate(CheckKind.SPEEDERS, duration.id, said, flag)


def _declared(survey: Survey, duration: Question) -> Derivation | None:
    """Return the derived question that has a bound of the duration as its first case."""
    start = str(Filter(duration.id, "<", ("",))).removesuffix('""')
    made = (derivation_of(one) for one in survey.codebook.questions if one.made)
    for one in filter(None, made):
        first = one.answers[:1] if one.verb is Verb.CASES and not one.overlap else ()
        if first and len(first[0].when) == 1 and first[0].when[0].startswith(start):
            return one
    return None


def _short(number: float) -> str:
    return f"{number:.12g}"


def _median(survey: Survey, question: Question) -> tuple[float, int, bool]:
    """Return the median duration, the number of durations, and whether all are whole."""
    numbers = survey.frame.filter(is_valid_number(survey, question)).select(
        file_column(question.columns[0]).cast(nw.Float64).alias(X)
    )
    rows, _ = count_numbers(survey, numbers)
    values = np.array(rows[X], dtype=np.float64)
    counts = np.array(rows[COUNT], dtype=np.float64)
    if not len(values):
        return 0.0, 0, True
    return (
        weighted_quantile(values, counts, 0.5),
        int(counts.sum()),
        bool((values == np.floor(values)).all()),
    )


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
