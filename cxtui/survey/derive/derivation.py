"""Derivation: the declaration of a question that is made of other questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from cxtui.errors import CodebookError
from cxtui.messages import tr, tr_some

if TYPE_CHECKING:
    from cxtui.survey.question import Net

KEEP, DROP = "keep", "drop"
"""What a merge does with answers that it does not name; any other text merges them under it."""

_MOST_ANSWERS = 6


class Verb(StrEnum):
    """How a question is derived."""

    MERGE = "merge"
    BANDS = "bands"
    CASES = "cases"
    COUNT = "count"
    MEAN = "mean"
    SUM = "sum"
    MIN = "min"
    MAX = "max"
    FIRST = "first"
    CROSS = "cross"
    STRAIGHT = "straight"
    REPEATS = "repeats"
    CODING = "coding"

    @property
    def is_number(self) -> bool:
        """Return whether the derived question is numeric."""
        return self is Verb.COUNT or self.is_of_scores

    @property
    def is_of_scores(self) -> bool:
        """Return whether it summarizes the scores or numbers of several items."""
        return self in {Verb.MEAN, Verb.SUM, Verb.MIN, Verb.MAX}


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a coding: what open answers say, and the letter or digit that sets it, if any."""

    code: str
    label: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class MadeAnswer:
    """One answer of a derived question.

    A merged one has the answers `of` its source (codes or labels); a case the conditions that must
    all hold, in the language of `--where`.
    """

    label: str
    of: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Derivation:
    """A derived question as declared; ids and answers are not checked against a survey yet.

    `sources` are the ids that it names, none for `cases`, whose conditions name them. `bounds` are
    those of bands, `labels` their wordings. `rest` is what happens to other answers; of cases a
    label, empty for no answer. `of` are the answers that a count counts, all if empty; `least` is
    how many items must be answered, `None` for all. The sources of `repeats` may be columns. With
    `overlap` all cases that hold count. A coding has `codes`; where its `coders` disagree, the
    first of them counts. `origin` names the file or option in errors.
    """

    id: str
    verb: Verb
    label: str = ""
    section: str = ""
    sources: tuple[str, ...] = ()
    answers: tuple[MadeAnswer, ...] = ()
    bounds: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()
    rest: str = ""
    of: tuple[str, ...] = ()
    least: int | None = None
    overlap: bool = False
    nets: tuple[Net, ...] = ()
    classes: tuple[float, ...] = ()
    codes: tuple[Code, ...] = ()
    coders: tuple[str, ...] = ()
    origin: str = field(default="", compare=False)

    def error(self, message: str, *values: object) -> CodebookError:
        """Return an error; the name of the derived question is the first value of its message."""
        named = tr("derived question {!r}", self.id)
        origin = self.origin or tr("the codebook")
        return CodebookError("{}: {}", origin, CodebookError(message, named, *values))


def describe_derivation(one: Derivation) -> str:
    """Return how a question is derived, in words."""
    sources = ", ".join(one.sources)
    return _IN_WORDS.get(one.verb, _summarized)(one, sources)


def _merged(one: Derivation, sources: str) -> str:
    merged = "; ".join(f"{each.label} = {', '.join(each.of)}" for each in one.answers)
    return tr("answers of {} merged: {}{}", sources, merged, _rest_of_merge(one))


def _banded(one: Derivation, sources: str) -> str:
    bounds = ", ".join(f"{bound:.12g}" for bound in one.bounds)
    return tr("bands of {}, from {}", sources, bounds)


def _cased(one: Derivation, _: str) -> str:
    cases = [tr("{} if {}", each.label, _all_of(each.when)) for each in one.answers]
    return "; ".join([*cases, *([tr("else {}", one.rest)] if one.rest else [])])


def _counted(one: Derivation, sources: str) -> str:
    if not one.of:
        return tr("number of answers to {}", sources)
    return tr("number of answers to {} among {}", sources, tr_some(one.of, _MOST_ANSWERS))


def _summarized(one: Derivation, sources: str) -> str:
    return tr("{} of {}{}", tr(one.verb), sources, _least_answered(one))


def _least_answered(one: Derivation) -> str:
    return "" if one.least is None else tr(", at least {} answered", one.least)


def _straight(one: Derivation, sources: str) -> str:
    return tr("same answer to all items of {}{}", sources, _least_answered(one))


def _repeats(one: Derivation, _: str) -> str:
    sources = tr_some(one.sources, _MOST_ANSWERS)
    return tr("an earlier respondent is alike in {}{}", sources, _least_answered(one))


def _coded(one: Derivation, sources: str) -> str:
    if not one.coders:
        return tr("codes of {}", sources)
    return tr("codes of {} by {}", sources, tr_some(one.coders))


_IN_WORDS: Mapping[Verb, Callable[[Derivation, str], str]] = {
    Verb.MERGE: _merged,
    Verb.BANDS: _banded,
    Verb.CASES: _cased,
    Verb.COUNT: _counted,
    Verb.FIRST: lambda _, sources: tr("first mention of {}", sources),
    Verb.CROSS: lambda _, sources: tr("every pair of answers to {}", sources),
    Verb.STRAIGHT: _straight,
    Verb.REPEATS: _repeats,
    Verb.CODING: _coded,
}
"""How each verb is said; the others summarize scores."""


def _rest_of_merge(one: Derivation) -> str:
    match one.rest:
        case "" | "keep":
            return ""
        case "drop":
            return tr("; others: no answer")
        case label:
            return tr("; others: {}", label)


def _all_of(conditions: tuple[str, ...]) -> str:
    """Return conditions joined by `and`; alternatives are in brackets beside others."""
    if len(conditions) == 1:
        return conditions[0]
    return tr(" and ").join(f"({one})" if " or " in one else one for one in conditions)
