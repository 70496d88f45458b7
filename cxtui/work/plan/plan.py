"""The values of a tab plan: which tables, by which banners, with which filters, and their look."""

from __future__ import annotations

from dataclasses import dataclass, field

from cxtui.analysis.view.view import Measure
from cxtui.analysis.view.view_option_table import ViewOptions
from cxtui.output.book.book_look import Look

EVERY = "*"
SECTION = "section:"
NO_WEIGHT = "none"
"""The word in `weights` for a table without a weight."""


@dataclass(frozen=True, slots=True)
class PlanBanner:
    """A banner under its name: each of `by` is what `--by` takes."""

    name: str
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlanTable:
    """One `[[table]]`: a table of each question by each banner, with each filter and weight.

    `questions` are ids, `*` for all, or `section:NAME`. Each of `filters` is a list of what
    `--where` takes. `weights` are columns, `none`, or empty for the survey's own. `options` are
    those of the view that is made, without what differs among its tables; `show` its statistics and
    `levels` one or two levels. `chart` asks for a slide where the plan becomes a deck.
    """

    questions: tuple[str, ...]
    banners: tuple[PlanBanner, ...] = (PlanBanner("", ()),)
    filters: tuple[tuple[str, ...], ...] = ((),)
    weights: tuple[str, ...] = ("",)
    title: str = ""
    chart: bool = False
    show: tuple[Measure, ...] = ()
    levels: tuple[float, ...] = (95.0,)
    options: ViewOptions = field(default_factory=ViewOptions)
    look: Look = field(default_factory=Look)


@dataclass(frozen=True, slots=True)
class Plan:
    """A tab plan. With `contents` a workbook begins with a sheet of contents.

    `stacked` says that the tables of a banner stand below each other on one sheet.
    """

    title: str
    tables: tuple[PlanTable, ...]
    contents: bool = True
    stacked: bool = False
