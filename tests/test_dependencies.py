"""The bounds of dependencies are those that the suite runs on."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

TOP = Path(__file__).parents[1]
PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["project"]


def test_the_suite_runs_on_the_lowest_versions_that_are_allowed() -> None:
    """The constraints that `.ci/run` installs are the lower bounds of every dependency."""
    bounds = [re.match(r"([\w-]+)>=([\d.]+)", one) for one in PROJECT["dependencies"]]
    assert all(bounds)
    lowest = [f"{one[1]}=={one[2]}" for one in bounds if one]
    assert (TOP / "tests" / "lowest.txt").read_text("utf-8").split() == lowest
    assert "-c tests/lowest.txt" in (TOP / ".ci" / "run").read_text("utf-8")


def test_the_lowest_python_is_the_one_that_types_and_style_are_checked_for() -> None:
    """No newer syntax or library gets in unseen."""
    lowest = PROJECT["requires-python"].removeprefix(">=")
    tools = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["tool"]
    assert tools["ruff"]["target-version"] == f"py{lowest.replace('.', '')}"
    assert tools["mypy"]["python_version"] == lowest
    assert sys.version_info >= tuple(map(int, lowest.split(".")))
