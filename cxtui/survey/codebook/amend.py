"""Update of a hand-written codebook in TOML: only changed entries are rewritten."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cxtui.errors import CodebookError
from cxtui.survey.codebook.load_toml import load_toml
from cxtui.survey.codebook.toml_entries import question_entries, top_entries
from cxtui.survey.codebook.toml_format import read_codebook, write_derivation, write_question
from cxtui.survey.derive.derivation_text import (
    declared_derivations,
    derivation_entries,
    inline_value,
)
from cxtui.survey.model import Codebook
from cxtui.text import clean

if TYPE_CHECKING:
    from tomlkit.items import Table

Entries = Mapping[str, object]

_TABLE = re.compile(
    r"^[ \t]*\[[ \t]*(?:calibrated[ \t]*\]|replicates[ \t]*\]|scales[ \t]*[.\]])", re.MULTILINE
)
_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*(question|derive|coding)[ \t]*\]\]", re.MULTILINE)


def amend_codebook(text: str, before: Codebook, after: Codebook, origin: str) -> str:
    """Return the TOML `text` with the differences between two codebooks written into it.

    `before` is the codebook the survey was opened with, auto-detected parts included; what did not
    change is not added. Comments stay. Raises `CodebookError` where `text` is not TOML or the
    result is not a valid codebook; `origin` names it in errors.
    """
    head, pieces = _split_questions(text, origin)
    head = _amend_head(head, top_entries(before), top_entries(after))
    pieces = _amend_questions(pieces, before, after)
    written = "".join(_with_newline(one) for one in (head, *pieces.values()))
    read_codebook(written, origin)
    return written


def comment_lines(text: str) -> list[str]:
    """Return the comments of a TOML text, whole lines and ends of lines."""
    return [line.partition("#")[2].strip() for line in text.splitlines() if "#" in line]


def _split_questions(text: str, origin: str) -> tuple[str, dict[str, str]]:
    """Return the text of the survey as a whole, and the text of each question by its id.

    The former is what comes before the first question, and tables between or after them. Comments
    directly above a question belong to it. Raises `CodebookError` where `text` is not TOML or the
    questions are written in one list.
    """
    try:
        declared = load_toml(text)
    except tomllib.TOMLDecodeError as error:
        raise CodebookError("{} is not valid TOML: {}", origin, error) from None
    tables = {kind: list(declared.get(kind, [])) for kind in ("question", "derive", "coding")}
    count = sum(map(len, tables.values()))
    found = [(one.start(), one[1]) for one in _HEADER.finditer(text)]
    if len(found) != count:  # a header may be inside a text of several lines
        found = [one for one in found if _is_toml(text[: one[0]])]
    if len(found) != count:
        message = "{} has its questions in one list: write each below a [[question]] of its own"
        raise CodebookError(message, origin)
    ids = [clean(str(tables[kind].pop(0).get("id", ""))) for _, kind in found]
    starts = [start for start, _ in found]
    starts = [_comment_start(text, start) for start in starts]
    ends = [*starts[1:], len(text)][: len(starts)]
    pieces = [text[start:end] for start, end in zip(starts, ends, strict=True)]
    head = [text[: starts[0] if starts else None]]
    for at, piece in enumerate(pieces):
        if table := _TABLE.search(piece):
            pieces[at] = piece[: table.start()]
            head.append(piece[table.start() :])
    return "\n".join(map(_with_newline, head)), dict(zip(ids, pieces, strict=True))


def _is_toml(text: str) -> bool:
    try:
        load_toml(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _comment_start(text: str, start: int) -> int:
    """Return the start of the comment lines directly above `start`."""
    while start:
        above = text.rfind("\n", 0, start - 1) + 1
        if not text[above:start].lstrip().startswith("#"):
            break
        start = above
    return start


def _with_newline(text: str) -> str:
    return text if text.endswith("\n") or not text else f"{text}\n"


def _changed_keys(before: Entries, after: Entries) -> list[str]:
    return [key for key in {**before, **after} if before.get(key) != after.get(key)]


def _amend_head(text: str, before: Entries, after: Entries) -> str:
    """Return the head of the file with the changed keys of the survey; new keys go to its end."""
    import tomlkit

    document, fresh = tomlkit.parse(text), tomlkit.document()
    for key in _changed_keys(before, after):
        if key not in after:
            document.pop(key, None)
        elif key in document:
            document[key] = _item(after[key])
        else:
            fresh.add(key, _item(after[key]))
    written = tomlkit.dumps(document)
    if not len(fresh):
        return written
    if found := _TABLE.search(written):  # below its header, entries would be those of the table
        plain, tables = written[: found.start()], written[found.start() :]
        return f"{_with_newline(plain.rstrip())}{tomlkit.dumps(fresh)}\n{tables}"
    return f"{_with_newline(written.rstrip())}{tomlkit.dumps(fresh)}\n"


def _amend_questions(pieces: dict[str, str], before: Codebook, after: Codebook) -> dict[str, str]:
    """Return the updated text of each question; a new question follows its predecessor."""
    known, left = _tables_of(before), _tables_of(after)
    order = [name for name in pieces if name in left or name not in known]
    texts = dict(pieces)
    previous = ""
    for name, new in left.items():
        old = known.get(name)
        if old != new and name in pieces:
            texts[name] = _amend_question(pieces[name], old.entries if old else {}, new.entries)
        elif old != new:
            texts[name] = new.text + "\n"
            place = order.index(previous) + 1 if previous in order else len(order)
            order.insert(place, name)
        previous = name
    return {name: texts[name] for name in order}


@dataclass(frozen=True, slots=True)
class _Table:
    """One question of a codebook: its entries in TOML, and the text of a new one."""

    entries: Entries
    text: str = field(compare=False)


def _tables_of(codebook: Codebook) -> dict[str, _Table]:
    """Return the questions of a codebook by their ids, the derived ones last."""
    questions = (one for one in codebook.questions if one.id not in codebook.derived_ids)
    tables = {one.id: _Table(question_entries(one), write_question(one)) for one in questions}
    for one in declared_derivations(codebook):
        tables[one.id] = _Table(derivation_entries(one), write_derivation(one))
    return tables


def _amend_question(text: str, before: Entries, after: Entries) -> str:
    """Return the table of a question with the changed entries written into it."""
    import tomlkit

    document = tomlkit.parse(text)
    (table,) = next(iter(document.values()))  # `text` is a list of one table
    if before.get("columns") != after.get("columns"):
        table.pop("column", None)
    changed = _changed_keys(before, after)
    if "scale" in table and not {"categories", "nets"}.isdisjoint(changed):
        # the list is that of other questions too: this one gets its own
        del table["scale"]
        changed += [key for key in ("categories", "nets") if key in after]
    for key in dict.fromkeys(changed):
        if key not in after:
            table.pop(key, None)
        elif not _amend_array(table, key, after[key]):
            table[key] = _item(after[key])
    return tomlkit.dumps(document)


def _amend_array(table: Table, key: str, after: object) -> bool:
    """Write changed values into the entries of a list of tables, so that comments in it stay.

    Entries may be added at its end. Returns `False`, changing nothing, where the codes or their
    order differ.
    """
    from tomlkit.items import Array

    found = table.get(key)
    if not isinstance(after, list) or not isinstance(found, list) or len(found) > len(after):
        return False
    pairs = list(zip(found, after, strict=False))
    if not all(
        isinstance(one, dict) and str(one.get("code")) == new.get("code") for one, new in pairs
    ):
        return False
    added, array = after[len(found) :], table[key]
    # a list of one line is written anew
    if added and not (isinstance(array, Array) and "\n" in array.as_string()):
        return False
    for one, new in pairs:
        for name in [name for name in one if name not in new and name != "label"]:
            del one[name]
        for name, value in new.items():
            if one.get(name) != value and not (
                name == "code" or (name == "label" and name not in one and value == new["code"])
            ):
                one[name] = value
    for new in added:
        array.add_line(_row(new), indent="  ")
    return True


def _row(entries: Entries) -> Any:
    """Return the entries of a table as TOML between braces."""
    import tomlkit

    return tomlkit.parse(f"row = {inline_value(dict(entries))}")["row"]


def _item(value: object) -> Any:
    """Return a value as a TOML item; a list of tables has one table a line."""
    import tomlkit

    if not isinstance(value, list):
        return tomlkit.item(value)
    array = tomlkit.array()
    array.extend(value)
    return array.multiline(any(isinstance(one, dict) for one in value))
