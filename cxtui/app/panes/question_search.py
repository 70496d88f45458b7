"""Finds questions by letters of their id, wording or answers, at every letter typed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from cxtui.app.panes.typo_search import almost

if TYPE_CHECKING:
    from cxtui.sources.readers.delimited.listed_columns import ListedColumn
    from cxtui.survey.question import Question

Listed: TypeAlias = "Question | ListedColumn"
"""What the list shows: a question, or a column of a survey that is being read."""

L = TypeVar("L", bound="Listed")


class Finder(Generic[L]):
    """Finds questions; a longer search looks only among the results of the one before."""

    def __init__(self, questions: Sequence[L]) -> None:
        self._questions = questions
        self._before = ""
        self._found: Sequence[_Sought[L]] = ()

    def find(self, letters: str) -> list[L]:
        """Return the questions that match, the best first; all in order for an empty search.

        Whole words in the id or wording rank before answers, answers before letters scattered in
        their order, of which the closest together rank first. Where nothing matches, each word may
        have one typing error.
        """
        wanted = letters.casefold().strip()
        if not wanted:
            return list(self._questions)
        among = self._every
        if self._before and wanted.startswith(self._before):
            among = self._found
        ranked = [(-rank, place) for place, one in enumerate(among) if (rank := one.rank(wanted))]
        self._before, self._found = wanted, [among[place] for _, place in ranked]
        if not ranked:
            words = list(map(almost, wanted.split()))
            return [one.question for one in self._every if one.has_almost(words)]
        return [among[place].question for _, place in sorted(ranked)]

    @cached_property
    def _every(self) -> Sequence[_Sought[L]]:
        return [_Sought(one) for one in self._questions]


class _Sought(Generic[L]):
    """A question, and its texts without case."""

    def __init__(self, question: L) -> None:
        self.question = question
        self._id = question.id.casefold()
        self._label = question.label.casefold()

    @cached_property
    def _answers(self) -> str:
        return " ".join(one.label for one in self.question.categories).casefold()

    def rank(self, wanted: str) -> float:
        """Return the rank of the question, higher for a better match, 0 for none."""
        if self._id.startswith(wanted):
            return 5
        for rank, beside in ((4, self._id), (3, self._answers)):
            if wanted in self._label or wanted in beside:
                return rank
            if " " in wanted and all(one in self._label or one in beside for one in wanted.split()):
                return rank
        return max(closeness(wanted, self._id), closeness(wanted, self._label))

    def has_almost(self, words: Sequence[re.Pattern[str]]) -> bool:
        """Return whether the id, wording or answers have each of these words."""
        texts = (self._id, self._label, self._answers)
        return all(any(map(word.search, texts)) for word in words)


def closeness(letters: str, text: str) -> float:
    """Return how close together `letters` are in `text`, in their order: 1 without a gap, or 0.

    Of all occurrences, the shortest counts.
    """
    shortest = 0
    start = text.find(letters[0])
    while start >= 0:
        end = start
        for letter in letters[1:]:
            end = text.find(letter, end + 1)
            if end < 0:
                return len(letters) / shortest if shortest else 0.0
        shortest = min(shortest or len(text), end + 1 - start)
        start = text.find(letters[0], start + 1)
    return len(letters) / shortest if shortest else 0.0
