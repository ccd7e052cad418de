"""`/duet blocker`, *Note a blocker* of a message, and every button and form about blockers (product §8.6, §8.7)."""

from collections.abc import Mapping

from sqlmodel import Session

from bot.asks.policy import load_ask
from bot.checkins import blocker_escalation, blocker_notes, blocker_subscribers, blocker_views, blockers
from bot.checkins.blocker_views import BlockerMoved, BlockerNoted, BlockerStands
from bot.deliveries.digests.topics import Topic, needs_somebody
from bot.parsing.folding import fold_text
from bot.projects.drafts import drop_source_link, find_source_link, keep_source_link
from bot.projects.service import ProjectContext, load_context
from bot.runtime.domain_events import BecameOutsider, CharterAdopted, PersonLeft, ProjectChanged, TeamChanged
from bot.runtime.errors import NotFound, Refusal
from handlers.decoding import find_meta_id, read_id, read_page
from handlers.features import Args, Feature, ProjectCommand
from handlers.grammar import Token, join_tokens, read_project_number
from handlers.mentions import refuse_leftover_words
from handlers.project_arguments import (
    build_project_click_handler,
    find_project_numbered,
    infer_source_projects,
    load_clicked_project,
    name_project,
    name_projects,
    read_form_project,
)
from handlers.requests import Reply, Request, Route, reply_with_notice, reply_with_text
from handlers.responses import add_explanation
from handlers.source_messages import render_source_words
from handlers.timetable_arguments import join_with_quotes, move_number_behind, read_item_number, split_off_number

VERBS: Mapping[str, str] = {
    word: verb
    for verb, words in {
        "add": "add note new dodaj zglos nowa",
        "done": "done resolve resolved solved gotowe rozwiaz rozwiazane rozwiazana zrobione",
    }.items()
    for word in words.split()
}


def split_off_blocker(args: Args) -> tuple[Args, Args]:
    """Parts the words at what follows a project's key, else at a number alone, a verb or a quotation."""
    done_at = next((at for at, token in enumerate(args[:3]) if _read_verb(token) == "done"), None)
    if done_at is not None and done_at == len(args) - 1:
        args = move_number_behind(done_at, args)
    numbered = split_off_number(args)
    if numbered is not None and all(read_project_number(each) is not None for each in numbered[0]):
        return numbered
    if args and read_project_number(args[0]) is not None:
        return args[:1], args[1:]
    at = next((at for at, token in enumerate(args) if token.kind == "quoted" or _read_verb(token)), len(args))
    return args[:at], args[at:]


def _read_verb(token: Token) -> str | None:
    return VERBS.get(fold_text(token.text)) if token.kind == "word" else None


def handle_blocker_command(request: Request, session: Session, found: ProjectContext) -> Reply:
    """`/duet blocker [project] ["TEXT" | N | done N]`; without any of these it lists those that are open."""
    args = request.args
    if len(args) == 1 and read_item_number(args)[0] is not None:
        return _show_numbered_blocker(request, session, found, args[0])
    verb = _read_verb(args[0]) if args else None
    if verb == "done":
        return _resolve_numbered_blocker(request, session, found, args[1:])
    if verb == "add":
        return _note_typed_blocker(request, session, found, args[1:])
    if args:
        return _note_typed_blocker(request, session, found, args)
    return _show_blockers(request, session, found, 1)


def _suits_blocker_command(found: ProjectContext, args: Args) -> bool:
    if not args:
        return blocker_notes.may_read_blockers(found)
    if len(args) == 1 and read_item_number(args)[0] is not None:
        return blocker_notes.may_read_blockers(found)
    resolves = _read_verb(args[0]) == "done"
    return blockers.may_resolve_in(found) if resolves else blocker_notes.may_note_in(found)


def _note_typed_blocker(request: Request, session: Session, found: ProjectContext, args: Args) -> Reply:
    """What is not one quotation opens the form, filled."""
    blocker_notes.require_note_right(found)
    if len(args) == 1 and args[0].kind == "quoted":
        return _note_blocker(request, session, found.project.pk, args[0].text, None)
    text = join_with_quotes(args)
    blocker_notes.refuse_plain_no(text)
    form = blocker_views.blocker_form(
        request.t, project=name_project(found), is_paused=found.project.is_paused, text=text
    )
    return add_explanation(Reply(opens=form), request.t, Refusal("error.blocker.no_quotes") if text else None)


def open_form_for_words(request: Request, session: Session) -> Reply:
    """Takes what names no project for the blocker itself. Raises: NotFound for an unknown key; Refusal."""
    if read_project_number(request.args[0]) is not None:
        raise NotFound
    blocker_notes.refuse_plain_no(join_with_quotes(request.args))
    projects = infer_source_projects(request, session, is_possible=blocker_notes.may_note_in)
    if len(projects) == 1:
        return _note_typed_blocker(request, session, projects[0], request.args)
    text = join_with_quotes(request.args)
    form = blocker_views.blocker_form(request.t, project=None, projects=name_projects(projects), text=text)
    return add_explanation(Reply(opens=form), request.t, Refusal("error.blocker.no_quotes"))


def _show_numbered_blocker(request: Request, session: Session, found: ProjectContext, number: Token) -> Reply:
    """Where there is none of that number, it may be the project's. Raises: NotAllowed; Refusal."""
    blocker_notes.require_reader(found)
    try:
        row = blocker_notes.find_blocker_by_number(session, found, number.text)
    except Refusal:
        project = find_project_numbered(request, session, number)
        if project is None:
            raise
        return _show_blockers(request, session, project, 1)
    facts = blocker_notes.load_blocker(session, found, row, now=request.now)
    return Reply(blocker_views.render_blockers(request.t, facts))


def _resolve_numbered_blocker(request: Request, session: Session, found: ProjectContext, args: Args) -> Reply:
    if not args:
        return _show_blockers(request, session, found, 1)
    typed, more = read_item_number(args)
    if typed is None:
        raise Refusal("error.blocker.no_number", words=join_tokens(args))
    refuse_leftover_words(more)
    row = blocker_notes.find_blocker_by_number(session, found, typed)
    return _resolve_blocker(request, session, row.pk)


# --- the list, and what is done there -------------------------------------------------------------------------


def _show_blockers(request: Request, session: Session, found: ProjectContext, number: int) -> Reply:
    facts = blocker_notes.load_blocker_list(session, found, number=number, now=request.now)
    return Reply(blocker_views.render_blockers(request.t, facts))


def _list_blockers(request: Request, session: Session, found: ProjectContext) -> Reply:
    return _show_blockers(request, session, found, 1)


def handle_blockers_page_click(request: Request, session: Session) -> Reply:
    project_id, number = read_page(request.value)
    found = load_context(session, actor=request.actor, project_id=read_id(project_id))
    return _show_blockers(request, session, found, number)


def handle_blocker_resolve_click(request: Request, session: Session) -> Reply:
    return _resolve_blocker(request, session, read_id(request.value))


def _resolve_blocker(request: Request, session: Session, blocker_id: int) -> Reply:
    blockers.resolve_blocker(session, actor=request.actor, blocker_id=blocker_id, now=request.now)
    return reply_with_text(request.t("blocker.resolved_done"))


def handle_blocker_take_click(request: Request, session: Session) -> Reply:
    row = blockers.take_blocker(session, actor=request.actor, blocker_id=read_id(request.value), now=request.now)
    return reply_with_text(request.t("blocker.taken_done", number=row.number))


def handle_blocker_stands_click(request: Request, session: Session) -> Reply:
    blockers.confirm_blocker(session, actor=request.actor, blocker_id=read_id(request.value), now=request.now)
    return Reply()


# --- the form -------------------------------------------------------------------------------------------------


def handle_blocker_form_click(request: Request, session: Session) -> Reply:
    found = load_clicked_project(request, session)
    blocker_notes.require_note_right(found)
    form = blocker_views.blocker_form(request.t, project=name_project(found), is_paused=found.project.is_paused)
    return Reply(opens=form)


def handle_blocker_shortcut(request: Request, session: Session) -> Reply:
    """*Note a blocker*, of a message: the form, with its words (product §2.10). Raises: Refusal."""
    projects = infer_source_projects(request, session, is_possible=blocker_notes.may_note_in)
    if len(projects) == 1:
        blocker_notes.require_note_right(projects[0])
    link = None if request.source is None else request.source.link
    form = blocker_views.blocker_form(
        request.t,
        project=name_project(projects[0]) if len(projects) == 1 else None,
        projects=name_projects(projects),
        is_paused=len(projects) == 1 and projects[0].project.is_paused,
        text=render_source_words(session, request.actor.team_id, request.source),
        link=link,
        stamp=keep_source_link(session, actor=request.actor, link=link, now=request.now),
    )
    return Reply(opens=form)


def handle_declined_ask_click(request: Request, session: Session) -> Reply:
    """*Note a blocker*, of an ask that was declined: the form, with its words. Raises: NotFound, NotAllowed."""
    asked = load_ask(session, request.actor, read_id(request.value))
    blocker_notes.require_note_right(asked.context)
    form = blocker_views.blocker_form(
        request.t,
        project=name_project(asked.context),
        is_paused=asked.project.is_paused,
        text=asked.ask.text,
        link=asked.ask.link,
        stamp=keep_source_link(session, actor=request.actor, link=asked.ask.link, now=request.now),
    )
    return Reply(opens=form)


def handle_blocker_submission(request: Request, session: Session) -> Reply:
    stamp = find_meta_id(request.meta, "source")
    link = find_source_link(session, actor=request.actor, stamp=stamp)
    said = _note_blocker(request, session, read_form_project(request), request.values.get("text"), link)
    drop_source_link(session, actor=request.actor, stamp=stamp)
    assert said.message is not None
    return reply_with_notice(request.t, "blocker.form.title", said.message.blocks)


def _note_blocker(request: Request, session: Session, project_id: int, text: str | None, link: str | None) -> Reply:
    found, row, is_new = blocker_notes.note_blocker(
        session, actor=request.actor, project_id=project_id, text=text, link=link, now=request.now
    )
    key, number = found.project.key, row.number
    said = blocker_views.render_noted_blocker(
        request.t, key=key, number=number, text=row.text, is_new=is_new, is_paused=found.project.is_paused
    )
    return reply_with_text(said)


FEATURE = Feature(
    commands=(
        ProjectCommand(
            "blocker",
            handle_blocker_command,
            elsewise=open_form_for_words,
            parts=split_off_blocker,
            suits=_suits_blocker_command,
        ),
    ),
    shortcuts={"shortcut.blocker": Route(handle_blocker_shortcut)},
    buttons={
        "blocker.list": Route(build_project_click_handler(_list_blockers), reads=True),
        "blocker.page": Route(handle_blockers_page_click, reads=True),
        "blocker.begin": Route(handle_blocker_shortcut),
        "blocker.new": Route(handle_blocker_form_click, reads=True),
        "ask.blocker": Route(handle_declined_ask_click),
        "blocker.resolve": Route(handle_blocker_resolve_click),
        "blocker.take": Route(handle_blocker_take_click),
        "blocker.stands": Route(handle_blocker_stands_click),
    },
    forms={"blocker.new": Route(handle_blocker_submission)},
    timers={blocker_escalation.TIMER: blocker_escalation.escalate_blocker},
    digests=(
        Topic(
            BlockerStands,
            blocker_views.standing_blocker_line,
            blocker_escalation.load_blocker,
            needs_somebody,
            lambda _: "blocker",
        ),
        Topic(
            BlockerNoted,
            blocker_views.noted_blocker_line,
            blocker_notes.load_noted_blocker,
            counted=lambda _: "blocker",
        ),
        Topic(
            BlockerMoved,
            blocker_views.moved_blocker_line,
            blockers.load_moved_blocker,
            counted=lambda _: "blocker",
        ),
    ),
    subscriptions=(
        (ProjectChanged, blocker_subscribers.adjust_blockers_to_project),
        (CharterAdopted, blocker_subscribers.pass_on_blockers_of_project),
        (TeamChanged, blocker_subscribers.pass_on_blockers_of_project),
        (PersonLeft, blocker_subscribers.pass_on_blockers_of_person),
        (BecameOutsider, blocker_subscribers.pass_on_blockers_of_person),
    ),
)
