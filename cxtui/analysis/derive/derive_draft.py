"""A derived question while it is being made: what was typed and ticked, and what is missing yet."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cxtui.analysis.derive.typed_derivations import (
    bands_of,
    counted_id,
    free_id,
    joined_label,
    merge_of,
)
from cxtui.errors import CodebookError
from cxtui.messages import tr
from cxtui.number_signs import typed_number
from cxtui.survey.derive.derivation import DROP, Derivation, MadeAnswer, Verb
from cxtui.survey.derive.derivation_text import derivation_line, parse_derivation
from cxtui.survey.model import Codebook
from cxtui.survey.question import Category, Holds, Kind, Question, told_apart

SCORES = tuple(one for one in Verb if one.is_of_scores)
"""The verbs that summarize the scores or numbers of several questions."""

_ITEMS = frozenset({Kind.SINGLE, Kind.SCALE, Kind.GRID})
"""The kinds of the items that a straightliner answers alike."""

_OF_ANSWERS = frozenset({Verb.MERGE, Verb.COUNT})
_HINTS: Mapping[Verb, str] = {
    Verb.BANDS: "type where each band but the first begins, as in 35 55",
    Verb.MERGE: "tick the answers to be one",
    Verb.CROSS: "tick the question to cross it with",
    Verb.CASES: "no case yet",
    Verb.STRAIGHT: "tick the other items",
}
OF_QUESTIONS = frozenset({*SCORES, Verb.CROSS, Verb.STRAIGHT, Verb.REPEATS})
"""The verbs of several questions: the source and those that are ticked."""


@dataclass(frozen=True, slots=True)
class DeriveDraft:
    """A derived question that is made of `source`.

    `id` and `label` are empty where the proposed ones are taken. `typed` are the bounds of bands,
    or how many items must be answered. `groups` are answers merged, the one at `place` being
    ticked; `ticked` are codes of answers that count, or ids of other questions. `base` is the
    declared question that is edited, whose id stays.
    """

    codebook: Codebook
    source: Question
    verb: Verb
    id: str = ""
    label: str = ""
    typed: str = ""
    groups: tuple[MadeAnswer, ...] = (MadeAnswer(""),)
    place: int = 0
    ticked: tuple[str, ...] = ()
    cases: tuple[MadeAnswer, ...] = ()
    rest: str = ""
    verbs: tuple[Verb, ...] = field(default=(), compare=False)
    base: Derivation | None = None

    @property
    def answers(self) -> Sequence[Category]:
        """The answers that can be merged or counted."""
        return told_apart(self.source.categories) if self.verb in _OF_ANSWERS else ()

    @property
    def questions(self) -> Sequence[Question]:
        """The other questions that can be ticked."""
        others = [one for one in self.codebook.table_questions if not self._is_own(one)]
        if self.verb is Verb.CROSS:
            return [one for one in others if one.is_exclusive]
        if self.verb is Verb.STRAIGHT:
            return [one for one in others if one.kind in _ITEMS]
        if self.verb is Verb.REPEATS:
            return others
        return [one for one in others if _has_scores(one)] if self.verb.is_of_scores else ()

    def _is_own(self, one: Question) -> bool:
        return self.source.id in {one.id, one.declared_id}

    @property
    def group(self) -> MadeAnswer:
        """The merged answer that is being ticked."""
        return self.groups[self.place]

    def group_of(self, code: str) -> int | None:
        """Return the place of the merged answer that has an answer."""
        return next((at for at, one in enumerate(self.groups) if code in one.of), None)

    def toggled(self, key: str) -> DeriveDraft:
        """Return the draft with an answer or question ticked, or without its tick."""
        if self.verb is not Verb.MERGE:
            return replace(self, ticked=_toggled(self.ticked, key))
        left = [replace(one, of=tuple(c for c in one.of if c != key)) for one in self.groups]
        if key not in self.group.of:
            own = (*self.group.of, key)
            ordered = [one.code for one in self.source.categories if one.code in own]
            left[self.place] = replace(self.group, of=tuple(ordered))
        return replace(self, groups=tuple(left))

    def next_group(self) -> DeriveDraft:
        """Return the draft at the next merged answer, a new one behind the last that has any."""
        if self.place + 1 < len(self.groups):
            return replace(self, place=self.place + 1)
        if not self.group.of:
            return replace(self, place=0)
        return replace(self, groups=(*self.groups, MadeAnswer("")), place=self.place + 1)

    def with_text(self, name: str, text: str) -> DeriveDraft:
        """Return the draft with another `id`, `label` or `typed` text.

        Of a merge the last is the label of the merged answer that is being ticked.
        """
        if name == "id":
            return replace(self, id=text)
        if name == "label":
            return replace(self, label=text)
        if self.verb is not Verb.MERGE:
            return replace(self, typed=text)
        groups = list(self.groups)
        groups[self.place] = replace(self.group, label=text)
        return replace(self, groups=tuple(groups))

    @property
    def text(self) -> str:
        """What was typed beside id and label."""
        return self.group.label if self.verb is Verb.MERGE else self.typed

    def label_of(self, group: MadeAnswer) -> str:
        """Return the label of a merged answer: its own, or that of its answers."""
        labels = {one.code: one.label for one in self.answers}
        return group.label or joined_label([labels.get(code, code) for code in group.of])

    def next_rest(self) -> DeriveDraft:
        """Return the draft with other answers kept as they are, as one, or as no answer."""
        choices = ["", tr("Others"), *([DROP] if self.verb is Verb.MERGE else [])]
        at = choices.index(self.rest) if self.rest in choices else 0
        return replace(self, rest=choices[(at + 1) % len(choices)])

    @property
    def rest_in_words(self) -> str:
        """What becomes of answers that are not ticked, or of respondents without a case."""
        if self.verb is Verb.CASES:
            return tr("everyone else: {}", self.rest or tr("no answer"))
        kept = tr("as they are") if not self.rest else self.rest
        return tr("other answers: {}", tr("no answer") if self.rest == DROP else kept)

    def with_verb(self, by: int) -> DeriveDraft:
        """Return the draft with the next verb; what the verb has no use for is dropped."""
        verb = self.verbs[(self.verbs.index(self.verb) + by) % len(self.verbs)]
        rest = tr("Others") if verb is Verb.CASES else ""
        keeps = self.verb.is_of_scores and verb.is_of_scores
        ticked, typed = (self.ticked, self.typed) if keeps else ((), "")
        return replace(self, verb=verb, ticked=ticked, typed=typed, rest=rest)

    @property
    def proposed(self) -> Derivation:
        """The question as far as it is made, under the id and label that are proposed."""
        return _MAKE[self.verb](self)

    @property
    def lacks(self) -> str:
        """What must be typed or ticked before there is a question; empty if there is one."""
        has = {
            Verb.BANDS: bool(self.typed.strip()),
            Verb.MERGE: any(one.of for one in self.groups),
            Verb.CROSS: bool(self.ticked),
            Verb.CASES: bool(self.cases),
            Verb.STRAIGHT: bool(self.ticked) or self.source.kind is Kind.GRID,
        }
        return "" if has.get(self.verb, True) else tr(_HINTS[self.verb])

    @property
    def derivation(self) -> Derivation:
        """The question; raises `CodebookError` where it cannot be declared so."""
        one = self.proposed
        whole = replace(one, id=self.id.strip() or one.id, label=self.label.strip() or one.label)
        if self.base:
            whole = _with_the_rest(whole, self.base)
        return parse_derivation(derivation_line(whole), tr("new question"))


def draft_of(codebook: Codebook, source: Question) -> DeriveDraft | str:
    """Return the draft of a question made of `source`, or why there can be none."""
    verbs = tuple(verbs_of(source))
    if not verbs:
        return tr("{} is text: no question can be derived from it", source.id)
    return DeriveDraft(codebook, source, verbs[0], verbs=verbs)


def _with_the_rest(one: Derivation, base: Derivation) -> Derivation:
    """Return an edited question with what the box does not show of the declared one."""
    if one.verb is not base.verb:
        return replace(one, section=base.section)
    has_labels = len(base.labels) == len(one.bounds) + 1
    return replace(
        one,
        section=base.section,
        sources=base.sources if one.verb is Verb.COUNT else one.sources,
        labels=base.labels if has_labels else (),
        overlap=base.overlap,
        nets=base.nets,
        classes=base.classes,
    )


def verbs_of(source: Question) -> list[Verb]:
    """Return what can be made of a question, what is most often wanted first."""
    scores = list(SCORES) if _has_scores(source) else []
    match source.kind:
        case Kind.TEXT:
            return []
        case Kind.NUMERIC:
            return [Verb.BANDS, Verb.CASES, *scores, Verb.REPEATS]
        case Kind.GRID:
            return [*scores, Verb.COUNT, Verb.STRAIGHT, Verb.CASES, Verb.REPEATS]
        case Kind.MULTI:
            first = [Verb.FIRST] if source.holds is Holds.MENTIONS else []
            return [Verb.MERGE, Verb.COUNT, *first, Verb.CASES, Verb.REPEATS]
    merge = [Verb.MERGE] if source.categories else []
    straight = [Verb.STRAIGHT] if source.kind in _ITEMS else []
    return [*merge, Verb.CASES, Verb.CROSS, *scores, *straight, Verb.REPEATS]


def _has_scores(one: Question) -> bool:
    return one.kind is Kind.NUMERIC or (one.scores and one.kind is not Kind.MULTI)


def _toggled(ticked: tuple[str, ...], key: str) -> tuple[str, ...]:
    return tuple(one for one in ticked if one != key) if key in ticked else (*ticked, key)


def _banded(draft: DeriveDraft) -> Derivation:
    """Return bands; raises `CodebookError` for a text that is no number."""
    if not draft.typed.strip():
        return _made(draft, "bands", tr("{} (bands)", draft.source.label))
    bounds = tuple(map(_number, draft.typed.replace(",", " ").replace(";", " ").split()))
    return bands_of(draft.codebook, draft.source, bounds)


def _number(text: str) -> float:
    try:
        number = float(typed_number(text))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise CodebookError("{!r} is not a number; write 0.5 with a point", text)
    return number


def _merged(draft: DeriveDraft) -> Derivation:
    groups = [replace(one, label=draft.label_of(one)) for one in draft.groups if one.of]
    made = merge_of(draft.codebook, draft.source, [one.of for one in groups])
    if draft.rest:  # the other answers are one, or none
        count = len(groups) + (draft.rest != DROP)
        made = replace(made, id=counted_id(draft.codebook, draft.source, count))
    return replace(made, answers=tuple(groups), rest=draft.rest)


def _cased(draft: DeriveDraft) -> Derivation:
    made = _made(draft, "groups", tr("{} (groups)", draft.source.label))
    return replace(made, sources=(), answers=draft.cases, rest=draft.rest)


def _counted(draft: DeriveDraft) -> Derivation:
    made = _made(draft, "count", tr("{} (number of answers)", draft.source.label))
    return replace(made, of=draft.ticked)


def _summarized(draft: DeriveDraft) -> Derivation:
    """Return a mean, sum, least or largest; raises `CodebookError` for a text that is no number."""
    made = _made(draft, draft.verb, tr("{} ({})", draft.source.label, tr(draft.verb)))
    return replace(made, sources=(draft.source.id, *draft.ticked), least=_least(draft))


def _flagged(draft: DeriveDraft) -> Derivation:
    """Return a flag; raises `CodebookError` for a text that is no number."""
    said = {Verb.STRAIGHT: "{} (same answer to all)", Verb.REPEATS: "{} (repeated)"}[draft.verb]
    made = _made(draft, draft.verb, tr(said, draft.source.label))
    return replace(made, sources=(draft.source.id, *draft.ticked), least=_least(draft))


def _least(draft: DeriveDraft) -> int | None:
    """Return how many questions must be answered, `None` for all; raises `CodebookError`."""
    least = _number(draft.typed) if draft.typed.strip() else None
    if least is not None and not least.is_integer():
        raise CodebookError("answered takes a whole number of questions, not {}", draft.typed)
    return None if least is None else int(least)


def _crossed(draft: DeriveDraft) -> Derivation:
    found = filter(None, map(draft.codebook.find, draft.ticked))
    label = " > ".join([draft.source.label, *(one.label for one in found)])
    made = _made(draft, "_".join(draft.ticked) or Verb.CROSS, label)
    return replace(made, sources=(draft.source.id, *draft.ticked))


def _made(draft: DeriveDraft, ending: str, label: str) -> Derivation:
    source = draft.source
    identity = free_id(draft.codebook, f"{source.id}_{ending}")
    return Derivation(identity, draft.verb, label, source.section, (source.id,))


_MAKE: Mapping[Verb, Callable[[DeriveDraft], Derivation]] = {
    Verb.BANDS: _banded,
    Verb.MERGE: _merged,
    Verb.CASES: _cased,
    Verb.COUNT: _counted,
    Verb.FIRST: lambda draft: _made(draft, "first", tr("{} (first)", draft.source.label)),
    Verb.CROSS: _crossed,
    **dict.fromkeys(SCORES, _summarized),
    **dict.fromkeys((Verb.STRAIGHT, Verb.REPEATS), _flagged),
}
