"""`/duet milestone`: what is typed after it, and what it does (product §9)."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

from sqlmodel import Session

from bot.parsing.folding import fold_text
from bot.projects.service import ProjectContext
from bot.runtime.errors import Refusal
from bot.timetable import policy, rescheduling, service
from bot.timetable.rules import MAX_TITLE, TimetableFilter
from bot.timetable.service import WantedMilestone
from bot.ui.blocks import Block, fit_message
from bot.ui.mrkdwn import Mrkdwn
from handlers.features import Args, split_args_at
from handlers.grammar import Token, join_tokens
from handlers.mentions import read_people, refuse_leftover_words
from handlers.pasted_lines import join_pasted_lines, means_several
from handlers.project_arguments import find_project_numbered
from handlers.requests import Reply, Request
from handlers.responses import add_explanation, add_understood_days
from handlers.timetable_arguments import (
    move_number_behind,
    read_item_number,
    read_milestone_of_people,
    read_typed_move,
    split_off_filter,
    split_off_number,
    split_off_side,
)
from handlers.timetable_clicks import (
    build_step_handler,
    handle_reopen_click,
    handle_restore_click,
    show_milestone,
    show_timetable_page,
)
from handlers.timetable_forms import (
    build_form_click_handler,
    build_milestone_done_message,
    build_past_end_blocks,
    keep_wish_past_end,
    load_working_day_rule,
    open_add_milestone_form,
    open_add_several_form,
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


def split_off_verb(args: Args) -> tuple[Args, Args]:
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
        if (numbered := split_off_number(args)) is not None:
            return numbered
    return split_args_at(lambda token: _read_verb(token) is not None)(args)


def _read_verb(token: Token) -> str | None:
    return VERBS.get(fold_text(token.text)) if token.kind == "word" else None


def handle_milestone_command(request: Request, session: Session, found: ProjectContext) -> Reply:
    """`/duet milestone [project] [mine | overdue | N | add "TITLE" DATE @p | done N | move N DATE]`."""
    args = request.args
    if not args:
        return show_timetable_page(request, session, found, 1)
    if args[0].text in list(TimetableFilter):
        return show_timetable_page(request, session, found, 1, TimetableFilter(args[0].text))
    if read_item_number(args)[0] is not None:
        return _show_numbered_milestone(request, session, found, args[0])
    verb = VERBS[fold_text(args[0].text)]
    if verb == "add":
        if means_several(args[1:]):
            return open_add_several_form(request, session, found, typed=join_pasted_lines(args[1:]))
        return _add_milestone(request, session, found, args[1:])
    if len(args) < 2:
        return show_timetable_page(request, session, found, 1)
    wanted, more = _find_typed_milestone(session, found, args[1:], may_be_dropped=verb in ("reopen", "restore"))
    if verb == "at_risk" and more:
        raise Refusal("error.milestone.risk_reason", number=wanted.milestone.number, words=join_tokens(more))
    if verb == "move":
        return _move_milestone(request, session, wanted, more)
    if verb in ("done", "at_risk", "reopen", "restore"):
        refuse_leftover_words(more)
        step = handle_reopen_click if verb in ("reopen", "restore") else build_step_handler(verb)
        if not wanted.milestone.is_standing:
            step = handle_restore_click
        return step(_build_click_request(request, wanted), session)
    return build_form_click_handler(verb, join_tokens(more))(_build_click_request(request, wanted), session)


def _show_numbered_milestone(request: Request, session: Session, found: ProjectContext, number: Token) -> Reply:
    """Where there is none of that number, it may be the project's. Raises: Refusal."""
    try:
        wanted = policy.find_milestone_by_number(session, found, number.text, may_be_dropped=True)
    except Refusal:
        project = find_project_numbered(request, session, number)
        if project is None:
            raise
        return show_timetable_page(request, session, project, 1)
    return show_milestone(request, wanted)


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


def suits_milestone_command(found: ProjectContext, args: Args) -> bool:
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
    today = found.project.day(request.now)
    rest, side = split_off_side(named.rest, today=today)
    people, typed = read_milestone_of_people(
        replace(named, rest=rest),
        today=today,
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
