"""The brief of an executive: a section a project, the same for both of its executives (product §13.2). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from pydantic import BaseModel, ConfigDict

from bot.checkins.answer_views import MARKS
from bot.checkins.rules import Status
from bot.deliveries.digests.composing import show_all_button
from bot.deliveries.digests.facts import ProjectNotice
from bot.home.waiting_views import ToSign
from bot.parsing.money import Amount
from bot.projects.rules import Side
from bot.pulse.rules import QuestionMean, compute_side_trust
from bot.pulse.views import format_fraction
from bot.ui import blocks as ui
from bot.ui.clipping import clip_text
from bot.ui.components import format_unit, item_button, project_heading
from bot.ui.mrkdwn import DOT, Mrkdwn, escape_text, person_mention
from bot.ui.texts import Texts, WithWeekday

NAMED: Final = 3  # of things of one kind; how many more there are is counted
QUOTED: Final = 80  # characters of what somebody wrote
A_SECTION: Final = 8  # projects of a line each
LAYOUTS: Final = ((15, 40), (12, 40), (8, 40), (5, 40), (3, 32), (1, 24), (1, 8))
"""Projects in full, and how many more in a line each: the first that Slack takes."""


class Kept(BaseModel):
    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid", hide_input_in_errors=True)


class AskedSignature(Kept):
    """What is open for both signatures, and who has not given theirs."""

    what: ToSign
    number: int  # of a charter, its version
    name: str | None = None  # of a decision
    request_id: int
    waits_for: tuple[str, ...]  # none: whoever has yet to sign has no successor yet
    want_to_talk: tuple[str, ...] = ()
    have_declined: tuple[str, ...] = ()


class NamedDay(Kept):
    """A milestone with its day; `was`: the day before."""

    title: str
    day: date
    was: date | None = None


class MovedMoney(Kept):
    """What the week has added to the ledger, and how it stands since."""

    spent: Amount
    spent_in_all: Amount
    budget: Amount
    paid_it: Amount
    paid_marketing: Amount
    spending_undone: Amount | None = None  # in the week, of entries from before it
    paid_in_undone: Amount | None = None


class ProjectBrief(ProjectNotice, kind="brief.project"):
    """What there is to say of one project; nobody in it is "you"."""

    number: int
    status: Status | None = None  # the worst in the last summary
    # What needs the executives.
    to_sign: tuple[AskedSignature, ...] = ()
    settled: tuple[int, ...] = ()  # requests of those that have ended since it was told
    uncovered: Amount | None = None
    vacant: tuple[Side, ...] = ()
    filled: tuple[tuple[Side, str], ...] = ()  # which of these somebody has taken since it was told, and who
    closes_on: date | None = None  # withdrawn
    blockers: tuple[str, ...] = ()  # that are put to them, the oldest first
    overdue: tuple[NamedDay, ...] = ()  # the longest overdue first
    # What moved in the week.
    since: date | None = None  # it is of more than the week, from that day on
    tells_first: bool = False  # it is of more than the week, as no brief has told of the project before
    steps: tuple[str, ...] = ()  # activated | resumed | withdrawn | taken_back | closing
    adopted: int | None = None  # the charter's version
    done: tuple[str, ...] = ()  # milestones
    moved: tuple[NamedDay, ...] = ()
    at_risk: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    added: int = 0
    measured: Decimal | None = None
    measure_unit: str = ""
    target: Decimal | None = None
    noted: int = 0  # blockers
    resolved: int = 0
    # Money and trust.
    money: MovedMoney | None = None
    silent_of_each_other: tuple[str, ...] = ()  # executives who have yet to answer about the other
    answered_of_each_other: bool = False
    means: tuple[QuestionMean, ...] = ()

    @property
    def has_ended(self) -> bool:
        """Whether the project has been closed or cancelled since it was told: only a live one has its buttons."""
        return not self.has_buttons

    @property
    def open_requests(self) -> list[AskedSignature]:
        return [] if self.has_ended else [each for each in self.to_sign if each.request_id not in self.settled]

    @property
    def vacant_seats(self) -> list[Side]:
        return [each for each in self.vacant if each not in dict(self.filled)]

    @property
    def needs_somebody(self) -> bool:
        seats = self.open_requests or self.vacant_seats
        asks = seats or self.uncovered or self.closes_on or self.blockers or self.overdue
        return not self.has_ended and (bool(asks) or self.status is Status.OFF_TRACK)

    @property
    def has_moved(self) -> bool:
        milestones = self.done or self.moved or self.at_risk or self.dropped or self.added
        rest = self.steps or self.adopted or self.measured is not None or self.noted or self.resolved
        return bool(milestones or rest)

    @property
    def says_something(self) -> bool:
        """Questions that both were asked once are no reason to come back to them each week."""
        trust = self.answered_of_each_other or bool(self.means)
        return self.needs_somebody or self.has_moved or self.money is not None or trust

    @property
    def rank(self) -> tuple[bool | int, ...]:
        """What needs both most stands first."""
        return (
            not self.to_sign,
            self.uncovered is None,
            self.status is not Status.OFF_TRACK,
            not (self.vacant or self.closes_on),
            not self.blockers,
            not self.overdue,
            self.status is not Status.AT_RISK,
            not (self.has_moved or self.money),
            self.number,
        )


@dataclass(frozen=True)
class BriefFacts:
    """A whole brief: its reader, the first day of its week, and its projects with the notice of each."""

    reader: str
    since: date
    projects: Sequence[tuple[int, ProjectBrief]]

    @property
    def until(self) -> date:
        return self.since + timedelta(days=6)

    @property
    def in_order(self) -> list[ProjectBrief]:
        return sorted((each for _, each in self.projects), key=lambda each: each.rank)

    @property
    def waiting_for_reader(self) -> int:
        """How many signatures of theirs are open; whoever has asked to talk first, or declined, has answered."""
        asked = [each for _, brief in self.projects for each in brief.open_requests]
        return sum(
            self.reader in each.waits_for and self.reader not in (*each.want_to_talk, *each.have_declined)
            for each in asked
        )

    @property
    def revised(self) -> list[ProjectBrief]:
        """Those of which something is said as it became after the brief was told."""
        return [each for _, each in self.projects if each.settled or each.filled or each.has_ended]

    @property
    def newest_notice(self) -> int:
        return max(notice_id for notice_id, _ in self.projects)


def brief_blocks(t: Texts, facts: BriefFacts, *, beside: Sequence[ui.Block] = ()) -> list[ui.Block]:
    """As much as fits into one message together with the blocks `beside`."""
    ordered = facts.in_order
    for in_full, in_lines in LAYOUTS:
        blocks = _lay_out(t, facts, ordered, in_full=in_full, in_lines=in_lines)
        if ui.is_within_message_limits([*beside, *blocks]):
            break
    return blocks


def _lay_out(
    t: Texts, facts: BriefFacts, ordered: Sequence[ProjectBrief], *, in_full: int, in_lines: int
) -> list[ui.Block]:
    blocks = [ui.section_block(render_heading(t, facts))]
    for each in ordered[:in_full]:
        item = project_item(t, each)
        blocks += [ui.divider_block(), ui.section_block(item.text, accessory=item.button)]
    rest = ordered[in_full : in_full + in_lines]
    if rest:
        blocks.append(ui.divider_block())
    for at in range(0, len(rest), A_SECTION):
        lines = [_short_line(t, each) for each in rest[at : at + A_SECTION]]
        blocks.append(ui.section_block(Mrkdwn("\n").join(lines)))
    left = len(ordered) - in_full - len(rest)
    if rest:
        said = t("brief.more", n=left) if left > 0 else t("brief.in_full")
        blocks.append(ui.section_block(said, accessory=show_all_button(t, facts.newest_notice)))
    if facts.revised:
        blocks.append(ui.context_block(t("brief.as_of", day=WithWeekday(facts.revised[0].told_on))))
    return blocks


def render_heading(t: Texts, facts: BriefFacts) -> Mrkdwn:
    """What the notification says, too: the week, what only the reader can sign, how many projects need both."""
    needy = sum(each.needs_somebody for each in facts.in_order)
    week = t.week(facts.since, facts.until)
    counts = t("brief.need", n=needy) if needy else t("brief.none_needs")
    own = [t("brief.yours", n=facts.waiting_for_reader)] if facts.waiting_for_reader else []
    return Mrkdwn("\n").join([t("brief.title", week=week), *own, counts])


def project_item(t: Texts, facts: ProjectBrief) -> ui.MessageItem:
    """One project: what needs its executives, what moved, money, trust; what there is not is left out."""
    lines = [_heading(facts)]
    lines += [t("brief.need_line", what=each) for each in _list_needs(t, facts)]
    parts = {"moved": _list_moves(t, facts), "money": _list_money(t, facts), "trust": _list_trust(t, facts)}
    if facts.since is not None:
        lines.append(t("brief.since", day=t.date(facts.since)))
    elif facts.tells_first:
        lines.append(t("brief.since_start"))
    lines += [t(f"brief.{name}", what=DOT.join(said)) for name, said in parts.items() if said]
    return ui.MessageItem(Mrkdwn("\n").join(lines), _button(t, facts))


def _heading(facts: ProjectBrief) -> Mrkdwn:
    name = project_heading(*facts.project)
    return name if facts.status is None else Mrkdwn(f"{MARKS[facts.status]} ") + name


def _button(t: Texts, facts: ProjectBrief) -> ui.Element:
    """The one thing to do next: what is to be signed, to be decided or to be answered; else the project's card, as
    also of what was done since, and of a project that has ended.
    """
    if facts.has_ended:
        return item_button(t, "project.show", "project.show", facts.number)
    if facts.open_requests:
        return item_button(t, "brief.read", "signing.read", facts.open_requests[0].request_id)
    if facts.answered_of_each_other and not facts.needs_somebody:
        return item_button(t, "pulse.show_both", "pulse.show", facts.number)
    if facts.silent_of_each_other and not facts.needs_somebody:
        return item_button(t, "pulse.show", "pulse.show", facts.number)
    return item_button(t, "project.show", "project.show", facts.number)


def _short_line(t: Texts, facts: ProjectBrief) -> Mrkdwn:
    """The most important thing of a project, and how many others there are."""
    said = [*_list_needs(t, facts), *_list_moves(t, facts), *_list_money(t, facts), *_list_trust(t, facts)]
    first = clip_text(said[0], 2 * QUOTED)
    more = t("brief.others", count=len(said) - 1) if said[1:] else None
    return DOT.join([_heading(facts), first, *([] if more is None else [more])])


# --- what is said of a project --------------------------------------------------------------------------------


def _list_needs(t: Texts, facts: ProjectBrief) -> list[Mrkdwn]:
    if facts.has_ended:
        return [t("brief.has_ended")]
    said = [_signature_line(t, each) for each in facts.open_requests]
    if facts.uncovered is not None:
        said.append(t("brief.uncovered", amount=facts.uncovered))
    if facts.status is Status.OFF_TRACK:
        said.append(t("brief.off_track"))
    said += [_seat_line(t, side, dict(facts.filled)) for side in facts.vacant]
    if facts.closes_on is not None:
        said.append(t("brief.closes_on", day=facts.closes_on))
    if facts.blockers:
        said.append(t("brief.blockers", n=len(facts.blockers), text=_quote(facts.blockers[0])))
    if facts.overdue:
        first = facts.overdue[0]
        day = t.short_date(first.day, facts.told_on)
        said.append(t("brief.overdue", n=len(facts.overdue), title=_quote(first.title), day=day))
    ended = [each for each in facts.to_sign if each.request_id in facts.settled]
    return [*said, *(t("brief.settled", what=_name_request(t, each)) for each in ended)]


def _seat_line(t: Texts, side: Side, filled: Mapping[Side, str]) -> Mrkdwn:
    if side in filled:
        return t(f"brief.filled.{side}", who=person_mention(filled[side]))
    return t(f"brief.vacant.{side}")


def _signature_line(t: Texts, asked: AskedSignature) -> Mrkdwn:
    what = _name_request(t, asked)
    if asked.want_to_talk:
        return t("brief.talk", what=what, who=t.list(map(person_mention, asked.want_to_talk)))
    if not asked.waits_for:
        return t("brief.waits_for_seat", what=what)
    if asked.have_declined:
        return t("brief.declined", what=what, who=t.list(map(person_mention, asked.have_declined)))
    return t("brief.waits", what=what, who=t.list(map(person_mention, asked.waits_for)))


def _name_request(t: Texts, asked: AskedSignature) -> Mrkdwn:
    if asked.name is not None:
        return t("brief.sign.named", name=asked.name)
    return t(f"brief.sign.{asked.what}", number=asked.number)


def _list_moves(t: Texts, facts: ProjectBrief) -> list[Mrkdwn]:
    said = [t(f"brief.step.{each}") for each in facts.steps]
    if facts.adopted is not None:
        said.append(t("brief.adopted", version=facts.adopted))
    if facts.measured is not None:
        unit, target = format_unit(facts.measure_unit), facts.target or Decimal(0)
        said.append(t("brief.measured", value=facts.measured, unit=unit, target=target))
    if facts.done:
        said.append(t("brief.done", what=_name_some(t, [_quote(each) for each in facts.done])))
    if facts.moved:
        said.append(t("brief.moved_to", what=_name_some(t, [_move(t, each, facts) for each in facts.moved])))
    for name, titles in (("at_risk", facts.at_risk), ("dropped", facts.dropped)):
        if titles:
            said.append(t(f"brief.{name}", what=_name_some(t, [_quote(each) for each in titles])))
    for name, n in (("added", facts.added), ("noted", facts.noted), ("resolved", facts.resolved)):
        if n:
            said.append(t(f"brief.{name}", n=n))
    return said


def _move(t: Texts, moved: NamedDay, facts: ProjectBrief) -> Mrkdwn:
    days = [t.short_date(each, facts.told_on) for each in (moved.was, moved.day) if each is not None]
    return Mrkdwn(" ").join([_quote(moved.title), Mrkdwn(" → ").join(days)])


def _list_money(t: Texts, facts: ProjectBrief) -> list[Mrkdwn]:
    money = facts.money
    if money is None:
        return []
    said = [t("brief.spent", amount=money.spent)] if money.spent.minor else []
    if money.spending_undone is not None:
        said.append(t("brief.spending_undone", amount=money.spending_undone))
    if money.paid_in_undone is not None:
        said.append(t("brief.paid_in_undone", amount=money.paid_in_undone))
    said.append(t("brief.spent_in_all", amount=money.spent_in_all, budget=money.budget))
    said.append(t("brief.paid_in", it=money.paid_it, marketing=money.paid_marketing))
    return said


def _list_trust(t: Texts, facts: ProjectBrief) -> list[Mrkdwn]:
    said = []
    if facts.means:
        it, marketing = (compute_side_trust(facts.means, side) for side in Side)
        said.append(t("brief.means", it=format_fraction(t, it), marketing=format_fraction(t, marketing)))
    if facts.answered_of_each_other:
        said.append(t("brief.answered_of_each_other"))
    if facts.silent_of_each_other:
        who = t.list(map(person_mention, facts.silent_of_each_other))
        said.append(t("brief.silent_of_each_other", who=who))
    return said


def _name_some(t: Texts, things: Sequence[Mrkdwn]) -> Mrkdwn:
    named = Mrkdwn(", ").join(things[:NAMED])
    return named if len(things) <= NAMED else t("brief.and_others", what=named, count=len(things) - NAMED)


def _quote(text: str) -> Mrkdwn:
    return escape_text(clip_text(" ".join(text.split()), QUOTED))
