"""Targets matched with the joint cells that were counted, and every reason to refuse them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cxtui.messages import tr, tr_count
from cxtui.work.weighting.joint_cells import Codes, JointCells
from cxtui.work.weighting.raking import Floats, Ints, sums_at
from cxtui.work.weighting.targets import EntryPath, Margin, Targets
from cxtui.work.weighting.weight_options import Missing


@dataclass(frozen=True, slots=True, eq=False)
class MatchedMargin:
    """A margin on the cells: its target cells, and the target cell of each joint cell.

    `codes` are the answers of each target cell, all `None` for respondents without an answer, and
    `shares` their targets with sum 1. `at` is −1 for joint cells without respondents.
    """

    margin: Margin
    codes: tuple[Codes, ...]
    shares: Floats
    at: Ints

    def name_of(self, position: int) -> str:
        """Return a target cell with its question, as a message names it."""
        return f"{self.margin.name} {code_of(self.codes[position])}"


@dataclass(frozen=True, slots=True, eq=False)
class MatchedTargets:
    """Targets on the cells: which rows are used, and the margins.

    `n` is the number of respondents and `d` the sum of base weights of each joint cell.
    """

    rows: np.ndarray[tuple[int], np.dtype[np.bool_]]
    n: Ints
    d: Floats
    margins: tuple[MatchedMargin, ...]
    left_out: Mapping[str, int]
    notes: tuple[str, ...]


def code_of(codes: Codes) -> str:
    """Return a target cell as targets.toml names it."""
    return tr("no answer") if None in codes else "|".join(map(str, codes))


def match_targets(cells: JointCells, targets: Targets, missing: Missing) -> MatchedTargets:
    """Return the targets on the cells; raises `TargetsError` where they do not fit them."""
    rows, left_out = np.isfinite(cells.d), dict[str, int]()
    if unusable := int(cells.n[~rows].sum()):
        left_out[targets.base] = unusable
        if missing is not Missing.DROP:
            raise targets.refused(("base",), "{}", _unusable(targets.base, unusable))
    for name in dict.fromkeys(name for one in targets.margins for name in one.questions):
        at = cells.questions.index(name)
        unanswered = np.array([codes[at] is None for codes in cells.codes], bool)[cells.cell] & rows
        if count := int(cells.n[unanswered].sum()):
            if missing is Missing.REFUSE:
                raise targets.refused(targets.path_of(name), "{}", _unanswered(name, count))
            if missing is Missing.DROP:
                left_out[name] = count
                rows &= ~unanswered
    size = len(cells.codes)
    n = np.bincount(cells.cell[rows], cells.n[rows], size).astype(np.int64)
    d = sums_at(cells.cell[rows], (cells.n * cells.d)[rows], size)
    if not n.any():
        raise targets.refused((), "no respondents are left to weight")
    notes = targets.scaling_notes()
    margins = [_matched(cells, targets, at, n, d, notes) for at in range(len(targets.margins))]
    return MatchedTargets(rows, n, d, tuple(margins), left_out, tuple(notes))


def _unusable(base: str, count: int) -> str:
    return tr_count(
        count,
        "{1}: {0:,} respondent has no base weight over 0; give it one, or leave it out "
        "(--missing drop)",
        "{1}: {0:,} respondents have no base weight over 0; give them one, or leave them out "
        "(--missing drop)",
        base,
    )


def _unanswered(question: str, count: int) -> str:
    return tr_count(
        count,
        "{1}: {0:,} respondent has no answer; give them one, a target for missing, or leave them "
        "out (--missing drop); --missing category gives them their share as target",
        "{1}: {0:,} respondents have no answer; give them one, a target for missing, or leave them "
        "out (--missing drop); --missing category gives them their share as target",
        question,
    )


def _matched(
    cells: JointCells, targets: Targets, at: int, n: Ints, d: Floats, notes: list[str]
) -> MatchedMargin:
    """Return one margin on the cells, those without respondents at −1; adds to the notes."""
    margin = targets.margins[at]
    places = [cells.questions.index(name) for name in margin.questions]
    answers: list[Codes] = [tuple(codes[place] for place in places) for codes in cells.codes]
    answers = [(None,) * len(places) if None in one else one for one in answers]
    sizes: Counter[Codes] = Counter()
    for one, size in zip(answers, n.tolist(), strict=True):
        sizes[one] += size
    named = _by_name(targets, at, [one for one in sizes if sizes[one] and None not in one])
    counted = {code: sizes[codes] for code, codes in named.items()}
    has_number = not cells.numbers.isdisjoint(margin.questions)
    _check_answers(targets, at, counted, has_number=has_number)
    kept = [(named[code], target) for code, target in margin.targets if target]
    dropped = [code for code, target in margin.targets if not target]
    notes += [tr("{}: the target 0 for {} was dropped", margin.name, code) for code in dropped]
    shares = np.array([target for _, target in kept]) / margin.sum
    codes = [one for one, _ in kept]
    unanswered: Codes = (None,) * len(places)
    if sizes[unanswered]:
        share = d[[one == unanswered for one in answers]].sum() / d.sum()
        shares = np.append(shares * (1 - share), share)
        codes.append(unanswered)
    position = {one: place for place, one in enumerate(codes)}
    found = [position[one] if size else -1 for one, size in zip(answers, n.tolist(), strict=True)]
    return MatchedMargin(margin, tuple(codes), shares, np.array(found, np.int64))


def _by_name(targets: Targets, at: int, answers: Sequence[Codes]) -> dict[str, Codes]:
    """Return answers by their names in targets.toml; raises `TargetsError` if two have one name."""
    named: dict[str, Codes] = {}
    for one in answers:
        if (name := code_of(one)) in named:
            raise targets.refused(
                ("margin", at, "questions"),
                "{}: two combinations of answers are both called {}; give one of them a code "
                "without |",
                *(targets.margins[at].name, name),
            )
        named[name] = one
    return named


def _check_answers(
    targets: Targets, at: int, counted: Mapping[str, int], *, has_number: bool
) -> None:
    """Raise `TargetsError` for an answer without a target, or a target without an answer."""
    margin, path = targets.margins[at], ("margin", at, "targets")
    wanted = dict(margin.targets)
    for code, n in counted.items():
        if code not in wanted:
            said = _without_target(margin.name, code, n, has_number=has_number)
            raise targets.refused(path, "{}", said)
        if not wanted[code]:
            raise targets.refused((*path, code), "{}", _target_of_zero(margin.name, code, n))
    for code, target in margin.targets:
        if target and code not in counted:
            raise _without_answer(targets, (*path, code), margin, code, list(counted))


def _without_target(name: str, code: str, n: int, *, has_number: bool) -> str:
    said = tr_count(
        n,
        "{1}: {0:,} respondent answered {2}, which has no target",
        "{1}: {0:,} respondents answered {2}, which has no target",
        *(name, code),
    )
    if has_number:
        return tr("{}; give {} a target, or the number classes in the codebook", said, code)
    return tr("{}; give {} a target, or declare it missing in the codebook", said, code)


def _target_of_zero(name: str, code: str, n: int) -> str:
    return tr_count(
        n,
        "{1}: the target for {2} is 0, but {0:,} respondent answered {2}; give {2} a target over "
        "0, or declare it missing in the codebook",
        "{1}: the target for {2} is 0, but {0:,} respondents answered {2}; give {2} a target over "
        "0, or declare it missing in the codebook",
        *(name, code),
    )


def _without_answer(
    targets: Targets, path: EntryPath, margin: Margin, code: str, answered: Sequence[str]
) -> Exception:
    """Return the error about a target for an answer that is not there; names one to merge with."""
    order = [one for one, _ in margin.targets]
    at = order.index(code)
    near = [one for one in (*reversed(order[:at]), *order[at + 1 :]) if one in answered]
    return targets.refused(
        path,
        "{}: target for {} ({:g}), but nobody answered {}; merge it with another, such as {}",
        *(margin.name, code, dict(margin.targets)[code], code, (near or answered)[0]),
    )
