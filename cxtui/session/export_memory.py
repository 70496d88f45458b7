"""Where and in which format results were exported last, kept for the next export."""

from __future__ import annotations

import tomllib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cxtui.errors import CxtuiError, ExportError
from cxtui.output import Content, Format, format_of
from cxtui.session.private_files import exports_file, keep
from cxtui.survey.codebook.load_toml import load_toml
from cxtui.survey.codebook.toml_entries import toml_value


@dataclass(frozen=True, slots=True)
class LastExport:
    """A format and a folder; `None` and empty where there was no export, or no folder was named."""

    format_: Format | None = None
    folder: Path = Path()


def last_export(content: Content) -> LastExport:
    """Return how a kind of content was exported last; a folder that has gone is forgotten."""
    file = _load().get(content.name.lower())
    try:
        path = Path(str(file))
        found = LastExport(format_of(path), path.parent)
        return found if path.parent.is_dir() else LastExport(found.format_)
    except (CxtuiError, OSError, ValueError):
        return LastExport()


def remember_export(content: Content, path: Path) -> None:
    """Keep how a kind of content was exported; a home that cannot be written keeps nothing."""
    named = Path(path.name)
    with suppress(OSError):  # the folder in which one works may be gone
        if path.absolute().parent != Path.cwd():
            named = path.absolute()
    exports = _load() | {content.name.lower(): str(named)}
    lines = (f"{name} = {toml_value(str(file))}\n" for name, file in exports.items())
    with suppress(ExportError):
        keep(exports_file(), "".join(lines).encode(errors="replace"))


def _load() -> dict[str, object]:
    try:
        return dict(load_toml(exports_file().read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, CxtuiError):
        return {}
