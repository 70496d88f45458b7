"""Classification of a single column by its type, values and label."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import narwhals.stable.v2 as nw

from cxtui.messages import tr, tr_count
from cxtui.survey.inference.answer_order import AnswerOrder, order_texts
from cxtui.survey.inference.column_values import (
    Column,
    Description,
    asks_for_text,
    is_named_id,
    merge_spellings,
    name_words,
)
from cxtui.survey.inference.lists.multiple_answers import (
    OTHER_ANSWERS,
    describe_lost_zeros,
    find_delimited_answers,
)
from cxtui.survey.inference.missing_words import missing_words_of, split_missing_words
from cxtui.survey.inference.number_columns import (
    code_categories,
    describe_number,
    no_answer_codes,
    rating_categories,
)
from cxtui.survey.inference.scales import find_listed_scale, find_scale
from cxtui.survey.languages.word_search import is_called
from cxtui.survey.question import Category, Kind
from cxtui.text import clean

MAX_CATEGORIES = 60
_MAX_LIST_CATEGORIES = 200
_MANY = 20
_FEW_DAYS, _FEW_MONTHS = 14, 24
_TWO = 2
_OWN_WORDS = 0.25
_FEW_TEXTS, _MOSTLY, _LONG, _VERY_LONG = 6, 0.5, 30, 80
_FEWEST_ALIKE, _RARE, _COVERED, _FEWEST_RARE = 3, 0.001, 0.8, 10
"""An answer is common if three respondents and one in a thousand gave it; ten others are pooled."""

_ENDS = (".", "!", "\u3002")
_BIG_ID = 10_000
_PANEL = 0.1
_IDS = name_words("id ids uid")
_ID_WORDS = 3
_MONTHS = "January February March April May June July August September October November December"
_UNNAMED = re.compile(r"|column_\d+|Unnamed: \d+|__index_level_\d+__|row_?names?")
"""Names that this program and others give to columns with blank headers."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
"""A date with a four-digit year; files also hold other years, by mistake or damage."""


def describe_column(column: Column, label: str = "", *, whole: bool = True) -> Description:
    """Return the kind of question the column is, from its type, values and label.

    `whole` says that the column holds the values of all respondents.
    """
    if column.is_list:
        return _describe_list(column)
    if column.rows == 0 and _is_known(column):
        return _describe_by_type(column)
    if reason := _exclusion_reason(column, label):
        return Description(None, reason)
    if column.dtype == nw.Boolean:
        return Description(Kind.SINGLE, tr("is true or false"), _yes_and_no())
    if column.is_date:
        return Description(Kind.DATE, *_date_periods(column))
    is_number = column.is_number
    return describe_number(column, label) if is_number else _describe_words(column, label, whole)


def _exclusion_reason(column: Column, label: str) -> str:
    """Return the reason to exclude a column, empty for a question."""
    if not _is_known(column):
        return tr("holds {}, which cannot be tabulated", column.dtype)
    if _UNNAMED.fullmatch(column.name) and _counts_rows(column):
        is_named = column.name.lower().startswith("row")
        return tr("numbers the rows") if is_named else tr("has no name and numbers the rows")
    if _is_panel_id(column, label):
        message = "is named like an id; {:,} different ones, some of them repeated"
        return tr(message, len(column.counts))
    return _id_reason(column, label) if column.counts else tr("no answers here")


def answer_categories(kind: Kind, column: Column) -> tuple[Category, ...]:
    """Return the categories of a column whose question has a declared kind."""
    if column.dtype == nw.Boolean:
        return _yes_and_no()
    if column.is_date:
        return _date_periods(column)[1]
    if column.is_number:
        values = sorted(column.counts)
        if kind is Kind.SCALE:
            return rating_categories(values, no_answer_codes(column.counts)[0])
        return code_categories(values)
    if not (column.is_text or column.is_list):
        return ()
    valid, missing, _ = _without_missing(column)
    categories = (*_text_categories(valid, missing)[0], *missing)
    return _score_categories(column, categories)[0] if kind is Kind.SCALE else categories


def _is_known(column: Column) -> bool:
    simple = column.is_text or column.is_number or column.is_date or column.dtype == nw.Boolean
    return simple or (column.dtype == nw.Unknown and not column.answered)


def _describe_by_type(column: Column) -> Description:
    if is_named_id(column.name):
        return Description(None, tr("is named like an id"))
    kind = Kind.DATE if column.is_date else Kind.NUMERIC if column.is_number else Kind.SINGLE
    categories: tuple[Category, ...] = ()
    if column.dtype == nw.Boolean or column.is_text:
        categories = answer_categories(kind, column)
    message = "by its type ({}); no answers yet"
    return Description(kind, tr(message, column.dtype), categories)


def _id_reason(column: Column, label: str) -> str:
    """Return the reason to treat the column as an id, empty otherwise."""
    if not column.all_distinct or column.is_date or column.dtype == nw.Boolean:
        return ""
    values = list(column.counts)
    if is_named_id(column.name) or is_named_id(label):
        return tr("is named like an id and has a value of its own for every respondent")
    if column.answered < _MANY:
        return ""
    if column.whole_numbers:
        run = max(values) - min(values) + 1 == len(values)
        if run or min(values) >= _BIG_ID or is_called("row_number", name_words(column.name)):
            return tr("numbers every respondent differently")
    elif column.is_text and all(" " not in one and any(map(str.isdigit, one)) for one in values):
        return tr("has a short mark of its own for every respondent")
    return ""


def _counts_rows(column: Column) -> bool:
    """Return whether the values rise from row to row, as in a spreadsheet's margin."""
    numbers = list(column.counts) if column.whole_numbers else []
    is_filled = len(numbers) == column.rows > 0
    return is_filled and all(first < second for first, second in pairwise(numbers))


def _is_panel_id(column: Column, label: str) -> bool:
    """Return whether a column is a panel id: named an id, repeated on few rows each."""
    named = (name_words(name) for name in (column.name, label))
    if not any(one & _IDS and len(one) <= _ID_WORDS for one in named):
        return False
    distinct = len(column.counts)
    repeated = column.whole_numbers and not column.all_distinct
    return repeated and distinct > MAX_CATEGORIES and distinct >= _PANEL * column.answered


def _yes_and_no() -> tuple[Category, ...]:
    return Category("true", tr("Yes")), Category("false", tr("No"))


def _describe_list(column: Column) -> Description:
    if column.rows and not column.counts:
        return Description(None, tr("holds lists, all of them empty"))
    if len(column.counts) > _MAX_LIST_CATEGORIES:
        return Description(None, tr("holds lists of {:,} different texts", len(column.counts)))
    categories, order, merged = _text_categories(column)
    reason = tr("holds lists of answers, {}", order.rule) + merged
    return Description(Kind.MULTI, reason, categories)


def _date_periods(column: Column) -> tuple[str, tuple[Category, ...]]:
    """Return a reason and categories by day, month or year, the finest with few categories."""
    days = sorted(filter(_DAY.match, column.counts))
    if not days:
        return tr("dates"), ()
    months = sorted({day[:7] for day in days})
    first, last = (12 * int(month[:4]) + int(month[5:]) for month in (months[0], months[-1]))
    if len(months) <= _TWO and _day_number(days[-1]) - _day_number(days[0]) <= _FEW_DAYS:
        return tr("dates, by day"), tuple(Category(day, day) for day in days)
    if last - first < _FEW_MONTHS:
        labels = (f"{tr(_MONTHS.split()[int(month[5:]) - 1])} {month[:4]}" for month in months)
        return tr("dates, by month"), tuple(map(Category, months, labels))
    years = sorted({day[:4] for day in days})
    return tr("dates, by year"), tuple(Category(year, year) for year in years)


def _day_number(day: str) -> int:
    return datetime.date.fromisoformat(day).toordinal()


def _describe_words(column: Column, label: str, whole: bool) -> Description:
    """Return the description of texts; `N/A` and its like are no open answers."""
    found = _describe_text(column, label, whole)
    if found.kind is not Kind.TEXT:
        return found
    missing, said = missing_words_of(column.counts)
    return replace(found, categories=missing, reason=found.reason + said)


def _describe_text(column: Column, label: str, whole: bool) -> Description:
    distinct = len(column.counts)
    share = distinct / column.answered
    says_label = distinct == 1 and clean(next(iter(column.counts))).casefold() == label.casefold()
    if asks_for_text(label) and not says_label and share > _OWN_WORDS:
        return Description(Kind.TEXT, tr("the label asks for words of one's own"))
    is_enum = column.dtype == nw.Enum
    valid, missing, lost = _without_missing(column)
    if not is_enum and (found := find_delimited_answers(valid.counts, whole=whole)):
        options = {text for one in found.categories for text in one.texts}
        if any(not options.isdisjoint(one.texts) for one in missing):  # beside others in a cell
            return find_delimited_answers(column.counts, whole=whole) or found
        categories = (*found.categories, *missing)
        return replace(found, categories=categories, reason=found.reason + lost)
    if not is_enum and (found := _describe_pooled(valid)):
        categories = (*found.categories, *missing)
        return replace(found, categories=categories, reason=found.reason + lost)
    if not is_enum and _is_free_text(column):
        message = "{:,} different texts in {:,} answers"
        return Description(Kind.TEXT, tr(message, distinct, column.answered))
    return _describe_choice(column, valid, missing, lost)


def _describe_choice(
    column: Column, valid: Column, missing: tuple[Category, ...], lost: str
) -> Description:
    """Return the scale or single choice of a column, whose `valid` answers are not `missing`."""
    answers, order, merged = _text_categories(valid, missing)
    if len(answers) > MAX_CATEGORIES and column.dtype != nw.Enum:
        message = "{:,} different texts, too many for categories"
        return Description(Kind.TEXT, tr(message, len(column.counts)))
    categories = (*answers, *missing)
    merged += lost
    scaled, scale = _score_categories(column, categories)
    if scale:
        return Description(Kind.SCALE, scale + merged, scaled)
    count = tr_count(len(answers), "one answer", "{:,} different answers")
    zeros = describe_lost_zeros([one.code for one in categories])
    reason = f"{count}, {order.rule}{merged}{zeros}{order.doubt}"
    return Description(Kind.SINGLE, reason, categories, undecided=bool(order.doubt))


def _describe_pooled(column: Column) -> Description | None:
    """Return the single choice whose common answers cover most, with the rare ones pooled."""
    first = sorted(column.counts.values(), reverse=True)[: 2 * MAX_CATEGORIES]
    if sum(first) < _COVERED * column.answered:
        return None
    spelled = merge_spellings(column.counts)
    sizes = {
        key: sum(column.counts.get(text, 0) for text in one.texts) for key, one in spelled.items()
    }
    often = sorted(sizes, key=lambda key: -sizes[key])[:MAX_CATEGORIES]
    least = max(_FEWEST_ALIKE, _RARE * column.answered)
    common = {key for key in often if sizes[key] >= least}
    rare = len(spelled) - len(common)
    covered = sum(sizes[key] for key in common)
    ended = sum(key.endswith(_ENDS) for key in common)  # sentences are written, not chosen
    is_long = sum(map(len, common)) > 2 * _LONG * len(common) or ended > _MOSTLY * len(common)
    fits_whole = len(spelled) <= MAX_CATEGORIES and rare < max(_FEWEST_RARE, len(common))
    if fits_whole or len(common) < _TWO or covered < _COVERED * column.answered or is_long:
        return None
    order = order_texts([spelled[key].code for key in spelled if key in common])
    by_code = {one.code: one for one in spelled.values()}
    code = OTHER_ANSWERS if OTHER_ANSWERS not in by_code else f"{OTHER_ANSWERS} (not listed)"
    others = Category(code, tr("Other answers ({:,})", rare))
    message = "{:,} answers, {}; {:,} rare ones, of {:,} respondents, count together"
    reason = tr(message, len(common), order.rule, rare, column.answered - covered) + order.doubt
    categories = (*(by_code[one] for one in order.texts), others)
    described = Description(Kind.SINGLE, reason, categories, others=code)
    return replace(described, undecided=bool(order.doubt))


def _is_free_text(column: Column) -> bool:
    """Return whether texts are open answers: rarely repeated, too long or too many."""
    distinct = len(column.counts)
    length = sum(map(len, column.counts)) / distinct
    share = distinct / column.answered
    return (
        (share > _MOSTLY and (distinct >= _FEW_TEXTS or (length > _LONG and distinct > 1)))
        or (length > _VERY_LONG and distinct > MAX_CATEGORIES / 4)
        or distinct > 2 * MAX_CATEGORIES
    )


def _score_categories(
    column: Column, categories: tuple[Category, ...]
) -> tuple[tuple[Category, ...], str]:
    """Return the categories with scores and the reason, unchanged where they form no scale.

    The order of an enumeration type is kept.
    """
    missing = tuple(one for one in categories if one.missing)
    texts = [one.code for one in categories if not one.missing]
    scale = find_listed_scale(texts) if column.dtype == nw.Enum else find_scale(texts)
    if scale is None and column.dtype == nw.Enum:  # an unused answer may be of no scale
        scale = find_listed_scale([text for text in texts if column.counts.get(text)])
    if scale is None:
        return categories, ""
    if column.dtype != nw.Enum:
        valid = tuple(one for one in categories if not one.missing)
        return (*scale.categories(valid), *missing), scale.reason
    scored = (replace(one, score=scale.scores.get(one.code)) for one in categories)
    return tuple(scored), tr("{}, in the order of the file's own list", scale.reason)


def _without_missing(column: Column) -> tuple[Column, tuple[Category, ...], str]:
    """Return a column without words for no answer, these as categories, and a phrase on them."""
    missing, said = split_missing_words(column.counts, has_blanks=column.has_blanks)
    lost = {text for one in missing for text in one.texts}
    counts = dict(column.counts)
    fewer = sum(counts.pop(text, 0) for text in lost)
    answered = sum(column.counts.values()) - fewer
    return replace(column, counts=counts, answered=answered), missing, said


def _text_categories(
    column: Column, missing: Sequence[Category] = ()
) -> tuple[tuple[Category, ...], AnswerOrder, str]:
    """Return texts as categories, their order, and a phrase on merged spellings.

    The list of an enumeration type is used but for its `missing` answers.
    """
    dtype = column.dtype.inner if column.is_list else column.dtype
    counts = dict(column.counts)
    if dtype == nw.Enum:
        lost = {text for one in missing for text in one.texts}
        listed = (text for text in dtype.categories if clean(text) and text not in lost)
        counts = {text: counts.get(text, 0) for text in listed}
    by_code = {one.code: one for one in merge_spellings(counts).values()}
    order = AnswerOrder(tuple(by_code), tr("in the order of the file's own list"))
    if dtype != nw.Enum:
        order = order_texts(order.texts)
    merged = (one for one in order.texts if sum(text in counts for text in by_code[one].texts) > 1)
    said = ", ".join(map(repr, merged))
    message = "; one answer where spellings differ by blanks or capitals: {}"
    categories = tuple(by_code[code] for code in order.texts)
    return categories, order, tr(message, said) if said else ""
