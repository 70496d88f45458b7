"""Cube: the counts and sums of one view, as immutable values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxtui.analysis.view.view import Base
from cxtui.survey.question import Item, Question

Numbers = NDArray[np.float64]


class Status(StrEnum):
    """What a row is: an answer, several of them together, a score, or no answer.

    What is in or out of a difference of two nets, and who of a net only gave a user-missing answer,
    is counted and is no row of a table.
    """

    ANSWER = "answer"
    NET = "net"
    IN_DIFFERENCE = "in difference"
    OUT_OF_DIFFERENCE = "out of difference"
    MISSED = "missed"
    SCORE = "score"
    MISSING = "missing"
    NULL = "null"


@dataclass(frozen=True, slots=True)
class Row:
    """One category or net as it was counted; `unlisted` where the codebook does not know it."""

    code: str
    label: str
    status: Status = Status.ANSWER
    score: float | None = None
    unlisted: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One category of one variable; `label` is shown and no part of what it is."""

    variable: str
    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Column:
    """One banner category, by the steps that lead to it: the outermost variable comes first.

    The Total has no steps and no letter; `name` is the label of such a column. `banner` is the
    position of its banner variable: letters restart with each, and only columns of one banner are
    compared. `variable`, `code` and `label` are texts to show and to write: only `path` identifies
    a column, since an id or a code may hold any character.
    """

    path: tuple[Step, ...]
    letter: str = ""
    banner: int = -1
    name: str = ""

    @property
    def variables(self) -> tuple[str, ...]:
        """The ids of the variables that are nested here, the outermost first."""
        return tuple(step.variable for step in self.path)

    @property
    def codes(self) -> tuple[str, ...]:
        """The code of each step, the outermost first."""
        return tuple(step.code for step in self.path)

    @property
    def variable(self) -> str:
        """The ids of the nested variables as one text, with `>` between them."""
        return ">".join(self.variables)

    @property
    def code(self) -> str:
        """The codes of the nested categories as one text, with `>` between them."""
        return ">".join(self.codes)

    @property
    def label(self) -> str:
        """Return the labels of the nested categories as one text, separated by ` > `."""
        return nested_label(self.path) or self.name

    @property
    def inner(self) -> str:
        """Return the label of the innermost category."""
        return self.path[-1].label if self.path else self.name


def nested_label(path: Iterable[Step]) -> str:
    """Return the labels of steps as one text."""
    return " > ".join(step.label for step in path)


TOTAL = Column((), name="Total")


@dataclass(frozen=True, slots=True)
class Sums:
    """Respondents n, weighted W = Σw and Q = Σw²; arrays of one shape."""

    n: Numbers
    w: Numbers
    q: Numbers

    def __add__(self, other: Sums) -> Sums:
        return Sums(self.n + other.n, self.w + other.w, self.q + other.q)

    def __sub__(self, other: Sums) -> Sums:
        """Return the difference, exactly 0 where n is equal."""
        n = self.n - other.n
        some = n > 0
        return Sums(n, np.where(some, self.w - other.w, 0.0), np.where(some, self.q - other.q, 0.0))

    def over(self, axis: int) -> Sums:
        """Return the sums over one axis."""
        return Sums(self.n.sum(axis), self.w.sum(axis), self.q.sum(axis))

    def pick(self, *index: Any) -> Sums:
        """Return the sums at a NumPy index."""
        return Sums(self.n[index], self.w[index], self.q[index])

    @property
    def effective(self) -> Numbers:
        """Return Kish's effective base W²/Q, 0 if the base is empty."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(self.q > 0, self.w**2 / self.q, 0.0)


@dataclass(frozen=True, slots=True)
class Moments:
    """Σwx, Σwx², Σw²x and Σw²x² of a number; arrays of one shape."""

    wx: Numbers
    wxx: Numbers
    qx: Numbers
    qxx: Numbers

    def pick(self, *index: Any) -> Moments:
        """Return the sums at a NumPy index."""
        return Moments(self.wx[index], self.wxx[index], self.qx[index], self.qxx[index])

    def __sub__(self, other: Moments) -> Moments:
        return Moments(
            self.wx - other.wx, self.wxx - other.wxx, self.qx - other.qx, self.qxx - other.qxx
        )


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts in some places: in columns, or in overlaps of two columns.

    `cells` has the shape (items, rows, places), `bases` and `moments` (items, places).
    """

    cells: Sums
    bases: Mapping[Base, Sums]
    moments: Moments | None = None

    def at(self, places: Sequence[int]) -> Counts:
        """Return the counts at some of the places, in their order."""
        index = (..., list(places))
        return Counts(
            cells=self.cells.pick(*index),
            bases={base: sums.pick(*index) for base, sums in self.bases.items()},
            moments=None if self.moments is None else self.moments.pick(*index),
        )


@dataclass(frozen=True, slots=True)
class Unit:
    """Counts of one stratum, or of one cluster.

    `shared` are the respondents in both of two overlapping columns, one place a pair.
    """

    stratum: int
    columns: Counts
    shared: Counts


@dataclass(frozen=True, slots=True)
class Design:
    """How the respondents were drawn.

    `sizes` are the respondents of each stratum or, where `clustered`, its clusters: those of the
    whole file, since a filter is a subpopulation and not a new sample. `fractions` are the parts
    of each stratum's population that were drawn, 0 if unknown. Without strata and
    clusters there is one stratum; `declared` says that the codebook tells of any of these.
    """

    units: tuple[Unit, ...]
    sizes: tuple[int, ...]
    fractions: tuple[float, ...]
    clustered: bool = False
    declared: bool = False

    @property
    def degrees_of_freedom(self) -> int:
        """The degrees of freedom of the sample: clusters (or respondents) minus strata, at least 1.

        Without strata and clusters n − 1. Both are counted over all rows of the file, also those
        that a filter, a missing answer or an unusable weight leaves out: they are a subpopulation
        of one sample, whose errors rest on all of it. (R's `degf(subset(design, …))` counts the
        rows that are left instead; t and SE are the same.) A mean, a count, and a contrast of
        overlapping columns have these; two separate columns are a regression on the column, as
        R's `svyttest`, and have one less; the F of the whole table has df₁ times these. The pooled
        test of two shares does not use them: it is read off e₁ + e₂ − e₁₂ − 2.
        """
        return max(sum(self.sizes) - len(self.sizes), 1)


@dataclass(frozen=True, slots=True)
class Cube:
    """The counts behind one table.

    There is one item but for grids. Column 0 is the Total. `shared` counts those whom two
    columns have in common, for the pairs of columns in `overlaps`, which says their place.
    `left_out` counts the respondents whose weight is not a positive finite number. `quantiles` of
    a number are a value a column, by their label; `rounded` where their numbers are.
    """

    question: Question
    items: tuple[Item, ...]
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    counts: Counts
    shared: Counts
    overlaps: Mapping[tuple[int, int], int]
    design: Design
    left_out: int
    quantiles: Mapping[str, tuple[float | None, ...]] = field(default_factory=dict)
    rounded: bool = False

    def between(self, first: int, second: int) -> Cube:
        """Return the cube of the Total and two columns, enough for the gap between them."""
        columns = [0, first, second]
        common = [self.overlaps[pair] for pair in [(first, second)] if pair in self.overlaps]
        units = tuple(
            Unit(unit.stratum, unit.columns.at(columns), unit.shared.at(common))
            for unit in self.design.units
        )
        return replace(
            self,
            columns=tuple(self.columns[place] for place in columns),
            counts=self.counts.at(columns),
            shared=self.shared.at(common),
            overlaps={(1, 2): 0} if common else {},
            design=replace(self.design, units=units),
            quantiles={
                label: tuple(values[place] for place in columns)
                for label, values in self.quantiles.items()
            },
        )

    @property
    def cells(self) -> Sums:
        """The sums of each cell, of the shape (items, rows, columns)."""
        return self.counts.cells

    @property
    def bases(self) -> Mapping[Base, Sums]:
        """Return the sums of each base, of the shape (items, columns)."""
        return self.counts.bases

    @property
    def moments(self) -> Moments | None:
        """The moments of a numeric question, of the shape (items, columns)."""
        return self.counts.moments
