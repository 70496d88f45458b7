"""The list of questions stands, and can be searched, while a large file is read."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from textual.widgets import Input

from cxtui.analysis.view.view import Measure
from cxtui.app.explorer import Explorer
from cxtui.app.panes.questions_pane import Questions
from cxtui.app.panes.table_pane import Comparison
from cxtui.session import survey_reading
from cxtui.session.survey_reading import SurveyReader
from cxtui.sources import reading_progress
from cxtui.survey.inference import first_look
from tests.app.screen import Explored, app_of, explorer, painted, shows, until
from tests.app.test_typed import type_at_once

_HOSTILE = "b\x1b]0;title\x07[/b]"
_ANSWERS = {"wave": ["2024", "2025"], "happy": ["Yes", "No"], _HOSTILE: ["Red", "Blue"]}


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A CSV that counts as large, with three questions."""
    file = tmp_path / "large.csv"
    pl.DataFrame({name: pair * 40 for name, pair in _ANSWERS.items()}).write_csv(file)
    monkeypatch.setattr(reading_progress, "LARGE", 100)
    return file


@asynccontextmanager
async def being_read(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Explored, Callable[[], None]]]:
    """Open the explorer on a file whose reading waits until it is let go on."""
    may_read, read = threading.Event(), survey_reading.read_survey

    def waiting(*given: Any, **more: Any) -> Any:
        assert may_read.wait(30)
        return read(*given, **more)

    monkeypatch.setattr(survey_reading, "read_survey", waiting)
    async with waited_for(file, may_read, lambda app: app.query_one(Questions).length > 0) as pilot:
        yield pilot, may_read.set


@asynccontextmanager
async def waited_for(
    file: Path, may_go_on: threading.Event, stands: Callable[[Explorer], bool]
) -> AsyncIterator[Explored]:
    """Open the explorer, and wait until something stands; let the reading go on at the end."""
    app = explorer(file)
    async with app.run_test(size=(120, 30)) as pilot:
        await until(pilot, lambda: stands(app))
        try:
            yield pilot
        finally:
            may_go_on.set()
            app.exit()


async def test_columns_are_listed_and_moved_through(
    large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The question of the column under the cursor has the first table; its name is made safe."""
    async with being_read(large, monkeypatch) as (pilot, go_on):
        await shows(pilot, "happy")
        await shows(pilot, "b␛]0;title␇[/b]")
        type_at_once(pilot, "j")
        await until(pilot, lambda: app_of(pilot).query_one(Questions).cursor == 1)
        assert app_of(pilot).session.view is None
        go_on()
        await painted(pilot)
        view = app_of(pilot).session.view
        assert view is not None and view.question == "happy"


async def test_without_a_move_the_first_view_is_the_usual_one(
    large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list alone chooses nothing."""
    async with being_read(large, monkeypatch) as (pilot, go_on):
        go_on()
        await painted(pilot)
        ready = app_of(pilot).session.ready
        assert ready is not None and ready.view == ready.first


async def test_a_search_goes_on_when_the_survey_stands(
    large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Letters narrow the columns, `q` among them; then the questions, which answers match too."""
    async with being_read(large, monkeypatch) as (pilot, go_on):
        line = pilot.app.query_one("#search", Input)
        questions = app_of(pilot).query_one(Questions)
        type_at_once(pilot, "/hapq")
        await until(pilot, lambda: line.value == "hapq")
        await pilot.press("backspace")
        await until(pilot, lambda: questions.length == 1)
        go_on()
        await painted(pilot)
        view = app_of(pilot).session.view
        assert view is not None and view.question == "happy"
        assert line.value == "hap" and line.has_class("open") and questions.length == 1


async def test_escape_leaves_the_search_of_columns(
    large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All columns are listed again, and none is chosen."""
    async with being_read(large, monkeypatch) as (pilot, go_on):
        line = pilot.app.query_one("#search", Input)
        questions = app_of(pilot).query_one(Questions)
        type_at_once(pilot, "/happy")
        await until(pilot, lambda: questions.length == 1)
        type_at_once(pilot, "escape")
        await until(pilot, lambda: questions.length == len(_ANSWERS) and not line.value)
        go_on()
        await painted(pilot)
        ready = app_of(pilot).session.ready
        assert ready is not None and ready.view == ready.first


async def test_keys_for_the_table_wait_and_those_after_them(
    large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`m` is for the table, so that `j` after it does not move before."""
    async with being_read(large, monkeypatch) as (pilot, go_on):
        questions = app_of(pilot).query_one(Questions)
        type_at_once(pilot, "jmj")
        await until(pilot, lambda: questions.cursor == 1)
        await pilot.pause()
        assert questions.cursor == 1
        go_on()
        await until(pilot, lambda: questions.cursor == len(_ANSWERS) - 1)
        view = app_of(pilot).session.view
        assert view is not None and view.show is Measure.ROW


async def test_q_quits_at_once(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No key waits longer than for what is open."""
    async with being_read(large, monkeypatch) as (pilot, _):
        type_at_once(pilot, "mq")
        await until(pilot, lambda: not pilot.app.is_running)


@asynccontextmanager
async def being_described(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Explored, Callable[[], None]]]:
    """Open the explorer on a file of which the other columns wait behind its first table."""
    monkeypatch.setattr(first_look, "_WORTH", 0)
    monkeypatch.setattr(first_look, "_SOME", 40)
    monkeypatch.setattr(first_look, "_MANY_TEXTS", 20)
    monkeypatch.setattr(reading_progress, "LARGE", 100)
    may_go_on, show = threading.Event(), SurveyReader._show

    def waiting(*given: Any) -> None:
        show(*given)
        assert may_go_on.wait(30)

    monkeypatch.setattr(SurveyReader, "_show", waiting)
    columns = {
        "why": [f"because of {one}" for one in range(400)],
        "goal": ["High", "Low"] * 200,
        "role": ["Marketing", "Marketing", "Technology", "Technology"] * 100,
        "used": [f"tool {one % 30};tool {one % 7}" for one in range(400)],
        "wanted": [f"tool {one % 40};tool {one % 9}" for one in range(400)],
    }
    file = folder / "lists.csv"
    pl.DataFrame(columns).write_csv(file)
    async with waited_for(
        file, may_go_on, lambda app: app.query_one(Comparison).table is not None
    ) as pilot:
        yield pilot, may_go_on.set


async def test_the_first_table_stands_before_all_columns_are_described(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Columns show what they are; the list moves, and what is chosen comes behind it."""
    async with being_described(tmp_path, monkeypatch) as (pilot, go_on):
        app = app_of(pilot)
        assert app.session.view is None
        for words in ("Base (n)", "Technology", "¶why", "› goal", "│  used"):
            await shows(pilot, words)
        await pilot.press("m")  # which has to wait
        await pilot.pause()
        assert app.session.view is None
        go_on()
        await painted(pilot)
        await until(pilot, lambda: app.session.view is not None)
        view = app.session.view
        assert view is not None and (view.question, view.show) == ("goal", Measure.ROW)


async def test_a_column_chosen_behind_the_first_table_is_shown_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cursor stands on the question of the first table, and goes on from there."""
    async with being_described(tmp_path, monkeypatch) as (pilot, go_on):
        questions = app_of(pilot).query_one(Questions)
        await until(pilot, lambda: questions.cursor == 1)
        type_at_once(pilot, "k")
        await until(pilot, lambda: questions.cursor == 0)
        go_on()
        await painted(pilot)
        view = app_of(pilot).session.view
        assert view is not None and view.question == "why"


async def test_q_quits_behind_the_first_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it does everywhere."""
    async with being_described(tmp_path, monkeypatch) as (pilot, _):
        await pilot.press("q")
        await until(pilot, lambda: not pilot.app.is_running)
