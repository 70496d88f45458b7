"""How numbers and labels are written, on the screen and in files."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal

MINUS = "\N{MINUS SIGN}"
EMPTY = "\N{EN DASH}"
_ANY_SIZE = Context(prec=400)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", *"＝＋－＠﹦﹢﹣﹫")


def rounded(value: float | None, digits: int = 1) -> str:
    """Return `value` rounded half away from zero on its decimal form; a dash for `None`."""
    if value is None:
        return EMPTY
    step = Decimal(1).scaleb(-digits)
    shown = Decimal(repr(value)).quantize(step, ROUND_HALF_UP, _ANY_SIZE)
    return f"{shown or abs(shown):,}".replace("-", MINUS)


def signed(value: float | None, digits: int = 1) -> str:
    """Return `value` rounded, with its sign unless it rounds to nothing."""
    if value is None:
        return EMPTY
    text = rounded(abs(value), digits)
    if not text.strip("0.,"):
        return text
    return f"{MINUS if value < 0 else '+'}{text}"


def short_p(p: float | None) -> str:
    """Return a probability in at most five cells: three decimals, without the zero before them."""
    smallest = 0.001
    return "<.001" if p is not None and p < smallest else rounded(p, 3).removeprefix("0")


def exact(value: float | None) -> str:
    """Return `value` as it is, whole numbers without a point, empty where there is none."""
    if value is None:
        return ""
    return str(int(value)) if value.is_integer() else repr(value)


def neutral(text: str) -> str:
    """Return `text` so that no spreadsheet runs it as a formula: an apostrophe goes first.

    A plain negative number is no formula; blanks before a formula keep no program from it.
    """
    if not text.startswith(_FORMULA) and not text.lstrip().startswith(_FORMULA):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text
