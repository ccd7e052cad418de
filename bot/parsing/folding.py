"""Words compared as people mean them: without case, diacritics, doubled spaces and what cannot be seen."""

import re
import unicodedata
from typing import Final

# Unicode's default ignorables that are of another category than Cf; and a braille pattern without a dot.
_BLANK: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_DIGITS: Final = re.compile("([0-9]+)")
_WORD: Final = re.compile(r"[^\W\d_]+")
_NO_DECOMPOSITION: Final = str.maketrans("łđøı", "ldoi")


def has_visible_text(text: str) -> bool:
    """Whether there is something to read: not only spaces, marks and invisible characters."""
    return any(unicodedata.category(c)[0] in "LNPS" for c in _BLANK.sub("", text))


def fold_text(text: str) -> str:
    """`Kamień  milowy`, `KAMIEN MILOWY` and `kamien milowy` are one, with invisible characters in it, too."""
    if text.isascii():
        return " ".join(text.lower().split())
    visible = "".join(c for c in _BLANK.sub("", text) if unicodedata.category(c) != "Cf")
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", visible).casefold())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_NO_DECOMPOSITION)
    return " ".join(bare.split())


def fold_words(text: str) -> str:
    """Each word of it folded; figures and signs stay as they are: 12² is not 122."""
    return _WORD.sub(lambda word: fold_text(word[0]) if word[0].isalpha() else word[0], text)


def natural_sort_key(folded: str) -> tuple[list[str | int], str]:
    """Sorts `table 2` before `table 10`, as people count: the same in each database, whatever its collation."""
    words_and_numbers = _DIGITS.split(folded)  # in turn, beginning with words, so that like is compared with like
    return [int(each) if at % 2 else each for at, each in enumerate(words_and_numbers)], folded
