"""A view of a survey that has been opened again: what still exists of it, and what had to go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from cxtui.analysis.view.view import View
from cxtui.errors import ViewError
from cxtui.survey.conditions import Condition, Filter
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.question import Question
from cxtui.survey.where_text import parse_condition


@dataclass(frozen=True, slots=True)
class Carried:
    """A view that fits the survey as it is now; `gone` names what did not, in words."""

    view: View
    gone: tuple[str, ...] = ()


def carried(view: View, before: Survey, after: Survey, default: View) -> Carried:
    """Return `view`, made for `before`, as far as `after` still has what it names.

    `default` is the view that `after` opens on: what the view only took from the defaults of
    `before` (the wave, the banner, the weight) follows it, but not from one guess to another.
    """
    gone: list[str] = []
    question = _question(view, before, after)
    if question is None:
        gone.append(f"question {view.question}")
    carried = replace(
        view.with_question(question.id if question else default.question),
        banner=_banner(view, before, after, default, gone),
        filters=_filters(view, before, after, default, gone),
        weight=_weight(view, before, after, gone),
        all_waves=view.all_waves and bool(after.codebook.wave),
    )
    nets = tuple(net for net in carried.nets if question and _has(question, net.members, net.minus))
    gone += [f"net {net.label}" for net in carried.nets if net not in nets]
    return Carried(replace(carried, nets=nets), tuple(gone))


def _question(view: View, before: Survey, after: Survey) -> Question | None:
    """Return the question itself, else the one that its column has become part of."""
    if found := after.codebook.find(view.question):
        return found
    known = before.codebook.find(view.question)
    columns = known.columns if known else ()
    return next(
        (one for one in after.codebook.questions if not set(columns).isdisjoint(one.columns)), None
    )


def _banner(
    view: View, before: Survey, after: Survey, default: View, gone: list[str]
) -> tuple[tuple[str, ...], ...]:
    side = before.codebook.default_banner
    guessed = _guesses_side(before.codebook) and _guesses_side(after.codebook)
    if view.banner == (((side,),) if side else ()) and not (guessed and after.codebook.find(side)):
        return default.banner
    kept = []
    for names in view.banner:
        questions = [after.codebook.find(name) for name in names]
        if all(one is not None and one.is_banner for one in questions):
            kept.append(names)
        else:
            gone.append(f"banner {' > '.join(names)}")
    return tuple(kept) or default.banner


def _guesses_side(codebook: Codebook) -> bool:
    return bool(codebook.role_guess or codebook.banner_guess)


def _filters(
    view: View, before: Survey, after: Survey, default: View, gone: list[str]
) -> tuple[Condition, ...]:
    was, now = before.codebook.wave, after.codebook.wave
    kept: list[Condition] = []
    for one in view.filters:
        if was != now and one == _latest(before):
            continue
        try:
            parse_condition(after, str(one))
        except ViewError:
            gone.append(f"filter {one}")
        else:
            kept.append(one)
    chosen = view.all_waves or any(one.mentions(now) for one in kept)
    return tuple(kept) if chosen else (*kept, *default.filters)


def _latest(survey: Survey) -> Filter | None:
    """Return the filter on the latest wave, which nobody had to ask for."""
    wave = survey.codebook.find(survey.codebook.wave)
    return Filter(wave.id, "=", (wave.latest,)) if wave else None


def _weight(view: View, before: Survey, after: Survey, gone: list[str]) -> str | None:
    guessed = before.codebook.weight_guess and after.codebook.weight_guess
    stays = guessed and view.weight in after.schema
    if (view.weight or "") == before.codebook.weight and not stays:
        return after.codebook.weight or None
    if view.weight and view.weight not in after.schema:
        gone.append(f"weight {view.weight}")
        return after.codebook.weight or None
    return view.weight


def _has(question: Question, *codes: Iterable[str]) -> bool:
    known = {one.code for one in question.categories} | {net.code for net in question.nets}
    return known.issuperset(code for some in codes for code in some)


def news(before: Survey, after: Survey) -> tuple[str, ...]:
    """Return in words who and what has come into a survey, or left it, since it was opened."""
    more = after.respondents - before.respondents
    change = f"{more:+,} respondents".replace("-", "−") if more else "no new respondents"
    if abs(more) == 1:
        change = change.removesuffix("s")
    told = [f"{change}, {after.respondents:,} now"]
    old = {one.id: one for one in before.codebook.questions}
    new = {one.id: one for one in after.codebook.questions}
    for what, ids in (
        ("new question", [name for name in new if name not in old]),
        ("gone: question", [name for name in old if name not in new]),
        ("new answers to", [name for name in new if name in old and _more(old[name], new[name])]),
    ):
        if ids:
            told.append(f"{what} {_listed(ids)}")
    return tuple(told)


_MOST_NAMED = 3


def _listed(names: list[str]) -> str:
    left = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {left} more" if left > 0 else "")


def _more(before: Question, after: Question) -> bool:
    known = {text for one in before.categories for text in one.texts}
    return any(known.isdisjoint(one.texts) for one in after.categories)
