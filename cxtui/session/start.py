"""What a visit to a survey begins with: its files, the view that was asked for, and settings."""

from __future__ import annotations

from dataclasses import dataclass, field

from cxtui.analysis.query.memory_budget import MEMORY
from cxtui.analysis.view.view_options import ViewOptions
from cxtui.output.replay import Opened, opened_as
from cxtui.session.config import Config
from cxtui.sources.source import DEFAULT_TIMEOUT


@dataclass(frozen=True, slots=True)
class Start:
    """How a survey is opened to be explored.

    `view` is the view that was asked for; `piped` is the file that standard
    input is kept in; `timeout` is in seconds, `memory` in megabytes. With `resume` the
    session opens the last view, with `fresh` it does not offer it; with `follow` it reads the
    files again by itself once they have changed. `theme` and `ascii_only` are `None` where the
    terminal is to say.
    """

    files: tuple[str, ...]
    view: ViewOptions = field(default_factory=ViewOptions)
    codebook: str = ""
    piped: str = ""
    timeout: float = DEFAULT_TIMEOUT
    memory: int = MEMORY
    resume: bool = False
    fresh: bool = False
    follow: bool = False
    theme: str | None = None
    ascii_only: bool | None = None
    config: Config = field(default_factory=Config)

    @property
    def opened(self) -> Opened:
        """How command lines name the survey."""
        return opened_as(self.files, self.codebook, self.piped)
