"""Text that is cut, padded or folded to a width in terminal cells."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from rich.cells import cell_len, chop_cells, set_cell_size

if TYPE_CHECKING:
    from cxtui.survey.question import Question

TEXT_WIDTH = 100
"""The width of a text that goes to a file or a pipe."""

Shown = TypeVar("Shown", bound=Hashable)

_NARROWEST = 12
"""The fewest cells of a chip that is alone."""
_NARROW = 24
"""The fewest cells of one of several chips: fewer chips say more than shorter ones."""
_TWO_PARTS = 9
"""The narrowest width that shows the beginnings of two texts."""


def padded(text: str, width: int) -> str:
    """Return `text` in exactly `width` terminal cells."""
    return set_cell_size(text, max(width, 0))


def ellipsis(text: str, width: int) -> str:
    """Return `text` in at most `width` terminal cells, ending in … where it was cut."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…" if width > 0 else ""


def middle_cut(text: str, width: int) -> str:
    """Return `text` in at most `width` terminal cells, with … in its middle where it was cut."""
    if cell_len(text) <= width:
        return text
    end = text[max(len(text) - width // 2 + 1, 0) :]
    while end and cell_len(end) > width // 2:
        end = end[1:]
    return ellipsis(text, max(width - cell_len(end.lstrip()), 1)) + end.lstrip()


def apart(labels: Sequence[str], width: int, show: Callable[[str], Shown]) -> list[Shown]:
    """Return labels as `show` shows them, so that different ones do not look alike.

    Those that would are cut before the word in which they differ (`Have…women, including kis…`),
    and once more where that leaves them alike (`…write to…prices`). `width` are the terminal cells
    of a line.
    """
    shown = [show(one) for one in labels]
    ends: dict[str, int] = {}
    for _ in range(2):
        for alike in _alike(shown):
            differing = _first_differences({labels[place] for place in alike})
            for place in alike:
                label, at = labels[place], differing[labels[place]]
                if at:
                    shown[place] = show(_cut_before(label, at, ends.get(label, 0), width))
            ends = differing | ends
    return shown


def _alike(shown: Sequence[Hashable]) -> list[list[int]]:
    """Return the places of texts that look alike."""
    places: dict[Hashable, list[int]] = {}
    for place, one in enumerate(shown):
        places.setdefault(one, []).append(place)
    return [one for one in places.values() if len(one) > 1]


def _first_differences(texts: AbstractSet[str]) -> dict[str, int]:
    """Return where each text ceases to be like any other, 0 where there is no other."""
    ordered = sorted(texts)
    shared = [_shared(*pair) for pair in pairwise(ordered)]
    return dict(zip(ordered, map(max, [0, *shared], [*shared, 0]), strict=True))


def _shared(one: str, other: str) -> int:
    """Return how many characters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _cut_before(text: str, at: int, end: int, width: int) -> str:
    """Return a text from the word on that has place `at`, with its beginning, or with its end."""
    shown = text[_word_start(text, at, width) :]
    if at < end:
        last = ellipsis(text[_word_start(text, end, width) :], width // 2)
        return f"…{ellipsis(shown, width - cell_len(last) - 1)}{last}"
    return ellipsis(text, max(width // 3, width - cell_len(shown))) + shown


def _word_start(text: str, at: int, width: int) -> int:
    """Return where the word at a place begins, the place itself in a script without blanks."""
    start = text.rfind(" ", 0, at) + 1
    return start if cell_len(text[start:at]) <= width // 2 else at


def fitted(text: str, width: int) -> str:
    """Return `text` in exactly `width` terminal cells, ending in … where it was cut."""
    return padded(ellipsis(text, width), width)


def between(head: str, label: str, tail: str, width: int) -> str:
    """Return `head`, `label` cut or filled up, and `tail` at the right end of `width` cells."""
    return f"{head}{fitted(label, width - cell_len(head) - cell_len(tail) - 1)} {tail}"


def titled(question: Question) -> str:
    """Return a question's id and its wording, once where they are the same."""
    return question.id if question.label == question.id else f"{question.id}: {question.label}"


def shortened(question: Question, width: int) -> str:
    """Return a question's label in at most `width` terminal cells.

    The wording of a grid is cut before the item: `Strength of e… Mobile`. Beside a long item the
    wording keeps a third: `How of… Contribute code…`. Items do not look alike.
    """
    label, part = question.label, question.grid_item
    if cell_len(label) <= width or part is None or width < _TWO_PARTS:
        return ellipsis(label, width)
    item = part.own_label
    room = max(width - cell_len(item) - 1, width // 3)
    return f"{ellipsis(label, room)} {_items_apart(part.own_labels, width - room - 1)[item]}"


@lru_cache(maxsize=256)
def _items_apart(labels: tuple[str, ...], width: int) -> dict[str, str]:
    """Return the labels of items cut to `width` cells, by the whole ones."""
    return dict(zip(labels, apart(labels, width, lambda one: ellipsis(one, width)), strict=True))


def question_between(head: str, question: Question, tail: str, width: int) -> str:
    """Return a question's label between `head` and `tail`, as `between`, cut as by `shortened`."""
    room = width - cell_len(head) - cell_len(tail) - 1
    return between(head, shortened(question, room), tail, width)


def folded(text: str, width: int, most: int) -> list[str]:
    """Return `text` in up to `most` lines of `width` terminal cells, broken between words.

    A word wider than a line is cut, and so is the last line. Scripts of wide characters, which have
    no blanks, are broken anywhere.
    """
    words, lines = [], [""]
    for word in text.split():
        is_wide = cell_len(word) > len(word) and cell_len(word) > width > 1
        words += chop_cells(word, width) if is_wide else [word]
    while words:
        longer = f"{lines[-1]} {words[0]}".strip()
        if cell_len(longer) <= width:
            lines[-1] = longer
        elif len(lines) == most:
            lines[-1] = ellipsis(" ".join([lines[-1], *words]).strip(), width)
            break
        elif not lines[-1]:
            lines[-1] = ellipsis(words[0], width)
        else:
            lines.append("")
            continue
        words.pop(0)
    return lines


def broken(text: str, width: int) -> list[str]:
    """Return all of `text` in lines of `width` terminal cells; a wider word is broken."""
    return wrapped(text.split(), width, cell_len, lambda word, _: chop_cells(word, max(width, 2)))


def wrapped(
    words: Iterable[str],
    width: float,
    measure: Callable[[str], float],
    chop: Callable[[str, float], Iterable[str]],
) -> list[str]:
    """Return words in lines no wider than `width`; `chop` breaks a wider word."""
    lines = [""]
    for word in words:
        for piece in [word] if measure(word) <= width else chop(word, width):
            longer = f"{lines[-1]} {piece}" if lines[-1] else piece
            if measure(longer) <= width or not lines[-1]:
                lines[-1] = longer
            else:
                lines.append(piece)
    return lines


def fitted_chips(chips: Sequence[str], room: int) -> str:
    """Return as many chips as fit, cut where they are long, and how many more there are."""
    for shown in range(len(chips), 0, -1):
        rest = f" +{len(chips) - shown}" if shown < len(chips) else ""
        widths = [cell_len(one) + 2 for one in chips[:shown]]
        width = _fair_width(widths, room - len(rest))
        if width >= min(_NARROW if shown > 1 else _NARROWEST, max(widths)):
            return " ".join(f"[{ellipsis(one, width - 2)}]" for one in chips[:shown]) + rest
    return f"+{len(chips)}"


def _fair_width(widths: Sequence[int], room: int) -> int:
    """Return how wide a chip may be for all to fit with a blank between them."""
    room -= len(widths) - 1
    widest = max(widths)
    while widest and sum(min(one, widest) for one in widths) > room:
        widest -= 1
    return widest
