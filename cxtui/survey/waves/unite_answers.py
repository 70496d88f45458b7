"""Merging of the answers of one question over several waves.

Two answers are merged if their labels are equal (see `wording.fold_wording`), or if their codes are
equal and a wave has no label for it. All others stay separate, so that a reworded answer is a new
answer, which the trend reports. Where a code means different answers, the codes are rewritten.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from cxtui.messages import tr
from cxtui.survey.inference.answer_order import has_known_order, order_texts
from cxtui.survey.question import Category, Question
from cxtui.survey.wording import fold_wording
from cxtui.text import numbered

Name = TypeVar("Name", bound=str)

_SHOWN = 3


@dataclass(slots=True)
class _Answer:
    """One answer of the merged list, with its category in each wave."""

    code: str
    members: dict[int, Category] = field(default_factory=dict)

    def latest(self) -> Category:
        return self.members[max(self.members)]

    def is_called(self, label: str) -> bool:
        return any(fold_wording(one.label) == label for one in self.members.values())

    @property
    def is_bare(self) -> bool:
        """Return whether no wave has a label for the code."""
        return all(map(_is_bare, self.members.values()))


@dataclass(frozen=True, slots=True)
class MergedAnswers:
    """The merged categories, each wave's codes mapped to theirs, and remarks.

    `rewritten` means that a text stands for different answers in different waves: each wave's
    `texts` must be replaced by codes, and no category has other spellings. Else `texts` is empty.
    """

    categories: tuple[Category, ...]
    codes: Mapping[int, Mapping[str, str]]
    texts: Mapping[int, Mapping[str, str]]
    rewritten: bool
    remarks: tuple[str, ...]


def merge_answers(
    asked: Mapping[int, Question], labels: Sequence[str], *, in_columns: bool = False
) -> MergedAnswers:
    """Return the merged categories of one question, `asked` by the waves that asked it.

    `in_columns` says that each category has a column of its own, which holds no code.
    """
    answers: list[_Answer] = []
    for wave, question in asked.items():
        _join(answers, wave, question.categories, labels[wave])
    answers = _ordered(answers, asked)
    members = {
        wave: [(one.members[wave], one.code) for one in answers if wave in one.members]
        for wave in asked
    }
    codes = {wave: {own.code: code for own, code in found} for wave, found in members.items()}
    texts = {
        wave: {text: code for own, code in found for text in own.texts}
        for wave, found in members.items()
    }
    meaning: dict[str, str] = {}
    rewritten = not in_columns and any(
        meaning.setdefault(text, code) != code
        for found in texts.values()
        for text, code in found.items()
    )
    return MergedAnswers(
        categories=tuple(_category(one, bare=rewritten or in_columns) for one in answers),
        codes=codes,
        texts=texts if rewritten else {wave: {} for wave in asked},
        rewritten=rewritten,
        remarks=tuple(_differences(answers, asked, labels)),
    )


def _join(answers: list[_Answer], wave: int, categories: Sequence[Category], label: str) -> None:
    """Add the categories of one wave: equal labels first, then codes without labels."""
    repeated = Counter(fold_wording(one.label) for one in categories)
    left = []
    for category in categories:
        called = fold_wording(category.label)
        found = [one for one in answers if wave not in one.members and one.is_called(called)]
        same_code = [one for one in found if one.code == category.code]
        if found and (repeated[called] == 1 or same_code):
            (same_code or found)[0].members[wave] = category
        else:
            left.append(category)
    for category in left:
        bare = [
            one
            for one in answers
            if wave not in one.members
            and one.code == category.code
            and (one.is_bare or _is_bare(category))
        ]
        if bare:
            bare[0].members[wave] = category
        else:
            taken = {one.code for one in answers}
            answers.append(_Answer(unique_name(category.code, label, taken), {wave: category}))


def _is_bare(category: Category) -> bool:
    return fold_wording(category.label) == fold_wording(category.code)


def unique_name(wanted: str, wave: str, taken: Container[str]) -> str:
    """Return `wanted`, with the wave's name appended where that is taken."""
    return numbered(f"{wanted}_{wave}", taken) if wanted in taken else wanted


def list_some(names: Sequence[str], most: int) -> str:
    """Return the first names as a list, and how many more there are."""
    more = tr(" and {} more", len(names) - most) if len(names) > most else ""
    return ", ".join(names[:most]) + more


def merge_orders(lists: Sequence[Sequence[Name]]) -> list[Name]:
    """Return the latest list, with names of earlier lists inserted after their predecessors."""
    merged: list[Name] = list(lists[-1]) if lists else []
    for earlier in reversed(lists[:-1]):
        place = 0
        for name in earlier:
            if name in merged:
                place = merged.index(name) + 1
            else:
                merged.insert(place, name)
                place += 1
    return merged


def _ordered(answers: list[_Answer], asked: Mapping[int, Question]) -> list[_Answer]:
    """Return the answers in the waves' order; if that was inferred, it is inferred anew for all."""
    by_code = {one.code: one for one in answers}
    codes = {(wave, own.code): one.code for one in answers for wave, own in one.members.items()}
    lists = [
        [codes[wave, one.code] for one in question.categories] for wave, question in asked.items()
    ]
    ordered = [by_code[code] for code in merge_orders(lists)]
    guessed = all(question.guess for question in asked.values())
    if not guessed or not all(map(_worded, answers)) or len(set(map(tuple, lists))) == 1:
        return ordered
    labels = {one.latest().label: one for one in ordered}
    if len(labels) < len(ordered) or not has_known_order(list(labels)):
        return ordered
    return [labels[label] for label in order_texts(list(labels)).texts]


def _worded(answer: _Answer) -> bool:
    return answer.is_bare and not answer.latest().code.isdigit()


def _category(answer: _Answer, *, bare: bool) -> Category:
    """Return an answer as a category, labelled as in the latest wave with a label for it."""
    members = [answer.members[wave] for wave in sorted(answer.members, reverse=True)]
    worded = next((one for one in members if not _is_bare(one)), members[0])
    texts = dict.fromkeys(text for one in members[::-1] for text in one.texts)
    texts.pop(answer.code, None)
    return replace(
        worded,
        code=answer.code,
        missing=any(one.missing for one in members),
        score=next((one.score for one in members if one.score is not None), None),
        spellings=() if bare else tuple(texts),
    )


def _differences(
    answers: Sequence[_Answer], asked: Mapping[int, Question], labels: Sequence[str]
) -> Iterable[str]:
    """Yield remarks on answers that waves lack, or that only some waves call missing."""
    partial = [
        f"“{one.latest().label}” ({', '.join(labels[wave] for wave in sorted(one.members))})"
        for one in answers
        if len(one.members) < len(asked)
    ]
    if partial:
        yield tr("not in every wave: {}", list_some(partial, _SHOWN))
    for one in answers:
        if len({category.missing for category in one.members.values()}) > 1:
            message = "“{}” counts as missing, though not all waves say so"
            yield tr(message, one.latest().label)
