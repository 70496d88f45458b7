"""The facts of a brief: rankings of groups and of waves, and who was asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cxtui.analysis.query.cube_cache import CubeCache
from cxtui.analysis.query.expressions.answered import count_answered
from cxtui.analysis.query.expressions.filters import filter_respondents
from cxtui.analysis.query.side_queries.wave_differences import wave_order
from cxtui.analysis.ranking.rank_questions import (
    compared_questions,
    compares_waves,
    rank_questions,
)
from cxtui.analysis.ranking.ranked_lines import Ranking
from cxtui.analysis.ranking.ranking_options import FIRST, PREVIOUS, Compare, RankingOptions
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.tables.table import Table
from cxtui.analysis.view.view import Base, View
from cxtui.errors import EmptyBase, ViewError
from cxtui.survey.conditions import Filter
from cxtui.survey.model import Survey
from cxtui.survey.question import Category, Kind, Question
from cxtui.survey.quoting import quoted_value
from cxtui.survey.where_text import codes_of


@dataclass(frozen=True, slots=True)
class Facts:
    """What a brief is written from; what the survey does not have is `None`.

    `now` compares the groups among the respondents of the view, `before` the same groups in the
    wave `earlier`; `changes` is the latest wave against it, `within` that in each group. `asked`
    has everybody in each column of the banner, `mix` the groups in both waves. `written` are the
    open questions with their number of answers.
    """

    survey: Survey
    view: View
    now: Ranking | None
    before: Ranking | None
    changes: Ranking | None
    within: Ranking | None
    asked: Table | None
    mix: Table | None
    latest: Category | None
    earlier: Category | None
    written: tuple[tuple[Question, int], ...]

    @property
    def not_comparable(self) -> frozenset[str]:
        """The questions whose wording or answers changed since the earlier wave."""
        lines = self.changes.lines if self.changes else ()
        return frozenset(one.question.id for one in lines if not one.is_comparable)

    @property
    def is_latest(self) -> bool:
        """Whether the respondents are those of the latest wave alone."""
        wave = self.survey.codebook.wave
        return self.latest is not None and Filter(wave, "=", (self.latest.code,)) in (
            self.view.filters
        )


def gather_facts(survey: Survey, view: View, options: RankingOptions) -> Facts:
    """Return the facts of a brief on a view.

    `options` say which groups are compared, and since which wave. Raises `ViewError` where there
    are neither groups nor waves to compare, or a name is not there.
    """
    cache = CubeCache(survey)
    waves = _waves(survey, view)
    now = _of_groups(survey, view, replace(options, since=PREVIOUS), cache)
    earlier = _earlier(waves, options.since)
    changes = within = before = mix = None
    if earlier is not None:
        changes, within = _changes(survey, view, options, earlier, cache)
        if now is not None:
            past = _in_wave(survey, view, earlier)
            before = _ranked(survey, past, now.options, cache)
            mix = _mix(survey, view, waves[-1], earlier)
    if now is None and changes is None:
        raise ViewError(
            "a brief compares groups or waves, and there are none: name a banner with --by"
        )
    return Facts(
        survey=survey,
        view=view,
        now=now,
        before=before,
        changes=changes,
        within=within if now is not None else None,
        asked=_asked(survey, view),
        mix=mix,
        latest=waves[-1] if waves else None,
        earlier=earlier,
        written=tuple(_written(survey, view)),
    )


def _of_groups(
    survey: Survey, view: View, options: RankingOptions, cache: CubeCache
) -> Ranking | None:
    """Return the ranking of the groups: two of them, or each of several against the rest."""
    if not view.banner or compares_waves(survey, view, options):
        return None
    if options.compare is Compare.PAIR and not options.pair and _groups(survey, view) > 2:  # noqa: PLR2004
        options = replace(options, compare=Compare.REST)
    return rank_questions(survey, view, options, cache)


def _groups(survey: Survey, view: View) -> int:
    """Return the number of columns with respondents, the Total left out."""
    asked = _asked(survey, view)
    return sum(bool(n) for n in asked.base.lowest[1:]) if asked else 0


def _ranked(
    survey: Survey, view: View, options: RankingOptions, cache: CubeCache
) -> Ranking | None:
    """Return a ranking, `None` where its groups were not asked."""
    try:
        return rank_questions(survey, view, options, cache)
    except ViewError:
        return None


def _asked(survey: Survey, view: View) -> Table | None:
    """Return a table whose bases are everybody in each column, `None` where nobody is."""
    questions = compared_questions(survey, view, RankingOptions())
    if not questions:
        return None
    counted = View(questions[0].id, view.banner, view.filters, view.weight, view.all_waves)
    try:
        return tabulate(survey, replace(counted, base=Base.ALL))
    except EmptyBase:
        return None


def _waves(survey: Survey, view: View) -> list[Category]:
    """Return the waves with respondents, the earliest first.

    None where the view has only one that is not the latest, which has no change to tell.
    """
    wave = survey.codebook.find(survey.codebook.wave)
    if wave is None or wave.kind is Kind.NUMERIC:
        return []
    everyone = view.without_filters_on(wave.id)
    counted = View(wave.id, filters=everyone.filters, weight=view.weight, all_waves=True)
    try:
        rows = tabulate(survey, counted).rows
    except EmptyBase:
        return []
    listed = [one.code for one in wave.categories]
    found = [Category(one.code, one.label) for one in rows if one.cells[0].n]
    found.sort(key=lambda one: wave_order(listed, one.code))
    chosen = [one for one in view.filters if one.mentions(wave.id)]
    if chosen and found and chosen != [Filter(wave.id, "=", (found[-1].code,))]:
        return []
    return found


def _earlier(waves: Sequence[Category], since: str) -> Category | None:
    """Return the wave that the latest is compared with; raises `ViewError` for a wrong name."""
    if len(waves) < 2:  # noqa: PLR2004 -- a change
        return None
    if since in {PREVIOUS, FIRST}:
        return waves[-2 if since == PREVIOUS else 0]
    listed = Question("--since", "", Kind.SINGLE, ("",), tuple(waves))
    codes = codes_of(listed, since)
    if len(codes) > 1 or codes[0] == waves[-1].code:
        raise ViewError("--since takes one wave before {}, the latest", waves[-1].label)
    return next(one for one in waves if one.code == codes[0])


def _in_wave(survey: Survey, view: View, wave: Category) -> View:
    """Return the view of another wave."""
    name = survey.codebook.wave
    kept = view.without_filters_on(name).filters
    return replace(view, filters=(*kept, Filter(name, "=", (wave.code,))), all_waves=False)


def _changes(
    survey: Survey, view: View, options: RankingOptions, earlier: Category, cache: CubeCache
) -> tuple[Ranking | None, Ranking | None]:
    """Return the changes since a wave, over all groups and in each."""
    over = replace(view.without_filters_on(survey.codebook.wave), all_waves=True)
    is_named = options.since not in {PREVIOUS, FIRST}
    since = quoted_value(earlier.code) if is_named else options.since
    asked = RankingOptions(compare=Compare.WAVES, since=since, margin=options.margin)
    pooled = _ranked(survey, replace(over, banner=()), asked, cache)
    return pooled, _ranked(survey, over, asked, cache) if view.banner else None


def _mix(survey: Survey, view: View, latest: Category, earlier: Category) -> Table | None:
    """Return the groups in both waves: the banner question by the wave."""
    name = survey.codebook.wave
    question = survey.codebook.find(view.banner[0][0]) if len(view.banner) == 1 else None
    if question is None or len(view.banner[0]) > 1 or question.kind is Kind.NUMERIC:
        return None
    kept = view.without_filters_on(name).filters
    both = Filter(name, "=", (earlier.code, latest.code))
    mixed = View(question.id, ((name,),), (*kept, both), view.weight, all_waves=True)
    try:
        return tabulate(survey, replace(mixed, level=view.level, variance=view.variance))
    except ViewError:
        return None


def _written(survey: Survey, view: View) -> Iterator[tuple[Question, int]]:
    """Yield the open questions that are not coded, with their number of answers."""
    texts = [one for one in survey.codebook.questions if one.kind is Kind.TEXT]
    open_ = tuple(one for one in texts if one.id not in survey.coded)
    kept = filter_respondents(survey, view.filters)
    codebook = replace(survey.codebook, questions=open_)
    answered = count_answered(replace(survey, frame=kept, codebook=codebook))
    fewest = max(survey.least, 1)
    yield from ((one, answered[one.id]) for one in open_ if answered[one.id] >= fewest)
