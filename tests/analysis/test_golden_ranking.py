"""Every number of a ranking against R's, through the command line."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import tomlkit

from cxtui.cli import main
from tests.shared import load_shared, shared

GOLDEN = "golden/ranking"
RELATIVE, TINY = 1e-9, 1e-12

Record = dict[str, Any]

SECTIONS = {
    "survey": {
        "pair": "gaps --by g --wave all",
        "rest": "gaps --by region --wave all --compare rest",
        "all_pairs": "gaps --by region --wave all --compare pairs",
        "latest_previous_by_g": "changes --by g",
        "latest_first": "changes --since first",
        "window_previous": "changes --window 2 --overlapping",
        "window_apart": "changes --window 2",
        "total_part": "gaps --by region --wave all --compare total --group 1",
        "did": "changes --by g --did",
        "slope": "changes --trend",
    },
    "cmo": {
        "roles_2016": "gaps --by role",
        "waves_all": "changes",
        "waves_by_role": "changes --by role",
        "did": "changes --by role --did",
    },
}
"""The command line of each section."""

MODES = {
    "unweighted": "--no-weight",
    "linearized": "--weight w",
    "design": "--weight w",
    "kish": "--weight w --variance kish",
}
LINE = {"p": "p", "p_adjusted": "p_bh", "base_a": "base_a", "base_b": "base_b"}
OF_PAIR = {
    **{"effective_base_a": "effective_a", "effective_base_b": "effective_b"},
    **{"moved": "moved", "moved_net": "moved_net", "verdict": "verdict", "v": "v_corrected"},
}
ROW = {
    **{name: name for name in ("gap", "se", "df", "t", "p", "p_fisher", "p_used", "guarded")},
    **{"p_within": "p_holm", "holds": "holds"},
}
ROW_OF_PAIR = {
    **{name: name for name in ("low", "high", "low_picked", "high_picked", "se_linearized")},
    "effect": "h",
}


@cache
def cases() -> list[tuple[str, str, str]]:
    """The data, mode and section of each list of expected numbers."""
    found = []
    for data, sections in SECTIONS.items():
        try:
            expected = load_shared(f"{GOLDEN}/{data}-expected.json")
        except pytest.skip.Exception:
            return [("", "", "")]
        for mode in expected:
            found += [(data, mode, one) for one in sections if one in expected[mode]]
    return found


@cache
def columns_of(data: str) -> dict[str, list[str]]:
    """The codes that each column of the data holds, in order."""
    rows = list(csv.DictReader(shared(f"{GOLDEN}/{data}.csv").read_text().splitlines()))
    return {name: sorted({row[name] for row in rows} - {"", "NA"}, key=float) for name in rows[0]}


@pytest.fixture
def survey(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """The data with a codebook of the questions, the banner and, where it is in play, the design.

    The other banner is no question, since the list has none for it.
    """
    data, mode, section = request.param
    columns = columns_of(data)
    spec = load_shared(f"{GOLDEN}/{data}-spec.json")
    words = SECTIONS[data][section].split()
    by = words[words.index("--by") + 1] if "--by" in words else ""
    book = tomlkit.document()
    book |= {"wave": "wave", "role": "", "weight": "", "banner": ""}
    if mode == "design":
        book |= {"strata": "stratum", "cluster": "psu"}
    named = {one: {"kind": "single", "cols": [one]} for one in (by, "wave") if one}
    questions = [*map(entry, named.items()), *map(entry, spec["questions"].items())]
    for one in questions:
        if one["kind"] in {"single", "scale"}:
            one["categories"] = [
                {"code": code, "label": f"{one['id']} {code}"}
                | ({"score": float(code)} if one["kind"] == "scale" else {})
                for code in columns[one["columns"][0]]
            ]
    known = {column for one in questions for column in one["columns"]}
    book["ignore"] = [one for one in columns if one not in known]
    book["question"] = questions
    path = tmp_path / f"{data}.csv"
    path.write_bytes(shared(f"{GOLDEN}/{data}.csv").read_bytes())
    path.with_suffix(".codebook.toml").write_text(tomlkit.dumps(book))
    return path


def entry(named: tuple[str, Record]) -> Record:
    """A question as the codebook has it."""
    name, one = named
    found = {"id": name, "label": name, "kind": one["kind"], "columns": one["cols"]}
    if one["kind"] == "multi":
        found["unchosen"] = ["0"]
        found["categories"] = [{"code": column, "label": column} for column in one["cols"]]
    return found


@pytest.mark.parametrize(
    ("survey", "case"), [(one, one) for one in cases()], indirect=["survey"], ids=str
)
def test_the_ranking_has_the_numbers_of_r(
    survey: Path, case: tuple[str, str, str], capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Lines and answers: tests, both corrections, verdicts, effects, and all intervals."""
    data, mode, section = case
    verb, *words = SECTIONS[data][section].split()
    status = main([verb, str(survey), *words, *MODES[mode].split(), "--format", "json"])
    written = capsysbinary.readouterr()
    assert status == 0, written.err
    record = json.loads(written.out)
    expected = load_shared(f"{GOLDEN}/{data}-expected.json")[mode][section]
    is_pair = isinstance(expected, dict)
    lines = expected["list"] if is_pair else expected
    if is_pair:
        assert (record["lines"], record["hold"]) == (expected["lines"], expected["hold"])
    assert len(record["questions"]) == len(lines)
    found = {(one["question"], place(one)): one for one in record["questions"]}
    groups = list(dict.fromkeys(one.get("group") for one in lines))
    for line in lines:
        own = found[line["question"], groups.index(line.get("group"))]
        faults = list(compare(line, own, is_pair=is_pair))
        assert not faults, (line["question"], line.get("group"), faults)


PLACES = {
    **{f"region {n}": n - 1 for n in range(1, 5)},
    **{f"g {n}": n - 1 for n in range(1, 3)},
    **{f"role {n}": n - 1 for n in range(1, 3)},
    **{
        f"region {a} vs region {b}": place
        for place, (a, b) in enumerate([(1, 2), (1, 3), (1, 4), (2, 3), (2, 4), (3, 4)])
    },
    "": 0,
}
"""The place of a comparison in the list of R."""


def place(line: Record) -> int:
    return PLACES[line["comparison"]]


def compare(line: Record, own: Record, *, is_pair: bool) -> Iterator[tuple[object, ...]]:
    """Yield every number of a line that differs."""
    assert own["why_not"] == line["why_not"]
    assert (own["verdict"] == "not tested") is not line["tested"]
    held = own["verdict"] in {"differs", "differs a little"}
    assert held is line["holds"]
    for name, theirs in (LINE | (OF_PAIR if is_pair else {})).items():
        if theirs in line or name == "p":
            yield from differing(name, own[name], line.get(theirs))
    if line["tested"] and (whole := line.get("distribution")) and line["kind"] != "multi":
        statistic = whole.get("x2", whole["F"])
        pairs = {"statistic": statistic, "p_distribution": whole["p"]}
        pairs |= {name: whole[name] for name in ("df", "df2") if name in whole}
        for name, value in pairs.items():
            yield from differing(name, own[name], value)
    rows = {one["row_code"]: one for one in own["rows"]}
    for row in line.get("rows") or []:
        mine = rows[row["answer"]]
        for name, theirs in (ROW | (ROW_OF_PAIR if is_pair else {})).items():
            if name == "se" and mine[name] is not None and abs(mine[name]) < 1e-9:
                continue  # rounding of 0
            for fault in differing(name, mine[name], row[theirs]):
                yield (row["answer"], *fault)
        if is_pair:
            shown = ("mean_a", "mean_b") if row["answer"] == "mean" else ("percent_a", "percent_b")
            for name, side in zip(shown, "ab", strict=True):
                yield from differing(name, mine[name], row[side])


def differing(name: str, mine: object, theirs: object) -> Iterator[tuple[object, ...]]:
    if isinstance(mine, bool | str) or isinstance(theirs, bool | str):
        same = mine == theirs
    elif not isinstance(mine, int | float) or not isinstance(theirs, int | float):
        same = mine is None and theirs is None
    else:
        relative = 1e-6 if name.startswith("p") and theirs < TINY else RELATIVE
        same = math.isclose(mine, theirs, rel_tol=relative, abs_tol=1e-10)
    if not same:
        yield name, mine, theirs
