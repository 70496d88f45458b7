"""A CSV as people have it: lists with `;`, free texts, numbers, dates, `NA` where asked nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

ROWS, COLUMNS = 65_437, 85
ANSWERED, BY = "Purchase", "RemoteWork"
"""The columns of the crosstab that the peers make."""
SECOND = "StartDate"
"""The second column, by which a list of them is known."""

_PHRASE = """
    answer because better build cloud code company data design documentation easy error every
    feature good hard help language learn library more never often open people project question
    server should source support system team test time tool use version want work year
"""
_WORDS = _PHRASE.split()
_LIKERT = ("Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree")
_SINGLES = {
    "MainBranch": (
        "I am a developer by profession",
        "I code primarily as a hobby",
        "None of these",
    ),
    "Age": (
        "18-24 years old",
        "25-34 years old",
        "35-44 years old",
        "45-54 years old",
        "65 or older",
    ),
    BY: ("Hybrid (some remote, some in-person)", "Remote", "In-person"),
    ANSWERED: ("I have some influence", "I have a great deal of influence", "I have no influence"),
    "BuyNewTool": ("Start a free trial", "Ask developers I know", "Read ratings, reviews", "Other"),
    "Visits": ("Daily or almost daily", "A few times per week", "Less than once per month"),
    "Account": ("Yes", "No", "Not sure/can't remember"),
    "Survey": ("Easy", "Neither easy nor difficult", "Difficult"),
}
_LISTS, _TEXTS, _RATINGS, _POINTS, _NUMBERS = 36, 3, 19, 11, 4


def real_csv(folder: Path, rows: int = ROWS) -> Path:
    """Write the file into `folder`, unless it is there; return it.

    Of 65,437 respondents it has 85 columns and about 100 MB.
    """
    path = folder / f"real-{rows}x{COLUMNS}.csv"
    if not path.exists():
        random = np.random.default_rng(2024)
        columns: dict[str, pl.Series] = {"ResponseId": pl.Series(np.arange(1, rows + 1))}
        columns |= _moments(random, rows)
        for each in (_singles, _lists, _ratings, _amounts, _texts):
            columns |= each(random, rows)
        assert len(columns) == COLUMNS
        half = path.with_suffix(".half")
        pl.DataFrame(columns).write_csv(half, null_value="NA")
        half.rename(path)
    return path


def _moments(random: np.random.Generator, rows: int) -> dict[str, pl.Series]:
    """Return the moments of start and end."""
    first = datetime(2024, 5, 19, 9)
    begun = [
        first + timedelta(seconds=int(one)) for one in np.sort(random.integers(0, 2**21, rows))
    ]
    start = pl.Series(begun, dtype=pl.Datetime("us"))
    ended = start + pl.Series(random.integers(60, 3600, rows) * 1_000_000).cast(pl.Duration("us"))
    return {
        SECOND: start.dt.to_string("%Y-%m-%d %H:%M:%S"),
        "EndDate": ended.dt.to_string("%-m/%-d/%Y %H:%M"),
    }


def _silent(series: pl.Series, random: np.random.Generator, share: float) -> pl.Series:
    return series.set(pl.Series(random.random(len(series)) < share), None)


def _singles(random: np.random.Generator, rows: int) -> dict[str, pl.Series]:
    countries = tuple(f"Country {_WORDS[one % 40].title()} {one}" for one in range(180))
    every = {**_SINGLES, "Country": countries}
    return {
        name: _silent(_chosen(random, rows, answers), random, 0.1)
        for name, answers in every.items()
    }


def _chosen(random: np.random.Generator, rows: int, answers: tuple[str, ...]) -> pl.Series:
    shares = 1 / np.arange(1, len(answers) + 1) ** 0.8
    places = random.choice(len(answers), rows, p=shares / shares.sum())
    return pl.Series(answers).gather(places)


def _lists(random: np.random.Generator, rows: int) -> dict[str, pl.Series]:
    """Return multiple responses in one cell, of 8 to 40 options in their order."""
    found: dict[str, pl.Series] = {}
    for place in range(_LISTS):
        size = 8 + 4 * (place % 9)
        options = [
            f"{_WORDS[(one + place) % 40].title()} {_WORDS[one].upper()}" for one in range(size)
        ]
        often = random.random(size) * 6 / size
        chosen = [
            pl.select(
                pl.when(pl.Series(random.random(rows) < share)).then(pl.lit(text))
            ).to_series()
            for text, share in zip(options, often, strict=True)
        ]
        named = [one.alias(str(number)) for number, one in enumerate(chosen)]
        joined = pl.DataFrame(named).select(
            pl.concat_str(pl.all(), separator=";", ignore_nulls=True)
        )
        cells = joined.to_series()
        found[f"{_WORDS[place].title()}ToolsHaveWorkedWith"] = _silent(
            cells.set(cells == "", None), random, 0.25
        )
    return found


def _ratings(random: np.random.Generator, rows: int) -> dict[str, pl.Series]:
    return {
        f"Knowledge_{place + 1}": _silent(_chosen(random, rows, _LIKERT), random, 0.55)
        for place in range(_RATINGS)
    }


def _amounts(random: np.random.Generator, rows: int) -> dict[str, pl.Series]:
    points = {
        f"JobSatPoints_{place + 1}": _silent(pl.Series(random.integers(0, 101, rows)), random, 0.5)
        for place in range(_POINTS)
    }
    numbers = {
        f"CompYearly_{place + 1}": _silent(
            pl.Series(np.round(np.exp(11 + 0.7 * random.standard_normal(rows)))), random, 0.6
        )
        for place in range(_NUMBERS)
    }
    return points | numbers


def _texts(random: np.random.Generator, rows: int) -> dict[str, pl.Series]:
    """Return open answers, some with line ends, commas and quotation marks."""
    return {
        f"Comment_{place + 1}": _silent(pl.Series(list(_sentences(random, rows))), random, 0.6)
        for place in range(_TEXTS)
    }


def _sentences(random: np.random.Generator, rows: int) -> Iterator[str]:
    words = np.array(_WORDS)
    for size in random.integers(4, 40, rows):
        text = " ".join(words[random.integers(0, len(words), size)])
        yield f'{text.capitalize()}, "{text[:4]}"\n{text}' if size % 7 == 0 else f"{text}."
