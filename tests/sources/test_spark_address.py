"""Addresses of tables at a Spark Connect server."""

from __future__ import annotations

import sys

import pytest

from cxtui.errors import SourceError
from cxtui.sources.open_survey import open_survey
from cxtui.sources.readers.spark.spark_address import SparkAddress, parse_address
from cxtui.sources.readers.spark.spark_errors import is_lost, reason_of


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("sc://host/t", SparkAddress("host", 15002, "t")),
        ("sc://host:77/a.b.c", SparkAddress("host", 77, "a.b.c")),
        ("sc://host/parquet:/lake/dir", SparkAddress("host", 15002, "/lake/dir", "parquet")),
        ("sc://h/delta:s3a://b/dir", SparkAddress("h", 15002, "s3a://b/dir", "delta")),
        (
            "sc://host/t;use_ssl=true;user_id=ann",
            SparkAddress("host", 15002, "t", "", (("use_ssl", "true"), ("user_id", "ann"))),
        ),
    ],
)
def test_an_address_names_a_server_and_a_table(address: str, meant: SparkAddress) -> None:
    """A catalogue's, or a folder of files."""
    assert parse_address(address) == meant


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("sc://host", "is named"),
        ("sc://host/", "is named"),
        ("sc://host:99999/t", "is named"),
        ("sc://host/csv:/a", "parquet, delta, iceberg, orc"),
        ("sc://host/t;nothing=1", "takes use_ssl and user_id"),
    ],
)
def test_invalid_addresses_are_refused(address: str, said: str) -> None:
    """With an example of one."""
    with pytest.raises(SourceError, match=said):
        parse_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "sc://host/t;token=hush",
        "sc://ann:hush@host/t",
        "sc://hush@host/t",
        "sc://host/parquet:s3a://ann:hush@bucket/dir",
        "sc://host/parquet:https://x/y?sig=hush",
        "sc://host/t;x_token=hush",
    ],
)
def test_a_secret_in_an_address_is_refused_and_not_repeated(address: str) -> None:
    """It would stand in `ps`, in the session and in every export."""
    with pytest.raises(SourceError, match="SPARK_CONNECT_AUTHENTICATE_TOKEN") as said:
        open_survey(address)
    assert "hush" not in str(said.value)


def test_a_missing_package_is_named_with_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is optional."""
    monkeypatch.setitem(sys.modules, "cxtui.sources.readers.spark.spark_client", None)
    with pytest.raises(SourceError, match=r"pip install 'cxtui\[spark\]'"):
        open_survey("sc://host/t")


def test_a_table_at_a_server_is_no_wave_among_others() -> None:
    """It is counted there, the others here."""
    with pytest.raises(SourceError, match="put them into one table"):
        open_survey(["sc://host/a", "sc://host/b"])


class _Refused(Exception):
    """What Spark's own client raises."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.name = code

    def getGrpcStatusCode(self) -> _Refused:  # noqa: N802 -- as Spark has it
        return self


@pytest.mark.parametrize(
    ("code", "text", "said"),
    [
        ("UNAVAILABLE", "connect: Connection refused (111)", "there is no answer"),
        ("UNAVAILABLE", "DNS resolution failed", "there is no such host"),
        ("UNAVAILABLE", "Ssl handshake failed", "no secure connection can be made"),
        ("UNAVAILABLE", "Socket closed", "the connection was lost"),
        ("UNAUTHENTICATED", "who?", "it asks for a token: put it into the environment variable"),
        ("INTERNAL", "[TABLE_OR_VIEW_NOT_FOUND] no `t`. SQLSTATE: 42P01", "there is no such table"),
        ("INTERNAL", "[PATH_NOT_FOUND] Path", "there is no such folder"),
        ("INTERNAL", "[X.Y] Bad luck. SQLSTATE: 42\n\nJVM stacktrace:\n at a.b", "Bad luck"),
        ("INTERNAL", "(org.apache.spark.SparkException) Job aborted", "Job aborted"),
    ],
)
def test_server_errors_have_short_messages(
    code: str, text: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never a stack trace, never more than a line."""
    monkeypatch.delenv("SPARK_CONNECT_AUTHENTICATE_TOKEN", raising=False)
    assert reason_of(_Refused(code, text)).startswith(said)


def test_a_rejected_token_differs_from_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """The token itself is never shown."""
    monkeypatch.setenv("SPARK_CONNECT_AUTHENTICATE_TOKEN", "hush")
    assert reason_of(_Refused("UNAUTHENTICATED", "hush")) == "the token is not accepted"


def test_a_lost_session_is_recognized() -> None:
    """By what Spark says of it."""
    assert is_lost(_Refused("INTERNAL", "[INVALID_HANDLE.SESSION_NOT_FOUND] …"))
    assert not is_lost(_Refused("INTERNAL", "[TABLE_OR_VIEW_NOT_FOUND] …"))
