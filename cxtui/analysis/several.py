"""Many views of one survey, one after another: all questions, or all that were saved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cxtui.analysis.table import Table
from cxtui.analysis.tabulate import tabulate
from cxtui.analysis.view import View
from cxtui.errors import CxtuiError
from cxtui.survey.model import Survey

Named = tuple[str, View]
"""A view and what it is called."""


@dataclass(frozen=True, slots=True)
class Tabled:
    """What came of one view: a table, or why there is none. `title` is its question's wording."""

    name: str
    title: str
    view: View
    table: Table | None
    problem: str = ""


def all_questions(survey: Survey, view: View) -> list[Named]:
    """Return `view` of every question that has a table, each under the question's id."""
    return [(one.id, view.with_question(one.id)) for one in survey.codebook.tabulated]


def each_table(survey: Survey, named: Iterable[Named]) -> Iterator[Tabled]:
    """Yield the table of one view after another; one that cannot be made says why, and no more."""
    for name, view in named:
        question = survey.codebook.find(view.question)
        title = question.label if question else view.question
        try:
            table = tabulate(survey, view)
            yield Tabled(name, title, table.view, table)
        except CxtuiError as error:
            yield Tabled(name, title, view, None, str(error))
