"""What is said about a cell is what the table and its JSON hold, in words and in full."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw
import polars as pl
import pytest
from rich.cells import cell_len

from cxtui.analysis.stats.significance import t_quantile
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.table import BaseKind, Table
from cxtui.analysis.view.view import Against, Correction, Measure, Variance, View
from cxtui.analysis.view.view_options import parse_view
from cxtui.output import Format
from cxtui.output.drawing.fit import broken
from cxtui.output.drawing.number_text import number_text, p_text, rounded, signed
from cxtui.sources.open_survey import open_survey
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.sampling import Replicates, ReplicateType
from tests.making import GOAL, QUESTIONS, ROLE, SCHEMA, Respondent, known, made, survey_of
from tests.rendering import lines_about, render


def example_table(example: Path, options: str = "--question cx_goal") -> Table:
    survey = open_survey(str(example))
    return tabulate(survey, parse_view(survey, options))


def about(table: Table, row: int, column: int) -> str:
    """Everything about a cell, as one line without folds."""
    return " ".join(" ".join(lines_about(table, row, column)).split())


def weighted_rows() -> list[Respondent]:
    return [
        {"role": 1 + n % 2, "goal": 1 + n % 3, "tools_1": n % 4 // 3, "w": 1 + n % 5 / 3}
        | {"web": 1 + n % 3, "mobile": 1 + n % 2, "budget": n % 7 - 20.5}
        for n in range(160)
    ]


def test_the_headline_of_the_study(example: Path) -> None:
    """Counts, bases, interval, letters, the pair, and t with its numbers put in."""
    text = about(example_table(example), 0, 1)
    for said in (
        "Main goal of the customer-experience work",
        "row Improve business outcomes (1)",
        "column Marketing (A, role 1)",
        "n 71 respondents in this cell, unweighted",
        "base 127 respondents, unweighted",
        "effective base 127",
        "column % 55.9%",
        "interval 47.2 to 64.2 at 95% (Wilson: p = 55.9%, e = 127, z = 1.960)",
        "letters significantly higher than B Technology",
        "flag none",
        "gap +43.2 points, SE 7.27 (pooled)",
        "interval +30.2 to +53.4 at 95% (Newcombe: +43.2 − √(8.7^2 + 9.7^2) to +43.2 + √(8.3^2",
        "tested pooled t-test of column %; significant at 95%",
        "t 5.95, df 196",
        "t = (55.9 − 12.7) / SE 7.27 = 5.95",
        "P = 40.4%, e1 = 127, e2 = 71",
        "p 1.2e−08 raw; 1.2e−08 Holm over the one test of this row",
    ):
        assert said in text


def test_few_cases_have_fishers_p(example: Path) -> None:
    """With the respondents it is from, and how few are expected."""
    text = about(example_table(example), 4, 2)
    assert "~ few cases: a test expects under 5 here" in text
    assert "Fisher's p .0695, exact, from 5 of 127 and 8 of 71 respondents" in text
    assert "few cases: 4.7 expected in Technology" in text
    assert "Fisher's p" not in about(example_table(example), 0, 1)


def said_of(pair: dict[str, Any], *, is_mean: bool) -> list[str]:
    """The numbers of a pair of the JSON, as a person reads them."""
    digits = 2 if is_mean else 1
    said = [f"gap {signed(pair['gap'], digits)}", f"SE {rounded(pair['se'], digits + 1)}"]
    said.append(f"{signed(pair['low'], digits)} to {signed(pair['high'], digits)}")
    if not pair["tested"]:
        return [*said, f"tested no: {pair['why_not']}"]
    said.append(f"t {signed(pair['t'], 2).removeprefix('+')}, df {rounded(pair['df'], 0)[:-1]}")
    said += [f"p {p_text(pair['p'])} raw", p_text(pair["p_adjusted"])]
    if pair["p_fisher"] is not None:
        said.append(f"Fisher's p {p_text(pair['p_fisher'])}")
    return said


@pytest.mark.parametrize(
    "options",
    [
        "--question cx_goal --by role",
        "--question cx_goal --by role --show row --level 90",
        "--question tools --by company_size --correction none",
        "--question channels --by role --by company_size --correction bh --wave all",
        "--question recommend --by role --show mean --wave all",
        "--question budget_share --by company_size --wave all",
    ],
)
def test_json_has_what_the_cell_details_say_of_every_cell(example: Path, options: str) -> None:
    """Cell by cell and pair by pair."""
    table = example_table(example, options)
    whole = json.loads(render(table, Format.JSON))
    is_mean = table.measure is Measure.MEAN
    for row, entry in enumerate(whole["rows"]):
        for column, cell in enumerate(entry["cells"]):
            text = about(table, row, column)
            assert f" base {cell['base']} respondents" in text
            if is_mean:
                assert f"mean {rounded(cell['mean'], 2)} sd {rounded(cell['sd'], 2)}" in text
            else:
                assert f" n {cell['n']} respondents" in text
                assert f"% {rounded(cell['percent'])}%" in text
                assert f"{rounded(cell['low'])} to {rounded(cell['high'])} at" in text
            label, variable = cell["column"], cell["column_variable"]
            if table.columns.count(table.columns[column]) > 1 or not variable:
                continue
            for pair in entry["pairs"]:
                if label in {pair["column_a"], pair["column_b"]}:
                    assert f"{pair['column_a']} minus {pair['column_b']}" in text
                    for said in said_of(pair, is_mean=is_mean):
                        assert said in text
        for words in whole["formulas"].values():
            assert words in about(table, row, 1) or words.startswith("exact")


@pytest.mark.parametrize("measure", list(Measure))
@pytest.mark.parametrize("variance", [None, *Variance])
def test_formulas_with_their_numbers_give_the_shown_results(
    measure: Measure, variance: Variance | None
) -> None:
    """t, its SE and both intervals of every measure, without weights and by each variance."""
    question = "budget" if measure is Measure.MEAN else "goal"
    view = View(question, (("role",),), weight="w" if variance else None, show=measure)
    table = tabulate(made(weighted_rows()), replace(view, variance=variance or Variance.LINEARIZED))
    text = about(table, 0, 1)
    assert re.search(r"t = \([\d.−]+ − [\d.−]+\) / SE [\d.]+ = −?[\d.]+", text)
    is_linearized = variance is Variance.LINEARIZED
    if measure is Measure.MEAN:
        assert re.search(r"gap ± t·SE: [+−]?[\d.]+ ± [\d.]+ · [\d.]+", text)
        assert re.search(r"linearized: −[\d.]+ ± [\d.]+", text)
    elif is_linearized:
        assert re.search(r"\(gap ± t·SE: [+−]?[\d.]+ ± [\d.]+ · [\d.]+\)", text)
        assert "(Wilson: p = " in text
    else:
        assert "SE = √(P(1−P)·(1/e1 + 1/e2)), P = " in text
        assert "(Newcombe: " in text
        assert "(Wilson: p = " in text
    assert ("no weight" in text) is (variance is None)
    assert ("Kish's base" in text) is is_linearized
    assert ("Newcombe" in text) is not (measure is Measure.MEAN or is_linearized)


DESIGNS = {
    "weights": Codebook(role="role", weight="w"),
    "clusters": Codebook(role="role", weight="w", strata=("part",), cluster="town"),
    "replicates": Codebook(
        role="role",
        weight="w",
        replicates=Replicates(("rep1", "rep2", "rep3", "rep4"), ReplicateType.JK2),
    ),
}


def designed(design: str, options: View, towns: int = 23) -> Table:
    """A table of such a survey."""
    return tabulate(designed_survey(design, towns), options)


def designed_survey(design: str, towns: int = 23) -> Survey:
    """A survey by one of the designs; a third answer is rare."""
    rows: list[Respondent] = [
        {"role": 1 + n % 2, "goal": 3 if n % 97 == 0 else 1 + n % 5 % 2, "w": 1 + n % 5 / 3}
        | {"budget": n % 7, "part": n % 4, "town": n % towns}
        | {f"rep{one}": (1 + n % 5 / 3) * (1 + (n % 4 == one - 1) / 2) for one in range(1, 5)}
        for n in range(400)
    ]
    schema: dict[str, type[pl.DataType] | pl.DataType] = {**SCHEMA, "part": pl.Int64}
    schema |= {"town": pl.Int64, **{f"rep{one}": pl.Float64 for one in range(1, 5)}}
    return survey_of(rows, QUESTIONS, schema, DESIGNS[design])


@pytest.mark.parametrize(
    ("design", "method", "df"),
    [
        ("weights", "linearized", "respondents in the base − strata with one of them."),
        ("clusters", "linearized", "clusters with a respondent in the base − strata with one."),
        ("replicates", "from replicate weights", "the rank of the replicate weights"),
    ],
)
@pytest.mark.parametrize("question", ["goal", "budget"])
def test_a_designed_cell_has_its_error_and_how_it_is_computed(
    design: str, method: str, df: str, question: str
) -> None:
    """Bases, design effect, SE, df, interval with its base; of a pair SE, df and its p."""
    table = designed(design, View(question, (("role",),), weight="w"))
    cell, text = table.rows[0].cells[1], about(table, 0, 1)
    (pair,) = table.rows[0].pairs
    digits = 2 if question == "budget" else 1
    own = f"df {rounded(cell.df, 0)} design effect {rounded(cell.deff, 2)} interval "
    assert f"SE {rounded(cell.se, digits + 1)} ({method}) {own}" in text
    effect = rounded(known(cell.base) / (cell.effective_base or 0), 2)
    assert f"of the question: design effect {effect} Kish's base {rounded(cell.kish_base)}" in text
    assert f"SE {rounded(pair.se, digits + 1)} ({method})" in text
    assert df in text
    assert f"({method}); " in text.partition("tested ")[2]
    quantile = float(t_quantile(95, pair.df or 0.0))
    half = f"± {quantile:.3f} · {rounded(pair.se, digits + 1)}"
    assert f"(gap ± t·SE: {signed(pair.gap, digits)} {half})" in text
    assert ("z is summed by cluster" in text) is (design == "clusters")
    assert ("θ_r" in text) is (design == "replicates")
    assert "Newcombe" not in text and "pooled" not in text


@pytest.mark.parametrize("design", ["weights", "clusters", "replicates"])
def test_quartiles_have_woodruffs_intervals(design: str) -> None:
    """With the numbers that the export holds; without a weight the quartile alone."""
    table = designed(design, View("budget", (("role",),), weight="w"))
    text = about(table, 0, 1)
    lines = [line for line in table.lines if line.kind is BaseKind.QUANTILE]
    assert len(lines) == 3
    for line in lines:
        value, low, high = (number_text(one[1], 2) for one in (line.lowest, line.low, line.high))
        error = f"SE {rounded(line.se[1], 3)}, df {rounded(line.df[1], 0)}"
        ends = f"{low} to {high} at 95%" if line.low[1] is not None else "no interval"
        assert f"{line.label} {value}, {ends} (Woodruff), {error}" in text
    assert "quartiles Woodruff: F ± t·SE" in text
    plain = about(designed("weights", View("budget", (("role",),))), 0, 1)
    assert "Median " in plain and "Woodruff" not in plain


def test_a_guarded_error_has_all_its_terms() -> None:
    """P, both bases and the correlation, which give the error in the table."""
    table = designed("clusters", View("goal", (("role",),), weight="w"))
    rows = [place for place, row in enumerate(table.rows) if row.pairs[0].guarded]
    assert rows
    text = about(table, rows[0], 1)
    found = re.search(r"P = (\S+)%, b1 = (\S+), b2 = (\S+), ρ = (\S+)", text)
    assert found
    p, b1, b2, rho = (float(one.replace("−", "-").rstrip(",")) for one in found.groups())
    variance = p * (100 - p) * (1 / b1 + 1 / b2 - 2 * rho / (b1 * b2) ** 0.5)
    assert table.rows[rows[0]].pairs[0].se == pytest.approx(variance**0.5, rel=0.02)


def test_replicates_without_a_respondent_are_said() -> None:
    """Beside the error that lacks them."""
    survey = designed_survey("replicates")
    empty = pl.when(pl.col("role") == 2).then(0.0).otherwise(pl.col("rep1")).alias("rep1")
    frame = nw.from_native(survey.frame.to_native().with_columns(empty))
    table = tabulate(replace(survey, frame=frame), View("goal", (("role",),), weight="w"))
    said = "1 replicate left out, without a respondent in the base"
    assert f"(from replicate weights) {said} df " in about(table, 0, 2)
    assert f"(from replicate weights) {said} df " not in about(table, 0, 1)


def test_an_interval_of_few_cases_is_on_kishs_base() -> None:
    """And one of many cases on n / design effect; the details say which."""
    table = designed("weights", View("goal", (("role",),), weight="w"))
    cell = table.rows[2].cells[2]
    assert (
        cell.interval_base == cell.kish_base != pytest.approx(known(cell.base) / (cell.deff or 1.0))
    )
    said = f"{rounded(cell.kish_base)}: Kish's base: under 10 cases are expected on it"
    assert f"interval's base {said}" in about(table, 2, 2)
    many = table.rows[2].cells[1]
    assert f"interval's base {rounded(many.interval_base)}: n / design effect" in about(table, 2, 1)


def test_a_guarded_gap_says_so_with_both_errors() -> None:
    """The formula of the guard is there only where it was needed."""
    table = designed("weights", View("goal", (("role",),), weight="w"))
    (pair,) = table.rows[2].pairs
    assert pair.guarded
    text = about(table, 2, 1)
    both = rounded(pair.se, 2), rounded(pair.se_linearized, 2)
    assert "SE {} (guarded: of a common share; linearized {})".format(*both) in text
    assert "SE = √(P(1−P)·(1/b1 + 1/b2 − 2ρ/√(b1·b2))), P = " in text
    assert "guarded SE SE² = max(V, P(1−P)" in text
    assert f"p used {p_text(pair.p_used)}, the larger of both" in text
    assert "guarded" not in about(table, 0, 1)


def test_all_in_one_cluster_has_a_reason_for_no_error() -> None:
    """In the cell, in the pair, and under the table."""
    table = designed("clusters", View("goal", (("role",),), weight="w"), towns=1)
    text = about(table, 0, 1)
    assert "interval –, all in one cluster (of each stratum)" in text
    assert "tested no: all in one cluster (of each stratum)" in text
    assert "No standard error, interval or test, all in one cluster (of each stratum): " in text


def test_pairs_of_the_json_have_the_places_of_their_columns() -> None:
    """The rest has none, since it is no column."""
    view = View("goal", (("role",),), weight="w")
    whole = json.loads(render(designed("weights", view), Format.JSON))
    assert whole["schema"] == 1
    assert [(one["a"], one["b"]) for one in whole["rows"][0]["pairs"]] == [(1, 2)]
    view = replace(view, against=Against.REST)
    rest = json.loads(render(designed("weights", view), Format.JSON))
    assert [(one["a"], one["b"]) for one in rest["rows"][0]["pairs"]] == [(1, None), (2, None)]


@pytest.mark.parametrize(
    ("variance", "error"),
    [
        (Variance.LINEARIZED, "SE² = V with z = w in the cell, df of its base"),
        (Variance.KISH, "SE² = N/(N−1) · (Σw² − (Σw)²/N) over the cell"),
    ],
)
def test_a_weighted_count_has_its_error(variance: Variance, error: str) -> None:
    """The details show its SE, interval and formula; an unweighted count has none."""
    view = View("goal", (("role",),), weight="w", variance=variance)
    table = tabulate(made(weighted_rows()), view)
    cell = table.rows[0].cells[1]
    ends = f"{rounded(cell.weighted_n_low)} to {rounded(cell.weighted_n_high)} at 95%"
    text = about(table, 0, 1)
    assert f"SE {rounded(cell.weighted_n_se)}, {ends} (± t·SE, linearized)" in text
    assert f"weighted n ± t·SE at 95%; {error}" in text
    assert "weighted n ±" not in about(
        tabulate(made(weighted_rows()), replace(view, weight=None)), 0, 1
    )


def test_the_tests_of_row_percentages_have_their_own_base() -> None:
    """The base of the test is the column's, and the details say so."""
    rows = weighted_rows()
    table = tabulate(made(rows), View("goal", (("role",),), show=Measure.ROW))
    assert "column's base 80 respondents, effective 80; the tests are of column %" in about(
        table, 0, 1
    )


def test_weights_leave_fisher_to_respondents() -> None:
    """The details say so."""
    rows: list[Respondent] = [
        {"role": 1 + n % 2, "goal": 3 if n in {1, 3, 5} else 1, "w": 1 + n % 5} for n in range(160)
    ]
    table = tabulate(made(rows), View("goal", (("role",),), weight="w"))
    assert "exact, from 0 of 80 and 3 of 80 respondents, without weights" in about(table, 2, 2)


def test_the_total_is_compared_with_nothing(example: Path) -> None:
    """It says so in the pairs' place."""
    text = about(example_table(example), 0, 0)
    assert "column Total, all respondents that the filters keep" in text
    assert "Compared with no other column" in text


def test_a_small_base_says_why_it_was_not_tested() -> None:
    """The pair has no p."""
    rows: list[Respondent] = [{"role": 1 + (n < 9), "goal": 1 + n % 3} for n in range(80)]
    text = about(tabulate(made(rows), View("goal", (("role",),))), 0, 2)
    assert "flag ** base under 30: not tested, its letter is given to no one" in text
    assert "tested no: base under 30" in text
    assert " raw" not in text


def test_nobody_in_the_base_has_no_value() -> None:
    """A dash, not 0 %."""
    rows: list[Respondent] = [{"role": 1, "goal": 1 + n % 3} for n in range(80)]
    text = about(tabulate(made(rows), View("goal", (("role",),))), 0, 2)
    assert "value –, nobody in the base" in text
    assert "tested no: nobody in the base" in text


@pytest.mark.parametrize("correction", list(Correction))
def test_the_correction_and_its_family_are_named(example: Path, correction: Correction) -> None:
    """The details name the number of tests in the family."""
    options = "--question cx_goal --by company_size --by role --wave all --correction "
    text = about(example_table(example, options + correction), 0, 1)
    name = {"none": "not corrected for", "holm": "Holm over", "bh": "Benjamini–Hochberg over"}
    assert re.search(name[correction] + r" the \d tests of this row and banner variable", text)


@pytest.mark.parametrize("width", [1, 7, 30, 76, 200])
def test_nothing_is_cut_and_nothing_is_too_wide(width: int) -> None:
    """Labels wider than a line are folded, double-width characters too."""
    label = "[/b]" + "満足度" * 40
    questions = (ROLE, replace(GOAL, label=label))
    table = tabulate(survey_of(weighted_rows(), questions, SCHEMA), View("goal", (("role",),)))
    lines = lines_about(table, 0, 1, width)
    assert max(map(cell_len, lines)) <= max(width, 2)
    assert label in "".join(lines)


def test_breaking_keeps_every_word() -> None:
    """In order."""
    text = "one two three four"
    assert broken(text, 9) == ["one two", "three", "four"]
    assert broken("", 9) == [""]


@pytest.mark.parametrize(
    ("banner", "against", "columns", "name"),
    [
        ((("role",), ("tools",)), Against.COLUMNS, "Marketing minus Technology", "Newcombe"),
        ((("role",), ("tools",)), Against.COLUMNS, "Tool 1 minus Tool 2", "gap ± t·SE"),
        ((("tools",),), Against.REST, "Tool 1 minus Rest", "Newcombe"),
        ((("tools",),), Against.TOTAL, "Tool 1 minus Total", "gap ± t·SE"),
        (
            (("role", "tools"),),
            Against.COLUMNS,
            "Marketing > Tool 1 minus Technology > Tool 1",
            "Newcombe",
        ),
        (
            (("role", "tools"),),
            Against.COLUMNS,
            "Marketing > Tool 1 minus Marketing > Tool 2",
            "gap ± t·SE",
        ),
    ],
)
def test_an_interval_is_named_by_whether_its_two_columns_overlap(
    banner: tuple[tuple[str, ...], ...], against: Against, columns: str, name: str
) -> None:
    """Overlap of other columns of the table does not matter."""
    rows: list[Respondent] = [
        {
            "role": 1 + n % 2,
            "goal": 1 + n % (3 + n % 2),
            "tools_1": n % 3 // 2,
            "tools_2": n % 5 // 3,
        }
        for n in range(400)
    ]
    table = tabulate(made(rows), View("goal", banner, against=against))
    first, second = columns.split(" minus ")
    place = [one.label for one in table.columns].index(first)
    pair = next(
        one for one in table.rows[0].pairs if (one.column_a, one.column_b) == (first, second)
    )
    ends = f"{signed(pair.low)} to {signed(pair.high)} at 95% ({name}"
    assert ends in about(table, 0, place)
    assert pair.gap is not None and pair.low is not None and pair.high is not None
    assert (pair.high + pair.low == pytest.approx(2 * pair.gap)) is (name != "Newcombe")


@pytest.mark.parametrize("weight", [None, "w"])
def test_responses_are_explained_and_tested_on_respondents(weight: str | None) -> None:
    """The base of a share is the answers, that of its test the respondents; JSON says so too."""
    view = View("tools", (("role",),), weight=weight, show=Measure.RESPONSES)
    rows = [{**one, "tools_2": n % 3 // 2} for n, one in enumerate(weighted_rows())]
    table = tabulate(made(rows), view)
    formulas = json.loads(render(table, Format.JSON))["formulas"]
    assert formulas["value"].startswith("% of responses = ")
    text = about(table, 0, 1)
    assert "column's base 80 respondents" in text
    assert "% of responses 0.0%" in text
    assert ("SE = √(P(1−P)·(1/e1 + 1/e2)), P = " in text) is (weight is None)
