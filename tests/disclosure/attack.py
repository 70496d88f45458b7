"""Attack on written tables: how closely can each hidden number be known?

`python -m tests.disclosure.attack --least 5 --codebook S.codebook.toml FILE.json …` reads nothing
but the files and the codebook. The unknowns are the respondents with each combination of answers to
one question and to all banner and filter questions; every number printed is one equation. Shares no
code with the product.
"""

from __future__ import annotations

import argparse
import json
import re
import shlex
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tests.disclosure.codebooks import Asked, read_codebook
from tests.disclosure.knowledge import Hidden, Knowledge, Test

_NUMBERS = (
    *("n", "weighted_n", "base", "weighted_base", "effective_base", "percent", "low", "high"),
    *("mean", "sd", "index", "min_p", "se", "df", "deff", "interval_base", "kish_base"),
    *("weighted_n_se", "weighted_n_low", "weighted_n_high"),
)
MOST_UNKNOWNS = 20_000


class Attack:
    """The tables of some files, with what they say about each question."""

    def __init__(self, tables: Sequence[Mapping[str, Any]], codebook: Mapping[str, Asked]) -> None:
        self._codebook = codebook
        self.leaks: list[str] = []
        self.about: dict[str, Knowledge] = {}
        read = [_Read(one, codebook) for one in tables]
        for name in dict.fromkeys(row for one in read for row in one.row_questions):
            own = [one for one in read if name in one.row_questions]
            names = dict.fromkeys([name, *(each for one in own for each in one.others)])
            conditions = dict.fromkeys(each for one in own for each in one.conditions)
            knowledge = Knowledge([codebook[one] for one in names], list(conditions))
            size = len(conditions) * np.log(2)
            size += sum(np.log(len(one.values)) for one in knowledge.questions)
            if size > np.log(MOST_UNKNOWNS):
                raise ValueError(f"{name}: too many combinations")
            for one in own:
                one.tell(knowledge, name)
            self.about[name] = knowledge
        for one in read:
            self.leaks += one.left_over()

    def intervals(self) -> Iterator[Hidden]:
        """Yield each hidden number with its ends."""
        for name, knowledge in self.about.items():
            for place, row in knowledge.hidden.items():
                yield Hidden(f"{name}: {place}", *knowledge.interval(row))


class _Read:
    """One table of a file, and what its parts mean."""

    def __init__(self, table: Mapping[str, Any], codebook: Mapping[str, Asked]) -> None:
        self._table, self._codebook = table, codebook
        self._question = codebook[table["question"]["id"]]
        options = shlex.split(table["view"])
        pairs = list(zip(options, [*options[1:], ""], strict=True))
        self._filters = [value for option, value in pairs if option == "--where"]
        self._base = next((value for option, value in pairs if option == "--base"), "answered")
        self._is_weighted = any(option == "--weight" for option, _ in pairs)
        self._shown = next((value for option, value in pairs if option == "--show"), "column")
        self._nets = dict(
            _net(value, self._question) for option, value in pairs if option == "--net"
        )
        self._is_mean = table["state"].startswith("Mean")

    @property
    def row_questions(self) -> list[str]:
        """The questions of the rows: the items of a grid."""
        items = self._question.items
        return [f"{self._question.name}.{one}" for one in items] or [self._question.name]

    @property
    def others(self) -> list[str]:
        """The questions of columns and filters."""
        steps = [step["variable"] for column in self._table["columns"] for step in column["path"]]
        found = (_parsed(one) for one in self._filters)
        return [*steps, *(one[0] for one in found if one and one[0] in self._codebook)]

    @property
    def conditions(self) -> list[str]:
        """Filters that cannot be read, each of them something to know about a respondent."""
        found = ((one, _parsed(one)) for one in self._filters)
        return [one for one, parsed in found if not parsed or parsed[0] not in self._codebook]

    def tell(self, knowledge: Knowledge, name: str) -> None:
        """Add what the table says about one question."""
        for at in range(len(self._table["columns"])):
            tests = [*self._column(at), *self._passed()]
            rows = [one for one in self._table["rows"] if self._is_of(one, name)]
            base = [self._base_of(name)]
            bases = self._table["bases"][0]
            is_range = bases["lowest"][at] != bases["highest"][at]
            known_base = None if is_range else bases["highest"][at]
            self._add(
                knowledge, f"base of column {at}", known_base, [*base, *tests], hides=not is_range
            )
            for row in rows:
                self._tell_row(knowledge, name, row, at, tests)
            for line in () if self._question.items else self._table["lines"]:
                if line["label"] == "Not asked, no answer":
                    test = self._gave(name, [""])
                    self._add(knowledge, f"no answer, {at}", line["highest"][at], [test, *tests])
                for code in self._question.missing:
                    if line["label"] == f"{self._question.labels[code]} (missing)":
                        test = self._gave(name, [code])
                        self._add(knowledge, f"{code}, {at}", line["highest"][at], [test, *tests])

    def left_over(self) -> Iterator[str]:
        """Yield the numbers that are shown beside a hidden number, and tell it."""
        columns_hidden = set()
        for row in self._table["rows"]:
            hidden = [at for at, cell in enumerate(row["cells"]) if cell.get("hidden")]
            columns_hidden.update(hidden)
            for at in hidden:
                cell = row["cells"][at]
                shown = [one for one in _NUMBERS if cell.get(one) is not None]
                shown += [one for one in ("letters", "flag") if cell.get(one)]
                if shown and (cell.get("n") is None or cell.get("index") is not None):
                    yield f"{row['label']}, {at}: hidden, but shows {', '.join(shown)}"
            for pair in row["pairs"]:
                ends = {pair["a"], pair["b"]} & set(hidden)
                if any(row["cells"][at].get("n") is None for at in ends):
                    shown = [one for one in ("gap", "se", "t", "p", "p_used") if pair.get(one)]
                    if shown:
                        yield f"{row['label']}: a hidden cell is compared: {', '.join(shown)}"
            if 0 in hidden and any(cell.get("index") is not None for cell in row["cells"]):
                yield f"{row['label']}: an index of a hidden Total"
        for test in self._table["whole"]:
            columns = self._table["columns"]
            own = {at for at, one in enumerate(columns) if one["variable"] == test["variable"]}
            if own & columns_hidden:
                yield f"overall test by {test['variable']} of hidden cells"

    def _tell_row(
        self, knowledge: Knowledge, name: str, row: Mapping[str, Any], at: int, tests: list[Test]
    ) -> None:
        cell, place = row["cells"][at], f"{row['label']}, column {at}"
        if cell.get("gone"):
            return
        inside = self._in_row(name, row["code"])
        if inside is not None:
            self._add(knowledge, place, cell["n"], [inside, *tests])
            base = [self._base_of(name), *tests]
            if cell["n"] and cell["percent"] and not self._is_weighted:
                whole = self._divisor(name, inside, base)
                knowledge.known.append((knowledge.row(*whole), 100 * cell["n"] / cell["percent"]))
            if self._question.items:
                self._add(knowledge, f"base of {place}", cell["base"], base)
            if self._question.is_multi or self._question.items:
                apart: Test = lambda one: not inside(one)  # noqa: E731
                self._add(knowledge, f"not {place}", None, [*base, apart])
        has_mean = cell["mean"] is not None and (self._is_mean or row["code"] == "mean")
        if has_mean and not self._is_weighted:
            self._tell_mean(knowledge, name, cell, tests)

    def _divisor(self, name: str, inside: Test, base: list[Test]) -> list[Test]:
        """Return the respondents that a percentage is of."""
        match self._shown:
            case "row":
                return [inside, *self._passed()]
            case "total":
                return [self._base_of(name), *self._passed()]
            case _:
                return base

    def _tell_mean(
        self, knowledge: Knowledge, name: str, cell: Mapping[str, Any], tests: list[Test]
    ) -> None:
        """Σ(x − mean) = 0 and Σ(x − mean)² = sd²·(n − 1), both linear in the numbers of answers."""
        asked = self._codebook[name]
        scores = np.array([asked.scores.get(str(one[name]), np.nan) for one in knowledge.worlds])
        inside = knowledge.row(*tests) * ~np.isnan(scores)
        apart = np.nan_to_num(scores - cell["mean"])
        knowledge.known.append((inside * apart, 0.0))
        if cell["sd"] is not None:
            knowledge.known.append((inside * (apart**2 - cell["sd"] ** 2), -(cell["sd"] ** 2)))

    def _add(
        self,
        knowledge: Knowledge,
        place: str,
        n: float | None,
        tests: Iterable[Test],
        *,
        hides: bool = True,
    ) -> None:
        row = knowledge.row(*tests)
        if n is not None:
            knowledge.known.append((row, float(n)))
        elif hides:
            knowledge.hidden[f"{place} of {self._table['view']}"] = row

    def _is_of(self, row: Mapping[str, Any], name: str) -> bool:
        return not self._question.items or f"{self._question.name}.{row['code']}" == name

    def _in_row(self, name: str, code: str) -> Test | None:
        """Return who is in a row; `None` of a score."""
        asked = self._codebook[name]
        if self._question.items:
            ranked = sorted(asked.scores, key=lambda one: -asked.scores[one])
            top = ranked[: min(2, len(ranked) - 1) or 1]
            return self._gave(name, asked.scores if self._is_mean else top)
        if self._is_mean and code == "mean":
            return self._gave(name, asked.scores)
        if code in self._nets:
            return self._gave(name, self._nets[code])
        members = asked.members(code)
        return self._gave(name, members) if {*members} <= {*asked.codes, ""} else None

    def _base_of(self, name: str) -> Test:
        asked = self._codebook[name]
        if self._is_mean:
            return self._gave(name, asked.scores)
        if self._base == "all":
            return lambda one: True
        if self._base == "asked":
            return lambda one: one[name] != ""
        return lambda one: asked.answered(one[name])

    def _gave(self, name: str, codes: Iterable[str]) -> Test:
        asked, wanted = self._codebook[name], frozenset(codes)
        return lambda one: asked.gave(one[name], wanted)

    def _column(self, at: int) -> list[Test]:
        path = self._table["columns"][at]["path"]
        return [self._gave(step["variable"], [step["code"]]) for step in path]

    def _passed(self) -> Iterator[Test]:
        for text in self._filters:
            yield self._passes(text)

    def _passes(self, text: str) -> Test:
        parsed = _parsed(text)
        if not parsed or parsed[0] not in self._codebook:
            return lambda one: one[text] == "yes"
        inside = self._gave(parsed[0], parsed[2])
        return inside if parsed[1] == "=" else (lambda one: not inside(one))


def _parsed(text: str) -> tuple[str, str, list[str]] | None:
    """Return question, operator and values of a filter; `None` of other filters."""
    found = re.fullmatch(r"([\w.]+)(!?=)([\w,]+)", text)
    return (found[1], found[2], found[3].split(",")) if found else None


def _net(text: str, asked: Asked) -> tuple[str, list[str]]:
    label, _, values = text.partition("=")
    by_label = {own: code for code, own in asked.labels.items()}
    return label, [by_label.get(one, one) for one in values.split(",")]


def tables_of(paths: Iterable[Path]) -> list[Mapping[str, Any]]:
    """Return the tables of JSON files, of single tables and of plans."""
    found = []
    for path in paths:
        read = json.loads(path.read_text("utf-8"))
        found += [one for one in read.get("tables", [read]) if "rows" in one]
    return found


def main(words: Sequence[str] | None = None) -> int:
    """Print each hidden number with its ends; return 1 if any is known to be small."""
    parser = argparse.ArgumentParser(prog="attack", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--codebook", type=Path, required=True)
    parser.add_argument("--least", type=int, required=True)
    chosen = parser.parse_args(words)
    attack = Attack(tables_of(chosen.files), read_codebook(chosen.codebook))
    failed = bool(attack.leaks)
    lines = list(attack.leaks)
    for one in attack.intervals():
        is_known = one.is_known(chosen.least)
        failed |= is_known
        lines.append(f"{'KNOWN' if is_known else 'safe '} {one.low:g}–{one.high:g} {one.place}")
    sys.stdout.write("\n".join([*lines, ""]))
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
