"""Slack's side: one file per feature, each declaring all that is wired for it."""

from handlers import (
    away,
    channels,
    charter,
    checkins,
    crossing,
    digests,
    export,
    home,
    life,
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
    crossing.FEATURE,
    sides.FEATURE,
    timetable.FEATURE,
    checkins.FEATURE,
    export.FEATURE,
    life.FEATURE,
    succession.FEATURE,
    settings.FEATURE,
    channels.FEATURE,  # last: who is in a channel follows from what the others have decided
)
