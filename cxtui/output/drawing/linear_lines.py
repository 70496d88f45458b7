"""A table as sentences, a line an answer: for ears, and for terminals without columns."""

from __future__ import annotations

from collections.abc import Iterator

from cxtui.analysis.query.banner import split_letters
from cxtui.analysis.stats.significance import HIGHER, LOWER
from cxtui.analysis.tables.state_line import measure_name
from cxtui.analysis.tables.table import FEW_CASES, Table, TableRow
from cxtui.messages import tr
from cxtui.output.drawing import cell_text
from cxtui.survey.note import NoteKind

_OF_SIGNS = frozenset({NoteKind.TESTS, NoteKind.BASES, NoteKind.FEW_CASES})
"""Notes on signs, which stand here in words."""
_FLAGS = {"*": "small base", "**": "not tested"}


def linear_lines(table: Table) -> Iterator[str]:
    """Yield the wording, what the cells are, the columns with their bases, a line a row, remarks.

    Letters and signs are words: higher than whom, and whether a gap is significant.
    """
    yield table.question.label
    yield table.state
    titles = _titles(table)
    for line in cell_text.lines_below(table):
        texts = cell_text.base_texts(line)
        flags = table.base_flags if line is table.base else ("",) * len(texts)
        parts = (
            ", ".join(filter(None, (f"{title} {text}", tr(_FLAGS[flag]) if flag else "")))
            for title, text, flag in zip(titles, texts, flags, strict=True)
        )
        yield f"{line.label}: {'; '.join(parts)}"
    for row in table.rows:
        yield _row(table, row, titles)
    yield from (note.brief for note in table.notes if note.brief and note.kind not in _OF_SIGNS)


def _titles(table: Table) -> list[str]:
    """Return the name of each column, without its letter, after its variable if need be."""
    several = cell_text.has_several_banners(table)
    return [
        f"{one.variable}: {one.label}" if several and one.variable else one.label
        for one in table.columns
    ]


def _row(table: Table, row: TableRow, titles: list[str]) -> str:
    parts = [_cell(table, row, place, titles) for place in range(len(titles))]
    if table.compared and row.pairs:
        gap = f"{table.gap_title} {cell_text.gap_text(table, row)}"
        is_sure = table.is_significant(row.pairs[0])
        parts.append(f"{gap}, {tr('significant')}" if is_sure else gap)
    return f"{row.label}: {'; '.join(parts)}"


def _cell(table: Table, row: TableRow, place: int, titles: list[str]) -> str:
    """Return the name of a column and its numbers, with its marks in words."""
    cell = row.cells[place]
    further = (
        f"{measure_name(one, table.view)} {text}"
        for one, text in zip(table.further, cell_text.further_texts(table, cell), strict=False)
    )
    said = [f"{titles[place]} {cell_text.value_text(table, row, cell)}", *further]
    match cell.letters:
        case "":
            pass
        case letters if letters == HIGHER:
            said.append(tr("significantly higher"))
        case letters if letters == LOWER:
            said.append(tr("significantly lower"))
        case letters:
            banner = table.columns[place].banner
            lower = [
                one.label
                for one in (table.unhidden or table).columns
                if one.banner == banner and one.letter in split_letters(letters)
            ]
            said.append(tr("significantly higher than {}", ", ".join(lower)))
    if cell.flag == FEW_CASES:
        said.append(tr("few cases"))
    return ", ".join(said)
