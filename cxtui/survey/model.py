"""Category, Question, Codebook and Survey: frozen values without input or output."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from cxtui.errors import ViewError
from cxtui.survey.note import Note, NoteKind
from cxtui.text import clean, shared_length

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw


class Kind(StrEnum):
    """Kind of a question, which determines how it is counted."""

    SINGLE = "single"
    MULTI = "multi"
    SCALE = "scale"
    GRID = "grid"
    NUMERIC = "numeric"
    DATE = "date"
    TEXT = "text"


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
    """Identity of a question that is an item of a grid: the grid's id and wording, and the item.

    `own_label` is the item's label without a beginning, up to a colon, that all items share.
    """

    grid: str
    grid_label: str
    item: Item
    own_label: str


@dataclass(frozen=True, slots=True)
class Question:
    """One variable, or one set of variables asked together.

    `columns` has one column; for answers in columns one a category, for a grid one an item, in the
    same order. `unchosen` are the texts in a multiple-response column that mean "not chosen".
    `classes` are the lower bounds, all but the first, of the classes of a number. `delimiter`
    separates the answers of a multiple response in one text, and `others` is the code of the
    category for answers without one. `guess` is the reason of an auto-detected question, empty if
    it is declared. `grid_item` is set if the question is an item of a grid; `id` and `label` are
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
    nets: tuple[Net, ...] = ()
    classes: tuple[float, ...] = ()
    delimiter: str = ""
    others: str = ""
    guess: str = ""
    grid_item: GridItem | None = None

    @property
    def declared_id(self) -> str:
        """Return the id that the codebook declares: of an item, that of its grid."""
        return self.grid_item.grid if self.grid_item else self.id

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

    def item_question(self, item: Item, item_id: str) -> Question:
        """Return an item of a grid as a question."""
        column = self.columns[self.items.index(item)]
        labels = [one.label for one in self.items]
        shared = item.label[: shared_length(labels)] if len(labels) > 1 else ""
        own_label = item.label[shared.rfind(": ") + 2 :] if ": " in shared else item.label
        return replace(
            self,
            id=item_id,
            label=f"{self.label}: {item.label}",
            kind=Kind.SCALE if self.scores else Kind.SINGLE,
            columns=(column,),
            items=(),
            guess=f"a row of the grid {self.id}" if self.guess else "",
            grid_item=GridItem(self.id, self.label, item, own_label),
        )


@dataclass(frozen=True, slots=True)
class ExcludedColumn:
    """A column that is not a question (an id, an empty column), and the reason."""

    column: str
    reason: str


_MANY_RESPONDENTS = 2_000_000
"""Number of respondents from which a count may take more than a quarter of a second."""

PARTS = ("role", "wave", "weight", "banner")
"""Parts of a codebook with at most one value, auto-detected unless declared."""


@dataclass(frozen=True, slots=True)
class Codebook:
    """Meaning of the columns of a survey.

    `role`, `wave` and `banner` are ids of questions; `weight` and `respondent` are columns.
    `banner` is the question to compare by if there is no role. `strata`, `cluster` and `population`
    (the population size of a stratum, in respondents or clusters) are columns of the sampling
    design. The `*_guess` fields are reasons, empty for declared parts; `absent` are the `PARTS`
    that are declared not to exist.
    """

    questions: tuple[Question, ...] = ()
    title: str = ""
    source: str = ""
    note: str = ""
    role: str = ""
    wave: str = ""
    weight: str = ""
    weights: tuple[str, ...] = ()
    respondent: str = ""
    strata: str = ""
    cluster: str = ""
    population: str = ""
    banner: str = ""
    role_guess: str = ""
    wave_guess: str = ""
    weight_guess: str = ""
    banner_guess: str = ""
    excluded: tuple[ExcludedColumn, ...] = ()
    absent: tuple[str, ...] = ()
    _by_id: Mapping[str, tuple[Question, Item | None]] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        """Assign unique ids to questions and items of grids."""
        by_id: dict[str, tuple[Question, Item | None]] = {}
        for question in self.questions:
            by_id.setdefault(question.id, (question, None))
        for question in self.questions:
            for item in question.items:
                wanted = item_id = question.item_id(item)
                number = 1
                while item_id in by_id:
                    number += 1
                    item_id = f"{wanted} ({number})"
                by_id[item_id] = (question, item)
        object.__setattr__(self, "_by_id", by_id)

    @property
    def default_banner(self) -> str:
        """Return the id of the question to compare by: the role, else the banner."""
        return self.role or self.banner

    @property
    def has_design(self) -> bool:
        """Return whether it declares a sampling design: strata, clusters or a population."""
        return bool(self.strata or self.cluster or self.population)

    @property
    def table_questions(self) -> tuple[Question, ...]:
        """Return all questions with a table; the items of a grid follow their grid."""
        items: dict[str, list[Question]] = {}
        for item_id, (question, item) in self._by_id.items():
            if item is not None:
                items.setdefault(question.id, []).append(question.item_question(item, item_id))
        return tuple(one for each in self.questions for one in (each, *items.get(each.id, ())))

    def find(self, question_id: str) -> Question | None:
        """Return the question (or grid item) with this id, else `None`."""
        question, item = self._by_id.get(question_id, (None, None))
        return question.item_question(item, question_id) if question and item else question


@dataclass(frozen=True, slots=True)
class ColumnLabel:
    """A file's header of a column: the id of its block, the block's wording, and its option.

    Columns with the same `block` belong to one question; `option` is empty if the column is the
    whole question.
    """

    block: str
    label: str
    option: str = ""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Survey:
    """Respondents (a lazy frame), their codebook, and their source.

    `respondents` is the number of rows; `fingerprint` changes whenever one of the `files` does;
    `notes` are remarks on how the file was read.
    """

    frame: nw.LazyFrame[Any]
    schema: Mapping[str, nw.dtypes.DType]
    codebook: Codebook
    location: str
    fingerprint: str
    respondents: int
    notes: tuple[Note, ...] = ()
    files: tuple[Path, ...] = ()

    @property
    def is_remote(self) -> bool:
        """Return whether it is counted by an engine outside this process."""
        return not self.frame.implementation.is_polars()

    @property
    def is_slow(self) -> bool:
        """Return whether a count is cancelled when the next one starts.

        A quick count runs to its end, since its cube is cached.
        """
        return self.is_remote or self.respondents >= _MANY_RESPONDENTS

    @property
    def truncation_notes(self) -> tuple[Note, ...]:
        """Return the notes that the file may be truncated."""
        return tuple(one for one in self.notes if one.kind is NoteKind.CUT_OFF)

    @property
    def title(self) -> str:
        """Return the title of the codebook, else the name of the file."""
        name = PurePath(self.location).name
        return self.codebook.title or clean(self.location if "*" in name else name)


def required(survey: Survey, question_id: str, what: str) -> Question:
    """Return the question with this id; raises `ViewError` where there is none."""
    question = survey.codebook.find(question_id)
    if question is None:
        raise ViewError(
            f"{survey.location} has no {what} {question_id!r}; `cxtui questions` lists what it has"
        )
    return question


def code_of(value: object) -> str:
    """Return the code of a value in a column, as codebooks write it.

    Text is not changed, whole floats lose their `.0`, booleans are `true` and `false`. The caller
    handles the missing values `None` and NaN.
    """
    if isinstance(value, str):
        return value
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
