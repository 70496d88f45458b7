"""Filters as short chips, made to fit into a line."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING

from cxtui.messages import tr
from cxtui.survey.conditions import NO_ANSWER, AnyOf, Condition, Filter

if TYPE_CHECKING:
    from cxtui.survey.model import Codebook

_SIGNS = {"<=": "≤", ">=": "≥"}


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
