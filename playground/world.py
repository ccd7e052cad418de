"""What exists in the workspaces: teams, people, conversations, messages, modals.

Plain mutable state, touched only from the server's event loop and never across an `await`: that is the
whole locking. Whoever changes something that people see calls `World.changes.announce()`.
"""

import copy
import itertools
import pickle
import secrets
from dataclasses import dataclass, field, replace
from typing import Any

from playground.changes import Changes
from playground.clock import Clock
from playground.manifest import App
from playground.seed import Person as Person
from playground.seed import TeamSeed
from playground.strict.blocks import list_elements

Json = dict[str, Any]


@dataclass
class Message:
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    bot_id: str | None = None
    thread_ts: str | None = None
    metadata: Json | None = None
    edited_ts: str | None = None
    visible_to: str | None = None  # the one person who sees it, if it is ephemeral
    files: list[Json] = field(default_factory=list)


@dataclass
class Channel:
    id: str
    name: str  # "" for direct messages
    kind: str  # channel (public), group (private), im, mpim
    creator: str
    created: int
    members: list[str] = field(default_factory=list)
    archived: bool = False
    refuses: str = ""  # the code with which it takes no messages of the bot's: read-only, threads only, …
    shared_with: str | None = None  # another company (its team's id) that reads it, or is asked to
    share_pending: bool = False  # the other company has not accepted yet
    purpose: str = ""
    messages: dict[str, Message] = field(default_factory=dict)
    ephemerals: dict[str, Message] = field(default_factory=dict)
    pins: list[str] = field(default_factory=list)
    reads: dict[str, str] = field(default_factory=dict)  # person → the last message they have seen

    @property
    def is_direct(self) -> bool:
        return self.kind in ("im", "mpim")

    def find(self, ts: str) -> Message | None:
        return self.messages.get(ts) or self.ephemerals.get(ts)


@dataclass
class View:
    """A modal on somebody's screen, or a Home tab; `body` is the view as the app sent it."""

    id: str
    owner: str
    body: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    values: dict[str, dict[str, Json]] = field(default_factory=dict)  # block_id → action_id → state
    errors: dict[str, str] = field(default_factory=dict)  # block_id → text
    trouble: str | None = None  # Slack's own error banner


@dataclass
class File:
    id: str
    key: str  # part of the upload URL
    team_id: str
    name: str
    length: int
    title: str = ""
    content: bytes | None = None
    is_deleted: bool = False


@dataclass
class Team:
    id: str
    name: str
    domain: str
    enterprise_id: str | None
    bot_token: str
    bot_user: Person
    bot_id: str
    scopes: frozenset[str]
    people: dict[str, Person] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    stacks: dict[str, list[View]] = field(default_factory=dict)  # person → open modals, the top one last
    homes: dict[str, View] = field(default_factory=dict)
    installed: bool = True
    tokens_revoked: bool = False
    expires_at: float | None = None  # of the bot's token, by the moved clock; None: never
    refresh_token: str = ""
    older_tokens: dict[str, float] = field(default_factory=dict)  # that work until then
    restricted_action: bool = False  # only admins may create channels
    kick_restricted: bool = False  # only admins may take people out of channels
    messages_tab_disabled: bool = False

    def person(self, who: str) -> Person | None:
        """By id, or by handle with or without "@"."""
        handle = who.removeprefix("@")
        return self.people.get(who) or next((p for p in self.people.values() if p.handle == handle), None)

    def channel_named(self, name: str) -> Channel | None:
        name = name.removeprefix("#")
        return next((c for c in self.channels.values() if c.name == name), None)

    def direct(self, members: set[str]) -> Channel | None:
        """The direct or group message of exactly these people."""
        return next((c for c in self.channels.values() if c.is_direct and set(c.members) == members), None)

    def view(self, view_id: str) -> View | None:
        modals = itertools.chain.from_iterable(self.stacks.values())
        return next((v for v in (*modals, *self.homes.values()) if v.id == view_id), None)


def make_bot_token(team_id: str) -> str:
    return f"xoxb-{team_id[1:].lower()}-{secrets.token_hex(8)}"


class World:
    """Everything at once; ids and message times are unique across teams."""

    def __init__(self, app: App, clock: Clock) -> None:
        self.app = app
        self.clock = clock
        self.changes = Changes()
        self.teams: dict[str, Team] = {}
        self.files: dict[str, File] = {}
        self._counter = itertools.count(1)
        self._last_ts = 0

    def add_team(self, seed: TeamSeed, withheld_scopes: frozenset[str]) -> Team:
        bot = Person(f"U{seed.id[1:]}BOT", self.app.bot_name.lower(), self.app.bot_name, is_bot=True)
        people = [replace(each, team_id=each.team_id or seed.id) for each in (*seed.people, bot)]
        team = Team(
            id=seed.id,
            name=seed.name,
            domain=seed.domain,
            enterprise_id=seed.enterprise_id,
            bot_token=make_bot_token(seed.id),
            bot_user=people[-1],
            bot_id=f"B{seed.id[1:]}",
            scopes=self.app.scopes - withheld_scopes,
            people={person.id: person for person in people},
        )
        for channel in seed.channels:
            members = [person.id for person in people if person.handle in channel.members]
            kind = "group" if channel.is_private else "channel"
            team.channels[channel.id] = Channel(
                channel.id, channel.name, kind, members[0], int(self.clock.now()), members
            )
        self.teams[team.id] = team
        return team

    def saved(self) -> bytes:
        """Everything that people and apps have done so far, for `put_back`; the clock is not part of it."""
        return pickle.dumps((self.teams, self.files, self._counter, self._last_ts))

    def put_back(self, saved: bytes) -> None:
        """Of a world of the same teams; the apps keep the tokens that they have."""
        teams, self.files, self._counter, self._last_ts = pickle.loads(saved)  # noqa: S301 - our own, see above
        for team_id, team in self.teams.items():
            vars(team).update({**vars(teams[team_id]), "bot_token": team.bot_token})
        self.changes.announce()

    def next_id(self, prefix: str) -> str:
        return f"{prefix}9{next(self._counter):07X}"

    def add_ids(self, blocks: list[Json]) -> list[Json]:
        """A copy in which every block and element has an id and every text the flags Slack fills in."""
        kept: list[Json] = copy.deepcopy(blocks)
        for block in kept:
            block.setdefault("block_id", self.next_id("b"))
            for held in list_elements(block):
                if held.get("type") != "image":
                    held.setdefault("action_id", self.next_id("a"))
        _fill_texts(kept)
        return kept

    def next_ts(self) -> str:
        """Unique and increasing, in microseconds of the moved clock."""
        self._last_ts = max(int(self.clock.now() * 1_000_000), self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def open_channel(self, team: Team, *, name: str, kind: str, creator: str, members: list[str]) -> Channel:
        prefix = "D" if kind == "im" else "C"
        channel = Channel(
            self.next_id(prefix), name, kind, creator, int(self.clock.now()), list(dict.fromkeys(members))
        )
        team.channels[channel.id] = channel
        self.changes.announce()
        return channel

    def direct_with(self, team: Team, members: list[str]) -> Channel:
        """The conversation of exactly these people, made by the first of them if there is none."""
        found = team.direct(set(members))
        if found is not None:
            return found
        kind, name = "im", ""
        if len(members) > 2:
            kind, name = "mpim", f"mpdm-{'--'.join(team.people[who].handle for who in members)}-1"
        return self.open_channel(team, name=name, kind=kind, creator=members[0], members=members)

    def add_file(self, team: Team, name: str, length: int) -> File:
        file = File(self.next_id("F"), secrets.token_urlsafe(12), team.id, name, length)
        self.files[file.id] = file
        return file

    def post(self, channel: Channel, message: Message) -> Message:
        kept = channel.ephemerals if message.visible_to else channel.messages
        kept[message.ts] = message
        self.changes.announce()
        return message

    def post_as_app(self, team: Team, channel: Channel, text: str, blocks: list[Json], **more: Any) -> Message:
        """A new message of the app's; `more` are fields of `Message`."""
        kept = self.add_ids(blocks)
        message = Message(self.next_ts(), team.bot_user.id, text, kept, bot_id=team.bot_id, **more)
        return self.post(channel, message)


def _fill_texts(thing: Any) -> None:
    for each in thing.values() if isinstance(thing, dict) else thing if isinstance(thing, list) else ():
        _fill_texts(each)
    if isinstance(thing, dict) and thing.get("type") == "plain_text":
        thing.setdefault("emoji", True)
    elif isinstance(thing, dict) and thing.get("type") == "mrkdwn":
        thing.setdefault("verbatim", False)
