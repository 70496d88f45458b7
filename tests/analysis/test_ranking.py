"""The ranking on the example, and its numbers recomputed respondent by respondent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from statistics import NormalDist
from typing import Any

import polars as pl
import pytest
from scipy.special import chdtrc, fdtrc, stdtr

import cxtui
from cxtui.analysis.ranking.ranked_lines import Line, Verdict
from cxtui.analysis.ranking.ranking_options import Compare, RankingOptions
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view_options import parse_view
from cxtui.cli import main
from cxtui.sources.open_survey import open_survey

ALPHA, MARGIN = 0.05, 10.0


@pytest.fixture
def survey(example: Path) -> cxtui.Survey:
    return cxtui.open(example)


def line_of(lines: Sequence[Line], question: str, group: str = "") -> Line:
    return next(
        one for one in lines if (one.question.id, one.comparison.group) == (question, group)
    )


def test_two_questions_of_the_example_differ(survey: cxtui.Survey) -> None:
    """The goal and the owner, with their answers; the worked example of the rule."""
    found = survey.gaps(by="role")
    goal, owner, *others = found.lines
    assert (found.tested, found.held) == (28, 2)
    assert [one.question.id for one in (goal, owner)] == ["cx_goal", "cx_owner"]
    assert {one.label for one in goal.marked} == {
        *("Improve business outcomes", "Build a better data infrastructure"),
        "Lower the cost to serve",
    }
    assert {one.label for one in owner.marked} == {"A dedicated group", "Marketing", "Technology"}
    assert (owner.moved, owner.moved_net) == pytest.approx((32.2, 29.1), abs=0.06)
    assert (owner.p, owner.p_adjusted) == pytest.approx((0.00026, 0.0037), rel=0.02)
    dedicated = owner.clearest
    assert dedicated is not None and dedicated.label == "A dedicated group"
    assert (dedicated.low, dedicated.high) == pytest.approx((-34.7, -7.8), abs=0.06)
    assert (dedicated.low_picked, dedicated.high_picked) == pytest.approx((-40.6, -1.4), abs=0.06)
    unsure = next(one for one in goal.answers if one.label == "Don't know")
    assert unsure.p == pytest.approx(0.047, abs=5e-4)
    assert unsure.p_fisher == unsure.p_used == pytest.approx(0.070, abs=5e-4)
    verdicts = [one.verdict for one in others]
    assert verdicts == [*[Verdict.CANNOT_TELL] * 25, Verdict.ALIKE]
    assert [one.p for one in others[:25]] == sorted(one.p or 0.0 for one in others[:25])


def test_changes_of_the_example(survey: cxtui.Survey) -> None:
    """Later minus earlier: of all, in each role, and the two roles' changes."""
    names = ["omni_executing", "channels.mobile", "shared_incentives", "mobile_first"]
    of_all = survey.changes()
    assert [one.question.id for one in of_all.lines if one.holds] == names
    assert (of_all.tested, of_all.lines[-1].why_not) == (27, "nobody in the base")
    executing = of_all.lines[0].clearest
    assert executing is not None and executing.label == "Yes"
    assert executing.gap == pytest.approx(23.5, abs=0.05)
    by_role = survey.changes(by="role")
    held = [(one.question.id, one.comparison.group) for one in by_role.lines if one.holds]
    assert held == [("omni_executing", "Marketing"), ("channels.mobile", "Marketing")]
    assert len(by_role.lines) == 56 and by_role.tested == 54
    technology = line_of(by_role.lines, "omni_executing", "Technology")
    assert technology.p_adjusted == pytest.approx(0.070, abs=5e-4)
    apart = survey.changes(by="role", did=True)
    assert min(one.p for one in apart.lines if one.p is not None) == pytest.approx(0.16, abs=5e-3)


def test_a_gap_is_the_gap_of_its_table(survey: cxtui.Survey, example: Path) -> None:
    """Gap, errors, interval and p come from the same place as the table's."""
    opened = open_survey(str(example))
    for line in survey.gaps(by="role").lines:
        for answer in line.answers:
            show = "--show mean" if answer.is_mean else ""
            view = parse_view(opened, f"--question {line.question.id} {show}")
            row = next(one for one in tabulate(opened, view).rows if one.code == answer.code)
            pair = row.pairs[0]
            theirs = (pair.gap, pair.se, pair.low, pair.high, pair.t, pair.df, pair.p)
            assert theirs == pytest.approx(
                (answer.gap, answer.se, answer.low, answer.high, answer.t, answer.df, answer.p),
                rel=1e-9,
            )
            assert pair.p_used == pytest.approx(answer.p_used, rel=1e-9)


# Recomputed in plain Python


def plain_table(rows: list[tuple[int, int]]) -> tuple[float, int, list[float]]:
    """X², df and the shares by group of (group, answer)."""
    n = len(rows)
    groups = [sum(group == one for group, _ in rows) for one in (1, 2)]
    answers = sorted({answer for _, answer in rows})
    chi = 0.0
    gaps = []
    for answer in answers:
        cells = [sum(row == (group, answer) for row in rows) for group in (1, 2)]
        for cell, group in zip(cells, groups, strict=True):
            expected = group * sum(cells) / n
            chi += (cell - expected) ** 2 / expected
        gaps.append(100 * (cells[0] / groups[0] - cells[1] / groups[1]))
    return chi, len(answers) - 1, gaps


def holm(p: list[float]) -> list[float]:
    order = sorted(range(len(p)), key=p.__getitem__)
    found, worst = [0.0] * len(p), 0.0
    for rank, place in enumerate(order):
        worst = max(worst, min(1.0, p[place] * (len(p) - rank)))
        found[place] = worst
    return found


def hochberg(p: list[float]) -> list[float]:
    order = sorted(range(len(p)), key=p.__getitem__)
    return [
        min(1.0, *(p[order[at]] * len(p) / (at + 1) for at in range(order.index(one), len(p))))
        for one in range(len(p))
    ]


def test_a_list_is_what_plain_arithmetic_says() -> None:
    """Pearson, Holm, Benjamini–Hochberg, what moved and what chance adds, verdicts."""
    import random

    seed = random.Random(20161129)
    answers = {
        f"q{number}": [
            (group, seed.choices((1, 2, 3, 4), (3 + shift * (group == 1), 3, 2, 2))[0])
            for group in (1, 2)
            for _ in range(160)
        ]
        for number, shift in enumerate((0, 0.5, 3, 0, 6, 1))
    }
    frame = pl.DataFrame(
        {"group": [1] * 160 + [2] * 160}
        | {name: [answer for _, answer in rows] for name, rows in answers.items()}
    )
    entries = [
        f'[[question]]\nid = "{name}"\nlabel = "{name}"\nkind = "single"\ncolumns = ["{name}"]\n'
        for name in ("group", *answers)
    ]
    codebook = "\n".join(['wave = ""', 'weight = ""', *entries])
    found = cxtui.from_frame(frame, codebook).gaps(by="group")
    plain = {name: plain_table(rows) for name, rows in answers.items()}
    p = {name: float(chdtrc(df, chi)) for name, (chi, df, _) in plain.items()}
    adjusted = dict(zip(p, hochberg(list(p.values())), strict=True))
    assert found.tested == len(answers) and 0 < found.held < len(answers)
    for line in found.lines:
        chi, df, gaps = plain[line.question.id]
        moved = sum(map(abs, gaps)) / 2
        net = moved * max(0.0, 1 - df / chi) ** 0.5
        numbers = (line.statistic, line.p, line.p_adjusted, line.moved, line.moved_net)
        own = p[line.question.id], adjusted[line.question.id]
        assert numbers == pytest.approx((chi, *own, moved, net), rel=1e-9)
        assert line.holds is (adjusted[line.question.id] <= ALPHA)
        within = holm([one.p_used for one in line.answers if one.p_used is not None])
        assert [one.p_within for one in line.answers] == pytest.approx(within, rel=1e-9)
        for answer, gap in zip(line.answers, gaps, strict=True):
            assert answer.gap == pytest.approx(gap, rel=1e-9)
            assert answer.is_marked is (line.holds and (answer.p_within or 0.0) <= ALPHA)
        level = 1 - ALPHA * max(found.held, 1) / found.tested
        assert found._ranking.level_picked == pytest.approx(100 * level)


def test_a_trend_is_a_weighted_slope_of_separate_waves() -> None:
    """Points a wave, its SE by hand, and Rao and Scott's F of two answers: t²."""
    shares = {2014: (60, 150), 2015: (66, 140), 2016: (80, 130), 2017: (70, 150)}
    rows = [
        {"wave": wave, "q": 1 if place < yes else 2}
        for wave, (yes, n) in shares.items()
        for place in range(n)
    ]
    entries = [
        f'[[question]]\nid = "{name}"\nlabel = "{name}"\nkind = "single"\ncolumns = ["{name}"]\n'
        for name in ("wave", "q")
    ]
    codebook = "\n".join(['wave = "wave"', 'weight = ""', *entries])
    (line,) = cxtui.from_frame(pl.DataFrame(rows), codebook).changes(trend=True).lines
    slopes = [-0.3, -0.1, 0.1, 0.3]
    p = [yes / n for yes, n in shares.values()]
    total = sum(n for _, n in shares.values())
    gap = sum(c * one for c, one in zip(slopes, p, strict=True))
    squares = sum(
        c * c * one * (1 - one) / n
        for c, one, (_, n) in zip(slopes, p, shares.values(), strict=True)
    )
    se = (squares * total / (total - 1)) ** 0.5
    answer = line.answers[0]
    assert (answer.gap, answer.se, answer.df) == pytest.approx((100 * gap, 100 * se, total - 4))
    assert answer.p == pytest.approx(2 * float(stdtr(total - 4, -abs(gap / se))))
    assert (answer.a, answer.b) == pytest.approx((100 * p[3], 100 * p[0]))
    assert line.p == pytest.approx(float(fdtrc(1, total - 1, (gap / se) ** 2)))


def test_a_margin_of_a_mean_is_one_that_moves_as_many() -> None:
    """Of d standard deviations 2Φ(d/2) − 1 of 100 move; d at the margin is .251."""
    assert 2 * NormalDist().inv_cdf((1 + MARGIN / 100) / 2) == pytest.approx(0.2513, abs=1e-4)
    values = [float(n % 20) for n in range(400)]
    frame = pl.DataFrame({"g": [1, 2] * 200, "x": values})
    entries = (
        '[[question]]\nid = "g"\nlabel = "g"\nkind = "single"\ncolumns = ["g"]\n'
        '[[question]]\nid = "x"\nlabel = "x"\nkind = "numeric"\ncolumns = ["x"]\n'
    )
    found = cxtui.from_frame(frame, f'wave = ""\nweight = ""\n{entries}').gaps(by="g")
    (line,) = found.lines
    (mean,) = line.answers
    assert mean.effect is not None and mean.gap is not None and mean.margin is not None
    assert line.moved == pytest.approx(100 * (2 * NormalDist().cdf(abs(mean.effect) / 2) - 1))
    assert mean.margin == pytest.approx(0.2513 * mean.gap / mean.effect, rel=1e-3)


# Comparisons


def test_groups_against_the_rest_and_all_pairs_make_one_family(survey: cxtui.Survey) -> None:
    """M is questions × comparisons; one group is a list of its own."""
    rest = survey.gaps(by="seniority", compare="rest")
    groups = list(dict.fromkeys(one.comparison.group for one in rest.lines))
    assert len(rest.lines) == 28 * len(groups)
    alone = survey.gaps(by="seniority", compare="rest", group="C-level")
    assert {one.comparison.group for one in alone.lines} == {"C-level"}
    for line in alone.lines:
        other = line_of(rest.lines, line.question.id, "C-level")
        assert (line.p, line.moved) == (other.p, other.moved)
    assert alone.tested < rest.tested
    pairs = survey.gaps(by="seniority", compare="pairs")
    assert len(pairs.lines) == 28 * len(groups) * (len(groups) - 1) // 2
    two = survey.gaps(by="role", compare="rest")
    one = survey.gaps(by="role")
    for line in one.lines:
        mine = line_of(two.lines, line.question.id, "Marketing")
        assert mine.p == pytest.approx(line.p, rel=1e-9)
        assert mine.comparison.b == "Rest"


def test_a_pair_is_chosen_by_codes_or_labels(survey: cxtui.Survey) -> None:
    """In the order that was typed; waves stand later minus earlier all the same."""
    usual = survey.gaps(by="role")
    for words in ("2,1", "Technology,Marketing"):
        turned = survey.gaps(by="role", pair=words)
        for line in turned.lines:
            other = line_of(usual.lines, line.question.id)
            assert line.p == pytest.approx(other.p, rel=1e-9)
            for mine, theirs in zip(line.answers, other.answers, strict=True):
                assert mine.gap == pytest.approx(-(theirs.gap or 0.0), abs=1e-9)
    by_wave = [survey.gaps(by="wave", pair=one) for one in ("2015,2016", "2016,2015")]
    for found in (*by_wave, survey.gaps(by="wave"), survey.changes()):
        assert (found.lines[0].comparison.a, found.lines[0].comparison.b) == ("2016", "2015")
        assert [one.p for one in found.lines] == [one.p for one in by_wave[0].lines]
    with pytest.raises(cxtui.ViewError, match="does not name two of the columns: Marketing, Tech"):
        survey.gaps(by="role", pair="Marketing,Sales")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"since": "1999"}, "--since has no answer '1999'; it has 2015, 2016"),
        ({"since": "2016"}, "--since takes one wave before 2016, the latest"),
        ({"window": 2}, "two windows of 2 waves do not fit in 2 waves"),
        ({"did": True}, "name a banner with --by"),
        ({"by": "role", "group": "Sales"}, "has no answer 'Sales'; it has 1 (Marketing)"),
        ({"where": "wave=2016"}, "changes need two waves with respondents"),
    ],
)
def test_a_comparison_that_is_not_there_is_refused(
    survey: cxtui.Survey, asked: dict[str, Any], said: str
) -> None:
    """In one line that says what there is."""
    with pytest.raises(cxtui.ViewError) as refused:
        survey.changes(**asked)
    assert said in str(refused.value)


def test_options_that_do_not_go_together_are_refused() -> None:
    """Whoever makes them, of words or in Python."""
    with pytest.raises(cxtui.UsageError, match="--group goes with many comparisons"):
        RankingOptions(group="Retail")
    with pytest.raises(cxtui.UsageError, match="--pair goes with"):
        RankingOptions(compare=Compare.REST, pair="1,2")


# The command line


def test_an_alert_has_an_exit_status_of_its_own(
    example: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Three where something holds, 0 and nothing printed where nothing does."""
    file = str(example)
    assert main(["changes", file, "--alert"]) == 3
    assert "Differ: 4" in capsys.readouterr().out
    assert main(["changes", file, "--alert", "--at-least", "20", "--format", "json"]) == 3
    record = json.loads(capsys.readouterr().out)
    assert [one["question"] for one in record["questions"]] == ["omni_executing"]
    assert (record["lines"], record["hold"]) == (27, 4)
    assert record["replay"].endswith("changes " + file + " --no-weight --alert --at-least 20")
    assert main(["changes", file, "--alert", "--at-least", "60"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["changes", file]) == 0
    assert main(["changes", "nothing.csv", "--alert"]) == 1


def test_questions_that_changed_are_told_on_standard_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are not tested, and do not change the status."""
    rows = [
        {"wave": wave, "staff": "Few" if n % 3 else ("Many" if wave == 1 else "Lots")}
        for wave in (1, 2)
        for n in range(200)
    ]
    file = tmp_path / "waves.csv"
    pl.DataFrame(rows).write_csv(file)
    entries = [
        f'[[question]]\nid = "{name}"\nlabel = "{name}"\nkind = "single"\ncolumns = ["{name}"]\n'
        for name in ("wave", "staff")
    ]
    file.with_suffix(".codebook.toml").write_text("\n".join(['wave = "wave"', *entries]))
    assert main(["changes", str(file), "--alert"]) == 0
    written = capsys.readouterr()
    assert written.out == ""
    assert "staff: not comparable: “Lots” not in 1: the list changed?" in written.err
    assert main(["changes", str(file)]) == 0
    shown = capsys.readouterr().out.splitlines()
    head = shown.index("Not tested: not comparable between waves: 1")
    assert (
        shown[head + 1].split(maxsplit=1)[1] == "not comparable: “Lots” not in 1: the list changed?"
    )


@pytest.mark.parametrize(
    "words",
    [
        "gaps --by role",
        "gaps --by 'seniority>role' --compare rest --level 90",
        "gaps --by role --pair Technology,Marketing --margin 5",
        "gaps --by wave",
        "gaps --compare waves",
        "changes --by role --group Marketing",
        "changes --by role --did --pair 2,1",
        "changes --trend --variance kish",
    ],
)
def test_every_list_says_how_to_print_it_again(
    words: str, example: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """The same bytes, in each format and shape."""
    import shlex

    verb, *rest = shlex.split(words)
    assert main([verb, str(example), *rest, "--format", "json"]) == 0
    first = capsysbinary.readouterr().out
    replay = shlex.split(json.loads(first)["replay"])
    assert main([*replay[1:], "--format", "json"]) == 0
    assert capsysbinary.readouterr().out == first
