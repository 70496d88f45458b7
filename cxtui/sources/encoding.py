"""The text of a file, in whatever encoding: what Polars can read, and what had to be guessed."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import re
import zlib
from pathlib import Path

from cxtui.errors import SourceError
from cxtui.sources.locate import PACKED
from cxtui.sources.memory import require_room
from cxtui.sources.progress import CountedFile, Meter

MOST_BYTES = 1024 * 1024 * 1024
"""How long compressed text may be once it is unpacked."""

_START_BYTES = 64 * 1024
_CHUNK_BYTES = 1024 * 1024
_SAMPLE_BYTES = 256 * 1024
_FEW_ZEROS = 100
_OTHER_SCRIPTS = [
    *("cp1251", "koi8_r", "mac_cyrillic", "cp1253", "cp1255", "cp1256"),
    *("cp932", "euc_jp", "gb18030", "big5", "cp949"),
]
_BOMS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_LONG_RUN = 3
_MAC_NO_BREAK = re.compile(rb"[a-z]\xca")
_MAC_LETTERS = re.compile(rb"[A-Za-z][\x80-\x9f](?:[a-z]|\b)")
_OTHER_LETTERS = re.compile(rb"[A-Za-z][\xc0-\xff](?:[a-z]|\b)")
_LETTERS_BYTES = 8 * 2**20
_STRAY = re.compile("[\udc80-\udcff]")
_ADVICE = "where letters look wrong, save the file as UTF-8"


def text_of(file: Path) -> tuple[Path | bytes, tuple[str, ...]]:
    """Return the file itself where it is UTF-8, else its text as UTF-8; and what was guessed.

    A mark at the beginning or the zeros of UTF-16 say the encoding; otherwise it is guessed, and
    said to be. Raises `SourceError` where the file is empty, no text, or could be anything.
    """
    content: Path | bytes = _unpacked(file) if file.suffix.lower() in PACKED else file
    start = _beginning(content)
    if not start:
        raise SourceError(f"{file} is empty (0 bytes): was the download or export cut off?")
    if encoding := _BOMS.get(start[:2]) or _by_zeros(start):
        return _decoded(_whole(content), encoding).encode(errors="replace"), ()
    if start.count(0) > len(start) / _FEW_ZEROS:
        raise SourceError(f"{file} is not delimited text: it holds binary zeros")
    if _is_utf8(content):
        return content, ()
    steps = Meter(file, 4, "Decoding")
    raw = _whole(content)
    require_room(file, 4 * len(raw))
    steps.at(1)
    text, guess = _guessed(file, raw)
    steps.at(2)
    encoded = text.encode(errors="replace")
    steps.at(3)
    return encoded, (guess,)


def _unpacked(file: Path) -> bytes:
    """Return what a compressed file holds; a bomb is refused before it fills the memory."""
    parts, size = [], 0
    try:
        with _opened(file) as opened:
            while part := opened.read(_CHUNK_BYTES):
                parts.append(part)
                size += len(part)
                if size > MOST_BYTES:
                    raise SourceError(
                        f"{file} unpacks to more than {MOST_BYTES // 2**20:,} MB: unpack it and "
                        "open the file that it gives, which is read a part at a time"
                    )
    except (OSError, zlib.error, lzma.LZMAError, EOFError) as error:
        if isinstance(error, OSError) and error.errno:
            raise  # the system's own: no permission, say
        raise SourceError(
            f"{file} is damaged ({error}): was the download or export cut off?"
        ) from None
    return b"".join(parts)


def _opened(file: Path) -> io.BufferedIOBase:
    match file.suffix.lower():
        case ".bz2":
            return bz2.open(file)
        case ".xz":
            return lzma.open(file)
    return gzip.open(file)


def _beginning(content: Path | bytes) -> bytes:
    if isinstance(content, bytes):
        return content[:_START_BYTES]
    with content.open("rb") as opened:
        return opened.read(_START_BYTES)


def _whole(content: Path | bytes) -> bytes:
    return content if isinstance(content, bytes) else content.read_bytes()


def _decoded(raw: bytes, encoding: str) -> str:
    return raw.decode(encoding, errors="replace").removeprefix("\ufeff")


def _by_zeros(start: bytes) -> str:
    """Return which UTF-16 a text without a mark is: every other byte of Latin letters is zero."""
    half = len(start) // 2
    even, odd = start[: 2 * half : 2].count(0), start[1 : 2 * half : 2].count(0)
    if odd > half / 2 and not even:
        return "utf-16-le"
    return "utf-16-be" if even > half / 2 and not odd else ""


def _is_utf8(content: Path | bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        if isinstance(content, bytes):
            decoder.decode(content, final=True)
            return True
        with CountedFile(content) as opened:
            while chunk := opened.read(_CHUNK_BYTES):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _guessed(file: Path, raw: bytes) -> tuple[str, str]:
    """Return the text in the likeliest encoding, and the words that say so."""
    loose = raw.decode("utf-8", errors="surrogateescape").removeprefix("\ufeff")
    # encoders count a hundred million letters in the time in which a loop counts one
    letters = len(loose) - len(loose.encode("ascii", errors="ignore"))
    stray = len(loose) - len(loose.encode("utf-8", errors="ignore").decode())
    if stray < letters - stray:
        text = _STRAY.sub(lambda found: _western(found[0]), loose)
        return (
            text,
            f"not UTF-8, as the rest is: {stray:,} letters, read as windows-1252; {_ADVICE}",
        )
    runs = _HIGH_RUN.findall(raw[:_SAMPLE_BYTES] if len(raw) > _SAMPLE_BYTES else raw)
    dense = sum(len(one) for one in runs if len(one) >= _LONG_RUN)
    if runs and dense > sum(map(len, runs)) / 2:
        return _other_script(file, raw)
    encoding = "mac_roman" if _is_macintosh(raw) else "windows-1252"
    return _decoded(raw, encoding), f"the text is not UTF-8: read as {encoding}, a guess; {_ADVICE}"


def _western(stray: str) -> str:
    return bytes([ord(stray) - 0xDC00]).decode("windows-1252", errors="replace")


def _is_macintosh(raw: bytes) -> bool:
    """Whether accents stand where a Macintosh had them: elsewhere these bytes are signs.

    Ê straight after a small letter is its no-break space, misread.
    """
    if _MAC_NO_BREAK.search(raw):
        return True
    sample = raw[:_LETTERS_BYTES]
    return len(_MAC_LETTERS.findall(sample)) > len(_OTHER_LETTERS.findall(sample))


def _other_script(file: Path, raw: bytes) -> tuple[str, str]:
    """Return a text of another script than Latin, which says its encoding by its letters."""
    from charset_normalizer import from_bytes

    best = from_bytes(raw[:_SAMPLE_BYTES], cp_isolation=_OTHER_SCRIPTS).best()
    if best is not None:
        try:
            text = raw.decode(best.encoding)
        except UnicodeDecodeError:
            best = None
    if best is None:
        raise SourceError(f"{file}: the encoding of the text cannot be told; save it as UTF-8")
    return text, f"the text is not UTF-8: read as {best.encoding}, a guess; {_ADVICE}"
