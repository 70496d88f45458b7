"""Values of a column in the sample, and words in its name."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from cxtui.survey.languages.word_search import find_words, is_called
from cxtui.survey.question import Category, Kind
from cxtui.text import clean, fold

if TYPE_CHECKING:
    from cxtui.survey.model import ColumnLabel

_ID_NAME_WORDS = 3
_FIRST, _FEW = 1_000, 0.2
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[\u2e80-\uffef])(?=[A-Za-z])")
_NAME_WORD = re.compile(r"(?:[^\W_]|[\u0900-\u0963\u0966-\u0dff])+")
"""Letters and digits, with the vowel signs of Indian scripts, which `\\w` leaves out."""


def _is_text(dtype: Any) -> bool:
    return _is_text_class(dtype if isinstance(dtype, type) else type(dtype))


@cache
def _is_text_class(dtype: Any) -> bool:
    return issubclass(dtype, (nw.String, nw.Categorical, nw.Enum))


@dataclass(frozen=True, slots=True)
class Column:
    """The values of one column in the sample, and its label in the file.

    `counts` holds every value that is an answer, in order of first appearance; for a list, every
    value in the lists. `answered` counts the respondents who answered. `is_filled` says that its
    file writes a word where there is no answer, and leaves hardly a cell blank; `is_brief` that
    only some respondents of the sample were looked at.
    """

    name: str
    dtype: Any
    rows: int
    answered: int
    counts: Mapping[Any, int] = field(default_factory=dict)
    label: ColumnLabel | None = None
    is_filled: bool = False
    is_brief: bool = False

    @property
    def has_blanks(self) -> bool:
        """Return whether blank cells, rather than words, say that there is no answer."""
        return self.rows > self.answered and not self.is_filled

    @property
    def wording(self) -> str:
        """Return the wording of the label, else the name."""
        return clean(self.label.label if self.label else self.name)

    @property
    def block(self) -> str:
        """Return the block of the label, else the name."""
        return clean(self.label.block if self.label else self.name)

    @property
    def is_text(self) -> bool:
        """Return whether the values are texts."""
        return _is_text(self.dtype)

    @property
    def is_date(self) -> bool:
        """Return whether the values are dates or times."""
        return any(self.dtype == one for one in (nw.Date, nw.Datetime))

    @property
    def is_number(self) -> bool:
        """Return whether the values are numbers."""
        return bool(self.dtype.is_numeric())

    @property
    def is_list(self) -> bool:
        """Return whether each value is a list of texts."""
        return bool(self.dtype == nw.List and _is_text(self.dtype.inner))

    @property
    def all_distinct(self) -> bool:
        """Return whether there are values and none occurs twice."""
        return bool(self.counts) and len(self.counts) == self.answered

    @property
    def whole_numbers(self) -> bool:
        """Return whether every value is a whole number."""
        return self.is_number and all(value == value // 1 for value in self.counts)


@dataclass(frozen=True, slots=True)
class Description:
    """The kind of question a column is, or (without a kind) the reason it is excluded.

    `undecided` means that another kind, or other codes of missing answers, are plausible too.
    """

    kind: Kind | None
    reason: str
    categories: tuple[Category, ...] = ()
    delimiter: str = ""
    others: str = ""
    undecided: bool = False


def count_values(series: nw.Series[Any], label: ColumnLabel | None = None) -> Column:
    """Return a column with its values counted, in one pass."""
    name, series = series.name, series.alias("values")  # a series finds itself by its name
    column = Column(name, series.dtype, len(series), 0, label=label)
    if column.is_list:
        lists = [one for one in series.to_list() if one is not None]
        inside = Counter(text for one in lists for text in one if text is not None)
        return replace(column, answered=len(lists), counts=_answers(inside))
    if column.is_date:
        found = _count_each(series.drop_nulls().dt.to_string("%Y-%m-%d"))
    elif column.is_text or column.is_number or series.dtype == nw.Boolean:
        found = _count_each(series)
    else:
        return replace(column, answered=len(series) - series.null_count())
    found.pop(None, None)
    counts = _answers(found)
    return replace(column, answered=sum(counts.values()), counts=counts)


def _count_each(series: nw.Series[Any]) -> dict[Any, int]:
    """Return how often each value occurs, in order of first appearance."""
    first = series.head(_FIRST)
    if (
        len(first) < len(series)
        and series.implementation.is_polars()
        and (series.dtype == nw.String or series.dtype.is_integer())
        and first.n_unique() <= _FEW * len(first)
    ):
        # thousands of values that are alike are quicker counted before they become Python's
        native = series.to_native()
        distinct = native.unique(maintain_order=True).to_list()
        return dict(zip(distinct, native.unique_counts().to_list(), strict=True))
    return Counter(series.to_list())


def _answers(counts: Mapping[Any, int]) -> dict[Any, int]:
    """Return the counts without non-answers: NaN, infinities and blank texts."""
    first = next(iter(counts), None)
    if isinstance(first, str):
        blank = {text for text in counts if not text[:1].isalnum() and not clean(text)}
        return (
            {text: n for text, n in counts.items() if text not in blank} if blank else dict(counts)
        )
    if isinstance(first, float):
        return {value: n for value, n in counts.items() if math.isfinite(value)}
    return dict(counts)


def split_words(text: str) -> list[str]:
    """Return the words of a name in order, the same for `RespondentID` and `respondent_id`."""
    return _NAME_WORD.findall(fold(_CAMEL.sub(" ", text)))


@lru_cache(maxsize=4096)
def name_words(text: str) -> frozenset[str]:
    """Return the words of a name."""
    return frozenset(split_words(text))


def is_named_id(name: str) -> bool:
    """Return whether a name means an id, a row number, a token or an address."""
    return len(name_words(name)) <= _ID_NAME_WORDS and is_called("id", name_words(name))


def asks_for_text(label: str) -> bool:
    """Return whether a label asks for an open answer."""
    return bool(find_words("own_words", label))


def merge_spellings(counts: Mapping[str, int]) -> dict[str, Category]:
    """Return texts as categories by their folded text, named by the most frequent spelling.

    Spellings of one answer differ by blanks or capitals.
    """
    spelled: dict[str, list[str]] = {}
    for text in counts:
        spelled.setdefault(clean(text).casefold(), []).append(text)
    found: dict[str, Category] = {}
    for key, texts in spelled.items():
        code = clean(max(texts, key=counts.__getitem__))
        found[key] = Category(code, code, spellings=tuple(text for text in texts if text != code))
    return found
