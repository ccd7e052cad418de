"""What the features declare of themselves in their files in handlers/, folded."""

from bot.deliveries.digests.topics import Digests
from bot.projects.closing_parts import ChecklistLine, ClosingParts, ReportSection
from bot.runtime.domain_events import EventBus
from handlers import FEATURES
from handlers.features import fold_declarations

TIMERS = fold_declarations(feature.timers for feature in FEATURES)
DELIVERIES = fold_declarations(feature.deliveries for feature in FEATURES)
TOPICS = fold_declarations({each.facts.kind: each for each in feature.digests} for feature in FEATURES)
SIGNABLES = fold_declarations(feature.signables for feature in FEATURES)
SECTIONS = fold_declarations({each.name: each for each in feature.sections} for feature in FEATURES)
SHEETS = fold_declarations({each.name: each for each in feature.sheets} for feature in FEATURES)


def wire_subscribers() -> EventBus:
    bus = EventBus()
    for feature in FEATURES:
        for event, subscriber in feature.subscriptions:
            bus.subscribe(event, subscriber)
    return bus


def fold_digests() -> Digests:
    return Digests(TOPICS, [each.digest_carrier for each in FEATURES if each.digest_carrier is not None])


def fold_closing_parts() -> ClosingParts:
    every = [each for feature in FEATURES for each in feature.closing]
    return ClosingParts(
        [each for each in every if isinstance(each, ChecklistLine)],
        [each for each in every if isinstance(each, ReportSection)],
    )
