"""Blocks of rows of several questions at once: all shares, and all means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cxtui.analysis.query.cube import Counts, Moments, Row, Status, Sums
from cxtui.analysis.stats.row_blocks import block_of, is_shown, row_scores, sums_of_shares
from cxtui.analysis.stats.row_sums import Answers, RowBlock, RowSums
from cxtui.analysis.view.view import Base, Measure, measures_of
from cxtui.messages import tr
from cxtui.survey.question import Kind, Question

if TYPE_CHECKING:
    from cxtui.analysis.query.sample import Numbers, Positions
    from cxtui.analysis.query.stacks.cube_stack import CubeStack


def has_shares(question: Question) -> bool:
    """Return whether a question has answers whose shares are compared."""
    return question.kind is not Kind.NUMERIC


def has_mean(question: Question) -> bool:
    """Return whether a question has a mean, of scores or of numbers."""
    return Measure.MEAN in measures_of(question)


def shares_of(stack: CubeStack, base: Base) -> tuple[RowBlock, Positions] | None:
    """Return the answers of all questions but numbers, and the question of each row.

    `None` if there are only numbers.
    """
    chosen = [place for place, one in enumerate(stack.questions) if has_shares(one)]
    if not chosen:
        return None
    starts = stack.starts
    shown = [
        (question, starts[question] + place, row)
        for question in chosen
        for place, row in enumerate(stack.rows[question])
        if is_shown(row, base, stack.questions[question])
    ]
    of_row = np.array([question for question, _, _ in shown], dtype=np.intp)
    rows = np.array([row for _, row, _ in shown], dtype=np.intp)

    def choose(counts: Counts) -> RowSums:
        own = counts.bases[base].pick(..., of_row, slice(None))
        # The order in which units are added depends on the layout in memory: it is that of tables.
        whole = own.each(np.ascontiguousarray)
        return sums_of_shares(counts.cells.pick(..., 0, rows, slice(None)), whole)

    heads = tuple(head for _, _, head in shown)
    block = block_of(stack, heads, choose)
    groups = np.searchsorted(chosen, of_row)
    return _with_answers(block, groups), of_row


def _with_answers(block: RowBlock, groups: Positions) -> RowBlock:
    """Return a block of answers alone, which are behind its own rows."""
    return replace(block, answers=Answers(block.layers, groups, groups))


def means_of(stack: CubeStack) -> tuple[RowBlock, Positions] | None:
    """Return the means of all questions that have one, and the question of each row.

    `None` if none has.
    """
    chosen = [place for place, one in enumerate(stack.questions) if has_mean(one)]
    if not chosen:
        return None
    starts, numbers = stack.starts, stack.numbers
    is_number = np.array([place in numbers for place in chosen], dtype=bool)
    of_numbers = np.array(list(numbers), dtype=np.intp)
    scored: dict[int, list[tuple[int, Positions, Numbers]]] = {}
    """By the number of scored rows, the place of a mean, its rows and their scores."""
    for place, question in enumerate(chosen):
        if question in numbers:
            continue
        scores = row_scores(stack.rows[question])
        rows = np.flatnonzero(~np.isnan(scores))
        scored.setdefault(len(rows), []).append((place, starts[question] + rows, scores[rows]))

    def choose(counts: Counts) -> RowSums:
        shape = (*counts.cells.n.shape[:-3], len(chosen), counts.cells.n.shape[-1])
        base = Sums(*(np.zeros(shape) for _ in range(3)))
        moments = Moments(*(np.zeros(shape) for _ in range(4)))
        if counts.moments is not None:
            _put(base, is_number, counts.bases[Base.ANSWERED].pick(..., of_numbers, slice(None)))
            _put(moments, is_number, counts.moments)
        for group in scored.values():
            places, rows, scores = (np.array(part) for part in zip(*group, strict=True))
            _put_scores(
                base, moments, counts.cells.pick(..., 0, rows.T, slice(None)), places, scores.T
            )
        return RowSums(base, base, moments)

    heads = (Row("mean", tr("Mean"), Status.SCORE),) * len(chosen)
    centres = np.array([stack.centres[one] if one in numbers else 0.0 for one in chosen])
    block = block_of(stack, heads, choose, is_mean=True, centre=centres[:, np.newaxis])
    return block, np.array(chosen, dtype=np.intp)


def _put(sums: Sequence[Numbers], places: Numbers | Positions, parts: Sequence[Numbers]) -> None:
    for own, part in zip(sums, parts, strict=True):
        own[..., places, :] = part


def _put_scores(
    base: Sums, moments: Moments, cells: Sums, places: Positions, scores: Numbers
) -> None:
    """Put the sums of scores of some questions with as many scored rows each.

    `cells` have the shape (…, rows, questions, places), `scores` (rows, questions).
    """
    by = scores[..., np.newaxis]
    _put(base, places, [_over_rows(part) for part in cells])
    powers = (_over_rows(part * x) for part in (cells.w, cells.q) for x in (by, by**2))
    _put(moments, places, list(powers))


def _over_rows(part: Numbers) -> Numbers:
    """Return sums over rows, added in the order in which those of one question would be."""
    rows, questions, _ = part.shape[-3:]
    if part.size == rows * questions:  # of one unit and place, where NumPy adds pairwise
        by_question = np.ascontiguousarray(part.reshape(rows, questions).T)
        return np.asarray(by_question.sum(axis=1)).reshape(*part.shape[:-3], questions, 1)
    return np.asarray(np.ascontiguousarray(np.moveaxis(part, -3, 0)).sum(axis=0))
