"""Contrasts of waves: two of them, rolling windows, the trend, and differences of changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cxtui.analysis.query.cube import Step
from cxtui.analysis.ranking.comparison import Comparison, Union
from cxtui.analysis.ranking.ranking_options import FIRST, PREVIOUS, RankingOptions
from cxtui.errors import ViewError
from cxtui.messages import tr
from cxtui.survey.question import Category, Kind, Question
from cxtui.survey.where_text import codes_of


@dataclass(frozen=True, slots=True)
class WaveContrast:
    """A contrast of windows of waves, each a tuple of positions in `waves`."""

    waves: tuple[Step, ...]
    windows: tuple[tuple[int, ...], ...]
    coefficients: tuple[float, ...]
    of_a: tuple[float, ...]
    of_b: tuple[float, ...]

    def of_group(self, places: Mapping[str, int], group: str) -> Comparison:
        """Return the contrast in one group; `places` are the columns of its waves, by code."""
        unions = []
        for window in self.windows:
            codes = [self.waves[at].code for at in window]
            plus = tuple(places[code] for code in codes if code in places)
            unions.append(Union(self._label(window), plus, waves=window))
        a, b = (unions[sides.index(1.0)].label for sides in (self.of_a, self.of_b))
        sides = tuple(unions)
        return Comparison(a, b, sides, self.coefficients, self.of_a, self.of_b, group)

    def _label(self, window: tuple[int, ...]) -> str:
        ends = [self.waves[at].label for at in (window[0], window[-1])]
        return ends[0] if len(window) == 1 else tr("{}–{}", *ends)


def wave_contrast(waves: Sequence[Step], options: RankingOptions) -> WaveContrast:
    """Return the contrast of waves, the earliest first, that the options ask for.

    Raises `ViewError` where there are too few waves, or none of the name.
    """
    steps, last = tuple(waves), len(waves) - 1
    if last < 1:
        raise ViewError("changes need two waves with respondents")
    if options.trend:
        middle = last / 2
        spread = sum((at - middle) ** 2 for at in range(last + 1))
        slopes = tuple((at - middle) / spread for at in range(last + 1))
        ends = [tuple(float(at == end) for at in range(last + 1)) for end in (last, 0)]
        return WaveContrast(steps, tuple((at,) for at in range(last + 1)), slopes, *ends)
    size = options.window or 1
    earlier = _end_of_earlier(steps, options, size)
    if earlier - size + 1 < 0:
        raise ViewError("two windows of {} waves do not fit in {} waves", size, len(steps))
    windows = tuple(tuple(range(end - size + 1, end + 1)) for end in (last, earlier))
    return WaveContrast(steps, windows, (1.0, -1.0), (1.0, 0.0), (0.0, 1.0))


def _end_of_earlier(waves: Sequence[Step], options: RankingOptions, size: int) -> int:
    """Return the position of the last wave of the earlier window."""
    last = len(waves) - 1
    if options.since == PREVIOUS:
        return last - (1 if options.overlapping else size)
    if options.since == FIRST:
        return size - 1
    categories = tuple(Category(one.code, one.label) for one in waves)
    listed = Question("--since", "", Kind.SINGLE, ("",), categories)
    codes = codes_of(listed, options.since)
    earlier = [one.code for one in waves].index(codes[0])
    if len(codes) > 1 or earlier == last:
        raise ViewError("--since takes one wave before {}, the latest", waves[last].label)
    return earlier


def difference_of_changes(b: Comparison, a: Comparison) -> Comparison:
    """Return the change in the group of `b` minus the same change in the group of `a`."""
    none = (0.0,) * len(a.unions)
    title_b, title_a = (tr("{}: {} minus {}", one.group, one.a, one.b) for one in (b, a))
    return Comparison(
        a=title_b,
        b=title_a,
        unions=(*b.unions, *a.unions),
        coefficients=(*b.coefficients, *(-c for c in a.coefficients)),
        of_a=(*b.coefficients, *none),
        of_b=(*none, *a.coefficients),
    )
