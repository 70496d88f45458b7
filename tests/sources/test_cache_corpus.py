"""Shared surveys come back from the cache as they are read without it."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from cxtui.errors import CxtuiError
from cxtui.sources import reading_progress as progress
from cxtui.sources.cache import cache_entries as cache
from cxtui.sources.cache import survey_cache
from cxtui.sources.cache.survey_cache import keep_openings
from cxtui.sources.locate import ARROW, ENDINGS, PARQUET
from cxtui.sources.open_survey import open_survey
from tests.shared import shared

FEW = 10
EXAMPLES = int(os.environ.get("CXTUI_TEST_EXAMPLES", FEW))
"""`CXTUI_TEST_EXAMPLES=1000 pytest …` reads all surveys, the large ones too."""

SMALL = 300_000
"""Bytes of the surveys that are read in every run, a few of them."""


@pytest.mark.timeout(1_000)
@pytest.mark.usefixtures("decoded_here")
def test_shared_surveys_are_the_same_with_the_cache_off_cold_and_warm(
    monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Codebook, schema, notes and data, as if each survey took long; other surveys each time."""
    monkeypatch.setattr(progress, "LARGE", 0)
    monkeypatch.setattr(progress, "PACKED_LARGE", 0)
    monkeypatch.setattr(survey_cache, "_waiting", [])
    files = shared_surveys()
    read = 0
    for file in random.Random(seed).sample(files, min(8 * EXAMPLES, len(files))):
        monkeypatch.setenv(cache.SETTING, "off")
        off = facts(file)
        monkeypatch.delenv(cache.SETTING)
        assert facts(file) == off, f"{file}, cold"
        assert facts(file) == off, f"{file}, warm"
        read += len(off) > 1
    assert read and any((Path(os.environ["XDG_CACHE_HOME"]) / "cxtui" / "conversions").iterdir())


def shared_surveys() -> list[Path]:
    """Surveys that are decoded; hostile ones are decoded in no test's own process."""
    known = ENDINGS - PARQUET - ARROW
    found = (one for room in ("cases", "data") for one in shared(room).rglob("*.*"))
    named = (one for one in found if one.suffix.lower() in known and one.parent.name != "hostile")
    return sorted(one for one in named if EXAMPLES > FEW or one.stat().st_size < SMALL)


def facts(file: Path) -> tuple[object, ...]:
    """Return all of a survey, which is kept for the next time, or why it cannot be read."""
    try:
        survey = open_survey(str(file))
    except CxtuiError as error:
        return (str(error),)
    keep_openings()
    written = repr(survey.frame.collect().rows())  # in which no number is another than itself
    return survey.codebook, survey.schema, survey.notes, survey.respondents, written
