"""`/duet sign` and `deputy`, and every button and form about a request for signatures."""

from datetime import date
from functools import partial

from sqlmodel import Session

from bot.charter import undelivered
from bot.deliveries import Kind, nobody_is_told
from bot.digests.topics import EARLY, Topic, needs_signature
from bot.errors import NotFound
from bot.kit import fit, section
from bot.projects.service import found_by_number, line_of
from bot.projects.views import picker
from bot.refusals import Refusal
from bot.signing import deputies, deputyships, messages, reminders, service, talk, views
from bot.signing.deputyships import deputy_turns
from bot.signing.matters import look_of
from bot.signing.rules import Answer
from bot.signing.service import NothingToSign, StaleRequest, lapse_request, readable_request, waiting_requests
from bot.texts import Mrkdwn
from bot.transports import Message
from handlers.charter import stale_view
from handlers.feature import Command, Feature
from handlers.grammar import project_number, text_of
from handlers.ids import day_in, meta_id, one_id
from handlers.mentions import read_people
from handlers.naming import named
from handlers.period_arguments import TypedPeriod, read_typed_period
from handlers.replies import explained, understood
from handlers.requests import Reply, Request, Route
from storage import projects, signing
from storage.projects import Project
from storage.signing import SigningRequest


def sign(request: Request, session: Session) -> Reply:
    """`/duet sign [project]`: the form, or a choice where several requests wait."""
    if request.args:
        number = project_number(request.words, bare=True)
        asked = None if number is None else _asked_of(request, session, number)
        return asked or sign_project(request, session, named(request, session))
    waiting = waiting_requests(session, actor=request.actor, now=request.now)
    if not waiting:
        raise NothingToSign
    if len(waiting) == 1:
        return _answer_form(request, session, waiting[0].pk)
    found = [projects.project(session, request.actor.team_id, each.project_id) for each in waiting]
    unique = {project.pk: project for project in found if project is not None}
    return Reply(picker(request.t, [line_of(project) for project in unique.values()], action="pick.sign"))


def sign_project(request: Request, session: Session, project: Project) -> Reply:
    """What waits for the person there; else why nothing does."""
    waiting = waiting_requests(session, actor=request.actor, now=request.now, project_id=project.pk)
    for found in (*waiting, *_open(session, project)):
        return _answer_form(request, session, found.pk)
    raise NothingToSign


def _open(session: Session, project: Project) -> list[SigningRequest]:
    return list(signing.open_requests_of(session, project.team_id, project.pk))


def picked_to_sign(request: Request, session: Session) -> Reply:
    number = one_id(request.value)
    found = _asked_of(request, session, number)
    return found or sign_project(request, session, found_by_number(session, actor=request.actor, number=number))


def _asked_of(request: Request, session: Session, number: int) -> Reply | None:
    """A deputy may sign for a project that is not theirs to see."""
    for each in waiting_requests(session, actor=request.actor, now=request.now):
        project = projects.project(session, request.actor.team_id, each.project_id)
        if project is not None and project.number == number:
            return _answer_form(request, session, each.pk)
    return None


def read(request: Request, session: Session) -> Reply:
    """*Read & sign*."""
    return _answer_form(request, session, one_id(request.value))


def read_again(request: Request, session: Session) -> Reply:
    """From a stale form to what is to be signed now, in its place."""
    reply = _answer_form(request, session, one_id(request.value))
    return Reply(shows=reply.opens or reply.shows)


def _answer_form(request: Request, session: Session, request_id: int) -> Reply:
    try:
        asked = readable_request(session, actor=request.actor, request_id=request_id, now=request.now)
    except StaleRequest as stale:
        return Reply(opens=stale_view(request, session, stale.project_id, stale.seen))
    look, facts = look_of(session, asked.request)
    answers = {side: each.answer for side, each in _positions(session, asked.request).items()}
    other = next((answer for side, answer in answers.items() if side != asked.side), None)
    return Reply(
        opens=views.answer_form(
            request.t,
            look=look,
            facts=facts,
            request_id=asked.request.pk,
            for_whom=asked.for_user_id,
            mine=answers.get(asked.side),
            other=other,
        )
    )


def answered(request: Request, session: Session) -> Reply:
    """The form with the three answers was sent."""
    request_id = meta_id(request.meta, "request")
    if request_id is None or request.values.get("answer") not in list(Answer):
        raise NotFound
    given = Answer(request.values["answer"] or "")
    try:
        asked = service.answer(
            session,
            actor=request.actor,
            request_id=request_id,
            answer=given,
            reason=request.values.get("reason"),
            now=request.now,
        )
    except StaleRequest as stale:
        return Reply(shows=stale_view(request, session, stale.project_id, stale.seen))
    look, facts = look_of(session, asked)
    return Reply(
        shows=views.answered(request.t, look=look, facts=facts, answer=given, agreed=asked.state == "agreed")
    )


def withdraw(request: Request, session: Session) -> Reply:
    """*Withdraw*, in the conversation about what was not signed: the form asks why."""
    found = service.withdrawable(session, actor=request.actor, request_id=one_id(request.value))
    look, facts = look_of(session, found)
    return Reply(opens=views.withdraw_form(request.t, what=look.what(request.t, facts), request_id=found.pk))


def withdrawn(request: Request, session: Session) -> Reply:
    request_id = meta_id(request.meta, "request")
    if request_id is None:
        raise NotFound
    service.withdraw(
        session, actor=request.actor, request_id=request_id, reason=request.values.get("reason"), now=request.now
    )
    return Reply()


def ask_leads_in(request: Request, session: Session) -> Reply:
    talk.ask_leads_in(session, actor=request.actor, request_id=one_id(request.value))
    return _said(request.t("signing.leads_asked_in"))


# --- deputies -------------------------------------------------------------------------------------------------


def deputy(request: Request, session: Session) -> Reply:
    """`/duet deputy [@p FROM TO]`: names one, or opens the form with what was understood."""
    deputies.check_executive(session, actor=request.actor)
    people = read_people(request.args)
    words = text_of(people.rest)
    typed = read_typed_period(request, session, words) if words else TypedPeriod(None)
    if people.only is not None and typed.period is not None:
        return _name_deputy(request, session, people.only, *typed.period)
    filled = (people.only, *typed.days)
    form = understood(_deputy_form(request, session, filled if request.args else None), request.t, *typed.days)
    return explained(explained(form, request.t, typed.trouble), request.t, people.trouble)


def _deputy_form(
    request: Request, session: Session, typed: tuple[str | None, date | None, date | None] | None
) -> Reply:
    """With what a command named; where it named nothing, with the deputy who is named already."""
    row = signing.deputy(session, request.actor.team_id, request.actor.user_id)
    standing = None if row is None else (row.deputy, row.from_day, row.until_day)
    filled = typed or standing or (None, None, None)
    return Reply(opens=views.deputy_form(request.t, standing=standing, filled=filled))


def deputy_saved(request: Request, session: Session) -> Reply:
    deputy_id = request.values.get("deputy")
    if not deputy_id:
        raise NotFound
    from_day, until_day = (day_in(request.values.get(name)) for name in ("from_day", "until_day"))
    reply = _name_deputy(request, session, deputy_id, from_day, until_day)
    assert reply.message is not None
    title = request.t.plain("deputy.title")
    return Reply(shows=views.note(request.t, title, list(reply.message.blocks)))


def _name_deputy(request: Request, session: Session, deputy_id: str, from_day: date, until_day: date) -> Reply:
    row = deputyships.set_deputy(
        session,
        actor=request.actor,
        deputy=deputy_id,
        from_day=from_day,
        until_day=until_day,
        now=request.now,
    )
    return _said(views.deputy_named(request.t, deputy=row.deputy, from_day=row.from_day, until_day=row.until_day))


def deputy_dropped(request: Request, session: Session) -> Reply:
    deputyships.drop_deputy(session, actor=request.actor, now=request.now)
    text = request.t("deputy.dropped")
    return Reply(shows=views.note(request.t, request.t.plain("deputy.title"), [section(text)]))


def _positions(session: Session, request: SigningRequest) -> dict[str, signing.Position]:
    return signing.positions(session, request.team_id, request.pk)


def _said(text: Mrkdwn) -> Reply:
    return Reply(fit(text, [section(text)]))


UNREACHED = (Refusal.CHANNEL_GONE, Refusal.RESTRICTED, Refusal.PERSON_GONE)

_about_request = partial(Topic, load=reminders.request_facts, counted=lambda _: "signature")

FEATURE = Feature(
    commands=(
        Command("sign", sign, reads=True, everyday=True),
        Command("deputy", deputy),
    ),
    buttons={
        "signing.read": Route(read, reads=True),
        "signing.read_again": Route(read_again, reads=True),
        "signing.withdraw": Route(withdraw, reads=True),
        "signing.leads": Route(ask_leads_in),
        "deputy.drop": Route(deputy_dropped),
        "pick.sign": Route(picked_to_sign, reads=True),
    },
    forms={
        "signing.answer": Route(answered),
        "signing.withdraw": Route(withdrawn),
        "deputy.save": Route(deputy_saved),
    },
    timers={
        reminders.REMIND: reminders.remind,
        reminders.LAPSE: lapse_request,
        reminders.TALK: reminders.remind_of_talk,
        deputies.TURNS: deputy_turns,
    },
    deliveries={
        messages.REQUEST: Kind(
            Message(), {**undelivered.MESSAGE, **dict.fromkeys(UNREACHED, messages.request_not_shown)}
        ),
        talk.CONVERSATION: Kind(
            Message(),
            {
                **dict.fromkeys(Refusal, talk.conversation_refused),
                Refusal.MESSAGE_GONE: nobody_is_told,
                Refusal.GAVE_UP: nobody_is_told,
            },
        ),
    },
    digests={
        messages.SIGNED: _about_request(reminders.request_line("notice.signed")),
        reminders.REMINDER: _about_request(
            reminders.request_line("notice.reminder", reminders.read_and_sign), alert_order=needs_signature
        ),
        reminders.TALK_WAITS: _about_request(reminders.talk_line, alert_order=needs_signature),
        reminders.STILL_WAITING: _about_request(reminders.request_line("notice.still_waiting")),
        reminders.LAPSED: _about_request(reminders.lapsed_line, rank=EARLY),
    },
)
