"""The forms of a stay and of an absence. Pure: facts → Block Kit."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.projects.rules import FULL_TIME, Side
from bot.team.rules import FROM, HOME_POST, MANAGER, MAX_HOME_POST, MEMBER, SHARE, SIDE, UNTIL
from bot.team.views import MemberView
from bot.ui import blocks as ui
from bot.ui import inputs
from bot.ui.components import MAX_REASON, format_days, item_button, render_section_message, save_form
from bot.ui.mrkdwn import Mrkdwn, person_mention
from bot.ui.texts import Texts


def add_member_form(t: Texts, *, project_id: int, key: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Draws the form of a new member. `values` by field: a person, a side, two dates."""
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
            *_stay_inputs(t, values),
        ],
    )


def change_stay_form(t: Texts, *, key: str, member: MemberView, revision: int) -> dict[str, Any]:
    """Draws the form of a stay that goes on; of one that is over only the home manager, who confirms the return."""
    values = {
        HOME_POST: member.home_post,
        MANAGER: member.home_manager,
        SHARE: None if member.share == FULL_TIME else f"{member.share}%",
        FROM: member.starts_on,
        UNTIL: member.ends_on,
    }
    fields = [_manager_input(t, values)] if member.is_over else _stay_inputs(t, values)
    who = person_mention(member.user_id)
    about = t("team.change_over_about" if member.is_over else "team.change_about", who=who)
    return save_form(
        t,
        title=t.plain("team.change_title", key=key),
        callback="team.change",
        meta={"member": member.member_id, "revision": revision},
        blocks=[ui.section_block(about), *fields],
    )


def not_quite_form(
    t: Texts, *, key: str, member: MemberView, executive: str | None, confirmation: tuple[int, int]
) -> dict[str, Any]:
    """Asks why somebody is not quite back, and says who reads it: the `executive`; None: who writes it, alone.

    `confirmation`: its id and revision.
    """
    if executive is None:
        about = t("team.not_quite_about.own", home_post=member.home_post)
    else:
        about = t("team.not_quite_about", executive=person_mention(executive), home_post=member.home_post)
    return ui.modal_view(
        title=t.plain("team.not_quite_title", key=key),
        callback="team.not_quite",
        submit=t.plain("team.button.send"),
        close=t.plain("form.cancel"),
        meta=dict(zip(("confirmation", "revision"), confirmation, strict=True)),
        blocks=[
            ui.section_block(about),
            inputs.text_input("reason", t.plain("field.reason"), multiline=True, max_length=MAX_REASON),
        ],
    )


def _stay_inputs(t: Texts, values: Mapping[str, Any]) -> list[ui.Block]:
    hint = t.plain("hint.home_post")
    post = inputs.text_input(
        HOME_POST, t.plain("field.home_post"), value=values.get(HOME_POST), max_length=MAX_HOME_POST, hint=hint
    )
    share = inputs.text_input(
        SHARE,
        t.plain("field.share"),
        value=values.get(SHARE),
        max_length=20,
        optional=True,
        hint=t.plain("hint.share"),
    )
    return [
        post,
        _manager_input(t, values),
        share,
        inputs.date_input(FROM, t.plain("field.from_day"), value=values.get(FROM)),
        inputs.date_input(UNTIL, t.plain("field.until_day"), value=values.get(UNTIL)),
    ]


def _manager_input(t: Texts, values: Mapping[str, Any]) -> ui.Block:
    """Draws the home manager, whom Slack lets be empty: a guest may have none."""
    return inputs.person_input(
        MANAGER,
        t.plain("field.home_manager"),
        value=values.get(MANAGER),
        optional=True,
        hint=t.plain("hint.home_manager"),
    )


# --- absences -------------------------------------------------------------------------------------------------

StandingAbsence = tuple[int, date, date, bool]
"""Its id, its first and last day, and whether it is of the Slack status."""


def absence_period(t: Texts, first: date, last: date) -> Mrkdwn:
    """Says the first and the last day with their weekdays (product §2.4)."""
    return format_days(t, first, last, with_weekdays=True)


def render_new_absence(t: Texts, said: Mrkdwn, absence_id: int) -> ui.Message:
    return render_section_message(said, item_button(t, "team.remove", "away.take_back", absence_id))


def render_planned_absences(t: Texts, said: Mrkdwn, absences: Sequence[StandingAbsence]) -> ui.Message:
    """Names below `said` each absence to come, with its button."""
    if absences:
        said = Mrkdwn("\n").join([said, t("away.planned")])
    return ui.fit_message(said, [ui.section_block(said), *_absence_blocks(t, absences, "away.take_back")])


def _absence_blocks(t: Texts, absences: Sequence[StandingAbsence], action: str) -> list[ui.Block]:
    """`action`: of the button beside each, which removes it."""
    return [
        ui.section_block(
            t("away.line_of_status" if is_of_status else "away.line", period=absence_period(t, first, last)),
            accessory=item_button(t, "team.remove", action, absence_id),
        )
        for absence_id, first, last, is_of_status in absences
    ]


def absence_form(
    t: Texts,
    absences: Sequence[StandingAbsence],
    *,
    follows_status: bool,
    first: date | None = None,
) -> dict[str, Any]:
    """Draws absences that are not over, and a new one.

    `first`: as typed, if it was. `follows_status`: whether the person's status counts.
    """
    blocks = [ui.section_block(t("away.about")), *_absence_blocks(t, absences, "away.remove")]
    other = "off" if follows_status else "on"
    choice = ui.button_element(t.plain(f"away.status.turn_{other}"), "away.status", other)
    blocks.append(ui.section_block(t("away.status.on" if follows_status else "away.status.off"), accessory=choice))
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
