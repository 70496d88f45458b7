"""Client of a Spark Connect server, with timeouts, cancellation and new sessions.

All calls to the server while a survey is open use `_Client.schema`, `to_table`, `config` and
`execute_command`. Each runs in its own thread, ends after the timeout or when its request is
cancelled, and fails with an error of one line; a session that the server lost is renewed.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
import uuid
import warnings
import weakref
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

# gRPC writes on the terminal itself; it reads this when it is imported.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")
warnings.filterwarnings("ignore", module=r"pyspark\.")

import grpc
from pyspark.errors import PySparkException
from pyspark.sql.connect.client.core import DefaultChannelBuilder, SparkConnectClient
from pyspark.sql.connect.client.retries import DefaultPolicy
from pyspark.sql.connect.conf import RuntimeConf
from pyspark.sql.connect.session import SparkSession

from cxtui.cancellation import Request, current_request, working_for
from cxtui.errors import SourceError
from cxtui.sources.readers.spark.spark_address import SparkAddress
from cxtui.sources.readers.spark.spark_errors import is_lost, reason_of

for _name in ("SQLQueryContextLogger", "DataFrameQueryContextLogger", "pyspark"):
    logging.getLogger(_name).disabled = True  # errors are reported once, as messages of cxtui

_log = logging.getLogger("cxtui.spark")

Value = TypeVar("Value")

_CHANNEL = [
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),
    ("grpc.min_reconnect_backoff_ms", 10_000),  # the time that one attempt to connect may take
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    # Two channels to one server know nothing of each other's failures.
    ("grpc.use_local_subchannel_pool", 1),
]
_SETTINGS = {"spark.sql.session.timeZone": "UTC"}  # dates as they stand in the table, as in Polars
_GOODBYE = 1.0
"""Time in seconds to end a session when the program ends."""

_open: weakref.WeakSet[Server] = weakref.WeakSet()


class Lost(SourceError):
    """The server has lost the session, after a restart or a long pause."""


def _through_server(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method of Spark's client that goes through `Server.call`."""

    def call(self: _Client, *given: Any, **more: Any) -> Any:
        return self.server.call(lambda client: method(client, *given, **more))

    return call


class _Client(SparkConnectClient):  # type: ignore[misc]
    """Spark's client, with calls that go through `Server.call`."""

    def __init__(self, server: Server) -> None:
        super().__init__(DefaultChannelBuilder(server.address.server, _CHANNEL))
        atexit.unregister(self._on_exit)  # it would ask a server that may be gone
        policy = DefaultPolicy(
            max_retries=3, initial_backoff=100, max_backoff=1000, max_server_retry_delay=1000
        )
        self.set_retry_policies([policy])
        self.register_progress_handler(_report_tasks)
        self.server = server
        self.is_set_up = False

    def set_up(self) -> None:
        """Configure a new session."""
        RuntimeConf(self)._set_all(configs=_SETTINGS, silent=True)
        self.is_set_up = True

    # all calls to the server while a survey is open
    schema = _through_server(SparkConnectClient.schema)
    to_table = _through_server(SparkConnectClient.to_table)
    config = _through_server(SparkConnectClient.config)
    execute_command = _through_server(SparkConnectClient.execute_command)


class Server:
    """One Spark Connect server and its session; an answer may take `timeout` seconds."""

    def __init__(self, address: SparkAddress, timeout: float) -> None:
        self.address = address
        self.timeout = timeout
        self._lock = threading.Lock()
        self.running: set[str] = set()
        self._calling = threading.local()
        with self._one_line_errors():
            self.session = SparkSession(DefaultChannelBuilder(address.server))
        self.session._client.close()
        self._client = self._new_session()
        _open.add(self)

    def call(self, run: Callable[[SparkConnectClient], Value]) -> Value:
        """Return an answer, in a new session if it was lost; raises `SourceError`, `Cancelled`."""
        calling = getattr(self._calling, "client", None)
        if calling is not None:  # a call within a call of Spark's client
            return run(calling)
        client = self._client
        try:
            return self._attended(client, run)
        except Lost:
            return self._attended(self._renewed(client), run)

    def _attended(self, client: _Client, run: Callable[[SparkConnectClient], Value]) -> Value:
        """Return the result of a call in a thread, until the timeout or a cancellation."""
        request, woken, answer = current_request() or Request(), threading.Event(), Future[Value]()
        tag = f"cxtui-{uuid.uuid4().hex}"
        answer.add_done_callback(lambda _: woken.set())

        def ask() -> None:
            self._calling.client = client
            try:
                with working_for(request):
                    if not client.is_set_up:
                        client.set_up()
                    client.add_tag(tag)
                    answer.set_result(run(client))
            except BaseException as error:
                answer.set_exception(error)

        with request.on_cancel(woken.set):
            request.check()
            self.running.add(tag)
            threading.Thread(target=ask, daemon=True).start()
            woken.wait(self.timeout)
        self.running.discard(tag)
        if answer.done():
            with self._one_line_errors():
                return answer.result()
        threading.Thread(target=self._stop, args=(client, tag), daemon=True).start()
        request.check()
        self._renewed(client)
        message = (
            "{} gave no answer within {:g} seconds and was told to stop; "
            "--timeout says how long it may take"
        )
        raise SourceError(message, self.address.place, self.timeout)

    def _stop(self, client: _Client, tag: str) -> None:
        """Interrupt a call on the server, as soon as it responds."""
        with suppress(Exception):
            client.interrupt_tag(tag)
            _log.debug("stopped %s", tag)
        if client is not self._client:
            with suppress(Exception):
                client.close()

    def _renewed(self, client: _Client) -> _Client:
        """Return a client of a new session, which is made once for all threads."""
        with self._lock:
            if client is self._client:
                _log.info("a new session at %s", self.address.place)
                self._client = self._new_session()
            return self._client

    def _new_session(self) -> _Client:
        with self._one_line_errors():
            client = _Client(self)
        self.session._client = client
        return client

    @contextmanager
    def _one_line_errors(self) -> Iterator[None]:
        """Raise errors of Spark, gRPC and the server as `SourceError`s of one line."""
        try:
            yield
        except (PySparkException, grpc.RpcError, AssertionError, ValueError) as error:
            _log.info("refused: %s", type(error).__name__)
            if is_lost(error):
                raise Lost("{} has forgotten the session", self.address.place) from None
            raise SourceError("{}: {}", self.address.shown_at, reason_of(error)) from None

    def leave(self) -> None:
        """Stop all calls on the server, and end the session."""
        thread = threading.Thread(target=self._end, args=(self._client,), daemon=True)
        thread.start()
        thread.join(_GOODBYE)

    def _end(self, client: _Client) -> None:
        with suppress(Exception):
            if self.running:
                client.interrupt_all()
            client.release_session()


def _report_tasks(*, stages: Iterable[Any] | None, done: bool, **_: object) -> None:
    """Report the number of finished tasks to the current request."""
    tasks = [(one.num_completed_tasks, one.num_tasks) for one in stages or ()]
    completed, total = (sum(part) for part in zip((0, 0), *tasks, strict=True))
    if total and not done and (request := current_request()):
        request.on_progress(completed, total)


def leave_servers() -> None:
    """End the sessions on all servers."""
    for server in list(_open):
        server.leave()
