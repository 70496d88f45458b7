"""What people also call a command: the palette and the help find it by these words."""

from __future__ import annotations

from collections.abc import Mapping

from cxtui.messages import tr

_SYNONYMS: Mapping[str, str] = {
    "find": "search",
    "save": "keep derived codebook",
    "banner": "crosstab columns break compare groups segments breakdown",
    "filter": "subset select cases where respondents range dates",
    "keep": "subset select filter",
    "exclude": "remove drop filter without",
    "gaps": "ranking differences biggest significant stands out significance compare groups",
    "trend": "waves time change tracker years months",
    "measure": "percent column row total counts mean average index",
    "measures": "statistics several cell counts and percent n column row base",
    "across": "grid items by answers transpose matrix battery summary table",
    "chart": "bars picture graph plot",
    "sort": "order rank",
    "weight": "weighted unweighted",
    "weighting": "rake raking targets calibrate post-stratification",
    "inspect": "details p-value confidence interval standard error test formula",
    "respondents": "drill through verbatims who cases people records open answers",
    "correction": "significance level confidence holm bonferroni benjamini hochberg stat test",
    "full": "top 2 box top2 bottom 2 nets means missing don't know nps promoter score",
    "merge": "collapse combine recode group answers",
    "derive": "recode compute variable bands classes age groups index score count cross if formula",
    "nets": "net combine group answers top 2 box top2",
    "against": "compare total rest significance letters",
    "base": "answering asked all respondents percentages",
    "checks": "data quality clean cleaning speeders straightlining fraud duplicates validation",
    "code": "coding verbatims text open ends categorize classify kappa coders",
    "codebook": "labels metadata variables types settings",
    "describe": "labels recode scale order missing question type",
    "undo": "back previous",
    "saved": "bookmarks views favourites",
    "view_line": "command text syntax",
    "compare": "side by side difference between saved views before after",
    "copy": "clipboard e-mail email paste tsv markdown",
    "reload": "refresh update",
    "plan": "tab plan book of tables banner book client workbook report",
    "sheet": "tab",
    "export": "excel xlsx csv save write file html pdf powerpoint",
    "export_all": "excel xlsx workbook book of tables all questions report",
    "help": "keys shortcuts",
    "quit": "exit close leave",
}
"""By the id of the command; to be translated."""


def synonyms_of(command_id: str) -> str:
    """Return the other words for a command, empty where there are none."""
    words = _SYNONYMS.get(command_id, "")
    return tr(words) if words else ""
