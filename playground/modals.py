"""Modals on people's screens: opening, renewing, and what a `response_action` does to them."""

import secrets
import time
from typing import Any

from playground.errors import ApiError
from playground.fields import initial_values, list_fields
from playground.interactions import Interaction
from playground.strict.gate import Gate
from playground.world import Json, Team, View, World

MOST_STACKED = 3
TROUBLE = "We had some trouble connecting. Try again?"


def make_view(world: World, owner: str, body: Json, below: View | None = None) -> View:
    view_id = world.next_id("V")
    body = {**body, "blocks": world.add_ids(body["blocks"])}
    return View(
        view_id,
        owner,
        body,
        _new_hash(),
        root_id=below.root_id if below else view_id,
        previous_id=below.id if below else None,
        values=initial_values(body["blocks"]),
    )


def renew_view(world: World, view: View, body: Json) -> None:
    """Another body for the same view. Inputs that keep their block and action id keep what was typed."""
    typed = view.values
    view.body = {**body, "blocks": world.add_ids(body["blocks"])}
    view.values = initial_values(view.body["blocks"])
    for block_id, actions in view.values.items():
        for action_id, state in actions.items():
            before = typed.get(block_id, {}).get(action_id)
            if before is not None and before["type"] == state["type"]:
                actions[action_id] = before
    view.errors, view.trouble, view.hash = {}, None, _new_hash()


def _new_hash() -> str:
    return f"{int(time.time())}.{secrets.token_urlsafe(6)}"


def apply_answer(world: World, gate: Gate, interaction: Interaction, view: View, answer: Json) -> None:
    """What the acknowledgement of a submission does. An answer that Slack cannot use leaves the form open
    with Slack's own words on it, and is a violation."""
    stack = interaction.team.stacks.get(interaction.person.id, [])
    action = answer.get("response_action")
    try:
        if action is None:
            _close_view(interaction.team, view)
        elif action == "clear":
            stack.clear()
        elif action == "errors":
            _show_errors(gate, view, answer.get("errors"))
        elif action in ("update", "push"):
            _show_view(world, gate, interaction, view, stack, answer)
        else:
            raise gate.refuse(f"response_action {action}", "invalid_arguments", "unknown response_action")
    except ApiError as refusal:
        interaction.error = f"{TROUBLE} ({refusal.code})"
        view.trouble = TROUBLE
    world.changes.announce()


def _show_view(
    world: World, gate: Gate, interaction: Interaction, view: View, stack: list[View], answer: Json
) -> None:
    action = answer["response_action"]
    body = gate.view(f"response_action {action}", answer.get("view"))
    if body["type"] != "modal":
        raise gate.refuse(f"response_action {action}", "invalid_arguments", "not a modal")
    if action == "update":
        renew_view(world, view, body)
    elif len(stack) >= MOST_STACKED:
        raise gate.refuse("response_action push", "push_limit_reached", "three views are open")
    else:
        stack.append(make_view(world, interaction.person.id, body, below=view))
    interaction.views.append(stack[-1].id if stack else view.id)


def _show_errors(gate: Gate, view: View, errors: Any) -> None:
    inputs = {field.block["block_id"] for field in list_fields(view.body["blocks"])}
    if not isinstance(errors, dict) or not errors:
        raise gate.refuse("response_action errors", "invalid_arguments", "errors is empty")
    for block_id, text in errors.items():
        if block_id not in inputs:
            raise gate.refuse("response_action errors", "invalid_arguments", f"no input block called {block_id!r}")
        if not isinstance(text, str) or not 0 < len(text) <= 3000:
            raise gate.refuse("response_action errors", "invalid_arguments", f"errors/{block_id} is not a text")
    view.errors, view.trouble = dict(errors), None


def _close_view(team: Team, view: View) -> None:
    stack = team.stacks.get(view.owner, [])
    if view in stack:
        stack.remove(view)
