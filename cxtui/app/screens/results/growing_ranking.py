"""A ranking that is shown while it grows: after the first questions, now and then, and whole."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from cxtui.analysis.query.cube_cache import CubeCache
from cxtui.analysis.ranking.measure_lines import LineNumbers
from cxtui.analysis.ranking.rank_lines import rank_lines
from cxtui.analysis.ranking.rank_questions import each_batch
from cxtui.analysis.ranking.ranked_lines import Ranking
from cxtui.analysis.ranking.ranking_options import RankingOptions
from cxtui.analysis.view.view import View
from cxtui.cancellation import current_request
from cxtui.output.ranking_notes import notes_on
from cxtui.survey.model import Survey

_PACE, _EFFORT = 0.25, 4
"""Seconds between two looks at a growing ranking, or how many times the length of the last one."""


@dataclass(frozen=True, slots=True)
class GrowingRanking:
    """A ranking of the first `count` of `of` questions; there are notes on a whole one."""

    ranking: Ranking
    count: int
    of: int
    notes: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether all questions are in it."""
        return self.count == self.of


def grow_ranking(
    survey: Survey, view: View, options: RankingOptions, cache: CubeCache
) -> Iterator[GrowingRanking]:
    """Yield the ranking as it grows, the whole one last; raises `Cancelled` between batches."""
    request = current_request()
    numbers: list[LineNumbers] = []
    next_look = 0.0
    for batch in each_batch(survey, view, options, cache):
        if request is not None:
            request.check()
        numbers += batch.numbers
        begun = time.monotonic()
        is_whole = batch.asked == batch.of
        if is_whole or begun > next_look:
            ranking = rank_lines(numbers, view, options, survey.codebook)
            notes = notes_on(ranking, survey) if is_whole else ()
            yield GrowingRanking(ranking, batch.asked, batch.of, notes)
            now = time.monotonic()
            next_look = now + max(_PACE, _EFFORT * (now - begun))
