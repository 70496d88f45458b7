"""A server that is slow, restarted, stalled or gone: one line, and numbers once it is back."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from cxtui.analysis.query.count_cube import compute_cube
from cxtui.analysis.view.view import View
from cxtui.cancellation import Request, working_for
from cxtui.errors import Cancelled, SourceError
from cxtui.sources.open_survey import open_survey
from cxtui.survey.model import Survey
from tests.engines.places import is_there

pytestmark = [
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully:FutureWarning"),
    pytest.mark.filterwarnings("ignore:.*RETRIES_EXCEEDED:UserWarning"),
    pytest.mark.skipif(bool(is_there("spark")), reason=is_there("spark")),
]

EXAMPLE = Path(__file__).parents[2] / "examples" / "cmo-benchmark-2016.parquet"
GOAL = View("cx_goal", (("role",),))


class Sail:
    """A Spark Connect server for these tests, on a free port."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def table(self) -> str:
        """The example at this server."""
        return f"sc://localhost:{self.port}/parquet:{EXAMPLE}"

    def start(self) -> None:
        """Start, and wait until the port answers."""
        script = Path(__file__).with_name("sail.py")
        self._process = subprocess.Popen(
            [sys.executable, str(script), str(self.port)],
            env={**os.environ, "RUST_LOG": "off"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(self._answers)

    def _answers(self) -> bool:
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", self.port)) == 0

    def send(self, number: int) -> None:
        """Send a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    def stop(self) -> None:
        """End at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds; the time limit of the test ends a wait in vain."""
    while not holds():
        time.sleep(0.02)


@pytest.fixture
def sail() -> Iterator[Sail]:
    """A running server."""
    server = Sail()
    server.start()
    yield server
    server.stop()


class FarAway:
    """A relay before a server, over which each answer takes a quarter of a second."""

    def __init__(self, port: int) -> None:
        self._server = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):  # closed: the test has ended
            while True:
                near, _ = self._listener.accept()
                self.connections += 1
                far = socket.create_connection(("127.0.0.1", self._server))
                for way in ((near, far, 0.0), (far, near, 0.25)):
                    threading.Thread(target=self._relay, args=way, daemon=True).start()

    @staticmethod
    def _relay(source: socket.socket, to: socket.socket, delay: float) -> None:
        with suppress(OSError), source, to:
            while some := source.recv(65536):
                time.sleep(delay)
                to.sendall(some)

    def close(self) -> None:
        """Take no more connections."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


def server_of(survey: Survey) -> Any:
    """Return the client's record of a survey's server: its session and its running queries."""
    return survey.frame.to_native().sparkSession.client.server


def slow(survey: Survey) -> Any:
    """Return a query that never ends, takes no memory, and can be stopped at any time."""
    return server_of(survey).session.range(10**13).selectExpr("sum(id)")


def test_a_missing_server_is_reported_in_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    """The error comes within seconds, and neither Spark nor gRPC writes on the screen."""
    with pytest.raises(SourceError, match=r"^sc://localhost:1/t: there is no answer$"):
        open_survey("sc://localhost:1/t")
    assert capfd.readouterr() == ("", "")


def test_a_missing_table_is_reported_in_one_line(
    spark: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """So is a missing folder."""
    with pytest.raises(SourceError, match="there is no such table"):
        open_survey(f"{spark}/nowhere")
    with pytest.raises(SourceError, match=r"no such folder|nothing that can|has no columns"):
        open_survey(f"{spark}/parquet:/no/such/folder")
    assert capfd.readouterr() == ("", "")


def test_a_restarted_server_is_asked_again_in_a_new_session(sail: Sail) -> None:
    """While it is down there is one line; once it is back, numbers, of the same survey."""
    survey = open_survey(sail.table)
    before = compute_cube(survey, GOAL)
    sail.stop()
    with pytest.raises(SourceError, match=r"there is no answer|the connection was lost") as said:
        compute_cube(survey, GOAL)
    assert "\n" not in str(said.value)
    sail.start()
    assert (compute_cube(survey, GOAL).cells.n == before.cells.n).all()


def test_a_stalled_server_is_waited_for_as_long_as_the_user_says(sail: Sail) -> None:
    """And answers again when it goes on."""
    survey = open_survey(sail.table)
    server = server_of(survey)
    server.timeout = 0.5
    sail.send(signal.SIGSTOP)
    with pytest.raises(SourceError, match=r"gave no answer within 0\.5 seconds.*--timeout"):
        compute_cube(survey, GOAL)
    sail.send(signal.SIGCONT)
    server.timeout = 60
    assert compute_cube(survey, GOAL).cells.n.sum() > 0


def test_a_far_server_is_connected_to_at_the_first_attempt(sail: Sail) -> None:
    """Connecting may take its time; one connection for the first look, one for the session."""
    far = FarAway(sail.port)
    address = sail.table.replace(str(sail.port), str(far.port))
    assert compute_cube(open_survey(address), GOAL).cells.n.sum() > 0
    far.close()
    assert far.connections <= 2


def test_a_query_that_takes_too_long_is_stopped(sail: Sail) -> None:
    """The server stops it too, and answers the next question."""
    survey = open_survey(sail.table)
    server = server_of(survey)
    server.timeout = 0.5
    with pytest.raises(SourceError, match="gave no answer within"):
        slow(survey).toArrow()
    server.timeout = 60
    assert compute_cube(survey, GOAL).cells.n.sum() > 0


def test_a_cancelled_count_is_stopped_on_the_server(sail: Sail) -> None:
    """The waiting thread goes on at once, and the server stops the query."""
    survey = open_survey(sail.table)
    server = server_of(survey)
    query, request, ended = slow(survey), Request(), []
    query.schema  # noqa: B018 -- known before: only the count itself is to run

    def count() -> None:
        with working_for(request), pytest.raises(Cancelled):
            query.toArrow()
        ended.append(True)

    thread = threading.Thread(target=count)
    thread.start()
    until(lambda: bool(server.running))
    request.cancel()
    thread.join()
    assert ended and not server.running
    with working_for(request), pytest.raises(Cancelled):
        compute_cube(survey, GOAL)


def test_the_explorer_outlives_its_server(sail: Sail, capfd: pytest.CaptureFixture[str]) -> None:
    """A move while it is gone shows one line in the pane; the next, once it is back, a table."""
    from cxtui.session.answers import Answers

    survey = open_survey(sail.table)
    answers = Answers(survey)
    assert answers.answer(GOAL, tested=True).table is not None
    sail.stop()
    owner = View("cx_owner", (("role",),))
    refused = answers.answer(owner, tested=True)
    assert refused.table is None and not refused.is_cancelled
    assert "there is no answer" in refused.problem or "was lost" in refused.problem
    assert answers.answer(GOAL, tested=True).table is not None, "remembered"
    sail.start()
    assert answers.answer(owner, tested=True).table is not None
    assert capfd.readouterr() == ("", "")
