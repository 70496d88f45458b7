"""The page of findings on a view, as a result."""

from __future__ import annotations

from collections.abc import Mapping

from cxtui.analysis.view.view import View
from cxtui.library.results import Brief
from cxtui.options import from_keywords, options_of, words_of
from cxtui.output.replay import Opened
from cxtui.survey import model


def brief_of(
    survey: model.Survey, view: View, asked: Mapping[str, object], opened: Opened
) -> Brief:
    """Return the brief that the arguments of a method ask for, each named like its option."""
    from cxtui.analysis.ranking.ranking_options import RankingOptions
    from cxtui.output.brief.brief_document import document_of_brief
    from cxtui.work.brief.brief_facts import gather_facts
    from cxtui.work.brief.brief_options import BriefOptions
    from cxtui.work.brief.write_brief import write_brief

    def chosen(of: type[RankingOptions] | type[BriefOptions]) -> dict[str, object]:
        given = ((one, asked.get(one.name, one.default)) for one in options_of(of))
        return {one.name: value for one, value in given if value != one.default}

    ranked = from_keywords(RankingOptions, chosen(RankingOptions))
    parts = from_keywords(BriefOptions, chosen(BriefOptions))
    brief = write_brief(gather_facts(survey, view, ranked), parts.section, opened)
    replay = opened.brief(view, ranked, *words_of(parts))
    return Brief(survey, document_of_brief(brief, replay), view, brief.sections)
