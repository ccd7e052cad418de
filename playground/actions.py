"""What people do in Slack's client, and what Slack then does with the app's answer."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from playground import fields, payloads
from playground.app_link import NotAnswered
from playground.core import Core
from playground.errors import ApiError, CannotDo, Incomplete
from playground.fields import Field, read_option
from playground.interactions import Interaction
from playground.modals import TROUBLE, apply_answer
from playground.rendering import read_spaces
from playground.strict.blocks import list_elements
from playground.world import Channel, Json, Message, Person, Team, View

_ECHOED = ("type", "action_id", "placeholder")
BROKEN_BUTTON = "This didn't work: the app did not respond."


@dataclass(frozen=True)
class Choice:
    """A value for an input, which people know by its label, and the page by its ids."""

    value: Any
    label: str = ""
    block_id: str = ""
    action_id: str = ""

    @property
    def by(self) -> str:
        return "value" if self.block_id else "text"

    def field(self, blocks: list[Json]) -> Field:
        """Raises: `CannotDo`."""
        if self.block_id:
            return fields.find_field_by_ids(blocks, self.block_id, self.action_id)
        return fields.find_field(blocks, self.label)


class Actions:
    """Each act blocks until the app has acknowledged or failed; several people act at the same time."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def types(self, team: Team, person: Person, channel: Channel, text: str) -> Interaction:
        """A slash command. Raises: `CannotDo` if there is no such command."""
        name, _, rest = text.strip().partition(" ")
        if self._core.world.app.command(name) is None:
            raise CannotDo(f"{name} is not a valid command")
        interaction = self._core.interactions.begin(team, person, "slash_commands")
        interaction.channel, interaction.command = channel, name
        payload = payloads.build_command_payload(self._core.world, team, person, channel, name, rest.strip())
        interaction.payload = self._with_url(interaction, payload) | {"trigger_id": interaction.id}
        return await self.send(interaction)

    async def clicks(
        self, team: Team, person: Person, channel: Channel, message: Message, action: Json, values: Json
    ) -> Interaction:
        """A button or select of a message."""
        interaction = self._core.interactions.begin(team, person, "block_actions")
        interaction.channel, interaction.message = channel, message
        payload = payloads.build_message_action(self._core.world, interaction, channel, message, action, values)
        interaction.payload = self._with_url(interaction, payload)
        return await self.send(interaction)

    async def uses_shortcut(
        self, team: Team, person: Person, name: str, channel: Channel | None = None, message: Message | None = None
    ) -> Interaction:
        """Of a message's menu; without a message, of the one that is everywhere. Raises: `CannotDo`."""
        type_ = "global" if message is None else "message"
        shortcut = self._core.world.app.shortcut(name, type_)
        if shortcut is None or "commands" not in team.scopes:
            raise CannotDo(f"there is no {type_} shortcut {name!r}")
        if message is not None and message.visible_to is not None:
            raise CannotDo("Slack offers no shortcuts on what only one person sees")
        kind = "shortcut" if message is None else "message_action"
        interaction = self._core.interactions.begin(team, person, kind)
        interaction.channel, interaction.message = channel, message
        payload = payloads.build_shortcut_payload(
            self._core.world, interaction, shortcut.callback_id, channel, message
        )
        interaction.payload = payload if message is None else self._with_url(interaction, payload)
        return await self.send(interaction)

    async def chooses(
        self, team: Team, person: Person, channel: Channel, message: Message, choice: Choice
    ) -> Interaction:
        """A select or picker of a message. Raises: `CannotDo`."""
        field = choice.field(message.blocks)
        values = fields.initial_values(message.blocks)
        state = values[field.block["block_id"]][field.element["action_id"]]
        state[field.key] = fields.enter_value(team, person, field, choice.value, by=choice.by)
        return await self.clicks(team, person, channel, message, build_choice_action(field, state), values)

    async def clicks_in_view(self, team: Team, person: Person, view: View, action: Json) -> Interaction:
        interaction = self._core.interactions.begin(team, person, "block_actions")
        interaction.view_id = view.id
        interaction.payload = payloads.build_view_action(self._core.world, interaction, view, action)
        return await self.send(interaction)

    async def submits(self, team: Team, person: Person, view: View) -> Interaction:
        """Raises: `CannotDo`; `Incomplete`, which is shown at the fields."""
        if "submit" not in view.body:
            raise CannotDo("this form has no submit button")
        view.errors = fields.list_input_errors(view.body["blocks"], view.values)
        if view.errors:
            self._core.world.changes.announce()
            raise Incomplete(f"the form is incomplete: {view.errors}")
        interaction = self._core.interactions.begin(team, person, "view_submission")
        interaction.view_id = view.id
        interaction.payload = payloads.build_view_payload(self._core.world, interaction, view, response_urls=[])
        return await self.send(interaction)

    async def closes(self, team: Team, person: Person, view: View) -> Interaction:
        interaction = self._core.interactions.begin(team, person, "view_closed")
        interaction.view_id, interaction.acked = view.id, True
        stack = team.stacks[person.id]
        gone = list(reversed(stack)) if view.body.get("clear_on_close") else [view]
        for each in gone:
            stack.remove(each)
        self._core.world.changes.announce()
        for each in gone:
            if each.body.get("notify_on_close"):
                interaction.payload = payloads.build_view_payload(
                    self._core.world, interaction, each, is_cleared=len(gone) > 1
                )
                await self.send(interaction)
        return interaction

    async def fills(self, team: Team, person: Person, view: View, choice: Choice) -> Interaction | None:
        """Types or chooses a value; some inputs tell the app at once. Raises: `CannotDo`."""
        field = choice.field(view.body["blocks"])
        state = view.values[field.block["block_id"]][field.element["action_id"]]
        state[field.key] = fields.enter_value(team, person, field, choice.value, by=choice.by)
        view.errors.pop(field.block["block_id"], None)
        self._core.world.changes.announce()
        if not field.dispatches:
            return None
        return await self.clicks_in_view(team, person, view, build_choice_action(field, state))

    async def repeats(self, person: Person) -> Interaction:
        """The person's last payload once more: the same trigger id, another envelope."""
        last = self._core.interactions.last.get(person.id)
        if last is None:
            raise CannotDo(f"{person.handle} has done nothing yet")
        return await self.send(last)

    async def send(self, interaction: Interaction) -> Interaction:
        """Delivers an interaction's payload and applies the answer."""
        self._core.interactions.last[interaction.person.id] = interaction
        interaction.error = None
        try:
            ack = await self._core.line.deliver(interaction.envelope, copy.deepcopy(interaction.payload))
        except NotAnswered as failure:
            self._failed(interaction, failure.shown)
        else:
            interaction.acked = True
            self._answered(interaction, ack.body)
        self._core.world.changes.announce()
        return interaction

    def _with_url(self, interaction: Interaction, payload: Json) -> Json:
        return payload | {"response_url": self._core.interactions.response_url(self._core.url, interaction)}

    def _answered(self, interaction: Interaction, body: Json) -> None:
        if interaction.kind == "slash_commands" and body:
            try:
                self.reply(interaction, body, "ack of slash_commands")
            except ApiError as refusal:
                self._failed(interaction, refusal.code)
        elif interaction.kind == "view_submission":
            view = interaction.team.view(interaction.view_id or "")
            if view is not None:
                apply_answer(self._core.world, self._core.gate, interaction, view, body)

    def _failed(self, interaction: Interaction, code: str) -> None:
        if interaction.kind == "slash_commands":
            interaction.error = f'{interaction.command} failed with the error "{code}"'
            self._whisper(interaction, interaction.error)
            return
        interaction.error = BROKEN_BUTTON if interaction.view_id is None else TROUBLE
        view = interaction.team.view(interaction.view_id or "")
        if view is not None:
            view.trouble = TROUBLE

    def _whisper(self, interaction: Interaction, text: str) -> None:
        """Slackbot's words, for this person only."""
        world = self._core.world
        if interaction.channel is not None:
            message = Message(world.next_ts(), "USLACKBOT", text, visible_to=interaction.person.id)
            world.post(interaction.channel, message)

    def reply(self, interaction: Interaction, body: Json, where: str) -> None:
        """A message in answer to an act: the ack of a command, or a use of its response URL.

        Raises: `ApiError` for what cannot be shown.
        """
        channel, source = interaction.channel, interaction.message
        if channel is None:
            raise ApiError("no_channel")
        if body.get("delete_original"):
            self._delete(channel, source)
            return
        world, team = self._core.world, interaction.team
        text, blocks = self._core.gate.message(where, body.get("text"), body.get("blocks"))
        if body.get("replace_original") and source is not None and channel.find(source.ts):
            source.text, source.blocks = text, world.add_ids(blocks)
            source.edited_ts = None if source.visible_to else world.next_ts()
            interaction.replies.append((channel.id, source.ts))
            world.changes.announce()
            return
        response_type = body.get("response_type", "ephemeral")
        if response_type not in ("ephemeral", "in_channel"):
            raise self._core.gate.refuse(where, "invalid_arguments", f"response_type {response_type!r}")
        reader = None if response_type == "in_channel" else interaction.person.id
        thread = body.get("thread_ts")
        message = world.post_as_app(team, channel, text, blocks, thread_ts=thread, visible_to=reader)
        interaction.replies.append((channel.id, message.ts))

    def _delete(self, channel: Channel, source: Message | None) -> None:
        if source is not None:
            channel.messages.pop(source.ts, None)
            channel.ephemerals.pop(source.ts, None)
            self._core.world.changes.announce()


def build_choice_action(field: Field, state: Json) -> Json:
    """The `actions` item of an input that was filled."""
    action: Json = {key: field.element[key] for key in _ECHOED if key in field.element}
    return action | {"block_id": field.block["block_id"], **state}


def _list_actions(blocks: list[Json]) -> Iterator[tuple[str, Json]]:
    """The text of each button and of each option of an overflow menu, and the `actions` item that it makes."""
    for block in blocks:
        for element in list_elements(block):
            common = {"action_id": element.get("action_id"), "block_id": block["block_id"], "type": element["type"]}
            if element["type"] == "button":
                own = {key: element[key] for key in ("text", "value", "style", "url") if key in element}
                yield read_spaces(str(element["text"]["text"])), common | own
            elif element["type"] == "overflow":
                for option in element["options"]:
                    yield read_option(option), common | {"selected_option": option}


def list_buttons(blocks: list[Json]) -> list[str]:
    return [label for label, _ in _list_actions(blocks)]


def find_button_action(blocks: list[Json], label: str, nth: int = 0) -> Json:
    """The `actions` item of a button, by its text, or of an overflow menu, by its option's text; of several with
    that text the `nth`.

    Raises: `CannotDo`, naming the buttons there are.
    """
    found = [action for text, action in _list_actions(blocks) if text == label]
    if nth < len(found):
        return found[nth]
    raise CannotDo(f"there is no button {label!r}; there are: {', '.join(list_buttons(blocks)) or 'none'}")


def find_action_by_ids(blocks: list[Json], block_id: str, action_id: str, option_value: str | None) -> Json:
    """The same by ids. Raises: `CannotDo`: what was clicked was renewed meanwhile."""
    for _, action in _list_actions(blocks):
        chosen = action.get("selected_option", {}).get("value", option_value)
        if (action["block_id"], action["action_id"], chosen) == (block_id, action_id, option_value):
            return action
    raise CannotDo("that button is gone")
