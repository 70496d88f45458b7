"""Labels, codes and missing values of columns in the metadata of Arrow and Parquet files.

They are written by R (haven's labelled vectors, as attributes), pandas (`DataFrame.attrs` with the
names of pyreadstat's metadata), Spark (comments) and others (metadata of a single column).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from cxtui.sources.readers.arrow_schema import ArrowSchema
from cxtui.sources.readers.r_serialization import RValue, SerializationError, unserialize
from cxtui.sources.readers.statistics.variable import MissingRange, Value, Variable

_EXTENSION, _EXTENSION_METADATA = "ARROW:extension:name", "ARROW:extension:metadata"
_R, _R_VECTOR, _ATTRS, _PANDAS = "r", "arrow.r.vctrs", "PANDAS_ATTRS", "pandas"
_SPARK = "org.apache.spark.sql.parquet.row.metadata"
_LABEL = ("label", "question", "question_text", "title", "description", "comment")
_LABELS = ("labels", "value_labels", "values", "categories", "codes")
_MISSING = ("missing", "missing_values", "user_missing", "na_values", "missing_user_values")
_MEASURES = frozenset({"nominal", "ordinal", "scale"})
_EXACT = 2.0**53


def described_columns(schema: ArrowSchema) -> dict[str, Variable]:
    """Return the labels and codes that the metadata of a file describe, by column."""
    whole = {key: text for key, text in schema.metadata.items() if key != _R}
    found = [_from_r(schema.metadata.get(_R, b""))]
    found.append(_from_attributes(_parse(whole.get(_ATTRS, b""))))
    found.append(_from_spark(_parse(whole.get(_SPARK, b""))))
    for one in schema.fields:
        if one.metadata.get(_EXTENSION) == _R_VECTOR.encode():
            vector = _unserialized(one.metadata.get(_EXTENSION_METADATA, b""))
            found.append({one.name: _r_variable(one.name, vector.attributes)})
        found.append({one.name: _from_field(one.name, one.metadata)})
    names = {one.name for one in schema.fields} or {name for each in found for name in each}
    said: dict[str, list[Variable]] = {}
    for each in found:
        for name, variable in each.items():
            said.setdefault(name, []).append(variable)
    joined = {name: _joined(name, said.get(name, ())) for name in names}
    return {name: one for name, one in joined.items() if one != Variable(name)}


def extension_types(schema: ArrowSchema) -> dict[str, str]:
    """Return the names of the types of columns that Arrow itself does not have."""
    return {
        one.name: one.metadata[_EXTENSION].decode(errors="replace")
        for one in schema.fields
        if _EXTENSION in one.metadata
    }


def ordered_columns(schema: ArrowSchema) -> set[str]:
    """Return the columns that are declared as ordered lists of answers."""
    pandas = _parse(schema.metadata.get(_PANDAS, b""))
    listed = pandas.get("columns") if isinstance(pandas, dict) else None
    by_pandas = {
        one.get("field_name")
        for one in (listed if isinstance(listed, list) else ())
        if isinstance(one, dict) and _is_ordered(one.get("metadata"))
    }
    names = {name for name in by_pandas if isinstance(name, str)}
    return names | {one.name for one in schema.fields if one.is_ordered}


def _is_ordered(metadata: object) -> bool:
    return isinstance(metadata, dict) and metadata.get("ordered") is True


def _parse(text: bytes) -> Any:
    try:
        return json.loads(text) if text else {}
    except (ValueError, RecursionError):  # UnicodeDecodeError is a `ValueError`
        return {}


def _joined(name: str, said: Iterable[Variable]) -> Variable:
    """Return what all sources say of a column; the first that says something wins."""
    whole = Variable(name)
    for one in said:
        whole = replace(
            whole,
            label=whole.label or one.label,
            labels=whole.labels or one.labels,
            missing=whole.missing or one.missing,
            level=one.level if whole.level == "unknown" else whole.level,
        )
    return whole


def _from_field(name: str, metadata: Mapping[str, bytes]) -> Variable:
    texts = {key.casefold(): value for key, value in metadata.items()}
    label = next((texts[key] for key in _LABEL if texts.get(key)), b"")
    given = {key: _parse(text) for key, text in texts.items() if key in (*_LABELS, *_MISSING)}
    return _variable(
        name,
        label.decode(errors="replace"),
        next((given[key] for key in _LABELS if given.get(key)), {}),
        next((given[key] for key in _MISSING if given.get(key)), []),
    )


def _from_spark(row: Any) -> dict[str, Variable]:
    fields = row.get("fields") if isinstance(row, dict) else None
    found = {}
    for one in fields if isinstance(fields, list) else ():
        if isinstance(one, dict) and isinstance(name := one.get("name"), str):
            given = one.get("metadata")
            facts = given if isinstance(given, dict) else {}
            texts = {
                key: (value if isinstance(value, str) else json.dumps(value)).encode()
                for key, value in facts.items()
            }
            found[name] = _from_field(name, texts)
    return found


def _from_attributes(attrs: Any) -> dict[str, Variable]:
    """Return what pandas' attributes say by the names of pyreadstat's metadata."""
    if not isinstance(attrs, dict):
        return {}

    def by_column(key: str) -> dict[str, Any]:
        given = attrs.get(key)
        return given if isinstance(given, dict) else {}

    labels, values = by_column("column_names_to_labels"), by_column("variable_value_labels")
    measures = by_column("variable_measure")
    ranges, codes = by_column("missing_ranges"), by_column("missing_user_values")
    found = {}
    for name in {**labels, **values, **ranges, **codes, **measures}:
        label = labels.get(name)
        missing = [*_listed(ranges.get(name)), *_listed(codes.get(name))]
        text = label if isinstance(label, str) else ""
        one = _variable(name, text, values.get(name), missing)
        level = measures.get(name)
        found[name] = replace(one, level=level if level in _MEASURES else "unknown")
    return found


def _listed(given: object) -> list[Any]:
    return given if isinstance(given, list) else []


def _variable(name: str, label: str, labels: Any, missing: Any) -> Variable:
    """Return a variable of values as JSON has them: codes are texts."""
    pairs = labels.items() if isinstance(labels, dict) else ()
    spans = []
    for one in _listed(missing):
        ends = (one.get("lo"), one.get("hi")) if isinstance(one, dict) else (one, one)
        if all(isinstance(end, int | float | str) for end in ends):
            spans.append(MissingRange(_code(ends[0]), _code(ends[1])))
    named = {_code(code): text for code, text in pairs if isinstance(text, str)}
    return Variable(name, label, named, tuple(spans))


def _code(value: Any) -> Value:
    """Return a code as a number if it is one, whole numbers as integers."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return str(value)
    if not math.isfinite(number):
        return str(value) if isinstance(value, str) else number
    return int(number) if number.is_integer() and abs(number) < _EXACT else number


def _unserialized(content: bytes) -> RValue:
    try:
        return unserialize(content) if content else RValue()
    except SerializationError:
        return RValue()


def _from_r(content: bytes) -> dict[str, Variable]:
    columns = _unserialized(content).named.get("columns", RValue()).named
    return {
        name: _r_variable(name, one.named.get("attributes", RValue()).named)
        for name, one in columns.items()
    }


def _r_variable(name: str, attributes: Mapping[str, RValue]) -> Variable:
    """Return what the attributes of a labelled vector say."""
    empty = RValue()
    labels = attributes.get("labels", empty)
    codes = [one for one in labels.values if not isinstance(one, RValue)]
    texts = labels.attributes.get("names", empty).texts
    spans = [
        MissingRange(_code(one), _code(one)) for one in attributes.get("na_values", empty).values
    ]
    low_high = [_code(one) for one in attributes.get("na_range", empty).values]
    if len(low_high) == 2:  # noqa: PLR2004
        spans.append(MissingRange(*low_high))
    named = {
        _code(code): text
        for code, text in zip(codes, texts, strict=False)
        if code is not None and code == code  # noqa: PLR0124 -- a NaN is a tagged missing value
    }
    return Variable(name, " ".join(attributes.get("label", empty).texts[:1]), named, tuple(spans))
