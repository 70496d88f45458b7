"""Base class of counting plans: expressions for the engine, and reading of its groups.

Only select and sums are used, so that all engines give the same result.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.analysis.query.cube import NetRows, Status
from cxtui.analysis.query.expressions.answer_coding import AnswerCoder
from cxtui.analysis.query.expressions.exact_sums import Parts, Weighting
from cxtui.analysis.query.sample import Numbers
from cxtui.survey.model import Survey
from cxtui.survey.question import Category, Item, Net, Question

ROW = "__row"
"""The column with the answer, or whether there is one."""

ASKED, INVALID = -1, -2
"""Rows of respondents who were asked a multiple response, and who gave no valid answer."""

RowTally = tuple[int, int | None, Numbers]
"""Item, row (`None` for no answer) and the parts of the totals of groups, (groups, parts)."""


class QueryPlan(ABC):
    """Counting plan of one query: of a question, or of one item of a grid.

    `nets` are the rows of the nets that it counts itself.
    """

    keys: tuple[str, ...] = ()
    """The columns of the prepared frame to group by, besides the banner's."""
    centre = 0.0
    """What numbers are counted as differences from."""

    def __init__(self, survey: Survey, question: Question, weighting: Weighting) -> None:
        self.survey = survey
        self.question = question
        self.weighting = weighting
        self.items = question.items or (Item("", ""),)
        self.coder = AnswerCoder(self.categories, question.pooled)
        self.column = question.columns[0]
        self.nets: dict[Net, NetRows] = {}

    @property
    def categories(self) -> Iterable[Category]:
        """The categories that are counted."""
        return self.question.categories

    @abstractmethod
    def columns(self) -> list[nw.Expr]:
        """Return the expressions that the sums need."""

    def refine(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        """Return the frame with columns that are computed from the selected ones."""
        return frame

    @property
    def values(self) -> Mapping[str, int]:
        """The number of values, 0, 1 and so on, of each column; empty if there are others."""
        return {}

    def sums(self, same: str = "") -> list[nw.Expr]:
        """Return the sums of a group besides n, W and Q.

        `same` is the column with the number of respondents that a row stands for, if not for one.
        """
        return []

    def rows_in_memory(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        """Return the rows of respondents in memory, from whose columns `summed` makes others."""
        return self.refine(frame.select(*self.columns()))

    def summed(self, rows: Mapping[str, Numbers]) -> Iterator[Numbers]:
        """Yield the columns of which `sums` are the sums, but those of indicators.

        `rows` are the columns of `rows_in_memory` and the weights, without nulls.
        """
        yield from ()

    def indicated(self, rows: Mapping[str, Numbers]) -> Iterator[Numbers]:
        """Yield the indicators, columns of 0 and 1, of which `sums` are the totals."""
        yield from ()

    @abstractmethod
    def tallies(self, key: Sequence[Any], sums: Numbers, totals: Numbers) -> Iterator[RowTally]:
        """Yield the items and rows of groups with the same answer, with their totals."""

    @property
    def moments(self) -> Parts:
        """Return the parts of Σwx, Σwx², Σw²x and Σw²x² in those of `powers`."""
        return Parts((slice(0, 1),) * 4)

    def powers(self, sums: Numbers) -> Numbers | None:
        """Return the moments of groups, `None` if the answers are not numbers.

        They are the parts of `moments`, then Σx with other weights, (groups, parts).
        """
        return None

    def base_class(self, row: int | None) -> Hashable | None:
        """Return what a row is in the bases: those of a class are always in them together.

        `None` if it is in no base but that of its own.
        """
        if row is None or row in {ASKED, INVALID}:
            return ("row", row)
        status = self.coder.rows[row].status
        if self.question.counts_each_answer or status not in {Status.ANSWER, Status.MISSING}:
            return None
        return (status, self.coder.rows[row].score is None)
