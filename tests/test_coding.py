"""Coded open answers of files: counted as any question, beside the codes of several coders."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest

import cxtui
from cxtui.analysis.derive.derive_questions import derive_questions
from cxtui.cli import main
from cxtui.errors import CodebookError
from cxtui.sources.open_survey import open_survey
from cxtui.survey.codebook.toml_format import read_codebook
from cxtui.survey.derive.codes_lines import Assignment, hash_of, header, line_of

CODEBOOK = """\
respondent = "id"
wave = ""
role = ""
banner = ""

[[question]]
id = "why"
kind = "text"

[[coding]]
id = "reasons"
question = "why"
label = "Reasons"
codes = [
  { code = "1", label = "Slow", key = "s" },
  { code = "2", label = "Data", key = "d" },
  { code = "3", label = "Never said" },
]
coders = ["ana", "ben"]
"""
TEXTS = ["too slow", "data", None, "  ", "slow data", "too slow", "other", "gone"]
PEOPLE = pl.DataFrame(
    {
        "id": [101 + at for at in range(8)],
        "sex": ["F", "M"] * 4,
        "w": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
        "why": TEXTS,
    }
)
CODED = [
    *(("101", "too slow", "ana", ("2",)), ("101", "too slow", "ana", ("1",))),
    *(("102", "data", "ben", ("2",)), ("105", "slow data", "ben", ("2",))),
    *(("105", "slow data", "ana", ("1", "2")), ("106", "too slow", "cy", ("1",))),
    *(("107", "another", "ana", ("2",)), ("108", "gone", "ana", ("1",))),
    *(("108", "gone", "ana", ()), ("999", "left", "ana", ("1",))),
]
EXPECTED = {101: "1", 102: "2", 105: "12", 106: "1"}
"""The codes that count: the text is the one that was coded, of two coders the first of the list."""


def codes(lines: list[tuple[str, str, str, tuple[str, ...]]]) -> str:
    of_lines = (line_of(Assignment(who, hash_of(t), by, given)) for who, t, by, given in lines)
    return header() + "".join(of_lines)


def coded_file(folder: Path, codebook: str = CODEBOOK, people: pl.DataFrame = PEOPLE) -> Path:
    file = folder / "people.csv"
    people.write_csv(file)
    (folder / "people.codebook.toml").write_text(codebook, "utf-8")
    (folder / "people.why.codes.csv").write_text(codes(CODED), "utf-8")
    return file


def test_a_coded_question_counts_as_rows_counted_by_hand(tmp_path: Path) -> None:
    """Unweighted and weighted; who wrote nothing, or is not coded, is not in the base."""
    survey = cxtui.open(coded_file(tmp_path))
    table = survey.table("reasons", by="sex", weight="w")
    weights = dict(zip(PEOPLE["id"], PEOPLE["w"], strict=True))
    sexes = dict(zip(PEOPLE["id"], PEOPLE["sex"], strict=True))
    for at, sex in enumerate((None, "F", "M")):
        kept = {who: c for who, c in EXPECTED.items() if sex in {None, sexes[who]}}
        base = sum(weights[who] for who in kept)
        for row in table.rows[:3]:
            given = [who for who, listed in kept.items() if row.code in listed]
            cell = row.cells[at]
            weighted = sum(weights[who] for who in given)
            assert (cell.n, cell.weighted_n) == (len(given), weighted)
            assert cell.percent == pytest.approx(100 * weighted / base)
    assert survey.questions["reasons"].answered == 4
    said = "codes of why by ana, ben; 4 of 6 answers coded, 2 not"
    assert said in " ".join(repr(table).split())


def test_it_is_a_banner_a_filter_and_goes_with_a_copy(tmp_path: Path) -> None:
    """The converted file has the codes as columns, and how they came about."""
    survey = cxtui.open(file := coded_file(tmp_path))
    by = survey.table("sex", by="reasons", where="reasons=Data")
    assert [column.label for column in by.columns] == ["Total", "Slow", "Data", "Never said"]
    assert [cell.n for cell in by.rows[0].cells] == [1, 1, 1, 0]
    assert len(survey.rows(where="reasons=1", columns="why")) == 3
    copy = cxtui.open(survey.write(tmp_path / "copy.parquet"))
    assert copy.questions["reasons"].answered == 4
    ours, theirs = survey.table("reasons", by="sex"), copy.table("reasons", by="sex")
    assert [row.cells for row in ours.rows] == [row.cells for row in theirs.rows]
    assert "codes of why by ana, ben" in repr(copy.table("reasons"))
    assert main(["table", str(file), "reasons", "--by", "sex"]) == 0


def test_one_code_alone_is_a_question_too(tmp_path: Path) -> None:
    """The coders start with one."""
    alone = CODEBOOK.replace('  { code = "2", label = "Data", key = "d" },\n', "")
    alone = alone.replace('  { code = "3", label = "Never said" },\n', "")
    survey = cxtui.open(coded_file(tmp_path, alone))
    (row,) = survey.table("reasons", by="sex").rows
    assert [cell.n for cell in row.cells] == [3, 2, 1]
    assert survey.questions["reasons"].answered == 3
    copy = cxtui.open(survey.write(tmp_path / "copy.parquet"))
    assert [cell.n for cell in copy.table("reasons", by="sex").rows[0].cells] == [3, 2, 1]


def test_codes_of_a_derived_question_can_be_merged_and_netted(tmp_path: Path) -> None:
    """A derivation of it, and a net of its codes."""
    more = (
        '\n[[derive]]\nid = "any"\nfrom = "reasons"\nmerge = [{ label = "Any", of = ["1", "2"] }]\n'
    )
    nets = 'coders = ["ana", "ben"]\nnets = [{ code = "n", label = "Net", members = ["1", "2"] }]'
    codebook = CODEBOOK.replace('coders = ["ana", "ben"]', nets) + more
    survey = cxtui.open(coded_file(tmp_path, codebook))
    assert survey.table("any").rows[0].cells[0].n == 4
    net = next(row for row in survey.table("reasons", full=True).rows if row.label == "Net")
    assert net.cells[0].n == 4


def test_respondents_of_several_waves_with_the_same_ids(tmp_path: Path) -> None:
    """Codes hang on a respondent and a text: both waves have a 101, who wrote other things."""
    later = PEOPLE.with_columns(why=pl.Series(["data", "data", *TEXTS[2:7], "brand new"]))
    for year, people in (("2015", PEOPLE), ("2016", later)):
        people.write_csv(tmp_path / f"people-{year}.csv")
    codebook = CODEBOOK.replace('wave = ""\n', "")
    (tmp_path / "people-waves.codebook.toml").write_text(codebook, "utf-8")
    both = [*CODED, ("101", "data", "ana", ("2",))]
    (tmp_path / "people-waves.why.codes.csv").write_text(codes(both[:4]), "utf-8")
    (tmp_path / "people-2016.why.codes.csv").write_text(codes(both[4:]), "utf-8")
    survey = cxtui.open(tmp_path / "people-2015.csv", tmp_path / "people-2016.csv")
    table = survey.table("reasons", by=survey.codebook.wave, wave="all")
    assert {row.label: [cell.n for cell in row.cells] for row in table.rows} == {
        **{"Slow": [5, 3, 2], "Data": [5, 2, 3]},
        "Never said": [0, 0, 0],
    }


def test_files_of_codes_are_no_survey(tmp_path: Path) -> None:
    """In a folder, by a pattern, and where a shell names them."""
    file = coded_file(tmp_path)
    beside = tmp_path / "people.why.codes.csv"
    for location in ([tmp_path], [tmp_path / "*.csv"], [file, beside]):
        assert cxtui.open(*location).table("sex").rows[0].cells[0].n == 4


def test_lines_that_were_cut_are_said(tmp_path: Path) -> None:
    """The others count."""
    file = coded_file(tmp_path)
    with (tmp_path / "people.why.codes.csv").open("a", encoding="utf-8") as opened:
        opened.write('"108","')
    survey = cxtui.open(file)
    assert survey.questions["reasons"].answered == 4
    said = "people.why.codes.csv: 1 line passed over, line 12: it was cut before its end"
    assert said in survey.notes


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('respondent = "id"\n', "", 'put respondent = "COLUMN" above the questions'),
        ('question = "why"', 'question = "sex"', "sex is single: only open answers can be coded"),
        ('question = "why"', 'question = "nay"', "there is no question 'nay'"),
    ],
)
def test_what_cannot_be_coded_is_refused_in_one_line(
    old: str, new: str, said: str, tmp_path: Path
) -> None:
    """With the id of the coding and what to do."""
    people = PEOPLE.rename({"id": "code"}) if not new else PEOPLE
    people = people.with_columns(code=pl.lit("x")) if not new else people
    with pytest.raises(CodebookError, match="derived question 'reasons'") as refused:
        cxtui.open(coded_file(tmp_path, CODEBOOK.replace(old, new), people))
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_line_derives_no_coding(tmp_path: Path) -> None:
    """`--derive` has no place for its codes."""
    survey = cxtui.open(coded_file(tmp_path))
    with pytest.raises(CodebookError, match="unknown key 'coding'"):
        survey.derive('id="x", coding={question="why"}')


def test_a_frame_with_a_coding_has_no_codes_yet() -> None:
    """Its question is there, without answers."""
    survey = cxtui.from_frame(PEOPLE, read_codebook(CODEBOOK, "x"))
    assert survey.questions["reasons"].answered == 0


def test_open_answers_on_a_server_are_refused(tmp_path: Path) -> None:
    """No respondent comes from there."""
    survey = open_survey(str(coded_file(tmp_path)))
    server = SimpleNamespace(implementation=SimpleNamespace(is_polars=lambda: False))
    with pytest.raises(CodebookError, match=r"'reasons': .* is on a server: code .* of a copy"):
        derive_questions(replace(survey, frame=server))  # type: ignore[arg-type]


def test_answers_beside_a_list_can_be_coded(tmp_path: Path) -> None:
    """Those that no category of the list has."""
    given = ["A", "B", "too dear", "A", "too dear", "too far", "B", "A"]
    listed = """id = "why"
kind = "single"
others = "x"
categories = [{ code = "A", label = "A" }, { code = "B", label = "B" }, { code = "x", label = "…" }]
"""
    codebook = CODEBOOK.replace('id = "why"\nkind = "text"\n', listed)
    file = coded_file(tmp_path, codebook, PEOPLE.with_columns(why=pl.Series(given)))
    lines = [("103", "too dear", "ana", ("1",)), ("105", "too dear", "ana", ("1", "2"))]
    (tmp_path / "people.why.codes.csv").write_text(codes(lines), "utf-8")
    table = cxtui.open(file).table("reasons")
    assert [row.cells[0].n for row in table.rows] == [2, 1, 0]
    assert "2 of 3 answers coded, 1 not" in " ".join(repr(table).split())
