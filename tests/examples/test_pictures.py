"""The README's pictures show the explorer as it is; `examples/make_picture.py` draws them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from examples.make_picture import PICTURES, picture

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize("name", PICTURES)
async def test_a_picture_shows_the_current_screen(name: str) -> None:
    """Words and shapes are in their places; what follows the milliseconds may differ."""
    assert settled(await picture(*PICTURES[name])) == settled((EXAMPLES / name).read_text("utf-8"))


def test_the_readme_shows_every_picture() -> None:
    """The pictures load no font."""
    readme = (EXAMPLES.parent / "README.md").read_text("utf-8")
    for name in PICTURES:
        assert f"(examples/{name})" in readme
        assert "font-face" not in (EXAMPLES / name).read_text("utf-8")


def settled(svg: str) -> list[str]:
    """Return the pieces of a picture without its last line, whose keys hang on the digits."""
    pieces = re.findall(r"<(?:text|rect|circle) [^>]*>[^<]*", svg)
    lowest = max(float(y) for y in re.findall(r'<text [^>]* y="([\d.]+)"', svg))
    return [one for one in pieces if f' y="{lowest}"' not in one]
