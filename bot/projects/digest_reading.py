"""The rest of a message, for whoever may read it (product §2.8): what it counted in one line stays readable."""

from datetime import timedelta
from typing import Final

from sqlmodel import Session

from bot.deliveries.digests.composing import DigestItem, arrange_items
from bot.deliveries.digests.sending import render_stored_items
from bot.people.rules import Actor
from bot.people.service import may_hear_of_project
from bot.projects.service import load_context
from bot.runtime.errors import NotFound, Refusal
from bot.ui.texts import Texts
from storage import notices

KEPT: Final = timedelta(days=365)  # since it was told


def list_items_of_message(session: Session, *, actor: Actor, t: Texts, notice_id: int) -> list[DigestItem]:
    """All that the message told which told that notice, in the reader's language.

    A person's message is theirs, without what they may not be told any more; a channel's is for whoever may see the
    project. Raises: Refusal, also for those of others.
    """
    notice = notices.find_notice(session, actor.team_id, notice_id)
    if notice is None or notice.told_in is None:
        raise Refusal("error.digest.not_kept", days=KEPT.days)
    whose, _, subject = notice.audience.partition(":")
    if whose == "person" and subject != actor.user_id:
        raise Refusal("error.digest.not_kept", days=KEPT.days)
    if whose == "project":
        try:
            load_context(session, actor=actor, project_id=int(subject))
        except NotFound:
            raise Refusal("error.digest.not_kept", days=KEPT.days) from None
    items = [
        each
        for each in notices.list_notices_of_message(session, actor.team_id, notice.audience, notice.told_in)
        if each.project_id is None or may_hear_of_project(session, actor.team_id, actor.user_id, each.project_id)
    ]
    return arrange_items(render_stored_items(session, t, items))
