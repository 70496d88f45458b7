"""Respondents behind the rows, bases and missing lines of a table, as groups."""

from __future__ import annotations

from collections.abc import Iterator

from cxtui.analysis.disclosure.respondent_groups import (
    ANSWERED,
    YES,
    Group,
    Variable,
    all_but,
    only,
)
from cxtui.analysis.query.cube import Status
from cxtui.analysis.tables.table import BaseKind, BaseLine, Table, TableRow
from cxtui.analysis.view.scale_nets import find_net, nets_of_scale
from cxtui.analysis.view.view import Base, Measure
from cxtui.messages import tr
from cxtui.survey.conditions import NO_ANSWER
from cxtui.survey.question import Category, Kind, Question

Sum = tuple[Group, ...]
"""Groups without common respondents, whose counts are added."""

EVERYBODY: Group = frozenset()


class RowGroups:
    """The groups behind the rows of one table, before columns and filters are applied."""

    def __init__(self, table: Table) -> None:
        self._question = table.question
        self._base = table.view.base
        self._is_mean = table.measure is Measure.MEAN

    @property
    def are_items(self) -> bool:
        """Whether each row is an item of a grid, with a base of its own."""
        return bool(self._question.items)

    def base_of(self, place: int) -> Sum:
        """Return the base of the row at a place; all rows of one question have the same."""
        return self._based(self._asked(place))

    def of_row(self, place: int, row: TableRow) -> Sum:
        """Return the respondents in the row at a place."""
        question = self._asked(place)
        if row.in_points:
            return (self._answered(question),)
        if row.status is Status.SCORE or (question.items or self._question.items):
            return self._of_item(question)
        match row.status:
            case Status.MISSING | Status.NULL:
                return (only(Variable(question.id), row.code),)
            case Status.NET:
                return self._of_net(question, find_net(question, row.code).members)
            case _:
                return self._of_answers(question, (row.code,))

    def of_responses(self, table: Table) -> Sum:
        """Return the answers of a multiple response, whose number is the base of responses."""
        rows = (row for row in table.rows if row.status is Status.ANSWER)
        return tuple(one for row in rows for one in self._of_answers(self._question, (row.code,)))

    def of_line(self, line: BaseLine) -> Sum:
        """Return the missing respondents on a line under the rows, none if it is another line."""
        if self._question.items:
            return ()
        if line.kind is BaseKind.NO_ANSWER:
            return (only(Variable(self._question.id), NO_ANSWER),)
        if line.kind is not BaseKind.MISSING:
            return ()
        codes = (one.code for one in self._missing() if tr("{} (missing)", one.label) == line.label)
        return tuple(only(Variable(self._question.id), code) for code in codes)[:1]

    def unlisted(self, table: Table) -> Iterator[Group]:
        """Yield the respondents with an answer that has no row: there are none."""
        question = table.question
        rows = [row.code for row in table.rows if row.status is Status.ANSWER]
        is_listed = not question.items and not self._is_mean and question.kind is not Kind.TEXT
        if is_listed and not question.counts_each_answer:
            missing = (one.code for one in self._missing())
            yield all_but(Variable(question.id), *rows, *missing, NO_ANSWER)

    def _missing(self) -> Iterator[Category]:
        return (one for one in self._question.categories if one.missing)

    def _asked(self, place: int) -> Question:
        """Return the question of a row: the item, in a grid."""
        question = self._question
        if not question.items:
            return question
        return question.item_question(place, question.item_id(question.items[place]))

    def _based(self, question: Question) -> Sum:
        if self._is_mean:
            return self._of_scored(question)
        if question.kind is Kind.TEXT or self._base is Base.ALL:
            return (EVERYBODY,)
        if self._base is Base.ASKED:
            return (all_but(Variable(question.id), NO_ANSWER),)
        return (self._answered(question),)

    def _answered(self, question: Question) -> Group:
        if question.counts_each_answer:
            return only(Variable(question.id), ANSWERED)
        missing = (one.code for one in self._missing())
        return all_but(Variable(question.id), *missing, NO_ANSWER)

    def _of_item(self, question: Question) -> Sum:
        """Return who is in the share or the mean of an item, or in the mean of a scale."""
        if self._is_mean or not self._question.items:
            return self._of_scored(question)
        return self._of_net(question, nets_of_scale(self._question)[0].members)

    def _of_scored(self, question: Question) -> Sum:
        """Return who is in a mean: of a scale, the respondents with an answer that has a score."""
        if question.kind is Kind.NUMERIC:
            return (self._answered(question),)
        scored = [
            one.code for one in question.categories if one.score is not None and not one.missing
        ]
        return (only(Variable(question.id), *scored),)

    def _of_net(self, question: Question, members: tuple[str, ...]) -> Sum:
        """Return who gave any of the members; missing ones count only if they are in the base."""
        codes = question.category_codes(members)
        missing = {one.code for one in self._missing()}
        valid = tuple(code for code in codes if code not in missing)
        if self._base is Base.ANSWERED or valid == codes:
            return self._of_answers(question, valid)
        others = tuple(code for code in codes if code in missing)
        return (*self._of_answers(question, valid), only(Variable(question.id), *others))

    def _of_answers(self, question: Question, codes: tuple[str, ...]) -> Sum:
        if question.counts_each_answer:
            return (only(Variable(question.id, frozenset(codes)), YES),)
        return (only(Variable(question.id), *codes),)
