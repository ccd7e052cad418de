"""The message on which a shortcut is used: its words, readable, and a link to it (product §2.10)."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass
from sqlmodel import Session

from bot.ui.mrkdwn import escape_text, is_message_link
from handlers.grammar import read_words
from storage import people

_DOMAIN: Final = re.compile("[a-z0-9-]{1,80}")
_TIMESTAMP: Final = re.compile(r"[0-9]{1,10}\.[0-9]{1,6}")
_MENTIONED: Final = re.compile(r"<@([^<>|]+)")
_INLINE: Final = frozenset({"rich_text_section", "rich_text_preformatted", "rich_text_quote"})


@dataclass(frozen=True, config=ConfigDict(defer_build=True, strict=True))
class SourceMessage:
    """Raises: pydantic.ValidationError for what has another type."""

    markup: str  # its words as Slack sends them: escaped, mentions by id
    link: str | None  # None where Slack does not say enough for one
    sent_at: float | None = None  # as Slack's timestamp of it


def read_source_message(body: Mapping[str, Any]) -> SourceMessage | None:
    """Of a shortcut's payload; None for a global one's. Raises: what `parse_payload` takes for malformed."""
    message = body.get("message")
    if message is None:
        return None
    markup = message.get("text") or ""
    if not markup.strip():
        markup = "\n".join(_describe_parts(message))
    ts = _find_timestamp(body, message)
    return SourceMessage(
        markup.strip(), _build_link(body, message), float(ts) if _TIMESTAMP.fullmatch(ts) else None
    )


def _find_timestamp(body: Mapping[str, Any], message: Mapping[str, Any]) -> str:
    return message.get("ts") or body.get("message_ts") or ""


def _build_link(body: Mapping[str, Any], message: Mapping[str, Any]) -> str | None:
    """As Slack's *Copy link* has it. chat.getPermalink knows no message of a conversation that Duet is not in."""
    domain, channel = (body.get("team") or {}).get("domain") or "", body["channel"]["id"]
    ts, thread = _find_timestamp(body, message), message.get("thread_ts")
    if not _DOMAIN.fullmatch(domain):
        return None
    link = f"https://{domain}.slack.com/archives/{channel}/p{ts.replace('.', '')}"
    if thread and thread != ts:
        link += f"?thread_ts={thread}&cid={channel}"
    return link if is_message_link(link) else None


# --- a message without a text of its own ----------------------------------------------------------------------


def _describe_parts(message: Mapping[str, Any]) -> Iterable[str]:
    """The words of its blocks, else of what is attached to it, else its files' names."""
    words = [text for text in map(_read_block, message.get("blocks") or ()) if text.strip()]
    if not words:
        attached = (_first_text(each, "text", "fallback", "title") for each in message.get("attachments") or ())
        words = [text for text in attached if text]
    if not words:
        named = (_first_text(each, "title", "name") for each in message.get("files") or ())
        words = [str(escape_text(name)) for name in named if name]
    return words


def _first_text(part: Mapping[str, Any], *names: str) -> str:
    return next((part[name] for name in names if isinstance(part.get(name), str) and part[name]), "")


def _read_block(part: Any) -> str:
    """The words of a block, or of a part of one, whatever its kind."""
    if isinstance(part, list):
        return "\n".join(filter(None, map(_read_block, part)))
    if not isinstance(part, dict):
        return ""
    match part.get("type"):
        case "mrkdwn":
            return _first_text(part, "text")
        case "plain_text" | "text":
            return str(escape_text(_first_text(part, "text")))
        case "user" | "usergroup" | "channel" | "broadcast" | "link" | "emoji" as kind:
            return _read_rich_reference(kind, part)
        case kind:
            inner = (part.get(name) for name in ("title", "text", "fields", "elements"))
            joined = map(_read_inline if kind in _INLINE else _read_block, inner)
            return "\n".join(filter(None, joined))


def _read_inline(part: Any) -> str:
    return "".join(map(_read_block, part)) if isinstance(part, list) else _read_block(part)


def _read_rich_reference(kind: str, part: Mapping[str, Any]) -> str:
    match kind:
        case "user":
            return f"<@{_first_text(part, 'user_id')}>"
        case "usergroup":
            return f"<!subteam^{_first_text(part, 'usergroup_id')}>"
        case "channel":
            return f"<#{_first_text(part, 'channel_id')}>"
        case "broadcast":
            return f"<!{_first_text(part, 'range')}>"
        case "emoji":
            return f":{_first_text(part, 'name')}:"
    url, text = (str(escape_text(_first_text(part, name))) for name in ("url", "text"))
    return f"<{url}|{text}>" if text else f"<{url}>"


# --- its words, readable --------------------------------------------------------------------------------------


def render_source_words(session: Session, team_id: str, source: SourceMessage | None) -> str:
    """The words as they are read on a screen, for a field of a form."""
    if source is None:
        return ""
    ids = set(_MENTIONED.findall(source.markup))
    known = people.find_people(session, team_id, ids) if ids else {}
    return read_words(source.markup, {user_id: row.name for user_id, row in known.items()})
