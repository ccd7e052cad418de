"""The parts of a running playground, in one place for those who need several."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import web

from playground.app_link import AppLink
from playground.director import Director
from playground.events import Events
from playground.faults import Faults
from playground.interactions import Interactions
from playground.limits import Limits
from playground.posts import Posts
from playground.sockets import Sockets
from playground.strict.gate import Gate
from playground.traffic import Traffic
from playground.world import World


@dataclass
class Core:
    world: World
    gate: Gate
    limits: Limits
    faults: Faults
    interactions: Interactions
    sockets: Sockets
    posts: Posts
    line: AppLink
    events: Events
    traffic: Traffic
    director: Director
    base_url: str = ""  # http://127.0.0.1:PORT, known once the server listens

    def is_ours(self, request: web.Request) -> bool:
        """Not of a web page from elsewhere, also of one that rebinds its name to 127.0.0.1."""
        port = urlsplit(self.base_url).port
        hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        origin = request.headers.get("Origin")
        return request.host in hosts and (origin is None or origin in {f"http://{host}" for host in hosts})
