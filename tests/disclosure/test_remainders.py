"""Filters that keep or leave out too few."""

from __future__ import annotations

import pytest

from cxtui.analysis.disclosure.remainders import remainder_too_small, require_enough
from cxtui.errors import ViewError


@pytest.mark.parametrize(
    ("shown", "is_small"), [(100, False), (99, True), (96, True), (95, False), (0, False)]
)
def test_a_remainder_is_small_from_one_to_the_limit(shown: int, is_small: bool) -> None:
    assert remainder_too_small(shown, 100, 5) is is_small


@pytest.mark.parametrize(
    ("shown", "says"), [(96, "wave=2016 leaves out fewer"), (4, "wave=2016 keeps fewer")]
)
def test_a_filter_is_refused_with_its_text(shown: int, says: str) -> None:
    with pytest.raises(ViewError, match=says):
        require_enough(shown, 100, 5, "wave=2016")


@pytest.mark.parametrize("shown", [0, 5, 95, 100])
def test_other_filters_are_not_refused(shown: int) -> None:
    require_enough(shown, 100, 5, "wave=2016")
