"""Labels of a SAS file, from the catalog of formats beside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

_MOST_CATALOGS = 8
READ_ERRORS = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError)
"""Exceptions that pyreadstat raises on inconsistent files, besides its own errors."""


def catalog_labels(file: Path, facts: Any) -> tuple[dict[str, dict[Any, str]], tuple[str, ...]]:
    """Return value labels by variable from the catalog beside a SAS file, and a note on its name.

    The catalog has the file's name or the library's; others are used if all that contain the file's
    formats agree. Without a readable catalog there are no labels.
    """
    used = {name: facts.variable_to_label.get(name) or "" for name in facts.column_names}
    if not any(used.values()):
        return {}, ()
    for name in (file.with_suffix(".sas7bcat").name, "formats.sas7bcat"):
        if (beside := file.with_name(name)).is_file():
            return _labels_in(beside, used), ()
    others = sorted(file.parent.glob("*.sas7bcat"))[:_MOST_CATALOGS]
    found = [(one, labels) for one in others if (labels := _labels_in(one, used))]
    if not found or any(labels != found[0][1] for _, labels in found):
        return {}, ()
    catalog, labels = found[0]
    return labels, (
        f"the labels are those of {catalog.name} beside it, which has the same formats",
    )


def _labels_in(catalog: Path, used: Mapping[str, str]) -> dict[str, dict[Any, str]]:
    import pyreadstat

    try:
        _, formats = pyreadstat.read_sas7bcat(str(catalog), output_format="dict")
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, *READ_ERRORS):
        return {}
    return {
        name: dict(formats.value_labels[one])
        for name, one in used.items()
        if one in formats.value_labels
    }
