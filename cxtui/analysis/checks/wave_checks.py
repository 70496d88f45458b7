"""The last wave beside the one before: base, mix of the sample, and missing answers; tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import narwhals.stable.v2 as nw
import numpy as np

from cxtui.analysis.checks.check import Check, CheckKind, Result, not_run
from cxtui.analysis.derive.answer_codes import answer_code
from cxtui.analysis.query.engine import query_rows
from cxtui.analysis.query.expressions.answered import has_answered
from cxtui.analysis.stats.significance import adjust_family, fisher_p
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view import Correction, View
from cxtui.errors import ViewError
from cxtui.messages import tr, tr_some
from cxtui.number_signs import localized
from cxtui.survey.conditions import Filter
from cxtui.survey.model import Survey
from cxtui.survey.question import Question

_ALPHA = 0.05
_POINTS = 5.0
_FEWEST = 30
_LEAST_P = 0.001
_TWO = 2


@dataclass(frozen=True, slots=True)
class _Pair:
    """The waves that are compared, by code and label, each with its respondents."""

    codes: tuple[str, str]
    labels: tuple[str, str]
    n: tuple[int, int]

    @property
    def words(self) -> str:
        return tr("{1} vs {0}", *self.labels)


def find_wave_changes(survey: Survey) -> Iterator[Check]:
    """Yield what differs between the last two waves, unweighted; flags of respondents it is not."""
    about = survey.codebook.wave
    wave = survey.codebook.find(about) if about else None
    if wave is None:
        return
    answered = _answered_by_wave(survey, wave)
    labels = {one.code: one.label for one in wave.categories if not one.missing}
    there = [code for code in labels if code in answered]
    if len(there) < _TWO:
        yield not_run(CheckKind.WAVES, about, tr("last wave vs the one before"), tr("one wave"))
        return
    before, last = there[-2:]
    pair = _Pair(
        (before, last), (labels[before], labels[last]), (answered[before][0], answered[last][0])
    )
    said = tr("{:,} respondents, {:,} before", pair.n[1], pair.n[0])
    yield Check(CheckKind.WAVES, tr("base"), Result.TEST, pair.words, note=said)
    if min(pair.n) < _FEWEST:
        reason = tr("a wave has under {} respondents", _FEWEST)
        yield not_run(CheckKind.WAVES, tr("mix, missing answers"), pair.words, reason)
        return
    if banner := survey.codebook.find(survey.codebook.default_banner):
        yield _mix(survey, wave, banner, pair)
    yield _missing(survey, [answered[code] for code in pair.codes], pair)


def _answered_by_wave(survey: Survey, wave: Question) -> dict[str, tuple[int, ...]]:
    """Return by wave how many respondents there are, and how many answered each question."""
    flags = [
        has_answered(survey, one).fill_null(False).cast(nw.Int64).alias(f"__{place}")
        for place, one in enumerate(_compared(survey))
    ]
    frame = survey.frame.select(answer_code(survey, wave).alias("__wave"), *flags)
    names = [f"__{place}" for place, _ in enumerate(flags)]
    grouped = frame.group_by("__wave").agg(
        nw.len().alias("__n"), *(nw.col(one).sum() for one in names)
    )
    rows = query_rows(survey, grouped.select("__wave", "__n", *names))
    return {str(code): tuple(int(n or 0) for n in counts) for code, *counts in rows if code}


def _compared(survey: Survey) -> list[Question]:
    wave = survey.codebook.wave
    return [one for one in survey.codebook.questions if not one.made and one.id != wave]


def _mix(survey: Survey, wave: Question, banner: Question, pair: _Pair) -> Check:
    """Return the overall test of the banner's answers between the waves."""
    about, level = tr("mix of {}", banner.id), tr("{}, overall test at 95%", pair.words)
    filters = (Filter(wave.id, "=", pair.codes),)
    view = View(banner.id, ((wave.id,),), filters, all_waves=True)
    try:
        table = tabulate(survey, view)
    except ViewError as error:
        return not_run(CheckKind.WAVES, about, level, str(error))
    if not table.whole:
        return not_run(CheckKind.WAVES, about, level, tr("no test of this table"))
    p = table.whole[0].p
    places = {one.codes[-1]: at for at, one in enumerate(table.columns) if one.path}
    shares = [[row.cells[places[code]].percent or 0.0 for code in pair.codes] for row in table.rows]
    moved, ends = max(
        zip(table.rows, shares, strict=True), key=lambda one: abs(one[1][1] - one[1][0])
    )
    said = tr("{} {:.0f}% to {:.0f}%, {}", moved.label, *ends, _p_in_words(p))
    is_alike = p > _ALPHA
    note = tr("{}, not significant", said) if is_alike else said
    result = Result.CLEAR if is_alike else Result.TEST
    return Check(CheckKind.WAVES, about, result, level, note=note)


def _p_in_words(p: float) -> str:
    return tr("p < .001") if p < _LEAST_P else localized(f"p = {p:.3f}".replace("0.", ".", 1))


def _missing(survey: Survey, counts: Sequence[Sequence[int]], pair: _Pair) -> Check:
    """Return which questions have another share of respondents without a valid answer.

    Fisher's exact test of the respondents, Benjamini–Hochberg over all questions that both waves
    answered; changes of under five points are not told.
    """
    level = tr("{}, Fisher at 95%, {:.0f} points or more", pair.words, _POINTS)
    before, last = (np.array(one[1:], dtype=np.float64) for one in counts)
    both = np.flatnonzero((before > 0) & (last > 0))
    n = [np.full(len(both), float(each)) for each in pair.n]
    p = fisher_p(before[both], n[0], last[both], n[1])
    adjusted = adjust_family([float(one) for one in p], Correction.BH)
    questions, found = _compared(survey), []
    for place, value in zip(both, adjusted, strict=True):
        ends = [
            100 * (1 - one[place] / each) for one, each in zip((before, last), pair.n, strict=True)
        ]
        moved = abs(ends[1] - ends[0])
        if value is not None and value <= _ALPHA and moved >= _POINTS:
            said = tr("{} {:.0f}% to {:.0f}%", questions[place].id, *ends)
            found.append((-moved, said))
    about = tr("no valid answer, or not asked")
    if not found:
        said = tr("alike in all {:,} questions of both waves", len(both))
        return Check(CheckKind.WAVES, about, Result.CLEAR, level, note=said)
    listed = tr_some([said for _, said in sorted(found)])
    note = tr("{:,} of {:,} questions differ: {}", len(found), len(both), listed)
    return Check(CheckKind.WAVES, about, Result.TEST, level, note=note)
