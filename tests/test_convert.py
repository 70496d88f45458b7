"""A converted survey gives the tables of the original, byte for byte."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl
import pyreadstat
import pytest

from cxtui.analysis.ranking.rank_questions import rank_questions
from cxtui.analysis.ranking.ranking_options import RankingOptions
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.table import Table
from cxtui.analysis.view.view_options import parse_view
from cxtui.cli import main
from cxtui.errors import CxtuiError
from cxtui.output import Format, Shape
from cxtui.output.question_document import remarks_on
from cxtui.sources.open_survey import open_survey
from cxtui.survey.codebook.toml_format import METADATA_KEY
from cxtui.survey.model import Survey
from cxtui.survey.note import sentences_of
from tests.rendering import list_questions, render
from tests.shared import FOLDER, shared

FORMATS = ((Format.TEXT, Shape.WIDE), (Format.CSV, Shape.TIDY), (Format.JSON, Shape.WIDE))
MOST_QUESTIONS = 20


def everything(survey: Survey) -> Iterator[tuple[str, object]]:
    """The tables of the survey with all their numbers, and the survey's own notes.

    Every form is made from the table alone: the tables are compared, and the forms of the first.
    """
    # which sheet of a workbook was read is said of the workbook, and of nothing made from it
    said = [line for line in remarks_on(survey) if line not in sentences_of(survey.notes)]
    yield "remarks", "\n".join(said)
    yield "questions", list_questions(survey, Format.CSV)
    questions = survey.codebook.table_questions
    formats: Sequence[tuple[Format, Shape]] = FORMATS
    for question in questions[:: len(questions) // MOST_QUESTIONS + 1]:
        table = asked(survey, f"--question '{question.id}' --no-weight --full")
        yield question.id, repr(table)
        if isinstance(table, Table):
            for format_, shape in formats:
                yield f"{question.id} {format_}", render(table, format_, shape)
            formats = ()
        if survey.codebook.weight:
            yield f"{question.id} weighted", repr(asked(survey, f"--question '{question.id}'"))


def asked(survey: Survey, words: str) -> Table | str:
    """Return the table, or the error that takes its place."""
    try:
        return tabulate(survey, parse_view(survey, words))
    except CxtuiError as error:
        return str(error).replace(survey.location, "FILE")


def converted(source: Path, target: Path) -> Survey:
    assert main(["convert", str(source), str(target)]) == 0
    return open_survey(str(target))


def agree(source: Path, target: Path) -> None:
    before = open_survey(str(source))
    after = converted(source, target)
    assert after.codebook == before.codebook
    old, new = (pl.DataFrame(one.frame.collect().to_native()) for one in (before, after))
    assert old.schema == new.schema
    assert old.equals(new)
    for (name, expected), (other, found) in zip(everything(before), everything(after), strict=True):
        assert (name, expected) == (other, found)


def trapped(rows: int, seed: int) -> str:
    """Text with what a conversion may lose: blanks, quotes, leading zeros, dates, a weight."""
    chance = random.Random(seed)
    lines = [
        'id,role,wave,"What do you use?  [CRM]","What do you use?  [ERP\u00a0X]",zip,'
        '"Goal, so far",joined,sp\u00e9nt,weight,why,always'
    ]
    for number in range(rows):
        cells = (
            *(str(number), chance.choice(["Marketing ", "Marketing", "Technology", ""])),
            chance.choice(["2015", "2016"]),
            chance.choice(["CRM", ""]),
            chance.choice(["ERP\u00a0X", ""]),
            chance.choice(["01", "1", "x", "007"]),
            chance.choice(['"Yes, ""so"""', '"No\nway"', "Don't know", "NA", "=1+1", "\u202eb"]),
            chance.choice(["2020-01-31", "2020-02-29", ""]),
            chance.choice(["1.5", "3", "", "998"]),
            repr(chance.uniform(0.2, 5)),
            chance.choice(["because", "", f"no {number}"]),
            "same",
        )
        lines.append(",".join(cells))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("rows", [1, 90, 20_100], ids=["one", "few", "sampled"])
def test_a_text_full_of_traps(tmp_path: Path, rows: int, seed: int) -> None:
    (tmp_path / "survey.csv").write_text(trapped(rows, seed), "utf-8")
    agree(tmp_path / "survey.csv", tmp_path / "out.parquet")


def test_a_codebook_beside_the_original_travels_inside(tmp_path: Path, seed: int) -> None:
    """Both its declarations and what was auto-detected beyond them travel."""
    (tmp_path / "survey.csv").write_text(trapped(90, seed), "utf-8")
    (tmp_path / "survey.codebook.toml").write_text(
        'title = "Traps"\nignore = ["always"]\n[[question]]\nid = "Goal, so far"\n'
        'nets = [{ code = "some", label = "Some", members = ["=1+1"] }]\n'
        'categories = [{ code = "=1+1", score = 2 }, { code = "No\\nway", missing = true }]\n'
        '[[question]]\nid = "sp\u00e9nt"\nkind = "numeric"\nclasses = [2, 100.5]\n'
    )
    agree(tmp_path / "survey.csv", tmp_path / "out.parquet")
    codebook = open_survey(str(tmp_path / "out.parquet")).codebook
    assert codebook.title == "Traps"
    assert (codebook.role, bool(codebook.role_guess)) == ("role", True)
    assert {one.id for one in codebook.questions if not one.guess} == {"Goal, so far", "sp\u00e9nt"}


def test_the_example(example: Path, tmp_path: Path) -> None:
    agree(example, tmp_path / "out.parquet")


@pytest.mark.parametrize(
    "name",
    [
        "masculinity_538/raw-responses.csv",
        "masculinity_538/masculinity-wide.parquet",
        "cncf_marketing_2020/CNCF Marketing and Member Survey 1H 2020.csv",
        "spack_waves/2020.csv",
        "spack_waves/2020.xlsx",
        "quantipy_example_a/example_a-labelled.parquet",
    ],
)
def test_a_real_survey(tmp_path: Path, name: str) -> None:
    agree(shared(f"data/{name}"), tmp_path / "out.parquet")


# 1,500 columns of one kind hold nothing that thirty do not
EDGES = sorted(
    set(FOLDER.glob("data/edge_files/*.[cp]*")) - {FOLDER / "data/edge_files/wide_1500.parquet"}
)


@pytest.mark.parametrize("file", EDGES, ids=lambda file: file.name)
def test_an_edge_file_agrees_or_leaves_nothing(tmp_path: Path, file: Path) -> None:
    try:
        open_survey(str(file))
    except CxtuiError:
        assert main(["convert", str(file), str(tmp_path / "out.parquet")]) == 1
        assert list(tmp_path.iterdir()) == []
    else:
        agree(file, tmp_path / "out.parquet")


def test_parts_become_one_file(tmp_path: Path) -> None:
    """The column that the folders' names give is part of it."""
    frame = pl.DataFrame({"goal": ["Yes", "No"] * 9, "role": ["Marketing", "Technology", "x"] * 6})
    for year in (2015, 2016):
        (tmp_path / f"in/wave={year}").mkdir(parents=True)
        frame.write_parquet(tmp_path / f"in/wave={year}/part.parquet")
    agree(tmp_path / "in", tmp_path / "out.parquet")
    assert open_survey(str(tmp_path / "out.parquet")).codebook.wave == "wave"


@pytest.mark.parametrize("ending", ["csv", "sav", "dta"])
def test_weighted_sums_agree_to_the_last_bit(tmp_path: Path, ending: str, seed: int) -> None:
    """Sums of many respondents do not depend on the order in which the engine adds them."""
    chance = random.Random(seed)
    frame = pl.DataFrame(
        {
            "role": [chance.choice(["Marketing", "Technology"]) for _ in range(6000)],
            "goal": [chance.choice(["Loyalty", "Cost", "Growth"]) for _ in range(6000)],
            "spent": [chance.choice([1.1, 2.35, 1e7, -0.003]) for _ in range(6000)],
            "weight": [chance.lognormvariate(0, 1) for _ in range(6000)],
        }
    )
    source, target = tmp_path / f"in.{ending}", tmp_path / "out.parquet"
    match ending:
        case "csv":
            frame.write_csv(source)
        case "sav":
            pyreadstat.write_sav(frame, source)
        case _:
            pyreadstat.write_dta(frame, source)
    agree(source, target)
    before, after = open_survey(str(source)), open_survey(str(target))
    assert before.codebook.weight == "weight"
    assert lines_of(before) == lines_of(after)


def lines_of(survey: Survey) -> list[str]:
    view = parse_view(survey, "")
    return list(map(repr, rank_questions(survey, view, RankingOptions()).lines))


def test_a_conversion_of_a_conversion_changes_nothing(
    example: Path, tmp_path: Path, seed: int
) -> None:
    (tmp_path / "a.csv").write_text(trapped(90, seed), "utf-8")
    converted(tmp_path / "a.csv", tmp_path / "b.parquet")
    agree(tmp_path / "b.parquet", tmp_path / "c.parquet")
    inside = [
        pl.read_parquet_metadata(tmp_path / name)[METADATA_KEY]
        for name in ("b.parquet", "c.parquet")
    ]
    assert inside[0] == inside[1]


def test_nothing_is_replaced_or_half_written(
    example: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.parquet"
    out.write_text("mine")
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts/a.parquet").write_bytes(example.read_bytes())
    before = sorted(tmp_path.rglob("*"))
    for words, says in {
        (str(example), str(out)): f"{out} exists; nothing was replaced",
        (str(example), str(tmp_path / "out.csv")): "end the name in .parquet",
        (str(example), str(tmp_path / "no/out.parquet")): "could not be written",
        (str(tmp_path / "no.csv"), str(tmp_path / "b.parquet")): "does not exist",
        (str(tmp_path / "parts"), str(tmp_path / "parts/b.parquet")): "one more part of",
    }.items():
        assert main(["convert", *words]) == 1
        captured = capsys.readouterr()
        assert says in captured.err
        assert (captured.out, captured.err.count("\n")) == ("", 1)
    assert out.read_text() == "mine"
    assert sorted(tmp_path.rglob("*")) == before
    assert main(["convert", str(example), str(out), "--force"]) == 0
    assert open_survey(str(out)).respondents == open_survey(str(example)).respondents
    assert sorted(tmp_path.rglob("*")) == before


def test_a_codebook_beside_the_result_is_mentioned(
    example: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It would be read instead of the one inside."""
    (tmp_path / "out.codebook.toml").write_text('title = "Other"')
    assert main(["convert", str(example), str(tmp_path / "out.parquet")]) == 0
    assert "out.codebook.toml is read before the codebook inside" in capsys.readouterr().err


def test_a_survey_may_become_itself(example: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    file.write_bytes(example.read_bytes())
    assert main(["convert", str(file), str(file), "--force"]) == 0
    assert open_survey(str(file)).codebook == open_survey(str(example)).codebook
