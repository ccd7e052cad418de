"""The team in lists, forms and messages. Pure: facts → Block Kit."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.deliveries.digests.facts import NoticeFacts, ProjectNotice
from bot.projects.rules import Side, Sides
from bot.projects.views import side_button
from bot.team.rules import FROM, HOME_POST, MAX_HOME_POST, MEMBER, SIDE, UNTIL
from bot.ui import blocks as ui
from bot.ui import inputs
from bot.ui.components import item_button, join_headings, project_heading, render_section_message, save_form
from bot.ui.texts import Mrkdwn, Texts, WithWeekday, person_mention

MOST_SHOWN = 20  # of a side: two sides and their headings fit into a message


@dataclass(frozen=True)
class MemberView:
    member_id: int
    user_id: str
    side: Side
    home_post: str
    starts_on: date
    ends_on: date


def member_line(t: Texts, member: MemberView, *, with_weekdays: bool = False) -> Mrkdwn:
    """Who, from which post, and for how long."""
    start, end = member.starts_on, member.ends_on
    return t(
        "team.line",
        who=person_mention(member.user_id),
        home_post=member.home_post,
        start=WithWeekday(start) if with_weekdays else start,
        end=WithWeekday(end) if with_weekdays else end,
    )


def render_team(
    t: Texts,
    *,
    key: str,
    name: str,
    project_id: int,
    leads: Sides[str],
    members: Sequence[MemberView],
    may_name: Collection[Side],
) -> ui.Message:
    """`may_name`: the sides whose people the reader adds and removes."""
    title = t("team.title", project=project_heading(key, name))
    blocks: list[ui.Block] = [
        ui.section_block(title),
        ui.context_block(t("team.leads", it=person_mention(leads.it), marketing=person_mention(leads.marketing))),
    ]
    for side in Side:
        of_side = [each for each in members if each.side == side]
        blocks.append(ui.section_block(Mrkdwn(f"*{t(f'team.from.{side}')}*")))
        blocks += [_member_block(t, each, side in may_name) for each in of_side[:MOST_SHOWN]]
        if len(of_side) > MOST_SHOWN:
            blocks.append(ui.context_block(t("boundary.more", count=len(of_side) - MOST_SHOWN)))
        if not of_side:
            blocks.append(ui.context_block(t("charter.none_yet")))
    if may_name:
        add = ui.button_element(t.plain("team.add"), "team.add", str(project_id), style="primary")
        blocks.append(ui.actions_block(add))
    return ui.fit_message(title, blocks)


def _member_block(t: Texts, member: MemberView, may_remove: bool) -> ui.Block:
    button = item_button(t, "team.remove", "team.remove", member.member_id)
    return ui.section_block(member_line(t, member), accessory=button if may_remove else None)


def add_member_form(t: Texts, *, project_id: int, key: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` by field: a person, a side, two dates."""
    sides = [(side.value, t.plain(f"side.{side}")) for side in Side]
    return save_form(
        t,
        title=t.plain("team.add_title", key=key),
        callback="team.add",
        meta={"project": project_id},
        blocks=[
            ui.section_block(t("team.add_about")),
            inputs.person_input(MEMBER, t.plain("field.member"), value=values.get(MEMBER)),
            inputs.select_input(SIDE, t.plain("field.member_side"), sides, value=values.get(SIDE)),
            inputs.text_input(
                HOME_POST,
                t.plain("field.home_post"),
                max_length=MAX_HOME_POST,
                hint=t.plain("hint.home_post"),
            ),
            inputs.date_input(FROM, t.plain("field.from_day"), value=values.get(FROM)),
            inputs.date_input(UNTIL, t.plain("field.until_day"), value=values.get(UNTIL)),
        ],
    )


def render_wrong_side(t: Texts, who: str, side: Side, *, say: str | None) -> ui.Message:
    """Why they are no member for the side that was chosen, and how a wrong side is corrected (product §5.1)."""
    text = t("error.works_on_other_side", who=person_mention(who), side=t(f"side.in.{side}"))
    buttons = [] if say is None else [side_button(t, say, who, side.other)]
    return render_section_message(text, *buttons)


# --- direct messages ------------------------------------------------------------------------------------------


def render_invitation(
    t: Texts,
    key: str,
    name: str,
    member: MemberView,
    *,
    is_signed: bool,
    executives: Sides[str],
    by: str,
    may_object: bool,
) -> ui.Message:
    """Who added them, and what it means (why §3b).

    `is_signed`: the project goes on already. `may_object`: they have never said on which side they work.
    """
    project, side = project_heading(key, name), t(f"side.{member.side}")
    text = t("team.added", by=person_mention(by), project=project, side=side)
    meaning = t(
        "team.meaning",
        start=member.starts_on,
        end=member.ends_on,
        home_post=member.home_post,
        cio=person_mention(executives.it),
        cmo=person_mention(executives.marketing),
    )
    blocks = [ui.section_block(text), ui.section_block(meaning)]
    if not is_signed:
        blocks.append(ui.context_block(t("team.not_signed_yet")))
    if may_object:
        blocks.append(ui.actions_block(side_button(t, "own", member.user_id, member.side.other)))
    return ui.fit_message(text, blocks)


def render_removal(t: Texts, key: str, name: str, member: MemberView, *, by: str) -> ui.Message:
    project = project_heading(key, name)
    return render_section_message(
        t("team.removed", by=person_mention(by), project=project, home_post=member.home_post)
    )


def render_shorter_stay(t: Texts, key: str, name: str, member: MemberView) -> ui.Message:
    project = project_heading(key, name)
    return render_section_message(t("team.moved", project=project, end=member.ends_on, home_post=member.home_post))


# --- notices --------------------------------------------------------------------------------------------------


class TeamNews(NoticeFacts, kind="team.changed"):
    what: str  # added, removed or left
    member: MemberView
    was_in: bool  # when the channel last read of it


class MemberLeft(ProjectNotice, kind="team.member_left"):
    who: str


def team_change_line(t: Texts, facts: TeamNews) -> Mrkdwn:
    member = facts.member
    return t(
        f"notice.team.{facts.what}",
        who=person_mention(member.user_id),
        side=t(f"side.{member.side}"),
        start=member.starts_on,
        end=member.ends_on,
    )


def member_left_line(t: Texts, facts: MemberLeft) -> Mrkdwn:
    projects = join_headings(t, facts.projects)
    return t("notice.member_left", project=projects, who=person_mention(facts.who), n=len(facts.projects))


# --- absences -------------------------------------------------------------------------------------------------


def absence_period(t: Texts, first: date, last: date) -> Mrkdwn:
    """With the weekdays (product §2.4)."""
    if first == last:
        return t.date_and_weekday(first)
    return t("charter.from_to", start=WithWeekday(first), end=WithWeekday(last))


def absence_form(
    t: Texts, absences: Sequence[tuple[int, date, date]], *, first: date | None = None
) -> dict[str, Any]:
    """`absences`: id, first and last day of those that are not over. `first`: as typed, if it was."""
    blocks: list[ui.Block] = [ui.section_block(t("away.about"))]
    for absence_id, starts_on, ends_on in absences:
        button = item_button(t, "team.remove", "away.remove", absence_id)
        blocks.append(
            ui.section_block(t("away.line", period=absence_period(t, starts_on, ends_on)), accessory=button)
        )
    return save_form(
        t,
        title=t.plain("away.title"),
        callback="away.save",
        blocks=[
            *blocks,
            inputs.date_input(FROM, t.plain("field.from_day"), value=first),
            inputs.date_input(UNTIL, t.plain("field.until_day"), optional=True, hint=t.plain("hint.away_until")),
        ],
    )
