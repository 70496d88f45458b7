"""The options of a view: on a command line, in a view line, a configuration, or as keywords."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from cxtui.analysis.view.view_choices import (
    Against,
    Base,
    Correction,
    Family,
    Measure,
    Sort,
    Variance,
)
from cxtui.messages import tr
from cxtui.number_signs import typed_number
from cxtui.options import option, options_of


def as_level(text: str) -> float:
    """Return a level in percent; raises `ValueError` if the text is not one."""
    try:
        level = float(typed_number(text))
    except ValueError:
        level = 0.0
    if not 50 <= level < 100:  # noqa: PLR2004 -- per cent
        raise ValueError(tr("takes per cent from 50 to 99.99, not {!r}", text))
    return level


def as_count(text: str) -> int:
    """Return a number of rows; raises `ValueError` if the text is not one."""
    if not text.isdecimal():
        raise ValueError(tr("takes a number of rows, not {!r}", text))
    return int(text)


def derive_option() -> tuple[str, ...]:
    """Return the field that declares `--derive`, an option of surveys and of the text of a view."""
    return option(
        (),
        'derive a question, as in id="age3", from="age", bands=[35,55]; a [[derive]] of the '
        "codebook on one line; repeatable",
        "KEY=VALUE,…",
    )


_TABLE: Mapping[str, Any] = {"is_of_table": True}
"""Options of the rows and tests of one table, which a ranking does not take."""
_CONFIGURED: Mapping[str, Any] = {"is_configurable": True}
_BOTH: Mapping[str, Any] = {**_TABLE, **_CONFIGURED}


@dataclass(frozen=True, slots=True)
class ViewOptions:
    """Options of a view on a command line, in a view line, a configuration, or as keywords.

    They are texts and choices as typed; `view_of` reads them for a survey. The order of the fields
    is that of the text form of a view.
    """

    question: str | None = option(None, "the question in the rows", "ID")
    by: tuple[str, ...] = option(
        (),
        "the banner: whom to compare; repeat it for several side by side, a>b nests",
        "ID[>ID]",
    )
    where: tuple[str, ...] = option(
        (),
        "keep only these respondents; also != and, for numbers, < <= > >=; ID=missing for no "
        "answer; 'ID=VALUE or ID=VALUE' for either; repeatable: all of them",
        "ID=VALUE[,VALUE]",
    )
    weight: str | None = option(None, "weight by this column", "COLUMN")
    no_weight: bool = option(False, "count every respondent once", rival="weight")
    wave: str | None = option(None, "this wave; all for all of them (default: the latest)", "WAVE")
    show: tuple[Measure, ...] = option(
        (),
        "what stands in the cells; several, with commas, stand below each other: column,count",
        **_TABLE,
        choices=Measure,
        is_list=True,
    )
    base: Base = option(Base.ANSWERED, "whom a percentage is of", **_CONFIGURED, choices=Base)
    level: float = option(
        95.0, "of tests and intervals, per cent", "95", **_CONFIGURED, read=as_level
    )
    correction: Correction = option(Correction.HOLM, "for many tests", **_BOTH, choices=Correction)
    family: Family = option(Family.ROW, "what is corrected together", **_BOTH, choices=Family)
    sort: Sort = option(Sort.QUESTIONNAIRE, "the order of the rows", **_BOTH, choices=Sort)
    against: Against = option(
        Against.COLUMNS,
        "what a column is tested against: the others, the total, or the rest",
        **_BOTH,
        choices=Against,
    )
    net: tuple[str, ...] = option(
        (),
        "count these answers together too, or the difference of two nets; repeatable",
        "LABEL=VALUE,VALUE[ minus VALUE]",
        **_TABLE,
    )
    full: bool = option(False, "also nets, scores, and who is missing and why", **_BOTH)
    variance: Variance = option(
        Variance.LINEARIZED,
        "of standard errors: linearized (Taylor) by weight and design, or from replicate weights; "
        "kish: on Kish's effective base, a declared design is ignored",
        **_CONFIGURED,
        choices=Variance,
    )
    hidden: tuple[str, ...] = option(
        (),
        "do not show this row or banner column; a>b names a nested one; repeatable",
        "ID=ANSWER[>ID=ANSWER]",
        **_TABLE,
    )
    hide_empty: bool = option(False, "do not show rows and columns without respondents", **_TABLE)
    most_rows: int = option(
        0, "show only so many answers, the first of them", "N", **_TABLE, read=as_count
    )
    across: str = option(
        "",
        "of a grid: its items by its answers, of all respondents (total) or of a banner column",
        "total|ID=ANSWER",
        **_TABLE,
    )


VIEW_OPTIONS = tuple(
    replace(one, group="" if one.name == "question" else "view")
    for one in sorted(options_of(ViewOptions), key=lambda one: one.is_of_table)
)
"""The options of a view in the order of help: those that a ranking also takes come first."""
