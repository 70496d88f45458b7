"""A survey that grew while it was open keeps its current view."""

from __future__ import annotations

from dataclasses import replace

from cxtui.analysis.view.refit import refit_view
from cxtui.analysis.view.view_options import default_view, parse_view
from cxtui.survey.model import Codebook, Survey
from tests.making import BUDGET, GOAL, ROLE, SCHEMA, TOOLS, survey_of

ROWS = [dict.fromkeys(SCHEMA, 1)] * 3

GUESSED = Codebook(
    banner="role", banner_guess="few answers", weight="budget", weight_guess="its name"
)


def seen_as(codebook: Codebook) -> Survey:
    return survey_of(ROWS, (ROLE, GOAL, TOOLS, BUDGET), SCHEMA, codebook)


def test_another_guess_changes_neither_banner_nor_weight() -> None:
    """More respondents may make another banner or weight more plausible; the view keeps its own."""
    before = seen_as(GUESSED)
    after = seen_as(replace(GUESSED, banner="goal", weight="web"))
    view = default_view(before)
    kept = refit_view(view, before, after, default_view(after))
    assert kept.view == replace(view, filters=kept.view.filters)
    assert (kept.view.banner, kept.view.weight, kept.dropped) == ((("role",),), "budget", ())


def test_edits_of_the_codebook_change_the_cube() -> None:
    """A role or weight set in the codebook takes the place of the guess."""
    before = seen_as(GUESSED)
    after = seen_as(Codebook(role="goal", weight="web"))
    view = refit_view(default_view(before), before, after, default_view(after)).view
    assert (view.banner, view.weight) == ((("goal",),), "web")


def test_a_wave_is_chosen_where_none_could_be_before() -> None:
    """The variable of the waves had no answers listed yet: the view says which wave it shows."""
    codebook = Codebook(wave="goal")
    before = survey_of(ROWS, (ROLE, replace(GOAL, categories=())), SCHEMA, codebook)
    after = survey_of(ROWS, (ROLE, GOAL), SCHEMA, codebook)
    view = default_view(before)
    assert view.filters == ()
    kept = refit_view(view, before, after, default_view(after)).view
    assert kept.filters == default_view(after).filters != ()
    assert parse_view(after, str(kept)) == kept
