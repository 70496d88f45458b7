"""Lines to type in that send nothing while no key is pressed."""

from __future__ import annotations

from textual.widgets import Input


class Prompt(Input):
    """An input without a blinking cursor (blinking sends 2 kB a second), which can be hidden."""

    def __init__(self, placeholder: str, value: str = "", *, id: str = "prompt") -> None:  # noqa: A002 -- Textual's word
        super().__init__(value, placeholder=placeholder, id=id, select_on_focus=False, compact=True)
        self.cursor_blink = False
        self.commands: frozenset[str] = frozenset()
        """Keys of signs that are commands here, and not typed."""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Return whether a key is typed: not where it is a command of the screen."""
        return key not in self.commands and super().check_consume_key(key, character)

    def on_mount(self) -> None:
        """Put the cursor behind the proposed text."""
        self.cursor_position = len(self.value)

    def write(self, text: str) -> None:
        """Replace the text, with the cursor at its end."""
        self.value = text
        self.cursor_position = len(text)

    @property
    def is_open(self) -> bool:
        """Whether a hidden line is shown, to be typed in."""
        return self.has_class("open")

    def open(self, text: str | None = None) -> None:
        """Show the line, with another text where one is given, and focus it at once."""
        if text is not None:
            self.write(text)
        self.add_class("open")
        self.screen.set_focus(self)  # at once: the next key is typed already
