"""The pulse's part of `/duet settings`: that people were informed, and who the stewards are (product §17)."""

from typing import Final

from sqlmodel import Session

from bot.people.service import zone_of_person
from bot.projects.rules import STEWARD_FIELDS, Side, Sides
from bot.projects.stewards import name_stewards
from bot.pulse import consent, form_views
from bot.scheduling.zones import local_day
from bot.ui.blocks import View
from bot.ui.mrkdwn import Mrkdwn, person_mention
from handlers.requests import Reply, Request, Route, reply_with_notice, reply_with_text


def open_pulse_settings(request: Request, session: Session) -> Reply:
    return Reply(opens=_build_form(request, session))


def _build_form(request: Request, session: Session) -> View:
    found = consent.load_pulse_settings(session, actor=request.actor, now=request.now)
    zone = zone_of_person(session, request.actor.team_id, request.actor.user_id)
    return form_views.pulse_settings_form(
        request.t,
        informed_on=None if found.informed_at is None else local_day(found.informed_at, zone),
        opens_on=local_day(found.opens_at, zone),
        stewards=found.stewards,
        waits_for=found.waits_for,
        may_decide=found.may_decide,
        may_name=found.may_name,
    )


def open_information_form(request: Request, session: Session) -> Reply:
    """What is recorded already, or is not the actor's to record, shows the settings."""
    found = consent.load_pulse_settings(session, actor=request.actor, now=request.now)
    if found.informed_at is not None or not found.may_decide:
        return open_pulse_settings(request, session)
    zone = zone_of_person(session, request.actor.team_id, request.actor.user_id)
    opens_on = local_day(found.opens_at, zone)
    return Reply(opens=form_views.information_form(request.t, opens_on=opens_on, waits_for=found.waits_for))


def handle_inform_click(request: Request, session: Session) -> Reply:
    return reply_with_text(_record_information(request, session))


def handle_information_submission(request: Request, session: Session) -> Reply:
    return reply_with_notice(request.t, "pulse.settings", [_record_information(request, session)])


def _record_information(request: Request, session: Session) -> Mrkdwn:
    missing = consent.record_information(session, actor=request.actor, now=request.now)
    if missing is not None:
        return request.t("steward.yes_stored", who=person_mention(missing))
    opens_at = consent.load_pulse_settings(session, actor=request.actor, now=request.now).opens_at
    zone = zone_of_person(session, request.actor.team_id, request.actor.user_id)
    return request.t("pulse.informed_done", opens_on=local_day(opens_at, zone))


def handle_take_back_click(request: Request, session: Session) -> Reply:
    consent.take_back_information(session, actor=request.actor, now=request.now)
    return reply_with_text(request.t("pulse.taken_back"))


def handle_stewards_submission(request: Request, session: Session) -> Reply:
    chosen = Sides(*(request.values.get(STEWARD_FIELDS[side]) or None for side in Side))
    stewards = name_stewards(session, actor=request.actor, chosen=chosen, now=request.now)
    if stewards is None:
        said = request.t("steward.none")
    else:
        it, marketing = map(person_mention, stewards)
        said = request.t("steward.decide", it=it, marketing=marketing)
    return reply_with_notice(request.t, "pulse.settings", [said])


BUTTONS: Final = {
    "pulse.settings": Route(open_pulse_settings, reads=True),
    "pulse.record": Route(open_information_form, reads=True),
    "pulse.inform": Route(handle_inform_click),
    "pulse.take_back": Route(handle_take_back_click),
}
FORMS: Final = {
    "pulse.record": Route(handle_information_submission),
    "steward.name": Route(handle_stewards_submission),
}
