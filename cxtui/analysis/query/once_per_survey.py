"""What is found out about a survey once, and forgotten with it."""

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
    """Remember what a function returns for a survey, by its other arguments, which take few values.

    A survey that was read again is another one: with the old one goes all that was known of it,
    its respondents among it where they had to be decoded.
    """
    known: WeakKeyDictionary[Survey, dict[Hashable, T]] = WeakKeyDictionary()

    @wraps(find)
    def remembered(survey: Survey, /, *args: P.args, **kwargs: P.kwargs) -> T:
        own = known.setdefault(survey, {})
        key = args, tuple(kwargs.items())
        if key not in own:
            own[key] = find(survey, *args, **kwargs)
        return own[key]

    return remembered
