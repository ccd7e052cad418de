"""The team in a list, and who has confirmed what. Pure: facts → Block Kit."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from bot.projects.rules import FULL_TIME, ClosingWay, Side, Sides
from bot.team.rules import ConfirmationState, Confirmer, StayMoment
from bot.ui import blocks as ui
from bot.ui.components import action_blocks, format_days, item_button, pager_buttons, project_heading, take_page
from bot.ui.mrkdwn import Mrkdwn, person_mention
from bot.ui.texts import Fact, Texts

PAGE = 8  # each has its buttons
MOST_NAMED = 10  # in one sentence


@dataclass(frozen=True)
class MemberView:
    member_id: int
    user_id: str
    side: Side
    home_post: str
    starts_on: date
    ends_on: date
    home_manager: str | None = None
    share: int = FULL_TIME  # percent
    ended_on: date | None = None  # of a stay that is over
    added_by: str | None = None

    @property
    def is_over(self) -> bool:
        return self.ended_on is not None


@dataclass(frozen=True)
class EarlyEnd:
    """By what a project ended before its time, and until when somebody was to work in its team."""

    way: ClosingWay
    planned: date


@dataclass(frozen=True)
class Overlap:
    """Where else somebody works in the days of a stay. `key`: None, where the reader does not see that project."""

    user_id: str
    key: str | None
    share: int  # percent
    ends_on: date


@dataclass(frozen=True)
class ConfirmationView:
    """As its reader may see it: `reason` and the state it belongs to are for the side's executive, and for whoever
    has given it.
    """

    confirmation_id: int
    revision: int
    moment: StayMoment
    confirmer: Confirmer
    user_id: str
    state: ConfirmationState
    reason: str | None = None

    @property
    def is_confirmed(self) -> bool:
        return self.state is ConfirmationState.CONFIRMED


@dataclass(frozen=True)
class StayView:
    member: MemberView
    confirmations: tuple[ConfirmationView, ...] = ()

    @property
    def moment(self) -> StayMoment:
        """What of it is, or is to be, confirmed now."""
        return StayMoment.RETURN if self.member.is_over else StayMoment.START

    @property
    def expected(self) -> tuple[ConfirmationView, ...]:
        """The confirmations of that, given or not."""
        return tuple(
            each
            for each in self.confirmations
            if each.moment is self.moment and each.state is not ConfirmationState.NOT_EXPECTED
        )

    @property
    def is_confirmed(self) -> bool:
        return all(each.is_confirmed for each in self.expected)


def list_people(t: Texts, user_ids: Sequence[str]) -> Mrkdwn:
    return list_some(t, [person_mention(each) for each in user_ids])


def list_some(t: Texts, named: Sequence[Mrkdwn]) -> Mrkdwn:
    """Lists the first of them, and how many more there are."""
    if len(named) > MOST_NAMED:
        named = [*named[:MOST_NAMED], t("boundary.more", count=len(named) - MOST_NAMED)]
    return t.list(named)


def member_line(t: Texts, member: MemberView, *, with_weekdays: bool = False) -> Mrkdwn:
    """Says who, from which post, with which share of their time, and for how long."""
    start, end = member.starts_on, member.ended_on or member.ends_on
    facts: dict[str, Fact] = {
        "who": person_mention(member.user_id),
        "home_post": member.home_post,
        "days": format_days(t, start, end, with_weekdays=with_weekdays),
    }
    if member.share == FULL_TIME:
        return t("team.line", **facts)
    return t("team.line_share", share=member.share, **facts)


def manager_line(t: Texts, member: MemberView) -> Mrkdwn:
    if member.home_manager is None:
        return t("team.no_manager")
    return t("team.manager", manager=person_mention(member.home_manager))


def asked_line(t: Texts, user_ids: Sequence[str]) -> Mrkdwn:
    """Who is asked to confirm a stay, and when they read of it."""
    return t("team.asked_in_the_morning", who=Mrkdwn(", ").join(map(person_mention, user_ids)))


def add_another_row(t: Texts, project_id: int) -> ui.Block:
    return ui.actions_block(ui.button_element(t.plain("team.add_another"), "team.add", str(project_id)))


def overlap_line(t: Texts, overlap: Overlap) -> Mrkdwn:
    """Says where else they work in these days: a fact to agree about, and no refusal."""
    who = person_mention(overlap.user_id)
    if overlap.key is None:
        return t("team.overlap_elsewhere", who=who)
    if overlap.share == FULL_TIME:
        return t("team.overlap", who=who, key=overlap.key, end=overlap.ends_on)
    return t("team.overlap_share", who=who, key=overlap.key, end=overlap.ends_on, share=overlap.share)


def name_confirmer(t: Texts, user_id: str, member: str) -> Mrkdwn:
    """A home manager is named with the member."""
    if user_id == member:
        return person_mention(member)
    return t("team.manager_of", manager=person_mention(user_id), who=person_mention(member))


def confirmation_lines(t: Texts, stay: StayView) -> list[Mrkdwn]:
    """Says who has confirmed the start or the return, and who has not."""
    lines = []
    for name, state in (("confirmed", ConfirmationState.CONFIRMED), ("open", ConfirmationState.ASKED)):
        people = [person_mention(each.user_id) for each in stay.expected if each.state is state]
        if people:
            lines.append(t(f"team.{stay.moment}.{name}", people=t.list(people)))
    return lines + [
        t("team.return.not_quite", by=person_mention(each.user_id), reason=" ".join((each.reason or "").split()))
        for each in stay.expected
        if each.state is ConfirmationState.NOT_QUITE
    ]


def render_team(
    t: Texts,
    *,
    key: str,
    name: str,
    project_id: int,
    leads: Sides[str],
    stays: Sequence[StayView],
    number: int,
    has_ended: bool,
    may_name: Collection[Side],
    may_change: Collection[int],
) -> ui.Message:
    """Draws the `number`th page of `stays`, which stand by whether they are over, and by side.

    `has_ended`: the project, so that nobody is still to come. `may_name`: the sides whose people the reader adds
    and removes; `may_change`: the stays that they change.
    """
    title, page = t("team.title", project=project_heading(key, name)), take_page(stays, number, size=PAGE)
    blocks: list[ui.Block] = [
        ui.section_block(title),
        ui.context_block(t("team.leads", it=person_mention(leads.it), marketing=person_mention(leads.marketing))),
    ]
    for is_over in (False, True):
        for side in Side:
            group = [each for each in page.items if (each.member.is_over, each.member.side) == (is_over, side)]
            if group:
                blocks.append(_heading_block(t, side, is_over=is_over))
            elif not is_over and page.number == 1 and (none := _say_nobody(t, stays, side, has_ended=has_ended)):
                blocks += [_heading_block(t, side, is_over=False), ui.context_block(none)]
            for each in group:
                blocks += _stay_blocks(t, each, may_name, may_change)
    below = pager_buttons(t, page, "team.page", project_id)
    if may_name:
        below.append(ui.button_element(t.plain("team.add"), "team.add", str(project_id), style="primary"))
    return ui.fit_message(title, [*blocks, *action_blocks(below)])


def _say_nobody(t: Texts, stays: Sequence[StayView], side: Side, *, has_ended: bool) -> Mrkdwn | None:
    """Of a side that has nobody in the team now; None where it has, or where those who were are named below."""
    theirs = [each.member.is_over for each in stays if each.member.side == side]
    if not all(theirs) or (has_ended and theirs):
        return None
    if has_ended:
        return t("charter.none")
    return t("team.nobody_now" if theirs else "charter.none_yet")


def _heading_block(t: Texts, side: Side, *, is_over: bool) -> ui.Block:
    heading = t(f"team.back.{side}") if is_over else t(f"team.from.{side}")
    return ui.section_block(Mrkdwn(f"*{heading}*"))


def _stay_blocks(
    t: Texts, stay: StayView, may_name: Collection[Side], may_change: Collection[int]
) -> list[ui.Block]:
    member = stay.member
    lines = [member_line(t, member), manager_line(t, member), *confirmation_lines(t, stay)]
    buttons = []
    if member.member_id in may_change:
        buttons.append(item_button(t, "team.change", "team.change", member.member_id))
    if member.side in may_name and not member.is_over:
        buttons.append(item_button(t, "team.remove", "team.remove", member.member_id))
    return [ui.section_block(Mrkdwn("\n").join(lines)), *action_blocks(buttons)]


@dataclass(frozen=True)
class ConfirmationSummary:
    """Of the starts of those who are in the team, or of the returns of those who were."""

    total: int
    confirmed: int
    open: tuple[tuple[str, str], ...]  # who has not confirmed, of which member


def summarize_confirmations(stays: Sequence[StayView], moment: StayMoment) -> ConfirmationSummary:
    expected = [each for each in stays if each.moment is moment and each.expected]
    return ConfirmationSummary(
        total=len(expected),
        confirmed=sum(each.is_confirmed for each in expected),
        open=tuple(
            (confirmation.user_id, stay.member.user_id)
            for stay in expected
            for confirmation in stay.expected
            if not confirmation.is_confirmed
        ),
    )


def render_confirmation_summary(t: Texts, stays: Sequence[StayView]) -> list[ui.Block]:
    """On the card, in a line each: how many starts and returns are confirmed, and who has not (product §7.2)."""
    lines = []
    for moment in StayMoment:
        summary = summarize_confirmations(stays, moment)
        if summary.total:
            line = t(f"team.card.{moment}", count=summary.confirmed, total=summary.total)
            if summary.open:
                people = list_some(t, [name_confirmer(t, *each) for each in summary.open])
                line = line + Mrkdwn(" ") + t("team.card.open", people=people)
            lines.append(line)
    return [ui.context_block(*lines)] if lines else []
