"""A project's channel: what is made, posted and pinned there, who is in it, and which one is chosen."""

from bot.charter import announcements, channel, channel_choice, channel_people, undelivered, views
from bot.deliveries import Kind, nobody_is_told
from bot.digests.topics import Topic, needs_somebody
from bot.happenings import (
    BecameOutsider,
    BoundaryChanged,
    CharterAdopted,
    PersonBack,
    PersonLeft,
    ProjectActivated,
    TeamChanged,
    TimetableChanged,
)
from bot.projects.joining import join_projects
from bot.refusals import Refusal
from bot.transports import Channel, ChannelChoice, Invite, Kick, Message, Nothing, Pin
from handlers.feature import EventServices, Feature, SlackEvent
from handlers.incoming import text_of_event


async def _look_at_channel(services: EventServices, event: SlackEvent) -> None:
    await services.presence.look(event.team_id, text_of_event(event.body, "channel"))


async def _look_at_joining(services: EventServices, event: SlackEvent) -> None:
    user_id, channel_id = text_of_event(event.body, "user"), text_of_event(event.body, "channel")
    await services.presence.joined(event.team_id, user_id, channel_id)


ENDS = ("archive", "unarchive", "deleted", "left")
CHANGES = [f"{kind}_{end}" for kind in ("channel", "group") for end in ENDS]

FEATURE = Feature(
    slack_events={
        **dict.fromkeys([*CHANGES, "channel_shared", "channel_unshared"], _look_at_channel),
        "member_joined_channel": _look_at_joining,
    },
    deliveries={
        channel.CHANNEL: Kind(Channel(), dict.fromkeys(Refusal, channel.channel_not_made), channel.channel_made),
        channel.CHARTER_POST: Kind(Message(), undelivered.MESSAGE),
        channel.PIN: Kind(
            Pin(),
            {
                **dict.fromkeys(Refusal, channel.charter_not_pinned),
                Refusal.CHANNEL_GONE: nobody_is_told,  # the charter's post says it
                Refusal.MESSAGE_GONE: nobody_is_told,  # the next change posts and pins it anew
                Refusal.GAVE_UP: nobody_is_told,
            },
        ),
        channel.LOOK: Kind(
            Nothing(),
            {**dict.fromkeys(Refusal, nobody_is_told), Refusal.CHANNEL_GONE: undelivered.message_refused},
        ),
        channel_people.INVITE: Kind(
            Invite(),
            {
                **dict.fromkeys(Refusal, channel_people.person_not_invited),
                Refusal.CHANNEL_GONE: nobody_is_told,  # the charter's post says it
                Refusal.GAVE_UP: nobody_is_told,
            },
        ),
        channel_people.KICK: Kind(
            Kick(),
            {
                **dict.fromkeys(Refusal, channel_people.person_not_taken_out),
                Refusal.CHANNEL_GONE: nobody_is_told,
                Refusal.GAVE_UP: nobody_is_told,
            },
        ),
        channel_choice.CHOICE: Kind(
            ChannelChoice(), dict.fromkeys(Refusal, channel_choice.choice_ended), channel_choice.choice_ended
        ),
    },
    digests={
        channel_people.NOT_INVITED: Topic(
            views.not_invited_line,
            announcements.project_facts,
            needs_somebody,
            lambda _: "invitation",
            thing=lambda notice: notice.facts["who"],
            join=join_projects,
        ),
        channel_people.NOT_TAKEN_OUT: Topic(
            views.not_taken_out_line, announcements.project_facts, needs_somebody, lambda _: "invitation"
        ),
    },
    subscriptions=(
        (ProjectActivated, channel.open_channel),
        (CharterAdopted, channel.charter_adopted),
        (BoundaryChanged, channel.standing_changed),
        (TeamChanged, channel.standing_changed),
        (TimetableChanged, channel.standing_changed),
        (PersonLeft, channel_people.person_changed),
        (BecameOutsider, channel_people.person_changed),
        (PersonBack, channel_people.person_changed),
    ),
)
