"""Words compared as people mean them: without case, diacritics and doubled spaces."""

import unicodedata
from typing import Final

_NO_DECOMPOSITION: Final = str.maketrans("łđøı", "ldoi")


def has_visible_text(text: str) -> bool:
    """Whether there is something to read: not only spaces, marks and invisible characters."""
    return any(unicodedata.category(c)[0] in "LNPS" for c in text)


def fold(text: str) -> str:
    """`Kamień  milowy`, `KAMIEN MILOWY` and `kamien milowy` are one."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_NO_DECOMPOSITION)
    return " ".join(bare.split())
