"""A survey says the same under any names: hostile ones change nothing but the names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import cache

import pytest
from hypothesis import given

from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.build_trend import trend
from cxtui.analysis.tables.ranking import each_gap, ranked
from cxtui.analysis.view.view import Against, Base, Measure, View
from cxtui.analysis.view.view_options import parse_view
from cxtui.survey.conditions import NO_ANSWER, AnyOf, Filter
from cxtui.survey.model import Net
from tests.any_names import HOSTILE_NAMES, Names, Renamed


def views(n: Names) -> list[View]:
    """Views of every kind of question, with every kind of banner, filter and net."""
    return [replace(view, all_waves=True) for view in _views(n)]


def _views(n: Names) -> Iterator[View]:
    role, size, wave, tools = n(101), n(102), n(100), n(104)
    weighted = n(420)
    items = [f"{n(107)}.{n(item)}" for item in (223, 224)]
    for number in range(100, 111):
        yield View(n(number), ((role,),), weight=weighted)
    for name in items:
        yield View(name, ((role,), (size,)), full=True)
    yield View(n(103), ((wave, size),), weight=weighted, full=True)
    yield View(n(103), ((size, wave), (n(105),)), against=Against.REST)
    yield View(n(104), ((role, size),), show=Measure.COUNT)
    yield View(n(105), ((tools,), (n(106),)), base=Base.ASKED, full=True)
    yield View(n(103), ((items[0],), (n(108),), (n(109),)), show=Measure.MEAN)
    yield View(n(104), ((n(105), items[1]),), show=Measure.RESPONSES)
    filters = (
        Filter(role, "=", (n(203), n(204))),
        Filter(tools, "!=", (n(214), NO_ANSWER)),
        AnyOf((Filter(size, "=", (n(206),)), Filter(items[0], "=", (n(225), n(226))))),
        Filter(n(108), "<", ("36.0",)),
        Filter(n(105), "!=", (n(217),)),
    )
    nets = (Net(n(347), n(347), (n(208), n(211))), Net(n(348), n(348), (n(210),), (n(209),)))
    yield View(n(103), ((role,),), filters=filters, nets=nets)
    yield View(n(109), ((n(107) + "." + n(223), size),), filters=filters[:2])


def flat(value: object, translate: Callable[[str], str]) -> object:
    """A result as plain values, its numbers to nine digits and its texts translated."""
    told: object = value
    if isinstance(value, Enum):
        told = value.name
    elif isinstance(value, str):
        told = translate(value)
    elif isinstance(value, float):
        told = f"{value:.9g}"
    elif isinstance(value, View):
        told = "view"
    elif isinstance(value, Sequence):
        told = [flat(one, translate) for one in value]
    elif is_dataclass(value):
        told = {one.name: flat(getattr(value, one.name), translate) for one in fields(value)}
    return told


def tables(survey: Renamed) -> list[object]:
    return [tabulate(survey.survey, view) for view in views(survey.names)]


def trends(survey: Renamed) -> list[object]:
    n = survey.names
    asked = [View(n(number), ((n(101),),)) for number in (103, 104, 105, 107, 108)]
    return [trend(survey.survey, view) for view in asked]


def gaps(survey: Renamed) -> list[object]:
    n = survey.names
    view = View(n(103), ((n(101), n(102)),), weight=n(420), all_waves=True)
    return list(ranked([one for _, found in each_gap(survey.survey, view) for one in found], 95))


RESULTS: Mapping[str, Callable[[Renamed], list[object]]] = {
    "table": tables,
    "trend": trends,
    "ranking": gaps,
}


@cache
def plain(what: str) -> list[object]:
    return RESULTS[what](Renamed(Names()))


@pytest.mark.parametrize("what", RESULTS)
@given(names=HOSTILE_NAMES)
def test_results_are_the_same_under_any_names(what: str, names: Names) -> None:
    """Cell for cell, test for test and note for note, in each kind, banner, wave and net."""
    for expected, found in zip(plain(what), RESULTS[what](Renamed(names)), strict=True):
        assert flat(found, str) == flat(expected, names.translated)


@given(names=HOSTILE_NAMES)
def test_a_view_is_read_back_from_its_text_under_any_names(names: Names) -> None:
    """`str(view)` is the command line that asks for it again."""
    survey = Renamed(names).survey
    for view in views(names):
        assert parse_view(survey, str(view)) == view
