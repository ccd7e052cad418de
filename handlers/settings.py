"""`/duet settings`: one's own, and for Slack admins the workspace's."""

from collections.abc import Collection
from datetime import date

from sqlmodel import Session

from bot.deliveries import Kind, nobody_is_told
from bot.happenings import AccountChanging
from bot.kit import fit, section
from bot.money import CURRENCIES
from bot.people.company_settings import FREE_DAYS
from bot.people.preferences import (
    AUTOMATIC,
    COUNTRIES,
    OF_WORKSPACE,
    OFF,
    ON,
    change_workspace,
    choose_language,
    choose_reminders,
    preferences,
)
from bot.people.service import INTRODUCTION, guessed_language, introduce_anew
from bot.people.views import free_days_saved, settings_form
from bot.projects import concerned
from bot.refusals import Refusal
from bot.texts import Texts
from bot.transports import Message
from bot.zones import offered
from handlers.feature import Command, EventServices, Feature, SlackEvent
from handlers.incoming import user_of_event
from handlers.requests import Reply, Request, Route


def settings(request: Request, session: Session) -> Reply:
    found = preferences(session, actor=request.actor)
    workspace = {name: getattr(found.workspace, name) for name in OF_WORKSPACE}
    return Reply(
        opens=settings_form(
            request.t,
            reminders=ON if found.person.reminders else OFF,
            mine=found.person.language or AUTOMATIC,
            workspace=workspace if request.actor.is_admin else None,
            currencies=CURRENCIES,
            zones=offered(workspace["zone"], request.t.zone),
            countries=COUNTRIES,
            automatic=(AUTOMATIC, guessed_language(session, found.person)),
        )
    )


def save(request: Request, session: Session) -> Reply:
    language = request.values.get("my_language") or AUTOMATIC
    changed: Collection[str] = ()
    if any(name in request.values for name in OF_WORKSPACE):
        changed = change_workspace(session, actor=request.actor, values=request.values, now=request.now)
    choose_language(session, actor=request.actor, language=language)
    if (choice := request.values.get("reminders")) is not None:
        choose_reminders(session, actor=request.actor, choice=choice)
    free_days = preferences(session, actor=request.actor).workspace.free_days
    if FREE_DAYS in changed and free_days:
        return Reply(shows=free_days_saved(request.t, [date.fromisoformat(day) for day in free_days]))
    return Reply()


def speak(request: Request, session: Session) -> Reply:
    """*In English* · *Po polsku*: settles what was guessed."""
    choose_language(session, actor=request.actor, language=request.value)
    introduce_anew(session, request.actor.team_id, request.actor.user_id)
    text = Texts.of(request.value)("language.settled")
    return Reply(fit(text, [section(text)]))


async def _look_at_person(services: EventServices, event: SlackEvent) -> None:
    await services.directory.changed(event.team_id, user_of_event(event.body), late=event.is_late)


async def _end_installation(services: EventServices, event: SlackEvent) -> None:
    await services.installations.shown_out(event.team_id)


FEATURE = Feature(
    commands=(Command("settings", settings, reads=True),),
    buttons={"settings.open": Route(settings, reads=True), "language.speak": Route(speak)},
    forms={"settings.save": Route(save)},
    slack_events={
        "user_change": _look_at_person,
        "app_uninstalled": _end_installation,
        "tokens_revoked": _end_installation,
    },
    # What follows the introduction is refused, too, and that is told.
    deliveries={INTRODUCTION: Kind(Message(), dict.fromkeys(Refusal, nobody_is_told))},
    subscriptions=((AccountChanging, concerned.account_changing),),
)
