"""Blocks of rows from a cube: answers, nets, scores and means."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from cxtui.analysis.query.cube import (
    CountLayer,
    Counts,
    Cube,
    Moments,
    Row,
    Status,
    Sums,
)
from cxtui.analysis.stats.row_sums import Answers, Layer, Layers, RowBlock, RowSums
from cxtui.analysis.view.scale_nets import Score, difference_score, nets_of_scale, scores_of_scale
from cxtui.analysis.view.view import Base, Measure, View
from cxtui.messages import tr
from cxtui.survey.question import Kind, Net, Question

if TYPE_CHECKING:
    from cxtui.analysis.query.sample import Numbers
    from cxtui.analysis.query.stacks.cube_stack import CubeStack

Chooser = Callable[[Counts], RowSums]
"""Takes the sums of a block's rows from counts."""
"""Returns the sums of the rows of a block from the counts of one layer."""


def build_blocks(cube: Cube, view: View, measure: Measure) -> list[RowBlock]:
    """Return the blocks of rows that a measure shows: shares first, then scores."""
    question = cube.question
    items = tuple(Row(item.code, item.label) for item in question.items)
    mean_row = (Row("mean", tr("Mean"), Status.SCORE),)
    if measure is Measure.MEAN:
        if question.kind is Kind.NUMERIC:
            return [block_of(cube, mean_row, _number_sums, is_mean=True, centre=cube.centre)]
        means = partial(_means, scores=row_scores(cube.rows))
        return [block_of(cube, items or mean_row, means, is_mean=True)]
    if items:
        top = _net_row(cube, nets_of_scale(question)[0], view.base)
        block = block_of(cube, items, partial(_shares_of_items, row=top, base=view.base))
        return [replace(block, answers=_answers_of_items(cube, view.base))]
    nets = [*question.nets, *(nets_of_scale(question) if view.full else ())]
    if measure is Measure.RESPONSES:
        nets = []  # Of respondents, who gave several responses each.
    rows = dict(_share_rows(cube, view.base, [net for net in nets if not net.minus]))
    shares = partial(_shares, rows=list(rows.values()), base=view.base)
    block = block_of(cube, tuple(rows), shares)
    blocks = [replace(block, answers=_answers_of_rows(block))]
    differences = tuple(difference_score(question, net) for net in nets if net.minus)
    for scores in (differences, scores_of_scale(question) if view.full else ()):
        blocks += [_score_block(cube, score) for score in scores]
    return blocks


def item_blocks(cube: Cube, view: View) -> Iterator[tuple[Row, RowBlock]]:
    """Yield each answer of a grid with the block of its items' shares; `full` adds the best net."""
    items = tuple(Row(item.code, item.label) for item in cube.question.items)
    nets = nets_of_scale(cube.question)[:1] if view.full and cube.question.scores else []
    for row, position in _share_rows(cube, view.base, nets):
        block = block_of(cube, items, partial(_shares_of_items, row=position, base=view.base))
        yield row, replace(block, answers=_answers_of_items(cube, view.base))


def _answers_of_rows(block: RowBlock) -> Answers:
    """Return the answers among the rows of one question, without its nets."""
    rows = [row for row, head in enumerate(block.heads) if head.status is not Status.NET]
    layers = block.layers
    if len(rows) < len(block.heads):
        layers = layers.each(lambda layer: Layer(layer.columns.rows(rows), layer.shared))
    of_row = np.zeros(len(block.heads), dtype=np.intp)
    return Answers(layers, np.zeros(len(rows), dtype=np.intp), of_row)


def _answers_of_items(cube: Cube, base: Base) -> Answers:
    """Return all answers of each item of a grid."""
    rows = [row for row, one in enumerate(cube.rows) if is_shown(one, base, cube.question)]

    def answers(counts: Counts) -> RowSums:
        cells = counts.cells.each(
            lambda part: part[..., rows, :].reshape(
                *part.shape[:-3], part.shape[-3] * len(rows), part.shape[-1]
            )
        )
        return sums_of_shares(
            cells, counts.bases[base].each(partial(np.repeat, repeats=len(rows), axis=-2))
        )

    items = np.arange(len(cube.items))
    return Answers(block_of(cube, (), answers).layers, np.repeat(items, len(rows)), items)


def _share_rows(cube: Cube, base: Base, nets: Sequence[Net]) -> Iterator[tuple[Row, int]]:
    """Yield each row of shares with the position of its counted row."""
    for position, row in enumerate(cube.rows):
        if is_shown(row, base, cube.question):
            yield row, position
    for net in nets:
        yield Row(net.code, net.label, Status.NET), _net_row(cube, net, base)


def _net_row(cube: Cube, net: Net, base: Base) -> int:
    """Return the position of the counted row of a net."""
    rows = cube.nets[net]
    return rows.answered if base is Base.ANSWERED else rows.asked


def is_shown(row: Row, base: Base, question: Question) -> bool:
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


def row_scores(rows: Sequence[Row]) -> Numbers:
    """Return the score of each counted row, NaN if it has none."""
    scores = [row.score if row.status is Status.ANSWER else None for row in rows]
    return np.array([np.nan if score is None else score for score in scores])


def _score_block(cube: Cube, score: Score) -> RowBlock:
    head = (Row(score.code, score.label, Status.SCORE),)
    if score.points is None:
        return block_of(cube, head, partial(_means, scores=row_scores(cube.rows)), is_mean=True)
    values = np.array([score.points.get((row.status, row.code), 0.0) for row in cube.rows])
    values[[row.status in {Status.MISSING, Status.NULL} for row in cube.rows]] = np.nan
    values[[row.unlisted for row in cube.rows]] = 0.0
    means = partial(_means, scores=values, based=True)
    return block_of(cube, head, means, is_mean=True, in_points=True)


def _shares(counts: Counts, rows: Sequence[int], base: Base) -> RowSums:
    """Return counted rows of the only item."""
    cells = counts.cells.pick(..., 0, list(rows), slice(None))
    whole = counts.bases[base].each(partial(np.repeat, repeats=len(rows), axis=-2))
    return sums_of_shares(cells, whole)


def _shares_of_items(counts: Counts, row: int, base: Base) -> RowSums:
    return sums_of_shares(counts.cells.pick(..., row, slice(None)), counts.bases[base])


def sums_of_shares(cells: Sums, base: Sums) -> RowSums:
    """Return the sums of shares from those of their cells and bases."""
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


def block_of(
    counted: Cube | CubeStack,
    heads: tuple[Row, ...],
    choose: Chooser,
    *,
    is_mean: bool = False,
    in_points: bool = False,
    centre: Numbers | float = 0.0,
) -> RowBlock:
    """Return a block with the same rows from all sums of a cube, or of several."""

    def layer(part: CountLayer) -> Layer:
        return Layer(choose(part.columns), choose(part.shared).with_empty_place())

    return RowBlock(
        heads,
        Layers(counted.whole, counted.units, counted.others, counted.present).each(layer),
        counted.sample,
        np.array([column.banner for column in counted.columns], dtype=np.intp),
        dict(counted.overlaps),
        is_mean,
        in_points,
        centre,
    )
