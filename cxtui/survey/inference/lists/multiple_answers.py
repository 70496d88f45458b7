"""Detection of cells with several answers: their delimiter, and which answers are options."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain, combinations, islice, pairwise

from cxtui.messages import tr
from cxtui.survey.delimiters import separator_pattern
from cxtui.survey.inference.answer_order import order_texts, tail_rank
from cxtui.survey.inference.column_values import Column, Description, merge_spellings
from cxtui.survey.inference.lists.list_cells import (
    ALWAYS,
    ASIAN,
    Cells,
    piece_counts,
    split_cells,
    weighted,
)
from cxtui.survey.question import Category, Kind

OTHER_ANSWERS = "Other answers"
_DELIMITERS = ("\n", "|", *ASIAN, "; ", ";", ", ", ",", " + ", " / ", " ")
_FIRST, _MOST_TEXTS = 300, 1_500
_MOST_OPTIONS, _ALL_OPTIONS = 80, 12
_FEWEST, _SHARE, _SHOWN = 3, 0.05, 3
_LOOSE, _LOOSE_OPTIONS = 0.6, 2
_OPTIONS, _RARE, _AGREE = 0.5, 0.005, 0.97
_SURE, _USES = frozenset({";", "|", *ASIAN}), 2
_LONGEST_CODE, _MOST_BARE = 4, 40
_VERSION = re.compile(r"^\d+\.\d+$")
_THOUSANDS = re.compile(r"\d,\d{3}(?!\d)")


def find_delimited_answers(counts: Mapping[str, int], *, whole: bool = True) -> Description | None:
    """Return the multiple response in texts that are lists of answers, else `None`.

    In lists, the same answer occurs alone and at different positions; the parts of a name, a place
    or a sentence do not. `whole` says that the counts are of all respondents.
    """
    if len(counts) < _FEWEST:
        return None
    first = dict(islice(counts.items(), _FIRST))
    joined = "\0".join(first)
    for delimiter in _DELIMITERS:
        core = delimiter.strip(" ") or delimiter
        # a text has it at least as often as there are texts that have it, and is counted at once
        if joined.count(core) < _FEWEST or sum(core in text for text in first) < _FEWEST:
            continue
        separates = re.compile(separator_pattern(delimiter)).search
        if not any(separates(text.strip()) for text in first):
            continue
        if _are_lists(split_cells(first, delimiter), first, delimiter):
            found = split_answers(counts, delimiter, whole=whole)
            return found if len(found.categories) > 1 else None
    return None


def split_answers(counts: Mapping[str, int], delimiter: str, *, whole: bool = True) -> Description:
    """Return the multiple response in texts that are lists with this delimiter.

    Options are found in the first 1,500 different texts.
    """
    if len(counts) > _MOST_TEXTS:
        counts, whole = dict(islice(counts.items(), _MOST_TEXTS)), False
    cells = split_cells(counts, delimiter)
    found = weighted(cells, dict.fromkeys)
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
        cells = split_cells(counts, delimiter)
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


def _are_lists(cells: Cells, counts: Mapping[str, int], delimiter: str) -> bool:
    """Return whether cells are lists: enough of them, of answers not tied to one position."""
    answered = sum(cells.values())
    several = sum(n for cell, n in cells.items() if len(cell) > 1)
    ended = sum(n for text, n in counts.items() if text.strip().endswith(delimiter.strip() or "\n"))
    is_ended = ended > ALWAYS * answered and delimiter.strip() in {";", "|"}
    places = _positions(cells)
    are_codes = all(piece.isdigit() and len(piece) < _LONGEST_CODE for piece in places)
    movable = sum(len(one) > 1 for one in places.values())
    listed = sum(one != {-1} for one in places.values())  # others say nothing about the comma
    are_options = len(places) <= _MOST_BARE and movable >= max(_LOOSE_OPTIONS, ALWAYS * listed)
    has_thousands = any(map(_THOUSANDS.search, counts))
    if (
        several < max(_FEWEST, _SHARE * answered)
        or (delimiter == " " and not are_codes)
        or (delimiter == "," and (has_thousands or not (are_codes or are_options)))
    ):
        return False
    found = Counter(piece for cell in cells for piece in cell)
    sizes = piece_counts(cells)
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
    first = list(islice(cells.items(), 4 * _FIRST))
    lists = [tuple(filter(None, map(codes.__getitem__, cell))) for cell, _ in first]
    # an order that all neighbours keep is that of all pairs: of these there are many more
    neighbours = set(chain.from_iterable(map(pairwise, lists)))
    ordered, is_kept = _by_precedence(seen, neighbours)
    if neighbours and is_kept:
        return ordered, tr("in the order that the cells keep")
    before = Counter[tuple[str, str]]()
    for own, (_, n) in zip(lists, first, strict=True):
        for pair in combinations(own, 2):
            before[pair] += n
    agree = sum(max(n, before[second, first]) for (first, second), n in before.items())
    both = sum(n + before[second, first] for (first, second), n in before.items())
    if both and agree >= _AGREE * both:
        mostly = {(one, other) for (one, other), n in before.items() if n > before[other, one]}
        return _by_precedence(seen, mostly)[0], tr("in the order that the cells keep")
    order = order_texts(seen)
    return list(order.texts), order.rule


def _by_precedence(seen: Sequence[str], pairs: Iterable[tuple[str, str]]) -> tuple[list[str], bool]:
    """Return the codes so that the first of a pair precedes the second; and whether it always does.

    Ties are by first appearance, and so is what contradicts itself.
    """
    rest, ordered, is_kept = list(seen), list[str](), True
    after: dict[str, set[str]] = {code: set() for code in seen}
    for first, second in pairs:
        after[second].add(first)
    waiting = set(seen)
    while rest:
        chosen = next((code for code in rest if waiting.isdisjoint(after[code])), None)
        if chosen is None:
            chosen, is_kept = rest[0], False
        rest.remove(chosen)
        waiting.discard(chosen)
        ordered.append(chosen)
    return ordered, is_kept
