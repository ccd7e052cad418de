"""How a charter looks, whole, and in the project channel. Pure: facts → Block Kit."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bot.charter.next_step_views import NextStep, render_next_steps
from bot.charter.rules import (
    Boundary,
    BoundaryAsset,
    BoundaryMember,
    Charter,
    CharterChanges,
    Timetable,
    TimetableEntry,
    TimetableLine,
)
from bot.parsing.money import name_smallest_unit
from bot.projects.rules import FULL_TIME, Side
from bot.ui import blocks as ui
from bot.ui.components import (
    format_unit,
    format_unit_of_first,
    join_lines,
    name_milestone_owner,
    plain_heading,
    project_heading,
    render_dates,
    render_dates_with_weekday,
    render_section_message,
)
from bot.ui.mrkdwn import DOT, Mrkdwn, channel_link, escape_text, person_mention
from bot.ui.texts import Texts, own_name

MOST_HELD = 12  # a field has room for 2,000 characters
MOST_DATED = 10  # the same
MOST_FURTHER = 40  # blocks of a form, which has a hundred


@dataclass(frozen=True)
class MeasuredValue:
    """The success measure as it was given last, and on which day."""

    value: Decimal
    day: date


def render_charter(
    t: Texts,
    charter: Charter,
    boundary: Boundary,
    timetable: Timetable,
    *,
    echoes: bool = False,
    measured: MeasuredValue | None = None,
) -> list[ui.Block]:
    """The whole charter, as it is signed: also the people, the timetable and the boundary (product §4.1).

    `echoes`: to whoever has typed its milestones, with their weekdays (product §2.4). `measured`: in a project
    that goes on, or has ended.
    """
    it, marketing = charter.halves
    goal = Mrkdwn(f"*{t('field.goal')}*\n{escape_text(charter.goal)}")
    key = f"charter.halves_odd.{name_smallest_unit(it.currency)}" if it != marketing else "charter.halves"
    basis = t(f"charter.basis.{charter.budget_basis}")
    halves = t(key, total=charter.budget, basis=basis, it=it, marketing=marketing)
    dated = timetable_lines(t, timetable, echoes=echoes, none=_none_key(boundary))
    return [
        ui.section_block(goal),
        ui.section_block(Mrkdwn("\n").join(_list_measure_lines(t, charter, measured))),
        *ui.field_blocks(
            [
                (t("field.cio"), t.mention(charter.cio)),
                (t("field.cmo"), t.mention(charter.cmo)),
                (t("field.lead_it"), t.mention(charter.lead_it)),
                (t("field.lead_marketing"), t.mention(charter.lead_marketing)),
                (t("field.starts_on"), t.date(charter.starts_on)),
                (t("field.ends_on"), t.date(charter.ends_on)),
            ]
        ),
        ui.section_block(Mrkdwn(f"*{t('field.budget')}*\n{halves}")),
        ui.section_block(Mrkdwn(f"*{t('charter.people')}*\n{_render_leads(t, charter, boundary)}")),
        *_render_sent_people(t, boundary),
        ui.section_block(Mrkdwn(f"*{t('charter.timetable')}*\n{dated}")),
        *ui.field_blocks(
            [
                (t("field.language"), escape_text(own_name(charter.language))),
                (t("field.zone"), escape_text(t.city(charter.zone))),
            ]
        ),
        *ui.field_blocks(_list_kept(t, boundary)),
    ]


def render_charter_in_full(
    t: Texts, charter: Charter, boundary: Boundary, timetable: Timetable, *, echoes: bool = False
) -> list[ui.Block]:
    """The same, in a form that is sent or signed: below it each line of the lists that it only counts (§4.2)."""
    dated = [render_timetable_entry(t, each, echoes=echoes) for each in timetable.milestones]
    lists = [(t("charter.timetable"), dated, MOST_DATED)]
    lists += [(t(f"team.from.{side}"), _list_member_lines(t, boundary.members[side]), MOST_HELD) for side in Side]
    lists += [
        (t(f"boundary.{kind}"), _list_asset_lines(t, held), MOST_HELD)
        for kind, held in (("data", boundary.data), ("customers", boundary.customers))
    ]
    further = [block for label, lines, most in lists for block in _render_further(t, label, lines[most:])]
    if len(further) > MOST_FURTHER:
        further = [*further[:MOST_FURTHER], ui.section_block(t("charter.even_more"))]
    return [*render_charter(t, charter, boundary, timetable, echoes=echoes), *further]


def _render_further(t: Texts, label: Mrkdwn, lines: Sequence[Mrkdwn]) -> list[ui.Block]:
    """What a list has beyond its beginning, ten lines a section."""
    heading = [ui.section_block(t("charter.continued", label=label))] if lines else []
    chunks = [lines[at : at + MOST_DATED] for at in range(0, len(lines), MOST_DATED)]
    return [*heading, *(ui.section_block(Mrkdwn("\n").join(chunk)) for chunk in chunks)]


def render_boundary(t: Texts, boundary: Boundary) -> list[ui.Block]:
    """The sides next to each other: whom they send, if anybody yet, and what they keep (product §5.5, §7.1)."""
    return [*_render_sent_people(t, boundary), *ui.field_blocks(_list_kept(t, boundary))]


def _render_sent_people(t: Texts, boundary: Boundary) -> list[ui.Block]:
    if not any(boundary.members):
        return []
    return ui.field_blocks(
        [(t(f"team.from.{side}"), _render_members(t, boundary, boundary.members[side])) for side in Side]
    )


def _list_kept(t: Texts, boundary: Boundary) -> list[tuple[Mrkdwn, Mrkdwn]]:
    return [
        (t("boundary.data"), _render_assets(t, boundary, boundary.data)),
        (t("boundary.customers"), _render_assets(t, boundary, boundary.customers)),
    ]


def _render_members(t: Texts, boundary: Boundary, members: Sequence[BoundaryMember]) -> Mrkdwn:
    return join_lines(t, _list_member_lines(t, members), most=MOST_HELD, none=_none_key(boundary))


def _none_key(boundary: Boundary) -> str:
    return "charter.none" if boundary.is_over else "charter.none_yet"


def _list_member_lines(t: Texts, members: Sequence[BoundaryMember]) -> list[Mrkdwn]:
    return [_render_member(t, each) for each in members]


def _render_member(t: Texts, member: BoundaryMember) -> Mrkdwn:
    who, home_post, end = person_mention(member.user_id), member.home_post, member.ends_on
    if member.share == FULL_TIME:
        return t("charter.member", who=who, home_post=home_post, end=end)
    return t("charter.member_share", who=who, home_post=home_post, share=member.share, end=end)


def timetable_lines(
    t: Texts, timetable: Timetable, *, echoes: bool = False, none: str = "charter.none_yet"
) -> Mrkdwn:
    """Signed date → current date, in one line each (product §9.2); of what was dropped, that nothing is left."""
    if not timetable.milestones and timetable.dropped:
        return t("timetable.all_dropped", n=timetable.dropped)
    lines = [render_timetable_entry(t, each, echoes=echoes) for each in timetable.milestones]
    return join_lines(t, lines, most=MOST_DATED, none=none)


def render_timetable_entry(t: Texts, milestone: TimetableEntry, *, echoes: bool = False) -> Mrkdwn:
    owner = name_milestone_owner(t, milestone.owner, milestone.side)
    say = render_dates_with_weekday if echoes else render_dates
    day = say(t, milestone.signed_due, milestone.due)
    said = [t("milestone.dated", due=day, name=milestone.title, owner=owner)]
    said += [] if milestone.stage == "open" else [t(f"milestone.stage.{milestone.stage}")]
    said += [] if milestone.is_signed else [t("milestone.added_later")]
    return DOT.join(said)


def _render_assets(t: Texts, boundary: Boundary, held: Sequence[BoundaryAsset]) -> Mrkdwn:
    none = "charter.none" if boundary.is_over else "boundary.nothing_yet"
    return join_lines(t, _list_asset_lines(t, held), most=MOST_HELD, none=none)


def _list_asset_lines(t: Texts, held: Sequence[BoundaryAsset]) -> list[Mrkdwn]:
    return [_render_asset(t, each) for each in held]


def _render_asset(t: Texts, held: BoundaryAsset) -> Mrkdwn:
    owner = t("boundary.no_owner") if held.owner is None else person_mention(held.owner)
    line = t("boundary.held", name=held.name, owner=owner)
    if held.has_personal_data:
        line = line + DOT + t("register.personal")
    return line if held.until is None else line + t("register.across_until", until=held.until)


def render_measure(t: Texts, charter: Charter) -> Mrkdwn:
    unit = format_unit(charter.measure_unit)
    name, start, target, by = (
        charter.measure_name,
        charter.measure_start,
        charter.measure_target,
        charter.measure_by,
    )
    if start is None:
        return t("charter.measure_unmeasured", name=name, unit=unit, target=target, by=by)
    start_unit = format_unit_of_first(charter.measure_unit)
    return t("charter.measure", name=name, unit=unit, start=start, start_unit=start_unit, target=target, by=by)


def _list_measure_lines(t: Texts, charter: Charter, measured: MeasuredValue | None) -> list[Mrkdwn]:
    lines = [Mrkdwn(f"*{t('charter.measure_label')}*"), render_measure(t, charter)]
    if measured is not None:
        unit = format_unit(charter.measure_unit)
        lines.append(t("charter.measure_newest", value=measured.value, unit=unit, day=measured.day))
    if charter.measure_by > charter.ends_on:
        lines.append(t("charter.measure_after_end", end=charter.ends_on))
    return lines


def _render_leads(t: Texts, charter: Charter, boundary: Boundary) -> Mrkdwn:
    key = "charter.leads" if any(boundary.members) else "charter.leads_only"
    if boundary.is_over:
        key = "charter.leads.over" if any(boundary.members) else "charter.leads_only.over"
    return t(key, it=person_mention(charter.lead_it), marketing=person_mention(charter.lead_marketing))


def render_project_text(t: Texts, said: str, key: str, name: str) -> ui.Message:
    """`said`: a text that needs the project only."""
    return render_section_message(t(said, project=project_heading(key, name)))


def render_activation(t: Texts, key: str, name: str, channel_id: str | None) -> ui.Message:
    """`channel_id`: None for a deputy, who does not see it."""
    project = project_heading(key, name)
    if channel_id is None:
        return render_section_message(t("charter.now_active_apart", project=project))
    return render_section_message(t("charter.now_active", project=project, channel=channel_link(channel_id)))


@dataclass(frozen=True)
class Signature:
    """Who has signed for a side; `for_user_id` if it was a deputy."""

    user_id: str
    for_user_id: str | None
    at: datetime


def render_charter_post(
    t: Texts,
    *,
    key: str,
    charter: Charter,
    boundary: Boundary,
    timetable: Timetable,
    project_id: int,
    done: Collection[NextStep] | None,
    version: int,
    signed: Mapping[Side, Signature],
) -> ui.Message:
    """Posted and pinned in the project channel; it always shows the version that governs, and ends with the next
    steps, of which some are `done`, as long as there are any.
    """
    text = t("charter.post", project=project_heading(key, charter.name))
    blocks = [
        ui.header_block(plain_heading(key, charter.name)),
        ui.section_block(t("charter.post_intro")),
        *render_charter(t, charter, boundary, timetable),
        render_signatures(t, signed),
        ui.context_block(t("charter.version", version=version)),
        *render_next_steps(t, project_id, done),
    ]
    return ui.fit_message(text, blocks)


def render_signatures(t: Texts, signed: Mapping[Side, Signature], *, declined: Collection[Side] = ()) -> ui.Block:
    """Who has signed, by side, and which side declines; no more: to talk first is between the executives."""
    lines = [_render_signature(t, side, signed.get(side), is_declined=side in declined) for side in Side]
    return ui.section_block(Mrkdwn("\n").join(lines))


def _render_signature(t: Texts, side: Side, signed: Signature | None, *, is_declined: bool) -> Mrkdwn:
    if signed is None:
        said = "charter.signature_declined" if is_declined else "charter.no_signature_yet"
        return t(said, side=t(f"side.{side}"))
    who = person_mention(signed.user_id)
    if signed.for_user_id is not None:
        who = t("signing.deputy_for", deputy=who, executive=person_mention(signed.for_user_id))
    return t("charter.signature", side=t(f"side.{side}"), who=who, at=signed.at)


def render_channel_request(
    t: Texts,
    *,
    key: str,
    name: str,
    channel_name: str,
    project_id: int,
    version: int,
    why: str,
) -> ui.Message:
    """The way out where Slack does not let Duet make the channel, or into it (product §4.3). `why`: a text."""
    text = t(why, project=project_heading(key, name), name=channel_name)
    button = ui.button_element(
        t.plain("charter.use_channel"), "charter.use_channel", f"{project_id}:{version}", style="primary"
    )
    return render_section_message(text, button)


def render_channel_choice(t: Texts, key: str, name: str, channel_id: str) -> ui.Message:
    return render_section_message(
        t("charter.choice.made", project=project_heading(key, name), channel=channel_link(channel_id))
    )


def render_refused_choice(
    t: Texts,
    *,
    key: str,
    name: str,
    channel_id: str,
    project_id: int,
    version: int,
    why: str,
    code: str,
) -> ui.Message:
    """Why a chosen channel is not the project's. `why`: shared, public, archived, not_inside, taken, unknown."""
    text = t(
        f"charter.choice.{why}", project=project_heading(key, name), channel=channel_link(channel_id), code=code
    )
    buttons = [ui.button_element(t.plain("charter.choose_again"), "charter.use_channel", f"{project_id}:{version}")]
    if why == "public":
        value = f"{project_id}:{channel_id}"
        buttons.insert(0, ui.button_element(t.plain("charter.use_public"), "charter.use_public", value))
    return render_section_message(text, *buttons)


# --- old → new ------------------------------------------------------------------------------------------------


def render_newer_version(
    t: Texts, *, key: str, name: str, changed: CharterChanges, is_signed: bool
) -> list[Mrkdwn]:
    """In place of a form whose charter has moved on (product §4.5).

    `is_signed`: the reader's side has signed the newest version.
    """
    said = "charter.stale_signed" if is_signed else "charter.stale"
    return [t(said, project=project_heading(key, name)), *change_lines(t, changed)]


def change_lines(t: Texts, changed: CharterChanges) -> list[Mrkdwn]:
    pairs = [(t(f"field.{name}"), name, pair) for name, pair in changed.pairs.items()]
    pairs += [(t("charter.timetable"), "timetable", pair) for pair in changed.timetable]
    keys = {"goal": "charter.change.long"}  # sentences
    old_unit, new_unit = changed.units or ("", "")
    first = format_unit_of_first(old_unit) if old_unit == new_unit else format_unit(old_unit)
    second = format_unit(new_unit)
    return [
        t(
            keys.get(name, "charter.change"),
            field=field,
            old=_field_fact(t, name, old, first),
            new=_field_fact(t, name, new, second),
        )
        for field, name, (old, new) in pairs
    ]


def _field_fact(t: Texts, name: str, value: Any, unit: str) -> Any:
    """One field's value, as a sentence takes it. `unit`: what stands behind a number of the measure."""
    match name, value:
        case "timetable", None:
            return t("charter.no_milestone")
        case "measure_start", None:
            return t("charter.not_measured_yet")
        case "measure_start" | "measure_target", _:
            return t.number(value) + escape_text(unit)
        case "timetable", TimetableLine():
            return t("charter.milestone", name=value.title, due=value.due)
        case "cio" | "cmo" | "lead_it" | "lead_marketing", _:
            return person_mention(value)
        case "budget_basis", _:
            return t(f"charter.basis.{value}")
        case "language", _:
            return own_name(value)
        case "zone", _:
            return t.city(value)
    return value
