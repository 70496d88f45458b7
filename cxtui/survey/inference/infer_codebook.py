"""Inference of the codebook: auto-detects everything not declared, with a reason for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import narwhals.stable.v2 as nw

from cxtui.messages import tr
from cxtui.survey.codebook.completion_listener import CompletionListener, Described
from cxtui.survey.file_columns import file_column
from cxtui.survey.inference.column_sets import find_blocks, find_response_set
from cxtui.survey.inference.column_values import (
    Column,
    Description,
    count_values,
    is_named_id,
    name_words,
)
from cxtui.survey.inference.grids import find_grids, has_repeated_answer
from cxtui.survey.inference.lists.multiple_answers import find_lists_alike
from cxtui.survey.inference.missing_words import are_filled
from cxtui.survey.inference.partial_scales import find_partial_scales
from cxtui.survey.inference.question_kinds import answer_categories, describe_column
from cxtui.survey.inference.sets.column_blocks import BlockColumn, ColumnBlock
from cxtui.survey.inference.sets.likely_sets import find_likely_sets
from cxtui.survey.inference.sets.mention_sets import find_mentions
from cxtui.survey.inference.sets.sosci_sets import (
    find_sosci_count,
    find_sosci_set,
    is_sosci_export,
    with_missing_codes,
)
from cxtui.survey.inference.sets.spread_sets import (
    as_single_choice,
    column_ticks,
    find_repeating_column,
)
from cxtui.survey.inference.special_columns import (
    find_banner,
    find_overlapping_roles,
    find_role,
    find_weights,
    is_wave_column,
    merge_rare_answers,
    order_waves,
)
from cxtui.survey.model import Codebook, ColumnLabel, ExcludedColumn
from cxtui.survey.question import Kind, Question, code_of
from cxtui.text import clean, numbered

_FIRST = 2_000


def infer_codebook(
    declared: Codebook,
    sample: nw.DataFrame[Any],
    rest: Sequence[str],
    *,
    labels: Mapping[str, ColumnLabel],
    whole: bool,
    listener: CompletionListener,
) -> Codebook:
    """Return `declared`, completed with auto-detected questions for the columns `rest`.

    `labels` are the file's headers of its columns; `whole` says that the sample holds all
    respondents; `listener` hears of those that have been described, and may look at an early part.
    """
    scope = "" if whole else tr(" (among {:,} respondents)", len(sample))
    descriptions = _Descriptions(whole=whole)

    def infer(
        columns: Mapping[str, Column], cells: Collection[Column], hears: Described
    ) -> Codebook:
        if are_filled(cells):
            columns = {name: replace(one, is_filled=True) for name, one in columns.items()}
        return _Inference(declared, columns, scope, sample, descriptions, hears).codebook()

    known: dict[str, Column] = {}
    if listener.look is not None:
        from cxtui.survey.inference.first_look import look_first

        early = partial(infer, hears=CompletionListener().described)
        known = look_first(sample, rest, labels, early, listener.look)
    for place, name in enumerate(rest, len(sample.columns) - len(rest)):
        listener.was_counted(place)
        known[name] = known.get(name) or count_values(sample[name], labels.get(name))
    columns = {name: known[name] for name in rest}
    return infer(columns, columns.values(), listener.described)


class _Descriptions:
    """Describes columns, each once."""

    def __init__(self, *, whole: bool) -> None:
        self._whole = whole
        self._kept: dict[tuple[str, str, bool, bool], Description] = {}

    def describe(self, column: Column, label: str) -> Description:
        key = column.name, label, column.is_filled, column.is_brief
        if key not in self._kept:
            self._kept[key] = describe_column(column, label, whole=self._whole)
        return self._kept[key]


class _Inference:
    """Inference for the columns that the declared codebook does not mention."""

    def __init__(
        self,
        declared: Codebook,
        columns: Mapping[str, Column],
        scope: str,
        sample: nw.DataFrame[Any],
        descriptions: _Descriptions,
        described: Described,
    ) -> None:
        self._descriptions = descriptions
        self._tell = described
        self.sample = sample
        self.declared = declared
        self.columns = columns
        self.scope = scope
        self.taken = {question.id for question in declared.questions}
        self.questions: list[Question] = []
        self.excluded: list[ExcludedColumn] = []
        self.wave = ""

    def codebook(self) -> Codebook:
        """Return the completed codebook."""
        weights = find_weights(self.columns.values())
        names = self.columns.keys() - {weight for weight, _ in weights}
        rest = {name: column for name, column in self.columns.items() if name in names}
        blocks = self._add_response_sets(rest)
        done = self._question_columns() | {one.column for one in self.excluded}
        rest = {name: column for name, column in rest.items() if name not in done}
        members = {
            member.column.name: member
            for block in {id(one): one for one in blocks.values()}.values()
            for member in (block.members if block.worded else ())
        }
        naming = {
            name: self._column_naming(one, blocks.get(name), members.get(name))
            for name, one in rest.items()
        }
        found = self._described(rest, {name: one[2] for name, one in naming.items()})
        found |= find_lists_alike(rest, found)
        found |= find_partial_scales(list(rest), found)
        for mentions in find_mentions(rest, found, self._rows):
            self._add(mentions)
        grouped = self._question_columns()
        rest = {name: column for name, column in rest.items() if name not in grouped}
        distinct = {id(block): block for block in blocks.values()}.values()
        grids, doubts = find_grids(rest, found, distinct, self._has_repeated_answer)
        for grid in grids:
            self._add(grid)
        ungrouped = rest.keys() - self._question_columns()
        for likely in find_likely_sets(rest[one] for one in rest if one in ungrouped):
            self._add(as_single_choice(likely, rest, self.sample) or likely)
        for name, doubt in doubts.items():
            reason = f"{found[name].reason}; {doubt}"
            found[name] = replace(found[name], reason=reason, undecided=True)
        grouped = self._question_columns()
        for name, column in rest.items():
            if name not in grouped:
                self._add_single(column, naming[name], found[name])
        if is_sosci_export(self.columns):
            self.questions = list(map(with_missing_codes, self.questions))
        places = {name: place for place, name in enumerate(self.columns)}
        ordered = sorted(self.questions, key=lambda one: places[one.columns[0]])
        codebook = replace(
            self.declared,
            questions=(*self.declared.questions, *ordered),
            excluded=(*self.declared.excluded, *self.excluded),
            weights=(*self.declared.weights, *(name for name, _ in weights)),
            respondent=self.declared.respondent or self._respondent_column(),
        )
        return self._choose_role(self._choose_wave_and_weight(codebook, weights))

    def _described(
        self, columns: Mapping[str, Column], labels: Mapping[str, str]
    ) -> dict[str, Description]:
        """Return the descriptions of single columns, and tell each."""
        found: dict[str, Description] = {}
        for place, (name, column) in enumerate(columns.items(), len(self.columns) - len(columns)):
            found[name] = self._descriptions.describe(column, labels[name])
            self._tell(place, name, found[name].kind)
        return found

    def _choose_wave_and_weight(
        self, codebook: Codebook, weights: Sequence[tuple[str, str]]
    ) -> Codebook:
        """Return the codebook with the detected wave and the most likely weight."""
        if weights and not codebook.weight and "weight" not in codebook.absent:
            weight, reason = weights[0]
            codebook = replace(codebook, weight=weight, weight_guess=clean(reason + self.scope))
        if self.wave and not codebook.wave:
            guess = tr("{!r} is named like a wave and its values count rounds", self.wave)
            codebook = replace(codebook, wave=self.wave, wave_guess=clean(guess + self.scope))
        return codebook

    def _add_response_sets(self, columns: Mapping[str, Column]) -> dict[str, ColumnBlock]:
        """Add the multiple-response sets; return the block of every column that has one.

        Columns that repeat in one cell the answers of a set's columns are excluded.
        """
        blocks: dict[str, ColumnBlock] = {}
        for block in find_blocks(columns.values()):
            blocks |= {member.column.name: block for member in block.members}
            question = find_response_set(block)
            if question is None and is_sosci_export(columns):
                question = self._sosci_set(block, columns)
            if question:
                choice = as_single_choice(question, columns, self.sample) or question
                identity = self._add(choice)
                if (name := find_repeating_column(choice, columns)) is not None:
                    reason = tr("says in one cell what the columns of {} say", identity)
                    self.excluded.append(ExcludedColumn(name, clean(reason)))
        return blocks

    def _sosci_set(self, block: ColumnBlock, columns: Mapping[str, Column]) -> Question | None:
        """Return a multiple response of SoSci; the column that counts its options is excluded."""
        question = find_sosci_set(block)
        if question and (name := find_sosci_count(question, columns)):
            reason = tr("counts the options of {} that were chosen", question.id)
            self.excluded.append(ExcludedColumn(name, clean(reason)))
        return question

    def _has_repeated_answer(self, names: Sequence[str]) -> bool:
        """Return whether one of the first respondents gave an answer in two of the columns."""
        # the first rows of thousands of columns would take longer
        first = self.sample.select(file_column(*names)).head(_FIRST)
        return has_repeated_answer(first.rows())

    def _rows(self, names: Sequence[str]) -> list[tuple[Any, ...]]:
        return self.sample.select(file_column(*names)).rows()

    def _question_columns(self) -> set[str]:
        return {name for question in self.questions for name in question.columns}

    def _add_single(self, column: Column, naming: tuple[str, str, str], found: Description) -> None:
        """Add a column as a question of its own, or exclude it."""
        identity, label, _ = naming
        is_wave = self._may_be_wave and is_wave_column(column)
        if is_wave and not column.is_date:
            categories = answer_categories(Kind.SINGLE, column)
            if not isinstance(column.dtype, nw.Enum):
                categories = order_waves(categories)
            reason = tr("{} rounds, in their order", len(categories))
            found = Description(Kind.SINGLE, reason, categories)
        if found.kind is None:
            self.excluded.append(ExcludedColumn(column.name, clean(found.reason + self.scope)))
            return
        guess = f"{found.kind}: {found.reason}"
        question = Question(identity, label, found.kind, (column.name,), found.categories)
        question = replace(question, delimiter=found.delimiter, others=found.others, guess=guess)
        added = self._add(replace(question, undecided=found.undecided))
        if is_wave:
            self.wave = added

    @property
    def _may_be_wave(self) -> bool:
        return not self.wave and not self.declared.wave and "wave" not in self.declared.absent

    def _column_naming(
        self, column: Column, block: ColumnBlock | None, member: BlockColumn | None
    ) -> tuple[str, str, str]:
        """Return the id and label of a single column, and the label of its option alone."""
        if block and member:
            if not member.option:
                return clean(block.id), block.label, block.label
            identity = clean(column.name) if block.by_file else column.block
            return identity, f"{block.label}: {member.option}", member.option
        label = column.wording or clean(column.name)
        return column.block, label, label

    def _add(self, question: Question) -> str:
        """Add a question under a unique id; return the id."""
        wanted = question.id or clean(question.columns[0]) or f"column_{len(self.taken) + 1}"
        identity = numbered(wanted, self.taken)
        self.taken.add(identity)
        label, guess = clean(question.label), clean(question.guess + self.scope)
        self.questions.append(replace(question, id=identity, label=label, guess=guess))
        return identity

    def _respondent_column(self) -> str:
        """Return the excluded column with the ids of the respondents, rather no IP addresses."""
        ids = [
            one
            for one in (self.columns[excluded.column] for excluded in self.excluded)
            if one.all_distinct and (is_named_id(one.name) or is_named_id(one.wording))
        ]
        ids.sort(key=lambda one: "ip" in name_words(one.name) | name_words(one.wording))
        return ids[0].name if ids else ""

    def _choose_role(self, codebook: Codebook) -> Codebook:
        """Return the codebook with a role, else a banner, chosen by names and sizes of groups."""
        if codebook.role:
            return codebook
        singles = [one for one in codebook.questions if one.kind is Kind.SINGLE]
        candidates = [one for one in singles if one.id != codebook.wave]
        bases = {one.id: self._category_bases(one) for one in candidates}
        role, reason = find_role(candidates, bases)
        if role and "role" not in codebook.absent:
            questions = tuple(
                merge_rare_answers(one, bases[one.id]) if one.id == role and one.guess else one
                for one in codebook.questions
            )
            guess = clean(reason + self.scope)
            return replace(codebook, questions=questions, role=role, role_guess=guess)
        if codebook.banner or "banner" in codebook.absent:
            return codebook
        several, reason = find_overlapping_roles(codebook.questions)
        if several and "role" not in codebook.absent:
            return replace(codebook, banner=several, banner_guess=clean(reason + self.scope))
        banner, reason = find_banner(candidates, bases)
        guess = clean(reason + self.scope) if banner else ""
        return replace(codebook, banner=banner, banner_guess=guess)

    def _category_bases(self, question: Question) -> dict[str, int]:
        """Return the unweighted bases of the valid categories by label."""
        if question.counts_each_answer:
            ticks = [int(one.sum()) for one in column_ticks(question, self.sample)]
            labels = [category.label for category in question.options]
            return dict(zip(labels, ticks, strict=True))
        name = question.columns[0]
        column = self.columns.get(name) or count_values(self.sample[name])
        found = Counter({code_of(value): n for value, n in column.counts.items()})
        if question.pooled:
            listed = {text for one in question.categories for text in one.texts}
            rare = (n for text, n in found.items() if text not in listed)
            found[question.pooled] = sum(rare)
        return {
            category.label: sum(found[text] for text in category.texts)
            for category in question.categories
            if not category.missing
        }
