"""The bytes that are sent turn any screen into any other, and are few."""

from __future__ import annotations

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style

from cxtui.app.terminal.driver import ON_THE_WAY, Pace
from cxtui.app.terminal.screen_cells import (
    BLANK,
    Frame,
    Look,
    blank_frame,
    cells_of,
    changes,
    in_ascii,
)
from cxtui.app.terminal.tty import is_light, wants_ascii

WIDTH, HEIGHT = 24, 4
LOOK = Look()
STYLES = ("", "bold", "dim", "red", "bold green", "reverse", "on blue", "yellow underline")
WORDS = st.text(st.sampled_from("ab 1─▇│é漢字👍  "), max_size=WIDTH)
LINES = st.lists(st.tuples(WORDS, st.sampled_from(STYLES)), max_size=4)
FRAMES = st.lists(LINES, min_size=HEIGHT, max_size=HEIGHT)

Shown = list[list[tuple[str, str, bool, bool, bool]]]


def frame_of(lines: list[list[tuple[str, str]]]) -> Frame:
    """A frame as the app makes it: what does not fit, or half does, is left out."""
    frame = blank_frame(WIDTH, HEIGHT)
    for line, parts in zip(frame, lines, strict=True):
        cells = cells_of([Segment(text, Style.parse(style)) for text, style in parts], LOOK)
        cells = cells[:WIDTH]
        if len(cells) == WIDTH and cell_len(cells[-1].text) > 1:
            cells[-1] = BLANK
        line[: len(cells)] = cells
    return frame


def shown(screen: pyte.Screen) -> Shown:
    """Everything a person can tell apart on a screen; a blank has no colour of its own."""
    lines = []
    for y in range(HEIGHT):
        cells = (screen.buffer[y][x] for x in range(WIDTH))
        lines.append(
            [
                (
                    cell.data,
                    f"{'' if cell.data == ' ' and not cell.reverse else cell.fg} {cell.bg}",
                    cell.bold and cell.data != " ",
                    cell.reverse,
                    cell.underscore,
                )
                for cell in cells
            ]
        )
    return lines


@given(FRAMES, FRAMES)
def test_any_screen_becomes_any_other(
    before: list[list[tuple[str, str]]], after: list[list[tuple[str, str]]]
) -> None:
    """The result is the same as drawn on an empty screen; equal cells are not sent."""
    old, new = frame_of(before), frame_of(after)
    changed, fresh = pyte.Screen(WIDTH, HEIGHT), pyte.Screen(WIDTH, HEIGHT)
    stream = pyte.Stream(changed)
    stream.feed(changes(None, old))
    stream.feed(changes(old, new))
    pyte.Stream(fresh).feed(changes(None, new))
    assert shown(changed) == shown(fresh)
    assert changes(new, new) == ""


def test_a_changed_digit_sends_a_digit() -> None:
    """Neither its line nor an unchanged style is sent."""
    old, new = (frame_of([[(f"Yes  {value} %", "")], [], [], []]) for value in ("41", "42"))
    assert changes(old, new) == "\x1b[1;7H2"


def test_without_colours_weight_and_reverse_stay() -> None:
    """A cursor and a heading can still be seen."""
    (cell, *_) = cells_of([Segment("x", Style.parse("bold reverse red on blue"))], Look(None))
    assert cell.pen.codes == "1;7"


def test_on_a_light_background_no_accent_is_yellow_or_cyan() -> None:
    """They cannot be read on it, with 16 colours or 256."""
    for system in (ColorSystem.STANDARD, ColorSystem.EIGHT_BIT):
        look = Look(system, on_light=True)
        pens = {
            name: cells_of([Segment("x", Style(color=name))], look)[0].pen.codes
            for name in ("red", "green", "yellow", "blue", "magenta", "cyan")
        }
        assert not {"33", "36"} & set(pens.values())
        roles = [pens[name] for name in ("cyan", "yellow", "green", "magenta")]
        assert len(set(roles)) == len(roles)


@given(st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=1))
def test_in_ascii_a_sign_keeps_its_width(sign: str) -> None:
    """Columns stay aligned whatever the sign."""
    width = cell_len(sign)
    if width:
        text = in_ascii(sign, width)
        assert text.isascii() and text.isprintable() and len(text) == width


def test_in_ascii_the_texts_of_a_survey_stay() -> None:
    """Signs are replaced, but letters never, nor a sign that the survey has; else all is ASCII."""
    shown = [Segment("│18–24 Größe 漢… █▌")]

    def text(look: Look) -> str:
        return "".join(cell.text for cell in cells_of(shown, look))

    drawn = Look(ascii_only=True, shows_text=True)
    assert text(drawn) == "|18-24 Größe 漢. ##"
    assert text(drawn._replace(kept=frozenset("–…"))) == "|18–24 Größe 漢… ##"
    assert text(Look(ascii_only=True)) == "|18-24 Grose ??. ##"


@pytest.mark.parametrize(
    ("asked", "environment", "ascii_only"),
    [
        (None, {"LANG": "C.UTF-8", "TERM": "xterm-256color"}, False),
        (None, {"TERM": "xterm-256color"}, False),
        (None, {"LANG": "C", "TERM": "xterm-256color"}, True),
        (None, {"LANG": "en_US.UTF-8", "LC_ALL": "POSIX"}, True),
        (None, {"LANG": "de_DE.utf8", "TERM": "linux"}, True),
        (False, {"LANG": "C", "TERM": "linux"}, False),
        (True, {"LANG": "C.UTF-8"}, True),
    ],
)
def test_ascii_is_chosen_by_language_and_terminal(
    asked: bool | None, environment: dict[str, str], ascii_only: bool
) -> None:
    """Unless the command line says so; a language that is not set says nothing."""
    assert wants_ascii(asked, environment) is ascii_only


def test_a_light_background_is_told_by_the_terminal_or_the_user() -> None:
    """The user wins."""
    assert is_light(None, {"COLORFGBG": "0;15"})
    assert is_light(None, {"COLORFGBG": "0;default;7"})
    assert not is_light(None, {"COLORFGBG": "15;0"})
    assert not is_light(None, {})
    assert not is_light("dark", {"COLORFGBG": "0;15"})
    assert is_light("light", {})


def test_sending_waits_for_the_terminal() -> None:
    """Nothing more is sent while too much is on the way; an answer makes room."""
    pace = Pace()
    assert pace.sent(5_000)  # the first question finds out whether there are answers
    assert pace.has_room
    pace.answered()
    assert not pace.sent(300)
    assert pace.sent(ON_THE_WAY)
    assert not pace.has_room
    pace.answered()
    assert pace.has_room


def test_a_silent_terminal_is_not_waited_for() -> None:
    """A question that was answered meanwhile is no reason to give up."""
    pace = Pace()
    pace.sent(10)
    pace.answered()
    assert pace.sent(3_000)
    assert not pace.give_up(1)
    assert not pace.has_room
    assert pace.give_up(2)
    assert pace.has_room
    assert not pace.sent(9_000)
    assert pace.has_room
