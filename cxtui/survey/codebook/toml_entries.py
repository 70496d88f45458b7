"""Entries of a codebook by their keys in TOML; empty values are omitted."""

from __future__ import annotations

import json
from dataclasses import asdict

from cxtui.survey.model import Codebook
from cxtui.survey.question import Category, Item, Net, Question

NAMES = (
    *("title", "source", "note", "role", "wave", "weight", "respondent"),
    *("strata", "cluster", "population", "banner"),
)
"""The top-level keys that hold one text."""


def top_entries(codebook: Codebook) -> dict[str, object]:
    """Return the entries of the survey as a whole by their keys in TOML."""
    entries: dict[str, object] = {}
    for key in NAMES:
        if key in codebook.absent:
            entries[key] = ""
        elif value := getattr(codebook, key):
            entries[key] = value
            if guess := getattr(codebook, f"{key}_guess", ""):
                entries[f"{key}_guess"] = guess
    if codebook.weights:
        entries["weights"] = list(codebook.weights)
    ignored = [{"column": one.column, "reason": one.reason} for one in codebook.excluded]
    return entries | ({"ignore": ignored} if ignored else {})


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
        "unchosen": list(question.unchosen),
        "delimiter": question.delimiter,
        "others": question.others,
        "items": list(map(_entry, question.items)),
        "categories": list(map(_entry, question.categories)),
        "nets": list(map(_entry, question.nets)),
        "classes": list(question.classes),
    }
    always = {"id", "label", "kind", "columns"}
    return {key: value for key, value in entries.items() if value or key in always}


def _entry(coded: Category | Item | Net) -> dict[str, object]:
    return {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in asdict(coded).items()
        if value is not None and value is not False and value != ()
    }


def toml_value(value: object) -> str:
    """Return a text, number, boolean or list in TOML: JSON's notation, but for the delete sign."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
