"""The codes of open answers as a result: how coders agree, written to a file and read from one."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cxtui.library.results import Result
from cxtui.output.files.write_file import write_whole
from cxtui.survey.suppression import require_all_shown
from cxtui.user_directories import expand_home

if TYPE_CHECKING:
    from cxtui.output.replay import Opened
    from cxtui.survey import model
    from cxtui.work.coding.codes_report import CodesReport
    from cxtui.work.coding.coding_desk import CodingDesk


@dataclass(frozen=True, repr=False, eq=False)
class Coded(Result):
    """The codes of an open question: `report` has how many answers have each, and the kappas.

    `added` answers came from the file that was imported.
    """

    report: CodesReport
    _desk: CodingDesk
    added: int = 0

    def export(self, path: str | Path, *, text: bool = False, force: bool = False) -> Path:
        """Write the codes of every answer as CSV: respondent, text_hash, coder, code; the path.

        The answers themselves only with `text`. An existing file is replaced only with `force`, a
        file of the survey never. Raises `ExportError`.
        """
        from cxtui.work.coding.codes_exchange import exported

        content = exported(self._desk, with_text=text)
        return write_whole(Path(path), content, replace=force, never=self._survey.files)

    def read(self, path: str | os.PathLike[str]) -> Coded:
        """Add the codes in a file of the columns of `export`; return the codes as they are then.

        They are kept beside the survey, which has them when it is opened again. Raises
        `CodebookError` for a line with an unknown respondent or code, `ExportError` where they
        cannot be kept; then none is added.
        """
        from cxtui.work.coding.codes_exchange import read_import

        news = read_import(self._desk, expand_home(os.fspath(path)))
        self._desk.add(news)
        return _coded(self._survey, self._desk, len(news))


def codes_of(survey: model.Survey, question: str, opened: Opened) -> Coded:
    """Return the codes of an open question, or of its coding; raises `ViewError` without any."""
    from cxtui.work.coding.coding_desk import open_desk

    require_all_shown(survey, "the coding of open answers")
    return _coded(survey, open_desk(survey, question, opened.files, opened.codebook))


def _coded(survey: model.Survey, desk: CodingDesk, added: int = 0) -> Coded:
    from cxtui.work.coding.codes_report import document_of_codes, report_on

    report = report_on(desk)
    return Coded(survey, document_of_codes(report, survey.title), report, desk, added)
