"""Derived questions of files: on the command line, in codebooks, converted, over waves, edited."""

from __future__ import annotations

import csv
import io
import json
import shlex
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

import cxtui
from cxtui.analysis.derive.derive_questions import derive_questions
from cxtui.analysis.ranking.rank_questions import rank_questions
from cxtui.analysis.ranking.ranking_options import Compare, RankingOptions
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.build_trend import trend
from cxtui.analysis.tables.trend import TrendRow
from cxtui.analysis.view.view import View
from cxtui.analysis.view.view_options import parse_view
from cxtui.cli import main
from cxtui.output.files.survey_files import save_codebook
from cxtui.session.codebook_draft import DraftCodebook
from cxtui.survey import edits
from cxtui.survey.codebook.toml_format import read_codebook
from cxtui.survey.derive.derivation_text import parse_derivation
from cxtui.survey.model import Codebook
from cxtui.survey.question import Category, Kind, Net, Question
from cxtui.work.open_derived import open_derived
from tests.making import Respondent, categories, survey_of

EXAMPLE = Path(__file__).parents[1] / "examples" / "cmo-benchmark-2016.parquet"
SHARE3 = 'id="share3", from="budget_share", bands=[20,35]'
CAMP = """
[[derive]]
id = "camp"
# who is how far
cases = [
  { label = "Confident", when = ["agreement>=3.5", "n_obstacles<=2 or cx_map=4"] },
  { label = "Stuck", when = ["n_obstacles>=4", "cx_map=1,2"] },
]
rest = "Between"

[[derive]]
id = "n_obstacles"
count = ["obstacles"]
of = ["1", "2", "3", "4", "5", "6", "7", "8"]

[[derive]]
id = "agreement"
mean = ["agree_language", "agree_budget", "agree_customer"]
least = 2
"""


@pytest.fixture
def codebook(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Path:
    """The example's own codebook, with derived questions and one of them as the role."""
    assert main(["codebook", str(EXAMPLE)]) == 0
    text = capfdbinary.readouterr().out.decode().replace('role = "role"', 'role = "camp"')
    file = tmp_path / "camps.toml"
    file.write_text(text + CAMP, encoding="utf-8")
    return file


def printed(capture: pytest.CaptureFixture[bytes], *words: object) -> str:
    assert main([str(word) for word in words]) == 0
    return capture.readouterr().out.decode()


def test_camps_are_those_counted_by_hand(
    codebook: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """28, 31 and 139 of the 198 respondents of 2016; the footer says how they were made."""
    frame = pl.read_parquet(EXAMPLE).filter(pl.col("wave") == pl.col("wave").max())
    assert len(frame) == 198
    printout = printed(capfdbinary, "table", EXAMPLE, "camp", "--codebook", codebook)
    lines = " ".join(printout.split())
    assert "camp: Confident if agreement>=3.5 and (n_obstacles<=2 or cx_map=4); Stuck if" in lines
    assert "else Between; 28/31/139, 0 without." in lines
    listed = printed(capfdbinary, "questions", EXAMPLE, "--codebook", codebook, "--format", "csv")
    rows = {row["question"]: row for row in csv.DictReader(io.StringIO(listed))}
    assert rows["agreement"]["derived"] == (
        'mean = ["agree_language", "agree_budget", "agree_customer"], least = 2'
    )
    assert rows["role"]["derived"] == ""


def test_a_replay_line_carries_what_it_needs(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """The derived questions of the command line that its view names, directly or not."""
    lines = [SHARE3, 'id="few", cases=[{label="Few",when="share3=1"}], rest="Many"']
    unused = 'id="unused", count=["obstacles"]'
    options = [word for line in (*lines, unused) for word in ("--derive", line)]
    asked = ("table", EXAMPLE, "cx_goal", "--by", "few", "--format", "json")
    table = printed(capfdbinary, *asked, *options)
    replay = json.loads(table)["replay"]
    assert "unused" not in replay
    words = shlex.split(replay)
    assert [words[at + 1] for at, word in enumerate(words) if word == "--derive"] == lines
    again = json.loads(printed(capfdbinary, *words[1:], "--format", "json"))
    assert again == json.loads(table)


def test_what_cannot_be_derived_ends_the_program(capfd: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["table", str(EXAMPLE), "cx_goal", "--derive", 'id="x", from="agee", bands=[1]']) == 1
    )
    assert capfd.readouterr().err.startswith("cxtui: --derive: derived question 'x': there is no")


def test_a_converted_survey_has_the_same_tables_and_derives_nothing_twice(
    codebook: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """The values are columns, and how they were made stays with them."""
    target = tmp_path / "made.parquet"
    lines = [
        SHARE3,
        'id="goals", from="tools", merge=[{label="Either", of=["1","2"]}]',
        'id="pairs", cross=["role","seniority"]',
    ]
    options = [word for line in lines for word in ("--derive", line)]
    printed(capfdbinary, "convert", EXAMPLE, target, "--codebook", codebook, *options)
    before, after = (
        open_derived(str(EXAMPLE), str(codebook), derive=lines),
        open_derived(str(target)),
    )
    assert after.codebook.derived == ()
    assert after.codebook.questions == before.codebook.questions
    assert {"share3", "camp", "agreement"} <= set(pl.read_parquet_schema(target))
    for question in ("share3", "goals", "pairs", "agreement", "camp", "n_obstacles"):
        view = f"--question {question} --by camp --by share3 --where 'n_obstacles>=1'"
        ours, theirs = (tabulate(one, parse_view(one, view)) for one in (before, after))
        assert (ours.rows, ours.columns, ours.notes) == (theirs.rows, theirs.columns, theirs.notes)
    with pytest.raises(cxtui.CodebookError, match="a question has this id already"):
        open_derived(str(target), derive=[SHARE3])


def test_an_edit_changes_the_derive_table_alone(codebook: Path) -> None:
    """Its label, section and nets are edited like those of any question; its answers are not."""
    survey = open_derived(str(EXAMPLE), str(codebook))
    draft = DraftCodebook(survey)
    assert draft.decide(lambda one: edits.set_label(one, "camp", "Camps")) == ""
    problem = draft.decide(lambda one: edits.set_category_label(one, "camp", "1", "Sure"))
    assert problem.endswith("its answers are made of others; change its [[derive]] instead")
    assert "agreement" in draft.decide(lambda one: edits.exclude_question(one, "agree_budget"))
    written = codebook.read_text("utf-8")
    save_codebook(draft.first, draft.now, codebook, written=codebook)
    text = codebook.read_text("utf-8")
    added = 'rest = "Between"\nlabel = "Camps"'
    assert text.replace('\nlabel = "Camps"', "", 1) == written
    assert added in text
    assert draft.undo()
    assert draft.decide(lambda one: edits.exclude_question(one, "camp")) == ""
    assert draft.now.role == ""
    assert "camp" not in draft.now.derived_ids
    save_codebook(draft.first, draft.now, codebook, written=codebook)
    assert '"camp"' not in codebook.read_text("utf-8")
    assert open_derived(str(EXAMPLE), str(codebook)).codebook.find("camp") is None


# Waves

WAVE = Question(
    "wave", "Wave", Kind.SINGLE, ("wave",), (Category("1", "First"), Category("2", "Second"))
)
REGION = Question(
    "region", "Region", Kind.SINGLE, ("region",), categories("A", "B", "C", "D old", "D new")
)


def two_waves() -> list[Respondent]:
    """Two waves of 200, of which the second words D otherwise."""
    return [
        {"wave": wave, "region": 1 + n % 4 + (wave == 2 and n % 4 == 3), "age": 20.0 + n % 50}
        for wave in (1, 2)
        for n in range(200)
    ]


def is_changed(row: TrendRow) -> bool:
    lift = row.courses[0][1].previous
    assert lift
    return lift.changed


def reasons_of(question: str, *lines: str) -> dict[str, bool]:
    """Whether each row of a trend can be compared."""
    schema = {"wave": pl.Int64, "region": pl.Int64, "age": pl.Float64}
    age = Question("age", "Age", Kind.NUMERIC, ("age",))
    survey = survey_of(two_waves(), (WAVE, REGION, age), schema, Codebook(wave="wave"))
    survey = derive_questions(survey, [parse_derivation(one, "--derive") for one in lines])
    found = trend(survey, View(question))
    ranking = rank_questions(
        survey, View(question, all_waves=True), RankingOptions(compare=Compare.WAVES)
    )
    line = next(one for one in ranking.lines if one.question.id == question)
    return {row.label: not is_changed(row) for row in found.rows} | {"": line.is_comparable}


def test_a_reworded_source_is_a_change_of_what_is_made_of_it() -> None:
    """Of the merged answers that it is behind, and of every case; the others are compared."""
    merged = 'id="two", from="region", merge=[{label="AB",of=["1","2"]},{label="CD",of=["3","4"]}]'
    assert reasons_of("two", merged) == {"AB": True, "CD": False, "D new": False, "": False}
    whole = 'id="all", from="region", merge=[{label="AB",of=["1","2"]},{label="D",of=["4","5"]}]'
    assert reasons_of("all", whole)["D"] is False
    cases = 'id="c", cases=[{label="Old",when=["age>=40"]}], rest="Young"'
    assert reasons_of("c", cases) == {"Old": True, "Young": True, "": True}
    cases = 'id="c", cases=[{label="D",when=["region=4,5"]}], rest="Else"'
    assert reasons_of("c", cases) == {"D": False, "Else": False, "": False}


def test_a_wave_that_asked_no_source_has_no_derived_question(tmp_path: Path) -> None:
    """The ids are those of the combined codebook, which the derivation of a wave goes into."""
    first = pl.DataFrame({"role": ["a", "b"] * 40, "region": [1, 2, 3, 4] * 20})
    first.drop("region").write_parquet(tmp_path / "study-2015.parquet")
    first.write_parquet(tmp_path / "study-2016.parquet")
    (tmp_path / "study-2016.codebook.toml").write_text(
        '[[question]]\nid = "region"\ncategories = [{code="1"},{code="2"},{code="3"},{code="4"}]\n'
        '[[derive]]\nid = "two"\nfrom = "region"\nmerge = [{ label = "Low", of = ["1", "2"] }]\n'
    )
    files = (str(tmp_path / "study-2015.parquet"), str(tmp_path / "study-2016.parquet"))
    survey = open_derived(files)
    found = trend(survey, View("two"))
    assert [row.label for row in found.rows] == ["Low", "3", "4"]
    percents = [[point.cell.percent for point in row.courses[0]] for row in found.rows]
    assert [one[1] for one in percents] == [50.0, 25.0, 25.0]
    assert all("not asked then?" in row.courses[0][0].gone for row in found.rows)


# The library


def test_the_library_derives_as_the_command_line() -> None:
    survey = cxtui.open(EXAMPLE).derive(SHARE3).derive(id="n", count=("obstacles",))
    assert survey.where("share3=1").table("n", by="share3").columns[1].label == "Under 20"
    assert survey.derive(id="agree", mean=["agree_language"]).questions["agree"].kind == "numeric"
    with pytest.raises(cxtui.CodebookError, match="derive: derived question 'n': a question has"):
        survey.derive(id="n", count=["tools"])


def test_known_answers_of_cut_ifelse_and_row_means() -> None:
    """What R gives for `cut(x, c(-Inf, 20, 35, Inf), right = FALSE)`, `ifelse` and `rowMeans`."""
    people: list[Respondent] = [
        {"a": 1, "b": 2, "x": 19.999},
        {"a": 3, "b": None, "x": 20.0},
        {"a": None, "b": None, "x": 34.5},
        {"a": 2, "b": 3, "x": 35.0},
        {"a": 1, "b": 1, "x": None},
    ]
    scales = [Question(one, one, Kind.SCALE, (one,), categories("L", "M", "H")) for one in "ab"]
    questions = (*scales, Question("x", "X", Kind.NUMERIC, ("x",)))
    survey = survey_of(people, questions, {"a": pl.Int8, "b": pl.Int8, "x": pl.Float64})
    lines = (
        'id="cut", from="x", bands=[20,35]',
        'id="ifelse", cases=[{label="yes",when="a>=2"}], rest="no"',
        'id="narm", mean=["a","b"], least=1',
        'id="rowmeans", mean=["a","b"]',
    )
    made = derive_questions(survey, [parse_derivation(one, "--derive") for one in lines])
    rows = made.frame.select("cut", "ifelse", "narm", "rowmeans").collect(backend="polars").rows()
    assert list(rows) == [
        ("1", "2", 1.5, 1.5),
        ("2", "1", 3.0, None),
        ("2", None, None, None),
        ("3", "1", 2.5, 2.5),
        (None, "2", 1.0, 1.0),
    ]


def test_nets_of_a_derived_question_can_be_declared_and_saved() -> None:
    text = f"[[derive]]\n{SHARE3.replace(', ', chr(10), 2)}\n" + (
        'nets = [{ code = "low", label = "Low", members = ["Under 20", "2"] }]\n'
    )
    codebook = read_codebook(text, "the test")
    survey = open_derived(str(EXAMPLE))
    survey = derive_questions(survey, codebook.derived)
    share = survey.codebook.find("share3")
    assert share is not None
    assert share.nets == (Net("low", "Low", ("1", "2")),)
    assert replace(survey.codebook.derived[0], nets=()) == parse_derivation(SHARE3, "")


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (" or ".join(["role=1"] * 60_000), "a condition with 60,000 alternatives is too long"),
        (["role=1"] * 20_000, "20,000 conditions are too many, 500 are the most"),
    ],
    ids=["alternatives", "conditions"],
)
def test_very_many_conditions_are_refused_in_one_line(
    when: str | list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """They would take gigabytes to be read."""
    line = f'id = "x", cases = [{{ label = "a", when = {json.dumps(when)} }}]'
    assert main(["questions", str(EXAMPLE), "--derive", line]) == 1
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
