"""A screen over the panes: its keys have names, so that the configuration can give them others."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any, ClassVar, TypeVar

from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.screen import Screen

from cxtui.app.keys.commands import signs
from cxtui.app.panes.line_widget import Movable
from cxtui.app.panes.list_widget import Listing
from cxtui.app.terminal.key_queue import ReadingScreen, TypedApp
from cxtui.app.terminal.textual_internals import bindings_of, changed_keys
from cxtui.cancellation import Request, working_for
from cxtui.errors import CxtuiError
from cxtui.messages import tr

T = TypeVar("T")
R = TypeVar("R")

_TEXTUALS = frozenset(one.action for one in Screen.BINDINGS if isinstance(one, Binding))


def moving(page_down: str = "pagedown") -> list[BindingType]:
    """Return the keys that move through a list or a text everywhere."""
    return [
        Binding("down,j", "move(1)", "Down"),
        Binding("up,k", "move(-1)", "Up"),
        Binding(page_down, "page(1)", "Page down"),
        Binding("pageup", "page(-1)", "Page up"),
        Binding("home", "edge(-1)", "First"),
        Binding("end,G", "edge(1)", "Last"),
    ]


class Overlay(ReadingScreen[T]):
    """A screen that closes again with an answer.

    A class that is `named` has the table `[screens.NAME]` in the configuration. Its keys have the
    names that `name_of` makes of the titles that `?` shows.
    """

    own_name: ClassVar[str] = ""
    own_keys: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """The keys unless the configuration changes them, by their names."""
    titles: ClassVar[Mapping[str, str]] = {}
    """The English titles of the keys, by their names."""
    sooner_than_letters: ClassVar[frozenset[str]] = frozenset()
    """The names of keys that also work while a text is typed, and so can be no letters."""

    def __init_subclass__(cls, *, named: str = "", **rest: Any) -> None:
        super().__init_subclass__(**rest)
        merged = bindings_of(cls)
        if not named or merged is None:
            return
        keys: dict[str, tuple[str, ...]] = {}
        titles, sooner = {}, set()
        for key, bindings in merged.key_to_bindings.items():
            for at, binding in enumerate(bindings):
                if binding.action in _TEXTUALS:
                    continue
                name = name_of(binding.description)
                keys[name] = (*keys.get(name, ()), key)
                titles[name] = binding.description
                bindings[at] = replace(binding, id=id_of(named, name))
                if binding.priority:
                    sooner.add(name)
        cls.own_name, cls.own_keys, cls.titles = named, keys, titles
        cls.sooner_than_letters = frozenset(sooner)

    def __init__(self) -> None:
        super().__init__()
        self.request = Request()

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Close with an answer, unless another screen has opened over this one meanwhile.

        A key may come late; the answer can be given only once.
        """
        return super().dismiss(result) if self.app.screen is self else AwaitComplete()

    # Keys

    @property
    def keys(self) -> Mapping[str, Sequence[str]]:
        """The keys, by their names."""
        wished = changed_keys(self.app)
        return {
            name: wished.get(id_of(self.own_name, name), ",".join(own)).split(",")
            for name, own in self.own_keys.items()
        }

    @property
    def leaving_keys(self) -> AbstractSet[str]:
        """The keys that close the screen."""
        return {"escape", *self.keys.get("close", ())}

    def hint(self, words: str) -> str:
        """Return a text about keys, with the first key of a name in place of `{name}`."""
        return tr(words).format_map({name: signs(keys[:1]) for name, keys in self.keys.items()})

    @property
    def movable(self) -> Movable:
        """The list or text through which the keys move."""
        return self.query_one(Movable)  # type: ignore[type-abstract] # it is never made, only found

    def action_move(self, by: int) -> None:
        """Move by lines."""
        self.movable.move(by)

    def action_page(self, by: int) -> None:
        """Move by a page."""
        self.movable.page(by)

    def action_edge(self, towards: int) -> None:
        """Move to the first or the last line."""
        self.movable.edge(towards)

    # Work in threads

    def work_in_thread(
        self,
        job: Callable[[], R],
        done: Callable[[R | CxtuiError], object],
        *,
        keys_wait: bool = False,
    ) -> None:
        """Do a job in a thread, and hand its result or error to `done` here; cancel the last job.

        Nothing is handed to a screen that has closed meanwhile. Keys wait for the result where they
        mean nothing without it.
        """
        self.request.cancel()
        request = self.request = Request()
        self.is_reading = keys_wait

        def hand_over(found: R | CxtuiError) -> None:
            if request is self.request:
                self.is_reading = False
            done(found)
            if keys_wait and isinstance(self.app, TypedApp):
                self.app.call_later(self.app.take_waiting)

        def run() -> None:
            try:
                with working_for(request):
                    found: R | CxtuiError = job()
            except CxtuiError as error:
                found = error
            self.call_later(hand_over, found)

        self.run_worker(run, thread=True)

    def on_unmount(self) -> None:
        """Stop the work of a screen that has closed."""
        self.request.cancel()


class MovingScreen(Overlay[T]):
    """A screen with one list, whose cursor moves by the same keys as in the panes."""

    BINDINGS: ClassVar[list[BindingType]] = moving()

    def on_mount(self) -> None:
        """Give the list the focus."""
        self.listing.focus()

    @property
    def listing(self) -> Listing[Any]:
        """The one list of this screen."""
        return self.query_one(Listing)  # type: ignore[type-abstract] # it is never made, only found


def name_of(title: str) -> str:
    """Return the name that the keys of a title have in the configuration."""
    return re.sub(r"\W+", "_", title.lower()).strip("_")


def id_of(screen: str, name: str) -> str:
    """Return the id by which Textual knows the keys of a name."""
    return f"{screen}.{name}"
