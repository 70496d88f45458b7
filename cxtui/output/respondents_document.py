"""Respondents as a Document: a row each, their answers in words."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from cxtui.analysis.query.side_queries.respondent_rows import RespondentRows
from cxtui.messages import tr, tr_count
from cxtui.output.document import Document, Section
from cxtui.output.grid import Columns, list_grid
from cxtui.output.writers.registry import Content
from cxtui.text import numbered


def document_of_respondents(found: RespondentRows, title: str, replay: str = "") -> Document:
    """Return respondents as rows of texts; the columns are named by the ids of the questions."""
    names: list[str] = []
    for name in (found.id_name, *(one.id for one in found.questions)):
        names.append(numbered(name, names))
    columns = Columns(tuple(names), texts=frozenset(names))
    notes = (tr_count(len(found.rows), "{:,} respondent", "{:,} respondents"),)
    section = Section(
        id="respondents",
        title=title,
        name="respondents",
        notes=notes,
        replay=replay,
        rows=lambda: found.rows,
        grid=partial(list_grid, columns, found.rows, notes),
        text=partial(_text, found),
        record=lambda: {"title": title, "respondents": columns.records(found.rows)},
        is_noted=False,
    )
    return Document(title, Content.LIST, columns, (section,))


def _text(found: RespondentRows) -> Iterator[str]:
    """Yield each respondent as a head, and a line for each question that was answered."""
    for first, *answers in found.rows:
        yield f"{found.id_name} {first}"
        for question, answer in zip(found.questions, answers, strict=True):
            if answer:
                yield tr("  {}: {}", question.id, answer)
