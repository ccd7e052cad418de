"""What one person may see: their conversations, the messages in them, their forms, as JSON."""

from playground.actions import list_buttons
from playground.errors import CannotDo
from playground.fields import Field, list_fields, list_options, read_option, render_visible_value
from playground.rendering import ScreenRenderer, read_spaces
from playground.world import Channel, File, Json, Message, Person, Team, View, World


class Visibility:
    def __init__(self, world: World, team: Team, person: Person) -> None:
        self._world = world
        self._team = team
        self._person = person
        self._screen = ScreenRenderer(team, person, world.clock.now())

    def sees(self, channel: Channel) -> bool:
        public = channel.kind == "channel" and not self._person.is_guest
        return public or self._person.id in channel.members

    def channels(self) -> list[str]:
        return sorted(self.name(each) for each in self._team.channels.values() if self.sees(each))

    def name(self, channel: Channel) -> str:
        """`#general`; a direct message is called after the others in it: `@duet`, `@adam,@duet`."""
        if not channel.is_direct:
            return f"#{channel.name}"
        others = [self._team.people[who].handle for who in channel.members if who != self._person.id]
        return ",".join(f"@{handle}" for handle in sorted(others))

    def find(self, where: str) -> Channel:
        """By name as `name()` gives it, or by id. Raises: `CannotDo` for what the person does not see.

        A direct message with one other person exists as soon as it is looked for.
        """
        for channel in self._team.channels.values():
            if self.sees(channel) and where in (channel.id, self.name(channel), self.name(channel)[1:]):
                return channel
        other = self._team.person(where) if where.startswith("@") else None
        if other is None or other is self._person:
            raise CannotDo(f"{self._person.handle} sees no {where}; but: {', '.join(self.channels())}")
        return self._world.direct_with(self._team, [self._person.id, other.id])

    def messages(self, channel: Channel) -> list[Json]:
        """Oldest first; ephemeral ones to this person among them."""
        mine = [each for each in channel.ephemerals.values() if each.visible_to == self._person.id]
        listed = sorted([*channel.messages.values(), *mine], key=lambda each: float(each.ts))
        return [self.message(channel, each) for each in listed]

    def message(self, channel: Channel, message: Message) -> Json:
        fallback = self._screen.mrkdwn(message.text)
        author = self._team.people.get(message.user)
        files = [self._world.files[each["id"]] for each in message.files]
        return {
            "ts": message.ts,
            "channel": channel.id,
            "where": self.name(channel),
            "author": author.real_name if author else "Slackbot",
            "text": self._screen.blocks(message.blocks) if message.blocks else fallback,
            "notification": fallback,
            "buttons": list_buttons(message.blocks),
            "selects": [field.label for field in list_fields(message.blocks)],
            "ephemeral": message.visible_to is not None,
            "pinned": message.ts in channel.pins,
            "edited": message.edited_ts is not None,
            "thread": message.thread_ts if message.thread_ts != message.ts else None,
            "files": [_describe_file(each) for each in files if not each.is_deleted],
            "deleted_files": sum(each.is_deleted for each in files),
        }

    def form(self) -> Json | None:
        """The modal on top, None if there is none."""
        stack = self._team.stacks.get(self._person.id)
        return self.view(stack[-1]) if stack else None

    def home(self) -> Json | None:
        view = self._team.homes.get(self._person.id)
        return self.view(view) if view else None

    def view(self, view: View) -> Json:
        body, labels = view.body, {}
        for block in body["blocks"]:
            if block["type"] == "input":
                labels[block["block_id"]] = read_spaces(block["label"]["text"])
        fields = list(list_fields(body["blocks"]))
        return {
            "id": view.id,
            "type": body["type"],
            "title": body.get("title", {}).get("text", ""),
            "submit": (body.get("submit") or {}).get("text"),
            "close": (body.get("close") or {}).get("text", "Cancel"),
            "text": self._screen.blocks(body["blocks"]),
            "labels": [field.label for field in fields],
            "buttons": list_buttons(body["blocks"]),
            "errors": {labels.get(block_id, block_id): read_spaces(text) for block_id, text in view.errors.items()},
            "trouble": view.trouble,
            "values": {field.label: self._value(view, field) for field in fields},
            "options": {field.label: _option_texts(field) for field in fields if _option_texts(field)},
            "callback_id": body.get("callback_id", ""),
            "private_metadata": body.get("private_metadata", ""),
        }

    def _value(self, view: View, field: Field) -> object:
        state = view.values[field.block["block_id"]][field.element["action_id"]]
        return render_visible_value(self._team, field, state)

    def dump(self) -> str:
        """Everything on this person's screen, for the message of a failed test."""
        lines = [f"What {self._person.handle} sees:"]
        for channel in filter(self.sees, self._team.channels.values()):
            lines.append(f"  {self.name(channel)}")
            for each in self.messages(channel)[-10:]:
                marks = [key for key in ("ephemeral", "pinned", "edited", "thread") if each[key]]
                text = each["text"].replace("\n", "\n      ")
                lines.append(f"    {each['author']}{marks or ''}: {text}")
                if each["buttons"]:
                    lines.append(f"      {each['buttons']}")
        form = self.form()
        if form:
            lines.append(f"  form {form['title']!r}, errors {form['errors']}, trouble {form['trouble']}")
        return "\n".join(lines)


def _describe_file(file: File) -> Json:
    return {"name": file.name, "title": file.title, "text": (file.content or b"").decode(errors="replace")}


def _option_texts(field: Field) -> list[str]:
    return list(map(read_option, list_options(field.element)))
