"""The verb `plan`: a book of tables, or what they would be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from cxtui.cli.delivery import counted, deliver, format_for, print_text, say
from cxtui.exit_status import Exit
from cxtui.messages import tr
from cxtui.output import Content, Format, render, shape_for
from cxtui.user_directories import expand_home

if TYPE_CHECKING:
    from cxtui.cli.parser import Command
    from cxtui.output.book.book_table import BookTable
    from cxtui.survey.model import Survey


def run_plan(command: Command, opened: Callable[[Command], Survey]) -> int:
    """Make the tables of a tab plan, or check them; return the exit status.

    A table that is refused is left out with its reason, and the status is that of a failure.
    """
    from cxtui.output.book.book_document import document_of_book
    from cxtui.work.plan.plan_text import read_plan_file
    from cxtui.work.plan.planned_tables import book_of, bound, chosen, planned_tables

    asked, result = command.plan, command.result
    format_ = format_for(result) if result.output or result.format else Format.MARKDOWN
    shape_for(format_, None, Content.BOOK)
    plan = read_plan_file(expand_home(asked.plan))
    survey = opened(command)
    planned = chosen(planned_tables(survey, plan), asked.tables)
    made = counted(book_of(survey, planned, command.survey.opened), len(planned), "{} of {} tables")
    book = bound(survey, plan, made)
    if asked.check:
        return _check(book.tables)
    for one in book.tables:
        if one.problem:
            say(tr("no table {} of {}: {}", one.number, one.question, one.problem))
    status = deliver(command, render(document_of_book(book), format_))
    return Exit.FAILED if any(one.problem for one in book.tables) else status


def _check(tables: Sequence[BookTable]) -> int:
    from cxtui.work.plan.check_plan import check_tables, lines_of, summary_of

    checked = check_tables(tables)
    lines = (*lines_of(checked), summary_of(checked))
    print_text("".join(f"{line}\n" for line in lines))
    return Exit.DONE if all(one.is_sound for one in checked) else Exit.FAILED
