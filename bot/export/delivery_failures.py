"""An export that Slack does not take is told to whoever asked for it, in one sentence (product §13.3)."""

from functools import partial

from sqlmodel import Session

from bot.deliveries import post
from bot.deliveries.worker import Outcome
from bot.export import views
from bot.slack.refusals import DeliveryRefusal, refusal_of
from storage import projects
from storage.deliveries import drop_delivery
from storage.idempotency import void_act

WHY = {
    "storage_limit_reached": "export.no_room",
    "file_upload_size_restricted": "export.too_large",
    DeliveryRefusal.FORBIDDEN: "export.no_right",
    DeliveryRefusal.GAVE_UP: "export.gave_up",
    DeliveryRefusal.OURS: "export.our_fault",
}
"""Slack's code, or what it means → which text says so; else uploads are restricted."""


def tell_of_export_refusal(session: Session, outcome: Outcome) -> None:
    """The reaction to every refusal: the file is not sent later by itself, since it would be an old one."""
    project = None
    if outcome.project_id is not None:
        project = projects.find_project(session, outcome.team_id, outcome.project_id)
    asked_by, error = outcome.lane.partition(":")[2], outcome.error or ""
    meaning = refusal_of(error) if outcome.reference is None else DeliveryRefusal.OURS
    drop_delivery(session, team_id=outcome.team_id, key=outcome.key)
    void_act(session, outcome.team_id, asked_by, since=outcome.now)
    post.to_person(
        session,
        outcome,
        asked_by,
        key=f"refused:{outcome.key}",
        message=partial(
            views.render_export_refusal,
            project=None if project is None else (project.key, project.name),
            why=WHY.get(error) or WHY.get(meaning) or "export.not_allowed",
            reference=outcome.reference or "",
        ),
    )
