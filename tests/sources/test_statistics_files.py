"""SPSS, Stata and SAS files: what they say of their variables is not guessed."""

from __future__ import annotations

import datetime
import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat
import pytest

from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.table import Table, TableRow
from cxtui.analysis.view.view import Base
from cxtui.analysis.view.view_options import parse_view
from cxtui.errors import SourceError
from cxtui.sources.open_survey import open_survey
from cxtui.sources.readers.statistics.sav_dictionary import (
    _MACHINE,
    ResponseSet,
    _encoding_of,
    read_sav_dictionary,
)
from cxtui.survey.codebook.toml_format import read_codebook, write_codebook
from cxtui.survey.model import Survey
from cxtui.survey.note import sentences_of
from cxtui.survey.question import Kind, Question
from tests.making import known
from tests.shared import FOLDER, shared

AGREE = {1.0: "Disagree", 2.0: "Neither", 3.0: "Agree", 9.0: "Refused"}


def saved(folder: Path, columns: Mapping[str, Any], **facts: Any) -> Path:
    """An SPSS file with these columns."""
    file = folder / "made.sav"
    pyreadstat.write_sav(pl.DataFrame(columns), file, **facts)
    return file


def with_extension(file: Path, subtype: int, text: bytes) -> Path:
    """The file with one more record in its dictionary, as SPSS itself writes it."""
    content = file.read_bytes()
    end = content.rindex(struct.pack("<2i", 999, 0))
    record = struct.pack("<4i", 7, subtype, 1, len(text)) + text
    file.write_bytes(content[:end] + record + content[end:])
    return file


def weighted_by(file: Path, element: int) -> Path:
    """The file with WEIGHT BY the variable at this element, stored as SPSS does."""
    content = bytearray(file.read_bytes())
    content[76:80] = struct.pack("<i", element)
    file.write_bytes(bytes(content))
    return file


def question(survey: Survey, name: str) -> Question:
    found = survey.codebook.find(name)
    assert found is not None
    return found


def values(survey: Survey, name: str) -> list[Any]:
    frame: pl.DataFrame = survey.frame.collect().to_native()
    return frame[name].to_list()


def table(survey: Survey, options: str) -> Table:
    return tabulate(survey, parse_view(survey, options))


def base_of(table: Table) -> float:
    return known(table.rows[0].cells[0].base)


def percents(table: Table) -> dict[str, float | None]:
    return {row.label: row.cells[0].percent for row in table.rows}


def test_labels_stand_in_the_order_of_their_codes(tmp_path: Path) -> None:
    file = saved(
        tmp_path,
        {"goal": [3.0, 1.0, 3.0, 9.0], "plan": [2.0, 2.0, 1.0, 2.0]},
        column_labels={"goal": "Main goal"},
        variable_value_labels={
            "goal": {3.0: "Reach", 1.0: "Sales", 2.0: "Trust"},
            "plan": {2.0: "Later", 1.0: "Now"},
        },
        variable_measure={"goal": "nominal", "plan": "unknown"},
        file_label="A study",
    )
    survey = open_survey(str(file))
    goal = question(survey, "goal")
    assert (goal.label, goal.kind, goal.guess) == ("Main goal", Kind.SINGLE, "")
    assert [(one.code, one.label) for one in goal.categories] == [
        ("1", "Sales"),
        ("2", "Trust"),
        ("3", "Reach"),
        ("9", "9"),
    ]
    assert question(survey, "plan").guess == "single: every value has a label in the file"
    assert survey.codebook.title == "A study"
    assert base_of(table(survey, "--question goal --where goal=3,9")) == 3


def test_an_ordinal_ladder_is_a_scale_and_bands_are_not(tmp_path: Path) -> None:
    file = saved(
        tmp_path,
        {"agree": [1.0, 2.0, 3.0, 9.0], "age": [1.0, 2.0, 3.0, 1.0]},
        variable_value_labels={
            "agree": AGREE,
            "age": {1.0: "18 - 34", 2.0: "35 - 64", 3.0: "65 +"},
        },
        missing_ranges={"agree": [9.0]},
        variable_measure={"agree": "ordinal", "age": "ordinal"},
    )
    survey = open_survey(str(file))
    agree = question(survey, "agree")
    assert agree.kind is Kind.SCALE
    assert [one.score for one in agree.categories] == [1.0, 2.0, 3.0, None]
    assert [one.missing for one in agree.categories] == [False, False, False, True]
    assert question(survey, "age").kind is Kind.SINGLE
    assert survey.codebook.banner == "age"


def test_user_missing_values_and_ranges_leave_the_base_and_keep_their_reasons(
    tmp_path: Path,
) -> None:
    file = saved(
        tmp_path,
        {
            "agree": [1.0, 3.0, 8.0, 9.0, None],
            "income": [1200.5, -1.0, 2500.0, 998.0, 999.0],
            "loss": [float(one) for one in range(-4, 1)],
        },
        variable_value_labels={"agree": AGREE, "income": {998.0: "Refused"}},
        missing_ranges={
            "agree": [{"lo": 8.0, "hi": 9.0}],
            "income": [{"lo": 900.0, "hi": 999.0}, -1.0],
            "loss": [{"lo": -100.0, "hi": -1.0}],
        },
        variable_measure={"agree": "nominal", "income": "scale", "loss": "scale"},
    )
    survey = open_survey(str(file))
    reasons = {one.code: one.label for one in question(survey, "agree").categories if one.missing}
    assert reasons == {"8": "8", "9": "Refused"}
    agree = table(survey, "--question agree --no-weight")
    assert percents(agree) == {"Disagree": 50.0, "Neither": 0.0, "Agree": 50.0}
    income = question(survey, "income")
    assert income.kind is Kind.NUMERIC
    assert [one.label for one in income.categories] == ["-1", "Refused", "999"]
    found = table(survey, "--question income --no-weight").rows[0].cells[0]
    assert found.mean == pytest.approx((1200.5 + 2500) / 2)


def test_a_wide_range_without_labels_is_one_reason(tmp_path: Path) -> None:
    file = saved(
        tmp_path,
        {"score": [float(one) for one in range(-20, 5)]},
        missing_ranges={"score": [{"lo": -99.0, "hi": -1.0}]},
        variable_measure={"score": "scale"},
    )
    survey = open_survey(str(file))
    (reason,) = question(survey, "score").categories
    assert (reason.label, reason.missing, len(reason.spellings)) == ("-99 to -1", True, 20)
    found = table(survey, "--question score").rows[0].cells[0]
    assert (found.base, found.mean) == (5, 2.0)


def test_missing_texts_leave_the_base(tmp_path: Path) -> None:
    file = saved(
        tmp_path,
        {"sex": ["F", "M", "X", "F", ""]},
        variable_value_labels={"sex": {"F": "Female", "M": "Male", "X": "No answer"}},
        missing_ranges={"sex": ["X"]},
        variable_measure={"sex": "nominal"},
    )
    survey = open_survey(str(file))
    sex = question(survey, "sex")
    assert [(one.code, one.label, one.missing) for one in sex.categories] == [
        ("F", "Female", False),
        ("M", "Male", False),
        ("X", "No answer", True),
    ]
    assert values(survey, "sex")[-1] is None
    found = table(survey, "--question sex")
    assert percents(found)["Female"] == pytest.approx(200 / 3)


def test_dates_are_dates_and_times_are_seconds(tmp_path: Path) -> None:
    day = datetime.date(2018, 5, 6)
    file = saved(
        tmp_path,
        {
            "day": [day, datetime.date(1582, 10, 15)],
            "moment": [datetime.datetime(2018, 5, 6, 10, 10, 10), None],
            "clock": [datetime.time(10, 10, 10), datetime.time(0, 0)],
        },
    )
    survey = open_survey(str(file))
    assert values(survey, "day") == [day, datetime.date(1582, 10, 15)]
    assert values(survey, "moment") == [datetime.datetime(2018, 5, 6, 10, 10, 10), None]
    assert values(survey, "clock") == [36610, 0]
    assert question(survey, "day").kind is Kind.DATE
    clock = question(survey, "clock")
    assert (clock.kind, clock.label) == (Kind.NUMERIC, "clock (seconds)")


def test_a_date_beyond_every_calendar_is_no_date() -> None:
    survey = open_survey(str(shared("data/spss_stata_edge/haven/datetime.sav")))
    assert values(survey, "date.posix")[0] is None
    assert values(survey, "date") == [datetime.date(2014, 9, 22), datetime.date(2014, 9, 23)]


@pytest.mark.parametrize("compress", [False, True])
def test_the_weight_of_the_file_is_read_from_its_header(tmp_path: Path, compress: bool) -> None:
    """A long text takes several elements: the header counts them, not variables."""
    columns = {
        "note": ["a long text of more than eight letters", "b"],
        "a_factor_with_a_long_name": [0.5, 1.5],
        "answer": [1.0, 2.0],
    }
    file = saved(tmp_path, columns, compress=compress, variable_measure={"answer": "nominal"})
    elements = 1 + (len("a long text of more than eight letters") + 7) // 8
    survey = open_survey(str(weighted_by(file, elements)))
    assert survey.codebook.weight == "a_factor_with_a_long_name"
    assert survey.codebook.weight_guess == ""
    assert survey.codebook.find("a_factor_with_a_long_name") is None


def test_without_a_stored_weight_it_is_guessed_by_name(tmp_path: Path) -> None:
    file = saved(
        tmp_path, {"q": [1.0, 2.0], "weight": [1.0, 3.0]}, variable_measure={"weight": "scale"}
    )
    codebook = open_survey(str(file)).codebook
    assert codebook.weight == "weight"
    assert codebook.weight_guess


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """Three dichotomies, one of them with a user-missing value, and two category variables."""
    return saved(
        tmp_path,
        {
            "use_a": [1.0, 0.0, 0.0, None],
            "use_b": [1.0, 1.0, 0.0, None],
            "use_c": [0.0, 2.0, 9.0, None],
            "first": [1.0, 2.0, 9.0, None],
            "second": [2.0, None, None, None],
        },
        column_labels={"use_a": "Uses A", "use_b": "Uses B", "use_c": "Uses C"},
        variable_value_labels={
            "use_c": {9.0: "Refused"},
            "first": {1.0: "Red", 2.0: "Blue", 3.0: "Green", 9.0: "Refused"},
        },
        missing_ranges={"use_c": [9.0], "first": [9.0]},
    )


def test_dichotomies_are_one_question_with_columns(tools: Path) -> None:
    file = with_extension(tools, 7, b"$use=D1 1 9 Which use use_a use_b\n")
    survey = open_survey(str(file))
    use = question(survey, "use")
    assert (use.kind, use.label, use.columns) == (Kind.MULTI, "Which use", ("use_a", "use_b"))
    assert [(one.code, one.label) for one in use.categories] == [("a", "Uses A"), ("b", "Uses B")]
    assert use.unchosen == ("0",)
    found = table(survey, "--question use")
    assert percents(found) == pytest.approx({"Uses A": 100 / 3, "Uses B": 200 / 3})


def test_a_refusal_within_dichotomies_stays_a_reason(tools: Path) -> None:
    file = with_extension(tools, 7, b"$use=D1 1 9 Which use use_a use_b use_c\n")
    survey = open_survey(str(file))
    use = question(survey, "use")
    assert [(one.label, one.missing) for one in use.categories] == [
        ("Uses A", False),
        ("Uses B", False),
        ("Uses C", False),
        ("Refused", True),
    ]
    assert values(survey, "use") == [["a", "b"], ["b"], ["9"], None]
    found = table(survey, "--question use")
    assert percents(found)["Uses B"] == 100.0
    assert [one.column for one in survey.codebook.excluded] == ["use_a", "use_b", "use_c"]


def test_a_set_of_categories_counts_each_answer_once(tools: Path) -> None:
    file = with_extension(tools, 7, b"$colours=C 7 Colours first second\n")
    survey = open_survey(str(file))
    colours = question(survey, "colours")
    assert [one.label for one in colours.categories] == ["Red", "Blue", "Green", "Refused"]
    assert values(survey, "colours") == [["1", "2"], ["2"], ["9"], None]
    assert percents(table(survey, "--question colours"))["Blue"] == 100.0
    again = read_codebook(write_codebook(survey.codebook), "again")
    assert again.find("colours") is not None


def test_the_newer_sets_name_answers_by_the_counted_value(tools: Path) -> None:
    file = with_extension(
        tools, 19, b"$use=E 1 1 1 0  USE_A use_b\n$other=E 11 1 1 0  use_a use_c\n"
    )
    assert read_sav_dictionary(file).sets == (
        ResponseSet("use", "", ("use_a", "use_b"), "1", by_value=True),
        ResponseSet("other", "", ("use_a", "use_c"), "1"),
    )


def test_a_codebook_beside_the_file_wins_and_sentinels_stay_missing(tmp_path: Path) -> None:
    file = saved(
        tmp_path,
        {"agree": [1.0, 2.0, 9.0], "other": [1.0, 2.0, 1.0]},
        variable_value_labels={"agree": AGREE, "other": {1.0: "Yes", 2.0: "No"}},
        missing_ranges={"agree": [9.0]},
        variable_measure={"agree": "ordinal"},
    )
    beside = '[[question]]\nid = "agree"\nlabel = "Mine"\nkind = "numeric"\n'
    file.with_name("made.codebook.toml").write_text(beside)
    survey = open_survey(str(file))
    agree = question(survey, "agree")
    assert (agree.label, agree.kind) == ("Mine", Kind.NUMERIC)
    assert table(survey, "--question agree").rows[0].cells[0].mean == 1.5
    assert [one.label for one in question(survey, "other").categories] == ["Yes", "No"]


def test_questions_stand_in_the_order_of_the_file(tmp_path: Path) -> None:
    columns = {"number": [1.5, 2.5], "coded": [1.0, 2.0], "text": ["a", "b"]}
    file = saved(tmp_path, columns, variable_value_labels={"coded": {1.0: "Yes", 2.0: "No"}})
    assert [one.id for one in open_survey(str(file)).codebook.questions] == [*columns]


def test_a_labelled_wave_is_found(tmp_path: Path) -> None:
    file = saved(
        tmp_path,
        {"wave": [1.0, 2.0, 2.0], "q": [1.0, 2.0, 1.0]},
        variable_value_labels={"wave": {1.0: "Spring", 2.0: "Autumn"}},
    )
    codebook = open_survey(str(file)).codebook
    assert (codebook.wave, bool(codebook.wave_guess)) == ("wave", True)


def test_stata_keeps_labels_and_tagged_missing_values(tmp_path: Path) -> None:
    file = tmp_path / "made.dta"
    frame = pl.DataFrame({"x": [1, 2, 1, 2], "y": [1.5, 2.5, 3.5, None]})
    pyreadstat.write_dta(frame, file, variable_value_labels={"x": {1: "Yes", 2: "No"}})
    survey = open_survey(str(file))
    assert [one.label for one in question(survey, "x").categories] == ["Yes", "No"]
    tagged = open_survey(str(shared("data/spss_stata_edge/haven/tagged-na-int.dta")))
    reasons = [(one.code, one.label) for one in question(tagged, "x").categories if one.missing]
    assert reasons == [(".a", "apple"), (".h", ".h"), (".z", ".zebra")]
    found = table(tagged, "--question x")
    assert sum(known(row.cells[0].n) for row in found.rows if row.label.isdigit()) == 5
    assert base_of(table(tagged, "--question x --base all --where x!=.a")) == 7


def test_portable_and_transport_files_are_read(tmp_path: Path) -> None:
    frame = pl.DataFrame({"X": [1.0, 2.0, 1.0], "WHEN": [datetime.date(2020, 1, 2)] * 3})
    pyreadstat.write_por(frame, tmp_path / "made.por", column_labels={"X": "A label"})
    pyreadstat.write_xport(frame, tmp_path / "made.xpt", column_labels={"X": "A label"})
    for ending in (".por", ".xpt"):
        survey = open_survey(str(tmp_path / f"made{ending}"))
        assert question(survey, "X").label == "A label"
        assert values(survey, "WHEN") == [datetime.date(2020, 1, 2)] * 3


def test_a_sas_file_takes_its_labels_from_the_catalog_beside_it(tmp_path: Path) -> None:
    folder = shared("data/spss_stata_edge/pyreadstat/sas_catalog")
    (tmp_path / "a.sas7bdat").write_bytes((folder / "test_data_win.sas7bdat").read_bytes())
    catalog = (folder / "test_formats_win.sas7bcat").read_bytes()
    (tmp_path / "formats.sas7bcat").write_bytes(catalog)
    survey = open_survey(str(tmp_path / "a.sas7bdat"))
    labels = [(one.code, one.label) for one in question(survey, "SEXA").categories]
    assert labels == [("1", "Male"), ("2", "Female")]
    assert survey.notes == ()
    (tmp_path / "formats.sas7bcat").rename(tmp_path / "other.sas7bcat")
    (tmp_path / "a.sas7bdat").rename(tmp_path / "b.sas7bdat")
    renamed = open_survey(str(tmp_path / "b.sas7bdat"))
    assert question(renamed, "SEXA").categories == question(survey, "SEXA").categories
    assert "the labels are those of other.sas7bcat beside it" in sentences_of(renamed.notes)[0]


@pytest.mark.parametrize("ending", [".sav", ".zsav", ".por", ".dta", ".sas7bdat", ".xpt"])
def test_a_file_of_another_format_is_refused(tmp_path: Path, ending: str) -> None:
    for content in (b"", b"a,b\n1,2\n", b"\0" * 600):
        file = tmp_path / f"wrong{ending}"
        file.write_bytes(content)
        with pytest.raises(SourceError) as raised:
            open_survey(str(file))
        assert "\n" not in str(raised.value)
        assert "is not" in str(raised.value) or "empty" in str(raised.value)


@pytest.mark.parametrize("name", ["sav", "zsav", "dta", "por", "xpt"])
def test_a_truncated_file_is_refused_or_read(tmp_path: Path, name: str) -> None:
    whole = tmp_path / f"whole.{name}"
    frame = pl.DataFrame({"x": [float(one % 7) for one in range(200)], "t": ["text"] * 200})
    if name == "zsav":
        pyreadstat.write_sav(frame, whole, compress=True)
    else:
        write = {"xpt": "write_xport"}.get(name, f"write_{name}")
        getattr(pyreadstat, write)(frame, whole)
    content = whole.read_bytes()
    file = tmp_path / f"cut.{name}"
    for part in range(1, 40):
        file.write_bytes(content[: len(content) * part // 40])
        said = opened_or_said(file)
        assert "\n" not in said
        # neither of these two says how many respondents it should have
        assert said or name in {"por", "xpt"}


def opened_or_said(file: Path) -> str:
    """What the error says, or nothing where the file can be read."""
    try:
        open_survey(str(file))
    except SourceError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("element", [0, 2, 3, 99])
def test_labels_of_what_cannot_have_them_are_damage(tmp_path: Path, element: int) -> None:
    """A number's labels at no variable, at a text, or in the middle of one."""
    columns = {"x": [1.0, 2.0], "t": ["more than eight letters", "b"]}
    file = saved(tmp_path, columns, variable_value_labels={"x": {1.0: "Yes", 2.0: "No"}})
    good, bad = (struct.pack("<3i", 4, 1, one) for one in (1, element))
    content = file.read_bytes()
    assert content.count(good) == 1
    file.write_bytes(content.replace(good, bad))
    with pytest.raises(SourceError, match="damaged within its dictionary"):
        open_survey(str(file))


def test_an_encrypted_file_asks_for_one_without_a_password(tmp_path: Path) -> None:
    file = tmp_path / "locked.sav"
    file.write_bytes(b"\x1c\0\0\0\0\0\0\0ENCRYPTEDSAV" + b"\0" * 100)
    with pytest.raises(SourceError, match="without a password"):
        open_survey(str(file))


def test_several_files_are_waves(tmp_path: Path) -> None:
    content = saved(tmp_path, {"x": [1.0]}).read_bytes()
    (tmp_path / "other.sav").write_bytes(content)
    survey = open_survey(str(tmp_path))
    assert (survey.respondents, survey.codebook.wave) == (2, "wave")


_GOLDEN = FOLDER / "golden/sav-loader/expected.json"
EXPECTED = json.loads(_GOLDEN.read_text("utf-8")) if _GOLDEN.is_file() else {}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_files_of_other_readers_are_read_alike(name: str) -> None:
    expected = EXPECTED[name]
    survey = open_survey(str(shared(f"golden/sav-loader/{name}")))
    assert survey.respondents == expected["rows"]
    listed = {q.columns[0] for q in survey.codebook.questions if q.kind is Kind.MULTI}
    assert [one for one in survey.schema if one not in listed or one in expected["columns"]] == (
        expected["columns"]
    )
    for column, labels in expected["value_labels"].items():
        asked = next((q for q in survey.codebook.questions if q.columns == (column,)), None)
        if asked is not None:
            found = {one.code: one.label for one in asked.categories}
            wanted = {str(code).removesuffix(".0"): label for code, label in labels.items()}
            assert wanted.items() <= found.items()
    for column, valid in expected["valid_n_after_user_missing"].items():
        given = values(survey, column)
        answered = [one for one in given if one is not None]
        asked = next((q for q in survey.codebook.questions if q.columns == (column,)), None)
        missing = {t for c in (asked.categories if asked else ()) if c.missing for t in c.texts}
        texts = [str(one) for one in answered if one != ""]
        blanks = sum(row[expected["columns"].index(column)] == "" for row in expected["first_rows"])
        counted = len([one for one in texts if one.removesuffix(".0") not in missing])
        assert counted == valid - blanks, column
    sets = {one.id: one for one in survey.codebook.questions if one.kind is Kind.MULTI}
    assert sets.keys() >= expected["mr_sets"].keys()


def test_the_masculinity_survey_gives_the_tables_of_its_parquet_twin() -> None:
    """Every question that both have: percentages and bases, over a banner, weighted."""
    twin = open_survey(str(shared("data/masculinity_538/masculinity-wide.parquet")))
    survey = open_survey(str(shared("data/masculinity_538/masculinity.sav")))
    assert (survey.codebook.weight, survey.codebook.weight_guess) == ("weight", "")
    compared = 0
    for one in twin.codebook.table_questions:
        if one.kind not in {Kind.SINGLE, Kind.MULTI, Kind.SCALE}:
            continue
        own = next((q for q in survey.codebook.table_questions if q.columns == one.columns), None)
        assert own is not None, one.id
        options = f"--by age3 --weight weight --base {Base.ASKED}"
        expected = table(twin, f"--question {one.id} {options}")
        found = table(survey, f"--question {own.id} {options}")
        cells = {plain(row.label): numbers(row) for row in expected.rows}
        for row in found.rows:
            if plain(row.label) in cells:
                assert numbers(row) == pytest.approx(cells[plain(row.label)]), one.id
                compared += 1
    assert compared > 200


def numbers(row: TableRow) -> list[float | None]:
    """The percentages and bases of a row."""
    return [
        number
        for cell in row.cells
        for number in (cell.percent, cell.base, cell.weighted_base, cell.n)
    ]


def plain(label: str) -> str:
    """The label with an apostrophe where the twin has lost it."""
    return label.replace("?", "'")


def test_an_amount_leaves_out_what_its_labels_call_no_answer_though_nothing_is_declared(
    tmp_path: Path,
) -> None:
    """`Refused` is no number of years; `89 or older` is; a choice keeps it, as an answer."""
    known = [*map(float, range(4, 18)), 89.0]
    file = saved(
        tmp_path,
        {"years": [*known, 77.0, -8.0], "vote": [1.0, 2.0, 8.0] + [1.0] * 14},
        variable_value_labels={
            "years": {77.0: "Refusal", -8.0: "-8. Don't know", 89.0: "89 or older"},
            "vote": {1.0: "Yes", 2.0: "No", 8.0: "Don't know"},
        },
    )
    survey = open_survey(str(file))
    years_asked = question(survey, "years")
    assert [one.code for one in years_asked.categories if one.missing] == ["-8", "77"]
    assert "labelled as no answer: -8 (-8. Don't know), 77 (Refusal)" in years_asked.guess
    (mean,) = table(survey, "--question years").rows
    assert mean.cells[0].mean == sum(known) / 15
    assert base_of(table(survey, "--question vote")) == 17


def test_a_scale_with_worded_ends_takes_its_points_from_the_codes(tmp_path: Path) -> None:
    """Who refuses has no point, and stays in the base until the file declares it missing."""
    labels = {0.0: "No trust", **{float(n): str(n) for n in range(1, 10)}, 10.0: "Full trust"}
    file = saved(
        tmp_path,
        {"trust": [*map(float, range(11)), 77.0]},
        variable_value_labels={"trust": {**labels, 77.0: "Refusal"}},
    )
    survey = open_survey(str(file))
    trust = question(survey, "trust")
    assert trust.kind is Kind.SCALE
    assert [one.score for one in trust.categories] == [*map(float, range(11)), None]
    (mean,) = table(survey, "--question trust --show mean").rows
    assert (mean.cells[0].mean, base_of(table(survey, "--question trust"))) == (5, 12)
    ends = {0.0: "Sad", 10.0: "Happy", 77.0: "Refusal"}
    for level in ("nominal", "ordinal", "unknown"):
        file = saved(
            tmp_path,
            {"mood": [*map(float, range(11)), 77.0]},
            column_labels={"mood": "How happy are you?"},
            variable_value_labels={"mood": ends},
            variable_measure={"mood": level},
        )
        mood = question(open_survey(str(file)), "mood")
        assert (mood.kind, sum(one.score is not None for one in mood.categories)) == (
            Kind.SCALE,
            11,
        )


def test_a_weight_is_known_by_what_its_label_says_and_bodies_have_none(tmp_path: Path) -> None:
    """Of several, the final weight is used; body weights are none."""
    numbers = [0.5, 1.25, 0.75, 1.5]
    names = {"dw": "Design weight", "V1a": "Full sample pre-election weight", "kg": "Your weight"}
    columns = {
        "dw": numbers,
        "V1a": numbers[::-1],
        "weight": [61.5, 92.0, 75.5, 70.0],
        "kg": numbers,
    }
    survey = open_survey(str(saved(tmp_path, columns, column_labels=names)))
    assert (survey.codebook.weight, survey.codebook.weights) == ("V1a", ("V1a", "dw"))


def recoded(file: Path, encoding: str, declared: bytes) -> Path:
    """A file in UTF-8 with its texts in another encoding of as many bytes, by a filler `~`."""
    content = file.read_bytes()
    for letter in set(content.decode("utf-8", errors="ignore")):
        if not letter.isascii() and len(letter.encode()) > 1:
            own = letter.encode(encoding, errors="ignore")
            content = content.replace(
                letter.encode(), own + b"~" * (len(letter.encode()) - len(own))
            )
    file.write_bytes(content.replace(b"UTF-8", declared.ljust(5)))
    return file


@pytest.mark.parametrize(
    ("encoding", "text", "shown"),
    [
        ("cp1250", "Źródło zażółć gęślą jaźń", "Źródło zażółć gęślą jaźń"),
        ("cp1252", "Été à la forêt, déjà", "Été à la forêt, déjà"),
        ("cp1251", "Какая у вас должность", "Какая у вас должность"),
    ],
)
def test_a_wrongly_declared_encoding_is_guessed_and_said(
    tmp_path: Path, encoding: str, text: str, shown: str
) -> None:
    columns = {"role": ["Ann", "Bob"] * 6, "a": [1, 2] * 6, "b": [1, 2] * 6}
    file = saved(tmp_path, columns, column_labels={"a": text, "b": text})
    named = with_extension(file, 7, f"$set=D1 1 {len(text.encode())} {text} a b\n".encode())
    survey = open_survey(str(recoded(named, encoding, b"UTF-8")))
    assert question(survey, "set").label.replace("~", "") == shown
    assert [one.label.replace("~", "") for one in question(survey, "set").categories] == [shown] * 2
    assert any(f"read as {encoding}" in note for note in sentences_of(survey.notes))


def test_names_of_sets_are_folded_by_characters(tmp_path: Path) -> None:
    columns = {"größe1": [1, 0] * 6, "größe2": [0, 1] * 6}
    file = with_extension(saved(tmp_path, columns), 7, "$set=D1 1 1 X GRÖßE1 grÖße2\n".encode())
    assert question(open_survey(str(file)), "set").columns == ("größe1", "größe2")


def test_the_number_of_a_code_page_is_known(tmp_path: Path) -> None:
    dictionary = {_MACHINE: struct.pack("<8i", 20, 0, 0, -1, 1, 1, 2, 1252)}
    assert _encoding_of(dictionary, "<", [b"gr\xf6\xdfe"]) == ("cp1252", False)
    assert _encoding_of({}, "<", ["größe".encode()[:-2]]) == ("utf-8", False)
