"""What a file declares missing stays missing, with its reason, in every kind of column."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat
import pytest

from cxtui.analysis.query.expressions.answered import count_answered
from cxtui.analysis.query.expressions.filters import count_respondents
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view_options import parse_view
from cxtui.sources.open_survey import open_survey
from cxtui.sources.readers.date_columns import convert_package_dates
from cxtui.survey.model import Survey
from cxtui.survey.question import Category, Kind
from cxtui.survey.where_text import parse_condition

ROLE = [1, 2] * 5


def saved(folder: Path, columns: dict[str, Any], **facts: Any) -> Survey:
    file = folder / "a.sav"
    pyreadstat.write_sav(pl.DataFrame({"role": ROLE, **columns}), file, **facts)
    return open_survey(str(file))


def categories(survey: Survey, name: str) -> dict[str, Category]:
    found = survey.codebook.find(name)
    assert found is not None
    return {one.code: one for one in found.categories}


def base(survey: Survey, options: str) -> float | None:
    return tabulate(survey, parse_view(survey, options)).bases[0].lowest[0]


def weighted_base(survey: Survey, options: str) -> float | None:
    _, weighted, *_ = tabulate(survey, parse_view(survey, options)).bases
    return weighted.lowest[0]


def number(survey: Survey, condition: str) -> int:
    return count_respondents(survey, [parse_condition(survey, condition)])


@pytest.mark.parametrize("written", ["%tc", "%td", "%tm", "%tq", "%th", "%tw"])
def test_tagged_missing_dates_of_stata_have_their_reason(tmp_path: Path, written: str) -> None:
    size = {"%tc": 86_400_000, "%td": 1}.get(written, 1)
    start = {"%tc": 21_915 * size, "%td": 21_915, "%tm": 720, "%tq": 240, "%th": 120, "%tw": 3120}
    numbers = [float(start[written] + size * place) for place in range(7)]
    frame = pl.DataFrame({"role": ROLE, "d": [*numbers, 1e3, 1e3, 2e3]})
    file = tmp_path / "a.dta"
    pyreadstat.write_dta(frame, file, variable_format={"d": written})
    _tag(file, [1e3, 2e3])
    survey = open_survey(str(file))
    found = survey.codebook.find("d")
    assert found is not None
    assert found.kind is Kind.DATE
    assert [one.code for one in found.categories if one.missing] == [".a", ".b"]
    assert {one.code[:4] for one in found.categories if not one.missing} <= {
        "2020",
        *map(str, range(2020, 2024)),
    }
    assert count_answered(survey)["d"] == base(survey, "--question d") == 7
    assert base(survey, "--question role --by d") == 10
    assert number(survey, "d=.a") == 2
    assert number(survey, "d=missing") == 3


def _tag(file: Path, numbers: list[float]) -> None:
    """Write `.a`, `.b` … in the place of numbers in a Stata file, which pyreadstat cannot."""
    import struct

    content = file.read_bytes()
    start, end = content.index(b"<data>"), content.index(b"</data>")
    data = content[start:end]
    for place, one in enumerate(numbers):
        tag = bytes.fromhex(f"{0x7FE0000000000000 + ((place + 1) << 40):016x}")[::-1]
        data = data.replace(struct.pack("<d", one), tag)
    file.write_bytes(content[:start] + data + content[end:])


def test_missing_times_of_day_stay_out_of_the_mean(tmp_path: Path) -> None:
    frame = pl.DataFrame({"role": ROLE, "t": [3_600_000.0] * 8 + [1e3, 1e3]})
    file = tmp_path / "a.dta"
    pyreadstat.write_dta(frame, file, variable_format={"t": "%tcHH:MM"})
    _tag(file, [1e3])
    survey = open_survey(str(file))
    assert count_answered(survey)["t"] == 8
    assert number(survey, "t=missing") == 2


def test_weeks_begin_on_the_first_of_january() -> None:
    weeks = pl.Series("d", [0, 52 * 60 + 1, -1, 10**12])
    dates = convert_package_dates(weeks, "%tw", ".dta").to_list()
    assert dates == [
        datetime.date(1960, 1, 1),
        datetime.date(2020, 1, 8),
        datetime.date(1959, 12, 24),
        None,
    ]


@pytest.mark.parametrize("missing", [datetime.date(1900, 1, 1), datetime.date(2020, 5, 1)])
def test_missing_dates_of_spss(tmp_path: Path, missing: datetime.date) -> None:
    """A date that is declared missing is none, though it is a date like others."""
    days = [datetime.date(2020, 3, day) for day in range(1, 9)]
    numbers = [(day - datetime.date(1582, 10, 14)).days * 86_400.0 for day in (*days, missing)]
    code = numbers[-1]
    survey = saved(
        tmp_path,
        {"d": [*numbers, code]},
        variable_format={"d": "DATE11"},
        missing_ranges={"d": [code]},
        variable_value_labels={"d": {code: "Refused"}},
    )
    (refused,) = (one for one in categories(survey, "d").values() if one.missing)
    assert refused.label == "Refused"
    assert count_answered(survey)["d"] == base(survey, "--question d") == 8
    assert number(survey, "d=Refused") == 2
    declared = tmp_path / "a.codebook.toml"
    declared.write_text('[[question]]\nid = "d"\nkind = "date"\nlabel = "Day"\n')
    again = open_survey(survey.location)
    assert count_answered(again)["d"] == base(again, "--question d") == 8
    assert all(
        code.startswith("2020") for code, one in categories(again, "d").items() if not one.missing
    )


def test_missing_codes_of_a_weight_weigh_nothing(tmp_path: Path) -> None:
    weights = [1.0, 2.0, 1.5, 0.5] * 2 + [99.0, 99.0]
    survey = saved(tmp_path, {"w": weights}, missing_ranges={"w": [99]})
    assert weighted_base(survey, "--question role --weight w") == 10
    assert count_answered(survey)["w"] == 8
    (tmp_path / "a.codebook.toml").write_text('weight = "w"\n')
    declared = open_survey(survey.location)
    assert declared.codebook.weight == "w"
    assert weighted_base(declared, "--question role") == 10


def test_a_weight_with_missing_codes_is_found_by_its_name(tmp_path: Path) -> None:
    weights = [1.0, 2.0, 1.5, 0.5] * 2 + [99.0, 99.0]
    survey = saved(tmp_path, {"weight": weights}, missing_ranges={"weight": [99]})
    assert survey.codebook.weight == "weight"
    assert weighted_base(survey, "--question role") == 10
    body = saved(
        tmp_path,
        {"weight": [60.5, 71.0, 82.5, 55.0] * 2 + [999.0, 999.0]},
        missing_ranges={"weight": [999]},
        column_labels={"weight": "Weight in kilograms"},
    )
    assert body.codebook.weight == "" and count_answered(body)["weight"] == 8


def test_a_missing_date_without_a_label_is_named_as_a_date(tmp_path: Path) -> None:
    days = [datetime.date(2020, 3, day) for day in range(1, 10)]
    seconds = (datetime.date(1900, 1, 1) - datetime.date(1582, 10, 14)).days * 86_400.0
    numbers = [(day - datetime.date(1582, 10, 14)).days * 86_400.0 for day in days]
    survey = saved(
        tmp_path,
        {"d": [*numbers, seconds]},
        variable_format={"d": "DATE11"},
        missing_ranges={"d": [seconds]},
    )
    (missing,) = (one for one in categories(survey, "d").values() if one.missing)
    assert missing.label == "1900-01-01"


def marked(folder: Path, marks: dict[int, str]) -> Survey:
    """Return a survey of three columns with these marks, of which 9 is missing."""
    columns = {f"q{place}": [1, 0] * 4 + [9, 9 if place < 3 else 0] for place in (1, 2, 3)}
    return saved(
        folder,
        columns,
        variable_value_labels=dict.fromkeys(columns, marks),
        missing_ranges={name: [9] for name in columns},
    )


@pytest.mark.parametrize(
    ("chosen", "unchosen", "refused"),
    [
        ("Seçildi", "Seçilmedi", "Cevap vermek istemiyor"),
        ("Genannt", "Nicht genannt", "Keine Angabe"),
        ("선택", "선택하지 않음", "응답 거부"),
    ],
)
def test_marks_in_any_language_are_a_set(
    tmp_path: Path, chosen: str, unchosen: str, refused: str
) -> None:
    survey = marked(tmp_path, {1: chosen, 0: unchosen, 9: refused})
    found = survey.codebook.find("q")
    assert found is not None and found.kind is Kind.MULTI
    assert [one.label for one in found.reasons] == [refused]
    assert count_answered(survey)["q"] == base(survey, "--question q") == 8


def test_a_refusal_beside_selected_is_a_reason_and_no_option(tmp_path: Path) -> None:
    survey = marked(tmp_path, {1: "Selected", 0: "Not selected", 9: "Refused"})
    found = survey.codebook.find("q")
    assert found is not None
    assert (found.kind, found.columns) == (Kind.MULTI, ("q1", "q2", "q3"))
    assert [one.label for one in found.reasons] == ["Refused"]
    assert count_answered(survey)["q"] == base(survey, "--question q") == 8


def test_a_declared_set_keeps_the_missing_codes_of_its_columns(tmp_path: Path) -> None:
    """A codebook that puts columns together need not repeat what the file says is missing."""
    columns = {"a": [1, 0, 9, 0] * 2 + [0, 0], "b": [0, 1, 9, 0] * 2 + [0, 0]}
    survey = saved(tmp_path, columns, missing_ranges={"a": [9], "b": [9]})
    (tmp_path / "a.codebook.toml").write_text(
        '[[question]]\nid = "s"\nkind = "multi"\ncolumns = ["a", "b"]\nunchosen = ["0"]\n'
        'categories = [{ code = "x", label = "X" }, { code = "y", label = "Y" }]\n'
    )
    again = open_survey(survey.location)
    assert [one.code for one in categories(again, "s").values() if one.missing] == ["9"]
    assert count_answered(again)["s"] == base(again, "--question s") == 8
