"""Bars and intervals drawn with characters, the same in table, chart and ranking."""

from __future__ import annotations

from cxtui.output.drawing.number_text import signed

NO_DIFFERENCE = "│"
"""The middle of an axis where no interval crosses it."""

_EIGHTHS = " ▏▎▍▌▋▊▉"
_IN_WHOLE_POINTS = 10
"""An axis that reaches so far has whole numbers at its ends."""


def bar_text(share: float, width: int) -> str:
    """Return a bar of a share of `width` cells, to an eighth of a cell; never none above 0."""
    eighths = round(8 * width * share) or int(share > 0)
    whole, rest = divmod(eighths, 8)
    return ("█" * whole + _EIGHTHS[rest]).rstrip()


def dot_text(value: float, low: float | None, high: float | None, width: int, reach: float) -> str:
    """Return a gap as a dot on its interval, with a bar at no difference.

    The axis is as wide as `width`, an odd number of cells, and ends at `reach` on either side.
    """
    half = width // 2

    def place(points: float) -> int:
        return max(0, min(half + round(points / reach * half), width - 1))

    cells = [" "] * width
    if low is not None and high is not None:
        for cell in range(place(low), place(high) + 1):
            cells[cell] = "─"
    cells[half] = "┼" if cells[half] == "─" else NO_DIFFERENCE
    cells[place(value)] = "●"
    return "".join(cells)


def axis_text(width: int, reach: float) -> str:
    """Return the numbers over the axis of `dot_text`: its ends, and 0 in its middle."""
    half, digits = width // 2, 0 if reach >= _IN_WHOLE_POINTS else 1
    return f"{signed(-reach, digits).ljust(half)}0{signed(reach, digits).rjust(half)}"
