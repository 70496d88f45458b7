"""Coverage and type I errors in the tables that the library makes of drawn samples.

The samples of many draws are respondents of one survey with the draw as banner, which is faster
than a survey each. Clusters and strata have the same codes in all draws, so that no column adds
any; respondents without clusters have the draw as stratum. A column then has the variance and
degrees of freedom of the survey of its own draw.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import polars as pl
from scipy import stats

import cxtui
from cxtui.survey.question import Category, Kind, Question
from cxtui.survey.sampling import Lone
from tests.simulations.populations import Columns, Population, Values

ALPHA, SMALL_BASE = 0.05, 30
Rates = Mapping[str, Values]
"""One number a draw by name: a rate is the mean of those that are not NaN."""
Measure = Callable[[Population, Columns], Rates]


def table_of(
    population: Population, drawn: Columns, *, kish: bool = False, lone: Lone = Lone.ADJUST
) -> cxtui.Table:
    """Return the table of all draws: a column each, or one for each of its groups."""
    shape, items = drawn["w"].shape, [name for name in drawn if name.startswith("y")]
    columns: Columns = {"draw": np.repeat(np.arange(shape[0]), shape[1])}
    for name, part in drawn.items():
        whole = part.astype(np.int64) if part.dtype == np.bool_ else part
        columns[name] = np.broadcast_to(whole, shape).ravel()
    answers = [Category("1", "Yes"), Category("0", "No")]
    if population.kind is Kind.MULTI:
        answers = [Category(name, name) for name in items]
    asked = Question("y", "y", population.kind, tuple(items), tuple(answers), unchosen=("0",))
    banners = [_single(name, columns) for name in ("draw", "group", "stratum") if name in columns]
    is_alone = shape[0] == 1 or "cluster" in columns
    strata = ("stratum",) if is_alone else ("draw", "stratum")
    codebook = cxtui.Codebook(
        questions=(asked, *banners),
        weight="w",
        strata=tuple(name for name in strata if name in columns),
        cluster="cluster" if "cluster" in columns else "",
        lone=lone,
    )
    return cxtui.from_frame(pl.DataFrame(columns), codebook).table(
        "y",
        by="draw>group" if "group" in columns else "draw",
        where=population.where,
        correction="none",
        against="columns" if "group" in columns else "total",
        variance="kish" if kish else "linearized",
    )


def _single(name: str, columns: Columns) -> Question:
    codes = map(str, np.unique(columns[name]).tolist())
    return Question(name, name, Kind.SINGLE, (name,), tuple(Category(one, one) for one in codes))


def numbers(rows: Iterable[object], *names: str) -> list[Values]:
    """Return attributes of cells or pairs, NaN where a number does not exist."""
    listed = list(rows)
    return [np.array([getattr(one, name) for one in listed], dtype=np.float64) for name in names]


def covers(low: Values, high: Values, truth: float) -> Values:
    """Return whether the interval has the truth, NaN without an interval."""
    return np.where(np.isnan(low), np.nan, (low <= truth) & (truth <= high))


def share_rates(population: Population, drawn: Columns, *, kish: bool = False) -> Rates:
    """Return whether intervals of shares have the truth, of all bases and of those of 30."""
    cells = table_of(population, drawn, kish=kish).rows[0].cells[1:]
    low, high, *bases = numbers(cells, "low", "high", "base", "kish_base", "effective_base")
    inside = covers(low, high, 100 * population.truth)
    small = np.min(bases, axis=0) < SMALL_BASE
    of_thirty = np.where(small, np.nan, inside)
    return {"covers": inside, "width": high - low, "covers, of 30": of_thirty, "under 30": small}


def gap_rates(population: Population, drawn: Columns, *, kish: bool = False) -> Rates:
    """Return tests of gaps, and whether their intervals have the truth.

    Those `alone` are by the linearized standard error, without what guards rare answers.
    """
    names = ("gap", "df", "se_linearized", "p", "low", "high", "tested")
    pairs = pairs_of(population, drawn, kish=kish)
    gap, df, alone, p, low, high, tested = numbers(pairs, *names)
    half = stats.t.ppf(1 - ALPHA / 2, df) * alone
    return {
        "tested": tested,
        "rejects": p < ALPHA,
        "covers": covers(low, high, population.gap),
        "width": high - low,
        "alone rejects": np.abs(gap) > half,
        "alone covers": covers(gap - half, gap + half, population.gap),
    }


def with_kish(measure: Callable[..., Rates]) -> Measure:
    """Return a measure of the rule and of Kish's bases."""

    def both(population: Population, drawn: Columns) -> Rates:
        kish = measure(population, drawn, kish=True)
        named = {f"kish {name}": values for name, values in kish.items()}
        return {**measure(population, drawn), **named}

    return both


def tested_gap_rates(population: Population, drawn: Columns) -> Rates:
    """Return the rates of gaps whose bases are large enough for a test."""
    found = with_kish(gap_rates)(population, drawn)
    tested = found["tested"] > 0
    masked = {name: np.where(tested, values, np.nan) for name, values in found.items()}
    return {**masked, "tested": tested}


def pairs_of(population: Population, drawn: Columns, *, kish: bool = False) -> list[Any]:
    """Return the first group against the second, of each draw."""
    pairs = table_of(population, drawn, kish=kish).rows[0].pairs
    last = 2 * len(drawn["w"]) - 1
    return [pairs[sum(last - one for one in range(2 * draw))] for draw in range(len(drawn["w"]))]


def mean_rates(
    population: Population, drawn: Columns, rules: tuple[Lone, ...] = (Lone.ADJUST,)
) -> Rates:
    """Return whether intervals of means have the truth, by rule for lone clusters."""
    found = {}
    for rule in rules:
        cells = table_of(population, drawn, lone=rule).rows[0].cells[1:]
        low, high = numbers(cells, "low", "high")
        found[str(rule)] = covers(low, high, population.truth)
    return found


def lone_rates(population: Population, drawn: Columns) -> Rates:
    """Return `mean_rates` of all rules that give an interval."""
    return mean_rates(population, drawn, (Lone.CERTAINTY, Lone.ADJUST, Lone.AVERAGE))


def quartile_rates(population: Population, drawn: Columns) -> Rates:
    """Return whether intervals of a quartile have that of the population."""
    line = json.loads(table_of(population, drawn).to_json())["lines"][1 + population.place]
    low, high = (np.array(line[end][1:], dtype=np.float64) for end in ("low", "high"))
    return {"covers": np.where(np.isnan(high), np.nan, covers(low, high, population.truth))}


def overall_rates(population: Population, drawn: Columns) -> Rates:
    """Return whether the overall test rejects, of a survey for each draw."""
    found = []
    for draw in range(len(drawn["w"])):
        document = json.loads(table_of(population, only(drawn, draw)).to_json())
        found.append(document["whole"][0]["p"] < ALPHA)
    return {"rejects": np.array(found)}


def only(drawn: Columns, draw: int) -> Columns:
    """Return the columns of one draw."""
    return {name: part[draw, None] if part.ndim == 2 else part for name, part in drawn.items()}
