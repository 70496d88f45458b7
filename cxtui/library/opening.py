"""A survey opened from files, or made of a data frame."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

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
) -> Survey:
    """Open a survey: a file, a folder, a pattern with `*`, an address, or a file for each wave.

    `codebook` is a file to use instead of the one beside or inside the survey, `timeout` the
    seconds that a server may take to answer, `sheet` a sheet of a workbook. Raises `SourceError`
    or `CodebookError`.

    >>> cxtui.open("examples/cmo-benchmark-2016.parquet")
    <Survey CMO Digital Benchmark Study 2016 (synthetic): 378 respondents, 33 questions>
    """
    from cxtui.work.open_derived import open_derived

    files = tuple(os.fspath(one) for one in (file, *waves))
    opened = Opened(files, os.fspath(codebook or ""), sheet)
    return Survey(open_derived(opened.files, opened.codebook, timeout, sheet), opened)


def from_frame(
    frame: IntoFrame, codebook: model.Codebook | Name | None = None, title: str = ""
) -> Survey:
    """Return the survey whose respondents are the rows of a data frame.

    `frame` is of Polars (a lazy frame stays lazy) or of a library that narwhals takes (pandas,
    PyArrow, DuckDB …; copied). `codebook` is a `Codebook`, the name of a TOML file, or TOML (a text
    with a line break); the rest is inferred. Raises `SourceError` or `CodebookError`.

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
    return Survey(with_derived(open_frame(frame, codebook, title)))
