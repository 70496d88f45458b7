"""Write a book of tables as a deck of slides with native charts, or into a deck that is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cxtui.errors import ExportError
from cxtui.output.book.book_table import Book, BookTable
from cxtui.output.deck.shape_slide import slides_of
from cxtui.output.document import Document
from cxtui.output.writers.registry import Shape

if TYPE_CHECKING:
    from cxtui.output.deck.slide import ShapeName
    from cxtui.output.deck.update_deck import DeckUpdate

MISSING = "PowerPoint files need an extra: pip install 'cxtui[pptx]'"


def can_write_decks() -> bool:
    """Whether the library of the extra `pptx` is installed; nothing of it is loaded."""
    from importlib.util import find_spec

    return find_spec("pptx") is not None


def require_pptx() -> None:
    """Raise `ExportError` with the line that installs the extra, where it is missing."""
    if not can_write_decks():
        raise ExportError(MISSING)


def write_deck(document: Document, shape: Shape) -> bytes:
    """Return the charted tables of a document's book as slides; there is one shape."""
    if document.book is None:
        raise ExportError("a deck is made of a tab plan: cxtui plan PLAN FILE -o deck.pptx")
    return deck_of(document.book)


def deck_of(book: Book, template: bytes | None = None, name: str = "") -> bytes:
    """Return a deck with a slide a table, behind those of a template, which `name` names."""
    require_pptx()
    from cxtui.output.deck.deck_file import Deck
    from cxtui.output.deck.draw_slide import draw_slide

    deck = Deck(template, name)
    with deck.refusing_damage():
        for slide in slides_of(charted(book.tables)):
            draw_slide(deck, slide)
        deck.set_properties(book.title)
        return deck.saved()


def charted(tables: Iterable[BookTable]) -> list[BookTable]:
    """Return the tables that have a slide: those with `chart`, or all where none has it."""
    made = [one for one in tables if one.table is not None]
    return [one for one in made if one.is_charted] or made


class DeckFile:
    """A deck that is there, to be updated."""

    def __init__(self, path: Path) -> None:
        require_pptx()
        from cxtui.output.deck.deck_file import Deck
        from cxtui.output.deck.update_deck import names_in

        self._deck = Deck(read_deck(path), str(path))
        with self._deck.refusing_damage():
            self.names: Sequence[ShapeName] = names_in(self._deck)

    def updated(
        self, found: Mapping[ShapeName, BookTable], planned: Iterable[BookTable]
    ) -> DeckUpdate:
        """Return the deck with new numbers, and slides for the planned tables it does not have."""
        from cxtui.output.deck.update_deck import update_deck

        with self._deck.refusing_damage():
            return update_deck(self._deck, found, list(planned))


def read_deck(path: Path) -> bytes:
    """Return the content of a deck or template; raises `ExportError`."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ExportError("{}: {}", path, error.strerror) from None
