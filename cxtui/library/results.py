"""What a survey returns – tables, rankings, trends, questions: they show and write themselves."""

from __future__ import annotations

import io
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cxtui.errors import UsageError
from cxtui.output import Format, Shape, format_of, render
from cxtui.output.files.write_file import write_whole
from cxtui.survey.model import Category, Kind, required

if TYPE_CHECKING:
    import polars as pl

    from cxtui.analysis.query.cube import Column
    from cxtui.analysis.tables import table, trend
    from cxtui.analysis.tables.ranking import Gap
    from cxtui.analysis.tables.table import TableRow
    from cxtui.analysis.tables.trend import Group, TrendRow, Wave
    from cxtui.analysis.view.view import View
    from cxtui.output.document import Document
    from cxtui.survey import model


@dataclass(frozen=True, repr=False, eq=False)
class Result(ABC):
    """One result: text where it is printed, a table in a notebook, a file in any format.

    `notes` are the lines under it: base, weight, test, what was not tested and why. `replay` is the
    command line that prints it again, `None` where there is none, as for a data frame.
    """

    notes: tuple[str, ...]
    replay: str | None
    _survey: model.Survey

    @abstractmethod
    def _document(self, replay: str = "") -> Document:
        """Return it as the writers take it; `replay` goes with the formats that can carry it."""

    def __repr__(self) -> str:
        return render(self._document(), Format.TEXT).decode().rstrip("\n")

    def _repr_html_(self) -> str:
        from cxtui.output.writers.html_writer import part

        return part(self._document(self.replay or ""))

    def to_json(self) -> str:
        """Return what `--format json` prints: every number behind every cell."""
        return render(self._document(self.replay or ""), Format.JSON).decode()

    def to_polars(self) -> pl.DataFrame:
        """Return the tidy rows, numbers unrounded: what a Parquet file of it holds."""
        import polars as pl

        return pl.read_parquet(io.BytesIO(render(self._document(), Format.PARQUET)))

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Give the tidy rows to any library that takes Arrow: `pandas.DataFrame.from_arrow(t)`."""
        return self.to_polars().__arrow_c_stream__(requested_schema)

    def write(
        self,
        path: str | Path,
        *,
        shape: Literal["wide", "tidy", "chart"] | None = None,
        force: bool = False,
    ) -> Path:
        """Write it in the format that the ending of `path` names; return the full path.

        `shape` is as seen (`wide`), a row a cell (`tidy`), or bars in SVG (`chart`). An existing
        file is replaced only with `force`, a file of the survey never. Raises `ExportError`.
        """
        if shape not in {None, *Shape}:
            raise UsageError(f"shape takes {', '.join(Shape)}, not {shape!r}")
        path, asked = Path(path), Shape(shape) if shape else None
        content = render(self._document(self.replay or ""), format_of(path), asked)
        return write_whole(path, content, replace=force, never=self._survey.files)


@dataclass(frozen=True, repr=False, eq=False)
class Table(Result):
    """One question by a banner: `rows` of cells under `columns`, the Total first.

    >>> import cxtui
    >>> table = cxtui.open("examples/cmo-benchmark-2016.parquet").table("cx_goal", by="role")
    >>> [column.label for column in table.columns]
    ['Total', 'Marketing', 'Technology']
    >>> table.rows[0].label, round(table.rows[0].cells[1].percent, 1)
    ('Improve business outcomes', 55.9)
    """

    view: View
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    _table: table.Table

    def _document(self, replay: str = "") -> Document:
        from cxtui.output.table_document import document_of_table

        return document_of_table(self._table, replay=replay)


@dataclass(frozen=True, repr=False, eq=False)
class Ranking(Result):
    """How far two groups differ in every answer, the widest significant gap first.

    >>> import cxtui
    >>> ranking = cxtui.open("examples/cmo-benchmark-2016.parquet").gaps(by="role")
    >>> ranking.rows[0].label, round(ranking.rows[0].gap, 1)
    ('Improve business outcomes', 43.2)
    """

    view: View
    rows: tuple[Gap, ...]

    def _document(self, replay: str = "") -> Document:
        from cxtui.output.ranking_document import document_of_ranking

        return document_of_ranking(self.rows, self.notes, self.view.level, replay=replay)


@dataclass(frozen=True, repr=False, eq=False)
class Trend(Result):
    """One question over the waves: in each row a course a group, in each course a point a wave.

    >>> import cxtui
    >>> trend = cxtui.open("examples/cmo-benchmark-2016.parquet").trend("cx_goal", by="role")
    >>> [wave.label for wave in trend.waves], [group.label for group in trend.groups]
    (['2015', '2016'], ['Total', 'Marketing', 'Technology'])
    """

    view: View
    waves: tuple[Wave, ...]
    groups: tuple[Group, ...]
    rows: tuple[TrendRow, ...]
    _trend: trend.Trend

    def _document(self, replay: str = "") -> Document:
        from cxtui.output.trend_document import document_of_trend

        return document_of_trend(self._trend, replay=replay)


@dataclass(frozen=True, slots=True)
class Question:
    """One question and how many respondents answered it; `guess` says what it was inferred from."""

    id: str
    kind: Kind
    label: str
    categories: tuple[Category, ...]
    columns: tuple[str, ...]
    answered: int
    guess: str

    def __repr__(self) -> str:
        listed = f"{len(self.categories)} categories, " if self.categories else ""
        return f"<Question {self.id}: {self.label} [{self.kind}, {listed}{self.answered} answered]>"


@dataclass(frozen=True, repr=False, eq=False)
class Questions(Result):
    """The questions of a survey, found by place or id; the items of a grid follow their grid.

    >>> import cxtui
    >>> questions = cxtui.open("examples/cmo-benchmark-2016.parquet").questions
    >>> questions["role"]
    <Question role: Role [single, 2 categories, 378 answered]>
    >>> [question.id for question in questions if question.kind == "numeric"]
    ['budget_share']
    """

    rows: tuple[Question, ...]

    def __iter__(self) -> Iterator[Question]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, key: int | str) -> Question:
        if isinstance(key, int):
            return self.rows[key]
        found = required(self._survey, key, "question")
        return next(one for one in self.rows if one.id == found.id)

    def _document(self, replay: str = "") -> Document:
        from cxtui.output.question_document import document_of_questions

        return document_of_questions(self._survey)
