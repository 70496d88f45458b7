"""What was counted: the values that a Cube is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxtui.analysis.view import Base
from cxtui.survey.model import Item, Question

Numbers = NDArray[np.float64]


class Status(StrEnum):
    """Whether a row of a cube is an answer, a user-missing code, or nothing at all."""

    ANSWER = "answer"
    MISSING = "missing"
    NULL = "null"


@dataclass(frozen=True, slots=True)
class Row:
    """One category as it was counted; `unlisted` where the codebook does not know it."""

    code: str
    label: str
    status: Status = Status.ANSWER
    score: float | None = None
    unlisted: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One banner category; the Total has an empty `variable` and `code`, and no letter.

    `banner` is the position of its banner variable: letters restart with each, and only columns
    of one banner are compared.
    """

    variable: str
    code: str
    label: str
    letter: str = ""
    banner: int = -1


TOTAL = Column("", "", "Total")


@dataclass(frozen=True, slots=True)
class Sums:
    """Respondents n, weighted W = Σw and Q = Σw²; arrays of one shape."""

    n: Numbers
    w: Numbers
    q: Numbers

    def __add__(self, other: Sums) -> Sums:
        return Sums(self.n + other.n, self.w + other.w, self.q + other.q)

    def over(self, axis: int) -> Sums:
        """Return the sums over one axis."""
        return Sums(self.n.sum(axis), self.w.sum(axis), self.q.sum(axis))

    def pick(self, *index: Any) -> Sums:
        """Return the part at `index`, as NumPy picks it."""
        return Sums(self.n[index], self.w[index], self.q[index])

    @property
    def effective(self) -> Numbers:
        """Kish's effective base, W²/Q; 0 where nobody is."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(self.q > 0, self.w**2 / self.q, 0.0)


@dataclass(frozen=True, slots=True)
class Moments:
    """Σwx, Σwx², Σw²x and Σw²x² of a number; arrays of shape (items, columns)."""

    wx: Numbers
    wxx: Numbers
    qx: Numbers
    qxx: Numbers


@dataclass(frozen=True, slots=True)
class Cube:
    """The counts behind one table.

    `cells` has the shape (items, rows, columns), `bases` and `moments` (items, columns); there is
    one item but for grids. Column 0 is the Total. `left_out` counts the respondents whose weight
    is not a positive finite number.
    """

    question: Question
    items: tuple[Item, ...]
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    cells: Sums
    bases: Mapping[Base, Sums]
    moments: Moments | None
    left_out: int
