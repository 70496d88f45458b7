"""Estimate how wide text is in a proportional font, without the font: rather too wide."""

from __future__ import annotations

from rich.cells import cell_len

_WIDTHS = {
    **dict.fromkeys("ijl|'!.,:;", 0.28),
    **dict.fromkeys('ftrI ()[]/\\-"`°', 0.36),
    **dict.fromkeys("ABCDEFGHKNOPQRSTUVXYZ&", 0.72),
    **dict.fromkeys("mMW%@w", 0.90),
    **dict.fromkeys("+−=<>~×–", 0.60),
    **dict.fromkeys("—…", 1.0),
}
"""In ems, of Helvetica and the fonts that replace it; the widest of them."""

_OTHER = 0.62
_WIDE = 1.05
_BOLD = 1.07


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of `text` set at `size`, in its unit."""
    ems = sum(_WIDTHS.get(one) or _ems(one) for one in text)
    return ems * size * (_BOLD if bold else 1.0)


def _ems(character: str) -> float:
    """Return the width of a letter that is not listed: of two terminal cells, or of none."""
    cells = cell_len(character)
    return _WIDE if cells > 1 else _OTHER * cells


def broken(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """Return `text` in lines no wider than `width`, between words where that is possible."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        tried = f"{line} {word}" if line else word
        if width_of(tried, size, bold=bold) <= width:
            line = tried
            continue
        if line:
            lines.append(line)
        line = word
        while len(line) > 1 and width_of(line, size, bold=bold) > width:
            cut = _cut(line, width, size, bold=bold)
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line]


def _cut(word: str, width: float, size: float, *, bold: bool) -> int:
    """Return how many characters of a word fit, one at least."""
    fits = 1
    while fits < len(word) and width_of(word[: fits + 1], size, bold=bold) <= width:
        fits += 1
    return fits
