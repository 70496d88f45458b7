"""Tab plans: what is wrong with one, which tables it makes, and that each number is the view's."""

from __future__ import annotations

import contextlib
import io
import json
import math
import shlex
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from cxtui.analysis.query.cube import Status
from cxtui.analysis.view.view import Measure
from cxtui.cli import command_line
from cxtui.errors import PlanError
from cxtui.output.book.book_look import Low
from cxtui.output.book.book_table import Book, BookTable
from cxtui.output.replay import Opened
from cxtui.output.writers.book_writer import write_book
from cxtui.survey.model import Survey
from cxtui.survey.note import sentences_of
from cxtui.work.open_derived import open_derived
from cxtui.work.plan.check_plan import check_tables, lines_of, summary_of
from cxtui.work.plan.plan_text import read_plan
from cxtui.work.plan.planned_tables import book_of, bound, chosen, planned_tables
from tests.making import made

EXAMPLES = Path(__file__).parents[2] / "examples"
STUDY = EXAMPLES / "cmo-benchmark-2016.parquet"
PLAN = EXAMPLES / "cmo-benchmark-2016.plan.toml"
PEOPLE = [
    {
        "role": 1 + at % 2,
        "goal": 1 + at % 4,
        "tools_1": at % 2,
        "tools_2": at % 3 // 2,
        "tools_3": 0,
        "web": 1 + at % 3,
        "mobile": 2,
        "budget": float(at),
        "w": 1.0 + at % 3,
    }
    for at in range(120)
]


def booked(survey: Survey, text: str) -> list[BookTable]:
    plan = read_plan(text, "p.toml")
    made = book_of(survey, planned_tables(survey, plan), Opened(("made.parquet",)))
    return list(bound(survey, plan, made).tables)


def printed(*words: str) -> tuple[int, str, str]:
    out, error = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
        status = command_line.main(list(words))
    buffer = out.buffer
    assert isinstance(buffer, io.BytesIO)
    return status, buffer.getvalue().decode(), error.getvalue()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", 'p.toml: the plan has no [[table]]: add one with questions = ["*"]'),
        ("[[table]\n", "p.toml is not valid TOML"),
        ("tabel = 1", "the plan has the unknown key 'tabel'; did you mean 'table'?"),
        ('[[table]]\nquestion = ["a"]', "unknown key 'question'; did you mean 'questions'?"),
        ("[defaults]\nsor = 1\n[[table]]\n", "[defaults] has the unknown key 'sor'"),
        ("[[table]]\ntitle = 'A'", "[[table]] 1 lacks 'questions'"),
        ("[[table]]\nquestions = []", 'questions is empty; "*" takes all of them'),
        ('[[table]]\nquestions = "*"\nnet = ["A=1"]', "name it instead of *"),
        ('[[table]]\nquestions = "*"\nsort = "up"', "sort takes questionnaire, percent"),
        ('[[table]]\nquestions = "*"\nlevel = [90, 95]', "level takes one level or two"),
        ('[[table]]\nquestions = "*"\nshow = ["colum"]', "show takes column, row"),
        ('[[table]]\nquestions = "*"\ntop = 1.5', "top takes a whole number of answers"),
        ('[[table]]\nquestions = "*"\nlow = "red"', "low takes grey, blank, drop, not 'red'"),
        ('[[table]]\nquestions = "*"\nbanner = "mian"\n[banners]\nmain = "a"', "mean 'main'?"),
        ('[[table]]\nquestions = "*"\nbanner = "m"\nby = "role"', "take banner or by, not both"),
        ('[[table]]\nquestions = "*"\nfilters = [[1]]', "filters takes lists of texts"),
        ('layout = "pile"\n[[table]]\nquestions = "*"', "layout takes sheets or stacked"),
    ],
)
def test_what_is_wrong_with_a_plan_is_one_line(text: str, said: str) -> None:
    """It names the file, the table and the key, and the nearest known word."""
    with pytest.raises(PlanError) as caught:
        read_plan(text, "p.toml")
    assert said in str(caught.value)
    assert str(caught.value).startswith("p.toml")


def test_tables_are_questions_by_banners_by_filters_by_weights() -> None:
    """In that order; defaults apply unless the table says otherwise; titles twice have a number."""
    text = """
    [defaults]
    banner = "main"
    show = ["column", "count"]
    [banners]
    main = ["role"]
    nested = "role>goal"
    [[table]]
    questions = ["goal", "tools"]
    banners = ["main", "nested"]
    filters = [["budget<60"], ["budget>=60", "role=1"]]
    weights = ["none", "w"]
    [[table]]
    questions = "budget"
    by = ["goal"]
    title = "Money"
    """
    planned = planned_tables(made(PEOPLE), read_plan(text, "p"))
    assert len(planned) == 17
    views = [one.view for one in planned]
    assert all(views)
    asked = [(view.question, view.banner, len(view.filters), view.weight) for view in views if view]
    assert asked[:5] == [
        ("goal", (("role",),), 1, None),
        ("goal", (("role",),), 1, "w"),
        ("goal", (("role",),), 2, None),
        ("goal", (("role",),), 2, "w"),
        ("goal", (("role", "goal"),), 1, None),
    ]
    assert asked[-1][:2] == ("budget", (("goal",),))
    assert [one.title for one in planned[:2]] == ["Main goal", "Main goal (2)"]
    assert planned[-1].title == "Money"
    assert [one.number for one in chosen(planned, "2,4-5")] == [2, 4, 5]
    with pytest.raises(PlanError, match="the plan has the tables 1 to 17"):
        chosen(planned, "18")
    with pytest.raises(PlanError, match="takes numbers, as in 3,7-9"):
        chosen(planned, "first")


def test_letters_run_on_and_small_ones_are_at_the_second_level() -> None:
    """A letter of the book is that of the column in its own banner question."""
    text = '[[table]]\nquestions = "goal"\nby = ["role", "goal"]\nlevel = [99.9, 80]'
    survey = made([{**one, "goal": 1 + (at % 5 > one["role"])} for at, one in enumerate(PEOPLE)])
    (book,) = booked(survey, text)
    assert [one.letter for one in book.columns] == ["", "A", "B", "C", "D", "E"]
    table = book.table
    assert table is not None
    lax = {one.code: one for one in table.rows}
    for row, raw in zip(book.rows, lax.values(), strict=True):
        pair = raw.pairs[0]
        if pair.p_adjusted is None or pair.gap is None:
            continue
        strong, weak = pair.p_adjusted < 0.001, 0.001 <= pair.p_adjusted < 0.2
        higher, lower = (1, "B") if pair.gap > 0 else (2, "A")
        assert row.marks[higher] == (lower if strong else lower.lower() if weak else "")
    assert any(mark.islower() for row in book.rows for mark in row.marks)
    assert "Small letters: the same at 80%." in sentences_of(book.notes)


def test_nets_stand_above_their_answers_and_the_rest_is_said() -> None:
    """The largest answers stay, hidden ones and those that nobody gave are left out, and said."""
    text = """
    [defaults]
    no_weight = true
    [[table]]
    questions = "tools"
    net = ["First two=1,2", "Any=1,2,3"]
    show = ["column", "count"]
    [[table]]
    questions = "tools"
    drop_empty = true
    hide = ["Tool 1"]
    [[table]]
    questions = "tools"
    top = 1
    """
    first, second, third = booked(made(PEOPLE), text)
    assert [(row.label, row.depth) for row in first.rows] == [
        ("First two", 0),
        ("Tool 1", 1),
        ("Tool 2", 1),
        ("Any", 0),
        ("Tool 3", 1),
    ]
    assert [line.measure for line in first.rows[1].lines] == [Measure.COLUMN, Measure.COUNT]
    asked = [one for one in PEOPLE if any(one[f"tools_{at}"] is not None for at in (1, 2, 3))]
    ticked = sum(one["tools_1"] == 1 for one in PEOPLE)
    assert first.rows[1].lines[0].numbers[0] == pytest.approx(100 * ticked / len(asked))
    assert first.rows[1].lines[1].numbers[0] == ticked
    assert [row.label for row in second.rows] == ["Tool 2"]
    assert "Not shown: Tool 1." in sentences_of(second.notes)
    assert "Not shown: 1 answer without respondents." in sentences_of(second.notes)
    assert [row.label for row in third.rows] == ["Tool 1"]
    share = 100 * sum(one["tools_2"] == 1 for one in PEOPLE) / len(asked)
    assert f"2 more answers, each {math.ceil(share * 10) / 10:g}% at most." in sentences_of(
        third.notes
    )


def test_the_mean_of_an_item_stands_in_its_cells_alone() -> None:
    """Of another scale it is a row behind the answers; of an item that is hidden it is nowhere."""
    text = """
    [defaults]
    show = ["column", "mean"]
    [[table]]
    questions = "channels"
    hide = ["Mobile"]
    [[table]]
    questions = "recommend"
    """
    grid, scale = booked(open_derived(str(STUDY)), text)
    items = ["Website", "E-mail", "Social media", "Call centre", "Store or branch"]
    assert [row.label for row in grid.rows] == items
    kinds = [[line.measure for line in row.lines] for row in grid.rows]
    assert kinds == [[Measure.COLUMN, Measure.MEAN]] * len(items)
    means = [row for row in scale.rows if row.status is Status.SCORE and not row.lines[0].in_points]
    assert len(means) == 1 and means[0] is scale.rows[-1]


@pytest.mark.parametrize("low", list(Low))
def test_small_columns_are_grey_blank_or_gone(low: Low) -> None:
    """The Total stays; letters of a column that is not seen are left out."""
    few = [{**one, "role": 1 if at < 100 else 2} for at, one in enumerate(PEOPLE)]
    text = f'[[table]]\nquestions = "goal"\nby = "role"\nhide_under = 30\nlow = "{low}"'
    (book,) = booked(made(few), text)
    seen = [column.label for column in book.columns]
    assert seen == ["Total", "Marketing"] + (["Technology"] if low is not Low.DROP else [])
    if low is Low.BLANK:
        assert {row.lines[0].numbers[2] for row in book.rows} == {None}
    if low is Low.GREY:
        assert [column.is_low for column in book.columns] == [False, False, True]
        assert all(row.lines[0].numbers[2] is not None for row in book.rows)
    assert any(note.text.startswith("Columns under 30 respondents are") for note in book.notes)


def test_a_table_that_is_refused_does_not_cost_the_others(tmp_path: Path) -> None:
    """An unknown question has the nearest name, a filter without respondents its reason."""
    plan = tmp_path / "p.toml"
    plan.write_text(
        '[[table]]\nquestions = ["cx_gaol", "cx_goal"]\n'
        'filters = [["role=1"], ["budget_share>999"]]',
        "utf-8",
    )
    status, out, error = printed("plan", str(plan), str(STUDY), "--check")
    assert status == 1
    assert "1 cx_gaol: refused: there is no question 'cx_gaol'; did you mean 'cx_goal'?" in out
    assert "3 Main goal of the customer-experience work: n 127 · all who answered" in out
    assert "4 tables: 3 refused, 0 do not add up" in out
    status, out, error = printed("plan", str(plan), str(STUDY))
    assert status == 1
    assert "no table 4 of cx_goal: no respondents match" in error
    assert "## Table 3: Main goal" in out
    with pytest.raises(PlanError, match="there is no section 'Chanels'; did you mean 'Channels'"):
        planned_tables(
            open_derived(str(STUDY)), read_plan('[[table]]\nquestions = "section:Chanels"', "p")
        )


def test_every_number_of_a_book_is_that_of_its_replay_line(tmp_path: Path) -> None:
    """The workbook of the example's plan, read back, against `cxtui table --format json`."""
    target = tmp_path / "book.xlsx"
    words = ("plan", str(PLAN), str(STUDY), "--tables", "1,3-4,6", "-o", str(target))
    status, _, error = printed(*words)
    assert (status, error) == (0, f"wrote {target}\n")
    workbook = CalamineWorkbook.from_path(str(target))
    assert workbook.sheet_names == ["Contents", "1", "3", "4", "6"]
    assert (
        sum(map(_compared, (workbook.get_sheet_by_name(one).to_python() for one in "1346"))) > 300
    )


def _compared(cells: list[list[Any]]) -> int:
    """Return how many numbers of a sheet were found in the JSON of its replay line."""
    width = max(map(len, cells))
    rows = [[*row, *[""] * (width - len(row))] for row in cells]
    again = next(row[0] for row in rows if str(row[0]).startswith("This table again: "))
    words = shlex.split(again.partition("cxtui ")[2])
    status, out, _ = printed(*words, "--format", "json")
    assert status == 0
    table = json.loads(out)
    labels = [one["label"] for one in table["columns"]]
    columns = [labels.index(rows[5][at]) for at in range(1, width, 2) if rows[5][at]]
    by_label = {row["label"]: row for row in table["rows"]}
    bases = {line["label"]: line["lowest"] for line in (*table["bases"], *table["lines"])}
    compared, label = 0, ""
    for row in rows[7:]:
        if str(row[0]).startswith("This table again"):
            return compared
        is_first, label = bool(row[0]), str(row[0]) or label
        for at, place in enumerate(columns):
            number = row[1 + 2 * at]
            if isinstance(number, str):
                continue
            if label in bases:
                expected = bases[label][place]
            else:
                cell = by_label[label]["cells"][place]
                share = cell["percent"] / 100 if cell["percent"] is not None else cell["mean"]
                expected = share if is_first else cell["n"]
            assert number == pytest.approx(expected, rel=1e-12)
            compared += 1
    return compared


def test_a_book_is_pages_and_json_too(tmp_path: Path) -> None:
    """With the same titles, letters that run on, and a problem in place of a table."""
    status, out, _ = printed("plan", str(PLAN), str(STUDY), "--tables", "2", "--format", "json")
    (table,) = json.loads(out)["tables"]
    assert status == 0
    assert (table["number"], table["title"]) == (2, "Who owns the customer experience")
    assert (table["show"], table["levels"]) == (["column", "count"], [95.0, 90.0])
    target = tmp_path / "book.html"
    assert printed("plan", str(PLAN), str(STUDY), "--tables", "2", "-o", str(target))[0] == 0
    page = target.read_text("utf-8")
    assert "Director&#160;J" in page
    assert "Table 2: Who owns the customer experience" in page
    status, _, error = printed("plan", str(PLAN), str(STUDY), "-o", str(tmp_path / "a.csv"))
    assert (status, error) == (
        1,
        "cxtui: csv cannot hold a book of tables: take xlsx, pptx, html, markdown, json\n",
    )


def test_labels_are_text_in_a_workbook(tmp_path: Path) -> None:
    """A formula, a link and a number stay text; a title has no control characters."""
    (book,) = booked(made(PEOPLE), '[[table]]\nquestions = "goal"\ntitle = "=1+1"\nby = "role"')
    path = tmp_path / "b.xlsx"
    path.write_bytes(write_book(Book("=cmd|x", (book,), ("http://x",), stacked=True)))
    cells = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    assert cells[0][0] == "=cmd|x"
    assert cells[1][0] == "http://x"
    assert "=1+1" in [row[1] for row in cells]


def test_sums_that_do_not_come_out_are_found() -> None:
    """A base that is not the Total's, answers that are not 100: made by hand, since none occurs."""
    from dataclasses import replace

    (book,) = booked(made(PEOPLE), '[[table]]\nquestions = "goal"\nby = "role"')
    table = book.table
    assert table is not None
    assert summary_of(check_tables([book, book])) == "2 tables: 0 refused, 0 do not add up"
    fewer = replace(book, number=2, table=replace(table, respondents=table.respondents - 1))
    cut = replace(book, number=3, table=replace(table, rows=table.rows[1:]))
    base = replace(table.bases[0], lowest=(10.0, *table.bases[0].lowest[1:]))
    small = replace(book, number=4, table=replace(table, bases=(base, *table.bases[1:])))
    said = "\n".join(lines_of(check_tables([book, fewer, cut, small])))
    assert "2 does not add up: 119 respondents, and 120 in table 1 with the same filter" in said
    assert "3 does not add up: the answers of Total add up to" in said
    assert "4 does not add up: the columns of role add up to 90, the Total is 10" in said


def test_without_the_library_of_decks_the_line_that_installs_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is counted."""
    monkeypatch.setattr("cxtui.output.writers.deck_writer.can_write_decks", lambda: False)
    for more in ([], ["--into", "x.pptx"], ["--template", "x.pptx"]):
        words = ("plan", str(PLAN), str(STUDY), *more, "-o", str(tmp_path / "d.pptx"))
        status, _, error = printed(*words)
        assert (status, error) == (
            1,
            "cxtui: PowerPoint files need an extra: pip install 'cxtui[pptx]'\n",
        )
