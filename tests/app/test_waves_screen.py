"""Several files in the explorer: one survey with waves, and a word while a slow one is read."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import polars as pl
import pytest

from cxtui.sources import reading_progress as progress
from cxtui.sources.reading_progress import ProgressMeter
from tests.app.screen import explorer, exploring, painted, shows, text_of


def waves(folder: Path) -> list[Path]:
    """Two waves that differ in one answer."""
    files = []
    for year, answer in ((2018, "Often"), (2019, "Very often")):
        frame = pl.DataFrame({"role": ["A", "B"] * 40, "goal": [answer, "Never"] * 40})
        files.append(folder / f"{year}.csv")
        frame.write_csv(files[-1])
    return files


async def test_two_files_are_two_waves(tmp_path: Path) -> None:
    """The latest is shown, the trend marks what was reworded."""
    first, second = waves(tmp_path)
    async with exploring(first, str(second), "--question", "goal") as pilot:
        screen = text_of(pilot)
        assert "2018.csv and 1 other" in screen
        assert "wave 2019 ·" in screen
        assert "n 80" in screen
        await pilot.press("t")
        await shows(pilot, "only in 2019; 2018 has “Often” instead: wording changed?")


async def test_reading_a_slow_file_shows_progress(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Progress takes the place of the table, and keys work meanwhile."""
    monkeypatch.setattr(progress, "LARGE", 0)
    file, _ = waves(tmp_path)
    halfway, go_on = Event(), Event()
    at = ProgressMeter.report

    def stopping(meter: ProgressMeter, done: int) -> None:
        at(meter, done // 2 if not halfway.is_set() else done)
        halfway.set()
        assert go_on.wait(30)

    monkeypatch.setattr(ProgressMeter, "report", stopping)
    app = explorer(file)
    async with app.run_test(size=(80, 24)) as pilot:
        await shows(pilot, "Reading 2018.csv … 50 %")
        await pilot.press("tab")
        assert app.movement.pane_id == "roles"
        go_on.set()
        await painted(pilot)
        assert "Never" in text_of(pilot)
