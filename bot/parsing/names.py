"""People's names as they are typed: without diacritics, by their first words, in any case of Polish. Pure."""

from collections.abc import Collection, Mapping
from typing import Final

from bot.parsing.folding import fold_text

SHORTEST_STEM: Final = 2  # letters: of Ewa, Ewy
_ENDED: Final = "a y i e o u em owi ie om ia iem iowi ego emu im ej iej"
_ENDINGS: Final = frozenset(["", *_ENDED.split()])
_FLEETING: Final = tuple((f"e{c}", [c + end for end in ("a", "owi", "em", "iem", "u", "ie")]) for c in "klrnc")
"""Ends of words whose last vowel goes: Tomek, Tomka; Paweł, Pawła."""


def find_names_meant(
    typed: str, names: Mapping[str, Collection[str]], *, may_be_shorter: bool = False
) -> list[str]:
    """Whose name is meant, by user id: `names` are all that each of them is called.

    The whole name, or an id, wins; then one that begins with the same words; then one of the same words with other
    endings, as in "Ewy Błysk". `may_be_shorter`: "Ewa Błysk" may mean whom Slack knows as Ewa.
    """
    wanted = fold_text(typed.strip().strip("<>@").partition("|")[0])
    if not wanted:
        return []
    called = {user_id: {fold_text(name) for name in own} - {""} for user_id, own in names.items()}
    exact = [user_id for user_id, own in called.items() if wanted in own or wanted == user_id.casefold()]
    near = [
        user_id
        for user_id, own in called.items()
        if any(_begins_with_words(name, wanted) for name in own)
        or (may_be_shorter and any(_begins_with_words(wanted, name) for name in own))
    ]
    inflected = [user_id for user_id, own in called.items() if any(_is_inflected(wanted, name) for name in own)]
    return exact or sorted(near) or sorted(inflected)


def _begins_with_words(name: str, words: str) -> bool:
    return f"{name} ".startswith(f"{words} ")


def _is_inflected(typed: str, name: str) -> bool:
    words, own = typed.split(), name.split()
    return len(words) <= len(own) and all(_is_inflected_word(*pair) for pair in zip(words, own, strict=False))


def _is_inflected_word(word: str, name: str) -> bool:
    stem = next((at for at, (one, two) in enumerate(zip(word, name, strict=False)) if one != two), None)
    at = min(len(word), len(name)) if stem is None else stem
    if at >= SHORTEST_STEM and word[at:] in _ENDINGS and name[at:] in _ENDINGS:
        return True
    return any(
        name.endswith(whole) and word in [name.removesuffix(whole) + end for end in ends]
        for whole, ends in _FLEETING
    )
