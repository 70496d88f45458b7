"""Detection of a single-byte code page, by the letters that a language has in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import islice

from cxtui.survey.languages.known_words import count_words

_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_MOST_RUNS = 20_000
_SIGNS = frozenset("’‘“”„–—…€£$°§«»¿¡©®™·•ªº№‚\u00a0\u200e\u200f\u200c×")
_FREQUENT, _RARE, _CAPITAL, _STRANGE, _IMPOSSIBLE = 1.0, 0.4, 0.6, -2.0, -6.0
_VOWELS = frozenset("аеёиіїєоуъыэюяαειουηωάέίόύήώϊ")
_WITHOUT_VOWEL, _LONG_WORD = -0.3, 3
"""What each letter counts in a word of so many letters without a vowel, in scripts with vowels."""
_LATER = 0.05
"""What the last letter of an alphabet counts less than the first, which is the most frequent."""

_LEAST, _ALIKE, _NOT_LATIN = 0.35, 0.12, "\u0370"
_WESTERN_PAGES = ("cp1252", "mac_roman")
_WORD_OF_PAGE = re.compile(r"[^\W\d_]{2,}")
_HIGH, _FEWEST = 0x80, 4
_MARKS = "\u0300\u0301\u0303\u0309\u0323"
"""Accents that Vietnamese text in its code page has as signs of their own."""

_ALPHABETS: tuple[tuple[str, str], ...] = (
    ("cp1250", "ąęłóżśćńź"),
    ("cp1250", "íáéěýřčšžůúťďňó"),
    ("cp1250", "áéíčšžýúľťňäôóďĺŕ"),
    ("cp1250", "áéöőíóüúű"),
    ("cp1250", "ăîâşţ"),
    ("cp1250", "čšžćđ"),
    ("cp1254", "ıüşğçöiâîû"),
    ("cp1257", "ėųšįžčąęū"),
    ("cp1257", "āīšēņžķļčģū"),
    ("cp1257", "äõüöšž"),
    ("cp1258", f"ôđưăêơâ{_MARKS}àáéèúùíìýòó"),
    ("cp1251", "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"),
    ("cp1251", "оаинвіетрслкдумпяьзбгйчхцїжшюєщфґ"),
    ("cp1251", "аоиентрсвлкдпмузябъчгщшцйжхфюь"),
    ("koi8_r", "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"),
    ("koi8_u", "оаинвіетрслкдумпяьзбгйчхцїжшюєщфґ"),
    ("cp866", "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"),
    ("mac_cyrillic", "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"),
    ("cp1253", "αοιετσνηυρπκλςμωάίόέδήγχύθώφβξζψϊ"),
    ("cp1255", "יולהארתבמשנםעפדחקגטכןזסץצךףװ\u05b0\u05b4\u05b7\u05b8\u05bc"),
    ("cp1256", "اليمنوترةبدعسفهكقأحجشىصطخضغذثزئءظإآؤ\u064b\u064e\u064f\u0650\u0651\u0652پچکیگ"),
)
"""Code pages with the letters of a language beyond ASCII, the most frequent first."""

_WESTERN = (
    "éèàêçôùâîûëïœ",
    "üäöß",
    "óáíéñúü",
    "ãçáéíóâêõúà",
    "àèòùìé",
    "åäöé",
    "øåæé",
    "ëéïèöó",
    "íáóðþæéöúý",
)
"""Letters of the languages that windows-1252 has."""


def guess_code_page(raw: bytes) -> str:
    """Return the code page in which the letters of one language fit, empty for windows-1252.

    Empty, too, where no language fits, or fewer than four letters and no known word could tell. Of
    pages that fit alike the one with most words of questionnaires is meant.
    """
    runs: Counter[bytes] = Counter()
    for run in islice(_HIGH_RUN.finditer(raw), _MOST_RUNS):
        runs[raw[max(0, run.start() - 1) : run.end() + 1]] += 1
    seen = sum(n * sum(byte >= _HIGH for byte in run) for run, n in runs.items())
    western = {page: max(_fit(runs, page, one) for one in _WESTERN) for page in _WESTERN_PAGES}
    fits: dict[str, float] = dict.fromkeys(_WESTERN_PAGES, max(western.values()))
    for page, letters in _ALPHABETS:
        fits[page] = max(fits.get(page, 0.0), _fit(runs, page, letters))
    best = max(fits.values())
    alike = [page for page, fit in fits.items() if fit > best - _ALIKE]
    known = {page: count_page_words(raw, page) for page in alike}
    chosen = max(alike, key=lambda page: (known[page], fits[page]))
    is_sure = seen >= _FEWEST or known[chosen]
    is_found = is_sure and fits[chosen] > _LEAST and chosen not in _WESTERN_PAGES
    return chosen if is_found else ""


def count_page_words(raw: bytes, page: str) -> int:
    """Return the number of words of questionnaires beyond ASCII that a text has in a code page."""
    words = _WORD_OF_PAGE.findall(raw.decode(page, errors="replace"))
    return count_words(word for word in words if not word.isascii())


def _fit(runs: Counter[bytes], page: str, letters: str) -> float:
    """Return how well the text beyond ASCII fits an alphabet: 1 for frequent small letters only."""
    is_latin = letters[0] < _NOT_LATIN
    half = letters if is_latin else letters[: (len(letters) + 1) // 2]
    has_vowels = not is_latin and not _VOWELS.isdisjoint(letters)
    score, size, has_small = 0.0, 0, False
    for run, n in runs.items():
        text = run.decode(page, errors="replace")
        found = list(_scores(text, letters, half))
        has_small = has_small or any(letter in letters for letter in text)
        size += n * len(found)
        score += n * sum(found)
        if has_vowels and len(found) >= _LONG_WORD and _VOWELS.isdisjoint(text.lower()):
            score += n * _WITHOUT_VOWEL * len(found)
    return score / size if has_small else 0.0  # capitals alone are no text


def _scores(text: str, letters: str, half: str) -> Iterable[float]:
    """Yield the score of each character beyond ASCII."""
    for before, letter, after in zip(f" {text}", text, f"{text[1:]} ", strict=False):
        small = letter.lower()
        if letter.isascii():
            continue
        if letter == "\ufffd":
            yield _IMPOSSIBLE
        elif small >= _NOT_LATIN and _is_latin(before + after):
            yield _STRANGE
        elif small in letters and letter != small:
            yield _CAPITAL if not before.isalpha() or before.isupper() else _STRANGE
        elif letter in letters:
            alone = half is letters and not _is_latin(before + after)  # no word of Latin letters
            later = _LATER * letters.index(letter) / len(letters)
            yield (_FREQUENT if letter in half and not alone else _RARE) - later
        else:
            yield 0.0 if letter in _SIGNS else _STRANGE


def _is_latin(text: str) -> bool:
    """Return whether there is a letter of ASCII: no word has letters of two scripts."""
    return any(one.isascii() and one.isalpha() for one in text)
