"""Find the cells to hide, so that no count under a limit can be worked out from the others.

Small are 1 … least − 1 respondents: in a cell, in a base, on a line of missing respondents, and in
what the tables imply: respondents in none of the columns, outside a filter where another table has
them all, or without an answer of a multiple response. Zero is not small, so that a cell with all
respondents of its base is shown.

Means and deviations are no equations here: they are hidden with any answer that they are made of,
and those of a question in several tables are all hidden where any of its counts is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from cxtui.analysis.disclosure.hidden_cells import HiddenCells
from cxtui.analysis.disclosure.hidden_places import hidden_places
from cxtui.analysis.disclosure.implied_counts import implied_counts
from cxtui.analysis.disclosure.protection import Protection, Shown, Target, Unprotected
from cxtui.analysis.disclosure.published_counts import (
    Part,
    Place,
    PublishedCounts,
    Surroundings,
)
from cxtui.analysis.tables.table import Table
from cxtui.analysis.view.view import Measure
from cxtui.errors import ViewError
from cxtui.survey.question import Question


def find_hidden(
    tables: Sequence[Table], least: int, questions: Iterable[Question] = ()
) -> tuple[HiddenCells, ...]:
    """Return what to hide of tables that are published together.

    `questions` tell which of them are made of others, beside those of the tables.

    No count under `least` can be told to be under it from what is left: each can be `least` or
    more, for all that is shown. Raises `ViewError` if that cannot be done.
    """
    whole = [table.unhidden or table for table in tables]
    for table in whole:
        _require_respondents(table, least)
    known = (*questions, *(table.question for table in whole))
    for loosely in (False, True):
        published = PublishedCounts(whole, Surroundings(whole, loosely=loosely))
        job = _Job(whole, published, least, known)
        if published.agree and job.protection.fits():
            return job.result()
    raise ViewError(
        "these tables count different respondents under the same names, so their small counts "
        "cannot be protected together; write them one by one"
    )


def _require_respondents(table: Table, least: int) -> None:
    if 0 < table.respondents < least:
        raise ViewError(
            "{} has fewer than {} respondents here, so none of its numbers is shown; "
            "remove a filter",
            table.question.id,
            least,
        )


class _Job:
    """The tables, their counts, and what of them is hidden."""

    def __init__(
        self,
        tables: Sequence[Table],
        published: PublishedCounts,
        least: int,
        questions: Iterable[Question],
    ) -> None:
        self._tables, self._published, self._least = tables, published, least
        counts = published.counts
        costs = [self._cost(count) for count in range(len(counts))]
        shown = Shown(
            [count.groups for count in counts],
            np.array([count.n for count in counts], dtype=float),
            np.array(costs),
            tuple(published.none),
            published.same(questions),
        )
        self.protection = Protection(shown, least, self._spread)

    def result(self) -> tuple[HiddenCells, ...]:
        """Hide what has to be hidden and return it, table by table."""
        counts = self._published.counts
        small = [at for at, one in enumerate(counts) if 0 < one.n < self._least and one.places]
        implied = implied_counts(counts, self._least)
        self.protection.hide_small(small)
        targets = [*map(self._target, [*({at: 1.0} for at in small), *implied])]
        try:
            self.protection.protect(targets)
        except Unprotected as error:
            raise self._refusal(error) from None
        hidden = self.protection.hidden
        return hidden_places(self._tables, self._published, hidden, self._least)

    def _cost(self, count: int) -> float:
        """Return what hiding a count costs: the respondents in all that is hidden with it."""
        counts = self._published.counts
        if not counts[count].places:
            return np.inf
        return sum(1.0 + counts[one].n for one in self._spread([count]))

    def _spread(self, counts: Iterable[int]) -> set[int]:
        """Return counts with those hidden with them: all of a column whose base is hidden."""
        found: set[int] = set()
        waiting = list(counts)
        while waiting:
            count = waiting.pop()
            if count not in found:
                found.add(count)
                places = self._published.counts[count].places
                also = dict.fromkeys(one for place in places for one in self._hidden_with(place))
                waiting += [self._published.at[one] for one in also if one in self._published.at]
        return found

    def _hidden_with(self, place: Place) -> Iterable[Place]:
        table = self._tables[place.table]
        rows, columns = range(len(table.rows)), range(len(table.columns))
        match place.part:
            case Part.BASE:
                whole = Measure.TOTAL in table.measures and place.column == 0
                for column in columns if whole else (place.column,):
                    at = place._replace(column=column)
                    yield from (at._replace(part=Part.CELL, row=row) for row in rows)
                    yield from (at._replace(row=row) for row in (0, 1))
                    for line in range(len(table.lines)):
                        yield at._replace(part=Part.LINE, row=line)
            case Part.ROW_BASE:
                yield place._replace(part=Part.CELL)
            case Part.CELL if Measure.ROW in table.measures and place.column == 0:
                yield from (place._replace(column=column) for column in columns)

    def _target(self, combination: Mapping[int, float]) -> Target:
        """Return a target, with the question that its first count is of."""
        rows, _ = self._published.counts[next(iter(combination))].uses[0]
        questions = (variable.question for group in rows for variable, _ in group)
        return Target(combination, min(questions, default=""))

    def _refusal(self, error: Unprotected) -> ViewError:
        """Return why a small count cannot be protected."""
        counts = self._published.counts
        places = [place for at in error.target.counts for place in counts[at].places]
        table = self._tables[places[0].table if places else 0]
        return ViewError(
            "{} cannot be shown: a group of fewer than {} respondents could be worked out from its "
            "totals; take another banner, or remove a filter",
            table.question.id,
            self._least,
        )
