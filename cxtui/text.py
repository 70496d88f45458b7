"""Cleaning of text from files and users: one line, safe to print on a terminal."""

import re
import unicodedata
from collections.abc import Container, Sequence
from itertools import takewhile

SEPARATOR = " · "
"""What stands between the parts of a state."""

_BREAK = r"\s\u00a0\u2007\u202f\u200b\ufeff\x1c-\x1f\x85"
_BREAKS = re.compile(f"[{_BREAK}]+")
_LONE_JOINERS = re.compile(f"(?<![^{_BREAK}])\u200d+|\u200d+(?=[{_BREAK}]|$)|\u200d(?=\u200d)")
"""Joiners of letters that join nothing; what measures a text may stumble over them."""
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ALONE = str.maketrans("ıłøđßæœ\u2019", "ilodsao'")
"""Letters that are no compositions of a letter and an accent, and the curly apostrophe."""

_SOUND_MARKS = frozenset("\u3099\u309a")
"""Marks that make other sounds of Japanese letters, which are no accents."""

_INVISIBLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\U000e0100-\U000e01ef]")
"""Fillers and selectors that count as letters, and can hide a text in another one."""
_SOFT = re.compile("[\u00ad\u2060]")
"""Marks of where a line may or may not break."""
HIDDEN = (
    "\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e0fff"
)
"""Characters, of a class of a pattern, that a terminal obeys or that nobody sees."""
_SHOWN_FORMATS = frozenset(
    "\u200c\u200d\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2"
)
"""Format characters that join letters, or are visible themselves."""
_LOGIN = re.compile(r"([a-z][a-z0-9+.-]*:/+)[^/\s@]*:[^/\s@]+@", re.IGNORECASE)
_SECRET_VALUE = re.compile(
    r"([?&;#][^=&;#\s]*(?:x-amz-|sig|token|key|secret|pass|pwd|access|auth|cred|jwt|bearer|session)"
    r"[^=&;#\s]*=)[^&;#\s]+",
    re.IGNORECASE,
)
_DELETE = 0x7F
_CONTROL_PICTURES = 0x2400


def clean(text: str) -> str:
    """Return `text` as one line that is safe to print on a terminal.

    White space of every kind (line ends, tabs, no-break spaces, byte-order marks) folds into
    single blanks; control characters become visible pictures (␛ for escape); C1 controls, bidi
    overrides, invisible characters and lone surrogates become `\ufffd`; joiners that join nothing
    are dropped. Accents are composed (NFC), so that both encodings of an accented letter give the
    same text.
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    joined = _LONE_JOINERS.sub("", _SOFT.sub("", text))
    folded = unicodedata.normalize("NFC", _BREAKS.sub(" ", joined)).strip()
    folded = _INVISIBLE.sub("\ufffd", folded)
    if folded.isprintable() and not _BIDI.intersection(folded):
        return folded
    return "".join(map(_visible, folded))


def redacted(text: str) -> str:
    """Return `text` without the users, passwords and signatures of the addresses in it."""
    if ":/" not in text:
        return text
    return _SECRET_VALUE.sub(r"\1…", _LOGIN.sub(r"\1…@", text))


def fold(text: str) -> str:
    """Return `text` for comparison: lower case, without accents, in compatible characters.

    `Äußerst` is `ausserst`, `２～３` is `2~3`.
    """
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold()).translate(_ALONE)
    kept = (one for one in apart if one in _SOUND_MARKS or not unicodedata.combining(one))
    return unicodedata.normalize("NFC", "".join(kept))


def numbered(wanted: str, taken: Container[str]) -> str:
    """Return the name `wanted`, with a number appended if it is taken: `q1_2`."""
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}_{number}"
    return name


def shared_length(sequences: Sequence[Sequence[str]]) -> int:
    """Return the number of elements at the beginning that all sequences have in common."""
    columns = zip(*sequences, strict=False)
    return sum(1 for _ in takewhile(lambda column: len(set(column)) == 1, columns))


def _visible(character: str) -> str:
    if character in _BIDI:
        return "\ufffd"
    category = unicodedata.category(character)
    if category == "Cc":
        point = ord(character)
        if point < ord(" "):
            return chr(_CONTROL_PICTURES + point)
        return "\u2421" if point == _DELETE else "\ufffd"
    is_hidden = category == "Cf" and character not in _SHOWN_FORMATS
    return "\ufffd" if is_hidden or category in {"Cs", "Co", "Zl", "Zp"} else character
