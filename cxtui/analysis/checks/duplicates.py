"""Duplicates: ids that repeat, addresses that repeat, and respondents with all answers alike."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from ipaddress import ip_address

import narwhals.stable.v2 as nw

from cxtui.analysis.checks.chance import few, is_chance
from cxtui.analysis.checks.check import LEAST_ANSWERS, Candidate, Check, CheckKind, not_run
from cxtui.analysis.query.engine import query_frame, query_frames, query_rows
from cxtui.analysis.query.expressions.answered import has_answered
from cxtui.messages import tr, tr_count
from cxtui.survey.derive.derivation import Derivation, Verb
from cxtui.survey.file_columns import file_column
from cxtui.survey.inference.column_values import is_named_id, split_words
from cxtui.survey.model import Survey, required
from cxtui.survey.question import Kind, Question
from cxtui.text import clean

_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_ADDRESS_NAMES = frozenset({"ip", "ipaddress", "email", "mail"})
_HEAD, _MOSTLY = 500, 0.8
_KEY_LIKE, _NEARLY_ALL = 0.5, 0.98
_ASKED, _DEPENDENT = 0.5, 10
_FEWEST = 2


def find_duplicates(survey: Survey, duration: str) -> Iterator[Candidate | Check]:
    """Yield the flags of respondents who repeat an earlier one; in a wave, where there are waves.

    `duration` is the id of the question that differs from copy to copy.
    """
    if survey.is_remote and not survey.frame.implementation.is_duckdb():
        reason = tr("a server keeps no order of respondents, so that none is the earlier one")
        yield not_run(CheckKind.DUPLICATES, "", tr("same as an earlier respondent"), reason)
        return
    addresses = _addresses(survey)
    for name in _ids(survey, addresses):
        yield _repeated(survey, name, CheckKind.IDS)
    for name in addresses:
        yield _repeated(survey, name, CheckKind.DUPLICATES)
    yield _alike(survey, {duration, *addresses})


def _repeated(survey: Survey, name: str, kind: CheckKind) -> Candidate:
    wave = survey.codebook.wave
    in_wave = "same as an earlier respondent of the wave"
    said = tr(in_wave if wave else "same as an earlier respondent")
    question = next((one.id for one in survey.codebook.questions if one.columns == (name,)), name)
    flag = Derivation(
        f"repeats_{clean(question)}",
        Verb.REPEATS,
        tr("Repeats of {}", question),
        sources=tuple(dict.fromkeys(filter(None, (wave, question)))),
    )
    return Candidate(kind, question, said, flag, is_error=kind is CheckKind.IDS)


def _columns(survey: Survey) -> list[str]:
    """Return the columns that no derived question made, and that describe no sample."""
    codebook = survey.codebook
    made = {name for one in codebook.questions if one.made for name in one.columns}
    design = {*codebook.strata, codebook.cluster, *codebook.population, codebook.weight}
    return [name for name in survey.schema if name not in made | design | {*codebook.weights}]


def _addresses(survey: Survey) -> list[str]:
    """Return the columns with mail or IP addresses, by their names or by most of their values."""
    texts = [name for name in _columns(survey) if survey.schema[name] == nw.String]
    if not texts:
        return []
    head = query_frame(survey, survey.frame.select(file_column(*texts)).head(_HEAD))
    found = []
    for name in texts:
        values = {value.strip() for value in head[name].to_list() if value and value.strip()}
        is_named = bool(_ADDRESS_NAMES & {*split_words(name)}) and not any(
            " " in one for one in values
        )
        like = sum(map(_is_address, values))
        if len(values) >= _FEWEST and (is_named or like >= _MOSTLY * len(values)):
            found.append(name)
    shares = _distinct_shares(survey, found)
    return [name for name in found if shares[name] >= _KEY_LIKE]


def _is_address(text: str) -> bool:
    """Return whether a text is a mail or IP address; a time of the day is none."""
    if _MAIL.fullmatch(text):
        return True
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _ids(survey: Survey, addresses: Sequence[str]) -> list[str]:
    """Return the column with the ids of the respondents: declared, or named so and nearly unique.

    A household or an interviewer has several respondents.
    """
    if survey.codebook.respondent in survey.schema:
        return [survey.codebook.respondent]
    named = [one for one in _columns(survey) if is_named_id(one) and one not in addresses]
    shares = _distinct_shares(survey, named)
    return [one for one in named if shares[one] >= _NEARLY_ALL][:1]


def _distinct_shares(survey: Survey, names: Sequence[str]) -> dict[str, float]:
    """Return the number of distinct values of columns by that of all values; 0 without values."""
    if not names:
        return {}
    counts = [
        expression.alias(f"__{place}_{part}")
        for place, name in enumerate(names)
        for part, expression in (
            ("n", (~file_column(name).is_null()).cast(nw.Int64).sum()),
            ("distinct", file_column(name).n_unique()),
            ("null", file_column(name).is_null().cast(nw.Int64).max()),
        )
    ]
    row = [int(one or 0) for one in query_rows(survey, survey.frame.select(*counts))[0]]
    triples = zip(names, row[::3], row[1::3], row[2::3], strict=True)
    return {name: (distinct - null) / n if n else 0.0 for name, n, distinct, null in triples}


def _alike(survey: Survey, apart: set[str]) -> Candidate | Check:
    """Return the flag of respondents who gave all answers of an earlier one, open answers too."""
    about, threshold = (
        tr("all answers"),
        tr("same as an earlier respondent, {} or more", LEAST_ANSWERS),
    )
    names = [one.id for one in survey.codebook.questions if _counts(survey, one, apart)]
    items = [one for name in names for one in _items(survey, name)]
    if len(items) < LEAST_ANSWERS:
        reason = tr_count(
            len(items),
            "{:,} question: too few to tell copies from chance",
            "{:,} questions and items: too few to tell copies from chance",
        )
        return not_run(CheckKind.DUPLICATES, about, threshold, reason)
    wave = survey.codebook.wave
    flag = Derivation(
        "repeats_answers",
        Verb.REPEATS,
        tr("Repeats of all answers"),
        sources=tuple(dict.fromkeys(filter(None, (wave, *names)))),
        least=LEAST_ANSWERS + bool(wave),
    )
    expected = partial(_judged, survey, names)
    return Candidate(CheckKind.DUPLICATES, about, threshold, flag, expected=expected)


def _counts(survey: Survey, question: Question, apart: set[str]) -> bool:
    """Return whether a copy has the same answer: no id, duration, time of the day, or weight."""
    codebook = survey.codebook
    others = {codebook.respondent, codebook.weight, *codebook.weights}
    if question.made or question.kind is Kind.DATE or question.id in {*apart, codebook.wave}:
        return False
    return others.isdisjoint(question.columns) and apart.isdisjoint(question.columns)


def _items(survey: Survey, name: str) -> Iterator[Question]:
    question = survey.codebook.find(name)
    if question and question.kind is Kind.GRID:
        found = (survey.codebook.find_item(name, one.code) for one in question.items)
        yield from filter(None, found)
    elif question:
        yield question


def _judged(survey: Survey, names: Sequence[str], found: int, of: int) -> tuple[str, bool]:
    """Return how many pairs chance makes alike, and whether it makes as many as were found.

    Of independent questions it makes n(n − 1)/2 · Π_q Σ_a p_q(a)², where a are the whole answers to
    a question that occur (of a grid all items, of a multiple response all ticks) and p their
    shares. A question that few answered tells few apart, and is left out. Ten times as many are
    taken for chance, since questions depend on each other.
    """
    if not found:
        return "", True
    frames = []
    for name in names:
        question = required(survey, name, "question")
        answered = survey.frame.filter(has_answered(survey, question))
        whole = answered.select(file_column(*question.columns))
        groups = whole.group_by(*question.columns).agg(nw.len().cast(nw.Float64).alias("__n"))
        n = nw.col("__n")
        frames.append(groups.select(n.sum().alias("__base"), (n * n).sum().alias("__squares")))
    pairs = of * (of - 1) / 2
    for one in query_frames(survey, frames):
        ((base, squares),) = one.rows()
        if base and base >= of * _ASKED:
            pairs *= squares / base**2
    said = tr("{} by chance, if questions were independent", few(pairs))
    return said, is_chance(found, _DEPENDENT * pairs)
