"""Notes on how errors and tests were computed: variance, overall tests, missing errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cxtui.analysis.query.cube import MOST_CELLS, Cube
from cxtui.analysis.query.sample import Rule, Sample
from cxtui.analysis.stats.cell_statistics import FIXED, SAME_NUMBER
from cxtui.analysis.stats.overall_test import PEARSON, RAO_SCOTT, WALD, OverallTest
from cxtui.analysis.stats.significance import FEW_CASES
from cxtui.analysis.tables.table import TableRow
from cxtui.messages import quoted, tr, tr_count
from cxtui.number_signs import listed_numbers, localized
from cxtui.survey.model import Codebook
from cxtui.survey.note import Note, NoteKind

_SMALLEST = 0.001
_NAMES = {PEARSON: "Pearson", RAO_SCOTT: "Rao–Scott", WALD: "Wald, of means,"}
"""Overall tests, to be translated."""
_OVER_ITEMS = "Rao–Scott over the items"


def test_name(rule: Rule) -> str:
    """Return the name of the test between two shares."""
    match rule:
        case Rule.TEXTBOOK | Rule.KISH:
            return tr("pooled t-test")
        case Rule.REPLICATES:
            return tr("t-test from replicate weights")
        case _:
            return tr("linearized t-test")


def _df_text(test: OverallTest) -> str:
    if test.df2 is None:
        return localized(f"{test.df:.0f}")
    return listed_numbers(localized(f"{test.df:.2f}"), localized(f"{test.df2:.1f}"))


def about_overall_tests(
    cube: Cube, whole: tuple[OverallTest, ...], untested: Iterable[tuple[str, int, int]]
) -> Iterator[Note]:
    """Yield the overall tests, and the tables that are too large for one."""
    over_items = cube.question.counts_each_answer
    for test in whole:
        p = f"p {test.p:.3f}".replace("0.", ".") if test.p >= _SMALLEST else "p < .001"
        p, df = localized(p), _df_text(test)
        statistic = f"{'X²' if test.df2 is None else 'F'} {localized(f'{test.statistic:.2f}')}"
        name = _OVER_ITEMS if over_items and test.name == RAO_SCOTT else _NAMES[test.name]
        parts = [
            tr("Overall test by {}: {} {}, df {}, {}", test.variable, tr(name), statistic, df, p)
        ]
        if test.few_expected:
            parts.append(tr("some expected counts under {}", FEW_CASES))
        if test.few_clusters:
            parts.append(tr("few clusters: approximate"))
        brief = tr("overall test by {}: {}", test.variable, p)
        if test.few_expected or test.few_clusters:
            brief = tr("{}, approximate", brief)
        yield Note(NoteKind.OVERALL_TEST, f"{'; '.join(parts)}.", brief)
    for variable, rows, columns in untested:
        text = tr(
            "Overall test by {} not made: {:,} × {:,} cells, over {:,}.",
            variable,
            rows,
            columns,
            MOST_CELLS,
        )
        yield Note(NoteKind.OVERALL_TEST, text)


def about_design(codebook: Codebook, sample: Sample) -> Iterator[str]:
    """Yield how variances were computed, and the rule for strata of one cluster."""
    if sample.rule is Rule.TEXTBOOK:
        return
    yield tr("Variance: {}.", variance_name(codebook, sample))
    if sample.rule is Rule.REPLICATES and codebook.has_design:
        yield tr("Replicate weights take the place of the declared strata and clusters.")
    lone = int((sample.sizes == 1).sum())
    if lone and sample.rule is Rule.LINEARIZED:
        yield tr_count(
            lone,
            "{} stratum has one cluster only: lone = {}.",
            "{} strata have one cluster only: lone = {}.",
            sample.lone,
        )


def about_no_errors(cube: Cube, rows: Sequence[TableRow]) -> Iterator[str]:
    """Yield why columns have no standard errors: too few clusters, or strata of one cluster."""
    columns: dict[str, list[str]] = {}
    for place, column in enumerate(cube.columns):
        reasons = {row.cells[place].why_no_error for row in rows}
        reasons -= {"", tr(FIXED), tr(SAME_NUMBER)}
        for reason in sorted(reasons):
            columns.setdefault(reason, []).append(column.label)
    for reason, labels in columns.items():
        yield tr("No standard error, interval or test, {}: {}.", reason, quoted(labels))


def about_replicates(cube: Cube, rows: Sequence[TableRow]) -> Iterator[str]:
    """Yield how many replicate weights are left out of the errors of a column."""
    columns: dict[int, list[str]] = {}
    for place, column in enumerate(cube.columns):
        most = max((row.cells[place].replicates_left_out or 0 for row in rows), default=0)
        if most:
            columns.setdefault(int(most), []).append(column.label)
    for count, labels in sorted(columns.items()):
        yield tr_count(
            count,
            "{} replicate left out, without a respondent in the base: {}.",
            "{} replicates left out, without a respondent in the base: {}.",
            quoted(labels),
        )


def variance_name(codebook: Codebook, sample: Sample) -> str:
    """Return how variances were computed, with the columns of the design."""
    replicates = codebook.replicates
    if sample.rule is Rule.REPLICATES and replicates:
        return tr("{}, {} replicates", replicates.type, len(replicates.columns))
    if sample.rule is Rule.KISH:
        if codebook.has_design or replicates or codebook.calibrated:
            return tr("Kish's effective base; the declared design is ignored")
        return tr("Kish's effective base")
    parts = [tr("strata {}", ", ".join(codebook.strata))] if codebook.strata else []
    if codebook.cluster:
        parts.append(tr("clusters {}", codebook.cluster))
    if codebook.population:
        parts.append(tr("population {}", ", ".join(codebook.population)))
    name = tr("linearized ({})", ", ".join(parts) or tr("weights"))
    return tr("{}, raked margins", name) if sample.calibration else name
