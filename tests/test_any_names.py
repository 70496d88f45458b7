"""A survey says the same under any names: hostile ones change nothing but the names."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import cache
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from python_calamine import CalamineWorkbook

from cxtui.analysis.ranking.rank_questions import rank_questions
from cxtui.analysis.ranking.ranked_lines import Ranking
from cxtui.analysis.ranking.ranking_options import Compare, RankingOptions
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.build_trend import trend
from cxtui.analysis.tables.trend import Trend
from cxtui.analysis.view.view import Against, Base, Measure, View
from cxtui.analysis.view.view_options import parse_view
from cxtui.output import Format, Shape, render, shapes_of
from cxtui.output.document import Document
from cxtui.output.drawing.number_text import neutral
from cxtui.output.files.saved_views import Saved, read_saved, with_view, write_saved
from cxtui.output.ranking_document import document_of_ranking
from cxtui.output.table_document import document_of_table
from cxtui.output.trend_document import document_of_trend
from cxtui.sources.open_survey import open_survey
from cxtui.survey.conditions import NO_ANSWER, AnyOf, Filter
from cxtui.survey.question import Net
from cxtui.survey.quoting import list_text, read_list
from cxtui.text import clean
from tests.any_names import HOSTILE_NAMES, NAMES, Names, Renamed
from tests.output.test_report import Page

FEW = settings(max_examples=max(1, settings().max_examples // 4))
"""Each example counts dozens of tables."""


def views(n: Names) -> list[View]:
    """Views of every kind of question, with every kind of banner, filter and net."""
    return [replace(view, all_waves=True) for view in _views(n)]


def _views(n: Names) -> Iterator[View]:
    role, size, wave, tools = n(101), n(102), n(100), n(104)
    weighted = n(420)
    items = [f"{n(107)}.{n(item)}" for item in (223, 224)]
    for number in range(100, 111):
        yield View(n(number), ((role,),), weight=weighted)
    for name in items:
        yield View(name, ((role,), (size,)), full=True)
    yield View(n(103), ((wave, size),), weight=weighted, full=True)
    yield View(n(103), ((size, wave), (n(105),)), against=Against.REST)
    yield View(n(104), ((role, size),), show=Measure.COUNT)
    yield View(n(105), ((tools,), (n(106),)), base=Base.ASKED, full=True)
    yield View(n(103), ((items[0],), (n(108),), (n(109),)), show=Measure.MEAN)
    yield View(n(104), ((n(105), items[1]),), show=Measure.RESPONSES)
    filters = (
        Filter(role, "=", (n(203), n(204))),
        Filter(tools, "!=", (n(214), NO_ANSWER)),
        AnyOf((Filter(size, "=", (n(206),)), Filter(items[0], "=", (n(225), n(226))))),
        Filter(n(108), "<", ("36.0",)),
        Filter(n(105), "!=", (n(217),)),
    )
    nets = (Net(n(347), n(347), (n(208), n(211))), Net(n(348), n(348), (n(210),), (n(209),)))
    yield View(n(103), ((role,),), filters=filters, nets=nets)
    yield View(n(109), ((n(107) + "." + n(223), size),), filters=filters[:2])


def flat(value: object, translate: Callable[[str], str]) -> object:
    """A result as plain values, its numbers to nine digits and its texts translated."""
    told: object = value
    if isinstance(value, Enum):
        told = value.name
    elif isinstance(value, str):
        told = translate(value)
    elif isinstance(value, float):
        told = f"{value:.9g}"
    elif isinstance(value, View):
        told = "view"
    elif isinstance(value, np.ndarray):
        told = flat(value.tolist(), translate)
    elif isinstance(value, Sequence):
        told = [flat(one, translate) for one in value]
    elif is_dataclass(value):
        told = {one.name: flat(getattr(value, one.name), translate) for one in fields(value)}
    return told


def tables(survey: Renamed) -> list[object]:
    return [tabulate(survey.survey, view) for view in views(survey.names)]


def trend_of(survey: Renamed, number: int) -> Trend:
    n = survey.names
    return trend(survey.survey, View(n(number), ((n(101),),)))


def trends(survey: Renamed) -> list[object]:
    return [trend_of(survey, number) for number in (103, 104, 105, 107, 108)]


def ranking_of(survey: Renamed, options: RankingOptions) -> Ranking:
    n = survey.names
    view = View(n(103), ((n(101), n(102)),), weight=n(420), all_waves=True)
    return rank_questions(survey.survey, view, options)


def rankings(survey: Renamed) -> list[object]:
    options = (RankingOptions(), RankingOptions(compare=Compare.REST), RankingOptions(trend=True))
    return [ranking_of(survey, one) for one in options]


RESULTS: Mapping[str, Callable[[Renamed], list[object]]] = {
    "table": tables,
    "trend": trends,
    "ranking": rankings,
}


@cache
def plain(what: str) -> list[object]:
    return RESULTS[what](Renamed(Names()))


@pytest.mark.parametrize("what", RESULTS)
@FEW
@given(names=HOSTILE_NAMES)
def test_results_are_the_same_under_any_names(what: str, names: Names) -> None:
    """Cell for cell, test for test and note for note, in each kind, banner, wave and net."""
    for expected, found in zip(plain(what), RESULTS[what](Renamed(names)), strict=True):
        assert flat(found, str) == flat(expected, names.translated)


@given(names=HOSTILE_NAMES)
def test_a_view_is_read_back_from_its_text_under_any_names(names: Names) -> None:
    """`str(view)` is the command line that asks for it again."""
    survey = Renamed(names).survey
    for view in views(names):
        assert parse_view(survey, str(view)) == view


def documents(survey: Renamed) -> list[Document]:
    """A table of several nested banners, of a grid, all gaps, and a trend."""
    n = survey.names
    asked = views(n)
    found = [document_of_table(tabulate(survey.survey, asked[place])) for place in (13, 7)]
    ranking = ranking_of(survey, RankingOptions())
    return [
        *found,
        document_of_trend(trend_of(survey, 107)),
        document_of_ranking(ranking, ("note",)),
    ]


@cache
def plain_documents() -> list[Document]:
    return documents(Renamed(Names()))


def cells_in(content: bytes, format_: Format) -> list[list[str]]:
    """Every cell of an exported document as another program reads it."""
    if format_ in {Format.CSV, Format.TSV}:
        delimiter = "," if format_ is Format.CSV else "\t"
        return list(csv.reader(io.StringIO(content.decode(), newline=""), delimiter=delimiter))
    if format_ is Format.PARQUET:
        frame = pl.read_parquet(io.BytesIO(content))
        return [frame.columns, *([str(one) for one in row] for row in frame.rows())]
    if format_ is Format.XLSX:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        return [[str(one) for one in row] for row in sheet.to_python()]
    if format_ is Format.HTML:
        return Page(content).rows
    lines = [line for line in content.decode().split("\n") if line.startswith("| ")]
    rows = [re.findall(r"(?:[^|\\]|\\.)+", line) for line in lines]
    return [[re.sub(r"\\([\\`*_\[\]<>|#~&])", r"\1", one[1:-1]) for one in row] for row in rows]


CELLS = (Format.CSV, Format.TSV, Format.MARKDOWN, Format.HTML, Format.XLSX, Format.PARQUET)


@cache
def plain_cells() -> list[dict[tuple[Format, Shape | None], list[list[str]]]]:
    return [exported(one) for one in plain_documents()]


def exported(document: Document) -> dict[tuple[Format, Shape | None], list[list[str]]]:
    """The cells of each format and shape."""
    return {
        (format_, shape): cells_in(render(document, format_, shape), format_)
        for format_ in CELLS
        for shape in shapes_of(format_, document.content) or (None,)
    }


def translated_cell(cell: str, format_: Format, names: Names) -> str:
    told = names.translated(cell)
    return neutral(told) if format_ in {Format.CSV, Format.TSV} else told


@FEW
@given(names=HOSTILE_NAMES)
def test_exports_are_the_same_under_any_names(names: Names) -> None:
    """Cell for cell in each format and shape, as another program reads them back."""
    for expected, document in zip(plain_cells(), documents(Renamed(names)), strict=True):
        for (format_, shape), rows in exported(document).items():
            plain_rows = expected[format_, shape]
            assert rows == [
                [translated_cell(one, format_, names) for one in row] for row in plain_rows
            ]


@FEW
@given(names=HOSTILE_NAMES)
def test_json_is_the_same_under_any_names(names: Names) -> None:
    """All that it holds but the text of the view."""
    for expected, found in zip(plain_documents(), documents(Renamed(names)), strict=True):
        one, other = (json.loads(render(each, Format.JSON)) for each in (found, expected))
        for told in (one, other):
            told.pop("view", None)
        assert one == translated(other, names)


def translated(value: object, names: Names) -> object:
    """What JSON holds, with other names."""
    if isinstance(value, str):
        return names.translated(value)
    if isinstance(value, list):
        return [translated(one, names) for one in value]
    if isinstance(value, dict):
        return {names.translated(key): translated(one, names) for key, one in value.items()}
    return value


@given(names=HOSTILE_NAMES)
def test_saved_views_are_read_back_under_any_names(names: Names) -> None:
    """Their name, and the text that asks for the view again."""
    views_saved: Saved = ()
    for place, view in enumerate(views(names)):
        views_saved = with_view(views_saved, f"{names(300 + place)}", view)
    assert read_saved(write_saved(views_saved, names(100)), "made.views.toml") == views_saved
    survey = Renamed(names).survey
    assert [parse_view(survey, one.text) for one in views_saved] == views(names)


@pytest.mark.parametrize("code", ["under 50", "<50", "a>2015", "2016", ">", "x > 2015"])
def test_an_answer_that_a_wave_never_offered_is_blank(tmp_path: Path, code: str) -> None:
    """In a banner of waves and codes that look like a path: no 0 % and no letter."""
    file = tmp_path / "waves.csv"
    rows = [
        f"{wave},{size},{answer}"
        for wave, answers in ((2015, "ab"), (2016, "abc"))
        for size in (code, "over 50")
        for answer in answers * 60
    ]
    file.write_text("\n".join(["wave,size,q", *rows]), encoding="utf-8")
    survey = open_survey(str(file))
    table = tabulate(survey, parse_view(survey, "--question q --by wave>size --wave all"))
    paths = [column.codes for column in table.columns[1:]]
    assert set(paths) == {(wave, size) for wave in ("2015", "2016") for size in (code, "over 50")}
    assert [wave for wave, _ in paths] == ["2015", "2015", "2016", "2016"]
    (never,) = [row for row in table.rows if row.code == "c"]
    shares = [cell.percent for cell in never.cells[1:]]
    assert shares[:2] == [None, None] and None not in shares[2:]
    assert not any(cell.letters for cell in never.cells)


def test_a_column_named_like_a_pattern_is_itself(tmp_path: Path) -> None:
    """Whether it holds answers, dates or numbers, beside the column that the pattern would find."""
    file = tmp_path / "patterns.csv"
    names = ("^x$", "x", "*", "when", "^when$", "__n", "plain")
    rows = [
        f"{'ab'[n % 2]},{'cde'[n % 3]},{n % 4},2020-0{n % 3 + 1}-05,2021-0{n % 2 + 1}-07,{n % 5},z"
        for n in range(120)
    ]
    file.write_text("\n".join([",".join(names), *rows]), encoding="utf-8")
    survey = open_survey(str(file))
    for column, codes in {
        "^x$": ["a", "b"],
        "x": ["c", "d", "e"],
        "*": ["0", "1", "2", "3"],
        "when": ["2020-01", "2020-02", "2020-03"],
        "^when$": ["2021-01", "2021-02"],
        "__n": ["0", "1", "2", "3", "4"],
    }.items():
        (table,) = [tabulate(survey, View(column, (("^x$",), ("*",)), all_waves=True))]
        assert [row.code for row in table.rows] == codes
        assert [row.cells[0].n for row in table.rows] == [120 / len(codes)] * len(codes)


@given(texts=st.lists(NAMES.map(clean).filter(bool), min_size=1))
def test_a_list_that_is_edited_is_read_back(texts: list[str]) -> None:
    """Whatever its texts hold, commas and quotes among it."""
    assert read_list(list_text(texts)) == texts
