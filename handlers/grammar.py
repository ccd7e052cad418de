"""How a typed `/duet …` is read: tokens, folded words, nearest names (product §2.1, §2.2, §2.7, §2.11). Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Final, Literal

from bot.parsing.folding import fold_text
from bot.ui.mrkdwn import unescape_text

Kind = Literal["word", "quoted", "person", "group", "channel", "mail"]

_INVISIBLE: Final = "\u00ad\u061c\u180e\ufeff" + "".join(
    map(chr, [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), *range(0x2066, 0x206A)])
)
_PLAIN_QUOTES: Final = str.maketrans(dict.fromkeys("“”„‟«»″＂", '"') | dict.fromkeys("‘’‚‛′", "'"))

_LETTERS: Final = r"(?:[^\s<]|<(?![^<>]*>))+"
# Slack escapes what people type, so in the raw text a bare `<…>` is Slack's own and never somebody's `&lt;…&gt;`.
_TOKEN = re.compile(
    r"<@(?P<person>[UW][A-Z0-9]+)(?:\|(?P<person_name>[^<>]*))?>"
    r"|<#(?P<channel>[CG][A-Z0-9]+)(?:\|(?P<channel_name>[^<>]*))?>"
    r"|<!(?:subteam\^(?P<group>[A-Z0-9]+)|(?P<everybody>here|channel|everyone))(?:\|@?(?P<group_name>[^<>]*))?>"
    r"|<mailto:(?P<mail>[^<>|]+)(?:\|[^<>]*)?>"
    r"|<(?P<other>[^<>|]*)(?:\|(?P<other_name>[^<>]*))?>"
    r'|"(?P<double>[^"]*)"'
    r"|'(?P<single>[^']*(?:'(?=\w)[^']*)*)'(?!\w)"
    rf"|[\s{_INVISIBLE}]+"
    rf"|(?P<word>{_LETTERS})"
)
_WORD = re.compile(_LETTERS)
_END_OF_QUOTE = re.compile(r"'(?!\w)")
_SLACKS_OWN = re.compile(r"<[@#!]?(?:mailto:)?(?P<id>[^<>|]*)(?:\|(?P<name>[^<>]*))?>")
_PROJECT_KEY = re.compile(r"d ?[-‐‑‒–—−]? ?(?P<number>0*[1-9][0-9]{0,8})", re.IGNORECASE)
_PROJECT_NUMBER = re.compile(r"0*[1-9][0-9]{0,8}")

ONESELF: Final = ("me", "mnie", "ja")
"""What people type for themselves, folded."""
_UNNAMED = "…"
_LONGEST_WORD = 40
_LEAST_BEGINNING = 3  # letters
_CLOSE = 0.7  # of difflib's ratio: `milestne`, `sgin`, `lsit` are close to their words, `now` is not to `new`


@dataclass(frozen=True)
class Token:
    kind: Kind
    text: str  # as read: a person's or channel's name without its mark where Slack sent one, a mail's address
    id: str | None = None  # of a person, group or channel
    begins_line: bool = False  # of a command that was typed or pasted in several


def read_tokens(text: str) -> list[Token]:
    """The parts of a command, from the text exactly as Slack sent it: escaped, with its mention tokens.

    A typed `<@U1>`, which arrives as `&lt;@U1&gt;`, is a word. A mention inside quotes is text (`@name`).
    A quote that is not closed is taken literally.
    """
    plain = text.translate(_PLAIN_QUOTES)
    last_end = max((match.start() for match in _END_OF_QUOTE.finditer(plain)), default=-1)
    found: list[Token] = []
    at, is_new_line = 0, False
    while at < len(plain):
        # Behind the last end of a quote a `'` begins none: each would look for it up to the end of the text.
        if plain[at] == "'" and at >= last_end and (word := _WORD.match(plain, at)):
            token, end = _read_word(word[0]), word.end()
        else:
            match = _TOKEN.match(plain, at)
            token, end = (None, at + 1) if match is None else (_read_token(match), match.end())
        if token is not None:
            found.append(replace(token, begins_line=True) if is_new_line else token)
        is_new_line = token is None and (is_new_line or "\n" in plain[at:end])
        at = end
    return found


def typed_length(text: str) -> int:
    """How many characters were typed, before Slack escaped them."""
    return len(unescape_text(text))


def _read_token(match: re.Match[str]) -> Token | None:
    """None for what separates tokens."""
    if person := match["person"]:
        return Token("person", unescape_text(match["person_name"] or person), person)
    if group := match["group"] or match["everybody"]:
        return Token("group", unescape_text(match["group_name"] or match["everybody"] or group), group)
    if channel := match["channel"]:
        return Token("channel", unescape_text(match["channel_name"] or channel), channel)
    if mail := match["mail"]:
        return Token("mail", unescape_text(mail))
    for quoted in (match["double"], match["single"]):
        if quoted is not None:
            return Token("quoted", _make_readable(quoted))
    return _read_word(match["word"] if match["other"] is None else match[0])


def _read_word(raw: str | None) -> Token | None:
    readable = _make_readable(raw or "")
    return Token("word", readable) if readable else None


def join_tokens(args: Iterable[Token]) -> str:
    """The arguments as they were typed, mentions by name."""
    marks = {"person": "@", "group": "@", "channel": "#"}
    return " ".join(marks.get(token.kind, "") + token.text for token in args)


def read_words(raw: str, names: Mapping[str, str]) -> str:
    """What was typed outside a command, as it was seen: line by line, mentions by name, links as addresses.

    `names`: user id → name. Whoever or whatever has no name that Duet knows is no id that nobody can read.
    """

    def render(match: re.Match[str]) -> str:
        shown, name = match["id"], (match["name"] or "").removeprefix("@").removeprefix("#")
        match match[0][:2]:
            case "<@":
                return f"@{names.get(shown) or name or _UNNAMED}"
            case "<#":
                return f"#{name or _UNNAMED}"
            case "<!":
                kind, _, rest = shown.partition("^")
                return (name or rest) if kind == "date" else f"@{name or (_UNNAMED if rest else kind)}"
        return shown if not name or shown.endswith(name) or name in shown else f"{name} ({shown})"

    return unescape_text(_SLACKS_OWN.sub(render, raw)).strip(f" \n{_INVISIBLE}")


def _make_readable(raw: str) -> str:
    named = _SLACKS_OWN.sub(_render_reference, raw)
    return " ".join(unescape_text(named).split()).strip(f" {_INVISIBLE}")


def _render_reference(match: re.Match[str]) -> str:
    """A mention or link inside text as its name; without one, as its id or address."""
    shown = match["name"] or match["id"]
    marked = match[0].startswith(("<@", "<!")) and not shown.startswith("@")
    return f"@{shown}" if marked else f"#{shown}" if match[0].startswith("<#") else shown


def find_command_name(word: str, commands: Mapping[str, str]) -> str | None:
    """The canonical name of a command typed in any case, with or without diacritics.

    `commands` maps every alias, folded, to its canonical name.
    """
    return commands.get(fold_text(word))


def find_nearest_name(word: str, names: Iterable[str]) -> str | None:
    """The name that was probably meant, as in "Did you mean `milestone`?"; None if nothing is close.

    What begins with the word is nearer than what looks like it: `set` is of `settings`, not of `spend`.
    """
    typed = fold_text(word)
    if len(typed) > _LONGEST_WORD:
        return None
    folded = {fold_text(name): name for name in names}
    near = find_begun_name(typed, folded)
    looks_like = [near] if near else get_close_matches(typed, folded, n=1, cutoff=_CLOSE)
    return next((folded[each] for each in looks_like), None)


def find_begun_name(word: str, names: Iterable[str]) -> str | None:
    """The shortest of the folded `names` that begin with the word; None for less than three letters of one."""
    typed = fold_text(word)
    begun = [name for name in names if name.startswith(typed)] if len(typed) >= _LEAST_BEGINNING else []
    return min(begun, key=len, default=None)


def read_project_number(token: Token | str, *, bare: bool = False) -> int | None:
    """12 for `D-12`, `d12`, `D–12`; with `bare` for `12` too, where no other number can follow (product §2.1)."""
    if isinstance(token, Token):
        if token.kind not in ("word", "quoted"):
            return None
        token = token.text
    if found := _PROJECT_KEY.fullmatch(token.strip()):
        return int(found["number"])
    return int(token) if bare and _PROJECT_NUMBER.fullmatch(token.strip()) else None
