"""Classification of a single column by its type, values and label."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import replace

import narwhals.stable.v2 as nw

from cxtui.survey.inference.answer_order import order_texts
from cxtui.survey.inference.column_values import (
    Column,
    Description,
    asks_for_text,
    is_named_id,
    name_words,
)
from cxtui.survey.inference.lost_zeros import describe_lost_zeros
from cxtui.survey.inference.multiple_answers import find_delimited_answers
from cxtui.survey.inference.number_columns import (
    code_categories,
    count_phrase,
    describe_number,
    no_answer_codes,
    rating_categories,
)
from cxtui.survey.inference.scales import find_listed_scale, find_scale
from cxtui.survey.question import Category, Kind
from cxtui.text import clean

MAX_CATEGORIES = 60
_MAX_LIST_CATEGORIES = 200
_MANY = 20
_FEW_DAYS, _FEW_MONTHS = 14, 24
_TWO = 2
_OWN_WORDS = 0.25
_FEW_TEXTS, _MOSTLY, _LONG, _VERY_LONG = 6, 0.5, 30, 80
_BIG_ID = 10_000
_PANEL = 0.1
_IDS = frozenset({"id", "ids", "uid"})
_ID_WORDS = 3
_NUMBERS = frozenset({"record", "case", "number", "no", "nr", "num", "recordno"})
_MONTHS = "January February March April May June July August September October November December"
_UNNAMED = re.compile(r"|column_\d+|Unnamed: \d+|__index_level_\d+__")
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
    return _describe_question(column, label, whole=whole)


def _exclusion_reason(column: Column, label: str) -> str:
    """Return the reason to exclude a column, empty for a question."""
    if not _is_known(column):
        return f"holds {column.dtype}, which cannot be tabulated"
    if _UNNAMED.fullmatch(column.name) and _counts_rows(column):
        return "has no name and numbers the rows"
    if _is_panel_id(column, label):
        return f"is named like an id; {len(column.counts):,} different ones, some of them repeated"
    return _id_reason(column, label) if column.counts else "nobody has an answer here"


def _describe_question(column: Column, label: str, *, whole: bool) -> Description:
    if column.dtype == nw.Boolean:
        return _describe_boolean(column)
    if column.is_date:
        return Description(Kind.DATE, *_date_periods(column))
    if column.is_number:
        return describe_number(column, label)
    return _describe_text(column, label, whole=whole)


def answer_categories(kind: Kind, column: Column) -> tuple[Category, ...]:
    """Return the categories of a column whose question has a declared kind."""
    if column.dtype == nw.Boolean:
        return _describe_boolean(column).categories
    if column.is_date:
        return _date_periods(column)[1]
    if column.is_number:
        values = sorted(column.counts)
        is_scale = kind is Kind.SCALE
        return (
            rating_categories(values, no_answer_codes(column.counts)[0])
            if is_scale
            else code_categories(values)
        )
    if not (column.is_text or column.is_list):
        return ()
    categories = _text_categories(column)[0]
    return _score_categories(column, categories)[0] if kind is Kind.SCALE else categories


def _is_known(column: Column) -> bool:
    simple = column.is_text or column.is_number or column.is_date or column.dtype == nw.Boolean
    return simple or (column.dtype == nw.Unknown and not column.answered)


def _describe_by_type(column: Column) -> Description:
    reason = f"by its type ({column.dtype}); nobody has answered yet"
    if is_named_id(column.name):
        return Description(None, "is named like an id")
    if column.dtype == nw.Boolean:
        return Description(Kind.SINGLE, reason, _describe_boolean(column).categories)
    if column.is_date:
        return Description(Kind.DATE, reason)
    if column.is_number:
        return Description(Kind.NUMERIC, reason)
    return Description(Kind.SINGLE, reason, _text_categories(column)[0] if column.is_text else ())


def _id_reason(column: Column, label: str) -> str:
    """Return the reason to treat the column as an id, empty otherwise."""
    if not column.all_distinct or column.is_date or column.dtype == nw.Boolean:
        return ""
    values = list(column.counts)
    if is_named_id(column.name) or is_named_id(label):
        return "is named like an id and has a value of its own for every respondent"
    if column.answered < _MANY:
        return ""
    if column.whole_numbers:
        run = max(values) - min(values) + 1 == len(values)
        if run or min(values) >= _BIG_ID or name_words(column.name) & _NUMBERS:
            return "numbers every respondent differently"
    elif column.is_text and all(" " not in one and any(map(str.isdigit, one)) for one in values):
        return "has a short mark of its own for every respondent"
    return ""


def _counts_rows(column: Column) -> bool:
    """Return whether the values number the rows from 0 or 1, as in a spreadsheet's margin."""
    start = next(iter(column.counts), None)
    if start not in {0, 1} or not column.whole_numbers or column.answered != column.rows:
        return False
    return list(column.counts) == [*range(int(start), int(start) + column.rows)]


def _is_panel_id(column: Column, label: str) -> bool:
    """Return whether a column is a panel id: named an id, repeated on few rows each."""
    named = (name_words(name) for name in (column.name, label))
    if not any(one & _IDS and len(one) <= _ID_WORDS for one in named):
        return False
    distinct = len(column.counts)
    repeated = column.whole_numbers and not column.all_distinct
    return repeated and distinct > MAX_CATEGORIES and distinct >= _PANEL * column.answered


def _describe_boolean(column: Column) -> Description:
    categories = (Category("true", "Yes"), Category("false", "No"))
    return Description(Kind.SINGLE, "is true or false", categories)


def _describe_list(column: Column) -> Description:
    if column.rows and not column.counts:
        return Description(None, "holds lists, all of them empty")
    if len(column.counts) > _MAX_LIST_CATEGORIES:
        return Description(None, f"holds lists of {len(column.counts):,} different texts")
    categories, how = _text_categories(column)
    return Description(Kind.MULTI, f"holds lists of answers, {how}", categories)


def _date_periods(column: Column) -> tuple[str, tuple[Category, ...]]:
    """Return a reason and categories by day, month or year, the finest with few categories."""
    days = sorted(filter(_DAY.match, column.counts))
    if not days:
        return "dates", ()
    months = {day[:7] for day in days}
    span = 12 * (int(days[-1][:4]) - int(days[0][:4])) + int(days[-1][5:7]) - int(days[0][5:7])
    if len(months) <= _TWO and _day_number(days[-1]) - _day_number(days[0]) <= _FEW_DAYS:
        return "dates, by day", tuple(Category(day, day) for day in days)
    if span < _FEW_MONTHS:
        return "dates, by month", tuple(Category(one, _month_label(one)) for one in sorted(months))
    years = sorted({day[:4] for day in days})
    return "dates, by year", tuple(Category(year, year) for year in years)


def _day_number(day: str) -> int:
    return datetime.date.fromisoformat(day).toordinal()


def _month_label(month: str) -> str:
    return f"{_MONTHS.split()[int(month[5:]) - 1]} {month[:4]}"


def _describe_text(column: Column, label: str, *, whole: bool) -> Description:
    distinct = len(column.counts)
    share = distinct / column.answered
    says_label = distinct == 1 and clean(next(iter(column.counts))).casefold() == label.casefold()
    if asks_for_text(label) and not says_label and share > _OWN_WORDS:
        return Description(Kind.TEXT, "the label asks for words of one's own")
    if column.dtype != nw.Enum and (pieces := find_delimited_answers(column.counts, whole=whole)):
        return Description(
            Kind.MULTI, pieces.reason, pieces.categories, pieces.delimiter, pieces.others
        )
    if column.dtype != nw.Enum and _is_free_text(column):
        return Description(
            Kind.TEXT, f"{distinct:,} different texts in {column.answered:,} answers"
        )
    categories, how = _text_categories(column)
    if len(categories) > MAX_CATEGORIES and column.dtype != nw.Enum:
        return Description(Kind.TEXT, f"{distinct:,} different texts, too many for categories")
    scaled, scale = _score_categories(column, categories)
    if scale:
        merged = how.partition("; ")[2]
        return Description(Kind.SCALE, f"{scale}; {merged}" if merged else scale, scaled)
    how += describe_lost_zeros([one.code for one in categories])
    return Description(Kind.SINGLE, f"{count_phrase(categories, 'answer')}, {how}", categories)


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
    texts = [one.code for one in categories]
    scale = find_listed_scale(texts) if column.dtype == nw.Enum else find_scale(texts)
    if scale is None:
        return categories, ""
    if column.dtype != nw.Enum:
        return scale.categories(categories), scale.reason
    scored = (replace(one, score=scale.scores.get(one.code)) for one in categories)
    return tuple(scored), f"{scale.reason}, in the order of the file's own list"


def _text_categories(column: Column) -> tuple[tuple[Category, ...], str]:
    """Return texts as categories, spellings of one answer merged, and the rule of their order."""
    dtype = column.dtype.inner if column.is_list else column.dtype
    counts = dict(column.counts)
    own_order = dtype == nw.Enum
    if own_order:
        counts = {text: counts.get(text, 0) for text in dtype.categories if clean(text)}
    spelled: dict[str, list[str]] = {}
    for raw in counts:
        spelled.setdefault(clean(raw).casefold(), []).append(raw)
    by_code = dict(_merge_spellings(raws, counts.__getitem__) for raws in spelled.values())
    ordered, how = list(by_code), "in the order of the file's own list"
    if not own_order:
        ordered, how = order_texts(ordered)
    merged = [code for code in ordered if len(spelled[code.casefold()]) > 1]
    if merged:
        how += "; one answer where spellings differ by blanks or capitals: "
        how += ", ".join(repr(code) for code in merged)
    return tuple(by_code[code] for code in ordered), how


def _merge_spellings(raws: list[str], count_phrase: Callable[[str], int]) -> tuple[str, Category]:
    """Return the code and category of all spellings of an answer, named by the most frequent."""
    code = clean(max(raws, key=count_phrase))
    others = tuple(raw for raw in raws if raw != code)
    return code, Category(code, code, spellings=others)
