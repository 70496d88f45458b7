"""Text that is cut, padded or folded to a width in terminal cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich.cells import cell_len, chop_cells, set_cell_size

from cxtui.survey.question import Question

TEXT_WIDTH = 100
"""The width of a text that goes to a file or a pipe."""

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
    """Return `text` in at most `width` terminal cells, with … in its middle where it was cut.

    Two texts with the same beginning stay apart by their ends.
    """
    if cell_len(text) <= width:
        return text
    end = text[max(len(text) - width // 2 + 1, 0) :]
    while cell_len(end) > width // 2:
        end = end[1:]
    return ellipsis(text, max(width - cell_len(end.lstrip()), 1)) + end.lstrip()


def fitted(text: str, width: int) -> str:
    """Return `text` in exactly `width` terminal cells, ending in … where it was cut."""
    return padded(ellipsis(text, width), width)


def between(head: str, label: str, tail: str, width: int) -> str:
    """Return `head`, `label` cut or filled up, and `tail` at the right end of `width` cells."""
    return f"{head}{fitted(label, width - cell_len(head) - cell_len(tail) - 1)} {tail}"


def shortened(question: Question, width: int) -> str:
    """Return a question's label in at most `width` terminal cells.

    The wording of a grid is cut before the item: `Strength of e… Mobile`. Beside a long item the
    wording keeps a third: `How of… Contribute code…`.
    """
    label, part = question.label, question.grid_item
    if cell_len(label) <= width or part is None or width < _TWO_PARTS:
        return ellipsis(label, width)
    item = part.own_label
    room = max(width - cell_len(item) - 1, width // 3)
    return f"{ellipsis(label, room)} {ellipsis(item, width - room - 1)}"


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
