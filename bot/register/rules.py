"""The boundary: what kind of asset belongs to which side, and how the register is searched (product §5). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

from bot.projects.rules import Side
from bot.words import fold

MAX_NAME = 80
MAX_DESCRIPTION = 300
MAX_DECISION_DAYS = 365
CLOSE = 0.6  # of difflib's ratio, to the whole name or to one of its words
LONGEST_WANTED = 80  # characters: a name has no more, and likeness costs their product
NEAREST = 3


class Kind(StrEnum):
    DATA = "data"  # data sets, systems and the rules they run by
    CUSTOMERS = "customers"  # customer bases, segments, lists


SIDE_OF: Final = {Kind.DATA: Side.IT, Kind.CUSTOMERS: Side.MARKETING}
WORDS: Final = {
    **dict.fromkeys(("data", "dane", "danych", "system", "systems", "systemy", "dataset"), Kind.DATA),
    **dict.fromkeys(
        ("customers", "customer", "klienci", "klientow", "baza", "bazy", "base", "list", "lista"), Kind.CUSTOMERS
    ),
}
"""What people type for a kind, folded."""


def kind_of(word: str) -> Kind | None:
    """In either language, with or without diacritics."""
    return WORDS.get(fold(word))


@dataclass(frozen=True)
class Entry:
    """An asset as the search sees it."""

    asset_id: int
    name: str
    description: str
    owner: str  # a name, "" if it needs one


def search(words: str, entries: Iterable[Entry]) -> list[int]:
    """Asset ids, best match first: the name, then its beginning, its words, the owner, the description."""
    wanted = fold(words)
    ranks = [(_rank(wanted, entry), fold(entry.name), entry.asset_id) for entry in entries]
    ranked = [(rank, name, asset_id) for rank, name, asset_id in ranks if rank is not None]
    return [asset_id for _, _, asset_id in sorted(ranked)]


def _rank(wanted: str, entry: Entry) -> int | None:
    name, owner, description = fold(entry.name), fold(entry.owner), fold(entry.description)
    words = wanted.split()
    matches = (
        name == wanted,
        name.startswith(wanted),
        wanted in name,
        all(word in name for word in words),
        wanted in owner,
        all(word in f"{name} {description} {owner}" for word in words),
    )
    return next((rank for rank, matched in enumerate(matches) if matched), None)


def nearest(words: str, entries: Iterable[Entry]) -> list[int]:
    """What may have been meant, where nothing matches."""
    wanted = fold(words)[:LONGEST_WANTED]
    ranked = sorted((-_likeness(wanted, fold(e.name)), fold(e.name), e.asset_id) for e in entries)
    return [asset_id for unlike, _, asset_id in ranked[:NEAREST] if -unlike >= CLOSE]


def _likeness(wanted: str, name: str) -> float:
    return max(SequenceMatcher(None, wanted, part).ratio() for part in (name, *name.split()))
