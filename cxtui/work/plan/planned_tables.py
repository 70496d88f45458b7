"""The tables of a plan for one survey: their views, counted together, shaped for a book."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from cxtui.analysis.derive.named_sources import advice_on_id
from cxtui.analysis.disclosure.protect_together import Protection, protect_together
from cxtui.analysis.query.cube_cache import CubeCache
from cxtui.analysis.tables.build_table import build_table
from cxtui.analysis.tables.many_tables import Tabled, each_table
from cxtui.analysis.tables.table import Table
from cxtui.analysis.view.view import Measure, View, measure_of, measures_of
from cxtui.analysis.view.view_options import view_of
from cxtui.errors import CxtuiError, PlanError, ViewError
from cxtui.messages import tr_count
from cxtui.output.book.book_table import Book, BookTable
from cxtui.output.book.shape_table import shape_table
from cxtui.output.replay import Opened
from cxtui.survey.model import Survey
from cxtui.survey.question import Question
from cxtui.work.plan.plan import EVERY, NO_WEIGHT, SECTION, Plan, PlanBanner, PlanTable
from cxtui.work.plan.plan_text import nearest
from cxtui.work.plan.shortest_view import shortest_text

_OF_ANY_CELL = frozenset({Measure.COUNT, Measure.INDEX})
"""Statistics that need no table of their own: the cells of any measure have them."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One table of a plan, with its view; or why it cannot be made (`problem`)."""

    number: int
    title: str
    question: str
    declared: PlanTable
    banner: PlanBanner
    view: View | None = None
    problem: str = ""


def planned_tables(survey: Survey, plan: Plan) -> tuple[Planned, ...]:
    """Return the tables of a plan: question × banner × filter × weight, in that order.

    A title that stands twice gets a number. Raises `PlanError` for a section that the survey does
    not have; a question, answer or column that it lacks is the problem of its tables.
    """
    found: list[Planned] = []
    titles: dict[str, int] = {}
    for declared in plan.tables:
        names = list(_questions(survey, declared))
        for name, banner, where, weight in product(
            names, declared.banners, declared.filters, declared.weights
        ):
            question = survey.codebook.find(name)
            title = declared.title or (question.label if question else name)
            titles[title] = titles.get(title, 0) + 1
            shown = title if titles[title] == 1 else f"{title} ({titles[title]})"
            one = Planned(len(found) + 1, shown, name, declared, banner)
            try:
                view = _view(survey, declared, question, name, banner, where, weight)
            except CxtuiError as error:
                found.append(replace(one, problem=str(error)))
            else:
                found.append(replace(one, view=view))
    return tuple(found)


def _questions(survey: Survey, declared: PlanTable) -> Iterator[str]:
    """Yield the ids of the questions that a table of the plan names."""
    listed = survey.codebook.table_questions
    for name in declared.questions:
        if name == EVERY:
            yield from (one.id for one in listed)
        elif name.startswith(SECTION):
            wanted = name.removeprefix(SECTION).strip()
            own = [one.id for one in listed if one.section == wanted]
            if not own:
                sections = {one.section for one in listed if one.section}
                advice = nearest(wanted, sections)
                raise PlanError("the plan: there is no section {!r}{}", wanted, advice)
            yield from own
        else:
            yield name


def _view(
    survey: Survey,
    declared: PlanTable,
    question: Question | None,
    name: str,
    banner: PlanBanner,
    where: Sequence[str],
    weight: str,
) -> View:
    """Return the view of one table; raises `ViewError` where the survey lacks what it names."""
    if question is None:
        raise PlanError("there is no question {!r}; {}", name, advice_on_id(survey, name))
    options = replace(
        declared.options,
        question=name,
        by=banner.by,
        where=(*declared.options.where, *where),
        show=tuple(one for one in declared.show if one in measures_of(question))[:1],
        level=declared.levels[0],
    )
    if weight == NO_WEIGHT:
        options = replace(options, weight=None, no_weight=True)
    elif weight:
        options = replace(options, weight=weight, no_weight=False)
    return view_of(survey, options)


def statistics_of(one: Planned, question: Question) -> tuple[Measure, ...]:
    """Return the statistics of a table that fit its question, the default one where none does."""
    possible = measures_of(question)
    return tuple(each for each in one.declared.show if each in possible) or possible[:1]


def views_of(survey: Survey, planned: Iterable[Planned]) -> Iterator[View]:
    """Yield the views of all tables of a plan, one for each statistic with its own counts."""
    for one in planned:
        question = survey.codebook.find(one.question)
        if one.view is None or question is None:
            continue
        yield one.view
        for measure in statistics_of(one, question):
            if measure not in {*_OF_ANY_CELL, measure_of(question, one.view)}:
                yield replace(one.view, show=measure)


def book_of(
    survey: Survey, planned: Sequence[Planned], opened: Opened, together: Sequence[View] = ()
) -> Iterator[BookTable]:
    """Yield the tables of a plan as they are made: those of one banner, filter and weight together.

    Small counts are hidden so that all tables of `together`, by default those of `planned`, do not
    tell them. A table that cannot be made has the reason. Raises `SourceError` if the survey
    changes.
    """
    for one in planned:
        if one.view is None:
            yield _refused(survey, one, one.problem)
    cache = CubeCache(survey)
    protection = protect_together(survey, together or views_of(survey, planned), cache)
    for alike in _alike(one for one in planned if one.view is not None):
        views = [(str(one.number), one.view) for one in alike if one.view is not None]
        for one, made in zip(alike, each_table(survey, views, cache, protection), strict=True):
            yield _shaped(survey, one, made, cache, opened, protection)


def _alike(planned: Iterable[Planned]) -> Iterator[list[Planned]]:
    """Yield the tables whose views differ in the question alone, which are counted together."""
    groups: dict[View, list[Planned]] = {}
    for one in planned:
        if one.view is not None:
            key = replace(one.view, question="", nets=(), show=None)
            groups.setdefault(key, []).append(one)
    yield from groups.values()


def _refused(survey: Survey, one: Planned, problem: str) -> BookTable:
    question = survey.codebook.find(one.question)
    wording = question.label if question else one.question
    return BookTable(one.number, one.title, one.question, wording, one.banner.name, problem=problem)


def _shaped(
    survey: Survey,
    one: Planned,
    made: Tabled,
    cache: CubeCache,
    opened: Opened,
    protection: Protection,
) -> BookTable:
    if made.table is None:
        return _refused(survey, one, made.problem)
    try:
        tables = dict(_tables(survey, one, made.table, cache, protection))
    except ViewError as error:
        return _refused(survey, one, str(error))
    replays = [
        opened.table(table.view)
        for measure, table in tables.items()
        if measure is made.table.measure or measure not in _OF_ANY_CELL
    ]
    shaped = shape_table(
        survey.codebook,
        tables,
        one.number,
        one.title,
        one.declared.look,
        one.declared.levels,
        one.banner.name,
        replays,
    )
    view, wave = made.table.view, survey.codebook.wave
    return replace(
        shaped,
        view=shortest_text(survey, view),
        is_trend=bool(wave) and view.banner == ((wave,),),
        is_charted=one.declared.chart,
    )


def _tables(
    survey: Survey, one: Planned, first: Table, cache: CubeCache, protection: Protection
) -> Iterator[tuple[Measure, Table]]:
    """Yield the table of each statistic; the first has the tests."""
    wanted = statistics_of(one, first.question)
    yield first.measure, first
    for measure in wanted:
        if measure is first.measure:
            continue
        if measure in _OF_ANY_CELL:
            yield measure, first
            continue
        view = replace(first.view, show=measure)
        hidden = protection.get(view)
        if isinstance(hidden, ViewError):
            raise hidden
        cube = cache.cube(view)
        table = build_table(survey, view, cube, tested=False, offers=cache.offered, hidden=hidden)
        yield measure, table


def chosen(planned: Sequence[Planned], numbers: str) -> tuple[Planned, ...]:
    """Return the tables whose numbers are named, as in `3,7-9`; all for an empty text.

    Raises `PlanError` for a number that no table has.
    """
    if not numbers:
        return tuple(planned)
    wanted: set[int] = set()
    for part in numbers.split(","):
        first, _, last = part.strip().partition("-")
        try:
            low, high = int(first), int(last or first)
        except ValueError:
            raise PlanError("--tables takes numbers, as in 3,7-9, not {!r}", part) from None
        if not 1 <= low <= high <= len(planned):
            message = "--tables {}: the plan has the tables 1 to {}"
            raise PlanError(message, part.strip(), len(planned))
        wanted |= set(range(low, high + 1))
    return tuple(one for one in planned if one.number in wanted)


def bound(survey: Survey, plan: Plan, tables: Iterable[BookTable]) -> Book:
    """Return the tables as a book, in the order of their numbers."""
    n, note = survey.respondents, survey.codebook.note
    said = tr_count(n, "{:,} respondent", "{:,} respondents")
    return Book(
        plan.title or survey.title,
        tuple(sorted(tables, key=lambda one: one.number)),
        (said, note) if note else (said,),
        contents=plan.contents,
        stacked=plan.stacked,
    )
