"""How the register is searched: by name, owner and description, in a question or nearly so (product §5). Pure."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher, get_close_matches
from typing import Final

from bot.parsing.folding import fold_text, natural_sort_key
from bot.register.rules import WORDS, AssetKind

CLOSE = 0.6  # of difflib's ratio, a word to a word; of several, on average
MAX_LOOKED_UP = 200  # characters: every word is compared with every asset
LONGEST_WANTED = 80  # characters: a name has no more, and likeness costs their product
NEAREST = 3
_ASKED_IN_ENGLISH = "who who's owns own owner of is are has have keeps responsible for whose the our a an to"
_ASKED_IN_POLISH = (
    "kto ma trzyma dba o odpowiada za odpowiedzialny jest sa czyja czyje czyj do kogo nalezy opiekuje zajmuje sie"
)
_OWNER_IN_POLISH = "wlasciciel wlasciciela wlascicielem wlascicielka"
_ASKED_FIRST: Final = frozenset(["who", "who's", "whose", "kto", "czyj", "czyja", "czyje", "do"])
_OWNING: Final = frozenset(
    "owns own owner keeps responsible whose odpowiada odpowiedzialny dba trzyma czyj czyja czyje nalezy opiekuje"
    f" zajmuje {_OWNER_IN_POLISH}".split()
)
"""What a question for an owner begins with, and what it has in it; folded."""
_MARKS: Final = "?!.,:;"
ASKING: Final = frozenset(f"{_ASKED_IN_ENGLISH} {_ASKED_IN_POLISH} {_OWNER_IN_POLISH}".split())
"""What only makes a question of it, folded, as in "who is responsible for the newsletter?"."""
_ENDINGS = "a u y i e o s em ie owi ow om ami ach ego emu ej iem ia"
ENDINGS: Final = frozenset(["", *_ENDINGS.split()])
SHORTEST_STEM = 4

IsIn = Callable[[str, str], bool]
"""(text, word), both folded."""


@dataclass(frozen=True)
class SearchEntry:
    """An asset as the search sees it."""

    asset_id: int
    name: str
    description: str
    owner: str  # a name, "" if it needs one
    kind: AssetKind | None = None


def search_entries(words: str, entries: Iterable[SearchEntry]) -> list[int]:
    """Asset ids, best match first: the name, then its beginning, its words, the owner, the description.

    First what was typed, then without what only makes a question of it, then with other endings.
    """
    every, asked = [_fold_entry(each) for each in entries], strip_question(words)
    found = _rank_entries(fold_text(words), every)
    if found or not asked:  # marks alone ask for nothing: no words would be in every name
        return found
    return _rank_entries(asked, every) or _rank_entries(asked, every, _has_alike_word)


def _fold_entry(entry: SearchEntry) -> SearchEntry:
    return replace(
        entry, name=fold_text(entry.name), description=fold_text(entry.description), owner=fold_text(entry.owner)
    )


def _rank_entries(wanted: str, entries: Iterable[SearchEntry], is_in: IsIn = str.__contains__) -> list[int]:
    """`entries`: folded."""
    ranks = [(_match_rank(wanted, entry, is_in), entry.name, entry.asset_id) for entry in entries]
    ranked = [(rank, natural_sort_key(name), asset_id) for rank, name, asset_id in ranks if rank is not None]
    return [asset_id for _, _, asset_id in sorted(ranked)]


def is_only_a_question(words: str) -> bool:
    """Whether they name nothing: "who owns?"."""
    typed = [bare for word in fold_text(words).split() if (bare := word.strip(_MARKS))]
    return all(word in ASKING for word in typed)


def asks_owner(words: str) -> bool:
    """Whether they ask, outside any command, who owns something that they name."""
    typed = [bare for word in fold_text(words).split() if (bare := word.strip(_MARKS))]
    begins = bool(typed) and (typed[0] in _ASKED_FIRST or typed[:2] == ["do", "kogo"])
    is_question = begins and not _OWNING.isdisjoint(typed)
    return is_question and not is_only_a_question(words)


def strip_question(words: str) -> str:
    """Folded, and without the question: "Who owns the newsletter base?" → "newsletter base"."""
    typed = [bare for word in fold_text(words).split() if (bare := word.strip(_MARKS))]
    return " ".join(word for word in typed if word not in ASKING) or " ".join(typed)


def trim_question(words: str) -> str:
    """As typed, without the beginning and the end that only make it a question: "is the owner of CRM?" → "CRM"."""
    typed = words.split()
    named = [at for at, word in enumerate(typed) if word.strip(_MARKS) and not is_only_a_question(word)]
    return " ".join(typed[named[0] : named[-1] + 1]).rstrip(_MARKS) if named else words


def _match_rank(wanted: str, entry: SearchEntry, is_in: IsIn) -> int | None:
    name, owner, whole = entry.name, entry.owner, f"{entry.name} {entry.description} {entry.owner}"
    words = wanted.split()
    # "newsletter base" and "baza newsletter" name the kind, too: what is left has to match.
    besides = [word for word in words if WORDS.get(word, "") != entry.kind]
    matches = (
        name == wanted,
        name.startswith(wanted),
        wanted in name,
        all(is_in(name, word) for word in words),
        len(besides) < len(words) and all(is_in(name, word) for word in besides),
        is_in(owner, wanted),
        all(is_in(whole, word) for word in words),
        all(is_in(whole, word) for word in besides),
    )
    return next((rank for rank, matched in enumerate(matches) if matched), None)


def _has_alike_word(text: str, word: str) -> bool:
    """Whether one of its words is the same but for an ending: "newslettera" and "newsletter"."""
    return any(_is_alike_word(word, each) for each in text.split())


def _is_alike_word(word: str, other: str) -> bool:
    stem = next((at for at, (one, two) in enumerate(zip(word, other, strict=False)) if one != two), None)
    at = min(len(word), len(other)) if stem is None else stem
    return at >= SHORTEST_STEM and word[at:] in ENDINGS and other[at:] in ENDINGS


def find_nearest_entries(words: str, entries: Iterable[SearchEntry]) -> list[int]:
    """What may have been meant, where nothing matches: the whole name, or each word one of its or the owner's."""
    wanted, every = strip_question(words)[:LONGEST_WANTED], list(entries)
    vocabulary = {word for entry in every for word in _list_entry_words(entry)}
    near = {word: _find_similar_words(word, vocabulary) for word in wanted.split()}
    whole = _find_similar_words(wanted, {fold_text(entry.name) for entry in every})
    scores = [
        (
            -max(_similarity_score(entry, wanted, near), whole.get(fold_text(entry.name), 0.0)),
            natural_sort_key(fold_text(entry.name)),
            entry.asset_id,
        )
        for entry in every
    ]
    return [asset_id for unlike, _, asset_id in sorted(scores)[:NEAREST] if -unlike >= CLOSE]


def _list_entry_words(entry: SearchEntry) -> list[str]:
    return fold_text(f"{entry.name} {entry.owner}").split()


def _find_similar_words(word: str, vocabulary: Collection[str]) -> dict[str, float]:
    """Likeness of the words that are near. The whole register's at once: most are ruled out by their letters."""
    near = get_close_matches(word, vocabulary, n=len(vocabulary) or 1, cutoff=CLOSE)
    return {other: SequenceMatcher(a=other, b=word).ratio() for other in near}


def _similarity_score(entry: SearchEntry, wanted: str, near: Mapping[str, Mapping[str, float]]) -> float:
    """The mean over the words that do not only name the kind."""
    said = _list_entry_words(entry)
    words = [word for word in wanted.split() if WORDS.get(word, "") != entry.kind] or wanted.split()
    likeness = [max((near[word].get(other, 0.0) for other in said), default=0.0) for word in words]
    return sum(likeness) / len(likeness) if likeness else 0.0
