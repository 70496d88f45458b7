"""Classification of number columns: rating, category codes or quantity; codes of missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from cxtui.messages import tr, tr_count
from cxtui.survey.inference.column_values import Column, Description, name_words
from cxtui.survey.languages.word_search import find_words, is_called
from cxtui.survey.question import Category, Kind, code_of

_MAX_CODES = 11
_SCALE = range(11)
_SCALE_STEPS = 5
_CUSTOMARY = frozenset({(1, 5), (1, 7), (1, 10), (0, 10)})
_NO_ANSWER = (
    (9997, 9998, 9999),
    (6666, 7777, 8888, 9999),
    (997, 998, 999),
    (666, 777, 888, 999),
    (97, 98, 99),
    (66, 77, 88, 99),
)
_NEGATIVE = frozenset({*range(-9, 0), -66, -77, -88, -97, -98, -99, -997, -998, -999, -9999})
_BESIDE_ZERO = range(-6, -1)
_CODES_BESIDE, _CODE_LIST = range(90, 100), range(12, 31)
_FEW_WORDS, _MOST_KINDS = 3, 60
_FAR, _RARE, _FEW = 1.5, 0.005, 3


def describe_number(column: Column, label: str) -> Description:
    """Return the kind of question that a number column is.

    Small whole numbers are a rating, unless the label asks for a quantity; a few other numbers are
    codes.
    """
    if is_called("postal", name_words(column.name)):
        return Description(Kind.TEXT, tr("is named like a postal code or telephone number"))
    outside, doubtful = no_answer_codes(column.counts)
    values = sorted(column.counts)
    steps = [value for value in values if value not in outside]
    if not column.whole_numbers:
        reason = tr_count(len(values), "one number", "{:,} different numbers")
        return _describe_quantity(reason, outside, doubtful)
    reason = tr_count(len(values), "one whole number", "{:,} different whole numbers")
    few = len(values) <= _MAX_CODES
    if _is_nominal(column.name, label) and len(values) <= _MOST_KINDS:
        named = tr("{}, in their order, named like what has kinds and no amount", reason)
        return _describe_codes(values, named)
    if steps and steps[0] >= _SCALE.start and steps[-1] in _SCALE and len(steps) >= _SCALE_STEPS:
        return _describe_rating(column.name, steps, outside, label)
    if few or _is_code_list(column, label, values):
        message = '; undecided: codes of categories or an amount; set kind = "numeric" for means'
        ordered = tr("{}, in their order", reason) + ("" if few else tr(message))
        return _describe_codes(values, ordered, undecided=not few)
    return _describe_quantity(reason, outside, doubtful)


def _describe_quantity(
    reason: str, outside: Sequence[Any], doubtful: Sequence[Any] = ()
) -> Description:
    """Return a description of numbers as a quantity, with the codes `outside` as missing."""
    if outside:
        reason += tr_count(
            len(outside),
            "; {1} stands far off all others and counts as missing",
            "; {1} stand far off all others and count as missing",
            _list_codes(outside),
        )
    missing = tuple(replace(one, missing=True) for one in code_categories(outside))
    reason += _doubt(doubtful)
    return Description(Kind.NUMERIC, reason, missing, undecided=bool(doubtful))


def _describe_codes(values: Sequence[Any], reason: str, *, undecided: bool = False) -> Description:
    """Return a description of numbers as category codes; possible codes of missing are noted."""
    doubtful = [value for value in values if _is_sentinel(value) and len(values) > 1]
    undecided = undecided or bool(doubtful)
    reason += _doubt(doubtful)
    return Description(Kind.SINGLE, reason, code_categories(values), undecided=undecided)


def _doubt(codes: Sequence[Any]) -> str:
    message = "; undecided: {} may mean no answer; `D`, then m or the codebook set it"
    return tr(message, _list_codes(codes)) if codes else ""


def _is_nominal(name: str, label: str) -> bool:
    """Return whether a name or short label is of a nominal variable: `region`, not `party size`."""
    return any(
        len(words) <= _FEW_WORDS
        and is_called("kinds", words)
        and not (_is_amount(words) or any(map(str.isdigit, words)))  # `party_1` may be rated
        for words in map(name_words, (name, label))
    )


def asks_for_quantity(name: str, label: str) -> bool:
    """Return whether a name or label is that of an amount: `child_age1`, "How many hours?"."""
    words = {word.rstrip("0123456789") for word in name_words(name) | name_words(label)}
    return bool(find_words("quantity", label)) or _is_amount(frozenset(words))


def _is_amount(words: frozenset[str]) -> bool:
    return is_called("counted", words) or is_called("amounts", words)


def _is_code_list(column: Column, label: str, values: Sequence[Any]) -> bool:
    """Return whether 12 to 30 whole numbers run from 1 without a gap, besides codes of missing.

    Treating them as codes is the safe choice: a mean of codes is meaningless, while percentages
    are valid for a quantity too.
    """
    run = [value for value in values if value not in _CODES_BESIDE]
    is_run = run[:1] == [1] and run[-1] == len(run) and len(values) in _CODE_LIST
    words = name_words(column.name) | name_words(label)
    return is_run and not (find_words("quantity", label) or _is_amount(words))


def _describe_rating(
    column_name: str, steps: Sequence[Any], outside: Sequence[Any], label: str
) -> Description:
    ends = int(steps[0]), int(steps[-1])
    reason = tr("whole numbers from {} to {}", *ends)
    if find_words("quantity", label) or is_called("counted", name_words(column_name)):
        return _describe_quantity(tr("{}, and the label asks for a quantity", reason), outside)
    said = ""
    if outside:
        message = "; {} cannot belong to that scale: no score, but in the base"
        said = tr(message, _list_codes(outside))
    categories = rating_categories([*steps, *outside], outside)
    if ends == (0, 10):
        if find_words("recommend", label or column_name):
            reason = tr("{}, and the wording asks to recommend: a net promoter score", reason)
    elif " " not in label:
        if ends not in _CUSTOMARY:
            message = '{}; undecided: a rating or codes of categories; set kind = "scale" for means'
            categories = code_categories([*steps, *outside])
            return Description(Kind.SINGLE, tr(message, reason) + said, categories, undecided=True)
        message = '{}; undecided: a rating or codes of categories; set kind = "single" for codes'
        return Description(Kind.SCALE, tr(message, reason) + said, categories, undecided=True)
    return Description(Kind.SCALE, reason + said, categories)


def no_answer_codes(counts: Mapping[Any, int]) -> tuple[list[Any], list[Any]]:
    """Return the numbers that mean "no answer", and those that might.

    A code must be far above all other values (98 beside an age of 90 may be an age) and not occur
    only once or twice.
    """
    negative = {value for value in counts if value < 0}
    has_two_poles = negative - {-1} and max(counts) == -min(negative)
    may_be_codes = bool(negative) and negative <= _NEGATIVE and not has_two_poles
    # -3, -2, -1, 0, 1, … may be a change, or an amount beside codes
    is_run = 0 in counts and not negative.isdisjoint(_BESIDE_ZERO)
    outside = negative if may_be_codes and not is_run else set()
    answered = sum(counts.values())
    fewest = max(min(_FEW, answered / 10), _RARE * answered)
    doubtful: list[Any] = sorted(negative) if may_be_codes and is_run else []
    for codes in _NO_ANSWER:
        found = [value for value in codes if value in counts]
        rest = counts.keys() - outside.union(found) if found else set()
        if len(rest) < 2 or max(rest) >= min(found):  # noqa: PLR2004
            continue
        if sum(counts[value] for value in found) >= fewest and max(rest) * _FAR <= min(found):
            outside |= set(found)
        else:
            doubtful += found
    if outside and len(counts) - len(outside) < 1:
        return [], []
    return sorted(outside), [value for value in dict.fromkeys(doubtful) if value not in outside]


def _is_sentinel(value: Any) -> bool:
    return value in _NEGATIVE or any(value in codes for codes in _NO_ANSWER)


def code_categories(values: Sequence[Any]) -> tuple[Category, ...]:
    """Return numbers as categories without scores."""
    return tuple(Category(code_of(value), code_of(value)) for value in values)


def rating_categories(values: Sequence[Any], outside: Sequence[Any]) -> tuple[Category, ...]:
    """Return numbers as categories with scores, but for the numbers `outside` the scale.

    Those stay in the base: 97 may be a valid answer ("I already do").
    """
    return tuple(
        replace(one, score=None if value in outside else float(value))
        for value, one in zip(values, code_categories(values), strict=True)
    )


def _list_codes(values: Sequence[Any]) -> str:
    return ", ".join(code_of(value) for value in sorted(values))
