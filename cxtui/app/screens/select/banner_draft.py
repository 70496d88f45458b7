"""Banners while they are being built: a question instead of all, beside them, or within one."""

from __future__ import annotations

from enum import StrEnum

from cxtui.survey.model import Codebook
from cxtui.survey.question import Kind, Question

Sides = tuple[tuple[str, ...], ...]
"""The banner of a view: what stands side by side, each outermost first."""


class Place(StrEnum):
    """Where the next question goes."""

    INSTEAD = "instead"
    BESIDE = "beside"
    WITHIN = "within"


def placed(sides: Sides, question: str, place: Place) -> Sides:
    """Return the banner with one more question in it; as it was where it is there already."""
    if place is Place.INSTEAD or not sides:
        return ((question,),)
    if place is Place.WITHIN:
        *others, last = sides
        return sides if question in last else (*others, (*last, question))
    return sides if (question,) in sides else (*sides, (question,))


def shortened(sides: Sides) -> Sides:
    """Return the banner without the question that came last."""
    if not sides:
        return ()
    *others, last = sides
    return (*others, last[:-1]) if len(last) > 1 else tuple(others)


def note_of(question: Question) -> str:
    """Return how a question becomes columns, empty where its answers simply do."""
    return {Kind.NUMERIC: "in classes", Kind.MULTI: "several answers"}.get(question.kind, "")


def described(codebook: Codebook, sides: Sides) -> str:
    """Return a banner in words."""
    return ", beside ".join(
        " > ".join(_named(codebook, one) for one in variables) for variables in sides
    )


def _named(codebook: Codebook, question_id: str) -> str:
    question = codebook.find(question_id)
    note = note_of(question) if question else ""
    return f"{question_id} ({note})" if note else question_id
