"""What a table of a book leaves out, and how its small columns look."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Low(StrEnum):
    """What becomes of a column whose base is too small."""

    GREY = "grey"
    BLANK = "blank"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Look:
    """What a table leaves out.

    Only the `top` largest answers stay, all for 0. `hide` are codes or labels of rows that are not
    shown, `drop_empty` leaves out answers without respondents and columns without a base. A column
    whose base is under `hide_under` respondents looks as `low` says.
    """

    top: int = 0
    hide: tuple[str, ...] = ()
    drop_empty: bool = False
    hide_under: float = 0.0
    low: Low = Low.GREY
