"""*Ask them* below a refusal, and the form that it opens (product §2.11)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from sqlmodel import Session

from bot.people.service import build_actor
from bot.pleas import service, views
from bot.pleas.rules import NOTE, WHOM, Wish
from bot.projects.rules import NotInThisState
from bot.projects.service import ProjectContext, load_context
from bot.runtime.domain_events import AbsenceChanged
from bot.ui.blocks import View, extend_meta
from bot.ui.mrkdwn import person_mention
from handlers.decoding import find_meta_id, read_id, read_meta_id
from handlers.features import Feature
from handlers.requests import Handler, Reply, Request, Route, reply_with_notice
from storage.people import Person

_GRANTING: Final = "grants"  # in a form's metadata: the plea that whoever fills it in was asked


def follow_granting(route: Route) -> Route:
    """Returns the same route; what is done with it in a form that grants a plea settles that plea."""
    return replace(route, run=_build_following_handler(route.run))


def _build_following_handler(run: Handler) -> Handler:
    def follow(request: Request, session: Session) -> Reply:
        reply = run(request, session)
        plea_id = find_meta_id(request.meta, _GRANTING) if _GRANTING in request.meta else None
        return reply if plea_id is None else settle_or_carry_plea(request, session, reply, plea_id)

    return follow


def settle_or_carry_plea(
    request: Request, session: Session, reply: Reply, plea_id: int, *, is_shown: bool = False
) -> Reply:
    """Settles what was asked for once it is done; the form in which it goes on until then carries it along."""
    service.settle_granted_plea(
        session, actor=request.actor, plea_id=plea_id, has_shown=is_shown and reply.is_last_word, now=request.now
    )
    return replace(reply, opens=_carry_plea(reply.opens, plea_id), shows=_carry_plea(reply.shows, plea_id))


def _carry_plea(view: View | None, plea_id: int) -> View | None:
    return None if view is None else extend_meta(view, {_GRANTING: plea_id})


Suits = Callable[[ProjectContext, Wish], bool]
"""Whether what was tried can be done in a project as that stands, by the person of that context."""


def handle_plea_click(request: Request, session: Session, *, suits: Suits) -> Reply:
    return _open_form(request, session, thing=read_id(request.value), suits=suits)


def handle_plea_again_click(request: Request, session: Session, *, suits: Suits) -> Reply:
    """The same form, filled, for what was not done on its day: its words mean today's days now."""
    plea_id = read_id(request.value)
    thing, note = service.keep_wish_again(session, actor=request.actor, plea_id=plea_id, now=request.now)
    return _open_form(request, session, thing=thing, suits=suits, note=note)


def _open_form(request: Request, session: Session, *, thing: int, suits: Suits, note: str | None = None) -> Reply:
    """Raises: as `service.load_refused`; NotInThisState where nobody could do it now."""
    refused, reachable = service.load_refused(session, actor=request.actor, thing=thing, now=request.now)
    key = ""
    if refused.project_id is not None:
        found = load_context(session, actor=request.actor, project_id=refused.project_id)
        key = found.project.key
        reachable = [row for row in reachable if suits(_load_context_of(session, row, found), refused.wish)]
        if not reachable:
            raise NotInThisState(found.project)
    people = [(row.user_id, row.full_name or row.name) for row in reachable]
    return Reply(
        opens=views.plea_form(request.t, thing=thing, wish=refused.wish, key=key, people=people, note=note)
    )


def _load_context_of(session: Session, person: Person, found: ProjectContext) -> ProjectContext:
    return load_context(session, actor=build_actor(person), project_id=found.project.pk)


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
    forms={"plea.send": Route(handle_plea_submission)},
    timers={service.TELL: service.tell_when_hours_begin, service.EXPIRE: service.expire_plea},
    subscriptions=((AbsenceChanged, service.tell_whoever_is_back),),
)
