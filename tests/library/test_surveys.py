"""A survey from Python: opened, filtered, and asked with the options of the command line."""

from __future__ import annotations

import dataclasses
import inspect
import os
import typing
from pathlib import Path
from typing import Any, Literal

import polars as pl
import pytest

import cxtui
from cxtui.analysis.ranking.ranking_options import RankingOptions
from cxtui.analysis.view.view_option_table import VIEW_OPTIONS
from cxtui.cli.verb_options import options_for
from cxtui.library import option_words, results, surveys
from cxtui.options import Option, options_of
from cxtui.output import OF_RESULTS, Shape


@pytest.fixture
def survey(example: Path) -> cxtui.Survey:
    return cxtui.open(example)


def arguments(method: str) -> dict[str, inspect.Parameter]:
    """Return the arguments of a method of a survey, without the survey itself."""
    named = dict(inspect.signature(getattr(cxtui.Survey, method)).parameters)
    del named["self"]
    return named


def taken(verb: str) -> dict[str, Option]:
    """Return the options of a view or ranking that a verb of the command line takes, and `over`."""
    asked = {one.name for one in (*VIEW_OPTIONS, *options_of(RankingOptions))} | {"over"}
    return {one.name: one for one in options_for(verb) if one.name in asked and not one.refused}


def words(option: Option, method: str) -> tuple[Any, ...]:
    """Return the words that the type of an argument allows."""
    hints = typing.get_type_hints(
        getattr(cxtui.Survey, method), {**vars(surveys), **vars(option_words)}
    )
    hint = hints[option.name]
    literals = (one for one in (hint, *typing.get_args(hint)) if typing.get_origin(one) is Literal)
    return typing.get_args(next(literals))


@pytest.mark.parametrize("method", ["table", "gaps", "changes", "trend"])
def test_each_method_takes_the_options_of_its_verb(method: str) -> None:
    """Of the same names, with the same defaults; its types allow the same words."""
    options = taken(method)
    assert {*arguments(method)} == {*options}
    for name, argument in arguments(method).items():
        if name != "question":
            assert argument.kind is argument.KEYWORD_ONLY
            assert argument.default == options[name].default
        if options[name].choices:
            assert words(options[name], method) == options[name].choices


def test_results_take_the_formats_and_shapes_of_the_command_line() -> None:
    """Their types allow the same words."""
    assert typing.get_args(results.FormatWord) == OF_RESULTS
    assert typing.get_args(results.ShapeWord) == tuple(Shape)


def test_a_survey_is_opened_by_any_name(example: Path, tmp_path: Path) -> None:
    """A text, a path, several files that are waves, a folder, a pattern."""
    rows = pl.DataFrame({"goal": ["a", "b", "a"], "role": ["x", "y", "y"]})
    for year in ("2015", "2016"):
        rows.write_csv(tmp_path / f"goals-{year}.csv")
    files = [tmp_path / "goals-2015.csv", tmp_path / "goals-2016.csv"]
    assert str(cxtui.open(str(example))) == str(cxtui.open(example))
    for named in (files, [tmp_path], [f"{tmp_path}/*.csv"]):
        opened = cxtui.open(*named)
        assert opened.frame.collect().height == 2 * rows.height
        assert [one.label for one in opened.trend("goal").waves] == ["2015", "2016"]


def test_a_codebook_is_named_as_on_the_command_line(example: Path, tmp_path: Path) -> None:
    """And is part of the command that prints a table again."""
    codebook = tmp_path / "own.toml"
    codebook.write_text('title = "Own"\n', "utf-8")
    opened = cxtui.open(example, codebook=codebook)
    assert opened.codebook.title == "Own"
    assert str(opened.table("cx_goal").replay).endswith(f"--codebook {codebook}")


def test_conditions_add_up(survey: cxtui.Survey) -> None:
    """In one call, in several, and as an option: all of them have to hold."""
    role, share = "role=Marketing", "budget_share>=30"
    kept = survey.where(role, share)
    tables = [
        kept.table("cx_goal", wave="all"),
        survey.where(role).where(share).table("cx_goal", wave="all"),
        survey.where(role).table("cx_goal", where=share, wave="all"),
        survey.table("cx_goal", where=[role, share], wave="all"),
    ]
    assert len({one.to_json() for one in tables}) == 1
    assert kept.frame.collect().height == tables[0].rows[0].cells[0].base


def test_a_filter_leaves_the_survey_as_it_was(survey: cxtui.Survey) -> None:
    """Surveys and what comes of them are frozen."""
    before = survey.table("cx_goal").to_json()
    survey.where("role=Marketing")
    assert survey.conditions == ()
    assert survey.table("cx_goal").to_json() == before
    with pytest.raises(dataclasses.FrozenInstanceError):
        survey.conditions = ("role=Marketing",)  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        survey.table("cx_goal").notes = ()  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        survey.questions[0].label = ""  # type: ignore[misc]


def test_a_condition_on_the_wave_replaces_the_latest(survey: cxtui.Survey) -> None:
    """As on the command line."""
    first = survey.where("wave=2015").table("cx_goal")
    assert first.to_json() == survey.table("cx_goal", wave="2015").to_json()
    assert first.rows[0].cells != survey.table("cx_goal").rows[0].cells


def test_the_respondents_kept_are_written_with_their_codebook(
    survey: cxtui.Survey, tmp_path: Path
) -> None:
    """To a Parquet file that gives the same tables."""
    kept = survey.where("role=Marketing")
    written = cxtui.open(kept.write(tmp_path / "marketing.parquet"))
    assert written.codebook == survey.codebook
    assert written.frame.collect().equals(kept.frame.collect())
    tables = [one.table("cx_goal", by="seniority").to_polars() for one in (kept, written)]
    assert tables[0].equals(tables[1])
    with pytest.raises(cxtui.ExportError):
        kept.write(tmp_path / "marketing.parquet")
    with pytest.raises(cxtui.ExportError, match="parquet"):
        kept.write(tmp_path / "marketing.csv")


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({"question": "nothing"}, "no question 'nothing'"),
        ({"by": "nothing"}, "no banner variable 'nothing'"),
        ({"where": "role=Nobody"}, "role has no answer 'Nobody'"),
        ({"weight": "nothing"}, "nothing"),
        ({"show": "mean"}, "mean does not fit cx_goal"),
        ({"show": "half"}, "show takes column, row, total"),
        ({"level": 10}, "level takes per cent"),
        ({"full": "yes"}, "full takes true or false"),
        ({"weight": "budget_share", "no_weight": True}, "not both"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line(
    survey: cxtui.Survey, asked: dict[str, Any], problem: str
) -> None:
    """It names the option or condition."""
    with pytest.raises(cxtui.CxtuiError, match=problem) as refused:
        survey.table(**{"question": "cx_goal", **asked})
    assert "\n" not in str(refused.value)


def test_a_condition_is_refused_when_it_is_added(survey: cxtui.Survey) -> None:
    """It is named, and what the survey has instead."""
    with pytest.raises(cxtui.ViewError, match=r"role has no answer 'Nobody'; it has 1 \(Marketing"):
        survey.where("wave=2016", "role=Nobody")
    with pytest.raises(cxtui.ViewError, match="no question 'nothing'"):
        survey.questions["nothing"]


def test_an_argument_that_there_is_not_is_an_error_of_python(survey: cxtui.Survey) -> None:
    """As everywhere in Python."""
    with pytest.raises(TypeError, match="shwo"):
        survey.table("cx_goal", shwo="count")  # type: ignore[call-arg]


def test_what_is_not_there_cannot_be_opened(tmp_path: Path) -> None:
    """The error names it."""
    with pytest.raises(cxtui.SourceError, match=r"gone\.csv"):
        cxtui.open(tmp_path / "gone.csv")
    with pytest.raises(AttributeError, match="no attribute 'opne'"):
        cxtui.opne  # type: ignore[attr-defined] # noqa: B018


def test_everything_public_is_listed() -> None:
    """For completion, and for whoever imports all names."""
    assert {"open", "from_frame", "Survey", "Table", "__version__"} <= {*dir(cxtui)}
    assert all(getattr(cxtui, name) is not None for name in dir(cxtui))


def test_types_travel_with_the_package() -> None:
    """A marker file says that the package is typed."""
    assert os.path.exists(Path(cxtui.__file__).with_name("py.typed"))
