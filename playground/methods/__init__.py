"""The Web API methods, one file per family; importing this package registers them all."""

from playground.methods import chat, conversations, files, history, people, pins, views
from playground.methods.call import METHODS, Call, Method

__all__ = [
    "METHODS",
    "Call",
    "Method",
    "chat",
    "conversations",
    "files",
    "history",
    "people",
    "pins",
    "views",
]
