"""The tables of the charts that are in a deck: those of the plan, and others by their own view."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cxtui.analysis.view.view import View
from cxtui.analysis.view.view_options import parse_view
from cxtui.errors import CxtuiError
from cxtui.output.book.book_table import BookTable
from cxtui.output.deck.shape_slide import named
from cxtui.output.deck.slide import ShapeName
from cxtui.output.replay import Opened
from cxtui.survey.model import Survey
from cxtui.work.plan.plan import PlanBanner, PlanTable
from cxtui.work.plan.planned_tables import Planned, book_of, views_of


def views_together(
    survey: Survey, planned: Sequence[Planned], names: Iterable[ShapeName]
) -> tuple[View, ...]:
    """Return the views of the tables of a plan and of the charts of a deck: it shows them all."""
    charted = [one for name in names for one in _planned(survey, name, 0)]
    return tuple(dict.fromkeys(views_of(survey, (*planned, *charted))))


def tables_of_names(
    survey: Survey,
    names: Iterable[ShapeName],
    made: Iterable[BookTable],
    opened: Opened,
    together: Sequence[View] = (),
) -> dict[ShapeName, BookTable]:
    """Return the table of each chart of a deck, without those whose view the survey cannot show.

    `made` are the tables of the plan, `together` is as in `book_of`. A chart that is none of them
    has the table of the view in its name.
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
    planned = [one for _, one in others]
    tables = {one.number: one for one in book_of(survey, planned, opened, together)}
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
