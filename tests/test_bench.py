"""A small run of the benchmark: counts equal those of its peers, and the report is complete."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view_options import parse_view
from cxtui.survey.question import Kind
from tests.bench import surveys
from tests.bench.asked import listed, opened
from tests.bench.crosstabs import WAYS
from tests.bench.figures import Figure, Gap, Point
from tests.bench.peers import kept, raw_query
from tests.bench.publish import BEGIN, END, publish
from tests.bench.queries import queries
from tests.bench.report import Measured, Report, machine, read_report
from tests.bench.surveys import WAVES, Plan, make_survey

SMALL = Plan(120, 9)


def test_the_peers_count_the_same(tmp_path: Path) -> None:
    """Counts of each cell in the latest wave are equal."""
    path, survey = opened(tmp_path, SMALL)
    asked = listed(survey)[0]
    counted = raw_query(path, WAVES[-1])(asked)
    assert isinstance(counted, list) and isinstance(counted[0], pl.DataFrame)
    theirs = {(str(row[0]), row[1]): row[2] for row in counted[0].rows() if row[0] is not None}
    table = tabulate(survey, parse_view(survey, f"--question {asked.id}"))
    ours = {
        (row.code, column.code): cell.n
        for row in table.rows
        for column, cell in zip(table.columns[1:], row.cells[1:], strict=True)
        if cell.n
    }
    assert ours == theirs and sum(ours.values()) > 20


def test_all_ways_count_the_same_columns(tmp_path: Path) -> None:
    """Each way of counting many questions at once gives a result for each of them."""
    path, survey = opened(tmp_path, SMALL)
    asked = [one for one in survey.codebook.questions if one.kind is not Kind.NUMERIC]
    columns = [name for one in asked[2:] for name in one.columns]
    frame = kept(path, WAVES[-1])
    people = frame.collect().height
    for name, way in WAYS.items():
        found = way(frame, columns)
        assert isinstance(found, list) and found, name
        if isinstance(found[0], tuple):
            assert [int(n.sum()) for n, _, _ in found] == [people] * len(columns)
        elif "mask" not in name:
            frames = [one for part in found for one in (part if isinstance(part, list) else [part])]
            assert [one["len"].sum() for one in frames] == [people] * len(columns), name


def test_a_large_survey_is_made_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each wave is a folder of parts of limited size; a second run writes the same bytes."""
    monkeypatch.setattr(surveys, "PART_ROWS", 30)
    plan = Plan(200, 4)
    whole = make_survey(tmp_path, plan)
    parts = sorted(whole.glob("wave=*/*.parquet"))
    sizes = [pl.read_parquet(one, hive_partitioning=False).height for one in parts]
    assert sizes == [30, 20] * 4 and not list(tmp_path.glob("*.half"))
    again = make_survey(tmp_path / "again", plan)
    assert [one.read_bytes() for one in sorted(again.glob("*/*.parquet"))] == [
        one.read_bytes() for one in parts
    ]
    _, survey = opened(tmp_path, plan)
    assert survey.respondents == 200 and survey.codebook.wave == "wave"


def test_drawn_answers_follow_their_shares(seed: int) -> None:
    """Answers are as frequent as the questionnaire has them, within two points."""
    shares = np.array([0.5, 0.3, 0.2])
    drawn = surveys.draw(np.random.default_rng(seed), 20_000, surveys.answer_steps(shares))
    assert np.allclose(np.bincount(drawn) / 20_000, shares, atol=0.02)


def test_the_report_says_what_was_found_and_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each figure has its command; the report is read back, and the README shows it."""
    monkeypatch.setattr("tests.bench.queries.has_r", lambda: False)
    report = Report(machine())
    report.measured += [Measured("queries", "198", one) for one in queries(tmp_path, SMALL, 1)]
    late = Figure("key to table, first visit, p95", "1Mx300", 90.0, "painting", 40.0, bound=1.3)
    report.measured += [
        Measured("keys", "1M", late),
        Measured("growth-respondents", "", Point("respondents", 1000, "1kx12", 30, 2, 1, 0.1)),
        Measured("visidata", "198", Gap("VisiData", "198x300", "VisiData is not installed")),
    ]
    report.write(tmp_path)
    assert read_report(tmp_path / "report.json").measured == report.measured
    page = (tmp_path / "report.md").read_text("utf-8")
    assert "`python -m tests.bench --only queries --sizes 198`" in page
    assert "**key to table, first visit, p95, 1Mx300**: 2.25, bound 1.3" in page
    assert "VisiData is not installed" in page and "Polars in memory" in page
    (tmp_path / "tests" / "bench").mkdir(parents=True)
    (tmp_path / "README.md").write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    publish(report, tmp_path, tmp_path)
    readme = (tmp_path / "README.md").read_text("utf-8")
    assert readme.startswith("before\n") and readme.endswith("after\n") and "old" not in readme
    assert (
        "| Key to table, first visit, p95 | 1M × 300 | 90.0 ms | painting | 40.0 ms | 2.25 |"
        in readme
    )
    assert (tmp_path / "tests" / "bench" / "report.md").exists()
