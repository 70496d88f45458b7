"""Every test of the explorer waits for it in short steps."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def short_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look twice as often as Textual does whether a key has been dealt with."""
    monkeypatch.setattr("textual._wait.SLEEP_GRANULARITY", 0.01)
