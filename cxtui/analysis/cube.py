"""THE query: (Survey, View) → Cube of counts and sums.

Only filter, select, group_by, len and sum go to the engine; the result's size depends on the
questionnaire, never on the number of respondents. The Total holds everyone who passes the
filters, whether or not they are in a column.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from string import ascii_uppercase
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from cxtui.analysis.counts import TOTAL, Column, Cube, Moments, Row, Status, Sums
from cxtui.analysis.engine import rows_of
from cxtui.analysis.filters import kept, period_key
from cxtui.analysis.plans import ASKED, PLANS, Coder, N, Plan, Power, Q, Triple, W
from cxtui.analysis.view import Base, Condition, View, required
from cxtui.errors import ViewError
from cxtui.survey.model import Kind, Question, Survey

_LARGEST_WEIGHT = 1e300
_EVERYONE = "__everyone"

_Place = tuple[int, ...]
"""Where a respondent stands in a banner: one position a nested variable."""


def compute_cube(survey: Survey, view: View) -> Cube:
    """Count what `view` asks of `survey`: one query a banner variable.

    Raises `ViewError` where the view names what the survey does not have.
    """
    question = required(survey, view.question, "question")
    banners = [[_banner_question(survey, one) for one in names] for names in view.banner]
    frame = _weighted(kept(survey, view.filters), survey, view.weight)
    plan = PLANS[question.kind](survey, question)
    counts = [_Count(plan, frame, banner) for banner in banners or [[]]]
    return _assembled(plan, counts, view)


def _banner_question(survey: Survey, question_id: str) -> Question:
    question = required(survey, question_id, "banner variable")
    if not question.is_banner:
        raise ViewError(
            f"{question_id} is {question.kind} and cannot be a banner: "
            "take a single-choice question"
        )
    return question


def _weighted(frame: nw.LazyFrame[Any], survey: Survey, weight: str | None) -> nw.LazyFrame[Any]:
    """Add 1, w and w² a respondent; all three are 0 where the weight is no positive number."""
    if weight is None:
        return frame.with_columns(*(nw.lit(1.0).alias(name) for name in (N, W, Q)))
    if weight not in survey.schema or not survey.schema[weight].is_numeric():
        raise ViewError(
            f"{weight!r} cannot be a weight: {survey.location} has no such number column"
        )
    w = nw.col(weight).cast(nw.Float64)
    usable = nw.when((w > 0) & (w <= _LARGEST_WEIGHT))
    parts = {N: nw.lit(1.0), W: w, Q: w * w}
    return frame.with_columns(
        *(usable.then(part).otherwise(nw.lit(0.0)).alias(name) for name, part in parts.items())
    )


class _Count:
    """The result of one query: who said what, by the place in one banner variable."""

    def __init__(self, plan: Plan, frame: nw.LazyFrame[Any], banner: Sequence[Question]) -> None:
        self.banner = tuple(banner)
        self.coders = [Coder(question.categories) for question in banner]
        self.cells: dict[tuple[_Place | None, int, int | None], list[float]] = defaultdict(
            lambda: [0.0, 0.0, 0.0]
        )
        self.powers: dict[_Place | None, list[float]] = defaultdict(lambda: [0.0] * 4)
        self.rows_kept = 0
        self.rows_weighed = 0.0
        for keys, size, whole, sums in _groups(plan, frame, banner):
            self._add(plan, keys, size, whole, sums)

    def _add(
        self, plan: Plan, keys: Sequence[Any], size: int, whole: Triple, sums: Sequence[Any]
    ) -> None:
        self.rows_kept += size
        self.rows_weighed += whole[0]
        depth = len(self.banner)
        place = self._place(keys[len(keys) - depth :])
        for item, row, triple in plan.tallies(keys, sums, whole):
            for where in {None, place}:
                _increase(self.cells[where, item, row], triple)
        if power := plan.power(sums):
            for where in {None, place}:
                _increase(self.powers[where], power)

    def _place(self, values: Sequence[Any]) -> _Place | None:
        """Return the place of a group, `None` for whoever is only in the Total."""
        place: list[int] = []
        for coder, value in zip(self.coders, values, strict=True):
            position = coder.position(value)
            if position is None or coder.rows[position].status is not Status.ANSWER:
                return None
            place.append(position)
        return tuple(place) or None

    def places(self, filters: Iterable[Condition]) -> list[_Place]:
        """Return the places that are columns, in the codebook's order.

        A category that a filter switches off has no column; an empty one has. Of nested
        variables only the combinations that occur.
        """
        shown = [
            [
                position
                for position, row in enumerate(coder.rows)
                if row.status is Status.ANSWER
                and not any(one.excludes(question.id, row.code) for one in filters)
            ]
            for question, coder in zip(self.banner, self.coders, strict=True)
        ]
        if not shown:
            return []
        seen = {place for place, _, _ in self.cells}
        return [place for place in product(*shown) if len(place) == 1 or place in seen]

    def column(self, place: _Place, banner: int, letter: str) -> Column:
        """Return the banner column at `place`."""
        rows = [coder.rows[position] for coder, position in zip(self.coders, place, strict=True)]
        return Column(
            variable=">".join(question.id for question in self.banner),
            code=">".join(row.code for row in rows),
            label=" > ".join(row.label for row in rows),
            letter=letter,
            banner=banner,
        )


def _groups(
    plan: Plan, frame: nw.LazyFrame[Any], banner: Sequence[Question]
) -> Iterator[tuple[Sequence[Any], int, Triple, Sequence[Any]]]:
    """Run the query; yield keys, number of rows, (n, W, Q) and sums of each group."""
    places = [f"__b{depth}" for depth in range(len(banner))]
    columns = [
        (period_key(one) if one.kind is Kind.DATE else nw.col(one.columns[0])).alias(name)
        for name, one in zip(places, banner, strict=True)
    ]
    prepared = plan.refine(frame.select(*plan.columns(), *columns, nw.col(N, W, Q)))
    sums = [nw.len().alias(_EVERYONE), nw.col(N, W, Q).sum().name.suffix("_all"), *plan.sums()]
    keys = [*plan.keys, *places]
    grouped = prepared.group_by(*keys).agg(*sums) if keys else prepared.select(*sums)
    for values in rows_of(plan.survey, grouped):
        size, n, w, q = (one or 0 for one in values[len(keys) : len(keys) + 4])
        yield values[: len(keys)], int(size), (n, w, q), values[len(keys) + 4 :]


def _increase(total: list[float], part: Triple | Power) -> None:
    for position, value in enumerate(part):
        total[position] += value


def _assembled(plan: Plan, counts: Sequence[_Count], view: View) -> Cube:
    """Lay the counts out as arrays: one column a place, the Total first."""
    columns = [TOTAL]
    placed: list[tuple[_Count, _Place | None]] = [(counts[0], None)]
    for banner, count in enumerate(counts):
        for position, place in enumerate(count.places(view.filters)):
            columns.append(count.column(place, banner, letter(position)))
            placed.append((count, place))
    rows = [*plan.coder.rows, Row("", "No answer", Status.NULL)]
    positions = [*range(len(plan.coder.rows)), None]
    cells = _laid_out(placed, len(plan.items), positions)
    return Cube(
        question=plan.question,
        items=plan.items,
        rows=tuple(rows),
        columns=tuple(columns),
        cells=cells,
        bases=_bases(plan.question, rows, cells, _laid_out(placed, len(plan.items), [ASKED])),
        moments=_moments(placed) if plan.question.kind is Kind.NUMERIC else None,
        left_out=round(counts[0].rows_kept - counts[0].rows_weighed),
    )


def _laid_out(
    placed: Sequence[tuple[_Count, _Place | None]], items: int, positions: Sequence[int | None]
) -> Sums:
    """Return sums of the shape (items, positions, columns)."""
    laid = np.zeros((3, items, len(positions), len(placed)))
    for column, (count, place) in enumerate(placed):
        for item, (row, position) in product(range(items), enumerate(positions)):
            laid[:, item, row, column] = count.cells.get((place, item, position), 0.0)
    return Sums(*laid)


def _bases(
    question: Question, rows: Sequence[Row], cells: Sums, asked: Sums
) -> Mapping[Base, Sums]:
    """Return whom a percentage can be taken over, of the shape (items, columns).

    Who wrote an open answer is a share of everyone. A multiple response has no user-missing: who
    was asked has answered.
    """
    statuses = np.array([row.status for row in rows])
    null = cells.pick(slice(None), statuses == Status.NULL).over(1)
    if question.kind is Kind.MULTI:
        those_asked = asked.over(1)
        everyone = those_asked + null
        return {Base.ANSWERED: those_asked, Base.ASKED: those_asked, Base.ALL: everyone}
    answered = cells.pick(slice(None), statuses == Status.ANSWER).over(1)
    those_asked = answered + cells.pick(slice(None), statuses == Status.MISSING).over(1)
    everyone = those_asked + null
    if question.kind is Kind.TEXT:
        return dict.fromkeys(Base, everyone)
    return {Base.ANSWERED: answered, Base.ASKED: those_asked, Base.ALL: everyone}


def _moments(placed: Sequence[tuple[_Count, _Place | None]]) -> Moments:
    powers = np.array([count.powers.get(place, [0.0] * 4) for count, place in placed])
    return Moments(*(power[np.newaxis, :] for power in powers.T))


def letter(position: int) -> str:
    """Return A … Z, AA, AB … for the columns of one banner variable."""
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, len(ascii_uppercase))
        name = ascii_uppercase[rest] + name
    return name
