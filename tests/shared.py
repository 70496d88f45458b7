"""Files too large for this repository, in a folder `shared` beside it, if it is there."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cxtui.survey.model import Survey

FOLDER = Path(__file__).resolve().parents[2] / "shared"


def shared(name: str) -> Path:
    """The file or folder `name`; skips the test where it is missing."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"{name} is not here")
    return path


@cache
def opened(name: str) -> Survey:
    """The survey `name`, read once for all tests; skips the test where it is missing."""
    from cxtui.sources.open_survey import open_survey

    return open_survey(str(shared(name)))


def load_shared(name: str) -> Any:
    """What the JSON file `name` holds; skips the test where it is missing."""
    return json.loads(shared(name).read_text("utf-8"))
