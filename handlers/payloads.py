"""Slack's payloads, reduced to what Duet uses of them."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import field
from enum import Enum
from typing import Any

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from bot.slack.client import Slack
from bot.ui.inputs import read_form_values
from bot.ui.mrkdwn import clean_payload
from handlers.source_messages import SourceMessage, read_source_message

MOST_NAMED = 10  # each unknown one is a question to Slack
WORDS_SUBTYPES = (None, "file_share", "thread_broadcast", "me_message")  # of what a person has said just now
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")


class Origin(Enum):
    COMMAND = "command"
    MESSAGE = "message"  # a button in a message
    FORM = "form"  # a button or a select in a modal
    SUBMISSION = "submission"
    SHORTCUT = "shortcut"
    HOME = "home"  # a button on the Home tab


@dataclass(frozen=True, config=ConfigDict(defer_build=True, strict=True))
class Incoming:
    """What was sent. Raises: pydantic.ValidationError for what has another type."""

    origin: Origin
    team_id: str | None
    enterprise_id: str | None
    user_id: str
    key: str  # the same for the same request sent twice
    act_fingerprint: str  # the same for the same thing asked again, as by the second click of a double click
    trigger_id: str
    text: str = ""
    action_id: str = ""  # of a button; the callback id of a form or a shortcut
    value: str = ""
    channel_id: str | None = None
    response_url: str | None = None
    message_ts: str | None = None  # of the message whose button was clicked
    view: Mapping[str, Any] = field(default_factory=dict)  # the form, as Slack sent it
    values: Mapping[str, str | None] = field(default_factory=dict)
    picked: frozenset[str] = frozenset()  # people chosen in the form
    inputs: tuple[str, ...] = ()  # block ids of the form's inputs, in order
    meta: str = ""
    source: SourceMessage | None = None  # on which a shortcut is used
    label: str = ""  # what stands on the button that was clicked, or above the form that was sent
    is_confidential: bool = False  # as its route says, once that is known

    @property
    def view_id(self) -> str:
        return str(self.view["id"])

    @property
    def is_deepest(self) -> bool:
        """Whether nothing can be pushed on top of the form: Slack stacks three views, and this is the third."""
        below = self.view.get("previous_view_id")
        return bool(below) and below != self.view.get("root_view_id")

    @property
    def people(self) -> set[str]:
        """Whom a handler may need to know: the actor, and everybody named (of a crowd, the first)."""
        named = list(dict.fromkeys([*self.picked, *_MENTION.findall(self.text)]))
        return {self.user_id, *named[:MOST_NAMED]}

    def bot_team(self, slack: Slack) -> str:
        """The team whose token speaks for this payload."""
        bot = slack.bot_of(self.team_id, self.enterprise_id)
        return str(self.team_id) if bot is None else bot.team_id

    def ids(self) -> dict[str, str | None]:
        """For the log: ids, and nothing that a person wrote. Of what is confidential not whose it is, nor which
        of several buttons it was (product §11.2).
        """
        if self.is_confidential:
            return {"origin": self.origin.value, "action": self.action_id.partition(":")[0]}
        return {
            "origin": self.origin.value,
            "team_id": self.team_id,
            "user_id": self.user_id,
            "action": self.action_id,
        }


class Malformed(ValueError):
    """A payload that is not what Slack says it sends."""


def parse_payload(reader: Callable[[dict[str, Any]], Incoming], body: dict[str, Any]) -> Incoming:
    """What one of the readers below makes of a payload, whose texts are made readable. Raises: Malformed."""
    try:
        return reader(clean_payload(body))
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise Malformed(type(error).__name__) from None


def read_command_payload(body: dict[str, Any]) -> Incoming:
    text = body.get("text") or ""
    return Incoming(
        origin=Origin.COMMAND,
        team_id=body.get("team_id"),
        enterprise_id=body.get("enterprise_id"),
        user_id=body["user_id"],
        key=f"command:{body['trigger_id']}",
        act_fingerprint=_make_fingerprint("command", text, body.get("channel_id")),
        trigger_id=body["trigger_id"],
        text=text,
        action_id="/duet",
        channel_id=body.get("channel_id"),
        response_url=body.get("response_url"),
    )


def read_action_payload(body: dict[str, Any]) -> Incoming:
    action, view = body["actions"][0], body.get("view")
    chosen = action.get("selected_option") or {}
    form = view if view is not None and view["type"] == "modal" else None
    action_id = action["action_id"]
    if form is not None and action_id == "value":  # a select that answers at once: its block says which
        action_id = f"{form['callback_id']}.{action['block_id'].partition(':')[0]}"
    value = action.get("value") or chosen.get("value") or ""
    at = Origin.HOME if view is not None else Origin.MESSAGE
    return Incoming(
        origin=at if form is None else Origin.FORM,
        **_read_place(body),
        key=f"action:{body['trigger_id']}",
        act_fingerprint=_make_fingerprint("action", action_id.partition(":")[0], value),
        trigger_id=body["trigger_id"],
        action_id=action_id,
        label=(action.get("text") or chosen.get("text") or {}).get("text") or "",
        value=value,
        channel_id=(body.get("channel") or {}).get("id"),
        response_url=body.get("response_url"),
        message_ts=(body.get("message") or {}).get("ts"),
        **({} if form is None else _read_form(form)),
    )


def read_submission_payload(body: dict[str, Any]) -> Incoming:
    view = body["view"]
    act_fingerprint = _make_fingerprint(
        "form", view["callback_id"], view.get("private_metadata"), view.get("state", {}).get("values", {})
    )
    return Incoming(
        origin=Origin.SUBMISSION,
        **_read_place(body),
        key=f"form:{view['id']}:{act_fingerprint}",
        act_fingerprint=act_fingerprint,
        trigger_id=body.get("trigger_id") or "",
        action_id=view["callback_id"],
        label=(view.get("title") or {}).get("text") or "",
        **_read_form(view),
    )


def read_shortcut_payload(body: dict[str, Any]) -> Incoming:
    """Of a message's menu, or of the one that is everywhere: that has neither channel nor `response_url`."""
    source = read_source_message(body)
    channel = body.get("channel") or {}
    return Incoming(
        origin=Origin.SHORTCUT,
        **_read_place(body),
        key=f"shortcut:{body['trigger_id']}",
        act_fingerprint=_make_fingerprint(
            "shortcut", body["callback_id"], channel.get("id"), source and source.link
        ),
        trigger_id=body["trigger_id"],
        text="" if source is None else source.markup,
        action_id=body["callback_id"],
        channel_id=channel.get("id"),
        response_url=body.get("response_url"),
        source=source,
    )


def read_event_place(body: dict[str, Any]) -> tuple[str | None, str | None]:
    """The team and the enterprise whose installation an event is meant for: what happens in a channel shared with
    another company may name that one. An installation of a whole organisation names no team.
    """
    try:
        meant = (body.get("authorizations") or [body])[0]
        place = meant.get("team_id") or body.get("team_id"), meant.get("enterprise_id")
    except (LookupError, TypeError, AttributeError):
        raise Malformed("no place") from None
    if not all(each is None or isinstance(each, str) for each in place):
        raise Malformed("no place")
    return place


def read_event_id(body: dict[str, Any], name: str) -> str:
    """An id that an event is about. Raises: Malformed."""
    found = body["event"].get(name)
    if not isinstance(found, str):
        raise Malformed(name)
    return found


def read_event_user(body: dict[str, Any]) -> dict[str, Any]:
    """Whom a `user_change` describes. Raises: Malformed."""
    user = body["event"].get("user")
    if not isinstance(user, dict) or not isinstance(user.get("id"), str):
        raise Malformed("user")
    if not all(isinstance(user.get(part, {}), dict) for part in ("profile", "enterprise_user")):
        raise Malformed("user")
    texts = ("name", "real_name", "team_id", "locale", "tz")
    if not all(isinstance(user.get(name) or "", str) for name in texts):
        raise Malformed("user")
    return user


@dataclass(frozen=True, config=ConfigDict(defer_build=True, strict=True))
class OpenedHomeEvent:
    user_id: str
    is_missing: bool  # Slack has nothing to show there yet


def read_home_event(body: dict[str, Any]) -> OpenedHomeEvent | None:
    """None for another tab than Home: Slack tells of messages, too. Raises: Malformed."""
    event = body["event"]
    if event.get("tab") != "home":
        return None
    return OpenedHomeEvent(read_event_id(body, "user"), is_missing=not event.get("view"))


@dataclass(frozen=True, config=ConfigDict(defer_build=True, strict=True))
class TypedEvent:
    """What somebody has typed to Duet in its direct message."""

    user_id: str
    channel_id: str
    ts: str  # of the message: the same for the same event sent again
    text: str  # as Slack sent it: escaped, with its mention tokens

    @property
    def people(self) -> set[str]:
        """Whom the answer names: the writer, and everybody mentioned (of a crowd, the first)."""
        return {self.user_id, *list(dict.fromkeys(_MENTION.findall(self.text)))[:MOST_NAMED]}


def read_typed_event(body: dict[str, Any]) -> TypedEvent | None:
    """None for all that is no person's words to Duet: a bot's, Duet's own, an edit, a deletion, a conversation of
    several. A file may come with words. Raises: Malformed.
    """
    event = body["event"]
    is_words = event.get("subtype") in WORDS_SUBTYPES and event.get("channel_type") == "im"
    if not is_words or event.get("bot_id") or event.get("hidden"):
        return None
    try:
        text = clean_payload(event.get("text") or "")
        return TypedEvent(user_id=event["user"], channel_id=event["channel"], ts=event["ts"], text=text)
    except (LookupError, ValueError) as error:
        raise Malformed(type(error).__name__) from None


def _make_fingerprint(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _read_place(body: dict[str, Any]) -> dict[str, Any]:
    team = body.get("team") or {}
    enterprise = body.get("enterprise") or {}
    view = body.get("view") or {}
    return {
        # Who looks at a form may sit in another workspace of the organisation than Duet.
        "team_id": view.get("app_installed_team_id") or team.get("id"),
        "enterprise_id": enterprise.get("id") or team.get("enterprise_id"),
        "user_id": body["user"]["id"],
    }


def _read_form(view: dict[str, Any]) -> dict[str, Any]:
    inputs = [block for block in view.get("blocks", []) if block["type"] == "input"]
    states = view.get("state", {}).get("values", {})
    return {
        # A template's fields have block ids of their own (`goal:insight`): Slack keeps what was typed by id.
        "values": {block_id.partition(":")[0]: value for block_id, value in read_form_values(states).items()},
        "picked": frozenset(
            user_id
            for elements in states.values()
            for state in elements.values()
            for user_id in (state.get("selected_user"), *(state.get("selected_users") or ()))
            if user_id
        ),
        "inputs": tuple(block["block_id"] for block in inputs),
        "meta": view.get("private_metadata") or "",
        "view": view,
    }
