"""The README's film shows the explorer as it is; `examples/make_recording.py` records it."""

from __future__ import annotations

import re
from itertools import accumulate

from examples.make_picture import screens
from examples.make_recording import RECORDING, SCENES, Frame, film, recording
from tests.examples.test_pictures import EXAMPLES

_WORD = re.compile(r'<text class="l\d+ (v\d+)" [^>]*>([^<]*)<')
_STEPS = re.compile(r"@keyframes (v\d+)\{((?:[\d.]+%\{visibility:\w+\})+)\}")
_STEP = re.compile(r"([\d.]+)%\{visibility:(\w+)\}")


async def test_the_film_shows_the_current_screens() -> None:
    """But for the line of keys, which hangs on the digits of the milliseconds."""
    now, kept = await recording(), (EXAMPLES / RECORDING).read_text("utf-8")
    assert settled(now) == settled(kept)


def test_the_readme_shows_the_film() -> None:
    assert f"(examples/{RECORDING})" in (EXAMPLES.parent / "README.md").read_text("utf-8")


async def test_each_frame_is_what_was_on_the_screen() -> None:
    """At any time the words that the style sheet shows are those of that frame, and no other."""
    size = 80, 24
    shown = [one async for one in screens(size, ["g", "escape", "t"])]
    frames = [Frame(one, f"key {n}", "says", n + 1.0) for n, one in enumerate(shown)]
    whole = film(frames, size)
    total = sum(one.seconds for one in frames)
    for frame, end in zip(frames, accumulate(one.seconds for one in frames), strict=True):
        at = 100 * (end - 0.5) / total
        assert words_at(whole, at) == words_at(film([frame], size), 0)


async def test_a_film_that_stands_shows_its_first_frame() -> None:
    """Where no motion is wanted, and in programs that know none."""
    film_of_all = (EXAMPLES / RECORDING).read_text("utf-8")
    hidden = set(re.findall(r"\.(v\d+)\{visibility:hidden", film_of_all))
    standing = [word for name, word in _WORD.findall(film_of_all) if name not in hidden]
    assert sorted(standing) == words_at(film_of_all, 0)
    assert SCENES[0].says in standing


def words_at(film_of: str, percent: float) -> list[str]:
    """Return the words that are seen at a time of the film."""
    states = {}
    for name, steps in _STEPS.findall(film_of):
        past = [state for start, state in _STEP.findall(steps) if float(start) <= percent]
        states[name] = past[-1]
    seen = [text for name, text in _WORD.findall(film_of) if states.get(name) != "hidden"]
    return sorted(seen)


def settled(svg: str) -> list[str]:
    """Return the words of a film and where they stand, without the lowest line of its screens."""
    words = re.findall(r'<text class="(l\d+) [^"]*" x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)<', svg)
    lowest = sorted({float(y) for _, _, y, _ in words})[-2]
    return sorted(text for _, _, y, text in words if float(y) != lowest)
