"""Surveys in an object store: read where they are, and only what is asked of them."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from cxtui.analysis.query.count_cube import compute_cube
from cxtui.analysis.tables.build_table import tabulate
from cxtui.analysis.view.view_options import parse_view
from cxtui.cli import main
from cxtui.errors import SourceError
from cxtui.sources.open_survey import open_survey
from cxtui.survey.codebook.toml_format import METADATA_KEY, write_codebook
from tests.sources.bucket import Bucket, serving


@pytest.fixture
def bucket(example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """The example as one object, and as a part a wave."""
    stored = tmp_path / "stored"
    whole = pl.read_parquet(example)
    inside = {METADATA_KEY: write_codebook(open_survey(str(example)).codebook)}
    for (wave,), rows in whole.group_by("wave"):
        part = stored / "lake" / f"wave={wave}" / "part-0.parquet"
        part.parent.mkdir(parents=True)
        rows.drop("wave").write_parquet(part, metadata=inside)
    (stored / "one.parquet").write_bytes(example.read_bytes())
    with serving(stored) as bucket:
        use(monkeypatch, bucket.address)
        yield bucket


def use(monkeypatch: pytest.MonkeyPatch, endpoint: str) -> None:
    settings = {"ENDPOINT_URL": endpoint, "ACCESS_KEY_ID": "us", "SECRET_ACCESS_KEY": "them"}
    settings |= {"REGION": "eu-west-1", "ALLOW_HTTP": "true"}
    for name, value in settings.items():
        monkeypatch.setenv(f"AWS_{name}", value)


@pytest.mark.parametrize("key", ["one.parquet", "lake/**/*.parquet", "lake/"])
def test_the_tables_are_those_of_the_file(key: str, bucket: Bucket, example: Path) -> None:
    """One object, a pattern or a prefix, with the codebook inside; folders are columns."""
    here, there = open_survey(str(example)), open_survey(bucket.of(key))
    assert there.respondents == here.respondents
    for options in ("--question cx_goal", "--question obstacles --by role --wave all"):
        assert tabulate(there, parse_view(there, options)).rows == (
            tabulate(here, parse_view(here, options)).rows
        )


def test_only_the_columns_of_a_view_are_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Two of forty columns: a small part of the object."""
    random = np.random.default_rng(seed)
    answers = {f"q{n}": random.integers(1, 5, 20_000) for n in range(40)}
    pl.DataFrame(answers).write_parquet(tmp_path / "wide.parquet")
    with serving(tmp_path) as bucket:
        use(monkeypatch, bucket.address)
        survey = open_survey(bucket.of("wide.parquet"))
        bucket.sent = 0
        tabulate(survey, parse_view(survey, "--question q1 --by q2"))
        assert 0 < bucket.sent < (tmp_path / "wide.parquet").stat().st_size / 8


def test_only_the_row_groups_that_a_filter_keeps_are_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Of twenty waves, one after the other in one object, one: what the object says of each."""
    random = np.random.default_rng(seed)
    rows, waves = 200_000, 20
    answers = {"wave": np.repeat(np.arange(waves), rows // waves), "q": random.random(rows)}
    pl.DataFrame(answers).write_parquet(
        tmp_path / "waves.parquet", row_group_size=rows // waves, compression="uncompressed"
    )
    with serving(tmp_path) as bucket:
        use(monkeypatch, bucket.address)
        survey = open_survey(bucket.of("waves.parquet"))

        def sent(options: str) -> int:
            bucket.sent = 0
            tabulate(survey, parse_view(survey, options))
            return bucket.sent

        size = (tmp_path / "waves.parquet").stat().st_size
        assert sent("--question q") > size / 2
        assert 0 < sent("--question q --where wave=3") < size / 8


def test_only_the_parts_that_a_filter_keeps_are_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Of four waves in folders one."""
    random = np.random.default_rng(seed)
    for wave in range(2013, 2017):
        part = tmp_path / "lake" / f"wave={wave}" / "part.parquet"
        part.parent.mkdir(parents=True)
        answers = {f"q{n}": random.integers(1, 5, 20_000) for n in range(2)}
        pl.DataFrame(answers).write_parquet(part)
    with serving(tmp_path) as bucket:
        use(monkeypatch, bucket.address)
        survey = open_survey(bucket.of("lake/"))
        sent = []
        for options in ("--wave all", "--where wave=2016"):
            bucket.sent = 0
            compute_cube(survey, parse_view(survey, f"--question q1 --by q0 {options}"))
            sent.append(bucket.sent)
        assert 0 < sent[1] < sent[0] / 2


def test_a_missing_object_is_an_error_of_one_line(
    bucket: Bucket, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the address, and without the words of the library."""
    gone = bucket.of("gone.parquet")
    assert main(["questions", gone]) == 1
    said = f"cxtui: {gone} could not be read: there is no such object\n"
    assert capsys.readouterr().err == said
    assert main(["questions", bucket.of("gone/*.parquet")]) == 1
    assert "there is nothing that matches" in capsys.readouterr().err


def test_an_unreachable_endpoint_fails_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not tried for half a minute."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        use(monkeypatch, f"http://127.0.0.1:{unused.getsockname()[1]}")
        with pytest.raises(SourceError, match="could not be read: there is no answer"):
            open_survey("s3://surveys-nowhere/x.parquet")


@pytest.mark.parametrize(
    "address",
    [
        "https://me:hunter2@example.org/survey.parquet",
        "https://example.org/survey.parquet?X-Amz-Signature=hunter2",
        "az://box/survey.parquet?sig=hunter2",
    ],
)
def test_a_secret_in_the_address_is_refused(address: str) -> None:
    """And not repeated."""
    with pytest.raises(SourceError, match="would be seen by everybody") as refused:
        open_survey(address)
    assert "hunter2" not in str(refused.value)


def test_only_parquet_is_read_remotely() -> None:
    """A statistics file has to be decoded as a whole."""
    with pytest.raises(SourceError, match="only Parquet is read where it is"):
        open_survey("s3://surveys/survey.sav")


def test_a_table_of_it_goes_to_a_file(bucket: Bucket, tmp_path: Path) -> None:
    """No file of ours is mistaken for the survey's own."""
    out = tmp_path / "goal.csv"
    assert main(["table", bucket.of("one.parquet"), "cx_goal", "-o", str(out)]) == 0
    assert "55.9" in out.read_text()
