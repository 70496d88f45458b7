"""Merging of one question over several waves: columns, answers and remarks on differences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import narwhals.stable.v2 as nw

from cxtui.messages import tr
from cxtui.survey.model import Survey
from cxtui.survey.question import Category, Holds, Item, Kind, Net, Question
from cxtui.survey.waves.match_questions import MatchedQuestion
from cxtui.survey.waves.unite_answers import MergedAnswers, merge_answers, unique_name
from cxtui.text import clean

_UNCHOSEN, _REASON = "0", "missing "


@dataclass(frozen=True, slots=True)
class CopiedColumn:
    """A column of one wave, unchanged or with its texts replaced by `codes`."""

    column: str
    codes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TickColumn:
    """A column of a multiple response as 1 or 0, null for respondents who were not asked.

    Where no text means "not chosen", respondents with an answer in any column of `beside` were
    asked. `unasked` are texts that mean that they were not, `reasons` the codes of missing answers
    by their texts.
    """

    column: str
    unchosen: tuple[str, ...]
    beside: tuple[str, ...]
    unasked: tuple[str, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PrefixedColumn:
    """Strata or clusters of one wave, prefixed with its name to differ from the other waves'."""

    column: str
    wave: str


WaveColumn = CopiedColumn | TickColumn | PrefixedColumn | None
"""The source of one wave's values; `None` where the wave did not ask."""


class QuestionUniter:
    """Merging of the questions of `waves`; collects the columns of the combined survey.

    `columns` are the sources of each in every wave. The methods take a question by the waves that
    asked it, the latest last.
    """

    def __init__(self, waves: Sequence[Survey], labels: Sequence[str]) -> None:
        self.waves = waves
        self.labels = labels
        self.columns: dict[str, tuple[WaveColumn, ...]] = {}

    def add_column(self, wanted: str, places: Sequence[WaveColumn]) -> str:
        """Add a column with its source in every wave under a unique name; return the name."""
        having = (label for label, one in zip(self.labels, places, strict=True) if one)
        name = unique_name(wanted, next(having, "column"), self.columns)
        self.columns[name] = tuple(places)
        return name

    def question(self, one: MatchedQuestion) -> Question:
        """Return the merged question; its columns are added to the mapping."""
        asked = one.asked
        match _kind(one):
            case Kind.GRID:
                question, facts = self.grid(asked)
            case _ if one.latest.holds is Holds.MENTIONS:
                question, facts = self.mentions(asked)
            case _ if len(one.latest.columns) > 1:
                question, facts = self.in_columns(asked)
            case Kind.SINGLE | Kind.SCALE | Kind.MULTI:
                merged = merge_answers(asked, self.labels)
                places = {
                    wave: CopiedColumn(own.columns[0], merged.texts[wave])
                    for wave, own in asked.items()
                }
                question, facts = _with_answers(asked, merged, [self.add_sources(places)])
            case kind:
                question, facts = self.values(kind, asked)
        guessed = [wave for wave, own in asked.items() if own.guess]
        guess = asked[guessed[-1]].guess if guessed else ""
        if guess and guessed[-1] != max(asked):
            guess = tr("{} (in {})", guess, self.labels[guessed[-1]])
        reasons = [guess, *one.remarks]
        if any(reasons):
            reasons += [*facts, *self.stored(asked), *self.only(asked)]
        question = replace(
            question,
            id=one.id,
            kind=_kind(one),
            guess=clean("; ".join(filter(None, reasons))),
            undecided=bool(guessed) and asked[guessed[-1]].undecided,
            others=self._others(question, asked),
            classes=next((own.classes for own in reversed(asked.values()) if own.classes), ()),
            range=next((own.range for own in reversed(asked.values()) if own.range), ()),
            asked=next((own.asked for own in reversed(asked.values()) if own.asked), ()),
        )
        no_scale = question.kind is Kind.SCALE and not question.scores
        return replace(question, kind=Kind.SINGLE) if no_scale else question

    @staticmethod
    def _others(question: Question, asked: Mapping[int, Question]) -> str:
        """Return the code of the category of all unlisted answers, that of the latest wave."""
        codes = {one.code for one in question.categories}
        named = (own.others for own in [*asked.values()][::-1] if own.others in codes)
        return next(named, "") if question.delimiter or question.kind is Kind.SINGLE else ""

    def add_sources(self, sources: Mapping[int, CopiedColumn | TickColumn]) -> str:
        """Add a column by the waves that have it, named as in the first of them."""
        first = next(iter(sources.values()))
        return self.add_column(first.column, [sources.get(wave) for wave in range(len(self.waves))])

    def in_columns(self, asked: dict[int, Question]) -> tuple[Question, list[str]]:
        """Return the merged question of a column an answer, and remarks."""
        options = {wave: replace(own, categories=own.options) for wave, own in asked.items()}
        merged = merge_answers(options, self.labels, in_columns=True)
        said = {
            wave: replace(own, categories=own.reasons) for wave, own in asked.items() if own.reasons
        }
        reasons = merge_answers(said, self.labels) if said else None
        own = _columns_by_code(options, merged)
        unchanged = self.is_stored_alike(asked)

        def source(wave: int, column: str) -> CopiedColumn | TickColumn:
            if unchanged:
                return CopiedColumn(column)
            one = asked[wave]
            codes = {
                text: f"{_REASON}{reasons.codes[wave][reason.code]}"
                for reason in one.reasons
                if reasons
                for text in reason.texts
            }
            return TickColumn(column, one.unchosen, one.columns, one.unasked, codes)

        columns = [
            self.add_sources(
                {
                    wave: source(wave, found[category.code])
                    for wave, found in own.items()
                    if category.code in found
                }
            )
            for category in merged.categories
        ]
        question, facts = _with_answers(options, merged, columns)
        if unchanged:
            return replace(
                question, categories=(*merged.categories, *asked[max(asked)].reasons)
            ), facts
        # a tick is 1, which a reason can be in a file
        rest = (
            replace(one, code=f"{_REASON}{one.code}", spellings=())
            for one in (reasons.categories if reasons else ())
        )
        categories = (*merged.categories, *rest)
        return replace(question, categories=categories, unchosen=(_UNCHOSEN,), unasked=()), facts

    def mentions(self, asked: dict[int, Question]) -> tuple[Question, list[str]]:
        """Return the merged question of columns of mentions, and remarks."""
        merged = merge_answers(asked, self.labels)
        most = max(len(own.columns) for own in asked.values())
        columns = [
            self.add_sources(
                {
                    wave: CopiedColumn(own.columns[place], merged.texts[wave])
                    for wave, own in asked.items()
                    if place < len(own.columns)
                }
            )
            for place in range(most)
        ]
        question, facts = _with_answers(asked, merged, columns)
        unasked = dict.fromkeys(text for own in asked.values() for text in own.unasked)
        return replace(question, unasked=tuple(unasked)), facts

    def is_stored_alike(self, asked: Mapping[int, Question]) -> bool:
        """Return whether all waves store marks, and texts for "not chosen", in the same way."""
        unchosen = {
            (question.unchosen, question.unasked, question.reasons) for question in asked.values()
        }
        types = {
            self.waves[wave].schema[name]
            for wave, question in asked.items()
            for name in question.columns
        }
        return (
            len(types) == 1 and len(unchosen) == 1 and all(one.unchosen for one in asked.values())
        )

    def grid(self, asked: dict[int, Question]) -> tuple[Question, list[str]]:
        """Return the merged grid, with merged items and answers, and remarks."""
        of_items = {
            wave: replace(
                question,
                categories=tuple(Category(item.code, item.label) for item in question.items),
            )
            for wave, question in asked.items()
        }
        items = merge_answers(of_items, self.labels, in_columns=True)
        merged = merge_answers(asked, self.labels)
        own = _columns_by_code(of_items, items)
        columns = [
            self.add_sources(
                {
                    wave: CopiedColumn(found[item.code], merged.texts[wave])
                    for wave, found in own.items()
                    if item.code in found
                }
            )
            for item in items.categories
        ]
        question, facts = _with_answers(asked, merged, columns)
        named = tuple(Item(one.code, one.label) for one in items.categories)
        return replace(question, items=named), [*items.remarks, *facts]

    def values(self, kind: Kind, asked: dict[int, Question]) -> tuple[Question, list[str]]:
        """Return the merged question of numbers, dates or texts, and remarks."""
        column = self.add_sources(
            {wave: CopiedColumn(question.columns[0]) for wave, question in asked.items()}
        )
        named = replace(asked[max(asked)], kind=kind, columns=(column,))
        if kind is Kind.TEXT:
            return replace(named, categories=(), nets=()), []
        if kind is Kind.DATE:
            return replace(named, categories=_periods(asked)), []
        marked = [
            {one.code: one for one in question.categories if one.missing}
            for question in asked.values()
        ]
        missing = {code: one for found in marked for code, one in found.items()}
        facts = []
        if any(found.keys() != missing.keys() for found in marked):
            facts.append(tr("{} taken as missing in every wave", ", ".join(missing)))
        return replace(named, categories=tuple(missing.values()), nets=()), facts

    def stored(self, asked: Mapping[int, Question]) -> Iterator[str]:
        """Yield a remark where the waves store different types."""
        ways: dict[str, list[str]] = {}
        for wave, question in asked.items():
            if question.kind is not Kind.MULTI:
                way = _stored_as(self.waves[wave].schema[question.columns[0]])
                ways.setdefault(way, []).append(self.labels[wave])
        if len(ways) > 1:
            yield ", ".join(tr("{} in {}", way, ", ".join(names)) for way, names in ways.items())

    def only(self, asked: Mapping[int, Question]) -> Iterator[str]:
        """Yield a remark where only some waves asked."""
        if len(asked) < len(self.waves):
            yield tr("asked in {} only", ", ".join(self.labels[wave] for wave in asked))


def _kind(one: MatchedQuestion) -> Kind:
    """Return the kind that fits all waves."""
    kinds = {question.kind for question in one.asked.values()}
    common = (kind for kind in (Kind.TEXT, Kind.NUMERIC, Kind.SCALE) if kind in kinds)
    return next(common, one.latest.kind)


def _columns_by_code(
    asked: Mapping[int, Question], merged: MergedAnswers
) -> dict[int, dict[str, str]]:
    """Return each wave's columns by the codes of the merged answers."""
    return {
        wave: {
            merged.codes[wave][category.code]: column
            for category, column in zip(question.options, question.columns, strict=True)
        }
        for wave, question in asked.items()
    }


def _with_answers(
    asked: Mapping[int, Question], merged: MergedAnswers, columns: Sequence[str]
) -> tuple[Question, list[str]]:
    """Return the latest question with the merged answers, and remarks."""
    facts = list(merged.remarks)
    if merged.rewritten:
        facts.append(tr("one code means different answers in different waves: written anew"))
    nets: dict[str, Net] = {}
    taken = {one.code for one in merged.categories}
    for wave in sorted(asked, reverse=True):
        codes = merged.codes[wave]
        for net in asked[wave].nets:
            if net.code not in nets and net.code not in taken:
                nets[net.code] = replace(
                    net,
                    members=tuple(codes.get(code, code) for code in net.members),
                    minus=tuple(codes.get(code, code) for code in net.minus),
                )
    question = replace(
        asked[max(asked)],
        columns=tuple(columns),
        categories=merged.categories,
        nets=tuple(nets.values()),
    )
    return question, facts


def _periods(asked: Mapping[int, Question]) -> tuple[Category, ...]:
    """Return the periods of all waves, cut to the coarsest (year, month, day) of them."""
    every = [one for question in asked.values() for one in question.categories]
    own = {one.code: one for one in every if not one.missing}
    length = min(map(len, own), default=0)
    codes = sorted({code[:length] for code in own})
    missing = {one.code: one for one in every if one.missing}
    return (*(own.get(code, Category(code, code)) for code in codes), *missing.values())


def _stored_as(dtype: nw.dtypes.DType) -> str:
    if dtype.is_numeric():
        return tr("numbers")
    if isinstance(dtype, nw.Boolean):
        return tr("true or false")
    return tr("dates") if isinstance(dtype, nw.Date | nw.Datetime) else tr("texts")
