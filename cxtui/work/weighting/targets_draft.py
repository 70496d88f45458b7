"""Targets while they are typed: texts by answer, until they are complete, and their TOML."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cxtui.errors import TargetsError
from cxtui.number_signs import typed_number
from cxtui.output.drawing.number_text import exact
from cxtui.survey.codebook.toml_entries import toml_value
from cxtui.survey.model import Codebook
from cxtui.work.weighting.targets import Margin, Targets
from cxtui.work.weighting.weight_options import Missing

Ends = tuple[float, float] | None

_PER_CENT = 100.0


@dataclass(frozen=True, slots=True)
class DraftMargin:
    """The questions of a margin, and the text that was typed as target for each code."""

    questions: tuple[str, ...]
    typed: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """Return the questions, as a message names them."""
        return " × ".join(self.questions)

    def text_of(self, code: str) -> str:
        """Return what was typed for a code, empty for nothing."""
        return dict(self.typed).get(code, "")

    def with_text(self, code: str, text: str) -> DraftMargin:
        """Return the margin with another text for a code; an empty one is dropped."""
        texts = {**dict(self.typed), code: text}
        return replace(self, typed=tuple((key, one) for key, one in texts.items() if one))

    def lacking(self, codes: Sequence[str]) -> list[str]:
        """Return those of the codes without a target."""
        typed = dict(self.typed)
        return [code for code in codes if code not in typed]

    def margin(self) -> Margin:
        """Return the targets as numbers; raises `TargetsError` where a text is no number."""
        return Margin(
            self.questions, tuple((code, self._number(code, text)) for code, text in self.typed)
        )

    def _number(self, code: str, text: str) -> float:
        try:
            return float(typed_number(text))
        except ValueError:
            message = "{}: the target for {} takes a number, not {!r}"
            raise TargetsError(message, self.name, code, text) from None

    def filled(self, shares: Sequence[tuple[str, float]]) -> DraftMargin:
        """Return the margin with the rest of 100% (of 1) on the codes that lack a target.

        The rest is divided as `shares` are, the present percentages by code. Raises `TargetsError`
        where nothing is left.
        """
        numbers = [target for _, target in self.margin().targets]
        whole = 1.0 if numbers and all(one <= 1 for one in numbers) else _PER_CENT
        rest = whole - math.fsum(numbers)
        lacking = self.lacking([code for code, _ in shares])
        held = math.fsum(share for code, share in shares if code in lacking)
        if rest <= 0 or not held:
            raise TargetsError(
                "{}: nothing is left of {:g} for answers without a target", self.name, whole
            )
        digits = 2 if whole == _PER_CENT else 4
        parts = [round(rest * share / held, digits) for code, share in shares if code in lacking]
        parts[-1] = round(rest - math.fsum(parts[:-1]), digits)
        added = zip(lacking, map(exact, parts), strict=True)
        return replace(self, typed=(*self.typed, *added))


@dataclass(frozen=True, slots=True)
class TargetsDraft:
    """The targets of a weight while they are typed; the entries are those of `Targets`."""

    margins: tuple[DraftMargin, ...] = ()
    base: str = ""
    total: float | None = None
    bounds: Ends = None
    trim: Ends = None
    missing: Missing = Missing.REFUSE

    @property
    def questions(self) -> tuple[str, ...]:
        """Return the questions of all margins, each once."""
        return tuple(dict.fromkeys(name for one in self.margins for name in one.questions))

    def with_margin(self, questions: Sequence[str], at: int | None = None) -> TargetsDraft:
        """Return the draft with a margin without targets, added at the end or in place of one.

        Raises `TargetsError` where there is such a margin.
        """
        if any({*questions} == {*one.questions} for one in self.margins):
            raise TargetsError("{} has a margin already", " × ".join(questions))
        made = DraftMargin(tuple(questions))
        if at is None:
            return replace(self, margins=(*self.margins, made))
        return replace(self, margins=(*self.margins[:at], made, *self.margins[at + 1 :]))

    def without_margin(self, at: int) -> TargetsDraft:
        """Return the draft without one of its margins."""
        return replace(self, margins=(*self.margins[:at], *self.margins[at + 1 :]))

    def with_typed(self, at: int, margin: DraftMargin) -> TargetsDraft:
        """Return the draft with a margin in place of the one at a position."""
        return replace(self, margins=(*self.margins[:at], margin, *self.margins[at + 1 :]))

    def targets(self, margins: Sequence[DraftMargin] | None = None) -> Targets:
        """Return the targets of all margins, or of some; raises `TargetsError`, as `Targets`."""
        return Targets(
            tuple(one.margin() for one in (self.margins if margins is None else margins)),
            *(self.base, self.total, self.bounds, self.trim),
        )

    def questions_alone(self) -> Targets:
        """Return targets that only name the questions and the base weight, to count them."""
        named = tuple(Margin((one,), (("", 1.0),)) for one in self.questions)
        return Targets(named, self.base)


def declared_base(codebook: Codebook) -> str:
    """Return the weight to start from: the declared one, or that from which it was calibrated."""
    if codebook.calibrated:
        return codebook.calibrated.base
    return "" if codebook.weight_guess else codebook.weight


def draft_of(targets: Targets, missing: Missing = Missing.REFUSE) -> TargetsDraft:
    """Return targets that were read, to be edited."""
    margins = (
        DraftMargin(one.questions, tuple((code, exact(target)) for code, target in one.targets))
        for one in targets.margins
    )
    ends = (targets.bounds, targets.trim)
    return TargetsDraft(tuple(margins), targets.base, targets.total, *ends, missing)


def read_ends(text: str) -> Ends:
    """Return the two numbers of a text such as `0.3 3`, `None` for an empty text.

    Raises `TargetsError` for any other.
    """
    words = text.replace(";", " ").replace(", ", " ").split()
    try:
        numbers = [float(one) for one in words]
    except ValueError:
        numbers = []
    match words, numbers:
        case [], _:
            return None
        case _, [low, high]:
            return low, high
    raise TargetsError("type two numbers, such as 0.3 3, or nothing")


def write_targets(targets: Targets) -> str:
    """Return targets as the text of a targets.toml."""
    lines = [f"base = {toml_value(targets.base)}"] if targets.base else []
    lines += [f"total = {exact(targets.total)}"] if targets.total is not None else []
    for key, ends in (("bounds", targets.bounds), ("trim", targets.trim)):
        lines += [f"{key} = [{', '.join(map(exact, ends))}]"] if ends else []
    for one in targets.margins:
        lines += ["", "[[margin]]", f"questions = {toml_value(list(one.questions))}"]
        lines += ["[margin.targets]"]
        lines += [f"{toml_value(code)} = {exact(target)}" for code, target in one.targets]
    return "\n".join(lines).lstrip("\n") + "\n"
