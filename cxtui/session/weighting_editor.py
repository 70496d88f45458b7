"""The targets of a weight while they are edited: their steps, their effect, and its words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cxtui.errors import Cancelled, CxtuiError, TargetsError
from cxtui.messages import tr, tr_count
from cxtui.number_signs import typed_number, used_signs
from cxtui.session.history import Steps
from cxtui.survey.model import Survey
from cxtui.work.weighting.report_document import head_lines
from cxtui.work.weighting.targets_draft import TargetsDraft, declared_base, read_ends
from cxtui.work.weighting.weigh_draft import DraftEffect, DraftWeigher
from cxtui.work.weighting.weight_options import Missing

_MISSING = {
    Missing.REFUSE: "refused",
    Missing.DROP: "left out",
    Missing.CATEGORY: "a category",
}


def _number(text: str) -> float | None:
    plain = text.replace(",", "") if used_signs().decimal == "." else typed_number(text)
    try:
        return float(plain) if text else None
    except ValueError:
        raise TargetsError("{!r} is not a number", text) from None


@dataclass(frozen=True, slots=True)
class Setting:
    """An entry of the targets that is typed as a text."""

    asks: str
    read: Callable[[str], Any]


SETTINGS: Mapping[str, Setting] = {
    "base": Setting("column of the base weight, or nothing", str),
    "bounds": Setting("bounds of weight / base weight, such as 0.3 3, or nothing", read_ends),
    "trim": Setting("limits of weight / mean weight, such as 0.3 5, or nothing", read_ends),
    "total": Setting("sum of the weights, or nothing for the number of respondents", _number),
}
"""By the name of the field of the draft."""


class WeightingEditor(Steps[TargetsDraft]):
    """The targets of a weight of one survey, every change a step, and the newest effect known.

    Without a `draft` they start from the weight that the codebook declares.
    """

    def __init__(self, survey: Survey, draft: TargetsDraft | None = None) -> None:
        super().__init__(draft or TargetsDraft(base=declared_base(survey.codebook)))
        self.survey = survey
        self.effect = DraftEffect(TargetsDraft())
        self.weigh = DraftWeigher(survey).weigh

    @property
    def shows_margins(self) -> bool:
        """Whether the margins of the effect are those of the draft."""
        shown, now = self.effect.draft.margins, self.now.margins
        return [one.questions for one in shown] == [one.questions for one in now]

    def take(self, found: DraftEffect | CxtuiError) -> str:
        """Take the effect of a draft; where it cannot be counted, go back and return why."""
        if isinstance(found, DraftEffect):
            self.effect = found
        elif not isinstance(found, Cancelled):
            self.go(self.effect.draft)
            return str(found)
        return ""

    def with_setting(self, name: str, text: str) -> TargetsDraft:
        """Return the draft with a setting that was typed; raises `TargetsError`."""
        value = SETTINGS[name].read(text)
        match name:
            case "base":
                return replace(self.now, base=value)
            case "bounds":
                return replace(self.now, bounds=value)
            case "trim":
                return replace(self.now, trim=value)
        return replace(self.now, total=value)

    def setting_text(self, name: str) -> str:
        """Return a setting as it is typed."""
        now = self.now
        if name == "base":
            return now.base or self.survey.codebook.weight
        if name == "total":
            return "" if now.total is None else f"{now.total:.15g}"
        ends = now.bounds if name == "bounds" else now.trim
        return " ".join(f"{one:.15g}" for one in ends or ())

    def with_next_missing(self) -> TargetsDraft:
        """Return the draft with the next treatment of respondents without an answer."""
        known = list(Missing)
        after = known[(known.index(self.now.missing) + 1) % len(known)]
        return replace(self.now, missing=after)

    # Words

    def settings(self) -> str:
        """Return all settings in one line."""
        now, weight = self.now, self.survey.codebook.weight
        none = tr("none")
        unset = tr("none (codebook: {})", weight) if weight else none
        bounds, trim = (tr("{:g} to {:g}", *one) if one else none for one in (now.bounds, now.trim))
        said = tr(
            "Base weight: {} · bounds: {} · trim: {} · no answer: {}",
            *(now.base or unset, bounds, trim, tr(_MISSING[now.missing])),
        )
        return said if now.total is None else tr("{} · sum: {:,.10g}", said, now.total)

    def problems(self, missing_help: str) -> list[str]:
        """Return why there are no weights, or which targets they leave out.

        `missing_help` says what to do about respondents without an answer.
        """
        effect = self.effect
        refusal = effect.refusal
        if effect.unanswered:
            name, n = effect.unanswered[0]
            said = tr_count(
                n,
                "{1}: {0:,} respondent has no answer or value",
                "{1}: {0:,} respondents have no answer or value",
                name,
            )
            refusal = f"{said}: {missing_help}"
        return [one for one in (refusal, effect.lacking) if one]

    def report_lines(self) -> list[str]:
        """Return the cost of the weights, then warnings and notes; none without weights."""
        if (report := self.effect.report) is None:
            return []
        warnings = (tr("Warning: {}", one) for one in report.warnings)
        return [*head_lines(report), *warnings, *report.notes]
