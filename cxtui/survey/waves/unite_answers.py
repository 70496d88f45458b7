"""The answers of one question in several waves as one list of answers.

Two answers are one where they say the same (see `wording.folded`), or have one code of which a
wave does not say what it means. Everything else stays apart: a reworded answer is another answer,
and the trend says so. Where one code means different things, the codes have to be written anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from cxtui.survey.inference.answer_order import BY_APPEARANCE, order_texts
from cxtui.survey.model import Category, Question
from cxtui.survey.wording import fold_wording

Name = TypeVar("Name", bound=str)

_SAID = 3


@dataclass(slots=True)
class _Answer:
    """One answer of the merged list, and which category it is in each wave."""

    code: str
    members: dict[int, Category] = field(default_factory=dict)

    def latest(self) -> Category:
        return self.members[max(self.members)]

    def is_called(self, label: str) -> bool:
        return any(fold_wording(one.label) == label for one in self.members.values())

    @property
    def is_bare(self) -> bool:
        """Whether no wave says what the code means."""
        return all(map(_is_bare, self.members.values()))


@dataclass(frozen=True, slots=True)
class MergedAnswers:
    """The merged answers, the code of each wave's own codes in it, and what differs.

    With `rewritten`, one text means different answers in different waves: each wave's texts have to
    become the codes given here, and no category has other spellings.
    """

    categories: tuple[Category, ...]
    codes: tuple[Mapping[str, str], ...]
    texts: tuple[Mapping[str, str], ...]
    rewritten: bool
    remarks: tuple[str, ...]


def merge_answers(
    asked: Sequence[Question | None], labels: Sequence[str], *, in_columns: bool = False
) -> MergedAnswers:
    """Merge the categories of one question over the waves, `None` where it was not asked.

    `in_columns` says that each category has a column of its own, in which no code stands.
    """
    answers: list[_Answer] = []
    for wave, question in enumerate(asked):
        if question is not None:
            _join(answers, wave, question.categories, labels[wave])
    ordered = _ordered(answers, asked)
    texts = [_texts(ordered, wave) for wave in range(len(asked))]
    rewritten = not in_columns and _clash(texts)
    return MergedAnswers(
        categories=tuple(_category(one, bare=rewritten or in_columns) for one in ordered),
        codes=tuple(
            {one.members[wave].code: one.code for one in ordered if wave in one.members}
            for wave in range(len(asked))
        ),
        texts=tuple(texts),
        rewritten=rewritten,
        remarks=tuple(_differences(ordered, asked, labels)),
    )


def _join(answers: list[_Answer], wave: int, categories: Sequence[Category], label: str) -> None:
    """Add the categories of one wave: first whatever says the same, then bare codes."""
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


def unique_name(wanted: str, wave: str, taken: Iterable[str]) -> str:
    """Return `wanted`, or with the wave behind it where another wave has that already."""
    used = set(taken)
    name, number = wanted, 1
    while name in used:
        name = f"{wanted}_{wave}" if number == 1 else f"{wanted}_{wave}_{number}"
        number += 1
    return name


def merge_orders(lists: Sequence[Sequence[Name]]) -> list[Name]:
    """Return the latest list with what only earlier ones have, each behind what it stood behind."""
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


def _ordered(answers: list[_Answer], asked: Sequence[Question | None]) -> list[_Answer]:
    """Order the answers as the waves do; where that was a guess, guess again of all of them."""
    by_code = {one.code: one for one in answers}
    place_of = {
        (wave, category.code): one.code for one in answers for wave, category in one.members.items()
    }
    lists = [
        [place_of[wave, one.code] for one in question.categories]
        for wave, question in enumerate(asked)
        if question is not None
    ]
    ordered = [by_code[code] for code in merge_orders(lists)]
    guessed = all(question is None or question.guess for question in asked)
    if not guessed or not all(map(_worded, answers)) or len(set(map(tuple, lists))) == 1:
        return ordered
    labels = {one.latest().label: one for one in ordered}
    again, rule = order_texts(list(labels))
    if len(labels) < len(ordered) or rule.startswith(BY_APPEARANCE):
        return ordered
    return [labels[label] for label in again]


def _worded(answer: _Answer) -> bool:
    return answer.is_bare and not answer.latest().code.isdigit()


def _texts(answers: Sequence[_Answer], wave: int) -> dict[str, str]:
    """Return the code of every text that a wave uses."""
    return {
        text: one.code for one in answers if wave in one.members for text in one.members[wave].texts
    }


def _clash(texts: Sequence[Mapping[str, str]]) -> bool:
    """Whether a text means one answer in one wave and another in another."""
    meaning: dict[str, str] = {}
    return any(
        meaning.setdefault(text, code) != code for one in texts for text, code in one.items()
    )


def _category(answer: _Answer, *, bare: bool) -> Category:
    """Return an answer in the words of the latest wave that has words for it."""
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
    answers: Sequence[_Answer], asked: Sequence[Question | None], labels: Sequence[str]
) -> Iterable[str]:
    """Say which answers some wave does not have, which are missing in one wave only."""
    waves = [wave for wave, question in enumerate(asked) if question is not None]
    partial = [one for one in answers if len(one.members) < len(waves)]
    if partial:
        said = [
            f"“{one.latest().label}” ({', '.join(labels[wave] for wave in sorted(one.members))})"
            for one in partial[:_SAID]
        ]
        more = f" and {len(partial) - _SAID} more" if len(partial) > _SAID else ""
        yield f"not in every wave: {', '.join(said)}{more}"
    for one in answers:
        flags = {category.missing for category in one.members.values()}
        if len(flags) > 1:
            yield f"“{one.latest().label}” counts as missing, though not all waves say so"
