"""The parts of a running playground, in one place for those who need several."""

from dataclasses import dataclass

from playground.events import Events
from playground.faults import Faults
from playground.interactions import Interactions
from playground.limits import Limits
from playground.sockets import Sockets
from playground.strict.gate import Gate
from playground.world import World


@dataclass
class Core:
    world: World
    gate: Gate
    limits: Limits
    faults: Faults
    interactions: Interactions
    sockets: Sockets
    events: Events
    base_url: str = ""  # http://127.0.0.1:PORT, known once the server listens
