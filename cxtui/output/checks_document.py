"""The checks of a survey as a Document: a row each, with the derived question that it proposes."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from functools import partial

from cxtui.analysis.checks.check import Check, Checks, Result
from cxtui.messages import tr, tr_count
from cxtui.output.document import Document, Section, Values
from cxtui.output.drawing.fit import TEXT_WIDTH
from cxtui.output.grid import Columns, list_grid
from cxtui.output.replay import shell_line
from cxtui.output.writers.registry import Content
from cxtui.survey.conditions import Filter
from cxtui.text import clean

COLUMNS = ("check", "about", "result", "found", "of", "threshold", "note", "flag", "derive")
"""The columns of the exported list, in their order; other programs rely on them."""

_LISTED = Columns(
    COLUMNS,
    texts=frozenset({*COLUMNS} - {"found", "of"}),
    digits={"found": 0, "of": 0},
)
_INDENT = 16


def document_of_checks(checks: Checks, title: str, replay: str = "") -> Document:
    """Return the checks; proposed questions are lines as `--derive` takes them."""
    rows = [_row(one) for one in checks.checks]
    notes = tuple(notes_on_checks(checks))
    section = Section(
        id="checks",
        title=title,
        name="checks",
        notes=notes,
        replay=replay,
        rows=lambda: rows,
        grid=partial(list_grid, _LISTED, rows, notes),
        text=partial(_text, checks),
        record=lambda: {
            "title": title,
            "duration": checks.duration,
            "checks": [
                {**dict(zip(COLUMNS, _row(one), strict=True)), "found": one.found, "of": one.of}
                | {"derive": list(one.lines)}
                for one in checks.checks
            ],
            "notes": list(notes),
        },
    )
    return Document(title, Content.LIST, _LISTED, (section,))


def notes_on_checks(checks: Checks) -> Iterator[str]:
    """Yield how many flags are proposed, and what is done about them."""
    if not checks.duration:
        yield tr("--duration names the question with the duration of the interview.")
    if not checks.lines:
        yield tr("No flag is proposed; no respondent is excluded; counts are unweighted.")
        return
    yield tr_count(
        len(checks.lines),
        "{:,} question is proposed; no respondent is excluded; counts are unweighted.",
        "{:,} questions are proposed; no respondent is excluded; counts are unweighted.",
    )
    flagged = next(one for one in checks.checks if one.is_proposed)
    where = shell_line(["--where", str(Filter(flagged.flag, "!=", (flagged.code,)))])
    yield tr("--save writes them into the codebook; {} then excludes respondents.", where)


def _row(one: Check) -> Values:
    numbers = (None if n is None else float(n) for n in (one.found, one.of))
    head = (one.kind.value, clean(one.about), one.result.value)
    return (*head, *numbers, one.threshold, clean(one.note), clean(one.flag), "\n".join(one.lines))


def _text(checks: Checks) -> Iterator[str]:
    before = ""
    for one in checks.checks:
        name = "" if one.kind == before else tr(one.kind)
        before = one.kind
        head, rest = said_of(one)
        wrapped = textwrap.wrap(head, TEXT_WIDTH - _INDENT) or [""]
        yield f"{name:<{_INDENT}}{wrapped[0]}"
        for line in (*wrapped[1:], *textwrap.wrap(rest, TEXT_WIDTH - _INDENT)):
            yield f"{'':<{_INDENT}}{line}"
        for line in one.lines:  # whole, to be copied
            yield f"{'':<{_INDENT}}{shell_line(['--derive', line])}"


def said_of(one: Check) -> tuple[str, str]:
    """Return what a check found, and by what threshold, in words."""
    about, note = clean(one.about), clean(one.note)
    if one.result is Result.NOT_RUN:
        head = tr("{}: not run", about) if about else tr("not run")
        return tr("{}: {}", head, note), ""
    if not one.counts:
        return tr("{}: {}", about, note), one.threshold
    counts = tr("{}, an error", one.counts) if one.result is Result.ERROR else one.counts
    return tr("{}: {}", about, counts), "; ".join(filter(None, (one.threshold, note)))
