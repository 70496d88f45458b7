"""Banners while they are being built: a question instead of all, beside them, or within one."""

from __future__ import annotations

from enum import StrEnum

from cxtui.messages import tr
from cxtui.survey.model import Codebook
from cxtui.survey.question import Kind, Question

Sides = tuple[tuple[str, ...], ...]
"""The banner of a view: groups of columns side by side, each with its outermost question first."""


class Place(StrEnum):
    """The place of the next question."""

    INSTEAD = "instead"
    BESIDE = "beside"
    WITHIN = "within"


def placed(sides: Sides, question: str, place: Place) -> Sides:
    """Return the banner with one more question in it; a question in it already changes nothing."""
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
    """Return how a question becomes columns, empty where each answer becomes one."""
    if question.kind is Kind.NUMERIC:
        return tr("in classes")
    return tr("several answers") if question.kind is Kind.MULTI else ""


def described(codebook: Codebook, sides: Sides) -> str:
    """Return a banner in words."""

    def named(question_id: str) -> str:
        question = codebook.find(question_id)
        note = note_of(question) if question else ""
        return f"{question_id} ({note})" if note else question_id

    return tr(", beside ").join(" > ".join(map(named, variables)) for variables in sides)
