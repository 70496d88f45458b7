"""All checks of a survey: what each found, and the derived flags that they propose."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

import narwhals.stable.v2 as nw

from cxtui.analysis.checks.check import Candidate, Check, CheckKind, Checks, Result, not_run
from cxtui.analysis.checks.duplicates import find_duplicates
from cxtui.analysis.checks.impossible import find_impossible, find_routing
from cxtui.analysis.checks.speeders import duration_of, find_speeders
from cxtui.analysis.checks.straightliners import find_straightliners
from cxtui.analysis.checks.wave_checks import find_wave_changes
from cxtui.analysis.derive.derived_lines import survey_with
from cxtui.analysis.derive.made_flags import FLAGGED
from cxtui.analysis.query.engine import query_rows
from cxtui.analysis.query.expressions.filters import filter_respondents
from cxtui.messages import tr, tr_some
from cxtui.survey.conditions import Condition
from cxtui.survey.derive.derivation import Derivation, Verb
from cxtui.survey.derive.derivation_text import derivation_line, derivation_of, made_text
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Codebook, Survey, required
from cxtui.survey.suppression import is_shown
from cxtui.text import clean, numbered

_FEWEST_FLAGS = 2
_FLAGS, _QUALITY = "flags", "quality"
_BOUNDS = (1.0, 2.0)
_MOST_NAMED = 6


def check_survey(
    survey: Survey, duration: str = "", conditions: Sequence[Condition] = ()
) -> Checks:
    """Return the checks of the respondents who meet all conditions, unweighted.

    `duration` is the question with the duration of the interview, guessed if empty. Flags are those
    of the whole file: an earlier respondent may be one who does not meet the conditions. Raises
    `ViewError` where a name does not fit, `SourceError` where the survey cannot be read.
    """
    kept = replace(survey, frame=filter_respondents(survey, conditions))
    lasted = duration_of(kept, duration)
    name = lasted.id if lasted else ""
    found = [
        *find_speeders(kept, lasted),
        *find_straightliners(kept),
        *find_duplicates(kept, name),
        *find_impossible(kept),
        *find_routing(kept),
    ]
    count = partial(_count, survey, conditions)
    checks = [*_counted(kept.codebook, found, count), *find_wave_changes(kept)]
    graded = _quality(kept.codebook, checks, count)
    return Checks(tuple(_without_small(survey, one) for one in (*checks, *graded)), name)


def _without_small(survey: Survey, one: Check) -> Check:
    """Return a check without a small count where the survey hides those, nor notes with counts."""
    if not survey.least:
        return one
    if one.result is Result.NOT_RUN:
        return one
    if one.found is None or one.of is None:
        return replace(one, note=tr("not shown where small counts are hidden"))
    if is_shown(survey, one.found, one.of):
        return replace(one, note="")
    hidden = tr("hidden: fewer than {} respondents", survey.least)
    return replace(one, found=None, of=None, note=hidden)


_Count = Callable[[tuple[str, ...], Sequence[tuple[str, str]]], list[tuple[int, int]]]
"""Counts, with the questions of some lines, answers by question and code: how many, of how many."""


def _counted(codebook: Codebook, found: Iterable[Candidate | Check], count: _Count) -> list[Check]:
    """Return checks with their respondents counted, all flags in one query."""
    settled = list(_settled(codebook, found))
    flags = [one for one in settled if isinstance(one, Candidate)]
    lines = tuple(derivation_line(one.flag) for one in flags if not one.is_declared)
    named = [(one.flag.id, FLAGGED) for one in flags]
    counts = dict(zip(flags, count(lines, named), strict=True))
    return [_check(one, *counts[one]) if isinstance(one, Candidate) else one for one in settled]


def _settled(codebook: Codebook, found: Iterable[Candidate | Check]) -> Iterable[Candidate | Check]:
    """Yield the candidates with free ids; one that is derived alike already is declared."""
    taken = {one.id for one in codebook.table_questions} | codebook.derived_ids
    for one in found:
        if isinstance(one, Check) or one.is_declared:
            yield one
        elif known := _made_alike(codebook, one.flag):
            yield replace(one, flag=replace(one.flag, id=known), is_declared=True)
        else:
            identity = numbered(one.flag.id, taken)
            taken.add(identity)
            yield replace(one, flag=replace(one.flag, id=identity))


def _made_alike(codebook: Codebook, flag: Derivation) -> str:
    """Return the id of the question that was made alike, also before a conversion; else nothing."""
    own = clean(made_text(flag))
    return next((one.id for one in codebook.questions if one.made == own), "")


def _count(
    whole: Survey,
    conditions: Sequence[Condition],
    lines: tuple[str, ...],
    named: Sequence[tuple[str, str]],
) -> list[tuple[int, int]]:
    """Return how many respondents gave an answer to a question, of how many with any, for each."""
    survey, sums = survey_with(whole, lines), []
    for place, (name, code) in enumerate(named):
        column = file_column(required(survey, name, "question").columns[0])
        is_given = (column == code).fill_null(False)
        sums.append(is_given.cast(nw.Int64).sum().alias(f"__{place}_n"))
        sums.append((~column.is_null()).cast(nw.Int64).sum().alias(f"__{place}_of"))
    if not sums:
        return []
    kept = filter_respondents(survey, conditions)
    row = [int(n or 0) for n in query_rows(survey, kept.select(*sums))[0]]
    return list(zip(row[::2], row[1::2], strict=True))


def _check(one: Candidate, found: int, of: int) -> Check:
    """Return what came of a candidate; a flag is proposed where somebody has it, not by chance."""
    if not of:
        return not_run(
            one.kind, one.about, one.threshold, tr("no respondent answered enough of it")
        )
    note, is_plain = one.expected(found, of) if one.expected else ("", False)
    is_clear = not found or is_plain
    result = Result.CLEAR if is_clear else Result.ERROR if one.is_error else Result.FLAG
    if one.is_declared:
        note = "; ".join(filter(None, (note, tr("derived already: {}", one.flag.id))))
    return Check(
        one.kind,
        one.about,
        result,
        one.threshold,
        found,
        of,
        note,
        one.flag.id,
        made=() if one.is_declared else (one.flag,),
        is_proposed=not (is_clear or one.is_declared),
    )


def _quality(codebook: Codebook, checks: Sequence[Check], count: _Count) -> list[Check]:
    """Return how many have several flags, and of each how many; one flag is no verdict.

    The question that counts them, ok without any, is proposed unless the codebook has it.
    """
    flags = [one for one in checks if one.flag and one.result in {Result.FLAG, Result.ERROR}]
    if len(flags) < _FEWEST_FLAGS:
        return []
    named = tuple(one.flag for one in flags)
    total, graded, made = _grading(codebook, named)
    lines = (*(line for one in flags for line in one.lines), *map(derivation_line, made))
    several = str(len(_BOUNDS) + 1)
    ((found, of),) = count(lines, [(graded.id, several)])
    said = tr("2 flags or more of {}", len(total.sources))
    each = tr_some([tr("{} {:,}", one.flag, one.found or 0) for one in flags], _MOST_NAMED)
    notes = [tr("one flag is no verdict"), tr("flagged by {}", each)]
    if not made:
        notes.append(tr("derived already: {}", graded.id))
    result = Result.FLAG if found else Result.CLEAR
    return [
        Check(
            *(CheckKind.QUALITY, ", ".join(named), result, said, found, of),
            note="; ".join(notes),
            flag=graded.id,
            code=several,
            made=made,
            is_proposed=bool(made),
        )
    ]


def _grading(
    codebook: Codebook, flags: tuple[str, ...]
) -> tuple[Derivation, Derivation, tuple[Derivation, ...]]:
    """Return the count of flags and its bands, and those of the two that are not derived yet."""
    known = [one for each in codebook.questions if (one := derivation_of(each))]
    taken = {one.id for one in codebook.table_questions} | codebook.derived_ids | {*flags}
    total = next((one for one in known if _counts_flags(one, flags)), None)
    graded = next(
        (one for one in known if total and one.sources == (total.id,) and one.bounds == _BOUNDS),
        None,
    )
    made: list[Derivation] = []
    if total is None:
        total = Derivation(
            numbered(_FLAGS, taken), Verb.COUNT, tr("Number of flags"), sources=flags, of=(FLAGGED,)
        )
        made.append(total)
    if graded is None:
        graded = Derivation(
            numbered(_QUALITY, taken),
            Verb.BANDS,
            tr("Quality: ok without a flag"),
            sources=(total.id,),
            bounds=_BOUNDS,
            labels=(tr("ok"), tr("1 flag"), tr("2 flags or more")),
        )
        made.append(graded)
    return total, graded, tuple(made)


def _counts_flags(one: Derivation, flags: Iterable[str]) -> bool:
    """Return whether a derived question counts these flags, perhaps among others."""
    return one.verb is Verb.COUNT and one.of == (FLAGGED,) and {*flags} <= {*one.sources}
