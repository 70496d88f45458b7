"""Cohen's kappa of two coders: published figures, and agreement counted one by one."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.survey.derive.codes_lines import Answer, Codes
from cxtui.survey.derive.derivation import Code, Derivation, Verb
from cxtui.work.coding.kappa import FEWEST, agreements, kappa

PUBLISHED = [
    # both, first alone, second alone, neither; kappa
    ((20, 5, 10, 15), 0.40),  # Wikipedia, "Cohen's kappa", the simple example
    ((45, 15, 25, 15), 0.1304),  # there, same percentages but different numbers
    ((25, 35, 5, 35), 0.2593),
    ((40, 9, 6, 45), 0.70),  # Feinstein and Cicchetti, J Clin Epidemiol 43, 1990, table 1
    ((80, 10, 5, 5), 0.32),
    ((118, 5, 2, 0), -0.0234),  # by hand: (118/125 − p) / (1 − p), p = 14770 / 15625
]
OF_PSYCH = [
    ((183, 16, 10, 112), 0.829736015341303),
    ((175, 28, 29, 168), 0.714914474342303),
    ((65, 17, 12, 120), 0.709972894663052),
    ((40, 5, 6, 265), 0.858791030224245),
    ((137, 30, 16, 119), 0.694936097325311),
    ((26, 1, 0, 228), 0.97894476096111),
    ((98, 19, 9, 178), 0.802313158994844),
    ((72, 4, 8, 103), 0.868093110745356),
    ((137, 24, 30, 111), 0.639856896780178),
    ((20, 8, 9, 128), 0.639506490168359),
    ((48, 2, 4, 138), 0.919911012235818),
    ((88, 10, 10, 233), 0.856806920298984),
]
"""Two coders drawn at random, and `cohen.kappa` of R's psych 2.2.9 (R 4.2.2)."""
CODING = Derivation(
    "c", Verb.CODING, sources=("q",), codes=(Code("s", "S"), Code("d", "D")), coders=("ben",)
)


def paired(cells: tuple[int, int, int, int]) -> list[tuple[Codes, Codes]]:
    """Answers that both gave the code s, the first alone, the second alone, or neither."""
    both, first, second, neither = cells
    pairs: list[tuple[Codes, Codes]] = [(("s", "d"), ("s",))] * both
    pairs += [(("s",), ("d",))] * first
    pairs += [(("d",), ("s", "d"))] * second
    pairs += [(("d",), ("d",))] * neither
    return pairs


@pytest.mark.parametrize(("cells", "of_psych"), OF_PSYCH)
def test_kappa_is_that_of_psych(cells: tuple[int, int, int, int], of_psych: float) -> None:
    """To the last digits that R prints."""
    assert kappa(paired(cells), "s") == pytest.approx(of_psych, rel=1e-13)


@pytest.mark.parametrize(("cells", "published"), PUBLISHED)
def test_published_figures(cells: tuple[int, int, int, int], published: float) -> None:
    """To the digits that were published."""
    found = kappa(paired(cells), "s")
    digits = len(str(published).partition(".")[2])
    assert found is not None
    assert round(found, max(digits, 2)) == pytest.approx(published, abs=5.1 * 10 ** -(digits + 1))


CODES = st.sampled_from([("s",), ("d",), ("s", "d"), ("x",), ()])


@given(st.lists(st.tuples(CODES, CODES, CODES), max_size=60))
def test_agreement_counted_one_by_one(said: list[tuple[Codes, Codes, Codes]]) -> None:
    """Of every two coders on what both coded; none under 30, nor where nothing varies."""
    names = ("ana", "ben", "cy")
    codes: Mapping[Answer, Mapping[str, Codes]] = {
        (str(at), "h"): {name: one for name, one in zip(names, each, strict=True) if one}
        for at, each in enumerate(said)
    }
    found = agreements(CODING, codes)
    order = [one for one in ("ben", "ana", "cy") if any(one in c for c in codes.values())]
    pairs = [(a, b) for at, a in enumerate(order) for b in order[at + 1 :]]
    assert [one.coders for one in found] == pairs
    for one in found:
        first, second = one.coders
        both = [(c[first], c[second]) for c in codes.values() if first in c and second in c]
        assert one.n == len(both)
        plain = {code: plainly(both, code) for code in ("s", "d")}
        assert set(one.kappas) == set(plain)
        for code, expected in plain.items():
            assert one.kappas[code] == (None if expected is None else pytest.approx(expected))
        kept = [each for each in plain.values() if each is not None]
        assert one.mean == (pytest.approx(sum(kept) / len(kept)) if kept else None)


def plainly(both: list[tuple[Codes, Codes]], code: str) -> float | None:
    """(observed − expected) / (1 − expected), by shares."""
    n = len(both)
    if n < FEWEST:
        return None
    observed = sum((code in one) == (code in other) for one, other in both) / n
    first = sum(code in one for one, _ in both) / n
    second = sum(code in other for _, other in both) / n
    expected = first * second + (1 - first) * (1 - second)
    return None if expected == 1 else (observed - expected) / (1 - expected)


def test_the_example_of_psych() -> None:
    """`cohen` in the help of psych's `cohen.kappa`: kappa .49, of 200 answers with three codes.

    The kappa of all codes is the mean of those of each, weighted by 1 − expected agreement (J. L.
    Fleiss, Statistical Methods for Rates and Proportions, 1981, chapter 13).
    """
    cohen = ((0.44, 0.07, 0.09), (0.05, 0.20, 0.05), (0.01, 0.03, 0.06))
    names = ("a", "b", "c")
    pairs: list[tuple[Codes, Codes]] = []
    for row, shares in zip(names, cohen, strict=True):
        for column, share in zip(names, shares, strict=True):
            pairs += [((row,), (column,))] * round(200 * share)
    assert len(pairs) == 200
    of_codes, weights = [], []
    for name, first, second in zip(names, (0.6, 0.3, 0.1), (0.5, 0.3, 0.2), strict=True):
        found = kappa(pairs, name)
        assert found is not None
        of_codes.append(found)
        weights.append(1 - first * second - (1 - first) * (1 - second))
    whole = sum(k * w for k, w in zip(of_codes, weights, strict=True)) / sum(weights)
    assert round(whole, 2) == 0.49
    assert whole == pytest.approx(0.29 / 0.59)
