"""A vacant seat, its successor, an objection. Pure: facts → Block Kit."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.deliveries.digests.facts import ProjectNotice
from bot.projects.rules import SEATS, Side
from bot.ui import blocks as ui
from bot.ui import inputs
from bot.ui.components import join_headings, project_heading, reason_form, render_section_message
from bot.ui.texts import Mrkdwn, Texts, person_mention


class SeatVacant(ProjectNotice, kind="seat.vacant"):
    side: Side
    left: str


class SeatVacantForAdmin(SeatVacant, kind="seat.vacant_admin"):
    pass


class SomebodyLeft(ProjectNotice, kind="seat.somebody_left"):
    left: str


def vacant_line(t: Texts, facts: SeatVacant) -> Mrkdwn:
    projects, role = join_headings(t, facts.projects), t(SEATS[facts.side])
    return t("seat.vacant", project=projects, role=role, who=person_mention(facts.left))


def vacant_admin_line(t: Texts, facts: SeatVacantForAdmin) -> ui.MessageItem:
    """Whoever runs the workspace needs the key only: the project is private."""
    keys = t.list([key for key, _ in facts.projects])
    text = t("seat.vacant_admin", key=keys, role=t(SEATS[facts.side]), who=person_mention(facts.left))
    return ui.MessageItem(text, ui.button_element(t.plain("seat.name"), f"seat.form:{facts.project[0]}", "name"))


def render_successor(
    t: Texts,
    key: str,
    name: str,
    *,
    side: Side,
    successor: str,
    by: str,
    until: datetime,
    succession_id: int | None,
) -> ui.Message:
    """`succession_id`: for a lead, who may object."""
    text = _describe_seat(
        t, "named", project_heading(key, name), side, successor, by=person_mention(by), until=until
    )
    if succession_id is None:
        return render_section_message(text)
    return render_section_message(
        text, ui.button_element(t.plain("seat.object"), "seat.object", str(succession_id))
    )


def render_another_successor(
    t: Texts, key: str, name: str, *, side: Side, before: str, successor: str
) -> ui.Message:
    was = person_mention(before)
    return render_section_message(
        _describe_seat(t, "renamed", project_heading(key, name), side, successor, before=was)
    )


def render_objection(
    t: Texts, key: str, name: str | None, *, side: Side, refused: str, by: str, reason: str | None
) -> ui.Message:
    """Without the name for whoever runs the workspace; without the reason for who was named."""
    project = Mrkdwn(f"*{key}*") if name is None else project_heading(key, name)
    text = _describe_seat(t, "objected", project, side, refused, by=person_mention(by))
    return render_section_message(text, quote=reason)


def render_settled_seat(t: Texts, key: str, name: str, *, side: Side, successor: str) -> ui.Message:
    return render_section_message(_describe_seat(t, "settled", project_heading(key, name), side, successor))


def _describe_seat(t: Texts, what: str, project: Mrkdwn, side: Side, who: str, **more: Mrkdwn | datetime) -> Mrkdwn:
    return t(f"seat.{what}", project=project, role=t(SEATS[side]), who=person_mention(who), **more)


def somebody_left_line(t: Texts, facts: SomebodyLeft) -> Mrkdwn:
    return t("seat.somebody_left", project=join_headings(t, facts.projects), who=person_mention(facts.left))


def successor_confirmation(t: Texts, *, successor: str, keys: Sequence[str], needed: Sequence[str]) -> list[Mrkdwn]:
    """`needed`: in which projects it has to be somebody else."""
    done = t("seat.named_done", who=person_mention(successor), keys=", ".join(keys))
    return (
        [done, t("seat.needs_another", who=person_mention(successor), keys=", ".join(needed))] if needed else [done]
    )


def objection_form(t: Texts, *, key: str, name: str, succession_id: int, successor: str) -> ui.View:
    return reason_form(
        t,
        title=t.plain("seat.object"),
        callback="seat.object",
        meta={"succession": succession_id},
        about=t("seat.object_about", project=project_heading(key, name), who=person_mention(successor)),
        submit=t.plain("seat.object"),
    )


def name_successor_form(t: Texts, *, vacancies: Mapping[str, tuple[str, Sequence[tuple[int, str]]]]) -> ui.View:
    """`vacancies`: user id of who left → (name, projects, each its id and key); all of them, or one at a time.

    Slack's own lists leave out who is deactivated.
    """
    blocks: list[ui.Block] = [ui.section_block(t("seat.form_about"))]
    if vacancies:
        options = []
        for user_id, (name, found) in vacancies.items():
            options.append((user_id, f"{name} ({', '.join(key for _, key in found)})"))
            if len(found) > 1:
                options += [(f"{user_id}:{project_id}", f"{name} ({key})") for project_id, key in found]
        blocks.append(
            inputs.select_input("left", t.plain("field.left"), options[:100], value=options[0][0], optional=True)
        )
    return ui.modal_view(
        title=t.plain("seat.name"),
        callback="seat.name",
        submit=t.plain("seat.name_submit"),
        close=t.plain("form.cancel"),
        blocks=[
            *blocks,
            inputs.person_input("leaver", t.plain("field.leaver"), optional=True, hint=t.plain("hint.leaver")),
            inputs.person_input("successor", t.plain("field.successor")),
        ],
    )
