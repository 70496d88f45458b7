"""The command that fetches a written file from the machine at which one is logged in by SSH."""

from __future__ import annotations

import getpass
import shlex
from collections.abc import Mapping
from pathlib import Path

_PORT = "22"


def fetch_command(file: Path, environment: Mapping[str, str]) -> str:
    """Return the `scp` line for the person's own machine, empty where this is that machine.

    `SSH_CONNECTION` has the address and the port by which the person reached this machine.
    """
    match environment.get("SSH_CONNECTION", "").split():
        case [_, _, host, port]:
            pass
        case _:
            return ""
    try:
        user = f"{getpass.getuser()}@"
    except (KeyError, OSError):  # a user id without a name
        user = ""
    place = f"[{host}]" if ":" in host else host
    options = [] if port == _PORT else ["-P", port]
    return shlex.join(["scp", *options, f"{user}{place}:{file.absolute()}", "."])
