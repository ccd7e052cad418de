"""`/duet settings`: one's own, and for Slack admins the workspace's."""

from collections.abc import Collection
from datetime import date

from sqlmodel import Session

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
from bot.people.service import guessed_language, introduce_anew
from bot.people.views import free_days_saved, settings_form
from bot.texts import Texts
from bot.zones import offered
from handlers.feature import Command, Feature
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


FEATURE = Feature(
    commands=(Command("settings", settings, reads=True),),
    buttons={"settings.open": Route(settings, reads=True), "language.speak": Route(speak)},
    forms={"settings.save": Route(save)},
)
