"""The shortest options of a view for a survey: what is the survey's own default is not named."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import Any

from cxtui.analysis.view.view import View
from cxtui.analysis.view.view_option_table import ViewOptions
from cxtui.analysis.view.view_options import options_of_view, view_of
from cxtui.errors import ViewError
from cxtui.options import words_of
from cxtui.survey.model import Survey


def shortest_options(survey: Survey, view: View) -> ViewOptions:
    """Return the options of a view with as few of them as give the same view.

    So the latest wave stays the latest.
    """
    options = options_of_view(view)
    shorter: list[dict[str, Any]] = [{"no_weight": False}, {"weight": None}]
    shorter += [
        {"where": tuple(text for text in options.where if text != each)} for each in options.where
    ]
    for less in shorter:
        tried = replace(options, **less)
        try:
            if view_of(survey, tried) == view:
                options = tried
        except ViewError:
            continue
    return options


def shortest_text(survey: Survey, view: View) -> str:
    """Return the text of a view with as few options as give the same view."""
    return shlex.join(words_of(shortest_options(survey, view)))
