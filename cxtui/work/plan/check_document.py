"""The check of a plan as a document: a row a table, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from cxtui.output.document import Document, Section
from cxtui.output.drawing.number_text import whole
from cxtui.output.grid import Columns
from cxtui.output.writers.registry import Content
from cxtui.work.plan.check_plan import CheckedTable, lines_of, summary_of

_NO_COLUMNS = Columns((), frozenset())


def document_of_check(checked: Sequence[CheckedTable], title: str) -> Document:
    """Return what each table of a plan would be, and whether it adds up."""
    section = Section(
        id="check",
        title=title,
        name="check",
        text=partial(_text, checked),
        record=lambda: {
            "title": title,
            "checked": list(map(_record, checked)),
            "refused": sum(bool(one.table.problem) for one in checked),
            "wrong": sum(bool(one.wrong) for one in checked),
        },
        is_noted=False,
    )
    return Document(title, Content.LIST, _NO_COLUMNS, (section,))


def _text(checked: Sequence[CheckedTable]) -> Iterator[str]:
    yield from lines_of(checked)
    yield summary_of(checked)


def _record(one: CheckedTable) -> dict[str, Any]:
    table = one.table
    named = {"number": table.number, "title": table.title, "question": table.question}
    return {
        **named,
        "banner": table.banner,
        "base": table.base,
        "n": whole(table.n),
        "columns": [column.label for column in table.columns],
        "untested": list(table.untested),
        "empty": list(one.empty),
        "wrong": list(one.wrong),
        "problem": table.problem,
    }
