"""The errors a user can cause.

Each message is one line: what is wrong with which file, column or option, and what to do.
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass

from cxtui.messages import fill, tr
from cxtui.text import clean, redacted

_LONGEST = 2_000
_MOST_NEAR = 3
_ADVISED = "; "
"""What parts the advice of a message from what is wrong."""

_MARK = "\ufdd0"
"""A sign that no text has: it marks where the advice of a message begins."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do about an error, as a value of its message; `near` are the names it offers.

    A value beyond the message's `{}` is told to programs alone.
    """

    text: str = ""
    near: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)


class CxtuiError(Exception):
    """An error that the user can correct; the message says how.

    The values fill the message's `{}` (`tr`). They are file names, labels and options, so control
    characters and the secrets of addresses are removed from the text. Programs are told the advice
    (`hint`) apart: that of a value, else what is behind the first `;` of the message; and the names
    that are `near` the one that is wrong.
    """

    hint: str
    near: tuple[str, ...]

    def __init__(self, message: str, *values: object) -> None:
        marked = tr(message).replace(_ADVISED, _ADVISED + _MARK, 1)
        said, _, hint = (fill(marked, message, values) if values else marked).partition(_MARK)
        super().__init__(_shown(said + hint))
        told = [one for one in values if isinstance(one, Advice)]
        told += [Advice(one.hint, one.near) for one in values if isinstance(one, CxtuiError)]
        hints = (*(one.text.removeprefix(_ADVISED) for one in told), hint)
        self.hint = _shown(next(filter(None, hints), ""))
        self.near = tuple(_shown(near) for one in told for near in one.near)


def _shown(text: str) -> str:
    """Return a text as one line that is safe to show, the middle of a very long one left out."""
    text = redacted(clean(text))
    if len(text) > _LONGEST:
        text = clean(f"{text[: _LONGEST // 2]} … {text[-_LONGEST // 2 :]}")
    return text


def near_names(name: str, known: Iterable[str], cutoff: float = 0.6) -> tuple[str, ...]:
    """Return the known names that are most like a name that is wrong, the nearest first."""
    from difflib import get_close_matches

    return tuple(get_close_matches(name, dict.fromkeys(known), n=_MOST_NEAR, cutoff=cutoff))


def near_among(name: str, known: Iterable[str]) -> Advice:
    """Return the near names of a message that lists all of them, or says where they are."""
    return Advice(near=near_names(name, known))


class SourceError(CxtuiError):
    """A file, folder, pattern or table could not be read as a survey."""


class Cancelled(SourceError):
    """A count was stopped because its request was cancelled."""


class CodebookError(CxtuiError):
    """A codebook is not valid TOML, has an unknown key, or names what the survey does not have."""


class ViewError(CxtuiError):
    """A view names a question, category, weight or measure that the survey does not have."""


class EmptyBase(ViewError):
    """The filters of a view leave no respondents."""


class TargetsError(CxtuiError):
    """The targets of a weight are not valid, do not fit the survey, or cannot be met."""


class PlanError(CxtuiError):
    """A tab plan is not valid, or names a banner that it does not have."""


class UsageError(CxtuiError):
    """An option or argument is unknown, lacks its value, or does not take the one it got."""


class SavedViewsError(CxtuiError):
    """A file of saved views cannot be read, or has no room for the name."""


class ExportError(CxtuiError):
    """A table could not be written to its destination."""


class TemporaryExportError(ExportError):
    """A file could not be written now, and may be later: another place is no remedy."""


def engine_errors() -> tuple[type[BaseException], ...]:
    """Return the exceptions that a query can raise, without loading an engine that is not in use.

    Polars panics (which is not an `Exception`) on unexpected damage, and where a file was
    replaced while it was open.
    """
    found: list[type[BaseException]] = [OSError, MemoryError]
    if polars := sys.modules.get("polars.exceptions"):
        found += [polars.PolarsError, polars.PanicException]
    if narwhals := sys.modules.get("narwhals.exceptions"):
        found.append(narwhals.NarwhalsError)
    return tuple(found)


_NO_ROOM = ("failed to map segment", "annot allocate memory")
"""What the loader of native libraries says of one for which there is no memory."""


def is_out_of_memory(error: BaseException | None) -> bool:
    """Return whether memory ran out, also while a library was loaded, behind another error."""
    if error is None:
        return False
    if isinstance(error, MemoryError):
        return True
    is_unloaded = isinstance(error, ImportError) and any(one in str(error) for one in _NO_ROOM)
    return is_unloaded or is_out_of_memory(error.__cause__ or error.__context__)


def is_panic(error: BaseException) -> bool:
    """Return whether native code broke down; each extension has such an exception of its own."""
    return type(error).__name__ == "PanicException"


def first_line(error: BaseException) -> str:
    """Return the first line of a library's error message, without query plan and advice."""
    if not isinstance(error, Exception):
        return tr("the engine broke down over it")
    if is_out_of_memory(error):
        return tr("it takes more memory than there is")
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
