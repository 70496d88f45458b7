"""Edits of a codebook by the user."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from cxtui.analysis.query.count_cube import compute_cube
from cxtui.analysis.view.view import View
from cxtui.errors import CodebookError
from cxtui.survey import edit_sets, edits
from cxtui.survey.codebook.toml_format import read_codebook, write_codebook
from cxtui.survey.model import Codebook, ExcludedColumn
from cxtui.survey.question import Category, Kind, Net, Question
from tests.making import BUDGET, CHANNELS, GOAL, QUESTIONS, ROLE, TOOLS, categories, survey_of

BOOK = Codebook(QUESTIONS, role="role", role_guess="by its name", weight="w", weights=("w",))


def the(codebook: Codebook, question_id: str) -> Question:
    found = codebook.find(question_id)
    assert found is not None
    return found


def test_an_edit_declares_only_its_question() -> None:
    guessed = replace(BOOK, questions=tuple(replace(one, guess="so") for one in QUESTIONS))
    after = edits.set_label(guessed, "goal", "  The\tgoal ")
    assert the(after, "goal") == replace(GOAL, label="The goal", guess="")
    assert {one.guess for one in after.questions if one.id != "goal"} == {"so"}
    assert the(edits.confirm_question(guessed, "tools"), "tools") == TOOLS
    assert the(edits.set_label(BOOK, "goal", ""), "goal").label == "goal"
    assert edits.confirm_part(BOOK, "role").role_guess == ""


def test_categories_are_labelled_scored_missing_and_moved() -> None:
    after = edits.set_category_label(BOOK, "goal", "1", "Lowest")
    after = edits.toggle_missing(after, "goal", "2")
    after = edits.set_score(after, "goal", "3", 10)
    after = edits.move_category(after, "goal", "1", 1)
    found = [(one.code, one.label, one.missing, one.score) for one in the(after, "goal").categories]
    assert found[:3] == [
        ("2", "Middle", True, 2),
        ("1", "Lowest", False, 1),
        ("3", "High", False, 10),
    ]
    with pytest.raises(CodebookError, match="goal has no category '9'"):
        edits.toggle_missing(after, "goal", "9")


def test_the_column_of_an_option_moves_with_it() -> None:
    after = the(edits.move_category(BOOK, "tools", "3", -9), "tools")
    assert [one.code for one in after.categories] == ["3", "1", "2"]
    assert after.columns == ("tools_3", "tools_1", "tools_2")
    grid = the(edits.move_item(BOOK, "channels", "web", 1), "channels")
    assert ([one.code for one in grid.items], grid.columns) == (
        ["mobile", "web"],
        ("mobile", "web"),
    )
    worded = edits.set_item_label(BOOK, "channels", "web", "Web")
    assert [one.label for one in the(worded, "channels").items] == ["Web", "Mobile"]


def test_a_changed_kind_keeps_the_answers_it_can_have() -> None:
    numeric = the(edits.set_kind(BOOK, "goal", Kind.NUMERIC), "goal")
    assert [one.label for one in numeric.categories] == ["Don't know"]
    assert the(edits.set_kind(BOOK, "goal", Kind.DATE), "goal").categories == ()
    plain = replace(
        ROLE, categories=(Category("a", "A"), Category("z", "?", True), Category("b", "B"))
    )
    scale = the(edits.set_kind(Codebook((plain,)), "role", Kind.SCALE), "role")
    assert [one.score for one in scale.categories] == [1, None, 2]
    listed = replace(
        TOOLS, columns=("tools",), delimiter=";", nets=(Net("any", "Any", ("1", "2")),)
    )
    assert the(edits.set_kind(Codebook((listed,)), "tools", Kind.SINGLE), "tools").nets == ()
    with pytest.raises(CodebookError, match="tools has 3 columns: no scale"):
        edits.set_kind(BOOK, "tools", Kind.SCALE)


def test_role_wave_and_weight_are_chosen_or_declared_absent() -> None:
    after = edits.set_part(BOOK, "wave", "goal")
    assert (after.wave, after.wave_guess) == ("goal", "")
    none = edits.set_part(after, "wave", "")
    assert (none.wave, none.absent) == ("", ("wave",))
    assert edits.set_part(none, "wave", "goal").absent == ()
    budget = edits.set_part(BOOK, "weight", "budget")
    assert (budget.weight, budget.weights) == ("budget", ("w", "budget"))
    assert budget.find("budget") is None
    back = edits.include_column(budget, "budget")
    assert (back.weight, back.weights, the(back, "budget").kind) == ("", ("w",), Kind.NUMERIC)
    assert edits.set_part(BOOK, "role", "tools").role == "tools"
    with pytest.raises(CodebookError, match="tools cannot be the wave"):
        edits.set_part(BOOK, "wave", "tools")


def test_columns_are_excluded_and_included_again() -> None:
    after = edits.exclude_question(BOOK, "role")
    assert (after.role, after.role_guess) == ("", "")
    assert after.excluded == (ExcludedColumn("role", "excluded by hand"),)
    back = edits.include_column(after, "role")
    assert (the(back, "role").kind, back.excluded) == (Kind.SINGLE, ())
    with pytest.raises(CodebookError, match="nothing is not excluded"):
        edits.include_column(BOOK, "nothing")


MARKS = ("Not selected", "Yes")


def marked(name: str, label: str) -> Question:
    return Question(name, label, Kind.SINGLE, (name,), tuple(Category(one, one) for one in MARKS))


def test_columns_are_grouped_into_a_multiple_response() -> None:
    """A respondent with only texts for "not chosen" was asked."""
    names = {"use_crm": "Used: CRM", "use_cdp": "Used: CDP"}
    answers = [("Yes", "Not selected"), ("Yes", "Yes"), ("Not selected",) * 2, (None, None)]
    rows = [dict(zip(names, one, strict=True)) for one in answers]
    questions = [marked(name, label) for name, label in names.items()]
    survey = survey_of(rows, questions, dict.fromkeys(names, pl.String()))
    after = edit_sets.group_questions(survey.codebook, list(names), Kind.MULTI)
    (tools,) = after.questions
    assert (tools.id, tools.label, tools.unchosen) == ("use", "Used", ("Not selected",))
    assert [one.label for one in tools.categories] == ["CRM", "CDP"]
    cube = compute_cube(replace(survey, codebook=after), View("use"))
    assert list(cube.cells.n[0, :2, 0]) == [2, 1]
    assert read_codebook(write_codebook(after), "it") == after


def test_questions_with_the_same_answers_become_a_grid() -> None:
    steps = tuple(Category(one, one) for one in ("Weak", "Fair", "Strong"))
    one = Question("q_web", "Rate [web]", Kind.SINGLE, ("q_web",), steps)
    two = Question("q_app", "Rate [app]", Kind.SINGLE, ("q_app",), steps[:2])
    after = edit_sets.group_questions(
        Codebook((ROLE, one, GOAL, two)), ["q_app", "q_web"], Kind.GRID
    )
    assert [each.id for each in after.questions] == ["role", "q", "goal"]
    grid = the(after, "q")
    assert [each.label for each in grid.items] == ["web", "app"]
    assert [(each.code, each.score) for each in grid.categories] == [
        ("Weak", 1),
        ("Fair", 2),
        ("Strong", 3),
    ]
    assert read_codebook(write_codebook(after), "it") == after


def test_an_invalid_set_is_refused_with_a_reason() -> None:
    for ids, kind, why in (
        (["goal"], Kind.MULTI, "at least two"),
        (["goal", "tools"], Kind.MULTI, "tools is a set already"),
        (["a", "b"], Kind.GRID, "no answers that could be the grid's"),
    ):
        texts = [Question(name, name, Kind.TEXT, (name,)) for name in ("a", "b")]
        with pytest.raises(CodebookError, match=why):
            edit_sets.group_questions(Codebook((GOAL, TOOLS, *texts)), ids, kind)


def test_a_split_column_leaves_its_set_and_nets() -> None:
    nets = (Net("any", "Any", ("1", "2")), Net("two", "Two", ("2",)))
    book = Codebook((replace(TOOLS, nets=nets), GOAL))
    after = edit_sets.split_column(book, "tools", "tools_2")
    tools, alone, _ = after.questions
    assert tools.columns == ("tools_1", "tools_3")
    assert tools.nets == (Net("any", "Any", ("1",)),)
    assert (alone.id, alone.label, alone.kind) == ("tools_2", "Tools: Tool 2", Kind.SINGLE)
    apart = edit_sets.split_column(after, "tools", "tools_1")
    assert [one.id for one in apart.questions] == ["tools_1", "tools_3", "tools_2", "goal"]


def test_a_grid_is_split_into_scales_with_its_answers() -> None:
    after = edit_sets.split_set(Codebook((CHANNELS, BUDGET)), "channels")
    web, mobile, _ = after.questions
    assert (web.kind, mobile.label) == (Kind.SCALE, "Strength of each channel: Mobile")
    assert web.categories == categories(
        "Weak", "Fair", "Strong", "Don't know", missing=["Don't know"]
    )
    with pytest.raises(CodebookError, match="budget is no set"):
        edit_sets.split_set(after, "budget")
