"""`--suppress N` and the key of the codebook: every verb hides small counts, or refuses."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from pathlib import Path

import pytest

import cxtui
from cxtui.analysis.query.cube_cache import CubeCache
from cxtui.analysis.ranking.rank_questions import rank_questions
from cxtui.analysis.ranking.ranking_options import RankingOptions
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.compare_views import table_beside
from cxtui.analysis.view.view_options import parse_view
from cxtui.cli import main
from cxtui.errors import CodebookError, UsageError, ViewError
from cxtui.session.answers import Answers
from cxtui.sources.open_survey import open_survey
from cxtui.survey.codebook.toml_format import read_codebook, write_codebook
from cxtui.survey.model import Codebook, Survey

EXAMPLE = Path(__file__).parents[1] / "examples" / "cmo-benchmark-2016.parquet"
LEAST = 10


@pytest.fixture(scope="module")
def survey() -> Survey:
    """The example, with all its numbers."""
    return open_survey(str(EXAMPLE))


@pytest.fixture(scope="module")
def protected(survey: Survey) -> Survey:
    """The example without counts of fewer than ten respondents."""
    return replace(survey, suppress=LEAST)


def printed(capfd: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(list(words))
    out, err = capfd.readouterr()
    return status, out, err


def test_the_codebook_keeps_the_number() -> None:
    """A text has it as a key of the survey; other values are refused."""
    codebook = read_codebook("suppress = 10", "s.toml")
    assert codebook.suppress == LEAST
    assert read_codebook(write_codebook(codebook), "s.toml") == codebook
    assert "suppress" not in write_codebook(Codebook()).split("#   suppress")[0]
    for value in ("1", "-3", "2.5", "true", '"10"'):
        with pytest.raises(CodebookError, match="suppress takes a whole number"):
            read_codebook(f"suppress = {value}", "s.toml")


@pytest.mark.parametrize("value", ["1", "-4", "ten", "2.5", ""])
def test_a_number_that_hides_nothing_is_refused(
    value: str, example: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """In one line, with what is taken instead."""
    status, _, err = printed(capfd, "table", str(example), "cx_goal", f"--suppress={value}")
    assert status == 2
    assert "--suppress takes a number of respondents from 2 on" in err
    with pytest.raises(UsageError, match="suppress takes a number"):
        cxtui.open(example, suppress=1)


def test_an_option_cannot_unset_the_codebook(
    example: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A lower number leaves its cells hidden, a higher one hides more; the replay line has it."""
    declared = tmp_path / "c.toml"
    declared.write_text("suppress = 10\n")
    found = {}
    for option in ((), ("--suppress", "3"), ("--suppress", "30")):
        words = ("table", str(example), "cx_goal", "--codebook", str(declared), *option)
        _, out, _ = printed(capfd, *words, "--format", "json")
        cells = [cell for row in json.loads(out)["rows"] for cell in row["cells"]]
        found[option] = sum(bool(cell["hidden"]) for cell in cells)
    none, lower, higher = found.values()
    assert 0 < none == lower < higher


def test_the_replay_line_hides_the_same(example: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """What prints a table again says `--suppress`."""
    words = ("table", str(example), "cx_goal", "--by", "seniority", "--suppress", "10")
    _, first, _ = printed(capfd, *words, "--format", "markdown")
    (replay,) = (line for line in first.splitlines() if "--suppress 10" in line)
    again = shlex.split(replay.partition("`")[2].partition("`")[0])
    assert printed(capfd, *again[1:], "--format", "markdown")[1] == first


@pytest.mark.parametrize(
    "words",
    [
        ("rows", "FILE"),
        ("codes", "FILE", "first_change"),
        ("convert", "FILE", "out.parquet"),
        ("convert", "FILE", "out.sav"),
    ],
)
def test_what_shows_respondents_is_refused(
    words: tuple[str, ...],
    example: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """In one line, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    named = [str(example) if one == "FILE" else one for one in words]
    status, out, err = printed(capfd, *named, "--suppress", "10")
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "suppress = 10 shows groups of 10 or more" in err
    assert not list(tmp_path.iterdir())


def test_the_library_refuses_respondents(example: Path) -> None:
    """Its frame, rows, codes, weights and copies; tables are hidden as on the command line."""
    survey = cxtui.open(example, suppress=LEAST)
    table = survey.table("cx_goal", by="role")
    assert any(cell.hidden for row in table.rows for cell in row.cells)
    margin = {"questions": ["role"], "targets": {"1": 50, "2": 50}}
    for ask in (
        lambda: survey.frame,
        survey.rows,
        lambda: survey.codes("first_change"),
        lambda: survey.where("wave=2016").weight({"margin": [margin]}),
        lambda: survey.write("never.parquet"),
    ):
        with pytest.raises(ViewError, match="one by one"):
            ask()


def test_a_ranking_has_no_number_of_a_hidden_line(protected: Survey, survey: Survey) -> None:
    """Nor is it ranked by one; those that are shown are tested among themselves."""
    view = parse_view(protected, "--by role")
    ranking = rank_questions(protected, view, RankingOptions())
    hidden = [one for one in ranking.lines if one.why_not.startswith("hidden")]
    shown = [one for one in ranking.lines if one not in hidden]
    assert hidden
    assert shown
    assert ranking.lines[-len(hidden) :] == tuple(hidden)
    for line in hidden:
        assert line.answers == ()
        numbers = (line.a.n, line.b.n, line.moved, line.statistic, line.p, line.p_adjusted)
        assert set(numbers) == {None}
        assert tabulate(protected, view.with_question(line.question.id)).suppressed
    everything = rank_questions(survey, view, RankingOptions())
    assert everything.tested > ranking.tested == len(shown)


def test_a_brief_claims_nothing_of_hidden_questions(example: Path) -> None:
    """It names them among what was not compared."""
    brief = cxtui.open(example, suppress=LEAST).brief(by="role")
    assert "hidden: has counts of fewer than 10 respondents" in repr(brief)
    assert all(claim.question != "cx_goal" for one in brief.sections for claim in one.claims)


def test_checks_and_questions_show_no_small_count(example: Path) -> None:
    """A small number of respondents, or of all others, is none."""
    survey = cxtui.open(example, suppress=40)
    before = cxtui.open(example)
    for one, known in zip(survey.questions, before.questions, strict=True):
        small = any(0 < n < 40 for n in (known.answered, 378 - known.answered))  # type: ignore[operator]
        assert one.answered == (None if small else known.answered)
    for check, open_ in zip(survey.check().checks, before.check().checks, strict=True):
        if open_.found and open_.found < 40:
            assert check.found is None
            assert "fewer than 40" in check.note


def test_roles_have_no_count_where_one_is_small(survey: Survey) -> None:
    """The others would tell it."""
    view = parse_view(survey, "--question cx_goal")
    for least, are_shown in ((LEAST, True), (100, False)):
        roles = Answers(replace(survey, suppress=least)).answer(view, tested=False).roles
        assert roles
        assert all((one.n is not None) == are_shown for one in roles)


def test_two_views_beside_each_other_are_protected_together(protected: Survey) -> None:
    """The second is of some of the first one's respondents."""
    first = tabulate(protected, parse_view(protected, "--question cx_goal --by seniority"))
    view = parse_view(protected, "--question cx_goal --by seniority --where role=1")
    tables = table_beside(protected, first, view, CubeCache(protected))
    assert tables[0].view == first.view
    assert all(table.suppressed == LEAST for table in tables)
    hidden = [
        {(row.code, at) for row in one.rows for at, cell in enumerate(row.cells) if cell.hidden}
        for one in (first, tables[0])
    ]
    assert len(hidden[1]) >= len(hidden[0])
