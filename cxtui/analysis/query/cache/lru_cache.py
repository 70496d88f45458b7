"""LRU cache with a limit in bytes, and locks by key."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from functools import cache
from threading import Condition, Lock
from typing import Any, Generic, TypeVar

import numpy as np

from cxtui.cancellation import Request, current_request
from cxtui.survey.question import Question

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_OBJECT = 56
"""Bytes of a small Python object and a reference to it."""

_SAMPLED = 8
"""Number of members of a long sequence whose sizes are measured as a sample."""


class LruCache(Generic[K, V]):
    """Values by key within `room` bytes, the least recently used dropped first; thread-safe."""

    def __init__(self, room: int, size_of: Callable[[V], int]) -> None:
        self._room = room
        self._size_of = size_of
        self._values: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._lock = Lock()
        self.taken = 0

    def __contains__(self, key: K) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[K]:
        """Yield the keys, the least recently used first."""
        with self._lock:
            return iter(list(self._values))

    def get(self, key: K) -> V | None:
        """Return the value of a key and mark it as used, `None` if there is none."""
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key][0]

    def size(self, key: K) -> int | None:
        """Return the size of a key's value in bytes, `None` if there is none."""
        return self._values.get(key, (None, None))[1]

    def put(self, key: K, value: V) -> None:
        """Add a value; `trim` enforces the limit."""
        size = self._size_of(value)
        with self._lock:
            _, before = self._values.pop(key, (None, 0))
            self._values[key] = value, size
            self.taken += size - before

    def trim(self) -> None:
        """Drop the least recently used values until the rest fits; the last value always stays."""
        with self._lock:
            while self.taken > self._room and len(self._values) > 1:
                _, (_, size) = self._values.popitem(last=False)
                self.taken -= size

    def clear(self) -> None:
        """Drop all values."""
        with self._lock:
            self._values.clear()
            self.taken = 0


class KeyLocks(Generic[K]):
    """Locks by key: threads that work on different keys do not wait for each other."""

    def __init__(self) -> None:
        self._held: set[K] = set()
        self._changed = Condition()

    @contextmanager
    def hold(self, *keys: K) -> Iterator[None]:
        """Hold the locks of all these keys inside the block, once every one of them is free.

        They are taken together or not at all. Raises `Cancelled` where the current request is
        cancelled before.
        """
        request = current_request() or Request()
        with request.on_cancel(self._wake), self._changed:
            self._changed.wait_for(lambda: request.is_cancelled or self._held.isdisjoint(keys))
            request.check()
            self._held.update(keys)
        try:
            yield
        finally:
            with self._changed:
                self._held.difference_update(keys)
                self._changed.notify_all()

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()


def bytes_of(value: Any) -> int:
    """Return the approximate size of a frozen value in bytes, with all its members.

    Members that occur several times are counted each time, but for questions, whose parts are the
    survey's.
    """
    if isinstance(value, np.ndarray):
        return _OBJECT + value.nbytes
    if isinstance(value, str):
        return _OBJECT + len(value)
    if isinstance(value, tuple | list):
        sample = value[:: len(value) // _SAMPLED + 1]
        return _OBJECT + len(value) * sum(map(bytes_of, sample)) // max(len(sample), 1)
    if members := _members_of(value.__class__):
        return _OBJECT + sum(bytes_of(getattr(value, name)) for name in members)
    if isinstance(value, Mapping):
        return 2 * _OBJECT + bytes_of(list(value.items()))
    return _OBJECT // 2  # a number


@cache
def _members_of(kind: type) -> tuple[str, ...]:
    """Return the names of the fields of a dataclass, none of a question and of other types."""
    has_members = is_dataclass(kind) and kind is not Question
    return tuple(one.name for one in fields(kind)) if has_members else ()
