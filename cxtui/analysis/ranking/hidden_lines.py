"""Lines of a ranking that are hidden for the protection of respondents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cxtui.analysis.disclosure.hidden_cells import HiddenCells
from cxtui.analysis.disclosure.protect_together import Protection
from cxtui.analysis.query.cube import Column, Step
from cxtui.analysis.ranking.comparison import Comparison
from cxtui.analysis.ranking.ranked_lines import Line, Side
from cxtui.analysis.view.view import View
from cxtui.errors import ViewError
from cxtui.messages import tr

_NO_SIDE = Side(None, None, None)


def hidden_line_reason(least: int) -> str:
    """Return why a question is not shown in a comparison; empty where all counts are shown."""
    return tr("hidden: has counts of fewer than {} respondents", least) if least else ""


def hidden_reasons(
    asked: Sequence[View],
    columns: Sequence[Column],
    comparisons: Sequence[Comparison],
    protection: Protection,
    reason: str,
) -> list[list[str]]:
    """Return `reason` where a compared column has hidden cells, (questions, comparisons)."""
    found = []
    for view in asked:
        hidden = _touched(columns, protection.get(view))
        found.append(
            [
                reason if any(columns[at].path in hidden for at in _places(one)) else ""
                for one in comparisons
            ]
        )
    return found


def _places(comparison: Comparison) -> set[int]:
    return {place for one in comparison.unions for place in (*one.plus, *one.minus)}


def _touched(
    columns: Sequence[Column], hidden: HiddenCells | ViewError | None
) -> set[tuple[Step, ...]]:
    """Return the paths of the columns with hidden cells: all where none could be protected."""
    if not isinstance(hidden, HiddenCells):
        return {one.path for one in columns}
    return {columns[at].path for at in hidden.columns_with_hidden}


def without_numbers(line: Line) -> Line:
    """Return a line with its question and the reason alone."""
    return replace(
        line,
        a=_NO_SIDE,
        b=_NO_SIDE,
        answers=(),
        moved=None,
        moved_net=None,
        v=None,
        test="",
        statistic=None,
        df=None,
        df2=None,
        p_distribution=None,
        p_mean=None,
        p=None,
        p_adjusted=None,
        widest=None,
        is_comparable=True,
    )
