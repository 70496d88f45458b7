"""A slow conversion is done once, kept for its owner alone, and reported while it runs."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pyreadstat
import pytest

from cxtui.cli import main
from cxtui.errors import CxtuiError
from cxtui.sources import read_source as reading_source
from cxtui.sources import reading_progress as progress
from cxtui.sources.cache import cache_entries as cache
from cxtui.sources.cache import survey_cache
from cxtui.sources.cache.survey_cache import keep_openings
from cxtui.sources.open_survey import open_survey
from cxtui.sources.reading_progress import report_progress
from cxtui.sources.source import Source
from cxtui.survey.model import Survey

Reads = list[str]

pytestmark = pytest.mark.usefixtures("decoded_here")


@pytest.fixture(autouse=True)
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if these small files took long."""
    monkeypatch.setattr(progress, "LARGE", 0)
    monkeypatch.setattr(progress, "PACKED_LARGE", 0)
    monkeypatch.setattr(survey_cache, "_waiting", [])


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Reads:
    """The names of the files that are decoded."""
    names: Reads = []

    def watched(read: Callable[[tuple[Path, ...]], Source]) -> Callable[..., Source]:
        def reading(files: tuple[Path, ...]) -> Source:
            names.append(files[0].name)
            return read(files)

        return reading

    reader_of = reading_source._reader_of
    monkeypatch.setattr(reading_source, "_reader_of", lambda ending: watched(reader_of(ending)))
    return names


@pytest.fixture
def kept() -> Path:
    """Where conversions are kept."""
    return Path(os.environ["XDG_CACHE_HOME"]) / "cxtui" / "conversions"


def sav(file: Path, *, rows: int = 40) -> Path:
    frame = pl.DataFrame({"goal": [1.0, 2.0] * (rows // 2), "name": ["a", "ü"] * (rows // 2)})
    pyreadstat.write_sav(
        frame, file, variable_value_labels={"goal": {1: "Yes", 2: "No"}}, file_label="Tracker"
    )
    return file


def opened(file: Path, codebook: str = "") -> Survey:
    """Return the survey of a file, and keep it for the next time."""
    survey = open_survey(str(file), codebook)
    keep_openings()
    return survey


def files_in(kept: Path) -> int:
    """Return of how many files the cache has entries."""
    return len({one.name.partition("-")[0] for one in kept.iterdir()})


def content(survey: Survey) -> tuple[object, ...]:
    return survey.codebook, survey.schema, survey.notes, survey.frame.collect().rows()


def latin_csv(file: Path) -> Path:
    file.write_bytes("goal;land\nJa;Österreich\nNein;Köln\n".encode("latin-1"))
    return file


def xlsx(file: Path) -> Path:
    pl.DataFrame({"What is your goal?": ["Yes", "No"], "n": [1, 2]}).write_excel(file)
    return file


@pytest.mark.parametrize(
    ("name", "write"), [("a.sav", sav), ("a.csv", latin_csv), ("a.xlsx", xlsx)]
)
def test_a_conversion_is_done_once(
    tmp_path: Path, reads: Reads, kept: Path, name: str, write: Callable[[Path], Path]
) -> None:
    """What comes from the cache is what the file gives; another state of it is another file."""
    file = write(tmp_path / name)
    first, second = opened(file), opened(file)
    assert reads == [name]
    assert content(first) == content(second)
    entries = {*kept.iterdir()}
    os.utime(file, ns=(1, 1))
    assert content(opened(file)) == content(first)
    assert reads == [name, name]
    assert entries.isdisjoint(kept.iterdir()), "the old state is of no use any more"


def test_a_changed_codebook_is_heeded_without_decoding_again(tmp_path: Path, reads: Reads) -> None:
    """The file is decoded once; each codebook completes it to a survey of its own."""
    file, beside = sav(tmp_path / "a.sav"), tmp_path / "a.codebook.toml"
    assert opened(file).codebook.title == "Tracker"
    for title in ("One", "Another"):
        beside.write_text(f'title = "{title}"\n', "utf-8")
        assert opened(file).codebook.title == open_survey(str(file)).codebook.title == title
    beside.unlink()
    assert open_survey(str(file)).codebook.title == "Tracker"
    with pytest.raises(CxtuiError):
        open_survey(str(file), str(beside))
    assert reads == ["a.sav"]


def test_an_entry_that_is_removed_can_still_be_counted(tmp_path: Path, kept: Path) -> None:
    """Another process may make room while a survey is open."""
    file = xlsx(tmp_path / "a.xlsx")
    first, second = opened(file), opened(file)
    for entry in kept.iterdir():
        entry.unlink()
    assert content(second) == content(first)


def test_what_need_not_be_decoded_is_not_cached(
    tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parquet, Arrow, and small files."""
    frame = pl.DataFrame({"q": ["a", "b"]})
    frame.write_parquet(tmp_path / "a.parquet")
    frame.write_ipc(tmp_path / "a.arrow")
    opened(tmp_path / "a.parquet")
    opened(tmp_path / "a.arrow")
    monkeypatch.setattr(progress, "LARGE", 10**6)
    opened(latin_csv(tmp_path / "a.csv"))
    assert not kept.exists() or list(kept.iterdir()) == []


def test_only_the_user_may_read_the_cache(tmp_path: Path, kept: Path) -> None:
    """The folder is the owner's alone, made so where it was not; a strange one is not used."""
    kept.mkdir(parents=True)
    kept.chmod(0o777)
    opened(sav(tmp_path / "a.sav"))
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700
    assert {stat.S_IMODE(one.stat().st_mode) for one in kept.iterdir()} == {0o600}
    elsewhere = tmp_path / "elsewhere"
    kept.rename(elsewhere)
    before = sorted(elsewhere.iterdir())
    kept.symlink_to(elsewhere)
    opened(sav(tmp_path / "b.sav"))
    assert sorted(elsewhere.iterdir()) == before


def test_a_damaged_cache_is_ignored(tmp_path: Path, reads: Reads, kept: Path) -> None:
    """A changed, a cut and an empty entry are thrown away, and the file itself is read."""
    file = sav(tmp_path / "a.sav")
    whole = content(opened(file))
    for damage in (lambda old: old[:-7], lambda old: b"", lambda old: b"\0" + old[1:]):
        for entry in kept.iterdir():
            entry.write_bytes(damage(entry.read_bytes()))
        assert content(opened(file)) == whole
    assert reads == ["a.sav"] * 4


@pytest.mark.parametrize("broken", ["no folder", "disk full", "turned off"])
def test_without_a_cache_everything_is_read(
    tmp_path: Path, reads: Reads, kept: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    file = sav(tmp_path / "a.sav")
    if broken == "no folder":
        kept.parent.write_text("in the way")
    elif broken == "turned off":
        monkeypatch.setenv(cache.SETTING, "off")
    else:

        def full(*_: object, **__: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(pl.LazyFrame, "sink_parquet", full)
    assert content(opened(file)) == content(opened(file))
    assert reads == ["a.sav"] * 2
    assert not kept.is_dir() or list(kept.iterdir()) == []


def test_the_least_recently_used_entries_are_removed_first(
    tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At most so many files, so many bytes and so many days."""
    monkeypatch.setattr(cache, "MOST_FILES", 2)
    for number, name in enumerate("abc"):
        opened(xlsx(tmp_path / f"{name}.xlsx"))
        for entry in kept.iterdir():
            os.utime(entry, (entry.stat().st_mtime - 100, entry.stat().st_mtime - 100))
        assert files_in(kept) == min(number + 1, 2)
    for entry in kept.iterdir():
        os.utime(entry, (1, 1))
    (kept / "left.draft").write_text("")
    os.utime(kept / "left.draft", (1, 1))
    opened(xlsx(tmp_path / "d.xlsx"))
    assert files_in(kept) == 1
    monkeypatch.setattr(cache, "MOST_BYTES", 10)
    opened(xlsx(tmp_path / "e.xlsx"))
    assert list(kept.iterdir()) == []


@pytest.mark.parametrize("name", ["a.sav", "a.dta", "a.xlsx", "a.csv"])
def test_every_reader_reports_progress(tmp_path: Path, name: str) -> None:
    """In rising per cents up to all of it, each once; small files say nothing."""
    file = tmp_path / name
    frame = pl.DataFrame({"goal": [1.0, 2.0] * 3_000})
    match file.suffix:
        case ".sav":
            sav(file, rows=6_000)
        case ".dta":
            pyreadstat.write_dta(frame, file)
        case ".xlsx":
            frame.write_excel(file)
        case _:
            file.write_bytes(frame.write_csv().encode() + "ü\n".encode("latin-1"))
    heard_of: list[progress.Progress] = []
    with report_progress(heard_of.append):
        open_survey(str(file))
    passes: dict[str, list[int]] = {}
    for one in heard_of:
        assert one.percent is not None
        if not one.columns:
            passes.setdefault(re.sub(r"\d+", "", one.text), []).append(one.percent)
    assert all(percents == sorted(set(percents)) for percents in passes.values())
    assert max(passes[f"Reading {name} …  %"]) >= 99
    assert heard_of[0].text.endswith(f" {name} … {heard_of[0].percent} %")
    heard = len(heard_of)
    open_survey(str(xlsx(tmp_path / "other.xlsx")))
    assert len(heard_of) == heard, "nobody listens any more"


def test_progress_is_for_terminals(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The verbs rewrite one line of standard error, and clear it; a file gets none of it."""
    file = sav(tmp_path / "a.sav")
    assert main(["table", str(file), "goal"]) == 0
    assert "Reading" not in capsys.readouterr().err
    monkeypatch.setenv(cache.SETTING, "off")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert main(["table", str(file), "goal"]) == 0
    said = capsys.readouterr()
    assert "\rReading a.sav … " in said.err
    assert said.err.endswith("\r" + " " * 79 + "\r")
    assert "Reading" not in said.out


CORPUS = {
    "types.csv": b"id,when,mark,score,paid,list,said\n"
    + b"".join(
        b'%d,%d/3/2024,%s,%s,%.1f,"%s",%s\n'
        % (
            *(
                one,
                one % 28 + 1,
                b"true" if one % 3 else b"NA",
                b"NA" if one % 7 == 0 else b"%d" % (one % 5),
            ),
            *(one / 4, b"a;b" if one % 2 else b"b;c;d", b"" if one % 4 else b"free text %d" % one),
        )
        for one in range(60)
    ),
    "latin.csv": "goal;land;zahl\nJa;\u00d6sterreich;1,5\nNein;K\u00f6ln;2,5\n".encode("latin-1")
    * 9,
    "short.csv": b"q1,q2\n1,2\n\n3\nNA,NA\n",
    "empty.csv": b"q1,q2\n",
}
"""Files by name, with what readers and inference convert."""


@pytest.mark.parametrize("name", [*CORPUS, "a.sav", "a.xlsx", "a.dta"])
def test_a_survey_is_the_same_with_the_cache_off_cold_and_warm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Codebook, schema, notes and data; as decoded by a process of its own, where it is."""
    file = tmp_path / name
    if name in CORPUS:
        file.write_bytes(CORPUS[name])
    elif name == "a.dta":
        pyreadstat.write_dta(pl.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]}), file)
    else:
        (sav if name == "a.sav" else xlsx)(file)
    monkeypatch.setenv(cache.SETTING, "off")
    off = content(opened(file))
    monkeypatch.delenv(cache.SETTING)
    cold, warm = content(opened(file)), open_survey(str(file))
    assert cold == off and content(warm) == off
    assert list(warm.schema) == list(warm.frame.collect_schema())


def test_progress_says_how_many_columns_are_described_and_never_stands_at_100(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is read has to be described, too."""
    monkeypatch.setattr(progress, "LARGE", 100)
    file = tmp_path / "large.csv"
    pl.DataFrame({name: ["Yes", "No", "Perhaps"] * 40 for name in "abc"}).write_csv(file)
    heard: list[progress.Progress] = []
    with report_progress(heard.append):
        open_survey(str(file))
    assert [one.text for one in heard if "Describing" in one.text] == [
        f"Describing {done} of 3 columns, 120 respondents …" for done in range(3)
    ]
    assert all(one.percent is not None and one.percent < 100 for one in heard)
