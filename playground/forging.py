"""Payloads that nobody's client would send, through the transport that everybody's does."""

import copy
from typing import Any

from playground import payloads
from playground.actions import find_button_action
from playground.fields import initial_values
from playground.interactions import Interaction
from playground.modals import make_view
from playground.world import Json, View, World

_MADE_UP_VIEW: Json = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Forged"},
    "blocks": [{"type": "divider"}],
}
_MADE_UP_ACTION: Json = {
    "type": "button",
    "action_id": "forged",
    "block_id": "forged",
    "text": {"type": "plain_text", "text": "Forged", "emoji": True},
    "value": "forged",
}


def build_base_payload(world: World, interaction: Interaction, label: str | None) -> Json:
    """The honest payload to start from: of the button `label` on the interaction's message, else on the
    person's open form, else of something made up. Raises: `CannotDo` if there is no such button."""
    team, person, channel = interaction.team, interaction.person, interaction.channel
    if interaction.kind == "slash_commands" and channel is not None:
        interaction.command = world.app.commands[0].name
        command = payloads.build_command_payload(world, team, person, channel, interaction.command, "")
        return command | {"trigger_id": interaction.id}
    message = interaction.message
    if interaction.kind in ("message_action", "shortcut"):
        return payloads.build_shortcut_payload(world, interaction, "forged", channel, message)
    if message is not None and channel is not None:
        action = find_button_action(message.blocks, label) if label else _MADE_UP_ACTION
        values = initial_values(message.blocks)
        return payloads.build_message_action(world, interaction, channel, message, action, values)
    view = _find_or_make_form(world, interaction)
    interaction.view_id = view.id
    if interaction.kind == "block_actions":
        action = find_button_action(view.body["blocks"], label) if label else _MADE_UP_ACTION
        return payloads.build_view_action(world, interaction, view, action)
    own: Json = {"is_cleared": False} if interaction.kind == "view_closed" else {"response_urls": []}
    return payloads.build_view_payload(world, interaction, view, **own)


def _find_or_make_form(world: World, interaction: Interaction) -> View:
    stack = interaction.team.stacks.get(interaction.person.id)
    return stack[-1] if stack else make_view(world, interaction.person.id, _MADE_UP_VIEW)


def merge_overrides(base: Any, overrides: Any) -> Any:
    """`base` with `overrides` laid over it; lists of objects item by item."""
    if isinstance(base, dict) and isinstance(overrides, dict):
        return {
            key: merge_overrides(base.get(key), overrides[key]) if key in overrides else base[key] for key in base
        } | {key: overrides[key] for key in overrides.keys() - base.keys()}
    if isinstance(base, list) and isinstance(overrides, list) and len(base) == len(overrides):
        return [merge_overrides(mine, theirs) for mine, theirs in zip(base, overrides, strict=True)]
    return copy.deepcopy(overrides)
