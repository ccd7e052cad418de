"""A vacant seat, its successor, an objection. Pure: facts → Block Kit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.deliveries.digests.facts import ProjectNotice
from bot.projects.rules import SEATS, Side
from bot.ui import blocks as ui
from bot.ui import inputs
from bot.ui.components import action_blocks, join_headings, project_heading, reason_form, render_section_message
from bot.ui.mrkdwn import Mrkdwn, person_mention
from bot.ui.texts import Texts

MOST_PROPOSALS: Final = 20  # in a form


@dataclass(frozen=True)
class OpenProposal:
    """A successor whom one steward has named, and the other has not agreed to."""

    by: str
    waits_for: str
    left: str
    successor: str
    project_id: int | None  # None: in all of the projects
    keys: tuple[str, ...]


def name_proposal(left: str, successor: str, project_id: int | None) -> str:
    """Names a proposal in the value of a button."""
    return f"{left}:{successor}:{project_id or 0}"


class SeatVacant(ProjectNotice, kind="seat.vacant"):
    side: Side
    left: str
    has_stewards: bool = False  # who name a successor, both of them


class SeatVacantForAdmin(SeatVacant, kind="seat.vacant_admin"):
    """For who names one."""


class SomebodyLeft(ProjectNotice, kind="seat.somebody_left"):
    left: str


def vacant_line(t: Texts, facts: SeatVacant) -> Mrkdwn:
    projects, role = join_headings(t, facts.projects), t(SEATS[facts.side])
    said = t("seat.vacant", project=projects, role=role, who=person_mention(facts.left))
    return said + " " + t("seat.stewards_name" if facts.has_stewards else "seat.admin_names")


def vacant_admin_line(t: Texts, facts: SeatVacantForAdmin) -> ui.MessageItem:
    """Whoever runs the workspace, or is a steward, needs the key only: the project is private."""
    keys = t.list([key for key, _ in facts.projects])
    key = "seat.vacant_steward" if facts.has_stewards else "seat.vacant_admin"
    text = t(key, key=keys, role=t(SEATS[facts.side]), who=person_mention(facts.left))
    return ui.MessageItem(text, ui.button_element(t.plain("seat.name"), f"seat.form:{facts.project[0]}", "name"))


def render_successor(
    t: Texts,
    key: str,
    name: str,
    *,
    side: Side,
    successor: str,
    by: Sequence[str],
    until: datetime,
    succession_id: int | None,
    is_successor: bool = False,
    is_leaver: bool = False,
) -> ui.Message:
    """`by`: a Slack admin, or both stewards. `succession_id`: for a lead, who may object. `is_successor`,
    `is_leaver`: for whoever takes the seat or leaves it, and reads what that changes.
    """
    what = ("named_you" if is_successor else "named") + ("" if len(by) == 1 else "_by_stewards")
    named_by = t.list(map(person_mention, by))
    text = _describe_seat(t, what, project_heading(key, name), side, successor, by=named_by, until=until)
    if is_successor:
        text = Mrkdwn(" ").join([text, t("seat.successor")])
    if is_leaver:
        text = Mrkdwn(" ").join([text, t("seat.leaver")])
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


def render_settled_seat(
    t: Texts, key: str, name: str, *, side: Side, successor: str, is_successor: bool
) -> ui.Message:
    """`is_successor`: for whoever sits there now."""
    what = "settled_you" if is_successor else "settled"
    return render_section_message(_describe_seat(t, what, project_heading(key, name), side, successor))


def _describe_seat(t: Texts, what: str, project: Mrkdwn, side: Side, who: str, **more: Mrkdwn | datetime) -> Mrkdwn:
    return t(f"seat.{what}", project=project, role=t(SEATS[side]), who=person_mention(who), **more)


def somebody_left_line(t: Texts, facts: SomebodyLeft) -> Mrkdwn:
    return t("seat.somebody_left", project=join_headings(t, facts.projects), who=person_mention(facts.left))


def render_steward_question(
    t: Texts, *, by: str, left: str, successor: str, keys: Sequence[str], value: str
) -> ui.Message:
    """Asks the other steward, whose yes is missing. `value`: of the buttons. Projects are private, but for keys."""
    text = t(
        "seat.steward_asked",
        by=person_mention(by),
        left=person_mention(left),
        who=person_mention(successor),
        keys=", ".join(keys),
    )
    return render_section_message(text, *_answer_buttons(t, value))


def _answer_buttons(t: Texts, value: str) -> list[ui.Element]:
    return [
        ui.button_element(t.plain("steward.agree"), "seat.agree", value, style="primary"),
        ui.button_element(t.plain("steward.refuse"), "seat.refuse", value),
    ]


def proposal_blocks(t: Texts, proposed: OpenProposal, *, reader: str, said: str = "seat.waits") -> list[ui.Block]:
    """What waits for a steward's answer, with the buttons for it if that is the reader. `said`: the text's key."""
    text = t(
        said,
        by=person_mention(proposed.by),
        who=person_mention(proposed.waits_for),
        left=person_mention(proposed.left),
        successor=person_mention(proposed.successor),
        keys=", ".join(proposed.keys),
    )
    value = name_proposal(proposed.left, proposed.successor, proposed.project_id)
    buttons = _answer_buttons(t, value) if proposed.waits_for == reader else []
    return [ui.section_block(text), *action_blocks(buttons)]


def render_steward_refusal(t: Texts, *, by: str, left: str, successor: str) -> ui.Message:
    people = {"by": person_mention(by), "left": person_mention(left), "who": person_mention(successor)}
    return render_section_message(t("seat.steward_refused", **people))


def render_lapsed_proposal(t: Texts, *, left: str, successor: str) -> ui.Message:
    said = t("seat.steward_lapsed", left=person_mention(left), who=person_mention(successor))
    return render_section_message(said)


def successor_confirmation(
    t: Texts, *, successor: str, keys: Sequence[str], needed: Sequence[str], waits_for: str | None
) -> list[Mrkdwn]:
    """`needed`: in which projects it has to be somebody else. `waits_for`: the steward whose yes is missing."""
    if waits_for is not None:
        return [t("seat.yes_stored", who=person_mention(waits_for), successor=person_mention(successor))]
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


def name_successor_form(
    t: Texts,
    *,
    vacancies: Mapping[str, tuple[str, Sequence[tuple[int, str]]]],
    proposed: Sequence[OpenProposal],
    reader: str,
) -> ui.View:
    """`vacancies`: user id of who left → (name, projects, each its id and key); all of them, or one at a time.
    `proposed`: what waits for a steward's answer.

    Slack's own lists leave out who is deactivated.
    """
    blocks: list[ui.Block] = [ui.section_block(t("seat.form_about"))]
    for each in proposed[:MOST_PROPOSALS]:
        blocks += proposal_blocks(t, each, reader=reader)
    if vacancies:
        options = []
        for user_id, (name, found) in vacancies.items():
            options.append((user_id, f"{name} ({', '.join(key for _, key in found)})"))
            if len(found) > 1:
                options += [(f"{user_id}:{project_id}", f"{name} ({key})") for project_id, key in found]
        blocks.append(
            inputs.select_input("left", t.plain("field.left"), options[:100], value=options[0][0], optional=True)
        )
    leaver = t.plain("field.leaver" if vacancies else "field.who_leaves")
    return ui.modal_view(
        title=t.plain("seat.name"),
        callback="seat.name",
        submit=t.plain("seat.name_submit"),
        close=t.plain("form.cancel"),
        blocks=[
            *blocks,
            inputs.person_input("leaver", leaver, optional=bool(vacancies), hint=t.plain("hint.leaver")),
            inputs.person_input("successor", t.plain("field.successor")),
        ],
    )
