"""The library: every name that `import cxtui` offers, and the lower layers that they wrap."""

from cxtui.analysis.view.view import View
from cxtui.errors import (
    CodebookError,
    CxtuiError,
    EmptyBase,
    ExportError,
    SourceError,
    TargetsError,
    UsageError,
    ViewError,
)
from cxtui.library.codings import Coded
from cxtui.library.opening import from_frame, open  # noqa: A004 -- as in `tarfile`
from cxtui.library.results import (
    Checked,
    Question,
    Questions,
    Ranking,
    Respondents,
    Result,
    Table,
    Trend,
    Weighting,
)
from cxtui.library.surveys import Survey
from cxtui.survey.model import Codebook

__all__ = [
    "Checked",
    "Codebook",
    "Coded",
    "Question",
    "Questions",
    "Ranking",
    "Respondents",
    "Result",
    "Survey",
]
__all__ += ["Table", "Trend", "View", "Weighting", "from_frame", "open"]
__all__ += ["CodebookError", "CxtuiError", "EmptyBase", "ExportError", "SourceError"]
__all__ += ["TargetsError", "UsageError", "ViewError"]
