"""The boundary: what kind of asset belongs to which side, and how the register is searched (product §5). Pure."""

import re
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
        ("customers", "customer", "klienci", "klientow", "baza", "bazy", "baze", "base", "list", "lista", "liste"),
        Kind.CUSTOMERS,
    ),
}
"""What people type for a kind, folded."""

QUESTION: Final = re.compile(
    r"^((who|kto) )?(owns|keeps|has|ma|trzyma|dba o|odpowiada za|whose|is|czyja|czyje|jest|sa) ((the|our) )?"
)
"""How a question begins, folded: in `/duet who owns the …` the first word is the command's."""


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
    kind: Kind | None = None


def search(words: str, entries: Iterable[Entry]) -> list[int]:
    """Asset ids, best match first: the name, then its beginning, its words, the owner, the description."""
    every = list(entries)
    return _ranked(fold(words), every) or _ranked(asked_for(words), every)


def _ranked(wanted: str, entries: Iterable[Entry]) -> list[int]:
    ranks = [(_rank(wanted, entry), fold(entry.name), entry.asset_id) for entry in entries]
    ranked = [(rank, name, asset_id) for rank, name, asset_id in ranks if rank is not None]
    return [asset_id for _, _, asset_id in sorted(ranked)]


def asked_for(words: str) -> str:
    """Folded, and without what only makes a question of it: "Who owns the newsletter base?" → "newsletter base"."""
    wanted = fold(words)
    return QUESTION.sub("", wanted).rstrip("? ") or wanted


def _rank(wanted: str, entry: Entry) -> int | None:
    name, owner, description = fold(entry.name), fold(entry.owner), fold(entry.description)
    words = wanted.split()
    # "newsletter base" and "baza newsletter" name the kind, too: what is left has to match.
    besides = [word for word in words if WORDS.get(word, "") != entry.kind]
    matches = (
        name == wanted,
        name.startswith(wanted),
        wanted in name,
        all(word in name for word in words),
        len(besides) < len(words) and all(word in name for word in besides),
        wanted in owner,
        all(word in f"{name} {description} {owner}" for word in words),
        all(word in f"{name} {description} {owner}" for word in besides),
    )
    return next((rank for rank, matched in enumerate(matches) if matched), None)


def nearest(words: str, entries: Iterable[Entry]) -> list[int]:
    """What may have been meant, where nothing matches."""
    wanted = asked_for(words)[:LONGEST_WANTED]
    ranked = sorted((-_likeness(wanted, fold(e.name)), fold(e.name), e.asset_id) for e in entries)
    return [asset_id for unlike, _, asset_id in ranked[:NEAREST] if -unlike >= CLOSE]


def _likeness(wanted: str, name: str) -> float:
    return max(SequenceMatcher(None, wanted, part).ratio() for part in (name, *name.split()))
