"""`/duet team`, and every button and form about a project's people (product §7.1)."""

from dataclasses import replace
from datetime import date
from functools import partial

from sqlmodel import Session

from bot.deliveries.digests.facts import join_projects
from bot.deliveries.digests.topics import Topic, needs_somebody, outlives_project
from bot.parsing.folding import fold_text
from bot.projects.rules import ENDING, Side
from bot.projects.service import ProjectContext, find_project_by_number, load_context
from bot.projects.sides import weigh_word_on_side
from bot.runtime.domain_events import (
    BecameOutsider,
    CharterAdopted,
    PersonLeft,
    ProjectActivated,
    ProjectChanged,
)
from bot.runtime.errors import Refusal
from bot.team import (
    closing_parts,
    confirmation_requests,
    export_sections,
    form_views,
    message_views,
    notice_views,
    returns,
    service,
    stay_changes,
    subscribers,
    views,
)
from bot.team import notifications as team_notifications
from bot.team.confirmation_requests import compose_confirmation
from bot.team.confirmations import find_own_request, list_others_asked
from bot.team.overlaps import list_overlaps
from bot.team.overview import build_member_view, list_stay_views
from bot.team.rules import FROM, MANAGER, MEMBER, SIDE, UNTIL, WorksOnOtherSide, read_wanted_stay
from bot.team.service import END
from bot.ui.mrkdwn import person_mention
from handlers import team_confirmations
from handlers.decoding import read_id, read_meta_id, read_page
from handlers.features import Args, Feature, ProjectCommand
from handlers.grammar import Token, join_tokens
from handlers.mentions import read_people, refuse_leftover_words
from handlers.period_arguments import TypedPeriod, read_typed_stay
from handlers.project_arguments import load_clicked_project
from handlers.requests import Reply, Request, Route, reply_with_notice, reply_with_text
from handlers.responses import add_explanation, add_understood_days
from storage.projects import Project
from storage.team import Member

WORDS = {
    **dict.fromkeys(("add", "dodaj", "invite", "zapros"), "add"),
    **dict.fromkeys(("change", "edit", "zmien", "edytuj"), "change"),
    **dict.fromkeys(("remove", "usun", "delete", "odejmij"), "remove"),
}
"""What people type, folded."""


def handle_team_command(request: Request, session: Session, found: ProjectContext) -> Reply:
    """`/duet team [project] [add @p | change @p | remove @p]`; adding who is in the team changes their stay."""
    does = _read_verb(request.args[0]) if request.args else None
    if does is None:
        return show_team_page(request, session, found, 1)
    service.require_extendable_team(found)  # before anything is said of words
    people = read_people(request.args[1:])
    if does != "add":
        people.check()
    if does == "remove" or (does == "change" and people.only is None):
        refuse_leftover_words(people.rest)
    if does != "add" and people.only is None:
        return show_team_page(request, session, found, 1)
    stay = None if people.only is None else service.find_stay_of_person(session, found, people.only)
    if does != "add" and stay is None and people.only in {*found.project.leads}:
        raise Refusal("error.team.leads", person=person_mention(people.only or ""), key=found.project.key)
    if does != "add" and stay is None:
        raise Refusal("error.not_a_member")
    if does == "remove" and stay is not None:
        return _remove_member(request, session, stay.pk)
    words = join_tokens(people.rest)
    is_said = any(map(str.isalnum, words))
    typed = read_typed_stay(request, session, found.project, words) if is_said else TypedPeriod(None)
    if stay is None:
        form = _open_add_form(request, session, found, people.only, typed.days)
    else:
        form = _open_change_form(request, session, stay.pk, typed.days)
    form = add_explanation(add_understood_days(form, request.t, *typed.days), request.t, typed.trouble)
    return add_explanation(form, request.t, people.trouble)


def _split_off_verb(args: Args) -> tuple[Args, Args]:
    """`@ola remove` is `remove @ola`."""
    own_at = next((at for at, each in enumerate(args) if each.kind == "person" or _read_verb(each)), len(args))
    verb_at = next((at for at, each in enumerate(args) if _read_verb(each)), None)
    if verb_at is None:
        return args, ()
    own = (*args[own_at:verb_at], *args[verb_at + 1 :])
    return args[:own_at], (args[verb_at], *own)


def _read_verb(token: Token) -> str | None:
    return WORDS.get(fold_text(token.text)) if token.kind == "word" else None


def show_team_page(request: Request, session: Session, found: ProjectContext, number: int) -> Reply:
    project, stays = found.project, list_stay_views(session, found)
    return Reply(
        views.render_team(
            request.t,
            key=project.key,
            name=project.name,
            project_id=project.pk,
            leads=project.leads,
            stays=stays,
            number=number,
            has_ended=project.state in ENDING,
            may_name=[side for side in Side if service.may_name_members(found, side)],
            may_change=[each.member.member_id for each in stays if stay_changes.may_change_stay(found, each)],
        )
    )


def handle_team_click(request: Request, session: Session) -> Reply:
    found = find_project_by_number(session, actor=request.actor, number=read_id(request.value))
    return show_team_page(request, session, found, 1)


def handle_team_page_click(request: Request, session: Session) -> Reply:
    project_id, number = read_page(request.value)
    found = load_context(session, actor=request.actor, project_id=read_id(project_id))
    return show_team_page(request, session, found, number)


def handle_add_member_click(request: Request, session: Session) -> Reply:
    return _open_add_form(request, session, load_clicked_project(request, session), None, (None, None))


def _open_add_form(
    request: Request,
    session: Session,
    found: ProjectContext,
    who: str | None,
    days: tuple[date | None, date | None],
) -> Reply:
    """Opens the form, with what Duet can tell by itself filled in."""
    service.require_extendable_team(found)
    today = found.project.day(request.now)
    values = {
        MEMBER: who,
        SIDE: service.guess_side(session, found, who),
        FROM: days[0] or max(found.charter.starts_on, today),
        UNTIL: days[1] or found.charter.ends_on,
    }
    return Reply(
        opens=form_views.add_member_form(
            request.t, project_id=found.project.pk, key=found.project.key, values=values
        )
    )


def handle_add_member_submission(request: Request, session: Session) -> Reply:
    project_id = read_meta_id(request.meta, "project")
    found = load_context(session, actor=request.actor, project_id=project_id)
    service.require_extendable_team(found)  # before anything is said of fields
    try:
        wanted = read_wanted_stay(
            request.values,
            list_errors=partial(service.list_new_stay_errors, session, found, now=request.now),
        )
        member = service.add_member(
            session, actor=request.actor, project_id=project_id, wanted=wanted, now=request.now
        )
    except WorksOnOtherSide as wrong:
        say = weigh_word_on_side(session, request.actor, wrong.who)
        return Reply(message_views.render_wrong_side(request.t, wrong.who, wrong.side, say=say), refuses=True)
    return _show_stay(request, session, found.project, member, "team.done", offers_another=True)


def handle_change_stay_click(request: Request, session: Session) -> Reply:
    return _open_change_form(request, session, read_id(request.value), (None, None))


def _open_change_form(
    request: Request, session: Session, member_id: int, days: tuple[date | None, date | None]
) -> Reply:
    """`days`: as they were typed."""
    found, member = service.load_stay(session, actor=request.actor, member_id=member_id)
    stay_changes.require_changeable_stay(found, member)
    seen = build_member_view(found.project, member)
    typed = replace(seen, starts_on=days[0] or seen.starts_on, ends_on=days[1] or seen.ends_on)
    form = form_views.change_stay_form(request.t, key=found.project.key, member=typed, revision=member.revision)
    return Reply(opens=form)


def handle_change_stay_submission(request: Request, session: Session) -> Reply:
    member_id, revision = read_meta_id(request.meta, "member"), read_meta_id(request.meta, "revision")
    found, member = service.load_stay(session, actor=request.actor, member_id=member_id)
    stay_changes.require_changeable_stay(found, member)  # before anything is said of fields
    if member.left_at is not None:
        change = partial(stay_changes.name_home_manager, home_manager=request.values.get(MANAGER))
    else:
        wanted = read_wanted_stay(
            {**request.values, MEMBER: member.user_id, SIDE: member.side},
            list_errors=partial(stay_changes.list_changed_stay_errors, session, found, member, now=request.now),
        )
        change = partial(stay_changes.change_stay, wanted=wanted)
    member = change(session, actor=request.actor, member_id=member_id, revision=revision, now=request.now)
    return _show_stay(request, session, found.project, member, "team.changed_done")


def _show_stay(
    request: Request,
    session: Session,
    project: Project,
    member: Member,
    said: str,
    *,
    offers_another: bool = False,
) -> Reply:
    """What was understood, with the weekdays (product §2.4); whoever is asked to confirm it can do so at once."""
    seen = build_member_view(project, member)
    line = views.member_line(request.t, seen, with_weekdays=True)
    text = request.t(said, key=project.key, member=line)
    asked = find_own_request(session, request.actor, member)
    below = () if asked is None else compose_confirmation(session, project, member, asked)(request.t).blocks
    also = (views.overlap_line(request.t, each) for each in list_overlaps(session, member, reader=request.actor))
    lines = [text, views.manager_line(request.t, seen), *also]
    if others := list_others_asked(session, request.actor, member):
        lines.append(views.asked_line(request.t, others))
    another = [views.add_another_row(request.t, project.pk)] if offers_another else []
    return reply_with_notice(request.t, "team.form_title", [*lines, *below, *another])


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
            parts=_split_off_verb,
            verbs=WORDS,
            suits=lambda found, args: not args or service.may_extend_team(found),
            ending_words={word for word, verb in WORDS.items() if verb == "remove"},
        ),
    ),
    buttons={
        "team.list": Route(handle_team_click, reads=True),
        "team.page": Route(handle_team_page_click, reads=True),
        "team.change": Route(handle_change_stay_click, reads=True),
        **team_confirmations.BUTTONS,
        "team.add": Route(handle_add_member_click, reads=True),
        "team.remove": Route(handle_remove_member_click),
    },
    forms={
        "team.add": Route(handle_add_member_submission),
        "team.change": Route(handle_change_stay_submission),
        **team_confirmations.FORMS,
    },
    timers={
        END: subscribers.end_due_stay,
        returns.REMIND: returns.remind_of_return,
        confirmation_requests.CONFIRM: confirmation_requests.remind_confirmer,
    },
    digests=(
        Topic(
            notice_views.TeamNews,
            notice_views.team_change_line,
            team_notifications.load_team_news,
            counted=lambda _: "team",
        ),
        Topic(
            notice_views.MemberLeft,
            notice_views.member_left_line,
            counted=lambda _: "team",
            thing=lambda facts: f"{facts.kind} {facts.who}",
            join=join_projects,
        ),
        Topic(
            notice_views.ReturnAhead,
            notice_views.return_ahead_line,
            returns.load_return_ahead,
            counted=lambda _: "team",
        ),
        Topic(
            notice_views.MyReturnAhead,
            notice_views.my_return_ahead_line,
            returns.load_my_return_ahead,
            counted=lambda _: "team",
        ),
        Topic(
            notice_views.NotConfirmed,
            notice_views.not_confirmed_line,
            confirmation_requests.load_unanswered_request,
            counted=lambda _: "team",
            outlives=outlives_project,
        ),
        Topic(
            notice_views.ManagerLeft,
            notice_views.manager_left_line,
            team_notifications.load_left_manager,
            alert_order=needs_somebody,
            counted=lambda _: "team",
            outlives=outlives_project,
        ),
    ),
    sections=export_sections.SECTIONS,
    closing=closing_parts.CLOSING,
    subscriptions=(
        (PersonLeft, subscribers.end_stays_of_leaver),
        (PersonLeft, subscribers.replace_left_manager),
        (BecameOutsider, subscribers.replace_left_manager),
        (ProjectActivated, subscribers.shorten_stays_to_charter),
        (ProjectActivated, subscribers.begin_stays),
        (CharterAdopted, subscribers.shorten_stays_to_charter),
        (CharterAdopted, subscribers.tell_successor_of_returns),
        (ProjectChanged, subscribers.return_everybody),
    ),
)
