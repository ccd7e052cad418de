"""Tables too large for every day: `make test` tries some of each row and each column, `make test-long` all."""

import os
import zlib
from collections.abc import Iterator, Sequence
from itertools import product
from typing import TypeVar

from tests.running import IS_LONG

A = TypeVar("A")
B = TypeVar("B")


def cover_pairs(rows: Sequence[A], columns: Sequence[B], name: str) -> Iterator[tuple[A, B]]:
    """A diagonal through the table: each row with some column, each column with some row.

    Where it begins is a matter of the table's `name`, and of `DUET_TEST_TURN`: each next turn tries other pairs.
    """
    if IS_LONG:
        return product(rows, columns)
    begins, longest = _choose_beginning(name), max(len(rows), len(columns)) if rows and columns else 0
    return ((rows[n % len(rows)], columns[(begins + n) % len(columns)]) for n in range(longest))


def take_one_of(each: int, items: Sequence[A], name: str) -> list[A]:
    """One of so many neighbours, and at least one of all; which, is chosen in the same way."""
    if IS_LONG:
        return [*items]
    begins = _choose_beginning(name)
    return [items[(begins + each * n) % len(items)] for n in range(-(-len(items) // each))]


WHOLE_STORIES = ("in the terminal", "on the page")


def plays_whole_story(where: str) -> bool:
    """The demo's story takes half a minute: one of both players plays it to its end, another each turn."""
    return IS_LONG or where == choose_by_turn(WHOLE_STORIES, "the whole story")


def choose_by_turn(items: Sequence[A], name: str) -> A:
    """One of them, also in `make test-long`."""
    return items[_choose_beginning(name) % len(items)]


def _choose_beginning(name: str) -> int:
    return zlib.crc32(name.encode()) + int(os.environ.get("DUET_TEST_TURN", "0"))
