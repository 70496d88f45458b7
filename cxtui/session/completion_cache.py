"""The questions and answers that completion offers, cached for each survey."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

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


class Asked(NamedTuple):
    """A question: its id, wording, and the codes and labels of its answers."""

    id: str
    label: str
    answers: Sequence[tuple[str, str]]
    is_number: bool


class Peek(NamedTuple):
    """The questions of a survey, the columns that can weight it, and its wave."""

    questions: Sequence[Asked] = ()
    weights: Sequence[str] = ()
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
    """Cache what completion needs; a home that cannot be written caches nothing."""
    with suppress(CxtuiError, ExportError, OSError):
        whole = {"stamp": _stamp(files, named_codebook), "peek": peek_of(codebook)}
        keep(peek_file([*files, named_codebook]), json.dumps(whole).encode())


def peek(files: Sequence[str], named_codebook: str) -> Peek:
    """Return what is cached of a survey; a survey that was never opened is opened.

    The result is empty for a survey that cannot be opened, or not quickly.
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
    from cxtui.work.open_derived import open_derived

    survey = open_derived(files[0], named_codebook)
    remember(files, named_codebook, survey.codebook)
    return peek_of(survey.codebook)


def _remembered(file: Path, stamp: object) -> Peek | None:
    """Return what was cached of these files, `None` where they have changed since."""
    try:
        whole = json.loads(file.read_text("utf-8"))
        if whole["stamp"] != stamp:
            return None
        questions, weights, wave = whole["peek"]
        return Peek([Asked(*one) for one in questions], weights, wave)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _stamp(files: Sequence[str], codebook: str) -> str:
    """Return what changes when one of the files does, or the codebook that it opens with."""
    location = tuple(files)
    written = find_codebook_file(location, codebook)
    return fingerprint_of([*find_files(*list_locations(location)), *([written] if written else [])])
