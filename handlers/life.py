"""`/duet pause`, `resume` and `withdraw`: a project's life by command, button and form (product §3)."""

from datetime import timedelta

from sqlmodel import Session

from bot.charter import announcements
from bot.digests.topics import EARLY, Topic
from bot.errors import NotFound
from bot.happenings import CharterAdopted, ProjectActivated
from bot.kit import fit, section
from bot.life import service, views, visibility
from bot.life import service as life
from bot.projects.rules import RUNNING, moved
from bot.projects.service import dossier
from handlers.feature import Feature, ProjectCommand
from handlers.ids import day_in, meta_id, meta_word, one_id
from handlers.requests import Reply, Request, Route
from storage.projects import Project

USUAL_PAUSE = timedelta(days=14)


def pause(request: Request, session: Session, project: Project) -> Reply:
    """Opens the form, if there is anything to pause."""
    found = dossier(session, actor=request.actor, project_id=project.pk)
    moved("pause", found.state, roles=found.roles, key=project.key)
    until = project.day(request.now) + USUAL_PAUSE
    return Reply(
        opens=views.pause_form(request.t, key=project.key, name=project.name, project_id=project.pk, until=until)
    )


def paused(request: Request, session: Session) -> Reply:
    project_id, until = meta_id(request.meta, "project"), day_in(request.values.get("until"))
    if project_id is None:
        raise NotFound
    service.pause(
        session,
        actor=request.actor,
        project_id=project_id,
        reason=request.values.get("reason"),
        until=until,
        now=request.now,
    )
    return Reply()


def resume(request: Request, session: Session, project: Project) -> Reply:
    resumed = service.resume(session, actor=request.actor, project_id=project.pk, now=request.now)
    text = request.t("life.resumed_done", key=resumed.key)
    return Reply(fit(text, [section(text)]))


def withdraw(request: Request, session: Session, project: Project) -> Reply:
    """Opens the form, which says what will happen and who will read why."""
    found = service.withdrawable(session, actor=request.actor, project_id=project.pk, now=request.now)
    closes_on = None
    if found.state in RUNNING:
        closes_on = service.closing_after(session, found.project, now=request.now)
    return Reply(
        opens=views.withdraw_form(
            request.t,
            key=project.key,
            name=project.name,
            project_id=project.pk,
            state=found.state,
            closes_on=closes_on,
        )
    )


def withdrawn(request: Request, session: Session) -> Reply:
    project_id = meta_id(request.meta, "project")
    if project_id is None:
        raise NotFound
    service.withdraw(
        session,
        actor=request.actor,
        project_id=project_id,
        seen=meta_word(request.meta, "state") or "",
        reason=request.values.get("reason"),
        now=request.now,
    )
    return Reply()


def taken_back(request: Request, session: Session) -> Reply:
    project = service.take_back_withdrawal(
        session, actor=request.actor, project_id=one_id(request.value), now=request.now
    )
    text = request.t("life.taken_back_done", key=project.key)
    return Reply(fit(text, [section(text)]))


def made_public(request: Request, session: Session) -> Reply:
    return _visibility(request, session, is_public=True)


def made_private(request: Request, session: Session) -> Reply:
    return _visibility(request, session, is_public=False)


def _visibility(request: Request, session: Session, *, is_public: bool) -> Reply:
    project = visibility.set_visibility(
        session, actor=request.actor, project_id=one_id(request.value), is_public=is_public, now=request.now
    )
    text = request.t("life.public_done" if is_public else "life.private_done", key=project.key)
    return Reply(fit(text, [section(text)]))


def _clicked(run: ProjectCommand) -> Route:
    def go(request: Request, session: Session) -> Reply:
        found = dossier(session, actor=request.actor, project_id=one_id(request.value))
        return run.run(request, session, found.project)

    return Route(go, reads=run.reads)


PAUSE = ProjectCommand("pause", pause, reads=True)
RESUME = ProjectCommand("resume", resume)
WITHDRAW = ProjectCommand("withdraw", withdraw, reads=True)

FEATURE = Feature(
    commands=(PAUSE, RESUME, WITHDRAW),
    buttons={
        "life.pause": _clicked(PAUSE),
        "life.resume": _clicked(RESUME),
        "life.withdraw": _clicked(WITHDRAW),
        "life.take_back": Route(taken_back),
        "life.public": Route(made_public),
        "life.private": Route(made_private),
    },
    forms={"life.pause": Route(paused), "life.withdraw": Route(withdrawn)},
    timers={
        life.RESUME: life.resume_by_itself,
        life.CLOSE: life.close_by_itself,
        life.END: life.close_by_itself,
    },
    digests={
        life.RESUMED: Topic(
            views.resumed_line, announcements.project_facts, counted=lambda _: "project", rank=EARLY
        ),
        life.CLOSING: Topic(
            views.closing_line, announcements.project_facts, counted=lambda _: "project", rank=EARLY
        ),
        life.CLOSES_ON: Topic(views.closes_on_line, life.closes_on_facts, counted=lambda _: "project", rank=EARLY),
        life.VISIBILITY: Topic(
            views.visibility_line, life.visibility_facts, counted=lambda _: "project", rank=EARLY
        ),
    },
    subscriptions=(
        (ProjectActivated, life.arm_end),
        (CharterAdopted, life.arm_end),
        (CharterAdopted, life.end_moved),
    ),
)
