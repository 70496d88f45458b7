"""Completion of a survey: what its source and its codebook leave open is inferred."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import narwhals.stable.v2 as nw
import polars as pl
import polars.selectors as cs

from cxtui.errors import CodebookError
from cxtui.messages import tr
from cxtui.sources.column_storage import unify_item_types
from cxtui.sources.countable_columns import countable_columns
from cxtui.sources.declared_codebook import (
    check_columns,
    check_lists,
    check_parts,
    find_replicates,
    merge_dictionary,
    order_as_file,
)
from cxtui.sources.null_words import read_missing_words, with_missing_words
from cxtui.sources.number_texts import NumberText, read_number_texts, with_remarks
from cxtui.sources.reading_progress import announce, announce_step, describing
from cxtui.sources.source import Source, require_columns, require_memory
from cxtui.survey.codebook.complete_codebook import complete_codebook
from cxtui.survey.codebook.completion_listener import Look
from cxtui.survey.codebook.early_survey import Showing, who_is_shown
from cxtui.survey.file_columns import file_column
from cxtui.survey.inference.unfinished import find_unfinished
from cxtui.survey.model import Codebook, ColumnLabel, Survey
from cxtui.survey.note import NoteKind, notes_about
from cxtui.survey.question import Kind
from cxtui.text import clean

_SAMPLE_ROWS = 20_000
_CELL_BYTES, _PYTHON_BYTES, _LONG_TEXT_BYTES, _ITEM_BYTES = 16, 2, 20, 100
"""Bytes that Python takes for a text, for each of its bytes, for each byte more of a long one, and
for an item of a list while questions are inferred.
"""
_LONG_TEXT = 1_000
"""Bytes of a text that no file holds often: patterns look at each of them several times."""
_ROW_BYTES = 16
"""Memory of a respondent while one column is counted; a tiny file can declare billions."""

_DESIGN = frozenset(
    {"weights", "respondent", "strata", "cluster", "population", "replicates", "calibrated"}
)


def complete_survey(source: Source, location: str, written: Codebook) -> Survey:
    """Return the survey of a source; questions that `written` lacks are inferred from a sample.

    `location` names them in messages. Raises `CodebookError` where `written` does not fit them.
    """
    source = countable_columns(source)
    names = source.frame.collect_schema().names()
    require_columns(source.files, len(names))
    written = find_replicates(written, names, location)
    respondents = source.respondents
    if respondents is None:
        respondents = int(source.frame.select(nw.len()).collect().item())
    if source.sample is None:
        require_memory(location, respondents * _ROW_BYTES)
        sample = _sample(source.frame, respondents)
        require_memory(location, _python_bytes(sample))
    else:
        sample = source.sample(respondents)
    source = _with_described_columns(source, sample)
    announce_step(source.files, "Looking for numbers and words for no answer …")
    source, sample = read_missing_words(source, sample, written)
    source, sample, remarks = read_number_texts(source, sample, written)
    schema = dict(source.frame.collect_schema())
    check_columns(written, schema, location)
    declared = merge_dictionary(written, source.dictionary)
    parts = _Parts(source, schema, written, declared, sample, remarks, location, respondents)
    listener = describing(source.files, respondents, len(sample.columns))
    completed = complete_codebook(
        declared,
        sample,
        labels=source.labels,
        whole=parts.whole,
        listener=replace(listener, look=parts.look_of(who_is_shown())),
    )
    return parts.survey(completed)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a survey is made of, but for its completed codebook."""

    source: Source
    schema: Mapping[str, Any]
    written: Codebook
    declared: Codebook
    sample: nw.DataFrame[Any]
    remarks: Mapping[str, NumberText]
    location: str
    respondents: int

    @property
    def whole(self) -> bool:
        """Whether the sample has all respondents."""
        return self.respondents <= len(self.sample)

    def look_of(self, show: Showing | None) -> Look | None:
        """Return what shows the survey of an early codebook to `show`; not that of a server."""
        if show is None or not self.source.frame.implementation.is_polars():
            return None

        def look(codebook: Codebook, brief: Collection[str]) -> Collection[str]:
            try:
                early = self.survey(codebook)
            except CodebookError:
                return ()  # the survey itself will be refused
            return show(early, brief)

        return look

    def survey(self, completed: Codebook) -> Survey:
        """Return the survey with a codebook; raises `CodebookError` where that does not fit."""
        source = self.source
        completed = with_missing_words(with_remarks(completed, self.remarks), source.words)
        check_lists(completed, self.schema)
        if source.dictionary.questions:
            completed = order_as_file(completed, self.written, list(self.schema))
        if not self.whole and not self.declared.wave:
            from cxtui.survey.inference.special_columns import add_missing_waves

            completed = add_missing_waves(completed, _wave_values(source.frame, completed))
        check_parts(completed, self.location)
        frame = _without_missing_weights(source, completed)
        frame, stored = unify_item_types(frame, self.schema, completed)
        unfinished = find_unfinished(completed, self.sample) if self.whole else ()
        return Survey(
            frame=frame,
            schema=stored,
            codebook=completed,
            location=self.location,
            fingerprint=source.fingerprint,
            respondents=self.respondents,
            notes=(
                *notes_about(NoteKind.FILE, source.notes),
                *notes_about(NoteKind.FILE, unfinished),
                *notes_about(NoteKind.CUT_OFF, source.cut_off),
            ),
            files=source.files,
            sheets=source.sheets,
        )


def _with_described_columns(source: Source, sample: nw.DataFrame[Any]) -> Source:
    """Return a source with the labels and codes that its metadata describe, as its dictionary."""
    described = {name: one for name, one in source.variables.items() if name in sample.columns}
    if not described:
        return source
    from cxtui.sources.readers.statistics.statistics_reader import described_questions

    labels = {name: ColumnLabel(name, clean(one.label)) for name, one in described.items()}
    labels = {name: one for name, one in labels.items() if one.label}
    questions = described_questions(described, sample.to_native())
    dictionary = replace(source.dictionary, questions=questions)
    return replace(source, labels={**source.labels, **labels}, dictionary=dictionary)


def _without_missing_weights(source: Source, codebook: Codebook) -> nw.LazyFrame[Any]:
    """Return the frame in which the user-missing codes of the declared weights are null.

    A weight is no question of the codebook, so that nothing else says which of its codes are none.
    """
    weights = {codebook.weight, *codebook.weights}
    missing = {
        one.columns[0]: [float(text) for each in one.categories for text in each.texts]
        for one in source.dictionary.questions
        if one.kind is Kind.NUMERIC and one.columns[0] in weights
    }
    answered = [
        nw.when(~file_column(name).is_in(codes)).then(file_column(name)).alias(name)
        for name, codes in missing.items()
        if codes
    ]
    # Spark refuses to add no column
    return source.frame.with_columns(answered) if answered else source.frame


def with_codebook(survey: Survey, written: Codebook) -> Survey:
    """Return a survey of several waves with the codebook declared for all of them."""
    written = find_replicates(written, tuple(survey.schema), survey.location)
    check_columns(written, survey.schema, survey.location)
    own = survey.codebook
    declared = merge_dictionary(written, own)
    ids = {one.id for one in declared.questions} | own.derived_ids
    parts = {
        part: getattr(own, part)
        for part in ("role", "wave", "banner", *_DESIGN)
        if not getattr(declared, part) and (part in _DESIGN or getattr(own, part) in ids)
    }
    guesses = {f"{part}_guess": getattr(own, f"{part}_guess") for part in parts.keys() - _DESIGN}
    derived = {one.id: one for one in (*own.derived, *written.derived)}
    least = max(own.suppress, written.suppress)
    declared = replace(
        declared, derived=tuple(derived.values()), suppress=least, **parts, **guesses
    )
    sample = _sample(survey.frame, survey.respondents)
    whole = survey.respondents <= _SAMPLE_ROWS
    completed = complete_codebook(declared, sample, labels={}, whole=whole)
    check_lists(completed, survey.schema)
    check_parts(completed, survey.location)
    return replace(survey, codebook=completed)


def _sample(frame: nw.LazyFrame[Any], respondents: int) -> nw.DataFrame[Any]:
    """Return all respondents, or 20,000 in four slices from the first to the last row.

    Files are often sorted by wave or country, so the first rows alone are not enough.
    """
    if respondents <= _SAMPLE_ROWS:
        return frame.collect()
    native: pl.LazyFrame = frame.to_native()
    size = _SAMPLE_ROWS // 4
    starts = [int(place * (respondents - size) / 3) for place in range(4)]
    return nw.from_native(pl.concat([native.slice(start, size) for start in starts]).collect())


def _python_bytes(sample: nw.DataFrame[Any]) -> int:
    """Return the bytes that Python takes for the texts of a sample and for its largest lists.

    The engine shares equal texts, Python does not.
    """
    native: pl.DataFrame = sample.to_native()

    def sums(sizes: pl.Expr) -> list[int]:
        return [int(one.item()) for one in native.select(sizes.cast(pl.Int64).sum())]

    codes = cs.categorical() | cs.enum()
    texts = cs.string().str.len_bytes(), codes.cat.len_bytes()
    items = (
        cs.list(cs.string()).list.explode().str.len_bytes(),
        cs.list(codes).list.explode().cat.len_bytes(),
    )
    total = _ITEM_BYTES * max(sums(cs.list().list.len()), default=0)
    total += _PYTHON_BYTES * max(chain.from_iterable(map(sums, items)), default=0)
    for sizes in texts:
        total += _CELL_BYTES * sum(sums(sizes.is_not_null()))
        total += _PYTHON_BYTES * sum(sums(sizes))
    for sizes in (*texts, *items):
        total += _LONG_TEXT_BYTES * sum(sums((sizes.cast(pl.Int64) - _LONG_TEXT).clip(0)))
    return total


def _wave_values(frame: nw.LazyFrame[Any], codebook: Codebook) -> list[object]:
    """Return all values of the wave's column; none for dates, whose periods come from counts."""
    question = codebook.find(codebook.wave)
    if question is None or question.kind is Kind.DATE:
        return []
    name = question.columns[0]
    if not frame.implementation.is_polars():
        announce(tr("Looking for every wave in column {!r} of all rows …", name))
    found = frame.select(file_column(name).alias("wave")).group_by("wave").agg(nw.len().alias("n"))
    return found.collect(backend="polars")["wave"].to_list()
