"""The registry of writers: one entry a format, and what each content may be written as."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view_options import parse_view
from cxtui.library.results import FormatWord, ShapeWord
from cxtui.output import Content, Format, Shape, format_of, formats_of, shape_for, shapes_of
from cxtui.output.writers.registry import OF_RESULTS, load_writer
from cxtui.sources.open_survey import open_survey
from tests.rendering import render


@pytest.mark.parametrize("format_", Format)
def test_each_format_has_a_writer_and_endings_of_its_own(format_: Format) -> None:
    writer = format_.writer
    assert callable(load_writer(format_)) and writer.help
    for ending in writer.endings:
        assert format_of(Path(f"a{ending}")) is format_


def test_the_library_names_every_format_and_shape() -> None:
    """A type checker needs the words themselves; every other list of them is the registry's."""
    assert set(get_args(FormatWord)) == set(OF_RESULTS)
    assert set(get_args(ShapeWord)) == set(Shape)


def test_only_a_picture_is_left_out_of_the_formats_of_several_tables() -> None:
    assert formats_of(Content.TABLE) == formats_of(Content.TREND) == OF_RESULTS
    assert set(OF_RESULTS) - set(formats_of(Content.TABLES)) == {Format.SVG}


@pytest.mark.parametrize("content", Content)
@pytest.mark.parametrize("format_", Format)
def test_every_shape_that_is_offered_is_taken(format_: Format, content: Content) -> None:
    """And without a wish, the first of them."""
    if format_ not in formats_of(content):
        return
    offered = shapes_of(format_, content)
    assert [shape_for(format_, one, content) for one in offered] == list(offered)
    if offered and not content.is_list:
        assert shape_for(format_, None, content) is offered[0]


def test_the_mark_of_few_cases_is_beside_the_total_too(example: Path) -> None:
    """As in its cell, where a column is compared with the Total or the rest."""
    survey = open_survey(str(example))
    view = parse_view(survey, "--question cx_goal --against rest --correction none")
    table = tabulate(survey, view)
    flagged = [row for row in table.rows if row.cells[0].flag == "few cases"]
    lines = render(table, Format.MARKDOWN).decode().splitlines()
    assert flagged
    for row in flagged:
        (line,) = (one for one in lines if one.startswith(f"| {row.label} |"))
        assert line.split(" | ")[1].endswith("\\~")
