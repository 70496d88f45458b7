"""The verb `plan`: a book of tables, or what they would be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from cxtui.cli.delivery import counted, deliver, format_for, print_text, say
from cxtui.errors import ExportError
from cxtui.exit_status import Exit
from cxtui.messages import tr
from cxtui.output import Format, render
from cxtui.user_directories import expand_home

if TYPE_CHECKING:
    from cxtui.cli.parser import Command
    from cxtui.output.book.book_table import BookTable
    from cxtui.survey.model import Survey
    from cxtui.work.plan.plan import Plan

BOOK_FORMATS = (Format.XLSX, Format.HTML, Format.MARKDOWN, Format.JSON)


def run_plan(command: Command, opened: Callable[[Command], Survey]) -> int:
    """Make the tables of a tab plan, or check them; return the exit status.

    A table that is refused is left out with its reason, and the status is that of a failure.
    """
    from cxtui.work.plan.plan_text import read_plan_file
    from cxtui.work.plan.planned_tables import book_of, chosen, in_order, planned_tables

    asked, format_ = command.plan, _format(command)
    plan = read_plan_file(expand_home(asked.plan))
    survey = opened(command)
    planned = chosen(planned_tables(survey, plan), asked.tables)
    made = counted(book_of(survey, planned, command.survey.opened), len(planned), "{} of {} tables")
    book = in_order(made)
    if asked.check:
        return _check(book)
    for one in book:
        if one.problem:
            say(tr("no table {} of {}: {}", one.number, one.question, one.problem))
    status = deliver(command, _content(book, plan, survey, format_))
    return Exit.FAILED if any(one.problem for one in book) else status


def _format(command: Command) -> Format:
    result = command.result
    format_ = format_for(result) if result.output or result.format else Format.MARKDOWN
    if format_ not in BOOK_FORMATS:
        raise ExportError("{} cannot hold a book: take {}", format_, ", ".join(BOOK_FORMATS))
    return format_


def _check(book: Sequence[BookTable]) -> int:
    from cxtui.work.plan.check_plan import check_tables, lines_of, summary_of

    checked = check_tables(book)
    lines = (*lines_of(checked), summary_of(checked))
    print_text("".join(f"{line}\n" for line in lines))
    return Exit.DONE if all(one.is_sound for one in checked) else Exit.FAILED


def _content(book: Sequence[BookTable], plan: Plan, survey: Survey, format_: Format) -> bytes:
    title = plan.title or survey.title
    if format_ is Format.XLSX:
        from cxtui.output.writers.book_writer import write_book
        from cxtui.work.plan.planned_tables import about_survey

        about = about_survey(survey)
        return write_book(book, title, about, contents=plan.contents, stacked=plan.stacked)
    from cxtui.output.book.book_document import document_of_book

    return render(document_of_book(book, title), format_)
