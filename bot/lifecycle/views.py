"""What is said about a project's life, and the forms that ask for a reason. Pure: facts → Block Kit."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.ui import inputs
from bot.ui.blocks import Message
from bot.ui.components import project_heading, reason_form, render_section_message
from bot.ui.texts import Mrkdwn, Texts, person_mention


def render_pause(t: Texts, key: str, name: str, *, by: str, until: date, reason: str) -> Message:
    return render_section_message(
        t("life.paused", project=project_heading(key, name), by=person_mention(by), until=until), quote=reason
    )


def render_resumption(t: Texts, key: str, name: str, *, by: str) -> Message:
    return render_section_message(t("life.resumed", project=project_heading(key, name), by=person_mention(by)))


def resumption_line(t: Texts, facts: Mapping[str, Any]) -> Mrkdwn:
    return t("life.resumed_itself", project=project_heading(facts["key"], facts["name"]))


def render_withdrawal(t: Texts, key: str, name: str, *, by: str, closes_on: date, reason: str) -> Message:
    return render_section_message(
        t("life.withdrawn", project=project_heading(key, name), by=person_mention(by), closes_on=closes_on),
        quote=reason,
    )


def closes_on_line(t: Texts, facts: Mapping[str, Any]) -> Mrkdwn:
    before, day = (date.fromisoformat(facts[name]) for name in ("before", "closes_on"))
    return t("life.closes_on", project=project_heading(facts["key"], facts["name"]), before=before, closes_on=day)


def render_taken_back_withdrawal(t: Texts, key: str, name: str, *, by: str) -> Message:
    return render_section_message(t("life.taken_back", project=project_heading(key, name), by=person_mention(by)))


def visibility_line(t: Texts, facts: Mapping[str, Any]) -> Mrkdwn:
    said = "life.public" if facts["is_public"] else "life.private"
    return t(said, project=project_heading(facts["key"], facts["name"]), by=person_mention(facts["by"]))


def closing_line(t: Texts, facts: Mapping[str, Any]) -> Mrkdwn:
    return t("life.closing", project=project_heading(facts["key"], facts["name"]))


def pause_project_form(t: Texts, *, key: str, name: str, project_id: int, until: date) -> dict[str, Any]:
    return reason_form(
        t,
        title=t.plain("life.pause.title", key=key),
        callback="life.pause",
        meta={"project": project_id},
        about=t("life.pause.about", project=project_heading(key, name)),
        submit=t.plain("life.pause.submit"),
        blocks=[inputs.date_input("until", t.plain("field.until"), value=until)],
    )


def withdraw_project_form(
    t: Texts, *, key: str, name: str, project_id: int, state: str, closes_on: date | None
) -> dict[str, Any]:
    """`closes_on`: of a project that runs."""
    which = "discard" if state == "draft" else "cancel"
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
    )
