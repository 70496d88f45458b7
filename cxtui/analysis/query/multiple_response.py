"""Counting plan of multiple responses: one query that sums all items and nets."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations_with_replacement
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from cxtui.analysis.query.counting_plan import ASKED, INVALID, ROW, QueryPlan, RowTally
from cxtui.analysis.query.cube import NetRows, Row, Status
from cxtui.analysis.query.expressions.exact_sums import Weighting
from cxtui.analysis.query.expressions.number_classes import is_valid_number
from cxtui.analysis.query.expressions.several_answers import (
    are_chosen,
    gave_each,
    is_in_one_column,
    is_unanswered,
    mentioned_unlisted,
)
from cxtui.analysis.query.sample import Numbers
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Survey
from cxtui.survey.question import Category, Holds, Kind, Net, Question

_UNLISTED = "__unlisted"
_TICK = "__tick_"
"""Before the name of a file's column, which may be that of one of ours."""
_ABOVE = "__above"
"""The column with the number of bounds that a number is above."""
_NUMBER = "__x"
"""The column with the number itself."""


class IndicatorPlan(QueryPlan):
    """Plan that sums indicators, columns of 0 and 1, of the respondents who were asked.

    `indicators` are the names of the columns, one a row; `last_is_invalid` says that the last of
    them is no row but those without a valid answer.
    """

    indicators: Sequence[str] = ()
    last_is_invalid = False

    def sums(self, same: str = "") -> list[nw.Expr]:
        # The columns stay boolean until they are summed, since there may be dozens.
        held = nw.col(ROW, *self.indicators).cast(nw.Float64)
        counted = (held * nw.col(same)).sum() if same else held.sum()
        ticks = [counted] if self.weighting.everyone else []
        parts = [(held * nw.col(part)).sum().name.suffix(part) for part in self.weighting.columns]
        return [*ticks, *parts]

    def indicated(self, rows: Mapping[str, Numbers]) -> Iterator[Numbers]:
        yield from (rows[name] for name in (ROW, *self.indicators))

    def tallies(self, key: Sequence[Any], sums: Numbers, totals: Numbers) -> Iterator[RowTally]:
        asked, *ticked = self._totals(sums)
        if self.last_is_invalid:
            yield 0, INVALID, ticked.pop()
        yield from ((0, position, one) for position, one in enumerate(ticked))
        yield 0, ASKED, asked
        yield 0, None, np.where(totals[:, :1] != asked[:, :1], totals - asked, 0.0)

    def _totals(self, sums: Numbers) -> list[Numbers]:
        """Return the totals of each column, from sums in the order of `sums`."""
        parts = len(self.weighting.columns) + self.weighting.everyone
        each = sums.reshape(len(sums), parts, sums.shape[1] // parts).transpose(2, 1, 0)
        if self.weighting.everyone:
            return [self.weighting.totals(n, rest) for n, *rest in each]
        return [self.weighting.totals(one[0], list(one)) for one in each]


class MultipleResponsePlan(IndicatorPlan):
    """Plan that sums each item and net, and the respondents who were asked.

    Respondents with user-missing items only have not answered.
    """

    def __init__(self, survey: Survey, question: Question, weighting: Weighting) -> None:
        super().__init__(survey, question, weighting)
        self._names = [f"__{position}" for position in range(len(question.categories))]
        self._named = dict(zip((one.code for one in question.categories), self._names, strict=True))
        self._nets: list[nw.Expr] = []
        self._further: list[str] = []
        """The names of the indicators that `_nets` compute."""
        self._missing = [one.code for one in question.categories if one.missing]
        for net in question.nets:
            self._add(net)
        self._add_rows()
        self.last_is_invalid = bool(self._missing)
        missed = ["__missed"] if self._missing else []
        self.indicators = [*self._names, *self._further, *missed]

    def _add_rows(self) -> None:
        """Add further rows, which a plan of the same items may have."""

    def _add(self, net: Net) -> None:
        """Add the sums of a net; a difference has two, each of respondents in one part only.

        A net with user-missing members is summed once more, for other bases.
        """
        missed = self._missed()
        members, minus = (self._any(one) * (1.0 - missed) for one in (net.members, net.minus))
        if not net.minus:
            answered = asked = self._count(Row(net.code, net.label, Status.NET), members)
            if set(self._missing) & set(self.question.category_codes(net.members)):
                row = Row(net.code, net.label, Status.NET_ASKED)
                asked = self._count(row, self._any(net.members))
            self.nets[net] = NetRows(answered, asked)
            return
        inside, outside = members * (1.0 - minus), minus * (1.0 - members)
        self._count(Row(net.code, net.label, Status.IN_DIFFERENCE), inside)
        self._count(Row(net.code, net.label, Status.OUT_OF_DIFFERENCE), outside)

    def _missed(self) -> nw.Expr:
        """Return 1 for respondents with user-missing answers only, else 0."""
        valid = [one.code for one in self.question.categories if not one.missing]
        only = self._any(self._missing) * (1.0 - self._any(valid))
        return only * (1.0 - nw.col(_UNLISTED)) if self._has_unlisted else only

    @property
    def _has_unlisted(self) -> bool:
        """Return whether mentions that are not listed tell who answered."""
        return bool(self._missing) and self.question.holds is Holds.MENTIONS

    def _count(self, row: Row, ticked: nw.Expr) -> int:
        """Add a row that sums an indicator, and return its position."""
        self._further.append(f"__net_{len(self._further)}")
        self._nets.append(ticked.alias(self._further[-1]))
        self.coder.rows.append(row)
        return len(self.coder.rows) - 1

    def _any(self, codes: Iterable[str]) -> nw.Expr:
        """Return 1 for respondents who chose any of these, else 0."""
        names = [self._named[code] for code in self.question.category_codes(codes)]
        return nw.max_horizontal(*names, nw.lit(0.0)) if names else nw.lit(0.0)

    def columns(self) -> list[nw.Expr]:
        survey, question = self.survey, self.question
        asked = ~is_unanswered(survey, question)
        own = are_chosen(survey, question) if self._ticks else []
        chosen = [one.cast(nw.Float64).name.prefix(_TICK) for one in own]
        given = self._given
        rest = (
            one.cast(nw.Float64).alias(name)
            for name, one in zip(given, gave_each(survey, question, given.values()), strict=True)
        )
        unlisted = mentioned_unlisted(survey, question).cast(nw.Float64).alias(_UNLISTED)
        others = [unlisted] if self._has_unlisted else []
        return [asked.cast(nw.Float64).alias(ROW), *chosen, *rest, *others]

    @property
    def values(self) -> Mapping[str, int]:
        unlisted = [_UNLISTED] if self._has_unlisted else []
        return dict.fromkeys([ROW, *self._ticks, *self._given, *unlisted], 2)

    @property
    def _given(self) -> dict[str, Category]:
        """Return the answers that are told by the texts of the columns, by their names here."""
        given = zip(self._names, self.question.categories, strict=True)
        reasons = self.question.reasons
        return {name: one for name, one in given if not self._ticks or one in reasons}

    @property
    def _ticks(self) -> dict[str, str]:
        """Return the names of the ticks by those of their columns, empty without such columns."""
        question = self.question
        if question.holds is Holds.MENTIONS or is_in_one_column(self.survey, question):
            return {}
        ticks = (f"{_TICK}{name}" for name in question.columns)
        return dict(zip(ticks, self._names, strict=False))

    def refine(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        return self._refined(frame, self._nets)

    def _refined(self, frame: nw.LazyFrame[Any], nets: Iterable[nw.Expr]) -> nw.LazyFrame[Any]:
        """Return the frame with the columns of the items by our names, and further ones."""
        if self._ticks:
            frame = frame.rename(self._ticks)
        missed = [self._missed().alias("__missed")] if self._missing else []
        counted = [*nets, *missed]
        return frame.with_columns(*counted) if counted else frame


class ItemPairsPlan(MultipleResponsePlan):
    """Plan that sums the respondents who chose both of two items, for each pair of items.

    The pairs (a ≤ b, by position) are the rows behind the items.
    """

    def __init__(self, survey: Survey, question: Question, weighting: Weighting) -> None:
        items = range(len(question.categories))
        self.pairs = list(combinations_with_replacement(items, 2))
        super().__init__(survey, replace(question, nets=()), weighting)

    def rows_in_memory(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        return self._refined(frame.select(*self.columns()), ())

    def indicated(self, rows: Mapping[str, Numbers]) -> Iterator[Numbers]:
        yield from (rows[name] for name in (ROW, *self._names))
        yield from (rows[self._names[a]] * rows[self._names[b]] for a, b in self.pairs)
        if self._missing:
            yield rows["__missed"]

    def _add_rows(self) -> None:
        """Add a row for each pair: one expression covers all pairs of an item."""
        names = self._names
        self._nets = [
            (nw.col(*names[a:]) * nw.col(name)).name.suffix(f"_{a}") for a, name in enumerate(names)
        ]
        self._further = [f"{names[b]}_{a}" for a, b in self.pairs]
        self.coder.rows += [Row("", "", Status.IN_DIFFERENCE)] * len(self.pairs)


class ThresholdPlan(IndicatorPlan):
    """Plan that sums the respondents whose number is at most each of some bounds."""

    def __init__(
        self, survey: Survey, question: Question, weighting: Weighting, bounds: Sequence[float]
    ) -> None:
        categories = [Category(str(place), "") for place, _ in enumerate(bounds)]
        asked = Question(question.id, "", Kind.MULTI, question.columns, tuple(categories))
        super().__init__(survey, asked, weighting)
        self._valid = is_valid_number(survey, question)
        self._bounds = bounds
        self._steps = sorted({bound for bound in bounds if not math.isnan(bound)})
        self.indicators = [f"__{place}" for place, _ in enumerate(bounds)]

    def columns(self) -> list[nw.Expr]:
        x = file_column(self.column).cast(nw.Float64)
        above = (
            nw.when(self._valid & (x > step)).then(nw.lit(1.0)).otherwise(nw.lit(0.0))
            for step in self._steps
        )
        return [
            self._valid.cast(nw.Float64).alias(ROW),
            nw.sum_horizontal(nw.lit(0.0), *above).alias(_ABOVE),
        ]

    def rows_in_memory(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        number = file_column(self.column).cast(nw.Float64).alias(_NUMBER)
        return frame.select(self._valid.cast(nw.Float64).alias(ROW), number)

    def indicated(self, rows: Mapping[str, Numbers]) -> Iterator[Numbers]:
        valid, number = rows[ROW], rows[_NUMBER]
        yield valid
        yield from (valid * (number <= bound) for bound in self._bounds)

    @property
    def values(self) -> Mapping[str, int]:
        return {ROW: 2, _ABOVE: len(self._steps) + 1}

    def refine(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        reached = {bound: place for place, bound in enumerate(self._steps)}
        below = (
            (nw.col(ROW) * (nw.col(_ABOVE) <= reached.get(bound, -1)).cast(nw.Float64)).alias(name)
            for name, bound in zip(self.indicators, self._bounds, strict=True)
        )
        return frame.with_columns(*below)
