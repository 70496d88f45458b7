"""Counting of a view: build the queries, run them, assemble the Cube.

Only filter, select, group_by, len and sum go to the engine. The Total holds all respondents who
pass the filters, including those outside all columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from cxtui.analysis.query.counting_plan import QueryPlan
from cxtui.analysis.query.cube import MOST_CELLS, Cube, Quartiles, separate_banners
from cxtui.analysis.query.cube_builder import CubeBuilder
from cxtui.analysis.query.expressions.exact_sums import Weighting, add_weights
from cxtui.analysis.query.expressions.filters import filter_respondents
from cxtui.analysis.query.groups.engine_counts import EngineCounts, answer
from cxtui.analysis.query.multiple_response import ItemPairsPlan, ThresholdPlan
from cxtui.analysis.query.query_batching import fits_memory
from cxtui.analysis.query.question_plans import NumberValuesPlan
from cxtui.analysis.query.sample import Rule
from cxtui.analysis.query.side_queries.quantiles import column_quartiles, quartiles_of_groups
from cxtui.analysis.query.view_count import ViewCount
from cxtui.analysis.view.view import View
from cxtui.survey.model import Survey
from cxtui.survey.question import Kind


@dataclass(frozen=True, slots=True, eq=False)
class _Further:
    """A cube of counted groups, and the respondents of whom more is to be counted."""

    count: ViewCount
    builder: CubeBuilder
    cube: Cube
    respondents: nw.LazyFrame[Any]

    @property
    def weighting(self) -> Weighting:
        """How the respondents are weighted."""
        return self.builder.plan.weighting

    def counted(self, plan: QueryPlan, answered: EngineCounts) -> Cube:
        """Return the groups of another plan in the columns of the cube."""
        return self.count.counted(self.builder, plan, answered)


def read_views(
    survey: Survey,
    counted: Sequence[tuple[ViewCount, EngineCounts, nw.LazyFrame[Any] | None]],
) -> list[Cube]:
    """Return the cubes of groups; with respondents, also what needs further queries.

    They are those of `asked`, weighted. A number has quartiles then, and the shares up to each of
    them; a multiple response has the pairs of items that its overall test needs.
    """
    cubes: dict[int, Cube] = {}
    numbers: dict[int, _Further] = {}
    sets: dict[int, _Further] = {}
    for place, (count, answered, respondents) in enumerate(counted):
        builder = count.builder(answered)
        cubes[place] = cube = builder.cube()
        if respondents is None or not count.needs_respondents:
            continue
        remaining = filter_respondents(survey, count.settled, respondents)
        is_number = count.question.kind is Kind.NUMERIC
        if is_number or _needs_pairs(cube, len(count.question.categories)):
            own = numbers if is_number else sets
            own[place] = _Further(count, builder, cube, remaining)
    cubes |= zip(sets, _with_item_pairs(survey, list(sets.values())), strict=True)
    cubes |= zip(numbers, _with_quartiles(survey, list(numbers.values())), strict=True)
    return [cubes[place] for place in range(len(counted))]


def _needs_pairs(cube: Cube, items: int) -> bool:
    """Return whether the overall test of a multiple response needs its pairs of items."""
    if not cube.sample.needs_squares:
        return False
    separate = [places for places in separate_banners(cube) if len(places) > 1]
    return any(2 * items * len(places) <= MOST_CELLS for places in separate)


def _with_item_pairs(survey: Survey, sets: Sequence[_Further]) -> Iterator[Cube]:
    """Yield the cubes of multiple responses with the respondents who chose two items."""
    plans = [
        ItemPairsPlan(survey, one.count.question, replace(one.weighting, others=())) for one in sets
    ]
    answered = _answered(survey, sets, plans)
    for one, plan, groups in zip(sets, plans, answered, strict=True):
        q = one.counted(plan, groups).units.columns.cells.q[:, 0]
        items = len(one.count.question.categories)
        joint = np.zeros((len(q), items, items, q.shape[-1]))
        for row, (a, b) in enumerate(plan.pairs, items):
            joint[:, a, b] = joint[:, b, a] = q[:, row]
        yield replace(one.cube, joint=joint)


def _with_quartiles(survey: Survey, numbers: Sequence[_Further]) -> Iterator[Cube]:
    """Yield the cubes of numbers with their quartiles, and the shares up to each of them."""
    quartiles = _quartiles(survey, numbers)
    designed = {
        place: one for place, one in enumerate(numbers) if one.cube.sample.rule is not Rule.TEXTBOOK
    }
    plans = {
        place: ThresholdPlan(survey, one.count.question, one.weighting, quartiles[place].bounds)
        for place, one in designed.items()
    }
    answered = _answered(survey, list(designed.values()), list(plans.values()))
    below = {
        place: one.counted(plans[place], groups)
        for (place, one), groups in zip(designed.items(), answered, strict=True)
    }
    for place, one in enumerate(numbers):
        yield replace(one.cube, quartiles=quartiles[place], below=below.get(place))


def _quartiles(survey: Survey, numbers: Sequence[_Further]) -> list[Quartiles]:
    """Return the quartiles of each column; of few respondents from one count of all numbers."""
    if not all(fits_memory(survey, one.weighting) for one in numbers):
        return [
            column_quartiles(
                *(survey, one.respondents, one.count.question, one.builder.banners, one.weighting)
            )
            for one in numbers
        ]
    plans = [NumberValuesPlan(survey, one.count.question, one.weighting) for one in numbers]
    answered = _answered(survey, numbers, plans, by_unit=False)
    return [
        quartiles_of_groups(groups.groups, one.builder.banners, one.weighting)
        for one, groups in zip(numbers, answered, strict=True)
    ]


def _answered(
    survey: Survey, asked: Sequence[_Further], plans: Sequence[QueryPlan], *, by_unit: bool = True
) -> list[EngineCounts]:
    """Return the groups of a further plan of each view."""
    further = zip(asked, plans, strict=True)
    return answer(
        survey,
        [one.count.asking([plan], one.respondents, by_unit=by_unit) for one, plan in further],
    )


def compute_cube(survey: Survey, view: View) -> Cube:
    """Count a view of a survey: one query for each banner variable, one more for quartiles.

    Raises `ViewError` if the view names something the survey does not have, and `SourceError` if
    the survey cannot be counted.
    """
    counting = ViewCount(survey, view)
    filtered = filter_respondents(survey, counting.asked.filters)
    respondents = add_weights(filtered, survey, view.weight)
    (cube,) = read_views(survey, [(counting, counting.ask(respondents), respondents)])
    return cube
