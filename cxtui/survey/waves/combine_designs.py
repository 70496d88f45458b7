"""Combination of the sampling designs of several waves, each a sample of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from cxtui.messages import tr
from cxtui.survey.model import Codebook, ExcludedColumn
from cxtui.survey.sampling import Calibration, Replicates, ReplicateType
from cxtui.survey.waves.unite_question import (
    CopiedColumn,
    PrefixedColumn,
    QuestionUniter,
    WaveColumn,
)

_DRAWN = frozenset({"cluster", "population", "calibrated"})
"""Parts of a design whose errors count the sampling units of each wave."""


@dataclass(frozen=True, slots=True)
class CombinedDesign:
    """The fields of the codebook that declare the design, its excluded columns, and notes."""

    parts: dict[str, Any]
    excluded: tuple[ExcludedColumn, ...]
    notes: tuple[str, ...]


def combine_designs(
    codebooks: Sequence[Codebook],
    labels: Sequence[str],
    uniter: QuestionUniter,
    wave_stratum: Callable[[], str],
) -> CombinedDesign:
    """Return the design of all waves; its columns are added to those of `uniter`.

    `wave_stratum` returns the column that tells the waves apart: a stratum where waves declare a
    design without strata, since each is a sample of its own.
    """
    return _DesignCombiner(codebooks, labels, uniter).combined(wave_stratum)


class _DesignCombiner:
    def __init__(
        self, codebooks: Sequence[Codebook], labels: Sequence[str], uniter: QuestionUniter
    ) -> None:
        self.codebooks = codebooks
        self.labels = labels
        self.uniter = uniter
        self.notes: list[str] = []
        self.excluded: list[ExcludedColumn] = []

    def combined(self, wave_stratum: Callable[[], str]) -> CombinedDesign:
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
        for part, combine in (("replicates", self.replicates), ("calibrated", self.calibrated)):
            if not any(getattr(one, part) for one in self.codebooks):
                continue
            if (made := combine()) is not None:
                found[part] = made
            else:
                message = "[{}] of the waves is not combined: errors are computed without it"
                self.notes.append(tr(message, part))
        if "strata" not in found and not found.keys().isdisjoint(_DRAWN):
            found["strata"] = (wave_stratum(),)
        return CombinedDesign(found, tuple(self.excluded), tuple(self.notes))

    @property
    def shares_weight(self) -> bool:
        """Whether the default weight has the same name in all waves."""
        weights = {one.weight for one in self.codebooks}
        return len(weights) == 1 and "" not in weights

    def replicates(self) -> Replicates | None:
        """Return the replicate weights of all waves, `None` where they cannot be combined.

        Waves are separate samples: in a replicate of one, the others have their full weight. The
        errors are deviations from the number itself, which the other waves' replicates leave alone.
        """
        own = [one.replicates for one in self.codebooks]
        known = [one for one in own if one is not None and one.combined]
        if len(known) < len(own) or not self.shares_weight:
            return None
        columns, scales = [], []
        for wave, replicates in enumerate(known):
            for name, scale in zip(replicates.columns, replicates.scales, strict=True):
                places = [
                    CopiedColumn(name if at == wave else one.weight)
                    for at, one in enumerate(self.codebooks)
                ]
                columns.append(self.add(f"{name}_in_wave", places, tr("a replicate weight")))
                scales.append(scale)
        types = {one.type for one in known}
        kind = types.pop() if len(types) == 1 else ReplicateType.OTHER
        return Replicates(tuple(columns), kind, scale=1.0, rscales=tuple(scales), mse=True)

    def calibrated(self) -> Calibration | None:
        """Return the margins of all waves, `None` where they cannot be combined.

        Each wave has its own margins, since their values are prefixed with its name; where a wave
        has fewer, its first is repeated, which changes no residual.
        """
        own = [one.calibrated for one in self.codebooks]
        known = [one for one in own if one is not None and one.margins]
        if len(known) < len(own) or not self.shares_weight:
            return None
        if len({bool(one.base) for one in known}) > 1:
            return None
        reason, margins = tr("tells the {} of the waves apart", tr("margins")), []
        for place in range(max(len(one.margins) for one in known)):
            crossed = [
                one.margins[place] if place < len(one.margins) else one.margins[0] for one in known
            ]
            names = []
            for depth in range(max(map(len, crossed))):
                places = [
                    PrefixedColumn(margin[depth] if depth < len(margin) else margin[0], label)
                    for margin, label in zip(crossed, self.labels, strict=True)
                ]
                names.append(self.add("margin_in_wave", places, reason))
            margins.append(tuple(names))
        base = ""
        if known[0].base:
            bases = [CopiedColumn(one.base) for one in known]
            base = self.add(f"{known[0].base}_in_wave", bases, tr("a weight before calibration"))
        return Calibration(base, tuple(margins))

    def add(self, wanted: str, places: Sequence[WaveColumn], reason: str) -> str:
        """Add a column that is no question, for a reason; return its name."""
        name = self.uniter.add_column(wanted, places)
        self.excluded.append(ExcludedColumn(name, reason))
        return name

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
            if within:
                reason = tr("tells the {} of the waves apart", part)
                added.append(self.add(f"{part}_in_wave", places, reason))
            else:
                added.append(self.uniter.add_column(named[0][1][place], places))
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
