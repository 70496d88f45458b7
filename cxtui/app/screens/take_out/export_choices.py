"""The tables that a screen offers to export: each choice makes its content itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cxtui.analysis.query.cube_cache import CubeCache
from cxtui.analysis.ranking.ranked_lines import Ranking
from cxtui.analysis.ranking.ranking_options import RankingOptions
from cxtui.analysis.tables.many_tables import Named, all_questions, each_table
from cxtui.analysis.tables.table import Table
from cxtui.analysis.tables.trend import Trend
from cxtui.analysis.view.view import View
from cxtui.errors import Cancelled
from cxtui.messages import tr, tr_count
from cxtui.output import Content, Format, Shape, formats_of, render, shapes_of
from cxtui.output.replay import Opened, shell_line
from cxtui.survey.model import Survey

if TYPE_CHECKING:
    from cxtui.output.document import Document
    from cxtui.work.plan.plan import Plan

_LONGEST_PART = 100
"""Bytes of a survey's name, and of a question's, in the name that is proposed for a file."""

Progress = Callable[[int, int], bool]
"""Takes the number of tables made so far and of all, and returns whether to go on."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to export: its title, the kind of its content, and how its document is made.

    `stem` is the proposed name without its ending, `format_` and `shape` the proposed format and
    shape. `document` is called off the event loop and raises `Cancelled` where it is to stop.
    `command` returns the command line that prints the same, empty where none does.
    """

    title: str
    stem: str
    content: Content
    document: Callable[[Progress], Document]
    command: Callable[[Sequence[str]], str]
    format_: Format = Format.CSV
    shape: Shape = Shape.WIDE

    @property
    def formats(self) -> tuple[Format, ...]:
        """The formats that can hold it."""
        return formats_of(self.content)

    def shapes(self, format_: Format) -> tuple[Shape, ...]:
        """Return the shapes that a format offers; none where there is one."""
        return shapes_of(format_, self.content)

    def render(self, format_: Format, shape: Shape, progress: Progress) -> bytes:
        """Return the content of the file; a shape that the format lacks is left to the format."""
        asked = shape if shape in self.shapes(format_) else None
        return render(self.document(progress), format_, asked)


def of_table(table: Table, opened: Opened, *, charted: bool = False) -> Choice:
    """Offer the table on the screen, in every format; its chart first where that is shown."""

    def made(_: Progress) -> Document:
        from cxtui.output.table_document import document_of_table

        return document_of_table(table, replay=opened.table(table.view))

    return _charted(
        Choice(
            tr("this table"),
            stem_of(opened, table.question.id),
            Content.TABLE,
            made,
            lambda options: opened.table(table.view, *options),
        ),
        charted=charted,
    )


def _charted(choice: Choice, *, charted: bool) -> Choice:
    return replace(choice, format_=Format.SVG, shape=Shape.CHART) if charted else choice


def of_all(survey: Survey, view: View, opened: Opened, cache: CubeCache) -> Choice:
    """Offer the tables of all questions, each with the options of `view`."""
    named = all_questions(survey, view)
    return Choice(
        tr("all {} questions", len(named)),
        stem_of(opened, "tables"),
        Content.TABLES,
        _several(survey, named, opened, cache, are_saved=False),
        lambda options: opened.tables(view, *options),
        Format.XLSX,
    )


def of_saved(survey: Survey, saved: Sequence[Named], opened: Opened, cache: CubeCache) -> Choice:
    """Offer the tables of all saved views, each under its name."""
    return Choice(
        tr("{} saved views", len(saved)),
        stem_of(opened, "views"),
        Content.VIEWS,
        _several(survey, saved, opened, cache, are_saved=True),
        lambda _: "",
        Format.XLSX,
    )


def _several(
    survey: Survey, named: Sequence[Named], opened: Opened, cache: CubeCache, *, are_saved: bool
) -> Callable[[Progress], Document]:
    def made(progress: Progress) -> Document:
        from cxtui.output.table_document import document_of_tables

        tabled = []
        for one in each_table(survey, named, cache):
            tabled.append(one)
            if not progress(len(tabled), len(named)):
                raise Cancelled("the export was cancelled")
        return document_of_tables(tabled, survey.title, opened, are_saved=are_saved)

    return made


def of_plan(survey: Survey, plan: Plan, path: Path, opened: Opened) -> Choice:
    """Offer the book of the tab plan at a path; raises `PlanError` where it names no section."""
    from cxtui.work.plan.planned_tables import book_of, bound, planned_tables

    planned = planned_tables(survey, plan)

    def made(progress: Progress) -> Document:
        from cxtui.output.book.book_document import document_of_book

        tables = []
        for one in book_of(survey, planned, opened):
            tables.append(one)
            if not progress(len(tables), len(planned)):
                raise Cancelled("the export was cancelled")
        return document_of_book(bound(survey, plan, tables))

    def command(options: Sequence[str]) -> str:
        return shell_line(["cxtui", "plan", str(path), *opened.files, *options])

    title = tr_count(len(planned), "the plan: {:,} table", "the plan: {:,} tables")
    return Choice(title, stem_of(opened, "book"), Content.BOOK, made, command, Format.XLSX)


def of_ranking(ranking: Ranking, notes: tuple[str, ...], opened: Opened) -> Choice:
    """Offer a ranking."""

    def command(options: Sequence[str]) -> str:
        return opened.ranking(ranking, *options)

    def made(_: Progress) -> Document:
        from cxtui.output.ranking_document import document_of_ranking

        return document_of_ranking(ranking, notes, replay=command(()))

    return Choice(
        tr("this ranking"),
        stem_of(opened, "gaps"),
        Content.RANKING,
        made,
        command,
        shape=Shape.ANSWERS,
    )


def of_brief(survey: Survey, view: View, ranking: Ranking, opened: Opened) -> Choice:
    """Offer the page of findings on what a ranking of `view` compares; of waves since the same."""
    options = ranking.options
    if options.is_over_waves:
        options = RankingOptions(since=options.since, margin=options.margin)
    else:
        view = ranking.view

    def command(words: Sequence[str]) -> str:
        return opened.brief(view, options, *words)

    def made(_: Progress) -> Document:
        from cxtui.output.brief.brief_document import document_of_brief
        from cxtui.work.brief.brief_facts import gather_facts
        from cxtui.work.brief.write_brief import write_brief

        brief = write_brief(gather_facts(survey, view, options), (), opened)
        return document_of_brief(brief, command(()))

    return Choice(
        tr("a brief"), stem_of(opened, "brief"), Content.BRIEF, made, command, Format.HTML
    )


def of_trend(trend: Trend, opened: Opened, *, charted: bool = False) -> Choice:
    """Offer a question over its waves; its lines first where they are shown."""

    def command(options: Sequence[str]) -> str:
        return opened.trend(trend, *options)

    def made(_: Progress) -> Document:
        from cxtui.output.trend_document import document_of_trend

        return document_of_trend(trend, replay=command(()))

    stem = stem_of(opened, f"{trend.question.id}-trend")
    choice = Choice(tr("this trend"), stem, Content.TREND, made, command)
    return _charted(choice, charted=charted)


def stem_of(opened: Opened, what: str) -> str:
    """Return a file name without its ending that says what is in it, valid on every system."""
    parts = (Path(opened.files[0]).stem, what)
    short = (one.encode(errors="replace")[:_LONGEST_PART].decode(errors="ignore") for one in parts)
    return re.sub(r"[^\w.-]+", "-", "-".join(short)).strip("-.")


def free_name(stem: str, ending: str) -> str:
    """Return a file name that is not taken yet, with a number if it has to be."""
    name, number = f"{stem}{ending}", 2
    while Path(name).exists():
        name, number = f"{stem}-{number}{ending}", number + 1
    return name
