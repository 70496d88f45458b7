"""All messages of the program's code, found by following what is given to `tr` and its kin.

A message is a constant where it is given, or a name, a table, a field or a parameter that holds
constants elsewhere: those are looked up. What cannot be followed is reported with its place.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from dataclasses import dataclass, field

from cxtui import errors
from cxtui.errors import CxtuiError
from tests.translations.code_modules import Module, package_modules
from tests.translations.elsewhere import ELSEWHERE
from tests.translations.follow_constants import Unknown
from tests.translations.named_sources import Sources

ERRORS = frozenset(
    name
    for name, one in vars(errors).items()
    if isinstance(one, type) and issubclass(one, CxtuiError)
)
TAKES = frozenset({"tr", "tr_count", "Lost", *ERRORS})
"""What takes messages."""
_QUOTES = "“”"
"""Signs that another language has others for."""


@dataclass
class Found:
    """The messages with the places that say them, plurals by singulars, what is unknown, and
    the entries of `ELSEWHERE` that were needed.
    """

    messages: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    plurals: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    elsewhere: set[str] = field(default_factory=set)


def find_messages() -> Found:
    """Return all messages of the program."""
    modules = package_modules()
    follower, found = Sources(modules), Found()
    for module in modules.values():
        if module.name == "cxtui.messages":
            continue
        for node in module.of(ast.Call):
            if isinstance(node.func, ast.Name):
                _of_call(follower, found, module, node)
    return found


def _of_call(follower: Sources, found: Found, module: Module, call: ast.Call) -> None:
    name = call.func.id  # type: ignore[attr-defined]
    if name == "map" and ast.unparse(call.args[0]) in TAKES:
        name, given = "tr", call.args[1:]
    else:
        given = call.args
    if name not in TAKES or not given:
        return
    text = ast.unparse(call)
    place = f"{module.place}:{call.lineno}"
    try:
        if (known := ELSEWHERE.get(f"{module.place}: {text}")) is not None:
            found.elsewhere.add(f"{module.place}: {text}")
            messages = [one for source in known for one in follower.elsewhere(source)]
        elif name == "tr_count":
            messages = _plural(follower, found, module, call)
        elif isinstance(given[0], ast.Starred):
            messages = follower.texts(module, given[0].value)[:1]
        else:
            messages = follower.texts(module, given[0])
    except Unknown:
        found.unknown.append(f"{module.place}: {text[:120]}")
        return
    for one in messages:
        if any(sign.isalpha() or sign in _QUOTES for sign in _without_values(one)):
            found.messages[one].append(place)


def _plural(follower: Sources, found: Found, module: Module, call: ast.Call) -> list[str]:
    if isinstance(call.args[1], ast.Starred):
        both = follower.texts(module, call.args[1].value)
        one, several = both[::2], both[1::2]
    else:
        one, several = (follower.latest(module, node, call.lineno) for node in call.args[1:3])
    if len(one) != len(several):
        raise Unknown
    found.plurals |= dict(zip(one, several, strict=True))
    return one


def _without_values(text: str) -> str:
    return re.sub(r"\{[^}]*\}", "", text)
