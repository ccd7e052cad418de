"""What Slack sends for what a person does."""

import copy
import re
import time
from typing import Any

from playground import shapes
from playground.interactions import Interaction
from playground.manifest import APP_ID
from playground.world import Channel, Json, Message, Person, Team, View, World

_MENTION = re.compile(r"(?<![\w<])([@#])([\w.-]*\w)")
_MAIL = re.compile(r"(?<![\w:|])([\w.+-]+@[\w-]+\.[\w.-]*\w)")
_LINK = re.compile(r"(?<!\S)(https?://[^\s<>|]+)")


def build_command_payload(world: World, team: Team, person: Person, channel: Channel, name: str, text: str) -> Json:
    """Without trigger id and response URL, which the interaction adds."""
    escape = any(each.name == name and each.should_escape for each in world.app.commands)
    names = {"im": "directmessage", "mpim": channel.name, "group": "privategroup"}
    return {
        "token": world.app.verification_token,
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": channel.id,
        "channel_name": names.get(channel.kind, channel.name),
        "user_id": person.id,
        "user_name": person.handle,
        "command": name,
        "text": escape_typed_text(team, person, text) if escape else _escape_entities(text),
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        **({"enterprise_id": team.enterprise_id} if team.enterprise_id else {}),
    }


def escape_typed_text(team: Team, person: Person, text: str) -> str:
    """Text as `should_escape: true` sends it: mentions as `<@U…|anna>`, links in angle brackets."""

    def mention(found: re.Match[str]) -> str:
        sign, name = found.groups()
        if sign == "@":
            who = team.person(name)
            return f"<@{who.id}|{who.handle}>" if who else found.group()
        channel = team.channel_named(name)
        seen = channel and (channel.kind == "channel" or person.id in channel.members)
        return f"<#{channel.id}|{channel.name}>" if channel and seen else found.group()

    text = _escape_entities(text)
    text = _LINK.sub(r"<\1>", text)
    text = _MAIL.sub(r"<mailto:\1|\1>", text)
    return _MENTION.sub(mention, text)


def _escape_entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def build_interactive_payload(world: World, interaction: Interaction) -> Json:
    """What all interactive payloads share."""
    team, person = interaction.team, interaction.person
    shared: Json = {
        "type": interaction.kind,
        "user": {
            "id": person.id,
            "username": person.handle,
            "name": person.handle,
            "team_id": person.team_id,
        },
        "api_app_id": APP_ID,
        "token": world.app.verification_token,
        "team": {"id": team.id, "domain": team.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }
    if interaction.kind != "view_closed":
        shared["trigger_id"] = interaction.id
    return shared


def build_message_action(
    world: World, interaction: Interaction, channel: Channel, message: Message, action: Json, values: Json
) -> Json:
    payload = build_interactive_payload(world, interaction)
    ephemeral = message.visible_to is not None
    names = {"im": "directmessage", "group": "privategroup"}
    payload |= {
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": ephemeral,
        },
        "channel": {"id": channel.id, "name": names.get(channel.kind, channel.name)},
        "state": {"values": copy.deepcopy(values)},
        "actions": [add_action_time(action)],
    }
    if message.thread_ts:
        payload["container"]["thread_ts"] = message.thread_ts
    if not ephemeral:  # Slack keeps no copy of ephemeral ones
        payload["message"] = shapes.shape_message(interaction.team, message, metadata=False)
    return payload


def build_shortcut_payload(
    world: World, interaction: Interaction, callback_id: str, channel: Channel | None, message: Message | None
) -> Json:
    """Of a message's menu; without a message, of the one that is everywhere, which tells no channel.

    The response URL is added by the interaction.
    """
    payload = build_interactive_payload(world, interaction)
    payload |= {"callback_id": callback_id, "action_ts": f"{time.time():.6f}"}
    if channel is None or message is None:
        return payload
    names = {"im": "directmessage", "group": "privategroup"}
    return payload | {
        "channel": {"id": channel.id, "name": names.get(channel.kind, channel.name)},
        "message_ts": message.ts,
        "message": shapes.shape_message(interaction.team, message, metadata=False),
    }


def build_view_payload(world: World, interaction: Interaction, view: View, **own: Any) -> Json:
    """Of a form or of Home; `own`: what this kind of payload has besides."""
    return build_interactive_payload(world, interaction) | {"view": shapes.shape_view(interaction.team, view)} | own


def build_view_action(world: World, interaction: Interaction, view: View, action: Json) -> Json:
    container = {"type": "view", "view_id": view.id}
    return build_view_payload(world, interaction, view, container=container, actions=[add_action_time(action)])


def add_action_time(action: Json) -> Json:
    return {**action, "action_ts": f"{time.time():.6f}"}
