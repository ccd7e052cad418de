"""`/duet milestone`, and every button and form about the timetable (product §9)."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from itertools import pairwise

from sqlmodel import Session

from bot.deliveries.digests.topics import Topic, needs_somebody
from bot.parsing.folding import fold_text
from bot.projects.service import ProjectContext, find_counting_day, load_context
from bot.runtime.domain_events import (
    CharterAdopted,
    LeadsChanged,
    PersonLeft,
    ProjectActivated,
    ProjectChanged,
    ProposalOff,
    RequestLapsed,
    RequestWithdrawn,
    TeamChanged,
)
from bot.runtime.errors import NotFound, Refusal
from bot.timetable import (
    alerts,
    dropping,
    export_sections,
    notifications,
    policy,
    rescheduling,
    service,
    subscribers,
    views,
)
from bot.timetable.policy import may_change_timetable
from bot.timetable.rules import (
    CHANGEABLE,
    MAX_TITLE,
    OwnerNeeded,
    OwnerNews,
    OwnRestDropped,
    RestDropped,
    TimetableFilter,
    TimetableNews,
)
from bot.timetable.service import WantedMilestone
from bot.ui.blocks import Block, fit_message
from bot.ui.mrkdwn import Mrkdwn
from handlers.decoding import read_id, read_page
from handlers.features import Args, Feature, ProjectCommand, split_args_at
from handlers.grammar import Token, join_tokens
from handlers.mentions import read_people, refuse_leftover_words
from handlers.pasted_lines import join_pasted_lines, means_several
from handlers.project_arguments import build_project_click_handler
from handlers.requests import Handler, Reply, Request, Route
from handlers.responses import add_explanation, add_understood_days
from handlers.timetable_arguments import (
    FILTERS,
    move_number_behind,
    read_item_number,
    read_milestone_of_people,
    read_typed_move,
    split_off_filter,
    split_off_side,
)
from handlers.timetable_forms import (
    build_form_click_handler,
    build_milestone_done_message,
    build_past_end_blocks,
    build_seen_milestone,
    handle_add_milestone_click,
    handle_add_milestone_submission,
    handle_add_several_click,
    handle_add_several_submission,
    handle_change_milestone_submission,
    handle_drop_remaining_submission,
    handle_drop_submission,
    handle_move_click,
    handle_move_submission,
    keep_wish_past_end,
    load_working_day_rule,
    open_add_milestone_form,
    open_add_several_form,
    open_drop_remaining_form,
    open_move_form,
)

VERBS: Mapping[str, str] = {
    word: verb
    for verb, words in {
        "add": "add new dodaj nowy nowa",
        "done": "done finish finished complete completed gotowe gotowy zrobione ukoncz ukonczony skoncz skonczony "
        "zakoncz zakonczony",
        "move": "move postpone przesun przenies przeloz",
        "at_risk": "risk at-risk atrisk ryzyko zagrozony zagrozenie",
        "reopen": "reopen on-track ontrack wznow",
        "restore": "restore undrop przywroc",
        "drop": "drop remove delete odwolaj odwolany usun skasuj rezygnuj rezygnacja",
        "change": "change edit zmien edytuj",
    }.items()
    for word in words.split()
}


_TWO_WORDS: Mapping[tuple[str, str], str] = {("at", "risk"): "at-risk", ("on", "track"): "on-track"}


def _split_off_verb(args: Args) -> tuple[Args, Args]:
    """`kamień milowy` is one word that people type as two; so are `at risk` and `on track`."""
    is_second = bool(args) and args[0].kind == "word" and fold_text(args[0].text) == "milowy"
    read = list(args[is_second:])
    for at, pair in enumerate(pairwise(read)):
        whole = _TWO_WORDS.get((fold_text(pair[0].text), fold_text(pair[1].text)))
        if whole is not None and {each.kind for each in pair} == {"word"}:
            read[at : at + 2] = [Token("word", whole)]
            break
    args = tuple(read)
    first = next((at for at, token in enumerate(args) if _read_verb(token) is not None), len(args))
    if means_several(args[first + 1 :]) and _read_verb(args[first]) == "add":  # what follows is titles, not verbs
        return args[:first], args[first:]
    verb_at = next((at for at, token in enumerate(args) if _read_verb(token) not in (None, "add")), None)
    if verb_at is not None:
        args = move_number_behind(verb_at, args)
    elif not any(map(_read_verb, args)):
        if (filtered := split_off_filter(args)) is not None:
            return filtered[0], (Token("word", filtered[1].value),)
        title_at = next((at for at, token in enumerate(args[:-1]) if token.kind == "quoted"), None)
        if title_at is not None:  # a title, and when and whose it is: there is nothing else to be done with these
            return args[:title_at], (Token("word", "add"), *args[title_at:])
    return split_args_at(lambda token: _read_verb(token) is not None)(args)


def _read_verb(token: Token) -> str | None:
    return VERBS.get(fold_text(token.text)) if token.kind == "word" else None


def handle_milestone_command(request: Request, session: Session, found: ProjectContext) -> Reply:
    """`/duet milestone [project] [mine | overdue | add "TITLE" DATE @p | done N | move N DATE]`."""
    args = request.args
    if not args:
        return _show_timetable_page(request, session, found, 1)
    if args[0].text in list(TimetableFilter):
        return _show_timetable_page(request, session, found, 1, TimetableFilter(args[0].text))
    verb = VERBS[fold_text(args[0].text)]
    if verb == "add":
        if means_several(args[1:]):
            return open_add_several_form(request, found, typed=join_pasted_lines(args[1:]))
        return _add_milestone(request, session, found, args[1:])
    if len(args) < 2:
        return _show_timetable_page(request, session, found, 1)
    wanted, more = _find_typed_milestone(session, found, args[1:], may_be_dropped=verb in ("reopen", "restore"))
    if verb == "at_risk" and more:
        raise Refusal("error.milestone.risk_reason", number=wanted.milestone.number, words=join_tokens(more))
    if verb == "move":
        return _move_milestone(request, session, wanted, more)
    if verb in ("done", "at_risk", "reopen", "restore"):
        refuse_leftover_words(more)
        step = handle_reopen_click if verb in ("reopen", "restore") else _build_step_handler(verb)
        if not wanted.milestone.is_standing:
            step = handle_restore_click
        return step(_build_click_request(request, wanted), session)
    return build_form_click_handler(verb, join_tokens(more))(_build_click_request(request, wanted), session)


def _find_typed_milestone(
    session: Session, found: ProjectContext, args: Args, *, may_be_dropped: bool
) -> tuple[policy.MilestoneContext, Args]:
    """By its number, else by its whole title; and what follows that. Raises: Refusal."""
    number, more = read_item_number(args)
    if number is not None:
        return policy.find_milestone_by_number(session, found, number, may_be_dropped=may_be_dropped), more
    for count in range(min(len(args), MAX_TITLE), 0, -1):
        called = policy.find_milestone_called(session, found, join_tokens(args[:count]))
        if called is not None:
            return called, args[count:]
    raise Refusal("error.milestone.no_number", words=join_tokens(args), key=found.project.key)


def _suits_milestone_command(found: ProjectContext, args: Args) -> bool:
    """Of a milestone with a number nobody knows yet whose it is: it may be the actor's own."""
    match _read_verb(args[0]) if args else None:
        case "add":
            return policy.may_change_timetable(found)
        case "done" | "at_risk" | "reopen" if len(args) > 1:
            return policy.may_finish_milestones(found)
        case "move" if len(args) > 1:
            return policy.may_move_milestones(found)
        case "change" if len(args) > 1:
            return policy.may_change_timetable(found)
        case "drop" | "restore" if len(args) > 1:
            return policy.may_drop_milestones(found)
        case _:
            return True


def _build_click_request(request: Request, wanted: policy.MilestoneContext) -> Request:
    """As if its button had been clicked."""
    return Request(request.actor, request.t, request.now, request.channel_id, value=str(wanted.milestone.pk))


def _add_milestone(request: Request, session: Session, found: ProjectContext, args: tuple[Token, ...]) -> Reply:
    """What is left out, the form asks for."""
    policy.require_change_right(found)
    named = read_people(args)
    rest, side = split_off_side(named.rest)
    people, typed = read_milestone_of_people(
        replace(named, rest=rest),
        today=found.project.day(request.now),
        is_working=load_working_day_rule(session, found),
        is_entry=side is not None,
    )
    owner = people.only or policy.find_owner_by_side(found.project, side)
    if typed.title is None or typed.due is None or owner is None or typed.trouble is not None:
        form = open_add_milestone_form(
            request, found, title=typed.title, due=typed.due, people=people, owner=owner, side=side
        )
        form = add_explanation(add_understood_days(form, request.t, typed.due), request.t, typed.trouble)
        return add_explanation(form, request.t, people.trouble)
    wanted = WantedMilestone(typed.title, typed.due, owner, side)
    try:
        added = service.add_milestone(
            session, actor=request.actor, project_id=found.project.pk, wanted=wanted, now=request.now
        )
    except rescheduling.PastTheEnd as past:
        return _reply_with_blocks(build_past_end_blocks(request, past))
    return Reply(build_milestone_done_message(request, session, "added", added))


def _move_milestone(
    request: Request, session: Session, wanted: policy.MilestoneContext, args: tuple[Token, ...]
) -> Reply:
    """`move 2 friday because …` is done at once; without a reason the form asks for it."""
    policy.require_changeable_milestone(wanted, policy.require_move_right)
    is_working = load_working_day_rule(session, wanted.context)
    today = wanted.project.day(request.now)
    typed = read_typed_move(args, due=wanted.milestone.due, today=today, is_working=is_working)
    due, reason = typed.due, typed.reason
    if due is None or reason is None or not typed.is_certain:
        form = add_understood_days(open_move_form(request, wanted, due=due, reason=reason), request.t, due)
        return add_explanation(form, request.t, typed.trouble)
    try:
        moved = rescheduling.move_milestone(
            session, actor=request.actor, milestone_id=wanted.milestone.pk, due=due, reason=reason, now=request.now
        )
    except rescheduling.PastTheEnd as past:
        return _reply_with_blocks(keep_wish_past_end(request, session, past, wanted.milestone.pk, due, reason))
    return Reply(build_milestone_done_message(request, session, "moved", moved))


def _reply_with_blocks(blocks: list[Block]) -> Reply:
    return Reply(fit_message(Mrkdwn(blocks[0]["text"]["text"]), blocks))


# --- the timetable --------------------------------------------------------------------------------------------


def handle_timetable_page_click(request: Request, session: Session) -> Reply:
    """Of a button: *Timetable*, a filter, the next page: `7:1`, or with a filter `7:mine:1`."""
    listed, number = read_page(request.value)
    project_id, _, shown = listed.partition(":")
    if shown and shown not in list(TimetableFilter):
        raise NotFound
    found = load_context(session, actor=request.actor, project_id=read_id(project_id))
    return _show_timetable_page(request, session, found, number, TimetableFilter(shown or "all"))


def _show_timetable_page(
    request: Request,
    session: Session,
    found: ProjectContext,
    number: int,
    shown: TimetableFilter = TimetableFilter.ALL,
) -> Reply:
    today = find_counting_day(session, found.project, request.now)
    by_filter = service.sort_by_filter(session, found, today=today)
    counts = {each: len(milestones) for each, milestones in by_filter.items()}
    chosen = by_filter[shown]
    return Reply(
        views.render_timetable(
            request.t,
            key=found.project.key,
            name=found.project.name,
            project_id=found.project.pk,
            milestones=[
                (build_seen_milestone(each, today), policy.list_allowed_actions(found, each)) for each in chosen
            ],
            number=number,
            lateness=service.total_lateness(session, found.project),
            may_add=may_change_timetable(found),
            shown=shown,
            counts=counts,
        )
    )


def handle_menu_choice(request: Request, session: Session) -> Reply:
    """What was chosen from a milestone's menu: as its button."""
    what, _, milestone_id = request.value.partition(":")
    run = MENU.get(what)
    if run is None:
        raise NotFound
    return run(replace(request, value=milestone_id), session)


# --- clicks ---------------------------------------------------------------------------------------------------


def _build_step_handler(verb: str) -> Callable[[Request, Session], Reply]:
    """*Done*, *At risk*: at once."""
    run = {"done": service.finish_milestone, "at_risk": service.mark_milestone_at_risk}[verb]

    def clicked(request: Request, session: Session) -> Reply:
        changed = run(session, actor=request.actor, milestone_id=read_id(request.value), now=request.now)
        return Reply(build_milestone_done_message(request, session, verb, changed))

    return clicked


def handle_reopen_click(request: Request, session: Session) -> Reply:
    """*On track*, *Not done after all*: at once. Only the first claims that all goes to plan."""
    reopened, what = service.reopen_milestone(
        session, actor=request.actor, milestone_id=read_id(request.value), now=request.now
    )
    return Reply(build_milestone_done_message(request, session, what, reopened))


def handle_restore_click(request: Request, session: Session) -> Reply:
    """*Put back*: at once."""
    restored = dropping.restore_milestone(
        session, actor=request.actor, milestone_id=read_id(request.value), now=request.now
    )
    return Reply(build_milestone_done_message(request, session, "restored", restored))


MENU: Mapping[str, Handler] = {
    "done": _build_step_handler("done"),
    "at_risk": _build_step_handler("at_risk"),
    "reopen": handle_reopen_click,
    "restore": handle_restore_click,
    "move": handle_move_click,
    "change": build_form_click_handler("change"),
    "drop": build_form_click_handler("drop"),
}

_about_timetable = partial(
    Topic,
    load=notifications.load_milestone_news,
    counted=lambda _: "timetable",
    thing=lambda facts: f"milestone {facts.milestone}",
    is_lesser=lambda facts: facts.what == "added",  # what was moved has a reason that the team reads (product §9.2)
)

FEATURE = Feature(
    commands=(
        ProjectCommand(
            "milestone",
            handle_milestone_command,
            parts=_split_off_verb,
            verbs={**VERBS, **FILTERS},
            suits=_suits_milestone_command,
            ending_words={word for word, verb in VERBS.items() if verb == "drop"},
        ),
    ),
    buttons={
        "timetable.page": Route(handle_timetable_page_click, reads=True),
        "timetable.add": Route(handle_add_milestone_click, reads=True),
        "timetable.add_several": Route(handle_add_several_click, reads=True),
        "milestone.menu": Route(handle_menu_choice),
        "milestone.done": Route(_build_step_handler("done")),
        "milestone.at_risk": Route(_build_step_handler("at_risk")),
        "milestone.reopen": Route(handle_reopen_click),
        "milestone.restore": Route(handle_restore_click),
        "milestone.move": Route(handle_move_click, reads=True),
        "milestone.change": Route(build_form_click_handler("change"), reads=True),
        "milestone.drop": Route(build_form_click_handler("drop"), reads=True),
        "milestone.drop_rest": Route(build_project_click_handler(open_drop_remaining_form), reads=True),
    },
    forms={
        "milestone.add": Route(handle_add_milestone_submission),
        "milestone.add_several": Route(handle_add_several_submission),
        "milestone.move": Route(handle_move_submission),
        "milestone.drop": Route(handle_drop_submission),
        "milestone.drop_rest": Route(handle_drop_remaining_submission),
        "milestone.change": Route(handle_change_milestone_submission),
    },
    timers={alerts.ALERT: alerts.send_due_alert},
    digests=(
        Topic(views.MilestoneAlert, views.alert_line, alerts.load_alert, alerts.alert_order, lambda _: "milestone"),
        _about_timetable(TimetableNews, views.milestone_news_line),
        _about_timetable(OwnerNews, views.owner_news_line),
        Topic(RestDropped, views.rest_dropped_line, notifications.load_rest_dropped, counted=lambda _: "timetable"),
        Topic(
            OwnRestDropped,
            views.own_rest_dropped_line,
            notifications.load_rest_dropped,
            counted=lambda _: "timetable",
        ),
        Topic(
            OwnerNeeded,
            views.missing_owner_line,
            notifications.load_milestone_news,
            needs_somebody,
            lambda _: "milestone",
            usable_in=CHANGEABLE,
        ),
    ),
    sections=export_sections.SECTIONS,
    sheets=export_sections.SHEETS,
    subscriptions=(
        (ProjectActivated, subscribers.freeze_signed_dates),
        (ProjectChanged, subscribers.rearm_alerts_on_change),
        (CharterAdopted, subscribers.rearm_alerts_on_change),
        (RequestLapsed, subscribers.drop_wishes_of_unsigned_charter),
        (RequestWithdrawn, subscribers.drop_wishes_of_unsigned_charter),
        (ProposalOff, subscribers.drop_wishes_of_unsigned_charter),
        (LeadsChanged, subscribers.pass_on_milestones_of_former_leads),
        (TeamChanged, subscribers.unassign_former_members),
        (PersonLeft, subscribers.unassign_leaver_milestones),
    ),
)
