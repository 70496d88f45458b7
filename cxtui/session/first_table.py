"""The first table of a survey that is being read, before all of its columns are described."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

from cxtui.analysis.view.view_option_table import ViewOptions
from cxtui.errors import CxtuiError
from cxtui.session.events import FirstCounted
from cxtui.session.start import Start

if TYPE_CHECKING:
    from cxtui.analysis.view.view import View
    from cxtui.survey.kind import Kind
    from cxtui.survey.model import Codebook, Survey


class FirstTable:
    """Shows an early survey by its first table, if that is sure to stay."""

    def __init__(self, start: Start, shown: Callable[[FirstCounted], object]) -> None:
        self._start, self._shown = start, shown

    @property
    def is_wanted(self) -> bool:
        """Whether the survey opens on its default view, of its own questions."""
        start = self._start
        return start.view == ViewOptions() and not start.resume and not start.derive

    def show(self, survey: Survey, brief: Collection[str]) -> Collection[str]:
        """Count the first table; return the columns of `brief` that decide what it shows, if any.

        No table is shown of a survey with derived questions, nor one that is refused.
        """
        from cxtui.analysis.view.view_options import default_view
        from cxtui.session.answers import Answers

        if survey.codebook.derived:
            return ()
        survey = replace(survey, suppress=self._start.suppress)
        try:
            view = default_view(survey)
        except CxtuiError:
            return brief
        if needed := {*_deciding(survey, view)}.intersection(brief):
            return needed
        answer = Answers(survey, self._start.memory).answer(view, tested=False)
        if answer.table is not None:
            self._shown(FirstCounted(survey, answer, _kinds(survey.codebook, brief)))
        return ()


def _kinds(codebook: Codebook, brief: Collection[str]) -> dict[str, Kind | None]:
    """Return the kinds of columns but those of `brief`: of an item of a grid its own."""
    wider = sorted(codebook.questions, key=lambda one: -len(one.columns))
    return {name: one.kind for one in wider for name in one.columns if name not in brief}


def _deciding(survey: Survey, view: View) -> Iterator[str]:
    """Yield the columns of a view's questions, and all that come before the one it asks.

    A survey opens on the first question of which the answers are a few; if there is none yet, each
    column may be one.
    """
    from cxtui.analysis.view.view_options import has_few_answers

    codebook = survey.codebook
    asked = {view.question, codebook.wave, *(name for names in view.banner for name in names)}
    for one in filter(None, map(codebook.find, asked)):
        yield from one.columns
    question = codebook.find(view.question)
    first = question.columns[0] if question and has_few_answers(question) else ""
    yield from takewhile(lambda name: name != first, survey.schema)
