"""Checks JSON against a JSON Schema: the keywords that ours has, and that each key is described."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

KEYWORDS = frozenset({
    *("$schema", "title", "description", "$defs", "$ref", "oneOf", "type", "const", "enum"),
    *("required", "properties", "additionalProperties", "items"),
})  # fmt: skip

_TYPES: Mapping[str, type | tuple[type, ...]] = {
    **{"object": dict, "array": list, "string": str, "number": (int, float), "integer": int},
    **{"boolean": bool, "null": type(None)},
}


def faults(whole: Schema, schema: Schema, value: Any, place: str = "") -> Iterator[str]:
    """Yield where a value breaks a schema, a part of the `whole`, or has a key it has not."""
    assert schema.keys() <= KEYWORDS, schema.keys() - KEYWORDS
    if "$ref" in schema:
        *_, name = schema["$ref"].split("/")
        yield from faults(whole, whole["$defs"][name], value, place)
    if "oneOf" in schema:
        each = [list(faults(whole, one, value, place)) for one in schema["oneOf"]]
        if sum(not one for one in each) != 1:
            yield f"{place}: not exactly one of them: {min(each, key=len)}"
    if "type" in schema and not _is_of(schema["type"], value):
        yield f"{place}: {value!r} is not of {schema['type']}"
    if "const" in schema and value != schema["const"]:
        yield f"{place}: {value!r} is not {schema['const']!r}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{place}: {value!r} is not in {schema['enum']}"
    if isinstance(value, list) and "items" in schema:
        for at, one in enumerate(value):
            yield from faults(whole, schema["items"], one, f"{place}[{at}]")
    if isinstance(value, dict) and schema.get("type") == "object":
        yield from _faults_of_object(whole, schema, value, place)


def _is_of(types: str | list[str], value: Any) -> bool:
    listed = [types] if isinstance(types, str) else types
    if isinstance(value, bool):
        return "boolean" in listed
    return any(isinstance(value, _TYPES[one]) for one in listed)


def _faults_of_object(
    whole: Schema, schema: Schema, value: Mapping[str, Any], place: str
) -> Iterator[str]:
    known = schema.get("properties", {})
    yield from (f"{place} lacks {one}" for one in schema.get("required", ()) if one not in value)
    for key, one in value.items():
        if key in known:
            yield from faults(whole, known[key], one, f"{place}.{key}")
        elif "additionalProperties" in schema:
            yield from faults(whole, schema["additionalProperties"], one, f"{place}.{key}")
        else:
            yield f"{place}.{key} is not described"


def undescribed(whole: Schema, schema: Any, place: str = "") -> Iterator[str]:
    """Yield the properties of a schema that have no description, of their own or behind a $ref."""
    if isinstance(schema, Mapping):
        for name, one in schema.get("properties", {}).items():
            target = whole["$defs"][one["$ref"].split("/")[-1]] if "$ref" in one else one
            if not target.get("description"):
                yield f"{place}.{name}"
        for key, one in schema.items():
            yield from undescribed(whole, one, f"{place}.{key}")
    elif isinstance(schema, list):
        for one in schema:
            yield from undescribed(whole, one, place)
