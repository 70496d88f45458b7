"""One column by itself: what values it holds, and what kind of question that makes it."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Sized
from dataclasses import dataclass, field
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.survey.clean import clean
from cxtui.survey.model import Category, Kind, code_of, is_null
from cxtui.survey.order import order_texts, plain

MAX_CATEGORIES = 60
_MAX_LIST_CATEGORIES = 200
_MAX_CODES = 11
_SCALE = range(11)
_SCALE_STEPS = 5
_SENTINELS = frozenset({97, 98, 99, 997, 998, 999})
_MANY = 20
_FEW_DAYS, _FEW_MONTHS = 14, 24
_TWO = 2
_OWN_WORDS = 0.25
_FEW_TEXTS, _MOSTLY, _LONG, _VERY_LONG = 6, 0.5, 30, 80
_BIG_ID = 10_000
_ID_NAME_WORDS = 3
_ID_WORDS = frozenset(
    ["id", "ids", "uid", "uuid", "guid", "respondent", "row", "rowid", "token", "ip", "serial"]
)
_MONTHS = "January February March April May June July August September October November December"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
"""A day of a year that the calendar knows: files also hold others, by mistake or damage."""

_ASKS_FOR_TEXT = re.compile(
    r"specify|comment|feedback|describe|suggestion|open.ended|why or why not|please explain", re.I
)


def _is_text(dtype: Any) -> bool:
    # compared, not looked up in a set: an Enum with categories has another hash than `nw.Enum`
    return any(dtype == one for one in (nw.String, nw.Categorical, nw.Enum))


@dataclass(frozen=True, slots=True)
class Column:
    """The values of one column in the sample.

    `counts` holds every value that is an answer, in order of first appearance; for a list, every
    value in the lists. `answered` counts the respondents who answered.
    """

    name: str
    dtype: Any
    rows: int
    answered: int
    counts: Mapping[Any, int] = field(default_factory=dict)

    @property
    def is_text(self) -> bool:
        """Whether the values are texts."""
        return _is_text(self.dtype)

    @property
    def is_date(self) -> bool:
        """Whether the values are dates or times."""
        return any(self.dtype == one for one in (nw.Date, nw.Datetime))

    @property
    def is_number(self) -> bool:
        """Whether the values are numbers."""
        return bool(self.dtype.is_numeric())

    @property
    def is_list(self) -> bool:
        """Whether each value is a list of texts."""
        return bool(self.dtype == nw.List and _is_text(self.dtype.inner))

    @property
    def all_distinct(self) -> bool:
        """Whether no value stands twice."""
        return bool(self.counts) and len(self.counts) == self.answered

    @property
    def whole_numbers(self) -> bool:
        """Whether every value is a whole number."""
        return self.is_number and all(value == value // 1 for value in self.counts)


@dataclass(frozen=True, slots=True)
class Description:
    """What kind of question a column is, or (without a kind) why it is none."""

    kind: Kind | None
    reason: str
    categories: tuple[Category, ...] = ()


def examine(series: nw.Series[Any]) -> Column:
    """Count the values of one column: one pass, no matter what it is described as later."""
    column = Column(series.name, series.dtype, len(series), 0)
    if column.is_list:
        lists = [one for one in series.to_list() if one is not None]
        inside = Counter(text for one in lists for text in one if text is not None)
        return Column(series.name, series.dtype, len(series), len(lists), _answers(inside))
    if column.is_date:
        values = series.drop_nulls().dt.to_string("%Y-%m-%d").to_list()
    elif column.is_text or column.is_number or series.dtype == nw.Boolean:
        values = series.drop_nulls().to_list()
    else:
        return Column(series.name, series.dtype, len(series), len(series) - series.null_count())
    counts = _answers(Counter(values))
    return Column(series.name, series.dtype, len(series), sum(counts.values()), counts)


def _answers(counts: Mapping[Any, int]) -> dict[Any, int]:
    """Leave out what is no answer: NaN and infinities, and texts of nothing but blanks."""
    return {value: n for value, n in counts.items() if not _is_blank(value)}


def _is_blank(value: object) -> bool:
    if isinstance(value, str):
        return not (value.isalnum() or clean(value))
    return is_null(value) or value in {float("inf"), float("-inf")}


def words(text: str) -> frozenset[str]:
    """Return the words of a name: `RespondentID` and `respondent_id` alike."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    return frozenset(re.findall(r"[^\W_]+", plain(apart)))


def is_named_id(name: str) -> bool:
    """Whether a column is called an id, a row number, a token or an address."""
    return len(words(name)) <= _ID_NAME_WORDS and bool(words(name) & _ID_WORDS)


def asks_for_text(label: str) -> bool:
    """Whether a label asks for an answer in one's own words."""
    return bool(_ASKS_FOR_TEXT.search(label))


def describe(column: Column, label: str = "") -> Description:
    """Return what kind of question the column is, judged by its type, its values and its label."""
    if column.is_list:
        return _list(column)
    if column.rows == 0 and _is_known(column):
        return _by_type(column)
    if reason := _aside_reason(column, label):
        return Description(None, reason)
    return _question(column, label)


def _aside_reason(column: Column, label: str) -> str:
    """Say why a column is no question, or nothing."""
    if not _is_known(column):
        return f"holds {column.dtype}, which cannot be tabulated"
    return _id_reason(column, label) if column.counts else "nobody has an answer here"


def _question(column: Column, label: str) -> Description:
    if column.dtype == nw.Boolean:
        return _boolean(column)
    if column.is_date:
        return Description(Kind.DATE, *_periods(column))
    if column.is_number:
        return _number(column)
    return _text(column, label)


def describe_as(kind: Kind, column: Column) -> tuple[Category, ...]:
    """Return the categories of a question whose kind is settled."""
    if column.dtype == nw.Boolean:
        return _boolean(column).categories
    if column.is_date:
        return _periods(column)[1]
    if column.is_number:
        return _coded(sorted(column.counts), score=kind is Kind.SCALE)[0]
    return _categories(column)[0] if column.is_text or column.is_list else ()


def _is_known(column: Column) -> bool:
    simple = column.is_text or column.is_number or column.is_date or column.dtype == nw.Boolean
    return simple or (column.dtype == nw.Unknown and not column.answered)


def _by_type(column: Column) -> Description:
    reason = f"by its type ({column.dtype}); nobody has answered yet"
    if is_named_id(column.name):
        return Description(None, "is named like an id")
    if column.dtype == nw.Boolean:
        return Description(Kind.SINGLE, reason, _boolean(column).categories)
    if column.is_date:
        return Description(Kind.DATE, reason)
    if column.is_number:
        return Description(Kind.NUMERIC, reason)
    return Description(Kind.SINGLE, reason, _categories(column)[0] if column.is_text else ())


def _id_reason(column: Column, label: str) -> str:
    """Say why the column is an id, or nothing."""
    if not column.all_distinct or column.is_date or column.dtype == nw.Boolean:
        return ""
    values = list(column.counts)
    if is_named_id(column.name) or is_named_id(label):
        return "is named like an id and has a value of its own for every respondent"
    if column.answered < _MANY:
        return ""
    if column.whole_numbers:
        run = max(values) - min(values) + 1 == len(values)
        if run or min(values) >= _BIG_ID:
            return "numbers every respondent differently"
    elif column.is_text and all(" " not in one and any(map(str.isdigit, one)) for one in values):
        return "has a short mark of its own for every respondent"
    return ""


def _boolean(column: Column) -> Description:
    categories = (Category("true", "Yes"), Category("false", "No"))
    return Description(Kind.SINGLE, "is true or false", categories)


def _list(column: Column) -> Description:
    if column.rows and not column.counts:
        return Description(None, "holds lists, all of them empty")
    if len(column.counts) > _MAX_LIST_CATEGORIES:
        return Description(None, f"holds lists of {len(column.counts):,} different texts")
    categories, how = _categories(column)
    return Description(Kind.MULTI, f"holds lists of answers, {how}", categories)


def _number(column: Column) -> Description:
    if not column.whole_numbers:
        return Description(Kind.NUMERIC, _count(column.counts, "number"))
    values = sorted(column.counts)
    steps = [value for value in values if value not in _SENTINELS]
    is_scale = bool(steps) and _SCALE.start <= steps[0] and steps[-1] in _SCALE
    is_scale = is_scale and len(steps) >= _SCALE_STEPS
    if is_scale:
        categories, missing = _coded(values, score=True)
        reason = f"whole numbers from {code_of(steps[0])} to {code_of(steps[-1])}"
        if missing:
            reason += f"; {missing} cannot belong to that scale and count as missing"
        return Description(Kind.SCALE, reason, categories)
    if len(values) <= _MAX_CODES:
        reason = f"{_count(values, 'whole number')}, in their order"
        return Description(Kind.SINGLE, reason, _coded(values, score=False)[0])
    return Description(Kind.NUMERIC, _count(values, "whole number"))


def _count(things: Sized, name: str) -> str:
    return f"one {name}" if len(things) == 1 else f"{len(things):,} different {name}s"


def _coded(values: Sequence[Any], score: bool) -> tuple[tuple[Category, ...], str]:
    """Return numbers as categories, and which of them stand outside a scale, in words."""
    outside = {value for value in values if score and value in _SENTINELS}
    categories = tuple(
        Category(
            code=code_of(value),
            label=code_of(value),
            missing=value in outside,
            score=float(value) if score and value not in outside else None,
        )
        for value in values
    )
    return categories, ", ".join(code_of(value) for value in sorted(outside))


def _periods(column: Column) -> tuple[str, tuple[Category, ...]]:
    """Return days, months or years, whichever are few enough to read side by side."""
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


def _text(column: Column, label: str) -> Description:
    distinct = len(column.counts)
    length = sum(map(len, column.counts)) / distinct
    share = distinct / column.answered
    if asks_for_text(label) and distinct > 1 and share > _OWN_WORDS:
        return Description(Kind.TEXT, "the label asks for words of one's own")
    if column.dtype != nw.Enum and (
        (share > _MOSTLY and (distinct >= _FEW_TEXTS or (length > _LONG and distinct > 1)))
        or (length > _VERY_LONG and distinct > MAX_CATEGORIES / 4)
        or distinct > 2 * MAX_CATEGORIES
    ):
        return Description(
            Kind.TEXT, f"{distinct:,} different texts in {column.answered:,} answers"
        )
    categories, how = _categories(column)
    if len(categories) > MAX_CATEGORIES and column.dtype != nw.Enum:
        return Description(Kind.TEXT, f"{distinct:,} different texts, too many for categories")
    return Description(Kind.SINGLE, f"{_count(categories, 'answer')}, {how}", categories)


def _categories(column: Column) -> tuple[tuple[Category, ...], str]:
    """Return texts as categories, spellings of one answer merged, and how they were ordered."""
    dtype = column.dtype.inner if column.is_list else column.dtype
    counts = dict(column.counts)
    own_order = dtype == nw.Enum
    if own_order:
        counts = {text: counts.get(text, 0) for text in dtype.categories if clean(text)}
    spelled: dict[str, list[str]] = {}
    for raw in counts:
        spelled.setdefault(clean(raw).casefold(), []).append(raw)
    by_code = dict(_merged(raws, counts.__getitem__) for raws in spelled.values())
    ordered, how = list(by_code), "in the order of the file's own list"
    if not own_order:
        ordered, how = order_texts(ordered)
    merged = [code for code in ordered if len(spelled[code.casefold()]) > 1]
    if merged:
        how += "; one answer where spellings differ by blanks or capitals: "
        how += ", ".join(repr(code) for code in merged)
    return tuple(by_code[code] for code in ordered), how


def _merged(raws: list[str], count: Callable[[str], int]) -> tuple[str, Category]:
    """Return one category for all spellings of one answer, named by the commonest."""
    code = clean(max(raws, key=count))
    others = tuple(raw for raw in raws if raw != code)
    return code, Category(code, code, spellings=others)
