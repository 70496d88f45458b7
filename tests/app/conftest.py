"""Every test of the explorer waits for what it does, not for a time."""

from __future__ import annotations

import pytest

from tests.app.rest import at_rest


@pytest.fixture(autouse=True)
def no_idle_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Go on as soon as a key has been dealt with; Textual waits for its processor to be idle."""
    for module in ("app", "pilot"):
        monkeypatch.setattr(f"textual.{module}.wait_for_idle", at_rest)
