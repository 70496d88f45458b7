"""Cache of what was read: surveys with their completed codebooks, and decoded files.

A large file is read once. It is kept when `keep_openings` is called, behind the first table. Any
failure of the cache falls back to reading the file.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from cxtui.errors import CodebookError
from cxtui.fingerprint import fingerprint_of
from cxtui.languages import used_language
from cxtui.sources.cache.cache_entries import cache_folder, entry_name, load_entry, store_entry
from cxtui.sources.locate import ARROW, PARQUET
from cxtui.sources.reading_progress import is_large
from cxtui.sources.source import Source
from cxtui.sources.standard_input import content_key
from cxtui.survey.codebook.codebook_json import from_json, to_json
from cxtui.survey.codebook.early_survey import wait_for_the_rest
from cxtui.survey.model import Codebook, ColumnLabel, Survey
from cxtui.survey.note import Note

_BESIDE = ("{stem}.sas7bcat", "formats.sas7bcat")
_UNFIT = (ValueError, TypeError, KeyError, AttributeError, RecursionError, CodebookError)
"""What an entry raises whose facts another version has written."""

_waiting: list[Callable[[], None]] = []
_lock = Lock()
"""Held while entries are written."""

Reader = Callable[[tuple[Path, ...]], Source]


def keep_openings() -> None:
    """Write the entries of all surveys that were read since the last call, or are nearly read."""
    if cache_folder() is not None:
        wait_for_the_rest()
    with _lock:
        while _waiting:
            _waiting.pop(0)()


def _keep_later(store: Callable[[], None]) -> None:
    if not _waiting:
        atexit.unregister(keep_openings)
        atexit.register(keep_openings)
    _waiting.append(store)


@dataclass(frozen=True, slots=True)
class SurveyFacts:
    """All of a survey but its respondents, its location and its files."""

    codebook: Codebook
    notes: tuple[Note, ...]
    sheets: tuple[str, ...]
    respondents: int


@dataclass(frozen=True, slots=True)
class _SourceFacts:
    """All of a source but its respondents and its files."""

    codebook: str
    labels: Mapping[str, ColumnLabel]
    dictionary: Codebook
    sheets: tuple[str, ...]
    words: Mapping[str, Mapping[str, int]]
    notes: tuple[str, ...]
    cut_off: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CachePlace:
    """Where the cache keeps what is read of files by options; `name` has both and their state."""

    folder: Path
    name: str
    files: tuple[Path, ...]
    options: tuple[object, ...]

    @property
    def is_current(self) -> bool:
        """Return whether the files are as they were."""
        return cache_place(self.files, *self.options) == self

    def survey(self, location: str) -> Survey | None:
        """Return the survey that is kept here, `None` if there is none."""
        import narwhals.stable.v2 as nw

        if (found := load_entry(self.folder, self.name)) is None:
            return None
        try:
            facts = from_json(found[1], SurveyFacts)
        except _UNFIT:
            return None
        frame = nw.from_native(found[0])
        return Survey(
            frame=frame,
            schema=dict(frame.collect_schema()),
            codebook=facts.codebook,
            location=location,
            fingerprint=fingerprint_of(self.files),
            respondents=facts.respondents,
            notes=facts.notes,
            files=self.files,
            sheets=facts.sheets,
        )

    def keep_survey(self, survey: Survey) -> None:
        """Keep a survey here, unless it would come back as another one."""
        facts = SurveyFacts(survey.codebook, survey.notes, survey.sheets, survey.respondents)

        def store() -> None:
            schema = dict(survey.frame.collect_schema())
            if schema == survey.schema:
                self._store(survey.frame.to_native(), facts)

        if self.is_current:
            _keep_later(store)

    def source(self) -> Source | None:
        """Return the source that is kept here, `None` if there is none."""
        import narwhals.stable.v2 as nw

        if (found := load_entry(self.folder, self.name)) is None:
            return None
        try:
            facts = from_json(found[1], _SourceFacts)
        except _UNFIT:
            return None
        parts = {name: getattr(facts, name) for name in _SourceFacts.__slots__}
        return Source(nw.from_native(found[0]), self.files, converted=True, **parts)

    def keep_source(self, source: Source) -> None:
        """Keep a source here; one with the metadata of other formats would come back as another."""
        if self.is_current and not (source.variables or source.extensions or source.snapshot):
            facts = _SourceFacts(*(getattr(source, one) for one in _SourceFacts.__slots__))
            _keep_later(lambda: self._store(source.frame.to_native(), facts))

    def _store(self, frame: Any, facts: SurveyFacts | _SourceFacts) -> None:
        text = to_json(facts)
        if from_json(text, type(facts)) == facts:
            store_entry(self.folder, self.name, frame, text)


def cache_place(files: tuple[Path, ...], *options: object) -> CachePlace | None:
    """Return where the cache keeps what is read of files by options; `None` if it does not.

    Small files are read at once, and Parquet and Arrow are read as they are.
    """
    is_decoded = len(files) == 1 and files[0].suffix.lower() not in PARQUET | ARROW
    if not is_decoded or content_key(str(files[0])) or not is_large(files[0]):
        return None
    if (folder := cache_folder()) is None:
        return None
    path = Path(os.path.realpath(files[0]))
    beside = [path.with_name(one.format(stem=path.stem)) for one in _BESIDE]
    state = fingerprint_of((path, *filter(Path.is_file, beside)))
    # the codebook's guesses are sentences in the user's language
    return CachePlace(folder, entry_name(path, state, (used_language(), options)), files, options)


def read_cached(files: tuple[Path, ...], read: Reader) -> Source:
    """Return the source that `read` makes of files, a large converted one from the cache."""
    place = cache_place(files)
    if place and (cached := place.source()):
        return cached
    source = read(files)
    if place and source.converted:
        place.keep_source(source)
    return source


def codebook_state(file: Path | None, kept: Collection[str]) -> tuple[object, ...]:
    """Return what identifies a codebook file, none included, and columns that stay as they are.

    Raises `OSError` where the file does not exist.
    """
    return (str(file), fingerprint_of((file,)) if file else "", *sorted(kept))
