"""The export screen: content, format and name, and the command line that prints the same."""

from __future__ import annotations

import io
import os
import shlex
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from textual.widgets import Input

from cxtui.analysis.query.cube_cache import CubeCache
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.build_trend import trend
from cxtui.analysis.view.view_options import parse_view
from cxtui.app.screens.take_out.export_choices import (
    Choice,
    Progress,
    of_saved,
    of_table,
    of_trend,
    stem_of,
)
from cxtui.app.screens.take_out.export_screen import Export
from cxtui.app.terminal.fetching import fetch_command
from cxtui.cli import main
from cxtui.errors import ExportError
from cxtui.output import Content, Format, Shape
from cxtui.output.document import Document, Section
from cxtui.output.grid import Columns
from cxtui.output.replay import Opened
from cxtui.sources.open_survey import open_survey
from tests.app.screen import (
    Explored,
    app_of,
    exploring,
    painted,
    press,
    shows,
    until,
    whole_lines_of,
)
from tests.rendering import list_trend


def cells(file: Path) -> list[object]:
    book = CalamineWorkbook.from_path(file)
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


async def chosen(pilot: Explored, name: str) -> None:
    """Type a name in place of the one proposed."""
    pilot.app.screen.query_one(Input).value = name
    await pilot.pause()


@pytest.mark.parametrize("ending", [".html", ".xlsx"])
async def test_the_command_on_the_screen_prints_the_same_file(
    ending: str, example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the byte; of a workbook to the cell. The arrows turn the format, and the name with it."""
    (tmp_path / "a survey.parquet").symlink_to(example)
    monkeypatch.chdir(tmp_path)
    async with exploring(Path("a survey.parquet"), size=(130, 40)) as pilot:
        await press(pilot, "down", "s")
        await pilot.press("e", "down", "down")
        for _ in range(9):
            if pilot.app.screen.query_one(Input).value.endswith(ending):
                break
            await pilot.press("right")
        file = tmp_path / f"a-survey-cx_map{ending}"
        await shows(pilot, f"{file.name}")
        assert isinstance(pilot.app.screen, Export)
        words = shlex.split(pilot.app.screen._command())[1:]
        await pilot.press("enter")
        await shows(pilot, "wrote ")
    assert words[-2:] == ["-o", file.name]
    assert main([*words[:-1], f"again{ending}"]) == 0
    if ending == ".xlsx":
        assert cells(file) == cells(tmp_path / "again.xlsx")
    else:
        assert file.read_bytes() == (tmp_path / f"again{ending}").read_bytes()


async def test_all_questions_are_one_workbook(
    example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked as the table on the screen asks; the same as `cxtui table --all` writes."""
    monkeypatch.chdir(tmp_path)
    async with exploring(example) as pilot:
        await press(pilot, "m")
        await pilot.press("E")
        await shows(pilot, "‹ all 33 questions ›")
        assert isinstance(pilot.app.screen, Export)
        words = shlex.split(pilot.app.screen._command())[1:]
        await pilot.press("enter")
        await shows(pilot, "wrote ")
    file = tmp_path / "cmo-benchmark-2016-tables.xlsx"
    book = CalamineWorkbook.from_path(file)
    assert len(book.sheet_names) == 1 + 33
    assert main([*words[:-1], "again.xlsx"]) == 0
    assert cells(file) == cells(tmp_path / "again.xlsx")
    assert "--all" in words and "row" in words


def slow(gate: threading.Event, told: threading.Event) -> Choice:
    """Return a choice that makes one of three tables, then waits."""

    def made(progress: Progress) -> Document:
        assert progress(1, 3)
        told.set()
        assert gate.wait(30)
        if not progress(2, 3):
            from cxtui.errors import Cancelled

            raise Cancelled("stopped")
        return whole(progress)

    return Choice("slow", "slow", Content.LIST, made, lambda _: "")


def whole(_: Progress) -> Document:
    """Return a list of one column and no rows."""
    section = Section(id="whole", name="whole", title="Whole")
    return Document("Whole", Content.LIST, Columns(("whole",), frozenset()), (section,))


async def test_a_long_export_shows_progress_and_can_be_cancelled(
    example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The screen stays alive; what was cancelled leaves no file."""
    monkeypatch.chdir(tmp_path)
    gate, told = threading.Event(), threading.Event()
    async with exploring(example) as pilot:
        pilot.app.push_screen(Export([slow(gate, told)], str(example)))
        await pilot.pause()
        await pilot.press("enter")
        await until(pilot, told.is_set)
        await shows(pilot, "1 of 3 tables · esc cancels")
        await pilot.press("escape")
        await shows(pilot, "cancelled, nothing was written")
        gate.set()
        await painted(pilot)
        assert list(tmp_path.iterdir()) == []
        await pilot.press("enter")
        await until(pilot, (tmp_path / "slow.csv").exists)
    assert (tmp_path / "slow.csv").read_bytes() == b"whole\n"


def instant() -> Choice:
    """Return a choice that is made at once."""
    return Choice("quick", "quick", Content.LIST, whole, lambda _: "")


class Held:
    """Holds a function that takes a path in `folder` first, until it is `released`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.begun, self.released = threading.Event(), threading.Event()

    def call(self, function: Callable[..., object]) -> Callable[..., object]:
        """Return the function to put in the place of one."""

        def held(path: Path, *rest: object) -> object:
            if path.parent == self.folder:
                self.begun.set()
                assert self.released.wait(30)
            return function(path, *rest)

        return held


async def test_esc_before_the_file_has_its_name_leaves_no_file(
    example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file that is half written by then, under another name, goes again."""
    monkeypatch.chdir(tmp_path)
    held = Held(tmp_path)
    monkeypatch.setattr(Path, "write_bytes", held.call(Path.write_bytes))
    async with exploring(example) as pilot:
        pilot.app.push_screen(Export([instant()], str(example)))
        await pilot.pause()
        await pilot.press("enter")
        await until(pilot, held.begun.is_set)
        await pilot.press("escape")
        await shows(pilot, "cancelled, nothing was written")
        held.released.set()
        await until(pilot, lambda: not list(tmp_path.iterdir()))
        await painted(pilot)
    assert list(tmp_path.iterdir()) == []


async def test_esc_once_the_file_has_its_name_says_that_it_is_there(
    example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It can no longer be stopped: the screen says what was written, not that nothing was."""
    monkeypatch.chdir(tmp_path)
    held = Held(tmp_path)
    monkeypatch.setattr(os, "link", held.call(os.link))
    async with exploring(example) as pilot:
        screen = Export([instant()], str(example))
        pilot.app.push_screen(screen, lambda said: app_of(pilot).say(said or ""))
        await pilot.pause()
        await pilot.press("enter")
        await until(pilot, held.begun.is_set)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, Export)
        held.released.set()
        await shows(pilot, f"wrote {tmp_path / 'quick.csv'}"[:60])
    assert (tmp_path / "quick.csv").read_bytes() == b"whole\n"


async def test_the_name_leads_and_the_lines_follow(
    example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A typed ending shows its format; a typed name keeps its folder and stem."""
    monkeypatch.chdir(tmp_path)
    async with exploring(example) as pilot:
        await pilot.press("e", "down", "right", "up")
        line = pilot.app.screen.query_one(Input)
        assert line.value == "cmo-benchmark-2016-tables.xlsx"
        await pilot.press("down", "left", "up", "ctrl+u")
        assert line.value == ""  # the cursor is at the end of whatever name is proposed
        await chosen(pilot, "reports/mine.html")
        await shows(pilot, "‹ html ›")
        await pilot.press("down", "down", "right")
        assert line.value == "reports/mine.xlsx"
        await shows(pilot, "‹ xlsx ›")
        await pilot.press("up", "right")
        await shows(pilot, "‹ all 33 questions ›")
        assert line.value == "reports/mine.xlsx"
        await chosen(pilot, "mine.csv")
        await shows(pilot, "‹ tidy ›")
        await chosen(pilot, "mine.svg")
        await pilot.press("enter")
        await shows(pilot, "a picture holds one table")
        await chosen(pilot, "mine.doc")
        await shows(pilot, "‹ ? ›")
        await pilot.press("down", "right")
        assert line.value == "mine.txt"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("key", "done", "stem"),
    [("g", "enter table", "gaps"), ("t", "e export", "cx_goal-trend")],
)
async def test_a_ranking_and_a_trend_are_exported_where_they_are_seen(
    key: str, done: str, stem: str, example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the columns of their lists; the ranking is what `cxtui gaps` prints."""
    monkeypatch.chdir(tmp_path)
    async with exploring(example) as pilot:
        await press(pilot, key)
        await shows(pilot, done)
        await pilot.press("e")
        await shows(pilot, f"{stem}.csv")
        await pilot.press("enter")
        await shows(pilot, "wrote ")
    content = (tmp_path / f"cmo-benchmark-2016-{stem}.csv").read_bytes()
    assert content.startswith(b"question,row_code,row,")
    if key == "g":
        assert main(["gaps", str(example), "-o", "again.csv"]) == 0
        assert content == (tmp_path / "again.csv").read_bytes()


async def test_saved_views_are_a_choice_where_there_are_any(
    example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each a sheet under its name."""
    monkeypatch.chdir(tmp_path)
    async with exploring(example) as pilot:
        app = app_of(pilot)
        view, survey = app.session.view, app.session.survey
        assert view is not None and survey is not None
        named = [("Goals: all", view), ("Owners", view.with_question("cx_owner"))]
        monkeypatch.setattr(app.session, "saved_views", lambda: named)
        await pilot.press("E", "down", "right")
        await shows(pilot, "‹ 2 saved views ›")
    choice = of_saved(survey, named, Opened(("s.parquet",)), CubeCache(survey))
    content = choice.render(Format.XLSX, Shape.WIDE, lambda _, __: True)
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names == ["Contents", "Goals_ all", "Owners"]
    assert book.get_sheet_by_name("Owners").to_python()[1][0] == (
        "Owners · cx_owner · Column % · base: answering · unweighted · wave = 2016 · 95% Holm"
    )
    for format_, heading in ((Format.MARKDOWN, "## Owners: Who owns"), (Format.TEXT, "Owners")):
        content = choice.render(format_, Shape.WIDE, lambda _, __: True)
        assert any(line.startswith(heading) for line in content.decode().splitlines())
    contents = book.get_sheet_by_name("Contents").to_python()
    assert [row[0] for row in contents[3:]] == ["Goals: all", "Owners"]


def test_a_proposed_name_is_one_that_a_file_can_have() -> None:
    """Questions are called after columns, whose names may be whole sentences of any script."""
    assert stem_of(Opened(("~/s/survey 1.csv",)), "tools.CRM/CDP?") == "survey-1-tools.CRM-CDP"
    long = stem_of(Opened(("é" * 120 + ".csv",)), "問" * 200)
    assert (len(long.encode()) < 250, long[:2], long[-1]) == (True, "éé", "問")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("x" * 300 + ".csv", "File name too long"),
        ("gone/x.csv", "No such file or directory"),
        ("a.csv/b.csv", "Not a directory"),
    ],
)
def test_a_name_that_no_file_can_have_is_one_line(
    name: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cxtui.output.files.write_file import write_whole

    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").touch()
    for replace in (False, True):
        with pytest.raises(ExportError, match=says):
            write_whole(Path(name), b"table", replace=replace)
    assert [one.name for one in tmp_path.iterdir()] == ["a.csv"]


def test_a_format_without_charts_is_written_as_usual(example: Path) -> None:
    """A chart on the screen is proposed as one; of a format chosen instead, no shape is asked."""
    survey = open_survey(str(example))
    opened = Opened((str(example),))
    found = trend(survey, parse_view(survey, "--question cx_goal --wave all"), "wave")
    table = tabulate(survey, parse_view(survey, "--question cx_goal"))
    of_both = [of_trend(found, opened, charted=True), of_table(table, opened, charted=True)]
    for choice in of_both:
        assert (choice.format_, choice.shape) == (Format.SVG, Shape.CHART)
        assert choice.render(Format.SVG, Shape.CHART, lambda *_: True).startswith(b"<svg")
        assert choice.render(Format.JSON, Shape.CHART, lambda *_: True).startswith(b"{")
    listed = of_both[0].render(Format.CSV, Shape.CHART, lambda *_: True)
    assert listed == list_trend(found, Format.CSV)


async def test_the_next_export_is_proposed_as_the_last_one(
    example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its format and its folder, in the next visit too; not where the folder has gone."""
    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path)
    async with exploring(example) as pilot:
        await press(pilot, "e")
        await chosen(pilot, "out/first.html")
        await press(pilot, "enter")
        await shows(pilot, "out/first.html")
        await until(pilot, (tmp_path / "out" / "first.html").is_file)
    async with exploring(example) as pilot:
        await press(pilot, "e")
        name = pilot.app.screen.query_one(Input).value
        assert name == str(tmp_path / "out" / "cmo-benchmark-2016-cx_goal.html")
        (tmp_path / "out" / "first.html").unlink()
        (tmp_path / "out").rmdir()
        await press(pilot, "escape", "e")
        assert pilot.app.screen.query_one(Input).value == "cmo-benchmark-2016-cx_goal.html"
        await press(pilot, "escape", "E")
        assert pilot.app.screen.query_one(Input).value == "cmo-benchmark-2016-tables.xlsx"


async def test_a_file_written_on_a_remote_machine_can_be_fetched(
    example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line for the person's own machine names user, address, port and the whole path."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.7 50022 198.51.100.3 2222")
    monkeypatch.setattr("getpass.getuser", lambda: "ana")
    async with exploring(example, size=(200, 30)) as pilot:
        await press(pilot, "e")
        await chosen(pilot, "board table.csv")
        await press(pilot, "enter")
        await shows(pilot, f"scp -P 2222 'ana@198.51.100.3:{tmp_path}/board table.csv' .")


@pytest.mark.parametrize(
    ("connection", "command"),
    [
        ("", ""),
        ("nonsense", ""),
        ("::1 50022 fe80::1 22", "scp 'ana@[fe80::1]:/srv/x.csv' ."),
        ("192.0.2.7 50022 198.51.100.3 22", "scp ana@198.51.100.3:/srv/x.csv ."),
    ],
)
def test_the_line_that_fetches_a_file(
    connection: str, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None without a connection; an address of version 6 stands in brackets."""
    monkeypatch.setattr("getpass.getuser", lambda: "ana")
    assert fetch_command(Path("/srv/x.csv"), {"SSH_CONNECTION": connection}) == command


async def test_a_long_path_keeps_its_name_in_the_status_line(
    example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is cut inside: where it begins and what the file is called stay in sight."""
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    folder = tmp_path / "a-folder-of-a-long-name" / "and-one-more-below-it-that-is-long"
    folder.mkdir(parents=True)
    async with exploring(example, size=(80, 24)) as pilot:
        await press(pilot, "e")
        await chosen(pilot, str(folder / "goals.csv"))
        await pilot.press("enter")
        await shows(pilot, "goals.csv")
        last = whole_lines_of(pilot)[-1]
    assert last.startswith(" wrote /") and "…" in last and "goals.csv" in last


async def test_an_ending_is_typed_behind_the_proposed_name(
    example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its first letters choose the format; letters that begin none are part of the name."""
    monkeypatch.chdir(tmp_path)
    async with exploring(example, size=(120, 40)) as pilot:
        await pilot.press("e")
        for keys, name in (("x", ".xlsx"), ("l", ".xlsx"), ("q", ".xlsxq")):
            await pilot.press(keys)
            await pilot.pause()
            assert pilot.app.screen.query_one(Input).value.endswith(f"cx_goal{name}")
        await pilot.press("backspace", "m", "d")
        await pilot.pause()
        assert pilot.app.screen.query_one(Input).value.endswith("cx_goal.md")
