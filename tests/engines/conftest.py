"""Every test here is asked of one engine after the other; one that is not installed is skipped."""

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
    """The name of an engine beside Polars."""
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
