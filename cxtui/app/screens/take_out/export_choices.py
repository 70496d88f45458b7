"""What can be written to a file from where one stands: each choice makes its content itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cxtui.analysis.query.cube_cache import CubeCache
from cxtui.analysis.tables.many_tables import Named, all_questions, each_table
from cxtui.analysis.tables.ranking import Gap
from cxtui.analysis.tables.table import Table
from cxtui.analysis.tables.trend import Trend
from cxtui.analysis.view.view import View
from cxtui.errors import Cancelled
from cxtui.output import Format, Shape, render, shapes_of
from cxtui.output.replay import Opened
from cxtui.survey.model import Survey

_LONGEST_PART = 100
"""Bytes of a survey's name, and of a question's, in the name that is proposed for a file."""

Progress = Callable[[int, int], bool]
"""Is told how many of how many tables there are so far, and says whether to go on."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to export: what it is called, the formats it has, and how it is made.

    `stem` is the proposed name without its ending, `format_` and `shape` the proposed format and
    shape. `shapes` are those that a format offers. `render` is called off the event
    loop and raises `Cancelled` where it is told to stop. `command` is the command line that prints
    the same; empty where none does.
    """

    title: str
    stem: str
    format_: Format
    formats: tuple[Format, ...]
    shapes: Callable[[Format], tuple[Shape, ...]]
    render: Callable[[Format, Shape, Progress], bytes]
    command: Callable[[Sequence[str]], str]
    shape: Shape = Shape.WIDE


def of_table(table: Table, opened: Opened, *, charted: bool = False) -> Choice:
    """Offer the table on the screen, in every format; its chart first where that is shown."""

    def made(format_: Format, shape: Shape, _: Progress) -> bytes:
        return render(table, format_, shape, replay=opened.table(table.view))

    return Choice(
        "this table",
        stem_of(opened, table.question.id),
        Format.SVG if charted else Format.CSV,
        tuple(Format),
        shapes_of,
        made,
        lambda options: opened.table(table.view, *options),
        Shape.CHART if charted else Shape.WIDE,
    )


def of_all(survey: Survey, view: View, opened: Opened, cache: CubeCache) -> Choice:
    """Offer the tables of all questions, each asked as `view` asks."""
    named = all_questions(survey, view)
    return Choice(
        f"all {len(named)} questions",
        stem_of(opened, "tables"),
        Format.XLSX,
        tuple(one for one in Format if one is not Format.SVG),
        _shapes_of_several,
        _several(survey, named, opened, cache, are_saved=False),
        lambda options: opened.tables(view, *options),
    )


def of_saved(survey: Survey, saved: Sequence[Named], opened: Opened, cache: CubeCache) -> Choice:
    """Offer the tables of all saved views, each under its name."""
    return Choice(
        f"{len(saved)} saved views",
        stem_of(opened, "views"),
        Format.XLSX,
        tuple(one for one in Format if one is not Format.SVG),
        _shapes_of_several,
        _several(survey, saved, opened, cache, are_saved=True),
        lambda _: "",
    )


def _shapes_of_several(format_: Format) -> tuple[Shape, ...]:
    if format_ in {Format.CSV, Format.TSV}:
        return (Shape.TIDY,)
    return shapes_of(format_)


def _several(
    survey: Survey, named: Sequence[Named], opened: Opened, cache: CubeCache, *, are_saved: bool
) -> Callable[[Format, Shape, Progress], bytes]:
    def made(format_: Format, shape: Shape, progress: Progress) -> bytes:
        from cxtui.output.table_set import render_all

        tabled = []
        for one in each_table(survey, named, cache):
            tabled.append(one)
            if not progress(len(tabled), len(named)):
                raise Cancelled("the export was cancelled")
        title = survey.title
        return render_all(tabled, format_, shape, title=title, opened=opened, are_saved=are_saved)

    return made


def of_gaps(
    gaps: Sequence[Gap], notes: Sequence[str], level: float, view: View | None, opened: Opened
) -> Choice:
    """Offer a ranking of gaps; `view` is what asks for it, `None` where no command line does."""

    def command(options: Sequence[str]) -> str:
        return opened.gaps(view, *options) if view else ""

    def made(format_: Format, _: Shape, __: Progress) -> bytes:
        from cxtui.output.ranking_listing import list_gaps

        return list_gaps(gaps, notes, level, format_, replay=command(()))

    return _list("this ranking", stem_of(opened, "gaps"), made, command)


def of_trend(trend: Trend, opened: Opened, *, charted: bool = False) -> Choice:
    """Offer a question over its waves; its lines first where they are shown."""

    def made(format_: Format, shape: Shape, _: Progress) -> bytes:
        if shape is Shape.CHART:
            from cxtui.output.writers.svg_trend import to_svg_courses

            return to_svg_courses(trend)
        from cxtui.output.trend_listing import list_trend

        return list_trend(trend, format_)

    listed = _list("this trend", stem_of(opened, f"{trend.question.id}-trend"), made, lambda _: "")
    listed = replace(listed, shapes=_shapes_of_trend)
    return replace(listed, format_=Format.SVG, shape=Shape.CHART) if charted else listed


def _shapes_of_trend(format_: Format) -> tuple[Shape, ...]:
    return (Shape.WIDE, Shape.CHART) if format_ is Format.SVG else ()


def _list(
    title: str,
    stem: str,
    made: Callable[[Format, Shape, Progress], bytes],
    command: Callable[[Sequence[str]], str],
) -> Choice:
    return Choice(title, stem, Format.CSV, tuple(Format), lambda _: (), made, command)


def stem_of(opened: Opened, what: str) -> str:
    """Return a file name without its ending that says what is in it, and that any disk takes."""
    parts = (Path(opened.files[0]).stem, what)
    short = (one.encode(errors="replace")[:_LONGEST_PART].decode(errors="ignore") for one in parts)
    return re.sub(r"[^\w.-]+", "-", "-".join(short)).strip("-.")
