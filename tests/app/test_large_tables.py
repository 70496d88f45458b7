"""Tables and lists far larger than the screen: only their visible part is drawn."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import polars as pl
import pytest
from textual.app import App, ComposeResult
from textual.widget import Widget

from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.table import BaseLine, Table, TableRow
from cxtui.analysis.view.view_options import parse_view
from cxtui.app.panes.line_widget import Frame
from cxtui.app.panes.question_search import Finder, _Sought
from cxtui.app.panes.questions_pane import Questions
from cxtui.app.panes.table_pane import Comparison
from cxtui.output.drawing import bar_chart as chart
from cxtui.output.drawing import rich_table
from cxtui.output.drawing.table_layout import Extent, extent_of
from cxtui.session.answers import Answers
from cxtui.sources.open_survey import open_survey
from cxtui.survey.model import Codebook
from cxtui.survey.question import Item, Kind, Question
from tests.making import categories, survey_of

WIDTH, HEIGHT = 120, 30
ANSWERS, COLUMNS = 1000, 200


class Alone(App[None]):
    """A pane that has the whole screen."""

    CSS = "Comparison, Questions { width: 1fr; height: 1fr; }"

    def __init__(self, pane: Widget) -> None:
        super().__init__()
        self._pane = pane

    def compose(self) -> ComposeResult:
        yield self._pane


@asynccontextmanager
async def alone(pane: Widget, width: int = WIDTH) -> AsyncIterator[None]:
    async with Alone(pane).run_test(size=(width, HEIGHT)) as pilot:
        pane.focus()
        await pilot.pause()
        yield


def enlarged(table: Table) -> Table:
    """Repeat the answers and the columns of a table."""
    times = COLUMNS // (len(table.columns) - 1)

    def wide(cells: Any) -> Any:
        return (cells[0], *cells[1:] * times)

    def base(line: BaseLine) -> BaseLine:
        return replace(line, lowest=wide(line.lowest), highest=wide(line.highest))

    def answer(row: TableRow) -> TableRow:
        return replace(row, cells=wide(row.cells))

    rows = tuple(map(answer, table.rows)) * (ANSWERS // len(table.rows))
    return replace(
        table,
        rows=rows,
        columns=wide(table.columns),
        bases=tuple(map(base, table.bases)),
        base_flags=wide(table.base_flags),
    )


@pytest.fixture(scope="module")
def large() -> tuple[Table, Extent]:
    """A thousand answers by two hundred columns; its numbers are as wide as the example's."""
    example = Path(__file__).parents[2] / "examples" / "cmo-benchmark-2016.parquet"
    survey = open_survey(str(example))
    table = tabulate(survey, parse_view(survey, "--question cx_goal"))
    return enlarged(table), extent_of(table)


def counted(monkeypatch: pytest.MonkeyPatch, room: Any, name: str) -> list[None]:
    """Count the calls of a function."""
    calls: list[None] = []
    wrapped = getattr(room, name)

    def counting(*arguments: Any, **options: Any) -> Any:
        calls.append(None)
        return wrapped(*arguments, **options)

    monkeypatch.setattr(room, name, counting)
    return calls


async def test_only_the_visible_part_of_a_large_table_is_drawn(
    large: tuple[Table, Extent], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 200,000 cells those on the screen; a line down draws one answer, a page what is new."""
    cells = counted(monkeypatch, rich_table, "_cell")
    pane = Comparison()
    async with alone(pane):
        pane.show_table(*large)
        shown = len(pane._kept.layout.shown) - 1  # type: ignore[union-attr]
        assert 0 < len(cells) <= HEIGHT * shown < 400

        def drawn_by(step: Callable[[], None]) -> int:
            cells.clear()
            step()
            return len(cells)

        assert sum(drawn_by(lambda: pane.move(1)) for _ in range(100)) <= 101 * shown
        assert drawn_by(lambda: pane.move(-50)) == 0
        assert drawn_by(lambda: pane.page(1)) <= HEIGHT * shown
        assert 0 < drawn_by(lambda: pane.edge(1)) <= HEIGHT * shown
        assert 0 < drawn_by(lambda: pane.columns(shown)) <= 2 * HEIGHT * shown
        assert 0 < drawn_by(lambda: pane.columns(COLUMNS)) <= 3 * HEIGHT * shown
        assert pane.cell == (len(large[0].rows) - 1, COLUMNS)
        assert pane._kept.layout.shown[-1] == COLUMNS  # type: ignore[union-attr]


async def test_the_frame_names_one_column_of_many(large: tuple[Table, Extent]) -> None:
    pane = Comparison()
    frame = Frame("", pane)
    async with Alone(frame).run_test(size=(30, HEIGHT)) as pilot:
        pane.show_table(*large)
        await pilot.pause()
        assert str(frame.border_subtitle).startswith("←→ column 1 of 200")


async def test_only_the_visible_part_of_a_large_chart_is_drawn(
    large: tuple[Table, Extent], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 200,000 bars those of the answers on the screen, each once."""
    answers = counted(monkeypatch, chart, "_row")
    pane = Comparison()
    async with alone(pane):
        pane.show_table(*large)
        pane.switch_chart()
        assert 0 < len(answers) <= 2 and len(pane._kept.bases) < 10  # type: ignore[union-attr]
        for _ in range(5):
            pane.move(1)
        assert len(answers) <= 7


def questions(count: int) -> list[Question]:
    """As many questions, every tenth a grid's item."""
    kinds = (Kind.SINGLE,) * 9 + (Kind.SCALE,)
    return [
        Question(
            f"{'grid.' if place % 10 == 9 else ''}q{place:04}",
            f"How often do you use service {place}?",
            kinds[place % 10],
            (f"q{place:04}",),
            categories("Never", "Sometimes", "Often"),
        )
        for place in range(count)
    ]


def calls_of(step: Callable[[], object]) -> int:
    """Count every call that a step makes, also of what is built in."""
    calls: list[str] = []

    def note(_: FrameType, event: str, __: object) -> None:
        if event in {"call", "c_call"}:
            calls.append(event)

    sys.setprofile(note)
    try:
        step()
    finally:
        sys.setprofile(None)
    return len(calls)


async def test_five_thousand_questions_scroll_as_fifty() -> None:
    """Calls that a key makes: by a line, by a page, to a question known by its id.

    What is kept of styles and widths makes some of them come and go, but never one a question.
    """
    made = []
    for count in (50, 5000):
        pane = Questions()
        async with alone(pane):
            pane.load(questions(count))
            pane.paint()
            steps = (
                lambda pane=pane: pane.move(1),
                lambda pane=pane: pane.page(1),
                lambda pane=pane: pane.page(-1),
                lambda pane=pane: pane.select("q0003"),
                lambda pane=pane: pane.around,
            )
            made.append([calls_of(step) for step in steps])
    few, many = made
    assert all(other < one + 2000 for one, other in zip(few, many, strict=True)), (few, many)


def test_a_table_costs_the_same_whatever_else_was_asked() -> None:
    """As many calls to count, test and lay out one question among 20 and among 1,000."""
    made = []
    for count in (20, 1000):
        asked = questions(count)
        people = [{one.columns[0]: 1 + person % 3 for one in asked} for person in range(9)]
        columns = dict.fromkeys((one.columns[0] for one in asked), pl.Int8)
        survey = survey_of(people, asked, columns, Codebook(role="q0000"))
        answers = Answers(survey)
        view = parse_view(survey, "")
        answers.answer(view.with_question("q0002"), tested=True)  # what is loaded once is loaded
        made.append(calls_of(partial(answers.answer, view.with_question("q0003"), tested=True)))
    assert abs(made[1] - made[0]) < 500 < made[0], made


async def test_five_thousand_questions_are_searched_letter_by_letter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A letter more looks only among what was found; only lines in sight are drawn."""
    ranked = counted(monkeypatch, _Sought, "rank")
    drawn = counted(monkeypatch, Questions, "line")
    pane = Questions()
    async with alone(pane):
        pane.load(questions(5000))
        drawn.clear()
        found = [pane.find(letters) for letters in ("4", "49", "499")]
        assert len(ranked) == 5000 + found[0] + found[1]
        assert 5000 > found[0] > found[1] > found[2] > 0
        assert len(drawn) <= 3 * HEIGHT
        assert pane.entry is not None and pane.entry.id == "grid.q0499"


async def test_a_question_without_a_wording_is_named_once() -> None:
    """By its id, also where it is the item of a grid."""
    items = (Item("01", "01"), Item("02", "Website"))
    grid = Question("q7", "q7", Kind.GRID, ("a", "b"), items=items)
    parts = [grid.item_question(place, f"q7.{one.code}") for place, one in enumerate(items)]
    pane = Questions()
    async with alone(pane):
        pane.load([grid, *parts, Question("q8", "q8", Kind.SINGLE, ("c",))])
        asked = [one for one in pane.entries if isinstance(one, Question)]
        lines = [pane.line(one, place).plain.split() for place, one in enumerate(asked, 1)]
    assert lines == [["▦q7"], ["01"], ["Website", "02"], ["q8"]]


@pytest.mark.parametrize(
    ("letters", "found"),
    [("q0", ["q01"]), ("mobile web", ["m"]), ("oe", ["q01", "m"]), ("never", ["q01", "m"])],
)
def test_letters_find_questions(letters: str, found: list[str]) -> None:
    """The start of an id, all words, answers, or letters in their order; found as typed on."""
    asked = [
        Question("q01", "How often?", Kind.SINGLE, ("q01",), categories("Never", "Often")),
        Question("m", "Web on a mobile", Kind.SINGLE, ("m",), categories("Never", "Often")),
    ]
    whole = [one.id for one in Finder(asked).find(letters)]
    finder = Finder(asked)
    typed = [[one.id for one in finder.find(letters[:end])] for end in range(1, len(letters) + 1)]
    assert whole == typed[-1] == found


def test_letters_that_repeat_are_found_at_once() -> None:
    """However often each of them stands in a long wording."""
    label = "e " * 2000
    asked = [Question("q", label, Kind.SINGLE, ("q",)), Question("r", "xe", Kind.SINGLE, ("r",))]
    assert [one.id for one in Finder(asked).find("eeeeeeeeee")] == ["q"]
    assert Finder(asked).find("eeeeeeeeeexx") == []
