"""A table in a report: a page, a workbook, a picture, tidy Parquet; the same numbers in each."""

from __future__ import annotations

import io
import json
import os
import re
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from cxtui.analysis.ranking.rank_lines import rank_lines
from cxtui.analysis.ranking.rank_questions import rank_questions
from cxtui.analysis.ranking.ranking_options import Compare, RankingOptions
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.many_tables import all_questions, each_table
from cxtui.analysis.tables.table import Table
from cxtui.analysis.view.view import Measure, View
from cxtui.errors import ExportError
from cxtui.output import OF_RESULTS, Content, Format, Shape, shape_for, shapes_of
from cxtui.output.document import VIEW_COLUMN, Document, Section
from cxtui.output.drawing.cell_text import marks_text
from cxtui.output.grid import Grid, Head
from cxtui.output.replay import Opened
from cxtui.output.table_document import TIDY, TIDY_COLUMNS, grid_of_table, tidy_values
from cxtui.output.writers.text_width import broken, width_of
from cxtui.output.writers.xlsx_writer import number_format, sheet_names, write_xlsx
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.note import sentences_of
from cxtui.survey.question import Category, Kind, Question
from tests.making import ROLE, SCHEMA, Respondent, made, survey_of
from tests.rendering import list_ranking, render, render_all

GOLDEN = Path(__file__).with_name("golden")
OPENED = Opened(("my survey.parquet",))
SVG = "{http://www.w3.org/2000/svg}"
ODD = Question(
    "goal",
    '=1+2, the "goal" </title><script>alert(1)</script>',
    Kind.SINGLE,
    ("goal",),
    (
        Category("1", "+49 151"),
        Category("2", '=HYPERLINK("http://x")'),
        Category("3", "@SUM(A1)&lt;<b onclick='x'>\x1b[2J"),
        Category("4", "http://example.org/ Größe 日本"),
    ),
)


def respondents() -> list[Respondent]:
    """40 of each role with equal weights, and one whose weight cannot be used."""
    counts = {(1, 1): 30, (1, 2): 10, (2, 1): 10, (2, 3): 30}
    people: list[Respondent] = []
    for (role, goal), count in counts.items():
        one = {"role": role, "goal": goal, "budget": 10.0 * goal, "w": 2.0, "tools_1": goal % 2}
        people += [one] * count
    return [*people, {"role": 1, "goal": 3, "w": 0.0}]


@pytest.fixture
def survey() -> Survey:
    return made(respondents())


@pytest.fixture
def table(survey: Survey) -> Table:
    return tabulate(survey, View("goal", (("role",),), weight="w"))


@pytest.fixture
def odd() -> Table:
    people: list[Respondent] = [{"role": 1, "goal": 1}, {"role": 2, "goal": 3}]
    return tabulate(survey_of(people, (ROLE, ODD), SCHEMA), View("goal", (("role",),)))


def again(table: Table) -> str:
    return OPENED.table(table.view)


def grid(content: bytes, sheet: int = 0) -> list[list[Any]]:
    """Return the cells of a workbook's sheet, as another program reads them."""
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(sheet).to_python()


@pytest.mark.parametrize("format_", [Format.HTML, Format.SVG])
def test_each_report_has_the_expected_bytes(table: Table, format_: Format) -> None:
    """UTF-8, lines ended by a line feed, the footer and the command that prints it again."""
    content = render(table, format_, replay=again(table))
    golden = GOLDEN / f"table.{format_}"
    if os.environ.get("CXTUI_REWRITE"):
        golden.write_bytes(content)
    assert content == golden.read_bytes()


class Page(HTMLParser):
    """Reads a page as a browser does: its elements, and the text of each table cell."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[list[str]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in {"meta"}:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data
        if {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data


def test_the_page_is_read_aloud_in_order(table: Table) -> None:
    """A caption, a heading for each column and line, and nothing that runs or is loaded."""
    page = Page(render(table, Format.HTML, replay=again(table)))
    assert page.open == []
    tags = [tag for tag, _ in page.elements]
    assert not {"script", "img", "link", "iframe", "object"} & set(tags)
    scopes = [attrs.get("scope") for tag, attrs in page.elements if tag == "th"]
    assert scopes.count("col") == 5 and scopes.count("row") == 3 + 3
    assert tags.index("caption") == tags.index("table") + 1
    assert page.rows[0] == ["", "Total", "Marketing\xa0A", "Technology\xa0B", "A−B", "A−B, 95%"]
    assert page.rows[1][:5] == ["Low", "50.0", "75.0B", "25.0", "+50.0"]
    assert page.rows[4] == ["Base (n)", "80", "40*", "40*", "", ""]
    for note in sentences_of(table.notes):
        assert note in page.text
    assert again(table) in page.text


def test_a_label_is_no_markup(odd: Table) -> None:
    """Page and picture show a label literally."""
    page = Page(render(odd, Format.HTML, replay=again(odd)))
    assert page.open == [] and "script" not in {tag for tag, _ in page.elements}
    assert all("onclick" not in attrs for _, attrs in page.elements)
    labels = [row[0] for row in page.rows]
    assert "@SUM(A1)&lt;<b onclick='x'>\N{REPLACEMENT CHARACTER}[2J" in labels
    picture = ET.fromstring(render(odd, Format.SVG, replay=again(odd)))
    texts = {text.text for text in picture.iter(f"{SVG}text")}
    assert {"+49 151", '=HYPERLINK("http://x")', "http://example.org/ Größe 日本"} <= texts
    assert {element.tag.removeprefix(SVG) for element in picture.iter()} <= {
        *("svg", "title", "desc", "style", "rect", "line", "text"),
    }


def test_the_picture_s_text_stays_inside_it(survey: Survey, odd: Table) -> None:
    """Text is text, not outlines; no number runs into another column's."""
    wide = tabulate(survey, View("channels", (("role",), ("tools",)), weight="w"))
    for table in (odd, wide):
        picture = ET.fromstring(render(table, Format.SVG, replay=again(table)))
        width, height = (float(picture.attrib[name]) for name in ("width", "height"))
        for text in picture.iter(f"{SVG}text"):
            x, y = float(text.attrib["x"]), float(text.attrib["y"])
            assert 0 <= x < width and 0 < y < height
            if "end" not in text.attrib.get("class", "").split():
                assert x + width_of(text.text or "", 11) <= width


def test_a_chart_has_a_bar_a_column_and_a_dot_a_gap(survey: Survey) -> None:
    """Both are to scale; a mean among shares is not drawn."""
    table = tabulate(survey, View("goal", (("role",),), full=True))
    picture = ET.fromstring(render(table, Format.SVG, Shape.CHART, replay=again(table)))
    _paper, *rects = picture.iter(f"{SVG}rect")
    bars = [float(bar.attrib["width"]) for bar in rects]
    shares = [
        cell.percent for row in table.rows if row.cells[0].mean is None for cell in row.cells[1:]
    ]
    shown = [share for share in shares if share]
    longest = max(shown)
    assert bars == [pytest.approx(max(bars) * one / longest, abs=0.1) for one in shown]
    dots = list(picture.iter(f"{SVG}circle"))
    assert len(dots) == len([row for row in table.rows if row.in_points or row.cells[0].percent])
    assert len(dots) < len(table.rows)
    with pytest.raises(ExportError, match="a chart is a picture, and csv is none"):
        render(table, Format.CSV, Shape.CHART)


def test_text_is_broken_between_words_and_never_lost() -> None:
    for text in ("a plain sentence of some words", "日本" * 40, "x" * 300, "", "  two  blanks "):
        lines = broken(text, 60, 12)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert all(width_of(line, 12) <= 60 for line in lines)


@pytest.mark.parametrize(
    ("question", "show", "weight"),
    [
        ("goal", None, "w"),
        ("goal", Measure.COUNT, None),
        ("budget", None, "w"),
        ("tools", None, None),
    ],
)
def test_the_cells_of_a_workbook_are_the_table_s(
    survey: Survey, question: str, show: Measure | None, weight: str | None
) -> None:
    """Numbers as numbers, unrounded; letters beside them; the bases, the footer, the command."""
    table = tabulate(survey, View(question, (("role",),), weight=weight, show=show))
    rows = grid(render(table, Format.XLSX, replay=again(table)))
    assert rows[0][0] == table.question.label
    assert rows[3][:6] == ["", "Total", "Marketing A", "", "Technology B", ""]
    for row, cells in zip(table.rows, rows[4:], strict=False):
        assert cells[0] == row.label
        values = [table.value(one) for one in row.cells]
        values += [row.pairs[0].gap, row.pairs[0].low, row.pairs[0].high]
        shown = [cells[at] for at in (1, 2, 4, 6, 7, 8)]
        assert shown == [pytest.approx(one, rel=1e-14) if one is not None else "" for one in values]
        assert [cells[3], cells[5]] == [marks_text(one) for one in row.cells[1:]]
    under = 4 + len(table.rows)
    for base, cells in zip((*table.lines, *table.bases), rows[under:], strict=False):
        assert [cells[0], cells[1], cells[2], cells[4]] == [base.label, *base.lowest]
    said = [row[0] for row in rows if isinstance(row[0], str)]
    assert set(sentences_of(table.notes)) < set(said)
    assert said[-1] == f"This table again: {again(table)}"


def test_the_tidy_sheet_and_the_parquet_file_are_the_tidy_rows(table: Table) -> None:
    """Cell by cell, an empty one where there is no number; the footer is in the metadata."""
    content = render(table, Format.PARQUET, replay=again(table))
    frame = pl.read_parquet(content)
    rows = list(tidy_values(table))
    assert tuple(frame.columns) == TIDY_COLUMNS
    assert frame.rows() == rows
    assert {name for name, type_ in frame.schema.items() if type_ == pl.String} == TIDY.texts
    says = pl.read_parquet_metadata(io.BytesIO(content))
    assert says["cxtui.view"] == str(table.view)
    assert json.loads(says["cxtui.notes"]) == list(sentences_of(table.notes))
    assert says["cxtui.replay"] == again(table)
    csv = pl.read_csv(render(table, Format.CSV, Shape.TIDY), schema_overrides=frame.schema)
    assert csv.with_columns(pl.col(pl.String).fill_null("")).equals(frame)
    sheet = grid(render(table, Format.XLSX, Shape.TIDY))
    assert tuple(sheet[3]) == TIDY_COLUMNS
    for cells, row in zip(sheet[4:], rows, strict=False):
        assert cells == [
            "" if one is None else one if isinstance(one, str) else pytest.approx(one, rel=1e-14)
            for one in row
        ]


@pytest.mark.parametrize("shape", [Shape.WIDE, Shape.TIDY])
def test_no_cell_of_a_workbook_is_a_formula_or_a_link(odd: Table, shape: Shape) -> None:
    """Labels are written as text."""
    content = render(odd, Format.XLSX, shape)
    texts = {cell for row in grid(content) for cell in row if isinstance(cell, str)}
    assert {"+49 151", '=HYPERLINK("http://x")', ODD.label} <= texts
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        for name in parts.namelist():
            text = parts.read(name).decode()
            assert "<f>" not in text and "<hyperlink" not in text
        # nor does one become a formula when somebody edits it
        assert 'quotePrefix="1"' in parts.read("xl/styles.xml").decode()


def test_a_number_is_shown_as_the_screen_shows_it() -> None:
    assert number_format("55.9") == "#,##0.0"
    assert number_format("1,204") == "#,##0"
    assert number_format("0.0") == "#,##0.0;#,##0.0"
    assert number_format("+0.34") == '+#,##0.00;"−"#,##0.00;#,##0.00'
    assert number_format("0.123456789") == "General"


def test_sheets_have_names_that_excel_takes() -> None:
    """Names are unique in any case, at most 31 characters, without Excel's special signs."""
    names = [
        "goal",
        "GOAL",
        "a[1]:*?/\\b",
        "x" * 40,
        "x" * 50,
        "'quoted'",
        "History",
        "",
        "Contents",
    ]
    given = sheet_names(names, taken=["Contents"])
    assert given[:3] == ["goal", "GOAL 2", "a_1______b"]
    assert len({name.casefold() for name in given}) == len(names)
    assert all(0 < len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in given)
    assert not {"history", "contents"} & {name.casefold() for name in given}


def test_a_table_too_wide_for_excel_is_refused() -> None:
    """The export fails instead of losing columns."""
    grid = Grid(tuple(Head(str(number)) for number in range(16_385)))
    section = Section(id="wide", name="wide", title="A wide table", grid=lambda: grid)
    document = Document("wide", Content.TABLE, TIDY, (section,))
    with pytest.raises(ExportError, match=r"too large for a sheet of Excel.*take parquet or csv"):
        write_xlsx(document, Shape.WIDE)


def several(survey: Survey, format_: Format, **how: Any) -> bytes:
    tabled = list(each_table(survey, all_questions(survey, View("goal", (("role",),)))))
    return render_all(tabled, format_, None, title="A study", opened=OPENED, **how)


def test_a_workbook_of_all_questions_begins_with_its_contents(survey: Survey) -> None:
    """A link to each sheet, and each sheet the one of its table alone."""
    content = several(survey, Format.XLSX)
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    ids = [one.id for one in survey.codebook.table_questions]
    assert book.sheet_names == ["Contents", *ids]
    assert [row[:2] for row in grid(content)[3:]] == [
        [one.id, one.label] for one in survey.codebook.table_questions
    ]
    alone = tabulate(survey, View("budget", (("role",),)))
    wanted = grid(render(alone, Format.XLSX, replay=again(alone)))
    found = grid(content, book.sheet_names.index("budget"))
    assert found[2][0] == "Contents"
    assert found[:2] + found[3:] == wanted[:2] + wanted[3:]


def test_a_question_that_cannot_be_tabulated_says_why(survey: Survey) -> None:
    """The reason takes the table's place; the other tables are made."""
    view = View("goal", (("role",),))
    tabled = list(each_table(survey, [("good", view), ("bad", replace(view, question="nothing"))]))
    for format_ in (Format.XLSX, Format.HTML, Format.MARKDOWN, Format.TEXT, Format.JSON):
        content = render_all(tabled, format_, None, title="A study", opened=OPENED)
        text = content.decode("latin-1")
        if format_ is Format.XLSX:
            text = str([grid(content, sheet) for sheet in range(3)])
        assert "has no question" in text
        assert ("Holm" in text) and ("Middle" in text)


def test_tidy_rows_of_all_questions_follow_one_another(survey: Survey) -> None:
    """All rows have one header; a first column names saved views."""
    frame = pl.read_csv(several(survey, Format.CSV), infer_schema=False)
    assert tuple(frame.columns) == TIDY_COLUMNS
    assert frame["question"].unique(maintain_order=True).to_list() == [
        one.id for one in survey.codebook.table_questions
    ]
    assert pl.read_parquet(several(survey, Format.PARQUET)).height == frame.height
    saved = pl.read_csv(several(survey, Format.TSV, are_saved=True), separator="\t")
    assert tuple(saved.columns) == (VIEW_COLUMN, *TIDY_COLUMNS)


def test_several_tables_are_one_page_of_links(survey: Survey) -> None:
    page = Page(several(survey, Format.HTML))
    targets = {attrs["id"] for tag, attrs in page.elements if tag == "section"}
    links = [str(attrs["href"])[1:] for tag, attrs in page.elements if tag == "a"]
    assert len(links) == len(survey.codebook.table_questions) and set(links) == targets


@pytest.mark.parametrize(
    ("format_", "shape", "says"),
    [
        (Format.SVG, None, "a picture holds one table"),
        (Format.HTML, Shape.CHART, "a picture holds one table"),
        (Format.CSV, Shape.WIDE, "holds one table"),
    ],
)
def test_a_format_of_one_table_refuses_several(
    format_: Format, shape: Shape | None, says: str
) -> None:
    with pytest.raises(ExportError, match=says):
        shape_for(format_, shape, Content.TABLES)


@pytest.mark.parametrize(
    "format_", [one for one in OF_RESULTS if one not in {Format.CSV, Format.TSV}]
)
@pytest.mark.parametrize("shape", [Shape.WIDE, Shape.TIDY])
def test_footer_and_command_travel_with_every_format_that_can_carry_them(
    survey: Survey, format_: Format, shape: Shape
) -> None:
    """They are in every shape, of one table, of several and of a ranking."""
    view = View("goal", (("role",),))
    table = tabulate(survey, view)
    offered = shape if shape in shapes_of(format_) else None
    ranking, notes = rank_questions(survey, view, RankingOptions()), sentences_of(table.notes)
    files = [
        render(table, format_, offered, replay=again(table)),
        list_ranking(ranking, notes, format_, replay=again(table)),
    ]
    if format_ is not Format.SVG:
        files.append(several(survey, format_))
    for content in files:
        said = " ".join(said_in(content, format_).split())
        assert again(table) in said
        assert sentences_of(table.notes)[0] in said


def said_in(content: bytes, format_: Format) -> str:
    """All words in a file, freed of what its format puts around them."""
    if format_ is Format.XLSX:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            content = parts.read("xl/sharedStrings.xml")
    if format_ is Format.PARQUET:
        content = repr(pl.read_parquet_metadata(io.BytesIO(content))).encode()
    text = content.decode()
    if format_ in {Format.XLSX, Format.HTML, Format.SVG}:
        text = unescape(re.sub(r"</text>\s*<text[^>]*>", " ", text))
    return re.sub(r"\\(.)", r"\1", text)


@pytest.mark.parametrize(
    ("format_", "asked", "given"),
    [
        (Format.CSV, None, Shape.WIDE),
        (Format.PARQUET, None, Shape.TIDY),
        (Format.JSON, Shape.TIDY, Shape.TIDY),
        (Format.SVG, Shape.CHART, Shape.CHART),
        (Format.PARQUET, Shape.WIDE, "no parquet is wide: it takes --shape tidy"),
        (Format.SVG, Shape.TIDY, "no svg is tidy: it takes --shape wide or chart"),
        (Format.CSV, Shape.CHART, "a chart is a picture, and csv is none: take svg"),
    ],
)
def test_a_format_refuses_a_shape_that_it_lacks(
    format_: Format, asked: Shape | None, given: Shape | str
) -> None:
    """No other shape is written in its place."""
    if isinstance(given, Shape):
        assert shape_for(format_, asked) is given
    else:
        with pytest.raises(ExportError, match=given):
            shape_for(format_, asked)


def test_the_command_is_quoted_for_a_shell() -> None:
    view = View("goal", (("role", "tools"),), level=90)
    assert OPENED.table(view) == (
        "cxtui table 'my survey.parquet' goal --by 'role>tools' --no-weight --level 90"
    )
    named = Opened(("a.csv",), "b.toml")
    assert named.table(View("goal")) == "cxtui table a.csv goal --no-weight --codebook b.toml"
    assert named.tables(view, "-o", "x") == (
        "cxtui table a.csv --all --by 'role>tools' --no-weight --level 90 -o x --codebook b.toml"
    )
    asked = "--no-weight --codebook b.toml"
    usual, waves = RankingOptions(), RankingOptions(compare=Compare.WAVES, group="A,B")
    assert (
        named.ranking(rank_lines([], View("goal"), usual, Codebook()))
        == f"cxtui gaps a.csv {asked}"
    )
    line = "cxtui changes a.csv --no-weight --group A,B --codebook b.toml"
    assert named.ranking(rank_lines([], View("goal"), waves, Codebook())) == line


def test_a_line_has_one_entry_a_column(survey: Survey) -> None:
    for question in ("goal", "tools", "channels", "budget"):
        for banner in ((), (("role",),), (("role",), ("tools",)), (("role", "tools"),)):
            grid = grid_of_table(tabulate(survey, View(question, banner, full=True)), question)
            assert {len(line.entries) for line in grid.lines} == {len(grid.heads)}
