"""*Ask them* below a refusal, and the form that it opens (product §2.11)."""

from sqlmodel import Session

from bot.pleas import service, views
from bot.pleas.rules import NOTE, WHOM
from bot.projects.service import load_context
from bot.runtime.domain_events import AbsenceChanged
from bot.ui.mrkdwn import person_mention
from handlers.decoding import read_id, read_meta_id
from handlers.features import Feature
from handlers.requests import Reply, Request, Route, reply_with_notice


def handle_plea_click(request: Request, session: Session) -> Reply:
    return _open_form(request, session, thing=read_id(request.value))


def handle_plea_again_click(request: Request, session: Session) -> Reply:
    """The same form, filled, for what was not done on its day: its words mean today's days now."""
    plea_id = read_id(request.value)
    thing, note = service.keep_wish_again(session, actor=request.actor, plea_id=plea_id, now=request.now)
    return _open_form(request, session, thing=thing, note=note)


def _open_form(request: Request, session: Session, *, thing: int, note: str | None = None) -> Reply:
    refused, reachable = service.load_refused(session, actor=request.actor, thing=thing, now=request.now)
    key = ""
    if refused.project_id is not None:
        key = load_context(session, actor=request.actor, project_id=refused.project_id).project.key
    people = [(row.user_id, row.full_name or row.name) for row in reachable]
    return Reply(
        opens=views.plea_form(request.t, thing=thing, wish=refused.wish, key=key, people=people, note=note)
    )


def handle_plea_submission(request: Request, session: Session) -> Reply:
    asked, reads_on = service.send_plea(
        session,
        actor=request.actor,
        thing=read_meta_id(request.meta, "thing"),
        whom=request.values.get(WHOM),
        note=request.values.get(NOTE),
        now=request.now,
    )
    whom = person_mention(asked)
    if reads_on is None:
        said = request.t("plea.sent", whom=whom)
    else:
        said = request.t("plea.sent_later", whom=whom, reads_on=reads_on)
    return reply_with_notice(request.t, "plea.title", [said])


FEATURE = Feature(
    buttons={
        "plea.open": Route(handle_plea_click),  # after what it goes on from is kept
        "plea.again": Route(handle_plea_again_click),
    },
    forms={"plea.send": Route(handle_plea_submission)},
    timers={service.TELL: service.tell_when_hours_begin, service.EXPIRE: service.expire_plea},
    subscriptions=((AbsenceChanged, service.tell_whoever_is_back),),
)
