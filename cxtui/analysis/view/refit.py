"""Refit of a view to a survey that was read again: what still exists, and what was dropped."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from cxtui.analysis.view.view import View
from cxtui.errors import ViewError
from cxtui.messages import tr, tr_count, tr_some
from cxtui.survey.conditions import Condition, Filter
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.question import Question
from cxtui.survey.where_text import parse_condition


class RefitView(NamedTuple):
    """A view that fits the survey as it is now; `dropped` are descriptions of what does not."""

    view: View
    dropped: tuple[str, ...] = ()


def refit_view(view: View, before: Survey, after: Survey, default: View) -> RefitView:
    """Return `view`, made for `before`, without what `after` does not have.

    `default` is the default view of `after`: it replaces the wave, banner and weight that `view`
    has from the defaults of `before`, except one auto-detected value by another.
    """
    dropped: list[str] = []
    question = _question(view, before, after)
    if question is None:
        dropped.append(tr("question {}", view.question))
    found = replace(
        view.with_question(question.id if question else default.question),
        banner=_banner(view, before, after, default, dropped),
        filters=_filters(view, before, after, default, dropped),
        weight=_weight(view, before, after, dropped),
        all_waves=view.all_waves and bool(after.codebook.wave),
    )
    hidden = [one for one in found.hidden if all(map(after.codebook.find, one.variables))]
    known: set[str] = set()
    if question:
        known = {one.code for one in question.categories} | {net.code for net in question.nets}
    nets = tuple(net for net in found.nets if known.issuperset((*net.members, *net.minus)))
    dropped += [tr("net {}", net.label) for net in found.nets if net not in nets]
    return RefitView(replace(found, nets=nets, hidden=tuple(hidden)), tuple(dropped))


def _question(view: View, before: Survey, after: Survey) -> Question | None:
    """Return the question with the same id, else one with any of its columns."""
    if found := after.codebook.find(view.question):
        return found
    known = before.codebook.find(view.question)
    columns = known.columns if known else ()
    return next(
        (one for one in after.codebook.questions if not set(columns).isdisjoint(one.columns)), None
    )


def _banner(
    view: View, before: Survey, after: Survey, default: View, dropped: list[str]
) -> tuple[tuple[str, ...], ...]:
    banner = before.codebook.default_banner
    detected = _detects_banner(before.codebook) and _detects_banner(after.codebook)
    stays = detected and after.codebook.find(banner)
    if view.banner == (((banner,),) if banner else ()) and not stays:
        return default.banner
    kept = []
    for names in view.banner:
        questions = [after.codebook.find(name) for name in names]
        if all(one is not None and one.is_banner for one in questions):
            kept.append(names)
        else:
            dropped.append(tr("banner {}", " > ".join(names)))
    return tuple(kept) or default.banner


def _detects_banner(codebook: Codebook) -> bool:
    return bool(codebook.role_guess or codebook.banner_guess)


def _filters(
    view: View, before: Survey, after: Survey, default: View, dropped: list[str]
) -> tuple[Condition, ...]:
    was, now = before.codebook.wave, after.codebook.wave
    wave = before.codebook.find(was)
    kept: list[Condition] = []
    for one in view.filters:
        if was != now and wave and one == Filter(wave.id, "=", (wave.latest,)):
            continue
        try:
            parse_condition(after, str(one))
        except ViewError:
            dropped.append(tr("filter {}", one))
        else:
            kept.append(one)
    chosen = view.all_waves or any(one.mentions(now) for one in kept)
    return tuple(kept) if chosen else (*kept, *default.filters)


def _weight(view: View, before: Survey, after: Survey, dropped: list[str]) -> str | None:
    detected = before.codebook.weight_guess and after.codebook.weight_guess
    stays = detected and view.weight in after.schema
    if (view.weight or "") == before.codebook.weight and not stays:
        return after.codebook.weight or None
    if view.weight and view.weight not in after.schema:
        dropped.append(tr("weight {}", view.weight))
        return after.codebook.weight or None
    return view.weight


def describe_changes(before: Survey, after: Survey) -> tuple[str, ...]:
    """Return descriptions of the changes in a survey since it was opened."""
    more = after.respondents - before.respondents
    change = tr("no new respondents")
    if more:
        signed = f"{more:+,}".replace("-", "−")
        change = tr_count(abs(more), "{1} respondent", "{1} respondents", signed)
    told = [tr("{}, {:,} now", change, after.respondents)]
    old = {one.id: one for one in before.codebook.questions}
    new = {one.id: one for one in after.codebook.questions}
    for message, ids in (
        ("new question {}", [name for name in new if name not in old]),
        ("no longer there: question {}", [name for name in old if name not in new]),
        (
            "new answers to {}",
            [name for name in new if name in old and _more(old[name], new[name])],
        ),
    ):
        if ids:
            told.append(tr(message, tr_some(ids)))
    return tuple(told)


def _more(before: Question, after: Question) -> bool:
    known = {text for one in before.categories for text in one.texts}
    return any(known.isdisjoint(one.texts) for one in after.categories)
