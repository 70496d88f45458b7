"""Write a survey as a .sav file: pyreadstat writes it, sets and weight are put into its dictionary.

The layout of the dictionary is documented in PSPP's "System File Format". pyreadstat writes neither
multiple-response sets nor the variable of WEIGHT BY.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from cxtui.errors import ExportError, first_line
from cxtui.messages import tr, tr_count, tr_some
from cxtui.output.files.survey_files import silent
from cxtui.output.files.write_file import write_through
from cxtui.output.spss.sav_variables import LONGEST_LABEL, SavSet, SavVariables, cut
from cxtui.survey.model import Survey
from cxtui.text import clean, numbered

_HEADER, _WEIGHT = 176, 76
"""Where the variables begin, and where the number of the weight variable is."""

_VARIABLE, _LABELS, _DOCUMENT, _EXTENSION = 2, 3, 6, 7
_SETS, _LONG_NAMES, _LINE = 7, 13, 80
_LONGEST_TEXT, _LONGEST_TITLE = 32_767, 64


def save_sav(
    survey: Survey, path: Path, *, replace: bool = False, say: Callable[[str], object] = silent
) -> Path:
    """Write all rows of `survey`; `say` is told which columns have another name there.

    Raises `ExportError` where it cannot be written, or SPSS cannot hold it.
    """
    if survey.is_remote:
        raise ExportError("{} is counted where it is: only counts come from it", survey.location)
    found = SavVariables(survey)
    values = survey.frame.select(*(one.value for one in found.variables)).collect("polars")
    _require_short_texts(values, path)

    def write(draft: Path) -> None:
        _write(draft, values, found, survey.title)

    written = write_through(path, write, replace=replace)
    if found.renamed:
        names = [tr("{} is {}", old, new) for old, new in found.renamed.items()]
        say(tr("names that SPSS does not take: {}", tr_some(names)))
    if found.cut:
        cut = tr_count(found.cut, "{:,} label is", "{:,} labels are")
        say(tr("{} cut: SPSS takes 120 bytes of an answer's, 255 of a question's", cut))
    return written


def _require_short_texts(values: Any, path: Path) -> None:
    import narwhals.stable.v2 as nw

    for name, dtype in values.schema.items():
        if isinstance(dtype, nw.String):
            longest = values[name].str.len_chars().max() or 0
            if longest > _LONGEST_TEXT // 4:
                message = "{}: {} has a text of {:,} characters, too long for SPSS"
                raise ExportError(message, path, name, longest)


def _write(draft: Path, values: Any, found: SavVariables, title: str) -> None:
    import pyreadstat

    variables = found.variables
    missing: dict[str, Any] = {one.name: list(one.missing) for one in variables if one.missing}
    # its writer passes over a write that fails: it writes to memory, where the system has that
    memory = os.memfd_create("cxtui") if hasattr(os, "memfd_create") else None
    written = draft if memory is None else Path(f"/proc/self/fd/{memory}")
    try:
        pyreadstat.write_sav(
            values.to_native(),
            written,
            file_label=cut(clean(title), _LONGEST_TITLE),
            column_labels={one.name: clean(one.label) for one in variables},
            variable_value_labels={one.name: dict(one.labels) for one in variables if one.labels},
            missing_ranges=missing,
            variable_measure={one.name: one.measure for one in variables},
        )
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, ValueError) as error:
        raise ExportError("{} could not be written: {}", draft.name, first_line(error)) from None
    else:
        content = written.read_bytes()
    finally:
        if memory is not None:
            os.close(memory)
    draft.write_bytes(with_sets(content, found.sets, found.weight))


def with_sets(content: bytes, sets: Sequence[SavSet], weight: str) -> bytes:
    """Return a .sav file with multiple-response sets and a weight in its dictionary.

    The sets name variables by their short names, in lower case.
    """
    places, long_names, end = _walked(content)
    short = {long.decode(): short for short, long in long_names.items()}
    names = {one: _short(one, short) for each in sets for one in each.variables}
    record = b"".join(_set_lines(sets, names))
    head = bytearray(content[:end])
    if weight:
        struct.pack_into("<i", head, _WEIGHT, places[_short(weight, short)])
    if record:
        head += struct.pack("<iiii", _EXTENSION, _SETS, 1, len(record)) + record
    return bytes(head) + content[end:]


def _short(name: str, short: Mapping[str, bytes]) -> bytes:
    return short.get(name, name.upper().encode())


def _set_lines(sets: Sequence[SavSet], names: Mapping[str, bytes]) -> Iterator[bytes]:
    taken: set[str] = set()
    for one in sets:
        kept = "".join(sign if sign.isalnum() or sign in "_.$#@" else "_" for sign in one.name)
        name = numbered(kept.casefold()[:60], taken)
        taken.add(name)
        label = cut(clean(one.label), LONGEST_LABEL).encode()
        kind = b"D1 1" if one.is_ticks else b"C"
        members = b" ".join(names[each] for each in one.variables).lower()
        yield b"$%s=%s %d %s %s\n" % (name.encode(), kind, len(label), label, members)


def _walked(content: bytes) -> tuple[dict[bytes, int], dict[bytes, bytes], int]:
    """Return each short name with the number of its element, the long names by short ones, the end.

    A text takes an element of the dictionary for every eight bytes.
    """
    places: dict[bytes, int] = {}
    long_names: dict[bytes, bytes] = {}
    at, element = _HEADER, 0
    while True:
        (kind,) = struct.unpack_from("<i", content, at)
        if kind == _VARIABLE:
            width, has_label, missing = struct.unpack_from("<iii", content, at + 4)
            element += 1
            if width >= 0:
                places[content[at + 24 : at + 32].rstrip()] = element
            at += 32
            if has_label:
                (size,) = struct.unpack_from("<i", content, at)
                at += 4 + (size + 3) // 4 * 4
            at += 8 * abs(missing)
        elif kind == _LABELS:
            at = _after_labels(content, at)
        elif kind == _DOCUMENT:
            at += 8 + _LINE * int(struct.unpack_from("<i", content, at + 4)[0])
        elif kind == _EXTENSION:
            subtype, size, count = struct.unpack_from("<iii", content, at + 4)
            if subtype == _LONG_NAMES:
                pairs = content[at + 16 : at + 16 + size * count].split(b"\t")
                long_names = dict(one.split(b"=", 1) for one in pairs if b"=" in one)
            at += 16 + size * count
        else:
            return places, long_names, at


def _after_labels(content: bytes, at: int) -> int:
    """Return the place behind a record of value labels, and that of their variables."""
    (count,) = struct.unpack_from("<i", content, at + 4)
    at += 8
    for _ in range(count):
        at += 8 + (content[at + 8] + 1 + 7) // 8 * 8
    (variables,) = struct.unpack_from("<i", content, at + 4)
    return at + 8 + 4 * int(variables)
