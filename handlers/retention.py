"""How long people's words are kept, in `/duet settings` (product §17)."""

from typing import Final

from sqlmodel import Session

from bot.people.retention import KeptFor
from bot.projects import retention, retention_views
from bot.ui.blocks import Block, fit_message
from bot.ui.mrkdwn import Mrkdwn
from handlers.requests import Reply, Request, Route, reply_with_notice, reply_with_text


def open_retention_form(request: Request, session: Session) -> Reply:
    periods = retention.load_kept_for(session, actor=request.actor)
    proposed = retention.list_proposed_periods(session, actor=request.actor)
    reader = request.actor.user_id
    return Reply(opens=retention_views.retention_form(request.t, periods=periods, proposed=proposed, reader=reader))


def handle_retention_submission(request: Request, session: Session) -> Reply:
    wanted = KeptFor.read({name: request.values.get(name) for name in KeptFor.model_fields})
    return reply_with_notice(request.t, "retention.title", _change_periods(request, session, wanted))


def handle_agree_click(request: Request, session: Session) -> Reply:
    """The other steward's yes. The button's value: the periods, `12:5:6`."""
    said = _change_periods(request, session, retention.read_periods(request.value))
    return Reply(fit_message(Mrkdwn(""), said))


def handle_refuse_click(request: Request, session: Session) -> Reply:
    wanted = retention.read_periods(request.value)
    retention.refuse_kept_for(session, actor=request.actor, wanted=wanted, now=request.now)
    return reply_with_text(request.t("steward.refused_done"))


def _change_periods(request: Request, session: Session, wanted: KeptFor) -> list[Block]:
    changed = retention.change_kept_for(session, actor=request.actor, wanted=wanted, now=request.now)
    return retention_views.changed_blocks(request.t, wanted, changed)


BUTTONS: Final = {
    "retention.form": Route(open_retention_form, reads=True),
    "retention.agree": Route(handle_agree_click),
    "retention.refuse": Route(handle_refuse_click),
}
FORMS: Final = {"retention.save": Route(handle_retention_submission)}
