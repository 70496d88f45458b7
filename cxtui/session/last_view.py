"""The last view of a survey: its text form, and nothing else of the survey."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from contextlib import suppress

from cxtui.analysis.view.view import View
from cxtui.analysis.view.view_options import parse_view
from cxtui.errors import ExportError, ViewError
from cxtui.session.private_files import keep, session_file
from cxtui.survey.codebook.toml_values import toml_value
from cxtui.survey.model import Survey


def keep_session(files: Sequence[str], view: View) -> None:
    """Keep the view for the next visit; a home that cannot be written keeps none."""
    with suppress(ExportError):
        keep(session_file(files), f"view = {toml_value(str(view))}\n".encode())


def last_view(files: Sequence[str], survey: Survey) -> View | None:
    """Return the view that the survey was left at, `None` where there is none that still fits."""
    try:
        kept = tomllib.loads(session_file(files).read_text(encoding="utf-8"))
        return parse_view(survey, str(kept["view"]))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, ViewError):
        return None
