"""Answers that only say no: "none", "brak", "-" (product §8.3: they are as good as an empty one). Pure."""

import re
import unicodedata
from typing import Final

from bot.parsing.folding import fold_text
from bot.ui.languages import list_languages
from bot.ui.texts import Texts

_NO_WORD: Final = re.compile(r"[\W_]+")


def is_plain_no(text: str) -> bool:
    """Whether the whole of it says, in any language of Duet's, that there is nothing; a dash does."""
    if all(unicodedata.category(c)[0] in "PZC" for c in text):
        return True
    said = _keep_words(text)
    return said != "" and any(
        said == _keep_words(each)
        for language in list_languages()
        for each in Texts.of(language).plain("checkin.plain_no").split(",")
    )


def _keep_words(text: str) -> str:
    return _NO_WORD.sub(" ", fold_text(text)).strip()
