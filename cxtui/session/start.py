"""What a visit to a survey begins with: its files, the view that was asked for, and settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cxtui.analysis.query.cache.memory_budget import MEMORY, parse_memory
from cxtui.analysis.view.view_option_table import ViewOptions, derive_option
from cxtui.messages import tr
from cxtui.options import option
from cxtui.sources.readers.timeouts import DEFAULT_TIMEOUT, timeout_of

if TYPE_CHECKING:
    from cxtui.output.replay import Opened
    from cxtui.session.config import Config


def as_least(text: str) -> int:
    """Return the smallest count that is shown; raises `ValueError` if the text is not one."""
    from cxtui.survey.model import is_least

    if not (text.isdecimal() and is_least(int(text[:9]))):
        raise ValueError(tr("takes a number of respondents from 2 on, not {!r}", text))
    return int(text[:9])


@dataclass(frozen=True, slots=True)
class SurveyOptions:
    """What names a survey and its codebook; `piped` is the file that keeps standard input."""

    files: tuple[str, ...] = option(
        (),
        "a file, a folder, a pattern, or - for standard input; several: waves",
        "FILE",
        place="+",
    )
    codebook: str = option("", "use this codebook", "TOML")
    sheet: str = option("", "read this sheet of a workbook (default: the fullest)", "NAME")
    timeout: float = option(
        DEFAULT_TIMEOUT,
        "how long a server far away may take to answer (default: {:.0f})",
        "SECONDS",
        read=timeout_of,
        is_configurable=True,
    )
    derive: tuple[str, ...] = derive_option()
    suppress: int = option(
        0,
        "show no count of fewer than N respondents, nor what would tell it; a higher number than "
        "the codebook's counts, a lower one does not",
        "N",
        read=as_least,
    )
    piped: str = ""

    @property
    def opened(self) -> Opened:
        """How command lines name the survey."""
        from cxtui.output.replay import opened_as

        return opened_as(
            self.files, self.codebook, self.piped, self.sheet, self.derive, self.suppress
        )


@dataclass(frozen=True, slots=True)
class Start(SurveyOptions):
    """How a survey is opened to be explored, and the view that was asked for.

    `theme` and `ascii` are `None` where the terminal decides.
    """

    resume: bool = option(False, "open the view it was left at")
    fresh: bool = option(False, "do not offer that view", rival="resume")
    follow: bool = option(False, "read the file again by itself whenever it changed")
    coder: str = option(
        "",
        "the name under which codes of open answers are kept (default: your login name)",
        "NAME",
        is_configurable=True,
    )
    memory: int = option(
        MEMORY,
        "megabytes of columns and counts to keep (default: {})",
        "MB",
        read=parse_memory,
        is_configurable=True,
    )
    ascii: bool | None = option(
        None,
        "draw with plain characters, not the survey's texts (default: where LANG or TERM says so)",
        is_negatable=True,
        group="the terminal",
        is_configurable=True,
    )
    linear: bool = option(
        False,
        "no screen: each step as plain lines, for screen readers and terminals that show no screen",
        group="the terminal",
        is_configurable=True,
    )
    theme: str | None = option(
        None,
        "colours for a dark or a light background (default: as COLORFGBG says, else dark)",
        choices=("dark", "light"),
        group="the terminal",
        is_configurable=True,
    )
    view: ViewOptions = field(default_factory=ViewOptions)
    config: Config | None = None
