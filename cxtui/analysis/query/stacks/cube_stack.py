"""Cubes of several questions in the same columns as one: their rows stand one below the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

import numpy as np

from cxtui.analysis.query.cube import (
    Column,
    CountLayer,
    Counts,
    Cube,
    Moments,
    Row,
    Status,
    Sums,
)
from cxtui.analysis.query.sample import Numbers, Rule, Sample, simple_sample
from cxtui.analysis.view.view import Base
from cxtui.survey.question import Kind, Question


@dataclass(frozen=True, slots=True, eq=False)
class CubeStack:
    """The counts of several questions of one item each, as those of a `Cube`.

    Cells have the shape (…, 1, rows of all questions, places), bases (…, questions, places), and
    moments (…, numbers among the questions, places).
    """

    questions: tuple[Question, ...]
    rows: tuple[tuple[Row, ...], ...]
    columns: tuple[Column, ...]
    whole: CountLayer
    units: CountLayer
    overlaps: Mapping[tuple[int, int], int]
    sample: Sample
    left_out: int
    centres: tuple[float, ...]
    others: CountLayer | None = None
    present: CountLayer | None = None

    @property
    def starts(self) -> list[int]:
        """The first row of each question."""
        return [0, *accumulate(map(len, self.rows))][:-1]

    @property
    def numbers(self) -> dict[int, int]:
        """The place of each numeric question among the moments."""
        is_number = (one.kind is Kind.NUMERIC for one in self.questions)
        places = [place for place, one in enumerate(is_number) if one]
        return {place: at for at, place in enumerate(places)}

    @property
    def bases(self) -> Mapping[Base, Sums]:
        """The sums of each base, of the shape (questions, columns)."""
        return self.whole.columns.bases

    def answers_of(self, question: int) -> Numbers:
        """Return n of the answers to a question, (answers, columns)."""
        rows = enumerate(self.rows[question], self.starts[question])
        own = [place for place, row in rows if row.status is Status.ANSWER]
        return np.asarray(self.whole.columns.cells.n[0][own])

    def each(self, change: Callable[[CountLayer], CountLayer]) -> CubeStack:
        """Return the stack with each layer changed."""
        return replace(
            self,
            whole=change(self.whole),
            units=change(self.units),
            others=self.others and change(self.others),
            present=self.present and change(self.present),
        )

    def without_design(self) -> CubeStack:
        """Return the stack of the same respondents drawn at random, as that of a cube."""
        if self.sample.rule is Rule.TEXTBOOK:
            return self
        return replace(
            self,
            units=self.whole.each(lambda part: part[np.newaxis]),
            sample=simple_sample(Rule.KISH, self.sample.respondents),
            others=None,
            present=None,
        )


def stack_cubes(cubes: Sequence[Cube]) -> CubeStack:
    """Return the cubes of questions of one item with the same columns and sample as one."""
    first = cubes[0]
    others = [one.others for one in cubes if one.others]
    present = [one.present for one in cubes if one.present]
    return CubeStack(
        questions=tuple(one.question for one in cubes),
        rows=tuple(one.rows for one in cubes),
        columns=first.columns,
        whole=_stacked_layers([one.whole for one in cubes]),
        units=_stacked_layers([one.units for one in cubes]),
        overlaps=first.overlaps,
        sample=first.sample,
        left_out=first.left_out,
        centres=tuple(one.centre for one in cubes),
        others=_stacked_layers(others) if others else None,
        present=_stacked_layers(present) if present else None,
    )


def _stacked_layers(parts: Sequence[CountLayer]) -> CountLayer:
    if len(parts) == 1:
        return parts[0]
    return CountLayer(
        _stacked([one.columns for one in parts]), _stacked([one.shared for one in parts])
    )


def _stacked(parts: Sequence[Counts]) -> Counts:
    moments = [one.moments for one in parts if one.moments]
    return Counts(
        cells=Sums(*_joined([one.cells for one in parts])),
        bases={base: Sums(*_joined([one.bases[base] for one in parts])) for base in parts[0].bases},
        moments=Moments(*_joined(moments)) if moments else None,
    )


def _joined(parts: Sequence[Sequence[Numbers]]) -> list[Numbers]:
    return [np.concatenate(each, axis=-2) for each in zip(*parts, strict=True)]
