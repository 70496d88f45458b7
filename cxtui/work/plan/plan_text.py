"""Read a tab plan from TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cxtui.analysis.view.view import Sort
from cxtui.analysis.view.view_option_table import VIEW_OPTIONS, ViewOptions, as_level
from cxtui.errors import Advice, PlanError, UsageError, near_names
from cxtui.messages import tr
from cxtui.options import value_given, values_from
from cxtui.output.book.book_look import Look, Low
from cxtui.survey.codebook.load_toml import load_toml
from cxtui.survey.codebook.toml_table import TomlTable
from cxtui.text import clean
from cxtui.work.plan.plan import EVERY, Plan, PlanBanner, PlanTable

_MOST_BYTES = 1 << 20
_PLAN_KEYS = {"title", "contents", "layout", "defaults", "banners", "table"}
_LAYOUTS = ("sheets", "stacked")
_OPTIONS = {one.name: one for one in VIEW_OPTIONS if one.name not in {"question", "by", "across"}}
_LISTS = {"show", "level"}
"""Options that may be a list: several statistics a cell, two levels."""

_LOOK = {"top", "hide", "drop_empty", "hide_under", "low"}
_OF_MANY = {"banner", "banners", "by", "filters", "weights"}
_OF_TABLE = {"questions", "title", "chart"}
_TABLE_KEYS = {*_OPTIONS, *_LOOK, *_OF_MANY, *_OF_TABLE}
_RIVALS = (("banner", "banners", "by"), ("weight", "weights", "no_weight"))
"""Keys that say the same: those of a table win over those of the defaults."""

_MOST_LEVELS = 2


def read_plan_file(path: Path) -> Plan:
    """Return the plan of a file; raises `PlanError`."""
    return read_plan(text_of_plan(path, str(path)), str(path))


def text_of_plan(path: Path, origin: str) -> str:
    """Return the text of a plan, which errors call `origin`; raises `PlanError`."""
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise PlanError("{}: {}", origin, error.strerror) from None
    if len(content) > _MOST_BYTES:
        raise PlanError("{} is too large for a plan: over {:,} bytes", origin, _MOST_BYTES)
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise PlanError("{} is not UTF-8: is it a plan?", origin) from None


def read_plan(text: str, origin: str, *, may_be_empty: bool = False) -> Plan:
    """Return the plan of a TOML text; `origin` names it in errors.

    Raises `PlanError`, also where it has no table unless it `may_be_empty`.
    """
    try:
        entries = load_toml(text)
    except tomllib.TOMLDecodeError as error:
        raise PlanError("{} is not valid TOML: {}", origin, error) from None
    top = _Keys(entries, tr("the plan"), origin, PlanError)
    plan = _Reader(top).plan()
    if not (plan.tables or may_be_empty):
        raise top.error('{} has no [[table]]: add one with questions = ["*"]')
    return plan


@dataclass(frozen=True, slots=True)
class _Keys(TomlTable):
    """A table of the plan, whose unknown keys are compared with the known ones."""

    def check_keys(self, known: Iterable[str]) -> None:
        """Raise an error for a key that is not `known`, with the one that is nearest."""
        for key in self.entries:
            if key not in known:
                raise self.error("{} has the unknown key {!r}{}", key, nearest(key, known))

    def several(self, key: str) -> tuple[str, ...]:
        """Return a text or a list of texts."""
        return self.texts(key) if isinstance(self.entries.get(key), list) else (self.text(key),)


def nearest(word: str, known: Iterable[str]) -> Advice:
    """Return the known word that is nearest, as advice; else all of them."""
    listed = sorted(known)
    if near := near_names(word, listed):
        return Advice(tr("; did you mean {!r}?", near[0]), near)
    return Advice(tr("; known are {}", ", ".join(listed))) if listed else Advice()


class _Reader:
    """Reads the entries of a plan."""

    def __init__(self, top: _Keys) -> None:
        self._top = top
        top.check_keys(_PLAN_KEYS)
        self._defaults = self._table("defaults")
        named = _Keys(dict(self._defaults), "[defaults]", top.origin, PlanError)
        named.check_keys(_TABLE_KEYS - _OF_TABLE)
        self._banners = {name: self._banner(name, by) for name, by in self._table("banners")}

    def _table(self, key: str) -> list[tuple[str, Any]]:
        found = self._top.table(key, f"[{key}] is not a table")
        return list(found.entries.items()) if found else []

    def plan(self) -> Plan:
        """Return the plan; raises `PlanError`."""
        top = self._top
        layout = top.text("layout", _LAYOUTS[0])
        if layout not in _LAYOUTS:
            raise top.error("{}: layout takes {}, not {!r}", " or ".join(_LAYOUTS), layout)
        return Plan(
            clean(top.text("title", "")),
            tuple(self._tables()),
            contents=top.flag("contents", default=True),
            stacked=layout == "stacked",
        )

    def _banner(self, name: str, by: object) -> PlanBanner:
        named = _Keys({name: by}, "[banners]", self._top.origin, PlanError)
        return PlanBanner(clean(name), named.several(name))

    def _tables(self) -> Iterator[PlanTable]:
        for place, entries in enumerate(self._top.tables("table"), 1):
            own = {**self._without_rivals(entries), **entries}
            named = _Keys(own, tr("[[table]] {}", place), self._top.origin, PlanError)
            named.check_keys(_TABLE_KEYS)
            yield self._one(named)

    def _without_rivals(self, entries: Mapping[str, object]) -> dict[str, object]:
        """Return the defaults without those that an entry of the table replaces."""
        gone = {key for rivals in _RIVALS if entries.keys() & {*rivals} for key in rivals}
        return {key: value for key, value in self._defaults if key not in gone}

    def _one(self, table: _Keys) -> PlanTable:
        for rivals in _RIVALS:
            if len(found := [key for key in rivals if key in table.entries]) > 1:
                raise table.error("{}: take {} or {}, not both", *found[:2])
        questions = table.several("questions")
        if not questions:
            raise table.error('{}: questions is empty; "*" takes all of them')
        if "net" in table.entries and EVERY in questions:
            raise table.error("{}: net counts the answers of one question: name it instead of *")
        look = _look(table)
        options = dict(_options(table))
        if look.top and "sort" not in table.entries:
            options["sort"] = Sort.PERCENT
        show = () if "show" not in table.entries else _given(table, "show", table.entries["show"])
        return PlanTable(
            questions,
            tuple(self._banners_of(table)),
            tuple(self._filters(table)) or ((),),
            table.several("weights") if "weights" in table.entries else ("",),
            clean(table.text("title", "")),
            table.flag("chart"),
            show,
            self._levels(table),
            values_from(ViewOptions, options),
            look,
        )

    def _listed(self, table: _Keys, key: str) -> list[object]:
        """Return the values of an option that may be a list."""
        given = table.entries.get(key, [])
        return [_given(table, key, one) for one in (given if isinstance(given, list) else [given])]

    def _levels(self, table: _Keys) -> tuple[float, ...]:
        levels = tuple(as_level(str(one)) for one in self._listed(table, "level")) or (95.0,)
        if len(levels) > _MOST_LEVELS or sorted(levels, reverse=True) != [*dict.fromkeys(levels)]:
            raise table.error("{}: level takes one level or two, the stricter first")
        return levels

    def _banners_of(self, table: _Keys) -> Iterator[PlanBanner]:
        if "by" in table.entries:
            yield PlanBanner("", table.several("by"))
            return
        key = "banners" if "banners" in table.entries else "banner"
        if key not in table.entries:
            yield PlanBanner("", ())
            return
        for name in table.several(key):
            if name not in self._banners:
                advice = nearest(name, self._banners)
                raise table.error("{}: [banners] has no {!r}{}", name, advice)
            yield self._banners[name]

    def _filters(self, table: _Keys) -> Iterator[tuple[str, ...]]:
        for one in table.listed("filters", list | str, "{}: {} takes a list of lists of filters"):
            texts = one if isinstance(one, list) else [one]
            if not all(isinstance(text, str) for text in texts):
                raise table.error('{}: filters takes lists of texts, as in [["role=1"]]')
            yield tuple(texts)


def _options(table: _Keys) -> Iterator[tuple[str, object]]:
    """Yield the options of the view by name; lists of statistics and levels apart."""
    for key, value in table.entries.items():
        if key in _OPTIONS and key not in _LISTS:
            yield key, _given(table, key, value)


def _given(table: _Keys, key: str, value: object) -> Any:
    try:
        return value_given(_OPTIONS[key], value, key)
    except UsageError as error:
        raise table.error("{}: {}", error) from None


def _look(table: _Keys) -> Look:
    top, under = table.number("top", 0) or 0.0, table.number("hide_under", 0) or 0.0
    if top < 0 or not top.is_integer():
        raise table.error("{}: top takes a whole number of answers")
    low = table.text("low", Low.GREY)
    if low not in {*Low}:
        raise table.error("{}: low takes {}, not {!r}", ", ".join(Low), low)
    hide = table.several("hide") if "hide" in table.entries else ()
    return Look(int(top), hide, table.flag("drop_empty"), under, Low(low))
