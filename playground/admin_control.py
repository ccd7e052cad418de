"""The stage hands' half of the control API: clock, faults, sockets, workspace, and what was recorded."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import fields as dataclass_fields
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from playground import shapes
from playground.api import Api
from playground.core import Core
from playground.errors import CannotDo
from playground.faults import make_fault
from playground.seed import LOCALES
from playground.world import Channel, Json, Person, Team, make_bot_token

Args = Mapping[str, Any]
Handler = Callable[[Args], Awaitable[Any]]

PERSON_FIELDS = frozenset(each.name for each in dataclass_fields(Person)) - {"id", "is_bot"}
TEAM_SETTINGS = frozenset({"restricted_action", "kick_restricted", "messages_tab_disabled"})
CHANNEL_CHANGES = frozenset(
    {
        "archive",
        "unarchive",
        "deleted",
        "left",
        "rename",
        "invite",
        "create",
        "publish",
        "offer",
        "share",
        "unshare",
        "restrict",
    }
)
OTHER_COMPANY = "T0PARTNER"


class AdminControl:
    def __init__(self, core: Core, api: Api) -> None:
        self._core = core
        self._api = api
        self.reads: dict[str, Handler] = {
            "state": self._state,
            "clock": self._clock,
            "calls": self._calls,
            "stored": self._stored,
            "violations": self._violations,
        }
        self.writes: dict[str, Handler] = {
            "move_clock": self._move_clock,
            "jump": self._jump,
            "cue": self._cue,
            "next_cue": self._next_cue,
            "answer_cue": self._answer_cue,
            "narrate": self._narrate,
            "offer_completions": self._offer_completions,
            "fault": self._fault,
            "clear_faults": self._clear_faults,
            "sockets": self._sockets,
            "sends_to": self._sends_to,
            "change_person": self._change_person,
            "team_setting": self._team_setting,
            "change_channel": self._change_channel,
            "leave": self._leave,
            "return": self._return,
            "event": self._event,
            "wait_idle": self._wait_idle,
            "wait_asked": self._wait_asked,
            "wait_connected": self._wait_connected,
            "wait_call": self._wait_call,
            "clear_violations": self._clear_violations,
        }

    def _team(self, args: Args) -> Team:
        teams = self._core.world.teams
        return teams[args["team"]] if args.get("team") else next(iter(teams.values()))

    def _person(self, args: Args, key: str = "person") -> Person:
        found = self._team(args).person(args[key])
        if found is None:
            raise CannotDo(f"there is nobody called {args[key]}")
        return found

    def _channel(self, args: Args) -> Channel:
        team, name = self._team(args), args["channel"]
        found = team.channels.get(name) or team.channel_named(name)
        if found is None:
            raise CannotDo(f"there is no channel {name}")
        return found

    async def _state(self, args: Args) -> Json:
        world = self._core.world
        return {
            "url": self._core.base_url,
            "api_url": f"{self._core.base_url}/api/",
            "app_token": world.app.token,
            "signing_secret": world.app.signing_secret,
            "offset_seconds": world.clock.offset_seconds,
            "connections": len(self._core.sockets.connections),
            "open_envelopes": self._core.line.open,
            "teams": [self._shown(team) for team in world.teams.values()],
        }

    def _shown(self, team: Team) -> Json:
        people = [shapes.shape_user(each, locale=True) for each in team.people.values()]
        channels = [
            {"id": each.id, "name": each.name, "kind": each.kind, "members": each.members}
            for each in team.channels.values()
        ]
        return {
            "id": team.id,
            "name": team.name,
            "bot_token": team.bot_token,
            "bot_user": team.bot_user.id,
            "people": people,
            "channels": channels,
        }

    async def _clock(self, args: Args) -> Json:
        clock = self._core.world.clock
        return {"offset_seconds": clock.offset_seconds, "now": clock.now()}

    async def _move_clock(self, args: Args) -> Json:
        self._core.world.clock.advance(float(args["seconds"]))
        self._core.world.changes.announce()
        return await self._clock(args)

    async def _jump(self, args: Args) -> Json:
        """`to`: hour, morning, monday; by the `person`'s zone."""
        clock, zone = self._core.world.clock, ZoneInfo(self._person(args).tz)
        now = datetime.fromtimestamp(clock.now(), zone)
        clock.advance(max(0.0, jump_target(now, args["to"]).timestamp() - now.timestamp()))
        self._core.world.changes.announce()
        return await self._clock(args)

    async def _cue(self, args: Args) -> Any:
        return await self._core.director.cue(args["cue"])

    async def _next_cue(self, args: Args) -> Json | None:
        return await self._core.director.next_cue(float(args.get("timeout", 10)))

    async def _answer_cue(self, args: Args) -> None:
        self._core.director.answer(args["id"], args["value"])

    async def _narrate(self, args: Args) -> None:
        self._core.director.narrate(dict(args["story"]))

    async def _offer_completions(self, args: Args) -> None:
        """What may follow the command: `[{word, usage, what, languages}]`."""
        self._core.director.offer(list(args["completions"]))

    async def _calls(self, args: Args) -> list[Json]:
        chosen = args.get("method")
        return [each.as_json() for each in self._api.calls if chosen in (None, each.method)]

    async def _stored(self, args: Args) -> list[Json]:
        """A conversation as it is kept, oldest first."""
        team, world = self._team(args), self._core.world
        channel = self._channel(args)
        return [
            {
                **shapes.shape_message(world, team, each),
                "edited_ts": each.edited_ts,
                "thread_ts": each.thread_ts,
                "pinned": each.ts in channel.pins,
            }
            for each in channel.messages.values()
        ]

    async def _violations(self, args: Args) -> list[Json]:
        return [each.as_json() for each in self._core.gate.violations]

    async def _clear_violations(self, args: Args) -> None:
        self._core.gate.violations.clear()

    async def _fault(self, args: Args) -> None:
        settings = dict(args)
        self._core.faults.add(make_fault(settings.pop("kind"), settings.pop("methods", "*"), **settings))

    async def _clear_faults(self, args: Args) -> None:
        self._core.faults.clear()

    async def _sockets(self, args: Args) -> None:
        await self._core.sockets.kill(args["kill"])

    async def _sends_to(self, args: Args) -> None:
        """`value`: the app's request URL, which has to answer within `timeout`; None: by Socket Mode again."""
        url = args["value"]
        if url is not None:
            await self._core.posts.verify(url, float(args.get("timeout", 10)))
        self._core.posts.url = url

    async def _change_person(self, args: Args) -> Json:
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

    async def _team_setting(self, args: Args) -> None:
        for key, value in dict(args["settings"]).items():
            if key not in TEAM_SETTINGS:
                raise CannotDo(f"a team has no setting {key}")
            setattr(self._team(args), key, bool(value))

    async def _change_channel(self, args: Args) -> Json:
        """`what`: archive, unarchive, deleted, left (the bot is removed), rename (`name`), invite (`whom`),
        create (`channel` is its name), offer (another company is asked in; Slack tells no app), share (it has
        come in), unshare, publish (a private one); `quietly`, if the event is to be lost. `by` says who does it."""
        what, team, world = args["what"], self._team(args), self._core.world
        if what not in CHANNEL_CHANGES:
            raise CannotDo(f"what can be done to a channel: {', '.join(sorted(CHANNEL_CHANGES))}")
        by = self._person(args, "by")
        if what == "create":
            kind = "group" if args.get("is_private") else "channel"
            name = args["channel"].removeprefix("#")
            channel = world.open_channel(team, name=name, kind=kind, creator=by.id, members=[by.id])
        else:
            channel = self._channel(args)
            self._apply(team, channel, by, args)
        world.changes.announce()
        return shapes.shape_channel(world, team, channel)

    def _apply(self, team: Team, channel: Channel, by: Person, args: Args) -> None:
        what, bot = args["what"], team.bot_user.id
        if what in ("archive", "unarchive"):
            channel.archived = what == "archive"
        elif what == "deleted":
            del team.channels[channel.id]
        elif what == "left":
            channel.members.remove(bot)
        elif what == "restrict":
            channel.refuses = args["code"]
            return  # no event tells the app
        elif what == "publish":
            channel.kind = "channel"
            return  # nor of this
        elif what == "rename":
            channel.name = args["name"]
        elif what == "invite":
            self._invite(team, channel, by, self._person(args, "whom"))
            return
        else:
            self._share(team, channel, what, tells=not args.get("quietly"))
            return
        if not args.get("quietly"):
            self._core.events.channel_event(team, channel, what, by.id)

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

    async def _leave(self, args: Args) -> None:
        """The workspace removes the app (`how`: uninstalled), or withdraws its tokens (tokens)."""
        team = self._team(args)
        if args["how"] == "uninstalled":
            team.installed = False
            self._core.events.send(team, {"type": "app_uninstalled"})
        team.tokens_revoked = True
        self._core.events.send(team, {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [team.bot_user.id]}})

    async def _return(self, args: Args) -> str:
        """The workspace installs the app again. Returns the new token of the bot."""
        team = self._team(args)
        team.installed, team.tokens_revoked = True, False
        team.bot_token = make_bot_token(team.id)
        return team.bot_token

    async def _event(self, args: Args) -> None:
        """Any other event, as given; dropped if the manifest does not name its type."""
        twice, sent_by = bool(args.get("twice")), args.get("sent_by")
        self._core.events.send(self._team(args), dict(args["event"]), twice=twice, sent_by=sent_by)

    async def _wait_idle(self, args: Args) -> None:
        """Until for `quiet` seconds no envelope was open and no call in flight. Raises `TimeoutError`."""
        changes, quiet = self._core.world.changes, float(args.get("quiet", 0.05))
        deadline = float(args.get("timeout", 10))

        def idle() -> bool:
            return not self._core.line.open and not self._api.in_flight

        for _ in range(1000):
            if not await changes.until(idle, deadline):
                raise TimeoutError(f"{self._core.line.open} envelopes are still open")
            if not await changes.until(lambda: not idle(), quiet):
                return
        raise TimeoutError("never quiet")

    async def _wait_asked(self, args: Args) -> None:
        """Until the app has a payload that it has not acknowledged. Raises `TimeoutError`."""
        line = self._core.line
        if not await self._core.world.changes.until(lambda: line.open > 0, float(args.get("timeout", 10))):
            raise TimeoutError("the app has been asked nothing")

    async def _wait_connected(self, args: Args) -> None:
        sockets, wanted = self._core.sockets, int(args.get("n", 1))
        found = await self._core.world.changes.until(
            lambda: len(sockets.connections) >= wanted, float(args.get("timeout", 10))
        )
        if not found:
            raise TimeoutError(f"{len(sockets.connections)} of {wanted} connections")

    async def _wait_call(self, args: Args) -> list[Json]:
        """Until `method` was called `n` times in all. Raises `TimeoutError`."""
        wanted, method = int(args.get("n", 1)), args["method"]

        def look() -> list[Json] | None:
            found = [each.as_json() for each in self._api.calls if each.method == method]
            return found if len(found) >= wanted else None

        found = await self._core.world.changes.until(look, float(args.get("timeout", 10)))
        if found is None:
            raise TimeoutError(f"fewer than {wanted} calls of {method}")
        return found


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
