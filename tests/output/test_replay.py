"""The command line that prints a table again asks a real shell for the very same view."""

from __future__ import annotations

import shlex
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from cxtui.analysis.tables.build_trend import trend
from cxtui.analysis.view.view import View
from cxtui.analysis.view.view_options import parse_view, view_of
from cxtui.cli.parser import parse
from cxtui.output import Format
from cxtui.output.replay import Opened, shell_line
from cxtui.sources.open_survey import open_survey
from cxtui.survey.conditions import Filter
from cxtui.survey.question import Category, Kind, Net, Question
from tests.making import survey_of
from tests.rendering import list_trend

_HOSTILE = ("it's", "$(rm x)", "a\nb", "tab\there", "\x1b[31m", "back\\slash'", "é", "", "*", "~/x")


def read_by_bash(line: str, folder: Path) -> list[str]:
    """The words that bash hands to the program on this line."""
    program = folder / "cxtui"
    program.write_text(
        f"#!{sys.executable}\nimport sys\nsys.stdout.write('\\0'.join(sys.argv[1:]))\n"
    )
    program.chmod(0o755)
    ended = subprocess.run(
        ["bash", "-c", line],
        check=True,
        capture_output=True,
        cwd=folder,
        env={"PATH": f"{folder}:/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
    )
    return ended.stdout.decode().split("\0")


def test_words_come_back_from_a_shell(tmp_path: Path) -> None:
    """Words of any characters survive; the line holds no terminal escape sequence."""
    line = shell_line(["cxtui", *_HOSTILE])
    assert line.isprintable()
    assert read_by_bash(line, tmp_path) == list(_HOSTILE)


@pytest.mark.parametrize(
    ("question", "file", "codebook"),
    [("q", "my survey.csv", "it's.toml"), ("-q", "-s.csv", "-c.toml"), ("table", "table", "")],
)
def test_the_line_asks_for_the_same_view(
    question: str, file: str, codebook: str, tmp_path: Path
) -> None:
    """Of the file and the codebook that were named, through a shell and our own parser."""
    answers = (Category("-1", "Yes, 'often'"), Category("2", "No"))
    asked = Question(question, "Q", Kind.SINGLE, ("q",), answers)
    survey = survey_of([{"q": 1}], [asked], {"q": pl.Int64})
    view = View(
        question,
        ((question,),),
        (Filter(question, "!=", ("-1",)),),
        level=99.99999,
        nets=(Net("any", "-any", ("-1", "2")),),
    )
    line = Opened((file,), codebook).table(view, "--format", "csv")
    command = parse(read_by_bash(line, tmp_path))
    assert view_of(survey, command.view) == parse_view(survey, str(view))
    assert [*map(Path, command.survey.files)] == [Path(file)]
    assert Path(command.survey.codebook) == Path(codebook)
    assert command.result.format == "csv"


@pytest.mark.parametrize(
    ("text", "over", "words"),
    [
        ("--question cx_goal", "", "cx_goal --by role --no-weight --over wave"),
        ("--question cx_goal --by wave", "", "cx_goal --by wave --no-weight --over wave"),
        (
            "--question cx_goal --by seniority --by role --wave 2015 --sort gap --level 90",
            "wave",
            "cx_goal --by seniority --no-weight --level 90 --sort gap --over wave",
        ),
        (
            "--question cx_goal --show row --full --family table --against rest",
            "seniority",
            "cx_goal --by role --where wave=2016 --no-weight --over seniority",
        ),
        (
            "--question budget_share --show count",
            "",
            "budget_share --by role --no-weight --show column --over wave",
        ),
        (
            "--question cx_goal --net 'Both=1,2' --where industry!=1",
            "",
            "cx_goal --by role --where 'industry!=1' --no-weight --net Both=1,2 --over wave",
        ),
    ],
)
def test_the_command_of_a_trend_prints_it_again(
    example: Path, text: str, over: str, words: str
) -> None:
    """With the options that a trend heeds, whatever view it was asked for from."""
    survey = open_survey(str(example))
    found = trend(survey, parse_view(survey, text), over)
    line = Opened(("survey.parquet",)).trend(found)
    assert line == f"cxtui trend survey.parquet {words}"
    command = parse(shlex.split(line)[1:])
    again = trend(survey, view_of(survey, replace(command.view, wave="all")), command.over)
    assert list_trend(again, Format.CSV) == list_trend(found, Format.CSV)
    assert Opened(("survey.parquet",)).trend(again) == line
