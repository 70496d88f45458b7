"""Saved views: views with names, in a TOML file beside their survey."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cxtui.analysis.view.view import View
from cxtui.errors import SavedViewsError
from cxtui.messages import tr
from cxtui.survey.codebook.load_toml import load_toml
from cxtui.survey.codebook.toml_entries import toml_value
from cxtui.text import clean
from cxtui.user_directories import expand_home

SUFFIX = ".views.toml"
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class SavedView:
    """A name and the text form of a view, which may no longer fit the survey."""

    name: str
    text: str


Saved = tuple[SavedView, ...]


def beside(files: Sequence[str]) -> Path | None:
    """Return the file of views beside a survey; `None` for several files."""
    if len(files) != 1 or any(sign in files[0] for sign in "*?["):
        return None
    path = expand_home(files[0])
    return path.with_name(path.stem + SUFFIX) if path.name else None


def named(name: str) -> str:
    """Return a name as one line; raises `SavedViewsError` where it is empty or too long."""
    kept = clean(name)
    if not kept:
        raise SavedViewsError("a view needs a name")
    if len(kept) > _LONGEST_NAME:
        raise SavedViewsError("a name has {} characters at most", _LONGEST_NAME)
    return kept


def with_view(saved: Saved, name: str, view: View) -> Saved:
    """Return the views with one more, which replaces one of the same name in its place.

    Of the derived questions of `view`, it has those that it needs.
    """
    if view.derive:
        from cxtui.analysis.derive.derived_lines import needed_lines

        bare = str(replace(view, derive=()))
        view = replace(view, derive=needed_lines(view.derive, [bare]))
    added = SavedView(named(name), str(view))
    if all(one.name != added.name for one in saved):
        return (*saved, added)
    return tuple(added if one.name == added.name else one for one in saved)


def renamed(saved: Saved, name: str, new: str) -> Saved:
    """Return the views with one under a new name; raises `SavedViewsError` where that is taken."""
    kept = named(new)
    if kept != name and any(one.name == kept for one in saved):
        raise SavedViewsError("there is a view named {!r} already", kept)
    return tuple(SavedView(kept, one.text) if one.name == name else one for one in saved)


def without(saved: Saved, name: str) -> Saved:
    """Return the views but for one."""
    return tuple(one for one in saved if one.name != name)


def read_saved(text: str, origin: str) -> Saved:
    """Return the views in a file's text; raises `SavedViewsError` where it holds anything else."""
    try:
        whole = load_toml(text)
    except tomllib.TOMLDecodeError as error:
        reason = clean(str(error))[:_LONGEST_NAME]
        message = "{} is not valid TOML: {}; put it right first"
        raise SavedViewsError(message, origin, reason) from None
    entries = whole.pop("view", [])
    if whole or not isinstance(entries, list):
        found = clean(next(iter(whole), "view"))
        message = "{} holds {!r}, which is no [[view]]; put it right first"
        raise SavedViewsError(message, origin, found)
    saved: dict[str, SavedView] = {}
    for number, entry in enumerate(entries, 1):
        one = _entry(entry, tr("{}: view {}", origin, number))
        if one.name in saved:
            message = "{} has two views named {!r}; rename one first"
            raise SavedViewsError(message, origin, one.name)
        saved[one.name] = one
    return tuple(saved.values())


def _entry(entry: object, where: str) -> SavedView:
    if not isinstance(entry, dict) or set(entry) != {"name", "view"}:
        raise SavedViewsError("{} takes a name and a view, and nothing else", where)
    name, text = entry["name"], entry["view"]
    if not (isinstance(name, str) and isinstance(text, str) and clean(name)):
        raise SavedViewsError("{}: its name and its view are texts", where)
    return SavedView(clean(name), text)


def write_saved(saved: Iterable[SavedView], origin: str) -> str:
    """Return the views as the text of a file."""
    said = tr("Views of {}: `v` in cxtui opens them. `view` is its command line.", clean(origin))
    lines = [f"# {said}"]
    for one in saved:
        lines += [
            "",
            "[[view]]",
            f"name = {toml_value(one.name)}",
            f"view = {toml_value(one.text)}",
        ]
    return "\n".join([*lines, ""])


def load_saved(file: Path) -> Saved:
    """Return the views in a file, none where there is no file; raises `SavedViewsError`."""
    try:
        return read_saved(file.read_text(encoding="utf-8-sig"), str(file))
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except UnicodeDecodeError:
        raise SavedViewsError("{} is not UTF-8 text; put it right first", file) from None
    except OSError as error:
        raise SavedViewsError("{}: {}", file, error.strerror or error) from None
