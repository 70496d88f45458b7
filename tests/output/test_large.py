"""Tables of many columns are written as small ones are."""

from __future__ import annotations

import io
import json
import shlex
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console, JustifyMethod
from rich.segment import Segment
from rich.style import Style
from rich.table import Table as RichTable

from cxtui.analysis.query.cube_cache import CubeCache
from cxtui.analysis.ranking.rank_questions import pair_options, rank_questions
from cxtui.analysis.ranking.ranking_options import RankingOptions
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.table import Table
from cxtui.analysis.view.view_options import parse_view
from cxtui.cli import main
from cxtui.output import Format
from cxtui.output.drawing.fit import apart, ellipsis, folded, middle_cut
from cxtui.output.drawing.rich_table import all_lines, line_segments, plain_lines
from cxtui.output.drawing.table_layout import Layout, extent_of, lay_out, lay_out_in
from cxtui.output.replay import Opened
from cxtui.output.writers.json_writer import dumped
from cxtui.sources.open_survey import open_survey
from cxtui.survey.model import Survey
from tests.rendering import list_ranking


@pytest.fixture
def survey(example: Path) -> Survey:
    return open_survey([str(example)], "")


@pytest.fixture
def table(survey: Survey) -> Table:
    return tabulate(survey, parse_view(survey, "--question cx_goal --by role --by seniority"))


def test_the_pairs_of_a_row_are_a_sequence(table: Table) -> None:
    """Pairs made on demand equal a tuple of all pairs."""
    pairs = table.rows[0].pairs
    every = tuple(pairs)
    assert len(pairs) == len(every) > 3 and pairs == every and hash(pairs) == hash(every)
    assert pairs[0] == every[0] and pairs[-1] == every[-1] and pairs[1:3] == every[1:3]
    assert table.rows[1].pairs != pairs
    with pytest.raises(IndexError):
        pairs[len(pairs)]


def by_rich(table: Table, layout: Layout) -> RichTable:
    """Return what Rich makes of the lines of a table in columns of their widths."""
    painted = RichTable(
        box=None, padding=(0, 1, 0, 0), pad_edge=False, show_header=False, expand=False
    )
    for position, width in enumerate(layout.widths):
        justify: JustifyMethod = "right" if layout.stands_right(position) else "left"
        painted.add_column(width=width, no_wrap=True, justify=justify)
    for cells, style in all_lines(table, layout, extent_of(table)):
        painted.add_row(*cells, style=style)
    return painted


def letters(parts: Iterable[Segment]) -> list[tuple[str, Style]]:
    """Return each letter with its style, none with a blank, without the blanks at the end."""
    found = [
        (one, Style() if one.isspace() else part.style or Style())
        for part in parts
        for one in part.text
    ]
    return found[: len("".join(one for one, _ in found).rstrip())]


@pytest.mark.parametrize(
    "options", ["--by role", "--by role>seniority --full", "--wave all --by wave"]
)
@pytest.mark.parametrize("width", [40, 60, 100])
def test_lines_are_painted_as_rich_paints_them(survey: Survey, options: str, width: int) -> None:
    """The same letters in the same styles."""
    console = Console(width=200, color_system="standard")
    for question in ("cx_goal", "tools", "obstacles", "channels"):
        table = tabulate(survey, parse_view(survey, f"--question {question} {options}"))
        layout = lay_out(table, width)
        lines = [
            letters(line_segments(line, layout))
            for line in all_lines(table, layout, extent_of(table))
        ]
        assert lines == [letters(line) for line in console.render_lines(by_rich(table, layout))]


@pytest.mark.parametrize("width", [40, 60, 100])
def test_plain_lines_are_those_of_the_screen(table: Table, width: int) -> None:
    """They hold the text of the screen's cells, without colours."""
    layout, screen = lay_out(table, width), io.StringIO()
    Console(file=screen, width=width, color_system=None).print(by_rich(table, layout))
    painted = [line.rstrip() for line in screen.getvalue().splitlines()]
    assert list(plain_lines(table, layout)) == painted


def test_labels_leave_every_answer_in_sight(survey: Survey) -> None:
    """They are whole while lines are free; where answers are scrolled to, two lines are enough."""
    table = tabulate(survey, parse_view(survey, "--question obstacles --by seniority"))
    free = lay_out_in(table, 46, 99)
    needed = free.titles + sum(map(len, free.labels))
    assert max(map(len, free.labels)) == 3
    assert lay_out_in(table, 46, needed) == free
    for height in range(free.titles + len(table.rows), needed):
        fewer = lay_out_in(table, 46, height)
        assert fewer.titles + sum(map(len, fewer.labels)) <= height
    assert max(map(len, fewer.labels)) == 2
    for height, lines in ((len(table.rows) - 1, 2), (7, 1)):
        assert max(map(len, lay_out_in(table, 46, height).labels)) == lines


def test_json_is_indented_as_the_standard_library_does() -> None:
    """Any nesting is written alike; a generator is written as a list."""
    flat = {"a, b": 'x": 1,\n', "c": None, "d": 1.5, "é": True}
    nested = {"none": [], "empty": {}, "of": [flat, [1, [flat]], {}], "one": flat, "text": "…"}
    written = dumped({**nested, "made": (one for one in [flat, 2])})
    expected = json.dumps({**nested, "made": [flat, 2]}, ensure_ascii=False, indent=2)
    assert written.decode() == expected + "\n"


@pytest.mark.parametrize(
    ("text", "width", "cut"),
    [
        ("q0007_0012", 9, "q0007…012"),
        ("q0007_0012", 10, "q0007_0012"),
        ("How often: on the phone", 15, "How often…phone"),
        ("How often", -1, "…"),
    ],
)
def test_a_text_cut_in_its_middle_keeps_its_end(text: str, width: int, cut: str) -> None:
    assert middle_cut(text, width) == cut


def test_texts_that_differ_late_are_cut_before_they_do() -> None:
    """Also where there are two such pairs; others are cut at their end."""
    sides = "with women, including kissing", "with men, including kissing"
    calls = [
        f"How often do you {one} us about {two}"
        for one in ("call", "write to")
        for two in ("prices", "service")
    ]
    texts = [*(f"Have relations {one}" for one in sides), *calls, "Express affection to friends"]
    assert apart(texts, 20, lambda one: ellipsis(one, 20)) == [
        *("Have…women, includi…", "Have…men, including…"),
        *("…call us abou…prices", "…call us abo…service"),
        *("…write to us…prices", "…write to us…service"),
        "Express affection t…",
    ]


WORDS = st.lists(st.text("ab界", min_size=1, max_size=5), min_size=1, max_size=9).map(" ".join)


@given(WORDS, WORDS, WORDS, st.integers(12, 30), st.integers(1, 3))
def test_two_labels_that_are_cut_do_not_look_alike(
    same: str, one: str, other: str, width: int, most: int
) -> None:
    texts = [f"{same} {same} {one}", f"{same} {same} {other}"]
    first, second = apart(texts, width, lambda text: tuple(folded(text, width, most)))
    assert (first == second) == (texts[0] == texts[1])
    assert all(cell_len(line) <= width for line in (*first, *second))


def test_a_script_without_blanks_is_broken_anywhere() -> None:
    """Within the width, in terminal cells."""
    assert folded("関東地方在住者 A", 11, 3) == ["関東地方在", "住者 A"]
    assert folded("Schifffahrtsgesellschaft", 11, 3) == ["Schifffahr…"]


@pytest.mark.parametrize("by", ["seniority", "obstacles", "seniority>role", "budget_share"])
def test_the_ranking_of_any_two_groups_can_be_printed_again(
    survey: Survey, example: Path, tmp_path: Path, by: str
) -> None:
    """Also of columns that overlap, nest or are classes: their command line names the pair."""
    view, out = parse_view(survey, f"--question cx_goal --by '{by}'"), tmp_path / "gaps.csv"
    options = [one for _, one in pair_options(survey, view, CubeCache(survey))]
    assert options[0] == RankingOptions() and len(options) > 2
    assert len(set(options)) == len(options)
    ranking = rank_questions(survey, view, options[2])
    line = Opened((str(example),)).ranking(ranking, "-o", str(out))
    assert main(shlex.split(line)[1:]) == 0
    assert out.read_bytes() == list_ranking(ranking, [], Format.CSV)
