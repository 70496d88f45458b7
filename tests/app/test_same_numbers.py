"""PERCENT, LOW, HIGH and LETTERS on the screen, in the CSV and in the JSON are the same numbers."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from cxtui.analysis.tables.table import Table
from cxtui.analysis.view.view_options import parse_view
from cxtui.app.panes.table_pane import Comparison
from cxtui.cli import main
from cxtui.output.drawing.cell_text import marks_text, value_text
from cxtui.sources.open_survey import open_survey
from tests.app.screen import Explored, app_of, exploring, kept, lines_of, painted
from tests.making import Respondent, made

VIEWS = (
    "--question goal --by role --weight w",
    "--question tools --by role --no-weight",
    "--question goal --by role --weight w --show mean",
    "--question channels.web --by role --weight w",
)
"""A weighted table, a multiple response, the mean of a scale, an item of a grid."""
NUMBERS = ("n", "weighted_n", "base", "effective_base", "percent", "low", "high", "mean", "min_p")


def rows() -> list[Respondent]:
    """Three hundred whose two roles differ; their weights add up to the same in any order."""
    return [
        {"role": 1 + n % 2, "goal": 1 + n % (2 + n % 2), "w": 0.75 + n % 5 / 8}
        | {"tools_1": int(n % 4 < 2), "tools_2": n % 2, "tools_3": int(n % 6 == 0)}
        | {"web": 3 - n % 3 * (n % 2), "mobile": 1}
        for n in range(300)
    ]


def printed(capture: pytest.CaptureFixture[bytes], file: Path, view: str, *options: str) -> bytes:
    """What `cxtui table` writes of a view."""
    _, question, *words = view.split()
    assert main(["table", str(file), question, *words, *options]) == 0
    return capture.readouterr().out


async def shown(pilot: Explored, file: Path, view: str) -> Table:
    """The table that the explorer holds of a view, once it is painted."""
    app_of(pilot).session.go(parse_view(open_survey(str(file)), view))
    await painted(pilot)
    table = pilot.app.query_one(Comparison).table
    assert table is not None
    return table


async def test_one_table_is_painted_and_written(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Cell by cell to the last digit, and rounded on the screen with the letters beside it."""
    file = kept(made(rows()), tmp_path)
    held: dict[str, Table] = {}
    async with exploring(file, size=(120, 40)) as pilot:
        for view in VIEWS:
            held[view] = table = await shown(pilot, file, view)
            screen = " ".join(lines_of(pilot))
            for answer in table.rows:
                for cell in answer.cells:
                    text = f"{value_text(table, answer, cell)} {marks_text(cell)}".strip()
                    assert text in screen
    capsysbinary.readouterr()
    for view, table in held.items():
        tidy = printed(capsysbinary, file, view, "--format", "csv", "--shape", "tidy").decode()
        in_csv = list(csv.DictReader(io.StringIO(tidy)))
        document = json.loads(printed(capsysbinary, file, view, "--format", "json"))
        in_json = [cell for row in document["rows"] for cell in row["cells"]]
        on_screen = [cell for row in table.rows for cell in row.cells]
        for row, entry, cell in zip(in_csv, in_json, on_screen, strict=True):
            for name in NUMBERS:
                value = getattr(cell, name)
                assert entry[name] == value, (view, name)
                assert (float(row[name]) if row[name] else None) == value, (view, name)
            for name in ("letters", "flag"):
                assert row[name] == entry[name] == getattr(cell, name), (view, name)
    letters = {cell.letters for table in held.values() for row in table.rows for cell in row.cells}
    assert letters == {"", "A", "B"}
