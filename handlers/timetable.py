"""What is wired for the timetable: its command, buttons, forms and reactions (product §9)."""

from functools import partial

from bot.deliveries.digests.topics import Topic, needs_somebody
from bot.runtime.domain_events import (
    CharterAdopted,
    LeadsChanged,
    PersonLeft,
    ProjectActivated,
    ProjectChanged,
    ProposalOff,
    RequestLapsed,
    RequestWithdrawn,
    TeamChanged,
)
from bot.timetable import alerts, export_sections, notifications, subscribers, views
from bot.timetable.rules import CHANGEABLE, OwnerNeeded, OwnerNews, OwnRestDropped, RestDropped, TimetableNews
from handlers.features import Feature, ProjectCommand
from handlers.project_arguments import build_project_click_handler
from handlers.requests import Route
from handlers.timetable_arguments import FILTERS
from handlers.timetable_clicks import (
    build_step_handler,
    handle_menu_choice,
    handle_reopen_click,
    handle_restore_click,
    handle_timetable_page_click,
)
from handlers.timetable_command import VERBS, handle_milestone_command, split_off_verb, suits_milestone_command
from handlers.timetable_forms import (
    build_form_click_handler,
    handle_add_milestone_click,
    handle_add_milestone_submission,
    handle_add_several_click,
    handle_add_several_submission,
    handle_change_milestone_submission,
    handle_drop_remaining_submission,
    handle_drop_submission,
    handle_move_click,
    handle_move_submission,
    open_drop_remaining_form,
)

_about_timetable = partial(
    Topic,
    load=notifications.load_milestone_news,
    counted=lambda _: "timetable",
    thing=lambda facts: f"milestone {facts.milestone}",
    is_lesser=lambda facts: facts.what == "added",  # what was moved has a reason that the team reads (product §9.2)
)

FEATURE = Feature(
    commands=(
        ProjectCommand(
            "milestone",
            handle_milestone_command,
            parts=split_off_verb,
            verbs={**VERBS, **FILTERS},
            suits=suits_milestone_command,
            ending_words={word for word, verb in VERBS.items() if verb == "drop"},
        ),
    ),
    buttons={
        "timetable.page": Route(handle_timetable_page_click, reads=True),
        "timetable.add": Route(handle_add_milestone_click, reads=True),
        "timetable.add_several": Route(handle_add_several_click, reads=True),
        "milestone.menu": Route(handle_menu_choice),
        "milestone.done": Route(build_step_handler("done")),
        "milestone.at_risk": Route(build_step_handler("at_risk")),
        "milestone.reopen": Route(handle_reopen_click),
        "milestone.restore": Route(handle_restore_click),
        "milestone.move": Route(handle_move_click, reads=True),
        "milestone.change": Route(build_form_click_handler("change"), reads=True),
        "milestone.drop": Route(build_form_click_handler("drop"), reads=True),
        "milestone.drop_rest": Route(build_project_click_handler(open_drop_remaining_form), reads=True),
    },
    forms={
        "milestone.add": Route(handle_add_milestone_submission),
        "milestone.add_several": Route(handle_add_several_submission),
        "milestone.move": Route(handle_move_submission),
        "milestone.drop": Route(handle_drop_submission),
        "milestone.drop_rest": Route(handle_drop_remaining_submission),
        "milestone.change": Route(handle_change_milestone_submission),
    },
    timers={alerts.ALERT: alerts.send_due_alert},
    digests=(
        Topic(views.MilestoneAlert, views.alert_line, alerts.load_alert, alerts.alert_order, lambda _: "milestone"),
        _about_timetable(TimetableNews, views.milestone_news_line),
        _about_timetable(OwnerNews, views.owner_news_line),
        Topic(RestDropped, views.rest_dropped_line, notifications.load_rest_dropped, counted=lambda _: "timetable"),
        Topic(
            OwnRestDropped,
            views.own_rest_dropped_line,
            notifications.load_rest_dropped,
            counted=lambda _: "timetable",
        ),
        Topic(
            OwnerNeeded,
            views.missing_owner_line,
            notifications.load_milestone_news,
            needs_somebody,
            lambda _: "milestone",
            usable_in=CHANGEABLE,
        ),
    ),
    sections=export_sections.SECTIONS,
    sheets=export_sections.SHEETS,
    subscriptions=(
        (ProjectActivated, subscribers.freeze_signed_dates),
        (ProjectChanged, subscribers.rearm_alerts_on_change),
        (CharterAdopted, subscribers.rearm_alerts_on_change),
        (RequestLapsed, subscribers.drop_wishes_of_unsigned_charter),
        (RequestWithdrawn, subscribers.drop_wishes_of_unsigned_charter),
        (ProposalOff, subscribers.drop_wishes_of_unsigned_charter),
        (LeadsChanged, subscribers.pass_on_milestones_of_former_leads),
        (TeamChanged, subscribers.unassign_former_members),
        (PersonLeft, subscribers.unassign_leaver_milestones),
    ),
)
