"""Sums of the rows that a measure shows, from the counted rows of a cube."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from cxtui.analysis.query.cube import Counts, Cube, Design, Moments, Numbers, Row, Status, Sums
from cxtui.analysis.stats.intervals import share
from cxtui.analysis.stats.scale_nets import Score, difference_score, nets_of_scale, scores_of_scale
from cxtui.analysis.view.view import Base, Measure, View
from cxtui.messages import tr
from cxtui.survey.question import Kind, Net, Question


@dataclass(frozen=True, slots=True)
class RowSums:
    """Sums of answers, of their base, and moments; of the shape (rows, places).

    A share is the mean of 1 for respondents with the answer and 0 for the others in the base.
    """

    cells: Sums
    base: Sums
    moments: Moments

    def at(self, places: Any) -> RowSums:
        """Return the sums at some places."""
        return self._map(lambda part: part[:, places])

    def with_empty_place(self) -> RowSums:
        """Return the sums with an empty last place, for columns without an overlap."""
        return self._map(lambda part: np.concatenate([part, np.zeros((len(part), 1))], axis=1))

    def _map(self, change: Callable[[Numbers], Numbers]) -> RowSums:
        cells, base, moments = map(change, self.cells), map(change, self.base), self.moments
        return RowSums(Sums(*cells), Sums(*base), Moments(*map(change, moments)))

    @staticmethod
    def stacked(parts: Sequence[RowSums]) -> RowSums:
        """Return the rows of several sums, one below the other."""
        return RowSums(
            Sums(*map(np.concatenate, zip(*(one.cells for one in parts), strict=True))),
            Sums(*map(np.concatenate, zip(*(one.base for one in parts), strict=True))),
            Moments(*map(np.concatenate, zip(*(one.moments for one in parts), strict=True))),
        )

    def __sub__(self, other: RowSums) -> RowSums:
        return RowSums(
            self.cells - other.cells, self.base - other.base, self.moments - other.moments
        )

    @property
    def mean(self) -> Numbers:
        """Σwx/Σw, the share (0–1) or the mean; NaN if the base is empty."""
        return share(self.moments.wx, self.base.w)


@dataclass(frozen=True, slots=True)
class UnitSums:
    """Sums of one stratum or cluster; the last place of `shared` is empty."""

    stratum: int
    columns: RowSums
    shared: RowSums


@dataclass(frozen=True, slots=True)
class RowBlock:
    """Rows that are all shares or all means, in all columns of a cube.

    `shared` are the sums of overlaps of columns, at the places in `overlaps`; its last place is
    empty. `in_points` are means on −100 … 100: differences of shares.
    """

    heads: tuple[Row, ...]
    columns: RowSums
    shared: RowSums
    units: tuple[UnitSums, ...]
    design: Design
    overlaps: dict[tuple[int, int], int]
    is_mean: bool = False
    in_points: bool = False

    @property
    def base(self) -> Sums:
        """The sums of the base of each row and column."""
        return self.columns.base

    @property
    def cells(self) -> Sums:
        """The sums of each row and column."""
        return self.columns.cells

    def by(self, measure: Measure) -> Sums:
        """Return the sums of the base of the percentages of `measure`."""
        match measure:
            case Measure.ROW:
                whole = self.cells.pick(slice(None), slice(0, 1))
            case Measure.TOTAL:
                whole = self.base.pick(slice(None), slice(0, 1))
            case Measure.RESPONSES:
                answers = np.array([head.status is Status.ANSWER for head in self.heads])
                whole = self.cells.pick(answers).over(0)
            case _:
                return self.base
        return Sums(*(np.broadcast_to(part, self.cells.n.shape) for part in whole))


_Chooser = Callable[[Counts], RowSums]


def build_blocks(cube: Cube, view: View, measure: Measure) -> list[RowBlock]:
    """Return the blocks of rows that a measure shows: shares first, then scores."""
    question = cube.question
    items = tuple(Row(item.code, item.label) for item in question.items)
    mean_row = (Row("mean", tr("Mean"), Status.SCORE),)
    if measure is Measure.MEAN:
        if question.kind is Kind.NUMERIC:
            return [_block(cube, mean_row, _number_sums, is_mean=True)]
        means = partial(_means, scores=_row_scores(cube.rows))
        return [_block(cube, items or mean_row, means, is_mean=True)]
    if items:
        top = _net_rows(cube, nets_of_scale(question)[0], view.base)
        return [_block(cube, items, partial(_shares_of_items, positions=top, base=view.base))]
    nets = [*question.nets, *(nets_of_scale(question) if view.full else ())]
    if measure is Measure.RESPONSES:
        nets = []  # Of respondents, who gave several responses each.
    rows = dict(_share_rows(cube, view.base, [net for net in nets if not net.minus]))
    shares = partial(_shares, picks=list(rows.values()), base=view.base)
    blocks = [_block(cube, tuple(rows), shares)]
    differences = tuple(difference_score(question, net) for net in nets if net.minus)
    for scores in (differences, scores_of_scale(question) if view.full else ()):
        blocks += [_score_block(cube, score) for score in scores]
    return blocks


def stacked(blocks: Sequence[RowBlock]) -> RowBlock:
    """Return several blocks of the same type as one.

    Their cubes have the same columns, and the sample has no declared design.
    """
    first = blocks[0]
    if len(blocks) == 1:
        return first
    columns = RowSums.stacked([one.columns for one in blocks])
    shared = RowSums.stacked([one.shared for one in blocks])
    heads = tuple(head for one in blocks for head in one.heads)
    return replace(
        first, heads=heads, columns=columns, shared=shared, units=(UnitSums(0, columns, shared),)
    )


def _share_rows(cube: Cube, base: Base, nets: Sequence[Net]) -> Iterator[tuple[Row, list[int]]]:
    for position, row in enumerate(cube.rows):
        if row.status in {Status.ANSWER, Status.MISSING, Status.NULL} and _is_shown(
            row, base, cube.question
        ):
            yield row, [position]
    for net in nets:
        yield Row(net.code, net.label, Status.NET), _net_rows(cube, net, base)


def _net_rows(cube: Cube, net: Net, base: Base) -> list[int]:
    """Return the positions of the counted rows of a net: its own row if it was counted.

    User-missing members are in the net only if they are in the base.
    """
    own = {(Status.NET, net.code)}
    members = {(Status.ANSWER, code) for code in cube.question.category_codes(net.members)}
    if base is not Base.ANSWERED:
        own.add((Status.MISSED, net.code))
        members |= {(Status.MISSING, code) for _, code in members}
    known = [(row.status, row.code) for row in cube.rows]
    rows = own if not own.isdisjoint(known) else members
    return [place for place, row in enumerate(known) if row in rows]


def _is_shown(row: Row, base: Base, question: Question) -> bool:
    if question.kind is Kind.TEXT:
        return row.status is Status.ANSWER
    match row.status:
        case Status.MISSING:
            return base is not Base.ANSWERED
        case Status.NULL:
            return base is Base.ALL
        case _:
            return True


def _row_scores(rows: Sequence[Row]) -> Numbers:
    scores = [row.score if row.status is Status.ANSWER else None for row in rows]
    return np.array([np.nan if score is None else score for score in scores])


def _score_block(cube: Cube, score: Score) -> RowBlock:
    head = (Row(score.code, score.label, Status.SCORE),)
    if score.points is None:
        return _block(cube, head, partial(_means, scores=_row_scores(cube.rows)), is_mean=True)
    values = np.array([score.points.get((row.status, row.code), 0.0) for row in cube.rows])
    values[[row.status in {Status.MISSING, Status.NULL} for row in cube.rows]] = np.nan
    values[[row.unlisted for row in cube.rows]] = 0.0
    means = partial(_means, scores=values, based=True)
    return _block(cube, head, means, is_mean=True, in_points=True)


def _shares(counts: Counts, picks: Sequence[Sequence[int]], base: Base) -> RowSums:
    chosen = np.zeros((len(picks), counts.cells.n.shape[1]))
    for row, positions in enumerate(picks):
        chosen[row, list(positions)] = 1.0
    cells = Sums(*(chosen @ part for part in counts.cells.pick(0)))
    whole = Sums(*(np.repeat(part, len(picks), axis=0) for part in counts.bases[base]))
    return RowSums(cells, whole, Moments(cells.w, cells.w, cells.q, cells.q))


def _shares_of_items(counts: Counts, positions: Sequence[int], base: Base) -> RowSums:
    cells = counts.cells.pick(slice(None), list(positions)).over(1)
    return RowSums(cells, counts.bases[base], Moments(cells.w, cells.w, cells.q, cells.q))


def _means(counts: Counts, scores: Numbers, *, based: bool = False) -> RowSums:
    """Return the sums of scores of each item.

    The base is the respondents with a scored answer or, if `based`, all who answered.
    """
    scored = ~np.isnan(scores)
    by = scores[np.newaxis, scored, np.newaxis]
    counted = counts.cells.pick(slice(None), scored)
    base = counts.bases[Base.ANSWERED] if based else counted.over(1)
    powers = ((part * x).sum(1) for part in (counted.w, counted.q) for x in (by, by**2))
    return RowSums(base, base, Moments(*powers))


def _number_sums(counts: Counts) -> RowSums:
    base = counts.bases[Base.ANSWERED]
    if counts.moments is None:
        raise ValueError("only a numeric question has moments of its own")
    return RowSums(base, base, counts.moments)


def _block(
    cube: Cube,
    heads: tuple[Row, ...],
    choose: _Chooser,
    *,
    is_mean: bool = False,
    in_points: bool = False,
) -> RowBlock:
    """Return a block with the same rows from all sums of a cube."""
    columns, shared = choose(cube.counts), choose(cube.shared).with_empty_place()
    units: tuple[UnitSums, ...] = (UnitSums(0, columns, shared),)
    if cube.design.declared:
        units = tuple(
            UnitSums(unit.stratum, choose(unit.columns), choose(unit.shared).with_empty_place())
            for unit in cube.design.units
        )
    return RowBlock(
        heads, columns, shared, units, cube.design, dict(cube.overlaps), is_mean, in_points
    )
