"""The Web API methods, one file per family; importing this package registers them all."""

from playground.methods import chat, conversations, files, people, views  # noqa: F401
from playground.methods.call import METHODS, Call

__all__ = ["METHODS", "Call"]
