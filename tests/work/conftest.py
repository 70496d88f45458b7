"""What tests of decks share: the slides of all kinds of the example's questions, made once."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the deck of all kinds of the example's questions."""
    from tests.work.deck_reading import ALL_KINDS, written

    return written(tmp_path_factory.mktemp("deck"), ALL_KINDS)
