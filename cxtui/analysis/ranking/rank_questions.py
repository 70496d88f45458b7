"""The ranking of a view: its questions are counted and measured batch by batch, then ranked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from cxtui.analysis.disclosure.filter_remainder import require_many_kept
from cxtui.analysis.disclosure.protect_together import Protection, protect_together
from cxtui.analysis.query.cube_cache import CubeCache
from cxtui.analysis.query.stacks.cube_stack import CubeStack
from cxtui.analysis.ranking.comparability import reasons_not_comparable
from cxtui.analysis.ranking.comparison import Comparison
from cxtui.analysis.ranking.hidden_lines import hidden_line_reason, hidden_reasons
from cxtui.analysis.ranking.list_comparisons import list_comparisons, pair_text
from cxtui.analysis.ranking.measure_lines import LineNumbers, measure_lines
from cxtui.analysis.ranking.rank_lines import rank_lines
from cxtui.analysis.ranking.ranked_lines import Ranking
from cxtui.analysis.ranking.ranking_options import Compare, RankingOptions
from cxtui.analysis.view.view import Against, Base, Family, Variance, View
from cxtui.errors import ViewError
from cxtui.survey.model import Survey
from cxtui.survey.question import Kind, Question

_TOGETHER, _STEP = 48, 6
"""Maximum number of questions counted together, and the factor by which the number grows."""

_FEW_ANSWERS = 2**17
"""More questions than the maximum are counted together, and at once, if they have no more answers
than these."""

_MOST_SUMS = 2**21
"""Limit of the sums by unit, answer and column that are measured at a time."""

_MOST_COMPARISONS = 2_000

_LEFT_OUT = frozenset({Kind.GRID, Kind.DATE, Kind.TEXT})


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """The lines of some questions; `asked` of all `of` questions are measured now."""

    numbers: tuple[LineNumbers, ...]
    asked: int
    of: int


def rank_questions(
    survey: Survey, view: View, options: RankingOptions, cache: CubeCache | None = None
) -> Ranking:
    """Return the ranking of all questions of a view.

    Raises `ViewError` where the banner has no two columns, or there are no two waves, to compare.
    """
    batches = [batch.numbers for batch in each_batch(survey, view, options, cache)]
    return rank_lines(
        [one for numbers in batches for one in numbers], view, options, survey.codebook
    )


def compared_questions(survey: Survey, view: View, options: RankingOptions) -> list[Question]:
    """Return the questions in a ranking: all but banner, wave, dates and open answers.

    The items of a grid are questions of their own. Where waves are compared, the role is left out
    too: it tells who was asked.
    """
    codebook = survey.codebook
    excluded = {name for names in view.banner for name in names} | {codebook.wave}
    if compares_waves(survey, view, options):
        excluded.add(codebook.role)
    return [
        one
        for one in codebook.table_questions
        if one.kind not in _LEFT_OUT and one.id not in excluded
    ]


def compares_waves(survey: Survey, view: View, options: RankingOptions) -> bool:
    """Return whether waves are compared: the ranking takes all of them unless a filter does not."""
    wave = survey.codebook.wave
    return options.is_over_waves or (bool(wave) and any(wave in names for names in view.banner))


def each_batch(
    survey: Survey, view: View, options: RankingOptions, cache: CubeCache | None = None
) -> Iterator[Batch]:
    """Yield the lines of the first question, then of ever more questions; raises `ViewError`."""
    require_many_kept(survey, view.filters)
    cache = cache or CubeCache(survey)
    counted = _counted_view(survey, view, options)
    asked = [counted.with_question(one.id) for one in compared_questions(survey, view, options)]
    protection = protect_together(survey, asked, cache)
    most = max(_TOGETHER, _FEW_ANSWERS // max(survey.respondents, 1))
    step = _STEP if most == _TOGETHER else most
    place, together = 0, 1  # the first rows come early
    while place < len(asked):
        stacks = cache.stacks_of_shares(asked[place : place + together])
        place += sum(len(one.questions) for one in stacks)
        together = min(most, step * together)
        numbers = (_measured(survey, view, options, one, cache, protection) for one in stacks)
        yield Batch(tuple(chain.from_iterable(numbers)), place, len(asked))


def pair_options(
    survey: Survey, view: View, cache: CubeCache
) -> list[tuple[Comparison, RankingOptions]]:
    """Return all pairs of columns with their options, the usual pair first.

    Raises `ViewError` where there are no two columns.
    """
    usual = RankingOptions()
    asked = compared_questions(survey, view, usual)
    if not asked:
        return []
    counted = _counted_view(survey, view, usual).with_question(asked[0].id)
    (stack,) = cache.stacks_of_shares([counted])
    first, *_ = _comparisons(survey, stack, usual)
    found = [(first, usual)]
    for one in _comparisons(survey, stack, RankingOptions(compare=Compare.PAIRS)):
        a, b = (stack.columns[side.plus[0]] for side in one.unions)
        if one.unions != first.unions and (text := pair_text(a, b, stack.columns)):
            found.append((one, RankingOptions(pair=text)))
    return found


def _comparisons(
    survey: Survey, stack: CubeStack, options: RankingOptions
) -> tuple[Comparison, ...]:
    """Return the comparisons of a stack's columns."""
    axis = survey.codebook.find(survey.codebook.wave)
    has_respondents = (stack.bases[Base.ALL].n[0] > 0).tolist()
    return list_comparisons(stack.columns, has_respondents, axis, options)


def _counted_view(survey: Survey, view: View, options: RankingOptions) -> View:
    """Return the view whose cubes have the columns of all comparisons."""
    banner, wave = view.banner, survey.codebook.wave
    if options.is_over_waves and wave:
        groups = [tuple(one for one in names if one != wave) for names in banner or ((),)]
        banner = tuple(dict.fromkeys((*names, wave) for names in groups))
    return replace(
        view.unhidden,
        banner=banner,
        show=None,
        also=(),
        nets=(),
        full=False,
        against=Against.COLUMNS,
        family=Family.ROW,
    )


def _measured(
    survey: Survey,
    view: View,
    options: RankingOptions,
    stack: CubeStack,
    cache: CubeCache,
    protection: Protection,
) -> Iterator[LineNumbers]:
    """Yield the lines of questions, as many comparisons at a time as fit in memory."""
    if view.variance is Variance.KISH:
        stack = stack.without_design()
    axis = survey.codebook.find(survey.codebook.wave)
    comparisons = _comparisons(survey, stack, options)
    if len(comparisons) > _MOST_COMPARISONS:
        raise ViewError(
            "{:,} comparisons are too many, {:,} are the most: take another banner, or filter it",
            *(len(comparisons), _MOST_COMPARISONS),
        )
    reasons = reasons_not_comparable(survey, stack, comparisons, axis, cache)
    hidden_reason = hidden_line_reason(survey.least)
    if survey.least:
        counted = _counted_view(survey, view, options)
        asked = [counted.with_question(one.id) for one in stack.questions]
        hidden = hidden_reasons(asked, stack.columns, comparisons, protection, hidden_reason)
        reasons = [
            [one or other for one, other in zip(*both, strict=True)]
            for both in zip(hidden, reasons, strict=True)
        ]
    rows = sum(map(len, stack.rows)) * len(stack.units.columns.cells.n)
    size = max(_MOST_SUMS // (rows * len(comparisons[0].unions)), 1) if comparisons else 1
    for start in range(0, len(comparisons), size):
        part = slice(start, start + size)
        own = [each[part] for each in reasons]
        lines = measure_lines(stack, comparisons[part], view, options.margin, own)
        yield replace(lines, hidden_reason=hidden_reason)
