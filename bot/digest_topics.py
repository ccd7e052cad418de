"""How each kind of routine item reads, whether it still is so, and how it is counted: collected for the app."""

from collections.abc import Mapping

from bot.charter import announcements, channel_people
from bot.charter import views as charter_views
from bot.charter.matter import CHARTER, KIND
from bot.checkins import blockers, carrying, lines, prompting, rounds, schedules
from bot.digests import letters
from bot.digests.topics import EARLY, LATE, Carrier, Digests, Topic, needs_signature, needs_somebody
from bot.life import service as life
from bot.life import views as life_views
from bot.projects.joining import join_projects
from bot.register import crossing
from bot.register import messages as register_messages
from bot.register import reactions as register
from bot.register import views as register_views
from bot.signing import messages as signing_messages
from bot.signing import reminders
from bot.signing.matters import Matter
from bot.succession import messages as succession_messages
from bot.succession import views as succession_views
from bot.team import messages as team_messages
from bot.team import views as team_views
from bot.timetable import alerts
from bot.timetable import messages as timetable_messages
from bot.timetable import views as timetable_views

MATTERS: Mapping[str, Matter] = {KIND: CHARTER, crossing.MATTER: crossing.CROSSING}

_REQUESTS = reminders.lines(MATTERS)

TOPICS: Mapping[str, Topic] = {
    alerts.ALERT: Topic(
        timetable_views.alert_line, alerts.alert_facts, alerts.alert_order, counted=lambda _: "milestone"
    ),
    signing_messages.SIGNED: Topic(
        reminders.line(MATTERS, "notice.signed"), reminders.request_facts, counted=lambda _: "signature"
    ),
    reminders.REMINDER: Topic(
        _REQUESTS[reminders.REMINDER], reminders.request_facts, needs_signature, lambda _: "signature"
    ),
    reminders.TALK_WAITS: Topic(
        _REQUESTS[reminders.TALK_WAITS], reminders.request_facts, needs_signature, lambda _: "signature"
    ),
    reminders.STILL_WAITING: Topic(
        _REQUESTS[reminders.STILL_WAITING], reminders.request_facts, counted=lambda _: "signature"
    ),
    reminders.LAPSED: Topic(
        _REQUESTS[reminders.LAPSED], reminders.request_facts, counted=lambda _: "signature", rank=EARLY
    ),
    announcements.PROPOSED: Topic(
        charter_views.proposed_line, announcements.project_facts, counted=lambda _: "charter", rank=EARLY
    ),
    announcements.PROPOSAL_OFF: Topic(
        charter_views.proposal_off_line, announcements.project_facts, counted=lambda _: "charter", rank=EARLY
    ),
    announcements.CHANGED: Topic(
        charter_views.changed_line, announcements.project_facts, counted=lambda _: "charter", rank=EARLY
    ),
    channel_people.NOT_INVITED: Topic(
        charter_views.not_invited_line,
        announcements.project_facts,
        needs_somebody,
        lambda _: "invitation",
        thing=lambda notice: notice.facts["who"],
        join=join_projects,
    ),
    channel_people.NOT_TAKEN_OUT: Topic(
        charter_views.not_taken_out_line, announcements.project_facts, needs_somebody, lambda _: "invitation"
    ),
    register_messages.CHANGED: Topic(
        register_views.changed_line,
        register_messages.changed_facts,
        counted=register_messages.changed_counted,
        thing=register_messages.asset_of,
        rank=LATE,
    ),
    register_messages.TOLD: Topic(
        register_views.told_line,
        register_messages.told_facts,
        register_messages.told_alert_order,
        register_messages.told_counted,
        thing=register_messages.asset_of,
        rank=LATE,
    ),
    register.STILL_OWNS: Topic(
        register_views.still_owns_line,
        register.still_owned_facts,
        needs_somebody,
        lambda _: "owner",
        thing=lambda notice: f"{notice.facts['who']} {notice.facts['kind']}",
        join=register.join_still_owned,
    ),
    register.INCOMPLETE_NOTICE: Topic(register_views.incomplete_line, register.incomplete_facts),
    team_messages.CHANGED: Topic(team_views.changed_line, team_messages.changed_facts, counted=lambda _: "team"),
    team_messages.MEMBER_LEFT: Topic(
        team_views.member_left_line,
        announcements.project_facts,
        counted=lambda _: "team",
        thing=lambda notice: f"{team_messages.MEMBER_LEFT} {notice.facts['who']}",
        join=join_projects,
    ),
    timetable_messages.NEWS: Topic(
        timetable_views.news_line,
        timetable_messages.news_facts,
        counted=lambda _: "timetable",
        thing=timetable_messages.milestone_of,
    ),
    timetable_messages.YOURS: Topic(
        timetable_views.yours_line,
        timetable_messages.news_facts,
        counted=lambda _: "timetable",
        thing=timetable_messages.milestone_of,
    ),
    timetable_messages.NEEDS_OWNER: Topic(
        timetable_views.needs_owner_line, timetable_messages.news_facts, needs_somebody, lambda _: "milestone"
    ),
    succession_messages.VACANT: Topic(
        succession_views.vacant_line,
        announcements.project_facts,
        counted=lambda _: "seat",
        thing=succession_messages.seat_of,
        join=join_projects,
        rank=EARLY,
    ),
    succession_messages.VACANT_ADMIN: Topic(
        succession_views.vacant_admin_line,
        alert_order=needs_somebody,
        counted=lambda _: "seat",
        thing=succession_messages.seat_of,
        join=join_projects,
    ),
    succession_messages.SOMEBODY_LEFT: Topic(
        succession_views.somebody_left_line,
        announcements.project_facts,
        needs_somebody,
        lambda _: "successor",
        thing=lambda notice: notice.facts["left"],
        join=join_projects,
    ),
    life.RESUMED: Topic(
        life_views.resumed_line, announcements.project_facts, counted=lambda _: "project", rank=EARLY
    ),
    life.CLOSING: Topic(
        life_views.closing_line, announcements.project_facts, counted=lambda _: "project", rank=EARLY
    ),
    life.CLOSES_ON: Topic(life_views.closes_on_line, life.closes_on_facts, counted=lambda _: "project", rank=EARLY),
    life.VISIBILITY: Topic(
        life_views.visibility_line, life.visibility_facts, counted=lambda _: "project", rank=EARLY
    ),
    letters.LETTER: letters.TOPIC,
    schedules.BEGUN: Topic(lines.begun_line, schedules.schedule_facts, counted=lambda _: "checkin"),
    rounds.UNANSWERED: Topic(lines.unanswered_line, announcements.project_facts, counted=lambda _: "checkin"),
    blockers.NOTICE: Topic(lines.blocker_line, blockers.blocker_facts, needs_somebody, lambda _: "blocker"),
}

DIGESTS = Digests(TOPICS, Carrier(next_at=carrying.carries_at, refresh=prompting.refresh_carrying))
