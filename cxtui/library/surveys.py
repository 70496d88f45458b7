"""A survey in Python: filtered, added to, and asked for tables."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cxtui.analysis.view.view_option_table import VIEW_OPTIONS, ViewOptions
from cxtui.analysis.view.view_options import view_of
from cxtui.errors import SourceError, UsageError
from cxtui.library.results import (
    Brief,
    Checked,
    Question,
    Questions,
    Ranking,
    Respondents,
    Table,
    Trend,
    Weighting,
)
from cxtui.messages import tr
from cxtui.options import from_keywords, options_of, typed
from cxtui.output.replay import Opened
from cxtui.survey.suppression import is_shown, require_all_shown
from cxtui.survey.where_text import parse_condition
from cxtui.user_directories import expand_home

if TYPE_CHECKING:
    import polars as pl

    from cxtui.analysis.view.view import View
    from cxtui.library.codings import Coded
    from cxtui.library.option_words import (
        Against,
        Base,
        Compare,
        Correction,
        Family,
        Missing,
        Name,
        Show,
        Sort,
        Variance,
        Words,
    )
    from cxtui.survey import model
    from cxtui.work.weighting.targets import Targets


@dataclass(frozen=True, repr=False, eq=False)
class Survey:
    """Respondents and what their columns mean; a frozen value, made by `open` or `from_frame`.

    Options have the names, words and defaults of the command line (`cxtui table --help`): banner,
    latest wave and weight of the codebook. An option that can be repeated there takes a list.
    """

    _survey: model.Survey
    _opened: Opened = field(default_factory=Opened)
    conditions: tuple[str, ...] = ()

    def __repr__(self) -> str:
        survey, questions = self._survey, len(self.codebook.table_questions)
        said = tr("{}: {:,} respondents, {} questions", survey.title, survey.respondents, questions)
        if self.conditions:
            said = tr("{}, where {}", said, " and ".join(self.conditions))
        return f"<Survey {said}>"

    @property
    def codebook(self) -> model.Codebook:
        """What the columns mean: questions, role, wave, weight and sampling design."""
        return self._survey.codebook

    @property
    def notes(self) -> tuple[str, ...]:
        """The notes of `cxtui questions`: how the file was read, what was auto-detected."""
        from cxtui.output.question_document import remarks_on

        return tuple(remarks_on(self._survey))

    @property
    def questions(self) -> Questions:
        """The questions, each with its number of answers among the respondents kept."""
        from cxtui.analysis.query.expressions.answered import count_answered
        from cxtui.output.question_document import document_of_questions

        answered = count_answered(kept := self._kept())
        rows = []
        for one in self.codebook.table_questions:
            declared = (one.id, one.kind, one.label, one.categories, one.columns)
            n = answered[one.id]
            shown = n if is_shown(kept, n, kept.respondents) else None
            rows.append(Question(*declared, shown, one.guess))
        return Questions(kept, document_of_questions(kept, answered), tuple(rows))

    @property
    def frame(self) -> pl.LazyFrame:
        """The respondents kept, a row each; raises `SourceError` where another engine has them."""
        require_all_shown(self._survey, "the frame")
        if self._survey.is_remote:
            raise SourceError("{} has no Polars frame: ask for tables", self._survey.location)
        frame: pl.LazyFrame = self._kept().frame.to_native()
        return frame

    def where(self, *conditions: str) -> Survey:
        """Keep only the respondents who meet every condition, as `--where` of the command line.

        Values are codes or labels: `age>=30`, `goal!=missing`, `a=1 or b=2`. Raises `ViewError`.

        >>> survey = cxtui.open("examples/cmo-benchmark-2016.parquet")
        >>> survey.where("role=Marketing").where("budget_share>=30", "wave=2016").conditions
        ('role=Marketing', 'budget_share>=30', 'wave=2016')
        """
        for one in conditions:
            parse_condition(self._survey, one)
        return replace(self, conditions=(*self.conditions, *conditions))

    def derive(self, *lines: str, **entries: object) -> Survey:
        """Return the survey with a question made of others, as `--derive` of the command line.

        The entries are those of a `[[derive]]` in a codebook, `from_` for `from`; `lines` are
        derived questions as `--derive` takes them. Raises `CodebookError`.

        >>> survey = cxtui.open("examples/cmo-benchmark-2016.parquet")
        >>> survey = survey.derive(id="share3", from_="budget_share", bands=[20, 35])
        >>> [answer.label for answer in survey.questions["share3"].categories]
        ['Under 20', '20 to under 35', '35 and over', "Don't know"]
        >>> survey.table("cx_goal", by="share3").view.banner
        (('share3',),)
        """
        from cxtui.survey.derive.derivation_text import line_of_entries
        from cxtui.work.open_derived import with_derived

        named = {("from" if name == "from_" else name): one for name, one in entries.items()}
        added = (*lines, *([line_of_entries(named)] if named else []))
        survey = with_derived(self._survey, added, "derive")
        opened = replace(self._opened, derive=(*self._opened.derive, *added))
        return replace(self, _survey=survey, _opened=opened)

    def table(
        self,
        question: str,
        *,
        by: Words = (),
        where: Words = (),
        weight: str | None = None,
        no_weight: bool = False,
        wave: str | None = None,
        show: Show | Sequence[Show] = (),
        base: Base = "answered",
        level: float = 95.0,
        correction: Correction = "holm",
        family: Family = "row",
        sort: Sort = "questionnaire",
        against: Against = "columns",
        net: Words = (),
        full: bool = False,
        variance: Variance = "linearized",
        hidden: Words = (),
        hide_empty: bool = False,
        most_rows: int = 0,
        across: str = "",
    ) -> Table:
        """Return the table of a question, as `cxtui table`.

        Raises `ViewError` for unknown names, `UsageError` for a value that no option takes.

        >>> survey = cxtui.open("examples/cmo-benchmark-2016.parquet")
        >>> survey.table("cx_owner", by=["role", "seniority"], wave="all").replay
        'cxtui table ... cx_owner --by role --by seniority --no-weight --wave all'
        """
        from cxtui.analysis.tables.build_table import tabulate
        from cxtui.output.table_document import document_of_table

        found = tabulate(self._survey, view := self._view(locals()))
        document = document_of_table(found, replay=self._opened.table(view))
        return Table(self._survey, document, found.view, found.columns, found.rows)

    def gaps(
        self,
        *,
        by: Words = (),
        where: Words = (),
        weight: str | None = None,
        no_weight: bool = False,
        wave: str | None = None,
        base: Base = "answered",
        level: float = 95.0,
        variance: Variance = "linearized",
        compare: Compare = "pair",
        pair: str = "",
        group: str = "",
        margin: float = 10.0,
    ) -> Ranking:
        """Return which questions differ between two columns or many, as `cxtui gaps`.

        Raises as `table`.

        >>> survey = cxtui.open("examples/cmo-benchmark-2016.parquet")
        >>> [line.question.id for line in survey.gaps(by="role").lines if line.holds]
        ['cx_goal', 'cx_owner']
        """
        return self._ranking(locals())

    def changes(
        self,
        *,
        by: Words = (),
        where: Words = (),
        weight: str | None = None,
        no_weight: bool = False,
        base: Base = "answered",
        level: float = 95.0,
        variance: Variance = "linearized",
        since: str = "previous",
        window: int = 0,
        overlapping: bool = False,
        trend: bool = False,
        did: bool = False,
        pair: str = "",
        group: str = "",
        margin: float = 10.0,
    ) -> Ranking:
        """Return which questions changed in the latest wave, as `cxtui changes`.

        Of all respondents, or in each group of `by`; later minus earlier. Raises as `table`.

        >>> survey = cxtui.open("examples/cmo-benchmark-2016.parquet")
        >>> [line.question.id for line in survey.changes().lines if line.holds]
        ['omni_executing', 'channels.mobile', 'shared_incentives', 'mobile_first']
        """
        return self._ranking({**locals(), "wave": "all", "compare": "waves"})

    def _ranking(self, asked: Mapping[str, object]) -> Ranking:
        """Return the ranking that the arguments of a method ask for."""
        from cxtui.analysis.ranking.rank_questions import compares_waves, rank_questions
        from cxtui.analysis.ranking.ranking_options import RankingOptions

        given = ((one, asked.get(one.name, one.default)) for one in options_of(RankingOptions))
        keywords = {one.name: value for one, value in given if value != one.default}
        options, view = from_keywords(RankingOptions, keywords), self._view(asked)
        if compares_waves(self._survey, view, options) and asked["wave"] is None:
            view = self._view({**asked, "wave": "all"})
        if "since" in asked and not asked["by"]:
            view = replace(view, banner=())  # of all respondents
        ranking = rank_questions(self._survey, view, options)
        return Ranking.of(self._survey, ranking, self._opened)

    def brief(
        self,
        *,
        by: Words = (),
        where: Words = (),
        weight: str | None = None,
        no_weight: bool = False,
        wave: str | None = None,
        base: Base = "answered",
        level: float = 95.0,
        variance: Variance = "linearized",
        compare: Compare = "pair",
        pair: str = "",
        group: str = "",
        margin: float = 10.0,
        since: str = "previous",
        section: Words = (),
    ) -> Brief:
        """Return the page of findings, as `cxtui brief`: Markdown, HTML or JSON.

        Raises as `table`.
        """
        from cxtui.library.briefs import brief_of

        return brief_of(self._survey, self._view(asked := locals()), asked, self._opened)

    def trend(
        self,
        question: str,
        *,
        over: str = "",
        by: Words = (),
        where: Words = (),
        weight: str | None = None,
        no_weight: bool = False,
        show: Literal["column", "mean"] | Sequence[Literal["column", "mean"]] = (),
        base: Base = "answered",
        level: float = 95.0,
        correction: Correction = "holm",
        sort: Sort = "questionnaire",
        net: Words = (),
        variance: Variance = "linearized",
    ) -> Trend:
        """Return a question over the waves, for all respondents and for each group of `by`.

        The waves are the answers of `over`, else of the codebook's wave; the survey's own filters
        on them are left out. Raises as `table`, and `UsageError` for more than one banner or a
        `where` on the waves.
        """
        from cxtui.analysis.tables.build_trend import trend
        from cxtui.output.trend_document import document_of_trend

        if not isinstance(by, str) and len(by) > 1:
            raise UsageError("--by goes with trend once: a>b nests two variables")
        view, over = self._view({**locals(), "wave": "all"}), over or self.codebook.wave
        asked = replace(view, filters=view.filters[len(self.conditions) :])
        if asked != asked.without_filters_on(over):
            raise UsageError("--where {} does not go with trend: it takes all waves", over)
        found = trend(self._survey, view, over)
        document = document_of_trend(found, replay=self._opened.trend(found))
        return Trend(self._survey, document, found.view, found.waves, found.groups, found.rows)

    def rows(
        self,
        view: View | Table | None = None,
        cell: tuple[int, int] | None = None,
        *,
        columns: Words = (),
        where: Words = (),
        weight: str | None = None,
        no_weight: bool = False,
        wave: str | None = None,
    ) -> Respondents:
        """Return the respondents behind a cell of a table, or of all kept, as `cxtui rows`.

        `cell` is the place of its row and of its column, the Total first: there are as many as its
        `n`. `columns` are questions or columns of the file, by default the open answers. Without a
        `view` the other options say who is kept. Raises `ViewError` for unknown names,
        `SourceError` where a server has the respondents.

        >>> survey = cxtui.open("examples/cmo-benchmark-2016.parquet").where("wave=2016")
        >>> table = survey.table("cx_goal", by="role")
        >>> people = survey.rows(table, (0, 1), columns=["seniority"])
        >>> len(people) == table.rows[0].cells[1].n, people.names
        (True, ('respondent', 'seniority'))
        """
        from cxtui.library.respondents import respondents_of

        if view is None:
            view = self._view(locals())
        elif isinstance(view, Table):
            view = view.view
        names = (columns,) if isinstance(columns, str) else tuple(columns)
        return respondents_of(self._survey, view, cell, names, self._opened)

    def check(self, *, duration: str = "") -> Checked:
        """Return what there is to look at before the first table, as `cxtui check`.

        Speeders, straightliners, duplicates, impossible answers, routing and the last wave; nobody
        is excluded. `.lines` derive the flags: `survey.derive(*checked.lines)`. `duration` is the
        question with the duration of the interview. Raises `ViewError` where it does not fit.

        >>> survey = cxtui.open("examples/cmo-benchmark-2016.parquet")
        >>> survey.check(duration="budget_share").checks[0].threshold
        'under 40% of the median of the wave: 10 in 2015, 10 in 2016'
        """
        from cxtui.analysis.checks.check_survey import check_survey
        from cxtui.output.checks_document import document_of_checks

        conditions = [parse_condition(self._survey, one) for one in self.conditions]
        found = check_survey(self._survey, duration, conditions)
        words = typed("--duration", duration) if duration else ()
        replay = "" if self.conditions else self._opened.checks(*words)
        document = document_of_checks(found, self._survey.title, replay)
        return Checked(self._survey, document, found.checks, found.lines)

    def codes(self, question: str) -> Coded:
        """Return the codes of an open question, or of its coding by id, as `cxtui codes`.

        `.export("codes.csv")` writes them, `.read("codes.csv")` adds those of a file, beside the
        survey. They are of all respondents: raises `UsageError` after `where`, `ViewError` where
        nothing is coded.

        >>> cxtui.open("examples/cmo-benchmark-2016.parquet").codes("first_change")
        Traceback (most recent call last):
        ...
        cxtui.errors.ViewError: first_change has no codes yet: C in the explorer makes them, or ...
        """
        from cxtui.library.codings import codes_of

        if self.conditions:
            raise UsageError("codes are of all respondents: ask for them before where")
        return codes_of(self._survey, question, self._opened)

    def weight(
        self,
        targets: Targets | Mapping[str, object] | Name,
        *,
        name: str = "w",
        missing: Missing = "refuse",
    ) -> Weighting:
        """Return a weight that meets targets, as `cxtui weight`: `.survey` has it as column `name`.

        `targets` is the name of a TOML file, or its entries. `missing` says what happens to
        respondents without an answer. Raises `TargetsError` where the targets cannot be met.

        >>> import cxtui
        >>> survey = cxtui.open("examples/cmo-benchmark-2016.parquet").where("wave=2016")
        >>> margin = {"questions": ["role"], "targets": {"1": 50, "2": 50}}
        >>> weighting = survey.weight({"margin": [margin]})
        >>> round(weighting.report.design_effect, 2)
        1.09
        >>> weighting.survey.table("cx_goal", by="role").view.weight
        'w'
        """
        from cxtui.work.weighting import weight_options
        from cxtui.work.weighting.report_document import document_of_weighting
        from cxtui.work.weighting.targets import read_targets_file, targets_of
        from cxtui.work.weighting.weighted_survey import weigh_survey

        asked = from_keywords(weight_options.WeightOptions, {"name": name, "missing": missing})
        if isinstance(targets, Mapping):
            targets = targets_of(targets)
        elif isinstance(targets, str | os.PathLike):
            targets = read_targets_file(expand_home(os.fspath(targets)))
        found = weigh_survey(self._kept(), targets, asked.name, asked.missing)
        document = document_of_weighting(found.report, self._survey.title)
        return Weighting(self._survey, document, Survey(found.weighted()), found.report)

    def write(self, path: str | Path, *, force: bool = False) -> Path:
        """Write the respondents kept and the codebook to one file, as `cxtui convert`.

        Raises `ExportError` where it cannot be written, or exists and `force` is false.
        """
        from cxtui.output.files.survey_files import check_target, save_survey

        check_target(Path(path), self._opened.files, replace=force)
        return save_survey(self._kept(), Path(path), replace=force)

    def _view(self, asked: Mapping[str, object]) -> View:
        """Return the view that the arguments of a method ask for, each named like its option."""
        keywords = {one.name: asked[one.name] for one in VIEW_OPTIONS if one.name in asked}
        options = from_keywords(ViewOptions, keywords)
        options = replace(options, where=(*self.conditions, *options.where))
        view = view_of(self._survey, options)
        logging.getLogger("cxtui.library").info("view: %s", view.logged)
        return view

    def _kept(self) -> model.Survey:
        from cxtui.analysis.query.expressions.filters import filter_respondents

        conditions = [parse_condition(self._survey, one) for one in self.conditions]
        return replace(self._survey, frame=filter_respondents(self._survey, conditions))
