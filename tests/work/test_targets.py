"""Targets are read strictly: an error names the entry and its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.errors import TargetsError
from cxtui.survey.codebook.toml_entries import toml_value
from cxtui.work.weighting.targets import (
    Margin,
    Targets,
    Unit,
    line_of,
    read_targets,
    read_targets_file,
    targets_of,
)

WHOLE = """\
# targets of the census
base = "d"
total = 1e6
trim = [0.3, 5]

[[margin]]
questions = ["sex"]
targets = { "1" = 49, "2" = 51 }

[[margin]]
# crossed
questions = ["region", "edu"]
[margin.targets]
"1|1" = 12000
"1|2" = 20_000
"""


def test_every_entry_is_read() -> None:
    """Numbers stay as they are; codes are texts."""
    targets = read_targets(WHOLE, "it")
    assert (targets.base, targets.total, targets.trim) == ("d", 1e6, (0.3, 5.0))
    assert targets.margins == (
        Margin(("sex",), (("1", 49.0), ("2", 51.0))),
        Margin(("region", "edu"), (("1|1", 12000.0), ("1|2", 20000.0))),
    )
    assert [one.unit for one in targets.margins] == [Unit.PER_CENT, Unit.COUNTS]
    assert targets.count_sum == 32000


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 2),
        (("total",), 3),
        (("margin", 0), 7),
        (("margin", 0, "targets", "2"), 8),
        (("margin", 1, "questions"), 12),
        (("margin", 1, "targets", "1|2"), 15),
        (("margin", 1, "nothing"), 12),
    ],
)
def test_an_entry_has_a_line(path: tuple[str | int, ...], line: int) -> None:
    """One that is not there has the line of its table."""
    assert line_of(WHOLE, path) == line


WRONG = [
    ("", "line 1: there is no [[margin]]"),
    ("x = ", "it is not valid TOML"),
    ("[" * 5000, "it is not valid TOML"),
    (WHOLE.replace('"d"', "1"), "line 2: base takes the name of a column"),
    (WHOLE.replace("1e6", "0"), "line 3: total takes a number above 0, not 0"),
    (WHOLE.replace("1e6", "nan"), "line 3: total takes a number above 0, not nan"),
    (WHOLE.replace("1e6", "true"), "line 3: total takes a number, not True"),
    (WHOLE.replace("1e6", "9" * 400), "line 3: total is too large a number"),
    (WHOLE.replace("[0.3, 5]", "5"), "line 4: trim takes two numbers"),
    (WHOLE.replace("[0.3, 5]", "[1, 5]"), "line 4: trim takes a number from 0 to under 1 and"),
    (WHOLE.replace("trim", "bounds=[0.5, 2]\ntrim"), "line 5: trim does not go with bounds"),
    (WHOLE.replace("trim", "trims"), "line 4: there is no entry 'trims'; known are base,"),
    (WHOLE.replace("[margin.", "[margin.x"), "line 14: there is no entry 'xtargets'; known are q"),
    (WHOLE.replace('["sex"]', '"sex"'), "line 7: questions takes a list of question ids"),
    (WHOLE.replace('["sex"]', "[]"), "line 7: questions takes one id or several different ones"),
    (WHOLE.replace('["sex"]', '["a", "a"]'), "line 7: questions takes one id or several diff"),
    (WHOLE.replace('["sex"]', '["edu", "region"]'), "line 12: region × edu has two margins"),
    (WHOLE.replace("49", "-49"), "line 8: sex: the target for 1 is -49; it takes a number from 0"),
    (WHOLE.replace("49", "inf"), "line 8: sex: the target for 1 is inf; it takes a number from 0"),
    (WHOLE.replace("49", '"49"'), "line 8: sex: the target for 1 takes a number, not '49'"),
    (WHOLE.replace("49", "47"), "line 8: sex: the targets sum to 98, not 100; add the category"),
    ("margin = []", "line 1: there is no [[margin]]"),
    ("margin = 1", "line 1: margin takes a list of tables"),
    ("margin = [1]", "line 1: a margin takes a table"),
    ("[[margin]]\n", "line 2: questions takes a list of question ids"),
    ('[[margin]]\nquestions = ["a"]\n', "line 2: targets takes a table of numbers by code"),
    ('[[margin]]\nquestions = ["a"]\ntargets = {}', "line 3: a: the targets sum to 0, not 1"),
    (
        '[[margin]]\nquestions = ["a"]\ntargets = { x = 0.5, y = 0.49 }',
        "line 3: a: the targets sum to 0.99, not 1; add the category that is missing",
    ),
    (
        WHOLE.replace("49", "4900").replace("51", "5100"),
        "line 14: region × edu: the counts sum to 32,000, but those of sex to 10,000; give all",
    ),
]


@pytest.mark.parametrize(("text", "says"), WRONG)
def test_a_wrong_entry_is_refused_with_its_line(text: str, says: str) -> None:
    """One line that says what the entry takes."""
    with pytest.raises(TargetsError) as refused:
        read_targets(text, "it")
    assert says in str(refused.value)
    assert str(refused.value).startswith("it")


def test_sums_a_little_off_are_scaled() -> None:
    """Half a per cent at most, and it is said."""
    targets = read_targets(WHOLE.replace("49", "48.6"), "it")
    assert targets.scaling_notes() == ["sex: the targets sum to 99.6 and were scaled to 100"]
    assert read_targets(WHOLE, "it").scaling_notes() == []


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """One that is missing, a folder, or no text."""
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    for name, says in {"none": "No such file", ".": "not a file", "bytes": "not UTF-8"}.items():
        with pytest.raises(TargetsError, match=says):
            read_targets_file(tmp_path / name)


@given(
    st.lists(st.text(st.characters(codec="utf-8"), max_size=5), min_size=1, max_size=4),
    st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=8), st.integers(2, 900)),
)
def test_ids_and_codes_of_any_text_are_read(ids: list[str], codes: dict[str, int]) -> None:
    """From a file or a mapping; the line of each code is found."""
    ids = list(dict.fromkeys(ids))
    codes = {**codes, "more": 1000}
    entries = "\n".join(f"{toml_value(code)} = {n}" for code, n in codes.items())
    text = f"[[margin]]\nquestions = {toml_value(ids)}\n[margin.targets]\n{entries}\n"
    targets = read_targets(text, "it")
    assert targets == targets_of({"margin": [{"questions": ids, "targets": codes}]})
    assert isinstance(targets, Targets)
    assert targets.margins[0].questions == tuple(ids)
    lines = [line_of(text, ("margin", 0, "targets", code)) for code in codes]
    assert lines == list(range(4, 4 + len(codes)))
