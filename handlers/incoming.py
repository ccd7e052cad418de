"""Slack's payloads, reduced to what Duet uses of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from bot.kit import form_values
from bot.slack import Slack

MOST_NAMED = 10  # each unknown one is a question to Slack
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")


class Origin(Enum):
    COMMAND = "command"
    MESSAGE = "message"  # a button in a message
    FORM = "form"  # a button or a select in a modal
    SUBMISSION = "submission"


@dataclass(frozen=True)
class Incoming:
    origin: Origin
    team_id: str | None
    enterprise_id: str | None
    user_id: str
    key: str  # the same for the same request sent twice
    trigger_id: str
    text: str = ""
    action_id: str = ""  # of a button; the callback id of a form
    value: str = ""
    channel_id: str | None = None
    response_url: str | None = None
    view_id: str = ""
    values: Mapping[str, str | None] = field(default_factory=dict)
    picked: frozenset[str] = frozenset()  # people chosen in the form
    inputs: tuple[str, ...] = ()  # block ids of the form's inputs, in order
    meta: str = ""

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
        """For the log: ids, and nothing that a person wrote."""
        return {
            "origin": self.origin.value,
            "team_id": self.team_id,
            "user_id": self.user_id,
            "action": self.action_id,
        }


def read_command(body: dict[str, Any]) -> Incoming:
    return Incoming(
        origin=Origin.COMMAND,
        team_id=body.get("team_id"),
        enterprise_id=body.get("enterprise_id"),
        user_id=body["user_id"],
        key=f"command:{body['trigger_id']}",
        trigger_id=body["trigger_id"],
        text=body.get("text") or "",
        action_id="/duet",
        channel_id=body.get("channel_id"),
        response_url=body.get("response_url"),
    )


def read_action(body: dict[str, Any]) -> Incoming:
    action, view = body["actions"][0], body.get("view")
    chosen = action.get("selected_option") or {}
    form = view if view is not None and view["type"] == "modal" else None
    action_id = action["action_id"]
    if form is not None and action_id == "value":  # a select that answers at once: its block says which
        action_id = f"{form['callback_id']}.{action['block_id'].partition(':')[0]}"
    return Incoming(
        origin=Origin.MESSAGE if form is None else Origin.FORM,
        **_where(body),
        key=f"action:{body['trigger_id']}",
        trigger_id=body["trigger_id"],
        action_id=action_id,
        value=action.get("value") or chosen.get("value") or "",
        channel_id=(body.get("channel") or {}).get("id"),
        response_url=body.get("response_url"),
        **({} if form is None else _form(form)),
    )


def read_submission(body: dict[str, Any]) -> Incoming:
    view = body["view"]
    return Incoming(
        origin=Origin.SUBMISSION,
        **_where(body),
        key=f"form:{view['id']}:{view.get('hash')}",
        trigger_id=body.get("trigger_id") or "",
        action_id=view["callback_id"],
        **_form(view),
    )


def _where(body: dict[str, Any]) -> dict[str, Any]:
    team = body.get("team") or {}
    enterprise = body.get("enterprise") or {}
    return {
        "team_id": team.get("id"),
        "enterprise_id": enterprise.get("id") or team.get("enterprise_id"),
        "user_id": body["user"]["id"],
    }


def _form(view: dict[str, Any]) -> dict[str, Any]:
    inputs = [block for block in view.get("blocks", []) if block["type"] == "input"]
    states = view.get("state", {}).get("values", {})
    return {
        # A template's fields have block ids of their own (`goal:insight`): Slack keeps what was typed by id.
        "values": {block_id.partition(":")[0]: value for block_id, value in form_values(states).items()},
        "picked": frozenset(
            user_id
            for elements in states.values()
            for state in elements.values()
            for user_id in (state.get("selected_user"), *(state.get("selected_users") or ()))
            if user_id
        ),
        "inputs": tuple(block["block_id"] for block in inputs),
        "meta": view.get("private_metadata") or "",
        "view_id": view["id"],
    }
