"""What the waves behind a column did not offer: no 0 %, and no difference to test.

A table can hold several waves, side by side or kept by a filter. An answer that a wave did not
have on its list is blank there, as it is in the trend; see `wave_differences`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cxtui.analysis.query.cube import Column, Cube, Row, Status, Step
from cxtui.analysis.query.side_queries.wave_differences import WaveChanges, compare_waves
from cxtui.analysis.stats.significance import Pairs
from cxtui.analysis.view.view import Measure, View
from cxtui.survey.model import Kind, Question, Survey

_LISTED = frozenset({Kind.SINGLE, Kind.MULTI, Kind.SCALE, Kind.GRID})
"""Kinds of questions that offer answers: nobody offers a number, a day, or a text."""

Offers = Callable[[Question, Question], WaveChanges]
"""Says what the waves, the categories of the second question, have of the first one."""


@dataclass(frozen=True, slots=True)
class OfferedAnswers:
    """What the waves of a table offered; `waves` are those behind each of its columns."""

    changes: WaveChanges
    waves: tuple[tuple[int, ...], ...]

    def gone(self, row: Row, column: int) -> str:
        """Return why a row has no value in a column, empty where it has one."""
        reasons = [
            self.changes.cell_reason(status, code, wave)
            for wave in self.waves[column]
            for status, code in self._answers(row)
        ]
        return reasons[0] if reasons and all(reasons) else ""

    def refused(self, rows: Sequence[Row], pairs: Pairs) -> NDArray[np.object_]:
        """Return why two columns cannot be compared, (rows, pairs); empty where they can."""
        found = np.full((len(rows), len(pairs.a)), "", dtype=object)
        for place, row in enumerate(rows):
            gone = [self.gone(row, column) for column in range(len(self.waves))]
            for pair, (a, b) in enumerate(zip(pairs.a.tolist(), pairs.b.tolist(), strict=True)):
                found[place, pair] = gone[a] or gone[b] or self._between(row, a, b)
        return found

    def _between(self, row: Row, a: int, b: int) -> str:
        """Return why two waves cannot be compared; several waves together are no wave."""
        if len(self.waves[a]) != 1 or len(self.waves[b]) != 1 or self.waves[a] == self.waves[b]:
            return ""
        return self.changes.change_reason(
            row.status, row.code, *sorted((*self.waves[a], *self.waves[b]))
        )

    def _answers(self, row: Row) -> list[tuple[Status, str]]:
        """Return the answers that a row counts: its own, or the members of its net."""
        members = [net.members for net in self.changes.nets if net.code == row.code]
        if row.status is not Status.NET or not members:
            return [(row.status, row.code)]
        whole = replace(self.changes.question, nets=self.changes.nets)
        return [(Status.ANSWER, code) for code in whole.category_codes(members[0])]


def answers_offered(
    view: View, cube: Cube, measure: Measure, axis: Question | None, offers: Offers
) -> OfferedAnswers | None:
    """Return what the waves in a table offered; `None` where it cannot matter.

    `axis` is the wave, `None` where there is none.
    """
    waves = waves_in_doubt(view, cube, axis)
    if axis is None or not waves:
        return None
    changes = replace(offers(cube.question, axis), nets=cube.question.nets, measure=measure)
    return OfferedAnswers(changes, waves)


def waves_in_doubt(view: View, cube: Cube, axis: Question | None) -> tuple[tuple[int, ...], ...]:
    """Return the waves behind each column where it matters what they offered, else nothing.

    That takes a wave beside others or without them, and an answer that nobody gave in it.
    """
    question = cube.question
    if axis is None or axis.kind is not Kind.SINGLE or axis.id == question.id:
        return ()
    if question.kind not in _LISTED:
        return ()
    codes = [one.code for one in axis.categories if not one.missing]
    kept = {one for one in codes if not any(each.excludes(axis, one) for each in view.filters)}
    columns = [tuple(_waves_of(one, axis, codes)) for one in cube.columns]
    waves = tuple(tuple(place for place in one if codes[place] in kept) for one in columns)
    apart = {one for one in waves if 0 < len(one) < len(codes)}
    return waves if any(_lack_an_answer(cube, waves, one) for one in apart) else ()


def _lack_an_answer(cube: Cube, waves: Sequence[tuple[int, ...]], own: tuple[int, ...]) -> bool:
    """Whether there is an answer that nobody gave in any of the columns of the waves `own`.

    Where one of them has it, the Total for one, these waves offered it.
    """
    answers = [place for place, row in enumerate(cube.rows) if row.status is Status.ANSWER]
    columns = [place for place, one in enumerate(waves) if one == own]
    return bool((cube.cells.n[:, answers][:, :, columns].sum(axis=2) == 0).any())


def _waves_of(column: Column, axis: Question, codes: Sequence[str]) -> Iterator[int]:
    """Yield the waves that a column is of: one where the wave is in its banner, else all."""
    own = [step.code for step in column.path if step.variable == axis.id]
    yield from (place for place, code in enumerate(codes) if not own or code in own)


def compare_offers(
    survey: Survey, question: Question, axis: Question, count: Callable[[View], Cube] | None = None
) -> WaveChanges:
    """Return what the waves have of a question; `count` as in `changes_in`."""
    waves = [Step(axis.id, one.code, one.label) for one in axis.categories if not one.missing]
    return compare_waves(survey, View(question.id), axis, waves, Measure.COLUMN, count)


def wave_question(survey: Survey) -> Question | None:
    """Return the question that tells the waves of a survey apart, if it has any."""
    return survey.codebook.find(survey.codebook.wave) if survey.codebook.wave else None
