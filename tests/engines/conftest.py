"""Every test here runs on each engine; one that is not installed is skipped."""

from __future__ import annotations

import os

import pytest

from tests.engines.places import ENGINES, is_there


@pytest.fixture(autouse=True)
def by_themselves() -> None:
    """Spark's client ends a process that was not started from a file, as pytest's workers are."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        pytest.skip("asked by themselves: pytest -n 0 tests/engines")


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """An engine other than Polars, by its name."""
    name = str(request.param)
    if why := is_there(name):
        pytest.skip(why)
    return name


@pytest.fixture
def spark() -> str:
    """The address of the Spark Connect server."""
    if why := is_there("spark"):
        pytest.skip(why)
    from tests.engines.places import spark_address

    return spark_address()
