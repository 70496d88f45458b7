"""Everything behind a line of a ranking, or behind one of its answers."""

from __future__ import annotations

from collections.abc import Iterator

from cxtui.analysis.ranking.ranked_lines import Answer, Line, Ranking, Side
from cxtui.messages import tr
from cxtui.number_signs import listed_numbers, short_number
from cxtui.output.drawing.cell_details import Details
from cxtui.output.drawing.number_text import EMPTY, HIDDEN, interval_text, p_text, rounded, signed
from cxtui.output.drawing.ranking_lines import digits_of, value_text

Entries = Iterator[tuple[str, str]]

_TESTS = {
    "pearson": "Pearson's X² of all answers",
    "rao-scott": "Rao and Scott's F of all answers",
    "t": "the t-test of the mean",
    "simes": "Simes' p of the answers",
    "twice-smaller": "twice the smaller p of all answers and of the mean",
    "linearized": "the linearized test of all answers",
}
"""What the p of a line is of, to be translated."""


def sections_of_line(ranking: Ranking, line: Line, answer: Answer | None) -> list[Details]:
    """Return everything behind a line, and behind an answer of it if one is named."""
    found = [
        Details(line.question.label, tuple(_place(ranking, line))),
        Details(tr("Does the question differ?"), tuple(_of_line(ranking, line))),
    ]
    if answer is not None:
        found.append(Details(answer.label, tuple(_of_answer(ranking, answer))))
    return [*found, Details(tr("In words"), tuple(_words(ranking)))]


def _place(ranking: Ranking, line: Line) -> Entries:
    comparison = line.comparison
    yield "question", f"{line.question.id}, {line.question.kind}"
    if comparison.group:
        yield "comparison", comparison.group
    yield "gap", tr("{} minus {}", comparison.a, comparison.b)
    for label, side in ((comparison.a, line.a), (comparison.b, line.b)):
        yield label, _base(side, is_weighted=ranking.view.weight is not None)


def _base(side: Side, *, is_weighted: bool) -> str:
    if side.n is None:
        return HIDDEN
    said = tr("{:,.0f} respondents, unweighted", side.n)
    if side.effective is None or (not is_weighted and round(side.effective) == side.n):
        return said
    return tr("{}; effective {:,.0f}", said, side.effective)


def _of_line(ranking: Ranking, line: Line) -> Entries:
    yield "verdict", tr(line.verdict.value)
    if line.why_not:
        yield "not tested", line.why_not
        return
    yield "test", tr(_TESTS.get(line.test, line.test))
    if line.statistic is not None:
        df = listed_numbers(*(rounded(one, 1) for one in (line.df, line.df2) if one is not None))
        yield "statistic", tr("{}, df {}", rounded(line.statistic, 3), df)
    if line.p_distribution is not None and line.p_mean is not None:
        yield "p of all answers", p_text(line.p_distribution)
        yield "p of the mean", p_text(line.p_mean)
    yield "p", p_text(line.p)
    said = tr("{} Benjamini–Hochberg over {:,} lines", p_text(line.p_adjusted), ranking.tested)
    yield "adjusted p", tr("{}, of which {:,} differ", said, ranking.held)
    moved = tr("{} of 100", rounded(line.moved, 1))
    yield "moved", tr("{}; without chance {}", moved, rounded(line.moved_net, 1))
    if line.v is not None:
        yield "Cramér's V", rounded(line.v, 3)
    margin = tr("{:g} points (a mean: as much of its SD)", ranking.options.margin)
    yield "margin", margin
    if line.widest is not None:
        said = "the 90% intervals reach {} margins: under 1 the answers are alike"
        yield "widest interval", tr(said, rounded(line.widest, 2))


def _of_answer(ranking: Ranking, answer: Answer) -> Entries:
    digits = digits_of(answer)
    yield "values", f"{value_text(answer, answer.a)} – {value_text(answer, answer.b)}"
    if answer.why_not:
        yield "not tested", answer.why_not
        return
    yield "gap", signed(answer.gap, digits)
    yield f"{short_number(ranking.level)}% interval", _ends(answer.low, answer.high, digits)
    if ranking.level_picked is not None:
        ends = _ends(answer.low_picked, answer.high_picked, digits)
        yield "if picked", tr("{} at {:.4g}%, which allows for picking", ends, ranking.level_picked)
    guarded = tr(" (guarded)") if answer.guarded else ""
    yield "SE", f"{rounded(answer.se, digits + 1)}{guarded}"
    if answer.t is not None:
        yield "t, df", f"{rounded(answer.t, 2)}, {rounded(answer.df, 1)}"
    fisher = "" if answer.p_fisher is None else tr("; Fisher's {}", p_text(answer.p_fisher))
    yield "p", f"{p_text(answer.p)}{fisher}"
    yield "p within", tr("{} among the answers of its question", p_text(answer.p_within))
    yield "adjusted p", tr("{}, the larger of both levels", p_text(answer.p_adjusted))
    effect = "Cohen's d" if answer.is_mean else "Cohen's h"
    yield effect, rounded(answer.effect, 3)
    yield "marked", tr("yes") if answer.is_marked else tr("no")


def _ends(low: float | None, high: float | None, digits: int) -> str:
    return EMPTY if low is None else interval_text(low, high, digits)


def _words(ranking: Ranking) -> Entries:
    yield (
        "differs",
        tr(
            "its p, adjusted by Benjamini–Hochberg over the list, is at most {:.4g}.",
            1 - ranking.level / 100,
        ),
    )
    yield "alike", tr("no answer's 90% interval leaves the margin.")
    yield "cannot tell", tr("neither: a gap of the margin may be there or not.")
    yield "marked", tr("the question differs, and the answer's Holm p within it is significant.")
