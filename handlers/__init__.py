"""Slack's side: one file per feature, each declaring all that is wired for it."""

from handlers import (
    away,
    boundary_decision,
    channels,
    charter,
    checkins,
    digests,
    export,
    home,
    lifecycle,
    projects,
    register,
    settings,
    sides,
    signing,
    succession,
    team,
    timetable,
)

FEATURES = (
    home.FEATURE,
    digests.FEATURE,
    charter.FEATURE,
    signing.FEATURE,
    projects.FEATURE,
    team.FEATURE,
    away.FEATURE,
    register.FEATURE,
    boundary_decision.FEATURE,
    sides.FEATURE,
    timetable.FEATURE,
    checkins.FEATURE,
    export.FEATURE,
    lifecycle.FEATURE,
    succession.FEATURE,
    settings.FEATURE,
    channels.FEATURE,  # last: who is in a channel follows from what the others have decided
)
