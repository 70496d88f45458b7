"""Several files are one survey: what each wave says by itself, it says in the whole too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
import pytest

from cxtui.analysis.query.count_cube import compute_cube
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.build_trend import trend
from cxtui.analysis.view.view import Base, View
from cxtui.analysis.view.view_options import default_view
from cxtui.cli import main
from cxtui.errors import CodebookError, SourceError
from cxtui.sources.open_survey import open_survey
from cxtui.survey.conditions import Filter
from cxtui.survey.model import Survey
from cxtui.survey.note import sentences_of
from cxtui.survey.question import Kind
from tests.shared import shared

Answers = Mapping[str, Sequence[object]]


def written(folder: Path, files: Mapping[str, Answers]) -> list[str]:
    """Write each file in the format that its name says; return their names."""
    for name, columns in files.items():
        frame, file = pl.DataFrame(columns, strict=False), folder / name
        if file.suffix == ".csv":
            frame.write_csv(file)
        elif file.suffix == ".xlsx":
            frame.write_excel(file)
        else:
            frame.cast({pl.String: pl.Categorical}).write_parquet(file)
    return [str(folder / name) for name in files]


def counts(survey: Survey, question: str, *filters: Filter) -> dict[str, float]:
    """How many gave each answer, and the base."""
    cube = compute_cube(survey, View(question, filters=filters))
    given = {row.label: cube.cells.n[0, place, 0] for place, row in enumerate(cube.rows)}
    answered = cube.bases[Base.ANSWERED].n[0, 0]
    return {label: float(n) for label, n in given.items() if n} | {"base": float(answered)}


ROLE = ["Marketing", "Technology", "Marketing", "Technology", "Marketing", "Sales"] * 5
FILES: dict[str, Answers] = {
    "2018.csv": {
        "role": ROLE,
        "satisfied": ["Yes", "No", "No", "Yes", "Yes", None] * 5,
        "tools_1": ["CRM", None, "CRM", None, None, None] * 5,
        "tools_2": [None, "CMS", "CMS", None, None, None] * 5,
        "code": [1, 2, 3, 1, 2, 3] * 5,
        "spent": [1.5, 2.5, 30.25, 4, 5, 6] * 5,
        "since": ["2017-01-03", "2017-02-03", "2017-01-05"] * 10,
    },
    "2019.xlsx": {
        "role": [one.upper() for one in ROLE],
        "satisfied": ["Yes, very", "No", "No", "Yes, very", None, "No"] * 5,
        "tools_1": ["CRM", None, None, None, "CRM", None] * 5,
        "tools_3": [None, "DAM", "DAM", None, None, None] * 5,
        "code": ["1", "2", "x", "1", "2", "3"] * 5,
        "spent": [1, 2, 3, 4, 5, 6] * 5,
        "remark": [f"said {n}" for n in range(30)],
    },
    "2020.parquet": {
        "role": ROLE,
        "satisfied": ["No", "Yes", "No", "Yes", "Yes", "Yes"] * 5,
        "tools_1": ["CRM", "CRM", None, None, None, None] * 5,
        "tools_2": ["CMS", None, None, None, None, None] * 5,
        "code": [1, 2, 3, 1, 2, 4] * 5,
        "spent": [1, 2, 3, 4, 5, 6] * 5,
    },
}


def test_a_wave_has_the_numbers_of_its_own_file(tmp_path: Path) -> None:
    """Also where one file holds numbers, another texts and a third categories."""
    names = written(tmp_path, FILES)
    whole = open_survey(names)
    assert whole.respondents == 90
    assert [one.code for one in whole.codebook.questions[0].categories] == ["2018", "2019", "2020"]
    assert str(default_view(whole).filters[0]) == "wave=2020"
    compared = 0
    for name in names:
        own = open_survey(name)
        wave = Filter("wave", "=", (Path(name).stem,))
        for question in own.codebook.questions:
            together = whole.codebook.find(question.id)
            assert together is not None
            if question.kind is together.kind is not Kind.NUMERIC:
                folded = {label.casefold(): n for label, n in counts(own, question.id).items()}
                again = counts(whole, together.id, wave)
                assert {label.casefold(): n for label, n in again.items()} == folded
                compared += 1
    assert compared > 10


def test_what_a_wave_did_not_ask_or_offer_is_said_and_not_compared(tmp_path: Path) -> None:
    """An item that was not on the list is no share of 0 %; a question not asked has no base."""
    whole = open_survey(written(tmp_path, FILES))
    assert counts(whole, "since", Filter("wave", "=", ("2020",)))["base"] == 0
    tools = trend(whole, View("tools"))
    gone = {row.label: [point.gone for point in row.courses[0]] for row in tools.rows}
    assert ["2019" in reason for reason in gone["CMS"]] == [False, True, False]
    assert all(gone["DAM"][wave] for wave in (0, 2)) and not any(gone["CRM"])
    satisfied = trend(whole, View("satisfied"))
    very = next(row for row in satisfied.rows if row.label == "Yes, very")
    assert very.courses[0][0].gone and very.courses[0][2].gone
    guesses = {one.id: one.guess for one in whole.codebook.questions}
    assert "asked in 2018 only" in guesses["since"]
    assert "“Yes, very” (2019)" in guesses["satisfied"]
    assert "numbers in 2018, 2020, texts in 2019" in guesses["code"]
    said = "\n".join(sentences_of(whole.notes))
    assert "3 waves in wave, named after their files: 2018 (30), 2019 (30), 2020 (30)" in said
    assert "only in 2019: remark" in said
    assert {"role", "spent", "tools_3", "remark", "since"} <= set(whole.schema)


def test_no_column_is_lost_and_only_those_of_a_view_are_read(tmp_path: Path) -> None:
    """The waves stay as lazy as their files: of 60 columns three are decoded."""
    wide = {f"c{number}": ["a", "b", "c"] * 4 for number in range(58)}
    files = {f"{year}.parquet": {"q": ["Yes", "No"] * 6, **wide} for year in (2018, 2019)}
    survey = open_survey(written(tmp_path, files))
    assert len(survey.schema) == 60
    native = survey.frame.select("wave", "q", "c7").to_native()
    assert isinstance(native, pl.LazyFrame)
    plan = native.explain()
    assert plan.count("2/59 COLUMNS") == 2, plan


def test_codes_are_read_as_each_wave_means_them(tmp_path: Path) -> None:
    """Each file has its own codebook beside it; one of them turned the codes round."""
    files: dict[str, Answers] = {
        "t-2018.csv": {"q7": [1, 1, 2] * 4, "w": [1.5] * 12, "region": [1, 2, 3] * 4},
        "t-2019.csv": {"q9": [1, 1, 2] * 4, "w": [0.5] * 12, "region": [1, 2, 3] * 4},
    }
    names = written(tmp_path, files)
    for name, identity, answers in (
        ("t-2018", "q7", ("Yes", "No")),
        ("t-2019", "q9", ("No", "Yes")),
    ):
        pairs = ", ".join(
            f"{{code='{code}', label='{label}'}}" for code, label in enumerate(answers, 1)
        )
        (tmp_path / f"{name}.codebook.toml").write_text(
            f"weight = 'w'\nstrata = 'region'\n"
            f"[[question]]\nid = '{identity}'\nlabel = 'Satisfied?'\ncategories = [{pairs}]\n"
        )
    survey = open_survey(names)
    assert counts(survey, "q7", Filter("wave", "=", ("2018",))) == {"Yes": 8, "No": 4, "base": 12}
    assert counts(survey, "q7", Filter("wave", "=", ("2019",))) == {"No": 8, "Yes": 4, "base": 12}
    question = survey.codebook.find("q7")
    assert question is not None and "written anew" in question.guess
    assert survey.codebook.weight == "w"
    strata = survey.frame.select(survey.codebook.strata).unique().collect()
    assert strata.shape[0] == 6
    (tmp_path / "t-waves.codebook.toml").write_text(
        "title = 'Tracker'\n[[question]]\nid = 'q7'\nlabel = 'Happy?'\n"
    )
    again = open_survey(names).codebook
    assert (again.title, again.wave, again.questions[0].label) == ("Tracker", "wave", "Happy?")
    assert len(again.questions) == len(survey.codebook.questions)
    asked = tmp_path / "asked.toml"
    asked.write_text("[[question]]\nid = 'q99'\n")
    with pytest.raises(CodebookError, match="needs column 'q99'"):
        open_survey(names, str(asked))


def test_a_weight_that_one_wave_lacks_is_not_on_by_itself(tmp_path: Path) -> None:
    """Otherwise all respondents of the other wave would be excluded."""
    files: dict[str, Answers] = {
        "2018.csv": {"q": ["Yes", "No"] * 5, "weight": [0.5, 1.5] * 5},
        "2019.csv": {"q": ["Yes", "No"] * 5},
    }
    survey = open_survey(written(tmp_path, files))
    assert (survey.codebook.weight, survey.codebook.weights) == ("", ("weight",))
    assert "no weight is on at first: 2018 has weight, 2019 has none" in sentences_of(survey.notes)


def test_a_wave_column_of_the_files_stays_and_is_said(tmp_path: Path) -> None:
    """One that does not tell the files apart stays a question."""
    files: dict[str, Answers] = {
        f"{year}.csv": {"year": [year] * 6, "q": ["Yes", "No"] * 3} for year in (2018, 2019)
    }
    survey = open_survey(written(tmp_path, files))
    assert (survey.codebook.wave, "wave" in survey.schema) == ("year", False)
    assert "2 files, identified by their own year" in sentences_of(survey.notes)[0]
    for answers in files.values():
        answers["year"][0] = 2017  # type: ignore[index]
    survey = open_survey(written(tmp_path, files))
    assert survey.codebook.wave == "wave"
    assert survey.codebook.find("year") is not None
    assert "year stays a question: its values do not tell the files apart" in sentences_of(
        survey.notes
    )


def test_a_file_of_another_survey_is_refused(tmp_path: Path) -> None:
    names = written(tmp_path, {"2018.csv": {"q": ["a", "b"]}, "2019.csv": {"z": ["c", "d"]}})
    with pytest.raises(SourceError, match=r"2018\.csv has no question in common") as raised:
        open_survey(names)
    assert "\n" not in str(raised.value)


def test_every_verb_takes_several_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what is converted gives the same tables."""
    monkeypatch.chdir(tmp_path)
    names = written(tmp_path, FILES)
    assert main(["questions", *names, "--format", "csv"]) == 0
    listed = capsys.readouterr()
    assert "3 waves in wave" in listed.err
    ids = [line.partition(",")[0] for line in listed.out.splitlines()[1:]]
    assert main(["convert", *names, "out.parquet"]) == 0
    capsys.readouterr()
    for question in ids:
        tables = []
        for location in (names, ["out.parquet"]):
            assert main(["table", *location, question, "--by", "role", "--format", "csv"]) == 0
            tables.append(capsys.readouterr().out)
        assert tables[0] == tables[1]
    assert main(["codebook", *names, "-o", "waves.codebook.toml"]) == 0
    assert main(["gaps", *names, "--by", "role", "--format", "csv"]) == 0
    assert main(["table", *names, "satisfied", "--wave", "all", "--by", "wave"]) == 0
    assert "2018" in capsys.readouterr().out
    assert main(["table", *names, "satisfied", "-o", names[0], "--force"]) == 1
    assert "is the survey itself" in capsys.readouterr().err
    assert main(["questions", names[0], names[0]]) == 1
    assert "is named twice" in capsys.readouterr().err


def test_a_folder_of_waves_is_one_survey(tmp_path: Path) -> None:
    written(tmp_path, {name: FILES[name] for name in ("2018.csv", "2019.xlsx")})
    survey = open_survey(str(tmp_path))
    assert (survey.respondents, survey.location) == (60, str(tmp_path))


def test_the_three_waves_of_a_real_tracker() -> None:
    """Their published shares, read through all three files; its numbers shift from year to year."""
    folder = shared("data/ospo_2018_2020")
    survey = open_survey(sorted(map(str, folder.glob("*-results*.csv"))))
    codebook = survey.codebook
    assert (survey.respondents, codebook.wave, codebook.role) == (4455, "wave", "q36")
    program = next(
        one
        for one in codebook.questions
        if one.label.startswith("Does your company have an open source program")
    )
    sizes = [
        counts(survey, program.id, Filter("wave", "=", (str(year),))) for year in (2018, 2019, 2020)
    ]
    assert [one["base"] for one in sizes] == [748, 2681, 1026]
    shares = [{label: 100 * n / one["base"] for label, n in one.items()} for one in sizes]
    yes = [next(n for label, n in one.items() if label.startswith("Yes")) for one in shares]
    assert round(yes[0], 1) == 37.4
    role = codebook.find("q36")
    assert role is not None
    developers = next(one for one in role.categories if one.label.startswith("Developer"))
    assert any("\u00a0" in text for text in developers.texts)
    given = [
        counts(survey, "q36", Filter("wave", "=", (str(year),)))[developers.label]
        for year in (2018, 2020)
    ]
    assert all(given)
    size = trend(survey, View("q6"))
    gone = {row.label: [bool(point.gone) for point in row.courses[0]] for row in size.rows}
    assert gone["1,000-10,000"] == [False, True, True]
    assert gone["1,001-10,000"] == [True, False, False]


DESIGNS = {
    "clusters": "cluster = 'town'",
    "clusters of a population": "cluster = 'town'\npopulation = 'towns'",
    "raked": "[calibrated]\nbase = 'd'\nmargins = [['sex'], ['age', 'sex']]",
    "raked clusters": "cluster = 'town'\n[calibrated]\nmargins = [['sex'], ['age']]",
    "replicates": "[replicates]\ncolumns = 'rep*'\ntype = 'JK1'\nmse = true",
}


@pytest.mark.parametrize("design", DESIGNS)
def test_waves_are_separate_samples(tmp_path: Path, design: str) -> None:
    """Each wave has the errors of its own file, and a change the sum of both variances."""
    for wave in (0, 1):
        rows = [n + 7 * wave for n in range(60)]
        columns: dict[str, list[object]] = {
            "q": [1 + n * n % 5 % 3 for n in rows],
            "y": [float(n % 11) for n in rows],
            "w": [1 + n % 4 / 2 for n in rows],
            "d": [1 + n % 3 / 2 for n in rows],
            "sex": [1 + n % 2 for n in rows],
            "age": [1 + n // 3 % 3 for n in rows],
            "town": [n % 9 for n in rows],
            "towns": [40 - 10 * wave] * len(rows),
        }
        for out in range(3):
            columns[f"rep{out}"] = [0.0 if n % 3 == out else 1.5 + 0.75 * (n % 4) for n in rows]
        pl.DataFrame(columns).write_csv(tmp_path / f"t-{2018 + wave}.csv")
        (tmp_path / f"t-{2018 + wave}.codebook.toml").write_text(f"weight = 'w'\n{DESIGNS[design]}")
    names = [str(tmp_path / f"t-{year}.csv") for year in (2018, 2019)]
    survey, alone = open_survey(names), [open_survey(name) for name in names]
    assert not [note for note in survey.notes if "errors are computed without" in note.text]
    for question in ("q", "y"):
        rows_of = [tabulate(one, View(question, weight="w")).rows for one in alone]
        table = tabulate(survey, View(question, (("wave",),), weight="w"))
        for row, *own in zip(table.rows, *rows_of, strict=True):
            errors = [cell.se for cell in row.cells[1:]]
            assert errors == pytest.approx([one.cells[0].se for one in own])
            counts = [one.cells[0].weighted_n_se for one in own]
            assert [cell.weighted_n_se for cell in row.cells[1:]] == pytest.approx(counts)
            (pair,) = row.pairs
            assert pair.se_linearized == pytest.approx(sum((se or 0) ** 2 for se in errors) ** 0.5)
