"""The errors a user can cause.

    CxtuiError
    ├── SourceError      a file, folder or pattern could not be read
    ├── CodebookError    a codebook is not valid, or does not fit its survey
    ├── ViewError        a view asks for something the survey does not have
    │   └── EmptyBase    a filter leaves nobody
    ├── SavedViewsError  a file of named views is not one, or a name is taken
    └── ExportError      a table could not be written

Each message is one line: what is wrong with which file, column or option, and what to do.
"""


class CxtuiError(Exception):
    """Something the user can put right; the message says how."""


class SourceError(CxtuiError):
    """A file, folder or pattern could not be read as a survey."""


class CodebookError(CxtuiError):
    """A codebook is not valid TOML, has an unknown key, or names what the survey does not have."""


class ViewError(CxtuiError):
    """A view names a question, category, weight or measure that the survey does not have."""


class EmptyBase(ViewError):
    """The filters of a view leave no respondent."""


class SavedViewsError(CxtuiError):
    """A file of named views cannot be read, or does not take the name."""


class ExportError(CxtuiError):
    """A table could not be written where it was asked to go."""
