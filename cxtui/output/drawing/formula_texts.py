"""How the numbers of a table are computed, in words: a sentence by the name of a number."""

from __future__ import annotations

from cxtui.analysis.query.cube import Status
from cxtui.analysis.query.sample import Rule
from cxtui.analysis.stats.cell_statistics import FEW_EXPECTED
from cxtui.analysis.stats.intervals import normal_quantile
from cxtui.analysis.stats.significance import FEW_CASES
from cxtui.analysis.tables.table import BaseKind, Table, TableRow
from cxtui.analysis.view.view import Correction, Family, Measure
from cxtui.messages import tr

CORRECTIONS = {
    Correction.NONE: "not corrected",
    Correction.HOLM: "Holm",
    Correction.BH: "Benjamini–Hochberg",
}

FISHER = "Fisher's p"
GUARDED = "guarded SE"
QUARTILES = "quartiles"

_VALUES = {
    Measure.COLUMN: "Column % = 100 · weighted count / weighted base.",
    Measure.COUNT: "Column % = 100 · weighted count / weighted base.",
    Measure.ROW: "Row % = 100 · weighted count / weighted count of the row in the Total.",
    Measure.TOTAL: "Total % = 100 · weighted count / weighted base of the Total.",
    Measure.INDEX: "Index = 100 · column % / column % of the Total.",
    Measure.RESPONSES: "% of responses = 100 · weighted count / weighted count of all answers.",
    Measure.MEAN: "Mean m = Σwx / Σw; sd² = Σw(x − m)²/Σw · n/(n − 1).",
}
_STEPS = {
    Correction.NONE: "The p of each pair stands as it is, whatever the number of tests.",
    Correction.HOLM: (
        "Holm: the smallest of k p is multiplied by k, the next by k − 1 and so on, none ends "
        "below the one before it."
    ),
    Correction.BH: (
        "Benjamini–Hochberg: the i-th smallest of k p is multiplied by k/i, none ends above the "
        "one after it."
    ),
}
_POINTS = "Points: the mean of 100 for respondents in the first net only, −100 in the second only."
_FAMILIES = {
    Family.ROW: "k counts the tested pairs of one row and one banner variable.",
    Family.TABLE: "k counts the tested pairs of all rows and one banner variable.",
}

# Without a weight or design, and on Kish's base.
_KISH = "e = (Σw)²/Σw², which is n where all weights are equal."
_MEANS = {
    "effective base": _KISH,
    "interval": "m ± t·SE at {level:g}%; SE² = N/(N−1) · Σ(w(x−m)/Σw)², N all rows of the file, "
    "df = N − 1 (linearized).",
    "test": "t = (m1 − m2)/SE, SE of the difference linearized; df = N − 2 between two "
    "separate columns, N − 1 where they overlap. A filter does not change N.",
    "gap's interval": "gap ± t·SE at {level:g}%.",
}
_NEWCOMBE = (
    "Newcombe: from gap − √((p1−l1)² + (u2−p2)²) to gap + √((u1−p1)² + (p2−l2)²), l and u the ends "
    "of Wilson's."
)
_FISHER = (
    "exact, where a tested column expects under {few} cases: the probability of all tables "
    "no likelier than this one; of respondents, unweighted. The larger of this p and the test's is "
    "used."
)
_SHARES = {
    "effective base": _KISH,
    "interval": "Wilson: (p + z²/2e ± z·√(p(1−p)/e + z²/4e²)) / (1 + z²/e), z = {z:.3f} at "
    "{level:g}%.",
    "test": "pooled t-test of column %: t = (p1 − p2)/SE, SE² = P(1−P)·(1/e1 + 1/e2), P the share "
    "of both columns together, df = e1 + e2 − 2.",
    "gap's interval": _NEWCOMBE,
    "gap's SE": "linearized, each column with its own spread; the test pools them.",
    FISHER: _FISHER,
}
_OVERLAPPING_SHARES = {
    "test": "pooled t-test of column %: t = (p1 − p2)/SE, SE² = P(1−P)·(Q1/W1² + Q2/W2² − "
    "2·Q12/(W1·W2)), Q = Σw², Q12 of respondents in both, df = e1 + e2 − e12 − 2.",
    "gap's interval": f"{_NEWCOMBE} Of overlapping columns gap ± t·SE, SE linearized.",
}
_COUNT = (
    "weighted n ± t·SE at {level:g}%; SE² = N/(N−1) · (Σw² − (Σw)²/N) over the cell, N all rows "
    "of the file, df = N − 1 (linearized)."
)

# Under a weight, a design or replicate weights.
_LINEARIZED = (
    "SE² = V = Σ over strata (1 − f)·k/(k − 1)·Σ(z − z̄)²; z = w·(y − m)/W in the base, 0 outside; "
    "k and f = k / population of the stratum in the whole file, whatever the filter."
)
_BY_CLUSTER = "z is summed by cluster, and k counts clusters."
_BY_RESPONDENT = "k counts respondents."
_SECOND_STAGE = (
    "Second stage: plus Σ f·(1 − m/M)·m/(m − 1)·Σ(z − z̄)² within clusters, m of M drawn."
)
_CALIBRATED = "Raked margins: (y − m)/W less its regression on the margins takes its place."
_REPLICATED = (
    "SE² = V = scale · Σ rscale·(θ_r − θ̄)², θ_r the number with replicate weight r; θ̄ their mean, "
    "or the number itself where the codebook says mse."
)
_DF_OF_RESPONDENTS = "respondents in the base − strata with one of them."
_DF_OF_CLUSTERS = "clusters with a respondent in the base − strata with one."
_DF_OF_REPLICATES = "as declared, else the rank of the replicate weights in the base − 1."
_GAP_DF = "that of both columns together, 1 less if the columns are separate."
_GAP_DF_OF_CLUSTERS = (
    "the least of each column's and that of both together (1 less if the columns are separate)."
)
_GAP_OF_Z = "z the difference of the z of both columns, so that their covariance is in it."
_GAP_OF_REPLICATES = "θ_r the difference by replicate weight r, so that the covariance is in it."
_DESIGNED = {
    "design effect": "V / (s²/n): the variance over that of a simple random sample of n.",
    "gap's interval": "gap ± t·SE at {level:g}%, with the SE and df of the test.",
}
_DESIGNED_MEANS = {
    "effective base": "e = s²/V, s the standard deviation.",
    "interval": "m ± t·SE at {level:g}%, t of df.",
    "test": "t-test of means: t = (m1 − m2)/SE,",
}
_DESIGNED_SHARES = {
    "interval": "Wilson: (p + q²/2e ± q·√(p(1−p)/e + q²/4e²)) / (1 + q²/e), q = t(df) at "
    "{level:g}%; e = s²/V = n / design effect, at most Kish's base (Σw)²/Σw² where under "
    "{expected} cases are expected on it. At 0% and 100% e is the lesser of the column's "
    "effective base and Kish's.",
    "test": "t-test of column %: t = (p1 − p2)/SE,",
    GUARDED: "SE² = max(V, P(1−P)·(1/b1 + 1/b2 − 2ρ/√(b1·b2))) where min(P, 1 − P)·min(b1, b2) < "
    "{expected}: P the share of both columns together, b the lesser of each share's effective base "
    "and Kish's, ρ the correlation of the two shares. If each share is 0% or 100%, the second "
    "term.",
    FISHER: _FISHER,
    "count's interval": "weighted n ± t·SE at {level:g}%; SE² = V with z = w in the cell, df of "
    "its base.",
}
_WOODRUFF = (
    "Woodruff: F ± t·SE of F, the weighted share of numbers up to the quartile, and both ends back "
    "to the numbers that they are the shares of; none outside 0–1. SE of the quartile = width / 2t."
)
_SPREAD = "s² = p(1 − p)·n/(n − 1)."
_EFFECTIVE = {
    Measure.ROW: "e = Σs²/ΣV over the columns of the banner variable,",
    Measure.TOTAL: "e = Σs²/ΣV over all cells of the banner variable,",
}


def is_mean(row: TableRow) -> bool:
    """Whether a row shows means: of numbers, of scores, or of points."""
    return row.status is Status.SCORE or row.cells[0].mean is not None


def is_classical(table: Table) -> bool:
    """Whether shares have the textbook formulas, on n or on Kish's effective base."""
    return table.rule in {Rule.TEXTBOOK, Rule.KISH}


def general(table: Table, row: TableRow) -> dict[str, str]:
    """Return how the numbers of a row are computed: a sentence by the name of a number."""
    means, view = is_mean(row), table.view
    value = _POINTS if row.in_points else _VALUES[Measure.MEAN if means else table.measure]
    of_rule = _classical(table, row) if is_classical(table) else _designed(table, row)
    values = {
        **{"level": view.level, "z": normal_quantile(view.level)},
        **{"few": FEW_CASES, "expected": FEW_EXPECTED},
    }
    return {
        "value": tr(value),
        **{name: _sentences(text, values) for name, text in of_rule.items()},
        "corrected p": f"{tr(_STEPS[view.correction])} {tr(_FAMILIES[view.family])}",
    }


def _sentences(parts: str | list[str], values: dict[str, float]) -> str:
    return " ".join(tr(part, **values) for part in ([parts] if isinstance(parts, str) else parts))


def _classical(table: Table, row: TableRow) -> dict[str, str]:
    if is_mean(row):
        return _MEANS
    formulas = _SHARES | (_OVERLAPPING_SHARES if table.overlapping else {})
    return formulas | ({"count's interval": _COUNT} if table.view.weight else {})


def _designed(table: Table, row: TableRow) -> dict[str, str | list[str]]:
    """Return the formulas of linearized variances, or of those from replicate weights."""
    if table.rule is Rule.REPLICATES:
        variance, df, gap_df = [_REPLICATED], _DF_OF_REPLICATES, _GAP_DF
        gap = _GAP_OF_REPLICATES
    else:
        clustered = table.is_clustered
        variance = [_LINEARIZED, _BY_CLUSTER if clustered else _BY_RESPONDENT]
        variance += [_SECOND_STAGE] if table.has_second_stage else []
        variance += [_CALIBRATED] if table.is_calibrated else []
        df = _DF_OF_CLUSTERS if clustered else _DF_OF_RESPONDENTS
        gap_df = _GAP_DF_OF_CLUSTERS if clustered else _GAP_DF
        gap = _GAP_OF_Z
    own = _DESIGNED_MEANS if is_mean(row) else _DESIGNED_SHARES
    over = _EFFECTIVE.get(table.measure, "e = Σs²/ΣV over the answers of the question,")
    return {
        **{"SE": variance, "df": df, "gap's df": gap_df, "effective base": [over, _SPREAD]},
        **_DESIGNED,
        **own,
        "test": [own["test"], gap],
        **({QUARTILES: _WOODRUFF} if _has_quartiles(table) else {}),
    }


def _has_quartiles(table: Table) -> bool:
    return any(line.kind is BaseKind.QUANTILE for line in table.lines)
