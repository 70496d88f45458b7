"""The command line: verbs, completion, the manual page."""

TYPE_CHECKING = False  # nothing is loaded before ctrl+c is heeded
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn


def run() -> "NoReturn":
    """Run `cxtui` as a shell starts it, and end the program with its exit code."""
    # the part of `signal` that loads no file: the rest of it takes a millisecond
    import _signal  # type: ignore[import-not-found]
    import sys

    if sys.platform == "win32":
        sys.exit("cxtui: runs on Linux and macOS; on Windows, install and run it inside WSL")
    # ctrl+c ends the program without a word while modules load: it has done nothing yet
    heeds = _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler
    if heeds:
        _signal.signal(_signal.SIGINT, _signal.SIG_DFL)
    from cxtui.garbage import collect_hardly_ever

    collect_hardly_ever()
    from cxtui.cli.command_line import run_guarded

    run_guarded(is_interruptible=heeds)


def main(arguments: "Sequence[str] | None" = None) -> int:
    """Run `cxtui` and return its exit code; errors are one line on standard error."""
    from cxtui.cli.command_line import main

    return main(arguments)
