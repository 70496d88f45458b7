"""Combination of several surveys, each a wave: one codebook and the mapping of columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cxtui.survey.inference.special_columns import is_named_wave, order_waves
from cxtui.survey.model import Codebook, ExcludedColumn, Survey
from cxtui.survey.note import Note, NoteKind, notes_about
from cxtui.survey.question import Category, Kind, Question
from cxtui.survey.waves.column_mapping import (
    ColumnMapping,
    CopiedColumn,
    PrefixedColumn,
    WaveColumn,
)
from cxtui.survey.waves.match_questions import MatchedQuestion, match_questions
from cxtui.survey.waves.unite_answers import unique_name
from cxtui.survey.waves.unite_question import QuestionUniter
from cxtui.text import clean

_WAVE_NAMES = ("wave", "survey_wave", "wave_of_file")
_OWN_WAVE = "named like a wave, and every file has another value"
_SAID = 12
_MOST_COLUMNS = 15
_DECISIONS = {
    "matched by its wording": "matched by their wording under another id",
    "reworded in": "matched although their wording differs",
    "kept apart": "kept apart, although id or wording are the same",
}


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
        self.columns = ColumnMapping(labels)
        self.notes: list[str] = []

    def combined(self) -> CombinedWaves:
        own = self.own_wave()
        added = "" if own else self.wave_name()
        if added:
            self.columns.add(added, (None,) * len(self.waves))
        design = self.design()
        weights = self.weights()
        uniter = QuestionUniter(self.waves, self.labels, self.columns)
        questions = [uniter.question(one) for one in self.matched]
        side = self.side(questions)
        wave = added or (own.id if own else "")
        if own:
            questions = [
                replace(one, categories=order_waves(one.categories)) if one.id == wave else one
                for one in questions
            ]
        if added:
            categories = tuple(Category(clean(label), clean(label)) for label in self.labels)
            one = Question(added, "Wave", Kind.SINGLE, (added,), categories)
            questions.insert(0, one)
        latest = self.codebooks[-1]
        codebook = Codebook(
            questions=tuple(questions),
            title=latest.title,
            source="; ".join(dict.fromkeys(one.source for one in self.codebooks if one.source)),
            note="; ".join(dict.fromkeys(one.note for one in self.codebooks if one.note)),
            wave=wave,
            wave_guess="" if added else _OWN_WAVE,
            **weights,
            **design,
            **side,
            excluded=tuple(
                ExcludedColumn(name, f"tells the {part} of the waves apart")
                for part in ("strata", "cluster")
                if (name := design.get(part))
            ),
        )
        said = (
            *notes_about(NoteKind.FILE, self.told_apart(own, added)),
            *self.notes_of_waves(),
            *notes_about(NoteKind.FILE, [*self.notes, *self.summary()]),
        )
        return CombinedWaves(codebook, self.columns.places, added, said)

    # the wave

    def own_wave(self) -> MatchedQuestion | None:
        """Return the question that holds the wave in all files, without a value in two files.

        It is recognized by its name, since it may have only one value in each file.
        """
        for one in self.matched:
            asked = [one.asked.get(place) for place in range(len(self.waves))]
            if all(
                question
                and question.is_exclusive
                and (question.id == codebook.wave or is_named_wave(question.columns[0]))
                for question, codebook in zip(asked, self.codebooks, strict=True)
            ):
                codes = Counter(
                    text
                    for question in one.asked.values()
                    for text in {category.code for category in question.categories}
                )
                return one if codes and max(codes.values()) == 1 else None
        return None

    def wave_name(self) -> str:
        used = {name for wave in self.waves for name in wave.schema}
        used |= {one.id for one in self.matched}
        return next(
            (one for one in _WAVE_NAMES if one not in used), unique_name("wave", "file", used)
        )

    def told_apart(self, own: MatchedQuestion | None, added: str) -> Iterator[str]:
        sizes = ", ".join(
            f"{label} ({wave.respondents:,})"
            for label, wave in zip(self.labels, self.waves, strict=True)
        )
        if own:
            yield f"{len(self.waves)} files, told apart by their own {own.id}: {sizes}"
        else:
            yield f"{len(self.waves)} waves in {added}, named after their files: {sizes}"
        kept = {one.wave for one in self.codebooks if one.wave and not own}
        for name in sorted(kept):
            yield f"{name} stays a question: its values do not tell the files apart"

    def notes_of_waves(self) -> Iterator[Note]:
        """Yield the notes of each wave, headed by its label."""
        for label, wave in zip(self.labels, self.waves, strict=True):
            yield from (replace(note, text=f"{label}: {note.text}") for note in wave.notes)

    # weights and the design

    def weights(self) -> dict[str, Any]:
        """Return the weights by name; a default weight only where it is the same in every wave."""
        names = dict.fromkeys(
            name for one in self.codebooks for name in (one.weight, *one.weights) if name
        )
        known = {name: self.whole(name) for name in names}
        defaults = {one.weight for one in self.codebooks}
        weight = defaults.pop() if len(defaults) == 1 else ""
        if defaults:
            said = (
                f"{label} has {one.weight or 'none'}"
                for label, one in zip(self.labels, self.codebooks, strict=True)
            )
            self.notes.append(f"no weight is on at first: {', '.join(said)}")
        latest = self.codebooks[-1]
        return {
            "weight": known.get(weight, ""),
            "weights": tuple(known.values()),
            "weight_guess": latest.weight_guess if weight else "",
        }

    def whole(self, name: str) -> str:
        """Add a weight from every wave that uses a column of this name as one; return its name."""
        places = tuple(
            CopiedColumn(name) if name in (one.weight, *one.weights) else None
            for one in self.codebooks
        )
        return self.columns.add(name, places)

    def design(self) -> dict[str, Any]:
        """Return the design columns; strata and clusters are separate in each wave's sample."""
        found: dict[str, Any] = {}
        for part in ("strata", "cluster", "population", "respondent"):
            names = [getattr(one, part) for one in self.codebooks]
            if not any(names):
                continue
            if not all(names):
                lacking = [
                    label for label, name in zip(self.labels, names, strict=True) if not name
                ]
                if part != "respondent":
                    self.notes.append(
                        f"{', '.join(lacking)} declares no {part}: errors are computed without it"
                    )
                continue
            within = part in {"strata", "cluster"}
            places: tuple[WaveColumn, ...] = tuple(
                PrefixedColumn(name, label) if within else CopiedColumn(name)
                for name, label in zip(names, self.labels, strict=True)
            )
            found[part] = self.columns.add(f"{part}_in_wave" if within else names[0], places)
        if "strata" not in found:
            found.pop("population", None)
        return found

    # the default banner

    def side(self, questions: Sequence[Question]) -> dict[str, Any]:
        """Return the role of most waves, else their banner; declared ones take precedence.

        An auto-detected one is dropped if its combined list of answers is too long for columns.
        """
        few = {one.id for one in questions if len(one.categories) <= _MOST_COLUMNS}
        for part in ("role", "banner"):
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

    # notes

    def summary(self) -> Iterator[str]:
        """Yield notes on how the questions were matched."""
        everywhere = [one for one in self.matched if len(one.asked) == len(self.waves)]
        yield (
            f"{len(everywhere)} of {len(self.matched)} questions are in every wave; "
            "where a wave did not ask, nobody has an answer"
        )
        for wave, label in enumerate(self.labels):
            only = [one.id for one in self.matched if set(one.asked) == {wave}]
            if only:
                yield f"only in {label}: {_listed(only)}"
        for words, what in _DECISIONS.items():
            found = [one.id for one in self.matched if any(words in text for text in one.remarks)]
            if found:
                yield f"{what}: {_listed(found)}"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SAID} more" if len(names) > _SAID else ""
    return ", ".join(map(clean, names[:_SAID])) + more
