"""Sampling design, replicate weights and raked margins of a codebook, from and to TOML."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, TypeVar

from cxtui.errors import near_among
from cxtui.survey.codebook.toml_table import TomlTable
from cxtui.survey.model import Codebook
from cxtui.survey.sampling import Calibration, Lone, Replicates, ReplicateType

SAMPLING_KEYS = ("strata", "population", "lone", "replicates", "calibrated")
"""The top-level keys that are read here."""

_REPLICATES_KEYS = {
    *("columns", "type", "scale", "rscales", "rho", "mse", "combined", "df"),
}
_NEEDED = {
    ReplicateType.JKN: ("rscales",),
    ReplicateType.OTHER: ("scale", "rscales"),
    ReplicateType.FAY: ("rho",),
}
"""What cannot be left out: R refuses a design without it, too."""

Choice = TypeVar("Choice", bound=StrEnum)


def read_sampling(table: TomlTable) -> dict[str, Any]:
    """Return the parts of a codebook that tell how its respondents were drawn and weighted."""
    population = _names(table, "population")
    if len(population) > 2:  # noqa: PLR2004 -- stages
        message = (
            "{}: population takes the column of the stratum and that of the cluster; a third "
            "stage ({}) cannot be computed"
        )
        raise table.error(message, population[2])
    return {
        "strata": _names(table, "strata"),
        "population": population,
        "lone": _choice(table, "lone", Lone, Lone.ADJUST),
        "replicates": _read_replicates(table),
        "calibrated": _read_calibration(table),
    }


def sampling_entries(codebook: Codebook) -> dict[str, object]:
    """Return the entries of the sampling by their keys in TOML, tables last."""
    entries: dict[str, object] = {
        key: names[0] if len(names) == 1 else list(names)
        for key in ("strata", "population")
        if (names := {"strata": codebook.strata, "population": codebook.population}[key])
    }
    if codebook.lone is not Lone.ADJUST:
        entries["lone"] = codebook.lone.value
    if replicates := codebook.replicates:
        entries["replicates"] = _replicates_entries(replicates)
    if calibrated := codebook.calibrated:
        base = {"base": calibrated.base} if calibrated.base else {}
        entries["calibrated"] = {**base, "margins": list(map(list, calibrated.margins))}
    return entries


def _replicates_entries(replicates: Replicates) -> dict[str, object]:
    columns = replicates.columns
    entries: dict[str, object] = {
        "columns": columns[0] if len(columns) == 1 else list(columns),
        "type": replicates.type.value,
    }
    if replicates.scale is not None:
        entries["scale"] = replicates.scale
    if replicates.rscales:
        entries["rscales"] = list(replicates.rscales)
    if replicates.type is ReplicateType.FAY:
        entries["rho"] = replicates.rho
    if replicates.mse:
        entries["mse"] = True
    if not replicates.combined:
        entries["combined"] = False
    return entries | ({"df": replicates.df} if replicates.df else {})


def _read_replicates(table: TomlTable) -> Replicates | None:
    """Return the replicate weights, `None` where they are not declared."""
    row = table.table("replicates", "{}: replicates takes a table with columns and type")
    if row is None:
        return None
    row.check_keys(_REPLICATES_KEYS)
    kind = _choice(row, "type", ReplicateType)
    for key in _NEEDED.get(kind, ()):
        if key not in row.entries:
            raise row.error("{}: type {} needs {!r}", kind, key)
    columns = _names(row, "columns")
    if not columns:
        raise row.error("{} lacks {!r}", "columns")
    one_scale = not isinstance(row.entries.get("rscales", []), list)
    scale, rho = row.number("scale", None), row.number("rho", 0.0) or 0.0
    if not 0 <= rho < 1:
        raise row.error("{}: rho takes a number from 0 to under 1, not {}", rho)
    return Replicates(
        columns=columns,
        type=kind,
        scale=scale,
        rscales=(row.number("rscales", 1.0) or 0.0,) if one_scale else row.numbers("rscales"),
        rho=rho,
        mse=row.flag("mse"),
        combined=row.flag("combined", default=True),
        df=int(row.number("df", 0.0) or 0),
    )


def _read_calibration(table: TomlTable) -> Calibration | None:
    """Return how the weight was raked, `None` where it is not declared."""
    row = table.table("calibrated", "{}: calibrated takes a table with base and margins")
    if row is None:
        return None
    row.check_keys({"base", "margins"})
    message = "{}: {} takes a list of lists of columns"
    listed = row.listed("margins", list, message)
    margins = tuple(
        TomlTable({"margins": one}, row.name, row.origin).texts("margins") for one in listed
    )
    if not margins or not all(margins):
        raise row.error(message, "margins")
    for one in margins:
        row.check_unique(one, "{}, column {!r} stands twice")
    return Calibration(row.text("base", ""), margins)


def _names(table: TomlTable, key: str) -> tuple[str, ...]:
    """Return one name or a list of names; none for an empty text."""
    if isinstance(table.entries.get(key), list):
        return table.texts(key)
    name = table.text(key, "")
    return (name,) if name else ()


def _choice(
    table: TomlTable, key: str, choices: type[Choice], default: Choice | None = None
) -> Choice:
    """Return one of some texts, in any case of its letters."""
    text = table.text(key, default)
    for choice in choices:
        if text.casefold() == choice.value.casefold():
            return choice
    raise table.error(
        "{}: {} takes {}, not {!r}", key, ", ".join(choices), text, near_among(text, choices)
    )
