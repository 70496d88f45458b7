"""The trend says how each wave stands to the one before and the first, where they asked alike."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import comb
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from scipy.special import ndtri, stdtr, stdtrit

from cxtui.analysis.stats.intervals import wilson
from cxtui.analysis.stats.significance import TOO_SMALL
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.build_trend import trend
from cxtui.analysis.tables.trend import Lift, Point, Trend, TrendRow
from cxtui.analysis.view.view import Correction, Measure, Sort, View
from cxtui.analysis.view.view_options import parse_view
from cxtui.errors import EmptyBase, ViewError
from cxtui.sources.open_survey import open_survey
from cxtui.survey.conditions import Filter
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.note import sentences_of
from cxtui.survey.question import Category, Item, Kind, Net, Question
from tests.making import ROLE, Plain, Respondent, categories, survey_of

WAVE = Question(
    "wave", "Wave", Kind.SINGLE, ("wave",), tuple(Category(str(y), str(y)) for y in (2014, 15, 16))
)
ANSWER = Question("answer", "Answer", Kind.SINGLE, ("answer",), categories("One", "Two", "Three"))
RATING = Question(
    "rating", "Rating", Kind.SCALE, ("rating",), categories("1", "2", "3", "4", "5", "6", "7")
)
TICKS = Question(
    "ticks",
    "Ticks",
    Kind.MULTI,
    ("t1", "t2"),
    (Category("1", "Tick 1"), Category("2", "Tick 2")),
    unchosen=("0",),
)
GRID = Question(
    "grid",
    "Grid",
    Kind.GRID,
    ("g1", "g2"),
    categories("Weak", "Fair", "Strong"),
    items=(Item("g1", "Web"), Item("g2", "Mobile")),
)
BUDGET = Question("budget", "Budget", Kind.NUMERIC, ("budget",))
SCHEMA: Mapping[str, type[pl.DataType]] = {
    **dict.fromkeys(("role", "wave", "answer", "rating", "t1", "t2", "g1", "g2"), pl.Int16),
    **dict.fromkeys(("budget", "w"), pl.Float64),
}
VIEW = View("answer", (("role",),))


def waved(respondents: Sequence[Respondent]) -> Survey:
    """A survey of up to three waves."""
    asked = (ROLE, WAVE, ANSWER, RATING, TICKS, GRID, BUDGET)
    return survey_of(respondents, asked, SCHEMA, Codebook(role="role", wave="wave", weight="w"))


def rows_of(
    name: str, waves: Mapping[int, Mapping[Any, int]], role: int = 1
) -> list[dict[str, int | None]]:
    """Respondents by wave, answer and how many."""
    return [
        {"wave": wave, "role": role, name: answer}
        for wave, answers in waves.items()
        for answer, count in answers.items()
        for _ in range(count)
    ]


def row_of(found: Trend, code: str) -> TrendRow:
    return next(row for row in found.rows if row.code == code)


def reasons(found: Trend, code: str) -> list[str]:
    """Why each wave of a row has no value, for everyone."""
    return [point.gone for point in row_of(found, code).courses[0]]


def lift_of(found: Trend, code: str, wave: int = -1, group: int = 0) -> Lift:
    lift = row_of(found, code).courses[group][wave].previous
    assert lift is not None
    return lift


# The numbers, against a plain count of respondents

RESPONDENTS = st.lists(
    st.fixed_dictionaries(
        {
            "role": st.sampled_from([1, 2, None]),
            "wave": st.sampled_from([2014, 15, 16, None]),
            "answer": st.sampled_from([1, 1, 1, 2, 2, 3, None]),
            "w": st.floats(0.2, 5.0),
        }
    ),
    min_size=1,
    max_size=200,
)


def plain(
    respondents: Sequence[Respondent], view: View, keep: Callable[[Respondent], bool]
) -> Plain:
    count = Plain()
    for one in respondents:
        if keep(one):
            weight = one["w"] if view.weight else 1.0
            assert isinstance(weight, float)
            count.add(weight)
    return count


def holm(p: Sequence[float | None]) -> list[float | None]:
    """Holm's steps, one at a time."""
    tested = sorted((one, at) for at, one in enumerate(p) if one is not None)
    result: list[float | None] = [None] * len(p)
    largest = 0.0
    for rank, (one, at) in enumerate(tested):
        largest = max(largest, min(one * (len(tested) - rank), 1.0))
        result[at] = largest
    return result


@dataclass
class PlainShare:
    """A share `c`/`base` with its linearized variance, in a file of `respondents`.

    `answers` are the counts of all answers of the question.
    """

    base: Plain
    c: Plain
    answers: Sequence[Plain]
    respondents: int

    @property
    def p(self) -> float:
        return self.c.w / self.base.w

    @property
    def kish(self) -> float:
        return self.base.w**2 / self.base.q

    @property
    def variance(self) -> float:
        return self.variance_of(self.c)

    def variance_of(self, c: Plain) -> float:
        """Σz² of z = w(y − p)/W, times n/(n − 1) of the file."""
        if not 0 < c.n < self.base.n:
            return 0.0
        p, n = c.w / self.base.w, self.respondents
        squares = c.q * (1 - p) ** 2 + (self.base.q - c.q) * p**2
        return n / (n - 1) * squares / self.base.w**2

    def spread_of(self, c: Plain) -> float:
        p, n = c.w / self.base.w, self.base.n
        return p * (1 - p) * n / (n - 1)

    @property
    def question_base(self) -> float:
        """Σs²/ΣV over the answers."""
        if self.base.n < 2 or not (total := sum(map(self.variance_of, self.answers))):
            return math.nan
        return sum(map(self.spread_of, self.answers)) / total

    @property
    def own_base(self) -> float:
        """The smaller of the share's own effective base and Kish's."""
        if 0 < self.c.n < self.base.n:
            return min(self.spread_of(self.c) / self.variance, self.kish)
        return float(np.fmin(self.question_base, self.kish))

    @property
    def smallest(self) -> float:
        return float(np.fmin(self.question_base, min(self.base.n, self.kish)))


def guarded_variance(one: PlainShare, two: PlainShare) -> float:
    """V₁ + V₂, at least that of the pooled share where under 10 cases are expected."""
    pooled = (one.c.w + two.c.w) / (one.base.w + two.base.w)
    least = pooled * (1 - pooled) * (1 / one.own_base + 1 / two.own_base)
    few = min(pooled, 1 - pooled) * min(one.own_base, two.own_base) < 10
    variance = one.variance + two.variance
    return max(variance, least) if few else variance


def compare(lift: Lift, one: PlainShare, two: PlainShare, *, weighted: bool) -> None:
    """Recompute a lift from one wave to another."""
    p1, p2, e1, e2 = one.p, two.p, one.kish, two.kish
    assert lift.points == pytest.approx(100 * (p2 - p1), abs=1e-9)
    if weighted:
        df = float(one.base.n + two.base.n - 2)
        exists = min(one.base.n, two.base.n) > 1
        small = min(one.smallest, two.smallest)
    else:
        df, exists, small = e1 + e2 - 2, True, min(e1, e2)
    if one.c.n and two.c.n and (one.c.n < one.base.n or two.c.n < two.base.n) and exists:
        if weighted:
            half = stdtrit(df, 0.975) * math.sqrt(one.variance / p1**2 + two.variance / p2**2)
        else:
            half = ndtri(0.975) * math.sqrt((1 - p1) / (e1 * p1) + (1 - p2) / (e2 * p2))
        ends = [100 * (p2 / p1 * math.exp(sign * half) - 1) for sign in (-1, 1)]
        assert lift.relative == pytest.approx(100 * (p2 / p1 - 1), abs=1e-9)
        assert [lift.relative_low, lift.relative_high] == pytest.approx(ends)
    elif not one.c.n:
        assert lift.relative is None
    if small < 30 - 1e-6:
        assert (lift.p_used, lift.why_not) == (None, f"base under {TOO_SMALL}")
    if lift.p is None:
        return
    pooled = (one.c.w + two.c.w) / (one.base.w + two.base.w)
    variance = pooled * (1 - pooled) * (1 / e1 + 1 / e2)
    se = math.sqrt(guarded_variance(one, two) if weighted else variance)
    assert lift.p == pytest.approx(2 * stdtr(df, -abs(p2 - p1) / se), rel=1e-9)
    if lift.p_used is not None:
        assert lift.p_used == max(lift.p, lift.p_fisher or 0.0)


@given(RESPONDENTS, st.sampled_from([None, "w"]))
def test_lifts_are_those_of_a_plain_count(
    respondents: list[Respondent], weight: str | None
) -> None:
    """Points, relative with its interval, p and the family of each row and role."""
    view = replace(VIEW, weight=weight)
    found = trend(waved(respondents), view)
    roles = {"Total": (1, 2, None), "Marketing": (1,), "Technology": (2,)}
    years = [int(wave.code) for wave in found.waves]
    weighted = weight is not None and len({one["w"] for one in respondents}) > 1
    for row in found.rows:
        for group, course in zip(found.groups, row.courses, strict=True):

            def counted(wave: int, answers: tuple[int, ...], label: str = group.label) -> Plain:
                return plain(
                    respondents,
                    view,
                    lambda one: (
                        one["wave"] == years[wave]
                        and one["role"] in roles[label]
                        and one["answer"] in answers
                    ),
                )

            lifts = [lift for point in course for lift in point.lifts]
            for lift in lifts:
                a, b = (counted(wave, (1, 2, 3)) for wave in (lift.earlier, lift.later))
                if lift.points is None:
                    assert lift.changed or not (a.n and b.n)
                    continue
                shares = [
                    PlainShare(
                        base,
                        counted(wave, (int(row.code),)),
                        [counted(wave, (code,)) for code in (1, 2, 3)],
                        len(respondents),
                    )
                    for base, wave in ((a, lift.earlier), (b, lift.later))
                ]
                compare(lift, *shares, weighted=weighted)
            family = holm([lift.p_used for lift in lifts])
            assert [lift.p_adjusted for lift in lifts] == pytest.approx(family)


def test_the_second_wave_has_one_lift_the_third_has_two() -> None:
    """Against the wave before and the first; both the same where there are only two."""
    survey = waved(rows_of("answer", {y: {1: 40, 2: 60 - y % 7} for y in (2014, 15, 16)}))
    course = row_of(trend(survey, VIEW), "1").courses[0]
    steps = [[(lift.earlier, lift.later) for lift in point.lifts] for point in course]
    assert steps == [[], [(0, 1)], [(1, 2), (0, 2)]]


def test_a_lift_is_a_gap_of_the_table(example: Path) -> None:
    """The same points, interval and p as between two columns that are waves."""
    survey = open_survey(str(example))
    found = trend(survey, parse_view(survey, "--question cx_goal"))
    text = "--question cx_goal --by wave --wave all --where role=1"
    for row in tabulate(survey, parse_view(survey, text)).rows:
        pair, lift = row.pairs[0], lift_of(found, row.code, group=1)
        assert (lift.points, lift.low, lift.high) == pytest.approx(
            (-(pair.gap or 0), -(pair.high or 0), -(pair.low or 0))
        )
        assert lift.p == pytest.approx(pair.p)


def test_the_published_relative_lift_of_the_example(example: Path) -> None:
    """70 % execute an omnichannel experience, half as many again as in 2015."""
    survey = open_survey(str(example))
    found = trend(survey, parse_view(survey, "--question omni_executing"))
    assert [group.label for group in found.groups] == ["Total", "Marketing", "Technology"]
    assert [wave.label for wave in found.waves] == ["2015", "2016"]
    assert found.groups[0].bases[0].lowest == (180, 198)
    lift = lift_of(found, "1")
    assert lift.points == pytest.approx(100 * (139 / 198 - 84 / 180))
    assert round(lift.relative or 0) == 50
    assert lift.direction(95) == 1


def test_the_mean_of_a_number_has_a_relative_lift_that_of_a_score_has_none() -> None:
    """A score has no zero of its own."""
    rows = [
        {
            "wave": 15 + at % 2,
            "role": 1,
            "budget": 20 + at % 9 + 5.0 * (at % 2),
            "rating": 1 + at % 7,
        }
        for at in range(200)
    ]
    survey = waved(rows)
    lift = lift_of(trend(survey, View("budget", (("role",),))), "mean")
    values = [[row["budget"] for row in rows if row["wave"] == wave] for wave in (15, 16)]
    m1, m2 = (sum(one) / 100 for one in values)
    se = [
        math.sqrt(sum((x - m) ** 2 for x in one) / 100**2 * 200 / 199)
        for one, m in zip(values, (m1, m2), strict=True)
    ]
    assert lift.points == pytest.approx(m2 - m1)
    assert lift.relative == pytest.approx(100 * (m2 / m1 - 1))
    half = 1.971957 * math.hypot(se[0] / m1, se[1] / m2)
    assert lift.relative_high == pytest.approx(100 * (m2 / m1 * math.exp(half) - 1), rel=1e-4)
    scored = lift_of(trend(survey, View("rating", (("role",),), show=Measure.MEAN)), "mean")
    assert scored.points is not None
    assert scored.relative is None


def test_a_small_base_is_not_tested_but_shown() -> None:
    """As in every table."""
    survey = waved(rows_of("answer", {15: {1: 5, 2: 20}, 16: {1: 20, 2: 40}}))
    lift = lift_of(trend(survey, VIEW), "1")
    assert lift.points == pytest.approx(100 * (1 / 3 - 1 / 5))
    assert (lift.p_used, lift.why_not) == (None, f"base under {TOO_SMALL}")
    assert lift.p is not None
    assert trend(survey, VIEW).groups[0].flags == ("**", "*")


def test_roles_that_overlap_have_lifts_of_separate_samples() -> None:
    """The waves of one role share no respondents, although two roles do."""
    rows = [
        {
            "wave": 15 + at % 2,
            "t1": int(at % 3 > 0),
            "t2": int(at % 5 > 1),
            "answer": 1 + at % 7 % 3,
        }
        for at in range(400)
    ]
    found = trend(waved(rows), View("answer", (("ticks",),)))
    assert [group.label for group in found.groups] == ["Total", "Tick 1", "Tick 2"]
    alone = waved([row for row in rows if row["t2"]])
    for row, other in zip(found.rows, trend(alone, VIEW).rows, strict=True):
        for lift, same in zip(row.courses[2][1].lifts, other.courses[0][1].lifts, strict=True):
            # Its error counts the rows of the whole file, as always.
            without = (replace(one, se=None, se_linearized=None) for one in (lift, same))
            assert next(without) == next(without)


def test_the_base_of_an_interval_is_that_of_the_design(example: Path) -> None:
    """Kish's without a weight or a design; a declared one has its own, and t for the normal."""
    survey = open_survey(str(example))
    view = parse_view(survey, "--question cx_goal")
    for row in trend(survey, view).rows:
        for cell in (point.cell for course in row.courses for point in course):
            assert cell.interval_base == pytest.approx(cell.effective_base)
    clustered = replace(survey, codebook=replace(survey.codebook, cluster="industry"))
    found = trend(clustered, view)
    assert "linearized t-test" in " ".join(sentences_of(found.notes))
    cell = found.rows[0].courses[0][1].cell
    assert cell.interval_base != pytest.approx(cell.base)
    base = np.array([cell.interval_base])
    ends = wilson(np.array([(cell.percent or 0) / 100]), base, stdtrit(cell.df, 0.975))
    assert [100 * float(end[0]) for end in ends] == pytest.approx([cell.low, cell.high])


def test_few_cases_are_flagged() -> None:
    """A tested lift that expects under five has Fisher's p beside its own."""
    survey = waved(rows_of("answer", {15: {1: 2, 2: 60}, 16: {1: 4, 2: 60}}))
    lift = lift_of(trend(survey, VIEW), "1")
    assert lift.few_cases
    alike = {ones: comb(6, ones) * comb(120, 62 - ones) / comb(126, 62) for ones in range(7)}
    assert lift.p_fisher == pytest.approx(
        sum(one for one in alike.values() if one <= alike[2] * (1 + 1e-9))
    )


# Who is in it


def test_the_default_wave_falls_away_other_filters_stay(example: Path) -> None:
    """A trend is over all waves, among those whom the view keeps."""
    survey = open_survey(str(example))
    view = parse_view(survey, "--question cx_goal --where seniority=1 --where role!=2")
    assert any(one.mentions("wave") for one in view.filters)
    found = trend(survey, view)
    assert [one.mentions("wave") for one in found.view.filters] == [False, False]
    assert [group.label for group in found.groups] == ["Total", "Marketing"]
    others = view.without_filters_on("wave")
    table = tabulate(survey, replace(others, banner=(("wave",),)))
    assert found.groups[0].bases[0].lowest == table.bases[0].lowest[-2:]


@pytest.mark.parametrize(
    ("wave", "labels"),
    [
        ("seniority", 4),
        ("delivery", 5),
        ("channels.web", 5),
        ("interviewed", 2),
        ("budget_share", 5),
    ],
)
def test_any_variable_can_be_the_wave(example: Path, wave: str, labels: int) -> None:
    """Choices, scales, rows of a grid, classes of a number, dates; an empty month is said."""
    survey = open_survey(str(example))
    found = trend(survey, parse_view(survey, "--question cx_goal"), wave)
    assert len(found.waves) == labels
    assert found.axis.id == wave
    assert any("No respondents in" in note for note in sentences_of(found.notes)) is (
        wave == "interviewed"
    )


def test_the_role_as_the_question_or_the_wave_is_no_role(example: Path) -> None:
    """Then there is only the Total."""
    survey = open_survey(str(example))
    for question, wave in (("role", "wave"), ("cx_goal", "role")):
        found = trend(survey, parse_view(survey, f"--question {question}"), wave)
        assert [group.label for group in found.groups] == ["Total"]


def test_unlisted_waves_come_last_in_order() -> None:
    """Whatever order the engine finds them in."""
    survey = waved(rows_of("answer", {y: {1: 3, 2: 4} for y in (19, 2014, 17, 15, 18)}))
    assert [wave.code for wave in trend(survey, VIEW).waves] == ["2014", "15", "17", "18", "19"]


def test_a_role_without_anybody_in_a_wave_has_a_dash_and_no_lift() -> None:
    """With the reason."""
    marketing = rows_of("answer", {15: {1: 40, 2: 40}, 16: {1: 40, 2: 40}})
    found = trend(waved([*marketing, *rows_of("answer", {16: {1: 9, 2: 9}}, role=2)]), VIEW)
    first, second = row_of(found, "1").courses[2]
    assert (first.value, first.gone) == (None, "nobody in the base in 15")
    assert second.value == 50
    assert lift_of(found, "1", group=2).why_not == "nobody in the base in 15"
    assert found.groups[2].bases[0].lowest == (0, 18)


def test_questions_without_a_trend_are_refused(example: Path) -> None:
    """With a way out."""
    survey = open_survey(str(example))
    view = parse_view(survey, "--question cx_goal")
    for question, wave, reason in (
        ("wave", "", "is the wave itself"),
        ("interviewed", "", "is a date"),
        ("cx_goal", "obstacles", "cannot tell waves apart"),
        ("cx_goal", "first_change", "cannot tell waves apart"),
        ("cx_goal", "nothing", "no wave variable 'nothing'"),
    ):
        with pytest.raises(ViewError, match=reason):
            trend(survey, view.with_question(question), wave)
    with pytest.raises(ViewError, match="choose one"):
        trend(replace(survey, codebook=replace(survey.codebook, wave="")), view)
    with pytest.raises(EmptyBase):
        trend(survey, replace(view, filters=(Filter("role", "=", ("7",)),)))


def test_rows_can_be_sorted_by_the_latest_lift() -> None:
    """The widest first."""
    waves = {15: {1: 40, 2: 20, 3: 30}, 16: {1: 41, 2: 45, 3: 10}}
    survey = waved(rows_of("answer", waves))
    found = trend(survey, replace(VIEW, sort=Sort.GAP, correction=Correction.NONE))
    assert [row.code for row in found.rows] == ["2", "3", "1"]


# What the waves did not ask alike


def test_a_question_that_a_wave_did_not_ask_has_dashes_there() -> None:
    """And no lift from or to it."""
    survey = waved(rows_of("answer", {2014: {1: 50, 2: 50}, 15: {None: 90}, 16: {1: 60, 2: 40}}))
    found = trend(survey, VIEW)
    assert reasons(found, "1") == ["", "no respondent answered in 15: not asked then?", ""]
    last: Point = row_of(found, "1").courses[0][2]
    assert last.previous and last.previous.changed and last.previous.points is None
    assert last.first and last.first.points == pytest.approx(10)


def test_a_reworded_answer_is_not_compared() -> None:
    """It is gone where another has come."""
    survey = waved(rows_of("answer", {15: {1: 2, 2: 60}, 16: {3: 2, 2: 60}}))
    found = trend(survey, VIEW)
    assert reasons(found, "1") == ["", "only in 15; 16 has “Three” instead: wording changed?"]
    assert reasons(found, "3") == ["only in 16; 15 has “One” instead: wording changed?", ""]
    assert lift_of(found, "1").changed and lift_of(found, "1").points is None
    assert lift_of(found, "2").points == pytest.approx(0)
    assert "Not in every wave: “One”, “Three”" in " ".join(sentences_of(found.notes))


def test_an_answer_renamed_for_one_wave_is_found() -> None:
    """And compared again between the waves that have it."""
    waves = {2014: {1: 30, 2: 60}, 15: {3: 30, 2: 60}, 16: {1: 30, 2: 60}}
    course = row_of(trend(waved(rows_of("answer", waves)), VIEW), "1").courses[0]
    assert [point.value is None for point in course] == [False, True, False]
    assert [lift.changed for lift in course[2].lifts] == [True, False]


def test_a_rare_answer_does_not_fall_with_a_reworded_one() -> None:
    """A wave lacks it by chance, as a wave with the same list shows."""
    waves = {2014: {1: 30, 2: 60}, 15: {1: 30, 2: 60, 4: 1}, 16: {3: 30, 2: 60, 4: 1}}
    found = trend(waved(rows_of("answer", waves)), VIEW)
    assert reasons(found, "4") == ["", "", ""]
    assert reasons(found, "1")[2].startswith("only in 2014, 15")


def test_an_added_answer_differs_from_a_rare_one() -> None:
    """Nobody of ninety gave it: by chance at one per cent, not at a third."""
    for count, offered in ((1, True), (40, False)):
        survey = waved(rows_of("answer", {15: {1: 90, 2: 90}, 16: {1: 90, 2: 90, 3: count}}))
        found = trend(survey, VIEW)
        assert (reasons(found, "3")[0] == "") is offered
        assert (lift_of(found, "3").points is not None) is offered
        assert lift_of(found, "1").points is not None


def test_changes_of_a_question_are_detected_in_the_whole_file() -> None:
    """A small group that lacks an answer says nothing."""
    everyone = rows_of("answer", {15: {1: 90, 2: 90}, 16: {1: 90, 2: 90}})
    few = rows_of("answer", {15: {1: 30}, 16: {2: 30}}, role=2)
    survey = waved([*everyone, *few])
    found = trend(survey, replace(VIEW, filters=(Filter("role", "=", ("2",)),)))
    assert lift_of(found, "1").points == pytest.approx(-100)


def test_an_item_whose_column_is_empty_was_not_asked() -> None:
    """However rare it is where it was."""
    rows = [{"wave": 15, "role": 1, "t1": at % 2, "t2": None} for at in range(50)]
    rows += [{"wave": 16, "role": 1, "t1": at % 2, "t2": int(at == 1)} for at in range(50)]
    found = trend(waved(rows), View("ticks", (("role",),)))
    assert reasons(found, "2")[0]
    assert lift_of(found, "2").changed
    assert lift_of(found, "1").points == pytest.approx(0)


def test_a_scale_with_more_points_is_not_compared_at_all() -> None:
    """Neither its mean nor its points; waves of one scale are."""
    five = dict.fromkeys(range(1, 6), 20)
    survey = waved(rows_of("rating", {2014: five, 15: five, 16: dict.fromkeys(range(1, 8), 20)}))
    for show, code in ((None, "2"), (Measure.MEAN, "mean")):
        found = trend(survey, View("rating", (("role",),), show=show))
        course = row_of(found, code).courses[0]
        assert None not in [point.value for point in course]
        assert course[1].previous and course[1].previous.points is not None
        assert [lift.changed for lift in course[2].lifts] == [True, True]
        assert "the scale changed?" in lift_of(found, code).why_not


def test_a_scale_whose_ends_are_rare_is_compared() -> None:
    """One wave lacks the lowest, another the highest, by chance."""
    survey = waved(rows_of("rating", {15: {1: 1, 3: 40, 4: 40}, 16: {3: 40, 4: 40, 7: 1}}))
    found = trend(survey, View("rating", (("role",),), show=Measure.MEAN))
    assert lift_of(found, "mean").points is not None


def test_an_item_of_a_grid_that_a_wave_did_not_ask() -> None:
    """Only its row has a dash."""
    rows = [{"wave": 15, "role": 1, "g1": 1 + at % 3, "g2": None} for at in range(60)]
    rows += [{"wave": 16, "role": 1, "g1": 1 + at % 3, "g2": 1 + at % 3} for at in range(60)]
    found = trend(waved(rows), View("grid", (("role",),)))
    assert found.measure is Measure.MEAN
    assert reasons(found, "g2") == ["no respondent answered in 15: not asked then?", ""]
    assert lift_of(found, "g1").points == pytest.approx(0)


def test_a_net_of_an_answer_that_came_later_is_not_compared() -> None:
    """Its members are another list; a net of others is."""
    survey = waved(rows_of("answer", {15: {1: 60, 2: 60}, 16: {1: 50, 2: 40, 3: 40}}))
    nets = (Net("late", "Late", ("2", "3")), Net("early", "Early", ("1", "2")))
    found = trend(survey, replace(VIEW, nets=(*nets, Net("both", "Both", ("1",), ("3",)))))
    assert lift_of(found, "late").why_not == "“Three” not in 15: the list changed?"
    assert lift_of(found, "both").changed
    assert lift_of(found, "early").points == pytest.approx(100 * (90 / 130 - 1))


def test_a_question_asked_of_other_respondents_has_a_note() -> None:
    """Less than half the share of another wave."""
    survey = waved(rows_of("answer", {15: {1: 50, 2: 50}, 16: {1: 20, 2: 10, None: 70}}))
    notes = " ".join(sentences_of(trend(survey, VIEW).notes))
    assert "30% answered in 16, 100% in 15: was it asked of others?" in notes


def test_the_notes_say_which_is_which(example: Path) -> None:
    """Points and relative, their intervals, the test, the correction and its family."""
    survey = open_survey(str(example))
    notes = " ".join(
        sentences_of(trend(survey, parse_view(survey, "--question cx_goal --show count")).notes)
    )
    for words in (
        "in points",
        "Katz",
        "Newcombe",
        "effective bases",
        "Holm over the changes of one row within one role",
        "not count",
        "Unweighted",
    ):
        assert words in notes
    assert "Letters" not in notes
