"""Several things added at once: typed as `add several`, or as lines behind `add` (product §5.6)."""

from typing import Final

from bot.parsing.folding import fold_text
from handlers.features import Args
from handlers.grammar import join_tokens

_SEVERAL: Final = frozenset(["several", "many", "kilka", "wiele"])


def means_several(args: Args) -> bool:
    """Of what follows `add`: whether it is that word, or more than one line."""
    return _is_word_several(args) or any(token.begins_line for token in args[1:])


def join_pasted_lines(args: Args) -> str:
    """The same as it was typed, line by line, for the form; the word itself is no line."""
    typed = (("\n" if token.begins_line else " ") + join_tokens([token]) for token in args)
    return "" if _is_word_several(args) else "".join(typed).strip()


def _is_word_several(args: Args) -> bool:
    return len(args) == 1 and args[0].kind == "word" and fold_text(args[0].text) in _SEVERAL
