"""The comparisons that a ranking offers to choose from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from cxtui.analysis.ranking.ranking_options import FIRST, Compare, RankingOptions
from cxtui.analysis.view.view import View
from cxtui.messages import tr
from cxtui.survey.model import Survey


@dataclass(frozen=True, slots=True)
class Asked:
    """What is ranked: the options, and whether of all respondents rather than in each group."""

    options: RankingOptions = field(default_factory=RankingOptions)
    of_everyone: bool = False

    def view(self, view: View, survey: Survey) -> View:
        """Return the view to rank: changes are over all waves."""
        if self.options.is_over_waves:
            wave = survey.codebook.wave
            view = view.with_filters((one for one in view.filters if not one.mentions(wave)), wave)
            view = replace(view, banner=tuple(_without(view, wave)))
        return replace(view, banner=()) if self.of_everyone else view


LATEST = Asked(RankingOptions(compare=Compare.WAVES), of_everyone=True)
"""The latest wave minus the one before, of all respondents."""


def comparisons_offered(survey: Survey, asked: Asked) -> list[tuple[str, Asked]]:
    """Return the comparisons of a list with their names, the pair that was chosen first."""
    pair = asked.options.pair if asked.options.compare is Compare.PAIR else ""
    return [(name, one) for name, one in _offered(survey, "" if asked.options.did else pair)]


def _offered(survey: Survey, pair: str) -> Iterator[tuple[str, Asked]]:
    yield tr("one column minus another"), Asked(RankingOptions(pair=pair))
    yield tr("each column minus the rest"), _asked(Compare.REST)
    yield tr("all pairs of columns"), _asked(Compare.PAIRS)
    yield tr("each column minus the Total"), _asked(Compare.TOTAL)
    if not survey.codebook.wave:
        return
    yield tr("latest wave minus the one before, of all"), LATEST
    yield tr("latest wave minus the one before, in each column"), _asked(Compare.WAVES)
    first = RankingOptions(compare=Compare.WAVES, since=FIRST)
    yield tr("latest wave minus the first, of all"), Asked(first, of_everyone=True)
    yield tr("latest wave minus the first, in each column"), Asked(first)
    trend = RankingOptions(compare=Compare.WAVES, trend=True)
    yield tr("change a wave over all waves, of all"), Asked(trend, of_everyone=True)
    yield tr("change a wave over all waves, in each column"), Asked(trend)
    did = RankingOptions(compare=Compare.WAVES, did=True)
    yield tr("did two columns part or meet (difference in differences)"), Asked(did)


def _asked(compare: Compare) -> Asked:
    return Asked(RankingOptions(compare=compare))


def _without(view: View, wave: str) -> Iterator[tuple[str, ...]]:
    """Yield the banner variables but the wave."""
    for names in view.banner:
        if left := tuple(one for one in names if one != wave):
            yield left
