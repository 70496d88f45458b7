"""A view is edited as text, saved under a name, and offered again at the next visit."""

from __future__ import annotations

import base64
import os
import shutil
import signal
import stat
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from textual.widgets import Input

from cxtui.analysis.view.view import Measure
from cxtui.analysis.view.view_options import parse_view
from cxtui.app.terminal.clipboard import (
    copy,
    osc_52,
    who_may_not_take_it,
    why_not_passed_on,
    why_not_sent,
)
from cxtui.errors import CxtuiError, ExportError
from cxtui.output import Format
from cxtui.output.files.saved_views import SavedView, read_saved, with_view, write_saved
from cxtui.session.private_files import keep, session_file, views_file
from cxtui.session.saved_view_store import Store, keep_session, last_view
from cxtui.sources.open_survey import open_survey
from cxtui.sources.standard_input import SpooledInput
from tests.app.forked import running
from tests.app.screen import app_of, exploring, press, shows, text_of
from tests.rendering import render


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def survey_file(example: Path, tmp_path: Path) -> Path:
    """The example survey in a folder of its own."""
    return Path(shutil.copy(example, tmp_path / "survey.parquet"))


# The view as text


async def test_the_view_is_a_line_to_edit(example: Path) -> None:
    """What is wrong is said while it is typed; enter goes there, and it is one step to undo."""
    async with exploring(example) as pilot:
        app = app_of(pilot)
        assert app.session.view is not None and app.session.survey is not None
        before = app.session.view
        await pilot.press("colon")
        line = app.screen.query_one(Input)
        assert line.value == str(before)
        line.value = "--question cx_map --show medium"
        await shows(pilot, "not 'medium'")
        await pilot.press("enter")
        assert app.session.view == before  # a line that asks for nothing stays open
        line.value = "--question cx_nap"
        await shows(pilot, "has no question 'cx_nap'")
        line.value = "--question 'cx_map"
        await shows(pilot, "not closed properly")
        line.value = "--question cx_map --wave all"
        await shows(pilot, "enter shows: Progress in mapping")
        await press(pilot, "enter")
        assert app.session.view == parse_view(app.session.survey, "--question cx_map --wave all")

        await pilot.press("colon", "up")
        assert app.screen.query_one(Input).value == "--question cx_map --wave all"
        await pilot.press("down")
        assert app.screen.query_one(Input).value == str(app.session.view)
        await press(pilot, "escape", "u")
        assert app.session.view == before


async def test_a_measure_that_was_walked_away_from_is_no_part_of_the_line(example: Path) -> None:
    """A mean waits for the next question that has one; line and command can be taken."""
    async with exploring(example, "--question", "delivery", "--show", "mean") as pilot:
        app = app_of(pilot)
        await press(pilot, "up")
        table = app.session.finished()
        assert app.session.view is not None and table is not None and app.session.survey is not None
        assert (app.session.view.show, table.view.show) == (Measure.MEAN, None)
        assert "--show" not in app.session.start.opened.table(table.view)
        await pilot.press("colon")
        assert parse_view(app.session.survey, app.screen.query_one(Input).value) == table.view


async def test_every_step_is_undone_and_redone(example: Path) -> None:
    """Whichever key made the step."""
    async with exploring(example) as pilot:
        app = app_of(pilot)
        await pilot.press("2")
        typed = ["colon", "space", *"--base", "space", *"all", "enter"]
        for keys in ("m", "s", "n", "a", "B", ["space"], ["c", "left", "enter"], typed, "1G"):
            first = app.session.view
            await press(pilot, *keys)
            second = app.session.view
            assert second != first
            await press(pilot, "u")
            assert app.session.view == first
            await press(pilot, "r")
            assert app.session.view == second


# Views with names


async def test_a_view_is_saved_opened_renamed_and_deleted(survey_file: Path) -> None:
    """In a file beside the survey; deleting asks twice."""
    file = survey_file.with_name("survey.views.toml")
    async with exploring(survey_file) as pilot:
        app = app_of(pilot)
        first = app.session.view
        await pilot.press("v")
        await shows(pilot, "no view has been saved yet")
        await pilot.press("s")
        app.screen.query_one("#saved-name", Input).value = "Goals [bold]"
        await pilot.press("enter")
        await shows(pilot, "saved Goals [bold] in")
        (saved,) = read_saved(file.read_text("utf-8"), "it")
        assert saved == SavedView("Goals [bold]", str(first))

        await press(pilot, "escape", "down", "v")
        await shows(pilot, "│ Goals [bold]  ")
        await press(pilot, "enter")
        assert app.session.view == first

        await pilot.press("v", "r")
        await pilot.press(*"Aims")  # typing replaces the name that was proposed
        await pilot.press("enter", "d")
        await shows(pilot, "d again deletes Aims")
        await pilot.press("d")
        await shows(pilot, "deleted Aims in")
    assert read_saved(file.read_text("utf-8"), "it") == ()


async def test_a_saved_view_of_a_missing_question_says_why_it_cannot_be_opened(
    survey_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The view is kept in the file."""
    monkeypatch.chdir(survey_file.parent)
    file = survey_file.with_name("survey.views.toml")
    file.write_text(write_saved([SavedView("Old", "--question gone")], "it"), "utf-8")
    async with exploring(Path(survey_file.name)) as pilot:
        before = app_of(pilot).session.view
        await pilot.press("v", "enter")
        assert "│ survey.parquet has no question 'gone'" in text_of(pilot)
        await pilot.press("escape")
        assert app_of(pilot).session.view == before


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[[view]\n", "is not valid TOML"),
        (b"\xff\xfe", "is not UTF-8 text"),
        (b"view = 3\n", "which is no [[view]]"),
        (b"[[table]]\n", "holds 'table'"),
        (b"[[view]]\nname = 1\nview = ''\n", "view 1: its name and its view are texts"),
        (b"[[view]]\nname = 'a'\n", "view 1 takes a name and a view"),
        (b"x = " + b"[" * 100_000, "is not valid TOML"),
    ],
)
def test_a_file_that_is_not_understood_is_not_written_over(
    content: bytes, said: str, survey_file: Path
) -> None:
    """One line says what is wrong with it; nothing in it is lost."""
    file = survey_file.with_name("survey.views.toml")
    file.write_bytes(content)
    store = Store([str(survey_file)])
    view = parse_view(open_survey(str(survey_file)), "")
    for attempt in (store.load, lambda: store.change(lambda saved: with_view(saved, "a", view))):
        with pytest.raises(CxtuiError, match=r"survey\.views\.toml") as raised:
            attempt()
        assert said in str(raised.value)
        assert "\n" not in str(raised.value)
    assert file.read_bytes() == content


def test_names_of_saved_views_are_read_back() -> None:
    """Names of any characters survive."""
    odd = [SavedView('say "no"\\', "--by 'a\x1b\x7f'"), SavedView("[[view]]", "#\n")]
    assert list(read_saved(write_saved(odd, "a\nb"), "it")) == odd


def test_views_go_to_the_users_own_folder_where_the_surveys_is_closed(
    survey_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them, those from beside the survey too; only the user can read them."""
    file = survey_file.with_name("survey.views.toml")
    file.write_text(write_saved([SavedView("Theirs", "--full")], "it"), "utf-8")
    view = parse_view(open_survey(str(survey_file)), "")

    def closed(path: Path, content: bytes, *, replace: bool) -> Path:
        raise ExportError(f"{path} could not be written: closed")

    monkeypatch.setattr("cxtui.session.saved_view_store.write_whole", closed)
    own = Store([str(survey_file)]).change(lambda saved: with_view(saved, "Mine", view))
    assert own == views_file([str(survey_file)])
    assert (mode_of(own), mode_of(own.parent)) == (0o600, 0o700)
    monkeypatch.chdir(survey_file.parent)
    saved = Store([survey_file.name]).load()  # by whatever path it is named
    assert [one.name for one in saved] == ["Theirs", "Mine"]


def test_views_of_what_came_through_standard_input_last(survey_file: Path) -> None:
    """The file that it is kept in goes with the program; the same bytes find their views again."""
    content = survey_file.read_bytes()
    first = SpooledInput(BytesIO(content))
    view = parse_view(open_survey(str(first.file)), "")
    kept = Store([str(first.file)]).change(lambda saved: with_view(saved, "Mine", view))
    assert first.file.parent not in kept.parents
    keep_session([str(first.file)], view)
    first.forget()
    again = SpooledInput(BytesIO(content))
    assert [one.name for one in Store([str(again.file)]).load()] == ["Mine"]
    assert last_view([str(again.file)], open_survey(str(again.file))) == view
    again.forget()


# The last view


async def test_the_last_view_is_offered_and_taken_by_a_key(survey_file: Path) -> None:
    """It is an offer that blocks nothing."""
    async with exploring(survey_file, "--resume") as pilot:
        assert "no previous view" in text_of(pilot)
        await press(pilot, "down")
        left = app_of(pilot).session.view
        await pilot.press("q")
    kept = session_file([str(survey_file)])
    assert (mode_of(kept), mode_of(kept.parent)) == (0o600, 0o700)
    assert kept.read_text("utf-8") == f'view = "{left}"\n'

    async with exploring(survey_file, "--fresh") as pilot:
        assert "last time:" not in text_of(pilot)
        await pilot.press("q")  # nothing was looked at: the older view is kept
    async with exploring(survey_file) as pilot:
        first = app_of(pilot).session.view
        assert "V last time: cx_map" in text_of(pilot)
        await press(pilot, "V")
        assert app_of(pilot).session.view == left
        assert "last time:" not in text_of(pilot)
        await press(pilot, "u")
        assert app_of(pilot).session.view == first
        await pilot.press("q")
    async with exploring(survey_file, "--resume") as pilot:
        assert app_of(pilot).session.view == left


@pytest.mark.parametrize("content", [b"view = '--question gone'", b"view = ", b"\xff", b"a = 1"])
def test_a_damaged_last_view_is_ignored(content: bytes, example: Path) -> None:
    """The last view is only an offer: no error is shown."""
    file = session_file([str(example)])
    keep(file, content)
    assert last_view([str(example)], open_survey(str(example))) is None


def test_a_read_only_home_keeps_no_last_view(
    example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The explorer works without it."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    survey = open_survey(str(example))
    keep_session([str(example)], parse_view(survey, ""))
    assert last_view([str(example)], survey) is None


# The clipboard


def test_a_visit_that_copies_and_is_ended_by_a_signal(survey_file: Path) -> None:
    """The table goes to the terminal in one OSC 52; the view is kept; the log has no answer."""
    survey = open_survey(str(survey_file))
    from cxtui.analysis.tables.build_table import tabulate

    view = parse_view(survey, "")
    expected = osc_52(render(tabulate(survey, view), Format.TEXT).decode())
    home = {"TMUX": "", "STY": ""}
    words = ["--debug-log", "log", survey_file.name]
    with running(words, survey_file.parent, environment=home) as terminal:
        terminal.until(lambda text: "55.9 B" in text)
        terminal.send(b"y")
        terminal.shows("the table as TSV")
        terminal.send(b"\r")
        terminal.shows("copied by OSC 52: the table as plain text")
        assert terminal.received.count(b"\x1b]52;") == 1
        assert expected.encode() in terminal.received
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.ended() == 128 + signal.SIGTERM
    assert last_view([str(survey_file)], survey) == view
    log = (survey_file.parent / "log").read_text("utf-8")
    assert (
        f"cxtui.view: view: {view.logged}: counted in" in log and "opened: 378 respondents" in log
    )
    assert "Improve business outcomes" not in log


async def test_the_table_offers_its_cell_and_its_command_line(
    example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cell only where the table has the focus; the command line prints the same view."""
    copied: list[str] = []

    def by_hand(text: str, ending: str, send: object) -> str:
        copied.append(text)
        return "by hand"

    monkeypatch.setattr("cxtui.app.terminal.clipboard.copy", by_hand)
    async with exploring(example) as pilot:
        await pilot.press("y")
        assert "the cell" not in text_of(pilot)
        await pilot.press("l")
        await shows(pilot, "copied by hand: the command line")
        await pilot.press("3", "y", "c")
        await shows(pilot, "copied by hand: the cell 55.9")
        view = app_of(pilot).session.view
        assert view is not None
        assert copied == [app_of(pilot).session.start.opened.table(view), "55.9"]
        assert copied[0].startswith(f"cxtui table {example} cx_goal --by role --where wave=2016")


@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        ({"TERM": "xterm-256color"}, None),
        ({"TERM": "tmux-256color"}, None),
        ({"TERM": "linux"}, "a terminal of kind linux has no clipboard"),
        ({"TERM": "screen", "STY": "1.pts"}, "screen passes no clipboard on"),
        ({"TERM": "screen", "TMUX": "/tmp/x,1,0"}, "tmux did not take it"),
    ],
    ids=lambda one: one.get("TERM", "") if isinstance(one, dict) else "",
)
def test_a_terminal_without_a_clipboard_is_known(
    environment: dict[str, str], reason: str | None
) -> None:
    """It says why."""
    assert why_not_sent(osc_52("a"), environment) == reason


@pytest.mark.parametrize(
    ("term", "text", "sends"),
    [("linux", "é\t1", 0), ("xterm", "x" * 60_000, 0), ("tmux", "a", 1), ("rxvt-unicode", "a", 1)],
)
def test_what_no_terminal_takes_goes_to_a_file(
    term: str, text: str, sends: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole, for the user alone; the message says where."""
    monkeypatch.setenv("TERM", term)
    sent: list[str] = []
    way = copy(text, ".tsv", sent.append)
    assert len(sent) == sends
    file = Path(way.split()[1]).expanduser()
    assert way.startswith("to ~/") and file.name == "copied.tsv"
    assert file.read_text("utf-8") == text
    assert mode_of(file) == 0o600


def test_in_a_browser_the_page_gets_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the tmux or the console in which the server of pages was started."""
    for name, value in (("TMUX", "/tmp/none,1,0"), ("STY", "1.pts"), ("TERM", "linux")):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("TEXTUAL_DRIVER", "textual.drivers.web_driver:WebDriver")
    sent: list[str] = []
    assert copy("a", ".tsv", sent.append) == "by OSC 52"
    assert sent == [osc_52("a")]


def test_a_clipboard_survives_text_that_is_no_unicode() -> None:
    """A lone surrogate, as in a file's name."""
    assert base64.b64decode(osc_52("a\udcff")[7:-1]) == b"a\xff"


@pytest.mark.parametrize(
    ("environment", "unsure"),
    [
        ({"TERM": "xterm-256color"}, ""),
        ({"TERM": "screen.xterm-256color"}, "screen.xterm-256color"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, "Terminal.app"),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7600"}, "this terminal (VTE)"),
    ],
)
def test_a_terminal_that_may_not_listen_is_named(environment: dict[str, str], unsure: str) -> None:
    """An OSC 52 has no answer: where it is in doubt the text goes to a file as well."""
    assert who_may_not_take_it(environment) == unsure


@pytest.mark.parametrize(
    ("around", "length", "why"),
    [
        ("xterm-256color", 10, ""),
        ("", 10, ""),
        ("tmux-256color", 10, "tmux-256color around it may not pass it on"),
        ("linux", 10, "a terminal of kind linux has no clipboard"),
        ("xterm-256color", 60_000, "it is too long for a terminal's clipboard"),
    ],
)
def test_what_tmux_holds_need_not_reach_the_clipboard(around: str, length: int, why: str) -> None:
    """In a tmux within another, on a console, or where it is too long; its buffer has it."""
    assert why_not_passed_on(osc_52("x" * length), around) == why


@pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")
def test_inside_tmux_the_text_goes_its_own_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To its buffer, from which it goes to the terminal; nothing is sent on the screen."""
    socket = tmp_path / "socket"
    tmux = ["tmux", "-S", str(socket), "-f", "/dev/null"]
    subprocess.run([*tmux, "new-session", "-d", "sleep 60"], check=True, timeout=20)
    try:
        monkeypatch.setenv("TMUX", f"{socket},{os.getpid()},0")
        sent: list[str] = []
        assert copy("a\tb\n", ".tsv", sent.append) == "by tmux"
        shown = subprocess.run([*tmux, "show-buffer"], check=True, capture_output=True, timeout=20)
        assert (shown.stdout, sent) == (b"a\tb\n", [])
    finally:
        subprocess.run([*tmux, "kill-server"], check=False, timeout=20)
