"""`cxtui weight`: what it refuses, what it writes, and the copy that is opened again."""

from __future__ import annotations

import datetime
import json
import math
import random
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cxtui
from cxtui.analysis.query import engine
from cxtui.cli import main
from cxtui.errors import CodebookError, TargetsError, UsageError
from cxtui.sources.open_survey import open_survey
from cxtui.survey.codebook.toml_entries import toml_value
from cxtui.survey.model import Codebook
from cxtui.survey.question import Category, Kind, Question
from cxtui.survey.sampling import Calibration
from cxtui.text import clean

CODEBOOK = """\
weight = ""
[[question]]
id = "sex"
categories = [{ code = "1", label = "Women" }, { code = "2", label = "Men" }]
[[question]]
id = "age"
categories = [{ code = "1" }, { code = "2" }, { code = "9", missing = true }]
[[question]]
id = "place"
categories = [{ code = "N", spellings = ["north", "n"] }, { code = "S" }]
[[question]]
id = "years"
kind = "numeric"
classes = [30]
[[question]]
id = "seen"
kind = "date"
[[question]]
id = "text"
kind = "text"
[[question]]
id = "papers"
kind = "multi"
columns = ["p1", "p2"]
categories = [{ code = "a" }, { code = "b" }]
[[question]]
id = "one"
columns = ["o1", "o2"]
categories = [{ code = "x" }, { code = "y" }]
"""
ROWS = 120


def frame(rows: int = ROWS) -> pl.DataFrame:
    """Respondents with every kind of question that a margin may have."""
    draw = random.Random(5)
    place = range(rows)
    first = [draw.random() < 0.3 for _ in place]
    return pl.DataFrame(
        {
            "sex": [draw.choice([1, 2, 2]) for _ in place],
            "age": [draw.choice([1, 1, 2]) for _ in place],
            "place": [draw.choice(["N", "north", "n", "S"]) for _ in place],
            "years": [draw.choice([18.0, 25.0, 44.5, 70.0]) for _ in place],
            "seen": [datetime.date(2020, draw.choice([1, 2]), 3) for _ in place],
            "p1": [draw.choice([1, None]) for _ in place],
            "p2": [draw.choice([1, None]) for _ in place],
            "o1": [1 if one else None for one in first],
            "o2": [None if one else 1 for one in first],
            "d": [draw.uniform(0.5, 2) for _ in place],
            "text": ["so" for _ in place],
        }
    )


SEX = '[[margin]]\nquestions = ["sex"]\ntargets = { 1 = 0.5, 2 = 0.5 }\n'
AGE = '[[margin]]\nquestions = ["age"]\ntargets = { 1 = 0.5, 2 = 0.5 }\n'


class Folder:
    """A survey with its codebook and targets; `weigh` runs the verb."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capture = folder, capture
        self.out = folder / "out.parquet"

    def write(self, respondents: pl.DataFrame, codebook: str = CODEBOOK) -> None:
        respondents.write_parquet(self.folder / "survey.parquet")
        (self.folder / "survey.codebook.toml").write_text(codebook, "utf-8")

    def weigh(self, targets: str, *words: str) -> tuple[int, str, str]:
        """Return exit code, output and messages."""
        file = self.folder / "targets.toml"
        file.write_text(targets, "utf-8")
        survey = str(self.folder / "survey.parquet")
        code = main(["weight", survey, "--targets", str(file), "-o", str(self.out), *words])
        captured = self.capture.readouterr()
        return code, captured.out, captured.err

    def refused(self, targets: str, *words: str) -> str:
        """Return the message of a refusal, behind the file's name; nothing is written."""
        before = sorted(self.folder.iterdir())
        code, out, err = self.weigh(targets, *words)
        assert (code, out, err.count("\n")) == (1, "", 1)
        assert sorted(self.folder.iterdir()) == before
        return err.removeprefix(f"cxtui: {self.folder / 'targets.toml'}, ").rstrip("\n")

    def weights(self, targets: str, *words: str) -> pl.DataFrame:
        """Return the respondents of the copy."""
        code, _, err = self.weigh(targets, *words)
        assert code == 0, err
        return pl.read_parquet(self.out)


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Folder:
    made = Folder(tmp_path, capsys)
    made.write(frame())
    (tmp_path / "targets.toml").touch()
    return made


def changed(column: str, values: Mapping[int, object]) -> pl.DataFrame:
    """The respondents with some answers replaced, by row."""
    found = frame()
    new = [values.get(at, one) for at, one in enumerate(found[column].to_list())]
    return found.with_columns(pl.Series(column, new, found.schema[column]))


def questions(name: str, targets: str) -> str:
    return f'[[margin]]\nquestions = ["{name}"]\ntargets = {{ {targets} }}\n'


# What is refused


@pytest.mark.parametrize(
    ("targets", "says"),
    [
        (
            SEX + questions("age", "1 = 0.5, 2 = 0.3, 3 = 0.2"),
            "line 6: age: target for 3 (0.2), but nobody answered 3; merge it with "
            "another, such as 2",
        ),
        (
            SEX + questions("age", "1 = 100"),
            "line 6: age: {old} respondents answered 2, which has no target; give 2 a target, or "
            "declare it missing in the codebook",
        ),
        (
            questions("sex", "1 = 0, 2 = 1"),
            "line 3: sex: the target for 1 is 0, but {women} respondents answered 1; give 1 a "
            "target over 0, or declare it missing in the codebook",
        ),
        (
            SEX + questions("sexx", "1 = 1"),
            "line 5: {survey} has no question 'sexx'; `cxtui questions` lists what it has",
        ),
        (
            questions("papers", "a = 1"),
            "line 2: papers is multi: a margin takes questions with one answer a respondent",
        ),
        (
            questions("text", "so = 1"),
            "line 2: text is text: a margin takes questions with one answer a respondent",
        ),
        (
            f'base = "e"\n{SEX}',
            "line 1: 'e' cannot be a weight: {survey} has no such number column",
        ),
        (
            f'base = "place"\n{SEX}',
            "line 1: 'place' cannot be a weight: {survey} has no such number column",
        ),
    ],
)
def test_targets_that_do_not_fit_are_refused(folder: Folder, targets: str, says: str) -> None:
    """With the counts, the line, and what to do."""
    counts = {"old": (frame()["age"] == 2).sum(), "women": (frame()["sex"] == 1).sum()}
    survey = str(folder.folder / "survey.parquet")
    assert folder.refused(targets) == says.format(survey=survey, **counts)


MISSING = (
    "; give them one, a target for missing, or leave them out (--missing drop); --missing category "
    "gives them their share as target"
)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({3: None}, "line 6: age: 1 respondent has no answer" + MISSING),
        ({3: None, 5: 9, 7: 9}, "line 6: age: 3 respondents have no answer" + MISSING),
    ],
)
def test_respondents_without_an_answer_are_refused(
    folder: Folder, values: dict[int, object], says: str
) -> None:
    """User-missing codes are no answer."""
    folder.write(changed("age", values))
    assert folder.refused(SEX + AGE).replace("line 5", "line 6") == says


@pytest.mark.parametrize("value", [None, 0.0, -1.0, math.nan, math.inf])
def test_an_unusable_base_weight_is_refused_or_dropped(folder: Folder, value: float | None) -> None:
    """Null, 0, negative and not finite alike; `--missing category` does not help."""
    folder.write(changed("d", {2: value, 4: value}))
    targets = f'base = "d"\n{SEX}'
    for words in ((), ("--missing", "category")):
        assert folder.refused(targets, *words) == (
            "line 1: d: 2 respondents have no base weight over 0; give them one, or leave them out "
            "(--missing drop)"
        )
    found = folder.weights(targets, "--missing", "drop")["w"]
    assert found.is_null().arg_true().to_list() == [2, 4]
    assert found.sum() == pytest.approx(ROWS - 2)


def test_a_pattern_of_answers_that_cannot_be_raked_is_refused(folder: Folder) -> None:
    """Women are young here without exception: no weights give more women than young people."""
    rows = frame().with_columns(age=pl.when(pl.col("sex") == 1).then(1).otherwise(pl.col("age")))
    folder.write(rows)
    targets = questions("sex", "1 = 0.6, 2 = 0.4") + questions("age", "1 = 0.3, 2 = 0.7")
    said = folder.refused(targets)
    assert "no weights meet the targets: " in said
    assert said.startswith("line 3: ") or said.startswith("line 6: ")
    assert " of 0.6; too few" in said or " of 0.4; too few" in said


def test_bounds_that_no_weights_meet_are_refused(folder: Folder) -> None:
    said = folder.refused("bounds = [0.9, 1.1]\n" + questions("sex", "1 = 0.6, 2 = 0.4"))
    assert "no weights within 0.9 to 1.1 meet the targets: sex 1 reaches 0." in said
    assert said.endswith(" of 0.6; widen the bounds, or merge answers")


def test_limits_that_leave_no_weight_inside_are_refused(folder: Folder) -> None:
    targets = "trim = [0.9, 1.1]\n" + questions("sex", "1 = 0.6, 2 = 0.4")
    assert folder.refused(targets) == (
        "line 1: no weights are from 0.9 to 1.1 times the mean weight; widen trim, or take bounds"
    )


def test_a_number_without_classes_takes_targets_by_number(folder: Folder) -> None:
    """The message names the classes; few numbers may have a target each."""
    folder.write(frame(), CODEBOOK.replace("classes = [30]", ""))
    said = folder.refused(questions("years", "'<30' = 60, '>=30' = 40"))
    assert said.endswith("no target; give 18 a target, or the number classes in the codebook")
    found = folder.weights(questions("years", "18 = 20, 25 = 20, '44.5' = 30, 70 = 30"))
    assert found.filter(pl.col("years") < 30)["w"].sum() == pytest.approx(0.4 * ROWS)


def test_two_answers_to_one_question_are_refused(folder: Folder) -> None:
    folder.write(frame().with_columns(o2=pl.lit(1)))
    both = frame()["o1"].drop_nulls().len()
    assert folder.refused(questions("one", "x = 0.5, y = 0.5")) == (
        f"line 2: one: {both} respondents gave several answers; a margin takes one"
    )


def test_a_file_without_respondents_is_refused(folder: Folder) -> None:
    folder.write(changed("age", dict.fromkeys(range(ROWS))))
    assert "no respondents are left to weight" in folder.refused(AGE, "--missing", "drop")


def test_codes_that_make_one_name_of_two_cells_are_refused(folder: Folder) -> None:
    """`|` joins the codes of crossed questions."""
    rows = pl.DataFrame({"a": ["x|y", "x"], "b": ["z", "y|z"]})
    folder.write(rows, '[[question]]\nid = "a"\n[[question]]\nid = "b"\n')
    said = folder.refused('[[margin]]\nquestions = ["a", "b"]\ntargets = { "x|y|z" = 1 }')
    assert "a × b: two combinations of answers are both called x|y|z" in said


def test_nothing_is_replaced(folder: Folder) -> None:
    """Neither an existing file without --force, nor the survey, nor one of its columns."""
    folder.out.write_text("mine")
    assert folder.refused(SEX) == f"cxtui: {folder.out} exists; nothing was replaced"
    survey = folder.folder / "survey.parquet"
    before, folder.out = survey.read_bytes(), survey
    assert "is the survey itself" in folder.refused(SEX, "--force")
    assert survey.read_bytes() == before
    folder.out = folder.folder / "out.csv"
    assert "end the name in .parquet" in folder.refused(SEX)
    folder.out = folder.folder / "other.parquet"
    said = folder.refused(SEX, "--name", "sex")
    assert said == f"cxtui: {survey} has a column 'sex' already: take another --name"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("-o", "x.parquet"), "--targets is missing: type cxtui weight FILE… --targets TOML -o"),
        (("--targets", "t.toml"), "--output is missing: type cxtui weight FILE… --targets TOML"),
        (("--targets", "t.toml", "-o", "x", "--missing", "no"), "--missing takes refuse, drop,"),
        (("--targets", "t.toml", "-o", "x", "--name", ""), "--name takes the name of a column"),
        (("--targets", "t.toml", "--check", "--format", "csv"), "--format takes text, json, not"),
    ],
)
def test_a_wrong_command_line_is_refused(
    words: Sequence[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before anything is read: exit code 2."""
    assert main(["weight", "survey.parquet", *words]) == 2
    captured = capsys.readouterr()
    assert says in captured.err and captured.err.count("\n") == 1


# What is written


def test_a_check_writes_nothing(folder: Folder) -> None:
    """It prints the same report."""
    before = sorted(folder.folder.iterdir())
    code, checked, err = folder.weigh(SEX + AGE, "--check")
    assert (code, err) == (0, "")
    assert sorted(folder.folder.iterdir()) == before
    code, out, err = folder.weigh(SEX + AGE)
    assert (code, out) == (0, checked)
    assert f"wrote {folder.out}\n" in err
    assert checked.startswith("Raked: 120 respondents used, 0 left out · ")
    assert "1 Women" in checked and "Design effect" in checked
    assert folder.weigh(SEX + AGE, "--check")[1:] == (checked, "")  # beside the file


def test_the_copy_has_all_rows_and_columns_in_their_order(folder: Folder) -> None:
    """And the weight as last column; the survey stays as it was."""
    survey = folder.folder / "survey.parquet"
    before = survey.read_bytes()
    found = folder.weights(f'base = "d"\ntotal = 5000\n{SEX}{AGE}', "--name", "wéight")
    assert survey.read_bytes() == before
    assert found.columns == [*frame().columns, "wéight"]
    assert found.drop("wéight").equals(frame())
    assert found["wéight"].sum() == pytest.approx(5000)


def test_tables_of_the_copy_meet_the_targets(folder: Folder) -> None:
    """The copy is weighted at once, and the base weight stays one."""
    folder.write(frame(), CODEBOOK.replace('weight = ""', 'weight = "d"'))
    folder.weights(SEX + AGE)
    survey = cxtui.open(folder.out)
    assert (survey.codebook.weight, survey.codebook.weights) == ("w", ("d", "w"))
    for name in ("sex", "age"):
        shown = survey.table(name).rows[:2]
        assert [row.cells[0].percent for row in shown] == pytest.approx([50, 50])


def test_without_a_base_the_weight_of_the_codebook_is_mentioned(folder: Folder) -> None:
    folder.write(frame(), CODEBOOK.replace('weight = ""', 'weight = "d"'))
    _, out, _ = folder.weigh(SEX, "--check")
    assert 'set base = "d" in the targets' in " ".join(out.split())
    assert 'base = "d"' not in folder.weigh(f'base = "d"\n{SEX}', "--check")[1]


def test_respondents_without_an_answer_can_be_left_out(folder: Folder) -> None:
    """They have no weight; the mean of the others is 1."""
    folder.write(changed("age", {3: None, 5: 9}))
    found = folder.weights(SEX + AGE, "--missing", "drop", "--format", "json")["w"]
    assert found.is_null().arg_true().to_list() == [3, 5]
    assert found.mean() == pytest.approx(1)
    _, out, _ = folder.weigh(SEX + AGE, "--check", "--missing", "drop", "--format", "json")
    report = json.loads(out)
    assert (report["n"], report["left_out"]) == (ROWS - 2, 2)
    assert report["notes"][0] == "Left out, without a weight: 2 respondents without a value in age"


def test_respondents_without_an_answer_can_keep_their_share(folder: Folder) -> None:
    """Also in crossed margins; the other targets share the rest."""
    folder.write(changed("age", {3: None, 5: 9, 8: None}))
    crossed = (
        '[[margin]]\nquestions = ["sex", "age"]\n'
        'targets = { "1|1" = 0.3, "1|2" = 0.2, "2|1" = 0.2, "2|2" = 0.3 }\n'
    )
    found = folder.weights(crossed, "--missing", "category")
    share = 3 / ROWS
    silent = found.filter(~pl.col("age").is_in([1, 2]) | pl.col("age").is_null())
    assert silent["w"].sum() / ROWS == pytest.approx(share)
    young = found.filter((pl.col("sex") == 1) & (pl.col("age") == 1))
    assert young["w"].sum() / ROWS == pytest.approx(0.3 * (1 - share))
    calibrated = open_survey(str(folder.out)).codebook.calibrated
    assert calibrated == Calibration("", (("sex", "w_age"),))
    assert found["w_age"].to_list()[3:6] == ["", str(found["age"][4]), ""]


@pytest.mark.parametrize(
    ("name", "targets", "codes"),
    [
        ("place", {"N": 40, "S": 60}, {"N": ["N", "north", "n"], "S": ["S"]}),
        ("years", {"<30": 70, ">=30": 30}, {"<30": [18.0, 25.0], ">=30": [44.5, 70.0]}),
        ("seen", {"2020-01": 30, "2020-02": 70}, {}),
        ("one", {"x": 50, "y": 50}, {}),
    ],
)
def test_answers_that_are_not_the_values_of_a_column_get_one(
    folder: Folder, name: str, targets: dict[str, int], codes: dict[str, list[Any]]
) -> None:
    """Spellings, classes, periods and ticks: the codebook names the column, no question has it."""
    entries = ", ".join(f"{toml_value(code)} = {one}" for code, one in targets.items())
    found = folder.weights(SEX + questions(name, entries))
    held = found.group_by(f"w_{name}").agg(pl.col("w").sum()).rows()
    assert {code: 100 * one / ROWS for code, one in held} == pytest.approx(targets)
    for code, values in codes.items():
        assert found.filter(pl.col(name).is_in(values))[f"w_{name}"].unique().to_list() == [code]
    codebook = open_survey(str(folder.out)).codebook
    assert codebook.calibrated == Calibration("", (("sex",), (f"w_{name}",)))
    assert f"w_{name}" in {one.column for one in codebook.excluded}
    assert f"w_{name}" not in {column for one in codebook.questions for column in one.columns}


def test_targets_off_a_little_and_zero_targets_are_said(folder: Folder) -> None:
    targets = questions("sex", "1 = 0.499, 2 = 0.5, 3 = 0")
    report = json.loads(folder.weigh(targets, "--format", "json")[1])
    assert report["notes"][:2] == [
        "sex: the targets sum to 0.999 and were scaled to 1",
        "sex: the target 0 for 3 was dropped",
    ]


def test_far_targets_and_heavy_weights_are_warned_of(folder: Folder) -> None:
    """The cells are named."""
    folder.write(changed("age", {at: 2 if at == 7 else 1 for at in range(ROWS)}))
    report = json.loads(folder.weigh(AGE, "--format", "json")[1])
    assert report["warnings"] == [
        "age 2: only 1 respondent for a target of 50.0%",
        "age 2: the target 50.0% is 60 times the share 0.8%",
        f"The design effect is {report['design_effect']:.2f}: 120 respondents are worth "
        f"{report['effective_n']:.0f}",
        "age 2: the weight is 60.0 times the base weight (1 respondent)",
    ]


def test_counts_give_the_sum_of_the_weights(folder: Folder) -> None:
    targets = questions("sex", "1 = 4000, 2 = 6000") + AGE
    assert folder.weights(targets)["w"].sum() == pytest.approx(10_000)


def test_many_respondents_keep_their_order(folder: Folder) -> None:
    """More rows than the engine writes in one part; one query counts them all."""
    rows = pl.concat([frame()] * 3000, rechunk=True).with_columns(
        pl.int_range(pl.len()).alias("place_in_file")
    )
    folder.write(rows)
    found = folder.weights(f'base = "d"\n{SEX}{AGE}')
    assert found["place_in_file"].equals(rows["place_in_file"])
    first = found.head(ROWS)["w"]
    assert found["w"].equals(pl.concat([first] * 3000, rechunk=True))


def test_a_column_that_the_calibration_names_has_to_exist(folder: Folder) -> None:
    survey = folder.folder / "survey.parquet"
    for table, says in {
        "margins = [['sex'], ['none']]": "[calibrated] margins needs column 'none'",
        "base = 'none'\nmargins = [['sex']]": "[calibrated] base needs column 'none'",
        "margins = ['sex']": "[calibrated]: margins takes a list of lists of columns",
        "margins = [[]]": "[calibrated]: margins takes a list of lists of columns",
        "margin = [['sex']]": "[calibrated] has the unknown key 'margin'",
        "margins = [['sex', 'sex']]": "[calibrated], column 'sex' stands twice",
    }.items():
        folder.write(frame(), f"{CODEBOOK}\n[calibrated]\n{table}\n")
        with pytest.raises(CodebookError) as refused:
            open_survey(str(survey))
        assert says in str(refused.value)


# Any names


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cn", "Co", "Cs")), max_size=6)
CODES = st.lists(TEXTS.filter(clean), min_size=2, max_size=5, unique_by=clean)


@given(CODES, TEXTS.filter(bool), st.integers(0, 2**32 - 1))
def test_codes_and_names_of_any_text_are_weighted(
    tmp_path_factory: pytest.TempPathFactory, codes: list[str], name: str, seed: int
) -> None:
    """The weights of each answer sum to its target, also in the copy that is opened again."""
    draw, column = random.Random(seed), f"q{name}"
    rows = [(code, sex) for code in codes for sex in (1, 2)] * 2
    rows += draw.choices(rows, k=20)
    frame = pl.DataFrame(rows, {column: pl.String, "sex": pl.Int64}, orient="row")
    listed = tuple(Category(code, clean(code)) for code in codes)
    asked = Question("q", "Question", Kind.SINGLE, (column,), listed)
    survey = cxtui.from_frame(frame, Codebook((asked,)))
    targets = {f"{code}|{sex}": draw.randrange(200, 5000) for code in codes for sex in (1, 2)}
    margin = {"questions": ["q", "sex"], "targets": targets}
    found = survey.weight({"margin": [margin], "total": 1000}, name=f"w{name}")
    folder = tmp_path_factory.mktemp("copy")
    copy = cxtui.open(found.survey.write(folder / "copy.parquet"))
    assert copy.codebook.weight == f"w{name}"
    held = (
        copy.frame.collect().group_by(column, "sex").agg(pl.col(f"^{re.escape(f'w{name}')}$").sum())
    )
    sums = {f"{code}|{sex}": one for code, sex, one in held.rows()}
    whole = sum(targets.values())
    assert sums == pytest.approx({code: 1000 * one / whole for code, one in targets.items()})


# From Python


def test_the_library_gives_what_the_command_line_writes(folder: Folder) -> None:
    """Targets from a file or a mapping, respondents kept by a filter, and the report."""
    written = folder.weights(f'base = "d"\n{SEX}')
    survey = cxtui.open(folder.folder / "survey.parquet")
    found = survey.weight(folder.folder / "targets.toml")
    assert found.survey.frame.collect().equals(written)
    assert found.report.n == ROWS
    assert json.loads(found.to_json())["design_effect"] == found.report.design_effect
    assert found.to_polars()["target_percent"].to_list() == [50, 50]
    assert "Effective n" in repr(found)
    sex = {"margin": [{"questions": ["sex"], "targets": {"1": 30, "2": 70}}]}
    kept = survey.where("age=1").weight(sex, name="v", missing="drop")
    rows = kept.survey.frame.collect()
    assert len(rows) == frame().filter(pl.col("age") == 1).height
    assert rows.filter(pl.col("sex") == 1)["v"].sum() == pytest.approx(0.3 * len(rows))
    with pytest.raises(TargetsError, match=r"^sex: target for 3"):
        survey.weight({"margin": [{"questions": ["sex"], "targets": {"1": 30, "2": 60, "3": 10}}]})
    with pytest.raises(UsageError, match="missing takes refuse, drop, category, not 'no'"):
        survey.weight(sex, missing="no")  # type: ignore[arg-type]


def test_one_query_counts_everything(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its result has a row a joint cell, not one a respondent."""
    survey = cxtui.open(folder.folder / "survey.parquet")
    sizes: list[int] = []
    collect = engine.collect_frames

    def counted(frames: Sequence[Any]) -> list[Any]:
        found = collect(frames)
        sizes.extend(map(len, found))
        return found

    monkeypatch.setattr(engine, "collect_frames", counted)
    targets = {"1": 50, "2": 50}
    margins = [{"questions": [name], "targets": targets} for name in ("sex", "age")]
    survey.weight({"margin": margins})
    assert sizes == [4]
