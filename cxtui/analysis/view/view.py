"""View: one question to a survey, with everything that determines its table.

Its text form is the command line that prints the same table. It does not depend on a survey: see
`view_options` for defaults.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeGuard

from cxtui.analysis.view.hidden_parts import Hidden
from cxtui.analysis.view.view_choices import (
    Against,
    Base,
    Correction,
    Family,
    Measure,
    Sort,
    Variance,
)
from cxtui.options import typed, words_of
from cxtui.survey.conditions import AnyOf, Condition, Filter
from cxtui.survey.question import Kind, Net, Question
from cxtui.survey.quoting import MINUS, quoted_label, quoted_value

__all__ = ["Against", "Base", "Correction", "Family", "Measure", "Sort", "Variance"]
__all__ += ["View", "drop_unfit_measure", "is_across", "measure_of", "measures_of"]
__all__ += ["shown_of", "text_of_net"]


@dataclass(frozen=True, slots=True)
class View:
    """One question with banner, filters, weight, measure, and options of tests and rows.

    Each entry of `banner` is a banner variable: nested question ids, the outermost first. `show` is
    `None` for the question's default measure, `also` are further ones, below it in each cell;
    letters and gaps are of the first. `all_waves` says that all waves were requested, so
    that no default filter applies. `nets` are in addition to those of the codebook. `full` adds the
    default nets and scores of a scale, and missing respondents by reason. `hidden` are rows and
    columns that are not shown, with `hide_empty` also those without respondents; of the answers
    `most_rows` are shown, all if it is 0: percentages and tests are the same. `derive` has a line,
    as `--derive` takes it, for each derived question of the survey that no codebook declares yet.
    `across` is the banner column of which the items of a grid are shown by their answers; its path
    is empty for the Total.
    """

    question: str
    banner: tuple[tuple[str, ...], ...] = ()
    filters: tuple[Condition, ...] = ()
    weight: str | None = None
    all_waves: bool = False
    show: Measure | None = None
    also: tuple[Measure, ...] = ()
    base: Base = Base.ANSWERED
    level: float = 95.0
    correction: Correction = Correction.HOLM
    family: Family = Family.ROW
    sort: Sort = Sort.QUESTIONNAIRE
    against: Against = Against.COLUMNS
    nets: tuple[Net, ...] = ()
    full: bool = False
    variance: Variance = Variance.LINEARIZED
    hidden: tuple[Hidden, ...] = ()
    hide_empty: bool = False
    most_rows: int = 0
    derive: tuple[str, ...] = ()
    across: Hidden | None = None

    def __str__(self) -> str:
        return shlex.join(self.options())

    def options(self) -> list[str]:
        """Return the command-line options of this view."""
        from cxtui.analysis.view.view_options import options_of_view  # imports this module

        derived = (word for line in self.derive for word in typed("--derive", line))
        return [*words_of(options_of_view(self)), *derived]

    @property
    def counted(self) -> View:
        """The part of this view that determines its cube."""
        return View(self.question, self.banner, self.filters, self.weight, nets=self.nets)

    @property
    def logged(self) -> str:
        """What a log may say of the view: filters and nets quote answers."""
        asked = View(self.question, self.banner, weight=self.weight, show=self.show)
        return f"{asked} and {len(self.filters)} filters"

    def with_question(self, question: str) -> View:
        """Return the same view of another question; nets and hidden rows are of one question."""
        if question == self.question:
            return self
        columns = tuple(
            one for one in self.hidden if any(own == one.variables for own in self.banner)
        )
        return replace(self, question=question, nets=(), hidden=columns)

    @property
    def unhidden(self) -> View:
        """The view of all rows and columns."""
        return replace(self, hidden=(), hide_empty=False, most_rows=0)

    def excluded_codes(self, question: str) -> tuple[str, ...]:
        """Return the codes of `question` that `!=` filters exclude."""
        filters = (one for one in self.filters if _is_filter(one, question, "!="))
        return tuple(dict.fromkeys(code for one in filters for code in one.values))

    def toggled(self, question: str, code: str, wave: str = "") -> View:
        """Return the view with one category of `question` excluded, or included again.

        An `=` filter on the question is changed if there is one. `wave` is as in `with_filters`.
        """
        excluded = self.excluded_codes(question)
        if code not in excluded and (toggled := self._toggled_filter(question, code)):
            return toggled
        filters = tuple(one for one in self.filters if not _is_filter(one, question, "!="))
        if values := _toggle(excluded, code):
            filters += (Filter(question, "!=", values),)
        return self.with_filters(filters, wave) if wave else replace(self, filters=filters)

    def _toggled_filter(self, question: str, code: str) -> View | None:
        """Return the view with `code` toggled in its first `=` filter on `question`, if any."""
        for position, one in enumerate(self.filters):
            if _is_filter(one, question, "="):
                values = _toggle(one.values, code)
                filters = list(self.filters)
                filters[position] = replace(one, values=values)
                return replace(self, filters=tuple(filters)) if values else None
        return None

    def excludes(self, question: Question, code: str) -> bool:
        """Return whether the filters exclude all respondents with an answer to `question`."""
        return any(one.excludes(question, code) for one in self.filters)

    def without_filters_on(self, question: str) -> View:
        """Return the view without filters on `question` alone."""
        kept = (one for one in self.filters if not _is_only_on(one, question))
        return replace(self, filters=tuple(kept))

    def with_filters(self, filters: Iterable[Condition], wave: str) -> View:
        """Return the view with these filters instead.

        Without a filter on the question `wave`, the view has all waves.
        """
        chosen = tuple(filters)
        is_waved = any(one.mentions(wave) for one in chosen)
        return replace(self, filters=chosen, all_waves=bool(wave) and not is_waved)


def _is_filter(one: Condition, question: str, operator: str) -> TypeGuard[Filter]:
    return isinstance(one, Filter) and one.question == question and one.operator == operator


def _is_only_on(one: Condition, question: str) -> bool:
    alternatives = one.alternatives if isinstance(one, AnyOf) else (one,)
    return all(each.question == question for each in alternatives)


def _toggle(codes: tuple[str, ...], code: str) -> tuple[str, ...]:
    return tuple(one for one in codes if one != code) if code in codes else (*codes, code)


def text_of_net(net: Net) -> str:
    """Return the text of a net for `--net`: `LABEL=CODE,CODE`, a difference with ` minus `."""
    sides = [",".join(map(quoted_value, codes)) for codes in (net.members, net.minus) if codes]
    return f"{quoted_label(net.label)}={MINUS.join(sides)}"


_SHARES = (Measure.COLUMN, Measure.ROW, Measure.TOTAL, Measure.COUNT, Measure.INDEX)


def measures_of(question: Question) -> tuple[Measure, ...]:
    """Return the measures of a question, the default first."""
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


def drop_unfit_measure(question: Question, view: View) -> View:
    """Return `view` without measures that `question` does not have."""
    first, *others = shown_of(question, view)
    is_asked = bool(others) or first in (view.show, *view.also)
    return replace(view, show=first if is_asked else None, also=tuple(others))


def shown_of(question: Question, view: View) -> tuple[Measure, ...]:
    """Return the measures that `view` shows of `question`, the default if it has none of them.

    A mean stands alone, or as a row below the percentages; each item of a grid has both.
    """
    possible = measures_of(question)
    asked = dict.fromkeys((view.show, *view.also))
    shown = tuple(one for one in asked if one in possible) or possible[:1]
    is_mean = shown[0] is Measure.MEAN and question.kind is not Kind.GRID
    return shown[:1] if is_mean else shown


def is_across(question: Question, view: View) -> bool:
    """Return whether a view shows a question as items by answers."""
    return view.across is not None and question.kind is Kind.GRID


def measure_of(question: Question, view: View) -> Measure:
    """Return the first measure that `view` shows of `question`."""
    return shown_of(question, view)[0]
