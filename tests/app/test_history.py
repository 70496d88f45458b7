"""Undo goes back step by step, as far as is kept."""

from __future__ import annotations

from cxtui.analysis.view.view import View
from cxtui.session.history import History


def test_the_oldest_views_are_forgotten() -> None:
    """A long visit takes no more memory; the newest thousand can be undone, one by one."""
    history = History(View("q", level=50.0))
    levels = [50 + n / 100 for n in range(1, 1501)]
    for level in levels:
        history.go(View("q", level=level))
    assert history.now.level == levels[-1]
    undone = []
    while history.undo():
        undone.append(history.now.level)
    assert undone == levels[-2:-1001:-1]
    assert history.redo()
    assert history.now.level == levels[-999]
