"""cxtui in a language of its own: every message is written with other letters.

Run as `python -m tests.translated verb ARGUMENT…`, `python -m tests.translated app FILE KEY…` or
`python -m tests.translated verbs LINES`: it prints what the command line prints, the screen after
each key, or what each line of a list in JSON prints.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from contextlib import suppress
from gettext import NullTranslations
from pathlib import Path

from cxtui.messages import use_catalogue

_PLAIN = "abcdefghijklmnopqrstuvwxyz"
_OTHER = "åƀçđéƒǥħïĵķłɱñøƥɋřşŧüṽŵẋÿž"
_LETTERS = str.maketrans(_PLAIN, _OTHER)
_VALUE = re.compile(r"(\{[^}]*\})")


class Translated(NullTranslations):
    """A catalogue that knows every message: its small letters become others."""

    def gettext(self, message: str, /) -> str:
        """Return the message in other letters, its values left as they are."""
        parts = _VALUE.split(message)
        return "".join(part if _VALUE.match(part) else part.translate(_LETTERS) for part in parts)

    def ngettext(self, msgid1: str, msgid2: str, n: int, /) -> str:
        """Return the singular or plural in other letters."""
        return self.gettext(msgid1 if n == 1 else msgid2)


def _print_screens(file: str, keys: list[str]) -> None:
    from tests.app.screen import exploring, press, screen_text

    async def pressed() -> None:
        async with exploring(Path(file), size=(160, 50)) as pilot:
            print(screen_text(pilot))
            for key in keys:
                await press(pilot, *key.split("+"))
                print(f"\x0c{key}\n{screen_text(pilot)}")

    asyncio.run(pressed())


def _print_lines(lines: list[list[str]]) -> None:
    from cxtui.cli import main

    for line in lines:
        with suppress(SystemExit):
            main(line)
        for stream in (sys.stdout, sys.stderr):
            print(end="\f", file=stream, flush=True)


def _main() -> None:
    use_catalogue(Translated())
    what, *rest = sys.argv[1:]
    if what == "verbs":
        _print_lines(json.loads(rest[0]))
        return
    if what == "app":
        _print_screens(rest[0], rest[1:])
        return
    from cxtui.cli import run

    sys.argv = ["cxtui", *rest]
    run()


if __name__ == "__main__":
    _main()
