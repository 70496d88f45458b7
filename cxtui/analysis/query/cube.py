"""Cube: the counts and sums of one view, as immutable values."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cxtui.analysis.view.view import Base
from cxtui.messages import tr
from cxtui.survey.question import Item, Question

Numbers = NDArray[np.float64]


class Status(StrEnum):
    """What a row of a cube or table is.

    Tables have no rows for the two parts of a difference of nets, and for respondents with only
    user-missing answers of a net (`MISSED`): a cube counts them for other rows.
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
    """One counted category or net; `unlisted` if the codebook does not have it."""

    code: str
    label: str
    status: Status = Status.ANSWER
    score: float | None = None
    unlisted: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One category of one variable; `label` is only shown and does not identify it."""

    variable: str
    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Column:
    """One banner category, identified by its `path` of nested categories, the outermost first.

    The Total has an empty path and no letter; `name` is the label of such a column. `banner` is the
    position of its banner variable: letters restart with each, and only columns of one banner are
    compared. `variable`, `code` and `label` are texts for output only, since an id or a code can
    contain any character.
    """

    path: tuple[Step, ...]
    letter: str = ""
    banner: int = -1
    name: str = ""

    @property
    def variables(self) -> tuple[str, ...]:
        """The ids of the nested variables, the outermost first."""
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
        """The labels of the nested categories as one text, with ` > ` between them."""
        return nested_label(self.path) if self.path else tr(self.name)

    @property
    def inner(self) -> str:
        """The label of the innermost category."""
        return self.path[-1].label if self.path else tr(self.name)


def nested_label(path: Iterable[Step]) -> str:
    """Return the labels of steps as one text."""
    return " > ".join(step.label for step in path)


TOTAL = Column((), name="Total")


class Sums(NamedTuple):
    """Respondents n, weighted W = Σw and Q = Σw²; arrays of one shape."""

    n: Numbers
    w: Numbers
    q: Numbers

    def __sub__(self, other: Sums) -> Sums:
        """Return the difference, exactly 0 where n is equal."""
        some = self.n > other.n
        return Sums(*(np.where(some, a - b, 0.0) for a, b in zip(self, other, strict=True)))

    def over(self, axis: int) -> Sums:
        """Return the sums over one axis."""
        return Sums(*(part.sum(axis) for part in self))

    def pick(self, *index: Any) -> Sums:
        """Return the sums at a NumPy index."""
        return Sums(*(part[index] for part in self))

    @property
    def effective(self) -> Numbers:
        """Kish's effective base W²/Q, 0 if the base is empty."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(self.q > 0, self.w**2 / self.q, 0.0)


class Moments(NamedTuple):
    """Σwx, Σwx², Σw²x and Σw²x² of a number; arrays of one shape."""

    wx: Numbers
    wxx: Numbers
    qx: Numbers
    qxx: Numbers

    def __sub__(self, other: Moments) -> Moments:
        return Moments(*map(np.subtract, self, other))

    def pick(self, *index: Any) -> Moments:
        """Return the sums at a NumPy index."""
        return Moments(*(part[index] for part in self))


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
            self.cells.pick(*index),
            {base: sums.pick(*index) for base, sums in self.bases.items()},
            self.moments and self.moments.pick(*index),
        )


@dataclass(frozen=True, slots=True)
class Unit:
    """Counts of one stratum or cluster: in columns, and in overlaps of two columns."""

    stratum: int
    columns: Counts
    shared: Counts


@dataclass(frozen=True, slots=True)
class Design:
    """The sampling design of the respondents.

    `sizes` are the respondents of each stratum or, if `clustered`, its clusters: those of the
    whole file, since a filter is a subpopulation and not a new sample. `fractions` are the sampling
    fractions of the strata, 0 if unknown. Without strata and clusters there is one stratum.
    `declared` says that the codebook has strata, clusters or a population. `columns` are the design
    columns to group by; `strata` are the names of the strata in order.
    """

    sizes: tuple[int, ...]
    fractions: tuple[float, ...]
    clustered: bool = False
    declared: bool = False
    columns: tuple[str, ...] = ()
    strata: tuple[Hashable, ...] = ()
    units: tuple[Unit, ...] = ()

    @property
    def degrees_of_freedom(self) -> int:
        """The degrees of freedom of the sample: clusters (or respondents) minus strata, at least 1.

        Without strata and clusters n − 1. Both are counted over all rows of the file, including
        those that a filter, a missing answer or an unusable weight excludes: they are a
        subpopulation of one sample, on which the standard errors rest. (R's `degf(subset(design,
        …))` counts the remaining rows instead; t and SE are the same.) A mean, a count, and a
        contrast of overlapping columns have these; two separate columns are a regression on the
        column, as R's `svyttest`, and have one less; the F of the overall test has df₁ times these.
        The pooled test of two shares does not use them: its df is e₁ + e₂ − e₁₂ − 2.
        """
        return max(sum(self.sizes) - len(self.sizes), 1)

    @property
    def factors(self) -> list[tuple[int, int, float]]:
        """(h, k, (1 − f)·k/(k − 1)) of each stratum h with k > 1 units and the fraction f."""
        strata = enumerate(zip(self.sizes, self.fractions, strict=True))
        return [(h, k, (1 - f) * k / (k - 1)) for h, (k, f) in strata if k > 1]


@dataclass(frozen=True, slots=True)
class Cube:
    """The counts behind one table.

    There is one item unless the question is a grid. Column 0 is the Total. `shared` counts the
    respondents in both of two columns, by the place of the pair in `overlaps`. `left_out` is the
    number of respondents whose weight is not a positive finite number. `quantiles` of a number have
    one value a column; `rounded` says that the numbers behind them are rounded.
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

    def at(self, columns: Sequence[int]) -> Cube:
        """Return the cube of some columns, the Total first; overlaps need the cube's order."""
        overlaps = {
            (a, b): self.overlaps[columns[a], columns[b]]
            for a, b in combinations(range(len(columns)), 2)
            if (columns[a], columns[b]) in self.overlaps
        }
        shared = list(overlaps.values())
        units = tuple(
            Unit(unit.stratum, unit.columns.at(columns), unit.shared.at(shared))
            for unit in self.design.units
        )
        return replace(
            self,
            columns=tuple(self.columns[place] for place in columns),
            counts=self.counts.at(columns),
            shared=self.shared.at(shared),
            overlaps={pair: place for place, pair in enumerate(overlaps)},
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
        """The sums of each base, of the shape (items, columns)."""
        return self.counts.bases
