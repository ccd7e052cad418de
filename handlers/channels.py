"""A project's channel: what is made, posted and pinned there, who is in it, and which one is chosen."""

from bot.charter import (
    channel,
    channel_choice,
    channel_people,
    delivery_failures,
    message_views,
    next_steps,
)
from bot.deliveries.digests.facts import join_projects
from bot.deliveries.digests.topics import Topic, needs_somebody, outlives_project
from bot.deliveries.outcomes import DeliveryKind, ignore_outcome
from bot.deliveries.senders import (
    ChannelChoiceSender,
    ChannelSender,
    EmptySender,
    InviteSender,
    KickSender,
    MessageSender,
    PinSender,
)
from bot.runtime.domain_events import (
    BecameOutsider,
    BoundaryChanged,
    CharterAdopted,
    ClosingBegun,
    PersonBack,
    PersonLeft,
    ProjectActivated,
    ScheduleChanged,
    TeamChanged,
    TimetableChanged,
)
from bot.slack.refusals import DeliveryRefusal
from handlers.features import EventServices, Feature, SlackEvent
from handlers.payloads import read_event_id


async def _look_at_channel(services: EventServices, event: SlackEvent) -> None:
    await services.presence.look(event.team_id, read_event_id(event.body, "channel"))


async def _look_at_joining(services: EventServices, event: SlackEvent) -> None:
    user_id, channel_id = read_event_id(event.body, "user"), read_event_id(event.body, "channel")
    await services.presence.joined(event.team_id, user_id, channel_id)


ENDS = ("archive", "unarchive", "deleted", "left")
CHANGES = [f"{kind}_{end}" for kind in ("channel", "group") for end in ENDS]

FEATURE = Feature(
    slack_events={
        **dict.fromkeys([*CHANGES, "channel_shared", "channel_unshared"], _look_at_channel),
        "member_joined_channel": _look_at_joining,
    },
    deliveries={
        channel.CHANNEL: DeliveryKind(
            ChannelSender(),
            dict.fromkeys(DeliveryRefusal, channel.notify_of_missing_channel),
            on_delivered=channel.fill_new_channel,
        ),
        channel.CHARTER_POST: DeliveryKind(MessageSender(), delivery_failures.MESSAGE_REACTIONS),
        channel.PIN: DeliveryKind(
            PinSender(),
            {
                **dict.fromkeys(DeliveryRefusal, channel.notify_of_unpinned_charter),
                DeliveryRefusal.CHANNEL_GONE: ignore_outcome,  # the charter's post says it
                DeliveryRefusal.MESSAGE_GONE: ignore_outcome,  # the next change posts and pins it anew
                DeliveryRefusal.GAVE_UP: ignore_outcome,
            },
        ),
        channel.LOOK: DeliveryKind(
            EmptySender(),
            {
                **dict.fromkeys(DeliveryRefusal, ignore_outcome),
                DeliveryRefusal.CHANNEL_GONE: delivery_failures.report_refused_message,
            },
        ),
        channel_people.INVITE: DeliveryKind(
            InviteSender(),
            {
                **dict.fromkeys(DeliveryRefusal, channel_people.notify_of_failed_invitation),
                DeliveryRefusal.CHANNEL_GONE: ignore_outcome,  # the charter's post says it
                DeliveryRefusal.GAVE_UP: ignore_outcome,
            },
        ),
        channel_people.KICK: DeliveryKind(
            KickSender(),
            {
                **dict.fromkeys(DeliveryRefusal, channel_people.notify_of_failed_removal),
                DeliveryRefusal.CHANNEL_GONE: ignore_outcome,
                DeliveryRefusal.GAVE_UP: ignore_outcome,
            },
        ),
        channel_choice.CHOICE: DeliveryKind(
            ChannelChoiceSender(),
            dict.fromkeys(DeliveryRefusal, channel_choice.finish_channel_choice),
            on_delivered=channel_choice.finish_channel_choice,
        ),
    },
    digests=(
        Topic(
            message_views.NotInvited,
            message_views.not_invited_line,
            alert_order=needs_somebody,
            counted=lambda _: "invitation",
            thing=lambda facts: facts.who,
            join=join_projects,
        ),
        Topic(
            message_views.NotTakenOut,
            message_views.not_taken_out_line,
            alert_order=needs_somebody,
            counted=lambda _: "invitation",
            outlives=outlives_project,
        ),
    ),
    subscriptions=(
        (ProjectActivated, channel.enqueue_channel_creation),
        (ProjectActivated, next_steps.tell_leads_of_activation),
        (CharterAdopted, channel.publish_adopted_charter),
        (CharterAdopted, next_steps.tell_new_leads),
        (BoundaryChanged, channel.refresh_pinned_charter),
        (TeamChanged, channel.refresh_pinned_charter),
        (TimetableChanged, channel.refresh_pinned_charter),
        (ScheduleChanged, channel.refresh_next_steps),
        (ClosingBegun, channel.refresh_next_steps),
        (PersonLeft, channel_people.sync_channels_of_person),
        (BecameOutsider, channel_people.sync_channels_of_person),
        (PersonBack, channel_people.sync_channels_of_person),
    ),
)
