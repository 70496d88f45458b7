"""The effect of targets while they are typed: rows of each margin, the report, or the refusal."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from cxtui.errors import CxtuiError, ExportError, TargetsError
from cxtui.messages import tr, tr_some
from cxtui.output.files.survey_files import check_target, save_survey
from cxtui.output.files.write_file import try_target, write_whole
from cxtui.survey.model import Survey
from cxtui.text import clean, numbered
from cxtui.work.weighting.joint_cells import Codes, JointCells, count_cells
from cxtui.work.weighting.margins import code_of
from cxtui.work.weighting.targets import Unit
from cxtui.work.weighting.targets_draft import DraftMargin, TargetsDraft, write_targets
from cxtui.work.weighting.weigh_cells import weigh_cells
from cxtui.work.weighting.weight_options import Missing
from cxtui.work.weighting.weighted_survey import weigh_survey
from cxtui.work.weighting.weighting_report import MarginReport, WeightingReport


@dataclass(frozen=True, slots=True)
class MarginRow:
    """An answer of a margin, with what was typed as its target, and percentages.

    `is_answer` is false for respondents without an answer, who get no typed target. The percentages
    are `None` where no weights meet the targets, or there is no target.
    """

    margin: int
    code: str
    label: str
    typed: str
    n: int
    unweighted: float | None
    base: float | None
    target: float | None = None
    weighted: float | None = None
    factor: float | None = None
    is_answer: bool = True


@dataclass(frozen=True, slots=True)
class MarginRows:
    """A margin with its rows; `state` says in words what its targets are, or what they lack."""

    name: str
    state: str
    rows: tuple[MarginRow, ...]

    @property
    def shares(self) -> list[tuple[str, float]]:
        """Return the present percentage of each answer that respondents gave, by its code."""
        return [(one.code, one.base or 0.0) for one in self.rows if one.is_answer and one.n]


@dataclass(frozen=True, slots=True)
class DraftEffect:
    """What a draft does: its margins, and the report on the weights of the complete ones.

    `lacking` says which margins lack targets; `refusal` why there are no weights. `unanswered` are
    the questions without an answer, and the base weight without a value, of how many respondents
    each, where these are to be refused.
    """

    draft: TargetsDraft
    margins: tuple[MarginRows, ...] = ()
    report: WeightingReport | None = None
    lacking: str = ""
    refusal: str = ""
    unanswered: tuple[tuple[str, int], ...] = ()

    @property
    def is_complete(self) -> bool:
        """Return whether the weights meet all of the targets."""
        return self.report is not None and not self.lacking


class DraftWeigher:
    """Weighs drafts of one survey; counts respondents only for other questions than before."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        self._cells: JointCells | None = None
        self._rows: dict[tuple[str, ...], tuple[MarginRow, ...]] = {}
        """The answers of each margin that has been shown since the cells were counted."""

    def weigh(self, draft: TargetsDraft) -> DraftEffect:
        """Return the effect of a draft; takes milliseconds unless its questions are new.

        Raises `CxtuiError` where a question or the base weight cannot be counted.
        """
        if not draft.margins:
            return DraftEffect(draft)
        cells = self._counted(draft)
        rows = [self._typed(cells, at, one) for at, one in enumerate(draft.margins)]
        unanswered = tuple(_unanswered(cells, draft))
        complete, lacking = [], []
        for one, own in zip(draft.margins, rows, strict=True):
            empty = one.lacking([row.code for row in own if row.is_answer and row.n])
            complete += [] if empty else [one]
            lacking += [_lacking(one, empty)] if empty else []
        report, refusal = None, ""
        try:
            if complete:
                targets = draft.targets(complete)
                report = weigh_cells(cells, targets, draft.missing).report
        except TargetsError as error:
            refusal = str(error)
        margins = tuple(
            _shown(one, own, report, is_complete=one in complete)
            for one, own in zip(draft.margins, rows, strict=True)
        )
        said = lacking[0] if lacking else ""
        return DraftEffect(draft, margins, report, said, refusal, unanswered if refusal else ())

    def _counted(self, draft: TargetsDraft) -> JointCells:
        cells, asked = self._cells, draft.questions_alone()
        if cells is None or not cells.can_weigh(asked):
            cells = self._cells = count_cells(self.survey, asked)
            self._rows.clear()
        return cells

    def _typed(self, cells: JointCells, at: int, margin: DraftMargin) -> tuple[MarginRow, ...]:
        if margin.questions not in self._rows:
            self._rows[margin.questions] = _count_rows(cells, margin.questions)
        return _typed_rows(self._rows[margin.questions], at, margin)


def _unanswered(cells: JointCells, draft: TargetsDraft) -> Iterator[tuple[str, int]]:
    """Yield what respondents lack who are refused unless the draft says what becomes of them."""
    unusable = int(cells.n[~np.isfinite(cells.d)].sum())
    if unusable and draft.missing is not Missing.DROP:
        yield draft.base, unusable
    for name in draft.questions if draft.missing is Missing.REFUSE else ():
        at = cells.questions.index(name)
        without = np.array([codes[at] is None for codes in cells.codes], bool)[cells.cell]
        if count := int(cells.n[without].sum()):
            yield name, count


def _lacking(margin: DraftMargin, empty: Sequence[str]) -> str:
    """Return which answers lack a target, and the sum of the others."""
    try:
        total = margin.margin().sum
    except TargetsError as error:
        return str(error)
    if not margin.typed:
        return tr("{}: no targets yet; type them", margin.name)
    named = tr_some(empty)
    return tr("{}: no target yet for {} (sum so far {:,.10g})", margin.name, named, total)


def _count_rows(cells: JointCells, questions: tuple[str, ...]) -> tuple[MarginRow, ...]:
    """Return the answers to some questions in the order of the codebook, the unanswered last.

    Percentages are of all who answered and have a base weight. The rows have no targets yet.
    """
    places = [cells.questions.index(name) for name in questions]
    usable = np.isfinite(cells.d)
    size = len(cells.codes)
    n = np.bincount(cells.cell[usable], cells.n[usable], size)
    d = np.bincount(cells.cell[usable], (cells.n * cells.d)[usable], size)
    counts: Counter[Codes] = Counter()
    sums: defaultdict[Codes, float] = defaultdict(float)
    unanswered: Codes = (None,) * len(places)
    for codes, one, weight in zip(cells.codes, n.tolist(), d.tolist(), strict=True):
        own = tuple(codes[place] for place in places)
        own = unanswered if None in own else own
        counts[own] += int(one)
        sums[own] += weight
    labels = [cells.labels[name] for name in questions]
    answered = [own for own in _in_order(labels, counts) if counts[own]]
    answers, held = sum(counts[own] for own in answered), math.fsum(sums[own] for own in answered)
    rows = [
        MarginRow(
            *(0, code_of(own), _label(labels, own), "", counts[own]),
            *(100 * counts[own] / answers, 100 * sums[own] / held),
        )
        for own in answered
    ]
    if counts[unanswered]:
        label, others = tr("No answer"), counts[unanswered]
        rows.append(MarginRow(0, "", label, "", others, None, None, is_answer=False))
    return tuple(rows)


def _typed_rows(
    counted: Sequence[MarginRow], at: int, margin: DraftMargin
) -> tuple[MarginRow, ...]:
    """Return the rows of the margin at a position with what was typed; targets may lack answers."""
    typed = dict(margin.typed)
    known = {one.code for one in counted if one.is_answer}
    rows = [
        replace(one, margin=at, typed=typed.get(one.code, "") if one.is_answer else "")
        for one in counted
    ]
    unknown = [
        MarginRow(at, code, tr("no respondent answered this"), text, 0, 0.0, 0.0)
        for code, text in margin.typed
        if code not in known
    ]
    return tuple(sorted([*rows, *unknown], key=lambda one: not one.is_answer))


def _in_order(labels: list[dict[str, str]], counts: Counter[Codes]) -> list[Codes]:
    """Return the answers that were counted, as the codebook has them."""
    orders = [{code: at for at, code in enumerate(one)} for one in labels]
    answered = [own for own in counts if None not in own]
    return sorted(
        answered, key=lambda own: [one[str(code)] for one, code in zip(orders, own, strict=True)]
    )


def _label(labels: list[dict[str, str]], own: Codes) -> str:
    return " × ".join(known[str(code)] for known, code in zip(labels, own, strict=True))


def _shown(
    margin: DraftMargin,
    rows: tuple[MarginRow, ...],
    report: WeightingReport | None,
    *,
    is_complete: bool,
) -> MarginRows:
    """Return the rows of a margin, with their percentages in the report if it has the margin."""
    known = report.margins if report else ()
    reported = next((one for one in known if one.questions == margin.questions), None)
    shown = _reported(rows, reported) if reported else rows
    return MarginRows(margin.name, _state(margin, is_complete=is_complete), shown)


def _reported(rows: tuple[MarginRow, ...], reported: MarginReport) -> tuple[MarginRow, ...]:
    cells = {one.code if any(one.codes) else None: one for one in reported.cells}
    return tuple(
        row
        if (one := cells.get(row.code if row.is_answer else None)) is None
        else replace(
            row,
            n=one.n,
            unweighted=one.unweighted,
            base=one.base,
            target=one.target,
            weighted=one.weighted,
            factor=one.factor,
        )
        for row in rows
    )


def _state(margin: DraftMargin, *, is_complete: bool) -> str:
    """Return what the targets of a margin are, and their sum."""
    if not margin.typed:
        return tr("no targets yet")
    try:
        made = margin.margin()
    except CxtuiError:
        return tr("not a number")
    if not is_complete:
        return tr("sum so far {:,.10g}", made.sum)
    units = {Unit.PARTS: tr("parts"), Unit.PER_CENT: tr("per cent"), Unit.COUNTS: tr("counts")}
    return tr("{}, sum {:,.10g}", units[made.unit], made.sum)


def save_weighted(
    survey: Survey, draft: TargetsDraft, path: Path, *, replace: bool, never: Iterable[Path]
) -> Path:
    """Write a copy of the survey with the weight that meets a draft; return the full path.

    Raises `CxtuiError` where there is no such weight, or the file cannot be written.
    """
    own = tuple(never)
    check_target(path, map(str, survey.files), replace=replace)
    try_target(path, replace=replace, never=own)
    name = numbered("w", survey.schema)
    found = weigh_survey(survey, draft.targets(), name, draft.missing)
    return save_survey(found.weighted(), path, replace=replace)


def save_targets(
    survey: Survey, draft: TargetsDraft, path: Path, *, replace: bool, never: Iterable[Path]
) -> Path:
    """Write the targets of a draft for a survey as TOML; return the full path.

    Raises `CxtuiError` where the targets are not complete, or the file cannot be written.
    """
    if path.suffix.lower() != ".toml":
        raise ExportError("{}: targets are written as TOML; let the name end in .toml", path)
    head = f"# targets for {clean(survey.title)}\n"
    if draft.missing is not Missing.REFUSE:
        head += f"# cxtui weight --missing {draft.missing.value}\n"
    text = head + write_targets(draft.targets())
    return write_whole(path, text.encode(), replace=replace, never=never)
