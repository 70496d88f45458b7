"""The verb `plan`: a book of tables, a deck of slides, or what they would be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cxtui.cli.delivery import counted_aloud, deliver, format_for, print_text, say
from cxtui.errors import ExportError, UsageError
from cxtui.exit_status import Exit
from cxtui.messages import tr
from cxtui.output import Content, Format, render, shape_for
from cxtui.user_directories import expand_home

if TYPE_CHECKING:
    from cxtui.analysis.view.view import View
    from cxtui.cli.command import Command
    from cxtui.output.book.book_table import Book
    from cxtui.output.deck.slide import ShapeName
    from cxtui.output.writers.deck_writer import DeckFile
    from cxtui.survey.model import Survey
    from cxtui.work.plan.plan_options import PlanOptions
    from cxtui.work.plan.planned_tables import Planned


def run_plan(command: Command, opened: Callable[[Command], Survey]) -> int:
    """Make the tables of a tab plan, or check them; return the exit status.

    A table that is refused is left out with its reason, and the status is that of a failure.
    """
    from cxtui.work.plan.plan_text import read_plan_file
    from cxtui.work.plan.planned_tables import book_of, bound, chosen, planned_tables

    asked, result = command.plan, command.result
    format_ = format_for(result) if result.output or result.format else Format.MARKDOWN
    shape_for(format_, None, Content.BOOK)
    write, names = (_checker(format_), ()) if asked.check else _writer(command, format_)
    plan = read_plan_file(expand_home(asked.plan))
    survey = opened(command)
    planned = chosen(planned_tables(survey, plan), asked.tables)
    together = _together(survey, planned, names)
    made = book_of(survey, planned, command.survey.opened, together)
    book = bound(survey, plan, counted_aloud(made, len(planned), "{} of {} tables"))
    if not asked.check:
        for one in book.tables:
            if one.problem:
                say(tr("no table {} of {}: {}", one.number, one.question, one.problem))
    status = write(survey, book, together)
    return Exit.FAILED if any(one.problem for one in book.tables) else status


def _together(
    survey: Survey, planned: Sequence[Planned], names: Sequence[ShapeName]
) -> Sequence[View]:
    """Return the views of an updated deck, which shows other tables beside those of the plan."""
    if not (names and survey.least):
        return ()
    from cxtui.work.plan.deck_tables import views_together

    return views_together(survey, planned, names)


_Write = Callable[["Survey", "Book", "Sequence[View]"], int]


def _writer(command: Command, format_: Format) -> tuple[_Write, Sequence[ShapeName]]:
    """Return what writes the book in a format, once all that it needs is there.

    And the names of the charts of a deck that is updated.
    """
    asked = command.plan
    if format_ is not Format.PPTX:
        if option := _deck_option(asked):
            raise UsageError("{} goes with a deck: -o NAME.pptx", option)
        return lambda _, book, __: _write_book(command, book, format_), ()
    from cxtui.output.writers.deck_writer import DeckFile, deck_of, read_deck, require_pptx

    require_pptx()
    if asked.template and asked.into:
        raise UsageError("--template and --into: take one of them")
    if asked.into:
        path = expand_home(asked.into)
        deck = DeckFile(path)
        _keep(path, command.result.output)
        return partial(_update, command, deck), deck.names
    path = expand_home(asked.template)
    template = read_deck(path) if asked.template else None
    return lambda _, book, __: deliver(command, deck_of(book, template, str(path))), ()


def _deck_option(asked: PlanOptions) -> str:
    return "--template" if asked.template else "--into" if asked.into else ""


def _keep(deck: Path, output: str) -> None:
    """Raise `ExportError` where the deck that is updated would be replaced."""
    target = expand_home(output) if output else None
    if target and target.exists() and target.samefile(deck):
        raise ExportError("{} is the deck that is updated, and stays: take another name", target)


def _write_book(command: Command, book: Book, format_: Format) -> int:
    from cxtui.output.book.book_document import document_of_book

    return deliver(command, render(document_of_book(book), format_))


def _update(
    command: Command, deck: DeckFile, survey: Survey, book: Book, together: Sequence[View]
) -> int:
    """Write the deck with the numbers of the survey, and say what became of its charts."""
    from cxtui.output.deck.update_deck import said_of
    from cxtui.output.writers.deck_writer import charted
    from cxtui.work.plan.deck_tables import tables_of_names

    planned = charted(book.tables)
    found = tables_of_names(survey, deck.names, planned, command.survey.opened, together)
    update = deck.updated(found, planned)
    status = deliver(command, update.content)
    say(said_of(update))
    return status


def _checker(format_: Format) -> _Write:
    """Return what checks the book and prints it: as text, or as JSON where that was asked for."""

    def check(_: Survey, book: Book, __: Sequence[View]) -> int:
        from cxtui.work.plan.check_document import document_of_check
        from cxtui.work.plan.check_plan import check_tables

        checked = check_tables(book.tables)
        document = document_of_check(checked, book.title)
        shown = Format.JSON if format_ is Format.JSON else Format.TEXT
        print_text(render(document, shown).decode())
        return Exit.DONE if all(one.is_sound for one in checked) else Exit.FAILED

    return check
