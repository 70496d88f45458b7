"""The tab plan beside a survey: views are added to it and taken out; what a person wrote stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from cxtui.analysis.view.view import View
from cxtui.errors import PlanError
from cxtui.file_locks import folder_lock
from cxtui.messages import tr
from cxtui.options import keywords_of
from cxtui.output.files.write_file import write_whole
from cxtui.survey.model import Survey
from cxtui.text import clean
from cxtui.user_directories import expand_home
from cxtui.work.plan.plan import Plan
from cxtui.work.plan.plan_text import read_plan, text_of_plan
from cxtui.work.plan.planned_tables import planned_tables
from cxtui.work.plan.shortest_view import shortest_options

SUFFIX = ".plan.toml"


@dataclass(frozen=True, slots=True)
class PlanChange:
    """What was done to a plan: where it is, how many tables it has now, whether one was added."""

    path: Path
    tables: int
    is_added: bool


def plan_beside(files: Sequence[str]) -> Path | None:
    """Return the plan beside a survey; `None` for several files."""
    if len(files) != 1 or any(sign in files[0] for sign in "*?[") or "://" in files[0]:
        return None
    path = expand_home(files[0])
    return path.with_name(path.stem + SUFFIX) if path.name else None


def load_plan(path: Path) -> Plan | None:
    """Return a plan, `None` where there is no file, or no table in it; raises `PlanError`."""
    if not path.is_file():
        return None
    plan = read_plan(text_of_plan(path, path.name), path.name, may_be_empty=True)
    return plan if plan.tables else None


def toggle_view(path: Path, survey: Survey, view: View) -> PlanChange:
    """Add a view to a plan, or take it out where a table of the plan is just this view.

    Comments and other tables stay. Raises `PlanError` where the plan cannot be read or the view
    cannot be said in one, and `ExportError` where it cannot be written.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    if view.derive:
        raise PlanError(
            "a plan has saved questions only: save the new ones into the codebook first"
        )
    if view.across is not None:
        raise PlanError("a plan shows a grid by its banner, not its items by its answers")
    with folder_lock(path.parent):
        text = _begun(survey)
        if path.is_file():
            text = text_of_plan(path, path.name)
            read_plan(text, path.name, may_be_empty=True)
        try:
            document = tomlkit.parse(text)
        except TOMLKitError as error:
            raise PlanError("{}: {}", path.name, error) from None
        defaults = document.get("defaults", {})
        wanted = entries_of(survey, view, set(defaults))
        if not document.get("table"):  # an empty list is no list of tables
            document.pop("table", None)
            document["table"] = tomlkit.aot()
        tables = document["table"]
        found = [at for at, one in enumerate(tables) if one.unwrap() == wanted]
        if found:
            del tables[found[0]]
        else:
            tables.append(_table(wanted))
        if not len(tables):
            del document["table"]
        written = tomlkit.dumps(document)
        count = len(planned_tables(survey, read_plan(written, path.name))) if len(tables) else 0
        write_whole(path, written.encode(), replace=True)
    return PlanChange(path, count, not found)


def _begun(survey: Survey) -> str:
    return f"# {tr('Tables of {}: `cxtui plan` makes them.', clean(survey.title))}\n\n"


def _table(entries: dict[str, object]) -> Any:
    import tomlkit

    table = tomlkit.table()
    for key, value in entries.items():
        table.add(key, value)
    return table


def entries_of(survey: Survey, view: View, defaults: set[str]) -> dict[str, object]:
    """Return the `[[table]]` of a view, without what is the survey's own default.

    So the latest wave stays the latest. `defaults` are the keys of the plan's defaults, of which
    the table takes none that would give it another banner or more filters.
    """
    options = shortest_options(survey, view)
    entries: dict[str, object] = {"questions": [view.question]}
    entries |= {
        name: _plain(value) for name, value in keywords_of(options).items() if name != "question"
    }
    if len(options.show) == 1:
        entries["show"] = str(options.show[0])
    if "by" not in entries and defaults & {"banner", "banners", "by"}:
        entries["by"] = []
    if "where" not in entries and "where" in defaults:
        entries["where"] = []
    return entries


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return list(map(_plain, value))
    if isinstance(value, StrEnum):
        return str(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value
