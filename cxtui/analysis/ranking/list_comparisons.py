"""The comparisons of a list: pairs of columns, each against the rest or all, waves in columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from cxtui.analysis.query.cube import TOTAL, Column, Step, nested_label
from cxtui.analysis.query.side_queries.wave_differences import wave_order
from cxtui.analysis.ranking.comparison import TOTAL_PLACE, Comparison, Union
from cxtui.analysis.ranking.ranking_options import Compare, RankingOptions
from cxtui.analysis.ranking.wave_comparisons import difference_of_changes, wave_contrast
from cxtui.analysis.stats.significance import REST
from cxtui.errors import ViewError
from cxtui.messages import tr
from cxtui.survey.question import Category, Kind, Question
from cxtui.survey.quoting import quoted_value
from cxtui.survey.where_text import codes_of

_Group = tuple[Step, ...]
"""The path of a banner column without its wave; empty for all respondents."""


def list_comparisons(
    columns: Sequence[Column],
    has_respondents: Sequence[bool],
    axis: Question | None,
    options: RankingOptions,
) -> tuple[Comparison, ...]:
    """Return the comparisons of the columns of a cube, the Total first.

    `axis` is the wave question. A later wave stands before an earlier one, since gaps are later
    minus earlier. Raises `ViewError` where a column or wave is not there, or fewer than two are.
    """
    banner = _Banner(tuple(columns), tuple(has_respondents), axis)
    if options.is_over_waves:
        found = list(_over_waves(banner, options))
    else:
        found = list(_of_columns(banner, options))
    if options.group:
        chosen = {one.code for one in _chosen(banner.groups, options.group)}
        found = [one for one in found if chosen.intersection(one.groups)]
    return tuple(found)


def waves_of(
    columns: Sequence[Column], has_respondents: Sequence[bool], axis: Question | None
) -> list[Step]:
    """Return the waves in columns with respondents, the earliest first."""
    if axis is None:
        return []
    pairs = zip(columns, has_respondents, strict=True)
    steps = (step for column, some in pairs if some for step in column.path)
    found = {one.code: one for one in steps if one.variable == axis.id}
    if axis.kind is Kind.NUMERIC:  # its classes are in order
        return list(found.values())
    listed = [one.code for one in axis.categories]
    return sorted(found.values(), key=lambda one: wave_order(listed, one.code))


def pair_text(first: Column, second: Column, columns: Sequence[Column]) -> str:
    """Return the value of `--pair` for two columns: their codes, else labels, empty if neither.

    Another banner variable may have the same codes.
    """
    pair = first, second
    for names in ([one.code for one in pair], [one.label for one in pair]):
        text = ",".join(map(quoted_value, names))
        try:
            if _two(columns[1:], text) == pair:
                return text
        except ViewError:
            continue
    return ""


@dataclass(frozen=True, slots=True)
class _Banner:
    """The columns of a cube, the Total first; `axis` is the wave question."""

    columns: tuple[Column, ...]
    has_respondents: tuple[bool, ...]
    axis: Question | None

    @property
    def waves(self) -> list[Step]:
        """The waves with respondents, the earliest first."""
        return waves_of(self.columns, self.has_respondents, self.axis)

    def wave_of(self, column: Column) -> Step | None:
        """Return the wave of a column, `None` if it has several."""
        axis = self.axis
        return next((one for one in column.path if axis and one.variable == axis.id), None)

    def group_of(self, column: Column) -> _Group:
        """Return the categories of a column without its wave."""
        wave = self.wave_of(column)
        return tuple(one for one in column.path if one != wave)

    @property
    def by_group(self) -> dict[tuple[int, _Group], dict[str, int]]:
        """The column of each wave (by code), by banner and group."""
        found: dict[tuple[int, _Group], dict[str, int]] = {}
        for place, column in enumerate(self.columns):
            wave = self.wave_of(column)
            if wave is not None:
                own = found.setdefault((column.banner, self.group_of(column)), {})
                own[wave.code] = place
        return found

    @property
    def groups(self) -> list[Column]:
        """The groups as columns without their wave."""
        paths = ((self.group_of(one), one) for one in self.columns)
        found = {(one.banner, path): replace(one, path=path) for path, one in paths if path}
        return list(found.values())

    def union(self, place: int) -> Union:
        """Return a column as one side of a comparison."""
        wave, codes = self.wave_of(self.columns[place]), [one.code for one in self.waves]
        own = (codes.index(wave.code),) if wave and wave.code in codes else ()
        return Union(self.columns[place].label, (place,), waves=own)

    def pair(self, first: int, second: int, group: str = "") -> Comparison:
        """Return the comparison of two columns, the later wave minus the earlier."""
        a, b = self.union(first), self.union(second)
        if a.waves and b.waves and a.waves < b.waves:
            first, second, a, b = second, first, b, a
        own = [self.columns[place] for place in (first, second)]
        return Comparison(
            a=a.label,
            b=b.label,
            unions=(a, b),
            group=group,
            groups=tuple(one.code for one in own if one.path),
            in_banner=(max(first - 1, 0), max(second - 1, 0)),
        )


def _of_columns(banner: _Banner, options: RankingOptions) -> Iterator[Comparison]:
    """Yield the comparisons of the columns as they are."""
    places = [place for place, one in enumerate(banner.columns) if one.path]
    if len(places) < 2:  # noqa: PLR2004 -- a comparison
        raise _too_few()
    match options.compare:
        case Compare.PAIR:
            yield banner.pair(*_pair(banner, options.pair))
        case Compare.PAIRS:
            for a, b in combinations(places, 2):
                if banner.columns[a].banner == banner.columns[b].banner:
                    own = banner.pair(a, b)
                    yield replace(own, group=tr("{} vs {}", own.a, own.b))
        case _:
            for place in places:
                column = banner.columns[place]
                side, other = banner.union(place), Union(TOTAL.label, (TOTAL_PLACE,))
                if options.compare is Compare.REST:
                    other = Union(tr(REST), (TOTAL_PLACE,), (place,))
                yield Comparison(
                    a=side.label,
                    b=other.label,
                    unions=(side, other),
                    group=column.label,
                    groups=(column.code,),
                    in_banner=(place - 1, -1),
                )


def _too_few() -> ViewError:
    return ViewError(
        "the gaps need two columns to compare: choose another banner (--by), "
        "or keep two groups of this one"
    )


def _pair(banner: _Banner, text: str) -> tuple[int, int]:
    """Return the places of the two columns that are named, else of the first or latest two."""
    columns = banner.columns
    if text:
        first, second = _two(columns[1:], text)
        return columns.index(first), columns.index(second)
    for number in dict.fromkeys(one.banner for one in columns[1:]):
        places = [place for place, one in enumerate(columns) if one.banner == number]
        by_wave = banner.by_group.get((number, ()))
        if by_wave:  # the waves of all
            places = [by_wave[one.code] for one in reversed(banner.waves) if one.code in by_wave]
        if len(places) > 1:
            return places[0], places[1]
    raise _too_few()


def _two(columns: Sequence[Column], text: str) -> tuple[Column, Column]:
    """Return the two columns of one banner variable that a text names."""
    for banner in dict.fromkeys(one.banner for one in columns):
        own = [one for one in columns if one.banner == banner]
        try:
            found = _chosen(own, text)
        except ViewError:
            continue
        if len(found) == 2:  # noqa: PLR2004 -- a pair
            return found[0], found[1]
    labels = ", ".join(one.label for one in columns)
    raise ViewError("--pair {!r} does not name two of the columns: {}", text, labels)


def _chosen(columns: Sequence[Column], text: str) -> list[Column]:
    """Return the columns that a list of codes or labels names; raises `ViewError`."""
    categories = tuple(Category(one.code, one.label) for one in columns)
    listed = Question(tr("the banner"), "", Kind.SINGLE, ("",), categories)
    by_code = {one.code: one for one in reversed(columns)}
    return [by_code[code] for code in dict.fromkeys(codes_of(listed, text))]


def _over_waves(banner: _Banner, options: RankingOptions) -> Iterator[Comparison]:
    """Yield the comparisons of waves in each group, or the difference of two groups' changes."""
    if banner.axis is None:
        raise ViewError("the survey has no wave variable: name one in the codebook")
    contrast = wave_contrast(banner.waves, options)
    by_group = banner.by_group
    if not options.did:
        for (_, group), places in by_group.items():
            yield replace(contrast.of_group(places, nested_label(group)), groups=_codes(group))
        return
    named = {(one.banner, one.path): one for one in banner.groups}
    columns = list(named.values())
    if options.pair:
        pair = _two(columns, options.pair)
    elif len(columns) > 1 and columns[0].banner == columns[1].banner:
        pair = columns[0], columns[1]
    else:
        raise ViewError("--did compares the changes of two groups: name a banner with --by")
    sides = [contrast.of_group(by_group[one.banner, one.path], one.label) for one in pair]
    codes = tuple(one.code for one in pair)
    yield replace(difference_of_changes(sides[1], sides[0]), groups=codes)


def _codes(group: _Group) -> tuple[str, ...]:
    return (Column(group).code,) if group else ()
