"""Filters that keep or leave out too few."""

from __future__ import annotations

import pytest

from cxtui.analysis.disclosure.filter_remainder import require_enough
from cxtui.errors import ViewError


@pytest.mark.parametrize(
    ("shown", "says"),
    [
        *((shown, "wave=2016 leaves out fewer") for shown in (96, 99)),
        *((shown, "wave=2016 keeps fewer") for shown in (1, 4)),
    ],
)
def test_a_filter_is_refused_with_its_text(shown: int, says: str) -> None:
    with pytest.raises(ViewError, match=says):
        require_enough(shown, 100, 5, "wave=2016")


@pytest.mark.parametrize("shown", [0, 5, 95, 100])
def test_other_filters_are_not_refused(shown: int) -> None:
    require_enough(shown, 100, 5, "wave=2016")
