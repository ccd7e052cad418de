"""What people say in a word or two, in any language of Duet's: "none", "brak", "-"; "thanks". Pure."""

import re
import unicodedata
from functools import cache
from typing import Final

from bot.parsing.folding import fold_text
from bot.ui.languages import list_languages
from bot.ui.texts import Texts

_BETWEEN_WORDS: Final = re.compile(r"[\W_]+")


def is_plain_no(text: str) -> bool:
    """Whether the whole of it says that there is nothing, as a dash does: it is as good as an empty answer."""
    return all(unicodedata.category(c)[0] in "PZC" for c in text) or _says_only(text, "checkin.plain_no")


def is_thanks(text: str) -> bool:
    return _says_only(text, "home.thanks")


def asks_help(text: str) -> bool:
    """Whether somebody asks how Duet is used."""
    return _says_only(text, "home.asks_help")


def asks_what_waits(text: str) -> bool:
    """Whether somebody asks what there is to do, or only greets."""
    return _says_only(text, "home.asks_what_waits")


def is_meant_for_duet(text: str) -> bool:
    """Whether it greets Duet or asks it something of itself: what nobody says in answer to a question."""
    return asks_help(text) or asks_what_waits(text) or _says_only(text, "home.asks_what_duet_is")


def asks_own_data(text: str) -> bool:
    """Whether somebody asks what is kept of them, or wants it erased."""
    return _says_only(text, "people.asks_own_data")


def _says_only(text: str, key: str) -> bool:
    """Whether it is one of the words of that key, which stand in the catalogues between commas."""
    said = _keep_words(text)
    return said != "" and any(said in _list_phrases(key, language) for language in list_languages())


@cache
def _list_phrases(key: str, language: str) -> frozenset[str]:
    return frozenset(map(_keep_words, Texts.of(language).plain(key).split(",")))


def _keep_words(text: str) -> str:
    return _BETWEEN_WORDS.sub(" ", fold_text(text)).strip()
