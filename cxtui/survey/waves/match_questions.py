"""Matching of the questions of several waves, by id and by wording.

Equal wordings match under any id, since questionnaires are renumbered. Equal ids need at least a
similar wording, since numbers are reused. Under different ids, a similar wording needs similar
answers too. All other questions stay separate; each decision is recorded as a remark.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from cxtui.messages import tr
from cxtui.survey.model import Codebook
from cxtui.survey.question import Kind, Question, is_number
from cxtui.survey.waves.unite_answers import merge_orders, unique_name
from cxtui.survey.wording import fold_wording, similarity, strip_copy_numbers

_SAME_ID, _OTHER_ID, _NO_ANSWERS = 0.75, 0.85, 0.93
_SHARED_ANSWERS = 0.5
_NEAREST = 5
_COMMON_WORD = 40
_CHOICES = frozenset({Kind.SINGLE, Kind.SCALE})

Key = TypeVar("Key", bound=Hashable)

MatchRule = Callable[[Question], "MatchedQuestion | None"]
"""Returns the match of a question of one wave, else `None`."""


class MatchDecision(StrEnum):
    """Decision on a match that the combined survey notes; the values are the texts."""

    BY_WORDING = "matched by their wording under another id"
    REWORDED = "matched although their wording differs"
    APART = "kept apart, although id or wording are the same"


@dataclass(slots=True)
class MatchedQuestion:
    """One question of the combined survey: its version in each wave, and remarks on the match."""

    id: str
    asked: dict[int, Question]
    remarks: list[str] = field(default_factory=list)
    decisions: set[MatchDecision] = field(default_factory=set)

    @property
    def latest(self) -> Question:
        """The question in the latest wave that asked it."""
        return self.asked[max(self.asked)]

    def remark(self, decision: MatchDecision, text: str) -> None:
        """Add a decision with its remark."""
        self.decisions.add(decision)
        self.remarks.append(text)


def match_questions(codebooks: Sequence[Codebook], labels: Sequence[str]) -> list[MatchedQuestion]:
    """Return the matched questions of all waves, in the order of the questionnaires.

    `labels` are the names of the waves.
    """
    matched: list[MatchedQuestion] = []
    codebooks = _with_multi_kinds(codebooks)
    for wave, codebook in enumerate(codebooks):
        _Matcher(matched, wave, labels).add(codebook.questions)
    by_id = {one.id: one for one in matched}
    own = {(wave, question.id): one.id for one in matched for wave, question in one.asked.items()}
    lists = [
        [own[wave, question.id] for question in codebook.questions]
        for wave, codebook in enumerate(codebooks)
    ]
    return [by_id[identity] for identity in merge_orders(lists)]


def _with_multi_kinds(codebooks: Sequence[Codebook]) -> list[Codebook]:
    """Return the codebooks with auto-detected sets as multiple responses where any wave's is one.

    In a wave where each respondent happened to tick one option, the set was detected as a single
    choice.
    """
    several = [
        one for book in codebooks for one in book.questions if one.kind is Kind.MULTI and one.guess
    ]
    names = {name for one in several for name in (one.id, one.label) if len(one.columns) > 1}

    def as_several(one: Question) -> Question:
        chance = one.counts_each_answer and one.guess and (one.id in names or one.label in names)
        return replace(one, kind=Kind.MULTI) if chance else one

    return [replace(book, questions=tuple(map(as_several, book.questions))) for book in codebooks]


_folded = lru_cache(maxsize=100_000)(fold_wording)


def _why_not_matched(one: Question, other: Question) -> str:
    """Return why two questions of equal wording cannot be matched; empty where they can."""
    kinds = {one.kind, other.kind}
    if len(kinds) > 1 and not kinds <= _CHOICES:
        for kind, fits in ((Kind.TEXT, _is_written), (Kind.NUMERIC, _only_numbers)):
            if kind in kinds and fits(other if one.kind is kind else one):
                return ""
        return tr("{} there, {} here", one.kind, other.kind)
    if Kind.GRID not in kinds and (why := _why_stored_apart(one, other)):
        return why
    scores = {fold_wording(each.label): each.score for each in one.categories}
    pairs = ((scores.get(fold_wording(each.label)), each.score) for each in other.categories)
    if kinds & {Kind.GRID, Kind.SCALE} and any(
        a != b for a, b in pairs if a is not None and b is not None
    ):
        return tr("the scale has other points")
    return ""


def _why_stored_apart(one: Question, other: Question) -> str:
    """Return why the columns of two questions cannot be matched; empty where they can."""
    if len({len(one.columns) == 1, len(other.columns) == 1}) > 1:
        return tr("its answers stand in one column in one of them, in several in the other")
    if one.holds is not other.holds:
        return tr("its columns hold {} there, {} here", one.holds, other.holds)
    if one.delimiter != other.delimiter:
        message = "several answers are parted by {!r} there, {!r} here"
        return tr(message, one.delimiter, other.delimiter)
    return ""


def _is_written(question: Question) -> bool:
    """Return whether a question is an auto-detected single choice whose codes are its labels."""
    return question.kind is Kind.SINGLE and bool(question.guess) and _only_texts(question)


def _only_texts(question: Question) -> bool:
    return all(fold_wording(one.label) == fold_wording(one.code) for one in question.categories)


def _only_numbers(question: Question) -> bool:
    """Return whether the answers of a single choice are numbers without labels."""
    codes = [one.code for one in question.categories if not one.missing]
    return question.kind in _CHOICES and _only_texts(question) and all(map(is_number, codes))


class _Matcher:
    """Matching of the questions of one wave with those of the waves before it."""

    def __init__(self, matched: list[MatchedQuestion], wave: int, labels: Sequence[str]) -> None:
        self.matched = matched
        self.wave = wave
        self.labels = labels
        self.apart: dict[str, str] = {}

    def add(self, questions: Sequence[Question]) -> None:
        left = list(questions)
        for step in (self.same_id_and_wording, self.same_wording, self.copied, self.same_id):
            left = self.joined(left, step(left))
        left = self.joined(left, self.nearest(left))
        by_id = {one.id: one for one in self.matched}
        for question in left:
            identity = unique_name(question.id, self.labels[self.wave], by_id)
            added = MatchedQuestion(identity, {self.wave: question})
            apart = self.apart.get(question.id, "")
            if not apart and (other := by_id.get(question.id)):
                message = "kept apart from {}, which asks “{}” in {}"
                before = self.labels[max(other.asked)]
                apart = tr(message, question.id, other.latest.label, before)
            if apart:
                added.remark(MatchDecision.APART, apart)
            by_id[identity] = added
            self.matched.append(added)

    def joined(self, questions: Sequence[Question], step: MatchRule) -> list[Question]:
        """Join the questions that a rule matches; return the others."""
        left = []
        for question in questions:
            found = step(question)
            if found is None:
                left.append(question)
            elif reason := _why_not_matched(found.latest, question):
                before = self.labels[max(found.asked)]
                message = "kept apart from {} of {}: {}"
                self.apart[question.id] = tr(message, found.id, before, reason)
                left.append(question)
            else:
                self.join(found, question)
        return left

    def join(self, found: MatchedQuestion, question: Question) -> None:
        here, before = self.labels[self.wave], found.latest
        if question.id != found.id:
            text = tr("{} in {}, matched by its wording", question.id, here)
            found.remark(MatchDecision.BY_WORDING, text)
        wordings = {
            strip_copy_numbers(self.folded_of(found)),
            strip_copy_numbers(self.wording(question)),
        }
        if "" not in wordings and len(wordings) > 1:
            text = tr("reworded in {}, before it was “{}”", here, before.label)
            found.remark(MatchDecision.REWORDED, text)
        if question.kind is not before.kind:
            found.remarks.append(tr("{} in {}, {} before", question.kind, here, before.kind))
        found.asked[self.wave] = question

    def wording(self, question: Question, wave: int | None = None) -> str:
        """Return the folded wording, empty where the label is only the name of a column."""
        if question.label in {question.id, *question.columns} and " " not in question.label:
            return ""
        return _folded(question.label, self.labels[self.wave if wave is None else wave])

    def folded_of(self, one: MatchedQuestion) -> str:
        return self.wording(one.latest, max(one.asked))

    def open(self) -> Iterator[MatchedQuestion]:
        """Yield the questions without a match in this wave."""
        return (one for one in self.matched if self.wave not in one.asked)

    def same_id_and_wording(self, questions: Sequence[Question]) -> MatchRule:
        groups = self.by(lambda one: (one.latest.id, self.folded_of(one)))
        return lambda question: self.first(groups[question.id, self.wording(question)])

    def same_wording(self, questions: Sequence[Question]) -> MatchRule:
        return self.only(questions, str)

    def copied(self, questions: Sequence[Question]) -> MatchRule:
        return self.only(questions, strip_copy_numbers)

    def same_id(self, questions: Sequence[Question]) -> MatchRule:
        groups = self.by(lambda one: one.latest.id)
        first = self.by(lambda one: one.id)

        def step(question: Question) -> MatchedQuestion | None:
            found = self.first([*groups[question.id], *first[question.id]])
            if found is None:
                return None
            here, before = self.wording(question), self.folded_of(found)
            bare = not here or not before
            return found if bare or similarity(before, here) >= _SAME_ID else None

        return step

    def by(self, key: Callable[[MatchedQuestion], Key]) -> dict[Key, list[MatchedQuestion]]:
        """Return the questions without a match in this wave, grouped by a key."""
        groups: dict[Key, list[MatchedQuestion]] = defaultdict(list)
        for one in self.open():
            groups[key(one)].append(one)
        return groups

    def first(self, found: Sequence[MatchedQuestion]) -> MatchedQuestion | None:
        return next((one for one in found if self.wave not in one.asked), None)

    def only(self, questions: Sequence[Question], form: Callable[[str], str]) -> MatchRule:
        """Return the rule that matches two questions by a form of wording unique on both sides."""
        groups = self.by(lambda one: form(self.folded_of(one)))
        repeated = Counter(form(self.wording(question)) for question in questions)

        def step(question: Question) -> MatchedQuestion | None:
            text = form(self.wording(question))
            alone = text and repeated[text] == 1 and len(groups[text]) == 1
            return self.first(groups[text]) if alone else None

        return step

    def nearest(self, questions: Sequence[Question]) -> MatchRule:
        """Return the rule that matches mutually nearest wordings with similar answers."""
        candidates = list(self.open())
        wordings = [self.folded_of(one) for one in candidates]
        places: dict[str, list[int]] = defaultdict(list)
        for place, wording in enumerate(wordings):
            for word in set(wording.split()):
                places[word].append(place)
        best: dict[str, tuple[float, int]] = {}
        for question in questions:
            wording = self.wording(question)
            shared = Counter(
                place
                for word in set(wording.split())
                if len(places[word]) <= _COMMON_WORD
                for place in places[word]
            )
            scores = [
                (similarity(wordings[place], wording), place)
                for place, _ in shared.most_common(_NEAREST)
                if wording and _answer_alike(candidates[place].latest, question)
            ]
            if scores:
                best[question.id] = max(scores)
        favourite = {
            place: max((score, identity) for identity, (score, at) in best.items() if at == place)
            for _, place in best.values()
        }

        def step(question: Question) -> MatchedQuestion | None:
            score, place = best.get(question.id, (0.0, -1))
            needed = _OTHER_ID if question.categories else _NO_ANSWERS
            is_match = score >= needed and favourite[place][1] == question.id
            return candidates[place] if is_match else None

        return step


def _answer_alike(one: Question, other: Question) -> bool:
    """Return whether two questions share at least half of the shorter list of answers."""
    first, second = (
        {_folded(each.label) for each in question.categories} for question in (one, other)
    )
    fewest = min(len(first), len(second))
    return one.kind is other.kind and len(first & second) >= _SHARED_ANSWERS * fewest
