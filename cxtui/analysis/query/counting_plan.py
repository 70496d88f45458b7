"""What it takes to ask a question of the engine, and to read the answer group by group.

Only select and sums are used, so that any engine gives the same result.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.analysis.query.expressions.answer_coding import AnswerCoder
from cxtui.analysis.query.expressions.exact_sums import Triple, Weighting
from cxtui.survey.model import Category, Item, Question, Survey

ROW = "__row"
"""The column that holds the answer, or whether there is one."""

ASKED, INVALID = -1, -2
"""The rows of whoever was asked a multiple response, and of whoever only gave no valid answer."""

RowTally = tuple[int, int | None, Triple]
"""Item, row (`None`: no answer at all) and how many."""

PowerSums = tuple[float, float, float, float]
"""Σwx, Σwx², Σw²x and Σw²x² of a group."""


class Plan(ABC):
    """How one kind of question is counted, group by group."""

    def __init__(
        self,
        survey: Survey,
        question: Question,
        weighting: Weighting,
        categories: Iterable[Category],
    ) -> None:
        self.survey = survey
        self.question = question
        self.weighting = weighting
        self.items = question.items or (Item("", ""),)
        self.coder = AnswerCoder(categories)
        self.column = question.columns[0]

    @property
    @abstractmethod
    def parts(self) -> Sequence[QueryPlan]:
        """What the engine is asked: each is a query of all respondents."""


class QueryPlan(Plan):
    """A question that is counted by one query, or one item of a question that takes several."""

    @property
    def parts(self) -> Sequence[QueryPlan]:
        return (self,)

    @property
    def keys(self) -> list[str]:
        """Columns of the prepared frame to group by, besides the banner's."""
        return []

    @abstractmethod
    def columns(self) -> list[nw.Expr]:
        """Return what the sums need of each respondent."""

    def refine(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        """Return the frame with what can only be said once columns have their names."""
        return frame

    def sums(self) -> list[nw.Expr]:
        """Return what is summed in a group, besides n, W and Q."""
        return []

    @abstractmethod
    def tallies(
        self, keys: Sequence[Any], sums: Sequence[Any], whole: Triple
    ) -> Iterator[RowTally]:
        """Read one group: its keys, its sums, and how many it has in all."""

    def power(self, sums: Sequence[Any]) -> PowerSums | None:
        """Read the moments of one group, where the answers are numbers."""
        return None
