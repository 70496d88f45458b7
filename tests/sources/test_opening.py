"""A location becomes a Survey, or one line that says why not."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from cxtui.analysis.query.count_cube import compute_cube
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view import View
from cxtui.analysis.view.view_options import default_view, parse_view
from cxtui.errors import CodebookError, CxtuiError, SourceError
from cxtui.sources.open_survey import open_survey
from cxtui.survey.codebook.toml_format import METADATA_KEY
from cxtui.survey.note import sentences_of

ROWS = pl.DataFrame(
    {
        "role": ["Marketing", "Technology", "Marketing", "Technology"] * 3,
        "goal": ["Yes", "No", "No", "Yes"] * 3,
        "spent": [1.5, 2.5, 3.5, 4.5] * 3,
    }
)
CODEBOOK = """
title = "{title}"
role = "role"
[[question]]
id = "goal"
label = "{title} goal"
"""


def bases(location: Path) -> list[float | None]:
    """The bases of the first table."""
    survey = open_survey(str(location))
    return list(tabulate(survey, default_view(survey)).bases[0].lowest)


def test_parts_are_one_survey(tmp_path: Path) -> None:
    """A folder, a pattern and a folder of partitions hold all respondents."""
    for year in (2015, 2016):
        (tmp_path / f"wave={year}").mkdir()
        ROWS.write_parquet(tmp_path / f"wave={year}" / "part.parquet")
    assert bases(tmp_path) == [12, 6, 6]
    survey = open_survey(f"{tmp_path}/**/*.parquet")
    assert survey.respondents == 24
    assert survey.codebook.wave == "wave"
    everyone = tabulate(survey, parse_view(survey, "--wave all"))
    assert everyone.bases[0].lowest[0] == 24


def test_only_the_columns_of_a_view_are_read(tmp_path: Path) -> None:
    """A question by role, weighted, reads three columns, however many there are.

    Before its first use the weight is read alone: how large it gets.
    """
    wide = ROWS.with_columns(pl.lit(1).alias(f"c{number}") for number in range(50))
    wide.write_parquet(tmp_path / "survey.parquet")
    survey = open_survey(str(tmp_path / "survey.parquet"))
    read: list[int] = []
    collect = pl.LazyFrame.collect

    def watched(frame: pl.LazyFrame, *args: object, **options: object) -> pl.DataFrame:
        plan = frame.explain()
        part = plan.split("PROJECT ")[-1].split("/")[0]
        read.append(int(part))
        return collect(frame, *args, **options)  # type: ignore[call-overload, no-any-return]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pl.LazyFrame, "collect", watched)
        compute_cube(survey, View("goal", (("role",),), weight="spent"))
    assert read == [1, 3]


def test_the_codebook_beside_wins_over_the_one_inside(tmp_path: Path) -> None:
    """And the one asked for over both."""
    file = tmp_path / "survey.parquet"
    ROWS.write_parquet(file, metadata={METADATA_KEY: CODEBOOK.format(title="inside")})
    assert open_survey(str(file)).codebook.title == "inside"
    (tmp_path / "survey.codebook.toml").write_text(CODEBOOK.format(title="beside"))
    assert open_survey(str(file)).codebook.title == "beside"
    asked = tmp_path / "asked.toml"
    asked.write_text(CODEBOOK.format(title="asked"))
    survey = open_survey(str(file), str(asked))
    assert survey.codebook.title == "asked"
    goal = survey.codebook.find("goal")
    assert goal is not None
    assert [one.label for one in goal.categories] == ["Yes", "No"]
    assert goal.guess == ""
    spent = survey.codebook.find("spent")
    assert spent is not None
    assert spent.guess


def test_a_codebook_lies_beside_a_csv_too(tmp_path: Path) -> None:
    """`NAME.codebook.toml` goes with any file."""
    ROWS.write_csv(tmp_path / "survey.csv")
    (tmp_path / "survey.codebook.toml").write_text(CODEBOOK.format(title="beside"))
    assert open_survey(str(tmp_path / "survey.csv")).codebook.title == "beside"


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("title = ", "is not valid TOML"),
        ("colour = 'red'", "unknown key 'colour'"),
        ("[[question]]\nid = 'goal'\nkinds = 'single'", "unknown key 'kinds'"),
        ("[[question]]\nid = 'goal'\nkind = 'simple'", "kind 'simple'; it takes single"),
        ("[[question]]\nlabel = 'goal'", "lacks 'id'"),
        ("[[question]]\nid = 'gaol'", "needs column 'gaol'"),
        ("weight = 'w'", "needs column 'w'"),
        ("population = ['']", "needs column ''"),
        ("strata = 'role'\ncluster = 'role'", "strata and cluster are both 'role'"),
        ("population = 'goal'", "population takes numbers"),
        ("role = 'nobody'", "role is 'nobody'"),
        ("[[question]]\nid = 'goal'\nkind = 'numeric'", "holds String"),
        ("[[question]]\nid = 'spent'\nkind = 'date'", "holds Float64"),
        ("[[question]]\nid = 'goal'\n[[question]]\nid = 'goal'", "'goal' stands twice"),
        (
            "[[question]]\nid = 'x'\nkind = 'multi'\ncolumns = ['goal', 'goal']\n"
            "categories = [{code = '1'}, {code = '2'}]",
            "column 'goal' stands twice",
        ),
        (
            "[[question]]\nid = 'x'\nkind = 'grid'\ncolumns = ['goal', 'role']\n"
            "items = [{code='a'}, {code='b'}]\ncategories = [{code='Yes', missing=true}]",
            "give it categories that count",
        ),
        (
            "[[question]]\nid = 'x'\nkind = 'multi'\ncolumns = ['goal', 'role']\n"
            "categories = [{code='a'}, {code='b'}, {code='c'}]",
            "2 columns for 3 categories",
        ),
        (
            "[[question]]\nid = 'x'\nkind = 'single'\ncolumns = ['goal', 'role']\n"
            "categories = [{code='a'}, {code='b'}, {code='c'}]",
            "one column, or one for each of its 3 categories",
        ),
        ("[[question]]\nid = 'goal'\ndelimiter = ';'", "delimiter is for a multi question"),
        (
            "[[question]]\nid = 'goal'\nkind = 'multi'\ndelimiter = ';'\nothers = 'x'",
            "others takes the code of a category",
        ),
        ("[[question]]\nid = 'spent'\nkind = 'multi'\ndelimiter = ';'", "holds Float64"),
    ],
)
def test_a_codebook_that_is_wrong_says_where(tmp_path: Path, toml: str, says: str) -> None:
    """In one line that names the codebook or the survey."""
    ROWS.write_parquet(tmp_path / "survey.parquet")
    (tmp_path / "survey.codebook.toml").write_text(toml)
    with pytest.raises(CodebookError, match=says) as raised:
        open_survey(str(tmp_path / "survey.parquet"))
    assert "\n" not in str(raised.value)


def test_other_files_are_refused_with_a_reason(tmp_path: Path) -> None:
    """Missing, empty, mixed, cut off or something else altogether."""
    (tmp_path / "empty.parquet").touch()
    (tmp_path / "text.parquet").write_text("role,goal\n")
    (tmp_path / "cut.parquet").write_bytes(b"PAR1 and then nothing")
    (tmp_path / "notes.docx").write_text("notes")
    (tmp_path / "folder").mkdir()
    (tmp_path / "mixed").mkdir()
    ROWS.write_parquet(tmp_path / "mixed" / "a.parquet")
    ROWS.write_csv(tmp_path / "mixed" / "b.csv")
    ROWS.write_parquet(tmp_path / "survey.parquet")
    for name, says in {
        "empty.parquet": r"empty \(0 bytes\)",
        "text.parquet": "is not a Parquet file",
        "cut.parquet": "could not be read as Parquet",
        "notes.docx": "a .docx file cannot be read",
        "folder": "a folder without survey files",
        "mixed": r"mixes .csv and .parquet",
        "*.sav": "no file matches",
        "surbey.parquet": "did you mean .*survey.parquet",
        "nowhere/survey.parquet": "neither does the folder",
    }.items():
        with pytest.raises(SourceError, match=says) as raised:
            open_survey(str(tmp_path / name))
        assert "\n" not in str(raised.value)


def test_a_survey_without_role_opens_on_its_most_plausible_banner(tmp_path: Path) -> None:
    """And says that it is a guess, also where a codebook declares all its questions."""
    frame = pl.DataFrame({"goal": ["Yes", "No"] * 40, "gender": ["f", "f", "m", "m"] * 20})
    frame.write_parquet(tmp_path / "survey.parquet")
    (tmp_path / "survey.codebook.toml").write_text(
        "[[question]]\nid = 'goal'\n[[question]]\nid = 'gender'\n"
    )
    survey = open_survey(str(tmp_path / "survey.parquet"))
    table = tabulate(survey, default_view(survey))
    assert [one.label for one in table.columns] == ["Total", "f", "m"]
    assert any("Banner: gender (auto-detected" in note for note in sentences_of(table.notes))


def test_a_file_that_vanishes_is_an_error_a_user_can_read(tmp_path: Path) -> None:
    """Not a traceback of the engine."""
    file = tmp_path / "survey.parquet"
    ROWS.write_parquet(file)
    survey = open_survey(str(file))
    file.unlink()
    with pytest.raises(CxtuiError, match="could not be counted") as raised:
        compute_cube(survey, View("goal"))
    assert "\n" not in str(raised.value)


def test_the_latest_wave_of_a_long_file_is_the_latest(tmp_path: Path) -> None:
    """Also if the file is sorted by wave and the sample misses the last one."""
    waves = [("2021H1", 9_000), ("2021H2", 9_000), ("2022Q10", 12), ("2022H1", 9_000)]
    texts = [wave for wave, count in waves for _ in range(count)]
    pl.DataFrame({"wave": texts, "goal": ["Yes"] * len(texts)}).write_parquet(
        tmp_path / "a.parquet"
    )
    survey = open_survey(str(tmp_path / "a.parquet"))
    wave = survey.codebook.find("wave")
    assert wave is not None
    assert [one.code for one in wave.categories] == ["2021H1", "2021H2", "2022H1", "2022Q10"]
    assert str(default_view(survey).filters[0]) == "wave=2022Q10"
