"""Declared codebooks: reading their files, checks, and merging with a file's dictionary."""

from __future__ import annotations

import fnmatch
import stat
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import narwhals.stable.v2 as nw

from cxtui.errors import CodebookError
from cxtui.messages import tr
from cxtui.survey.codebook.toml_format import read_codebook
from cxtui.survey.inference.missing_words import valid_words
from cxtui.survey.model import Codebook, ExcludedColumn
from cxtui.survey.question import Holds, Kind, Question

_MOST_BYTES = 32 * 2**20


def read_codebook_file(file: Path) -> Codebook:
    """Return the codebook in a TOML file; raises `CodebookError` where it cannot be read."""
    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            raise CodebookError("{} is not a file", file)
        if status.st_size > _MOST_BYTES:
            size = status.st_size / 2**20
            raise CodebookError("{} has {:,.0f} MB, which is too long for a codebook", file, size)
        return read_codebook(file.read_text(encoding="utf-8-sig"), str(file))
    except UnicodeDecodeError:
        raise CodebookError("{} is not UTF-8 text", file) from None
    except OSError as error:
        raise CodebookError("{}: {}", file, error.strerror) from None


def merge_dictionary(declared: Codebook, dictionary: Codebook) -> Codebook:
    """Return the `declared` codebook, completed with the file's `dictionary`.

    Codes that the file calls missing stay missing in a declared question that does not mention
    them, so that changing a label does not turn them into valid numbers.
    """
    questions = [_keep_missing(one, dictionary) for one in declared.questions]
    ids = {one.id for one in questions}
    used = {name for one in questions for name in one.columns}
    used |= {one.column for one in declared.excluded}
    used |= {declared.weight, *declared.weights, declared.respondent}
    rest = [one for one in dictionary.questions if used.isdisjoint(one.columns)]
    added = [replace(one, id=f"{one.id}_2") if one.id in ids else one for one in rest]
    excluded = (one for one in dictionary.excluded if one.column not in used)
    wave = not declared.wave and any(one.id == dictionary.wave for one in added)
    return replace(
        declared,
        questions=(*questions, *added),
        excluded=(*declared.excluded, *excluded),
        title=declared.title or dictionary.title,
        source=declared.source or dictionary.source,
        weight=declared.weight or ("" if dictionary.weight in used else dictionary.weight),
        wave=dictionary.wave if wave else declared.wave,
        wave_guess=dictionary.wave_guess if wave else declared.wave_guess,
    )


def order_as_file(codebook: Codebook, written: Codebook, columns: Sequence[str]) -> Codebook:
    """Return the codebook with the questions that `written` lacks in the order of the file."""
    places = {name: place for place, name in enumerate(columns)}
    first = len(written.questions)
    rest = sorted(codebook.questions[first:], key=lambda one: places[one.columns[0]])
    return replace(codebook, questions=(*codebook.questions[:first], *rest))


def _keep_missing(question: Question, dictionary: Codebook) -> Question:
    """Return a declared question with the missing answers of its columns in the dictionary."""
    own = [one for one in dictionary.questions if not {*one.columns}.isdisjoint(question.columns)]
    known = {text for one in question.categories for text in one.texts} | {*question.unticked}
    missing = {one.code: one for each in own for one in each.categories if one.missing}
    added = [one for one in missing.values() if known.isdisjoint(one.texts)]
    answers = next((one.categories for one in own if one.columns == question.columns), ())
    if not question.categories and question.kind in {Kind.SINGLE, Kind.SCALE} and answers:
        added = list(answers)
    return replace(question, categories=(*question.categories, *added))


def find_replicates(codebook: Codebook, columns: Sequence[str], location: str) -> Codebook:
    """Return the codebook with the replicate weights that its patterns find among the columns.

    They are no questions. Raises `CodebookError` if there are none, or as many rscales are declared
    as there are no replicates.
    """
    replicates = codebook.replicates
    if replicates is None:
        return codebook
    found = [
        name
        for pattern in replicates.columns
        for name in ([pattern] if pattern in columns else fnmatch.filter(columns, pattern))
    ]
    found = list(dict.fromkeys(found))
    if len(found) < 2:  # noqa: PLR2004 -- one has no spread
        said = (
            "the codebook's [replicates] columns {} match {} columns of {}; they take two or more"
        )
        raise CodebookError(said, ", ".join(map(repr, replicates.columns)), len(found), location)
    if len(replicates.rscales) not in {0, 1, len(found)}:
        said = "the codebook's [replicates] has {} rscales for {} columns"
        raise CodebookError(said, len(replicates.rscales), len(found))
    known = {one.column for one in codebook.excluded}
    excluded = tuple(
        ExcludedColumn(name, tr("a replicate weight")) for name in found if name not in known
    )
    return replace(
        codebook,
        replicates=replace(replicates, columns=tuple(found)),
        excluded=(*codebook.excluded, *excluded),
    )


def check_codebook(
    codebook: Codebook, schema: Mapping[str, nw.dtypes.DType], location: str
) -> None:
    """Raise `CodebookError` if a codebook does not fit the columns of a survey."""
    check_columns(codebook, schema, location)
    check_parts(codebook, location)


def check_columns(codebook: Codebook, schema: Mapping[str, nw.dtypes.DType], location: str) -> None:
    """Raise `CodebookError` if a codebook names a column that does not exist or does not fit."""
    questions = codebook.questions
    required = [
        *((tr("question {!r}", one.id), name) for one in questions for name in one.columns),
        *(("population", name) for name in codebook.population),
    ]
    if codebook.replicates:
        required += [("[replicates] columns", name) for name in codebook.replicates.columns]
    columns = [
        *(("weight", name) for name in (codebook.weight, *codebook.weights)),
        ("respondent", codebook.respondent),
        *(("strata", name) for name in codebook.strata),
        ("cluster", codebook.cluster),
    ]
    if codebook.calibrated:
        margins = codebook.calibrated.margins
        columns += [("[calibrated] base", codebook.calibrated.base)]
        columns += [("[calibrated] margins", name) for one in margins for name in one]
    for what, name in (*required, *((what, name) for what, name in columns if name)):
        if name not in schema:
            said = "the codebook's {} needs column {!r}; {} has none"
            raise CodebookError(said, what, name, location)
    numbers = [("population", name) for name in codebook.population]
    if codebook.replicates:
        numbers += [("[replicates]", name) for name in codebook.replicates.columns]
    for what, name in numbers:
        if not schema[name].is_numeric():
            said = "the codebook's {} takes numbers, but its column {!r} holds {}"
            raise CodebookError(said, what, name, schema[name])
    if codebook.cluster and codebook.cluster in codebook.strata:
        raise CodebookError("the codebook's strata and cluster are both {!r}", codebook.cluster)
    for one in questions:
        _check_kind(one, schema[one.columns[0]])


def _check_kind(question: Question, dtype: nw.dtypes.DType) -> None:
    """Raise `CodebookError` for a kind or a delimiter that does not fit the first column's type."""
    kind, column = question.kind, question.columns[0]
    words = valid_words(question)
    if words and kind in {Kind.NUMERIC, Kind.DATE} and isinstance(dtype, nw.String):
        message = 'the codebook calls {!r} {}, but {!r} an answer: set kind = "single" for it'
        raise CodebookError(message, question.id, kind, words[0])
    if question.delimiter and not isinstance(dtype, nw.String | nw.Categorical | nw.Enum):
        message = "the codebook gives {!r} a delimiter, but its column {!r} holds {}"
        raise CodebookError(message, question.id, column, dtype)
    if (kind is Kind.NUMERIC and not dtype.is_numeric()) or (
        kind is Kind.DATE and not isinstance(dtype, nw.Date | nw.Datetime)
    ):
        message = "the codebook calls {!r} {}, but its column {!r} holds {}"
        raise CodebookError(message, question.id, kind, column, dtype)


def check_lists(codebook: Codebook, schema: Mapping[str, nw.dtypes.DType]) -> None:
    """Raise `CodebookError` for several answers declared of one column that holds one."""
    for one in codebook.questions:
        several = one.kind is Kind.MULTI and one.holds is Holds.TICKS and len(one.categories) > 1
        dtype = schema[one.columns[0]]
        is_one = len(one.columns) == 1 and not one.delimiter
        if several and is_one and not isinstance(dtype, nw.List | nw.Array):
            message = (
                "the codebook calls {!r} multi, but its only column {!r} holds {}, not lists: "
                "name a column for each category"
            )
            raise CodebookError(message, one.id, one.columns[0], dtype)


def check_parts(codebook: Codebook, location: str) -> None:
    """Raise `CodebookError` for a role, wave or banner that cannot group respondents."""
    grouping = "single-choice or multiple-response"
    for part, name, kinds in (
        ("role", codebook.role, grouping),
        ("wave", codebook.wave, "single-choice"),
        ("banner", codebook.banner, grouping),
    ):
        question = codebook.find(name)
        if name in codebook.derived_ids:  # checked where it is derived
            continue
        if name and (question is None or not question.can_be(part)):
            message = "the codebook's {} is {!r}, but {} has no {} question of that id"
            raise CodebookError(message, part, name, location, tr(kinds))
