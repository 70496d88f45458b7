"""Proposals of a code for an open answer, from the words that answers of each code share."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable

from cxtui.survey.derive.codes_lines import Codes
from cxtui.text import fold

FEWEST = 10
"""Coded answers before the first proposal."""

_WORD = re.compile(r"[^\W\d_]{3,}")
_NO_SPACES = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
"""Scripts without blanks between words (or with endings on them): pairs of letters stand for words.
"""


def words_of(text: str) -> frozenset[str]:
    """Return the words of an answer of three letters or more, without capitals and accents."""
    found: set[str] = set()
    for word in _WORD.findall(fold(text)):
        if _NO_SPACES.search(word):
            found.update(word[at : at + 2] for at in range(len(word) - 1))
        else:
            found.add(word)
    return frozenset(found)


class CodeProposals:
    """Proposes a code by its words: rare ones weigh more (inverse document frequency).

    The score of a code is Σ ln(n / answers with the word + 1) · share of its answers with the word,
    over the words of the answer.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        """Learn how frequent words are in all answers, coded or not."""
        self._frequency: Counter[str] = Counter()
        self._n = 0
        for text in texts:
            self._frequency.update(words_of(text))
            self._n += 1
        self._with_word: dict[str, Counter[str]] = {}
        self._of_code: Counter[str] = Counter()
        self._coded: dict[str, Codes] = {}

    def learn(self, text: str, codes: Codes) -> None:
        """Take note of the codes of an answer, in place of those that it had."""
        before = self._coded.pop(text, ())
        if codes:
            self._coded[text] = codes
        for given, sign in ((before, -1), (codes, 1)):
            for code in given:
                self._of_code[code] += sign
                for word in words_of(text):
                    self._with_word.setdefault(word, Counter())[code] += sign

    def propose(self, text: str) -> str:
        """Return the likeliest code of an answer, empty where no word speaks for one."""
        if len(self._coded) < FEWEST:
            return ""
        scores: Counter[str] = Counter()
        for word in sorted(words_of(text)):
            weight = math.log(self._n / max(self._frequency[word], 1) + 1)
            for code, n in self._with_word.get(word, {}).items():
                if n > 0:
                    scores[code] += weight * n / self._of_code[code]  # type: ignore[assignment]
        best = max(scores.items(), key=lambda one: (one[1], one[0]), default=("", 0))
        return best[0]
