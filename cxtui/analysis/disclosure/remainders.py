"""Filters that leave too few respondents inside or outside: the difference to all shows them."""

from __future__ import annotations

from cxtui.errors import ViewError


def remainder_too_small(shown: float, whole: float, least: int) -> bool:
    """Return whether a filter leaves 1 … least − 1 respondents outside it.

    `shown` are the respondents it keeps, `whole` those without it, unweighted. Whoever sees both
    tables can subtract one from the other.
    """
    return 0 < whole - shown < least


def require_enough(shown: float, whole: float, least: int, filters: str) -> None:
    """Raise `ViewError` if filters, named by their text, keep or leave out too few respondents.

    Arguments are as of `remainder_too_small`; no respondents at all are none to protect.
    """
    if 0 < shown < least:
        raise ViewError(
            "{} keeps fewer than {} respondents, who are not shown; remove the filter",
            filters,
            least,
        )
    if remainder_too_small(shown, whole, least):
        raise ViewError(
            "{} leaves out fewer than {} respondents, who could be told by the difference; "
            "remove the filter or leave out more",
            filters,
            least,
        )
