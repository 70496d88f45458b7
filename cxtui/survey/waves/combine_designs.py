"""Combination of the sampling designs of several waves, each a sample of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cxtui.messages import tr
from cxtui.survey.model import Codebook, ExcludedColumn
from cxtui.survey.waves.unite_question import (
    CopiedColumn,
    PrefixedColumn,
    QuestionUniter,
    WaveColumn,
)


@dataclass(frozen=True, slots=True)
class CombinedDesign:
    """The fields of the codebook that declare the design, its excluded columns, and notes."""

    parts: dict[str, Any]
    excluded: tuple[ExcludedColumn, ...]
    notes: tuple[str, ...]


def combine_designs(
    codebooks: Sequence[Codebook], labels: Sequence[str], uniter: QuestionUniter
) -> CombinedDesign:
    """Return the design of all waves; its columns are added to those of `uniter`."""
    return _DesignCombiner(codebooks, labels, uniter).combined()


class _DesignCombiner:
    def __init__(
        self, codebooks: Sequence[Codebook], labels: Sequence[str], uniter: QuestionUniter
    ) -> None:
        self.codebooks = codebooks
        self.labels = labels
        self.uniter = uniter
        self.notes: list[str] = []

    def combined(self) -> CombinedDesign:
        """Return the design columns; strata and clusters are separate in each wave's sample."""
        found: dict[str, Any] = {}
        for part in ("strata", "cluster", "population", "respondent"):
            named = [
                (label, _columns_of(one, part))
                for label, one in zip(self.labels, self.codebooks, strict=True)
            ]
            lacking = [label for label, names in named if not names]
            if not lacking:
                added = self.design_columns(part, named)
                found[part] = added if part in {"strata", "population"} else added[0]
            elif len(lacking) < len(named) and part != "respondent":
                message = "{} declares no {}: errors are computed without it"
                self.notes.append(tr(message, ", ".join(lacking), part))
        if len(rules := {one.lone for one in self.codebooks}) == 1:
            found["lone"] = rules.pop()
        for part in ("replicates", "calibrated"):
            if any(getattr(one, part) for one in self.codebooks):
                message = "[{}] of the waves is not combined: errors are computed without it"
                self.notes.append(tr(message, part))
        if "strata" not in found:
            found.pop("population", None)
        excluded = tuple(
            ExcludedColumn(name, tr("tells the {} of the waves apart", part))
            for part, names in (
                ("strata", found.get("strata", ())),
                ("cluster", (found["cluster"],) if "cluster" in found else ()),
            )
            for name in names
        )
        return CombinedDesign(found, excluded, tuple(self.notes))

    def design_columns(
        self, part: str, named: Sequence[tuple[str, Sequence[str]]]
    ) -> tuple[str, ...]:
        """Add the columns of a part of the design in each wave, as many as all waves declare."""
        within = part in {"strata", "cluster"}
        added = []
        for place in range(min(len(names) for _, names in named)):
            places: list[WaveColumn] = [
                PrefixedColumn(names[place], label) if within else CopiedColumn(names[place])
                for label, names in named
            ]
            wanted = f"{part}_in_wave" if within else named[0][1][place]
            added.append(self.uniter.add_column(wanted, places))
        return tuple(added)


def _columns_of(codebook: Codebook, part: str) -> tuple[str, ...]:
    """Return the columns of a part of the sampling design."""
    parts: dict[str, tuple[str, ...]] = {
        "strata": codebook.strata,
        "cluster": (codebook.cluster,) if codebook.cluster else (),
        "population": codebook.population,
        "respondent": (codebook.respondent,) if codebook.respondent else (),
    }
    return parts[part]
