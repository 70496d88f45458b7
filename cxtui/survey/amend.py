"""A codebook that somebody wrote, amended: only what was decided changes, comments stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cxtui.errors import CodebookError
from cxtui.survey.clean import clean
from cxtui.survey.codebook import question_entries, read_codebook, top_entries
from cxtui.survey.model import Codebook

if TYPE_CHECKING:
    from tomlkit import TOMLDocument
    from tomlkit.items import AoT, Table

Entries = Mapping[str, object]


def amended(text: str, before: Codebook, after: Codebook, origin: str) -> str:
    """Return the TOML `text` with what differs between two codebooks written into it.

    `before` is what the survey was opened with, guesses included: what `text` does not say and
    nobody decided stays unsaid. Raises `CodebookError` where `text` is not TOML, or what comes of
    it would be no codebook; `origin` names it in errors.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(text)
    except (TOMLKitError, ValueError) as error:
        raise CodebookError(f"{origin} is not valid TOML: {clean(str(error))}") from None
    fresh = _amend_top(document, top_entries(before), top_entries(after))
    _amend_questions(document, before, after)
    written = _with_keys(document, fresh)
    read_codebook(written, origin)
    return written


def comments_of(text: str) -> list[str]:
    """Return the lines of a TOML text that are comments, or end with one."""
    return [line.partition("#")[2].strip() for line in text.splitlines() if "#" in line]


def _amend_top(document: TOMLDocument, before: Entries, after: Entries) -> dict[str, object]:
    """Write what is said of the survey as a whole; return the keys that do not stand there yet."""
    fresh = {}
    for key in dict.fromkeys([*before, *after]):
        if before.get(key) == after.get(key):
            continue
        if key not in after:
            document.pop(key, None)
        elif key in document:
            document[key] = _item(after[key])
        else:
            fresh[key] = after[key]
    return fresh


def _with_keys(document: TOMLDocument, fresh: Entries) -> str:
    """Return the text of a document with new keys behind those of the survey as a whole.

    Whatever stands behind the first question would belong to it, and so do the comments above it.
    """
    import tomlkit

    whole = tomlkit.dumps(document)
    if not fresh:
        return whole
    keys = tomlkit.document()
    for key, value in fresh.items():
        keys.add(key, _item(value))
    document.pop("question", None)
    lines = tomlkit.dumps(document).splitlines(keepends=True)
    rest = whole[sum(map(len, lines)) :]
    place = len(lines)
    while place and lines[place - 1].lstrip().startswith("#"):
        place -= 1
    if place and not lines[place - 1].endswith("\n"):
        lines[place - 1] += "\n"
    head, above = "".join(lines[:place]).rstrip("\n"), "".join(lines[place:])
    return f"{head}\n{tomlkit.dumps(keys)}\n{above}{rest}".lstrip("\n")


def _amend_questions(document: TOMLDocument, before: Codebook, after: Codebook) -> None:
    import tomlkit

    if "question" not in document:
        document.append("question", tomlkit.aot())
    tables: Any = document["question"]
    known = {one.id: one for one in before.questions}
    left = {one.id for one in after.questions}
    for place in reversed(range(len(tables))):
        identity = _id_of(tables[place])
        if identity in known and identity not in left:
            del tables[place]
    previous = ""
    for question in after.questions:
        was = known.get(question.id)
        if was != question:
            old: Entries = question_entries(was) if was else {}
            _amend_question(tables, previous, old, question_entries(question))
        previous = question.id
    if not len(tables):
        document.pop("question")


def _amend_question(tables: AoT, previous: str, before: Entries, after: Entries) -> None:
    """Write a question into its own table, or into a new one behind the `previous` question's."""
    import tomlkit

    found = next((one for one in tables if _id_of(one) == after["id"]), None)
    if found is None:
        table = tomlkit.table()
        for key, value in after.items():
            table.add(key, _item(value))
        table.add(tomlkit.nl())
        places = [place for place, one in enumerate(tables) if _id_of(one) == previous]
        tables.insert(places[0] + 1 if places else len(tables), table)
        return
    if "columns" in after and before.get("columns") != after["columns"]:
        found.pop("column", None)
    for key in dict.fromkeys([*before, *after]):
        if before.get(key) == after.get(key):
            continue
        if key not in after:
            found.pop(key, None)
        elif not _amend_array(found, key, after[key]):
            found[key] = _item(after[key])


def _amend_array(table: Table, key: str, after: object) -> bool:
    """Write new values into the entries that are there already, where they are the same ones.

    Comments between them stay so. `False` where the entries are others, or stand otherwise.
    """
    found = table.get(key)
    if not isinstance(after, list) or not isinstance(found, list) or len(found) != len(after):
        return False
    pairs = list(zip(found, after, strict=True))
    if not all(isinstance(one, dict) and str(one.get("code")) == new["code"] for one, new in pairs):
        return False
    for one, new in pairs:
        for gone in [name for name in one if name not in new and name != "label"]:
            del one[gone]
        for name, value in new.items():
            if one.get(name) != value and not (
                name == "code" or (name == "label" and name not in one and value == new["code"])
            ):
                one[name] = value
    return True


def _id_of(table: Mapping[str, Any]) -> str:
    return clean(str(table.get("id", "")))


def _item(value: object) -> Any:
    """Return a value as TOML writes it: a list of tables one a line."""
    import tomlkit

    if not isinstance(value, list):
        return tomlkit.item(value)
    array = tomlkit.array()
    entries: Sequence[Any] = value
    for one in entries:
        if isinstance(one, dict):
            inline = tomlkit.inline_table()
            inline.update(one)
            array.append(inline)
        else:
            array.append(one)
    return array.multiline(any(isinstance(one, dict) for one in entries))
