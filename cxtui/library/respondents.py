"""The respondents of a view, or of a cell of its table, as a result."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cxtui.errors import ViewError
from cxtui.library.results import Respondents
from cxtui.options import typed
from cxtui.survey import model
from cxtui.survey.quoting import quoted_value
from cxtui.survey.suppression import require_all_shown

if TYPE_CHECKING:
    from cxtui.analysis.view.view import View
    from cxtui.output.replay import Opened


def respondents_of(
    survey: model.Survey,
    view: View,
    cell: tuple[int, int] | None,
    columns: tuple[str, ...],
    opened: Opened,
) -> Respondents:
    """Return the respondents of a view, or of the cell in a row and column of its table.

    Raises `ViewError` where there is no such cell, question or column.
    """
    from cxtui.analysis.query.side_queries.respondent_rows import (
        open_questions,
        read_respondents,
        with_row_numbers,
    )
    from cxtui.analysis.tables.build_table import tabulate
    from cxtui.analysis.tables.cell_filters import filters_of_cell
    from cxtui.analysis.tables.cell_respondents import read_cell, respondents_of_view
    from cxtui.output.respondents_document import document_of_respondents

    require_all_shown(survey, "a list of respondents")
    names = columns or open_questions(survey)
    if cell is None:
        named = with_row_numbers(survey)
        found = read_respondents(named, respondents_of_view(named, view), names)
    else:
        table = tabulate(survey, view)
        row, column = cell
        if not (0 <= row < len(table.rows) and 0 <= column < len(table.columns)):
            message = "the table has {} rows and {} columns: there is no cell {}, {}"
            raise ViewError(message, len(table.rows), len(table.columns), row, column)
        found = read_cell(survey, table, row, column, names)
        kept = (*view.filters, *filters_of_cell(survey, table, row, column))
        view = replace(view, filters=kept)
    words = [word for name in columns for word in typed("--columns", quoted_value(name))]
    document = document_of_respondents(found, survey.title, opened.respondents(view, *words))
    return Respondents(survey, document, document.columns.names, found.rows)
