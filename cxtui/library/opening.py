"""A survey opened from files, or made of a data frame."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from cxtui.errors import UsageError
from cxtui.library.surveys import Survey
from cxtui.messages import tr
from cxtui.output.replay import Opened
from cxtui.survey import model
from cxtui.user_directories import expand_home

if TYPE_CHECKING:
    from narwhals.stable.v2.typing import IntoFrame

    from cxtui.library.option_words import Name


def open(  # noqa: A001 -- as in `tarfile`
    file: Name,
    *waves: Name,
    codebook: Name | None = None,
    timeout: float = 120.0,
    sheet: str = "",
    suppress: int = 0,
) -> Survey:
    """Open a survey: a file, a folder, a pattern with `*`, an address, or a file for each wave.

    `codebook` is a file to use instead of the one beside or inside the survey, `timeout` the
    seconds that a server may take to answer, `sheet` a sheet of a workbook. No count of fewer than
    `suppress` respondents is shown, nor what would tell it. Raises `SourceError`, `CodebookError`,
    or `UsageError` for a number below 2.

    >>> cxtui.open("examples/cmo-benchmark-2016.parquet")
    <Survey CMO Digital Benchmark Study 2016 (synthetic): 378 respondents, 33 questions>
    """
    from cxtui.work.open_derived import open_derived

    files = tuple(os.fspath(one) for one in (file, *waves))
    least = _least_of(suppress)
    opened = Opened(files, os.fspath(codebook or ""), sheet, suppress=least)
    survey = open_derived(opened.files, opened.codebook, timeout, sheet, suppress=least)
    return Survey(survey, opened)


def from_frame(
    frame: IntoFrame,
    codebook: model.Codebook | Name | None = None,
    title: str = "",
    suppress: int = 0,
) -> Survey:
    """Return the survey whose respondents are the rows of a data frame.

    `frame` is of Polars (a lazy frame stays lazy) or of a library that narwhals takes (pandas,
    PyArrow, DuckDB …; copied). `codebook` is a `Codebook`, the name of a TOML file, or TOML (a text
    with a line break); the rest is inferred. `suppress` is as in `open`. Raises `SourceError` or
    `CodebookError`.

    >>> import polars
    >>> frame = polars.DataFrame({"age": [31, 45, 67], "owner": ["yes", "no", "yes"]})
    >>> cxtui.from_frame(frame, title="Pilot")
    <Survey Pilot: 3 respondents, 2 questions>
    """
    from cxtui.sources.declared_codebook import read_codebook_file
    from cxtui.sources.open_survey import open_frame
    from cxtui.survey.codebook.toml_format import read_codebook
    from cxtui.work.open_derived import with_derived

    if not isinstance(codebook, model.Codebook):
        text = os.fspath(codebook or "")
        if "\n" in text:
            codebook = read_codebook(text, tr("the codebook"))
        else:
            codebook = read_codebook_file(expand_home(text)) if text else model.Codebook()
    survey = replace(open_frame(frame, codebook, title), suppress=_least_of(suppress))
    return Survey(with_derived(survey))


def _least_of(suppress: int) -> int:
    """Return the smallest count that is shown; raises `UsageError` where it is none."""
    if isinstance(suppress, bool) or not model.is_least(suppress):
        message = "suppress takes a number of respondents from 2 on, not {!r}"
        raise UsageError(message, suppress)
    return suppress
