"""What people's acts leave behind: trigger ids, response URLs, and who gets which answer."""

import secrets
import time
from dataclasses import dataclass, field

from playground.errors import ApiError
from playground.world import Channel, Json, Message, Person, Team, World

TRIGGER_SECONDS = 3.0
RESPONSE_URL_SECONDS = 30 * 60
RESPONSE_URL_USES = 5
KEPT = 2_000


@dataclass
class Interaction:
    """One act of a person: what was sent for it, and what came of it."""

    id: str  # its trigger id
    team: Team
    person: Person
    kind: str  # slash_commands, block_actions, message_action, shortcut, view_submission, view_closed
    channel: Channel | None = None
    message: Message | None = None  # on which a button was clicked, or a shortcut used
    view_id: str | None = None
    command: str = ""
    payload: Json = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)
    exchanged: bool = False
    acked: bool = False
    error: str | None = None  # Slack's words, as the person sees them
    replies: list[tuple[str, str]] = field(default_factory=list)  # (channel id, message ts)
    views: list[str] = field(default_factory=list)  # opened, pushed or updated on the way

    @property
    def envelope(self) -> str:
        return "slash_commands" if self.kind == "slash_commands" else "interactive"


@dataclass
class ResponseUrl:
    interaction: Interaction
    issued: float  # by the moved clock
    uses: int = 0


class Interactions:
    def __init__(self, world: World, trigger_seconds: float = TRIGGER_SECONDS) -> None:
        self._world, self._trigger_seconds = world, trigger_seconds
        self._known: dict[str, Interaction] = {}
        self._urls: dict[str, ResponseUrl] = {}
        self.last: dict[str, Interaction] = {}  # by person

    def begin(self, team: Team, person: Person, kind: str) -> Interaction:
        trigger = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        interaction = Interaction(trigger, team, person, kind)
        self._known[trigger] = interaction
        while len(self._known) > KEPT:
            del self._known[next(iter(self._known))]
        return interaction

    def get(self, trigger_id: str) -> Interaction | None:
        return self._known.get(trigger_id)

    def exchange(self, team: Team, trigger_id: str) -> Interaction:
        """Uses up a trigger id. Raises: `ApiError` invalid_trigger_id, exchanged_…, expired_…."""
        interaction = self._known.get(trigger_id)
        if interaction is None or interaction.team is not team or interaction.kind == "view_closed":
            raise ApiError("invalid_trigger_id")
        if interaction.exchanged:
            raise ApiError("exchanged_trigger_id")
        if time.monotonic() - interaction.began > self._trigger_seconds:
            raise ApiError("expired_trigger_id")
        interaction.exchanged = True
        return interaction

    def response_url(self, base_url: str, interaction: Interaction) -> str:
        key = secrets.token_urlsafe(18)
        self._urls[key] = ResponseUrl(interaction, self._world.clock.now())
        return f"{base_url}/response/{interaction.team.id}/{key}"

    def use(self, team_id: str, key: str) -> Interaction:
        """Raises: `ApiError` used_url, expired_url, not_found."""
        url = self._urls.get(key)
        if url is None or url.interaction.team.id != team_id:
            raise ApiError("not_found")
        if self._world.clock.now() - url.issued > RESPONSE_URL_SECONDS:
            raise ApiError("expired_url")
        if url.uses >= RESPONSE_URL_USES:
            raise ApiError("used_url")
        url.uses += 1
        return url.interaction
