"""A vacant seat, its successor, an objection. Pure: facts → Block Kit."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot import kit
from bot.charter.views import bold_heading, headings
from bot.kit import Block, Item, Message
from bot.projects.joining import projects_in
from bot.signing.views import one, quoted, reason_form
from bot.texts import Mrkdwn, Texts, person

ROLES = {"it": "role.cio", "marketing": "role.cmo"}


def vacant_line(t: Texts, facts: Mapping[str, Any]) -> Mrkdwn:
    role = t(ROLES[facts["side"]])
    return t("seat.vacant", project=headings(t, projects_in(facts)), role=role, who=person(facts["left"]))


def vacant_admin_line(t: Texts, facts: Mapping[str, Any]) -> Item:
    """Whoever runs the workspace needs the key only: the project is private."""
    keys = t.list([key for key, _ in projects_in(facts)])
    text = t("seat.vacant_admin", key=keys, role=t(ROLES[facts["side"]]), who=person(facts["left"]))
    return Item(text, kit.button(t.plain("seat.name"), f"seat.form:{facts['key']}", "name"))


def named(
    t: Texts,
    key: str,
    name: str,
    *,
    side: str,
    successor: str,
    by: str,
    until: datetime,
    succession_id: int | None,
) -> Message:
    """`succession_id`: for a lead, who may object."""
    text = t(
        "seat.named",
        project=bold_heading(key, name),
        role=t(ROLES[side]),
        who=person(successor),
        by=person(by),
        until=until,
    )
    blocks = [kit.section(text)]
    if succession_id is not None:
        blocks.append(kit.actions(kit.button(t.plain("seat.object"), "seat.object", str(succession_id))))
    return kit.fit(text, blocks)


def renamed(t: Texts, key: str, name: str, *, side: str, before: str, successor: str) -> Message:
    return one(
        t(
            "seat.renamed",
            project=bold_heading(key, name),
            role=t(ROLES[side]),
            before=person(before),
            who=person(successor),
        )
    )


def objected(
    t: Texts, key: str, name: str | None, *, side: str, refused: str, by: str, reason: str | None
) -> Message:
    """Without the name for whoever runs the workspace; without the reason for who was named."""
    project = Mrkdwn(f"*{key}*") if name is None else bold_heading(key, name)
    text = t("seat.objected", project=project, role=t(ROLES[side]), who=person(refused), by=person(by))
    return kit.fit(text, [kit.section(text), *([] if reason is None else [kit.section(quoted(reason))])])


def settled(t: Texts, key: str, name: str, *, side: str, successor: str) -> Message:
    return one(t("seat.settled", project=bold_heading(key, name), role=t(ROLES[side]), who=person(successor)))


def somebody_left_line(t: Texts, facts: Mapping[str, Any]) -> Mrkdwn:
    return t("seat.somebody_left", project=headings(t, projects_in(facts)), who=person(facts["left"]))


def named_for_admin(t: Texts, *, successor: str, keys: Sequence[str], needed: Sequence[str]) -> list[Mrkdwn]:
    """`needed`: in which projects it has to be somebody else."""
    done = t("seat.named_done", who=person(successor), keys=", ".join(keys))
    return [done, t("seat.needs_another", who=person(successor), keys=", ".join(needed))] if needed else [done]


def object_form(t: Texts, *, key: str, name: str, succession_id: int, successor: str) -> dict[str, Any]:
    return reason_form(
        t,
        title=t.plain("seat.object"),
        callback="seat.object",
        meta=json.dumps({"succession": succession_id}),
        about=t("seat.object_about", project=bold_heading(key, name), who=person(successor)),
        submit=t.plain("seat.object"),
    )


def successor_form(t: Texts, *, vacancies: Mapping[str, tuple[str, Sequence[tuple[int, str]]]]) -> dict[str, Any]:
    """`vacancies`: user id of who left → (name, projects, each its id and key); all of them, or one at a time.

    Slack's own lists leave out who is deactivated.
    """
    blocks: list[Block] = [kit.section(t("seat.form_about"))]
    if vacancies:
        options = []
        for user_id, (name, found) in vacancies.items():
            options.append((user_id, f"{name} ({', '.join(key for _, key in found)})"))
            if len(found) > 1:
                options += [(f"{user_id}:{project_id}", f"{name} ({key})") for project_id, key in found]
        blocks.append(
            kit.select_input("left", t.plain("field.left"), options[:100], value=options[0][0], optional=True)
        )
    return kit.modal(
        title=t.plain("seat.name"),
        callback="seat.name",
        submit=t.plain("seat.name_submit"),
        close=t.plain("form.cancel"),
        meta="",
        blocks=[
            *blocks,
            kit.person_input("leaver", t.plain("field.leaver"), optional=True, hint=t.plain("hint.leaver")),
            kit.person_input("successor", t.plain("field.successor")),
        ],
    )
