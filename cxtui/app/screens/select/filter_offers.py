"""Questions and answers that a filter can be made of, found by letters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cxtui.app.panes.question_search import Finder
from cxtui.app.panes.typo_search import almost
from cxtui.app.screens.base.find_line import has_all
from cxtui.survey.model import Codebook
from cxtui.survey.question import Category, Kind, Question, told_apart

_MOST = 60
"""The most answers that a few letters find."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An answer to be kept or excluded, or a question to choose answers of (no `answer`)."""

    question: Question
    answer: Category | None = None


class Offers:
    """Finds the questions and answers of a codebook."""

    def __init__(self, codebook: Codebook) -> None:
        self._questions = [one for one in codebook.table_questions if one.kind is not Kind.GRID]
        self._finder = Finder(self._questions)
        self._answers = [
            (Offer(question, answer), answer.label.casefold())
            for question in self._questions
            if question.kind is not Kind.NUMERIC
            for answer in told_apart(question.categories)
        ]

    def find(self, letters: str) -> list[Offer]:
        """Return the answers with all words, then the questions, with the answers of the first.

        Where nothing has them, each word may have one typing error. Without letters all questions.
        """
        words = letters.casefold().split()
        if not words:
            return [Offer(one) for one in self._questions]
        found = list(self._with_words(words))
        questions = self._finder.find(letters)
        if not found and not any(_has_words(one, words) for one in questions[:1]):
            found = list(self._with_words([almost(word) for word in words]))
        is_named = any(one.id.casefold() == letters.casefold().strip() for one in questions)
        opened = list(self._opened(questions))
        every = [*opened, *found[:_MOST]] if is_named else [*found[:_MOST], *opened]
        return list(dict.fromkeys(every))

    def _with_words(self, words: Sequence[str | re.Pattern[str]]) -> Iterator[Offer]:
        return (one for one, text in self._answers if has_all(text, words))

    def _opened(self, questions: Sequence[Question]) -> Iterator[Offer]:
        for place, question in enumerate(questions):
            yield Offer(question)
            if not place and question.kind is not Kind.NUMERIC:
                yield from (Offer(question, one) for one in told_apart(question.categories))


def _has_words(question: Question, words: Sequence[str]) -> bool:
    return has_all(f"{question.id} {question.label}".casefold(), words)
