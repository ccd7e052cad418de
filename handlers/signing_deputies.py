"""A deputy named by command or by form, and dismissed (product §4.8)."""

from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Final

from sqlmodel import Session

from bot.parsing.folding import fold_text
from bot.people.service import find_colleagues_called
from bot.runtime.errors import NotFound, Refusal
from bot.signing import (
    deputies,
    deputy_service,
    deputy_views,
    form_views,
)
from handlers.decoding import read_picked_day
from handlers.grammar import join_tokens
from handlers.mentions import NamedPeople, part_bare_names, read_people
from handlers.period_arguments import TypedPeriod, read_typed_period
from handlers.requests import Reply, Request, reply_with_notice, reply_with_text
from handlers.responses import add_explanation, add_understood_days

NOBODY: Final = frozenset(
    ["none", "nobody", "off", "end", "no", "remove", "brak", "nikt", "koniec", "zakoncz", "usun"]
)
"""What an executive types who signs alone again, folded."""
FIRST_NAMES: Final = 3
"""With how many of the first words a name is looked for, where no days are found beside one."""


def handle_deputy_command(request: Request, session: Session) -> Reply:
    """`/duet deputy [@p FROM TO]`: names one, or opens the form with what was understood."""
    deputies.require_executive(session, actor=request.actor)
    if fold_text(request.words) in NOBODY:
        deputy_service.dismiss_deputy(session, actor=request.actor, now=request.now)
        return reply_with_text(request.t("deputy.dropped"))
    people = read_people(request.args)
    chosen, typed = _read_name_and_period(request, session, people)
    if people.only is not None and typed.period is not None:
        return _name_deputy(request, session, people.only, *typed.period)
    filled = (chosen, *typed.days)
    form = add_understood_days(
        _open_deputy_form(request, session, filled if request.args else None), request.t, *typed.days
    )
    return add_explanation(add_explanation(form, request.t, typed.trouble), request.t, people.trouble)


def _read_name_and_period(
    request: Request, session: Session, people: NamedPeople
) -> tuple[str | None, TypedPeriod]:
    """The person and the days. A name that was only typed is chosen in the form, where one colleague is called so;
    else the form asks for them (product §2.4).
    """
    words = join_tokens(people.rest)
    typed = read_typed_period(request, session, words) if words else TypedPeriod(None)
    if people.only is not None or typed.trouble is None or typed.first is not None:
        return people.only, typed
    for name, rest in part_bare_names(people.rest):
        days = read_typed_period(request, session, join_tokens(rest)) if rest else TypedPeriod(None)
        if days.period is None and days.first is None and rest:
            continue
        called = find_colleagues_called(session, request.actor.team_id, name)
        if len(called) == 1:
            return called[0], days
        return None, replace(days, trouble=Refusal("error.person.not_recognised", name=name))
    longest_first = reversed(list(islice(part_bare_names(people.rest), FIRST_NAMES)))
    for name, rest in longest_first:  # `nadia from tomorow`: it is the day that is not read
        called = find_colleagues_called(session, request.actor.team_id, name)
        if len(called) == 1 and rest:
            return called[0], read_typed_period(request, session, join_tokens(rest))
    return None, typed


def _open_deputy_form(
    request: Request, session: Session, typed: tuple[str | None, date | None, date | None] | None
) -> Reply:
    """With what a command named; where it named nothing, with the deputy who is named already."""
    current = deputies.find_own_deputy(session, actor=request.actor)
    filled = typed or current or (None, None, None)
    return Reply(opens=form_views.deputy_form(request.t, current=current, filled=filled))


def handle_deputy_submission(request: Request, session: Session) -> Reply:
    deputy_id = request.values.get("deputy")
    if not deputy_id:
        raise NotFound
    from_day, until_day = (read_picked_day(request.values.get(name)) for name in ("from_day", "until_day"))
    reply = _name_deputy(request, session, deputy_id, from_day, until_day)
    assert reply.message is not None
    return reply_with_notice(request.t, "deputy.title", reply.message.blocks)


def _name_deputy(request: Request, session: Session, deputy_id: str, from_day: date, until_day: date) -> Reply:
    before = deputies.find_own_deputy(session, actor=request.actor)
    row = deputy_service.appoint_deputy(
        session,
        actor=request.actor,
        deputy=deputy_id,
        from_day=from_day,
        until_day=until_day,
        now=request.now,
    )
    named = (row.deputy, row.from_day, row.until_day)
    replaced = before if before != named else None
    is_told = deputies.has_deputy_period_begun(session, row, request.now)
    return reply_with_text(
        deputy_views.deputy_confirmation(request.t, named=named, replaced=replaced, is_told=is_told)
    )


def handle_drop_deputy_click(request: Request, session: Session) -> Reply:
    deputy_service.dismiss_deputy(session, actor=request.actor, now=request.now)
    text = request.t("deputy.dropped")
    return reply_with_notice(request.t, "deputy.title", [text])
