"""Codings of open answers from and to TOML: `[[coding]]` of a codebook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cxtui.messages import tr
from cxtui.survey.codebook.load_toml import load_toml
from cxtui.survey.codebook.nets_and_classes import read_nets
from cxtui.survey.codebook.toml_entries import net_entry
from cxtui.survey.codebook.toml_table import TomlTable
from cxtui.survey.derive.codes_lines import is_code, is_coder
from cxtui.survey.derive.derivation import Code, Derivation, Verb
from cxtui.text import clean

_KEYS = {"id", "question", "label", "section", "codes", "coders", "nets"}


def read_codings(table: TomlTable) -> tuple[Derivation, ...]:
    """Return the codings that a codebook declares; raises `CodebookError`."""
    found = tuple(_read(entries, table.origin) for entries in table.tables("coding"))
    twice = "question {1!r} has two codings: put their codes into one"
    table.check_unique((one.sources[0] for one in found), twice)
    return found


def _read(entries: dict[str, object], origin: str) -> Derivation:
    named = tr("coding {!r}", entries.get("id", tr("(without id)")))
    table = TomlTable(entries, named, origin)
    table.check_keys(_KEYS)
    identity = clean(table.text("id"))
    if not identity:
        raise table.error("{} has an empty id: name it")
    coders = table.texts("coders")
    table.check_unique(coders, "{}: coder {!r} stands twice")
    for one in coders:
        if not is_coder(one):
            message = "{}: {!r} is no name of a coder: take letters, digits and blanks"
            raise table.error(message, one)
    return Derivation(
        id=identity,
        verb=Verb.CODING,
        label=clean(table.text("label", identity)) or identity,
        section=clean(table.text("section", "")),
        sources=(table.text("question"),),
        nets=tuple(read_nets(table)),
        codes=tuple(_read_codes(table)),
        coders=coders,
        origin=origin,
    )


def _read_codes(table: TomlTable) -> Iterator[Code]:
    rows = table.tables("codes")
    if not rows:
        raise table.error('{}: codes takes a list of {{ code = "1", label = "…", key = "a" }}')
    found = []
    for entries in rows:
        row = TomlTable(entries, tr("a code of {}", table.name), table.origin)
        row.check_keys({"code", "label", "key"})
        code, key = row.text("code"), row.text("key", "")
        if not is_code(code):
            raise table.error("{}: {!r} is no code: take letters, digits, dots and dashes", code)
        if key and not is_key(key):
            raise table.error("{}: code {!r} has the key {!r}; take one letter or digit", code, key)
        found.append(Code(code, clean(row.text("label", code)) or code, key))
    table.check_unique((one.code for one in found), "{}, code {!r} stands twice")
    table.check_unique((one.label for one in found), "{}: the label {!r} stands twice")
    keys = (one.key for one in found if one.key)
    table.check_unique(keys, "{}: two codes have the key {!r}; give each its own")
    yield from found


def is_key(text: str) -> bool:
    """Return whether a text can be the key of a code: one letter or digit."""
    return len(text) == 1 and text.isalnum()


def coding_entries(one: Derivation) -> dict[str, object]:
    """Return the entries of a coding by their keys in TOML; defaults are omitted."""
    entries: dict[str, object] = {
        "id": one.id,
        "question": one.sources[0],
        "label": "" if one.label == one.id else one.label,
        "section": one.section,
        "coders": list(one.coders),
        "codes": list(map(_code_entry, one.codes)),
        "nets": list(map(net_entry, one.nets)),
    }
    return {key: value for key, value in entries.items() if value or key == "codes"}


def _code_entry(one: Code) -> dict[str, object]:
    entry: dict[str, object] = {"code": one.code, "label": one.label}
    return entry | ({"key": one.key} if one.key else {})


def coding_source(one: Derivation) -> dict[str, object]:
    """Return what a coded question is made of, as `coding_of_line` reads it."""
    return {"question": one.sources[0], "coders": list(one.coders)}


def coding_of_line(identity: str, line: str) -> Derivation | None:
    """Return the coding whose question was made as a line says; `None` for other lines."""
    try:
        made = load_toml(line.replace("\n", " ")).get(Verb.CODING.value)
    except ValueError:
        return None
    if not isinstance(made, dict) or not isinstance(made.get("question"), str):
        return None
    coders = made.get("coders", [])
    coders = tuple(map(str, coders)) if isinstance(coders, list) else ()
    return Derivation(identity, Verb.CODING, sources=(made["question"],), coders=coders)


def with_code(one: Derivation, added: Code) -> Derivation:
    """Return a coding with one code more; the code that is there already stays."""
    known = {each.code for each in one.codes}
    return one if added.code in known else replace(one, codes=(*one.codes, added))
