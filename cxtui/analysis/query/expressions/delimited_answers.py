"""Expressions for the single answers in delimited texts."""

from __future__ import annotations

import operator
import re
from collections.abc import Sequence
from functools import reduce

import narwhals.stable.v2 as nw

from cxtui.survey.delimiters import ANSWER_MARK, any_answer_pattern, mark_answers, separator_pattern
from cxtui.survey.file_columns import file_column
from cxtui.survey.question import Category, Question


def contains_delimited(question: Question, category: Category) -> nw.Expr:
    """Return whether a text contains an answer in any spelling; null if the text is.

    An option can contain the delimiter: `A, B` is not read as `A` and `B`.
    """
    if category.code == question.others:
        return _without_listed(question).str.replace_all(rf"[{ANSWER_MARK}\s]+", "") != ""
    keys = _keys(question, category)
    longer = [
        key
        for other in question.categories
        if other.code not in {category.code, question.others}
        for key in _keys(question, other)
        if any(key != own and own in key for own in keys)
    ]
    text = _marked_text(question)
    if longer:
        text = text.str.replace_all(any_answer_pattern(longer), "")
    found: nw.Expr = reduce(operator.or_, (text.str.contains(key, literal=True) for key in keys))
    return found


def holds_only_missing(question: Question) -> nw.Expr:
    """Return whether a text holds user-missing answers and no other one; null if the text is.

    Unlisted answers are others where these count together, else none. It equals a look for each
    answer with `contains_delimited`, which takes long where there are dozens.
    """
    listed = [one for one in question.categories if one.code != question.others]
    missing, valid = (
        [key for one in listed if one.missing is kind for key in _keys(question, one)]
        for kind in (True, False)
    )
    if not missing:
        return nw.lit(False)
    holding = [key for key in valid if any(one in key for one in missing)]
    if question.others and not holding and (pattern := _only_pattern(question, missing)):
        return file_column(question.columns[0]).cast(nw.String).str.contains(pattern)
    text, missed = _marked_text(question), any_answer_pattern(missing)
    if question.others:
        rest = text.str.replace_all(missed, "")
        has_others = rest.str.replace_all(rf"[{ANSWER_MARK}\s]+", "") != ""
        valid = holding
    else:
        longer = [key for key in missing if any(one in key for one in valid)]
        text = text.str.replace_all(any_answer_pattern(longer), "") if longer else text
        has_others = nw.lit(False)
    if valid:
        has_others = has_others | text.str.contains(any_answer_pattern(valid))
    return _marked_text(question).str.contains(missed) & ~has_others


def _only_pattern(question: Question, keys: Sequence[str]) -> str:
    """Return the regular expression of texts of these marked answers alone, empty if none can be.

    It is that of the texts as they are, where the delimiter is one sign with blanks or none around
    it: marking the answers of all texts takes twenty times as long.
    """
    sign = question.delimiter
    answers = [key[1:-1] for key in keys]
    if len(sign) != 1 or sign.isspace() or any(ANSWER_MARK in one for one in answers):
        return ""
    one, sign = "|".join(map(re.escape, answers)), re.escape(sign)
    between = rf"\s*{sign}[\s{sign}]*"
    return rf"^[\s{sign}]*(?:{one})(?:{between}(?:{one}))*(?:{between})?\s*$"


def unlisted_answers(question: Question) -> nw.Expr:
    """Return the unlisted answers of a text, separated by the delimiter."""
    between = question.delimiter.strip() or " "
    inside = _without_listed(question).str.replace_all(
        rf"^[{ANSWER_MARK}\s]+|[{ANSWER_MARK}\s]+$", ""
    )
    return inside.str.replace_all(f"{ANSWER_MARK}+", f"{between} ")


def _without_listed(question: Question) -> nw.Expr:
    keys = [
        key
        for category in question.categories
        if category.code != question.others
        for key in _keys(question, category)
    ]
    text = _marked_text(question)
    return text.str.replace_all(any_answer_pattern(keys), "") if keys else text


def _keys(question: Question, category: Category) -> list[str]:
    return [mark_answers(text, question.delimiter) for text in category.texts if text.strip()]


def _marked_text(question: Question) -> nw.Expr:
    """Return the texts with `mark_answers` applied by the engine."""
    text = file_column(question.columns[0]).cast(nw.String)
    trimmed = text.str.replace_all(r"^\s+|\s+$", "")
    inside = trimmed.str.replace_all(
        separator_pattern(question.delimiter), ANSWER_MARK + ANSWER_MARK
    )
    return nw.concat_str([nw.lit(ANSWER_MARK), inside, nw.lit(ANSWER_MARK)])
