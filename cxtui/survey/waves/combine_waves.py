"""Combination of several surveys, each a wave: one codebook and the mapping of columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from cxtui.messages import tr
from cxtui.number_signs import count_text
from cxtui.survey.inference.special_columns import is_named_wave, order_waves
from cxtui.survey.model import Codebook, Survey
from cxtui.survey.note import Note, NoteKind, notes_about
from cxtui.survey.question import Category, Kind, Question
from cxtui.survey.waves.combine_designs import combine_designs
from cxtui.survey.waves.match_questions import MatchDecision, MatchedQuestion, match_questions
from cxtui.survey.waves.unite_answers import list_some, unique_name
from cxtui.survey.waves.unite_question import (
    CopiedColumn,
    PrefixedColumn,
    QuestionUniter,
    WaveColumn,
)
from cxtui.text import clean

_WAVE_NAMES = ("wave", "survey_wave", "wave_of_file")
_SHOWN, _MOST_COLUMNS = 12, 15


@dataclass(frozen=True, slots=True)
class CombinedWaves:
    """The codebook of all waves, its columns with their source in each wave, and notes.

    `wave_column` is the column to add that names the wave of each respondent; empty where the
    files have such a column.
    """

    codebook: Codebook
    columns: Mapping[str, tuple[WaveColumn, ...]]
    wave_column: str
    notes: tuple[Note, ...]


def combine_waves(waves: Sequence[Survey], labels: Sequence[str]) -> CombinedWaves:
    """Return the combination of the surveys `waves`; `labels` are their names, the latest last."""
    return _Combiner(waves, labels).combined()


class _Combiner:
    """Combination of the columns, questions and special columns of all waves."""

    def __init__(self, waves: Sequence[Survey], labels: Sequence[str]) -> None:
        self.waves = waves
        self.labels = labels
        self.codebooks = [wave.codebook for wave in waves]
        self.matched = match_questions(self.codebooks, labels)
        self.uniter = QuestionUniter(waves, labels)
        self.notes: list[str] = []

    def combined(self) -> CombinedWaves:
        own = self.own_wave()
        added = "" if own else self.wave_name()
        if added:
            self.uniter.add_column(added, (None,) * len(self.waves))
        wave = partial(self.wave_stratum, own, added)
        design = combine_designs(self.codebooks, self.labels, self.uniter, wave)
        self.notes += design.notes
        weights = self.weights()
        questions = [self.uniter.question(one) for one in self.matched]
        banner = self.banner(questions)
        questions = self.with_wave(questions, own, added)
        guess = tr("named like a wave, and every file has another value") if own else ""
        codebook = Codebook(
            questions=tuple(questions),
            title=self.codebooks[-1].title,
            source="; ".join(dict.fromkeys(one.source for one in self.codebooks if one.source)),
            note="; ".join(dict.fromkeys(one.note for one in self.codebooks if one.note)),
            wave=own.id if own else added,
            wave_guess=guess,
            **weights,
            **design.parts,
            **banner,
            excluded=design.excluded,
            suppress=max(one.suppress for one in self.codebooks),
            derived=tuple(
                {one.id: one for each in self.codebooks for one in each.derived}.values()
            ),
        )
        notes = (
            *notes_about(NoteKind.FILE, self.wave_notes(own, added)),
            *(
                replace(note, text=f"{label}: {note.text}")
                for label, wave in zip(self.labels, self.waves, strict=True)
                for note in wave.notes
            ),
            *notes_about(NoteKind.FILE, [*self.notes, *self.summary()]),
        )
        return CombinedWaves(codebook, self.uniter.columns, added, notes)

    def with_wave(
        self, questions: list[Question], own: MatchedQuestion | None, added: str
    ) -> list[Question]:
        """Return the questions with the wave: their own one in order, else the added one first."""
        if own:
            return [
                replace(one, categories=order_waves(one.categories)) if one.id == own.id else one
                for one in questions
            ]
        categories = tuple(Category(clean(label), clean(label)) for label in self.labels)
        return [Question(added, tr("Wave"), Kind.SINGLE, (added,), categories), *questions]

    def own_wave(self) -> MatchedQuestion | None:
        """Return the question that holds the wave in all files, without a value in two files.

        It is recognized by its name, since it may have only one value in each file.
        """
        for one in self.matched:
            if len(one.asked) == len(self.waves) and all(
                question.is_exclusive
                and (question.id == self.codebooks[wave].wave or is_named_wave(question.columns[0]))
                for wave, question in one.asked.items()
            ):
                codes = Counter(
                    code
                    for question in one.asked.values()
                    for code in {category.code for category in question.categories}
                )
                return one if codes and max(codes.values()) == 1 else None
        return None

    def wave_stratum(self, own: MatchedQuestion | None, added: str) -> str:
        """Return the column that tells the waves apart as strata."""
        if own is None:
            return added
        places = [
            PrefixedColumn(own.asked[wave].columns[0], label)
            for wave, label in enumerate(self.labels)
        ]
        return self.uniter.add_column("strata_in_wave", places)

    def wave_name(self) -> str:
        used = {name for wave in self.waves for name in wave.schema}
        used |= {one.id for one in self.matched}
        free = (one for one in _WAVE_NAMES if one not in used)
        return next(free, unique_name("wave", "file", used))

    def wave_notes(self, own: MatchedQuestion | None, added: str) -> Iterator[str]:
        sizes = ", ".join(
            f"{label} ({count_text(wave.respondents)})"
            for label, wave in zip(self.labels, self.waves, strict=True)
        )
        if own:
            message = "{} files, identified by their own {}: {}"
            yield tr(message, len(self.waves), own.id, sizes)
            return
        yield tr("{} waves in {}, named after their files: {}", len(self.waves), added, sizes)
        for name in sorted({one.wave for one in self.codebooks if one.wave}):
            yield tr("{} stays a question: its values do not tell the files apart", name)

    def weights(self) -> dict[str, Any]:
        """Return the weights by name; a default weight only where it is the same in every wave."""
        names = dict.fromkeys(
            name for one in self.codebooks for name in (one.weight, *one.weights) if name
        )
        known = {name: self.add_weight(name) for name in names}
        defaults = {one.weight for one in self.codebooks}
        weight = defaults.pop() if len(defaults) == 1 else ""
        if defaults:
            own = ", ".join(
                tr("{} has {}", label, one.weight or tr("none"))
                for label, one in zip(self.labels, self.codebooks, strict=True)
            )
            self.notes.append(tr("no weight is on at first: {}", own))
        return {
            "weight": known.get(weight, ""),
            "weights": tuple(known.values()),
            "weight_guess": self.codebooks[-1].weight_guess if weight else "",
        }

    def add_weight(self, name: str) -> str:
        """Add a weight from every wave that uses a column of this name as one; return its name."""
        places = [
            CopiedColumn(name) if name in (one.weight, *one.weights) else None
            for one in self.codebooks
        ]
        return self.uniter.add_column(name, places)

    def banner(self, questions: Sequence[Question]) -> dict[str, Any]:
        """Return the role of most waves, else their banner; declared ones take precedence.

        An auto-detected one is dropped if its combined list of answers is too long for columns.
        """
        few = {one.id for one in questions if len(one.categories) <= _MOST_COLUMNS}
        for part in ("role", "banner"):
            if made := [
                n for one in self.codebooks if (n := getattr(one, part)) in one.derived_ids
            ]:
                return {part: made[-1]}
            votes = [
                (not guess, len(one.asked), wave, one.id, guess)
                for one, question in zip(self.matched, questions, strict=True)
                for wave, own in one.asked.items()
                if own.id == getattr(self.codebooks[wave], part) and question.can_be(part)
                for guess in [getattr(self.codebooks[wave], f"{part}_guess")]
                if not guess or one.id in few
            ]
            if votes:
                _, _, wave, identity, guess = max(votes)
                said = f"{guess} ({self.labels[wave]})" if guess else ""
                return {part: identity, f"{part}_guess": said}
        return {}

    def summary(self) -> Iterator[str]:
        """Yield notes on how the questions were matched."""
        everywhere = [one for one in self.matched if len(one.asked) == len(self.waves)]
        yield tr(
            "{} of {} questions are in every wave; where a wave did not ask, its respondents have "
            "no answer",
            *(len(everywhere), len(self.matched)),
        )
        for wave, label in enumerate(self.labels):
            only = [clean(one.id) for one in self.matched if set(one.asked) == {wave}]
            if only:
                yield tr("only in {}: {}", label, list_some(only, _SHOWN))
        for decision in MatchDecision:
            found = [clean(one.id) for one in self.matched if decision in one.decisions]
            if found:
                yield f"{tr(decision)}: {list_some(found, _SHOWN)}"
