"""What people wrote, made safe as Slack's mrkdwn; mentions and links; what stands for what was erased."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"
ISOLATES = re.compile("[\u2066-\u2069]")
_UNREADABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_UNREADABLE_IN_PAYLOAD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BULLET = re.compile(r"^\s*(?:[-–—•*·]|\d{1,2}\)(?=\s+\D))\s+")
_BETWEEN_CELLS = re.compile(r"\s*(?:\t|(?<!\S)\|(?!\S))\s*")
_MAY_REORDER = re.compile("[\u0590-\U0010ffff]")  # from Hebrew on; isolates are among them
_MESSAGE_LINK = re.compile(
    r"https://[a-z0-9-]{1,80}\.slack\.com/archives/[CDG][A-Z0-9]{1,30}/p\d{10,20}"
    r"(\?thread_ts=\d{1,12}\.\d{1,8}&cid=[CDG][A-Z0-9]{1,30})?",
    re.ASCII,
)
_BLANKS = re.compile("[^\\S\u00a0\u202f]+")  # a line may break there
_EMBEDDINGS = frozenset("\u200f\u061c\u202a\u202b\u202c\u202d\u202e")
ERASED = "…"
"""What stands in the place of words that were erased."""
FORMER_MEMBER = "UFORMER"
"""With which the ids begin that stand for people who were forgotten, each with a number (product §17)."""
_MENTION = re.compile("<@([UW][A-Z0-9]+)>")
_FORMER_MENTION = re.compile(f"<@{FORMER_MEMBER}([0-9]+)>")
_PERSON_ID, _CHANNEL_ID = re.compile("[UW][A-Z0-9]+"), re.compile("[CDG][A-Z0-9]+")


class Mrkdwn(str):
    """Text that is safe as Slack mrkdwn already. Plain strings joined or added to it are escaped."""

    __slots__ = ()

    def __add__(self, other: str) -> "Mrkdwn":
        return Mrkdwn(str.__add__(self, escape_text(other)))

    def join(self, parts: Iterable[str]) -> "Mrkdwn":
        return Mrkdwn(str.join(self, map(escape_text, parts)))


DOT = Mrkdwn("\u00a0· ")
"""Between facts of one line; no line begins with it."""


def escape_text(text: str) -> Mrkdwn:
    """What a person wrote, unable to mention, link or reorder its surroundings. `Mrkdwn` stays as it is."""
    if isinstance(text, Mrkdwn):
        return text
    safe = clean_text(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if not _MAY_REORDER.search(safe):
        return Mrkdwn(safe)
    return Mrkdwn("\n".join(map(_isolate_line, safe.split("\n"))))


def unescape_text(text: str) -> str:
    """For plain_text objects, where Slack shows entities as they stand; and for what Slack has sent."""
    return str(text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def clean_text(text: str) -> str:
    """Without control characters and lone surrogates; newlines stay, a tab is a space."""
    return _UNREADABLE.sub("", text.replace("\r\n", "\n").replace("\t", " "))


def join_into_line(text: str) -> str:
    """In one line; what belongs together, as in `60 000 zł`, still does."""
    return _BLANKS.sub(" ", clean_text(text)).strip()


def list_pasted_lines(text: str) -> list[str]:
    """The lines of a list or a table, cleaned; what a spreadsheet has put in cells of its own, after semicolons."""
    lines = text.replace("\r\n", "\n").split("\n")
    return [clean_text(_BETWEEN_CELLS.sub("; ", line.strip("\t |"))) for line in lines]


def strip_bullet(line: str) -> str:
    """A line of a list without what a list begins its lines with: `- `, `• `, `1) `."""
    return _BULLET.sub("", line)


def clean_payload(value: Any) -> Any:
    """A payload with texts as `clean_text` makes them, but for their tabs: they tell a table's cells apart.

    PostgreSQL stores no NUL, and nobody means one.
    """
    if isinstance(value, str):
        return _UNREADABLE_IN_PAYLOAD.sub("", value.replace("\r\n", "\n"))
    if isinstance(value, dict):
        return {name: clean_payload(each) for name, each in value.items()}
    return [clean_payload(each) for each in value] if isinstance(value, list) else value


def _isolate_line(line: str) -> str:
    """A right-to-left line between isolates; its own isolates are dropped, since one unbalanced ends ours."""
    line = ISOLATES.sub("", line)
    others = _MAY_REORDER.findall(line)
    reorders = any(c in _EMBEDDINGS or unicodedata.bidirectional(c) in ("R", "AL", "AN") for c in others)
    return f"{_FIRST_STRONG_ISOLATE}{line}{_POP_ISOLATE}" if reorders else line


def person_mention(user_id: str) -> Mrkdwn:
    """A mention. In a sentence a former member is called so; alone, by `Texts.mention`.

    Raises: ValueError if it is no Slack id.
    """
    return _slack_mention("@", user_id, _PERSON_ID)


def find_mentioned(fact: object) -> str | None:
    """Whom a fact mentions, if it does nothing else."""
    found = _MENTION.fullmatch(fact) if isinstance(fact, Mrkdwn) else None
    return None if found is None else found[1]


def is_former_member(user_id: str | None) -> bool:
    """Whether the id stands for somebody who was forgotten, whom Slack does not know."""
    return user_id is not None and user_id.startswith(FORMER_MEMBER)


def name_former_members(text: str, name: Callable[[int], str] = "former member {}".format) -> Mrkdwn:
    """The text with what they are called in the place of their mentions."""
    if FORMER_MEMBER not in text:
        return Mrkdwn(text)
    return Mrkdwn(_FORMER_MENTION.sub(lambda found: name(int(found[1])), text))


def channel_link(channel_id: str) -> Mrkdwn:
    """A link to a conversation. Raises: ValueError if it is no Slack id."""
    return _slack_mention("#", channel_id, _CHANNEL_ID)


def is_message_link(link: str) -> bool:
    """Whether it leads to a message in Slack, and nowhere else."""
    return _MESSAGE_LINK.fullmatch(link) is not None


def message_link(link: str, words: str) -> Mrkdwn:
    """A link to a message in Slack. Raises: ValueError if it is none."""
    if not is_message_link(link):
        raise ValueError("no link to a message")
    return Mrkdwn(f"<{escape_text(link)}|{escape_text(words)}>")


def _slack_mention(mark: str, id_: str, pattern: re.Pattern[str]) -> Mrkdwn:
    if not pattern.fullmatch(id_):
        raise ValueError(f"no Slack id: {id_!r}")
    return Mrkdwn(f"<{mark}{id_}>")
