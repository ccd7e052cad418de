"""Slack's side: one file per feature, each declaring in its `FEATURE` all that is wired for it."""

from importlib import import_module
from typing import Final

from handlers.features import Feature

ORDER: Final = (
    "home",
    "brief",
    "direct_messages",
    "digests",
    "charter",
    "signing",
    "projects",
    "pleas",
    "team",
    "away",
    "register",
    "boundary_decision",
    "sides",
    "timetable",
    "funding",
    "asks",
    "checkins",
    "blockers",
    "pulse",
    "closing",
    "export",
    "lifecycle",
    "succession",
    "settings",
    "privacy",
    "channels",  # last: who is in a channel follows from what the others have decided
)
"""The files of features: their commands are listed in this order, and their subscriptions run in it."""

FEATURES: Final[tuple[Feature, ...]] = tuple(import_module(f"{__name__}.{name}").FEATURE for name in ORDER)
