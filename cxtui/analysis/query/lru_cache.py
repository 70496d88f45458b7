"""What is kept in memory to be had again: within some bytes, the longest unused goes first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Generic, TypeVar

import numpy as np

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_OBJECT = 56
"""Bytes of a small Python object, and of the place where it is mentioned."""

_SAMPLED = 8
"""Members of a long sequence that are measured: the others are taken to be like them."""


class Shelf(Generic[K, V]):
    """Values by key: the one used last, and as many before it as fit into `room` bytes.

    What was there may be used on, whether or not it stays.
    """

    def __init__(self, room: int, size_of: Callable[[V], int]) -> None:
        self._room = room
        self._size_of = size_of
        self._kept: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self.taken = 0

    def __contains__(self, key: K) -> bool:
        return key in self._kept

    def __iter__(self) -> Iterator[K]:
        """Yield the keys, the longest unused first."""
        return iter(self._kept)

    def values(self) -> list[V]:
        """Return the values, the longest unused first."""
        return [value for value, _ in self._kept.values()]

    def take(self, key: K) -> V:
        """Return what is there by this key, used last now; raises `KeyError` where nothing is."""
        self._kept.move_to_end(key)
        return self._kept[key][0]

    def size(self, key: K) -> int:
        """Return how many bytes the value by this key takes; raises `KeyError` as `take`."""
        return self._kept[key][1]

    def put(self, key: K, value: V) -> None:
        """Keep a value; `trim` lets others go for it."""
        size = self._size_of(value)
        _, before = self._kept.pop(key, (None, 0))
        self._kept[key] = value, size
        self.taken += size - before

    def trim(self) -> None:
        """Let the longest unused go until the rest fits."""
        while self.taken > self._room and len(self._kept) > 1:
            _, (_, size) = self._kept.popitem(last=False)
            self.taken -= size

    def clear(self) -> None:
        """Let everything go."""
        self._kept.clear()
        self.taken = 0

    def recall(self, key: K, find: Callable[[], V]) -> V:
        """Return what is there by this key, found and kept if nothing is."""
        if key in self:
            return self.take(key)
        value = find()
        self.put(key, value)
        self.trim()
        return value


def bytes_of(value: Any) -> int:
    """Return about how many bytes a frozen value takes, with all that it is made of.

    What stands in several places of it is counted there each time.
    """
    match value:
        case np.ndarray():
            return _OBJECT + value.nbytes
        case str():
            return _OBJECT + len(value)
        case tuple() | list():
            sample = value[:: len(value) // _SAMPLED + 1]
            return _OBJECT + len(value) * sum(map(bytes_of, sample)) // max(len(sample), 1)
        case Mapping():
            return 2 * _OBJECT + bytes_of(list(value.items()))
        case _ if is_dataclass(value):
            return _OBJECT + sum(bytes_of(getattr(value, one.name)) for one in fields(value))
        case _:  # a number
            return _OBJECT // 2
