"""`/duet away`: days on which a person is asked nothing (product §8.5)."""

from datetime import date

from sqlmodel import Session

from bot.kit import fit, section
from bot.signing.views import note
from bot.team import absences, views
from bot.team.rules import FROM, UNTIL
from bot.texts import Mrkdwn
from bot.words import fold
from handlers.feature import Command, Feature
from handlers.ids import day_in, one_id
from handlers.mentions import read_people
from handlers.period_arguments import read_typed_period
from handlers.replies import explained, understood
from handlers.requests import Reply, Request, Route, View

BACK = frozenset({"back", "powrot", "wracam", "jestem"})
"""What people type when they are here again, folded."""


def away(request: Request, session: Session) -> Reply:
    """`/duet away [FROM TO | back]`; one day is a period, too."""
    read_people(request.args, most=0).check()
    words = request.words
    if not words:
        return Reply(opens=_form(request, session))
    if fold(words) in BACK:
        day = absences.back(session, actor=request.actor, now=request.now)
        return _said(request.t("away.back", day=day))
    typed = read_typed_period(request, session, words)
    if typed.period is None:
        form = understood(Reply(opens=_form(request, session, first=typed.first)), request.t, *typed.days)
        return explained(form, request.t, typed.trouble)
    return _said(_added(request, session, *typed.period))


def open_clicked(request: Request, session: Session) -> Reply:
    return Reply(opens=_form(request, session))


def saved(request: Request, session: Session) -> Reply:
    first = day_in(request.values.get(FROM))
    until = request.values.get(UNTIL)
    text = _added(request, session, first, first if until is None else day_in(until))
    return Reply(shows=note(request.t, request.t.plain("away.title"), [section(text)]))


def removed(request: Request, session: Session) -> Reply:
    """In the form, which then shows what is left."""
    absences.remove(session, actor=request.actor, absence_id=one_id(request.value), now=request.now)
    return Reply(shows=_form(request, session))


def _added(request: Request, session: Session, first: date, last: date) -> Mrkdwn:
    row = absences.add(session, actor=request.actor, first=first, last=last, now=request.now)
    return views.away_done(request.t, row.starts_on, row.ends_on)


def _form(request: Request, session: Session, *, first: date | None = None) -> View:
    """`first`: the day from which on somebody is away, where only that was typed."""
    standing = absences.mine(session, actor=request.actor, now=request.now)
    return views.away_form(request.t, [(each.pk, each.starts_on, each.ends_on) for each in standing], first=first)


def _said(text: Mrkdwn) -> Reply:
    return Reply(fit(text, [section(text)]))


FEATURE = Feature(
    commands=(Command("away", away),),
    buttons={
        "away.open": Route(open_clicked, reads=True),
        "away.remove": Route(removed),
    },
    forms={"away.save": Route(saved)},
)
