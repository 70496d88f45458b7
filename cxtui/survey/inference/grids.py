"""Detection of grids: columns that share one list of answers and were asked together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import compress

import narwhals.stable.v2 as nw

from cxtui.messages import tr
from cxtui.survey.inference.column_values import Column, Description
from cxtui.survey.inference.question_kinds import answer_categories, describe_column
from cxtui.survey.inference.sets.column_blocks import BlockColumn, ColumnBlock
from cxtui.survey.inference.sets.item_families import RATED, ItemFamily, find_families
from cxtui.survey.question import Category, Item, Kind, Question, code_of, is_null
from cxtui.text import clean

_OVERLAP, _MOST_MEMBERS, _FEW_ANSWERS = 0.6, 0.6, 20
_FEWEST_ROWS, _MOST_ANSWERS, _TELLING, _OVERLAP_BY_NAME = 3, 20, 3, 0.8
_LONGEST_CODE = 24
_CODE, _FEWEST_STEPS = re.compile(r"[A-Z]0?([1-9]\d?)$"), 4


def find_grids(
    columns: Mapping[str, Column],
    found: Mapping[str, Description],
    blocks: Iterable[ColumnBlock],
    repeats: Callable[[Sequence[str]], bool],
) -> tuple[list[Question], dict[str, str]]:
    """Return the grids among `columns`, which belong to no multiple response, and doubts.

    The doubts say by column why others may belong to a grid. `repeats` returns whether a
    respondent gave the same answer in two of the named columns.
    """
    taken: set[str] = set()
    grids: list[Question] = []
    doubts: dict[str, str] = {}
    for family in find_families(columns, found, blocks):
        rows = [row for row in family.rows if row.column.name not in taken]
        if len(rows) < len(family.rows) and family.by_name:
            continue
        grid = _scale_grid(family, rows, found) or _list_grid(family, rows, found)
        if grid and _is_sure(family, grid, columns, repeats):
            taken |= set(grid.columns)
            grids.append(_with_code_scores(grid))
        elif grid:
            message = (
                "undecided: may be asked together with {} … {}; "
                "`d` joins them: mark them by m, then g"
            )
            doubt = tr(message, grid.columns[0], grid.columns[-1])
            doubts |= dict.fromkeys(grid.columns, doubt)
    return grids, {name: doubt for name, doubt in doubts.items() if name not in taken}


def _scale_grid(
    family: ItemFamily, rows: Sequence[BlockColumn], found: Mapping[str, Description]
) -> Question | None:
    """Return a grid of the rows that share a scale, if they are most rows of the family."""
    asked = _answered_rows(rows, found)
    rated = _of_one_type([row for row in asked if found[row.column.name].kind in RATED])
    fewest = max(2, _MOST_MEMBERS * len(asked))
    if len(rated) < fewest:
        return None
    whole = _describe_rows(family, rated)
    if whole.kind is not Kind.SCALE:
        # one row with an answer outside the scale must not prevent the grid of the others
        rated = [row for row in rated if found[row.column.name].kind is Kind.SCALE]
        if len(rated) < fewest:
            return None
        whole = _describe_rows(family, rated)
    scored = {one.code for one in whole.categories if one.score is not None}
    if whole.kind is not Kind.SCALE or len(scored) < 2:  # noqa: PLR2004
        return None
    alike = [
        row for row in rated if _uses_scale(row.column, found[row.column.name], scored, family)
    ]
    if len(alike) < (len(asked) if family.by_name else fewest):
        return None
    if len(alike) < len(rated):
        whole = _describe_rows(family, alike)
    message = "grid: {} columns asked together on one scale; {}"
    reason = tr(message, len(alike), whole.reason)
    return _grid_question(family, alike, whole.categories, reason)


def _answered_rows(
    rows: Sequence[BlockColumn], found: Mapping[str, Description]
) -> list[BlockColumn]:
    """Return the rows with answers other than open ones."""
    described = [(row, found.get(row.column.name)) for row in rows]
    return [row for row, one in described if one and one.kind not in {None, Kind.TEXT}]


def _describe_rows(family: ItemFamily, rows: Sequence[BlockColumn]) -> Description:
    """Return the description of the pooled rows, by the question's wording where there is one."""
    return describe_column(
        pooled_column([row.column for row in rows]), "" if family.by_name else f"{family.label} "
    )


def _list_grid(
    family: ItemFamily, rows: Sequence[BlockColumn], found: Mapping[str, Description]
) -> Question | None:
    """Return a grid of the rows that share a list of answers which is not a known scale.

    At least three rows must each use most of the list; rows with few answers may join them.
    """
    asked = _answered_rows(rows, found)
    listed = [row for row in _of_one_type(asked) if found[row.column.name].kind in RATED]
    while len(listed) >= max(_FEWEST_ROWS, _MOST_MEMBERS * len(asked)):
        answers = answer_categories(Kind.SINGLE, pooled_column([row.column for row in listed]))
        codes = {one.code for one in answers}
        least = _OVERLAP_BY_NAME if family.by_name else _OVERLAP
        is_telling = [_uses_list(row.column, answers, least) for row in listed]
        telling = list(compress(listed, is_telling))
        alike = [
            row
            for row, is_one in zip(listed, is_telling, strict=True)
            if is_one or row.column.answered < _FEW_ANSWERS
        ]
        if len(alike) == len(listed):
            few = 1 < len(codes) <= _MOST_ANSWERS and len(telling) >= _FEWEST_ROWS
            whole = not family.by_name or len(alike) == len(asked)
            message = "grid: {} columns asked together with {}"
            reason = tr(message, len(alike), describe_unscaled(answers))
            return _grid_question(family, alike, answers, reason) if few and whole else None
        listed = alike
    return None


def _grid_question(
    family: ItemFamily, rows: Sequence[BlockColumn], answers: tuple[Category, ...], reason: str
) -> Question:
    columns = tuple(row.column.name for row in rows)
    codes = [clean(row.code) for row in rows]
    short = all(code and len(code) <= _LONGEST_CODE and " " not in code for code in codes)
    if len(set(codes)) < len(codes) or not short:
        codes = [str(place) for place in range(1, len(rows) + 1)]
    items = tuple(Item(code, clean(row.option)) for code, row in zip(codes, rows, strict=True))
    return Question(family.id, family.label, Kind.GRID, columns, answers, items, guess=reason)


def _with_code_scores(grid: Question) -> Question:
    """Return a grid of the codes A1, A2, … without labels with their numbers as scores."""
    valid = [one for one in grid.categories if not one.missing]
    scores = {one.code: int(found[1]) for one in valid if (found := _CODE.match(one.label))}
    is_list = len(scores) == len(valid) >= _FEWEST_STEPS and len({one[0] for one in scores}) == 1
    if grid.scores or not is_list or sorted(scores.values()) != [*range(1, len(scores) + 1)]:
        return grid
    scored = tuple(replace(one, score=scores.get(one.code)) for one in grid.categories)
    ends = min(scores, key=scores.__getitem__), max(scores, key=scores.__getitem__)
    message = (
        "grid: {} columns asked together; {} steps from {!r} to {!r}, scored by their own numbers"
    )
    reason = tr(message, len(grid.columns), len(scores), *ends)
    return replace(grid, categories=scored, guess=reason)


def describe_unscaled(answers: Sequence[Category]) -> str:
    """Return the reason for a grid without scores, and what its table shows, in words."""
    message = "the same {} answers, which are no known scale: shows the share of {!r}"
    return tr(message, len(answers), answers[0].label)


def _uses_list(column: Column, answers: Sequence[Category], least: float) -> bool:
    """Return whether a column holds most of a list of answers, or declares the list as its type."""
    if column.dtype == nw.Enum:
        return True
    texts = {code_of(value) for value in column.counts}
    return sum(not texts.isdisjoint(one.texts) for one in answers) >= least * len(answers)


def has_repeated_answer(rows: Iterable[Sequence[object]]) -> bool:
    """Return whether a respondent gave the same answer in two columns.

    Columns for the first, second, … mention of a multiple response never repeat an answer.
    """
    given = ([one for one in row if not is_null(one)] for row in rows)
    return any(len(set(one)) < len(one) for one in given)


def _is_sure(
    family: ItemFamily,
    grid: Question,
    columns: Mapping[str, Column],
    repeats: Callable[[Sequence[str]], bool],
) -> bool:
    """Return whether sharing a list of answers is enough evidence for a grid.

    It is not for yes and no, which many questions share, for `brand_1`, `brand_2`, which may be
    mentions, and for codes without labels.
    """
    if grid.scores or not (family.by_name or family.by_frame):
        return True
    telling = len(grid.categories) >= _TELLING
    if family.by_frame or family.by_place:
        return telling
    is_coded = any(columns[name].is_number for name in grid.columns)
    return telling and not is_coded and repeats(grid.columns)


def _of_one_type(rows: Sequence[BlockColumn]) -> list[BlockColumn]:
    """Return the rows whose columns have the most common type, so that they can be pooled.

    Whole numbers and texts (`N/A` beside them, say) count as one type if most of the numbers are
    among the texts.
    """
    columns = [row.column for row in rows]
    numbers = {code_of(n) for one in columns if one.dtype.is_integer() for n in one.counts}
    texts = {clean(text) for one in columns if one.dtype == nw.String for text in one.counts}
    mixed = bool(numbers) and len(numbers & texts) >= _OVERLAP * len(numbers)

    def type_of(row: BlockColumn) -> str:
        dtype = row.column.dtype
        if mixed and (dtype == nw.String or dtype.is_integer()):
            return "text or number"
        return "number" if row.column.is_number else str(dtype)

    common = Counter(map(type_of, rows)).most_common(1)
    return [row for row in rows if common and type_of(row) == common[0][0]]


def pooled_column(columns: Sequence[Column]) -> Column:
    """Return one column with the answers of all columns."""
    first, size = columns[0], sum(one.rows for one in columns)
    texts = next((one.dtype for one in columns if one.is_text), None)
    counts: Counter[object] = Counter()
    for one in columns:
        as_text = texts is not None and one.is_number
        counts.update({code_of(n): k for n, k in one.counts.items()} if as_text else one.counts)
    dtype = texts or next((one.dtype for one in columns if one.dtype.is_float()), first.dtype)
    pooled = Column(first.name, dtype, size, counts.total(), dict(counts))
    return replace(pooled, is_filled=first.is_filled)


def _uses_scale(column: Column, own: Description, scored: set[str], family: ItemFamily) -> bool:
    """Return whether a column uses most of the scale, any of it where few respondents answered."""
    codes = {
        clean(one.code).casefold()
        for one in own.categories
        if column.dtype != nw.Enum or any(text in column.counts for text in one.texts)
    }
    used = {code for code in scored if code.casefold() in codes}
    if family.by_name and column.is_number:
        return used == scored
    return len(used) >= _OVERLAP * len(scored) or (bool(used) and column.answered < _FEW_ANSWERS)
