"""The results of a survey: tables, rankings, trends, questions; they show and write themselves."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cxtui.messages import tr
from cxtui.options import from_keywords
from cxtui.output import Format, ResultOptions, Shape, format_of, render
from cxtui.output.files.write_file import write_whole
from cxtui.survey import model

if TYPE_CHECKING:
    import polars as pl

    from cxtui.analysis.checks.check import Check
    from cxtui.analysis.query.cube import Column
    from cxtui.analysis.ranking import ranked_lines
    from cxtui.analysis.ranking.ranked_lines import Line
    from cxtui.analysis.tables.table import TableRow
    from cxtui.analysis.tables.trend import Group, TrendRow, Wave
    from cxtui.analysis.view.view import View
    from cxtui.library.surveys import Survey
    from cxtui.output.brief.brief import BriefSection
    from cxtui.output.document import Document
    from cxtui.output.replay import Opened
    from cxtui.survey.question import Category, Kind
    from cxtui.work.weighting.weighting_report import WeightingReport

FormatWord = Literal["text", "csv", "tsv", "json", "markdown", "html", "xlsx", "parquet", "svg"]
ShapeWord = Literal["wide", "tidy", "chart", "questions", "answers"]


@dataclass(frozen=True, repr=False, eq=False)
class Result:
    """One result: text where it is printed, a table in a notebook, a file in any format."""

    _survey: model.Survey
    _document: Document

    @property
    def notes(self) -> tuple[str, ...]:
        """The lines under it: base, weight, test, what was not tested and why."""
        return self._document.sections[0].notes

    @property
    def replay(self) -> str | None:
        """The command line that prints it again; `None` without one, as for a data frame."""
        return self._document.sections[0].replay or None

    def __repr__(self) -> str:
        return self.render("text", replay=False).decode().rstrip("\n")

    def _repr_html_(self) -> str:
        from cxtui.output.writers.html_writer import part

        return part(self._document)

    def render(
        self,
        format: Format | FormatWord,  # noqa: A002 -- the option's name
        shape: Shape | ShapeWord | None = None,
        *,
        replay: bool = True,
    ) -> bytes:
        """Return the content of a file, as `--format` and `--shape` of the command line write it.

        It has the command line with `replay`. Raises `ExportError` for a shape that is not offered.
        """
        asked = from_keywords(ResultOptions, {"format": format, "shape": shape})
        (section,) = self._document.sections
        shown = section if replay else replace(section, replay="")
        document = replace(self._document, sections=(shown,))
        return render(document, asked.format or Format.TEXT, asked.shape)

    def to_json(self) -> str:
        """Return what `--format json` prints: every number behind every cell."""
        return self.render("json").decode()

    def to_polars(self) -> pl.DataFrame:
        """Return the tidy rows, numbers unrounded: what a Parquet file of it holds."""
        import polars as pl

        return pl.read_parquet(io.BytesIO(self.render("parquet")))

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Give the tidy rows to any library that takes Arrow: `pandas.DataFrame.from_arrow(t)`."""
        return self.to_polars().__arrow_c_stream__(requested_schema)

    def write(
        self, path: str | Path, *, shape: ShapeWord | None = None, force: bool = False
    ) -> Path:
        """Write it in the format that the ending of `path` names; return the full path.

        `shape` is as seen (`wide`), a row a cell (`tidy`), or bars in SVG (`chart`). An existing
        file is replaced only with `force`, a file of the survey never. Raises `ExportError`.
        """
        content = self.render(format_of(Path(path)), shape)
        return write_whole(Path(path), content, replace=force, never=self._survey.files)


@dataclass(frozen=True, repr=False, eq=False)
class Table(Result):
    """One question by a banner: `rows` of cells under `columns`, the Total first.

    >>> table = cxtui.open("examples/cmo-benchmark-2016.parquet").table("cx_goal", by="role")
    >>> [column.label for column in table.columns]
    ['Total', 'Marketing', 'Technology']
    >>> table.rows[0].label, round(table.rows[0].cells[1].percent, 1)
    ('Improve business outcomes', 55.9)
    """

    view: View
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, repr=False, eq=False)
class Ranking(Result):
    """Questions in comparisons: those that differ first, by how many would have to move.

    `tested` lines were tested, of which `held` differ.

    >>> ranking = cxtui.open("examples/cmo-benchmark-2016.parquet").gaps(by="role")
    >>> line = ranking.lines[0]
    >>> line.question.id, line.verdict.value, round(line.moved, 1), line.marked[0].label
    ('cx_goal', 'differs', 52.1, 'Improve business outcomes')
    """

    view: View
    lines: tuple[Line, ...]
    tested: int
    held: int
    _ranking: ranked_lines.Ranking
    _opened: Opened

    @classmethod
    def of(
        cls,
        survey: model.Survey,
        ranking: ranked_lines.Ranking,
        opened: Opened,
        words: tuple[str, ...] = (),
    ) -> Ranking:
        """Return a ranking as a result; its command line ends with `words`."""
        from cxtui.output.ranking_document import document_of_ranking
        from cxtui.output.ranking_notes import notes_on

        notes, replay = notes_on(ranking, survey), opened.ranking(ranking, *words)
        document = document_of_ranking(ranking, notes, replay=replay)
        numbers = ranking.view, ranking.lines, ranking.tested, ranking.held
        return cls(survey, document, *numbers, ranking, opened)

    def alerts(self, at_least: float = 0.0) -> Ranking:
        """Return only the lines that differ, whose `moved_net` is `at_least` so many of 100."""
        words = ("--alert", "--at-least", f"{at_least:g}")[: 3 if at_least else 1]
        return self.of(self._survey, self._ranking.alerts(at_least), self._opened, words)


@dataclass(frozen=True, repr=False, eq=False)
class Trend(Result):
    """One question over the waves: a row has a course for each group, a course a point a wave.

    >>> trend = cxtui.open("examples/cmo-benchmark-2016.parquet").trend("cx_goal", by="role")
    >>> [wave.label for wave in trend.waves], [group.label for group in trend.groups]
    (['2015', '2016'], ['Total', 'Marketing', 'Technology'])
    """

    view: View
    waves: tuple[Wave, ...]
    groups: tuple[Group, ...]
    rows: tuple[TrendRow, ...]


@dataclass(frozen=True, repr=False, eq=False)
class Brief(Result):
    """The page of findings: its `sections`, each with the differences that it claims.

    >>> brief = cxtui.open("examples/cmo-benchmark-2016.parquet").brief(by="role")
    >>> [claim.question for claim in brief.sections[2].claims]
    ['cx_goal', 'cx_goal', 'cx_goal', 'cx_owner', 'cx_owner', 'cx_owner']
    """

    view: View
    sections: tuple[BriefSection, ...]

    def __repr__(self) -> str:
        return self.render("markdown", replay=False).decode().rstrip("\n")

    def _repr_html_(self) -> str:
        return self.render("html").decode()


@dataclass(frozen=True, repr=False, eq=False)
class Weighting(Result):
    """A weight that meets targets: the `survey` with it, and its `report`."""

    survey: Survey
    report: WeightingReport


@dataclass(frozen=True, repr=False, eq=False)
class Respondents(Result):
    """Respondents in the order of the file: `rows` of texts under `names`, who it is first.

    What they answered is not shown unless it is asked for: `repr` says how many there are.
    """

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __repr__(self) -> str:
        return f"<Respondents: {len(self.rows):,} × {len(self.names)}>"

    def __len__(self) -> int:
        return len(self.rows)

    def _repr_html_(self) -> str:
        return f"<pre>{len(self.rows):,} × {len(self.names)}</pre>"


@dataclass(frozen=True, repr=False, eq=False)
class Checked(Result):
    """The checks of a survey, and the derived questions that they propose, as `--derive` lines.

    >>> survey = cxtui.open("examples/cmo-benchmark-2016.parquet")
    >>> [(check.about, check.found) for check in survey.check().checks if check.found]
    [('channels', 1)]
    """

    checks: tuple[Check, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question and how many respondents answered it; `guess` says what it was inferred from.

    `answered` is `None` where small counts are hidden and this one, or its remainder, is small.
    """

    id: str
    kind: Kind
    label: str
    categories: tuple[Category, ...]
    columns: tuple[str, ...]
    answered: int | None
    guess: str

    def __repr__(self) -> str:
        listed = tr("{} categories, ", len(self.categories)) if self.categories else ""
        said = tr("{}, {}{} answered", self.kind, listed, self.answered)
        return f"<Question {self.id}: {self.label} [{said}]>"


@dataclass(frozen=True, repr=False, eq=False)
class Questions(Result):
    """The questions of a survey, found by place or id; the items of a grid follow their grid.

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
        found = model.required(self._survey, key, "question")
        return next(one for one in self.rows if one.id == found.id)
