"""A table is exported as the expected bytes, and every format holds the same numbers."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.table import Table
from cxtui.analysis.view.view import Measure, View
from cxtui.errors import ExportError
from cxtui.output import OF_RESULTS, Format, Shape, format_of, shapes_of
from cxtui.output.drawing.table_layout import title_lines
from cxtui.output.table_document import TIDY_COLUMNS
from cxtui.output.writers.markdown_writer import footer
from cxtui.survey.note import sentences_of
from cxtui.survey.question import Category, Kind, Question
from tests.making import QUESTIONS, ROLE, SCHEMA, Respondent, categories, made, survey_of
from tests.rendering import render

GOLDEN = Path(__file__).with_name("golden")
WRITTEN = {
    "tidy.csv": (Format.CSV, Shape.TIDY),
    "wide.csv": (Format.CSV, Shape.WIDE),
    "tidy.tsv": (Format.TSV, Shape.TIDY),
    "wide.tsv": (Format.TSV, Shape.WIDE),
    "wide.json": (Format.JSON, Shape.WIDE),
    "tidy.md": (Format.MARKDOWN, Shape.TIDY),
    "wide.md": (Format.MARKDOWN, Shape.WIDE),
    "wide.txt": (Format.TEXT, Shape.WIDE),
}
LONG = re.compile(rb"-?\d+\.\d{11,}(?:e-?\d+)?|-?\d\.\d{5,}e-?\d+")
TEXTS = {"question", "row_code", "row", "column_variable", "column_code", "column"}
TEXTS |= {"letters", "flag"}


def settled(content: bytes) -> bytes:
    """Numbers rounded to twelve digits: the last ones depend on the processor."""
    return LONG.sub(lambda found: f"{float(found[0]):.12g}".encode(), content)


def respondents() -> list[Respondent]:
    """40 of each role with equal weights, and one whose weight cannot be used."""
    counts = {(1, 1): 30, (1, 2): 10, (2, 1): 10, (2, 3): 30}
    people: list[Respondent] = []
    for (role, goal), count in counts.items():
        people += [{"role": role, "goal": goal, "budget": 10.0 * goal, "w": 2.0}] * count
    return [*people, {"role": 1, "goal": 3, "w": 0.0}]


@pytest.fixture
def table() -> Table:
    return tabulate(made(respondents()), View("goal", (("role",),), weight="w"))


@pytest.mark.parametrize("name", WRITTEN)
def test_each_export_has_the_expected_bytes(table: Table, name: str) -> None:
    """UTF-8, lines ended by a line feed, the columns of a spreadsheet in their order."""
    content = settled(render(table, *WRITTEN[name]))
    if os.environ.get("CXTUI_REWRITE"):
        (GOLDEN / name).write_bytes(content)
    assert content == (GOLDEN / name).read_bytes()
    assert content.endswith(b"\n") and b"\r" not in content


def tidy(table: Table) -> list[dict[str, str]]:
    text = render(table, Format.CSV, Shape.TIDY).decode()
    return list(csv.DictReader(io.StringIO(text)))


def cells_in_json(table: Table) -> list[dict[str, Any]]:
    document = json.loads(render(table, Format.JSON))
    return [cell for row in document["rows"] for cell in row["cells"]]


@pytest.mark.parametrize("weight", [None, "w"])
@pytest.mark.parametrize(
    ("question", "show"),
    [
        ("goal", None),
        ("goal", Measure.ROW),
        ("goal", Measure.MEAN),
        ("budget", None),
        ("tools", None),
        ("channels", None),
    ],
)
def test_csv_and_json_hold_the_same_numbers(
    question: str, show: Measure | None, weight: str | None
) -> None:
    """Each tidy column of the CSV equals its JSON field to the last digit; empty is null."""
    view = View(question, (("role",),), weight=weight, show=show)
    table = tabulate(made(respondents()), view)
    rows, cells = tidy(table), cells_in_json(table)
    assert len(rows) == len(cells) == len(table.rows) * 3
    for row, cell in zip(rows, cells, strict=True):
        assert list(row) == list(TIDY_COLUMNS)
        for name in TIDY_COLUMNS:
            if name in TEXTS:
                assert row[name] == cell[name]
            else:
                assert (float(row[name]) if row[name] else None) == cell[name]
    exported = [cell.percent for row in table.rows for cell in row.cells]
    assert [cell["percent"] for cell in cells] == exported


def test_tsv_is_csv_with_tabs(table: Table) -> None:
    for shape in (Shape.WIDE, Shape.TIDY):
        first, second = (
            list(csv.reader(io.StringIO(render(table, one, shape).decode()), delimiter=delimiter))
            for one, delimiter in ((Format.CSV, ","), (Format.TSV, "\t"))
        )
        assert first == second


def test_the_wide_shape_is_rectangular_and_holds_the_tidy_percentages(table: Table) -> None:
    header, *rows = csv.reader(io.StringIO(render(table, Format.CSV).decode()))
    assert {len(row) for row in rows} == {len(header)}
    cells = tidy(table)
    for row, first in zip(rows, range(0, len(cells), 3), strict=False):
        shares = [cell["percent"] for cell in cells[first : first + 3]]
        assert [row[0], row[1], row[2], row[4]] == [cells[first]["row"], *shares]
        assert [row[3], row[5]] == [cell["letters"] for cell in cells[first + 1 : first + 3]]
    assert [row[0] for row in rows[3:]] == ["Base (n)", "Weighted base", "Effective base"]


def test_json_names_its_pairs_by_label(table: Table) -> None:
    """With the gap, its interval, the test and why there is none."""
    document = json.loads(render(table, Format.JSON))
    assert list(document)[:6] == ["schema", "view", "question", "state", "notes", "columns"]
    assert document["view"] == str(table.view)
    assert document["notes"] == list(sentences_of(table.notes))
    (pair,) = document["rows"][0]["pairs"]
    assert (pair["column_a"], pair["column_b"]) == ("Marketing", "Technology")
    assert (pair["gap"], pair["df"], pair["tested"], pair["why_not"]) == (50, 78, True, "")
    assert pair["t"] == pytest.approx(math.sqrt(20))


def test_json_has_the_path_of_each_column(table: Table) -> None:
    """A step a nested variable, the outermost first; the Total has none."""
    nested = tabulate(made(respondents()), View("goal", (("role", "goal"),)))
    for one in (table, nested):
        columns = json.loads(render(one, Format.JSON))["columns"]
        assert [column["path"] for column in columns] == [
            [{"variable": step.variable, "code": step.code, "label": step.label} for step in path]
            for path in (column.path for column in one.columns)
        ]
        assert columns[0]["path"] == []
    assert [step["variable"] for step in columns[1]["path"]] == ["role", "goal"]


def test_json_has_no_nan() -> None:
    """An empty column is null, as every reader of JSON takes it."""
    table = tabulate(made([{"role": 1, "goal": 1}]), View("goal", (("role",),)))

    def refuse(name: str) -> None:
        raise AssertionError(name)

    document = json.loads(render(table, Format.JSON), parse_constant=refuse)
    assert document["rows"][0]["cells"][2]["percent"] is None


ODD = Question(
    "goal",
    '=1+2, the "goal"',
    Kind.SINGLE,
    ("goal",),
    (
        Category("1", "+49 151"),
        Category("2", "-5"),
        Category("3", "@SUM(A1)|*_`<b>"),
        Category("-x", "Größe 日本"),
    ),
)


@pytest.fixture
def odd() -> Table:
    people: list[Respondent] = [{"role": 1, "goal": 1}, {"role": 2, "goal": 3}]
    return tabulate(survey_of(people, (ROLE, ODD), SCHEMA), View("goal", (("role",),)))


@pytest.mark.parametrize("format_", [Format.CSV, Format.TSV])
@pytest.mark.parametrize("shape", [Shape.WIDE, Shape.TIDY])
def test_no_label_is_run_as_a_formula(odd: Table, format_: Format, shape: Shape) -> None:
    """An apostrophe goes before it, but not before a plain negative number."""
    delimiter = "," if format_ is Format.CSV else "\t"
    text = render(odd, format_, shape).decode()
    rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    cells = {cell for row in rows for cell in row}
    assert {"'+49 151", "-5", "'@SUM(A1)|*_`<b>", "Größe 日本"} <= cells
    for cell in cells:
        if cell.startswith(("=", "+", "-", "@")):
            float(cell)
    if shape is Shape.TIDY:
        assert "'-x" in cells
    else:
        assert '\'=1+2, the "goal"' in cells


def test_markdown_escapes_what_would_be_markup(odd: Table) -> None:
    text = render(odd, Format.MARKDOWN).decode()
    assert r"| @SUM(A1)\|\*\_\`\<b\> |" in text
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in table} == {6}


def test_a_note_in_markdown_is_a_line_of_text() -> None:
    """No text of a codebook becomes a list or a heading."""
    notes = ["- one", "+ two", "=== three", "12. four", "1) five", "# six", "R&amp;D <b>", "2016"]
    assert footer(notes, "").decode().split("\n") == [
        "",
        "\\- one  ",
        "\\+ two  ",
        "\\=== three  ",
        "12\\. four  ",
        "1\\) five  ",
        "\\# six  ",
        "R\\&amp;D \\<b\\>  ",
        "2016  ",
        "",
    ]


def test_tidy_text_stands_in_columns(table: Table) -> None:
    """An empty cell is a gap in its column, and the others keep theirs; the footer is below."""
    lines = render(table, Format.TEXT, Shape.TIDY).decode().splitlines()
    header, rows = lines[0], lines[1 : lines.index("")]
    assert len(rows) == 9
    start, end = header.index("percent"), header.index("low ")
    values = [row[start:end].strip() for row in rows]
    assert values == [cell["percent"] for cell in tidy(table)]
    assert lines[lines.index("") + 1 :] == list(sentences_of(table.notes))


def test_text_fits_a_hundred_columns(odd: Table) -> None:
    from rich.cells import cell_len

    labels = tuple(f"A role with a long name {number}" for number in range(9))
    many = Question(
        "role",
        "Role",
        Kind.SINGLE,
        ("role",),
        tuple(Category(str(code), label) for code, label in enumerate(labels)),
    )
    people: list[Respondent] = [{"role": n % 9, "goal": 1 + n % 3} for n in range(450)]
    table = tabulate(survey_of(people, (many, ODD), SCHEMA), View("goal", (("role",),)))
    for one in (odd, table):
        lines = render(one, Format.TEXT).decode().splitlines()
        assert max(map(cell_len, lines)) <= 100
        assert "\x1b" not in "".join(lines)
    for letter in "ABCDEFGHI":
        assert re.search(rf" {letter}\b", "\n".join(lines))


def test_an_interval_is_never_shown_without_its_value(table: Table) -> None:
    for row in tidy(table):
        assert float(row["low"]) <= float(row["percent"]) <= float(row["high"])


@pytest.mark.parametrize("format_", OF_RESULTS)
@pytest.mark.parametrize("shape", [Shape.WIDE, Shape.TIDY])
def test_an_empty_column_is_written_in_every_format(format_: Format, shape: Shape) -> None:
    """Without nan, inf or None."""
    people: list[Respondent] = [{"role": 1, "goal": 1}]
    for view in (View("goal", (("role",),)), View("budget", (("role",),)), View("tools")):
        offered = shape if shape in shapes_of(format_) else None
        text = render(tabulate(made(people), view), format_, offered).decode("latin-1")
        assert not re.search(r"\b(nan|NaN|inf|Infinity|None)\b", text)


def test_the_file_s_ending_says_the_format() -> None:
    endings = {"a.csv": Format.CSV, "b.TSV": Format.TSV, "c.json": Format.JSON}
    endings |= {"d.md": Format.MARKDOWN, "e.x.txt": Format.TEXT}
    for name, format_ in endings.items():
        assert format_of(Path(name)) is format_
    for name in ("goal.exe", "goal", ".csv"):
        with pytest.raises(ExportError, match=r"it takes \.txt, \.csv, \.tsv, \.json, \.md"):
            format_of(Path(name))


def test_the_same_table_is_the_same_bytes(table: Table) -> None:
    again = tabulate(made(respondents()), replace(table.view))
    for format_, shape in WRITTEN.values():
        assert render(again, format_, shape) == render(table, format_, shape)


def test_banners_side_by_side_are_told_apart() -> None:
    """Letters restart with each banner; its name is above its columns or before their titles.

    A rule goes on to the last of several.
    """
    table = tabulate(made(respondents()), View("goal", (("role",), ("tools",))))
    text = render(table, Format.TEXT, Shape.WIDE).decode().splitlines()
    assert text[3].replace("─", "").split() == ["role", "tools"]
    over = {title: text[3][text[4].index(title)] for title in ("Technology", "Tool 2", "Tool 3")}
    assert set(over.values()) == {"─"} and text[3].index("tools") == text[4].index("Tool 1")
    assert text[4].split()[:3] == ["Total", "Marketing", "A"]
    for format_ in (Format.CSV, Format.MARKDOWN):
        lines = render(table, format_, Shape.WIDE).decode().splitlines()
        first = lines[2] if format_ is Format.MARKDOWN else lines[0]
        assert "role: Marketing A" in first and "tools: Tool 1 A" in first


def test_what_nested_columns_share_stands_over_the_first_of_them() -> None:
    """The text of a table has it as the screen does; each column keeps its own label below."""
    table = tabulate(made(respondents()), View("tools", (("role", "goal"), ("role",))))
    text = render(table, Format.TEXT).decode().splitlines()
    variables, outer, _, inner = text[3:7]
    assert variables.replace("─", "").split() == ["role>goal", "role"]
    assert outer.replace("─", "").split() == ["Marketing", "Technology"]
    assert inner.split()[:5] == ["Total", "Low", "A", "Middle", "B"]
    assert inner.index("Low") == outer.index("Marketing") == variables.index("role>goal")


def test_nested_columns_are_told_apart_by_code_whatever_their_labels() -> None:
    """Two categories may share a label, and a label may contain the sign between nested labels."""
    role = replace(ROLE, categories=(Category("1", "Other > more"), Category("2", "Other > more")))
    survey = survey_of(respondents(), (role, *QUESTIONS[1:]), SCHEMA)
    table = tabulate(survey, View("tools", (("role", "goal"),)))
    outer, inner = render(table, Format.TEXT).decode().splitlines()[3:5]
    starts = [found.start() for found in re.finditer(r"Other > ", outer)]
    assert starts == [inner.index("Low A"), inner.index("Low D")]
    assert [column.inner for column in table.columns[1:]] == [
        "Low",
        "Middle",
        "High",
        "Low",
        "High",
    ]


def test_what_nested_columns_share_is_whole_where_it_has_room_over_several() -> None:
    """The shared label runs on over the next columns, broken between words."""
    role = replace(ROLE, categories=categories("Data scientist or researcher", "Else"))
    survey = survey_of(respondents(), (role, *QUESTIONS[1:]), SCHEMA)
    table = tabulate(survey, View("tools", (("role", "goal"),)))
    outer = render(table, Format.TEXT).decode().splitlines()[3]
    assert outer.replace("─", "").split() == ["Data", "scientist", "or", "researcher", "Else"]


def test_the_letter_of_a_folded_title_stands_beside_a_word() -> None:
    """Alone at the left of its column it would look like the letter of the previous column."""
    role = replace(ROLE, categories=categories("65 and up", "Technology"))
    table = tabulate(
        survey_of(respondents(), (role, *QUESTIONS[1:]), SCHEMA), View("goal", (("role",),))
    )
    assert title_lines(table, 1, 9) == ["65 and", "up A"]
    assert title_lines(table, 1, 11) == ["65 and up A"]
    assert title_lines(table, 2, 10) == ["Technology", "B"]
