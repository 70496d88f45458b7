"""Kind, Category, Net, Item and Question: what was asked and which answers it has."""

from __future__ import annotations

import datetime
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from cxtui.messages import tr
from cxtui.survey.kind import Kind
from cxtui.text import clean, shared_length

__all__ = ["Category", "GridItem", "Holds", "Item", "Kind", "Net", "Question"]
__all__ += ["code_of", "is_null", "is_number", "told_apart"]


class Holds(StrEnum):
    """What each of a multiple response's columns holds.

    `ticks`: whether its own category was chosen; `mentions`: the code of any category.
    """

    TICKS = "ticks"
    MENTIONS = "mentions"


@dataclass(frozen=True, slots=True)
class Category:
    """One coded answer.

    `spellings` are other texts for this answer in a file. A `missing` category is not in the base.
    A scale's mean is that of the `score`s.
    """

    code: str
    label: str
    missing: bool = False
    score: float | None = None
    spellings: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """Return all texts for this answer in a file."""
        return (self.code, *self.spellings)


@dataclass(frozen=True, slots=True)
class Net:
    """Respondents who gave any of several answers, each counted once.

    `members` are codes of categories or of other nets. With `minus`, the net is the difference of
    two: the share of any of `members` minus that of any of `minus`.
    """

    code: str
    label: str
    members: tuple[str, ...]
    minus: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One item (row) of a grid."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class GridItem:
    """Identity of a question that is an item of a grid: the grid's id, the item, and all items."""

    grid: str
    item: Item
    items: tuple[Item, ...]

    @property
    def own_label(self) -> str:
        """Return the item's label without a beginning, up to a colon, that all items share."""
        return self.item.label[self._shared :]

    @property
    def own_labels(self) -> tuple[str, ...]:
        """Return the labels of all items without that beginning."""
        shared = self._shared
        return tuple(one.label[shared:] for one in self.items)

    @property
    def _shared(self) -> int:
        labels = [one.label for one in self.items]
        length = shared_length(labels) if len(labels) > 1 else 0
        before, colon, _ = self.item.label[:length].rpartition(": ")
        return len(before + colon)


@dataclass(frozen=True, slots=True)
class Question:
    """One variable, or one set of variables asked together.

    `columns` has one column; for answers in columns one a category, for a grid one an item, in the
    same order. `unchosen` are the texts in a multiple-response column that mean "not chosen",
    `unasked` those that mean "not asked", as an empty cell does. Columns that hold mentions hold
    codes of any categories; behind the categories of columns of ticks there may be missing ones
    that any of the columns can hold (Refused beside Selected and Not selected).
    `classes` are the lower bounds, all but the first, of the classes of a number, `range` its least
    and largest possible value (infinite where it is open). `asked` are the conditions, as `--where`
    takes them, that all hold for the respondents who are asked. `delimiter`
    separates the answers of a multiple response in one text, and `others` is the code of the
    category for answers without one (of a single choice, too). `guess` is the reason of an
    auto-detected question, empty if it is declared; `undecided` means that another guess is
    plausible too. `made` is how a derived question is made of others, as one line of TOML.
    `grid_item` is set if the question is an item of a grid; `id` and `label` are
    made of both then, for display and input only.
    """

    id: str
    label: str
    kind: Kind
    columns: tuple[str, ...]
    categories: tuple[Category, ...] = ()
    items: tuple[Item, ...] = ()
    section: str = ""
    unchosen: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()
    holds: Holds = Holds.TICKS
    nets: tuple[Net, ...] = ()
    classes: tuple[float, ...] = ()
    range: tuple[float, ...] = ()
    asked: tuple[str, ...] = ()
    delimiter: str = ""
    others: str = ""
    guess: str = ""
    undecided: bool = False
    made: str = ""
    grid_item: GridItem | None = None

    @property
    def declared_id(self) -> str:
        """Return the id that the codebook declares: of an item, that of its grid."""
        return self.grid_item.grid if self.grid_item else self.id

    @property
    def pooled(self) -> str:
        """Return the code of the category of all rare answers to a single choice, empty if none."""
        return self.others if self.kind is Kind.SINGLE and not self.delimiter else ""

    @property
    def is_banner(self) -> bool:
        """Return whether the categories can be banner columns."""
        return self.kind not in {Kind.GRID, Kind.TEXT}

    @property
    def takes_answers_from_data(self) -> bool:
        """Return whether answers are read from the column: no valid ones are declared."""
        listed = self.kind in {Kind.SINGLE, Kind.MULTI, Kind.SCALE, Kind.DATE}
        return listed and len(self.columns) == 1 and all(one.missing for one in self.categories)

    @property
    def counts_each_answer(self) -> bool:
        """Return whether each answer is counted by itself (several answers or columns)."""
        return self.kind is Kind.MULTI or (self.kind is Kind.SINGLE and len(self.columns) > 1)

    @property
    def has_column_each(self) -> bool:
        """Return whether there are columns of ticks, one for each of the `options`."""
        return self.counts_each_answer and self.holds is Holds.TICKS and len(self.columns) > 1

    @property
    def reasons(self) -> tuple[Category, ...]:
        """Return the missing categories without a column of their own, of columns of ticks."""
        return self.categories[len(self.columns) :] if self.has_column_each else ()

    @property
    def options(self) -> tuple[Category, ...]:
        """Return the categories without the `reasons`; columns of ticks have one for each."""
        return self.categories[: len(self.categories) - len(self.reasons)]

    @property
    def unticked(self) -> tuple[str, ...]:
        """Return the texts in a column of ticks that are no tick."""
        texts = (text for one in self.reasons for text in one.texts)
        return (*self.unchosen, *self.unasked, *texts)

    @property
    def is_exclusive(self) -> bool:
        """Return whether each respondent has at most one answer, as a wave requires."""
        return self.kind in {Kind.SINGLE, Kind.SCALE, Kind.DATE}

    def can_be(self, part: str) -> bool:
        """Return whether the question can be the role, the wave or the banner.

        Roles may overlap (a scientist may teach), waves may not.
        """
        return self.is_exclusive or (self.kind is Kind.MULTI and part != "wave")

    @property
    def latest(self) -> str:
        """Return the code of the last valid category (the latest wave), empty if there is none."""
        codes = [category.code for category in self.categories if not category.missing]
        return codes[-1] if codes else ""

    @property
    def scores(self) -> bool:
        """Return whether the answers have a mean: at least two valid ones have a score.

        An answer without a score ("Don't know") is in the base, but not in the mean.
        """
        scored = [one for one in self.categories if one.score is not None and not one.missing]
        return len(scored) > 1

    def category_codes(self, codes: Iterable[str]) -> tuple[str, ...]:
        """Return the distinct category codes in codes of categories and nets."""
        nets = {net.code: net.members for net in self.nets}
        own = {category.code for category in self.categories}
        flat: dict[str, None] = {}
        for code in codes:
            inner = nets[code] if code in nets and code not in own else ()
            flat |= dict.fromkeys(self.category_codes(inner) if inner else (code,))
        return tuple(flat)

    def item_id(self, item: Item) -> str:
        """Return the id of an item of this grid, for display and input."""
        return f"{self.id}.{item.code}"

    def item_question(self, place: int, item_id: str) -> Question:
        """Return the item at a place of a grid as a question."""
        item = self.items[place]
        return replace(
            self,
            id=item_id,
            label=f"{self.label}: {item.label}",
            kind=Kind.SCALE if self.scores else Kind.SINGLE,
            columns=(self.columns[place],),
            items=(),
            guess=tr("a row of the grid {}", self.id) if self.guess else "",
            grid_item=GridItem(self.id, item, self.items),
        )


def told_apart(categories: Iterable[Category]) -> tuple[Category, ...]:
    """Return categories with their code behind labels that several of them have: `Yes (3)`."""
    listed = tuple(categories)
    uses = Counter(one.label for one in listed)
    if len(uses) == len(listed):
        return listed
    return tuple(
        replace(one, label=f"{one.label} ({one.code})") if uses[one.label] > 1 else one
        for one in listed
    )


def code_of(value: object) -> str:
    """Return the code of a value in a column, as codebooks write it.

    Text is not changed, whole floats lose their `.0`, booleans are `true` and `false`. The caller
    handles the missing values `None` and NaN.
    """
    if isinstance(value, str):
        return value
    if type(value) is int:
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.date | datetime.datetime | datetime.time):
        return value.isoformat()
    return clean(str(value))


def is_null(value: object) -> bool:
    """Return whether a value in a column is null or NaN."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def is_number(text: str) -> bool:
    """Return whether `text` is a number that an answer can be compared with."""
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
