"""Category, Question, Codebook and Survey: frozen values, no input or output."""

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
from cxtui.text import clean

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw


class Kind(StrEnum):
    """How a question was asked, and so how it is counted."""

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

    `spellings` are the texts by which a file also writes this answer, where they differ from
    `code`. A `missing` category leaves the base. A `score` lets a scale have a mean.
    """

    code: str
    label: str
    missing: bool = False
    score: float | None = None
    spellings: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text by which a file writes this answer."""
        return (self.code, *self.spellings)


@dataclass(frozen=True, slots=True)
class Net:
    """Respondents who gave any of several answers, recounted: never a sum of percentages.

    `members` are codes of categories or of other nets. With `minus`, the net is the difference of
    two: the share of any of `members` minus that of any of `minus`.
    """

    code: str
    label: str
    members: tuple[str, ...]
    minus: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One row of a grid."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class GridItem:
    """Which item of which grid a question is: the id and wording of the grid, and the item."""

    grid: str
    grid_label: str
    item: Item


@dataclass(frozen=True, slots=True)
class Question:
    """One variable, or one set of variables asked together.

    `columns` has one column; for a multiple response in columns (or one choice spread over them)
    one a category, for a grid one an item, in the same order. `unchosen` are the texts by which a
    multiple-response column says "asked, not chosen". `classes` are the lower bounds, all but the
    first, of the classes of a number. `delimiter` parts the answers of a multiple response that
    stand in one text, and `others` is the code of the category for those of them that no category
    lists. `guess` says why the question is described so, empty where a codebook declares it.
    `grid_item` is set where an item of a grid is a question: then `id` and `label` are texts that
    are made of both parts to be shown and typed, and are never taken apart.
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
        """The id that the codebook declares: of an item, that of its grid."""
        return self.grid_item.grid if self.grid_item else self.id

    @property
    def is_banner(self) -> bool:
        """Whether the categories can stand side by side as columns."""
        return self.kind not in {Kind.GRID, Kind.TEXT}

    @property
    def finds_answers(self) -> bool:
        """Whether its answers are those in its column: it declares none, or missing ones alone."""
        listed = self.kind in {Kind.SINGLE, Kind.MULTI, Kind.SCALE, Kind.DATE}
        return listed and len(self.columns) == 1 and all(one.missing for one in self.categories)

    @property
    def is_ticked(self) -> bool:
        """Whether each answer is looked for by itself: several answers, or a column for each."""
        return self.kind is Kind.MULTI or (self.kind is Kind.SINGLE and len(self.columns) > 1)

    @property
    def parts_respondents(self) -> bool:
        """Whether each respondent has one answer at most, as a wave needs."""
        return self.kind in {Kind.SINGLE, Kind.SCALE, Kind.DATE}

    def serves_as(self, part: str) -> bool:
        """Whether the question can be the role, the wave or the banner.

        Roles may overlap: somebody is a scientist and teaches. A respondent has one wave.
        """
        return self.parts_respondents or (self.kind is Kind.MULTI and part != "wave")

    @property
    def latest(self) -> str:
        """The code of the last category that is an answer: of a wave, the latest; else empty."""
        codes = [category.code for category in self.categories if not category.missing]
        return codes[-1] if codes else ""

    @property
    def scores(self) -> bool:
        """Whether the answers have a mean: at least two that count have a score.

        An answer without one ("Don't know") stands beside the scale: in the base, not in the mean.
        """
        scored = [one for one in self.categories if one.score is not None and not one.missing]
        return len(scored) > 1

    def flattened(self, codes: Iterable[str]) -> tuple[str, ...]:
        """Return the codes of the categories behind codes of categories and nets, once each."""
        nets = {net.code: net.members for net in self.nets}
        own = {category.code for category in self.categories}
        flat: dict[str, None] = {}
        for code in codes:
            inner = nets[code] if code in nets and code not in own else ()
            flat |= dict.fromkeys(self.flattened(inner) if inner else (code,))
        return tuple(flat)

    def item_id(self, item: Item) -> str:
        """Return the text by which an item of this grid is asked for."""
        return f"{self.id}.{item.code}"

    def item_question(self, item: Item, item_id: str) -> Question:
        """Return one item of a grid as a question of its own."""
        column = self.columns[self.items.index(item)]
        return replace(
            self,
            id=item_id,
            label=f"{self.label}: {item.label}",
            kind=Kind.SCALE if self.scores else Kind.SINGLE,
            columns=(column,),
            items=(),
            guess=f"a row of the grid {self.id}" if self.guess else "",
            grid_item=GridItem(self.id, self.label, item),
        )


@dataclass(frozen=True, slots=True)
class Aside:
    """A column that is not a question (an id, an empty column), and why."""

    column: str
    reason: str


_MANY_RESPONDENTS = 2_000_000
"""From so many on a count may take longer than a key should wait: a quarter of a second or so."""

PARTS = ("role", "wave", "weight", "banner")
"""What a survey has one of, or none; nobody declared: it is guessed."""


@dataclass(frozen=True, slots=True)
class Codebook:
    """What the columns of a survey mean.

    `role`, `wave` and `banner` are ids of questions; `weight` and `respondent` are columns.
    `banner` is what to compare by where there is no role. `strata`, `cluster` and `population` (how
    many respondents, or clusters, a stratum has outside) are columns of the sampling design. The
    `*_guess` fields say why, empty where declared; `without` names the `PARTS` that are declared
    not to be there.
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
    aside: tuple[Aside, ...] = ()
    without: tuple[str, ...] = ()
    _by_id: Mapping[str, tuple[Question, Item | None]] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        """Give each question and each item of a grid an id of its own."""
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
    def side(self) -> str:
        """The id of the question to compare by: the role, else the most plausible banner."""
        return self.role or self.banner

    @property
    def designed(self) -> bool:
        """Whether it declares a sampling design: strata, clusters or a population."""
        return bool(self.strata or self.cluster or self.population)

    @property
    def tabulated(self) -> tuple[Question, ...]:
        """Every question that has a table, in order: the rows of a grid follow their grid."""
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
    """What a file itself says over a column: its block, the block's wording, its own wording.

    Columns with the same `block` were asked together; `option` is empty where the column is the
    whole question.
    """

    block: str
    label: str
    option: str = ""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Survey:
    """Respondents (a lazy frame), what their columns mean, and where they came from.

    `respondents` is the number of rows; `fingerprint` changes whenever one of the `files` does;
    `notes` say which part of a file was read, where it holds more, and what is odd about it.
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
    def is_elsewhere(self) -> bool:
        """Whether another engine counts it than the one in this process, for whoever waits."""
        return not self.frame.implementation.is_polars()

    @property
    def is_slow(self) -> bool:
        """Whether a count can take so long that the next one cancels it: the rule for all callers.

        A quick count is let finish, since its cube may be asked for again.
        """
        return self.is_elsewhere or self.respondents >= _MANY_RESPONDENTS

    @property
    def doubts(self) -> tuple[Note, ...]:
        """The notes that put every number in doubt."""
        return tuple(one for one in self.notes if one.kind is NoteKind.CUT_OFF)

    @property
    def title(self) -> str:
        """What the survey is called: by its codebook, else by the name of its file."""
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
    """Return the code by which a codebook names a value found in a column.

    Text stays as it is (a file's own spelling), whole floats lose their `.0`, booleans are
    `true` and `false`. The missing values `None` and NaN are the caller's business.
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
    """Whether a value found in a column is no answer at all."""
    return value is None or (isinstance(value, float) and math.isnan(value))
