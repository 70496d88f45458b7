"""The command line: verbs, completion, the manual page."""

from cxtui.cli.command_line import main, run

__all__ = ["main", "run"]
