"""Rows below the respondents of a sheet: totals, means, notes and sources."""

from __future__ import annotations

import math
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, TypeVar

from cxtui.messages import tr_count, tr_some
from cxtui.text import clean, fold

Cell = TypeVar("Cell")

_TAIL = 40
_TOTALS = re.compile(
    r"^(grand )?(totals?|sums?|summen?|gesamt(summe)?|insgesamt|somme|suma|somma|soma|totale?s?"
    r"|totaal|summa|razem|итого|всего|toplam|genel toplam|合計|总计|合计|總計|합계|المجموع|कुल)"
    r"( \(?n\)?)? ?[:=]?$"
)
_STATISTICS = re.compile(
    r"^(averages?|avg|means?|medians?|mittelwert|durchschnitt|moyenne|promedio|media|gemiddelde"
    r"|medelvarde|srednia|среднее|ortalama|平均|평균|المتوسط|औसत|counts?|anzahl|base|basis|n"
    r"|min(imum)?|max(imum)?|std\.? ?dev\w*|sd)\.? ?[:=]?$"
)
_NOTE = re.compile(
    r"^(\*|source|note|notes|base|remark|footnote|quelle|anmerkung|hinweis|basis|fuente|nota"
    r"|fonte|bron|opmerking|kalla|anm|zrodlo|uwaga|источник|примечание|kaynak|not|出典|注|资料来源"
    r"|출처|주|المصدر|ملاحظة|स्रोत|n ?=|\u00a9|copyright)\b|^[*\u00a9\u2020]|^(注|※|出典)",
    re.I,
)
_LONG, _SPARE, _ENDLESS = 40, 3, 1_000_000


class RowsAbove(Generic[Cell]):
    """The rows of respondents; `below` are the first texts of the rows after them.

    A row below the data holds a total, or one text that is a note or stands after an empty row,
    unless most respondents gave one answer only. With `has_lone_notes` a long text beside empty
    cells is a note, too.
    """

    def __init__(self, rows: Iterable[Sequence[Cell]], *, has_lone_notes: bool = True) -> None:
        self._longest = _LONG if has_lone_notes else _ENDLESS
        self.below: list[str] = []
        self._rows = rows
        self._sums: dict[int, tuple[float, int]] = {}

    def __iter__(self) -> Iterator[Sequence[Cell]]:
        held: deque[Sequence[Cell]] = deque()
        width, answered, lonely = 0, 0, 0
        for row in self._rows:
            filled = sum(map(_is_filled, row))
            width, answered = max(width, filled), answered + bool(filled)
            lonely += filled == 1
            held.append(row)
            if len(held) > _TAIL:
                self._add(held[0])
                yield held.popleft()
        is_sparse = 2 * lonely > answered
        yield from self._without_tail(list(held), width, is_sparse=is_sparse)

    def _add(self, row: Sequence[object]) -> None:
        """Add the numbers of a row to the sums of their columns."""
        for place, cell in enumerate(row):
            if isinstance(cell, int | float):
                total, count = self._sums.get(place, (0.0, 0))
                self._sums[place] = total + cell, count + 1

    def _without_tail(
        self, held: list[Sequence[Cell]], width: int, *, is_sparse: bool
    ) -> list[Sequence[Cell]]:
        end = len(held)
        for place in reversed(range(1, len(held))):
            row = held[place]
            if not any(map(_is_filled, row)):
                continue
            after_empty = not any(map(_is_filled, held[place - 1]))
            is_apart = after_empty or (width >= _SPARE and len(_first_text(row)) > self._longest)
            is_note = _is_note(row, width, is_apart=is_apart and not is_sparse)
            if not is_note and not self._is_total(row, held[:place]):
                break
            self.below.insert(0, _first_text(row))
            end = place
        while self.below and not any(map(_is_filled, held[end - 1])):
            end -= 1
        return held[:end]

    def _is_total(self, row: Sequence[object], above: Sequence[Sequence[object]]) -> bool:
        """Return whether a row is named a total, or named and equal to a statistic of its columns.

        An answer such as `N` or `Media` that other rows have too is none.
        """
        name = _first_text(row)
        text = fold(name)
        place = next(place for place, cell in enumerate(row) if _is_filled(cell))
        others = [one for one in row[place + 1 :] if _is_filled(one)]
        if not isinstance(row[place], str) or any(map(_is_word, others)):
            return False
        if any(clean(str(one[place])) == name for one in above if place < len(one)):
            return False
        return bool(_TOTALS.match(text)) or (
            bool(_STATISTICS.match(text)) and self._has_statistic(row, above)
        )

    def _has_statistic(self, row: Sequence[object], above: Sequence[Sequence[object]]) -> bool:
        """Return whether a number of a row is the sum, mean, count or an end of its column."""
        for place, cell in enumerate(row):
            if not isinstance(cell, int | float):
                continue
            own = [one[place] for one in above if place < len(one)]
            numbers = [one for one in own if isinstance(one, int | float)]
            total, count = self._sums.get(place, (0.0, 0))
            total, count = total + sum(numbers), count + len(numbers)
            found = (total, total / count, float(count), *numbers) if count else ()
            if any(math.isclose(cell, one, rel_tol=1e-3) for one in found):
                return True
        return False


def rows_below_note(below: Sequence[str]) -> str:
    """Return a note on the rows that were left out, by their first texts."""
    one, several = "left out {:,} row below the data: {}", "left out {:,} rows below the data: {}"
    return tr_count(len(below), one, several, tr_some(below))


def _is_filled(cell: object) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


def _first_text(row: Sequence[object]) -> str:
    return clean(str(next(cell for cell in row if _is_filled(cell))))


def _is_note(row: Sequence[object], width: int, *, is_apart: bool) -> bool:
    """Return whether a row is one text beside empty cells that is no answer."""
    filled = [cell for cell in row if _is_filled(cell)]
    if len(filled) > 1 or not isinstance(filled[0], str):
        return False
    text = fold(clean(filled[0]))
    return width > 1 and (bool(_NOTE.match(text)) or is_apart)


def _is_word(cell: object) -> bool:
    return isinstance(cell, str) and not any(map(str.isdigit, cell))
