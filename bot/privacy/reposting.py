"""What Slack shows of somebody's words goes, where Slack allows it: shown anew without them, or deleted.

Source: product §17.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlmodel import Session

from bot.asks.notifications import refresh_ask_messages
from bot.checkins.summaries import post_summary, refresh_newest_summary
from bot.closing.service.send_report import PDF, show_report_anew
from bot.deliveries.outcomes import DeliveryKind, ignore_outcome
from bot.deliveries.retractions import delete_from_slack
from bot.deliveries.senders import MessageSender, SendResult
from bot.deliveries.uploads import FileRetractionSender
from bot.export.service import PERSON_FILE, PROJECT_FILE
from bot.signing.request_messages import refresh_request
from bot.slack.client import Slack
from bot.slack.refusals import DeliveryRefusal
from storage import asks, blockers, checkin_prompts, closing, projects, signing
from storage.checkins import RoundState
from storage.deliveries import OPEN
from storage.delivery_claims import Claim
from storage.delivery_retries import empty_delivery, turn_delivery_into
from storage.person_erasure import ErasedPerson
from storage.shown_words import list_sent_files, list_shown_deliveries

RETRACTION: Final = "retraction"  # delivery kind: the message that it was is deleted
FILE_RETRACTION: Final = "file_retraction"  # the file
FILES: Final = (PROJECT_FILE, PERSON_FILE, PDF)


class RetractionSender(MessageSender):
    """Deletes the message in whose place the delivery stands. What Slack does not delete stays, and is logged."""

    methods = MessageSender.methods | {"chat.delete"}

    async def send(self, slack: Slack, claim: Claim, channel_id: str) -> SendResult:
        return await delete_from_slack(slack, claim, channel_id, "chat.delete", channel=channel_id, ts=claim.ts)


KINDS: Final[Mapping[str, DeliveryKind]] = {
    RETRACTION: DeliveryKind(RetractionSender(), dict.fromkeys(DeliveryRefusal, ignore_outcome)),
    FILE_RETRACTION: DeliveryKind(FileRetractionSender(), dict.fromkeys(DeliveryRefusal, ignore_outcome)),
}


def show_without(session: Session, *, team_id: str, erased: ErasedPerson, project_ids: Collection[int]) -> None:
    """First what is made of rows that are otherwise now; what then still quotes the person is deleted.

    `project_ids`: of those in which they were named. What a file says nobody knows any more: of these projects all
    exports go, and reports if what they say has changed; of what people took along all, as it may quote anybody.
    """
    _show_anew(session, team_id, erased.rows)
    session.flush()
    for shown in list_shown_deliveries(session, team_id, erased):
        if shown.kind in FILES:
            _retract(session, team_id, shown.key, FILE_RETRACTION)
        elif shown.is_message_in_slack:
            _retract(session, team_id, shown.key, RETRACTION)
        else:
            empty_delivery(session, team_id=team_id, key=shown.key)
    retract_files(session, team_id, [PROJECT_FILE], project_ids)
    retract_files(session, team_id, [PERSON_FILE], None)
    reported = closing.list_projects_of_closings(session, team_id, sorted(erased.rows.get("closings", ())))
    retract_files(session, team_id, [PDF], reported)


def retract_files(
    session: Session, team_id: str, kinds: Collection[str], project_ids: Collection[int] | None
) -> bool:
    """Has Slack delete what Duet has sent of these kinds. Returns whether there is any."""
    keys = list_sent_files(session, team_id, kinds, project_ids)
    for key in keys:
        _retract(session, team_id, key, FILE_RETRACTION)
    return bool(keys)


def is_retracting_files(session: Session, team_id: str, project_id: int) -> bool:
    """Whether Slack has not been asked yet to delete one of the project's, or has not answered."""
    return bool(list_sent_files(session, team_id, [FILE_RETRACTION], [project_id], statuses=OPEN))


def _retract(session: Session, team_id: str, key: str, kind: str) -> None:
    turn_delivery_into(session, team_id=team_id, key=key, kind=kind, content={}, subject=None)


def _show_anew(session: Session, team_id: str, rows: Mapping[str, Any]) -> None:
    """Of check-ins, asks and signatures: what was posted says the same without the words."""
    for round_ in checkin_prompts.list_rounds_of_prompts(session, team_id, sorted(rows.get("checkin_prompts", ()))):
        if round_.state is RoundState.POSTED:
            post_summary(session, projects.load_project_of(session, round_), round_, again=True)
    for project_id in blockers.list_projects_of_blockers(session, team_id, sorted(rows.get("blockers", ()))):
        project = projects.find_project(session, team_id, project_id)
        if project is not None:
            refresh_newest_summary(session, project)
    for ask_id in sorted(rows.get("asks", ())):
        if (ask := asks.find_ask(session, team_id, ask_id)) is not None:
            refresh_ask_messages(session, projects.load_project_of(session, ask), ask)
    for request in signing.list_requests_of_positions(session, team_id, sorted(rows.get("positions", ()))):
        refresh_request(session, request)
        newer = signing.find_open_request(session, team_id, request.project_id, request.kind)
        if newer is not None and newer.pk != request.pk:  # it quotes what was answered to the one before it
            refresh_request(session, newer)
    for project_id in closing.list_projects_of_closings(session, team_id, sorted(rows.get("closings", ()))):
        if (project := projects.find_project(session, team_id, project_id)) is not None:
            show_report_anew(session, project)
