"""Detection of changes in a question between waves, from the answers in the whole file, unweighted.

- A question without answers in a wave was not asked.
- An empty column of a multiple response in a wave means that the item was not offered.
- A label was reworded or recoded if one answer ends where another begins.
- An answer was added or dropped if no respondent of a wave gave it, although so many did in another
  wave that chance does not explain it. A rare answer can be missing by chance, and is a 0 then.
- A scale with more points changes all its means.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import narwhals.stable.v2 as nw
import numpy as np
from numpy.typing import NDArray

from cxtui.analysis.derive.source_answers import source_answers
from cxtui.analysis.query.count_cube import compute_cube
from cxtui.analysis.query.cube import Cube, Row, Status, Step
from cxtui.analysis.query.engine import cancellable, query_rows
from cxtui.analysis.query.expressions.answer_coding import AnswerCoder
from cxtui.analysis.query.expressions.filters import period_key
from cxtui.analysis.query.expressions.several_answers import is_in_one_column
from cxtui.analysis.query.sample import Numbers
from cxtui.analysis.view.view import Base, Measure, View
from cxtui.messages import quoted, tr, tr_some
from cxtui.survey.file_columns import file_column
from cxtui.survey.model import Survey, required
from cxtui.survey.question import Holds, Kind, Net, Question

BY_CHANCE = 0.001
"""Probability of no respondents by chance, below which an answer was not offered."""

_OTHER_BASE = 0.5
"""Ratio of shares answering, below which a wave asked other respondents."""

_SINGLE = frozenset({Status.ANSWER, Status.MISSING})
_NOMINAL = frozenset({Kind.SINGLE, Kind.MULTI})


@dataclass(frozen=True, slots=True)
class WaveChanges:
    """What the waves have of a question, unweighted and over the whole file.

    `given` and `absent` have the shape (items, rows, waves): how many gave an answer, and whether
    it was not to be given. `answered` and `everyone` are (items, waves). `sources` are those of a
    derived question, whose answers are offered where those behind them are.
    """

    question: Question
    nets: tuple[Net, ...]
    measure: Measure
    waves: tuple[str, ...]
    items: tuple[str, ...]
    rows: tuple[Row, ...]
    given: Numbers
    absent: NDArray[np.bool_]
    answered: Numbers
    everyone: Numbers
    sources: tuple[SourceChanges, ...] = ()

    def cell_reason(self, status: Status, code: str, wave: int) -> str:
        """Return why a row has no value in a wave, empty if it has one."""
        item = self._item(code)
        if not self.answered[item, wave]:
            return tr("no respondent answered in {}: not asked then?", self.waves[wave])
        if self.sources:
            return next(filter(None, (one.cell_reason(code, wave) for one in self.sources)), "")
        row = self._row(status, code)
        if row is None or not self.absent[item, row, wave]:
            return ""
        having = [one for one in range(len(self.waves)) if self.given[item, row, one]]
        own = self._own(item, wave, having)
        here = self.waves[wave]
        if own and self.question.kind in _NOMINAL:
            only = tr_some([self.waves[one] for one in having])
            return tr("only in {}; {} has {} instead: wording changed?", only, here, quoted(own))
        return tr("no respondent in {} gave this answer: not offered then?", here)

    def change_reason(self, status: Status, code: str, earlier: int, later: int) -> str:
        """Return why a row cannot be compared between two waves, empty if it can."""
        for wave in (earlier, later):
            if reason := self.cell_reason(status, code, wave):
                return reason
        pair = earlier, later
        own = self._lacking(self._item(code), pair, self._concerned(status, code))
        return own or next(filter(None, (one.lacking(pair, code) for one in self.sources)), "")

    def question_reason(self, waves: Sequence[int]) -> str:
        """Return why a question cannot be compared as a whole between waves, empty if it can.

        Waves without answers are not compared.
        """
        asked = [one for one in waves if self.answered[0, one]]
        reasons = (self.lacking(pair) for pair in combinations(asked, 2))
        return next(filter(None, reasons), "")

    def lacking(self, pair: tuple[int, int], concerned: Collection[str] | None = None) -> str:
        """Return which of some answers, or of all, only one of two waves offered; empty if none."""
        if concerned is None or self._is_scale:
            concerned = {row.code for row in self.rows if row.status is Status.ANSWER}
        own = self._lacking(0, pair, concerned)
        return own or next(filter(None, (one.lacking(pair) for one in self.sources)), "")

    def _lacking(self, item: int, pair: tuple[int, int], concerned: Collection[str]) -> str:
        """Return which of some answers are absent in one of two waves only, empty if none are."""
        absent = self.absent[item]
        for wave, other in (pair, pair[::-1]):
            lacking = [
                row.label
                for place, row in enumerate(self.rows)
                if absent[place, wave] and not absent[place, other] and row.code in concerned
            ]
            if lacking and self._is_scale:
                return tr("{} not in {}: the scale changed?", quoted(lacking), self.waves[wave])
            if lacking:
                return tr("{} not in {}: the list changed?", quoted(lacking), self.waves[wave])
        return ""

    @property
    def _is_scale(self) -> bool:
        question = self.question
        return question.kind is Kind.SCALE or (question.kind is Kind.GRID and question.scores)

    def _concerned(self, status: Status, code: str) -> frozenset[str]:
        """Return the answers that must be offered for a row to be comparable.

        These are all points of a scale, the members of a net, and none for other rows.
        """
        if self._is_scale:
            return frozenset(row.code for row in self.rows if row.status is Status.ANSWER)
        members = [(*net.members, *net.minus) for net in self.nets if net.code == code]
        if status in _SINGLE or not members:
            return frozenset()
        whole = replace(self.question, nets=self.nets)
        return frozenset(whole.category_codes(members[0]))

    @property
    def notes(self) -> Iterator[str]:
        """Yield notes for the trend: answers not in every wave, and changes of the base."""
        gone = [row.label for at, row in enumerate(self.rows) if self.absent[:, at].any()]
        if gone and self.question.kind in _NOMINAL:
            yield tr(
                "Not in every wave: {}. The other answers are compared, although the list was "
                "another.",
                quoted(gone),
            )
        elif gone:
            yield tr("Not in every wave: {}.", quoted(gone))
        for one in self.sources:
            yield from (f"{one.changes.question.id}: {note}" for note in one.changes.notes)
        with np.errstate(invalid="ignore", divide="ignore"):
            shares = np.where(self.everyone > 0, self.answered / self.everyone, 0.0).max(axis=0)
        asked = [wave for wave in range(len(self.waves)) if shares[wave] > 0]
        if not asked:
            return
        least, most = min(asked, key=shares.__getitem__), max(asked, key=shares.__getitem__)
        if shares[least] < _OTHER_BASE * shares[most]:
            ends = 100 * shares[least], self.waves[least], 100 * shares[most], self.waves[most]
            yield tr("{:.0f}% answered in {}, {:.0f}% in {}: was it asked of others?", *ends)

    def _item(self, code: str) -> int:
        return self.items.index(code) if code in self.items else 0

    def _row(self, status: Status, code: str) -> int | None:
        """Return the answer that a row of the trend stands for, `None` for a mean or an item."""
        if self.measure is Measure.MEAN or status not in _SINGLE or self.question.items:
            return None
        codes = [row.code for row in self.rows]
        return codes.index(code) if code in codes else None

    def _own(self, item: int, wave: int, others: Sequence[int]) -> list[str]:
        given = self.given[item] > 0
        return [
            row.label
            for position, row in enumerate(self.rows)
            if row.status is Status.ANSWER
            and given[position, wave]
            and not given[position, list(others)].all()
        ]


@dataclass(frozen=True, slots=True)
class SourceChanges:
    """What the waves have of a source of a derived question, and which answers are behind it."""

    changes: WaveChanges
    members: Mapping[str, frozenset[str]] | None

    def cell_reason(self, code: str, wave: int) -> str:
        """Return why an answer cannot have been derived in a wave: none behind it was offered."""
        members = (self.members or {}).get(code, frozenset())
        reasons = [self.changes.cell_reason(Status.ANSWER, one, wave) for one in members]
        return next(iter(reasons), "") if all(reasons) else ""

    def lacking(self, pair: tuple[int, int], code: str = "") -> str:
        """Return which answers behind a derived one, or all, only one of two waves offered."""
        members = (self.members or {}).get(code)
        return self.changes.lacking(pair, members)


def by_wave(question: Question, axis: Question) -> View:
    """Return the view whose counts tell the differences between waves in a question."""
    return View(question.id, ((axis.id,),))


def compare_waves(
    survey: Survey,
    view: View,
    axis: Question,
    waves: Sequence[Step],
    measure: Measure,
    count: Callable[[View], Cube] | None = None,
) -> WaveChanges:
    """Return the differences between `waves` (categories of `axis`) in the view's question.

    `count` returns cubes from a cache; without it they are counted.
    """
    question = required(survey, view.question, "question")
    counted = by_wave(question, axis)
    cube = count(counted) if count else compute_cube(survey, counted)
    places = {column.codes: position for position, column in enumerate(cube.columns)}
    counts = cube.whole.at([places[(wave.code,)] for wave in waves], ()).columns
    shown = [position for position, row in enumerate(cube.rows) if row.status in _SINGLE]
    rows = tuple(cube.rows[position] for position in shown)
    given, asked = counts.cells.n[:, shown], counts.bases[Base.ASKED].n
    is_text = question.kind is Kind.TEXT
    codes = [wave.code for wave in waves]
    empty = None if question.made else _empty_items(survey, question, axis, codes)
    sources = tuple(
        SourceChanges(
            compare_waves(survey, View(one.question.id), axis, waves, Measure.COLUMN, count),
            one.members,
        )
        for one in source_answers(survey, question)
        if one.question.id != axis.id and one.question.kind is not Kind.DATE
    )
    return WaveChanges(
        question=question,
        nets=(*question.nets, *view.nets),
        measure=measure,
        waves=tuple(wave.label for wave in waves),
        items=tuple(item.code for item in cube.items),
        rows=rows,
        given=given,
        absent=(
            np.zeros(given.shape, dtype=bool)
            if question.made
            else _absent(question, rows, given, asked, empty)
        ),
        answered=given.sum(axis=1) if is_text else counts.bases[Base.ANSWERED].n,
        everyone=counts.bases[Base.ALL].n,
        sources=sources,
    )


def _absent(
    question: Question,
    rows: Sequence[Row],
    given: Numbers,
    asked: Numbers,
    empty: NDArray[np.bool_] | None,
) -> NDArray[np.bool_]:
    """Return whether an answer was not offered in a wave, of the shape of `given`.

    No respondent gave it, and either that is improbable by chance, (1 − p)ⁿ at its share p in
    another wave; or, for unordered answers, the wave has answers that all waves with this one
    lack, as after a rewording. This does not hold for scales, whose ends are rare. An item that is
    `empty` in some waves was not offered there. The classes of a number are not offered at all.
    """
    if question.kind is Kind.NUMERIC:
        return np.zeros(given.shape, dtype=bool)
    has = given > 0
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(asked[:, np.newaxis] > 0, given / asked[:, np.newaxis], 0.0)
    absent = np.zeros(given.shape, dtype=bool)
    answers = np.array([row.status is Status.ANSWER for row in rows], dtype=bool)
    for wave in range(given.shape[2]):
        chance = np.clip(1 - share, 0, 1) ** asked[:, np.newaxis, [wave]]
        gone = (has & (chance < BY_CHANCE)).any(axis=2)
        if question.kind in _NOMINAL:
            own = (has[:, :, [wave]] & ~has)[:, answers].any(axis=1, keepdims=True)
            gone |= has.any(axis=2) & (own | ~has).all(axis=2)
        absent[:, :, wave] = gone & ~has[:, :, wave]
    if empty is not None:
        absent[0, : len(empty)] |= empty & ~empty.all(axis=1, keepdims=True)
    return absent & (asked > 0)[:, np.newaxis]


def _empty_items(
    survey: Survey, question: Question, axis: Question, waves: Sequence[str]
) -> NDArray[np.bool_] | None:
    """Return whether an item of a multiple response is empty in a wave, (items, waves).

    Returns `None` unless the columns have texts for "not chosen", so that empty means "not asked".
    """
    is_marked = question.counts_each_answer and question.unchosen and question.holds is Holds.TICKS
    if not is_marked or is_in_one_column(survey, question):
        return None
    key = period_key(survey, axis) if axis.kind is Kind.DATE else file_column(axis.columns[0])
    names = [f"__{position}" for position in range(len(question.columns))]
    filled = [
        (~file_column(column).is_null()).cast(nw.Int64).alias(name)
        for column, name in zip(question.columns, names, strict=True)
    ]
    frame = cancellable(survey, survey.frame.select(key.alias("__wave"), *filled))
    counts = np.zeros((len(names), len(waves)))
    coder = AnswerCoder(axis.categories)
    for value, *found in query_rows(survey, frame.group_by("__wave").agg(nw.col(*names).sum())):
        position = coder.position(value)
        if position is not None and coder.rows[position].code in waves:
            counts[:, waves.index(coder.rows[position].code)] += [
                float(count or 0) for count in found
            ]
    return np.asarray(counts == 0)


def wave_order(listed: Sequence[str], code: str) -> tuple[int, float, str]:
    """Put waves that the codebook lists first, the others by number or text after them."""
    if code in listed:
        return listed.index(code), 0.0, ""
    try:
        return len(listed), float(code), code
    except ValueError:
        return len(listed), float("inf"), code
