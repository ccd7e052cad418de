"""What the story calls by its Polish or English name, in every language of the catalogues: people may change the
language of their Slack while it is played.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from babel.messages.pofile import read_po

from bot.texts import CATALOGUES, Texts, languages

PLACEHOLDER = re.compile(r"\{[^{}]*\}")


def alike(words: str) -> frozenset[str]:
    """`words`, a label of Duet's, and what it is in the other languages; alone if it is none."""
    mark, _, rest = words.partition(" ")
    if rest and not mark.isascii() and not mark.isalpha():  # an emoji
        return frozenset(f"{mark} {each}" for each in alike(rest))
    return _labels().get(words, frozenset({words}))


def in_english(words: str) -> str:
    """The same label in English; "" if it is English already, or no label."""
    return _english().get(words, "")


def said(keys: Iterable[str]) -> re.Pattern[str]:
    """Finds one of these texts of the catalogues in any language, whatever the facts in it."""
    sentences = [_catalogue(language)[key] for key in keys for language in languages()]
    return re.compile("|".join(".+?".join(map(re.escape, PLACEHOLDER.split(each))) for each in sentences))


@cache
def _catalogue(language: str) -> Mapping[str, str]:
    """Key → sentence, without those that have a plural."""
    with (CATALOGUES / f"{language}.po").open("rb") as source:
        entries = read_po(source, locale=language)
    return {each.id: each.string for each in entries if isinstance(each.id, str) and isinstance(each.string, str)}


@cache
def _labels() -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for key in _keys():
        words = {Texts.of(language).plain(key) for language in languages()}
        for each in words:
            found[each] = found.get(each, frozenset()) | words
    return found


@cache
def _english() -> Mapping[str, str]:
    english = {Texts.of("en").plain(key) for key in _keys()}
    return {
        polish: Texts.of("en").plain(key)
        for key in _keys()
        for polish in [Texts.of("pl").plain(key)]
        if polish not in english
    }


def _keys() -> list[str]:
    """Of labels."""
    return [key for key, text in _catalogue(languages()[0]).items() if key and not PLACEHOLDER.search(text)]
