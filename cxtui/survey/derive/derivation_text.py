"""Derivations from and to TOML: `[[derive]]` of a codebook, and one line for `--derive`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from cxtui.errors import CodebookError
from cxtui.messages import tr
from cxtui.survey.codebook.load_toml import load_toml
from cxtui.survey.codebook.nets_and_classes import read_classes, read_nets
from cxtui.survey.codebook.toml_entries import net_entry, toml_value
from cxtui.survey.codebook.toml_table import TomlTable
from cxtui.survey.derive.coding_text import coding_entries, coding_of_line, coding_source
from cxtui.survey.derive.derivation import Derivation, MadeAnswer, Verb, describe_derivation
from cxtui.text import clean

if TYPE_CHECKING:
    from cxtui.survey.model import Codebook
    from cxtui.survey.question import Question

_ALWAYS = ("id", "label", "section")
_OF_VERB = {
    Verb.MERGE: ("from", "rest", "nets"),
    Verb.BANDS: ("from", "labels", "nets"),
    Verb.CASES: ("rest", "overlap", "nets"),
    Verb.COUNT: ("of", "classes"),
    **dict.fromkeys((Verb.MEAN, Verb.SUM, Verb.MIN, Verb.MAX), ("least", "classes")),
    Verb.FIRST: ("nets",),
    Verb.CROSS: ("nets",),
    Verb.STRAIGHT: ("least",),
    Verb.REPEATS: ("least",),
}
"""The keys that go with each verb, beside those of every derived question."""

_KEYS = {*_ALWAYS, *_OF_VERB, *(key for keys in _OF_VERB.values() for key in keys)}


def read_derivations(table: TomlTable) -> tuple[Derivation, ...]:
    """Return the derived questions that a codebook declares; raises `CodebookError`."""
    found = tuple(_read(one, table.origin) for one in table.tables("derive"))
    table.check_unique((one.id for one in found), "derived question {1!r} stands twice")
    return found


def parse_derivation(text: str, origin: str) -> Derivation:
    """Return the derived question of one line: the entries of a `[[derive]]` with commas between.

    Raises `CodebookError`; `origin` names the line in it.
    """
    try:
        found = load_toml(f"derive = {{ {text} }}")
    except ValueError as error:
        message = '{}: {} in {!r}; write it as id="age3", from="age", bands=[35, 55]'
        raise CodebookError(message, origin, str(error).partition(" (at ")[0], text) from None
    if found.keys() != {"derive"} or not isinstance(found["derive"], dict):
        raise CodebookError("{}: {!r} declares more than one question", origin, text)
    return _read(found["derive"], origin)


def derivation_of(question: Question) -> Derivation | None:
    """Return how a question was made; `None` where it was not, or its text cannot be read."""
    if not question.made:
        return None
    if coding := coding_of_line(question.id, question.made):
        return coding
    try:
        return parse_derivation(f"id = {toml_value(question.id)}, {question.made}", question.id)
    except CodebookError:
        return None


def made_in_words(question: Question) -> str:
    """Return how a question was made of others, in words; empty where it was not."""
    made = derivation_of(question)
    return clean(describe_derivation(made) if made else question.made)


def declared_derivations(codebook: Codebook) -> tuple[Derivation, ...]:
    """Return the derived questions of a codebook with the edits of their label, nets and so on."""
    questions = {one.id: one for one in codebook.questions}
    return tuple(
        replace(one, label=own.label, section=own.section, nets=own.nets, classes=own.classes)
        if (own := questions.get(one.id))
        else one
        for one in codebook.derived
    )


def derivation_line(one: Derivation) -> str:
    """Return the line that `parse_derivation` reads as this derived question."""
    return _line(derivation_entries(one))


def made_text(one: Derivation) -> str:
    """Return the verb of a derived question and what goes with it as one line."""
    if one.verb is Verb.CODING:
        return _line({one.verb.value: coding_source(one)})
    bare = derivation_entries(replace(one, nets=(), classes=()))
    return _line({key: value for key, value in bare.items() if key not in _ALWAYS})


def derivation_entries(one: Derivation) -> dict[str, object]:
    """Return the entries of a derived question by their keys in TOML; defaults are omitted."""
    verb = one.verb
    if verb is Verb.CODING:
        return coding_entries(one)
    entries: dict[str, object] = {
        "id": one.id,
        "label": "" if one.label == one.id else one.label,
        "section": one.section,
        "from": one.sources[0] if "from" in _OF_VERB[verb] else "",
        verb.value: _of_verb(one),
        "of": list(one.of),
        "labels": list(one.labels),
        "least": one.least,
        "rest": one.rest,
        "overlap": one.overlap,
        "nets": list(map(net_entry, one.nets)),
        "classes": list(one.classes),
    }
    return {key: value for key, value in entries.items() if value or key in {"id", verb.value}}


def _of_verb(one: Derivation) -> object:
    """Return the value of the verb's own key."""
    match one.verb:
        case Verb.BANDS:
            return [int(bound) if bound.is_integer() else bound for bound in one.bounds]
        case Verb.MERGE | Verb.CASES:
            return list(map(_answer_entry, one.answers))
        case Verb.FIRST:
            return one.sources[0]
        case Verb.STRAIGHT if len(one.sources) == 1:
            return one.sources[0]
    return list(one.sources)


def _answer_entry(one: MadeAnswer) -> dict[str, object]:
    entry: dict[str, object] = {"label": one.label}
    entry |= {"of": list(one.of)} if one.of else {}
    entry |= {"when": list(one.when)} if one.when else {}
    return entry | ({} if one.score is None else {"score": one.score})


def line_of_entries(entries: Mapping[str, object]) -> str:
    """Return entries that Python gives as one line; `None` is the default."""
    return _line({key: value for key, value in entries.items() if value is not None})


def _line(entries: Mapping[str, object]) -> str:
    return ", ".join(f"{key} = {inline_value(value)}" for key, value in entries.items())


def inline_value(value: object) -> str:
    """Return a value in TOML on one line, tables too."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {inline_value(one)}' for key, one in value.items())} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(inline_value, value))}]"
    return toml_value(value)


def _read(entries: dict[str, object], origin: str) -> Derivation:
    named = tr("derived question {!r}", entries.get("id", tr("(without id)")))
    table = TomlTable(entries, named, origin)
    table.check_keys(_KEYS)
    verb = _verb(table)
    identity = clean(table.text("id"))
    if not identity:
        raise table.error("{} has an empty id: name it")
    one = Derivation(
        id=identity,
        verb=verb,
        label=clean(table.text("label", identity)) or identity,
        section=clean(table.text("section", "")),
        sources=_sources(table, verb),
        answers=tuple(_answers(table, verb)),
        bounds=table.numbers("bands") if verb is Verb.BANDS else (),
        labels=tuple(map(clean, table.texts("labels"))),
        rest=clean(table.text("rest", "")),
        of=table.texts("of"),
        least=_least(table),
        overlap=table.flag("overlap"),
        nets=tuple(read_nets(table)),
        classes=read_classes(table),
        origin=origin,
    )
    _check(table, one)
    return one


def _verb(table: TomlTable) -> Verb:
    verbs = [one for one in _OF_VERB if one in table.entries]
    if len(verbs) != 1:
        verbs_named = ", ".join(verbs) or tr("none")
        message = "{} has the verbs {}; it takes exactly one of {}"
        raise table.error(message, verbs_named, ", ".join(_OF_VERB))
    (verb,) = verbs
    for key in table.entries:
        if key not in {*_ALWAYS, verb, *_OF_VERB[verb]}:
            goes = [one.value for one, keys in _OF_VERB.items() if key in keys]
            raise table.error("{}: {} goes with {}, not with {}", key, ", ".join(goes), verb)
    return verb


def _sources(table: TomlTable, verb: Verb) -> tuple[str, ...]:
    """Return the ids that a derived question names outside of conditions."""
    if verb is Verb.CASES:
        return ()
    key = verb.value if "from" not in _OF_VERB[verb] else "from"
    is_list = isinstance(table.entries.get(key), list)
    sources = table.texts(key) if is_list else (table.text(key),)
    fewest = 2 if verb is Verb.CROSS else 1
    if len(sources) < fewest or (len(sources) > 1 and "from" in _OF_VERB[verb]):
        raise table.error(
            "{}: {} takes {}", key, tr("one id" if fewest == 1 else "two ids or more")
        )
    if verb is Verb.FIRST and len(sources) > 1:
        raise table.error("{}: first takes one id")
    table.check_unique(sources, tr("{}: {} names {} twice", "{}", key, "{!r}"))
    return sources


def _answers(table: TomlTable, verb: Verb) -> Iterator[MadeAnswer]:
    """Yield the merged answers, or the cases."""
    key = {Verb.MERGE: "of", Verb.CASES: "when"}.get(verb)
    if key is None:
        return
    rows = table.tables(verb)
    if not rows:
        raise table.error("{}: {} takes a list of {{ label = …, {} = […] }}", verb.value, key)
    for entries in rows:
        row = TomlTable(entries, tr("an answer of {}", table.name), table.origin)
        row.check_keys({"label", key, "score"})
        listed = isinstance(entries.get(key), list)
        given = row.texts(key) if listed else (row.text(key),)
        label = clean(row.text("label"))
        if not label or not given:
            raise table.error("{}: an answer needs a label and {!r}", key)
        names = {"of": given} if key == "of" else {"when": given}
        yield MadeAnswer(label, score=row.number("score", None), **names)


def _least(table: TomlTable) -> int | None:
    number = table.number("least", None)
    if number is not None and (number < 1 or not number.is_integer()):
        raise table.error("{}: least takes a whole number from 1, not {}", table.entries["least"])
    return None if number is None else int(number)


def _check(table: TomlTable, one: Derivation) -> None:
    """Raise an error for labels that stand twice, or bands that do not rise."""
    twice = "{}: the label {!r} stands twice; give each answer its own"
    rest = [one.rest] if one.rest and one.verb is Verb.CASES else []
    table.check_unique((*(each.label for each in one.answers), *rest), twice)
    table.check_unique(one.labels, twice)
    if one.verb is not Verb.BANDS:
        return
    if not one.bounds or not _rise(one.bounds):
        raise table.error("{}: bands takes a list of rising numbers, as in bands = [35, 55]")
    if one.labels and len(one.labels) != len(one.bounds) + 1:
        message = "{} has {} labels for {} bands"
        raise table.error(message, len(one.labels), len(one.bounds) + 1)


def _rise(numbers: Iterable[float]) -> bool:
    return all(low < high for low, high in pairwise(numbers))
