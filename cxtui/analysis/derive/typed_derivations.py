"""Derived questions from a few words: `age 35,55` bands a number, `region 1+2` merges answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from cxtui.messages import tr
from cxtui.survey.conditions import Filter
from cxtui.survey.derive.derivation import Derivation, MadeAnswer, Verb
from cxtui.survey.derive.derivation_text import made_text
from cxtui.survey.model import Codebook
from cxtui.survey.question import Category, Kind, Net, Question, told_apart
from cxtui.text import numbered

Find = Callable[[Sequence[Question], str], Sequence[Question]]
"""Returns those of some questions that match letters, the best first."""

_NUMBER = r"-?\d+(?:\.\d+)?"
_BOUNDS = re.compile(rf"\s({_NUMBER}(?:\s*,\s*{_NUMBER})*)\s*,?\s*$")
_MOST_LABEL = 60


def typed_derivations(codebook: Codebook, text: str, find: Find) -> list[Derivation]:
    """Return the derived questions that a search for a banner may mean, the likeliest first.

    Behind letters that find a number, rising bounds make bands of it; behind letters that find a
    choice, codes or beginnings of labels joined by `+` are merged, groups of them with commas
    between.
    """
    if bounds := _BOUNDS.search(text):
        numbers = tuple(float(one) for one in bounds[1].split(","))
        if all(low < high for low, high in pairwise(numbers)):
            able = [one for one in codebook.table_questions if one.kind is Kind.NUMERIC]
            head = text[: bounds.start()]
            return [bands_of(codebook, one, numbers) for one in find(able, head)]
    return list(_merges(codebook, text, find)) if "+" in text else []


def bands_of(codebook: Codebook, question: Question, bounds: tuple[float, ...]) -> Derivation:
    """Return the derived question of the bands of a number between rising bounds."""
    count = len(bounds) + 1
    return Derivation(
        counted_id(codebook, question, count),
        Verb.BANDS,
        tr("{} ({} bands)", question.label, count),
        question.section,
        (question.id,),
        bounds=bounds,
    )


def merge_of(
    codebook: Codebook, question: Question, groups: Sequence[Sequence[str]], label: str = ""
) -> Derivation:
    """Return the derived question with groups of answers (codes, or those of nets) merged.

    The only group has the `label`, if there is one, others those of their answers.
    """
    labels = _labels(question)
    merged = tuple(
        MadeAnswer(label or joined_label([labels.get(code, code) for code in codes]), tuple(codes))
        for codes in groups
    )
    used = {code for codes in groups for code in question.category_codes(codes)}
    valid = [one.code for one in question.categories if not one.missing]
    count = len(merged) + sum(code not in used for code in valid)
    return Derivation(
        counted_id(codebook, question, count),
        Verb.MERGE,
        tr("{} (merged)", question.label),
        question.section,
        (question.id,),
        merged,
    )


def nets_as_answers(codebook: Codebook, question: Question) -> Derivation | None:
    """Return the derived question whose answers are the nets of a question, then its other answers.

    Nets that share answers make a multiple response. `None` without nets that count respondents.
    """
    nets = [one for one in question.nets if not one.minus]
    if not nets or question.kind is Kind.GRID:
        return None
    members = [question.category_codes(one.members) for one in nets]
    used = {code for codes in members for code in codes}
    rest = [one for one in question.categories if not one.missing and one.code not in used]
    answers = list(_net_answers(question, nets, members, rest))
    is_merge = len(used) == sum(map(len, members))
    return Derivation(
        free_id(codebook, f"{question.id}_nets"),
        Verb.MERGE if is_merge else Verb.CASES,
        tr("{} (nets)", question.label),
        question.section,
        (question.id,) if is_merge else (),
        tuple(
            MadeAnswer(one.label, one.of) if is_merge else MadeAnswer(one.label, when=one.when)
            for one in (answers[: len(nets)] if is_merge else answers)
        ),
        overlap=not is_merge,
    )


def _net_answers(
    question: Question,
    nets: Iterable[Net],
    members: Iterable[Sequence[str]],
    rest: Iterable[Category],
) -> Iterator[MadeAnswer]:
    taken: set[str] = set()
    labelled = [*((net.label, codes) for net, codes in zip(nets, members, strict=True))]
    labelled += [(one.label, (one.code,)) for one in rest]
    for label, codes in labelled:
        free = numbered(label, taken)
        taken.add(free)
        when = str(Filter(question.id, "=", tuple(codes)))
        yield MadeAnswer(free, tuple(codes), (when,))


def declared_alike(codebook: Codebook, one: Derivation) -> str:
    """Return the id of the question that is derived in the same way already, else nothing."""
    own = made_text(one)
    return next((each.id for each in codebook.derived if made_text(each) == own), "")


def joined_label(labels: Sequence[str]) -> str:
    """Return the label of merged answers; of many, those that there is room for."""
    whole = " + ".join(labels)
    if len(whole) <= _MOST_LABEL or len(labels) == 1:
        return whole
    shown = 1
    while len(" + ".join(labels[: shown + 1])) <= _MOST_LABEL:
        shown += 1
    return tr("{} + {} more", " + ".join(labels[:shown]), len(labels) - shown)


def _merges(codebook: Codebook, text: str, find: Find) -> Iterator[Derivation]:
    """Yield the merges of the shortest beginning of `text` that leaves answers behind it."""
    able = [one for one in codebook.table_questions if one.is_banner and one.categories]
    able = [one for one in able if one.kind is not Kind.NUMERIC]
    for place in (one.start() for one in re.finditer(r"\s", text.rstrip())):
        head, tail = text[:place], text[place:]
        if "+" not in tail:
            return
        found = [
            merge_of(codebook, one, groups)
            for one in find(able, head)
            if (groups := _groups(one, tail))
        ]
        if found:
            yield from found
            return


def _groups(question: Question, text: str) -> list[list[str]]:
    """Return the codes of each group of answers that is typed; nothing unless all are found."""
    groups: list[list[str]] = []
    used: set[str] = set()
    for group in text.split(","):
        codes = [_code_of(question, piece.strip()) for piece in group.split("+") if piece.strip()]
        if not codes or "" in codes or not used.isdisjoint(codes) or len({*codes}) < len(codes):
            return []
        used.update(codes)
        groups.append(codes)
    return groups if any(len(codes) > 1 for codes in groups) else []


def _code_of(question: Question, text: str) -> str:
    """Return the code of the one valid answer that a text names, or begins; else nothing."""
    wanted = text.casefold()
    valid = [one for one in question.categories if not one.missing]
    texts = [(one.code.casefold(), one.label.casefold(), one.code) for one in valid]
    matches = (
        [code for own, _, code in texts if own == wanted],
        [code for _, label, code in texts if label == wanted],
        [code for _, label, code in texts if label.startswith(wanted)],
        [code for _, label, code in texts if wanted in label],
    )
    found = next(filter(None, matches), [])
    return found[0] if len(found) == 1 else ""


def _labels(question: Question) -> dict[str, str]:
    nets = {one.code: one.label for one in question.nets}
    return nets | {one.code: one.label for one in told_apart(question.categories)}


def free_id(codebook: Codebook, wanted: str) -> str:
    """Return an id that no question has: `wanted`, numbered if need be."""
    return numbered(wanted, {one.id for one in codebook.table_questions})


def counted_id(codebook: Codebook, question: Question, count: int) -> str:
    """Return the source's id and how many answers are made of its own."""
    between = "_" if question.id[-1:].isdigit() else ""
    return free_id(codebook, f"{question.id}{between}{count}")
