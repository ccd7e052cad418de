"""What is typed after `/duet new`: a name, and at times that it is a project's, which is no part of it. Pure."""

from typing import Final

from bot.parsing.folding import fold_text
from handlers.features import Args
from handlers.grammar import Token

PROJECT: Final = frozenset({"project", "projekt"})
"""What may stand before a project's key."""
_BEFORE_PROJECT: Final = frozenset(["a", "an", "the", "new", "joint", "nowy", "wspolny"])
_PARTNERS: Final = frozenset(["with", "z", "ze", "it", "marketing", "marketingiem", "and", "i"])
"""Every project is one of these two."""
_CALLED: Final = (("called",), ("named",), ("o", "nazwie"), ("pod", "nazwa"))


def drop_project_words(args: Args) -> Args:
    """What is left to be the name: `Pickles` of `a project called Pickles`, nothing of `a project with marketing`.

    "Project Phoenix" is a name as it is: whoever means no name writes no capital.
    """
    at = next((at for at, each in enumerate(args) if _fold_word(each) not in _BEFORE_PROJECT), len(args))
    rest = args[at + 1 :]
    if at == len(args) or _fold_word(args[at]) not in PROJECT or (rest and args[at].text[0].isupper()):
        return args
    if {_fold_word(each) for each in rest} <= _PARTNERS:
        return ()
    words = tuple(map(_fold_word, rest))
    called = next((each for each in _CALLED if words[: len(each)] == each), ())
    return rest[len(called) :]


def _fold_word(token: Token) -> str:
    """Empty of what is no word."""
    return fold_text(token.text).strip(".:") if token.kind == "word" else ""
