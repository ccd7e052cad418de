"""Text cut to Slack's limits: it ends with … and stays valid."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any, TypeVar

import slackblocks as sb

from bot.ui.mrkdwn import ISOLATES, Mrkdwn, join_into_line, name_former_members

MOST_NAMED = 3  # of many things, in a sentence
NO_TEXT = "–"  # Slack refuses empty texts
_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"
_ENDING = f"…{_POP_ISOLATE}"  # of a text that was cut; an isolate of `texts.escape_text` may have to be closed
_Text = TypeVar("_Text", str, Mrkdwn)


def clip_text(text: _Text, limit: int) -> _Text:
    """At most `limit` characters; never half an emoji, nor, in mrkdwn, half a mention or entity."""
    return text if len(text) <= limit else _cut_text(text, limit - len(_ENDING))


def clip_bytes(text: _Text, limit: int) -> _Text:
    """The same with at most `limit` bytes of UTF-8."""
    whole = text.encode()
    if len(whole) <= limit:
        return text
    return _cut_text(text, len(whole[: limit - len(_ENDING.encode())].decode(errors="ignore")))


def _cut_text(text: _Text, at: int) -> _Text:
    """Up to `at` characters of it and, at most, `_ENDING`."""
    cut = _character_start(text, at)
    if isinstance(text, Mrkdwn):
        cut = _token_start(text, cut)
    kept = text[:cut].rstrip()
    closing = _POP_ISOLATE if kept.count(_ISOLATE) > kept.count(_POP_ISOLATE) else ""
    return type(text)(f"{kept}…{closing}")


def _character_start(text: str, cut: int) -> int:
    """The nearest place up to `cut` where a new visible character begins."""
    for at in range(cut, max(cut - 20, 0), -1):
        if not _is_continuation(text, at):
            return at
    return cut if cut > 20 else 0  # a heap of accents: no reader misses half of it


def _is_continuation(text: str, at: int) -> bool:
    this, before = text[at], text[at - 1]
    flags = re.search("[\U0001f1e6-\U0001f1ff]*$", text[max(at - 20, 0) : at])
    half_a_flag = "\U0001f1e6" <= this <= "\U0001f1ff" and flags is not None and len(flags[0]) % 2 == 1
    skin_tone = "\U0001f3fb" <= this <= "\U0001f3ff"
    joined = "\u200d" in (this, before)
    return half_a_flag or skin_tone or joined or unicodedata.category(this) in ("Mn", "Me", "Mc")


def _token_start(text: str, cut: int) -> int:
    opened = text.rfind("<", 0, cut)
    if opened > text.rfind(">", 0, cut):
        return opened
    entity = re.search("&[a-z]{0,3}$", text[:cut])
    return entity.start() if entity else cut


def plain_text(text: str, limit: int) -> sb.Text:
    """One line of plain_text."""
    return sb.PlainText(plain_line(text, limit))


def draw_plain(text: str, limit: int) -> dict[str, Any]:
    """The same as a text object."""
    return {"type": "plain_text", "text": plain_line(text, limit)}


def plain_line(text: str, limit: int) -> str:
    line = join_into_line(text)
    if line.count(_ISOLATE) != line.count(_POP_ISOLATE):  # somebody's own: ours come in pairs
        line = ISOLATES.sub("", line)
    return clip_text(line, limit) or NO_TEXT


def optional_text(text: str | None, limit: int) -> sb.Text | None:
    return None if text is None else plain_text(text, limit)


def draw_mrkdwn(text: Mrkdwn, limit: int) -> dict[str, Any]:
    """A text object of mrkdwn."""
    return {"type": "mrkdwn", "text": full_text(name_former_members(text), limit), "verbatim": True}


def full_text(text: Mrkdwn, limit: int) -> str:
    """Clipped and never empty; a plain `str`, since what leaves is data for JSON."""
    return str(clip_text(text, limit)) if text.strip() else NO_TEXT


def join_first(names: Sequence[str], most: int) -> str:
    """Names the first so many, and says how many there are besides: `A, B, C (+2)`."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" (+{more})" if more > 0 else "")
