"""`/duet milestone`, and every button and form about the timetable (product §9)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import pairwise

from sqlmodel import Session

from bot.dates.reckoning import WorkingDay
from bot.digests.topics import Topic, needs_somebody
from bot.errors import NotFound
from bot.happenings import (
    CharterAdopted,
    PersonLeft,
    ProjectActivated,
    ProjectChanged,
    ProposalOff,
    RequestLapsed,
    RequestWithdrawn,
    TeamChanged,
)
from bot.kit import Block, Message, fit
from bot.people.service import work_calendar
from bot.projects.service import Dossier, dossier
from bot.signing.views import note
from bot.texts import Mrkdwn
from bot.timetable import alerts, messages, moves, reactions, rights, service, views
from bot.timetable.refusals import PastTheEnd
from bot.timetable.rights import may_change, may_drop, may_finish, may_move
from bot.timetable.rules import OPEN, Whose
from bot.timetable.service import Wanted, read_title
from bot.words import fold
from handlers.feature import Args, Feature, ProjectCommand, parts_from
from handlers.grammar import Token, text_of
from handlers.ids import day_in, id_pair, meta_id, one_id
from handlers.mentions import NamedPeople, read_people, refuse_more
from handlers.replies import explained, understood
from handlers.requests import Reply, Request, Route, View
from handlers.timetable_arguments import NoNumber, read_milestone, read_move, read_number
from storage.projects import Project
from storage.timetable import Milestone

VERBS: Mapping[str, str] = {
    word: verb
    for verb, words in {
        "add": "add new dodaj nowy nowa",
        "done": "done finish finished gotowe gotowy zrobione ukoncz ukonczony",
        "move": "move postpone przesun przenies przeloz",
        "at_risk": "risk at-risk atrisk ryzyko zagrozony zagrozenie",
        "reopen": "reopen on-track ontrack wznow",
        "drop": "drop remove usun rezygnuj rezygnacja",
        "change": "change edit zmien edytuj",
    }.items()
    for word in words.split()
}


_TWO_WORDS: Mapping[tuple[str, str], str] = {("at", "risk"): "at-risk", ("on", "track"): "on-track"}


def _parts(args: Args) -> tuple[Args, Args]:
    """`kamień milowy` is one word that people type as two; so are `at risk` and `on track`."""
    is_second = bool(args) and args[0].kind == "word" and fold(args[0].text) == "milowy"
    read = list(args[is_second:])
    for at, pair in enumerate(pairwise(read)):
        whole = _TWO_WORDS.get((fold(pair[0].text), fold(pair[1].text)))
        if whole is not None and {each.kind for each in pair} == {"word"}:
            read[at : at + 2] = [Token("word", whole)]
            break
    return parts_from(lambda token: _verb(token) is not None)(tuple(read))


def _verb(token: Token) -> str | None:
    return VERBS.get(fold(token.text)) if token.kind == "word" else None


def milestone(request: Request, session: Session, project: Project) -> Reply:
    """`/duet milestone [project] [add "TITLE" DATE @p | done N | move N DATE]`."""
    args = request.args
    if not args:
        return _page(request, session, project.pk, 1)
    found = dossier(session, actor=request.actor, project_id=project.pk)
    verb = VERBS[fold(args[0].text)]
    if verb == "add":
        return _add(request, session, found, args[1:])
    if len(args) < 2:
        return _page(request, session, project.pk, 1)
    number, more = read_number(args[1:])
    if number is None:
        raise NoNumber(text_of(args[1:]), found.project.key)
    wanted = rights.numbered(session, found, number)
    if verb == "move":
        return _move(request, session, found, wanted, more)
    if verb in ("done", "at_risk", "reopen"):
        refuse_more(more)
        step = reopen_clicked if verb == "reopen" else _step(verb)
        return step(_clicked(request, wanted), session)
    return _form(verb, text_of(more))(_clicked(request, wanted), session)


def _clicked(request: Request, wanted: Milestone) -> Request:
    """As if its button had been clicked."""
    return Request(request.actor, request.t, request.now, request.channel_id, value=str(wanted.pk))


def _add(request: Request, session: Session, found: Dossier, args: tuple[Token, ...]) -> Reply:
    """What is left out, the form asks for."""
    rights.check_change(found)
    people = read_people(args)
    typed = read_milestone(people.rest, today=found.project.day(request.now), is_working=_calendar(session, found))
    if typed.title is None or typed.due is None or people.only is None or typed.trouble is not None:
        form = _add_form(request, found, title=typed.title, due=typed.due, people=people)
        form = explained(understood(form, request.t, typed.due), request.t, typed.trouble)
        return explained(form, request.t, people.trouble)
    wanted = Wanted(typed.title, typed.due, people.only)
    try:
        added = service.add(
            session, actor=request.actor, project_id=found.project.pk, wanted=wanted, now=request.now
        )
    except PastTheEnd as past:
        return Reply(_past_message(request, past))
    return Reply(_said(request, session, "added", added))


def _move(request: Request, session: Session, found: Dossier, wanted: Milestone, args: tuple[Token, ...]) -> Reply:
    """`move 2 friday because …` is done at once; without a reason the form asks for it."""
    rights.movable(session, actor=request.actor, milestone_id=wanted.pk)
    typed = read_move(args, today=found.project.day(request.now), is_working=_calendar(session, found))
    due, reason = typed.due, typed.reason
    if due is None or reason is None or not typed.is_certain:
        form = understood(_move_form(request, session, wanted.pk, due=due, reason=reason), request.t, due)
        return explained(form, request.t, typed.trouble)
    try:
        moved = moves.move(
            session, actor=request.actor, milestone_id=wanted.pk, due=due, reason=reason, now=request.now
        )
    except PastTheEnd as past:
        blocks = _wished(request, session, past, wanted.pk, due, reason)
        return Reply(fit(Mrkdwn(blocks[0]["text"]["text"]), blocks))
    return Reply(_said(request, session, "moved", moved))


def _calendar(session: Session, found: Dossier) -> WorkingDay:
    """By which `10 working days` are counted."""
    return work_calendar(session, found.project.team_id, found.project.zone).is_working_day


def _wished(
    request: Request, session: Session, past: PastTheEnd, milestone_id: int, due: date, reason: str | None
) -> list[Block]:
    """The wish is kept; the way to the later end that it needs."""
    kept = moves.wish(
        session, actor=request.actor, milestone_id=milestone_id, due=due, reason=reason, now=request.now
    )
    if kept is None:
        return views.past_end(request.t, ends_on=past.ends_on, edits=f"{past.project_id}:{past.version}")
    return views.wished(request.t, seen(kept), due=due, ends_on=past.ends_on)


def _past_message(request: Request, past: PastTheEnd) -> Message:
    blocks = views.past_end(request.t, ends_on=past.ends_on, edits=f"{past.project_id}:{past.version}")
    return Message(request.t("error.milestone.past_end", ends_on=past.ends_on), tuple(blocks))


# --- the timetable --------------------------------------------------------------------------------------------


def page(request: Request, session: Session) -> Reply:
    """Of a button: *Timetable*, *Earlier*, *Later*."""
    project_id, number = id_pair(request.value)
    return _page(request, session, project_id, number)


def _page(request: Request, session: Session, project_id: int, number: int) -> Reply:
    found, every = service.view(session, actor=request.actor, project_id=project_id)
    today = found.project.day(request.now)
    shown = [(seen(each, today), _may(request, found, each)) for each in every]
    return Reply(
        views.table_of(
            request.t,
            key=found.project.key,
            name=found.project.name,
            project_id=project_id,
            milestones=shown,
            number=number,
            lateness=service.total_lateness(session, found.project),
            may_add=may_change(found),
        )
    )


def _may(request: Request, found: Dossier, each: Milestone) -> Sequence[str]:
    """As the buttons are called."""
    if each.state not in OPEN:
        return ()
    finishes = may_finish(found, request.actor, each)
    may = {
        "done": finishes,
        "move": may_move(found, request.actor, each),
        "at_risk": finishes and each.state == "open",
        "reopen": finishes and each.state != "open",
        "change": may_change(found),
        "drop": may_drop(found),
    }
    return [name for name, allowed in may.items() if allowed]


# --- clicks ---------------------------------------------------------------------------------------------------


def _step(verb: str) -> Callable[[Request, Session], Reply]:
    """*Done*, *At risk*: at once."""
    run = {"done": service.finish, "at_risk": service.mark_at_risk}[verb]

    def clicked(request: Request, session: Session) -> Reply:
        changed = run(session, actor=request.actor, milestone_id=one_id(request.value), now=request.now)
        return Reply(_said(request, session, verb, changed))

    return clicked


def reopen_clicked(request: Request, session: Session) -> Reply:
    """*On track*, *Not done after all*: at once. Only the first claims that all goes to plan."""
    reopened, what = service.reopen(
        session, actor=request.actor, milestone_id=one_id(request.value), now=request.now
    )
    return Reply(_said(request, session, what, reopened))


def _form(verb: str, typed: str = "") -> Callable[[Request, Session], Reply]:
    """*Change*, *Drop*: a form, filled with what was `typed`: the new name, or the reason."""
    form = {"change": views.change_form, "drop": views.drop_form}[verb]
    find = {"change": rights.changeable, "drop": rights.droppable}[verb]

    def clicked(request: Request, session: Session) -> Reply:
        found = find(session, actor=request.actor, milestone_id=one_id(request.value)).milestone
        return Reply(opens=form(request.t, seen(found), revision=found.revision, typed=typed))

    return clicked


def move_clicked(request: Request, session: Session) -> Reply:
    return _move_form(request, session, one_id(request.value), due=None, reason=None)


def _move_form(
    request: Request, session: Session, milestone_id: int, *, due: date | None, reason: str | None
) -> Reply:
    found = rights.movable(session, actor=request.actor, milestone_id=milestone_id)
    form = views.move_form(
        request.t,
        seen(found.milestone),
        revision=found.milestone.revision,
        ends_on=found.dossier.charter.ends_on,
        due=due,
        reason=reason,
    )
    return Reply(opens=form)


def add_clicked(request: Request, session: Session) -> Reply:
    found = dossier(session, actor=request.actor, project_id=one_id(request.value))
    return _add_form(request, found, title=None, due=None, people=read_people(()))


def _add_form(
    request: Request, found: Dossier, *, title: str | None, due: date | None, people: NamedPeople
) -> Reply:
    """Whoever asks for it sees to it, unless somebody was named, or was meant to be."""
    rights.check_change(found)
    asking = request.actor.user_id if people.trouble is None else None
    form = views.add_form(
        request.t,
        project_id=found.project.pk,
        key=found.project.key,
        title=title,
        due=due,
        owner=people.only or asking,
    )
    return Reply(opens=form)


# --- forms ----------------------------------------------------------------------------------------------------


def add_saved(request: Request, session: Session) -> Reply:
    project_id = meta_id(request.meta, "project")
    if project_id is None:
        raise NotFound
    rights.check_change(dossier(session, actor=request.actor, project_id=project_id))
    wanted = Wanted(
        read_title(request.values.get("title")),
        day_in(request.values.get("due")),
        request.values.get("owner"),
        _whose(request),
    )
    try:
        added = service.add(session, actor=request.actor, project_id=project_id, wanted=wanted, now=request.now)
    except PastTheEnd as past:
        return _past_form(request, past)
    return _shown(request, _said(request, session, "added", added))


def move_saved(request: Request, session: Session) -> Reply:
    milestone_id, revision = _meta(request)
    due, reason = day_in(request.values.get("due")), request.values.get("reason")
    try:
        moved = moves.move(
            session,
            actor=request.actor,
            milestone_id=milestone_id,
            due=due,
            reason=reason,
            revision=revision,
            now=request.now,
        )
    except PastTheEnd as past:
        return Reply(
            opens=note(
                request.t,
                request.t.plain("reply.title"),
                _wished(request, session, past, milestone_id, due, reason),
            )
        )
    return _shown(request, _said(request, session, "moved", moved))


def drop_saved(request: Request, session: Session) -> Reply:
    milestone_id, revision = _meta(request)
    dropped = service.drop(
        session,
        actor=request.actor,
        milestone_id=milestone_id,
        reason=request.values.get("reason"),
        revision=revision,
        now=request.now,
    )
    return _shown(request, _said(request, session, "dropped", dropped))


def change_saved(request: Request, session: Session) -> Reply:
    milestone_id, revision = _meta(request)
    changed = service.change(
        session,
        actor=request.actor,
        milestone_id=milestone_id,
        title=request.values.get("title"),
        owner=request.values.get("owner"),
        side=_whose(request),
        revision=revision,
        now=request.now,
    )
    return _shown(request, _said(request, session, "changed", changed))


def _meta(request: Request) -> tuple[int, int]:
    milestone_id, revision = meta_id(request.meta, "milestone"), meta_id(request.meta, "revision")
    if milestone_id is None or revision is None:
        raise NotFound
    return milestone_id, revision


def _whose(request: Request) -> Whose | None:
    side = request.values.get("side")
    return Whose(side) if side in list(Whose) else None


def _past_form(request: Request, past: PastTheEnd) -> Reply:
    """On top of the form, which keeps what was typed: the sentence, and the way to a change of the charter."""
    blocks = views.past_end(request.t, ends_on=past.ends_on, edits=f"{past.project_id}:{past.version}")
    return Reply(opens=note(request.t, request.t.plain("reply.title"), blocks))


def _shown(request: Request, message: Message) -> Reply:
    shown: View = note(request.t, request.t.plain("timetable.form_title"), list(message.blocks))
    return Reply(shows=shown)


def _said(request: Request, session: Session, what: str, each: Milestone) -> Message:
    project = dossier(session, actor=request.actor, project_id=each.project_id).project
    is_read = project.channel_id is not None and project.governing_version is not None
    return views.said(request.t, what, seen(each), is_read=is_read)


def seen(each: Milestone, today: date | None = None) -> views.Seen:
    return views.Seen(
        each.pk,
        each.number,
        each.title,
        each.owner,
        each.side,
        each.state,
        each.signed_due,
        each.due,
        each.done_on,
        is_overdue=each.is_open and today is not None and each.due < today,
    )


FEATURE = Feature(
    commands=(
        ProjectCommand(
            "milestone",
            milestone,
            parts=_parts,
            verbs=VERBS,
        ),
    ),
    buttons={
        "timetable.page": Route(page, reads=True),
        "timetable.add": Route(add_clicked, reads=True),
        "milestone.done": Route(_step("done")),
        "milestone.at_risk": Route(_step("at_risk")),
        "milestone.reopen": Route(reopen_clicked),
        "milestone.move": Route(move_clicked, reads=True),
        "milestone.change": Route(_form("change"), reads=True),
        "milestone.drop": Route(_form("drop"), reads=True),
    },
    forms={
        "milestone.add": Route(add_saved),
        "milestone.move": Route(move_saved),
        "milestone.drop": Route(drop_saved),
        "milestone.change": Route(change_saved),
    },
    timers={alerts.ALERT: alerts.alert},
    digests={
        alerts.ALERT: Topic(
            views.alert_line, alerts.alert_facts, alerts.alert_order, counted=lambda _: "milestone"
        ),
        messages.NEWS: Topic(
            views.news_line, messages.news_facts, counted=lambda _: "timetable", thing=messages.milestone_of
        ),
        messages.YOURS: Topic(
            views.yours_line, messages.news_facts, counted=lambda _: "timetable", thing=messages.milestone_of
        ),
        messages.NEEDS_OWNER: Topic(
            views.needs_owner_line, messages.news_facts, needs_somebody, lambda _: "milestone"
        ),
    },
    subscriptions=(
        (ProjectActivated, reactions.activated),
        (ProjectChanged, reactions.changed),
        (CharterAdopted, reactions.changed),
        (RequestLapsed, reactions.unsigned),
        (RequestWithdrawn, reactions.unsigned),
        (ProposalOff, reactions.unsigned),
        (TeamChanged, reactions.team_changed),
        (PersonLeft, reactions.person_left),
    ),
)
