"""Naming a successor, for Slack admins, and objecting, for leads (product §4.9)."""

from sqlmodel import Session

from bot.charter import announcements
from bot.digests.topics import EARLY, Topic, needs_somebody
from bot.errors import NotFound
from bot.happenings import BecameOutsider, ExecutivesNamed, PersonLeft
from bot.kit import section
from bot.projects.joining import join_projects
from bot.signing.views import note
from bot.succession import messages, service, views
from bot.succession import service as succession
from handlers.feature import Feature
from handlers.ids import meta_id, one_id
from handlers.requests import Reply, Request, Route
from storage import people


def successor_form(request: Request, session: Session) -> Reply:
    vacant = service.vacancies(session, actor=request.actor)
    known = people.known(session, request.actor.team_id, set(vacant))
    return Reply(
        opens=views.successor_form(
            request.t,
            vacancies={
                user_id: (known[user_id].name, [(project.pk, project.key) for project in found])
                for user_id, found in vacant.items()
                if user_id in known
            },
        )
    )


def named(request: Request, session: Session) -> Reply:
    leaver, left = (request.values.get(name) or "" for name in ("leaver", "left"))
    successor = request.values.get("successor") or ""
    left, _, only = left.partition(":")
    try:
        projects, others = service.name_successor(
            session,
            actor=request.actor,
            left=leaver or left,
            successor=successor,
            now=request.now,
            project_id=one_id(only) if only and not leaver else None,
        )
    except service.NoSeat as error:
        error.field = "leaver" if leaver or not left else "left"
        raise
    keys, needed = ([project.key for project in found] for found in (projects, others))
    texts = views.named_for_admin(request.t, successor=successor, keys=keys, needed=needed)
    return Reply(shows=note(request.t, request.t.plain("seat.name"), [section(text) for text in texts]))


def object_form(request: Request, session: Session) -> Reply:
    project, row, successor = service.objectionable(
        session, actor=request.actor, succession_id=one_id(request.value)
    )
    form = views.object_form(
        request.t, key=project.key, name=project.name, succession_id=row.pk, successor=successor
    )
    return Reply(opens=form)


def objected(request: Request, session: Session) -> Reply:
    succession_id = meta_id(request.meta, "succession")
    if succession_id is None:
        raise NotFound
    service.object_to(
        session,
        actor=request.actor,
        succession_id=succession_id,
        reason=request.values.get("reason"),
        now=request.now,
    )
    return Reply()


FEATURE = Feature(
    commands=(),
    buttons={"seat.form": Route(successor_form, reads=True), "seat.object": Route(object_form, reads=True)},
    forms={"seat.name": Route(named), "seat.object": Route(objected)},
    timers={succession.SETTLE: succession.settle},
    digests={
        messages.VACANT: Topic(
            views.vacant_line,
            announcements.project_facts,
            counted=lambda _: "seat",
            thing=messages.seat_of,
            join=join_projects,
            rank=EARLY,
        ),
        messages.VACANT_ADMIN: Topic(
            views.vacant_admin_line,
            alert_order=needs_somebody,
            counted=lambda _: "seat",
            thing=messages.seat_of,
            join=join_projects,
        ),
        messages.SOMEBODY_LEFT: Topic(
            views.somebody_left_line,
            announcements.project_facts,
            needs_somebody,
            lambda _: "successor",
            thing=lambda notice: notice.facts["left"],
            join=join_projects,
        ),
    },
    subscriptions=(
        (PersonLeft, succession.person_left),
        (BecameOutsider, succession.became_outsider),
        (ExecutivesNamed, succession.executives_named),
    ),
)
