"""Base class of counting plans: expressions for the engine, and reading of its groups.

Only select and sums are used, so that all engines give the same result.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.analysis.query.expressions.answer_coding import AnswerCoder
from cxtui.analysis.query.expressions.exact_sums import Triple, Weighting
from cxtui.survey.model import Survey
from cxtui.survey.question import Category, Item, Question

ROW = "__row"
"""The column with the answer, or whether there is one."""

ASKED, INVALID = -1, -2
"""Rows of respondents who were asked a multiple response, and who gave no valid answer."""

RowTally = tuple[int, int | None, Triple]
"""Item, row (`None` for no answer) and (n, W, Q)."""

PowerSums = tuple[float, float, float, float]
"""Σwx, Σwx², Σw²x and Σw²x² of a group."""


class QueryPlan(ABC):
    """Counting plan of one query: of a question, or of one item of a grid."""

    keys: tuple[str, ...] = ()
    """The columns of the prepared frame to group by, besides the banner's."""

    def __init__(self, survey: Survey, question: Question, weighting: Weighting) -> None:
        self.survey = survey
        self.question = question
        self.weighting = weighting
        self.items = question.items or (Item("", ""),)
        self.coder = AnswerCoder(self.categories)
        self.column = question.columns[0]

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

    def sums(self) -> list[nw.Expr]:
        """Return the sums of a group besides n, W and Q."""
        return []

    @abstractmethod
    def tallies(
        self, keys: Sequence[Any], sums: Sequence[Any], whole: Triple
    ) -> Iterator[RowTally]:
        """Yield the items and rows of one group, from its keys, its sums and its (n, W, Q)."""

    def power(self, sums: Sequence[Any]) -> PowerSums | None:
        """Return the moments of one group, `None` if the answers are not numbers."""
        return None
