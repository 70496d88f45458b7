"""A real sshd behind a slow line: `python -m tests.app.slow_line SURVEY` measures 20 fast keys."""

from __future__ import annotations

import getpass
import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.app.pty import MAIN, Terminal, in_terminal

RATE, DELAY = 16_000, 0.2
"""Bytes a second, and seconds one way."""
_PIECE = 1_024
DOWN = b"\x1b[B"


def why_not() -> str:
    """Return why there can be no sshd here, empty where there can."""
    if sshd() is None or shutil.which("ssh") is None or shutil.which("ssh-keygen") is None:
        return "openssh-server or openssh-client is not installed"
    if not Path("/run/sshd").is_dir() and os.getuid() != 0:
        return "/run/sshd is missing, and only root could make it"
    return ""


def sshd() -> str | None:
    """Return where sshd is."""
    return shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


@contextmanager
def slowed(port: int) -> Iterator[int]:
    """Listen on a port whose every byte reaches `port` late and slowly, and back."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_accept, args=(server, port), daemon=True).start()
        yield server.getsockname()[1]


def _accept(server: socket.socket, port: int) -> None:
    with suppress(OSError):
        while True:
            here, _ = server.accept()
            there = socket.create_connection(("127.0.0.1", port))
            for one, other in ((here, there), (there, here)):
                threading.Thread(target=_carry, args=(one, other), daemon=True).start()


def _carry(one: socket.socket, other: socket.socket) -> None:
    """Carry bytes from one end to the other at the rate of the line, each as late as the first."""
    pieces: list[tuple[float, bytes]] = []
    arrived = threading.Condition()

    def deliver() -> None:
        with suppress(OSError):
            while True:
                with arrived:
                    arrived.wait_for(lambda: pieces)
                    due, piece = pieces.pop(0)
                time.sleep(max(due - time.monotonic(), 0))
                if not piece:
                    other.shutdown(socket.SHUT_WR)
                    return
                other.sendall(piece)

    threading.Thread(target=deliver, daemon=True).start()
    piece = b"-"
    while piece:
        try:
            piece = one.recv(_PIECE)
        except OSError:
            piece = b""
        time.sleep(len(piece) / RATE)
        with arrived:
            pieces.append((time.monotonic() + DELAY, piece))
            arrived.notify()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@contextmanager
def daemon(folder: Path) -> Iterator[int]:
    """Run an sshd of our own for our own key; yield its port."""
    folder.chmod(0o700)
    for name in ("host", "key"):
        make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(make, check=True)
    with suppress(OSError):
        Path("/run/sshd").mkdir(exist_ok=True)
    port = _free_port()
    options = {
        "ListenAddress": f"127.0.0.1:{port}",
        "HostKey": folder / "host",
        "AuthorizedKeysFile": folder / "key.pub",
        "PidFile": folder / "pid",
        "UsePAM": "no",
        "StrictModes": "no",
        "PasswordAuthentication": "no",
    }
    config = folder / "config"
    config.write_text("".join(f"{name} {value}\n" for name, value in options.items()), "utf-8")
    process = subprocess.Popen(
        [str(sshd()), "-D", "-f", str(config)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    for _ in range(200):
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.05)
    raise AssertionError("sshd does not listen")


@contextmanager
def over_ssh(survey: Path, folder: Path, size: tuple[int, int] = (100, 30)) -> Iterator[Terminal]:
    """Run the explorer at the other end of a slow line, in a terminal that answers."""
    there = shlex.join([sys.executable, "-c", MAIN, str(survey)])
    home = f"HOME={shlex.quote(str(folder))} LANG=C.UTF-8"
    quiet = ("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR")
    with daemon(folder) as real, slowed(real) as port:
        command = ["ssh", "-tt", "-F", "none", "-p", str(port), "-i", str(folder / "key")]
        for option in (*quiet, "IdentitiesOnly=yes"):
            command += ["-o", option]
        command += [f"{getpass.getuser()}@127.0.0.1", f"cd {folder} && {home} exec {there}"]
        with in_terminal(command, folder, size=size, answers=True) as terminal:
            yield terminal


def main(survey: str) -> None:
    """Say how long 20 fast keys take until the last question stands, and how many bytes."""
    with (
        tempfile.TemporaryDirectory() as folder,
        over_ssh(Path(survey).resolve(), Path(folder)) as terminal,
    ):
        begun = time.monotonic()
        terminal.until(lambda text: "Base" in text)
        print(f"first table after {time.monotonic() - begun:.2f} s")  # noqa: T201
        for between in (0.0, 0.03):
            _rest(terminal)
            before, begun = len(terminal.received), time.monotonic()
            for _ in range(20):
                terminal.send(DOWN)
                terminal.read(between)
            took = _rest(terminal) - begun
            sent = len(terminal.received) - before
            print(f"20 keys, {between:g} s apart: settled after {took:.2f} s, {sent} bytes")  # noqa: T201
        terminal.send(b"q")
        print(f"exit status {terminal.ended()}")  # noqa: T201


def _rest(terminal: Terminal) -> float:
    """Draw until nothing comes for a second; return when the last bytes came."""
    last = time.monotonic()
    while terminal.read(1.0):
        last = time.monotonic()
    return last


if __name__ == "__main__":
    main(sys.argv[1])
