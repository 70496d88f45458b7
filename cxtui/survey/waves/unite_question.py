"""Merging of one question over several waves: columns, answers and remarks on differences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import narwhals.stable.v2 as nw

from cxtui.survey.model import Survey
from cxtui.survey.question import Category, Item, Kind, Net, Question
from cxtui.survey.waves.column_mapping import ColumnMapping, CopiedColumn, TickColumn, WaveColumn
from cxtui.survey.waves.match_questions import MatchedQuestion
from cxtui.survey.waves.unite_answers import MergedAnswers, merge_answers
from cxtui.text import clean

_UNCHOSEN = "0"


class QuestionUniter:
    """Merging of the questions of `waves`; adds their columns to `columns`."""

    def __init__(
        self, waves: Sequence[Survey], labels: Sequence[str], columns: ColumnMapping
    ) -> None:
        self.waves = waves
        self.labels = labels
        self.columns = columns

    def question(self, one: MatchedQuestion) -> Question:
        """Return the merged question; its columns are added to the mapping."""
        asked = [one.asked.get(place) for place in range(len(self.waves))]
        latest = one.latest
        match _kind(one):
            case Kind.GRID:
                question, facts = self.grid(latest, asked)
            case _ if len(latest.columns) > 1:
                question, facts = self.in_columns(latest, asked)
            case Kind.SINGLE | Kind.SCALE | Kind.MULTI:
                question, facts = self.answers(latest, asked)
            case kind:
                question, facts = self.values(kind, latest, asked)
        facts = [*facts, *self.stored(asked), *self.only(asked)]
        reasons = [self.guess(one), *one.remarks]
        if any(reasons):
            reasons += facts
        guess = clean("; ".join(filter(None, reasons)))
        classes = next((q.classes for q in reversed(asked) if q and q.classes), ())
        united = replace(question, id=one.id, kind=_kind(one), guess=guess, classes=classes)
        return _settled(united)

    def guess(self, one: MatchedQuestion) -> str:
        """Return the reason of the latest wave whose question was auto-detected."""
        if one.latest.guess:
            return one.latest.guess
        places = sorted(one.asked, reverse=True)
        guessed = next((place for place in places if one.asked[place].guess), None)
        if guessed is None:
            return ""
        return f"{one.asked[guessed].guess} (in {self.labels[guessed]})"

    def answers(
        self, latest: Question, asked: Sequence[Question | None]
    ) -> tuple[Question, list[str]]:
        """Return the merged question of answers in one column, and remarks."""
        merged = merge_answers(asked, self.labels)
        places = tuple(
            CopiedColumn(question.columns[0], merged.texts[wave] if merged.rewritten else {})
            if question
            else None
            for wave, question in enumerate(asked)
        )
        return self._with_answers(latest, asked, merged, (self._add_column(places),))

    def in_columns(
        self, latest: Question, asked: Sequence[Question | None]
    ) -> tuple[Question, list[str]]:
        """Return the merged question of a column an answer, and remarks."""
        merged = merge_answers(asked, self.labels, in_columns=True)
        unchanged = self.is_stored_alike(asked)
        columns = []
        for category in merged.categories:
            places: list[WaveColumn] = []
            for wave, question in enumerate(asked):
                column = _column_of(question, merged.codes[wave], category.code)
                if question is None or column is None:
                    places.append(None)
                elif unchanged:
                    places.append(CopiedColumn(column))
                else:
                    places.append(TickColumn(column, question.unchosen, question.columns))
            columns.append(self._add_column(places))
        question, facts = self._with_answers(latest, asked, merged, tuple(columns))
        return (question if unchanged else replace(question, unchosen=(_UNCHOSEN,))), facts

    def is_stored_alike(self, asked: Sequence[Question | None]) -> bool:
        """Return whether all waves store marks, and texts for "not chosen", in the same way."""
        unchosen = {question.unchosen for question in asked if question}
        types = {
            self.waves[wave].schema[name]
            for wave, question in enumerate(asked)
            if question
            for name in question.columns
        }
        return len(types) == 1 and len(unchosen) == 1 and unchosen != {()}

    def grid(
        self, latest: Question, asked: Sequence[Question | None]
    ) -> tuple[Question, list[str]]:
        """Return the merged grid, with merged items and answers, and remarks."""
        of_items = [
            replace(
                question,
                categories=tuple(Category(item.code, item.label) for item in question.items),
            )
            if question
            else None
            for question in asked
        ]
        items = merge_answers(of_items, self.labels, in_columns=True)
        merged = merge_answers(asked, self.labels)
        columns = []
        for item in items.categories:
            places: list[WaveColumn] = []
            for wave, question in enumerate(asked):
                own = next((k for k, code in items.codes[wave].items() if code == item.code), None)
                if question is None or own is None:
                    places.append(None)
                    continue
                at = [one.code for one in question.items].index(own)
                codes = merged.texts[wave] if merged.rewritten else {}
                places.append(CopiedColumn(question.columns[at], codes))
            columns.append(self._add_column(places))
        question, facts = self._with_answers(latest, asked, merged, tuple(columns))
        named = tuple(Item(one.code, one.label) for one in items.categories)
        return replace(question, items=named), [*items.remarks, *facts]

    def values(
        self, kind: Kind, latest: Question, asked: Sequence[Question | None]
    ) -> tuple[Question, list[str]]:
        """Return the merged question of numbers, dates or texts, and remarks."""
        places = tuple(
            CopiedColumn(question.columns[0]) if question else None for question in asked
        )
        named = replace(latest, kind=kind, columns=(self._add_column(places),))
        if kind is Kind.TEXT:
            return replace(named, categories=(), nets=()), []
        if kind is Kind.DATE:
            return replace(named, categories=_periods(asked)), []
        missing: dict[str, Category] = {}
        marked = []
        for question in asked:
            own = {one.code: one for one in question.categories if one.missing} if question else {}
            missing |= own
            marked += [set(own)] if question else []
        facts = []
        if any(one != marked[0] for one in marked):
            facts.append(f"{', '.join(missing)} taken as missing in every wave")
        return replace(named, categories=tuple(missing.values()), nets=()), facts

    def _with_answers(
        self,
        latest: Question,
        asked: Sequence[Question | None],
        merged: MergedAnswers,
        columns: tuple[str, ...],
    ) -> tuple[Question, list[str]]:
        facts = list(merged.remarks)
        if merged.rewritten:
            facts.append("one code means different answers in different waves: written anew")
        question = replace(
            latest,
            columns=columns,
            categories=merged.categories,
            nets=_nets(asked, merged),
        )
        return question, facts

    def _add_column(self, places: Sequence[WaveColumn]) -> str:
        return self.columns.add(next(one.column for one in places if one), tuple(places))

    def stored(self, asked: Sequence[Question | None]) -> Iterator[str]:
        """Yield a remark where the waves store different types."""
        ways: dict[str, list[str]] = {}
        for wave, question in enumerate(asked):
            if question and question.kind is not Kind.MULTI:
                way = _way(self.waves[wave].schema[question.columns[0]])
                ways.setdefault(way, []).append(self.labels[wave])
        if len(ways) > 1:
            yield ", ".join(f"{way} in {', '.join(labels)}" for way, labels in ways.items())

    def only(self, asked: Sequence[Question | None]) -> Iterator[str]:
        """Yield a remark where only some waves asked."""
        having = [label for label, one in zip(self.labels, asked, strict=True) if one]
        if len(having) < len(self.waves):
            yield f"asked in {', '.join(having)} only"


def _kind(one: MatchedQuestion) -> Kind:
    """Return the kind that fits all waves."""
    kinds = {question.kind for question in one.asked.values()}
    for kind in (Kind.TEXT, Kind.NUMERIC, Kind.SCALE):
        if kind in kinds:
            return kind
    return one.latest.kind


def _settled(question: Question) -> Question:
    """Return the question, as a single choice where a scale has lost its scores."""
    no_scale = question.kind is Kind.SCALE and not question.scores
    return replace(question, kind=Kind.SINGLE) if no_scale else question


def _column_of(question: Question | None, codes: Mapping[str, str], wanted: str) -> str | None:
    """Return the column of a wave for the merged answer `wanted`, else `None`."""
    if question is None:
        return None
    for category, column in zip(question.categories, question.columns, strict=True):
        if codes[category.code] == wanted:
            return column
    return None


def _nets(asked: Sequence[Question | None], merged: MergedAnswers) -> tuple[Net, ...]:
    """Return the nets of all waves with merged codes, the latest version of each."""
    nets: dict[str, Net] = {}
    taken = {one.code for one in merged.categories}
    for wave in reversed(range(len(asked))):
        question, codes = asked[wave], merged.codes[wave]
        for net in question.nets if question else ():
            if net.code not in nets and net.code not in taken:
                nets[net.code] = replace(
                    net,
                    members=tuple(codes.get(code, code) for code in net.members),
                    minus=tuple(codes.get(code, code) for code in net.minus),
                )
    return tuple(nets.values())


def _periods(asked: Sequence[Question | None]) -> tuple[Category, ...]:
    """Return the periods of all waves, cut to the coarsest (year, month, day) of them."""
    own = {one.code: one for question in asked if question for one in question.categories}
    length = min(map(len, own), default=0)
    codes = sorted({code[:length] for code in own})
    return tuple(own.get(code, Category(code, code)) for code in codes)


def _way(dtype: nw.dtypes.DType) -> str:
    if dtype.is_numeric():
        return "numbers"
    if isinstance(dtype, nw.Boolean):
        return "true or false"
    return "dates" if isinstance(dtype, nw.Date | nw.Datetime) else "texts"
