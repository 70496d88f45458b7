"""Strata, clusters, overlapping banners and scores agree with R's `survey` and with Dimensions."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy.special import chdtrc

from cxtui.analysis.stats.significance import t_quantile
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.table import Table, TableRow
from cxtui.analysis.view.view import Against, Correction, Measure, Variance, View
from cxtui.errors import ViewError
from cxtui.sources.open_survey import open_survey
from cxtui.survey.conditions import NO_ANSWER, Filter
from cxtui.survey.model import Survey
from cxtui.survey.note import sentences_of
from tests.making import known
from tests.shared import load_shared, shared

SCHOOLS = """
weight = "pw"
{design}
[[question]]
id = "stype"
kind = "single"
categories = [{{code = "E"}}, {{code = "H"}}, {{code = "M"}}]
[[question]]
id = "wide"
column = "sch.wide"
kind = "single"
categories = [{{code = "Yes"}}, {{code = "No"}}]
[[question]]
id = "target"
column = "comp.imp"
kind = "single"
categories = [{{code = "Yes"}}, {{code = "No"}}]
[[question]]
id = "awards"
kind = "single"
categories = [{{code = "Yes"}}, {{code = "No"}}]
[[question]]
id = "api00"
kind = "numeric"
"""
STRATIFIED = 'strata = "stype"\npopulation = "fpc"'


def opened(file: Path, codebook: str, folder: Path) -> Survey:
    """The survey in `file`, as `codebook` describes it."""
    written = folder / "declared.toml"
    written.write_text(codebook, encoding="utf-8")
    return open_survey(str(file), str(written))


def schools(folder: Path, design: str = "") -> Survey:
    """R's data(api), apistrat."""
    file = shared("golden/rsurvey-api/apistrat.csv")
    return opened(file, SCHOOLS.format(design=design), folder)


def in_r(part: str) -> Any:
    return load_shared("golden/rsurvey-api/expected.json")[part]


def row_of(table: Table, code: str) -> TableRow:
    return next(row for row in table.rows if row.code == code)


def half_width(row: TableRow, column: int) -> float:
    cell = row.cells[column]
    assert cell.low is not None and cell.high is not None
    return (cell.high - cell.low) / 2


@pytest.mark.parametrize(
    ("part", "question", "by", "named"),
    [
        ("weights_only", "wide", "stype", "chisq_schwide_stype"),
        ("weights_only", "awards", "stype", "chisq_awards_stype"),
        ("weights_only", "target", "wide", "chisq_compimp_schwide"),
        ("stratified", "wide", "stype", "chisq_schwide_stype"),
        ("stratified", "target", "wide", "chisq_compimp_schwide"),
    ],
)
def test_the_whole_table_is_tested_as_by_svychisq(
    tmp_path: Path, part: str, question: str, by: str, named: str
) -> None:
    """F; and its "Chisq", X² over the mean of the eigenvalues, which is F times the degrees."""
    survey = schools(tmp_path, STRATIFIED if part == "stratified" else "")
    (test,) = tabulate(survey, View(question, ((by,),), weight="pw")).whole
    expected = in_r(part)[named]["F"]
    assert test.name == "Rao–Scott"
    first = in_r(part)[named]["Chisq"]
    freedom = first["parameter"]["df"]
    assert test.chi_square == pytest.approx(first["statistic"], rel=1e-9)
    assert chdtrc(freedom, freedom * test.statistic) == pytest.approx(first["p"], rel=1e-9)
    assert test.statistic == pytest.approx(expected["statistic"], rel=1e-9)
    assert test.df == pytest.approx(expected["parameter"]["ndf"], rel=1e-9)
    assert test.df2 == pytest.approx(expected["parameter"]["ddf"], rel=1e-9)
    assert test.p == pytest.approx(expected["p"], rel=1e-9)


def test_an_unweighted_table_is_tested_by_pearson(tmp_path: Path) -> None:
    (test,) = tabulate(schools(tmp_path), View("wide", (("stype",),))).whole
    expected = in_r("unweighted")
    assert (test.name, test.df, test.df2) == ("Pearson", expected["df"], None)
    assert test.statistic == pytest.approx(expected["chisq"], rel=1e-12)
    assert test.p == pytest.approx(expected["p"], rel=1e-9)


def test_a_stratified_mean_has_the_error_of_svymean(tmp_path: Path) -> None:
    survey = schools(tmp_path, STRATIFIED)
    row = tabulate(survey, View("api00", (("wide",),), weight="pw")).rows[0]
    expected = in_r("stratified")
    se = half_width(row, 0) / t_quantile(95, expected["degf"])
    assert row.cells[0].mean == pytest.approx(expected["mean_api00"]["mean"], rel=1e-9)
    assert se == pytest.approx(expected["mean_api00"]["se"][0][0], rel=1e-9)
    pair, ttest = row.pairs[0], expected["ttest_api00_by_schwide"]
    assert (pair.gap, pair.t) == pytest.approx((ttest["diff"], ttest["t"]), rel=1e-9)
    assert pair.df == ttest["df"]
    assert pair.p == pytest.approx(ttest["p"], rel=1e-9)


def test_shares_within_a_stratum_have_the_errors_of_svyby(tmp_path: Path) -> None:
    """A gap between two strata has the squares of both."""
    table = tabulate(schools(tmp_path, STRATIFIED), View("awards", (("stype",),), weight="pw"))
    errors = {
        (one["row"], one["col"]): one["se"]
        for one in in_r("stratified")["col_props_awards_by_stype"]
    }
    for row in table.rows:
        for pair in row.pairs:
            a, b = errors[row.code, pair.column_a], errors[row.code, pair.column_b]
            assert pair.se == pytest.approx(100 * math.hypot(a, b), rel=1e-9)


DESIGNS = {
    "no_strat_no_cluster": "",
    "stratified": 'strata = "region"',
    "clustered": 'cluster = "cluster"',
    "stratified-clustered": 'strata = "region"\ncluster = "cluster"',
}


@pytest.mark.parametrize("design", DESIGNS)
def test_every_design_has_svychisq_and_svytotal(tmp_path: Path, design: str) -> None:
    """Education by sex, 922 complete rows, weighted, in the four designs of svy's own tests.

    F of the second order; X² and, from F times its degrees, p of the first order; each count, whose
    interval has the degrees of freedom of its column.
    """
    whole = pl.read_csv(
        shared("golden/svy-twoway/svy_synthetic_sample_07082025.csv"),
        null_values=["", "NaN"],
        infer_schema_length=None,
    ).drop_nulls()
    file = tmp_path / "complete.parquet"
    whole.write_parquet(file)
    codebook = f"""
{DESIGNS[design]}
weight = "samp_wgt"
[[question]]
id = "educ"
kind = "single"
[[question]]
id = "sex"
kind = "single"
categories = [{{code = "1"}}, {{code = "2"}}]
"""
    survey = opened(file, codebook, tmp_path)
    table = tabulate(survey, View("educ", (("sex",),), weight="samp_wgt"))
    case = next(
        one for one in load_shared("golden/svy-twoway/expected.json") if one["id"] == design
    )
    assert survey.respondents == 922
    expected = case["stats"]["f"]
    (test,) = table.whole
    assert test.statistic == pytest.approx(expected["value"], rel=1e-9)
    assert test.df == pytest.approx(expected["df_num"], rel=1e-9)
    assert test.df2 == pytest.approx(expected["df_den"], rel=1e-9)
    assert test.p == pytest.approx(expected["p_value"], rel=1e-9)
    first_order = chdtrc(5, 5 * test.statistic)
    assert test.chi_square == pytest.approx(case["stats"]["chisq"]["value"], rel=1e-9)
    assert first_order == pytest.approx(case["stats"]["chisq"]["p_value"], rel=1e-9)
    in_totals = {(one["row"], one["col"]): one for one in case["cells"]}
    design_df = degrees_of_freedom(whole, design)
    compared = 0
    for row in table.rows:
        for column, cell in zip(table.columns[1:], row.cells[1:], strict=True):
            found = in_totals[row.code, column.code]
            estimate, se = found["est"], found["se"]
            half = t_quantile(95, design_df) * se
            assert [found["lci"], found["uci"]] == pytest.approx([estimate - half, estimate + half])
            in_column = whole.filter(pl.col("sex") == int(column.code))
            half = t_quantile(95, degrees_of_freedom(in_column, design)) * se
            ends = [cell.weighted_n_low, cell.weighted_n_high]
            assert [cell.weighted_n, cell.weighted_n_se] == pytest.approx([estimate, se], rel=1e-9)
            assert ends == pytest.approx([estimate - half, estimate + half], rel=1e-9)
            compared += 1
    assert compared == len(case["cells"]) == 12


def degrees_of_freedom(respondents: pl.DataFrame, design: str) -> int:
    """Clusters (or respondents) less strata, of these respondents alone."""
    strata = respondents["region"].n_unique() if design.startswith("stratified") else 1
    units = [*(["region"] if strata > 1 else []), "cluster"]
    clusters = respondents.select(units).n_unique() if design.endswith("clustered") else None
    return (respondents.height if clusters is None else clusters) - strata


FITNESS = """
weight = "weight_a"
[[question]]
id = "q5_1"
kind = "scale"
categories = [
  {code = "1", score = 1}, {code = "2", score = 2}, {code = "3", score = 3},
  {code = "4", score = 4}, {code = "5", score = 5},
  {code = "97", score = 97MISSING}, {code = "98", score = 98MISSING},
]
"""
_MULTI = '[[question]]\nid = "{id}"\nkind = "multi"\ncategories = [{codes}]\n'


def listed_answers(folder: Path) -> Path:
    """YouGov's example, its several answers as lists."""
    answers = pl.read_csv(
        shared("golden/quantipy-dim-tests/example_data_a.csv"), infer_schema_length=None
    )
    lists = [
        pl.col(name).str.strip_chars(";").str.split(";").alias(name) for name in ("q3", "q8", "q9")
    ]
    file = folder / "fitness.parquet"
    answers.with_columns(lists).write_parquet(file)
    return file


def fitness(folder: Path, expected: dict[str, Any]) -> Survey:
    """That example with the questions of one published test."""
    codebook = FITNESS.replace("MISSING", ", missing = true" if expected["exclude"] else "")
    columns = {expected["y"]: expected["columns"]}
    if expected["x"] != "q5_1":
        columns[expected["x"]] = expected["rows"]
    for name, codes in columns.items():
        listed = ", ".join(f'{{code = "{code}"}}' for code in codes)
        codebook += _MULTI.format(id=name, codes=listed)
    return opened(listed_answers(folder), codebook, folder)


def without_few_cases(expected: dict[str, Any], row: int) -> list[list[int] | None]:
    """The published letters of an unweighted row, less those that Fisher's test does not confirm.

    It counts where two columns share no respondents and one expects under five cases.
    """
    from scipy.stats import fisher_exact  # takes a second to load

    (bases,), counts = expected["weighted_or_raw_bases"], expected["cell_values"][row]
    found: list[list[int]] = [list(letters or ()) for letters in expected["sig"][row]]
    for pair, overlap in zip(expected["pairs"], expected["overlap_per_pair"], strict=True):
        a, b = (expected["columns"].index(code) for code in pair)
        pooled = (counts[a] + counts[b]) / (bases[a] + bases[b])
        if overlap or min(pooled, 1 - pooled) * min(bases[a], bases[b]) >= 5:
            continue
        table = [[counts[place], bases[place] - counts[place]] for place in (a, b)]
        if fisher_exact(table).pvalue > expected["alpha"]:
            for place, other in ((a, pair[1]), (b, pair[0])):
                found[place] = [code for code in found[place] if code != other]
    return [letters or None for letters in found]


@pytest.mark.parametrize(
    "case", ["means_unw_overlap_nomiss_10", "props_unw_overlap_05", "props_w_overlap_01"]
)
def test_letters_of_overlapping_columns_are_those_of_dimensions(case: str, tmp_path: Path) -> None:
    """The published letters of quantipy's tests; unweighted shares also have its t and p.

    Weighted, its t counts a respondent once an answer of the rows; of means the test is another.
    """
    cases = load_shared("golden/quantipy-dim-tests/expected.json")
    expected = next(one for one in cases if one["id"] == case)
    survey = fitness(tmp_path, expected)
    view = View(
        expected["x"],
        ((expected["y"],),),
        weight=expected["weight"],
        show=Measure.MEAN if expected["metric"] == "means" else None,
        level=100 - 100 * expected["alpha"],
        correction=Correction.NONE,
        variance=Variance.KISH,
    )
    table = tabulate(survey, view)
    letters = {column.letter: int(column.code) for column in table.columns[1:]}
    for position, code in enumerate(expected["rows"]):
        row = row_of(table, code)
        higher = [sorted(letters[one] for one in cell.letters) or None for cell in row.cells[1:]]
        wanted = expected["sig"][position]
        if view.weight is None and expected["metric"] == "props":
            wanted = without_few_cases(expected, position)
        assert higher == wanted, code
        if case == "props_unw_overlap_05":
            for name in ("t", "p"):
                found = [getattr(pair, name) for pair in row.pairs]
                made = [math.nan if one is None else one for one in found]
                assert made == pytest.approx(expected[name][position], rel=1e-9, nan_ok=True)


@pytest.mark.parametrize("against", [Against.TOTAL, Against.REST])
def test_a_column_against_total_or_rest_is_one_contrast(tmp_path: Path, against: Against) -> None:
    """Summed respondent by respondent."""
    survey = schools(tmp_path)
    view = View("api00", (("stype",),), weight="pw", against=against)
    table = tabulate(survey, view)
    frame = pl.read_csv(shared("golden/rsurvey-api/apistrat.csv"))
    w, y = frame["pw"].to_numpy(), frame["api00"].to_numpy().astype(float)
    for place, pair in enumerate(table.rows[0].pairs, 1):
        one = (frame["stype"] == table.columns[place].code).to_numpy()
        two = np.ones(len(w), dtype=bool) if against is Against.TOTAL else ~one
        m1, m2 = np.average(y[one], weights=w[one]), np.average(y[two], weights=w[two])
        z = w * (one * (y - m1) / w[one].sum() - two * (y - m2) / w[two].sum())
        se = math.sqrt(200 / 199 * (z * z).sum())
        assert (pair.gap, pair.se) == pytest.approx((m1 - m2, se), rel=1e-9)
        assert pair.column_b == against.capitalize()


def test_a_population_alone_is_a_design(tmp_path: Path) -> None:
    """R survey 4.1: svydesign(~1, weights = ~pw, fpc = ~pop), the 6,194 schools of apistrat."""
    file = tmp_path / "schools.parquet"
    schools_ = pl.read_csv(shared("golden/rsurvey-api/apistrat.csv"))
    schools_.with_columns(pop=pl.lit(6194)).write_parquet(file)
    survey = opened(file, SCHOOLS.format(design='population = "pop"'), tmp_path)
    table = tabulate(survey, View("api00", (("wide",),), weight="pw"))
    (pair,) = table.rows[0].pairs
    freedom = schools_.filter(pl.col("sch.wide") == "Yes").height - 1
    assert half_width(table.rows[0], 1) / t_quantile(95, freedom) == pytest.approx(10.4553330881429)
    assert (pair.t, pair.df) == pytest.approx((3.86641904164673, 198))
    (test,) = tabulate(survey, View("awards", (("wide",),), weight="pw")).whole
    assert (test.statistic, test.df2) == pytest.approx((76.8603434361984, 199))
    assert "Variance: linearized (population pop)." in sentences_of(table.notes)


def test_more_than_all_cannot_be_drawn(tmp_path: Path) -> None:
    file = tmp_path / "schools.parquet"
    schools_ = pl.read_csv(shared("golden/rsurvey-api/apistrat.csv"))
    schools_.with_columns(pop=pl.lit(0.03)).write_parquet(file)
    survey = opened(file, SCHOOLS.format(design='strata = "stype"\npopulation = "pop"'), tmp_path)
    with pytest.raises(ViewError, match=r"'pop' says 0\.03 where \d+ were drawn"):
        tabulate(survey, View("api00", (("wide",),), weight="pw"))


def test_strata_of_one_school_each_tell_no_error(tmp_path: Path) -> None:
    """R survey refuses such strata; no error is not an error of nothing."""
    survey = schools(tmp_path, 'strata = "cds"')
    row = tabulate(survey, View("api00", (("wide",),), weight="pw")).rows[0]
    assert [(cell.low, cell.high) for cell in row.cells] == [(None, None)] * 3
    (pair,) = row.pairs
    assert (pair.se, pair.low, pair.high, pair.p) == (None, None, None, None)
    assert pair.why_not == "all in one cluster (of each stratum)"
    (share,) = tabulate(survey, View("awards", (("wide",),), weight="pw")).rows[0].pairs
    assert (share.se, share.p) == (None, None)


def test_quartiles_are_those_of_svyquantile(tmp_path: Path) -> None:
    """`qrule = "school"`, of the weighted sample."""
    table = tabulate(schools(tmp_path), View("api00", (("stype",),), weight="pw"))
    lines = {line.label: line.lowest[0] for line in table.lines}
    found = [lines[label] for label in ("Lower quartile", "Median", "Upper quartile")]
    assert found == in_r("weights_only")["quantile_api00_school"] == [565, 668, 756]


@pytest.mark.parametrize("case", range(4))
def test_numbers_are_described_as_by_dimensions(case: int, tmp_path: Path) -> None:
    """Bases, means, deviations and quartiles of quantipy's `summarize`, of whoever is in a column.

    Its variance divides by Σw − 1, ours by Σw·(n − 1)/n, which no scale of the weights changes.
    Its quartiles are at (Σw + 1)p: the same here, where answers are whole numbers.
    """
    expected = load_shared("golden/quantipy-dim-tests/descriptives_expected.json")[case]
    codebook = 'weight = "weight_a"\n[[question]]\nid = "{x}"\nkind = "numeric"\n'
    missing = ", ".join(
        f'{{code = "{code}", missing = true}}' for code in expected["exclude"] or ()
    )
    codebook = codebook.format(x=expected["x"]) + f"categories = [{missing}]\n"
    codes = ", ".join(f'{{code = "{code}"}}' for code in expected["columns"][1:])
    kind = "multi" if expected["y"] == "q3" else "single"
    codebook += f'[[question]]\nid = "{expected["y"]}"\nkind = "{kind}"\ncategories = [{codes}]\n'
    survey = opened(listed_answers(tmp_path), codebook, tmp_path)
    in_a_column = (Filter(expected["y"], "!=", (NO_ANSWER,)),)
    view = View(expected["x"], ((expected["y"],),), in_a_column, expected["weight"])
    table = tabulate(survey, replace(view, variance=Variance.KISH))
    cells = table.rows[0].cells
    assert [column.code for column in table.columns[1:]] == list(map(str, expected["columns"][1:]))
    for name in ("mean", "weighted_base", "effective_base"):
        wanted = expected[name.removeprefix("weighted_")]
        assert [getattr(cell, name) for cell in cells] == pytest.approx(wanted, rel=1e-9), name
    for cell, deviation in zip(cells, expected["stddev"], strict=True):
        assert cell.sd is not None
        weighted, base = known(cell.weighted_base), known(cell.base)
        squares = cell.sd**2 * weighted * (base - 1) / base
        assert math.sqrt(squares / (weighted - 1)) == pytest.approx(deviation, rel=1e-9)
    quartiles = {line.label: list(line.lowest) for line in table.lines}
    for label, name in (("Lower quartile", "q25"), ("Median", "median"), ("Upper quartile", "q75")):
        assert quartiles[label] == expected[name], label
