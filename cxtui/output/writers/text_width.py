"""Estimate the width of text in a proportional font, without the font: rather too wide."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from rich.cells import cell_len

from cxtui.output.drawing.fit import wrapped

_WIDTHS = {
    **dict.fromkeys("ijl|'!.,:;", 0.28),
    **dict.fromkeys('ftrI ()[]/\\-"`°', 0.36),
    **dict.fromkeys("ABCDEFGHKNOPQRSTUVXYZ&", 0.72),
    **dict.fromkeys("mMW%@w", 0.90),
    **dict.fromkeys("+−=<>~×–", 0.60),
    **dict.fromkeys("—…", 1.0),
}
"""In ems, for the widest of Helvetica and the fonts that replace it."""

_BY_CELLS = (0.0, 0.62, 1.05)
"""In ems, for other characters of no, one and two terminal cells."""

_BOLD = 1.07


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of `text` set at `size`, in its unit."""
    ems = sum(_WIDTHS.get(one) or _BY_CELLS[min(cell_len(one), 2)] for one in text)
    return ems * size * (_BOLD if bold else 1.0)


def broken(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """Return `text` in lines no wider than `width`, between words where that is possible."""
    measure = partial(width_of, size=size, bold=bold)
    return wrapped(text.split(" "), width, measure, partial(_pieces, measure=measure))


def _pieces(word: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    """Yield the parts of a word that fit in `width`, of one character at least."""
    while measure(word) > width and len(word) > 1:
        fits = next(n for n in range(1, len(word)) if measure(word[: n + 1]) > width)
        yield word[:fits]
        word = word[fits:]
    yield word
