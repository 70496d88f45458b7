"""How each kind of question is asked of the engine, and how the answer is read.

A multiple response is one query over all its items, a grid one query an item. Only select and sums
are used, so that any engine gives the same result.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.analysis.classes import class_key, classed, is_usable, missing_of
from cxtui.analysis.coder import Coder
from cxtui.analysis.counts import Row, Status
from cxtui.analysis.filters import (
    answers_in,
    has_listed,
    is_chosen,
    is_list,
    is_silent,
    period_key,
)
from cxtui.analysis.weighing import (
    Extent,
    Triple,
    Weighing,
    added,
    extent_of_numbers,
    parts_of,
    split,
)
from cxtui.analysis.written import is_written
from cxtui.errors import ViewError
from cxtui.survey.model import Category, Item, Kind, Net, Question, Survey

ROW = "__row"
"""The column that holds the answer, or whether there is one."""

ASKED, MISSED = -1, -2
"""The rows of whoever was asked a multiple response, and of whoever only gave no valid answer."""

MISSED_END = "?"
"""Ends the code of those of a net who only gave a user-missing answer."""

Tally = tuple[int, int | None, Triple]
"""Item, row (`None`: no answer at all) and how many."""

Power = tuple[float, float, float, float]
"""Σwx, Σwx², Σw²x and Σw²x² of a group."""


class Plan(ABC):
    """How one kind of question is counted, group by group."""

    def __init__(
        self,
        survey: Survey,
        question: Question,
        weighing: Weighing,
        categories: Iterable[Category],
    ) -> None:
        self.survey = survey
        self.question = question
        self.weighing = weighing
        self.items = question.items or (Item("", ""),)
        self.coder = Coder(categories)
        self.column = question.columns[0]

    @property
    @abstractmethod
    def parts(self) -> Sequence[Part]:
        """What the engine is asked: each is a query of all respondents."""


class Part(Plan):
    """A question that is counted by one query, or one item of a question that takes several."""

    @property
    def parts(self) -> Sequence[Part]:
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
    def tallies(self, keys: Sequence[Any], sums: Sequence[Any], whole: Triple) -> Iterator[Tally]:
        """Read one group: its keys, its sums, and how many it has in all."""

    def power(self, sums: Sequence[Any]) -> Power | None:
        """Read the moments of one group, where the answers are numbers."""
        return None


class ByAnswer(Part):
    """One answer a respondent: group by the answer itself."""

    def __init__(self, survey: Survey, question: Question, weighing: Weighing) -> None:
        super().__init__(survey, question, weighing, question.categories)

    @property
    def keys(self) -> list[str]:
        return [ROW]

    def columns(self) -> list[nw.Expr]:
        if self.question.kind is Kind.DATE:
            return [period_key(self.question).alias(ROW)]
        return [nw.col(self.column).alias(ROW)]

    def tallies(self, keys: Sequence[Any], sums: Sequence[Any], whole: Triple) -> Iterator[Tally]:
        yield 0, self.coder.position(keys[0]), whole


class OpenText(ByAnswer):
    """Open answers: how many wrote one."""

    def __init__(self, survey: Survey, question: Question, weighing: Weighing) -> None:
        answered = Category("answered", "Wrote an answer")
        Plan.__init__(self, survey, question, weighing, [answered])

    def columns(self) -> list[nw.Expr]:
        written = is_written(self.survey, self.question)
        return [nw.when(written).then(nw.lit("answered")).alias(ROW)]


class Ticked(Part):
    """Multiple response: each item and net is summed, and whether any item was answered.

    Whoever ticked only user-missing items has not answered.
    """

    def __init__(self, survey: Survey, question: Question, weighing: Weighing) -> None:
        super().__init__(survey, question, weighing, question.categories)
        self._names = [f"__{position}" for position in range(len(question.categories))]
        self._named = dict(zip((one.code for one in question.categories), self._names, strict=True))
        self._nets: list[nw.Expr] = []
        self._missing = [one.code for one in question.categories if one.missing]
        for net in question.nets:
            self._add(net)

    def _add(self, net: Net) -> None:
        """Recount a net; a difference takes whoever is in the one but not in the other.

        Whoever only gave a user-missing answer is counted apart, being in other bases only.
        """
        missed = self._missed()
        members, minus = (self._any(one) * (1.0 - missed) for one in (net.members, net.minus))
        if not net.minus:
            self._count(Row(net.code, net.label, Status.NET), members)
            if set(self._missing) & set(self.question.flattened(net.members)):
                apart = self._any(net.members) * missed
                self._count(Row(net.code + MISSED_END, net.label, Status.PART), apart)
            return
        for end, part in (("+", members * (1.0 - minus)), ("-", minus * (1.0 - members))):
            self._count(Row(net.code + end, net.label, Status.PART), part)

    def _missed(self) -> nw.Expr:
        """Return 1 for whoever only gave a user-missing answer, else 0."""
        valid = [one.code for one in self.question.categories if not one.missing]
        return self._any(self._missing) * (1.0 - self._any(valid))

    def _count(self, row: Row, ticked: nw.Expr) -> None:
        self._nets.append(ticked.alias(f"__net_{len(self._nets)}"))
        self.coder.rows.append(row)

    def _any(self, codes: Iterable[str]) -> nw.Expr:
        """Return 1 for whoever ticked any of these, else 0."""
        names = [self._named[code] for code in self.question.flattened(codes)]
        return nw.max_horizontal(*names, nw.lit(0.0)) if names else nw.lit(0.0)

    def columns(self) -> list[nw.Expr]:
        if is_list(self.survey, self.question):
            asked = ~nw.col(self.column).is_null()
            ticks = [
                has_listed(self.survey, self.question, category).cast(nw.Float64).alias(name)
                for name, category in zip(self._names, self.question.categories, strict=True)
            ]
            return [asked.cast(nw.Float64).alias(ROW), *ticks]
        silent = is_silent(self.survey, self.question)
        ticks = [is_chosen(self.survey, self.question, *self.question.columns).cast(nw.Float64)]
        return [(~silent).cast(nw.Float64).alias(ROW), *ticks]

    def refine(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        if not is_list(self.survey, self.question):
            frame = frame.rename(dict(zip(self.question.columns, self._names, strict=True)))
        counted = [*self._nets]
        if self._missing:
            counted.append(self._missed().alias("__missed"))
        return frame.with_columns(*counted) if counted else frame

    def sums(self) -> list[nw.Expr]:
        nets = [f"__net_{position}" for position in range(len(self._nets))]
        return self._weighed([ROW, *self._names, *nets, *(["__missed"] if self._missing else [])])

    def tallies(self, keys: Sequence[Any], sums: Sequence[Any], whole: Triple) -> Iterator[Tally]:
        asked, *ticked = self._triples(sums)
        if self._missing:
            yield 0, MISSED, ticked.pop()
        yield from ((0, position, triple) for position, triple in enumerate(ticked))
        yield 0, ASKED, asked
        yield 0, None, _rest(whole, [asked])

    def _weighed(self, names: list[str]) -> list[nw.Expr]:
        """Sum n, w and w² of those for whom each of `names` holds: one column after the other.

        What holds is one bit a respondent until its sum is made: there may be dozens of columns.
        """
        held = nw.col(*names).cast(nw.Float64)
        ticks = [held.sum()] if self.weighing.everyone else []
        parts = [(held * nw.col(part)).sum().name.suffix(part) for part in self.weighing.columns]
        return [*ticks, *parts]

    def _triples(self, sums: Sequence[Any]) -> list[Triple]:
        """Undo the order of `_weighed`."""
        parts = len(self.weighing.columns) + self.weighing.everyone
        size = len(sums) // parts
        each = zip(*(sums[at : at + size] for at in range(0, len(sums), size)), strict=True)
        if self.weighing.everyone:
            return [self.weighing.triple(n, rest) for n, *rest in each]
        return [self.weighing.triple(0, one) for one in each]


class Rated(Plan):
    """A grid: each item is grouped by its answer, as a question of its own would be."""

    def __init__(self, survey: Survey, question: Question, weighing: Weighing) -> None:
        super().__init__(survey, question, weighing, question.categories)
        dtypes = {survey.schema[column] for column in question.columns}
        if len(dtypes) > 1 and not all(dtype.is_numeric() for dtype in dtypes):
            raise ViewError(f"the columns of {question.id} differ in type: store them alike")

    @property
    def parts(self) -> Sequence[Part]:
        return [_RatedItem(self, item) for item in range(len(self.items))]


class _RatedItem(ByAnswer):
    """One item of a grid, whose rows are those of all its items."""

    def __init__(self, grid: Rated, item: int) -> None:
        super().__init__(grid.survey, grid.question, grid.weighing)
        self.coder = grid.coder
        self.column = grid.question.columns[item]
        self._item = item

    def columns(self) -> list[nw.Expr]:
        return [answers_in(self.survey, self.column).alias(ROW)]

    def tallies(self, keys: Sequence[Any], sums: Sequence[Any], whole: Triple) -> Iterator[Tally]:
        yield self._item, self.coder.listed(keys[0]), whole


class Measured(Part):
    """A number: group by its class, the user-missing codes apart, and sum its powers."""

    def __init__(self, survey: Survey, question: Question, weighing: Weighing) -> None:
        categories = (*classed(question), *missing_of(question))
        super().__init__(survey, question, weighing, categories)
        self._classes = len(question.classes) + 1

    @property
    def keys(self) -> list[str]:
        return [ROW]

    def columns(self) -> list[nw.Expr]:
        number = nw.when(is_usable(self.survey, self.question)).then(
            nw.col(self.column).cast(nw.Float64)
        )
        return [
            number.otherwise(nw.lit(0.0)).alias("__x"),
            class_key(self.survey, self.question).alias(ROW),
        ]

    @property
    def _powers(self) -> dict[str, Extent]:
        """The columns of wx, wx², w²x and w²x²; of x and x² alone without a weight."""
        x = extent_of_numbers(self.survey, self.question)
        w = self.weighing.extent
        powers = {"__wx": w * x, "__wxx": w * x * x}
        if self.weighing.w:
            powers |= {"__qx": w * w * x, "__qxx": w * w * x * x}
        return powers

    def refine(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        x = nw.col("__x")
        products = {"__wx": x, "__wxx": x * x}
        if self.weighing.w:
            w = self.weighing.weight()
            products = {"__wx": w * x, "__wxx": w * (x * x)}
            products |= {"__qx": w * w * x, "__qxx": w * w * (x * x)}
        named = (product.alias(name) for name, product in products.items())
        return split(frame.with_columns(*named), self._powers, self.weighing.rows)

    def sums(self) -> list[nw.Expr]:
        return [nw.col(*self._parts(extent, name)).sum() for name, extent in self._powers.items()]

    def _parts(self, extent: Extent, name: str) -> tuple[str, ...]:
        return parts_of(name, extent, self.weighing.rows)

    def tallies(self, keys: Sequence[Any], sums: Sequence[Any], whole: Triple) -> Iterator[Tally]:
        key = keys[0]
        yield 0, key if key is None or key >= 0 else self._classes - 1 - key, whole

    def power(self, sums: Sequence[Any]) -> Power:
        rest = iter(sums)
        wx, wxx, *squares = (
            added([next(rest) for _ in self._parts(extent, name)])
            for name, extent in self._powers.items()
        )
        qx, qxx = squares or (wx, wxx)
        return wx, wxx, qx, qxx


PLANS: dict[Kind, type[ByAnswer | Ticked | Rated | Measured]] = {
    Kind.SINGLE: ByAnswer,
    Kind.SCALE: ByAnswer,
    Kind.DATE: ByAnswer,
    Kind.TEXT: OpenText,
    Kind.MULTI: Ticked,
    Kind.GRID: Rated,
    Kind.NUMERIC: Measured,
}
"""The way in which each kind of question is counted."""


def plan_of(
    survey: Survey, question: Question, weighing: Weighing
) -> ByAnswer | Ticked | Rated | Measured:
    """Return how a question is counted; one choice spread over columns as several would be."""
    kind = Kind.MULTI if question.is_ticked else question.kind
    return PLANS[kind](survey, question, weighing)


def _rest(whole: Triple, parts: Iterable[Triple]) -> Triple:
    """Return whoever of `whole` is in none of `parts`, exactly nobody where n says so."""
    n, w, q = (total - sum(part) for total, *part in zip(whole, *parts, strict=True))
    return (n, w, q) if n else (0.0, 0.0, 0.0)
