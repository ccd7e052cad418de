"""The timetable as a table, and what is said of milestones. Pure: facts → Block Kit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from bot.deliveries.digests.facts import NoticeFacts
from bot.timetable.rules import (
    Lateness,
    MilestoneNews,
    MilestoneSide,
    MilestoneStage,
    OwnerNeeded,
    OwnerNews,
    OwnRestDropped,
    RestDropped,
    TimetableFilter,
    TimetableNews,
)
from bot.ui import blocks as ui
from bot.ui.components import (
    action_blocks,
    counted_label,
    format_days,
    item_button,
    name_milestone_owner,
    pager_buttons,
    project_heading,
    quote_text,
    render_dates,
    render_dates_with_weekday,
    render_section_message,
    take_page,
)
from bot.ui.mrkdwn import Mrkdwn, escape_text, person_mention
from bot.ui.texts import Texts, WithWeekday

PAGE = 10
_WAYS_BACK: Final = {  # from what was done: (how the button is called, its action)
    "done": ("not_done", "milestone.reopen"),
    "at_risk": ("on_track", "milestone.reopen"),
    "dropped": ("restore", "milestone.restore"),
}


@dataclass(frozen=True)
class MilestoneView:
    milestone_id: int
    number: int
    title: str
    owner: str | None
    side: str
    stage: str
    signed_due: date
    due: date
    done_on: date | None
    is_overdue: bool = False
    is_day_off: bool = False  # that it is due on one is asked only of a date that was just given


def render_timetable(
    t: Texts,
    *,
    key: str,
    name: str,
    project_id: int,
    milestones: Sequence[tuple[MilestoneView, Sequence[str]]],
    number: int,
    lateness: Lateness,
    may_add: bool,
    shown: TimetableFilter,
    counts: Mapping[TimetableFilter, int],
) -> ui.Message:
    """Draws (milestone, what the reader may do with it), as they are `shown`, a page at a time; `counts`: by
    filter."""
    title = t("timetable.title", project=project_heading(key, name))
    page = take_page(milestones, number, size=PAGE)
    blocks: list[ui.Block] = [ui.section_block(title)]
    late = [t(f"timetable.later.{than}", n=days) for than, days in lateness.texts]
    if late:
        blocks.append(ui.context_block(Mrkdwn(" ").join(late)))
    offered = [each for each in TimetableFilter if counts[each] or each is shown]
    dropped = counts[TimetableFilter.DROPPED]
    if len(offered) > 1 and (counts[TimetableFilter.ALL] > 1 or dropped):
        blocks += action_blocks([_filter_button(t, each, project_id, shown, counts) for each in offered])
    blocks += [_render_row(t, each, may) for each, may in page.items]
    if not milestones:
        nothing = "none_yet" if may_add else "none_left"
        none = nothing if counts[TimetableFilter.ALL] == 0 else f"none.{shown}"
        is_all_dropped = dropped and counts[TimetableFilter.ALL] == 0
        said = t("timetable.all_dropped", n=dropped) if is_all_dropped else t(f"timetable.{none}")
        blocks.append(ui.section_block(said))
    if page.count > 1:
        blocks.append(ui.context_block(t("page.of", page=page.number, count=page.count)))
    below = pager_buttons(t, page, "timetable.page", project_id, shown)
    if may_add:
        below.append(ui.button_element(t.plain("timetable.add"), "timetable.add", str(project_id), style="primary"))
        below.append(ui.button_element(t.plain("timetable.add_several"), "timetable.add_several", str(project_id)))
    return ui.fit_message(title, [*blocks, *action_blocks(below)])


def render_milestone(
    t: Texts, each: MilestoneView, may: Sequence[str], *, heading: Mrkdwn, project_id: int
) -> ui.Message:
    """Draws one of them, with what the reader `may` do with it, and the way to the others."""
    title = t("timetable.title", project=heading)
    button = ui.button_element(t.plain("timetable.open"), "timetable.page", f"{project_id}:1")
    return ui.fit_message(title, [ui.section_block(title), _render_row(t, each, may), ui.actions_block(button)])


def _filter_button(
    t: Texts,
    each: TimetableFilter,
    project_id: int,
    shown: TimetableFilter,
    counts: Mapping[TimetableFilter, int],
) -> ui.Element:
    label = counted_label(t, t.plain(f"timetable.filter.{each}"), counts[each])
    value = f"{project_id}:{each}:1"
    return ui.button_element(label, f"timetable.page:{each}", value, style="primary" if each is shown else None)


def _render_row(t: Texts, each: MilestoneView, may: Sequence[str]) -> ui.Block:
    """Draws a milestone in two lines, with a menu of what the reader may do with it."""
    stage = t(f"milestone.stage.{each.stage}")
    if each.done_on is not None:
        stage = t("milestone.stage.done_on", day=each.done_on)
    elif each.is_overdue:
        stage = Mrkdwn("⚠️ ") + t("milestone.stage.overdue")
        if each.stage == MilestoneStage.AT_RISK:
            stage = stage + Mrkdwn(", ") + t("milestone.stage.at_risk")
    elif each.stage == MilestoneStage.AT_RISK:
        stage = Mrkdwn("🟡 ") + stage
    text = t(
        "timetable.row",
        number=str(each.number),
        name=each.title,
        due=render_dates(t, each.signed_due, each.due),
        owner=name_milestone_owner(t, each.owner, each.side),
        side=t(f"milestone.side.{each.side}"),
        stage=stage,
    )
    options = [
        (
            t.plain("timetable.numbered", number=each.number, what=t(f"milestone.button.{what}")),
            f"{what}:{each.milestone_id}",
        )
        for what in may
    ]
    menu = ui.menu_element(options, f"milestone.menu:{each.milestone_id}") if options else None
    return ui.section_block(text, accessory=menu)


def milestone_confirmation(t: Texts, what: str, each: MilestoneView, *, is_read: bool = False) -> ui.Message:
    """Tells whoever did it what was understood, with the full date (product §2.4). `is_read`: in the channel."""
    owner = name_milestone_owner(t, each.owner, each.side)
    dates = render_dates_with_weekday(t, each.signed_due, each.due)
    text = t(f"milestone.said.{what}", name=each.title, due=dates, owner=owner)
    if each.is_day_off:
        text = text + Mrkdwn(" ") + t("milestone.said.day_off", day=each.due)
    if is_read and what in ("done", "moved"):
        text = text + Mrkdwn(" ") + t(f"milestone.said.{what}.read")
    back = _WAYS_BACK.get(what)
    if back is None:
        return render_section_message(text)
    label, action = back
    button = ui.button_element(t.plain(f"milestone.button.{label}"), action, str(each.milestone_id))
    return render_section_message(text, button)


def several_confirmation(t: Texts, added: Sequence[MilestoneView]) -> list[Mrkdwn]:
    """Tells the same of several that were added at once."""
    lines = [
        t(
            "timetable.several_line.day_off" if each.is_day_off else "timetable.several_line",
            name=each.title,
            due=WithWeekday(each.due),
            owner=name_milestone_owner(t, each.owner, each.side),
        )
        for each in added
    ]
    return [t("timetable.added_several", n=len(added)), Mrkdwn("\n").join(lines)]


def render_past_end(t: Texts, *, due: date, ends_on: date, edits: str) -> list[ui.Block]:
    """Shows the way to a change of the charter, which a later date is (product §9.2)."""
    button = ui.button_element(t.plain("charter.edit"), "charter.edit", edits, style="primary")
    return [
        ui.section_block(t("error.milestone.past_end", due=WithWeekday(due), ends_on=ends_on)),
        ui.actions_block(button),
    ]


def render_move_wish(t: Texts, each: MilestoneView, *, due: date, ends_on: date) -> list[ui.Block]:
    """Tells the same of a milestone that moves once the later end is signed."""
    button = ui.button_element(
        t.plain("milestone.button.propose"), "charter.edit_for", str(each.milestone_id), style="primary"
    )
    text = t("milestone.said.wished", name=each.title, due=WithWeekday(due), ends_on=ends_on)
    return [ui.section_block(text), ui.actions_block(button)]


# --- notices --------------------------------------------------------------------------------------------------


class OwnerAway(BaseModel):
    """Whose absences they are, and from when to when each."""

    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid")

    owner: str
    name: str
    periods: tuple[tuple[date, date], ...]

    def find_period(self, day: date) -> tuple[date, date] | None:
        return next((each for each in self.periods if each[0] <= day <= each[1]), None)


class MilestoneAlert(NoticeFacts, kind="timetable.alert"):
    milestone: int
    name: str
    owner: str | None
    leads: tuple[str, str]
    side: MilestoneSide
    due: date  # when it was told
    stage: str
    late_on: date | None = None
    moved_to: date | None = None  # since then
    changed_on: date | None = None  # when the milestone last changed since
    ending: str = ""  # closing | closed: its project, with the milestone still open
    away: OwnerAway | None = None  # its owner, as it was told


def alert_line(t: Texts, facts: MilestoneAlert) -> ui.MessageItem:
    """Names the owner, and what is asked of whom (product §9.1); later, what has become of it.

    Whoever is away that day is named without being called, and their side's lead is asked (product §8.5).
    """
    if facts.stage in (MilestoneStage.DONE, MilestoneStage.DROPPED):
        return ui.MessageItem(t(f"milestone.alert.{facts.stage}", name=facts.name))
    if facts.ending == "closed":
        return ui.MessageItem(t("milestone.alert.closed", name=facts.name))
    names = ("done", "drop") if facts.ending == "closing" else None
    buttons = alert_buttons(t, facts.milestone, at_risk=facts.stage == "at_risk", names=names)
    late = facts.late_on == facts.told_on and facts.ending != "closing"
    return ui.MessageItem(
        _render_alert_text(t, facts), buttons=buttons, note=t("milestone.alert.late") if late else None
    )


def _render_alert_text(t: Texts, facts: MilestoneAlert) -> Mrkdwn:
    days = (facts.due - facts.told_on).days
    counts_down = facts.changed_on in (None, facts.told_on)  # else it is read on another day than it was told on
    away = facts.away if facts.away is not None and facts.away.owner == facts.owner else None
    away_now = None if away is None else away.find_period(facts.told_on)
    asked_people = _list_asked_people(facts, is_owner_away=away_now is not None)
    asked: dict[str, Any] = {
        "name": facts.name,
        "due": facts.due,
        "who": Mrkdwn(", ").join([person_mention(who) for who in asked_people]),
    }
    owned = "owned" if facts.owner or facts.side == MilestoneSide.BOTH else "unowned"
    is_at_risk = facts.stage == "at_risk"
    if facts.moved_to is not None and facts.moved_to != facts.due:
        text = t("milestone.alert.moved", name=facts.name, was=facts.due, due=facts.moved_to)
    elif facts.ending == "closing":
        return t("milestone.alert.closing", **asked)
    elif not counts_down:
        text = t(f"milestone.alert.dated.{owned}", **asked)
    elif days > 0 and is_at_risk and owned == "owned":  # not asked whether there is a risk: they have said so
        is_at_risk = False
        if days == 1:
            text = t("milestone.alert.tomorrow.at_risk", **asked)
        else:
            text = t("milestone.alert.ahead.at_risk", n=days, **asked)
    elif days == 0:
        text = t(f"milestone.alert.today.{owned}", **asked)
    elif days == 1:
        text = t(f"milestone.alert.tomorrow.{owned}", **asked)
    elif days > 1:
        text = t(f"milestone.alert.ahead.{owned}", n=days, **asked)
    else:
        text = t(f"milestone.alert.overdue.{owned}", n=-days, **asked)
    if is_at_risk:
        text = text + Mrkdwn(" ") + t("milestone.alert.at_risk")
    if away is not None and away_now is not None:
        text = text + Mrkdwn(" ") + t("milestone.alert.away", who=away.name, until=away_now[1])
    elif away is not None and days > 0 and (away_then := away.find_period(facts.due)) is not None:
        period = format_days(t, *away_then)
        text = text + Mrkdwn(" ") + t("milestone.alert.away_then", who=away.name, period=period)
    return text


def _list_asked_people(facts: MilestoneAlert, *, is_owner_away: bool) -> Sequence[str]:
    """The owner; in their absence whoever leads their side, or the other where that is themselves."""
    if facts.owner and not is_owner_away:
        return [facts.owner]
    others = [each for each in facts.leads if each != facts.owner]
    if not is_owner_away or facts.side == MilestoneSide.BOTH:
        return others or facts.leads
    it, marketing = facts.leads
    lead = it if facts.side == MilestoneSide.IT else marketing
    return others if lead == facts.owner else [lead]


def alert_buttons(
    t: Texts, milestone_id: int, *, at_risk: bool, names: Sequence[str] | None = None
) -> tuple[ui.Element, ...]:
    """`names`: others than those of a project at work."""
    names = names or ("done", "move", "reopen" if at_risk else "at_risk")
    return tuple(
        ui.button_element(
            t.plain(f"milestone.button.{name}"),
            f"milestone.{name}:{milestone_id}",
            str(milestone_id),
            style="primary" if name == "done" else None,
        )
        for name in names
    )


def milestone_news_line(t: Texts, facts: TimetableNews) -> Mrkdwn:
    """Tells the channel. Nobody is mentioned: whoever did it knows, and the owner is told in person."""
    if facts.what == "changed":
        return _render_changes(t, facts)
    return _render_news_text(t, f"milestone.news.{facts.what}", facts, by=escape_text(facts.by))


def _render_changes(t: Texts, facts: TimetableNews) -> Mrkdwn:
    """Says old → new, in a line each."""
    name, by, lines = facts.name, facts.by, []
    if facts.was_name != name:
        lines.append(t("milestone.news.changed.name", was=facts.was_name, name=name, by=by))
    if facts.was_owner != facts.owner:
        owners = ((facts.was_owner, facts.was_side), (facts.owner, facts.side))
        was, who = (owner or name_milestone_owner(t, None, side or "") for owner, side in owners)
        lines.append(t("milestone.news.changed.owner", name=name, was=was, who=who, by=by))
    if facts.was_side != facts.side:
        was, side = (t(f"milestone.side.{each}") for each in (facts.was_side, facts.side))
        lines.append(t("milestone.news.changed.side", name=name, was=was, side=side, by=by))
    return Mrkdwn("\n").join(lines)


def owner_news_line(t: Texts, facts: OwnerNews) -> Mrkdwn:
    """Tells its owner what somebody else did."""
    return _render_news_text(t, f"milestone.yours.{facts.what}", facts, by=person_mention(facts.by))


def rest_dropped_line(t: Texts, facts: RestDropped) -> Mrkdwn:
    return _render_rest(t, "milestone.news.rest_dropped", facts, by=escape_text(facts.by))


def own_rest_dropped_line(t: Texts, facts: OwnRestDropped) -> Mrkdwn:
    return _render_rest(t, "milestone.yours.rest_dropped", facts, by=person_mention(facts.by))


def _render_rest(t: Texts, text: str, facts: RestDropped, *, by: Mrkdwn) -> Mrkdwn:
    line = t(text, project=project_heading(*facts.project), n=len(facts.milestones), by=by)
    return Mrkdwn("\n").join([line, quote_text(facts.reason)])


def _render_news_text(t: Texts, text: str, facts: MilestoneNews, *, by: Mrkdwn) -> Mrkdwn:
    days = {"due": facts.due} if facts.was is None else {"due": facts.due, "was": facts.was}
    line = t(text, name=facts.name, by=by, project=project_heading(*facts.project), **days)
    return Mrkdwn("\n").join([line, quote_text(facts.reason)]) if facts.reason else line


def missing_owner_line(t: Texts, facts: OwnerNeeded) -> ui.MessageItem:
    text = t("milestone.needs_owner", name=facts.name, project=project_heading(*facts.project), due=facts.due)
    return ui.MessageItem(text, item_button(t, "register.name_owner", "milestone.change", facts.milestone))
