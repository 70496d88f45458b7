"""What a file may take is bound by its size and by the memory that is free."""

from __future__ import annotations

import base64
import gzip
import tomllib
import zlib
from contextlib import nullcontext, suppress
from itertools import product
from pathlib import Path
from typing import Literal

import narwhals.stable.v2 as nw
import polars as pl
import pytest

from cxtui.analysis.query.expressions import several_answers
from cxtui.analysis.query.expressions.answered import has_answered
from cxtui.errors import CodebookError, SourceError
from cxtui.sources import source
from cxtui.sources.open_survey import open_survey
from cxtui.sources.readers import arrow_reader
from cxtui.sources.readers.compact_protocol import CompactReader, DamagedStructError
from cxtui.sources.readers.delimited import delimited_reader
from cxtui.sources.readers.parquet_footer import footer_of
from cxtui.sources.readers.parquet_layout import DamagedPageError, unpacked_size
from cxtui.survey.codebook.load_toml import load_toml
from cxtui.survey.codebook.toml_format import read_codebook
from cxtui.survey.inference import column_sets
from cxtui.survey.model import Survey
from cxtui.survey.question import Category, Holds, Kind, Question
from cxtui.work.open_derived import open_derived
from tests.fuzz.seeds import seeds
from tests.shared import shared

_TOO_MUCH = "of memory, far more than a file of its size should"


@pytest.fixture
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let small files take a megabyte."""
    monkeypatch.setattr(source, "_LEAST_BYTES", 2**20)


@pytest.mark.usefixtures("little")
def test_pages_that_unpack_to_more_than_they_should_are_not_unpacked(tmp_path: Path) -> None:
    file = tmp_path / "bomb.parquet"
    bomb = pl.DataFrame({"role": list("abc"), "why": [letter * 10**6 for letter in "abc"]})
    bomb.write_parquet(file, compression="zstd")
    assert file.stat().st_size < 5_000
    assert 3 * 10**6 < unpacked_size(file, footer_of(file)) < 7 * 10**6
    with pytest.raises(SourceError, match=_TOO_MUCH):
        open_survey(str(file))


@pytest.mark.usefixtures("little")
@pytest.mark.parametrize("dtype", [pl.String, pl.Categorical])
def test_a_text_that_a_dictionary_repeats_is_counted_each_time(
    tmp_path: Path, dtype: pl.DataType
) -> None:
    file = tmp_path / "bomb.parquet"
    why = pl.Series("why", ["x" * 2_000] * 3_000, dtype=dtype)
    pl.DataFrame([why, pl.Series("role", ["a", "b"] * 1_500)]).write_parquet(file)
    with pytest.raises(SourceError, match=_TOO_MUCH):
        open_survey(str(file))


@pytest.mark.usefixtures("little")
@pytest.mark.parametrize("dtype", [pl.String, pl.Categorical])
@pytest.mark.parametrize("letters", [900, 3_000])
def test_a_text_that_many_lists_repeat_is_counted_each_time(
    tmp_path: Path, dtype: pl.DataType, letters: int
) -> None:
    """That of one list is not too much."""
    file = tmp_path / "bomb.parquet"
    for many, is_refused in ((1, False), (800, True)):
        why = pl.Series("why", [["x" * letters, "y"]] * many, dtype=pl.List(dtype))
        pl.DataFrame([why]).write_parquet(file)
        with pytest.raises(SourceError, match=_TOO_MUCH) if is_refused else nullcontext():
            open_survey(str(file))


@pytest.mark.usefixtures("little")
def test_respondents_without_a_byte_of_their_own_are_bounded(tmp_path: Path) -> None:
    pl.select(role=pl.repeat("a", 200_000)).write_parquet(tmp_path / "tiny.parquet")
    with pytest.raises(SourceError, match=_TOO_MUCH):
        open_survey(str(tmp_path / "tiny.parquet"))


@pytest.mark.usefixtures("little")
@pytest.mark.parametrize("compression", ["lz4", "zstd"])
def test_a_text_that_a_few_bytes_of_arrow_stand_for_is_not_unpacked(
    tmp_path: Path, compression: Literal["lz4", "zstd"]
) -> None:
    """Unpacking takes several times its size."""
    file = tmp_path / "bomb.arrow"
    pl.DataFrame({"why": ["x" * 600_000, "y"]}).write_ipc(file, compression=compression)
    assert file.stat().st_size < 5_000
    with pytest.raises(SourceError, match=_TOO_MUCH):
        open_survey(str(file))
    pl.DataFrame({"why": ["x" * 40_000, "y"]}).write_ipc(file, compression=compression)
    assert open_survey(str(file)).respondents == 2


@pytest.mark.usefixtures("little")
def test_many_batches_of_arrow_are_bounded_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of a few bytes, and none too large alone."""
    monkeypatch.setattr(arrow_reader, "_BATCHES", 1)
    one = pl.DataFrame({"why": ["x" * 200_000]})
    for batches, is_refused in ((3, False), (100, True)):
        file = tmp_path / f"{batches}.arrow"
        pl.concat([one] * batches).write_ipc(file, compression="zstd", record_batch_size=1)
        with pytest.raises(SourceError, match=_TOO_MUCH) if is_refused else nullcontext():
            arrow_reader._check_layout(file)


_LISTS = (
    "c-rmQ$x;(R7{Kvwl1VbaAdxlhxPk~Mt|%zP4OA2e2*{>v2debuLwMxC1NaymJ@N<~c@zD2_cui{RXKW~s=w54dS<$(d%"
    "EYlbjp>=^x}}nU*b?iiejQsV#!NRBF=~)l#t?pHl_^FZrhe<k(UCki`;R~262hwIJ%Lvf34*PB7UaE9AkSOqhPO1GgBT"
    "imgzI;-;AdH=S+D~`xY&CfA0Kn=k8t2e2(-z#g5aiGm33*k_l~HlyUWLrtY1RH7L<C)SB;lKai8iN&SdYW%~ZUcJy1z?"
    "W#7J)Hvz-^u0iz$?95|_sXN7<2BgXh&1VXH{%RibWUf{iZ)%Z4s@am=3Ab_d0fzSzl6)UqTl!`uHiav;3jUN2fetBKHN"
    "b+1~7=bxChct?&AR-;t?L>35M|$&oF{fJjV-+X`Yqw60bDR-ry}JFo}0~j}Mr_M|{FGW-yBi<}i=XSimBd@CD0Q!7A3U"
    "j<5KpIlYOks&BHf`Tu{SdH$;=&pT`LJR90?c+iw&O>JI}Y7U&#yIiUl)$M}RwGSUYeE9I;!-o$aK2ArNeT3*<!0nYIyQ"
    "`0Nhdrfxxnw{8C+nWutFtdS((~hF-&?h*I8FZ}6d9~+|0DSapht9h"
)
"""An Arrow file, packed: a dictionary with one list of a hundred texts, that 3,000 rows have."""


def test_a_list_that_a_dictionary_repeats_is_counted_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "bomb.arrow"
    file.write_bytes(zlib.decompress(base64.b85decode(_LISTS)))
    survey = open_survey(str(file))
    assert survey.respondents == 3_000
    assert len(survey.codebook.questions[0].categories) == 2
    monkeypatch.setattr(source, "_LEAST_BYTES", 2**20)
    with pytest.raises(SourceError, match=_TOO_MUCH):
        open_survey(str(file))


@pytest.mark.usefixtures("little")
@pytest.mark.parametrize(
    "answers",
    [[["a", "b"] * 10_000, ["b"]], ["long " * 12_000, "b"], ["yes", "no"] * 60_000],
    ids=["the items of a list", "the bytes of a long text", "short texts"],
)
def test_what_python_takes_for_an_answer_is_bounded(tmp_path: Path, answers: list[object]) -> None:
    pl.DataFrame({"why": answers}).write_parquet(tmp_path / "bomb.parquet")
    with pytest.raises(SourceError, match=_TOO_MUCH):
        open_survey(str(tmp_path / "bomb.parquet"))


def test_cells_of_a_packed_text_without_a_byte_of_their_own_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "_LEAST_BYTES", 2**20)
    file = tmp_path / "bomb.csv.gz"
    file.write_bytes(gzip.compress(b"a,b\n" + b"\n" * 400_000))
    with pytest.raises(SourceError, match=_TOO_MUCH):
        open_survey(str(file))
    monkeypatch.setattr(source, "_LEAST_UNPACKED", 100_000)
    with pytest.raises(SourceError, match="unpacks to more than 0 MB: unpack it"):
        open_survey(str(file))


def test_line_ends_are_normalized_outside_quotes_alone() -> None:
    """As if the text were split at its quotes, which takes fifty times the bytes of a text of
    quotes.
    """
    for signs in product(b'"\r\na', repeat=7):
        text = bytes(signs)
        parts = text.split(b'"')
        parts[::2] = [part.replace(b"\r\n", b"\n").replace(b"\r", b"\n") for part in parts[::2]]
        assert delimited_reader._normalize_line_ends(text) == b'"'.join(parts)


def test_the_size_of_whole_and_damaged_files_is_told(tmp_path: Path, seed: int) -> None:
    """That of the values, however they are packed; of a damaged file, anything but an error."""
    file = tmp_path / "made.parquet"
    texts = pl.DataFrame({"why": [f"{number:0100}" for number in range(1_000)]})
    for compression in ("uncompressed", "zstd"):
        texts.write_parquet(file, compression=compression)
        assert 100_000 <= unpacked_size(file, footer_of(file)) < 120_000
    for content in seeds()["parquet"]:
        for cut in range(8, len(content), 97 + seed % 10):
            file.write_bytes(content[:cut] + bytes([seed % 256]) + content[cut + 1 :])
            with suppress(DamagedPageError):
                assert unpacked_size(file, footer_of(file)) >= 0


@pytest.mark.parametrize("said", [-50, 2**30])
def test_a_page_that_cannot_hold_its_values_is_not_read(tmp_path: Path, said: int) -> None:
    """The engine takes memory for them at once, and ends the program where there is none."""
    file = tmp_path / "made.parquet"
    pl.DataFrame({"role": ["a", "b", "c"] * 10}).write_parquet(file)
    content = file.read_bytes()
    whole, wrong = _numbered(30), _numbered(said)
    assert whole in content
    place = content.index(whole)
    file.write_bytes(content[:place] + wrong + content[place + len(whole) :])
    with pytest.raises(SourceError, match=r"made.parquet could not be read as Parquet"):
        open_survey(str(file))


@pytest.mark.parametrize("longer", [-1, 50])
def test_a_column_outside_its_file_is_not_read(tmp_path: Path, longer: int) -> None:
    """The engine takes the memory of all computers for one that ends before it begins."""
    file = tmp_path / "made.parquet"
    pl.DataFrame({"role": ["a", "b", "c"] * 10}).write_parquet(file, statistics=False)
    content = file.read_bytes()
    start = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    size = CompactReader(content[start:-8]).fields()[4][0][1][0][3][7]
    assert content.count(_numbered(size, 0x16) + b"\x26", start) == 1
    wrong = _numbered(longer * size, 0x16) + b"\x26"
    footer = content[start:-8].replace(_numbered(size, 0x16) + b"\x26", wrong)
    file.write_bytes(content[:start] + footer + len(footer).to_bytes(4, "little") + b"PAR1")
    with pytest.raises(SourceError, match=r"made.parquet could not be read as Parquet"):
        open_survey(str(file))


@pytest.mark.parametrize("said", [2**31 - 1, 2**40])
@pytest.mark.parametrize("places", [[0], [1, 2, 3], [2], [0, 1, 2, 3]])
def test_rows_that_no_page_holds_are_not_made(tmp_path: Path, said: int, places: list[int]) -> None:
    """Of the file, its group of rows, its columns: memory is taken for what the pages hold."""
    file = tmp_path / "made.parquet"
    rows = {"role": ["a", "b"] * 99, "goal": [1, None] * 99}
    pl.DataFrame(rows).write_parquet(file, statistics=False, compression="uncompressed")
    assert unpacked_size(file, footer_of(file)) > 0
    content = file.read_bytes()
    start = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    parts = content[start:-8].split(_numbered(198)[1:])
    assert len(parts) == 5  # rows of the file, values of two columns, rows of the group
    footer = parts[0]
    for place, part in enumerate(parts[1:]):
        footer += _numbered(said if place in places else 198)[1:] + part
    file.write_bytes(content[:start] + footer + len(footer).to_bytes(4, "little") + b"PAR1")
    with pytest.raises(SourceError, match=r"made.parquet could not be read as Parquet"):
        open_survey(str(file))


def _numbered(number: int, kind: int = 0x15) -> bytes:
    """The field after another, a number of 32 or 64 (0x16) bits, in Thrift's compact protocol."""
    left, content = (number << 1) ^ (number >> 63), bytearray([kind])
    while left > 127:
        content.append(left & 127 | 128)
        left >>= 7
    return bytes([*content, left])


@pytest.mark.parametrize("key", ["a.{}", "[a.{}]", "[[a.{}]]", "x = {{ a.{} = 1 }}", '"a" . {}'])
def test_a_key_of_thousands_of_parts_is_refused_at_once(key: str) -> None:
    """The parser would remember every beginning of it, the square of its length."""
    deep = key.format(" . ".join(["b", '"c.d"', "'e'"] * 3_000))
    with pytest.raises(CodebookError, match="is not valid TOML: it is nested too deep"):
        read_codebook(deep if "=" in deep or "[" in deep else f"{deep} = 1", "it")
    assert read_codebook(f'title = "{".a" * 3_000}, 1.2.3"', "it").title.startswith(".a.a")


@pytest.mark.parametrize("piece", ["x", "1 ", "a - ", "(1) ", "not ", "\u65e5"])
def test_an_answer_as_long_as_its_file_is_opened_at_once(tmp_path: Path, piece: str) -> None:
    """The patterns of wordings would take the square of its length: minutes."""
    rows = (["Yes", "No", piece * (200_000 // len(piece))] * 4)[:10]
    pl.DataFrame({"role": ["a", "b"] * 5, "goal": rows}).write_csv(tmp_path / "long.csv")
    assert len(open_survey(str(tmp_path / "long.csv")).codebook.questions) == 2


@pytest.mark.parametrize(
    ("names", "cells"),
    [
        (["role", *[""] * 999], "ABC"),
        (["the same"] * 1_000, "ABC"),
        ([f"Q1_{number}" for number in range(1_000)], "12345"),
        ([f"Do you agree: [{number}]" for number in range(1_000)], ["Agree", "Disagree", "So so"]),
    ],
)
def test_no_column_of_a_wide_file_is_lost(
    tmp_path: Path, names: list[str], cells: str | list[str]
) -> None:
    """Blank or repeated names, a battery of numbers or of one list."""
    rows = [[cells[(row * place + row) % len(cells)] for place in range(1_000)] for row in range(9)]
    lines = (",".join(one) for one in (names, *rows))
    (tmp_path / "wide.csv").write_text("\n".join(lines))
    codebook = open_survey(str(tmp_path / "wide.csv")).codebook
    columns = sum(len(one.columns) for one in codebook.questions) + len(codebook.excluded)
    assert columns == 1_000


def test_shared_bombs_are_refused() -> None:
    with pytest.raises(SourceError, match=_TOO_MUCH):
        open_survey(str(shared("cases/hostile/pdictbomb.parquet")))
    with pytest.raises(CodebookError, match="nested too deep"):
        open_survey(str(shared("cases/hostile/s.csv")))


@pytest.mark.parametrize("text", ["view = {}", "x = [{}]", "[[question]]\nid = {}"])
def test_a_number_of_thousands_of_digits_is_said(text: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError, match="a number in it is too long"):
        load_toml(text.format("9" * 5_000))


@pytest.mark.parametrize("piece", [": ", "a - ", "x.", "x/", "[", "(choice="])
def test_a_name_of_a_page_is_split_at_some_of_its_places(piece: str) -> None:
    """Each split takes the length of the name: all of them would take its square."""
    assert len(column_sets._name_splits(piece * 5_000)) < 200


@pytest.mark.parametrize(("has_missing", "most"), [(True, 3), (False, 1)])
def test_a_set_of_many_columns_asks_for_each_of_them_a_few_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_missing: bool, most: int
) -> None:
    names = [f"set_{one}" for one in range(300)]
    pl.DataFrame({name: [1, 0, -9] for name in names}).write_parquet(tmp_path / "set.parquet")
    survey = open_survey(str(tmp_path / "set.parquet"))
    options = tuple(Category(name, name, missing=has_missing and name < "set_2") for name in names)
    question = Question("set", "Set", Kind.MULTI, tuple(names), options)
    assert question.holds is Holds.TICKS
    asked: list[object] = []
    real = several_answers.answer_values

    def counted(survey: Survey, *columns: str) -> nw.Expr:
        asked.append(columns)
        return real(survey, *columns)

    monkeypatch.setattr(several_answers, "answer_values", counted)
    has_answered(survey, question)
    assert 300 <= len(asked) <= most * 300


def test_thousands_of_derived_questions_are_refused(tmp_path: Path) -> None:
    """A chain of them is followed to its end, and each is compared with all others."""
    pl.DataFrame({"d0": ["a", "b"] * 9}).write_parquet(tmp_path / "chain.parquet")
    made = [
        f'[[derive]]\nid = "d{one}"\nfrom = "d{one - 1}"\nmerge = [{{ label = "A", of = ["a"] }}]\n'
        for one in range(1, 20_000)
    ]
    (tmp_path / "chain.codebook.toml").write_text("".join(reversed(made)))
    with pytest.raises(CodebookError, match="19,999 questions are derived, more than 500"):
        open_derived(str(tmp_path / "chain.parquet"))


@pytest.mark.parametrize("nested", [b"\x1c", b"\x19", b"\x1a", b"\x01\xbb"])
def test_a_description_nested_too_deep_is_damaged(nested: bytes) -> None:
    """Structs, lists, sets, and pairs whose parts are pairs."""
    head = b"\x1b" if nested[-1:] == b"\xbb" else b"\x19"
    with pytest.raises(DamagedStructError):
        CompactReader(head + nested * 5_000).fields()
