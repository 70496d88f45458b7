"""The action of each command of the explorer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from cxtui.app.filter_keys import exclude, keep_only
from cxtui.app.hiding_keys import hide, show_all
from cxtui.app.keys.commands import QUESTIONS, ROLES, TABLE
from cxtui.app.measure_keys import answers_across, choose_measures

if TYPE_CHECKING:
    from cxtui.app.explorer import Explorer


def show_help(app: Explorer) -> None:
    """List the keys that work here first; close the list where it is open."""
    from cxtui.app.screens.base.overlay import Overlay
    from cxtui.app.screens.help_screen import Help, keys_of_pane, keys_of_screen

    if isinstance(app.screen, Help):
        app.pop_screen()
    elif isinstance(app.screen, Overlay):
        app.push_screen(Help(keys_of_screen(app.screen)))
    else:
        app.push_screen(Help(keys_of_pane(app.movement.pane_id, app.keymap.commands)))


def show_palette(app: Explorer) -> None:
    """Find a command or a question; not over another screen, which its command would cover."""
    from cxtui.app.screens.palette_screen import Palette
    from cxtui.survey.question import Question

    if len(app.screen_stack) > 1:
        return
    survey = app.session.survey
    commands = [one for one in app.keymap.commands if one.id != "palette"]
    palette = Palette(commands, survey.codebook.table_questions if survey else ())

    def run(place: int | None) -> None:
        if place is None:
            return
        chosen = palette.choices[place]
        if isinstance(chosen, Question):
            app.go_to_question(chosen.id)
        else:
            app.call_later(app.action_do, chosen.id)

    app.push_screen(palette, run)


def resume(app: Explorer) -> None:
    """Go to the last view of the visit before."""
    app.movement.forget_count()
    app.session.resume()


def go_back(app: Explorer) -> None:
    """Go back to the ranking that the question was opened from, else list all questions again."""
    if app.question_line.is_open or not app.view_dialogs.back_to_gaps():
        app.question_line.close()


ACTIONS: Mapping[str, Callable[[Explorer], object]] = {
    "down": lambda app: app.movement.move(1),
    "up": lambda app: app.movement.move(-1),
    "page_down": lambda app: app.movement.pane.page(1),
    "page_up": lambda app: app.movement.pane.page(-1),
    "first": lambda app: app.movement.pane.edge(-1),
    "last": lambda app: app.movement.pane.edge(1),
    "find": lambda app: app.question_line.open(),
    "switch": lambda app: app.switch_role(),
    "columns_right": lambda app: app.movement.columns(1),
    "columns_left": lambda app: app.movement.columns(-1),
    "last_column": lambda app: app.movement.last_column(),
    "first_column": lambda app: app.movement.first_column(),
    "keep": keep_only,
    "exclude": exclude,
    "banner": lambda app: app.view_dialogs.banner(),
    "filter": lambda app: app.view_dialogs.filter(),
    "gaps": lambda app: app.view_dialogs.gaps(),
    "trend": lambda app: app.view_dialogs.trend(),
    "measure": lambda app: app.step("measure"),
    "measures": choose_measures,
    "across": answers_across,
    "chart": lambda app: app.movement.switch_chart(),
    "sort": lambda app: app.step("sort"),
    "weight": lambda app: app.step("weight"),
    "weighting": lambda app: app.table_dialogs.weigh(),
    "inspect": lambda app: app.table_dialogs.inspect(),
    "notes": lambda app: app.table_dialogs.notes(),
    "respondents": lambda app: app.table_dialogs.respondents(),
    "open": lambda app: app.table_dialogs.open(),
    "correction": lambda app: app.view_dialogs.correction(),
    "full": lambda app: app.step("full"),
    "hide": hide,
    "show_all": show_all,
    "nets": lambda app: app.view_dialogs.nets(),
    "merge": lambda app: app.table_dialogs.merge(),
    "derive": lambda app: app.view_dialogs.derive(),
    "against": lambda app: app.step("against"),
    "base": lambda app: app.step("base"),
    "codebook": lambda app: app.codebook_dialogs.edit(),
    "checks": lambda app: app.table_dialogs.checks(),
    "code": lambda app: app.codebook_dialogs.code(),
    "describe": lambda app: app.codebook_dialogs.edit_question(),
    "save": lambda app: app.codebook_dialogs.save(),
    "undo": lambda app: app.session.undo(),
    "redo": lambda app: app.session.redo(),
    "saved": lambda app: app.view_dialogs.saved_views(),
    "compare": lambda app: app.view_dialogs.compare(),
    "last_view": resume,
    "view_line": lambda app: app.view_dialogs.view_line(),
    "copy": lambda app: app.table_dialogs.copy(),
    "reload": lambda app: app.reload(),
    "sheet": lambda app: app.view_dialogs.sheet(),
    "export": lambda app: app.table_dialogs.export(),
    "export_all": lambda app: app.table_dialogs.export(first=1),
    "plan": lambda app: app.table_dialogs.plan(),
    "next_pane": lambda app: app.movement.next_pane(),
    "questions": lambda app: app.movement.go_to(QUESTIONS),
    "roles": lambda app: app.movement.go_to(ROLES),
    "table": lambda app: app.movement.go_to(TABLE),
    "palette": show_palette,
    "help": show_help,
    "forget": go_back,
    "redraw": lambda app: app.redraw(),
    "suspend": lambda app: app.action_suspend_process(),
    "quit": lambda app: app.exit(),
}
"""By the id of the command."""
