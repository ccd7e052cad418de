"""All that one person's screen is made of, as named parts, so that only those that changed are sent."""

from collections.abc import Iterator
from dataclasses import asdict

from playground.director import Director
from playground.visibility import Visibility
from playground.world import Channel, Json, Message, Person, Team, View, World

BROADCASTS = ("<!channel", "<!here", "<!everyone")


class ScreenState:
    def __init__(self, world: World, director: Director, team: Team, person: Person) -> None:
        self._world = world
        self._director = director
        self._team = team
        self._person = person
        self._sight = Visibility(world, team, person)

    def all(self) -> Json:
        """Key → JSON: `me`, `workspace`, `clock`, `completions`, `story`, `modals`, `home`, `person:ID`,
        `channel:ID`, `message:CHANNEL:TS`."""
        stack, home = self._team.stacks.get(self._person.id, []), self._team.homes.get(self._person.id)
        parts: Json = {
            "me": self._person.id,
            "workspace": self._workspace(),
            "clock": {"offset_seconds": self._world.clock.offset_seconds},
            "completions": self._director.completions,
            "story": self._director.story,
            "modals": [_describe_view(each) for each in stack],
            "home": None if home is None else _describe_view(home),
        }
        parts |= {
            f"person:{each.id}": asdict(each) | {"name": each.real_name, "is_guest": each.is_guest}
            for each in self._team.people.values()
        }
        for channel in self._team.channels.values():
            if self._sight.sees(channel):
                messages = list(self._visible(channel))
                parts[f"channel:{channel.id}"] = self._channel(channel, messages)
                parts |= {f"message:{channel.id}:{each.ts}": self._message(channel, each) for each in messages}
        return parts

    def _workspace(self) -> Json:
        app = self._world.app
        return {
            "id": self._team.id,
            "name": self._team.name,
            "domain": self._team.domain,
            "teams": [{"id": each.id, "name": each.name} for each in self._world.teams.values()],
            "app": {
                "name": app.bot_name,
                "bot_user": self._team.bot_user.id,
                "home_tab": app.home_tab,
                "commands": [each.model_dump() for each in app.commands],
                "shortcuts": [each.model_dump() for each in app.shortcuts],
            },
        }

    def _visible(self, channel: Channel) -> Iterator[Message]:
        yield from channel.messages.values()
        yield from (each for each in channel.ephemerals.values() if each.visible_to == self._person.id)

    def _channel(self, channel: Channel, messages: list[Message]) -> Json:
        me, is_member = self._person.id, self._person.id in channel.members
        read = channel.reads.get(me, "")
        news = [each for each in messages if is_member and each.user != me and float(each.ts) > float(read or 0)]
        aloud = news if channel.is_direct else [each for each in news if self._notifies(each)]
        return {
            "id": channel.id,
            "kind": channel.kind,
            "name": "" if channel.is_direct else channel.name,
            "members": channel.members,
            "archived": channel.archived,
            "shared": channel.shared_with is not None,
            "purpose": channel.purpose,
            "is_member": is_member,
            "read": read,
            "unread": len(news),
            "mentions": len(aloud),
            "pins": channel.pins,
        }

    def _notifies(self, message: Message) -> bool:
        return f"<@{self._person.id}" in message.text or any(each in message.text for each in BROADCASTS)

    def _message(self, channel: Channel, message: Message) -> Json:
        files = [self._world.files[each["id"]] for each in message.files]
        return {
            "channel": channel.id,
            "ts": message.ts,
            "user": message.user,
            "text": message.text,
            "blocks": message.blocks,
            "bot": message.bot_id is not None,
            "edited": message.edited_ts is not None,
            "ephemeral": message.visible_to is not None,
            "pinned": message.ts in channel.pins,
            "thread": message.thread_ts if message.thread_ts != message.ts else None,
            "files": [
                {
                    "name": each.name,
                    "title": each.title,
                    "size": each.length,
                    "url": None if each.is_deleted else f"/file/{each.id}/{each.key}",
                }
                for each in files
            ],
        }


def _describe_view(view: View) -> Json:
    body = view.body
    texts = {key: (body.get(key) or {}).get("text") for key in ("title", "submit", "close")}
    return {
        "id": view.id,
        "hash": view.hash,
        **texts,
        "blocks": body["blocks"],
        "values": view.values,
        "errors": view.errors,
        "trouble": view.trouble,
    }
