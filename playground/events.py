"""Events and their retries: at once, after a minute, after five."""

import asyncio
import secrets
from collections.abc import Sequence

from playground import shapes
from playground.app_link import AppLink, NotAnswered
from playground.manifest import APP_ID
from playground.world import Channel, Json, Message, Person, Team, World

TYPED = "message.im"  # the manifest's name of what is typed to the app
RETRY_SECONDS = (0.0, 60.0, 300.0)


class Events:
    """Sends what the manifest subscribes to. Retries wait on the moved clock."""

    def __init__(self, world: World, line: AppLink, retry_seconds: Sequence[float]) -> None:
        self._world = world
        self._line = line
        self._retry_seconds = tuple(retry_seconds)
        self._under_way: set[asyncio.Task[None]] = set()

    def send(
        self,
        team: Team,
        event: Json,
        *,
        twice: bool = False,
        sent_by: str | None = None,
        subscribed_as: str | None = None,
    ) -> None:
        """Starts sending; a type that the manifest does not name is dropped, as Slack does. `twice`: as if the
        first acknowledgement had been lost. `sent_by`: another team, which stands outside then, as Slack does it
        for a channel that two companies share. `subscribed_as`: the manifest's name of it, where it has another.
        """
        if (subscribed_as or event["type"]) not in self._world.app.events:
            return
        callback = self._callback(team, event) | ({} if sent_by is None else {"team_id": sent_by})
        task = asyncio.ensure_future(self._deliver(callback, twice=twice))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    def user_change(self, team: Team, person: Person) -> None:
        now = self._world.clock.now()
        self.send(
            team,
            {"type": "user_change", "user": shapes.shape_user(person, locale=True), "cache_ts": int(now)},
        )

    def channel_event(self, team: Team, channel: Channel, what: str, by: str) -> None:
        """`what` is archive, unarchive, deleted, left or rename; the type follows the channel's kind."""
        if channel.is_direct:
            return
        event: Json = {"type": f"{channel.kind}_{what}", "channel": channel.id, "user": by}
        if what == "rename":
            event["channel"] = {"id": channel.id, "name": channel.name, "created": channel.created}
        if what == "left":
            event["actor_id"] = event.pop("user")
        self.send(team, event)

    def shared(self, team: Team, channel: Channel, other: str, *, is_shared: bool) -> None:
        """Another company's access to a channel has begun or ended; `other` is its team's id."""
        event: Json = {"type": "channel_shared", "channel": channel.id, "connected_team_id": other}
        if not is_shared:
            event = {"type": "channel_unshared", "channel": channel.id, "previously_connected_team_id": other}
            event["is_ext_shared"] = False
        self.send(team, event)

    def typed(self, team: Team, channel: Channel, message: Message) -> None:
        """What a person has written in a conversation with the app alone, if it may know."""
        if channel.kind != "im" or team.bot_user.id not in channel.members or "im:history" not in team.scopes:
            return
        shape = shapes.shape_message(team, message)
        self.send(team, {**shape, "channel": channel.id, "channel_type": "im"}, subscribed_as=TYPED)

    async def stop(self) -> None:
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    def _callback(self, team: Team, event: Json) -> Json:
        now = self._world.clock.now()
        return {
            "token": self._world.app.verification_token,
            "team_id": team.id,
            "api_app_id": APP_ID,
            "event": {**event, "event_ts": f"{now:.6f}"},
            "type": "event_callback",
            "event_id": f"Ev{secrets.token_hex(5).upper()}",
            "event_time": int(now),
            "authorizations": [
                {
                    "enterprise_id": team.enterprise_id,
                    "team_id": team.id,
                    "user_id": team.bot_user.id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "context_team_id": team.id,
            "context_enterprise_id": team.enterprise_id,
        }

    async def _deliver(self, payload: Json, *, twice: bool) -> None:
        reason = ""
        for attempt in range(len(self._retry_seconds) + 1):
            if attempt:
                await self._wait(self._retry_seconds[attempt - 1])
            try:
                await self._line.deliver("events_api", payload, retry=attempt, reason=reason)
                if not twice:
                    return
                twice, reason = False, "timeout"
            except NotAnswered as failure:
                reason = failure.reason

    async def _wait(self, seconds: float) -> None:
        """Until that much later by the moved clock: moving it brings retries forward."""
        due = self._world.clock.now() + seconds
        while (left := due - self._world.clock.now()) > 0:
            await self._world.changes.until(lambda: self._world.clock.now() >= due, left)
