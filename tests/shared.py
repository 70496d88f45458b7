"""Files too large for this repository, in a folder `shared` beside its parent; often not there."""

from __future__ import annotations

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "shared"


def shared(name: str) -> Path:
    """The file or folder `name`; skips the test where it is missing."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"{name} is not here")
    return path
