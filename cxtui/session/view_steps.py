"""The keys that turn one view into the next of a few, without asking anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from cxtui.analysis.view.view import Against, Base, Sort, View, is_across, measure_of, measures_of
from cxtui.messages import tr

if TYPE_CHECKING:
    from cxtui.survey.model import Survey

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Step:
    """The next view, and its place among the `of` views that the key goes through, from 1."""

    view: View
    place: int
    of: int


def _measure(survey: Survey, view: View) -> Step | str:
    question = survey.codebook.find(view.question)
    if question is None:
        return tr("there is no question to measure")
    possible = measures_of(question)
    if is_across(question, view):
        return Step(replace(view, across=None), 1, len(possible))
    if len(possible) == 1:
        message = "{} has no scores to average: {} % is its only measure"
        return tr(message, question.id, possible[0])
    place = _place_after(possible, measure_of(question, view))
    show = possible[place] if place else None
    return Step(replace(view, show=show, also=()), place + 1, len(possible))


def _weight(survey: Survey, view: View) -> Step | str:
    codebook = survey.codebook
    weights = dict.fromkeys((codebook.weight, *codebook.weights, view.weight or ""))
    weights.pop("", None)
    if not weights:
        return tr("this survey has no weight")
    return _next("weight", (None, *weights), view)


def _next(field: str, possible: tuple[object, ...], view: View) -> Step:
    """Return the view with the next value of a field."""
    place = _place_after(possible, getattr(view, field))
    change: dict[str, Any] = {field: possible[place]}
    return Step(replace(view, **change), place + 1, len(possible))


def _place_after(possible: tuple[T, ...], current: T) -> int:
    """Return the place of the value after `current`, that of the first after the last."""
    return (possible.index(current) + 1) % len(possible) if current in possible else 0


STEPS: Mapping[str, Callable[[Survey, View], Step | str]] = {
    "measure": _measure,
    "weight": _weight,
    "sort": lambda _, view: _next("sort", tuple(Sort), view),
    "against": lambda _, view: _next("against", tuple(Against), view),
    "base": lambda _, view: _next("base", tuple(Base), view),
    "full": lambda _, view: _next("full", (False, True), view),
}
"""The next view by the name of a step; a text says why there is none."""
