"""What a view may be: its measures, bases, corrections, orders and kinds of errors."""

from __future__ import annotations

from enum import StrEnum


class Measure(StrEnum):
    """The number shown in a cell."""

    COLUMN = "column"
    ROW = "row"
    TOTAL = "total"
    COUNT = "count"
    MEAN = "mean"
    INDEX = "index"
    RESPONSES = "responses"


class Base(StrEnum):
    """The base of a percentage."""

    ANSWERED = "answered"
    ASKED = "asked"
    ALL = "all"


class Correction(StrEnum):
    """Correction for multiple testing."""

    NONE = "none"
    HOLM = "holm"
    BH = "bh"


class Against(StrEnum):
    """What a column is tested against: the other columns of its banner, the Total, or the rest."""

    COLUMNS = "columns"
    TOTAL = "total"
    REST = "rest"


class Family(StrEnum):
    """The tests that are corrected together: those of a row, or of all rows of the table."""

    ROW = "row"
    TABLE = "table"


class Variance(StrEnum):
    """How errors are computed: by the weight and the design, or on Kish's effective base."""

    LINEARIZED = "linearized"
    KISH = "kish"


class Sort(StrEnum):
    """The order of the rows."""

    QUESTIONNAIRE = "questionnaire"
    PERCENT = "percent"
    GAP = "gap"
    LABEL = "label"
