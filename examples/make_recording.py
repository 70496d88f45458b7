"""Record the main job from the running app: `python -m examples.make_recording [FOLDER]`.

The film is one SVG that plays by itself: each word and shape is drawn once, and the style sheet
says when it is seen. Where no motion is wanted, or a program knows none, its first scene stands.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import chdir
from dataclasses import dataclass
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from examples.make_picture import EXAMPLE, screens

RECORDING = "cxtui-recording.svg"
SIZE = 110, 28
"""Columns and lines of the terminal."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Some keys, what they are for, and how long their last screen stays."""

    keys: tuple[str, ...]
    says: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Frame:
    """A screen, the line below it, and how long both stay."""

    screen: str
    pressed: str
    says: str
    seconds: float


SCENES = (
    Scene((), "How did marketing and technology executives answer?", 5),
    Scene(("g",), "Where do they really differ?", 5),
    Scene(("enter",), "The question at the top, as a table", 4),
    Scene(("t",), "Since when?", 5),
    Scene(("escape",), "Back", 1.5),
    Scene(("f", *"c-l", "tab", "tab", "enter"), "The same without the C-level", 5),
    Scene(("e",), "Into a file, or the line that writes it again", 4),
    Scene(("enter",), "Written", 4),
)
_A_KEY = 0.6
"""Seconds that each key but the last of a scene is shown."""

_STYLE = re.compile(r"\.terminal-(r\d+) \{([^}]*)\}")
_PIECE = re.compile(
    r'<rect fill="(?P<fill>[^"]*)" (?P<ground>x="[^>]*?") shape-rendering[^>]*/>'
    r'|<(?P<tag>text|rect|circle) class="terminal-(?P<style>r\d+)" (?P<shape>[^>]*?)'
    r"(?:/>|>(?P<text>[^<]*)</text>)"
)
_WIDE, _HIGH, _MARGIN = 12.2, 24.4, 10.0
_GROUND, _PRESSED, _SAID = "#292929", "fill:#d0b344;font-weight:bold", "fill:#c5c8c6"
_STATES = "hidden", "visible"
_FOLDER = "/home/surveys"
"""As long as the name of the folder in which the film is made."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A word or shape of a screen: its element, and how it looks as declarations of CSS."""

    tag: str
    shape: str
    look: str
    text: str = ""
    is_ground: bool = False


async def recording(scenes: Sequence[Scene] = SCENES, size: tuple[int, int] = SIZE) -> str:
    """Return the film of some scenes, played one after the other without an end."""
    keys = [key for one in scenes for key in one.keys]
    with TemporaryDirectory(prefix="", dir="/tmp") as folder, chdir(folder):
        shutil.copy(EXAMPLE, folder)
        shown = [one.replace(folder, _FOLDER) async for one in screens(size, keys, EXAMPLE.name)]
    return film(list(_frames(scenes, shown)), size)


def _frames(scenes: Sequence[Scene], shown: Sequence[str]) -> Iterator[Frame]:
    screen = iter(shown)
    for scene in scenes:
        if not scene.keys:
            yield Frame(next(screen), "", scene.says, scene.seconds)
        for number in range(1, len(scene.keys) + 1):
            is_last = number == len(scene.keys)
            seconds = scene.seconds if is_last else _A_KEY
            pressed = _as_typed(scene.keys[:number])
            yield Frame(next(screen), pressed, scene.says if is_last else "", seconds)


def _as_typed(keys: Sequence[str]) -> str:
    """Return keys as a person would write them down: `f c-l tab enter`."""
    words: list[str] = []
    for key, before in zip(keys, ("", *keys), strict=False):
        if len(key) == len(before) == 1 and len(words) > 1:
            words[-1] += key
        else:
            words.append("esc" if key == "escape" else key)
    return " ".join(words)


def film(frames: Sequence[Frame], size: tuple[int, int]) -> str:
    """Return frames as one SVG, each piece drawn once for all the frames that show it."""
    wide, high = _WIDE * size[0] + 2 * _MARGIN, _HIGH * (size[1] + 1.5) + 2 * _MARGIN
    seen: dict[Piece, list[int]] = {}
    for number, frame in enumerate(frames):
        for piece in dict.fromkeys((*_pieces(frame.screen), *_below(frame, size))):
            seen.setdefault(piece, []).append(number)
    looks = {one: f"l{n}" for n, one in enumerate(dict.fromkeys(piece.look for piece in seen))}
    times = {one: f"v{n}" for n, one in enumerate(dict.fromkeys(map(tuple, seen.values())))}
    pieces = sorted(seen.items(), key=lambda item: not item[0].is_ground)
    elements = (_element(one, f"{looks[one.look]} {times[tuple(at)]}") for one, at in pieces)
    style = "\n".join(
        (
            "text{font:20px monospace;white-space:pre}",
            *(f".{name}{{{look}}}" for look, name in looks.items()),
            *_seen([one.seconds for one in frames], times),
        )
    )
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {high:.0f}">',
            f"<style>\n{style}\n</style>",
            f'<rect fill="{_GROUND}" width="{wide:.0f}" height="{high:.0f}" rx="8"/>',
            f'<g transform="translate({_MARGIN:.0f},{_MARGIN:.0f})">',
            *elements,
            "</g>\n</svg>\n",
        )
    )


def _element(piece: Piece, names: str) -> str:
    return f'<{piece.tag} class="{names}" {piece.shape}>{piece.text}</{piece.tag}>'


def _pieces(screen: str) -> Iterator[Piece]:
    """Yield what a picture is made of."""
    looks = dict(_STYLE.findall(screen))
    body = screen[screen.index('<g transform="translate(9, 41)">') :]
    for found in _PIECE.finditer(body):
        if found["fill"]:
            yield Piece("rect", found["ground"], f"fill:{found['fill']}", is_ground=True)
        else:
            look = looks[found["style"]].replace(" ", "").rstrip(";")
            yield Piece(found["tag"], found["shape"].strip(), look, found["text"] or "")


def _below(frame: Frame, size: tuple[int, int]) -> Iterator[Piece]:
    """Yield the line below the screen: the keys that were pressed, and what for."""
    y, x = _HIGH * (size[1] + 1), _WIDE
    for text, look in ((frame.pressed, _PRESSED), (frame.says, _SAID)):
        if text:
            width = _WIDE * len(text)
            shape = f'x="{x:.1f}" y="{y:.1f}" textLength="{width:.1f}"'
            yield Piece("text", shape, look, escape(text))
            x += width + 2 * _WIDE


def _seen(seconds: Sequence[float], times: dict[tuple[int, ...], str]) -> Iterator[str]:
    """Yield when each class is seen, in percent of the film; outside it, whether in frame 0."""
    starts = [sum(seconds[:n]) / sum(seconds) * 100 for n in range(len(seconds))]
    moving = {at: name for at, name in times.items() if len(at) < len(seconds)}
    names = ",".join(f".{name}" for name in moving.values())
    yield f"{names}{{animation:{sum(seconds):g}s step-end infinite}}"
    for at, name in moving.items():
        states = [n in at for n in range(len(seconds))]
        changes = [n for n in range(len(seconds)) if n == 0 or states[n] != states[n - 1]]
        steps = "".join(f"{starts[n]:.2f}%{{visibility:{_STATES[states[n]]}}}" for n in changes)
        yield f"@keyframes {name}{{{steps}}}"
        yield f".{name}{{visibility:{_STATES[0 in at]};animation-name:{name}}}"
    yield f"@media (prefers-reduced-motion:reduce){{{names}{{animation:none}}}}"


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    (target / RECORDING).write_text(asyncio.run(recording()), "utf-8")
