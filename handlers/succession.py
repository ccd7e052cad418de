"""Naming a successor, for Slack admins or both stewards, and objecting, for leads (product §4.9, §17)."""

from sqlmodel import Session

from bot.deliveries.digests.facts import join_projects
from bot.deliveries.digests.topics import EARLY, Topic, needs_somebody
from bot.projects.rules import LIVE
from bot.runtime.domain_events import AbsenceChanged, BecameOutsider, ExecutivesNamed, PersonLeft
from bot.succession import notifications, proposals, service, vacancies, views
from bot.succession import service as succession
from bot.ui.blocks import Block
from bot.ui.mrkdwn import Mrkdwn
from handlers.decoding import read_id, read_meta_id
from handlers.features import Feature
from handlers.requests import Reply, Request, Route, reply_with_notice, reply_with_text


def open_successor_form(request: Request, session: Session) -> Reply:
    vacant = vacancies.list_vacancies(session, actor=request.actor)
    proposed = proposals.list_open_proposals(session, actor=request.actor)
    form = views.name_successor_form(request.t, vacancies=vacant, proposed=proposed, reader=request.actor.user_id)
    return Reply(opens=form)


def handle_successor_submission(request: Request, session: Session) -> Reply:
    leaver, left = (request.values.get(name) or "" for name in ("leaver", "left"))
    successor = request.values.get("successor") or ""
    left, _, only = left.partition(":")
    named = service.name_successor(
        session,
        actor=request.actor,
        left=leaver or left,
        left_field="leaver" if leaver or not left else "left",
        successor=successor,
        now=request.now,
        project_id=read_id(only) if only and not leaver else None,
    )
    said: list[Mrkdwn | Block] = [*_confirm_successor(request, successor, named)]
    if named.rival is not None:
        reader = request.actor.user_id
        said += views.proposal_blocks(request.t, named.rival, reader=reader, said="seat.rival")
    return reply_with_notice(request.t, "seat.name", said)


def _confirm_successor(request: Request, successor: str, named: service.NamedSuccessor) -> list[Mrkdwn]:
    keys, needed = ([project.key for project in found] for found in (named.projects, named.unsuitable))
    return views.successor_confirmation(
        request.t, successor=successor, keys=keys, needed=needed, waits_for=named.waits_for
    )


def handle_agree_click(request: Request, session: Session) -> Reply:
    """The other steward's yes. The button's value: who leaves, who succeeds, in which project (0: in all)."""
    left, successor, project_id = _read_proposal(request.value)
    named = service.name_successor(
        session,
        actor=request.actor,
        left=left,
        left_field="left",
        successor=successor,
        now=request.now,
        project_id=project_id,
    )
    return reply_with_text(Mrkdwn(" ").join(_confirm_successor(request, successor, named)))


def handle_refuse_click(request: Request, session: Session) -> Reply:
    left, successor, project_id = _read_proposal(request.value)
    proposals.refuse_successor(
        session, actor=request.actor, left=left, successor=successor, project_id=project_id, now=request.now
    )
    return reply_with_text(request.t("steward.refused_done"))


def _read_proposal(value: str) -> tuple[str, str, int | None]:
    """Reads a button's value. Raises: NotFound."""
    left, _, rest = value.partition(":")
    successor, _, project_id = rest.partition(":")
    return left, successor, None if project_id == "0" else read_id(project_id)


def open_objection_form(request: Request, session: Session) -> Reply:
    project, row, successor = service.require_objectionable_succession(
        session, actor=request.actor, succession_id=read_id(request.value)
    )
    form = views.objection_form(
        request.t, key=project.key, name=project.name, succession_id=row.pk, successor=successor
    )
    return Reply(opens=form)


def handle_objection_submission(request: Request, session: Session) -> Reply:
    succession_id = read_meta_id(request.meta, "succession")
    service.object_to_successor(
        session,
        actor=request.actor,
        succession_id=succession_id,
        reason=request.values.get("reason"),
        now=request.now,
    )
    return Reply()


def _name_seat(facts: views.SeatVacant) -> str:
    """Somebody may have sat there in several projects."""
    return f"seat {facts.side} {facts.left}"


FEATURE = Feature(
    commands=(),
    buttons={
        "seat.form": Route(open_successor_form, reads=True),
        "seat.object": Route(open_objection_form, reads=True),
        "seat.agree": Route(handle_agree_click),
        "seat.refuse": Route(handle_refuse_click),
    },
    forms={"seat.name": Route(handle_successor_submission), "seat.object": Route(handle_objection_submission)},
    timers={
        succession.SETTLE: succession.settle_succession,
        notifications.TELL: notifications.tell_when_hours_begin,
    },
    digests=(
        Topic(
            views.SeatVacant,
            views.vacant_line,
            counted=lambda _: "seat",
            thing=_name_seat,
            join=join_projects,
            rank=EARLY,
        ),
        Topic(
            views.SeatVacantForAdmin,
            views.vacant_admin_line,
            alert_order=needs_somebody,
            counted=lambda _: "seat",
            thing=_name_seat,
            join=join_projects,
            usable_in=LIVE,
        ),
        Topic(
            views.SomebodyLeft,
            views.somebody_left_line,
            alert_order=needs_somebody,
            counted=lambda _: "successor",
            thing=lambda facts: facts.left,
            join=join_projects,
        ),
    ),
    subscriptions=(
        (PersonLeft, vacancies.vacate_seats_of_leaver),
        (BecameOutsider, vacancies.vacate_seats_of_guest),
        (AbsenceChanged, notifications.tell_whoever_is_back),
        (ExecutivesNamed, succession.fill_seats_by_charter),
        *((each, proposals.review_proposals) for each in proposals.REVIEWED),
    ),
)
