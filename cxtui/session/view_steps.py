"""The keys that turn one view into the next without asking anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from cxtui.analysis.view.view import Against, Base, Sort, View, measure_of, measures_of
from cxtui.messages import tr
from cxtui.survey.model import Survey

T = TypeVar("T")


def _measure(survey: Survey, view: View) -> View | str:
    question = survey.codebook.find(view.question)
    if question is None:
        return tr("there is no question to measure")
    possible = measures_of(question)
    if len(possible) == 1:
        message = "{} has no scores to average: {} % is its only measure"
        return tr(message, question.id, possible[0])
    show = _after(possible, measure_of(question, view))
    return replace(view, show=None if show is possible[0] else show)


def _weight(survey: Survey, view: View) -> View | str:
    codebook = survey.codebook
    weights = dict.fromkeys((codebook.weight, *codebook.weights, view.weight or ""))
    weights.pop("", None)
    if not weights:
        return tr("this survey has no weight")
    return replace(view, weight=_after((None, *weights), view.weight))


STEPS: Mapping[str, Callable[[Survey, View], View | str]] = {
    "measure": _measure,
    "weight": _weight,
    "sort": lambda _, view: replace(view, sort=_after(tuple(Sort), view.sort)),
    "against": lambda _, view: replace(view, against=_after(tuple(Against), view.against)),
    "base": lambda _, view: replace(view, base=_after(tuple(Base), view.base)),
    "full": lambda _, view: replace(view, full=not view.full),
}
"""The next view by the name of a step; a text says why there is none."""


def _after(possible: tuple[T, ...], current: T) -> T:
    """Return the value after `current`, the first after the last."""
    position = possible.index(current) if current in possible else -1
    return possible[(position + 1) % len(possible)]
