"""`/duet team`, and every button and form about a project's people (product §7.1)."""

from datetime import date

from sqlmodel import Session

from bot.charter import announcements
from bot.digests.topics import Topic
from bot.errors import NotFound
from bot.happenings import CharterAdopted, PersonLeft, ProjectActivated
from bot.kit import fit, section
from bot.projects.joining import join_projects
from bot.projects.rules import DECIDES, Side
from bot.projects.service import dossier, found_by_number
from bot.projects.sides import known_side, say_of
from bot.signing.views import note
from bot.team import messages, reactions, service, views
from bot.team.messages import seen
from bot.team.rules import FROM, MEMBER, SIDE, UNTIL, NotAMember, WorksOnOtherSide, read_wanted
from bot.team.service import END
from bot.texts import Mrkdwn
from bot.words import fold
from handlers.feature import Feature, ProjectCommand, parts_from
from handlers.grammar import Token, text_of
from handlers.ids import meta_id, one_id
from handlers.mentions import read_people, refuse_more
from handlers.period_arguments import TypedPeriod, read_typed_stay
from handlers.replies import explained, understood
from handlers.requests import Reply, Request, Route
from storage import team as stays
from storage.projects import Project
from storage.team import Member

WORDS = {
    **dict.fromkeys(("add", "dodaj", "invite", "zapros"), "add"),
    **dict.fromkeys(("remove", "usun", "delete", "odejmij"), "remove"),
}
"""What people type, folded."""


def team(request: Request, session: Session, project: Project) -> Reply:
    """`/duet team [project] [add @p | remove @p]`."""
    does = _word(request.args[0]) if request.args else None
    if does is None:
        return listed(request, session, project)
    people = read_people(request.args[1:])
    if does == "add":
        service.extendable(session, actor=request.actor, project_id=project.pk)  # before anything is said of words
        words = text_of(people.rest)
        is_said = any(map(str.isalnum, words))
        typed = read_typed_stay(request, session, project, words) if is_said else TypedPeriod(None)
        form = _add_form(request, session, project.pk, people.only, typed.days)
        form = explained(understood(form, request.t, *typed.days), request.t, typed.trouble)
        return explained(form, request.t, people.trouble)
    service.extendable(session, actor=request.actor, project_id=project.pk)  # before anything is said of words
    people.check()
    refuse_more(people.rest)
    if (who := people.only) is not None:
        stay = stays.stay(session, request.actor.team_id, project.pk, who)
        if stay is None:
            raise NotAMember
        return _removed(request, session, stay.pk)
    return listed(request, session, project)


def _word(token: Token) -> str | None:
    return WORDS.get(fold(token.text)) if token.kind == "word" else None


def listed(request: Request, session: Session, project: Project) -> Reply:
    found, members = service.team_of(session, actor=request.actor, project_id=project.pk)
    return Reply(
        views.listing(
            request.t,
            key=project.key,
            name=project.name,
            project_id=project.pk,
            leads=(project.lead_it, project.lead_marketing),
            members=[seen(each) for each in members],
            may_name=[side for side in Side if service.may_name(found, side)],
        )
    )


def list_clicked(request: Request, session: Session) -> Reply:
    return listed(request, session, found_by_number(session, actor=request.actor, number=one_id(request.value)))


def add_clicked(request: Request, session: Session) -> Reply:
    return _add_form(request, session, one_id(request.value), None, (None, None))


def _add_form(
    request: Request, session: Session, project_id: int, who: str | None, days: tuple[date | None, date | None]
) -> Reply:
    """What Duet can tell by itself is filled in."""
    found = service.extendable(session, actor=request.actor, project_id=project_id)
    side = None if who is None else known_side(session, request.actor.team_id, who)
    own = [each for each in Side if found.roles & DECIDES[each]]
    today = found.project.day(request.now)
    values = {
        MEMBER: who,
        SIDE: side or (own[0] if len(own) == 1 else None),
        FROM: days[0] or max(found.charter.starts_on, today),
        UNTIL: days[1] or found.charter.ends_on,
    }
    return Reply(opens=views.add_form(request.t, project_id=project_id, key=found.project.key, values=values))


def add_saved(request: Request, session: Session) -> Reply:
    project_id = meta_id(request.meta, "project")
    if project_id is None:
        raise NotFound
    service.extendable(session, actor=request.actor, project_id=project_id)  # before anything is said of fields
    wanted = read_wanted(request.values)
    try:
        member = service.add(session, actor=request.actor, project_id=project_id, wanted=wanted, now=request.now)
    except WorksOnOtherSide as wrong:
        say = say_of(session, request.actor, wrong.who)
        return Reply(views.other_side(request.t, wrong.who, wrong.side, say=say), refuses=True)
    text = views.done(request.t, seen(member), key=_key(request, session, member))
    return Reply(shows=note(request.t, request.t.plain("team.form_title"), [section(text)]))


def remove_clicked(request: Request, session: Session) -> Reply:
    return _removed(request, session, one_id(request.value))


def _removed(request: Request, session: Session, member_id: int) -> Reply:
    member = service.remove(session, actor=request.actor, member_id=member_id, now=request.now)
    return _said(views.removed_done(request.t, seen(member), key=_key(request, session, member)))


def _key(request: Request, session: Session, member: Member) -> str:
    return dossier(session, actor=request.actor, project_id=member.project_id).project.key


def _said(text: Mrkdwn) -> Reply:
    return Reply(fit(text, [section(text)]))


FEATURE = Feature(
    commands=(
        ProjectCommand(
            "team",
            team,
            parts=parts_from(lambda token: _word(token) is not None),
            verbs=WORDS,
        ),
    ),
    buttons={
        "team.list": Route(list_clicked, reads=True),
        "team.add": Route(add_clicked, reads=True),
        "team.remove": Route(remove_clicked),
    },
    forms={"team.add": Route(add_saved)},
    timers={END: reactions.stay_over},
    digests={
        messages.CHANGED: Topic(views.changed_line, messages.changed_facts, counted=lambda _: "team"),
        messages.MEMBER_LEFT: Topic(
            views.member_left_line,
            announcements.project_facts,
            counted=lambda _: "team",
            thing=lambda notice: f"{messages.MEMBER_LEFT} {notice.facts['who']}",
            join=join_projects,
        ),
    },
    subscriptions=(
        (PersonLeft, reactions.person_left),
        (ProjectActivated, reactions.charter_governs),
        (CharterAdopted, reactions.charter_governs),
    ),
)
