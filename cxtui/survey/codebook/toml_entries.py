"""Entries of a codebook by their keys in TOML; empty values are omitted."""

from __future__ import annotations

import json
import math
import re

from cxtui.survey.codebook.sampling_tables import sampling_entries
from cxtui.survey.model import Codebook
from cxtui.survey.question import Category, Holds, Net, Question
from cxtui.text import HIDDEN

_HIDDEN = re.compile(f"[{HIDDEN}]")
_LAST_OF_FOUR_DIGITS = 0xFFFF

NAMES = (
    *("title", "source", "note", "role", "wave", "weight", "respondent"),
    *("cluster", "banner"),
)
"""The top-level keys that hold one text."""


def top_entries(codebook: Codebook) -> dict[str, object]:
    """Return the entries of the survey as a whole by their keys in TOML, tables last."""
    entries: dict[str, object] = {}
    for key in NAMES:
        if key in codebook.absent:
            entries[key] = ""
        elif value := getattr(codebook, key):
            entries[key] = value
            if guess := getattr(codebook, f"{key}_guess", ""):
                entries[f"{key}_guess"] = guess
    if codebook.suppress:
        entries["suppress"] = codebook.suppress
    if codebook.weights:
        entries["weights"] = list(codebook.weights)
    ignored = [{"column": one.column, "reason": one.reason} for one in codebook.excluded]
    entries |= {"ignore": ignored} if ignored else {}
    return entries | sampling_entries(codebook)


def question_entries(question: Question) -> dict[str, object]:
    """Return the entries of a question by their keys in TOML."""
    entries: dict[str, object] = {
        "id": question.id,
        "label": question.label,
        "kind": question.kind.value,
        "columns": list(question.columns),
        "guess": question.guess,
        "undecided": bool(question.guess) and question.undecided,
        "section": question.section,
        "holds": "" if question.holds is Holds.TICKS else question.holds.value,
        "unchosen": list(question.unchosen),
        "unasked": list(question.unasked),
        "missing": list(map(_reason_entry, question.reasons)),
        "delimiter": question.delimiter,
        "others": question.others,
        "items": [{"code": one.code, "label": one.label} for one in question.items],
        "categories": list(map(_category_entry, question.options)),
        "nets": list(map(net_entry, question.nets)),
        "classes": list(question.classes),
        "range": [_number(one) for one in question.range],
        "asked": question.asked[0] if len(question.asked) == 1 else list(question.asked),
        "made": question.made,
    }
    always = {"id", "label", "kind", "columns"}
    return {key: value for key, value in entries.items() if value or key in always}


def _category_entry(one: Category) -> dict[str, object]:
    entry: dict[str, object] = {"code": one.code, "label": one.label}
    entry |= {"missing": True} if one.missing else {}
    entry |= {} if one.score is None else {"score": one.score}
    return entry | ({"spellings": list(one.spellings)} if one.spellings else {})


def _reason_entry(one: Category) -> dict[str, object]:
    return {key: value for key, value in _category_entry(one).items() if key != "missing"}


def net_entry(one: Net) -> dict[str, object]:
    """Return the entries of a net by their keys in TOML."""
    entry: dict[str, object] = {"code": one.code, "label": one.label, "members": list(one.members)}
    return entry | ({"minus": list(one.minus)} if one.minus else {})


def _number(number: float) -> float:
    return int(number) if number.is_integer() else number


def toml_value(value: object) -> str:
    """Return a text, number, boolean or list in TOML.

    It is JSON's notation, but for infinite numbers and for characters that a terminal obeys or
    nobody sees, which are escaped.
    """
    if isinstance(value, float) and math.isinf(value):
        return "inf" if value > 0 else "-inf"
    if isinstance(value, list):
        return f"[{', '.join(map(toml_value, value))}]"
    return _HIDDEN.sub(_escaped, json.dumps(value, ensure_ascii=False))


def _escaped(found: re.Match[str]) -> str:
    point = ord(found[0])
    return f"\\u{point:04x}" if point <= _LAST_OF_FOUR_DIGITS else f"\\U{point:08x}"
