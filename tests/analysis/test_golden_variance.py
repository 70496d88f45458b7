"""Every number of a weighted or designed survey against R survey's, through the command line."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
import tomlkit

from cxtui.cli import main
from tests.shared import shared

GOLDEN = "golden/variance"
CASES = (
    *("apiclus1", "apistrat", "calibrated-base", "calibrated-equal", "domains", "few-clusters"),
    *("gap-shared-clusters", "lifts", "lone-psu", "offsets", "poststratified", "quantiles"),
    *("rep-bootstrap", "rep-brr", "rep-fay", "rep-jk1", "rep-jk2", "rep-jkn", "rep-scd", "rep-sdr"),
    *("row-total-shares", "separate-clusters", "two-stage-fpc", "weighted-undeclared"),
    "whole-tables",
)
RELATIVE, ABSOLUTE = 1e-8, 1e-10
CLAUSE = re.compile(r"(\w+) (==|in|<=) ([\d,]+)")
QUARTILES = ("Lower quartile", "Median", "Upper quartile")

Record = dict[str, Any]


@dataclass
class Golden:
    """One case: its survey, its numbers, and the tables of cxtui that they are compared with."""

    name: str
    folder: Path
    tables: dict[tuple[str, ...], Record] = field(default_factory=dict)
    codebooks: dict[tuple[object, ...], str] = field(default_factory=dict)

    @cached_property
    def home(self) -> Path:
        return shared(f"{GOLDEN}/{self.name}")

    @cached_property
    def numbers(self) -> list[Record]:
        found: list[Record] = json.loads((self.home / "expected.json").read_text())["numbers"]
        return found

    @cached_property
    def codebook(self) -> tomlkit.TOMLDocument:
        return tomlkit.parse((self.home / "survey.codebook.toml").read_text())

    @cached_property
    def role(self) -> str:
        return str(self.codebook["role"])

    def declared(self, record: Record) -> str:
        """Return the codebook in which a record's declaration stands, written once."""
        is_lift, mse = record["kind"] == "lift", bool(record.get("mse"))
        key = (record.get("design"), record.get("lone"), is_lift, mse, record.get("stages"))
        if key not in self.codebooks:
            self.codebooks[key] = self._declared(record)
        return self.codebooks[key]

    def _declared(self, record: Record) -> str:
        text = tomlkit.parse((self.home / "survey.codebook.toml").read_text())
        if record.get("design") == "weights only":
            for key in ("strata", "cluster"):
                text.pop(key, None)
        if "lone" in record:
            text["lone"] = record["lone"]
        if record["kind"] == "lift":
            text["wave"] = "wave"
        if record.get("mse"):
            text["replicates"]["mse"] = True
        if record.get("stages") == 1:
            text["population"] = text["population"][0]
        known = {one["id"] for one in text["question"]}
        header = (self.home / "survey.csv").read_text().splitlines()[0]
        columns = [name.strip('"') for name in header.split(",")]
        for name in ("region", "town", "sex", "wave", "m1", "m2", "m3", "m4", "stype"):
            if name in columns and name not in known:
                one = tomlkit.table()
                one["id"] = name if not re.match(r"m\d", name) else f"column_{name}"
                one["columns"], one["kind"] = [name], "single"
                text["question"].append(one)
        return tomlkit.dumps(text)

    def ask(self, record: Record, *words: str, verb: str = "table") -> Record:
        """Return the JSON of a table, asked once."""
        codebook = self.declared(record)
        key = (codebook, verb, *words)
        if key not in self.tables:
            declared = self.folder / "declared.codebook.toml"
            declared.write_text(codebook)
            out = self.folder / "out.json"
            survey = str(self.home / "survey.csv")
            options = ("--codebook", str(declared), "-o", str(out), "--force")
            assert main([verb, survey, *words, *options]) == 0
            self.tables[key] = json.loads(out.read_text())
        return self.tables[key]

    def filters(self, record: Record) -> list[str]:
        words = []
        for name, sign, values in CLAUSE.findall(record.get("filter") or ""):
            kept = ",".join(map(str, range(1, int(values) + 1))) if sign == "<=" else values
            words += ["--where", f"{name}={kept}"]
        return words


def banner_of(golden: Golden, record: Record, name: str) -> str:
    """Return the banner in which a column stands: the role, a mention, or the type of school."""
    if re.fullmatch(r"m\d", name):
        return f"column_{name}"
    return "stype" if name in {"E", "H", "M"} and golden.role != "stype" else golden.role


def label_of(name: str) -> str:
    return "1" if re.fullmatch(r"m\d", name) else name


def cell_of(table: Record, row: str, column: str) -> Record:
    (found,) = [one for one in table["rows"] if one["code"] == row]
    (place,) = [place for place, one in enumerate(table["columns"]) if one["label"] == column]
    cell: Record = found["cells"][place]
    return cell


def numbers_of(golden: Golden, record: Record) -> Iterator[tuple[str, float | None]]:
    """Yield what cxtui says of each field of a record."""
    kind = record["kind"]
    if kind in {"share", "mean", "base", "quantile"}:
        yield from cell_numbers(golden, record)
    elif kind == "gap":
        yield from gap_numbers(golden, record)
    elif kind == "lift":
        yield from lift_numbers(golden, record)
    else:
        yield from overall_numbers(golden, record)


def table_of(golden: Golden, record: Record, *more: str) -> Record:
    """Return the table in which a record's column stands."""
    question = record["question"].split(" by ")[0]
    column = str(record.get("column", "Total"))
    measure = record.get("measure")
    if measure:
        question = next(one["id"] for one in golden.codebook["question"] if one["id"] == "q")
        more = ("--show", measure, *more)
    by = banner_of(golden, record, column)
    banner = [] if question == by else ["--by", by]
    if not banner:
        banner = ["--by", "region"] if "region" in golden.declared(record) else ["--by", "stype"]
    return golden.ask(record, question, *banner, *golden.filters(record), *more)


def place_of(record: Record) -> tuple[str, str]:
    """Return the row and the column of a record's cell."""
    column, answer = str(record.get("column", "Total")), str(record.get("answer", "mean"))
    if record.get("measure") == "row":
        return column.removeprefix("q="), answer
    if record.get("measure") == "total":
        row, role = answer.split(",")
        return row.removeprefix("q="), role.removeprefix("role=")
    return answer, label_of(column)


def cell_numbers(golden: Golden, record: Record) -> Iterator[tuple[str, float | None]]:
    table = table_of(golden, record)
    if record["kind"] == "quantile":
        (line,) = [one for one in table["lines"] if one["label"] == record["which"]]
        place = [one["label"] for one in table["columns"]].index(str(record["column"]))
        for name, part in (("value", "lowest"), *((one, one) for one in ("low", "high", "se"))):
            yield name, line[part][place]
        yield "df", line["df"][place]
        return
    if record["kind"] == "base":
        row = table["rows"][0]["code"]
        column = label_of(str(record["column"]))
        if record.get("measure"):
            return
        cell = cell_of(table, row, column)
        effective = cell["effective_base"]
        yield "n", cell["base"]
        yield "weighted_n", cell["weighted_base"]
        yield "effective_base", effective
        yield "deff", None if effective is None else cell["base"] / effective
        return
    cell = cell_of(table, *place_of(record))
    yield "n", cell["n"]
    yield "weighted_n", cell["weighted_n"]
    yield "df", cell["df"]
    yield "deff", cell["deff"]
    scale = 1.0
    if record["kind"] == "share":
        scale = 100.0
        yield "share", cell["percent"] / scale
        yield "interval_base", cell["interval_base"]
        yield "count_se", cell["weighted_n_se"]
        yield "count_low", cell["weighted_n_low"]
        yield "count_high", cell["weighted_n_high"]
    else:
        yield "mean", cell["mean"]
        yield "sd", cell["sd"]
        yield "effective_base", cell["effective_base"]
    for name in ("se", "low", "high"):
        yield name, None if cell[name] is None else cell[name] / scale


def gap_numbers(golden: Golden, record: Record) -> Iterator[tuple[str, float | None]]:
    first, second = str(record["first"]), str(record["second"])
    names = [one for one in (first, second) if one not in {"Total", "Rest"}]
    row = str(record["answer"])
    others = {"Rest": "rest", "Total": "total"}
    against = next((others[one] for one in (first, second) if one in others), "columns")
    if all(re.fullmatch(r"m\d", one) for one in names):
        by = "m"
    else:
        by = banner_of(golden, record, names[0])
    banner = ("--by", by, "--against", against, "--correction", "none")
    question = record["question"].split(" by ")[0]
    table = golden.ask(record, question, *banner, *golden.filters(record))
    (found,) = [one for one in table["rows"] if one["code"] == row]
    wanted = {first, second}
    (pair,) = [one for one in found["pairs"] if {one["column_a"], one["column_b"]} == wanted]
    turned = -1.0 if pair["column_a"] != first else 1.0
    scale = turned * (1.0 if row == "mean" else 100.0)
    low, high = pair["low"], pair["high"]
    if turned < 0:
        low, high = high, low
    yield "gap", pair["gap"] / scale
    yield "se", None if pair["se"] is None else pair["se"] / abs(scale)
    linear = pair["se_linearized"]
    yield "se_linearised", None if linear is None else linear / abs(scale)
    yield "low", None if low is None else low / scale
    yield "high", None if high is None else high / scale
    yield "t", None if pair["t"] is None else pair["t"] * turned
    for name in ("df", "p", "guarded", "tested"):
        yield name, pair[name]


def lift_numbers(golden: Golden, record: Record) -> Iterator[tuple[str, float | None]]:
    trend = golden.ask(record, record["question"], "--by", golden.role, verb="trend")
    row = str(record.get("answer", "mean"))
    wanted = (row, str(record["role"]), str(record["earlier"]), str(record["later"]))
    lift = next(
        one
        for one in trend["lifts"]
        if (one["row_code"], one["role"], one["earlier"], one["later"]) == wanted
    )
    scale = 1.0 if row == "mean" else 100.0
    for name, part in (
        ("points", "points"), ("se", "se"), ("se_linearised", "se_linearized"),
        ("low", "low"), ("high", "high"),
    ):  # fmt: skip
        yield name, None if lift[part] is None else lift[part] / scale
    for name in ("relative", "relative_low", "relative_high"):
        yield name, None if lift[name] is None else lift[name] / 100
    for name in ("df", "p", "guarded"):
        yield name, lift[name]
    yield "tested", not lift["why_not"]


def overall_numbers(golden: Golden, record: Record) -> Iterator[tuple[str, float | None]]:
    question, _, by = record["question"].partition(" by ")
    table = golden.ask(record, question, "--by", by or golden.role, *golden.filters(record))
    (test,) = table["whole"]
    yield "F", test["statistic"]
    yield "df1", test["df"]
    yield "df2", test["df2"]
    yield "p", test["p"]
    yield "chi_square", test["chi_square"]


def differs(said: float | None, wanted: Any) -> bool:
    if wanted is None or said is None:
        return (said is None) != (wanted is None)
    if isinstance(wanted, bool):
        return bool(said) != wanted
    return not math.isclose(float(said), float(wanted), rel_tol=RELATIVE, abs_tol=ABSOLUTE)


@pytest.mark.parametrize("case", CASES)
def test_numbers_are_those_of_r(case: str, tmp_path: Path) -> None:
    """Shares, means, counts, gaps, lifts, quartiles and tests, to relative 1e-8."""
    shared(GOLDEN)
    golden = Golden(case, tmp_path)
    wrong: list[str] = []
    compared = 0
    for record in golden.numbers:
        if record["kind"] in {"replicates", "rake_r"}:
            continue
        for name, said in numbers_of(golden, record):
            if name in record:
                compared += 1
                if differs(said, record[name]):
                    about = {key: record[key] for key in record if isinstance(record[key], str)}
                    wrong.append(f"{name}: {said} for {record[name]} in {about}")
    assert compared
    assert not wrong, f"{len(wrong)} of {compared}: " + "\n".join(wrong[:10])
