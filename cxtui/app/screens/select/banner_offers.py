"""Derived questions that the banner screen offers: bands and merges as typed, nets as columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from cxtui.analysis.derive.derived_lines import survey_with
from cxtui.analysis.derive.typed_derivations import (
    declared_alike,
    nets_as_answers,
    typed_derivations,
)
from cxtui.analysis.query.expressions.number_classes import class_categories
from cxtui.app.panes.question_search import Finder
from cxtui.survey.derive.derivation import Derivation
from cxtui.survey.derive.derivation_text import derivation_line
from cxtui.survey.model import Survey
from cxtui.survey.question import Kind, Question

_MOST = 20
"""Questions that a few letters may find, each with its bands or merges."""


@dataclass(frozen=True)
class Offer:
    """A derived question; `known` is the one that is derived in the same way already.

    It `is_first` where the words typed ask for it, and find no question as they are.
    """

    derivation: Derivation
    known: Question | None = None
    is_first: bool = True

    @cached_property
    def question(self) -> Question:
        """The question as a list shows it, without its answers where it is new."""
        one = self.derivation
        new = Question(one.id, one.label, Kind.SINGLE, (one.id,), section=one.section)
        return self.known or new

    @cached_property
    def line(self) -> str:
        """The line that derives it."""
        return derivation_line(self.derivation)

    @property
    def answers(self) -> str:
        """Its answers in words, before they are counted."""
        one = self.derivation
        labels = [each.label for each in one.answers]
        if one.bounds:
            banded = replace(self.question, classes=one.bounds)
            labels = [each.label for each in class_categories(banded)]
        return " · ".join(labels)


def offers(survey: Survey, typed: str, found: Sequence[Question]) -> Iterator[Offer]:
    """Yield the derived questions for words typed, and of the questions `found` by them."""
    codebook = survey.codebook
    able = typed_derivations(codebook, typed, lambda among, letters: Finder(among).find(letters))
    is_asked_for = not found or any(sign in typed for sign in ",+")
    for one in able[:_MOST]:
        yield Offer(one, codebook.find(declared_alike(codebook, one)), is_asked_for)
    for question in found[:_MOST] if typed else ():
        nets = nets_as_answers(codebook, question)
        if nets is not None and not declared_alike(codebook, nets):
            yield Offer(nets, is_first=False)


def derived(survey: Survey, offer: Offer) -> Survey:
    """Return the survey with the question of an offer; raises `CodebookError`."""
    return survey_with(survey, (offer.line,))
