"""The words that an option of the library takes, for those who check types."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Literal

Name = str | os.PathLike[str]
Words = str | Sequence[str]
"""One value of an option that can be repeated, or several."""

Show = Literal["column", "row", "total", "count", "mean", "index", "responses"]
Base = Literal["answered", "asked", "all"]
Correction = Literal["none", "holm", "bh"]
Family = Literal["row", "table"]
Sort = Literal["questionnaire", "percent", "gap", "label"]
Variance = Literal["linearized", "kish"]
Against = Literal["columns", "total", "rest"]
Compare = Literal["pair", "rest", "pairs", "total", "waves"]
Missing = Literal["refuse", "drop", "category"]
