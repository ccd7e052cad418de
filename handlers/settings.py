"""`/duet settings`: one's own, and for Slack admins the workspace's."""

from collections.abc import Collection, Sequence

from sqlmodel import Session

from bot.deliveries.outcomes import DeliveryKind, ignore_outcome
from bot.deliveries.senders import MessageSender
from bot.home import rewriting
from bot.parsing.money import list_offered_currencies
from bot.people.preferences import (
    AUTOMATIC,
    COUNTRIES,
    OFF,
    ON,
    CompanySettings,
    Preferences,
    change_workspace_settings,
    choose_brief_hour,
    choose_language,
    choose_reminders,
    list_brief_hours,
    load_preferences,
)
from bot.people.service import INTRODUCTION, guess_language_of_person, texts_of
from bot.people.views import filled_in_sentence, render_free_days, settings_form
from bot.projects import locking
from bot.projects.stewards import may_decide
from bot.pulse.consent import may_open_pulse_settings
from bot.pulse.form_views import settings_blocks
from bot.runtime.domain_events import AccountChanging, SpokenLanguageChanged
from bot.runtime.errors import Refusal
from bot.scheduling.workdays import name_part, parts_of_country
from bot.scheduling.zones import list_offered_zones
from bot.slack.refusals import DeliveryRefusal
from bot.succession.vacancies import has_nameable_seats
from bot.ui.blocks import Block, View
from handlers import retention
from handlers.features import Command, EventServices, Feature, SlackEvent
from handlers.grammar import join_tokens
from handlers.languages import handle_language_click
from handlers.payloads import read_event_user
from handlers.requests import Reply, Request, Route
from handlers.responses import add_explanation, add_sentence
from handlers.settings_arguments import BRIEF_HOUR, LANGUAGE, read_typed_setting


def open_settings_form(request: Request, session: Session) -> Reply:
    """What was typed besides is filled in, where that is one of its fields; nothing is set before *Save*.

    The form says so, or why it is not.
    """
    typed = read_typed_setting(request.args)
    if typed is None or (typed[0] == BRIEF_HOUR and not list_brief_hours(session, actor=request.actor)):
        left = Refusal("error.words_left_over", words=join_tokens(request.args)) if request.args else None
        return add_explanation(Reply(opens=_build_settings_form(request, session)), request.t, left)
    field, value = typed
    reply = Reply(opens=_build_settings_form(request, session, **{field: value}))
    if field in CompanySettings.model_fields and not request.actor.is_admin:
        return add_explanation(reply, request.t, Refusal("error.not_an_admin"))
    return add_sentence(reply, filled_in_sentence(request.t, field))


def show_parts_of_country(request: Request, session: Session) -> Reply:
    """A country is chosen: its part is asked for where holidays differ within it. What was typed stays."""
    chosen = request.value if request.value in COUNTRIES else None
    return Reply(shows=_build_settings_form(request, session, country=chosen))


def _build_settings_form(request: Request, session: Session, **chosen: str | None) -> View:
    """`chosen`: what is otherwise in the form that is open."""
    found = load_preferences(session, actor=request.actor)
    workspace = {name: getattr(found.workspace, name) for name in CompanySettings.model_fields}
    workspace |= {name: value for name, value in chosen.items() if name in workspace}
    workspace["country_part"] = name_part(workspace["country"], workspace["country_part"])
    return settings_form(
        request.t,
        reminders=chosen.get("reminders") or (ON if found.person.reminders else OFF),
        brief_hours=list_brief_hours(session, actor=request.actor),
        brief_hour=int(chosen.get(BRIEF_HOUR) or found.person.brief_hour),
        mine=chosen.get(LANGUAGE) or found.person.language or AUTOMATIC,
        workspace=workspace if request.actor.is_admin else None,
        currencies=list_offered_currencies(workspace["currency"]),
        zones=list_offered_zones(workspace["zone"], request.t.zone),
        countries=COUNTRIES,
        has_parts=workspace["country"] is None or bool(parts_of_country(workspace["country"])),
        automatic=(AUTOMATIC, guess_language_of_person(session, found.person)),
        joint=_draw_joint_settings(request, session, found),
    )


def _draw_joint_settings(request: Request, session: Session, found: Preferences) -> Sequence[Block]:
    if not may_open_pulse_settings(found.workspace, request.actor):
        return ()
    return settings_blocks(
        request.t,
        may_decide=may_decide(found.workspace, request.actor),
        has_seats=has_nameable_seats(session, request.actor.team_id),
    )


def handle_settings_submission(request: Request, session: Session) -> Reply:
    language = request.values.get("my_language") or AUTOMATIC
    changed: Collection[str] = ()
    if any(name in request.values for name in CompanySettings.model_fields):
        changed = change_workspace_settings(session, actor=request.actor, values=request.values, now=request.now)
    choose_language(session, actor=request.actor, language=language)
    team_id, user_id = request.actor.team_id, request.actor.user_id
    if texts_of(session, team_id, user_id).language != request.t.language:
        rewriting.rewrite_messages(session, actor=request.actor, now=request.now)
    if (choice := request.values.get("reminders")) is not None:
        choose_reminders(session, actor=request.actor, choice=choice)
    if (choice := request.values.get("brief_hour")) is not None:
        choose_brief_hour(session, actor=request.actor, choice=choice, now=request.now)
    free_days = load_preferences(session, actor=request.actor).workspace.free_days
    if "free_days" in changed and free_days:
        return Reply(shows=render_free_days(request.t, free_days))
    return Reply()


async def _look_at_person(services: EventServices, event: SlackEvent) -> None:
    await services.directory.changed(event.team_id, read_event_user(event.body), late=event.is_late)


async def _end_installation(services: EventServices, event: SlackEvent) -> None:
    await services.installations.shown_out(event.team_id)


FEATURE = Feature(
    commands=(Command("settings", open_settings_form, reads=True),),
    buttons={
        "settings.open": Route(open_settings_form, reads=True),
        "settings.save.country": Route(show_parts_of_country, reads=True),
        "language.speak": Route(handle_language_click),
        **retention.BUTTONS,
    },
    forms={"settings.save": Route(handle_settings_submission), **retention.FORMS},
    slack_events={
        "user_change": _look_at_person,
        "app_uninstalled": _end_installation,
        "tokens_revoked": _end_installation,
    },
    # What follows the introduction is refused, too, and that is told.
    deliveries={INTRODUCTION: DeliveryKind(MessageSender(), dict.fromkeys(DeliveryRefusal, ignore_outcome))},
    timers={rewriting.TURN: rewriting.rewrite_messages_when_due},
    subscriptions=(
        (AccountChanging, locking.lock_before_account_change),
        (SpokenLanguageChanged, rewriting.arm_rewriting),
    ),
)
