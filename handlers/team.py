"""`/duet team`, and every button and form about a project's people (product §7.1)."""

from datetime import date

from sqlmodel import Session

from bot.deliveries.digests.facts import join_projects
from bot.deliveries.digests.topics import Topic
from bot.parsing.folding import fold_text
from bot.projects.rules import Side
from bot.projects.service import ProjectContext, find_project_by_number, load_context
from bot.projects.sides import weigh_word_on_side
from bot.runtime.domain_events import CharterAdopted, PersonLeft, ProjectActivated
from bot.team import export_sections, service, subscribers, views
from bot.team import notifications as team_notifications
from bot.team.notifications import build_member_view
from bot.team.rules import FROM, MEMBER, SIDE, UNTIL, WorksOnOtherSide, read_wanted_stay
from bot.team.service import END
from bot.ui.texts import person_mention
from handlers.decoding import read_id, read_meta_id
from handlers.features import Feature, ProjectCommand, split_args_at
from handlers.grammar import Token, join_tokens
from handlers.mentions import read_people, refuse_leftover_words
from handlers.period_arguments import TypedPeriod, read_typed_stay
from handlers.project_arguments import load_clicked_project
from handlers.requests import Reply, Request, Route, reply_with_notice, reply_with_text
from handlers.responses import add_explanation, add_understood_days
from storage.team import Member

WORDS = {
    **dict.fromkeys(("add", "dodaj", "invite", "zapros"), "add"),
    **dict.fromkeys(("remove", "usun", "delete", "odejmij"), "remove"),
}
"""What people type, folded."""


def handle_team_command(request: Request, session: Session, found: ProjectContext) -> Reply:
    """`/duet team [project] [add @p | remove @p]`."""
    does = _read_verb(request.args[0]) if request.args else None
    if does is None:
        return show_team(request, session, found)
    service.require_extendable_team(found)  # before anything is said of words
    people = read_people(request.args[1:])
    if does == "add":
        words = join_tokens(people.rest)
        is_said = any(map(str.isalnum, words))
        typed = read_typed_stay(request, session, found.project, words) if is_said else TypedPeriod(None)
        form = _open_add_form(request, session, found, people.only, typed.days)
        form = add_explanation(add_understood_days(form, request.t, *typed.days), request.t, typed.trouble)
        return add_explanation(form, request.t, people.trouble)
    people.check()
    refuse_leftover_words(people.rest)
    if (who := people.only) is not None:
        return _remove_member(request, session, service.require_member(session, found, who).pk)
    return show_team(request, session, found)


def _read_verb(token: Token) -> str | None:
    return WORDS.get(fold_text(token.text)) if token.kind == "word" else None


def show_team(request: Request, session: Session, found: ProjectContext) -> Reply:
    project = found.project
    members = service.list_members(session, found)
    return Reply(
        views.render_team(
            request.t,
            key=project.key,
            name=project.name,
            project_id=project.pk,
            leads=project.leads,
            members=[build_member_view(each) for each in members],
            may_name=[side for side in Side if service.may_name_members(found, side)],
        )
    )


def handle_team_click(request: Request, session: Session) -> Reply:
    return show_team(
        request, session, find_project_by_number(session, actor=request.actor, number=read_id(request.value))
    )


def handle_add_member_click(request: Request, session: Session) -> Reply:
    return _open_add_form(request, session, load_clicked_project(request, session), None, (None, None))


def _open_add_form(
    request: Request,
    session: Session,
    found: ProjectContext,
    who: str | None,
    days: tuple[date | None, date | None],
) -> Reply:
    """What Duet can tell by itself is filled in."""
    service.require_extendable_team(found)
    today = found.project.day(request.now)
    values = {
        MEMBER: who,
        SIDE: service.guess_side(session, found, who),
        FROM: days[0] or max(found.charter.starts_on, today),
        UNTIL: days[1] or found.charter.ends_on,
    }
    return Reply(
        opens=views.add_member_form(request.t, project_id=found.project.pk, key=found.project.key, values=values)
    )


def handle_add_member_submission(request: Request, session: Session) -> Reply:
    project_id = read_meta_id(request.meta, "project")
    found = load_context(session, actor=request.actor, project_id=project_id)
    service.require_extendable_team(found)  # before anything is said of fields
    wanted = read_wanted_stay(request.values)
    try:
        member = service.add_member(
            session, actor=request.actor, project_id=project_id, wanted=wanted, now=request.now
        )
    except WorksOnOtherSide as wrong:
        say = weigh_word_on_side(session, request.actor, wrong.who)
        return Reply(views.render_wrong_side(request.t, wrong.who, wrong.side, say=say), refuses=True)
    line = views.member_line(request.t, build_member_view(member), with_weekdays=True)
    text = request.t("team.done", key=found.project.key, member=line)
    return reply_with_notice(request.t, "team.form_title", [text])


def handle_remove_member_click(request: Request, session: Session) -> Reply:
    return _remove_member(request, session, read_id(request.value))


def _remove_member(request: Request, session: Session, member_id: int) -> Reply:
    member = service.remove_member(session, actor=request.actor, member_id=member_id, now=request.now)
    key = _find_project_key(request, session, member)
    return reply_with_text(request.t("team.removed_done", key=key, who=person_mention(member.user_id)))


def _find_project_key(request: Request, session: Session, member: Member) -> str:
    return load_context(session, actor=request.actor, project_id=member.project_id).project.key


FEATURE = Feature(
    commands=(
        ProjectCommand(
            "team",
            handle_team_command,
            parts=split_args_at(lambda token: _read_verb(token) is not None),
            verbs=WORDS,
            ending_words={word for word, verb in WORDS.items() if verb == "remove"},
        ),
    ),
    buttons={
        "team.list": Route(handle_team_click, reads=True),
        "team.add": Route(handle_add_member_click, reads=True),
        "team.remove": Route(handle_remove_member_click),
    },
    forms={"team.add": Route(handle_add_member_submission)},
    timers={END: subscribers.end_due_stay},
    digests=(
        Topic(views.TeamNews, views.team_change_line, team_notifications.load_team_news, counted=lambda _: "team"),
        Topic(
            views.MemberLeft,
            views.member_left_line,
            counted=lambda _: "team",
            thing=lambda facts: f"{facts.kind} {facts.who}",
            join=join_projects,
        ),
    ),
    sections=export_sections.SECTIONS,
    subscriptions=(
        (PersonLeft, subscribers.end_stays_of_leaver),
        (ProjectActivated, subscribers.shorten_stays_to_charter),
        (CharterAdopted, subscribers.shorten_stays_to_charter),
    ),
)
