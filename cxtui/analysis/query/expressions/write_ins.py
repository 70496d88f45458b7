"""Expressions for open answers and searches in them."""

from __future__ import annotations

import operator
import unicodedata

import narwhals.stable.v2 as nw

from cxtui.analysis.query.expressions.delimited_answers import unlisted_answers
from cxtui.analysis.query.expressions.value_matching import (
    is_blank,
    is_one_of,
    join_balanced,
    raw_values,
)
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Survey
from cxtui.survey.question import Question

BLANKS = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
)
"""White space as in `clean`; engines differ in their definitions."""


def open_text(question: Question) -> nw.Expr:
    """Return the open answers as text; for a choice with write-ins, its unlisted answers."""
    text = file_column(question.columns[0]).cast(nw.String)
    if question.pooled:
        listed = (one for one in question.categories if one.code != question.pooled)
        known = is_one_of(question.columns[0], [text for one in listed for text in one.texts])
        return nw.when(~known).then(text)
    return unlisted_answers(question) if question.others else text


def has_open_answer(survey: Survey, question: Question) -> nw.Expr:
    """Return whether there is an open answer: not null, blank, NaN or user-missing."""
    column = question.columns[0]
    dtype = survey.schema[column]
    text = open_text(question)
    if question.pooled or question.others or dtype != nw.String or survey.is_remote:
        written = text.str.strip_chars(BLANKS) != ""  # a text that is made is made once
    else:
        written = ~text.is_null() & ~is_blank(text, BLANKS)
    if dtype.is_float():
        written &= ~file_column(column).is_nan()
    missing = [text for one in question.categories if one.missing for text in one.texts]
    codes = raw_values(missing, dtype)
    return written & ~is_one_of(column, codes) if codes else written


def contains_text(question: Question, search: str) -> nw.Expr:
    """Return whether an open answer contains `search`, ignoring case and line ends.

    Accented letters match in composed and decomposed form.
    """
    text = open_text(question)
    if " " in search:  # a search for one word needs no folding of blanks
        text = text.str.replace_all(f"[{BLANKS}]+", " ")
    text = text.str.to_uppercase()
    forms = {unicodedata.normalize(form, search).upper() for form in ("NFC", "NFD")}
    found = (text.str.contains(form, literal=True) for form in sorted(forms))
    return join_balanced(operator.or_, found)


def find_spans(text: str, search: str) -> list[tuple[int, int]]:
    """Return the starts and ends of `search` in `text`, ignoring case."""
    wanted = search.upper()
    if not wanted:
        return []
    capitals = text.upper()
    # A letter may have two capitals, like ß.
    origins = [place for place, letter in enumerate(text) for _ in letter.upper()]
    spans = []
    start = capitals.find(wanted)
    while start >= 0:
        end = start + len(wanted)
        spans.append((origins[start], origins[end - 1] + 1))
        start = capitals.find(wanted, end)
    return spans
