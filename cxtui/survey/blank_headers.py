"""Names that programs give to columns whose header is blank."""

from __future__ import annotations

import re

BLANK_HEADER = re.compile(
    r"(?:Unnamed: |\.\.\.|__EMPTY_?|X\.?|[Cc]olumn_?|Spalte|Colonne|Columna|Field|_c?)"
    r"(?P<number>\d+)?(?:_level_\d+)?"
)
"""What other programs call a column whose header is blank."""
