"""What is said about a project's life, and the forms that ask for a reason. Pure: facts → Block Kit."""

from datetime import date

from bot.deliveries.digests.facts import ProjectNotice
from bot.projects.rules import ClosingWay, State
from bot.ui import inputs
from bot.ui.blocks import Message, MessageItem, View
from bot.ui.components import item_button, project_heading, reason_form, render_section_message
from bot.ui.mrkdwn import Mrkdwn, person_mention
from bot.ui.texts import Texts


class ProjectResumed(ProjectNotice, kind="life.resumed"):
    pass


class ProjectCloses(ProjectNotice, kind="life.closing"):
    project_id: int
    way: ClosingWay
    began_on: date
    planned: date  # the end by the charter
    has_closed: bool = False  # since it was told


class ClosingDayMoved(ProjectNotice, kind="life.closes_on"):
    before: date
    closes_on: date


class VisibilityChanged(ProjectNotice, kind="life.visibility"):
    by: str
    is_public: bool


def render_turn(
    t: Texts, key: str, name: str, what: str, *, by: str, reason: str | None = None, **facts: date
) -> Message:
    """`what`: paused, resumed, withdrawn or taken_back."""
    text = t(f"life.{what}", project=project_heading(key, name), by=person_mention(by), **facts)
    return render_section_message(text, quote=reason)


def resumption_line(t: Texts, facts: ProjectResumed) -> Mrkdwn:
    return t("life.resumed_itself", project=project_heading(*facts.project))


def closes_on_line(t: Texts, facts: ClosingDayMoved) -> Mrkdwn:
    project = project_heading(*facts.project)
    return t("life.closes_on", project=project, before=facts.before, closes_on=facts.closes_on)


def visibility_line(t: Texts, facts: VisibilityChanged) -> Mrkdwn:
    said = "life.public" if facts.is_public else "life.private"
    return t(said, project=project_heading(*facts.project), by=person_mention(facts.by))


def closing_line(t: Texts, facts: ProjectCloses) -> MessageItem:
    if facts.has_closed:
        return MessageItem(t("life.closed", project=project_heading(*facts.project)))
    button = item_button(t, "life.checklist", "closing.checklist", facts.project_id)
    project = project_heading(*facts.project)
    if facts.began_on >= facts.planned:
        return MessageItem(t("life.closing", project=project), button)
    early = t(f"life.closing.{facts.way}", project=project, planned=facts.planned, last_day=facts.began_on)
    return MessageItem(early, button)


def pause_project_form(
    t: Texts, *, key: str, name: str, project_id: int, until: date, reason: str | None = None
) -> View:
    return reason_form(
        t,
        title=t.plain("life.pause.title", key=key),
        callback="life.pause",
        meta={"project": project_id},
        about=t("life.pause.about", project=project_heading(key, name)),
        submit=t.plain("life.pause.submit"),
        blocks=[inputs.date_input("until", t.plain("field.until"), value=until)],
        reason=reason,
    )


def withdraw_project_form(
    t: Texts,
    *,
    key: str,
    name: str,
    project_id: int,
    state: str,
    closes_on: date | None,
    reason: str | None = None,
) -> View:
    """`closes_on`: of a project that runs."""
    which = "discard" if state == State.DRAFT else "cancel"
    project = project_heading(key, name)
    return reason_form(
        t,
        title=t.plain("life.withdraw.title", key=key),
        callback="life.withdraw",
        meta={"project": project_id, "state": state},
        about=t("life.withdraw.active", project=project, closes_on=closes_on)
        if closes_on is not None
        else t(f"life.withdraw.{which}", project=project),
        submit=t.plain("life.withdraw.submit"),
        reason=reason,
    )
