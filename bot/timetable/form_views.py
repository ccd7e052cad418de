"""The forms of the timetable. Pure: facts → Block Kit."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Final

from bot.timetable.rules import MAX_TITLE, MilestoneSide, Readers
from bot.timetable.views import MilestoneView
from bot.ui import inputs
from bot.ui.blocks import Block, View, section_block
from bot.ui.components import join_lines, reason_form, render_dates, save_form
from bot.ui.form_values import FormValues, PickedDay, text_of
from bot.ui.mrkdwn import DOT, Mrkdwn, escape_text
from bot.ui.texts import Texts

MOST_LISTED: Final = 10  # milestones in a form


class ChangedMilestone(FormValues):
    """What the form for a milestone says of it."""

    title: Annotated[str, text_of(MAX_TITLE)]
    owner: str | None = None  # None: both leads, of what is both sides'
    side: MilestoneSide | None = None  # None: the owner's


class AddedMilestone(ChangedMilestone):
    owner: str
    due: PickedDay


def add_milestone_form(
    t: Texts,
    *,
    project_id: int,
    key: str,
    title: str | None,
    due: date | None,
    owner: str | None,
    side: MilestoneSide | None,
) -> View:
    return save_form(
        t,
        title=t.plain("timetable.add_title", key=key),
        callback="milestone.add",
        meta={"project": project_id},
        blocks=[
            _title_input(t, title),
            inputs.date_input("due", t.plain("field.due"), value=due),
            *_owner_inputs(t, owner, side),
        ],
    )


def add_several_form(t: Texts, *, project_id: int, key: str, example_day: date, typed: str) -> View:
    """One milestone a line, with the lines that were `typed`, if any."""
    return save_form(
        t,
        title=t.plain("timetable.several_title", key=key),
        callback="milestone.add_several",
        meta={"project": project_id},
        blocks=[
            section_block(t("timetable.several_about")),
            inputs.text_input(
                "milestones",
                t.plain("field.several_milestones"),
                value=typed,
                multiline=True,
                placeholder=t.plain("placeholder.milestones", day=example_day),
                hint=t.plain("hint.several_milestones"),
            ),
        ],
    )


def change_milestone_form(t: Texts, each: MilestoneView, *, revision: int, typed: str = "") -> View:
    """`typed`: the new name, if it was."""
    return save_form(
        t,
        title=t.plain("timetable.change_title"),
        callback="milestone.change",
        meta={"milestone": each.milestone_id, "revision": revision},
        blocks=[_title_input(t, typed or each.title), *_owner_inputs(t, each.owner, each.side)],
    )


def move_milestone_form(
    t: Texts,
    each: MilestoneView,
    *,
    revision: int,
    readers: Readers,
    ends_on: date,
    due: date | None,
    reason: str | None,
) -> View:
    """`due`, `reason`: as typed, if they were."""
    about = t(
        "milestone.move_about", name=each.title, due=render_dates(t, each.signed_due, each.due), ends_on=ends_on
    )
    about = about + " " + t(f"milestone.reason_read.{readers}")
    return reason_form(
        t,
        title=t.plain("milestone.move_title"),
        callback="milestone.move",
        meta={"milestone": each.milestone_id, "revision": revision},
        about=about,
        submit=t.plain("milestone.button.move"),
        blocks=[inputs.date_input("due", t.plain("field.new_due"), value=due or each.due)],
        reason=reason,
    )


def drop_milestone_form(t: Texts, each: MilestoneView, *, revision: int, readers: Readers, typed: str = "") -> View:
    """`typed`: the reason, if it was."""
    return reason_form(
        t,
        title=t.plain("milestone.drop_title"),
        callback="milestone.drop",
        meta={"milestone": each.milestone_id, "revision": revision},
        about=t("milestone.drop_about", name=each.title) + " " + t(f"milestone.reason_read.{readers}"),
        submit=t.plain("milestone.button.drop"),
        reason=typed,
    )


def drop_remaining_form(
    t: Texts, *, project_id: int, last_seen: int, named: Sequence[tuple[str, str]], others: int
) -> View:
    """`last_seen`: the highest number of them; what is added later is not meant. `named`: (title, whose side).

    `others`: how many of the other side's are open besides.
    """
    listed = join_lines(t, [Mrkdwn("• ") + escape_text(title) for title, _ in named], most=MOST_LISTED)
    counts = Counter(side for _, side in named)
    sides = [f"{t(f'milestone.side.{side}')}: {counts[side]}" for side in MilestoneSide if counts[side]]
    by_side = t("milestone.drop_rest_sides", what=DOT.join(map(Mrkdwn, sides)))
    about = [t("milestone.drop_rest_about", n=len(named)), by_side]
    if others:
        about.append(t("milestone.drop_rest_others", n=others))
    return reason_form(
        t,
        title=t.plain("milestone.button.drop_rest"),
        callback="milestone.drop_rest",
        meta={"project": project_id, "last": last_seen},
        about=Mrkdwn("\n").join([*about, listed]),
        submit=t.plain("milestone.button.drop_rest"),
    )


def _title_input(t: Texts, value: str | None) -> Block:
    return inputs.text_input(
        "title", t.plain("field.title"), value=value, max_length=MAX_TITLE, hint=t.plain("hint.title")
    )


def _owner_inputs(t: Texts, owner: str | None, side: str | None) -> list[Block]:
    sides = [(each.value, t.plain(f"milestone.side.{each}")) for each in MilestoneSide]
    return [
        inputs.person_input(
            "owner",
            t.plain("field.milestone_owner"),
            value=owner,
            optional=owner is None and side == MilestoneSide.BOTH,
            hint=t.plain("hint.milestone_owner"),
        ),
        inputs.select_input(
            "side",
            t.plain("field.milestone_side"),
            sides,
            value=side,
            optional=True,
            hint=t.plain("hint.milestone_side"),
        ),
    ]
