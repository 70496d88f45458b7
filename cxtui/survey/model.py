"""Codebook and Survey: frozen values without input or output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from cxtui.errors import ViewError, near_among
from cxtui.messages import tr
from cxtui.survey.sampling import Calibration, Lone, Replicates
from cxtui.text import clean

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw

    from cxtui.survey.derive.codes_lines import CodesFile
    from cxtui.survey.derive.derivation import Derivation
    from cxtui.survey.note import Note
    from cxtui.survey.question import Question


@dataclass(frozen=True, slots=True)
class ExcludedColumn:
    """A column that is not a question (an id, an empty column), and the reason."""

    column: str
    reason: str


_MANY_RESPONDENTS = 2_000_000
"""Number of respondents from which a count may take more than a quarter of a second."""

MOST_SUPPRESSED = 1_000_000


def is_least(value: int) -> bool:
    """Return whether no count of fewer than `value` respondents can be asked for; 0 is none."""
    return value == 0 or 2 <= value <= MOST_SUPPRESSED  # noqa: PLR2004 -- 1 hides nothing


PARTS = ("role", "wave", "weight", "banner")
"""Parts of a codebook with at most one value, auto-detected unless declared."""


@dataclass(frozen=True, slots=True)
class Codebook:
    """Meaning of the columns of a survey.

    `role`, `wave` and `banner` are ids of questions; `weight` and `respondent` are columns.
    `banner` is the question to compare by if there is no role. `strata`, `cluster` and `population`
    are columns of the sampling design; the first of `population` is the population size of a
    stratum (in respondents or clusters), the second that of a cluster. `lone` is the rule for
    strata of one cluster. `replicates` and `calibrated` tell of the `weight`. The `*_guess` fields
    are reasons, empty for declared parts; `absent` are the `PARTS` that are declared not to exist.
    `derived` are the questions that are made of others; an opened survey has them as questions too.
    No count of fewer than `suppress` respondents is shown, 0 for all counts.
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
    strata: tuple[str, ...] = ()
    cluster: str = ""
    population: tuple[str, ...] = ()
    lone: Lone = Lone.ADJUST
    replicates: Replicates | None = None
    calibrated: Calibration | None = None
    banner: str = ""
    role_guess: str = ""
    wave_guess: str = ""
    weight_guess: str = ""
    banner_guess: str = ""
    excluded: tuple[ExcludedColumn, ...] = ()
    absent: tuple[str, ...] = ()
    derived: tuple[Derivation, ...] = ()
    suppress: int = 0
    _by_id: Mapping[str, tuple[Question, int | None]] = field(init=False, repr=False, compare=False)
    """Questions by id; an item of a grid is its grid and its place there."""

    def __post_init__(self) -> None:
        """Assign unique ids to questions and items of grids."""
        by_id: dict[str, tuple[Question, int | None]] = {}
        last: dict[str, int] = {}
        for question in self.questions:
            by_id.setdefault(question.id, (question, None))
        for question in self.questions:
            for place, item in enumerate(question.items):
                wanted = item_id = question.item_id(item)
                while item_id in by_id:
                    last[wanted] = last.get(wanted, 1) + 1
                    item_id = f"{wanted} ({last[wanted]})"
                by_id[item_id] = (question, place)
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
        for item_id, (question, place) in self._by_id.items():
            if place is not None:
                items.setdefault(question.id, []).append(question.item_question(place, item_id))
        return tuple(one for each in self.questions for one in (each, *items.get(each.id, ())))

    @property
    def derived_ids(self) -> frozenset[str]:
        """Return the ids of the derived questions."""
        return frozenset(one.id for one in self.derived)

    def find(self, question_id: str) -> Question | None:
        """Return the question (or grid item) with this id, else `None`."""
        question, place = self._by_id.get(question_id, (None, None))
        if question is None or place is None:
            return question
        return question.item_question(place, question_id)

    def find_item(self, grid_id: str, code: str) -> Question | None:
        """Return the item of a grid with this code as a question, else `None`."""
        likely = f"{grid_id}.{code}"  # its id, unless another question has that
        found = (self._item(one, grid_id, code) for one in chain((likely,), self._by_id))
        return next(filter(None, found), None)

    def find_item_column(self, column: str) -> Question | None:
        """Return the item of a grid that is in a column of the file as a question, else `None`."""
        for item_id, (question, place) in self._by_id.items():
            if place is not None and question.columns[place] == column:
                return question.item_question(place, item_id)
        return None

    def _item(self, item_id: str, grid_id: str, code: str) -> Question | None:
        question, place = self._by_id.get(item_id, (None, None))
        if question is None or place is None or question.id != grid_id:
            return None
        is_it = question.items[place].code == code
        return question.item_question(place, item_id) if is_it else None


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
    `notes` are remarks on how the file was read; `sheets` are the sheets of a workbook with
    several, the one that was read first. `coded` has the codes of open answers by the ids of their
    questions. `suppress` is that of `--suppress`.
    """

    frame: nw.LazyFrame[Any]
    schema: Mapping[str, nw.dtypes.DType]
    codebook: Codebook
    location: str
    fingerprint: str
    respondents: int
    notes: tuple[Note, ...] = ()
    files: tuple[Path, ...] = ()
    sheets: tuple[str, ...] = ()
    coded: Mapping[str, CodesFile] = field(default_factory=dict)
    suppress: int = 0

    @property
    def least(self) -> int:
        """Return the smallest number of respondents that may be shown, 0 where all may.

        An option can raise the number of the codebook, and never lower it.
        """
        return max(self.suppress, self.codebook.suppress)

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
    def title(self) -> str:
        """Return the title of the codebook, else the name of the file."""
        name = PurePath(self.location).name
        return self.codebook.title or clean(self.location if "*" in name else name)


def required(survey: Survey, question_id: str, what: str) -> Question:
    """Return the question with this id, else the item of a grid in this column.

    Raises `ViewError` where there is none.
    """
    question = survey.codebook.find(question_id) or survey.codebook.find_item_column(question_id)
    if question is None:
        message = "{} has no {} {!r}; `cxtui questions` lists what it has"
        near = near_among(question_id, (one.id for one in survey.codebook.table_questions))
        raise ViewError(message, survey.location, tr(what), question_id, near)
    return question
