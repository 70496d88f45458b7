"""The two levels of a ranking: Benjamini–Hochberg over its lines, then Holm within each."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from cxtui.analysis.query.sample import Numbers
from cxtui.analysis.ranking.answer_numbers import AnswerNumbers
from cxtui.analysis.ranking.hidden_lines import without_numbers
from cxtui.analysis.ranking.measure_lines import LineNumbers
from cxtui.analysis.ranking.ranked_lines import Answer, Line, Ranking, Side, Verdict
from cxtui.analysis.ranking.ranking_options import RankingOptions
from cxtui.analysis.stats.intervals import none_for_nan
from cxtui.analysis.stats.significance import adjust_p
from cxtui.analysis.tables.state_line import state_of_ranking
from cxtui.analysis.view.view import Correction, View
from cxtui.survey.model import Codebook

_ORDER = {one: place for place, one in enumerate(Verdict)} | {Verdict.DIFFERS_A_LITTLE: 0}
"""Lines that hold stand together, by how far they differ."""


def rank_lines(
    batches: Sequence[LineNumbers], view: View, options: RankingOptions, codebook: Codebook
) -> Ranking:
    """Return the ranking of lines, whose family is all tested ones.

    A line holds where its p after Benjamini and Hochberg (1995, JRSS B 57:289–300) is at most α;
    an answer of it is marked where its p after Holm (1979) is. The intervals at level
    1 − α·max(R, 1)/M cover what was picked: Benjamini and Yekutieli (2005), JASA 100:71–81.
    """
    alpha = 1 - view.level / 100
    p = np.concatenate([one.p for one in batches]) if batches else np.zeros(0)
    adjusted = adjust_p(p[np.newaxis], Correction.BH)[0]
    tested = int((~np.isnan(adjusted)).sum())
    with np.errstate(invalid="ignore"):
        holds = adjusted <= alpha
    held = int(holds.sum())
    picked = 100 * (1 - alpha * max(held, 1) / tested) if tested else None
    ends = np.cumsum([0, *(len(one.p) for one in batches)])
    lines: list[Line] = []
    for batch, (start, end) in zip(batches, pairwise(ends.tolist()), strict=True):
        lines += _lines(batch, adjusted[start:end], view.level, picked)
    return Ranking(
        view=view,
        options=options,
        comparisons=tuple(dict.fromkeys(one for each in batches for one in each.comparisons)),
        lines=tuple(sorted(lines, key=_place)),
        tested=tested,
        held=held,
        level=view.level,
        level_picked=picked,
        state=state_of_ranking(codebook, view),
        left_out=batches[0].left_out if batches else 0,
        sample=batches[0].sample if batches else None,
    )


def _place(line: Line) -> tuple[int, float, str]:
    """Return the place of a line: by how far it differs where it holds, else by p or reason."""
    if line.p is None:
        return _ORDER[line.verdict], float(not line.is_comparable), line.why_not
    size = -(line.moved_net or 0.0) if line.holds else line.p
    return _ORDER[line.verdict], size, ""


def _lines(batch: LineNumbers, adjusted: Numbers, level: float, picked: float | None) -> list[Line]:
    alpha = 1 - level / 100
    answers = _answers(batch, adjusted, level, picked)
    starts = np.searchsorted(batch.answers.line, np.arange(len(adjusted) + 1)).tolist()
    numbers = (
        *(batch.moved, batch.moved_net, batch.v, batch.statistic, batch.df, batch.df2),
        *(batch.p_distribution, batch.p_mean, batch.p, adjusted, batch.widest),
    )
    columns = np.array(numbers)
    rows = zip(*none_for_nan(columns), strict=True)
    sides = none_for_nan(np.stack([batch.n, batch.kish, batch.effective], axis=2))
    heads = ((question, one) for question in batch.questions for one in batch.comparisons)
    texts = zip(
        *(batch.test.tolist(), batch.why_not.tolist(), batch.is_comparable.tolist()), strict=True
    )
    found = []
    for place, ((question, comparison), row, (test, why_not, comparable), (a, b)) in enumerate(
        zip(heads, rows, texts, sides, strict=True)
    ):
        moved, net, v, *tests, p, bh, widest = row
        line = Line(
            question=question,
            comparison=comparison,
            a=Side(*a),
            b=Side(*b),
            answers=tuple(answers[starts[place] : starts[place + 1]]),
            moved=moved,
            moved_net=net,
            v=v,
            test=test,
            statistic=tests[0],
            df=tests[1],
            df2=tests[2],
            p_distribution=tests[3],
            p_mean=tests[4],
            p=p,
            p_adjusted=bh,
            verdict=_verdict(bh, widest, alpha, why_not),
            widest=None if widest == np.inf else widest,
            why_not=why_not,
            is_comparable=comparable,
        )
        is_hidden = bool(batch.hidden_reason) and why_not == batch.hidden_reason
        found.append(without_numbers(line) if is_hidden else line)
    return found


def _verdict(p: float | None, widest: float | None, alpha: float, why_not: str) -> Verdict:
    if why_not or p is None:
        return Verdict.NOT_TESTED
    is_inside = widest is not None and widest < 1
    if p <= alpha:
        return Verdict.DIFFERS_A_LITTLE if is_inside else Verdict.DIFFERS
    return Verdict.ALIKE if is_inside else Verdict.CANNOT_TELL


def _answers(
    batch: LineNumbers, adjusted: Numbers, level: float, picked: float | None
) -> list[Answer]:
    """Return the answers of all lines of a batch, line by line."""
    alpha, own = 1 - level / 100, batch.answers
    of_line = adjusted[own.line]
    both = np.maximum(of_line, batch.p_within)
    with np.errstate(invalid="ignore"):
        marked = (both <= alpha).tolist()
    ends = (*own.interval(level), *_picked(own, picked))
    numbers = (
        *(own.a, own.b, own.gap, own.se, own.se_linearized, own.t, own.df, own.p, own.p_fisher),
        *(own.p_used, own.effect, *ends, batch.p_within, both, batch.margin),
    )
    rows = zip(*none_for_nan(np.array(numbers)), strict=True)
    texts = zip(own.is_mean.tolist(), own.guarded.tolist(), own.flag, own.why_not, strict=True)
    return [
        Answer(
            *(head.code, head.label, is_mean, *row[:5], guarded, *row[5:11], flag, why_not),
            *(*row[11:], is_marked),
        )
        for head, row, (is_mean, guarded, flag, why_not), is_marked in zip(
            own.head.tolist(), rows, texts, marked, strict=True
        )
    ]


def _picked(answers: AnswerNumbers, level: float | None) -> tuple[Numbers, Numbers]:
    if level is None:
        none = np.full(len(answers.gap), np.nan)
        return none, none
    return answers.interval(level)
