"""The page of findings: its numbers are those of its commands, and it says no more than they do."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxtui.analysis.ranking.ranking_options import RankingOptions
from cxtui.analysis.view.view_option_table import ViewOptions
from cxtui.analysis.view.view_options import view_of
from cxtui.cli import command_line
from cxtui.errors import ExportError, ViewError
from cxtui.library import open as open_survey
from cxtui.output import Format, render
from cxtui.output.brief.brief import Bars, Brief, Paragraph, Rows
from cxtui.output.brief.brief_document import document_of_brief
from cxtui.output.drawing.number_text import rounded
from cxtui.output.replay import Opened
from cxtui.sources.open_survey import open_frame
from cxtui.survey.model import Survey
from cxtui.work.brief.brief_facts import gather_facts
from cxtui.work.brief.write_brief import write_brief
from tests.simulations.briefs import brief_on, claims_in, study

STUDY = Path(__file__).parents[2] / "examples" / "cmo-benchmark-2016.parquet"
FORBIDDEN = re.compile(
    r"significant|drives?\b|because|impact|proves?\b|more likely"
    r"|no difference\b(?! (?:between|was))",
    re.IGNORECASE,
)
_QUOTED = re.compile("“[^”]*”")
_NUMBER = re.compile(r"−?\d+(?:,\d{3})*(?:\.\d+)?|(?<!\d)\.\d+")


def printed(*words: str) -> str:
    out = io.TextIOWrapper(io.BytesIO(), "utf-8")
    with contextlib.redirect_stdout(out):
        assert command_line.main(list(words)) == 0
    out.seek(0)
    return out.read()


def record(*words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        printed("brief", str(STUDY), *words, "--format", "json"),
    )
    return found


def numbers_in(value: object) -> Iterator[float]:
    """Every number of a record."""
    if isinstance(value, dict):
        for one in value.values():
            yield from numbers_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from numbers_in(one)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield float(value)


def as_said(value: float) -> set[str]:
    """A number in every form that a brief may give it."""
    forms = {rounded(abs(value), digits) for digits in range(4)}
    return forms | {one.removeprefix("0") for one in forms}


def test_each_number_is_that_of_its_commands() -> None:
    """Values, gaps, intervals and p are all in what the commands print."""
    brief = record("--by", "role")
    commands = brief["commands"]
    known: dict[int, set[str]] = {}
    checked = 0
    for section in brief["sections"]:
        if section["id"] not in {"differs", "cannot-tell", "alike", "changes"}:
            continue
        for block in section["blocks"]:
            cited = block.get("commands", [])
            for number in cited:
                if number not in known:
                    words = shlex.split(commands[number - 1])[1:]
                    found = json.loads(printed(*words, "--format", "json"))
                    known[number] = set().union(*map(as_said, numbers_in(found)))
            if block["kind"] == "rows":
                texts = [text for row in block["rows"] for text in row[1:]]
            elif block["kind"] == "paragraph" and block["lead"]:
                texts = [re.sub(r"95% interval|In 20\d\d", "", block["text"])]
            else:
                continue
            allowed = set().union(*(known[one] for one in cited))
            for text in texts:
                for said in _NUMBER.findall(_QUOTED.sub("", text)):
                    checked += 1
                    assert said.removeprefix("−") in allowed | {"001"}, (said, text)
    assert checked > 80


def test_the_study_reads_as_its_model() -> None:
    """The two questions that hold, their evidence of 2015, and what changed."""
    brief = record("--by", "role")
    by_id = {one["id"]: one for one in brief["sections"]}
    assert list(by_id) == [
        *("short", "asked", "differs", "cannot-tell", "alike", "changes", "left-out"),
    ]
    claims = [one["question"] for one in by_id["differs"]["claims"]]
    assert list(dict.fromkeys(claims)) == ["cx_goal", "cx_owner"]
    first = by_id["differs"]["blocks"][0]
    assert first["text"] == (
        "Marketing 56%, Technology 13%: 43 points apart (95% interval 30 to 53, p <.001). "
        "In 2015: 45% and 17%; that held up, too."
    )
    changed = [one["question"] for one in by_id["changes"]["claims"] if not one["group"]]
    assert list(dict.fromkeys(changed)) == [
        *("omni_executing", "channels.mobile", "shared_incentives", "mobile_first"),
    ]
    nothing = [one["text"] for one in by_id["changes"]["blocks"] if one["kind"] == "paragraph"]
    assert any(
        "Within Technology alone nothing holds up: there are 65 and 71" in one for one in nothing
    )
    framed = [one for one in by_id["short"]["blocks"] if one.get("framed")]
    assert "synthetic" in framed[0]["text"]
    asked = " ".join(one["text"] for one in by_id["asked"]["blocks"])
    assert "127 in Marketing, 71 in Technology" in asked
    assert "about 21 points wide" in asked


def texts_of(brief: Brief) -> Iterator[str]:
    """All that a brief says, quoted labels and leads left out."""
    for section in brief.sections:
        yield section.title
        for block in section.blocks:
            if isinstance(block, Paragraph) and not block.framed:
                yield _QUOTED.sub("", block.text)
            elif isinstance(block, Rows):
                yield " ".join(block.heads)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0.0, 30.0]))
def test_no_brief_says_more_than_it_knows(seed: int, gap: float) -> None:
    """Neither causes nor certainty: some words never stand in a brief."""
    said = "\n".join(texts_of(brief_on(study(seed, gap))))
    assert not FORBIDDEN.search(said), FORBIDDEN.search(said)
    assert "chance" in said


def test_groups_that_do_not_differ_are_seldom_said_to() -> None:
    """Of 40 surveys without a difference at most a few claim one: 5 in 100 are allowed."""
    false = sum(bool(claims_in(brief_on(study(seed)))) for seed in range(40))
    assert false <= 5


def test_a_planted_gap_is_found() -> None:
    """30 points between 127 and 71 respondents."""
    briefs = [brief_on(study(seed, gap=30.0)) for seed in range(1000, 1020)]
    found = [any(one.question == "single0" for one in claims_in(brief)) for brief in briefs]
    assert sum(found) >= 16
    told = [{one.question for one in claims_in(brief)} for brief in briefs]
    assert sum(len(one - {"single0"}) for one in told) <= 5


def test_a_claim_needs_its_question_and_its_answer() -> None:
    """Each claim is of a line that holds, and of an answer that is marked within it."""
    survey = open_survey(STUDY)
    brief, ranking = survey.brief(by="role"), survey.gaps(by="role")
    held = {
        line.question.id: {one.code for one in line.marked} for line in ranking.lines if line.holds
    }
    claims = [
        one for section in brief.sections if section.id == "differs" for one in section.claims
    ]
    assert claims
    assert all(one.answer in held[one.question] for one in claims)
    assert {one.question for one in claims} == set(held)


def test_a_question_of_two_answers_is_told_once() -> None:
    """Yes and no are one finding."""
    brief = open_survey(STUDY).brief(by="wave", wave="all")
    changes = next(one for one in brief.sections if one.id == "changes")
    told = [one.answer for one in changes.claims if one.question == "omni_executing"]
    assert len(told) == 1


def _as(brief: Brief, format_: Format) -> str:
    return render(document_of_brief(brief), format_).decode()


def test_labels_are_no_markup() -> None:
    """Neither on a page nor in Markdown."""
    survey = study(3, gap=30.0)
    hostile = '<img src=x onerror="alert(1)"> *bold* [a](b) `c`'
    questions = tuple(replace(one, label=hostile) for one in survey.codebook.questions)
    survey = replace(survey, codebook=replace(survey.codebook, questions=questions))
    page, text = (_as(brief_on(survey), one) for one in (Format.HTML, Format.MARKDOWN))
    assert "<img" not in page
    assert "&lt;img" in page
    assert "*bold*" not in text.replace(r"\*", "")
    assert "<img" not in text.replace(r"\<", "")


def test_the_same_survey_gives_the_same_bytes() -> None:
    """In every format."""
    one, other = (brief_on(study(7, gap=30.0)) for _ in range(2))
    for format_ in (Format.HTML, Format.MARKDOWN, Format.JSON):
        assert _as(one, format_) == _as(other, format_)


def test_a_section_alone() -> None:
    """The monthly page of a tracker is its changes, since a wave that is named."""
    brief = record("--by", "role", "--section", "changes", "--since", "first")
    assert [one["id"] for one in brief["sections"]] == ["changes"]
    assert brief["title"] == "What changed since 2015"
    assert "--since first" in brief["commands"][0]
    assert "--section changes --since first" in brief["replay"].replace(
        "--since first --section changes", "--section changes --since first"
    )


def test_several_groups_are_each_compared_with_the_rest() -> None:
    """Unless two of them are named."""
    brief = record("--by", "industry")
    assert "--compare rest" in brief["commands"][0]
    pair = record("--by", "industry", "--pair", "Retail,Financial services")
    assert pair["title"] == "What differs between Retail and Financial services"


def test_an_earlier_wave_has_no_changes_to_tell() -> None:
    """It says so."""
    brief = record("--by", "role", "--wave", "2015")
    changes = next(one for one in brief["sections"] if one["id"] == "changes")
    assert "Other waves than the latest were asked for" in changes["blocks"][0]["text"]


def test_a_weighted_brief_says_what_the_weight_costs() -> None:
    """The effective base stands beside the respondents."""
    survey = study(5)
    weights = [1.0 + at % 3 for at in range(survey.respondents)]
    frame = survey.frame.collect().to_native().with_columns(w=pl.Series(weights))
    weighted = open_frame(frame, replace(survey.codebook, weight="w", absent=("wave",)), "made")
    asked = next(one for one in _made(weighted).sections if one.id == "asked")
    said = " ".join(one.text for one in asked.blocks if isinstance(one, Paragraph))
    kish = sum(weights) ** 2 / sum(one * one for one in weights)
    found = re.search(rf"Weighted by w: {survey.respondents} count as (\d+) when", said)
    assert found
    assert abs(int(found[1]) - kish) < 1.5  # rounded, of the variance itself
    assert "once the weights are allowed for" in said


def test_bars_show_shares_and_no_means() -> None:
    """Each answer twice, in the colours of its columns."""
    brief = open_survey(STUDY).brief(by="role")
    differs = next(one for one in brief.sections if one.id == "differs")
    bars = [bar for block in differs.blocks if isinstance(block, Bars) for bar in block.bars]
    assert [one.side for one in bars[:2]] == ["Marketing", "Technology"]
    assert [round(one.percent) for one in bars[:2]] == [56, 13]
    assert {one.accent for one in bars} == {0, 1}


def _made(survey: Survey, **options: object) -> Brief:
    view = view_of(survey, ViewOptions())
    return write_brief(gather_facts(survey, view, RankingOptions(**options)), (), Opened())  # type: ignore[arg-type]


def test_a_survey_without_groups_and_waves_is_refused() -> None:
    """There is nothing to compare."""
    survey = study(1)
    codebook = replace(survey.codebook, role="")
    with pytest.raises(ViewError, match="a brief compares groups or waves"):
        _made(replace(survey, codebook=codebook))


def test_no_other_format_holds_a_brief() -> None:
    """It says which do."""
    brief = open_survey(STUDY).brief(by="role")
    with pytest.raises(ExportError, match="csv cannot hold a brief: take html, markdown, json"):
        brief.render("csv")
    assert repr(brief).startswith("# What differs between Marketing and Technology")
