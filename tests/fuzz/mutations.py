"""Ways to damage a file: flipped bits, changed bytes, moved pieces, wrong lengths."""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence

_NUMBERS = (0, 1, -1, 2, 127, 128, 255, 256, 0x7FFF, 0x8000, 0xFFFF, 2**31 - 1, -(2**31), 2**24)
_WIDTHS = {"b": 1, "h": 2, "i": 4, "q": 8, "d": 8}
_NASTY = (
    *(b"\0", b"\xff" * 8, b"\x1b]52;c;eA==\x07", b"[/b]", b"\xe2\x80\xae", b"\r", b"\n", b'"'),
    *(
        b",",
        b"=cmd()",
        b"\xed\xa0\x80",
        b"9" * 400,
        b"1e999",
        b"nan",
        b"-",
        b"\xef\xbb\xbf",
        b'"' * 140_000,
    ),
)


def damaged(content: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    """Return `content` with one to four kinds of damage done to it."""
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        way = chance.choice(_WAYS)
        content = way(content, others, chance) or b"\0"
    return content


def _flip(content: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _time in range(chance.choice((1, 1, 3, 20))):
        changed[_place(content, chance)] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _overwrite(content: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    place, size = _place(content, chance), chance.choice((1, 1, 2, 4, 16))
    return content[:place] + chance.randbytes(size) + content[place + size :]


def _cut(content: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content))]


def _lose(content: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    place = _place(content, chance)
    return content[:place] + content[place + chance.choice((1, 4, 8, 80, 1000)) :]


def _repeat(content: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    place, size = _place(content, chance), chance.choice((1, 8, 80, 1000))
    return content[:place] + content[place : place + size] * chance.choice((2, 3)) + content[place:]


def _splice(content: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    other = chance.choice(others)
    start = _place(other, chance)
    place = _place(content, chance)
    size = chance.choice((8, 64, 512, len(other)))
    return content[:place] + other[start : start + size] + content[place:]


def _length(content: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    """Overwrite a number with one that is wrong for most lengths, counts and offsets."""
    kind = chance.choice("bhiq")
    number = chance.choice(_NUMBERS) % 256 ** _WIDTHS[kind]
    raw = struct.pack(f"{chance.choice('<>')}{kind.upper()}", number)
    place = _place(content, chance)
    return content[:place] + raw + content[place + len(raw) :]


def _nasty(content: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    place = _place(content, chance)
    piece = chance.choice(_NASTY)
    return content[:place] + piece + content[place + chance.choice((0, len(piece))) :]


def _place(content: bytes, chance: random.Random) -> int:
    """Return a place, mostly near the beginning or the end, where headers and footers are."""
    near = chance.random()
    size = min(len(content), 1500)
    if near < 0.4:
        return chance.randrange(size)
    if near < 0.6:
        return len(content) - 1 - chance.randrange(size)
    return chance.randrange(len(content))


_WAYS: tuple[Callable[[bytes, Sequence[bytes], random.Random], bytes], ...] = (
    *(_flip, _flip, _overwrite, _cut, _lose, _repeat, _splice, _length, _length, _nasty),
)


def damaged_inside(content: bytes, chance: random.Random) -> bytes:
    """Return a zip archive with one part of it damaged and everything around it right."""
    repacked = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    victim = chance.choice(sorted(parts))
    with zipfile.ZipFile(repacked, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(
                name, damaged(part, list(parts.values()), chance) if name == victim else part
            )
    return repacked.getvalue()


def damaged_below(content: bytes, chance: random.Random) -> bytes:
    """Return a gzip file whose text is damaged, not its compression."""
    text = zlib.decompress(content, wbits=31)
    packer = zlib.compressobj(wbits=31)
    return packer.compress(damaged(text, [text], chance)) + packer.flush()


_WORD = re.compile(r"\w+|\s|[^\w\s]")
_PIECES = (
    *('"', "'", "=", "[", "]", "{", "}", "(", ")", ",", ">", "<=", "!=", "-", "\\", "\n", "", " "),
    *("\0", "\x1b[2J", "\u202e", "[/b]", "\ud800", "日本", "e\u0301", "#", '"""', "true", "nan"),
    *("-1", "1e999", "9" * 30, "0x1F", "2020-01-01", "minus", "all", "goal", "role", "spent"),
)
_NAMES = ("1", "2", "9", "0", "role", "goal", "spent", "why", "w", "at", "numeric", "multi", "text")


def misspelt(text: str, chance: random.Random) -> str:
    """Return a text with one to three of its words lost, repeated, exchanged or replaced."""
    words = _WORD.findall(text)
    names = [place for place, word in enumerate(words) if word.isalnum()]
    for _ in range(chance.choice((1, 1, 2, 3))):
        place = chance.randrange(len(words))
        match chance.randrange(8):
            case 0:
                words[place] = ""
            case 1:
                words[place] *= chance.choice((2, 2, 400))
            case 2:
                words[place] = chance.choice(words)
            case 3:
                words[place] = chance.choice(_PIECES)
            case 4:
                words.insert(place, chance.choice(_PIECES))
            case _:  # what may still be well formed
                words[chance.choice(names)] = chance.choice((*_NAMES, words[chance.choice(names)]))
    return "".join(words)
