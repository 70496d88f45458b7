"""What a screen reader follows: the terminal's cursor on the selected line, or plain lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from cxtui.app.linear.linear_visit import LinearVisit
from cxtui.session.start import Start
from tests.app import pty

KEYS = {"down": b"\x1b[B", "right": b"\x1b[C"}


def told(example: Path, *lines: str, text: str = "") -> list[str]:
    """Return what a visit in lines says after all of these lines."""
    said: list[str] = []
    visit = LinearVisit(Start(files=(str(text or example),)), said.append)
    visit.open()
    for line in lines:
        said.clear()
        assert visit.do(line)
    return said


def at_cursor(terminal: pty.Terminal) -> str:
    """Return the text from the terminal's cursor to the end of its line."""
    cursor = terminal.screen.cursor
    return terminal.screen.display[cursor.y][cursor.x :]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_the_terminals_cursor_stands_on_what_is_selected(
    size: tuple[int, int], example: Path, tmp_path: Path
) -> None:
    """In the questions, in the table, and where the next letter goes."""
    with pty.running([str(example)], tmp_path, size=size) as terminal:
        terminal.until(lambda text: "55.9 B" in text)
        terminal.until(lambda _: at_cursor(terminal).startswith("› "))
        terminal.send(KEYS["down"])
        terminal.until(lambda text: "Just begun" in text)
        terminal.until(lambda _: "Progress in map" in at_cursor(terminal)[:40])
        terminal.send(b"3")
        terminal.until(lambda _: "Not started" in terminal.screen.display[terminal.screen.cursor.y])
        first = terminal.screen.cursor.x
        terminal.send(KEYS["right"] + KEYS["down"])
        terminal.until(lambda _: "Just begun" in terminal.screen.display[terminal.screen.cursor.y])
        assert terminal.screen.cursor.x > first
        terminal.send(b"fsen")
        terminal.until(lambda text: "seniority" in text)
        terminal.until(lambda _: terminal.screen.display[terminal.screen.cursor.y].count("sen") > 0)
        before = terminal.screen.display[terminal.screen.cursor.y][: terminal.screen.cursor.x]
        assert before.endswith("sen")


def test_a_visit_in_lines(example: Path, tmp_path: Path) -> None:
    """In a terminal that cannot be drawn on: no code is sent, each step is a few lines."""
    words = [str(example), "--linear"]
    with pty.running(words, tmp_path, size=(80, 24), environment={"TERM": "dumb"}) as terminal:
        terminal.until(lambda text: "? lists the commands" in text)
        terminal.send(b"m\n")
        terminal.until(lambda text: "Row %" in text)
        terminal.send(b"q\n")
        assert terminal.ended() == 0
        assert b"\x1b" not in terminal.received


def test_a_table_in_lines_has_no_columns_and_no_signs(example: Path) -> None:
    """The letters are words; the columns are named in each line."""
    lines = told(example)
    assert lines[0] == "CMO Digital Benchmark Study 2016 (synthetic): 378 respondents, 33 questions"
    assert "Base (n): Total 198; Marketing 127; Technology 71, small base" in lines
    assert (
        "Raise loyalty: Total 21.2; Marketing 24.4; Technology 15.5; A−B +8.9" in lines
        and "Improve business outcomes: Total 40.4; Marketing 55.9, significantly higher than "
        "Technology; Technology 12.7; A−B +43.2, significant"
        in lines
    )
    assert not any("  " in line for line in lines)


def test_the_commands_of_a_visit_in_lines(example: Path) -> None:
    """Each says what it changed before the new table, or why it cannot be."""
    assert told(example, "m")[0] == "Row % · 2 of 5"
    assert told(example, "j")[0] == "Progress in mapping the customer experience"
    assert told(example, "k") == ["there is no further question"]
    assert told(example, "/channels", "A")[0] == "answers across: Total"
    assert told(example, "b seniority")[0] == "banner: seniority"
    kept = told(example, "f role=Marketing")
    assert kept[0] == "filter: wave = 2016 and role = Marketing"
    assert told(example, "f role=Marketing", "u")[0].startswith("undone: filter:")
    assert "no question 'nonsense'" in told(example, "f nonsense=1")[0]
    assert told(example, "x") == ["'x' is no command: ? lists them"]
    shown = told(example, ": --question cx_goal --show column,count")
    assert any("Total 21.2, Counts 42" in line for line in shown)
    assert told(example, ":")[0].startswith("--question cx_goal --by role")
    assert told(example, "y")[0].startswith("cxtui table ")
    assert any(line.startswith("f CONDITION: ") for line in told(example, "?"))
    assert any(line.startswith("Letter: significantly") for line in told(example, "F"))
    assert len(told(example, "/")) == 33
