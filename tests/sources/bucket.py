"""An object store on loopback: just enough of S3 to list and to read parts of objects."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

_THEN = "2016-12-07T00:00:00.000Z"


@dataclass
class Bucket:
    """The files of a folder as a bucket, and how much was sent of it."""

    folder: Path
    port: int = 0
    sent: int = 0

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def of(self, key: str) -> str:
        """Return the address of an object.

        No two buckets have a name in common: an engine remembers where it found one.
        """
        return f"s3://surveys-{self.port}/{key}"


@contextmanager
def serving(folder: Path) -> Iterator[Bucket]:
    """Serve the files of a folder until the end."""
    bucket = Bucket(folder)

    class Handler(_Handler):
        store = bucket

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    bucket.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield bucket
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    store: Bucket
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self, *, with_body: bool) -> None:
        url = urlsplit(self.path)
        _, _, key = unquote(url.path).lstrip("/").partition("/")
        if not key:
            self._send(200, self._listing(parse_qs(url.query)), with_body=with_body)
            return
        file = self.store.folder / key
        if not file.is_file():
            self._send(404, b"<Error><Code>NoSuchKey</Code></Error>", with_body=with_body)
            return
        content = file.read_bytes()
        status, extra = 200, {}
        if asked := self.headers.get("Range"):
            first, _, last = asked.removeprefix("bytes=").partition("-")
            start = int(first) if first else max(len(content) - int(last), 0)
            end = min(int(last), len(content) - 1) if first and last else len(content) - 1
            extra = {"Content-Range": f"bytes {start}-{end}/{len(content)}"}
            status, content = 206, content[start : end + 1]
        extra |= {"ETag": '"x"', "Last-Modified": "Wed, 07 Dec 2016 00:00:00 GMT"}
        self._send(status, content, extra, with_body=with_body)

    def _listing(self, query: dict[str, list[str]]) -> bytes:
        prefix = query.get("prefix", [""])[0]
        found = [
            f"<Contents><Key>{escape(key)}</Key><Size>{file.stat().st_size}</Size>"
            f"<LastModified>{_THEN}</LastModified><ETag>x</ETag></Contents>"
            for file in sorted(self.store.folder.rglob("*"))
            if file.is_file()
            and (key := file.relative_to(self.store.folder).as_posix()).startswith(prefix)
        ]
        return (
            f"<ListBucketResult><IsTruncated>false</IsTruncated>{''.join(found)}</ListBucketResult>"
        ).encode()

    def _send(
        self, status: int, content: bytes, extra: dict[str, str] | None = None, *, with_body: bool
    ) -> None:
        self.send_response(status)
        for name, value in (extra or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if with_body:
            self.wfile.write(content)
            self.store.sent += len(content)
