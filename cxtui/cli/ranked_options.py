"""Options of a view as rankings and trends have them: some have one value there, and say why."""

from __future__ import annotations

from dataclasses import replace

from cxtui.options import Option

_HIDING = ("hidden", "hide_empty", "most_rows")
_RANKED = {"show": "column", "against": "columns"}
"""Values that an option may have all the same: a ranking has them always."""
_NOT_RANKED = {
    "show": "does not go with a ranking: it shows column % and means",
    "against": "does not go with a ranking: take --compare rest, total or pairs of gaps",
    "correction": "does not go with a ranking: questions are corrected by Benjamini–Hochberg, "
    "the answers of each by Holm",
    "family": "does not go with a ranking: its family is all questions in all comparisons",
    "sort": "does not go with a ranking: its questions stand by verdict",
    "net": "does not go with a ranking: nets repeat answers",
    "full": "does not go with a ranking: it shows answers and means",
    "across": "does not go with a ranking: it shows items by groups",
    **dict.fromkeys(_HIDING, "does not go with a ranking: it shows all answers and groups"),
}
_WAVES_CHOSEN = "does not go with changes: it takes all waves; --where keeps some"
_FOLLOWED = {"wave": "all", "family": "row", "against": "columns"}
"""Values that an option may have all the same: a trend has them always."""
_NOT_FOLLOWED = {
    "wave": "does not go with trend: it takes all waves",
    "family": "does not go with trend: changes are corrected over the waves of one row",
    "against": "does not go with trend: a wave is tested against the one before and the first",
    "full": "does not go with trend: it shows answers and means",
    "across": "does not go with trend: it shows items by waves",
    **dict.fromkeys(_HIDING, "does not go with trend: it shows all answers and groups"),
}


def ranked(one: Option) -> Option:
    """Return an option of a view as a ranking has it."""
    if not one.is_of_table:
        return one
    return replace(one, refused=_NOT_RANKED[one.name], allowed=_RANKED.get(one.name))


def changed(one: Option) -> Option:
    """Return an option of a view as a ranking of changes has it."""
    return replace(one, refused=_WAVES_CHOSEN, allowed="all") if one.name == "wave" else ranked(one)


def followed(one: Option) -> Option:
    """Return an option of a view as a trend has it: it shows column % or means."""
    if one.name == "show":
        return replace(one, choices=("column", "mean"))
    return replace(one, refused=_NOT_FOLLOWED.get(one.name, ""), allowed=_FOLLOWED.get(one.name))
