"""Cache decorator for functions of a survey."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from cxtui.survey.model import Survey

P = ParamSpec("P")
T = TypeVar("T")


def cached_per_survey(
    find: Callable[Concatenate[Survey, P], T],
) -> Callable[Concatenate[Survey, P], T]:
    """Return the function with its results cached by survey and arguments, which have few values.

    The results are dropped with the survey; a survey that was read again is a new one.
    """
    known: WeakKeyDictionary[Survey, dict[Hashable, T]] = WeakKeyDictionary()

    @wraps(find)
    def cached(survey: Survey, /, *args: P.args, **kwargs: P.kwargs) -> T:
        own = known.setdefault(survey, {})
        key = args, tuple(kwargs.items())
        if key not in own:
            own[key] = find(survey, *args, **kwargs)
        return own[key]

    return cached
