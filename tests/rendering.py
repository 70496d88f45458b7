"""Results written in one call, as tests ask for them."""

from __future__ import annotations

from collections.abc import Sequence

from cxtui import output
from cxtui.analysis.query.expressions.answered import count_answered
from cxtui.analysis.ranking.ranked_lines import Ranking
from cxtui.analysis.tables.many_tables import Tabled
from cxtui.analysis.tables.table import Table
from cxtui.analysis.tables.trend import Trend
from cxtui.output import Format, Shape
from cxtui.output.drawing.cell_details import sections_about
from cxtui.output.drawing.fit import broken
from cxtui.output.question_document import document_of_questions
from cxtui.output.ranking_document import document_of_ranking
from cxtui.output.replay import Opened
from cxtui.output.table_document import document_of_table, document_of_tables
from cxtui.output.trend_document import document_of_trend
from cxtui.survey.model import Survey


def render(table: Table, format_: Format, shape: Shape | None = None, *, replay: str = "") -> bytes:
    return output.render(document_of_table(table, replay=replay), format_, shape)


def render_all(
    tabled: Sequence[Tabled],
    format_: Format,
    shape: Shape | None,
    *,
    title: str,
    opened: Opened,
    are_saved: bool = False,
) -> bytes:
    document = document_of_tables(tabled, title, opened, are_saved=are_saved)
    return output.render(document, format_, shape)


def list_ranking(
    ranking: Ranking,
    notes: Sequence[str],
    format_: Format,
    shape: Shape | None = None,
    *,
    replay: str = "",
) -> bytes:
    document = document_of_ranking(ranking, tuple(notes), replay=replay)
    return output.render(document, format_, shape)


def list_trend(trend: Trend, format_: Format) -> bytes:
    return output.render(document_of_trend(trend), format_)


def list_questions(survey: Survey, format_: Format) -> bytes:
    return output.render(document_of_questions(survey, count_answered(survey)), format_)


def lines_about(table: Table, row: int, column: int, width: int = 76) -> list[str]:
    """Return everything behind one cell as lines, as the explorer shows them."""
    lines: list[str] = []
    for part in sections_about(table, row, column):
        lines += [*broken(part.title, width), *part.lines(width), ""]
    return lines[:-1]
