"""Sums of the rows that a measure shows, from the counted rows of a cube.

Sums of all respondents have the shape (rows, places); those of units, (units, rows, places).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Generic, TypeVar

import numpy as np

from cxtui.analysis.query.cube import (
    Change,
    CountLayer,
    Counts,
    Cube,
    Moments,
    Row,
    Status,
    Sums,
)
from cxtui.analysis.query.sample import Numbers, Positions, Sample
from cxtui.analysis.stats.intervals import share
from cxtui.analysis.stats.scale_nets import Score, difference_score, nets_of_scale, scores_of_scale
from cxtui.analysis.view.view import Base, Measure, View
from cxtui.messages import tr
from cxtui.survey.question import Kind, Net, Question

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class RowSums:
    """Sums of answers, of their base, and moments; of the shape (…, rows, places).

    A share is the mean of 1 for respondents with the answer and 0 for the others in the base.
    """

    cells: Sums
    base: Sums
    moments: Moments

    def each(self, change: Change) -> RowSums:
        """Return the sums with each array changed."""
        return RowSums(self.cells.each(change), self.base.each(change), self.moments.each(change))

    def at(self, places: Any) -> RowSums:
        """Return the sums at some places."""
        return self.each(lambda part: part[..., places])

    def rows(self, rows: Sequence[int]) -> RowSums:
        """Return some of the rows."""
        return self.each(lambda part: part[..., list(rows), :])

    def with_empty_place(self) -> RowSums:
        """Return the sums with an empty last place, for columns without an overlap."""

        def widened(part: Numbers) -> Numbers:
            return np.concatenate([part, np.zeros((*part.shape[:-1], 1))], axis=-1)

        return self.each(widened)

    @staticmethod
    def stacked(parts: Sequence[RowSums]) -> RowSums:
        """Return the rows of several sums, one below the other."""
        together = partial(np.concatenate, axis=-2)
        return RowSums(
            Sums(*map(together, zip(*(one.cells for one in parts), strict=True))),
            Sums(*map(together, zip(*(one.base for one in parts), strict=True))),
            Moments(*map(together, zip(*(one.moments for one in parts), strict=True))),
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
class Layer:
    """Sums in columns and in overlaps of columns; the last place of `shared` is empty."""

    columns: RowSums
    shared: RowSums


@dataclass(frozen=True, slots=True)
class Layers(Generic[T]):
    """The same sums of all respondents, of each unit, and with other weights.

    `others` are those with the weights before calibration by unit, or with each replicate weight;
    `present` those of the patterns of reduced clusters.
    """

    whole: T
    units: T
    others: T | None = None
    present: T | None = None

    @property
    def counted(self) -> T:
        """The sums whose n tell in which units a base has respondents."""
        return self.units if self.present is None else self.present

    def each(self, change: Callable[[T], U]) -> Layers[U]:
        """Return all layers changed in the same way."""
        others, present = (
            None if one is None else change(one) for one in (self.others, self.present)
        )
        return Layers(change(self.whole), change(self.units), others, present)


def _stacked_layers(parts: Sequence[Layers[Layer]]) -> Layers[Layer]:
    """Return the rows of several layers, one below the other."""

    def together(layers: Sequence[Layer]) -> Layer:
        return Layer(
            RowSums.stacked([one.columns for one in layers]),
            RowSums.stacked([one.shared for one in layers]),
        )

    others = [one.others for one in parts if one.others]
    present = [one.present for one in parts if one.present]
    return Layers(
        together([one.whole for one in parts]),
        together([one.units for one in parts]),
        together(others) if others else None,
        together(present) if present else None,
    )


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of the questions behind the rows: their variances give the effective base.

    `groups` is the question (or item) of each answer, `of_row` that of each row of the block.
    """

    layers: Layers[Layer]
    groups: Positions
    of_row: Positions

    @staticmethod
    def stacked(parts: Sequence[Answers]) -> Answers:
        """Return the answers of several blocks, whose rows stand one below the other."""
        firsts = np.cumsum([0, *(int(one.groups.max(initial=-1)) + 1 for one in parts)])
        return Answers(
            _stacked_layers([one.layers for one in parts]),
            np.concatenate([one.groups + at for one, at in zip(parts, firsts, strict=False)]),
            np.concatenate([one.of_row + at for one, at in zip(parts, firsts, strict=False)]),
        )


@dataclass(frozen=True, slots=True)
class RowBlock:
    """Rows that are all shares or all means, in all columns of a cube.

    `banners` is the banner variable of each column, −1 for the Total; `overlaps` are the places of
    pairs of columns in the shared sums. `in_points` are means on −100 … 100: differences of shares.
    Numbers are differences from `centre`. `answers` is `None` for means; `measure` is the base of
    the shares.
    """

    heads: tuple[Row, ...]
    layers: Layers[Layer]
    sample: Sample
    banners: Positions
    overlaps: dict[tuple[int, int], int]
    is_mean: bool = False
    in_points: bool = False
    centre: Numbers | float = 0.0
    answers: Answers | None = None
    measure: Measure = Measure.COLUMN

    @property
    def columns(self) -> Layers[RowSums]:
        """The sums in the columns, without those in overlaps."""
        return self.layers.each(lambda layer: layer.columns)

    @property
    def base(self) -> Sums:
        """The sums of the base of each row and column."""
        return self.layers.whole.columns.base

    @property
    def cells(self) -> Sums:
        """The sums of each row and column."""
        return self.layers.whole.columns.cells

    def by(self, measure: Measure) -> RowBlock:
        """Return the block with the base of the percentages of `measure`."""
        if self.is_mean or measure not in {Measure.ROW, Measure.TOTAL, Measure.RESPONSES}:
            return self
        answers = [row for row, head in enumerate(self.heads) if head.status is Status.ANSWER]

        def rebased(layer: Layer) -> Layer:
            sums = layer.columns
            match measure:
                case Measure.ROW:
                    whole = sums.cells.pick(..., slice(0, 1))
                case Measure.TOTAL:
                    whole = sums.base.pick(..., slice(0, 1))
                case _:
                    whole = sums.cells.pick(..., answers, slice(None)).over(-2, keep=True)
            shape = sums.cells.n.shape
            base = whole.each(lambda part: np.broadcast_to(part, shape))
            return replace(layer, columns=replace(sums, base=base))

        return replace(self, layers=self.layers.each(rebased), measure=measure)


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
        block = _block(cube, items, partial(_shares_of_items, positions=top, base=view.base))
        return [replace(block, answers=_answers_of_items(cube, view.base))]
    nets = [*question.nets, *(nets_of_scale(question) if view.full else ())]
    if measure is Measure.RESPONSES:
        nets = []  # Of respondents, who gave several responses each.
    rows = dict(_share_rows(cube, view.base, [net for net in nets if not net.minus]))
    shares = partial(_shares, picks=list(rows.values()), base=view.base)
    block = _block(cube, tuple(rows), shares)
    blocks = [replace(block, answers=_answers_of_rows(block))]
    differences = tuple(difference_score(question, net) for net in nets if net.minus)
    for scores in (differences, scores_of_scale(question) if view.full else ()):
        blocks += [_score_block(cube, score) for score in scores]
    return blocks


def stacked(blocks: Sequence[RowBlock]) -> RowBlock:
    """Return several blocks of the same type, columns and sample as one."""
    first = blocks[0]
    if len(blocks) == 1:
        return first
    answers = [one.answers for one in blocks if one.answers]
    return replace(
        first,
        heads=tuple(head for one in blocks for head in one.heads),
        layers=_stacked_layers([one.layers for one in blocks]),
        centre=np.concatenate([np.full((len(one.heads), 1), one.centre) for one in blocks]),
        answers=Answers.stacked(answers) if answers else None,
    )


def _answers_of_rows(block: RowBlock) -> Answers:
    """Return the answers among the rows of one question, without its nets."""
    rows = [row for row, head in enumerate(block.heads) if head.status is not Status.NET]
    layers = block.layers.each(lambda layer: Layer(layer.columns.rows(rows), layer.shared))
    of_row = np.zeros(len(block.heads), dtype=np.intp)
    return Answers(layers, np.zeros(len(rows), dtype=np.intp), of_row)


def _answers_of_items(cube: Cube, base: Base) -> Answers:
    """Return all answers of each item of a grid."""
    rows = [row for row, one in enumerate(cube.rows) if _is_shown(one, base, cube.question)]

    def answers(counts: Counts) -> RowSums:
        cells = counts.cells.each(
            lambda part: part[..., rows, :].reshape(
                *part.shape[:-3], part.shape[-3] * len(rows), part.shape[-1]
            )
        )
        return _sums_of_shares(
            cells, counts.bases[base].each(partial(np.repeat, repeats=len(rows), axis=-2))
        )

    items = np.arange(len(cube.items))
    return Answers(_block(cube, (), answers).layers, np.repeat(items, len(rows)), items)


def _share_rows(cube: Cube, base: Base, nets: Sequence[Net]) -> Iterator[tuple[Row, list[int]]]:
    """Yield each row of shares with the positions of its counted rows."""
    for position, row in enumerate(cube.rows):
        if _is_shown(row, base, cube.question):
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
    """Return whether a row is an answer, or a kind of missing answer that is in the base."""
    match row.status:
        case Status.ANSWER:
            return True
        case Status.MISSING:
            return base is not Base.ANSWERED and question.kind is not Kind.TEXT
        case Status.NULL:
            return base is Base.ALL and question.kind is not Kind.TEXT
        case _:
            return False


def _row_scores(rows: Sequence[Row]) -> Numbers:
    """Return the score of each counted row, NaN if it has none."""
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
    """Return rows that are sums of counted rows of the only item."""
    chosen = np.zeros((len(picks), counts.cells.n.shape[-2]))
    for row, positions in enumerate(picks):
        chosen[row, list(positions)] = 1.0
    cells = counts.cells.each(lambda part: chosen @ part[..., 0, :, :])
    whole = counts.bases[base].each(partial(np.repeat, repeats=len(picks), axis=-2))
    return _sums_of_shares(cells, whole)


def _shares_of_items(counts: Counts, positions: Sequence[int], base: Base) -> RowSums:
    cells = counts.cells.pick(..., list(positions), slice(None)).over(-2)
    return _sums_of_shares(cells, counts.bases[base])


def _sums_of_shares(cells: Sums, base: Sums) -> RowSums:
    return RowSums(cells, base, Moments(cells.w, cells.w, cells.q, cells.q))


def _means(counts: Counts, scores: Numbers, *, based: bool = False) -> RowSums:
    """Return the sums of scores of each item.

    The base is the respondents with a scored answer or, if `based`, all who answered.
    """
    scored = ~np.isnan(scores)
    by = scores[scored, np.newaxis]
    counted = counts.cells.pick(..., scored, slice(None))
    base = counts.bases[Base.ANSWERED] if based else counted.over(-2)
    powers = ((part * x).sum(-2) for part in (counted.w, counted.q) for x in (by, by**2))
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

    def layer(part: CountLayer) -> Layer:
        return Layer(choose(part.columns), choose(part.shared).with_empty_place())

    return RowBlock(
        heads,
        Layers(cube.whole, cube.units, cube.others, cube.present).each(layer),
        cube.sample,
        np.array([column.banner for column in cube.columns], dtype=np.intp),
        dict(cube.overlaps),
        is_mean,
        in_points,
        cube.centre if choose is _number_sums else 0.0,
    )
