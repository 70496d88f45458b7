"""Questions of which only some steps of their neighbours' scale were chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cxtui.messages import tr
from cxtui.survey.inference.column_values import Description
from cxtui.survey.question import Category, Kind

_FEWEST_STEPS, _FEWEST_CHOSEN = 4, 2


def find_partial_scales(
    names: Sequence[str], found: Mapping[str, Description]
) -> dict[str, Description]:
    """Return the columns whose answers are steps of the worded scale beside them, as scales.

    `names` are in the order of the file. Numbers without words may as well be codes.
    """
    partial: dict[str, Description] = {}
    for order in (names, names[::-1]):
        scale, owner = {}, ""
        for name in order:
            one = found[name]
            if one.kind is Kind.SCALE:
                scale, owner = _worded_steps(one), name
            elif (steps := _steps_of(one, scale)) and name not in partial:
                missing = tuple(each for each in one.categories if each.missing)
                message = "{} of the {} steps of {}"
                reason = tr(message, len(steps), len(scale), owner)
                partial[name] = replace(
                    one, kind=Kind.SCALE, reason=reason, categories=(*steps, *missing)
                )
            elif not steps:
                scale = {}
    return partial


def _worded_steps(scale: Description) -> dict[str, Category]:
    """Return the steps of a scale by their code in order, none unless they have words."""
    steps = {one.code: one for one in scale.categories if one.score is not None}
    is_worded = sum(any(map(str.isalpha, code)) for code in steps) > len(steps) / 2
    return steps if is_worded and len(steps) >= _FEWEST_STEPS else {}


def _steps_of(single: Description, scale: Mapping[str, Category]) -> list[Category]:
    """Return the answers of a single choice with the scores of a scale, if it has them all."""
    if single.kind is not Kind.SINGLE or single.undecided or single.others:
        return []
    own = {one.code: one for one in single.categories if not one.missing}
    if len(own) < _FEWEST_CHOSEN or not own.keys() <= scale.keys():
        return []
    return [replace(own[code], score=one.score) for code, one in scale.items() if code in own]
