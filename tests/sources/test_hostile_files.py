"""What is no survey, or made to do harm, ends in one clean line; nothing hangs or takes memory."""

from __future__ import annotations

import bz2
import csv
import gzip
import lzma
import os
import socket
import struct
from contextlib import suppress
from pathlib import Path

import polars as pl
import pyreadstat
import pytest

from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view_options import parse_view
from cxtui.cli import main
from cxtui.errors import CodebookError, CxtuiError, SourceError
from cxtui.sources import source as memory
from cxtui.sources.locate import ENDINGS, find_files
from cxtui.sources.open_survey import open_survey
from cxtui.sources.readers.delimited import encoding
from cxtui.sources.reading_progress import MeteredFile
from cxtui.text import clean
from tests.shared import shared

TEXT = b"role,goal\n" + b"Marketing,Yes\n" * 1_000
ROWS = pl.DataFrame({"role": ["Marketing", "Technology"] * 10, "goal": ["Yes", "No"] * 10})


def refusal(location: Path) -> str:
    """What is said of a location that cannot be opened."""
    with pytest.raises(CxtuiError) as raised:
        open_survey(str(location))
    said = str(raised.value)
    assert clean(said) == said
    return said


def test_pipes_and_devices_are_refused_without_waiting(tmp_path: Path) -> None:
    """A pipe without a writer would wait for ever, a device gives bytes without end."""
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "zero.parquet").symlink_to("/dev/zero")
    (tmp_path / "loop.sav").symlink_to("loop.sav")
    (tmp_path / "gone.csv").symlink_to("nowhere.csv")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket.tsv"))
        for name, says in {
            "pipe.csv": "is a pipe, not a file",
            "zero.parquet": "is a device, not a file",
            "socket.tsv": "is a socket, not a file",
            "loop.sav": "Too many levels of symbolic links",
            "gone.csv": "No such file",
        }.items():
            assert says in refusal(tmp_path / name)


def test_a_folder_that_leads_into_itself_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts/again").symlink_to("..")
    ROWS.write_parquet(tmp_path / "parts/a.parquet")
    assert open_survey(str(tmp_path)).respondents == ROWS.height
    (tmp_path / "latest.parquet").symlink_to("parts/a.parquet")
    assert open_survey(str(tmp_path)).respondents == ROWS.height
    (tmp_path / "b.csv").write_text("role,goal\nx,y\n")
    assert find_files(f"{tmp_path}/**/*.csv") == (tmp_path / "b.csv",)


@pytest.mark.usefixtures("decoded_here")
@pytest.mark.parametrize("ending", sorted(ENDINGS))
def test_an_unreadable_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    """The error is simulated: tests may run as a user who may read everything."""
    file = tmp_path / f"locked{ending}"
    file.write_bytes(b"PAR1")

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(file))

    monkeypatch.setattr(Path, "open", denied)
    monkeypatch.setattr(MeteredFile, "__init__", denied)
    monkeypatch.setattr(gzip, "open", denied)
    monkeypatch.setattr(file.parent.__class__, "read_bytes", denied)
    said = refusal(file)
    assert said == f"{file}: Permission denied" or "is no compressed" in said


def test_escape_sequences_in_a_name_are_shown_and_not_sent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In errors and in what is written down of the survey."""
    name = "a\x1b]0;owned\x07[b]\n\u202eb.csv"
    (tmp_path / name).write_text("role,goal\nMarketing,Yes\nTechnology,No\n")
    assert open_survey(str(tmp_path / name)).respondents == 2
    assert main(["table", str(tmp_path / name), "goal\x1b[2J\nx"]) == 1
    assert main(["questions", str(tmp_path / f"{name}.no")]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 2
    assert not {"\x1b", "\x07", "\u202e"} & set(said)


def test_an_error_quotes_no_endless_text() -> None:
    said = str(CxtuiError(f"no answer {'x' * 1_000_000}; `cxtui questions` lists them"))
    assert len(said) < 3_000
    assert said.startswith("no answer x") and said.endswith("lists them")


def test_a_cell_of_a_million_letters_is_an_answer_like_others(tmp_path: Path) -> None:
    file = tmp_path / "long.csv"
    file.write_text(f"role,goal\nMarketing,{'x' * 1_000_000}\nTechnology,No\n")
    frame = open_survey(str(file)).frame.collect()
    assert [len(text) for text in frame["goal"].to_list()] == [1_000_000, 2]


@pytest.mark.parametrize("start", [b'"', b"a", b"a,b\n"])
def test_a_first_row_beyond_the_longest_cell_is_read_or_refused(
    tmp_path: Path, start: bytes
) -> None:
    """The parser of rows has a limit, and gives no row then."""
    for size in (140_000, 140_001):
        (tmp_path / "a.csv").write_bytes(start + b'"' * size + b"\n" + b'"' * size)
        with suppress(CxtuiError):
            open_survey(str(tmp_path / "a.csv"))


def test_fifteen_hundred_columns_are_questions(tmp_path: Path) -> None:
    file = tmp_path / "wide.csv"
    lines = [",".join(f"q{number}" for number in range(1_500)), *[",".join("12" * 750)] * 3]
    file.write_text("\n".join(lines))
    assert len(open_survey(str(file)).codebook.questions) == 1_500


def test_compressed_text_is_unpacked_to_a_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bomb, a damaged file, and what is no text inside."""
    monkeypatch.setattr(encoding, "MOST_BYTES", 2**20)
    whole = gzip.compress(TEXT)
    for name, content, says in (
        ("bomb.csv.gz", gzip.compress(b"\n" * 2**22), "unpacks to more than 1 MB"),
        ("cut.csv.gz", whole[:-20], "is damaged"),
        ("plain.csv.gz", b"role,goal\n", "is damaged"),
        ("all.tar.gz", whole, "is no compressed .csv"),
        ("bomb.csv.xz", lzma.compress(b"\n" * 2**22), "unpacks to more than 1 MB"),
        ("cut.csv.xz", lzma.compress(TEXT)[:-20], "is damaged"),
        ("bomb.csv.bz2", bz2.compress(b"\n" * 2**22), "unpacks to more than 1 MB"),
        ("cut.csv.bz2", bz2.compress(TEXT)[:-20], "is damaged"),
        ("plain.csv.bz2", TEXT, "is damaged"),
        ("it.csv.zst", TEXT, "unpack it, or let `zstd -dc FILE | cxtui -` do so"),
        ("it.zip", TEXT, "unpack it and open the file inside"),
    ):
        (tmp_path / name).write_bytes(content)
        assert says in refusal(tmp_path / name)
    for ending, compress in (("gz", gzip.compress), ("xz", lzma.compress), ("bz2", bz2.compress)):
        (tmp_path / f"good.csv.{ending}").write_bytes(compress(TEXT))
        assert open_survey(str(tmp_path / f"good.csv.{ending}")).respondents == 1_000


@pytest.mark.parametrize("compression", ["lz4", "zstd"])
def test_an_arrow_buffer_unpacks_to_what_it_can(tmp_path: Path, compression: str) -> None:
    """Of a larger number the engine would take the memory, and end the program without it."""
    file = tmp_path / "made.arrow"
    frame = pl.DataFrame({"x": ["some text"] * 5_000})
    frame.write_ipc(file, compression="zstd" if compression == "zstd" else "lz4")
    assert open_survey(str(file)).respondents == frame.height
    content = file.read_bytes()
    declared = struct.pack("<q", 16 * frame.height)  # a view of 16 bytes a text
    assert content.count(declared) == 1
    file.write_bytes(content.replace(declared, struct.pack("<q", 2**60)))
    assert "is damaged" in refusal(file)


@pytest.mark.parametrize("name", ["made.sav", "made.zsav", "made.dta"])
def test_a_file_cannot_say_that_it_has_more_cases_than_bytes(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    if name.endswith(".dta"):
        pyreadstat.write_dta(ROWS, file)
        mark, number = b"<N>", "<Q"
        place = file.read_bytes().index(mark) + len(mark)
    else:
        pyreadstat.write_sav(ROWS, file, compress=name.endswith(".zsav"))
        place, number = 80, "<i"
    content = bytearray(file.read_bytes())
    struct.pack_into(number, content, place, 2**27)
    file.write_bytes(content)
    assert "134,217,728 respondents, more than it can hold" in refusal(file)


@pytest.mark.usefixtures("decoded_here")
def test_files_beyond_the_memory_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "memory_limit", lambda: 1_000)
    pyreadstat.write_sav(ROWS, tmp_path / "made.sav")
    assert "of memory, and this machine has" in refusal(tmp_path / "made.sav")
    pl.select(role=pl.repeat("Marketing", 100_000)).write_parquet(tmp_path / "tiny.parquet")
    assert "of memory, and this machine has" in refusal(tmp_path / "tiny.parquet")


def test_a_text_wider_than_its_parts_would_shift_all_labels(tmp_path: Path) -> None:
    """The decoder crashes over labels that land on another variable."""
    file = tmp_path / "made.sav"
    pyreadstat.write_sav(ROWS, file)
    content = bytearray(file.read_bytes())
    struct.pack_into("<i", content, 180, 60)
    file.write_bytes(content)
    assert "damaged within its dictionary" in refusal(file)


def test_a_hostile_codebook_says_what_is_wrong(tmp_path: Path) -> None:
    ROWS.write_parquet(tmp_path / "survey.parquet")
    sidecar = tmp_path / "survey.codebook.toml"
    member = '{ code = "a", label = "A", members = ["b"] }, '
    wrong: dict[bytes, str] = {
        b"x = " + b"[" * 100_000: "nested too deep",
        b"title = \xff\xfe": "is not UTF-8 text",
        b"\0\0\0": "is not valid TOML",
        b"x = " + b"9" * 5_000: "is not valid TOML",
        b'[[question]]\nid = "goal"\ncategories = [{ code = "Yes", score = 1%s }]'
        % (b"0" * 400): "a number in it is too large",
        b'[[question]]\nid = "goal"\ncategories = [{ code = "Yes", score = nan }]': "not nan",
        b"#" * (33 * 2**20): "too long for a codebook",
        f'[[question]]\nid = "goal"\nnets = [{member}{member.replace("a", "b")}]'.encode(): "net",
        b'[[question]]\nid = "goal"\n[[question]]\nid = "goal"': "stands twice",
        b'[[question]]\nid = "goal"\nkind = "multi"\n'
        b'categories = [{ code = "Yes" }, { code = "No" }]': "name a column for each category",
        b'[[question]]\nid = "goal"\nkind = "multi"': "name a column for each category",
    }
    for toml, says in wrong.items():
        sidecar.write_bytes(toml)
        with pytest.raises(CodebookError, match=says) as raised:
            open_survey(str(tmp_path / "survey.parquet"))
        assert clean(str(raised.value)) == str(raised.value)
    sidecar.unlink()
    os.mkfifo(tmp_path / "pipe.toml")
    with pytest.raises(CodebookError, match="is not a file"):
        open_survey(str(tmp_path / "survey.parquet"), str(tmp_path / "pipe.toml"))


def test_labels_that_would_command_the_terminal_are_only_text(tmp_path: Path) -> None:
    ROWS.write_parquet(tmp_path / "survey.parquet")
    (tmp_path / "survey.codebook.toml").write_text(
        '[[question]]\nid = "goal"\nlabel = "\\u001b]52;c;eA==\\u0007[@click=app.quit]Goal[/]"\n'
    )
    goal = open_survey(str(tmp_path / "survey.parquet")).codebook.find("goal")
    assert goal is not None and goal.label == "\u241b]52;c;eA==\u2407[@click=app.quit]Goal[/]"


def test_damage_found_by_a_query_is_an_error_of_one_line(tmp_path: Path) -> None:
    """The schema is whole, a page is not."""
    file = tmp_path / "survey.parquet"
    ROWS.write_parquet(file, compression="uncompressed")
    content = bytearray(file.read_bytes())
    content[8:60] = b"\xff" * 52
    file.write_bytes(content)
    with pytest.raises(SourceError, match="could not be read"):
        open_survey(str(file))


def test_three_header_rows_beyond_64_kilobytes_are_no_respondents(tmp_path: Path) -> None:
    names = ["Role", *(f"Q{one}" for one in range(550))]
    wordings = [f"How satisfied are you with part {one} of what we {'do ' * 30}?" for one in names]
    ids = [f'{{"ImportId":"QID{one}"}}' for one in names]
    rows = [[("Buyer", "User")[row % 2], *["Good", "Bad"] * 275] for row in range(20)]
    file = tmp_path / "wide.csv"
    with file.open("w", newline="") as opened:
        csv.writer(opened).writerows([names, wordings, ids, *rows])
    assert file.read_bytes().index(b"ImportId") > 64 * 1024
    survey = open_survey(str(file))
    assert survey.respondents == 20
    table = tabulate(survey, parse_view(survey, "--question Q5 --by Role"))
    assert table.bases[0].lowest == (20.0, 10.0, 10.0)


@pytest.mark.parametrize(
    ("name", "respondents", "columns"), [("wideheader", 60, 701), ("qualtrics_550", 120, 553)]
)
def test_shared_headers_beyond_64_kilobytes(
    name: str, respondents: int, columns: int, tmp_path: Path
) -> None:
    packed = shared(f"cases/hostile/{name}.csv.gz").read_bytes()
    (tmp_path / "a.csv").write_bytes(gzip.decompress(packed))
    survey = open_survey(str(tmp_path / "a.csv"))
    assert (survey.respondents, len(survey.schema)) == (respondents, columns)


def test_shared_questions_below_three_header_rows(tmp_path: Path) -> None:
    packed = shared("cases/hostile/qualtrics_550.csv.gz").read_bytes()
    (tmp_path / "a.csv").write_bytes(gzip.decompress(packed))
    survey = open_survey(str(tmp_path / "a.csv"))
    table = tabulate(survey, parse_view(survey, "--question Q5 --by Role"))
    assert table.bases[0].lowest[0] == 120


def test_a_shared_quote_that_is_not_closed_is_named_by_its_line(tmp_path: Path) -> None:
    packed = shared("cases/hostile/unbalanced_mid.csv.gz").read_bytes()
    (tmp_path / "a.csv").write_bytes(gzip.decompress(packed))
    with pytest.raises(SourceError, match="line 102: a quotation mark is not closed"):
        open_survey(str(tmp_path / "a.csv"))
