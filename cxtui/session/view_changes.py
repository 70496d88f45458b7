"""What a step changed, in a few words for the status line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from cxtui.analysis.tables.state_line import (
    AGAINST,
    BASES,
    describe_filter,
    joined_filters,
    level_state,
    names_of_measures,
)
from cxtui.analysis.view.view import Sort, View, shown_of
from cxtui.messages import tr, tr_count, tr_some
from cxtui.survey.conditions import Filter
from cxtui.text import SEPARATOR

if TYPE_CHECKING:
    from cxtui.analysis.view.hidden_parts import Hidden
    from cxtui.survey.model import Codebook

_SORTS = {
    Sort.QUESTIONNAIRE: "questionnaire order",
    Sort.PERCENT: "sorted by percent",
    Sort.GAP: "sorted by gap",
    Sort.LABEL: "sorted by label",
}


def describe_change(codebook: Codebook, before: View, after: View) -> str:
    """Return the new state of each part of a view that a step changed, but for the question."""
    return SEPARATOR.join(_changes(codebook, before, after))


def _changes(codebook: Codebook, before: View, after: View) -> Iterator[str]:
    yield from _derived(before, after)
    if (before.show, before.also) != (after.show, after.also):
        yield _measure(codebook, after)
    for field, words in _WORDS.items():
        if getattr(before, field) != getattr(after, field):
            yield words(codebook, after)
    if any(
        getattr(before, one) != getattr(after, one) for one in ("correction", "family", "level")
    ):
        yield level_state(after)


def _derived(before: View, after: View) -> Iterator[str]:
    """Yield which derived questions a step added, or took away."""
    if before.derive == after.derive:
        return
    from cxtui.survey.derive.derivation_text import parse_derivation

    was, now = (
        dict.fromkeys(parse_derivation(line, "").id for line in one.derive)
        for one in (before, after)
    )
    for message, ids in (
        ("new question: {}", [one for one in now if one not in was]),
        ("without question: {}", [one for one in was if one not in now]),
    ):
        if ids:
            yield tr(message, tr_some(ids))


def _measure(codebook: Codebook, view: View) -> str:
    question = codebook.find(view.question)
    return names_of_measures(shown_of(question, view), view) if question else ""


def _filters(codebook: Codebook, view: View) -> str:
    if not view.filters:
        return tr("no filter")
    return tr("filter: {}", joined_filters(codebook, view.filters))


def _banner(_: Codebook, view: View) -> str:
    sides = (" > ".join(side) for side in view.banner)
    return tr("banner: {}", " | ".join(sides) or tr("none"))


def _column(codebook: Codebook, column: Hidden) -> str:
    steps = (Filter(question, "=", (code,)) for question, code in column.path)
    return " > ".join(describe_filter(codebook, one) for one in steps) or tr("Total")


_WORDS: dict[str, Callable[[Codebook, View], str]] = {
    "banner": _banner,
    "filters": _filters,
    "weight": lambda _, view: tr("weight: {}", view.weight) if view.weight else tr("unweighted"),
    "across": lambda codebook, view: (
        tr("items by the banner")
        if view.across is None
        else tr("answers across: {}", _column(codebook, view.across))
    ),
    "base": lambda _, view: tr(BASES[view.base]),
    "sort": lambda _, view: tr(_SORTS[view.sort]),
    "against": lambda _, view: tr(AGAINST[view.against]),
    "nets": lambda _, view: tr("nets: {}", ", ".join(one.label for one in view.nets) or tr("none")),
    "full": lambda _, view: (
        tr("nets, scores and missing shown") if view.full else tr("nets, scores and missing hidden")
    ),
    "hidden": lambda _, view: tr_count(
        len(view.hidden), "{} row or column hidden", "{} rows and columns hidden"
    ),
    "hide_empty": lambda _, view: (
        tr("empty rows and columns hidden") if view.hide_empty else tr("empty rows shown")
    ),
    "most_rows": lambda _, view: (
        tr("the first {} answers", view.most_rows) if view.most_rows else tr("all answers")
    ),
}
"""The words for each part of a view, by its field."""
