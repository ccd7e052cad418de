"""What people say in a word or two, in any language of Duet's: "none", "brak", "-"; "thanks". Pure."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Final

from bot.parsing.folding import fold_text
from bot.ui.languages import list_languages
from bot.ui.texts import Texts

TOPICS: Final = ("milestone", "budget", "team", "blocker", "close", "list", "show")
"""Commands that show what people ask for in a sentence, by name; what is said of many things is last."""
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


def find_topic_asked(text: str) -> str | None:
    """The command that shows what a whole question is about; None if it is no question, or of nothing known.

    Whoever says that a project ends need not ask.
    """
    said = _keep_words(text).split()
    if any(_is_one_of(word, "home.ends_project") for word in said) and _is_about(said, "show"):
        return "close"
    is_question = text.rstrip().endswith("?") or (bool(said) and _is_one_of(said[0], "home.question_words"))
    if not is_question:
        return None
    return next((topic for topic in TOPICS if _is_about(said, topic)), None)


def _is_about(said: Sequence[str], topic: str) -> bool:
    return any(_is_one_of(word, f"home.topic.{topic}") for word in said)


def asks_own_data(text: str) -> bool:
    """Whether somebody asks what is kept of them, or wants it erased."""
    return _says_only(text, "people.asks_own_data")


def _says_only(text: str, key: str) -> bool:
    """Whether it is one of the words of that key, which stand in the catalogues between commas."""
    said = _keep_words(text)
    return said != "" and _is_one_of(said, key)


def _is_one_of(said: str, key: str) -> bool:
    return any(said in _list_phrases(key, language) for language in list_languages())


@cache
def _list_phrases(key: str, language: str) -> frozenset[str]:
    return frozenset(map(_keep_words, Texts.of(language).plain(key).split(",")))


def _keep_words(text: str) -> str:
    return _BETWEEN_WORDS.sub(" ", fold_text(text)).strip()
