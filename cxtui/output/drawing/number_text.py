"""Numbers as text, on the screen and in files."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from cxtui.messages import tr
from cxtui.number_signs import localized

MINUS = "\N{MINUS SIGN}"
EMPTY = "\N{EN DASH}"
HIDDEN = "\N{MIDDLE DOT}"
"""A number that is hidden for the protection of respondents."""
_ANY_SIZE = Context(prec=400)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", *"＝＋－＠﹦﹢﹣﹫")

_SEPARATORS = re.compile(r"([;,|])")
_BEFORE = ' "\t\r\n\u00a0\u3000'
"""Signs before a formula that a spreadsheet takes away: blanks, and quotes of a split cell."""


def rounded(value: float | None, digits: int = 1) -> str:
    """Return `value` rounded half away from zero on its decimal form; a dash for `None`."""
    return EMPTY if value is None else localized(_rounded(value, digits))


def _rounded(value: float, digits: int) -> str:
    """Return `value` rounded, in English signs."""
    step = Decimal(1).scaleb(-digits)
    shown = Decimal(repr(value)).quantize(step, ROUND_HALF_UP, _ANY_SIZE)
    return f"{shown or abs(shown):,}".replace("-", MINUS)


def signed(value: float | None, digits: int = 1) -> str:
    """Return `value` rounded, with its sign unless it rounds to 0; a dash for `None`."""
    if value is None:
        return EMPTY
    text = _rounded(abs(value), digits)
    sign = (MINUS if value < 0 else "+") if text.strip("0.,") else ""
    return f"{sign}{localized(text)}"


def interval_text(low: float | None, high: float | None, digits: int = 1) -> str:
    """Return the two ends of an interval of differences."""
    return tr("{} to {}", signed(low, digits), signed(high, digits))


def short_p(p: float | None) -> str:
    """Return a probability in at most five cells: three decimals, without the zero before them."""
    smallest = 0.001
    return localized("<.001") if p is not None and p < smallest else rounded(p, 3).removeprefix("0")


def exact(value: float | None) -> str:
    """Return `value` unrounded, whole numbers without a point; empty for `None`."""
    return "" if value is None else repr(whole(value))


def neutral(text: str) -> str:
    """Return `text` after an apostrophe where a spreadsheet would run it as a formula.

    A spreadsheet of another locale may split a cell at another separator, so that each part is
    looked at. A negative number is no formula. Some programs run a formula that follows blanks.
    """
    if text.isalnum():
        return text
    return "".join(map(_neutral_part, _SEPARATORS.split(text)))


def _neutral_part(part: str) -> str:
    bare = part.lstrip(_BEFORE)
    if not (part.startswith(_FORMULA) or bare.startswith(_FORMULA)):
        return part
    try:
        float(part)
    except ValueError:
        return f"'{part}"
    return part


def whole(value: Any) -> Any:
    """Return a whole number as an integer, any other value as it is."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def p_text(p: float | None) -> str:
    """Return a p with four decimals, or in powers of ten where these are all 0."""
    smallest = 0.0001
    if p is None:
        return EMPTY
    if 0 < p < smallest:
        return localized(f"{p:.1e}").replace("-", MINUS)
    return rounded(p, 4).removeprefix("0") if p < 1 else "1"


def number_text(value: float | None, digits: int = 1) -> str:
    """Return a number rounded, with a minus sign where it is negative."""
    return signed(value, digits).removeprefix("+")


def size_text(base: float) -> str:
    """Return a base, with one decimal where it is not whole."""
    return rounded(base, 0 if math.isclose(base, round(base), abs_tol=1e-6) else 1)
