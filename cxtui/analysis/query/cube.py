"""Cube: the counts and sums of one view, as immutable values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from cxtui.analysis.query.sample import Numbers, Rule, Sample, simple_sample
from cxtui.analysis.view.view import Base
from cxtui.messages import tr
from cxtui.survey.question import Item, Net, Question

MOST_CELLS = 1_000
"""Maximum number of cells of a Rao–Scott test, whose cost grows with their third power."""

Change = Callable[[Numbers], Numbers]


class Status(StrEnum):
    """What a row of a cube or table is.

    Tables have no rows for the two parts of a difference of nets, and for a net with its
    user-missing answers (`NET_ASKED`): a cube counts them for other rows.
    """

    ANSWER = "answer"
    NET = "net"
    IN_DIFFERENCE = "in difference"
    OUT_OF_DIFFERENCE = "out of difference"
    NET_ASKED = "net of all asked"
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


class NetRows(NamedTuple):
    """The counted rows of a net: of the base of all who answered, and of the others.

    User-missing members are in a net only if they are in the base.
    """

    answered: int
    asked: int


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
        some = self.n != other.n
        return Sums(*(np.where(some, a - b, 0.0) for a, b in zip(self, other, strict=True)))

    def each(self, change: Change) -> Sums:
        """Return the sums with each array changed."""
        return Sums(*map(change, self))

    def over(self, axis: int, *, keep: bool = False) -> Sums:
        """Return the sums over one axis, which has length 1 afterwards if it is kept."""
        return self.each(lambda part: part.sum(axis, keepdims=keep))

    def pick(self, *index: Any) -> Sums:
        """Return the sums at a NumPy index."""
        return self.each(lambda part: part[index])

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

    def each(self, change: Change) -> Moments:
        """Return the moments with each array changed."""
        return Moments(*map(change, self))


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts in some places: in columns, or in overlaps of two columns.

    `cells` has the shape (…, items, rows, places), `bases` and `moments` (…, items, places).
    """

    cells: Sums
    bases: Mapping[Base, Sums]
    moments: Moments | None = None

    def each(self, change: Change) -> Counts:
        """Return the counts with each array changed."""
        return Counts(
            self.cells.each(change),
            {base: sums.each(change) for base, sums in self.bases.items()},
            self.moments and self.moments.each(change),
        )


@dataclass(frozen=True, slots=True)
class CountLayer:
    """Counts in the columns, and of the respondents in both columns of each overlapping pair.

    Of all respondents, or with a first axis of the units (or replicates) of the sample.
    """

    columns: Counts
    shared: Counts

    def each(self, change: Change) -> CountLayer:
        """Return the counts with each array changed."""
        return CountLayer(self.columns.each(change), self.shared.each(change))

    def at(self, columns: Sequence[int], pairs: Sequence[int]) -> CountLayer:
        """Return the counts of some columns and pairs, in their order."""
        places, common = list(columns), list(pairs)
        return CountLayer(
            self.columns.each(lambda part: part[..., places]),
            self.shared.each(lambda part: part[..., common]),
        )


QUARTILES: Mapping[str, float] = {"Lower quartile": 0.25, "Median": 0.5, "Upper quartile": 0.75}
"""The quantiles that a numeric question shows, by label."""


@dataclass(frozen=True, slots=True, eq=False)
class Quartiles:
    """Quartiles of a number in each column, `None` where there are no numbers.

    `numbers` are the sorted values of each column with their weights; `rounded` says that a server
    rounded them.
    """

    values: tuple[tuple[float | None, ...], ...]
    numbers: tuple[tuple[Numbers, Numbers], ...]
    rounded: bool = False

    @property
    def bounds(self) -> list[float]:
        """The quartiles column by column, NaN where there are none."""
        return [np.nan if one is None else one for column in self.values for one in column]

    def at(self, columns: Sequence[int]) -> Quartiles:
        """Return the quartiles of some columns."""
        return Quartiles(
            tuple(self.values[place] for place in columns),
            tuple(self.numbers[place] for place in columns),
            self.rounded,
        )


@dataclass(frozen=True, slots=True)
class Cube:
    """The counts behind one table.

    There is one item unless the question is a grid. Column 0 is the Total. Each of the `nets` is
    a counted row: a sum of several rows would be rounded for each of them. The shared counts of a
    layer are the respondents in both of two columns, by the place of the pair in `overlaps`.
    `units` are the counts of each unit of the `sample`; `others` those with the weights before
    calibration by unit, or with each replicate weight, `present` those of the patterns of a
    `Reduction`. `joint` are Σw² of the respondents with both
    of two items of a multiple response, (units, items, items, columns). Numbers are counted as
    their difference from `centre`. `left_out` is the number of respondents whose weight is not a
    positive finite number. `below` counts the respondents with a number up to each quartile of each
    column, row by row.
    """

    question: Question
    items: tuple[Item, ...]
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    nets: Mapping[Net, NetRows]
    whole: CountLayer
    units: CountLayer
    overlaps: Mapping[tuple[int, int], int]
    sample: Sample
    left_out: int
    others: CountLayer | None = None
    present: CountLayer | None = None
    joint: Numbers | None = None
    centre: float = 0.0
    quartiles: Quartiles | None = None
    below: Cube | None = None

    def at(self, columns: Sequence[int]) -> Cube:
        """Return the cube of some columns, the Total first; overlaps need the cube's order."""
        overlaps = {
            (a, b): self.overlaps[columns[a], columns[b]]
            for a, b in combinations(range(len(columns)), 2)
            if (columns[a], columns[b]) in self.overlaps
        }
        shared = list(overlaps.values())
        return replace(
            self,
            columns=tuple(self.columns[place] for place in columns),
            whole=self.whole.at(columns, shared),
            units=self.units.at(columns, shared),
            others=self.others and self.others.at(columns, shared),
            present=self.present and self.present.at(columns, shared),
            joint=None if self.joint is None else self.joint[..., list(columns)],
            overlaps={pair: place for place, pair in enumerate(overlaps)},
            quartiles=self.quartiles and self.quartiles.at(columns),
            below=self.below and self.below.at(columns),
        )

    def without_design(self) -> Cube:
        """Return the cube of the same respondents drawn at random, for errors on Kish's base."""
        if self.sample.rule is Rule.TEXTBOOK:
            return self
        return replace(
            self,
            units=self.whole.each(lambda part: part[np.newaxis]),
            sample=simple_sample(Rule.KISH, self.sample.respondents),
            others=None,
            present=None,
            joint=None if self.joint is None else self.joint.sum(axis=0, keepdims=True),
            below=None,
        )

    @property
    def counted(self) -> CountLayer:
        """The counts whose n tell in which units a base has respondents."""
        return self.present or self.units

    @property
    def cells(self) -> Sums:
        """The sums of each cell, of the shape (items, rows, columns)."""
        return self.whole.columns.cells

    @property
    def bases(self) -> Mapping[Base, Sums]:
        """The sums of each base, of the shape (items, columns)."""
        return self.whole.columns.bases


def separate_banners(cube: Cube) -> Iterator[list[int]]:
    """Yield the positions of the columns of each banner variable without overlaps."""
    for banner in dict.fromkeys(one.banner for one in cube.columns if one.banner >= 0):
        places = [place for place, one in enumerate(cube.columns) if one.banner == banner]
        if not any(a in places for a, _ in cube.overlaps):
            yield places
