"""The workbook inside a chart, as "Edit data" opens it: text stays text, the same bytes always."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

from cxtui.output.deck.slide import Series
from cxtui.output.drawing.number_text import neutral

NEVER = {
    "in_memory": True,
    **dict.fromkeys(("strings_to_numbers", "strings_to_formulas", "strings_to_urls"), False),
}
"""Options of a workbook in which no text becomes a number, a formula or a link."""

MADE = datetime(2000, 1, 1)
"""When all our files were made, so that the same numbers are the same bytes."""


def chart_workbook(categories: Sequence[str], series: Sequence[Series]) -> bytes:
    """Return a workbook with the categories in column A and a series in each further column."""
    import xlsxwriter

    content = io.BytesIO()
    workbook = xlsxwriter.Workbook(content, NEVER)
    workbook.set_properties({"created": MADE})
    sheet = workbook.add_worksheet("Sheet1")
    quoted = workbook.add_format({"quote_prefix": True})

    def write(line: int, column: int, text: str) -> None:
        sheet.write_string(line, column, text, None if neutral(text) == text else quoted)

    for line, label in enumerate(categories, 1):
        write(line, 0, label)
    for column, one in enumerate(series, 1):
        write(0, column, one.name)
        for line, number in enumerate(one.numbers, 1):
            if number is not None:
                sheet.write_number(line, column, number)
    workbook.close()
    return content.getvalue()
