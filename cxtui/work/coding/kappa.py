"""Cohen's kappa of two coders, a code at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from cxtui.survey.derive.codes_lines import Answer, Codes
from cxtui.survey.derive.derivation import Derivation

FEWEST = 30
"""Answers coded by both below which there is no kappa."""

Pairs = Sequence[tuple[Collection[str], Collection[str]]]
"""The codes that two coders gave to each answer that both coded."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two coders agree on the `n` answers that both coded.

    `kappas` are by code, `None` under 30 answers, and where both coders gave a code to all answers
    or to none. `mean` is that of the codes that have one.
    """

    coders: tuple[str, str]
    n: int
    kappas: Mapping[str, float | None]

    @property
    def mean(self) -> float | None:
        """The mean kappa."""
        found = [one for one in self.kappas.values() if one is not None]
        return sum(found) / len(found) if found else None


def agreements(
    coding: Derivation, codes: Mapping[Answer, Mapping[str, Codes]]
) -> tuple[Agreement, ...]:
    """Return the agreement of every two coders, those that the coding lists first."""
    named = {coder for coders in codes.values() for coder in coders}
    order = [one for one in coding.coders if one in named]
    order += sorted(named.difference(order))
    return tuple(_agreement(coding, codes, pair) for pair in combinations(order, 2))


def _agreement(
    coding: Derivation, codes: Mapping[Answer, Mapping[str, Codes]], pair: tuple[str, str]
) -> Agreement:
    first, second = pair
    both = [
        (coders[first], coders[second])
        for coders in codes.values()
        if first in coders and second in coders
    ]
    return Agreement(pair, len(both), {one.code: kappa(both, one.code) for one in coding.codes})


def kappa(pairs: Pairs, code: str) -> float | None:
    """Return the kappa of two coders on whether answers have a code; `None` where there is none.

    (observed − expected) / (1 − expected) agreement, the expected from how often each of the two
    gave the code (J. Cohen, Educational and Psychological Measurement 20, 1960).
    """
    n = len(pairs)
    if n < FEWEST:
        return None
    given = [(code in first, code in second) for first, second in pairs]
    of_first, of_second = (sum(each) for each in zip(*given, strict=True))
    alike = sum(first == second for first, second in given)
    expected = of_first * of_second + (n - of_first) * (n - of_second)
    return (alike * n - expected) / (n * n - expected) if expected < n * n else None
