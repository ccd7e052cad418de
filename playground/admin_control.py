"""The stage hands' half of the control API: clock, faults, sockets, workspace, and what was recorded."""

from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from playground import shapes
from playground.api import Api
from playground.control import Args, Control
from playground.core import Core
from playground.errors import CannotDo
from playground.events import TYPED
from playground.faults import make_fault
from playground.seed import LOCALES
from playground.world import Channel, Json, Person, Team, make_bot_token

PERSON_FIELDS = frozenset(each.name for each in fields(Person)) - {"id", "is_bot"}
TEAM_SETTINGS = frozenset({"restricted_action", "kick_restricted", "messages_tab_disabled"})
OTHER_COMPANY = "T0PARTNER"


class AdminControl(Control):
    def __init__(self, core: Core, api: Api) -> None:
        super().__init__(core)
        self._api = api

    def _channel(self, args: Args) -> Channel:
        team, name = self._team(args), args["channel"]
        found = team.channels.get(name) or team.channel_named(name)
        if found is None:
            raise CannotDo(f"there is no channel {name}")
        return found

    async def read_state(self, args: Args) -> Json:
        world = self._core.world
        return {
            **self._core.addresses,
            "offset_seconds": world.clock.offset_seconds,
            "connections": len(self._core.sockets.connections),
            "open_envelopes": self._core.line.open,
            "teams": [_describe_team(team) for team in world.teams.values()],
        }

    async def read_clock(self, args: Args) -> Json:
        clock = self._core.world.clock
        return {"offset_seconds": clock.offset_seconds, "now": clock.now()}

    async def do_move_clock(self, args: Args) -> Json:
        self._core.world.clock.advance(float(args["seconds"]))
        self._core.world.changes.announce()
        return await self.read_clock(args)

    async def do_jump(self, args: Args) -> Json:
        """`to`: hour, morning, monday; by the `person`'s zone."""
        clock, zone = self._core.world.clock, ZoneInfo(self._person(args).tz)
        now = datetime.fromtimestamp(clock.now(), zone)
        clock.advance(max(0.0, jump_target(now, args["to"]).timestamp() - now.timestamp()))
        self._core.world.changes.announce()
        return await self.read_clock(args)

    async def do_cue(self, args: Args) -> Any:
        return await self._core.director.cue(args["cue"])

    async def do_next_cue(self, args: Args) -> Json | None:
        return await self._core.director.next_cue(float(args.get("timeout", 10)))

    async def do_answer_cue(self, args: Args) -> None:
        self._core.director.answer(args["id"], args["value"])

    async def do_narrate(self, args: Args) -> None:
        self._core.director.narrate(dict(args["story"]))

    async def do_offer_completions(self, args: Args) -> None:
        """What may follow the command: `[{word, usage, what, languages}]`."""
        self._core.director.offer(list(args["completions"]))

    async def read_calls(self, args: Args) -> list[Json]:
        chosen = args.get("method")
        return [asdict(each) for each in self._api.calls if chosen in (None, each.method)]

    async def read_stored(self, args: Args) -> list[Json]:
        """A conversation as it is kept, oldest first."""
        team, channel = self._team(args), self._channel(args)
        return [
            shapes.shape_message(team, each)
            | {"edited_ts": each.edited_ts, "thread_ts": each.thread_ts, "pinned": each.ts in channel.pins}
            for each in channel.messages.values()
        ]

    async def read_violations(self, args: Args) -> list[Json]:
        return [asdict(each) for each in self._core.gate.violations]

    async def do_clear_violations(self, args: Args) -> None:
        self._core.gate.violations.clear()

    async def do_add_fault(self, args: Args) -> None:
        settings = dict(args)
        self._core.faults.add(make_fault(settings.pop("kind"), settings.pop("methods", "*"), **settings))

    async def do_clear_faults(self, args: Args) -> None:
        self._core.faults.clear()

    async def do_kill_sockets(self, args: Args) -> None:
        await self._core.sockets.kill(args["kill"])

    async def do_set_request_url(self, args: Args) -> None:
        """`value`: the app's request URL, which has to answer within `timeout`; None: by Socket Mode again."""
        url = args["value"]
        if url is not None:
            await self._core.posts.verify(url, float(args.get("timeout", 10)))
        self._core.posts.url = url

    async def do_change_person(self, args: Args) -> Json:
        """Sends `user_change`, as every profile edit does."""
        person = self._person(args)
        for key, value in dict(args["changes"]).items():
            if key not in PERSON_FIELDS:
                raise CannotDo(f"a person has no {key}")
            if key == "locale" and value not in LOCALES:
                raise CannotDo(f"Slack has no locale {value}")
            setattr(person, key, value)
        self._core.events.user_change(self._team(args), person)
        self._core.world.changes.announce()
        return shapes.shape_user(person, locale=True)

    async def do_change_team(self, args: Args) -> None:
        for key, value in dict(args["settings"]).items():
            if key not in TEAM_SETTINGS:
                raise CannotDo(f"a team has no setting {key}")
            setattr(self._team(args), key, bool(value))

    async def do_change_channel(self, args: Args) -> Json:
        """`what`: archive, unarchive, deleted, left (the bot is removed), rename (`name`), invite (`whom`),
        create (`channel` is its name), offer (another company is asked in; Slack tells no app), share (it has
        come in), unshare, publish (a private one); `quietly`, if the event is to be lost. `by` says who does it."""
        team, world, by = self._team(args), self._core.world, self._person(args, "by")
        if args["what"] == "create":
            kind, name = "group" if args.get("is_private") else "channel", args["channel"].removeprefix("#")
            channel = world.open_channel(team, name=name, kind=kind, creator=by.id, members=[by.id])
        else:
            channel = self._channel(args)
            self._apply(team, channel, by, args)
        world.changes.announce()
        return shapes.shape_channel(team, channel)

    def _apply(self, team: Team, channel: Channel, by: Person, args: Args) -> None:
        tells = not args.get("quietly")
        match args["what"]:
            case "archive" | "unarchive":
                channel.archived = args["what"] == "archive"
            case "deleted":
                del team.channels[channel.id]
            case "left":
                channel.members.remove(team.bot_user.id)
            case "rename":
                channel.name = args["name"]
            case "restrict":  # no event tells the app of this, nor of the next
                tells, channel.refuses = False, args["code"]
            case "publish":
                tells, channel.kind = False, "channel"
            case "invite":
                tells = False
                self._invite(team, channel, by, self._person(args, "whom"))
            case "offer" | "share" | "unshare":
                self._share(team, channel, args["what"], tells=tells)
                tells = False
            case other:
                raise CannotDo(f"nobody can {other} a channel")
        if tells:
            self._core.events.channel_event(team, channel, args["what"], by.id)

    def _invite(self, team: Team, channel: Channel, by: Person, whom: Person) -> None:
        if whom.id in channel.members:
            raise CannotDo(f"{whom.handle} is in #{channel.name} already")
        channel.members.append(whom.id)
        kind = "G" if channel.kind == "group" else "C"
        event: Json = {"type": "member_joined_channel", "user": whom.id, "channel": channel.id}
        self._core.events.send(team, event | {"channel_type": kind, "team": team.id, "inviter": by.id})

    def _share(self, team: Team, channel: Channel, what: str, *, tells: bool) -> None:
        """Raises: `CannotDo` for a direct message."""
        if channel.is_direct:
            raise CannotDo("only channels are shared with other companies")
        channel.shared_with = None if what == "unshare" else OTHER_COMPANY
        channel.share_pending = what == "offer"
        if what != "offer" and tells:
            self._core.events.shared(team, channel, OTHER_COMPANY, is_shared=what == "share")

    async def do_remove_app(self, args: Args) -> None:
        """The workspace removes the app (`how`: uninstalled), or withdraws its tokens (tokens)."""
        team = self._team(args)
        if args["how"] == "uninstalled":
            team.installed = False
            self._core.events.send(team, {"type": "app_uninstalled"})
        team.tokens_revoked, team.older_tokens = True, {}
        self._core.events.send(team, {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [team.bot_user.id]}})

    async def do_install_app(self, args: Args) -> str:
        """The workspace installs the app again. Returns the new token of the bot."""
        team = self._team(args)
        team.installed, team.tokens_revoked = True, False
        team.bot_token = make_bot_token(team.id)
        team.expires_at, team.older_tokens = None, {}
        return team.bot_token

    async def do_send_event(self, args: Args) -> None:
        """Any other event, as given; dropped if the manifest does not name its type. Any message comes."""
        twice, sent_by, event = bool(args.get("twice")), args.get("sent_by"), dict(args["event"])
        name = TYPED if event["type"] == "message" else None
        self._core.events.send(self._team(args), event, twice=twice, sent_by=sent_by, subscribed_as=name)

    async def do_wait_idle(self, args: Args) -> None:
        """Until for `quiet` seconds no envelope was open and no call in flight. Raises `TimeoutError`."""
        line, quiet = self._core.line, float(args.get("quiet", 0.05))

        def idle() -> bool:
            return not line.open and not self._api.in_flight

        for _ in range(1000):
            await self._wait(args, idle, lambda: f"{line.open} envelopes are still open")
            if not await self._core.world.changes.until(lambda: not idle(), quiet):
                return
        raise TimeoutError("never quiet")

    async def do_wait_asked(self, args: Args) -> None:
        """Until the app has a payload that it has not acknowledged. Raises `TimeoutError`."""
        await self._wait(args, lambda: self._core.line.open > 0, lambda: "the app has been asked nothing")

    async def do_wait_connected(self, args: Args) -> None:
        connections, wanted = self._core.sockets.connections, int(args.get("n", 1))
        await self._wait(
            args, lambda: len(connections) >= wanted, lambda: f"{len(connections)} of {wanted} connections"
        )

    async def do_wait_call(self, args: Args) -> list[Json]:
        """Until `method` was called `n` times in all. Raises `TimeoutError`."""
        wanted, method = int(args.get("n", 1)), args["method"]

        def look() -> list[Json] | None:
            found = [asdict(each) for each in self._api.calls if each.method == method]
            return found if len(found) >= wanted else None

        return await self._wait(args, look, lambda: f"fewer than {wanted} calls of {method}")


def _describe_team(team: Team) -> Json:
    channels = team.channels.values()
    return {
        "id": team.id,
        "name": team.name,
        "bot_token": team.bot_token,
        "bot_user": team.bot_user.id,
        "people": [shapes.shape_user(each, locale=True) for each in team.people.values()],
        "channels": [{key: vars(each)[key] for key in ("id", "name", "kind", "members")} for each in channels],
    }


def jump_target(now: datetime, to: str) -> datetime:
    """Where a jump ends: in an hour, or at nine on the next morning or Monday of `now`'s zone.

    Raises: `CannotDo`.
    """
    if to == "hour":
        return now + timedelta(hours=1)
    nine = now.replace(hour=9, minute=0, second=0, microsecond=0)
    tomorrow = nine + timedelta(days=1)
    if to == "morning":
        return nine if now < nine else tomorrow
    if to == "monday":
        return tomorrow + timedelta(days=-tomorrow.weekday() % 7)
    raise CannotDo(f"nobody can jump to {to!r}")
