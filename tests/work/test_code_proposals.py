"""Proposals of codes by the words that answers of a code share."""

from __future__ import annotations

from math import log
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.work.coding.code_proposals import CodeProposals, words_of

EXAMPLE = Path(__file__).parents[2] / "examples" / "cmo-benchmark-2016.parquet"
WORDS = st.sampled_from(["price", "slow", "slower", "data", "team", "owner", "of"])
TEXTS = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
CODED = st.lists(
    st.tuples(TEXTS, st.lists(st.sampled_from("abc"), max_size=2, unique=True).map(tuple)),
    min_size=10,
    max_size=25,
    unique_by=lambda one: one[0],
)


@given(CODED, TEXTS)
def test_the_code_of_the_highest_mean_share(
    coded: list[tuple[str, tuple[str, ...]]], text: str
) -> None:
    """Counted anew from all that was coded; none under the least score."""
    texts = [one for one, _ in coded] + [text]
    proposals = CodeProposals(texts)
    for one, codes in coded:
        proposals.learn(one, ("c",))  # which is taken back
        proposals.learn(one, codes)
    kept = [(words_of(one), codes) for one, codes in coded if codes]
    found = proposals.propose(text)
    if len(kept) < 10:
        assert found == ""
        return
    weight = {w: log(len(texts) / sum(w in words_of(t) for t in texts) + 1) for w in words_of(text)}
    scores = {
        code: sum(
            weight[w]
            * sum(w in words and code in codes for words, codes in kept)
            / (sum(w in words for words, _ in kept) + 2)
            for w in weight
        )
        / (sum(weight.values()) or 1)
        for code in "abc"
    }
    if found:
        assert scores[found] == pytest.approx(max(scores.values()))
        assert scores[found] >= 0.15 - 1e-9
    else:
        assert max(scores.values()) < 0.15 + 1e-9


def test_most_proposals_on_the_example_are_right() -> None:
    """Each answer begins with what it is about; every answer after the tenth is proposed a code."""
    texts = pl.read_parquet(EXAMPLE)["first_change"].drop_nulls().to_list()
    themes = [" ".join(text.split()[:2]).rstrip(".") for text in texts]
    proposals = CodeProposals(texts)
    said = []
    for text, theme in zip(texts, themes, strict=True):
        if found := proposals.propose(text):
            said.append(found == theme)
        proposals.learn(text, (theme,))
    assert len(said) > 150
    assert sum(said) / len(said) > 0.87


def test_words_are_compared_without_accents_and_in_any_script() -> None:
    """Scripts without blanks go by pairs of letters."""
    assert words_of("Zu teuer, ZÜGIG 42!") == {"teuer", "zugig"}
    assert words_of("対応が遅い") & words_of("とても遅いです")
