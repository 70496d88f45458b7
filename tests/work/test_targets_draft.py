"""Targets while they are typed: their texts, their effect, and the TOML that they become."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.errors import TargetsError
from cxtui.sources.open_survey import open_survey
from cxtui.survey.model import Survey
from cxtui.work.weighting import weigh_draft
from cxtui.work.weighting.joint_cells import JointCells, count_cells
from cxtui.work.weighting.targets import Margin, Targets, read_targets
from cxtui.work.weighting.targets_draft import (
    DraftMargin,
    TargetsDraft,
    draft_of,
    read_ends,
    write_targets,
)
from cxtui.work.weighting.weigh_draft import DraftWeigher
from cxtui.work.weighting.weight_options import Missing
from cxtui.work.weighting.weighted_survey import weigh_survey

_PARTS = st.floats(0.1, 10, allow_subnormal=False)
_IDS = st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=3, unique=True)


@pytest.fixture
def survey(tmp_path: Path) -> Survey:
    """Return 40 respondents: 8 of them without an answer to `b`."""
    file = tmp_path / "people.parquet"
    a, b = ["x", "y", "x", "z"] * 10, ["1", "2", "1", "2", None] * 8
    pl.DataFrame({"a": a, "b": b, "d": [1.0, 2.0] * 20}).write_parquet(file)
    return open_survey(str(file))


@given(_IDS, st.dictionaries(st.text(max_size=5), _PARTS, min_size=1), _PARTS, st.text(max_size=5))
def test_targets_are_read_as_they_were_written(
    questions: list[str], numbers: dict[str, float], total: float, base: str
) -> None:
    """Whatever the ids and codes are; as a draft too."""
    scale = sum(numbers.values())
    margin = Margin(tuple(questions), tuple((code, one / scale) for code, one in numbers.items()))
    targets = Targets((margin,), base, total, bounds=(0.25, 1 + total))
    assert read_targets(write_targets(targets), "it") == targets
    assert draft_of(targets).targets() == targets


def test_a_draft_has_the_effect_of_its_targets(survey: Survey) -> None:
    """The report is that of the verb; a base weight, another margin and missing answers count."""
    draft = TargetsDraft(base="d", missing=Missing.DROP).with_margin(["a"]).with_margin(["b"])
    first = DraftMargin(("a",), (("x", "30"), ("y", "40"), ("z", "30")))
    draft = draft.with_typed(0, first).with_typed(
        1, DraftMargin(("b",), (("1", "50"), ("2", "50")))
    )
    effect = DraftWeigher(survey).weigh(draft)
    assert effect.is_complete
    assert effect.report == weigh_survey(survey, draft.targets(), missing=Missing.DROP).report
    assert [one.target for one in effect.margins[0].rows] == pytest.approx([30, 40, 30])
    assert [(one.label, one.n) for one in effect.margins[1].rows if not one.is_answer] == [
        ("No answer", 8)
    ]


def test_respondents_are_counted_only_for_other_questions(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key in a target needs no query."""
    counted = []
    count = count_cells

    def counting(of: Survey, targets: Targets) -> JointCells:
        counted.append(targets)
        return count(of, targets)

    monkeypatch.setattr(weigh_draft, "count_cells", counting)
    weigher, draft = DraftWeigher(survey), TargetsDraft().with_margin(["a"])
    for text in ("3", "30", "30.5"):
        typed = DraftMargin(("a",), (("x", text), ("y", "30"), ("z", "39.5")))
        effect = weigher.weigh(draft.with_typed(0, typed))
        assert [one.typed for one in effect.margins[0].rows] == [text, "30", "39.5"]
    assert len(counted) == 1
    weigher.weigh(draft.with_margin(["b"]))
    assert len(counted) == 2


def test_a_margin_is_left_out_until_it_is_complete(survey: Survey) -> None:
    """It is said which answers lack a target, and which target nobody answered."""
    typed = DraftMargin(("a",), (("x", "50"),))
    weigher, draft = DraftWeigher(survey), TargetsDraft((typed,))
    effect = weigher.weigh(draft)
    assert (effect.report, effect.refusal) == (None, "")
    assert effect.lacking == "a: no target yet for y, z (sum so far 50)"
    draft = draft.with_typed(0, typed.filled(effect.margins[0].shares).with_text("w", "0.2"))
    effect = weigher.weigh(draft)
    assert "nobody answered w" in effect.refusal
    assert [(one.code, one.typed, one.n) for one in effect.margins[0].rows] == [
        ("x", "50", 20),
        ("y", "25", 10),
        ("z", "25", 10),
        ("w", "0.2", 0),
    ]


def test_the_unanswered_are_told(survey: Survey) -> None:
    """A screen can then name its own key."""
    typed = DraftMargin(("b",), (("1", "50"), ("2", "50")))
    assert DraftWeigher(survey).weigh(TargetsDraft((typed,))).unanswered == (("b", 8),)


@pytest.mark.parametrize(
    ("typed", "rest"),
    [
        ((("x", "40"),), ["40", "35", "25"]),
        ((("x", "0.4"),), ["0.4", "0.35", "0.25"]),
        ((), ["40", "35", "25"]),
    ],
)
def test_the_rest_is_divided_as_respondents_are(
    typed: tuple[tuple[str, str], ...], rest: list[str]
) -> None:
    """Of 100, or of 1 where the targets are parts."""
    filled = DraftMargin(("a",), typed).filled([("x", 40.0), ("y", 35.0), ("z", 25.0)])
    assert [filled.text_of(code) for code in "xyz"] == rest


@pytest.mark.parametrize(("text", "ends"), [("", None), ("0.3 3", (0.3, 3.0)), ("0,3; 3", None)])
def test_two_numbers_are_read(text: str, ends: tuple[float, float] | None) -> None:
    """Nothing is no limit; anything else is refused."""
    if "," in text:
        with pytest.raises(TargetsError, match="type two numbers"):
            read_ends(text)
    else:
        assert read_ends(text) == ends


def test_what_cannot_be_a_draft_is_refused() -> None:
    """With the questions that it concerns."""
    draft = TargetsDraft().with_margin(["a", "b"])
    with pytest.raises(TargetsError, match="b × a has a margin already"):
        draft.with_margin(["b", "a"])
    with pytest.raises(TargetsError, match=r"takes a number, not '1\.2\.3'"):
        draft.margins[0].with_text("x", "1.2.3").margin()
