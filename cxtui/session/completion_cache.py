"""What completion needs to know of a survey: peeked at once, then remembered."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from cxtui.errors import CxtuiError, ExportError
from cxtui.fingerprint import fingerprint_of
from cxtui.session.private_files import keep, peek_file
from cxtui.sources.codebook_location import find_codebook_file
from cxtui.sources.locate import find_files
from cxtui.sources.wave_files import list_locations
from cxtui.survey.model import Codebook
from cxtui.survey.question import Kind

_MOST_ANSWERS = 100
_LARGEST = 200_000_000
"""Bytes of a survey that is opened only to complete a word: more would take too long."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: its id, wording, and the codes and labels of its answers."""

    id: str
    label: str
    answers: tuple[tuple[str, str], ...] = ()
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Peek:
    """The questions of a survey, the columns that can weight it, and its wave."""

    questions: tuple[Asked, ...] = ()
    weights: tuple[str, ...] = ()
    wave: str = ""


def peek_of(codebook: Codebook) -> Peek:
    """Return what completion needs of a codebook."""
    questions = tuple(
        Asked(
            one.id,
            one.label,
            tuple((each.code, each.label) for each in one.categories[:_MOST_ANSWERS]),
            one.kind is Kind.NUMERIC,
        )
        for one in codebook.table_questions
    )
    weights = dict.fromkeys((codebook.weight, *codebook.weights))
    return Peek(questions, tuple(one for one in weights if one), codebook.wave)


def remember(files: Sequence[str], named_codebook: str, codebook: Codebook) -> None:
    """Keep what completion needs; a home that cannot be written remembers nothing."""
    with suppress(CxtuiError, ExportError, OSError):
        stamp = _stamp(files, named_codebook)
        whole = {"stamp": stamp, "peek": asdict(peek_of(codebook))}
        keep(peek_file([*files, named_codebook]), json.dumps(whole).encode())


def peek(files: Sequence[str], named_codebook: str) -> Peek:
    """Return what is known of a survey; it is opened where nobody did before.

    Nothing is known of one that cannot be opened, or not quickly.
    """
    try:
        stamp = _stamp(files, named_codebook)
        return _remembered(peek_file([*files, named_codebook]), stamp) or _opened(
            files, named_codebook
        )
    except (CxtuiError, OSError):
        return Peek()


def _opened(files: Sequence[str], named_codebook: str) -> Peek:
    found = [one for file in files for one in find_files(file)]
    if len(files) != 1 or not found or sum(one.stat().st_size for one in found) > _LARGEST:
        return Peek()
    from cxtui.sources.open_survey import open_survey

    survey = open_survey(files[0], named_codebook)
    remember(files, named_codebook, survey.codebook)
    return peek_of(survey.codebook)


def _remembered(file: Path, stamp: object) -> Peek | None:
    """Return what was kept of the very same files, `None` where they have changed since."""
    try:
        whole = json.loads(file.read_text("utf-8"))
        if whole["stamp"] != stamp:
            return None
        kept = whole["peek"]
        questions = tuple(
            Asked(one["id"], one["label"], tuple(map(tuple, one["answers"])), one["is_number"])
            for one in kept["questions"]
        )
        return Peek(questions, tuple(kept["weights"]), kept["wave"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _stamp(files: Sequence[str], codebook: str) -> str:
    """Return what changes when one of the files does, or the codebook that it opens with."""
    location = tuple(files)
    written = find_codebook_file(location, codebook)
    return fingerprint_of([*find_files(*list_locations(location)), *([written] if written else [])])
