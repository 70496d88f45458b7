"""How the respondents of a survey were drawn and weighted, as a codebook declares it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Lone(StrEnum):
    """What a stratum with one cluster (or respondent) in the whole file adds to a variance.

    `adjust`: its squared deviation from the sample's mean; `average`: the mean of the other strata;
    `certainty`: nothing; `fail`: there is no variance.
    """

    ADJUST = "adjust"
    AVERAGE = "average"
    CERTAINTY = "certainty"
    FAIL = "fail"


class ReplicateType(StrEnum):
    """How replicate weights were made, which gives the scale of their variance."""

    BRR = "BRR"
    FAY = "Fay"
    JK1 = "JK1"
    JK2 = "JK2"
    JKN = "JKn"
    BOOTSTRAP = "bootstrap"
    SUCCESSIVE_DIFFERENCE = "successive-difference"
    ACS = "ACS"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Replicates:
    """Replicate weights as a codebook declares them.

    `columns` are those of the file, or patterns such as `rep*` before they are looked up in it;
    they hold weights if `combined`, else factors of the weight. `scale`, `rscales` and `df` are
    `None` or empty unless declared; `rho` is Fay's.
    """

    columns: tuple[str, ...]
    type: ReplicateType
    scale: float | None = None
    rscales: tuple[float, ...] = ()
    rho: float = 0.0
    mse: bool = False
    combined: bool = True
    df: int = 0

    @property
    def scales(self) -> tuple[float, ...]:
        """scale·rscale of each replicate in V = Σ_r scale·rscale_r·(θ_r − θ̄)².

        BRR 1/R; Fay 1/(R(1 − ρ)²); JK1 (R − 1)/R; JK2 and JKn 1; bootstrap 1/(R − 1); successive
        differences 4/R (Fay and Train 1995): the defaults of R survey's `svrepdesign`.
        """
        size = len(self.columns)
        defaults = {
            ReplicateType.BRR: 1 / size,
            ReplicateType.FAY: 1 / (size * (1 - self.rho) ** 2),
            ReplicateType.JK1: (size - 1) / size,
            ReplicateType.BOOTSTRAP: 1 / max(size - 1, 1),
            ReplicateType.SUCCESSIVE_DIFFERENCE: 4 / size,
            ReplicateType.ACS: 4 / size,
        }
        scale = defaults.get(self.type, 1.0) if self.scale is None else self.scale
        each = self.rscales * size if len(self.rscales) == 1 else self.rscales or (1.0,) * size
        return tuple(scale * one for one in each)


@dataclass(frozen=True, slots=True)
class Calibration:
    """How the weight was raked or poststratified, so that errors use residuals on the margins.

    `base` is the column of the weight before (empty: equal weights). Each of the `margins` is the
    columns of one question, or of several crossed ones.
    """

    base: str = ""
    margins: tuple[tuple[str, ...], ...] = ()
