"""The text of a file is read in the encoding it has; a guess is said to be one."""

from __future__ import annotations

import gzip
import unicodedata
from pathlib import Path
from random import Random

import polars as pl
import pytest

from cxtui.sources.readers.delimited.delimited_reader import read_delimited
from cxtui.sources.source import Source

FRENCH = "id;réponse\n1;Été très\n2;Non\n"
RUSSIAN = "пол;цель\nмуж;Рост\nжен;Не знаю\n"
JAPANESE = "性別;目的\n男性;成長させること\n女性;わからない\n"
CHINESE = "性别;目标\n男;增长收入\n女;不知道\n"


def source_of(folder: Path, content: bytes, name: str = "survey.csv") -> Source:
    file = folder / name
    file.write_bytes(content)
    return read_delimited((file,))


def cells(source: Source) -> list[list[object]]:
    frame: pl.DataFrame = source.frame.collect().to_native()
    return [frame.columns, *map(list, frame.rows())]


def lines(text: str) -> list[list[object]]:
    rows = [line.split(";") for line in text.splitlines()]
    return [[int(cell) if cell.isdigit() else cell for cell in row] for row in rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_declared_encoding_has_no_note(tmp_path: Path, encoding: str) -> None:
    """With a byte-order mark, or by the zeros of UTF-16."""
    source = source_of(tmp_path, FRENCH.encode(encoding))
    assert cells(source) == lines(FRENCH)
    assert source.notes == ()


@pytest.mark.parametrize(
    ("text", "encoding", "named"),
    [
        (FRENCH, "windows-1252", "windows-1252"),
        (FRENCH, "iso8859-15", "windows-1252"),
        (FRENCH, "mac_roman", "mac_roman"),
        (RUSSIAN, "windows-1251", "cp1251"),
        (RUSSIAN, "koi8-r", "koi8_r"),
        (JAPANESE, "shift_jis", "cp932"),
        (CHINESE, "gb18030", "gb18030"),
    ],
    ids=["Western", "Latin-9", "Macintosh", "Cyrillic", "KOI-8", "Japanese", "Chinese"],
)
def test_a_guessed_encoding_is_named(tmp_path: Path, text: str, encoding: str, named: str) -> None:
    source = source_of(tmp_path, text.encode(encoding))
    assert cells(source) == lines(text)
    assert source.notes[0].startswith(f"the text is not UTF-8: read as {named}, auto-detected")


ANSWERS = {
    "cp1250": (
        "Zdecydowanie się zgadzam|Ważne|Źle|Często",
        "Rozhodně souhlasím|Nevím|Často|Příliš",
    ),
    "cp1251": ("Да|Нет|Не знаю", "Полностью согласен|Не знаю|Часто", "Важко відповісти|Ніколи|Вік"),
    "cp1252": ("Muy satisfecho|¿Cuál?|Señor|Sí", "Concordo|Não sei|Às vezes|Provável"),
    "cp1253": ("Συμφωνώ απόλυτα|Δεν ξέρω|Ποτέ",),
    "cp1254": (
        "Evet|Hayır",
        "Kesinlikle katılıyorum|Memnun değilim|Hiç|Çok iyi",
    ),
    "cp1255": ("מסכים מאוד|לא יודע|אף פעם",),
    "cp1256": ("أوافق بشدة|لا أعرف|دائما",),
    "cp1257": ("Visiškai sutinku|Nežinau|Įmonė|Amžius",),
    "cp1258": ("Râ\u0301t ha\u0300i lo\u0300ng|Không biê\u0301t|Luôn luôn",),
    "koi8_r": ("Полностью согласен|Не знаю|Часто",),
    "shift_jis": ("とてもそう思う|わからない|ときどき",),
    "euc_jp": ("とてもそう思う|わからない|ときどき", "はい|いいえ", "満足|不満"),
    "gb18030": ("非常满意|不知道|有时", "满意|不满意"),
    "big5": ("非常滿意|不清楚|經常|從不",),
    "euc_kr": ("매우 그렇다|보통이다|전혀 그렇지 않다",),
}
"""Answers in the languages of a code page."""


@pytest.mark.parametrize("rows", [12, 300])
@pytest.mark.parametrize(
    ("encoding", "answers"), [(page, one) for page, lists in ANSWERS.items() for one in lists]
)
def test_code_pages_are_told_apart_by_their_letters(
    tmp_path: Path, encoding: str, answers: str, rows: int
) -> None:
    generator, given = Random(), answers.split("|")
    often = [generator.random() + 0.02 for _ in given]
    chosen = [*given, *generator.choices(given, often, k=rows)]
    text = "id;answer\n" + "".join(f"{n};{one}\n" for n, one in enumerate(chosen))
    source = source_of(tmp_path, text.encode(encoding))
    assert cells(source) == lines(unicodedata.normalize("NFC", text))
    assert "auto-detected" in source.notes[0]


def test_a_word_without_a_vowel_is_of_a_script_that_writes_none(tmp_path: Path) -> None:
    """These letters are as frequent in Hebrew as what they would be in Russian."""
    text = "answer\n" + "אף פעם\n" * 167 + "מסכים מאוד\n" * 130 + "לא יודע\n" * 6
    assert cells(source_of(tmp_path, text.encode("cp1255"))) == lines(text)


@pytest.mark.parametrize("encoding", ["windows-1252", "mac_roman"])
@pytest.mark.parametrize(
    "text",
    [
        "I don’t know – it’s “fine”",
        "l’été à Genève",
        "ÉCOLE",
        "café",
        "Größe",
        "¿qué?",
        "Åse på øya",
    ],
)
def test_letters_tell_windows_from_a_macintosh_where_they_stand(
    tmp_path: Path, encoding: str, text: str
) -> None:
    """The apostrophe of the one is a letter of the other: `don’t`, `donít`."""
    source = source_of(tmp_path, f"id;said\n1;{text}\n2;{text}\n".encode(encoding))
    assert cells(source)[1:] == [[1, text], [2, text]]
    assert f"read as {encoding}, auto-detected" in source.notes[0]


def test_one_foreign_cell_does_not_garble_all_others(tmp_path: Path) -> None:
    source = source_of(tmp_path, FRENCH.encode() + b"3;caf\xe9\n")
    assert cells(source) == [*lines(FRENCH), [3, "café"]]
    assert "not UTF-8, as the rest is: 1 letter, read as windows-1252" in source.notes[0]


def test_compressed_text_is_text(tmp_path: Path) -> None:
    for encoding in ("utf-8-sig", "utf-16", "windows-1252"):
        packed = gzip.compress(FRENCH.encode(encoding))
        assert cells(source_of(tmp_path, packed, "survey.csv.gz")) == lines(FRENCH)


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_every_line_end_ends_a_row_and_the_last_may_lack_one(tmp_path: Path, ends: str) -> None:
    text = 'id;a\n1;"two\nlines"\n2;y'
    outside = text.replace("\n", ends).replace(f"two{ends}lines", "two\nlines")
    found = cells(source_of(tmp_path, outside.encode()))
    assert found == [["id", "a"], [1, "two\nlines"], [2, "y"]]


@pytest.mark.parametrize("delimiter", list(",;\t|:"))
def test_every_common_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    text = "id;role;x\n1;A;2\n2;B;3\n"
    assert cells(source_of(tmp_path, text.replace(";", delimiter).encode())) == lines(text)


def test_times_in_one_column_are_not_parted_at_their_colon(tmp_path: Path) -> None:
    assert cells(source_of(tmp_path, b"at\n12:30\n13:40\n")) == [["at"], ["12:30"], ["13:40"]]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("id;w;n\n1;1,25;1.000\n2;0,75;2.500\n", [1000.0, 2500.0]),  # a comma says what a dot is
        ("id;w;n\n1;1,25;1.000\n2;0,75;2.5\n", [1.0, 2.5]),
        ("id;w;n\n1;1.25;1.000\n2;0.75;2.500\n", [1.0, 2.5]),
        ("id\tw\tn\n1\tx\t1,25\n2\ty\t0,75\n", [1.25, 0.75]),
        ("id\tw\tn\n1\tx\t1,250\n2\ty\t750\n", ["1,250", "750"]),  # could be either
        ('id,w,n\n1,x,"1,250"\n2,y,750\n', ["1,250", "750"]),
    ],
)
def test_decimals_and_thousands_are_told_apart_or_left_alone(
    tmp_path: Path, text: str, numbers: list[object]
) -> None:
    """Never a number that is a thousand times another."""
    assert [row[2] for row in cells(source_of(tmp_path, text.encode()))[1:]] == numbers
