"""The values of data checks: what each looked at, what it found, and the flag that it proposes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from cxtui.analysis.derive.made_flags import FLAGGED
from cxtui.messages import tr
from cxtui.survey.derive.derivation import Derivation
from cxtui.survey.derive.derivation_text import derivation_line

LEAST_ITEMS = 5
"""Items that a straightliner answered alike, and items of a grid that is checked."""

LEAST_ANSWERS = 20
"""Answers that a respondent must share with an earlier one to repeat all of them."""

SPEED = 0.4
"""Share of the median duration under which a respondent is fast."""


class CheckKind(StrEnum):
    """What a check looks for."""

    SPEEDERS = "speeders"
    STRAIGHT = "straightliners"
    IDS = "ids"
    DUPLICATES = "duplicates"
    IMPOSSIBLE = "impossible"
    ROUTING = "routing"
    WAVES = "waves"
    QUALITY = "quality"


class Result(StrEnum):
    """What came of a check.

    `flag`: respondents to look at; `error`: what cannot be right; `clear`: nothing to be flagged;
    `test`: compared with the last wave; `not run`: what it needs is not there.
    """

    FLAG = "flag"
    ERROR = "error"
    CLEAR = "clear"
    TEST = "test"
    NOT_RUN = "not run"


@dataclass(frozen=True, slots=True)
class Check:
    """One check of a survey.

    `about` is what was looked at; `found` of `of` respondents meet the `threshold`, numbers that
    are unweighted (`None` for a test, or where it was not run). They have the answer `code` to the
    derived question `flag`, which `made` derives (what it is made of comes first), unless the
    codebook has it already.
    """

    kind: CheckKind
    about: str
    result: Result
    threshold: str
    found: int | None = None
    of: int | None = None
    note: str = ""
    flag: str = ""
    code: str = FLAGGED
    made: tuple[Derivation, ...] = ()
    is_proposed: bool = False

    @property
    def lines(self) -> tuple[str, ...]:
        """The proposed questions as `--derive` takes them; none if none is proposed."""
        return tuple(map(derivation_line, self.made)) if self.is_proposed else ()

    @property
    def counts(self) -> str:
        """How many were found, of how many, in words; empty where nobody was counted."""
        if self.found is None or self.of is None:
            return ""
        return tr("{:,} of {:,}", self.found, self.of)


@dataclass(frozen=True, slots=True)
class Checks:
    """All checks of a survey, in the order of their kinds; `duration` is the column of speeders."""

    checks: tuple[Check, ...]
    duration: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """The proposed questions as `--derive` takes them, each after those it is made of."""
        return tuple(line for one in self.checks for line in one.lines)

    def lines_for(self, check: Check) -> tuple[str, ...]:
        """Return the lines that derive the flag of a check, with those of flags it is made of."""
        named = {name for made in check.made for name in made.sources}
        others = (made for one in self.checks if one is not check for made in one.made)
        needed = [one for one in others if one.id in named]
        return tuple(map(derivation_line, (*needed, *check.made)))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A flag to be counted: who has the first answer of the question that `flag` derives.

    A flag that `is_declared` is in the codebook already. `expected` returns of the number found, of
    how many, a note, and whether chance makes as many, so that no flag is proposed.
    """

    kind: CheckKind
    about: str
    threshold: str
    flag: Derivation
    note: str = ""
    is_declared: bool = False
    is_error: bool = False
    expected: Callable[[int, int], tuple[str, bool]] | None = None


def not_run(kind: CheckKind, about: str, threshold: str, reason: str) -> Check:
    """Return a check that lacks what it needs."""
    return Check(kind, about, Result.NOT_RUN, threshold, note=reason)
