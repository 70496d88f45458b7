"""The sheets of a workbook: another one is chosen and read."""

from __future__ import annotations

from pathlib import Path

import xlsxwriter

from tests.app.screen import app_of, exploring, painted, shows


def workbook(file: Path) -> Path:
    """Return a workbook of respondents in two sheets; the first has more."""
    with xlsxwriter.Workbook(file) as book:
        for name, count in (("Wave (1)", 60), ("Wave 2", 40)):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["goal", "role"])
            for row in range(count):
                sheet.write_row(row + 1, 0, ["ab"[row % 2], "xy"[row // 2 % 2]])
    return file


async def test_another_sheet_is_read_in_the_same_view(tmp_path: Path) -> None:
    async with exploring(workbook(tmp_path / "waves.xlsx"), "--question", "goal") as pilot:
        session = app_of(pilot).session
        assert session.survey is not None and session.survey.respondents == 60
        assert session.survey.sheets == ("Wave (1)", "Wave 2")
        await pilot.press("H", "down", "enter")
        await shows(pilot, "read the sheet Wave 2")
        await painted(pilot)
        assert session.survey.respondents == 40
        assert session.view is not None and session.view.question == "goal"
        assert session.start.opened.table(session.view).endswith("--sheet 'Wave 2'")
        await pilot.press("R")
        await shows(pilot, "read again")
        assert session.survey.sheets == ("Wave 2", "Wave (1)")


async def test_a_file_without_sheets_says_so(example: Path) -> None:
    async with exploring(example) as pilot:
        await pilot.press("H")
        await shows(pilot, "the file has one sheet")
