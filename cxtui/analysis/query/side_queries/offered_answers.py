"""Answers that were not offered in the waves of a column: blank cells that are not tested.

A table can have several waves, by its banner or a filter; see `wave_differences`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from cxtui.analysis.query.cube import Cube, Row, Status, Step
from cxtui.analysis.stats.significance import Pairs
from cxtui.analysis.view.view import Measure, View
from cxtui.survey.model import Survey
from cxtui.survey.question import Kind, Question

if TYPE_CHECKING:
    from cxtui.analysis.query.side_queries.wave_differences import WaveChanges

_LISTED = frozenset({Kind.SINGLE, Kind.MULTI, Kind.SCALE, Kind.GRID})
"""Kinds of questions with a list of answers."""

Offers: TypeAlias = "Callable[[Question, Question], WaveChanges]"
"""Returns the differences between waves (categories of the second question) in the first."""


@dataclass(frozen=True, slots=True)
class OfferedAnswers:
    """The answers offered in the waves of a table; `waves` are those of each column."""

    changes: WaveChanges
    waves: tuple[tuple[int, ...], ...]

    def gone(self, row: Row, column: int) -> str:
        """Return why a row has no value in a column, empty if it has one."""
        reasons = [
            self.changes.cell_reason(status, code, wave)
            for wave in self.waves[column]
            for status, code in self._answers(row)
        ]
        return reasons[0] if reasons and all(reasons) else ""

    def refused(self, rows: Sequence[Row], pairs: Pairs) -> NDArray[np.object_]:
        """Return why pairs of columns cannot be compared, (rows, pairs); empty if they can."""
        found = np.full((len(rows), len(pairs.a)), "", dtype=object)
        for place, row in enumerate(rows):
            gone = [self.gone(row, column) for column in range(len(self.waves))]
            for pair, (a, b) in enumerate(zip(pairs.a.tolist(), pairs.b.tolist(), strict=True)):
                found[place, pair] = gone[a] or gone[b] or self._between(row, a, b)
        return found

    def _between(self, row: Row, a: int, b: int) -> str:
        """Return why two waves cannot be compared; columns of several waves always can."""
        if len(self.waves[a]) != 1 or len(self.waves[b]) != 1 or self.waves[a] == self.waves[b]:
            return ""
        return self.changes.change_reason(
            row.status, row.code, *sorted((*self.waves[a], *self.waves[b]))
        )

    def _answers(self, row: Row) -> list[tuple[Status, str]]:
        """Return the answers in a row: its own, or the members of its net."""
        members = [net.members for net in self.changes.nets if net.code == row.code]
        if row.status is not Status.NET or not members:
            return [(row.status, row.code)]
        whole = replace(self.changes.question, nets=self.changes.nets)
        return [(Status.ANSWER, code) for code in whole.category_codes(members[0])]


def answers_offered(
    view: View, cube: Cube, measure: Measure, axis: Question | None, offers: Offers
) -> OfferedAnswers | None:
    """Return the answers offered in the waves of a table, `None` if no cell is affected.

    `axis` is the wave question, `None` if there is none.
    """
    waves = waves_in_doubt(view, cube, axis)
    if axis is None or not waves:
        return None
    changes = replace(offers(cube.question, axis), nets=cube.question.nets, measure=measure)
    return OfferedAnswers(changes, waves)


def waves_in_doubt(view: View, cube: Cube, axis: Question | None) -> tuple[tuple[int, ...], ...]:
    """Return the waves of each column, empty if every wave has all answers.

    A column of some waves only, with an answer that no respondent gave, is in doubt; so is one of
    a derived question, whose sources may have changed.
    """
    question = cube.question
    if axis is None or axis.kind is not Kind.SINGLE or axis.id == question.id:
        return ()
    if question.kind not in _LISTED and not question.made:
        return ()
    codes = [one.code for one in axis.categories if not one.missing]
    kept = [(place, code) for place, code in enumerate(codes) if not view.excludes(axis, code)]
    # A column has one wave if the wave is in its banner, else all.
    banners = ({step.code for step in one.path if step.variable == axis.id} for one in cube.columns)
    waves = tuple(tuple(place for place, code in kept if not own or code in own) for own in banners)
    given = cube.cells.n[:, [row.status is Status.ANSWER for row in cube.rows]]
    for own in {one for one in waves if 0 < len(one) < len(codes)}:
        of_waves = [one == own for one in waves]
        if question.made or (given[:, :, of_waves].sum(axis=2) == 0).any():
            return waves
    return ()


def compare_offers(
    survey: Survey, question: Question, axis: Question, count: Callable[[View], Cube] | None = None
) -> WaveChanges:
    """Return the differences between waves in a question; `count` as in `compare_waves`."""
    from cxtui.analysis.query.side_queries.wave_differences import compare_waves

    waves = [Step(axis.id, one.code, one.label) for one in axis.categories if not one.missing]
    return compare_waves(survey, View(question.id), axis, waves, Measure.COLUMN, count)
