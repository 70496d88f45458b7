"""What the cells show: measures chosen from a list, or the answers to the items of a grid."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cxtui.app.panes.table_pane import Comparison
from cxtui.messages import tr

if TYPE_CHECKING:
    from cxtui.app.explorer import Explorer


def choose_measures(app: Explorer) -> None:
    """Choose what the cells show: one measure, or several below each other."""
    from cxtui.analysis.tables.state_line import measure_name
    from cxtui.analysis.view.view import Measure, drop_unfit_measure, measures_of, shown_of
    from cxtui.app.screens.base.pick_several import PickSeveral
    from cxtui.survey.question import Kind

    if (ready := app.session.ready) is None:
        app.say(tr("the survey is not open yet"))
        return
    survey, view = ready.survey, ready.view
    if (question := survey.codebook.find(view.question)) is None:
        app.say(tr("there is no question to measure"))
        return
    possible = measures_of(question)
    marked = [possible.index(one) for one in shown_of(question, view)]

    def take(places: tuple[int, ...] | None) -> None:
        current = app.session.view
        if places and current is not None:
            is_last = {Measure.MEAN} if question.kind is not Kind.GRID else set()
            first, *others = sorted((possible[one] for one in places), key=is_last.__contains__)
            chosen = replace(current, show=first, also=tuple(others))
            app.go(drop_unfit_measure(question, chosen), survey)

    names = [measure_name(one, view) for one in possible]
    app.push_screen(PickSeveral(tr("Cells of {}", question.id), names, marked), take)


def answers_across(app: Explorer) -> None:
    """Show the items of a grid by its answers, of the column under the cursor; or the banner again.

    Without the cursor in the table it is the Total.
    """
    from cxtui.analysis.tables.hidden_rows import path_of
    from cxtui.analysis.view.hidden_parts import Hidden
    from cxtui.survey.question import Kind

    if (ready := app.session.ready) is None:
        app.say(tr("the survey is not open yet"))
        return
    view, shown = ready.view, app.query_one(Comparison)
    question = ready.survey.codebook.find(view.question)
    if view.across is not None:
        app.go(replace(view, across=None), ready.survey)
    elif question is None or question.kind is not Kind.GRID:
        app.say(tr("only the items of a grid (▦) have the same answers, to be shown across"))
    else:
        table, cell = shown.table, shown.cell if shown.has_focus else None
        column = path_of(table.columns[cell[1]]) if table and cell else Hidden(())
        app.go(replace(view, across=column), ready.survey)
