"""Detection of cells with several answers: their delimiter, and which answers are options."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain, combinations, islice, pairwise
from typing import TypeVar

from cxtui.messages import tr
from cxtui.survey.delimiters import separator_pattern
from cxtui.survey.inference.answer_order import order_texts, tail_rank
from cxtui.survey.inference.column_values import Column, Description, merge_spellings
from cxtui.survey.question import Category, Kind

OTHER_ANSWERS = "Other answers"
_ASIAN = ("\u250b", "\uff1b", "\u3001", "\uff0c", "\u061b", "\u060c")
"""`┋`, `；`, `、`, `，` between Chinese and Japanese answers, `؛` and `،` between Arabic ones."""

_DELIMITERS = ("\n", "|", *_ASIAN, "; ", ";", ", ", ",", " + ", " / ", " ")
_FIRST, _MOST_TEXTS = 300, 1_500
_MOST_OPTIONS, _ALL_OPTIONS = 80, 12
_FEWEST, _SHARE, _SHOWN = 3, 0.05, 3
_LOOSE, _LOOSE_OPTIONS = 0.6, 2
_ALWAYS, _OPTIONS, _RARE, _AGREE = 0.9, 0.5, 0.005, 0.97
_TOGETHER, _DEPENDENT, _CHANCE = 3, 5, 0.001
_BARE = frozenset({"|", ";", ",", *_ASIAN})
"""Delimiters with blanks around them or not, at which texts without brackets are split quickly."""

_SURE, _USES = frozenset({";", "|", *_ASIAN}), 2
_LONGEST_CODE, _MOST_BARE = 4, 40
_VERSION = re.compile(r"^\d+\.\d+$")
_THOUSANDS = re.compile(r"\d,\d{3}(?!\d)")
_BRACKETS = str.maketrans({"[": "(", "]": ")", "{": "(", "}": ")"})

Key = TypeVar("Key")
Cells = Mapping[tuple[str, ...], int]
"""The number of respondents by cell, each cell a tuple of its answers in order."""


def find_delimited_answers(counts: Mapping[str, int], *, whole: bool = True) -> Description | None:
    """Return the multiple response in texts that are lists of answers, else `None`.

    In lists, the same answer occurs alone and at different positions; the parts of a name, a place
    or a sentence do not. `whole` says that the counts are of all respondents.
    """
    if len(counts) < _FEWEST:
        return None
    for delimiter in _DELIMITERS:
        core = delimiter.strip(" ") or delimiter
        if sum(core in text for text in islice(counts, _FIRST)) < _FEWEST:
            continue
        first = dict(islice(counts.items(), _FIRST))
        separates = re.compile(separator_pattern(delimiter)).search
        if not any(separates(text.strip()) for text in first):
            continue
        if _are_lists(_split_cells(first, delimiter), first, delimiter):
            found = split_answers(counts, delimiter, whole=whole)
            return found if len(found.categories) > 1 else None
    return None


def split_answers(counts: Mapping[str, int], delimiter: str, *, whole: bool = True) -> Description:
    """Return the multiple response in texts that are lists with this delimiter.

    Options are found in the first 1,500 different texts.
    """
    if len(counts) > _MOST_TEXTS:
        counts, whole = dict(islice(counts.items(), _MOST_TEXTS)), False
    cells = _split_cells(counts, delimiter)
    found = Counter[str]()
    for cell, n in cells.items():
        for piece in dict.fromkeys(cell):
            found[piece] += n
    answers = merge_spellings(found)
    sizes = {key: sum(found[text] for text in one.texts) for key, one in answers.items()}
    listed = _frequent_answers(sizes, sum(counts.values()))
    options = {key: one for key, one in answers.items() if key in listed}
    codes = {text: one.code for one in options.values() for text in one.texts}
    ordered, how = _order_codes(cells, {text: codes.get(text, "") for text in found})
    by_code = {one.code: one for one in options.values()}
    categories = [by_code[code] for code in ordered]
    own = len(answers) - len(options)
    others = ""
    if own or not whole:
        is_taken = OTHER_ANSWERS.casefold() in map(str.casefold, by_code)
        others = f"{OTHER_ANSWERS} (not listed)" if is_taken else OTHER_ANSWERS
        categories.append(Category(others, tr(others)))
    reason = _reason(delimiter, ordered, how, own)
    return Description(Kind.MULTI, reason, tuple(categories), delimiter, others)


def find_lists_alike(
    columns: Mapping[str, Column], found: Mapping[str, Description]
) -> dict[str, Description]:
    """Return single choices of which some cells are lists, as cells of several columns are.

    Half of the answers in their lists are also given alone, or in another cell.
    """
    used = Counter(one.delimiter for one in found.values() if one.delimiter in _SURE)
    delimiter, uses = max(used.items(), key=lambda one: one[1], default=("", 0))
    if uses < _USES:
        return {}
    alike: dict[str, Description] = {}
    for name, one in found.items():
        if one.kind is not Kind.SINGLE or not columns[name].is_text:
            continue
        missing = tuple(each for each in one.categories if each.missing)
        silent = {text for each in missing for text in each.texts}
        counts = {text: n for text, n in columns[name].counts.items() if text not in silent}
        cells = _split_cells(counts, delimiter)
        listed = [piece for cell in cells if len(cell) > 1 for piece in cell]
        sizes = Counter(piece for cell in cells for piece in cell)
        if listed and 2 * sum(sizes[piece] > 1 for piece in listed) >= len(listed):
            lists = split_answers(counts, delimiter)
            alike[name] = replace(lists, categories=(*lists.categories, *missing))
    return alike


def _reason(delimiter: str, ordered: Sequence[str], how: str, own: int) -> str:
    named = {"\n": tr("a line end"), " ": tr("a blank")}
    sign = named.get(delimiter, repr(delimiter))
    message = "answers in one cell with {} between them, {} options, {}"
    reason = tr(message, sign, len(ordered), how)
    pattern = separator_pattern(delimiter).removesuffix("|$")
    inside = [repr(one) for one in ordered if re.search(pattern, one)]
    if inside:
        shown = ", ".join(inside[:_SHOWN]) + (" …" if len(inside) > _SHOWN else "")
        reason += tr("; taken as one option, since it always stands together: {}", shown)
    reason += describe_lost_zeros(ordered)
    if own:
        reason += tr("; {:,} rare or own answers count together as {!r}", own, tr(OTHER_ANSWERS))
    return reason


def describe_lost_zeros(texts: Iterable[str]) -> str:
    """Return a remark on version numbers that a spreadsheet may have shortened, else empty.

    `3.1` is suspect beside `3.10`, or beside `3.9` and `3.11`. It is not changed, since `3.1` may
    be a version too.
    """
    versions = {text for text in texts if _VERSION.match(text)}
    if len(versions) < _FEWEST:
        return ""
    suspects = []
    for text in sorted(versions):
        whole, _, part = text.partition(".")
        around = {f"{whole}.{10 * int(part) - 1}", f"{whole}.{10 * int(part) + 1}"}
        if not text.endswith("0") and (f"{text}0" in versions or around <= versions):
            suspects.append(tr("{!r} may be {!r}", text, f"{text}0"))
    if not suspects:
        return ""
    meant = tr(" and ").join(suspects)
    return tr("; {}: spreadsheets drop the last zero of a number", meant)


def _frequent_answers(sizes: Mapping[str, int], answered: int) -> set[str]:
    """Return the answers that are options: all where there are few, else the frequent ones."""
    if len(sizes) <= _ALL_OPTIONS:
        return set(sizes)
    least = max(2, _RARE * answered)
    often = sorted((key for key in sizes if sizes[key] >= least), key=lambda key: -sizes[key])
    return set(often[:_MOST_OPTIONS])


def _split_cells(counts: Mapping[str, int], delimiter: str) -> Cells:
    """Return the answers of every text; options that contain the delimiter are rejoined."""
    pattern = re.compile(separator_pattern(delimiter))
    cells: Counter[tuple[str, ...]] = Counter()
    for text, n in counts.items():
        if delimiter in _BARE and "(" not in text and "[" not in text and "{" not in text:
            pieces = [piece for part in text.split(delimiter) if (piece := part.strip())]
        else:
            pieces = _split_cell(text.strip(), pattern)
        cells[tuple(pieces)] += n
    joint = ", " if delimiter == ", " else delimiter
    return _rejoin_options(cells, joint) if delimiter.strip(" ") else cells


def _split_cell(text: str, pattern: re.Pattern[str]) -> list[str]:
    """Return the parts between delimiters outside brackets; unbalanced brackets are ignored."""
    pieces: list[str] = []
    start, place, depth = 0, 0, 0
    plain = text.translate(_BRACKETS) if "[" in text or "{" in text else text
    if "(" not in plain or plain.count("(") != plain.count(")"):
        return [piece for piece in pattern.split(text) if piece]
    for found in pattern.finditer(text):
        between = plain[place : found.start()]
        depth += between.count("(") - between.count(")")
        place = found.start()
        if depth > 0:
            continue
        pieces.append(text[start : found.start()])
        start = found.end()
    pieces.append(text[start:])
    return [piece for piece in pieces if piece]


def _rejoin_options(cells: Cells, joint: str) -> Cells:
    """Return cells with inseparable parts rejoined: `Build` and `test` of `Build, test`."""
    while pairs := _inseparable_pairs(cells):
        fused: Counter[tuple[str, ...]] = Counter()
        for cell, n in cells.items():
            fused[_rejoin_cell(cell, pairs, joint)] += n
        cells = fused
    return cells


def _inseparable_pairs(cells: Cells) -> dict[str, str]:
    """Return pairs of parts that always follow each other and never occur apart."""
    leading = {cell[0] for cell in cells if cell}
    never_first = {piece for cell in cells for piece in cell if piece not in leading}
    if not never_first:
        return {}
    sizes = _piece_counts(cells)
    firsts = dict.fromkeys(chain.from_iterable(cell[:-1] for cell in cells))
    following: dict[str, Counter[str]] = {one: Counter() for one in firsts}
    for cell, n in cells.items():
        for first, second in pairwise(cell):
            if second in never_first:
                following[first][second] += n
    capitals = sum(n for piece, n in sizes.items() if not piece[:1].islower())
    mostly_capitals = capitals > _ALWAYS * sizes.total()
    total = sum(cells.values())
    pairs: dict[str, str] = {}
    taken: set[str] = set()
    for first, nexts in following.items():
        for second, n in nexts.items():
            if n < _TOGETHER or n < sizes[second] or {first, second} & taken or first == second:
                continue
            share = (sizes[first] - n) / max(1, total - n)
            continues = mostly_capitals and second[:1].islower() and n >= _DEPENDENT
            if n == sizes[first] or (continues and share**n < _CHANCE):
                pairs[first] = second
                taken |= {first, second}
    return pairs


def _piece_counts(cells: Cells) -> Counter[str]:
    return _weighted(cells.items())


def _weighted(groups: Iterable[tuple[Iterable[Key], int]]) -> Counter[Key]:
    """Return the sum of the counts of the groups that each key is in."""
    listed = list(groups)
    # nearly all cells occur once: these are counted without a loop
    sizes = Counter(chain.from_iterable(keys for keys, n in listed if n == 1))
    for keys, n in listed:
        if n != 1:
            for key in keys:
                sizes[key] += n
    return sizes


def _rejoin_cell(cell: tuple[str, ...], pairs: Mapping[str, str], joint: str) -> tuple[str, ...]:
    pieces: list[str] = []
    for piece in cell:
        if pieces and pairs.get(pieces[-1]) == piece:
            pieces[-1] += joint + piece
        else:
            pieces.append(piece)
    return tuple(pieces)


def _are_lists(cells: Cells, counts: Mapping[str, int], delimiter: str) -> bool:
    """Return whether cells are lists: enough of them, of answers not tied to one position."""
    answered = sum(cells.values())
    several = sum(n for cell, n in cells.items() if len(cell) > 1)
    ended = sum(n for text, n in counts.items() if text.strip().endswith(delimiter.strip() or "\n"))
    is_ended = ended > _ALWAYS * answered and delimiter.strip() in {";", "|"}
    places = _positions(cells)
    are_codes = all(piece.isdigit() and len(piece) < _LONGEST_CODE for piece in places)
    movable = sum(len(one) > 1 for one in places.values())
    listed = sum(one != {-1} for one in places.values())  # others say nothing about the comma
    are_options = len(places) <= _MOST_BARE and movable >= max(_LOOSE_OPTIONS, _ALWAYS * listed)
    has_thousands = any(map(_THOUSANDS.search, counts))
    if (
        several < max(_FEWEST, _SHARE * answered)
        or (delimiter == " " and not are_codes)
        or (delimiter == "," and (has_thousands or not (are_codes or are_options)))
    ):
        return False
    found = Counter(piece for cell in cells for piece in cell)
    sizes = _piece_counts(cells)
    for piece in [one for one in found if places[one] == {-1} and tail_rank(one) is not None]:
        del sizes[piece]  # `None` is never given beside others
    if len(found) > _OPTIONS * sizes.total():
        return False
    loose = [piece for piece in found if found[piece] > 1 and len(places[piece]) > 1]
    loose_share = sum(sizes[piece] for piece in loose) / sizes.total()
    return len(loose) >= _LOOSE_OPTIONS and (loose_share >= _LOOSE or is_ended)


def _positions(cells: Cells) -> dict[str, set[int]]:
    """Return the positions of each answer in its cells, -1 where it is alone in its cell."""
    places: dict[str, set[int]] = {}
    for cell in cells:
        for place, piece in enumerate(cell):
            places.setdefault(piece, set()).add(place if len(cell) > 1 else -1)
    return places


def _order_codes(cells: Cells, codes: Mapping[str, str]) -> tuple[list[str], str]:
    """Return the codes in the order of the cells if these agree, else by wording; and the rule."""
    seen = list(dict.fromkeys(code for code in codes.values() if code))
    if seen and all(code.isdigit() for code in seen):
        return sorted(seen, key=int), tr("in the order of their codes")
    before = _weighted(
        (combinations([code for piece in cell if (code := codes[piece])], 2), n)
        for cell, n in islice(cells.items(), 4 * _FIRST)
    )
    agree = sum(max(n, before[second, first]) for (first, second), n in before.items())
    both = sum(n + before[second, first] for (first, second), n in before.items())
    if both and agree >= _AGREE * both:
        return _by_precedence(seen, before), tr("in the order that the cells keep")
    order = order_texts(seen)
    return list(order.texts), order.rule


def _by_precedence(seen: Sequence[str], before: Mapping[tuple[str, str], int]) -> list[str]:
    """Return the codes so that none follows a code it mostly precedes; ties by first appearance."""
    rest, ordered = list(seen), []
    after: dict[str, set[str]] = {code: set() for code in seen}
    for (first, second), n in before.items():
        if first != second and n > before.get((second, first), 0):
            after[second].add(first)
    while rest:
        free = (code for code in rest if not after[code] & set(rest))
        chosen = next(free, rest[0])
        rest.remove(chosen)
        ordered.append(chosen)
    return ordered
