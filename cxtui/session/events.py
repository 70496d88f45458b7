"""What happened in a session: values that its listener is told, to show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cxtui.analysis.view.view import View
    from cxtui.session.answers import Answer
    from cxtui.session.codebook_draft import DraftCodebook
    from cxtui.sources.readers.delimited.listed_columns import ListedColumn
    from cxtui.survey.kind import Kind
    from cxtui.survey.model import Survey


class Event:
    """Something that happened."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class ReadingProgressed(Event):
    """A slow file is being read; `text` says how much, `kinds` what columns are found to be."""

    text: str
    kinds: Mapping[str, Kind | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ColumnsListed(Event):
    """The header of a file that is being read for the first time names these columns."""

    columns: tuple[ListedColumn, ...]


@dataclass(frozen=True, slots=True)
class FirstCounted(Event):
    """The first table of a survey is there before all columns are described; tests follow.

    The session opens `survey`, with all its questions, when they are; `kinds` are those of the
    columns that need no further look.
    """

    survey: Survey
    answer: Answer
    kinds: Mapping[str, Kind | None]


@dataclass(frozen=True, slots=True)
class OpeningFailed(Event):
    """The survey could not be read; the session has failed."""

    reason: str


@dataclass(frozen=True, slots=True)
class Opened(Event):
    """The survey has been read; `before` is the one read before, `news` what has changed since."""

    survey: Survey
    before: Survey | None = None
    news: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReloadingFailed(Event):
    """The survey could not be read again; the one from before stays."""

    reason: str


@dataclass(frozen=True, slots=True)
class FileChanged(Event):
    """A file of the survey has changed since it was read; `problem` says why it is not readable."""

    problem: str = ""


@dataclass(frozen=True, slots=True)
class Moved(Event):
    """The session shows another view, or asks for the same one of a survey that was read again.

    `is_step` where undo takes the move back; `is_counted` where counting began at once, and did
    not have to wait for the count of a view before. `said` says in words what has changed.
    """

    view: View
    is_step: bool
    is_counted: bool
    said: str = ""


@dataclass(frozen=True, slots=True)
class CountProgressed(Event):
    """The count that the session waits for is so far."""

    done: int
    of: int


@dataclass(frozen=True, slots=True)
class Answered(Event):
    """The view of the session has been counted; unless `is_final`, its tests follow."""

    answer: Answer
    is_final: bool


@dataclass(frozen=True, slots=True)
class Settled(Event):
    """The first count of a survey has ended: work that can wait may be done now."""


@dataclass(frozen=True, slots=True)
class Cancelled(Event):
    """The count of a view was stopped on request."""

    view: View


@dataclass(frozen=True, slots=True)
class Refused(Event):
    """An operation had nothing to do, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class SavingFailed(Event):
    """The draft of the codebook could not be written."""

    draft: DraftCodebook
    reason: str
