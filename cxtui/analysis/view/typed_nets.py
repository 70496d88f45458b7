"""Nets made on the fly: their text, their codes, and what happens when one goes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from cxtui.analysis.stats.scale_nets import nets_of_scale, scores_of_scale
from cxtui.errors import ViewError
from cxtui.survey.question import Kind, Net, Question
from cxtui.survey.quoting import MINUS, QUOTED, cuts_outside, unquoted
from cxtui.survey.where_text import codes_of
from cxtui.text import clean

_MINUS = re.compile(re.escape(MINUS))


def why_no_nets(question: Question) -> str:
    """Return why no answers of a question can be counted together, empty where they can."""
    match question.kind:
        case Kind.NUMERIC:
            why = "it has no answers to count together, only classes"
        case Kind.TEXT:
            why = "it has no answers to count together"
        case Kind.GRID:
            first = question.item_id(question.items[0])
            why = f"count answers to one of its rows together, as {first}"
        case _:
            return "" if question.categories else f"{question.id} has no answers listed"
    return f"{question.id} is {question.kind}: {why}"


def made_net(
    question: Question,
    others: Iterable[Net],
    label: str,
    members: Sequence[str],
    minus: Sequence[str] = (),
) -> Net:
    """Return a net of `question` beside the `others` made on the fly.

    Its code is its label, or comes of it where that is the code of something else.
    """
    label = clean(label)
    taken = {one.code for one in question.categories}
    taken |= {one.code for one in nets_of_scale(question)} | {
        one.code for one in scores_of_scale(question)
    }
    for net in (*question.nets, *others):
        taken |= set(_codes(net.code))
    code = label
    while taken.intersection(_codes(code)):
        code = f"net {code}"
    return Net(code, label, tuple(members), tuple(minus))


def _codes(code: str) -> tuple[str, str, str]:
    """Return the codes that a net takes up: the ends of a difference have their own."""
    return code, f"{code}+", f"{code}-"


def memberable(question: Question, made: Iterable[Net]) -> tuple[Net, ...]:
    """Return the nets that can be members of another: a difference is no set of respondents."""
    return tuple(one for one in (*question.nets, *made) if not one.minus)


def without_net(question: Question, nets: Iterable[Net], gone: Net) -> tuple[Net, ...]:
    """Return the nets without one; where it was a member, its own members are.

    Codes are made anew, as they would be had it never been there.
    """
    now: dict[str, tuple[str, ...]] = {gone.code: gone.members}
    kept: list[Net] = []

    def renamed(codes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(new for old in codes for new in now.get(old, (old,))))

    for one in nets:
        if one.code != gone.code:
            net = made_net(question, kept, one.label, renamed(one.members), renamed(one.minus))
            now[one.code] = (net.code,)
            kept.append(net)
    return tuple(kept)


def parse_nets(question: Question, texts: Iterable[str]) -> tuple[Net, ...]:
    """Return the nets that several `--net` mean; one may name those before it."""
    nets: list[Net] = []
    for text in texts:
        nets.append(parse_net(question, text, nets))
    return tuple(nets)


def parse_net(question: Question, text: str, others: Sequence[Net] = ()) -> Net:
    """Return the net that `LABEL=VALUE,VALUE` means; ` minus ` makes it a difference of two.

    Values are codes or labels of categories and of nets, the `others` among them. Raises
    `ViewError` where one is not there.
    """
    label, values = _label_and_values(text)
    if not clean(label) or not values.strip():
        raise ViewError(f"--net {text} is not of the form LABEL=VALUE,VALUE")
    if why := why_no_nets(question):
        raise ViewError(why)
    whole = replace(question, nets=memberable(question, others))
    members, minus = _sides(whole, values)
    return made_net(question, others, label, members, minus)


def _label_and_values(text: str) -> tuple[str, str]:
    if quoted := QUOTED.match(text.lstrip()):
        rest = text.lstrip()[quoted.end() :].lstrip()
        if rest.startswith("="):
            return unquoted(quoted[1]), rest[1:]
    label, _, values = text.partition("=")
    return label, values


def _sides(question: Question, values: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the members and what they are without; a label may hold the word itself."""
    cuts = cuts_outside(_MINUS, values)
    for begin, end in cuts:
        try:
            return _codes_of(question, values[:begin]), _codes_of(question, values[end:])
        except ViewError:
            continue
    try:
        return _codes_of(question, values), ()
    except ViewError:
        if not cuts:
            raise
    begin, end = cuts[0]
    return _codes_of(question, values[:begin]), _codes_of(question, values[end:])


def _codes_of(question: Question, text: str) -> tuple[str, ...]:
    return codes_of(question, text, nets=True)
