"""The tables of the charts that are in a deck: those of the plan, and others by their own view."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cxtui.analysis.view.view_options import parse_view
from cxtui.errors import CxtuiError
from cxtui.output.book.book_table import BookTable
from cxtui.output.deck.shape_slide import named
from cxtui.output.deck.slide import ShapeName
from cxtui.output.replay import Opened
from cxtui.survey.model import Survey
from cxtui.work.plan.plan import PlanBanner, PlanTable
from cxtui.work.plan.planned_tables import Planned, book_of


def tables_of_names(
    survey: Survey, names: Iterable[ShapeName], made: Iterable[BookTable], opened: Opened
) -> dict[ShapeName, BookTable]:
    """Return the table of each chart of a deck, without those whose view the survey cannot show.

    `made` are the tables of the plan. A chart that is none of them has the table of the view in its
    name.
    """
    by_name = dict(named(made))
    by_view = {one.table.view: one for one in reversed([*by_name.values()]) if one.table}
    found: dict[ShapeName, BookTable] = {}
    others: list[tuple[ShapeName, Planned]] = []
    for name in names:
        if name in by_name:
            found[name] = by_name[name]
            continue
        for one in _planned(survey, name, len(others)):
            if one.view in by_view:
                found[name] = by_view[one.view]
            else:
                others.append((name, one))
    tables = {one.number: one for one in book_of(survey, [one for _, one in others], opened)}
    return found | {name: tables[one.number] for name, one in others}


def _planned(survey: Survey, name: ShapeName, number: int) -> Iterator[Planned]:
    """Yield the table of the view in a name, as a plan has it; none where it fits no more."""
    try:
        view = parse_view(survey, name.view)
    except CxtuiError:
        return
    question = survey.codebook.find(view.question)
    show = (view.show, *view.also) if view.show else ()
    declared = PlanTable((view.question,), show=show, levels=(view.level,))
    title = question.label if question else view.question
    yield Planned(number, title, view.question, declared, PlanBanner("", ()), view)
