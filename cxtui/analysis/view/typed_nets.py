"""Nets of a view: their text and codes, and removal of a net."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from cxtui.analysis.view.scale_nets import nets_of_scale, scores_of_scale
from cxtui.errors import ViewError
from cxtui.messages import tr
from cxtui.survey.question import Kind, Net, Question
from cxtui.survey.quoting import MINUS, QUOTED, cuts_outside, unquoted
from cxtui.survey.where_text import codes_of
from cxtui.text import clean

_MINUS = re.compile(re.escape(MINUS))


def why_no_nets(question: Question) -> str:
    """Return why a question cannot have nets, empty if it can."""
    match question.kind:
        case Kind.NUMERIC:
            why = tr("it has no answers to count together, only classes")
        case Kind.TEXT:
            why = tr("it has no answers to count together")
        case Kind.GRID:
            first = question.item_id(question.items[0])
            why = tr("count answers to one of its rows together, as {}", first)
        case _:
            return "" if question.categories else tr("{} has no answers listed", question.id)
    return tr("{} is {}: {}", question.id, question.kind, why)


def make_net(
    question: Question,
    others: Iterable[Net],
    label: str,
    members: Sequence[str],
    minus: Sequence[str] = (),
) -> Net:
    """Return a net of `question`; `others` are the other nets of the view.

    Its code is its label, with `net` before it as often as the code is taken.
    """
    label = clean(label)
    taken = {one.code for one in question.categories}
    taken |= {one.code for one in nets_of_scale(question)}
    taken |= {one.code for one in scores_of_scale(question)}
    for net in (*question.nets, *others):
        taken |= set(_codes(net.code))
    code = label
    while taken.intersection(_codes(code)):
        code = f"net {code}"
    return Net(code, label, tuple(members), tuple(minus))


def _codes(code: str) -> tuple[str, str, str]:
    """Return the codes of a net, and of the two parts of a difference."""
    return code, f"{code}+", f"{code}-"


def member_nets(question: Question, others: Iterable[Net]) -> tuple[Net, ...]:
    """Return the nets that can be members of another: all but differences."""
    return tuple(one for one in (*question.nets, *others) if not one.minus)


def remove_net(question: Question, nets: Iterable[Net], removed: Net) -> tuple[Net, ...]:
    """Return the nets without one, whose members replace it in other nets.

    Codes are as if it had never existed.
    """
    codes: dict[str, tuple[str, ...]] = {removed.code: removed.members}
    kept: list[Net] = []

    def renamed(members: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(new for old in members for new in codes.get(old, (old,))))

    for one in nets:
        if one.code != removed.code:
            net = make_net(question, kept, one.label, renamed(one.members), renamed(one.minus))
            codes[one.code] = (net.code,)
            kept.append(net)
    return tuple(kept)


def parse_nets(question: Question, texts: Iterable[str]) -> tuple[Net, ...]:
    """Return the nets of several `--net`; each can have earlier ones as members."""
    nets: list[Net] = []
    for text in texts:
        nets.append(parse_net(question, text, nets))
    return tuple(nets)


def parse_net(question: Question, text: str, others: Sequence[Net] = ()) -> Net:
    """Return the net of a text `LABEL=VALUE,VALUE`, or a difference with ` minus ` in it.

    Values are codes or labels of categories and nets, including `others`. Raises `ViewError` if one
    does not exist.
    """
    label, values = _label_and_values(text)
    if not clean(label) or not values.strip():
        raise ViewError("--net {} is not of the form LABEL=VALUE,VALUE", text)
    if why := why_no_nets(question):
        raise ViewError(why)
    whole = replace(question, nets=member_nets(question, others))
    members, minus = _sides(whole, values)
    return make_net(question, others, label, members, minus)


def _label_and_values(text: str) -> tuple[str, str]:
    if quoted := QUOTED.match(text.lstrip()):
        rest = text.lstrip()[quoted.end() :].lstrip()
        if rest.startswith("="):
            return unquoted(quoted[1]), rest[1:]
    label, _, values = text.partition("=")
    return label, values


def _sides(question: Question, values: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the codes before and after ` minus `, which may also be part of a label."""
    codes = partial(codes_of, question, nets=True)
    cuts = cuts_outside(_MINUS, values)
    for begin, end in cuts:
        with suppress(ViewError):
            return codes(values[:begin]), codes(values[end:])
    try:
        return codes(values), ()
    except ViewError:
        if not cuts:
            raise
    begin, end = cuts[0]
    return codes(values[:begin]), codes(values[end:])
