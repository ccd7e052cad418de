"""An executive's Monday message."""

from bot.brief import moments, service
from bot.brief.views import ProjectBrief, project_item
from bot.deliveries.digests.topics import Carrier, Topic, outlives_project
from bot.projects.rules import LIVE
from bot.runtime.domain_events import (
    AbsenceChanged,
    CharterAdopted,
    HoursChanged,
    ProjectActivated,
    RequestAgreed,
    RequestLapsed,
    RequestWithdrawn,
)
from bot.scheduling.worker import RunTogether
from handlers.features import Feature

FEATURE = Feature(
    timers={moments.BRIEF: RunTogether(service.send_due_briefs)},
    digests=(
        Topic(ProjectBrief, project_item, counted=lambda _: "brief", usable_in=LIVE, outlives=outlives_project),
    ),
    digest_carrier=Carrier(next_at=moments.find_brief_moment, refresh=service.refresh_brief),
    subscriptions=(
        (ProjectActivated, moments.arm_at_activation),
        (CharterAdopted, moments.arm_for_new_executives),
        (CharterAdopted, service.correct_filled_seats),
        (RequestAgreed, service.settle_read_buttons),
        (RequestLapsed, service.settle_read_buttons),
        (RequestWithdrawn, service.settle_read_buttons),
        (HoursChanged, moments.rearm_for_other_hours),
        (AbsenceChanged, moments.rearm_for_absence),
    ),
)
