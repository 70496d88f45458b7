"""All export formats of SurveyMonkey give the same tables."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view_options import parse_view
from cxtui.sources.open_survey import open_survey
from cxtui.survey.model import Survey
from cxtui.survey.question import Kind, Question
from tests.making import known

ROLES = ("Marketing", "Technology", "Sales")
CHANNELS = ("Blogs", "Events", "Podcasts")
RATED = ("Price", "Support")
STEPS = ("Very dissatisfied", "Dissatisfied", "Neutral", "Satisfied", "Very satisfied")
OTHER = "Other (please specify)"
ABOUT = ("Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address", "Email Address")
ROLE, WHICH, RATE, WHY = (
    *("What is your role?", "Which channels do you use? Select all that apply."),
    *("How satisfied are you with the following?", "Why?"),
)

Answer = tuple[str, frozenset[str], str, tuple[str, ...], str]
"""Role, channels, another channel, steps, why."""


def respondents(seed: int) -> list[Answer]:
    """Return the answers of 60 respondents; some skipped the channels."""
    chance = random.Random(seed)
    return [
        (
            chance.choice(ROLES),
            frozenset(one for one in CHANNELS if chance.random() < 0.5),
            f"radio {place}" if place % 9 == 0 else "",
            tuple(chance.choice(STEPS) for _ in RATED),
            f"because of {place}" if place % 2 else "",
        )
        for place in range(60)
    ]


def header(*, expanded: bool) -> tuple[list[str], list[str]]:
    """Return the two header rows: a question is above the first of its columns."""
    asked = [
        (ROLE, ROLES if expanded else ("Response",)),
        (WHICH, (*CHANNELS, OTHER)),
        (RATE, RATED),
        (WHY, ("Open-Ended Response",)),
    ]
    first, second = list(ABOUT), [""] * len(ABOUT)
    for question, options in asked:
        first += [question, *[""] * (len(options) - 1)]
        second += options
    return first, second


def cells(number: int, answer: Answer, *, expanded: bool, coded: bool) -> Iterator[str]:
    """Return one row: answers as texts, or as positions among the options."""
    role, channels, other, steps, why = answer

    def said(option: str, options: Sequence[str]) -> str:
        return str(options.index(option) + 1) if coded else option

    yield from (str(11_000_000 + number), "400", "05/01/2024 10:00:00", "05/01/2024 10:09:00")
    yield from ("", "")
    if expanded:
        yield from (said(one, ROLES) if one == role else "" for one in ROLES)
    else:
        yield said(role, ROLES)
    yield from (said(one, CHANNELS) if one in channels else "" for one in CHANNELS)
    yield other
    yield from (said(one, STEPS) for one in steps)
    yield why


def exported(folder: Path, seed: int, *, expanded: bool, coded: bool) -> Survey:
    file = folder / "Customer Survey.csv"
    with file.open("w", encoding="utf-8-sig", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerows(header(expanded=expanded))
        for number, answer in enumerate(respondents(seed)):
            writer.writerow(cells(number, answer, expanded=expanded, coded=coded))
    return open_survey(str(file))


def the(survey: Survey, label: str) -> Question:
    found = [one for one in survey.codebook.questions if one.label == label]
    assert len(found) == 1, [(one.id, one.kind, one.label) for one in survey.codebook.questions]
    return found[0]


def counts(survey: Survey, question: Question) -> list[tuple[str, float]]:
    """Return each answer with its count."""
    view = parse_view(survey, f"--question '{question.id}' --show count --sort questionnaire")
    return [(row.label, known(row.cells[0].n)) for row in tabulate(survey, view).rows]


@pytest.mark.parametrize("expanded", [False, True], ids=["condensed", "expanded"])
@pytest.mark.parametrize("coded", [False, True], ids=["text", "numbers"])
def test_every_export_format_gives_the_same_counts(
    tmp_path: Path, seed: int, expanded: bool, coded: bool
) -> None:
    """Two header rows are not respondents; a choice in several columns is one choice."""
    survey, people = exported(tmp_path, seed, expanded=expanded, coded=coded), respondents(seed)
    assert survey.respondents == len(people)
    role, which, rated = (the(survey, label) for label in (ROLE, WHICH, RATE))
    assert role.kind is Kind.SINGLE and len(role.columns) == (len(ROLES) if expanded else 1)
    assert which.kind is Kind.MULTI and len(which.columns) == len(CHANNELS)
    assert rated.kind is Kind.GRID and [item.label for item in rated.items] == list(RATED)
    labels = [str(place) for place in range(1, 4)] if coded and not expanded else list(ROLES)
    told = {
        label: sum(person[0] == one for person in people)
        for label, one in zip(labels, ROLES, strict=True)
    }
    assert dict(counts(survey, role)) == told
    assert dict(counts(survey, which)) == {
        one: sum(one in person[1] for person in people) for one in CHANNELS
    }
    assert the(survey, f"{WHICH}: {OTHER}").kind is Kind.TEXT
    assert the(survey, WHY).kind is Kind.TEXT
