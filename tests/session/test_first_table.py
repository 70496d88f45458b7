"""The first table of a survey stands before all columns are described, and stays as it was."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable, Collection
from pathlib import Path

import polars as pl
import pytest

from cxtui.analysis.view.view_option_table import ViewOptions
from cxtui.analysis.view.view_options import default_view
from cxtui.errors import CxtuiError
from cxtui.session.answers import Answer, Answers
from cxtui.session.events import Answered, Event, FirstCounted, Opened, ReadingProgressed
from cxtui.session.first_table import FirstTable
from cxtui.session.start import Start
from cxtui.session.survey_session import Session
from cxtui.sources import reading_progress
from cxtui.sources.cache import cache_entries, survey_cache
from cxtui.sources.cache.survey_cache import keep_openings
from cxtui.sources.open_survey import open_survey
from cxtui.survey.codebook import early_survey
from cxtui.survey.codebook.early_survey import show_early
from cxtui.survey.inference import first_look
from cxtui.survey.model import Survey
from cxtui.survey.question import Kind
from tests.session.visit import AtOnce
from tests.sources.test_cache_corpus import EXAMPLES, shared_surveys

_RESPONDENTS = 600
_TOOLS = [f"tool {one}" for one in "abcdefghijkl"]


@pytest.fixture(autouse=True)
def _small_files_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_look, "_WORTH", 0)
    monkeypatch.setattr(first_look, "_SOME", 50)
    monkeypatch.setattr(first_look, "_MANY_TEXTS", 20)
    monkeypatch.setattr(reading_progress, "LARGE", 0)
    monkeypatch.setenv(cache_entries.SETTING, "off")


def survey_file(folder: Path, seed: int, *, first: str = "role") -> Path:
    """A file of lists, choices and open answers; `first` is its first column."""
    random_ = random.Random(seed)

    def lists() -> list[str]:
        return [
            ";".join(random_.sample(_TOOLS, random_.randint(1, 6))) for _ in range(_RESPONDENTS)
        ]

    columns = {
        "role": random_.choices(["Marketing", "Technology"], k=_RESPONDENTS),
        "goal": random_.choices(["High", "Low", "NA"], k=_RESPONDENTS),
        "used": lists(),
        "wanted": lists(),
        "why": [f"because of {random_.random()}" for _ in range(_RESPONDENTS)],
        "score": [random_.randint(0, 10) for _ in range(_RESPONDENTS)],
    }
    columns = {first: columns[first], **columns}
    file = folder / "field.csv"
    pl.DataFrame(columns).write_csv(file)
    return file


def opened(file: Path, start: Start | None = None) -> tuple[Survey, list[FirstCounted]]:
    """The survey of a file, and what was seen of it early."""
    seen: list[FirstCounted] = []
    first = FirstTable(start or Start((str(file),)), seen.append)
    with show_early(first.show):
        return open_survey(str(file)), seen


def assert_same(early: Answer, survey: Survey) -> None:
    """Assert that a first table is that of the whole survey."""
    whole = Answers(survey).answer(default_view(survey), tested=False)
    assert early.view == whole.view
    assert early.roles == whole.roles
    assert early.table is not None and whole.table is not None
    assert repr(early.table.rows) == repr(whole.table.rows)
    assert early.table.columns == whole.table.columns


def test_the_first_table_is_that_of_the_whole_survey(tmp_path: Path, seed: int) -> None:
    """Lists and open answers are described by some respondents, and it does not matter."""
    survey, [first] = opened(survey_file(tmp_path, seed))
    assert first.answer.view.question == "goal" and survey.codebook.role == "role"
    assert_same(first.answer, survey)
    kinds = {one.id: one.kind for one in survey.codebook.questions}
    assert first.kinds == {name: kinds[name] for name in ("role", "goal", "score")}
    assert survey.codebook == open_survey(str(tmp_path / "field.csv")).codebook


def test_columns_that_decide_the_first_table_are_described_by_all(
    tmp_path: Path, seed: int
) -> None:
    """A list that comes first is the first question, with the options of all respondents."""
    survey, [first] = opened(survey_file(tmp_path, seed, first="wanted"))
    assert first.answer.view.question == "wanted" and first.kinds["wanted"] is Kind.MULTI
    assert_same(first.answer, survey)


@pytest.mark.timeout(1_000)
@pytest.mark.usefixtures("decoded_here")
def test_first_tables_of_shared_surveys_stay(seed: int) -> None:
    """Other surveys each time: no early table is another than the one that follows."""
    files = shared_surveys()
    seen = 0
    for file in random.Random(seed).sample(files, min(8 * EXAMPLES, len(files))):
        try:
            survey, early = opened(file)
        except CxtuiError:
            continue
        for first in early:
            assert_same(first.answer, survey)
        seen += len(early)
    assert seen


def test_small_counts_are_hidden_early_too(tmp_path: Path, seed: int) -> None:
    """No number is shown for a moment that the survey hides."""
    file = survey_file(tmp_path, seed)
    start = Start((str(file),), suppress=_RESPONDENTS)
    _, [first] = opened(file, start)
    assert first.survey.suppress == _RESPONDENTS
    assert first.answer.table is not None
    assert all(cell.n is None for row in first.answer.table.rows for cell in row.cells)


@pytest.mark.parametrize(
    "start",
    [
        Start(("f",), view=ViewOptions(question="score")),
        Start(("f",), resume=True),
        Start(("f",), derive=("x = bins(score)",)),
    ],
    ids=["another view", "the last view", "derived questions"],
)
def test_another_view_is_waited_for(start: Start) -> None:
    """The early survey may not have its questions."""
    assert not FirstTable(start, lambda _: None).is_wanted


def test_waves_in_several_files_are_not_seen_one_by_one(tmp_path: Path, seed: int) -> None:
    """The table of one file is not that of all."""
    for year in ("2024", "2025"):
        (tmp_path / year).mkdir()
        survey_file(tmp_path / year, seed).rename(tmp_path / f"field_{year}.csv")
    seen: list[Survey] = []

    def show(survey: Survey, _: Collection[str]) -> Collection[str]:
        seen.append(survey)
        return ()

    with show_early(show):
        survey = open_survey([str(tmp_path / f"field_{one}.csv") for one in ("2024", "2025")])
    assert survey.respondents == 2 * _RESPONDENTS and not seen


class _Painted(AtOnce):
    """Runs all at once, and paints what it is told."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.session: Session | None = None

    def later(self, call: Callable[[], object]) -> None:
        call()
        if self.session is not None:
            self.session.painted()


def test_a_session_tells_the_first_table_then_the_kinds_then_the_survey(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a screen it tells no early table."""
    monkeypatch.setattr("cxtui.session.survey_reading._BETWEEN", 0.0)
    file, work = survey_file(tmp_path, seed), _Painted()
    work.session = Session(Start((str(file),)), work.events.append, work, painting=0.01)
    work.session.open()
    kinds = [type(one) for one in work.events]
    assert kinds.index(FirstCounted) < kinds.index(Opened) < kinds.index(Answered)
    between = work.events[kinds.index(FirstCounted) : kinds.index(Opened)]
    told = [one for one in between if isinstance(one, ReadingProgressed)]
    assert told[-1].kinds["used"] is Kind.MULTI and "6 columns" in told[-1].text

    without = _Painted()
    Session(Start((str(file),)), without.events.append, without).open()
    assert not [one for one in without.events if isinstance(one, FirstCounted)]


def test_who_quits_at_the_first_table_finds_the_survey_in_the_cache(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end waits until the other columns are described, and keeps the survey."""
    monkeypatch.delenv(cache_entries.SETTING)
    monkeypatch.setattr(survey_cache, "_waiting", [])
    file = survey_file(tmp_path, seed)
    may_end, leaving = threading.Event(), threading.Thread(target=keep_openings)
    is_shown = threading.Event()

    def show(_: Survey, __: Collection[str]) -> Collection[str]:
        leaving.start()
        is_shown.set()
        return ()

    def read() -> None:
        with show_early(show):
            open_survey(str(file))
            assert may_end.wait(30)

    reading = threading.Thread(target=read)
    reading.start()
    assert is_shown.wait(30)
    leaving.join(0.1)
    is_waiting = leaving.is_alive()
    may_end.set()
    reading.join()
    leaving.join(30)
    assert is_waiting
    entries = Path(os.environ["XDG_CACHE_HOME"]) / "cxtui" / "conversions"
    assert list(entries.iterdir())


def test_the_end_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """A survey of thousands of columns may take longer than a person waits."""
    monkeypatch.setattr(early_survey, "_PATIENCE", 0.01)
    monkeypatch.delenv(cache_entries.SETTING)
    with show_early(lambda *_: ()) as _:
        show = early_survey.who_is_shown()
        assert show is not None
        show(None, ())  # type: ignore[arg-type]
        keep_openings()
