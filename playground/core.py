"""The parts of a running playground, in one place for those who need several."""

import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from playground.app_link import AppLink
from playground.clock import Clock
from playground.director import Director
from playground.events import RETRY_SECONDS, Events
from playground.faults import Faults
from playground.interactions import TRIGGER_SECONDS, Interactions
from playground.limits import Limits
from playground.manifest import App
from playground.posts import Posts
from playground.seed import DEFAULT_TEAMS, TeamSeed
from playground.sockets import ACK_SECONDS, Sockets
from playground.strict.gate import Gate, SecondOpinion
from playground.traffic import Traffic
from playground.world import Json, World


class Core:
    """`manifest` is the app's, as loaded from YAML. `schemas`: a folder with a second opinion on messages and
    views. `pace_seconds`: between two messages of one channel. `rate_scale` multiplies the other limits.
    `history_per_minute`: Slack's limit for commercially distributed apps outside its Marketplace.
    `request_url`: where the app takes payloads by HTTP; None: it connects by Socket Mode.
    """

    def __init__(
        self,
        manifest: Json,
        teams: Sequence[TeamSeed] = DEFAULT_TEAMS,
        *,
        schemas: Path | None = None,
        pace_seconds: float = 1.0,
        clock_file: Path | None = None,
        withheld_scopes: Sequence[str] = (),
        rate_scale: float = 1.0,
        history_per_minute: int | None = None,
        event_retry_seconds: Sequence[float] = RETRY_SECONDS,
        ack_seconds: float = ACK_SECONDS,
        request_url: str | None = None,
        port: int = 0,
    ) -> None:
        app = App.model_validate(manifest)
        self.world = world = World(app, Clock(clock_file))
        for team in teams:
            world.add_team(team, frozenset(withheld_scopes))
        self.gate = Gate(SecondOpinion(schemas) if schemas else None)
        self.limits = Limits(
            pace_seconds=pace_seconds,
            scale=rate_scale,
            history_per_minute=history_per_minute,
            now=lambda: time.monotonic() + world.clock.offset_seconds,
        )
        self.faults = Faults()
        # Who is patient with the app's acknowledgements, is with the forms that it opens.
        self.interactions = Interactions(world, max(ack_seconds, TRIGGER_SECONDS))
        self.sockets = Sockets(world.changes, ack_seconds)
        self.posts = Posts(app.signing_secret, ack_seconds, request_url)
        self.traffic = Traffic(world.clock.now)
        self.line = AppLink(self.sockets, self.posts, self.traffic, world.changes)
        self.events = Events(world, self.line, event_retry_seconds)
        self.director = Director(world.changes)
        self.port = port  # 0: any free one
        self.url = ""  # http://127.0.0.1:PORT, known once the server listens

    @property
    def addresses(self) -> dict[str, str]:
        """What an app has to know of the workspace: `url`, `api_url`, `app_token`, `signing_secret`."""
        app, api = self.world.app, f"{self.url}/api/"
        return {"url": self.url, "api_url": api, "app_token": app.token, "signing_secret": app.signing_secret}

    def is_ours(self, request: web.Request) -> bool:
        """Not of a web page from elsewhere, also of one that rebinds its name to 127.0.0.1."""
        port = urlsplit(self.url).port
        hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        origin = request.headers.get("Origin")
        return request.host in hosts and (origin is None or origin in {f"http://{host}" for host in hosts})
