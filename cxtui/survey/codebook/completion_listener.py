"""Who hears of the completion of a codebook while it goes on."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from cxtui.survey.model import Codebook
from cxtui.survey.question import Kind

Described = Callable[[int, str, Kind | None], object]
"""Takes the number of a column that has been described, its name and its kind, if it has one."""

Look = Callable[[Codebook, Collection[str]], Collection[str]]
"""Takes an early codebook, and the columns that it describes by some respondents only.

It returns those that it needs to be described by all, none where it takes the codebook.
"""


@dataclass(frozen=True, slots=True)
class CompletionListener:
    """`was_counted` and `described` hear of each column, `look` before that of all."""

    was_counted: Callable[[int], object] = lambda _: None
    described: Described = lambda *_: None
    look: Look | None = None
