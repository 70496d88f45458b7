"""Decoding of SPSS, Stata and SAS files by pyreadstat, with checks for damage and truncation."""

from __future__ import annotations

import re
import struct
import warnings
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from cxtui.errors import SourceError, first_line
from cxtui.messages import tr
from cxtui.sources.readers.delimited.listed_columns import ListedColumn
from cxtui.sources.readers.statistics.sav_dictionary import guess_encoding, require_cases
from cxtui.sources.reading_progress import MeteredFile, ProgressMeter, is_large
from cxtui.sources.source import foreign_error, memory_for, read_start
from cxtui.text import clean

Columns = Mapping[str, list[Any]]

_START_BYTES = 512
_CHUNK_ROWS = 10_000
_MOST_CATALOGS = 8
_ENCRYPTED = b"ENCRYPTEDSAV"
_SPSS_MAGIC = (b"$FL2", b"$FL3")
_STATA_OLD = range(0x69, 0x74)
_SAS_MAGIC = bytes.fromhex("000000000000000000000000c2ea8160b31411cfbd92080009c7318c181f1011")
_BYTES, _MOST_TEXTS = "ISO-8859-1", 20_000
_ROOM_BYTES = 800_000
"""Memory of a variable while a file is read that does not say how many respondents it has: the
decoder makes room for 100,000.
"""
_FEWEST_VARIABLES = 50
_USER_MISSING = frozenset({".sav", ".zsav", ".dta", ".sas7bdat"})
_DTA_COUNT = re.compile(
    rb"<release>(\d+)</release><byteorder>(LSF|MSF)</byteorder><K>(.*?)</K><N>(.*?)</N>", re.DOTALL
)
_LONG_K, _LONG_N = b"119", b"118"
_CARD = 80
_RECORD = b"HEADER RECORD*******"
_MEMBER, _VARIABLES, _OBSERVATIONS = (b"MEMBER", b"MEMBV8"), (b"NAMESTR", b"NAMSTV8"), b"OBS"
_COUNTED = b"OBSV8"
_NAMES = {
    **dict.fromkeys((".sav", ".zsav"), "an SPSS file"),
    ".por": "an SPSS portable file",
    ".dta": "a Stata file",
    ".sas7bdat": "a SAS file",
    **dict.fromkeys((".xpt", ".xpt5", ".xpt8"), "a SAS transport file"),
}
_NO_MEMORY = "Unable to allocate memory"
"""The words of ReadStat."""
_READ_ERRORS = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError)
"""Exceptions that pyreadstat raises on inconsistent files, besides its own errors."""


def check_file(file: Path, ending: str) -> None:
    """Raise `SourceError` if a file is not what its ending says, is encrypted, or is cut off."""
    start = read_start(file, _START_BYTES)
    if _ENCRYPTED in start[:32]:
        raise SourceError("{} is encrypted: save it in SPSS without a password", file)
    known = {
        ".sav": start.startswith(_SPSS_MAGIC),
        ".zsav": start.startswith(_SPSS_MAGIC),
        ".por": b"SPSSPORT" in start.replace(b"\r", b"").replace(b"\n", b""),
        ".dta": start.startswith(b"<stata_dta>") or start[0] in _STATA_OLD,
        ".sas7bdat": start.startswith(_SAS_MAGIC),
    }
    if not known.get(ending, start.startswith(b"HEADER RECORD")):
        raise foreign_error(file, tr(_NAMES[ending]))
    if ending == ".dta":
        _require_observations(file, start)
    if ending.startswith(".xpt"):
        _require_complete_transport(file)


def _require_observations(file: Path, start: bytes) -> None:
    """Raise `SourceError` if a Stata file declares more observations than it can hold."""
    try:
        if start.startswith(b"<"):
            variables, cases = _tagged_size(start)
        else:  # Stata 12 or earlier
            layout = ">HI" if start[1:2] == b"\1" else "<HI"
            variables, cases = struct.unpack_from(layout, start, 4)
    except struct.error:
        message = "{} is damaged within its header: was it cut off? Download or export it again"
        raise SourceError(message, file) from None
    require_cases(file, cases, max(variables, 1), file.stat().st_size)


def _tagged_size(start: bytes) -> tuple[int, int]:
    """Return the numbers of variables and observations in a header of Stata 13 or later."""
    found = _DTA_COUNT.search(start)
    if found is None:
        raise struct.error
    order = "<" if found[2] == b"LSF" else ">"
    k = struct.unpack(f"{order}{'I' if found[1] >= _LONG_K else 'H'}", found[3])[0]
    n = struct.unpack(f"{order}{'Q' if found[1] >= _LONG_N else 'I'}", found[4])[0]
    return k, n


def _require_complete_transport(file: Path) -> None:
    """Raise `SourceError` if a SAS transport file ends within a respondent or record.

    The older layout does not declare the number of respondents, only their bytes, padded with
    blanks to records of 80. The decoder would also read a second dataset as respondents, so files
    with several datasets are refused.
    """
    with file.open("rb") as opened:
        found = _transport(opened)
        if found is None:
            return  # the reader reports what it is
        width, count = found
        start = opened.tell()
        if _has_another_dataset(opened):
            message = "{} holds more than one dataset: export the one of the respondents alone"
            raise SourceError(message, file)
        length = opened.tell() - start
        rest = length % width
        opened.seek(start + length - rest)
        blank = not opened.read(rest).strip(b" ")
    if length % _CARD or rest >= _CARD or not blank or count * width > length:
        message = "{} ends within its respondents: was it cut off? Download or export it again"
        raise SourceError(message, file)


def _transport(opened: BinaryIO) -> tuple[int, int] | None:
    """Move to the first respondent; return the bytes of each and their declared number (or 0).

    Returns `None` if the file is not a valid transport file.
    """
    size_of_variable, width = 0, 0
    while card := opened.read(_CARD):
        kind = card[len(_RECORD) :] if card.startswith(_RECORD) else b""
        try:
            if kind.startswith(_MEMBER):
                size_of_variable = int(card[74:78])
            elif kind.startswith(_VARIABLES):
                count = int(card[54:58])
                variables = opened.read(-(-count * size_of_variable // _CARD) * _CARD)
                starts = range(0, count * size_of_variable, size_of_variable)
                width = sum(struct.unpack_from(">h", variables, at + 4)[0] for at in starts)
            elif kind.startswith(_OBSERVATIONS):
                declared = int(card[48:63]) if kind.startswith(_COUNTED) else 0
                return (width, declared) if width > 0 else None
        except (ValueError, struct.error):
            return None
    return None


def _has_another_dataset(opened: BinaryIO) -> bool:
    """Read to the end of the file or the next dataset; return whether there is one."""
    while part := opened.read(_CARD * 1024):
        at = part.find(_RECORD)
        while at >= 0:
            if at % _CARD == 0 and part.startswith(_MEMBER, at + len(_RECORD)):
                return True
            at = part.find(_RECORD, at + 1)
    return False


def decode(file: Path, ending: str, cases: int, encoding: str) -> tuple[Columns, Any, str]:
    """Return pyreadstat's columns and metadata, and the encoding if it is a guess.

    `encoding` is that of the dictionary if it is a guess; of the values it is guessed here.

    Raises `SourceError` if the file cannot be decoded, has fewer than `cases` respondents, or if
    variables have no name or share one.
    """
    import pyreadstat

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # repeated names are renamed
            is_counted = ending in _USER_MISSING and cases >= 0
            data, facts, guess = _decode_text(file, ending, encoding, is_counted=is_counted)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, *_READ_ERRORS) as error:
        if _NO_MEMORY in str(error):
            raise MemoryError from None
        message = "{} could not be read as {} ({}): was it cut off? Download or export it again"
        raise SourceError(message, file, tr(_NAMES[ending]), first_line(error)) from None
    if not data:
        raise SourceError("{} holds no variables", file)
    rows = len(next(iter(data.values())))
    if cases > rows:
        message = (
            "{} says it has {:,} respondents, but holds {:,}: "
            "was it cut off? Download or export it again"
        )
        raise SourceError(message, file, cases, rows)
    if len(facts.column_names) != len(data) or not all(facts.column_names):
        raise SourceError(
            "{} is damaged: not every variable has a name of its own; download or export it again",
            file,
        )
    return data, facts, guess


def _decode_text(
    file: Path, ending: str, encoding: str, *, is_counted: bool
) -> tuple[Columns, Any, str]:
    import pyreadstat

    readers = {
        **dict.fromkeys((".sav", ".zsav"), pyreadstat.read_sav),
        ".por": pyreadstat.read_por,
        ".dta": pyreadstat.read_dta,
        ".sas7bdat": pyreadstat.read_sas7bdat,
    }
    read = readers.get(ending, pyreadstat.read_xport)
    options: dict[str, Any] = {"output_format": "dict", "disable_datetime_conversion": True}
    if ending in _USER_MISSING:
        options["user_missing"] = True
    if encoding:
        options["encoding"] = encoding
    read_whole = _read if is_counted else _read_uncounted
    try:
        return *read_whole(read, file, options), encoding
    except (pyreadstat.ReadstatError, UnicodeDecodeError) as error:
        is_about_text = isinstance(error, UnicodeDecodeError) or "convert" in str(error)
        if ending == ".por" or not is_about_text:
            raise
        raw = read_whole(read, file, {**options, "encoding": _BYTES})
        guess = guess_encoding(_high_texts(*raw))
        return *read_whole(read, file, {**options, "encoding": guess}), guess


def _high_texts(data: Columns, facts: Any) -> bytes:
    """Return the texts of a file that was read byte by byte, those with letters beyond ASCII."""
    names = facts.column_names_to_labels.values()
    labels = (label for one in facts.variable_value_labels.values() for label in one.values())
    values = (value for column in data.values() for value in column)
    texts = (one for one in (*names, *labels, *values) if isinstance(one, str))
    high = islice((one for one in texts if not one.isascii()), _MOST_TEXTS)
    return "\n".join(high).encode("latin-1", errors="ignore")


def _read(read: Any, file: Path, options: dict[str, Any]) -> tuple[Columns, Any]:
    """Return columns and metadata; a large file reports progress and lets other threads run."""
    if not is_large(file):
        data, facts = read(str(file), **options)
    elif file.suffix.lower() == ".dta":
        data, facts = _read_in_chunks(read, file, options)
    else:
        _, facts = read(str(file), metadataonly=True, **options)
        _list_columns(file, facts, options)
        with MeteredFile(file) as opened:
            data, facts = read(opened, **options)
    return data, facts


def _list_columns(file: Path, facts: Any, options: dict[str, Any]) -> None:
    """Tell the names and labels of a large file, unless their encoding is not known yet."""
    if options.get("encoding") == _BYTES:
        return
    labels = facts.column_names_to_labels
    ProgressMeter(file, 1).list_columns(
        [
            ListedColumn(name, clean(name), clean(labels.get(name) or name))
            for name in facts.column_names
        ]
    )


def _read_uncounted(read: Any, file: Path, options: dict[str, Any]) -> tuple[Columns, Any]:
    """Return columns and metadata of a file that does not say how many respondents it has.

    As many variables are decoded at a time as two thirds of its memory have room for.
    """
    _, facts = read(str(file), metadataonly=True, **options)
    names = facts.column_names
    most = memory_for(file.stat().st_size) * 2 // 3 // _ROOM_BYTES
    starts = range(0, len(names), max(most, _FEWEST_VARIABLES))
    if len(starts) <= 1:
        return _read(read, file, options)
    _list_columns(file, facts, options)
    data: dict[str, list[Any]] = {}
    for start in ProgressMeter(file, len(starts)).track(starts):
        part, _ = read(str(file), usecols=names[start : start + starts.step], **options)
        data |= part
    return data, facts


def _read_in_chunks(read: Any, file: Path, options: dict[str, Any]) -> tuple[Columns, Any]:
    """Return columns and metadata of a Stata file, decoded in chunks of rows."""
    _, facts = read(str(file), metadataonly=True, **options)
    _list_columns(file, facts, options)
    data: dict[str, list[Any]] = {name: [] for name in facts.column_names}
    tags: dict[str, set[str]] = {}
    starts = range(0, facts.number_rows or 0, _CHUNK_ROWS)
    for start in ProgressMeter(file, len(starts)).track(starts):
        rows, found = read(str(file), row_offset=start, row_limit=_CHUNK_ROWS, **options)
        for name, values in rows.items():
            data[name].extend(values)
        for name, used in found.missing_user_values.items():
            tags.setdefault(name, set()).update(used)
    facts.missing_user_values = {name: sorted(used) for name, used in tags.items()}
    return data, facts


def catalog_labels(file: Path, facts: Any) -> tuple[dict[str, dict[Any, str]], tuple[str, ...]]:
    """Return value labels by variable from the catalog beside a SAS file, and a note on its name.

    The catalog has the file's name or the library's; others are used if all that contain the file's
    formats agree. Without a readable catalog there are no labels.
    """
    used = {name: facts.variable_to_label.get(name) or "" for name in facts.column_names}
    if not any(used.values()):
        return {}, ()
    for beside in (file.with_suffix(".sas7bcat"), file.with_name("formats.sas7bcat")):
        if beside.is_file():
            return _labels_in(beside, used), ()
    others = sorted(file.parent.glob("*.sas7bcat"))[:_MOST_CATALOGS]
    found = [(one, labels) for one in others if (labels := _labels_in(one, used))]
    if not found or any(labels != found[0][1] for _, labels in found):
        return {}, ()
    catalog, labels = found[0]
    message = "the labels are those of {} beside it, which has the same formats"
    return labels, (tr(message, catalog.name),)


def _labels_in(catalog: Path, used: Mapping[str, str]) -> dict[str, dict[Any, str]]:
    import pyreadstat

    try:
        _, formats = pyreadstat.read_sas7bcat(str(catalog), output_format="dict")
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, *_READ_ERRORS):
        return {}
    labels = formats.value_labels
    return {name: dict(labels[one]) for name, one in used.items() if one in labels}
