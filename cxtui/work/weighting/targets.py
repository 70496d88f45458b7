"""The targets of a weight: their values, and how they are read from targets.toml."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from cxtui.errors import TargetsError, near_among
from cxtui.messages import tr
from cxtui.survey.codebook.load_toml import load_toml

EntryPath = tuple[str | int, ...]
"""The keys and positions that lead to an entry of targets.toml, as `("margin", 0, "targets")`."""

_KEYS = ("base", "total", "bounds", "trim", "margin")
_MARGIN_KEYS = ("questions", "targets")
_PER_CENT = (90.0, 110.0)
_MOST_OFF = 0.005
_ONE_SUM = 1e-6
_ROUNDING = 1e-9
_MOST_BYTES = 32 * 2**20


class Unit(Enum):
    """What the targets of a margin are, with the sum that they have."""

    PARTS = 1.0
    PER_CENT = 100.0
    COUNTS = None


@dataclass(frozen=True, slots=True)
class Margin:
    """Targets for the answers to one question, or to several crossed ones, by code.

    The codes of crossed questions are joined by `|`.
    """

    questions: tuple[str, ...]
    targets: tuple[tuple[str, float], ...]

    @property
    def name(self) -> str:
        """Return the questions, as a message names them."""
        return " × ".join(self.questions)

    @property
    def sum(self) -> float:
        """Return the sum of the targets."""
        return math.fsum(target for _, target in self.targets)

    @property
    def unit(self) -> Unit:
        """Return what the targets are: parts if none is over 1, per cents by their sum."""
        if all(target <= 1 for _, target in self.targets):
            return Unit.PARTS
        return Unit.PER_CENT if _PER_CENT[0] <= self.sum <= _PER_CENT[1] else Unit.COUNTS


@dataclass(frozen=True, slots=True)
class Targets:
    """The targets of a weight; raises `TargetsError` where they contradict themselves.

    `base` is the column of the weight to start from (empty: 1), `total` the sum of the weights.
    `bounds` are those of weight / base weight, `trim` those of the weight in units of the mean
    weight. `text` is the TOML they come from and `origin` its file, for the lines in messages.
    """

    margins: tuple[Margin, ...]
    base: str = ""
    total: float | None = None
    bounds: tuple[float, float] | None = None
    trim: tuple[float, float] | None = None
    origin: str = field(default="", compare=False)
    text: str = field(default="", compare=False, repr=False)

    def __post_init__(self) -> None:
        """Check what needs no survey."""
        if not self.margins:
            raise self.refused((), "there is no [[margin]]: give at least one question targets")
        if self.total is not None and not 0 < self.total < math.inf:
            raise self.refused(("total",), "total takes a number above 0, not {}", self.total)
        for name, ends in (("bounds", self.bounds), ("trim", self.trim)):
            if ends and not 0 <= ends[0] < 1 < ends[1]:
                raise self.refused(
                    (name,),
                    "{} takes a number from 0 to under 1 and one over 1, not {:g} and {:g}",
                    *(name, *ends),
                )
        if self.bounds and self.trim:
            raise self.refused(
                ("trim",), "trim does not go with bounds: take bounds, which meet the targets"
            )
        for place, margin in enumerate(self.margins):
            self._check_margin(margin, place)
        self._check_counts()

    @property
    def count_sum(self) -> float | None:
        """Return the sum of the margins in counts, `None` if there are none."""
        return next((one.sum for one in self.margins if one.unit is Unit.COUNTS), None)

    def path_of(self, question: str) -> EntryPath:
        """Return the place of the first margin of a question."""
        places = (at for at, one in enumerate(self.margins) if question in one.questions)
        return ("margin", next(places), "questions")

    def refused(self, path: EntryPath, message: str, *values: object) -> TargetsError:
        """Return the error about an entry, with its line where the targets come from a file."""
        return refusal(self.origin, self.text, path, message, *values)

    def _check_margin(self, margin: Margin, at: int) -> None:
        path = ("margin", at)
        if not margin.questions or len({*margin.questions}) < len(margin.questions):
            raise self.refused(
                (*path, "questions"), "questions takes one id or several different ones"
            )
        if any({*margin.questions} == {*one.questions} for one in self.margins[:at]):
            raise self.refused((*path, "questions"), "{} has two margins", margin.name)
        for code, target in margin.targets:
            if not 0 <= target < math.inf:
                raise self.refused(
                    (*path, "targets", code),
                    "{}: the target for {} is {:g}; it takes a number from 0",
                    *(margin.name, code, target),
                )
        whole = margin.unit.value
        if not margin.targets or (whole and abs(margin.sum / whole - 1) > _MOST_OFF + _ROUNDING):
            whole = whole or 1
            said = "{}: the targets sum to {:g}, not {:g}; add the category that is missing"
            if margin.sum > whole:
                said = "{}: the targets sum to {:g}, not {:g}; lower those that are too high"
            raise self.refused((*path, "targets"), said, *(margin.name, margin.sum, whole))

    def _check_counts(self) -> None:
        counted = [at for at, one in enumerate(self.margins) if one.unit is Unit.COUNTS]
        for at in counted[1:]:
            first, other = self.margins[counted[0]], self.margins[at]
            if abs(other.sum / first.sum - 1) > _ONE_SUM:
                raise self.refused(
                    ("margin", at, "targets"),
                    "{}: the counts sum to {:,.10g}, but those of {} to {:,.10g}; give all margins "
                    "in counts one sum",
                    *(other.name, other.sum, first.name, first.sum),
                )

    def scaling_notes(self) -> list[str]:
        """Return which targets had to be scaled to a whole."""
        return [
            tr("{}: the targets sum to {:g} and were scaled to {:g}", one.name, one.sum, whole)
            for one in self.margins
            if (whole := one.unit.value) and abs(one.sum / whole - 1) > _ROUNDING
        ]


def read_targets_file(file: Path) -> Targets:
    """Return the targets in a TOML file; raises `TargetsError` where it cannot be read."""
    try:
        if file.stat().st_size > _MOST_BYTES or not file.is_file():
            raise TargetsError("{} is not a file of targets", file)
        return read_targets(file.read_text("utf-8-sig"), str(file))
    except UnicodeDecodeError:
        raise TargetsError("{} is not UTF-8 text", file) from None
    except OSError as error:
        raise TargetsError("{}: {}", file, error.strerror) from None


def read_targets(text: str, origin: str) -> Targets:
    """Return the targets that a TOML text declares; `origin` names it in errors.

    Raises `TargetsError` where the TOML or an entry is wrong.
    """
    try:
        declared = load_toml(text)
    except (ValueError, RecursionError) as error:
        raise TargetsError("{} is not valid TOML: {}", origin, error) from None
    return targets_of(declared, origin, text)


def targets_of(declared: Mapping[str, Any], origin: str = "", text: str = "") -> Targets:
    """Return the targets in the entries of targets.toml; raises as `read_targets`."""
    return _Reader(origin, text).targets(declared)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Converter from parsed TOML to values."""

    origin: str
    text: str

    def targets(self, declared: Mapping[str, Any]) -> Targets:
        self.check_keys(declared, _KEYS, ())
        margins = declared.get("margin", [])
        if not isinstance(margins, list | tuple):
            raise self.error(("margin",), "margin takes a list of tables: [[margin]]")
        total = declared.get("total")
        base = declared.get("base", "")
        if not isinstance(base, str):
            raise self.error(("base",), "base takes the name of a column")
        return Targets(
            margins=tuple(self.margin(one, ("margin", at)) for at, one in enumerate(margins)),
            base=base,
            total=None if total is None else self.number(total, ("total",), "total"),
            bounds=self.ends(declared, "bounds"),
            trim=self.ends(declared, "trim"),
            origin=self.origin,
            text=self.text,
        )

    def margin(self, declared: object, path: EntryPath) -> Margin:
        if not isinstance(declared, Mapping):
            raise self.error(path, "a margin takes a table with questions and targets")
        self.check_keys(declared, _MARGIN_KEYS, path)
        questions, targets = declared.get("questions"), declared.get("targets")
        if not isinstance(questions, list | tuple) or not all(
            isinstance(one, str) for one in questions
        ):
            raise self.error((*path, "questions"), "questions takes a list of question ids")
        if not isinstance(targets, Mapping):
            raise self.error((*path, "targets"), "targets takes a table of numbers by code")
        name = " × ".join(questions)
        found = (
            (
                str(code),
                self.number(one, (*path, "targets", code), tr("{}: the target for {}", name, code)),
            )
            for code, one in targets.items()
        )
        return Margin(tuple(questions), tuple(found))

    def ends(self, declared: Mapping[str, Any], key: str) -> tuple[float, float] | None:
        """Return a pair of numbers, `None` if it is left out."""
        if key not in declared:
            return None
        match declared[key]:
            case [low, high]:
                return self.number(low, (key,), key), self.number(high, (key,), key)
        raise self.error((key,), "{} takes two numbers", key)

    def number(self, value: object, path: EntryPath, what: str) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.error(path, "{} takes a number, not {!r}", what, value)
        try:
            return float(value)
        except OverflowError:
            raise self.error(path, "{} is too large a number", what) from None

    def check_keys(
        self, declared: Mapping[str, Any], known: Sequence[str], path: EntryPath
    ) -> None:
        for key in declared:
            if key not in known:
                message = "there is no entry {!r}; known are {}"
                near = near_among(key, known)
                raise self.error((*path, key), message, key, ", ".join(known), near)

    def error(self, path: EntryPath, message: str, *values: object) -> TargetsError:
        return refusal(self.origin, self.text, path, message, *values)


def refusal(origin: str, text: str, path: EntryPath, message: str, *values: object) -> TargetsError:
    """Return the error about an entry, with its line if it is in a file."""
    said = TargetsError(message, *values)
    if not origin:
        return TargetsError("{}", said)
    return TargetsError("{}, line {}: {}", origin, line_of(text, path), said)


def line_of(text: str, path: EntryPath) -> int:
    """Return the line of an entry in a TOML text; of a table, that of its first entry.

    The entry is replaced by a mark, and the lines before the mark are counted.
    """
    import tomlkit

    mark = "line"
    while mark in text:
        mark += "."
    document, keys = tomlkit.parse(text), list(path)
    above: Any = document
    place: Any = document
    while isinstance(place, dict) or (
        isinstance(place, list) and place and isinstance(place[0], dict)
    ):
        inside: Any = range(len(place)) if isinstance(place, list) else place
        key: Any = keys.pop(0) if keys and keys[0] in inside else next(iter(inside), mark)
        above, place = place, place[key] if key in inside else ""
    above[key] = mark
    return tomlkit.dumps(document).partition(mark)[0].count("\n") + 1
