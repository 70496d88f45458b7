"""Codebooks and their parts as JSON and back, exactly; TOML is for people, and slower to read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

Value = TypeVar("Value")


def to_json(value: object) -> str:
    """Return a frozen dataclass, or a tuple or mapping of such, as JSON; defaults are left out."""
    return json.dumps(_plain(value))


def from_json(text: str, shape: Callable[..., Value]) -> Value:
    """Return the value of a `shape` in JSON.

    Raises `ValueError`, `TypeError`, `KeyError` or `AttributeError` where it holds something else.
    """
    found: Value = _maker(shape)(json.loads(text))
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value):
        parts = ((one, getattr(value, one.name)) for one in fields(value) if one.init)
        return {one.name: _plain(part) for one, part in parts if part != one.default}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return value


@cache
def _types() -> Mapping[str, Any]:
    """Return the types of a codebook's parts by name: not every module loads those it names."""
    from cxtui.survey import model, question, sampling
    from cxtui.survey.derive import codes_lines, derivation

    modules = (model, question, sampling, derivation, codes_lines)
    return {name: one for module in modules for name, one in vars(module).items()}


@cache
def _maker(shape: Any) -> Callable[[Any], Any]:
    """Return what makes a value of a type from plain values."""
    origin, arguments = get_origin(shape), get_args(shape)
    if origin is tuple:
        one = _maker(arguments[0])
        return lambda plain: tuple(map(one, plain))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        one = _maker(arguments[1])
        return lambda plain: {name: one(part) for name, part in plain.items()}
    if NoneType in arguments:
        one = _maker(next(each for each in arguments if each is not NoneType))
        return lambda plain: None if plain is None else one(plain)
    if is_dataclass(shape) and isinstance(shape, type):
        hints = get_type_hints(shape, localns=_types())
        makers = {each.name: _maker(hints[each.name]) for each in fields(shape) if each.init}
        return lambda plain: shape(**{name: makers[name](part) for name, part in plain.items()})
    return shape if isinstance(shape, type) and issubclass(shape, Enum) else lambda plain: plain
