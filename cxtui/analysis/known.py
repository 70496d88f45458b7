"""What is found out about a survey once, and forgotten with it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

from cxtui.survey.model import Survey

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


def once_a_survey(find: Callable[[Survey, K], V]) -> Callable[[Survey, K], V]:
    """Keep what a function finds as long as its survey is there: its rows may lie in memory."""
    known: WeakKeyDictionary[Survey, dict[K, V]] = WeakKeyDictionary()

    @wraps(find)
    def found(survey: Survey, key: K) -> V:
        of_survey = known.setdefault(survey, {})
        if key not in of_survey:
            of_survey[key] = find(survey, key)
        return of_survey[key]

    return found
