"""What the story calls by its Polish or English name, in every language of the catalogues: people may change the
language of their Slack while it is played.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from babel.messages.pofile import read_po

from bot.ui.languages import CATALOGUES, list_languages
from bot.ui.texts import Texts
from playground.rendering import read_spaces

PLACEHOLDER = re.compile(r"\{[^{}]*\}")


def label_in_all_languages(words: str) -> frozenset[str]:
    """`words`, a label of Duet's, and what it is in the other languages; alone if it is none."""
    mark, words = _split_emoji(words)
    return frozenset(f"{mark}{each}" for each in _labels_by_word().get(words, {words}))


def label_in_english(words: str) -> str:
    """The same label in English; "" if it is English already, or no label."""
    mark, words = _split_emoji(words)
    english = _english_labels().get(words, "")
    return english and f"{mark}{english}"


def pattern_of_texts(keys: Iterable[str]) -> re.Pattern[str]:
    """Finds one of these texts of the catalogues in any language, whatever the facts in it."""
    sentences = [_read_catalogue(language)[key] for key in keys for language in list_languages()]
    return re.compile("|".join(".+?".join(map(re.escape, PLACEHOLDER.split(each))) for each in sentences))


def _split_emoji(words: str) -> tuple[str, str]:
    """The emoji that a label begins with, and the space after it, which no catalogue has; then the label."""
    mark, space, rest = words.partition(" ")
    is_emoji = rest and not mark.isascii() and not mark.isalpha()
    return (mark + space, rest) if is_emoji else ("", words)


@cache
def _read_catalogue(language: str) -> Mapping[str, str]:
    """Key → sentence, without those that have a plural."""
    with (CATALOGUES / f"{language}.po").open("rb") as source:
        entries = read_po(source, locale=language)
    return {each.id: each.string for each in entries if isinstance(each.id, str) and isinstance(each.string, str)}


@cache
def _labels_by_word() -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for key in _label_keys():
        words = {_read_label(language, key) for language in list_languages()}
        for each in words:
            found[each] = found.get(each, frozenset()) | words
    return found


@cache
def _english_labels() -> Mapping[str, str]:
    english = {_read_label("en", key) for key in _label_keys()}
    return {
        polish: _read_label("en", key)
        for key in _label_keys()
        for polish in [_read_label("pl", key)]
        if polish not in english
    }


def _read_label(language: str, key: str) -> str:
    return read_spaces(Texts.of(language).plain(key))


def _label_keys() -> list[str]:
    """Of labels."""
    return [
        key for key, text in _read_catalogue(list_languages()[0]).items() if key and not PLACEHOLDER.search(text)
    ]
