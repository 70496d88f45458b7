"""A screen as cells, and the fewest bytes that turn one screen into the next.

A frame is a list of lines, a line a list of cells from left to right.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len, split_graphemes
from rich.color import Color, ColorSystem
from rich.segment import Segment
from rich.style import Style


class Pen(NamedTuple):
    """How a cell is written: the parameters of its SGR code, and whether a blank shows them."""

    codes: str = ""
    on_blanks: bool = False


class Cell(NamedTuple):
    """The text and pen of a cell; the right half of a wide character is an empty text."""

    text: str = " "
    pen: Pen = Pen()


class Look(NamedTuple):
    """What the terminal can show: its colours, `None` for none, and whether signs only in ASCII.

    `on_light` chooses colours that can be read on a light background. Where it `shows_text`, only
    the signs that this program draws are ASCII, but not the `kept` ones, which the survey has too.
    """

    colours: ColorSystem | None = ColorSystem.EIGHT_BIT
    ascii_only: bool = False
    on_light: bool = False
    shows_text: bool = False
    kept: frozenset[str] = frozenset()


Line = list[Cell]
Frame = list[Line]

PLAIN = Pen()
BLANK = Cell()
_CLEAR = "\x1b[m\x1b[2J"
_PLAIN = "\x1b[m"
_TO_END = "\x1b[K"
_FEWEST_ERASED = 4
"""Blanks at the end of a line from here on are erased, not written."""
_GAP = 8
"""Unchanged cells up to here are written again: pointing past them would cost as much."""


def blank_frame(width: int, height: int) -> Frame:
    """Return a frame of nothing."""
    return [[BLANK] * width for _ in range(height)]


def cells_of(segments: Iterable[Segment], look: Look) -> Line:
    """Return the cells that segments fill."""
    line: Line = []
    for text, style, control in segments:
        if control:
            continue
        pen = _pen(style, look) if style else PLAIN
        for part, width in _parts(text):
            shown = part if part.isascii() or not look.ascii_only else _drawn(part, width, look)
            if shown.isascii():
                line += [_cell(one, pen) for one in shown]
            else:
                line.append(_cell(shown, pen))
                line += [Cell("", pen)] * (width - 1)
    return line


def _cell(text: str, pen: Pen) -> Cell:
    """Return a cell; all blanks without a visible style are equal."""
    return BLANK if text == " " and not pen.on_blanks else Cell(text, pen)


def _parts(text: str) -> Iterator[tuple[str, int]]:
    """Yield each character with its width in cells, ASCII text as a whole."""
    if text.isascii():
        yield text, len(text)
        return
    for start, end, width in split_graphemes(text)[0]:
        if width:
            yield text[start:end], width


@lru_cache(maxsize=1024)
def _pen(style: Style, look: Look) -> Pen:
    """Return the pen of a style, in the colours that there are."""
    switched = {
        "1": style.bold,
        "2": style.dim,
        "3": style.italic,
        "4": style.underline,
        "5": style.blink,
        "7": style.reverse,
        "9": style.strike,
    }
    codes = [code for code, on in switched.items() if on]
    on_blanks = bool(style.underline or style.reverse or style.strike)
    if look.colours is not None:
        codes += _colour_codes(style.color, look, foreground=True)
        ground = _colour_codes(style.bgcolor, look, foreground=False)
        on_blanks = on_blanks or bool(ground)
        codes += ground
    return Pen(";".join(codes), on_blanks)


def _colour_codes(colour: Color | None, look: Look, *, foreground: bool) -> list[str]:
    if colour is None or colour.is_default or look.colours is None:
        return []
    if look.on_light and foreground:
        colour = _on_light(colour, look.colours)
    return list(colour.downgrade(look.colours).get_ansi_codes(foreground=foreground))


_DARKER = {1: 124, 2: 28, 3: 130, 4: 25, 5: 90, 6: 23, 9: 160, 12: 20}
_DARKER_OF_16 = {2: 12, 3: 1, 6: 4, 9: 1}
"""Darker colours, since most cannot be read on white; of 16 colours red, blue and magenta can."""


def _on_light(colour: Color, system: ColorSystem) -> Color:
    """Return a colour of the terminal's own as one that can be read on a light background."""
    darker = _DARKER_OF_16 if system is ColorSystem.STANDARD else _DARKER
    number = colour.number
    return Color.from_ansi(darker.get(number, number)) if number is not None else colour


_BRAILLE = map(chr, range(0x2801, 0x2900))
_SIGNS = {
    **dict.fromkeys(_BRAILLE, "."),
    **dict.fromkeys("╭╮╰╯┌┐└┘├┤┬┴┼", "+"),
    **dict.fromkeys("─━–—−‐‑╌", "-"),
    **dict.fromkeys("│┃╎", "|"),
    **dict.fromkeys("█▉▊▋▌▇▆▅▓", "#"),
    **dict.fromkeys("▍▎▏", ":"),
    **dict.fromkeys("▃▄▒■", "="),
    **dict.fromkeys("▁▂░", "_"),
    **dict.fromkeys("●•◆", "o"),
    **dict.fromkeys("○◇·", "."),
    **dict.fromkeys("’‘", "'"),
    **dict.fromkeys("“”„", '"'),
    **{"▲": "^", "▼": "v", "↑": "^", "↓": "v", "←": "<", "→": ">", "›": ">", "…": "."},
    **{"≡": "=", "▦": "#", "¶": "T", "≤": "<", "≥": ">", "×": "x", "Σ": "S", "²": "2", "√": "V"},
    **{"▸": ">", "▾": "v", "✓": "*", "△": "^", "▽": "v", "‹": "<", "ƒ": "f", "≠": "!", "±": "~"},
    **{"χ": "X", "Φ": "F", "Δ": "D", "δ": "d", "θ": "t", "ρ": "r", "¹": "1", "§": "$"},
    **{"₁": "1", "₂": "2", "⁻": "-", "ᵀ": "T"},
    **{"°": "o", "½": "/", "\N{NO-BREAK SPACE}": " ", "ß": "s", "æ": "a", "ø": "o", "ł": "l"},
}


DRAWN = frozenset(_SIGNS) - set("’‘“”„°½§¹ßæøłχΦΔδθρ\N{NO-BREAK SPACE}")
"""The signs that this program draws or writes itself."""


def _drawn(part: str, width: int, look: Look) -> str:
    """Return what is written for a character: a text of the survey stays where it can be shown."""
    is_text = part not in DRAWN or part in look.kept
    return part if look.shows_text and is_text else in_ascii(part, width)


@lru_cache(maxsize=4096)
def in_ascii(part: str, width: int) -> str:
    """Return the nearest ASCII text of the same width."""
    if part in _SIGNS:
        return _SIGNS[part].ljust(width)
    bare = unicodedata.normalize("NFKD", part).encode("ascii", "ignore").decode()
    if bare.isprintable() and cell_len(bare) == width:
        return bare
    return "?" * width


def changes(before: Frame | None, after: Frame) -> str:
    """Return the codes that turn the screen `before`, `None` if unknown, into `after`."""
    writer = _Writer()
    if before is None:
        writer.parts.append(_CLEAR)
        before = [[BLANK] * len(line) for line in after]
    for y, (old, new) in enumerate(zip(before, after, strict=True)):
        if old != new:
            writer.line(y, old, new)
    return writer.finished()


def pointing(x: int, y: int) -> str:
    """Return the code that puts the terminal's cursor on a cell."""
    return f"\x1b[{y + 1}{f';{x + 1}' if x else ''}H"


class _Writer:
    """Collects codes and texts, knowing where the cursor is and how it writes."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._pen = PLAIN
        self._at: tuple[int, int] | None = None

    def line(self, y: int, old: Line, new: Line) -> None:
        """Write what differs of a line, and erase the blanks behind its last text."""
        end = len(new)
        while end and new[end - 1] == BLANK:
            end -= 1
        is_erased = any(cell != BLANK for cell in old[end:])
        if not is_erased or len(new) - end < _FEWEST_ERASED:
            is_erased, end = False, len(new)
        for start, stop in _runs(old, new, end):
            self._write(y, start, new[start:stop])
        if is_erased:
            self._point(y, end)
            self._take(PLAIN)
            self.parts.append(_TO_END)

    def finished(self) -> str:
        """Return everything, ending as it began: without any style."""
        self._take(PLAIN)
        return "".join(self.parts)

    def _write(self, y: int, x: int, cells: Sequence[Cell]) -> None:
        self._point(y, x)
        for text, pen in cells:
            # A blank needs no other pen than one that leaves blanks alone.
            if pen != self._pen and (text != " " or pen.on_blanks or self._pen.on_blanks):
                self._take(pen)
            self.parts.append(text)
        self._at = (y, x + len(cells))

    def _point(self, y: int, x: int) -> None:
        if self._at == (y, x):
            return
        if self._at is not None and self._at[0] == y and x > self._at[1]:
            self.parts.append(f"\x1b[{x - self._at[1]}C")
        elif self._at is not None and x == 0 and y == self._at[0] + 1:
            self.parts.append("\r\n")
        else:
            self.parts.append(pointing(x, y))
        self._at = (y, x)

    def _take(self, pen: Pen) -> None:
        if pen == self._pen:
            return
        if not pen.codes:
            self.parts.append(_PLAIN)
        else:
            self.parts.append(f"\x1b[{'0;' if self._pen.codes else ''}{pen.codes}m")
        self._pen = pen


def _runs(old: Line, new: Line, end: int) -> Iterator[tuple[int, int]]:
    """Yield start and stop of each part before `end` that differs, close parts as one.

    A part begins and ends between whole characters.
    """
    start = stop = -1
    for x in range(end):
        if old[x] == new[x]:
            continue
        if start >= 0 and x - stop > _GAP:
            yield start, _past(new, stop)
            start = -1
        if start < 0:
            start = x
            while start and not (new[start].text and old[start].text):
                start -= 1
        stop = x + 1
    if start >= 0:
        yield start, _past(new, stop)


def _past(line: Line, stop: int) -> int:
    while stop < len(line) and not line[stop].text:
        stop += 1
    return stop
