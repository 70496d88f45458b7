"""Filters as short chips, made to fit into a line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from rich.cells import cell_len

from cxtui.messages import tr
from cxtui.output.drawing.fit import ellipsis
from cxtui.survey.conditions import NO_ANSWER, AnyOf, Condition, Filter
from cxtui.survey.model import Codebook

_SIGNS = {"<=": "≤", ">=": "≥"}
_NARROWEST = 12
"""The fewest cells of a chip that is alone."""
_NARROW = 24
"""The fewest cells of one of several chips: fewer chips say more than shorter ones."""


def chips_of(codebook: Codebook, conditions: Iterable[Condition]) -> tuple[str, ...]:
    """Return a chip for each condition; the two ends of a range share one."""
    listed = list(conditions)
    chips = [chip_of(codebook, one) for one in listed]
    for place, (first, second) in enumerate(pairwise(listed)):
        if range_ := _range(first, second):
            chips[place], chips[place + 1] = range_, ""
    return tuple(filter(None, chips))


def _range(first: Condition, second: Condition) -> str:
    """Return the chip of a range, empty where the two conditions are not its ends."""
    if isinstance(first, AnyOf) or isinstance(second, AnyOf) or first.question != second.question:
        return ""
    if (first.operator, second.operator) != (">=", "<="):
        return ""
    return f"{first.question} {first.values[0]}–{second.values[0]}"


def chip_of(codebook: Codebook, one: Condition) -> str:
    """Return a condition in few words, with the labels of its categories."""
    if isinstance(one, AnyOf):
        return tr(" or ").join(chip_of(codebook, each) for each in one.alternatives)
    colon = ":" if one.operator in {"=", "!="} else ""
    return f"{one.question}{colon} {words_of(codebook, one)}"


def words_of(codebook: Codebook, one: Filter) -> str:
    """Return the values of a filter without its question, in few words."""
    if one == Filter(one.question, "!=", (NO_ANSWER,)):
        return tr("answered")
    from cxtui.analysis.tables.state_line import labels_of

    labels = tr(" or ").join(labels_of(codebook, one))
    if one.operator in {"=", "!="}:
        return labels if one.operator == "=" else tr("not {}", labels)
    return f"{_SIGNS.get(one.operator, one.operator)} {labels}"


def fitted(chips: Sequence[str], room: int) -> str:
    """Return as many chips as fit, cut where they are long, and how many more there are."""
    for shown in range(len(chips), 0, -1):
        rest = f" +{len(chips) - shown}" if shown < len(chips) else ""
        widths = [cell_len(one) + 2 for one in chips[:shown]]
        width = _fair_width(widths, room - len(rest))
        if width >= min(_NARROW if shown > 1 else _NARROWEST, max(widths)):
            return " ".join(f"[{ellipsis(one, width - 2)}]" for one in chips[:shown]) + rest
    return f"+{len(chips)}"


def _fair_width(widths: Sequence[int], room: int) -> int:
    """Return how wide a chip may be for all to fit with a blank between them."""
    room -= len(widths) - 1
    widest = max(widths)
    while widest and sum(min(one, widest) for one in widths) > room:
        widest -= 1
    return widest
