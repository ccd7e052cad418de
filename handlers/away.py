"""`/duet away`: days on which a person is asked nothing (product §8.5)."""

from datetime import date

from sqlmodel import Session

from bot.parsing.folding import fold_text
from bot.people.preferences import OFF, ON, load_preferences
from bot.runtime.domain_events import HolidayChanged
from bot.runtime.errors import NotFound
from bot.team import absences, form_views
from bot.team.rules import FROM, UNTIL
from bot.ui.blocks import Message, View
from bot.ui.mrkdwn import Mrkdwn
from handlers.decoding import read_id, read_picked_day
from handlers.features import Command, Feature
from handlers.mentions import read_people
from handlers.period_arguments import read_typed_period
from handlers.requests import Reply, Request, Route, reply_with_notice
from handlers.responses import add_explanation, add_understood_days

BACK = frozenset(
    {
        *("back", "i am back", "i'm back", "returned"),
        *("powrot", "wracam", "wrocilem", "wrocilam", "jestem", "juz jestem", "jestem z powrotem", "z powrotem"),
    }
)
"""What people type when they are here again, folded."""


def handle_away_command(request: Request, session: Session) -> Reply:
    """`/duet away [FROM TO | back]`; one day is a period, too."""
    read_people(request.args, most=0).check()
    words = request.words
    if not words:
        return Reply(opens=_build_away_form(request, session))
    if fold_text(words) in BACK:
        return _end_absence(request, session)
    typed = read_typed_period(request, session, words)
    if typed.period is None:
        form = add_understood_days(
            Reply(opens=_build_away_form(request, session, first=typed.first)), request.t, *typed.days
        )
        return add_explanation(form, request.t, typed.trouble)
    absence_id, said = _add_absence(request, session, *typed.period)
    return Reply(form_views.render_new_absence(request.t, said, absence_id))


def handle_away_click(request: Request, session: Session) -> Reply:
    return Reply(opens=_build_away_form(request, session))


def handle_away_submission(request: Request, session: Session) -> Reply:
    first = read_picked_day(request.values.get(FROM))
    until = request.values.get(UNTIL)
    _, text = _add_absence(request, session, first, first if until is None else read_picked_day(until))
    return reply_with_notice(request.t, "away.title", [text])


def handle_absence_removal_click(request: Request, session: Session) -> Reply:
    """Deletes one in the form, which then shows what is left."""
    absences.delete_absence(session, actor=request.actor, absence_id=read_id(request.value), now=request.now)
    return Reply(shows=_build_away_form(request, session))


def handle_planned_removal_click(request: Request, session: Session) -> Reply:
    """Deletes one where *back* has named those to come; the message then says so, and what is left."""
    first, last = absences.delete_absence(
        session, actor=request.actor, absence_id=read_id(request.value), now=request.now
    )
    period = form_views.absence_period(request.t, first, last)
    return Reply(
        _render_planned_absences(request, session, request.t("away.removed", period=period)), replaces=True
    )


def handle_status_click(request: Request, session: Session) -> Reply:
    """Says once that the Slack status counts, or that it does no more; the form then shows so. Raises: NotFound."""
    if request.value not in (ON, OFF):
        raise NotFound
    absences.choose_status(session, actor=request.actor, follows=request.value == ON, now=request.now)
    return Reply(shows=_build_away_form(request, session))


def _end_absence(request: Request, session: Session) -> Reply:
    """What is planned for later is named with it, or alone, each with its button."""
    day = absences.end_current_absence(session, actor=request.actor, now=request.now)
    said = request.t("error.away.not_away") if day is None else request.t("away.back", day=day)
    return Reply(_render_planned_absences(request, session, said))


def _render_planned_absences(request: Request, session: Session, said: Mrkdwn) -> Message:
    """Whoever was away today is not any more: all that stand are planned."""
    planned = absences.list_my_absences(session, actor=request.actor, now=request.now)
    return form_views.render_planned_absences(
        request.t, said, [(each.pk, each.starts_on, each.ends_on, each.is_of_status) for each in planned]
    )


def _add_absence(request: Request, session: Session, first: date, last: date) -> tuple[int, Mrkdwn]:
    row = absences.record_absence(session, actor=request.actor, first=first, last=last, now=request.now)
    is_joined = (row.starts_on, row.ends_on) != (first, last)
    key = "away.done_joined" if is_joined else "away.done_day" if first == last else "away.done"
    period = form_views.absence_period(request.t, row.starts_on, row.ends_on)
    return row.pk, request.t(key, period=period)


def _build_away_form(request: Request, session: Session, *, first: date | None = None) -> View:
    """`first`: the day from which on somebody is away, where only that was typed."""
    standing = absences.list_my_absences(session, actor=request.actor, now=request.now)
    return form_views.absence_form(
        request.t,
        [(each.pk, each.starts_on, each.ends_on, each.is_of_status) for each in standing],
        follows_status=load_preferences(session, actor=request.actor).person.follows_status,
        first=first,
    )


FEATURE = Feature(
    commands=(Command("away", handle_away_command),),
    buttons={
        "away.open": Route(handle_away_click, reads=True),
        "away.remove": Route(handle_absence_removal_click),
        "away.take_back": Route(handle_planned_removal_click),
        "away.status": Route(handle_status_click),
    },
    forms={"away.save": Route(handle_away_submission)},
    subscriptions=((HolidayChanged, absences.follow_status),),
)
