"""A View is one question put to a survey, and everything that decides its table.

Its text form is the command line that prints the same table; undo, the session, the cache and
the tests all use this one value. It knows no survey: see `view_options` for defaults.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeGuard

from cxtui.options import words_of
from cxtui.survey.conditions import AnyOf, Condition, Filter
from cxtui.survey.question import Kind, Net, Question
from cxtui.survey.quoting import MINUS, quoted_label, quoted_value


class Measure(StrEnum):
    """What stands in a cell."""

    COLUMN = "column"
    ROW = "row"
    TOTAL = "total"
    COUNT = "count"
    MEAN = "mean"
    INDEX = "index"
    RESPONSES = "responses"


class Base(StrEnum):
    """Whom a percentage is taken over."""

    ANSWERED = "answered"
    ASKED = "asked"
    ALL = "all"


class Correction(StrEnum):
    """What is done about many tests in one row."""

    NONE = "none"
    HOLM = "holm"
    BH = "bh"


class Against(StrEnum):
    """What a column is tested against: the others of its banner, everyone, or everyone else."""

    COLUMNS = "columns"
    TOTAL = "total"
    REST = "rest"


class Family(StrEnum):
    """The tests that are corrected together: of one row, or of all rows of the table."""

    ROW = "row"
    TABLE = "table"


class Sort(StrEnum):
    """The order of the rows."""

    QUESTIONNAIRE = "questionnaire"
    PERCENT = "percent"
    GAP = "gap"
    LABEL = "label"


@dataclass(frozen=True, slots=True)
class View:
    """One question, who is compared, who is left out, and what is shown.

    Each entry of `banner` is a tuple of question ids, outermost first; several entries stand side
    by side. `show` is `None` for the question's own measure. `all_waves` says that no wave was
    chosen on purpose. `nets` are made on the fly, beside those of the codebook. `full` shows also
    the nets and scores that a scale has by itself, and who is missing and why.
    """

    question: str
    banner: tuple[tuple[str, ...], ...] = ()
    filters: tuple[Condition, ...] = ()
    weight: str | None = None
    all_waves: bool = False
    show: Measure | None = None
    base: Base = Base.ANSWERED
    level: float = 95.0
    correction: Correction = Correction.HOLM
    family: Family = Family.ROW
    sort: Sort = Sort.QUESTIONNAIRE
    against: Against = Against.COLUMNS
    nets: tuple[Net, ...] = ()
    full: bool = False

    def __str__(self) -> str:
        return shlex.join(self.options())

    def options(self) -> list[str]:
        """Return the command-line options that ask for this view."""
        from cxtui.analysis.view.view_options import asked_by  # which is made of views

        return words_of(asked_by(self))

    @property
    def counted(self) -> View:
        """The part of this view that decides its counts: views that share it share a cube."""
        return View(self.question, self.banner, self.filters, self.weight, nets=self.nets)

    def with_question(self, question: str) -> View:
        """Return the same view of another question, whose nets are its own."""
        nets = self.nets if question == self.question else ()
        return replace(self, question=question, nets=nets)

    def switched_off(self, question: str) -> tuple[str, ...]:
        """Return the codes of `question` that are switched off."""
        codes = (code for one in self.filters if _switches(one, question) for code in one.values)
        return tuple(dict.fromkeys(codes))

    def switched(self, question: str, code: str, wave: str = "") -> View:
        """Return the view with one category of `question` switched off, or on again.

        Where a filter names the categories to keep, it is the one that changes. Where none is left
        on the variable `wave`, all waves were chosen, as in `with_filters`.
        """
        off = self.switched_off(question)
        if code not in off and (named := self._renamed(question, code)):
            return named
        values = tuple(one for one in off if one != code) if code in off else (*off, code)
        others = tuple(one for one in self.filters if not _switches(one, question))
        if values:
            others += (Filter(question, "!=", values),)
        return self.with_filters(others, wave) if wave else replace(self, filters=others)

    def _renamed(self, question: str, code: str) -> View | None:
        """Return the view whose `=` on `question` names `code` too, or no longer, if it has one."""
        for position, one in enumerate(self.filters):
            if isinstance(one, Filter) and one.question == question and one.operator == "=":
                named = tuple(value for value in one.values if value != code)
                if named == one.values:
                    named = (*named, code)
                filters = list(self.filters)
                filters[position] = replace(one, values=named)
                return replace(self, filters=tuple(filters)) if named else None
        return None

    def excludes(self, question: Question, code: str) -> bool:
        """Whether nobody is left who gave the answer `code` to `question`."""
        return any(one.excludes(question, code) for one in self.filters)

    def without_filters_on(self, question: str) -> View:
        """Return the view without any filter on `question` alone."""
        kept = (one for one in self.filters if _of_others(one, question))
        return replace(self, filters=tuple(kept))

    def with_filters(self, filters: Iterable[Condition], wave: str) -> View:
        """Return the view with these filters instead.

        Where none is left on the variable `wave`, all waves were chosen: none is filled in.
        """
        chosen = tuple(filters)
        is_waved = any(one.mentions(wave) for one in chosen)
        return replace(self, filters=chosen, all_waves=bool(wave) and not is_waved)


def _switches(one: Condition, question: str) -> TypeGuard[Filter]:
    return isinstance(one, Filter) and one.question == question and one.operator == "!="


def _of_others(one: Condition, question: str) -> bool:
    """Whether a condition depends on anything but `question`."""
    alternatives = one.alternatives if isinstance(one, AnyOf) else (one,)
    return any(each.question != question for each in alternatives)


def text_of_net(net: Net) -> str:
    """Return a net as `--net` takes it: `LABEL=CODE,CODE`, a difference with ` minus `."""
    sides = [",".join(map(quoted_value, codes)) for codes in (net.members, net.minus) if codes]
    return f"{quoted_label(net.label)}={MINUS.join(sides)}"


_SHARES = (Measure.COLUMN, Measure.ROW, Measure.TOTAL, Measure.COUNT, Measure.INDEX)


def measures_of(question: Question) -> tuple[Measure, ...]:
    """Return the measures that make sense for `question`, its own first."""
    match question.kind:
        case Kind.NUMERIC:
            return (Measure.MEAN, *_SHARES)
        case Kind.MULTI:
            return (*_SHARES, Measure.RESPONSES)
        case Kind.GRID:
            return (Measure.MEAN, Measure.COLUMN) if question.scores else (Measure.COLUMN,)
        case Kind.SCALE if question.scores:
            return (*_SHARES, Measure.MEAN)
        case Kind.TEXT:
            return (Measure.COLUMN, Measure.COUNT)
        case _:
            return _SHARES


def fitted(question: Question, view: View) -> View:
    """Return `view` without a measure that `question` does not have: what can be asked of it."""
    return view if view.show in (None, *measures_of(question)) else replace(view, show=None)


def measure_of(question: Question, view: View) -> Measure:
    """Return what `view` shows of `question`: what it asks for, where that makes sense."""
    possible = measures_of(question)
    return view.show if view.show in possible else possible[0]
