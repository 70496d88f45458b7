"""The labels of a SAS file, which stand in a catalog of formats beside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

_MOST_CATALOGS = 8
READ_ERRORS = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError)
"""What pyreadstat stumbles over where a file contradicts itself, besides its own errors."""


def catalog_labels(file: Path, facts: Any) -> tuple[dict[str, dict[Any, str]], tuple[str, ...]]:
    """Return the labels from the catalog of formats beside a SAS file, and where they are from.

    SAS keeps labels apart from data, in a catalog of the file's own name or the library's; another
    one will do where all that know the file's formats say the same. One that cannot be read leaves
    the codes without labels.
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
