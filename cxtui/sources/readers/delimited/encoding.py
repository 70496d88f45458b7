"""Detection of a text file's encoding and compression, and conversion to UTF-8."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path

from cxtui.errors import SourceError
from cxtui.messages import tr, tr_count
from cxtui.sources.readers.delimited.code_pages import count_page_words, guess_code_page
from cxtui.sources.reading_progress import MeteredFile, ProgressMeter
from cxtui.sources.source import damaged_error, read_start, require_memory, unpacked_for
from cxtui.survey.languages.known_words import count_letters_of_words

MOST_BYTES = 1024 * 1024 * 1024
"""Maximum size of compressed text after unpacking."""

_UNPACKERS: Mapping[str, Callable[[Path], io.BufferedIOBase]] = {
    ".gz": gzip.open,
    ".bz2": bz2.open,
    ".xz": lzma.open,
}
_START_BYTES = 64 * 1024
_CHUNK_BYTES = 1024 * 1024
_SAMPLE_BYTES = 256 * 1024
_FEW_ZEROS = 100
_ASIAN = ["cp932", "euc_jp", "gb18030", "big5", "cp949"]
_FIRST_LEVELS = {
    "cp932": {*range(0x81, 0x84), *range(0x88, 0x99)},
    "euc_jp": {*range(0xA1, 0xA6), *range(0xB0, 0xD0)},
    "gb18030": {*range(0xA1, 0xA4), *range(0xB0, 0xD8)},
    "big5": {*range(0xA1, 0xC7)},
    "cp949": {*range(0xA1, 0xA4), *range(0xB0, 0xC9)},
}
"""First bytes of signs, of kana and of the frequent letters in Asian encodings."""

_KNOWN, _FREQUENT = 0.3, 0.95
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_BESIDE_LATIN = re.compile(rb"[A-Za-z][\x80-\xff]|[\x80-\xff][A-Za-z]")
_LONG_RUN = 3
_FEWEST = 3
_MOST_RUNS = 20_000
_WESTERN = ("windows-1252", "mac_roman")
"""Encodings of Western text, the more likely first."""

_LIKELY = {
    letter: score
    for letters, score in (
        ("“”–—™", 3.5),
        ("éèàáíóúñçüöäßãõâêôîûïëùåæø", 3.0),
        ("ÉÀÈÇÖÄÜ€", 2.5),
        ("\u00a0’‘…œÿšžýðþìòÅØÆÑÁÍÓÚŠŽ£°", 2.0),
        ("ÊÔÎÛÂËÏÃÕ«»¿¡©®·§•", 1.5),
        ("ŸÝÐÞÌÒÙ", 1.0),
        ("Œ", -1.0),
    )
    for letter in letters
}
"""Approximate likelihood scores of letters and signs in Western European languages."""

_UNLIKELY, _IMPOSSIBLE, _OUT_OF_PLACE = -2.0, -6.0, -2.0
_APOSTROPHE = re.compile(r"[a-z]’(s|t|re|ve|ll|d|m)?|\b[cdjlmnst]’[^\W\d]", re.I)
_STRAY = re.compile("[\udc80-\udcff]")


def decode_text(file: Path, content: Path | bytes) -> tuple[Path | bytes, tuple[str, ...]]:
    """Return the content of `file` as it is if it is UTF-8, else as UTF-8, and notes on that.

    A byte order mark or the zeros of UTF-16 identify the encoding; otherwise it is estimated from
    the letters. Raises `SourceError` if the file is empty, not text, or of unknown encoding.
    """
    start = read_start(file, _START_BYTES, content)
    encoding = _utf16(start)
    if not encoding and start.count(0) > len(start) / _FEW_ZEROS:
        raise SourceError("{} is not delimited text: it holds binary zeros", file)
    if not encoding and _is_utf8(content):
        return content, ()
    raw = content if isinstance(content, bytes) else content.read_bytes()
    if encoding:
        return _decode(raw, encoding).encode(errors="replace"), ()
    steps = ProgressMeter(file, 4, "Decoding {} … {} %")
    require_memory(file, 4 * len(raw))
    steps.report(1)
    text, note = _guess_encoding(file, raw)
    steps.report(2)
    encoded = text.encode(errors="replace")
    steps.report(3)
    return encoded, (note,)


def is_packed(file: Path) -> bool:
    """Return whether a file is compressed, by its ending."""
    return file.suffix.lower() in _UNPACKERS


def decompress(file: Path) -> bytes:
    """Return the content of a compressed file; raises `SourceError` if it is very large.

    That is beyond `MOST_BYTES`, or beyond what a file of its size should hold.
    """
    most = min(MOST_BYTES, unpacked_for(file.stat().st_size))
    parts, size = [], 0
    try:
        with _UNPACKERS[file.suffix.lower()](file) as opened:
            while size <= most and (part := opened.read(_CHUNK_BYTES)):
                parts.append(part)
                size += len(part)
    except (OSError, zlib.error, lzma.LZMAError, EOFError) as error:
        if isinstance(error, OSError) and error.errno:
            raise  # a system error, no permission, say
        raise damaged_error(file, error) from None
    if size > most:
        message = (
            "{} unpacks to more than {:,} MB: unpack it and open the file that it gives, "
            "which is read a part at a time"
        )
        raise SourceError(message, file, most // 2**20)
    return b"".join(parts)


def _decode(raw: bytes, encoding: str) -> str:
    return raw.decode(encoding, errors="replace").removeprefix("\ufeff")


def _utf16(start: bytes) -> str:
    """Return the UTF-16 encoding, by its mark or by the zeros of Latin text; else empty."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    half = len(start) // 2
    even, odd = start[: 2 * half : 2].count(0), start[1 : 2 * half : 2].count(0)
    if odd > half / 2 and not even:
        return "utf-16-le"
    return "utf-16-be" if even > half / 2 and not odd else ""


def _is_utf8(content: Path | bytes) -> bool:
    if isinstance(content, bytes) and content.isascii():
        return True  # without a copy of its parts
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with io.BytesIO(content) if isinstance(content, bytes) else MeteredFile(content) as opened:
            while chunk := opened.read(_CHUNK_BYTES):
                # a letter that is cut off before ASCII is damage; ASCII itself is quicker to tell
                decoder.decode(b"" if chunk.isascii() else chunk, final=chunk.isascii())
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _guess_encoding(file: Path, raw: bytes) -> tuple[str, str]:
    """Return the text in the most likely encoding, and a note that names it."""
    loose = raw.decode("utf-8", errors="surrogateescape").removeprefix("\ufeff")
    # counting with encoders is much faster than a loop over the letters
    letters = len(loose) - len(loose.encode("ascii", errors="ignore"))
    stray = len(loose) - len(loose.encode("utf-8", errors="ignore").decode())
    if stray < letters - stray:
        note = tr_count(
            stray,
            "not UTF-8, as the rest is: {:,} letter, read as windows-1252; "
            "where letters look wrong, save the file as UTF-8",
            "not UTF-8, as the rest is: {:,} letters, read as windows-1252; "
            "where letters look wrong, save the file as UTF-8",
        )
        return _STRAY.sub(_western, loose), note
    runs = _HIGH_RUN.findall(raw[:_SAMPLE_BYTES])
    decoded = _decoded_asian(raw)
    page = guess_code_page(raw[:_SAMPLE_BYTES])
    if page and not _is_rather_asian(raw[:_SAMPLE_BYTES], page, decoded):
        return unicodedata.normalize("NFC", _decode(raw, page)), _guess_note(page)
    dense = sum(len(one) for one in runs if len(one) >= _LONG_RUN)
    is_dense = dense > sum(map(len, runs)) / 2
    if any(size for _, size in decoded.values()) or is_dense or _stands_alone(raw, decoded):
        return _choose_asian(file, raw, decoded)
    encoding = max(_WESTERN, key=lambda one: _plausibility(raw, one))
    return _decode(raw, encoding), _guess_note(encoding)


def _western(stray: re.Match[str]) -> str:
    return bytes([ord(stray[0]) - 0xDC00]).decode("windows-1252", errors="replace")


def _plausibility(raw: bytes, encoding: str) -> float:
    """Return a score of the letters beyond ASCII in an encoding, by their likelihood and position.

    The apostrophe of Windows is a letter on a Macintosh (`don’t` or `donít`); capitals and signs
    rarely occur inside a word.
    """
    runs: Counter[bytes] = Counter()
    for run in islice(_HIGH_RUN.finditer(raw), _MOST_RUNS):
        runs[raw[max(0, run.start() - 2) : run.end() + 2]] += 1
    return sum(n * _likelihood(run.decode(encoding, errors="replace")) for run, n in runs.items())


def _likelihood(text: str) -> float:
    """Return the score of a run of letters beyond ASCII with their neighbours."""
    score = 3.0 if _APOSTROPHE.search(text) else 0.0
    for place, letter in enumerate(text):
        if letter.isascii():
            continue
        score += _IMPOSSIBLE if letter == "\ufffd" else _LIKELY.get(letter, _UNLIKELY)
        before, after = text[max(0, place - 1) : place], text[place + 1 : place + 2]
        is_capital = letter.isupper() and before.islower()
        is_small = letter.islower() and after.isascii() and after.isupper()
        is_sign = letter not in "’‘-" and not letter.isalpha() and before.isalpha()
        if is_capital or is_small or (is_sign and after.isalpha() and not letter.isspace()):
            score += _OUT_OF_PLACE
    return score


def _decoded_asian(raw: bytes) -> dict[str, tuple[str, int]]:
    """Return the texts in Asian encodings that fit, and their letters in known words."""
    decoded: dict[str, tuple[str, int]] = {}
    for encoding in _ASIAN:
        with suppress(UnicodeDecodeError):
            text = raw.decode(encoding)
            decoded[encoding] = text, count_letters_of_words(text[:_SAMPLE_BYTES])
    return decoded


def _is_rather_asian(raw: bytes, page: str, decoded: Mapping[str, tuple[str, int]]) -> bool:
    """Return whether text that fits a code page of single bytes is rather in an Asian encoding.

    It is if many letters are in known words, or no word is known in the code page, but nearly all
    letters are frequent ones.
    """
    shares = {encoding: _frequent_share(text, encoding) for encoding, (text, _) in decoded.items()}
    letters = {one: sum(map(_is_high, decoded[one][0][:_SAMPLE_BYTES])) for one in decoded}
    if any(words >= _KNOWN * letters[one] > 0 for one, (_, words) in decoded.items()):
        return True
    return max(shares.values(), default=0.0) >= _FREQUENT and not count_page_words(raw, page)


def _stands_alone(raw: bytes, decoded: Mapping[str, tuple[str, int]]) -> bool:
    """Return whether letters beyond ASCII are frequent Asian ones, none beside a Latin one.

    Two bytes that went astray can be one such letter, which tells nothing.
    """
    if _BESIDE_LATIN.search(raw[:_SAMPLE_BYTES]):
        return False
    return any(
        _frequent_share(text, one) >= _FREQUENT
        and sum(map(_is_high, text[:_SAMPLE_BYTES])) >= _FEWEST
        for one, (text, _) in decoded.items()
    )


def _frequent_share(text: str, encoding: str) -> float:
    """Return the share of the letters beyond ASCII that the encoding has in its first level."""
    letters = Counter(filter(_is_high, text[:_SAMPLE_BYTES]))
    leads = _FIRST_LEVELS[encoding]
    frequent = sum(
        n
        for letter, n in letters.items()
        if len(code := letter.encode(encoding, errors="replace")) > 1 and code[0] in leads
    )
    return frequent / letters.total() if letters else 0.0


def _is_high(letter: str) -> bool:
    return not letter.isascii()


def _choose_asian(
    file: Path, raw: bytes, decoded: Mapping[str, tuple[str, int]]
) -> tuple[str, str]:
    """Return a text in the encoding with most words of questionnaires, and a note that names it.

    Without any it is the encoding that `charset_normalizer` finds.
    """
    best = max(decoded, key=lambda one: decoded[one][1], default="")
    shares = {one: _frequent_share(text, one) for one, (text, _) in decoded.items()}
    frequent = [one for one, share in shares.items() if share >= _FREQUENT]
    if len(frequent) == 1 and not decoded[best][1]:
        best = frequent[0]
    elif not best or not decoded[best][1]:
        from charset_normalizer import from_bytes

        found = from_bytes(raw[:_SAMPLE_BYTES], cp_isolation=_ASIAN).best()
        best = found.encoding if found is not None else ""
    if best not in decoded:
        raise SourceError("{}: the encoding of the text cannot be told; save it as UTF-8", file)
    return decoded[best][0], _guess_note(best)


def _guess_note(encoding: str) -> str:
    message = (
        "the text is not UTF-8: read as {}, auto-detected; "
        "where letters look wrong, save the file as UTF-8"
    )
    return tr(message, encoding)
