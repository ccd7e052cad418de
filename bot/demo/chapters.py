"""The short story, for whoever has two minutes: the first scenes, up to the boundary, and what comes then."""

FIRST_PART = 11  # scenes

BETWEEN = (
    "That is the cure: both have signed the very same charter, neither of them first; its channel keeps it"
    " in everybody's sight; and there is a line between what IT keeps and what marketing keeps.",
    "What comes then: a deputy, people lent until a day, check-ins that take a minute, asks from side to side,"
    " money half and half, a milestone that slips, trust measured again, everybody back in their post, and a report"
    " that both sign. `make demo ARGS=--all` plays all of it, and with `make playground ARGS=--story` you act.",
)
