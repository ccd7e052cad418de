"""The project card: one project at a glance. Pure: facts → Block Kit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.asks.rules import SideFigures
from bot.asks.views import render_ask_figures
from bot.charter.message_views import draft_buttons
from bot.charter.rules import Boundary, Charter, Timetable
from bot.charter.views import MeasuredValue, Signature, render_charter, render_signatures
from bot.checkins.schedule_views import ScheduleBrief, render_schedule_brief
from bot.funding.rules import Ledger
from bot.funding.views import short_line
from bot.projects.rules import RUNNING, SEATS, ClosingWay, Side, Sides, State
from bot.signing.views import render_signatory
from bot.team.views import StayView, render_confirmation_summary
from bot.ui import blocks as ui
from bot.ui.components import counted_label, plain_heading, project_heading, quote_text
from bot.ui.mrkdwn import DOT, Mrkdwn, channel_link, person_mention
from bot.ui.texts import Texts


@dataclass(frozen=True)
class CardEnding:
    """How a closed project has ended."""

    way: ClosingWay
    ended_on: date
    closed_on: date
    reason: str | None  # of a withdrawal, or of a decision to close early


@dataclass(frozen=True)
class Declined:
    """Who declines what both are asked to sign, and why; `reason`: None where the reader is not told."""

    side: Side
    version: int
    user_id: str
    for_user_id: str | None
    at: datetime
    reason: str | None


@dataclass(frozen=True)
class Card:
    project_id: int
    number: int
    key: str
    state: str
    charter: Charter
    boundary: Boundary
    timetable: Timetable
    ended: CardEnding | None  # None: it is not closed
    measured: MeasuredValue | None
    checkins: ScheduleBrief | None
    stays: Sequence[StayView]  # with who has confirmed what
    asks: Sides[SideFigures] | None  # None: nobody has asked anything yet
    blockers: int | None  # that are open; None: the reader is not of the team, or it does not run
    version: int
    signed: Mapping[Side, Signature]  # by side
    channel_id: str | None
    paused_until: date | None
    closes_on: date | None  # of a withdrawal
    withdrawn_by: str | None
    proposed: int | None  # a newer version that waits for both signatures
    declined: Sequence[Declined]
    vacant: tuple[Side, ...]  # sides whose executive has left
    request_id: int | None  # waits for the reader's signature
    has_answered: bool  # their side, but not with a signature
    may_send: bool
    may_edit: bool
    may_read_log: bool
    is_colleague: bool  # no guest: reads the register, and takes files
    is_public: bool
    may_publish: bool  # or make private again
    ledger: Ledger | None  # for leads and executives of a project that has begun
    may_record: bool
    life: tuple[str, ...]  # steps that the reader may take: pause, resume, withdraw, take_back


def render_card(t: Texts, facts: Card) -> ui.Message:
    state = t("card.state", state=t(f"state.{facts.state}"), version=facts.version)
    state = state + DOT + t("card.public" if facts.is_public else "card.private")
    if facts.channel_id is not None:
        state = state + DOT + channel_link(facts.channel_id)
    blocks = [
        ui.header_block(plain_heading(facts.key, facts.charter.name)),
        ui.context_block(state),
        *(ui.section_block(line) for line in _news_lines(t, facts)),
        *render_charter(t, facts.charter, facts.boundary, facts.timetable, measured=facts.measured),
    ]
    blocks += render_confirmation_summary(t, facts.stays)
    if facts.ledger is not None:
        blocks.append(ui.section_block(short_line(t, facts.ledger, facts.charter.budget_basis)))
    if facts.checkins is not None:
        blocks.append(render_schedule_brief(t, facts.checkins, project_id=facts.project_id))
    if facts.asks is not None:
        blocks += render_ask_figures(t, facts.asks, has_ended=facts.ended is not None)
    if facts.state not in ("draft", "cancelled"):  # of these nobody waits for a signature
        declined = {each.side for each in facts.declined if each.version == facts.version}
        blocks.append(render_signatures(t, facts.signed, declined=declined))
    blocks.append(ui.actions_block(*_card_buttons(t, facts)))
    if facts.may_publish:
        blocks.append(ui.context_block(t("card.to_private" if facts.is_public else "card.to_public")))
    text = Mrkdwn("\n").join([project_heading(facts.key, facts.charter.name), state])
    return ui.fit_message(text, blocks)


def _news_lines(t: Texts, facts: Card) -> list[Mrkdwn]:
    """What is out of the ordinary."""
    holders = {Side.IT: facts.charter.cio, Side.MARKETING: facts.charter.cmo}
    news = [t("card.vacant", role=t(SEATS[side]), who=person_mention(holders[side])) for side in facts.vacant]
    if facts.ended is not None:
        news.append(_render_ending(t, facts.ended))
    if facts.paused_until is not None:
        news.append(t("card.paused", until=facts.paused_until))
    if facts.closes_on is not None and facts.withdrawn_by is not None:
        news.append(t("card.withdrawn", by=person_mention(facts.withdrawn_by), closes_on=facts.closes_on))
    if facts.proposed is not None:
        news.append(t("card.proposed", version=facts.proposed))
    news += [_render_declined(t, each) for each in facts.declined]
    if facts.declined and facts.may_edit:
        news.append(t("card.declined.proposal" if facts.proposed is not None else "card.declined.charter"))
    return news


def _render_ending(t: Texts, ended: CardEnding) -> Mrkdwn:
    said = t(f"card.ended.{ended.way}", ended_on=ended.ended_on, closed_on=ended.closed_on)
    return said if ended.reason is None else Mrkdwn("\n").join([said, quote_text(ended.reason)])


def _render_declined(t: Texts, declined: Declined) -> Mrkdwn:
    who = render_signatory(t, declined.user_id, declined.for_user_id)
    if declined.reason is None:
        return t("card.declined", who=who, version=declined.version, at=declined.at)
    said = t("card.declined_because", who=who, version=declined.version, at=declined.at)
    return Mrkdwn("\n").join([said, quote_text(declined.reason)])


def _card_buttons(t: Texts, facts: Card) -> list[ui.Element]:
    buttons: list[ui.Element] = []
    if facts.request_id is not None:
        value = str(facts.request_id)
        if facts.has_answered:
            buttons.append(ui.button_element(t.plain("signing.change_answer"), "signing.read", value))
        else:
            read = t.plain("signing.read_and_sign")
            buttons.append(ui.button_element(read, "signing.read", value, style="primary"))
    send, edit = draft_buttons(t, facts.project_id, facts.version)
    if facts.may_send:
        buttons.append(send)
    if facts.may_edit:
        buttons.append(edit)
    buttons.append(ui.button_element(t.plain("team.form_title"), "team.list", str(facts.number)))
    if facts.may_read_log:
        buttons.append(ui.button_element(t.plain("project.log"), "project.log_page", f"{facts.number}:1"))
    buttons.append(ui.button_element(t.plain("timetable.open"), "timetable.page", f"{facts.project_id}:1"))
    if facts.ledger is not None:
        buttons.append(ui.button_element(t.plain("ledger.open"), "ledger.open", str(facts.project_id)))
    if facts.may_record:
        value = str(facts.project_id)
        buttons.append(ui.button_element(t.plain("ledger.fund"), "ledger.fund", value))
        buttons.append(ui.button_element(t.plain("ledger.spend"), "ledger.spend", value))
    if facts.state != "draft":
        buttons.append(ui.button_element(t.plain("ask.list_open"), "ask.list", str(facts.project_id)))
    if facts.blockers is not None:
        label = counted_label(t, t.plain("blocker.list_open"), facts.blockers)
        buttons.append(ui.button_element(label, "blocker.list", str(facts.project_id)))
    if facts.is_colleague:
        buttons.append(ui.button_element(t.plain("register.open"), "register.page", f"{facts.project_id}:1"))
    if facts.state in RUNNING or facts.state in (State.CLOSING, State.CLOSED):
        buttons.append(ui.button_element(t.plain("pulse.settings"), "pulse.show", str(facts.number)))
    if facts.is_colleague:
        buttons.append(ui.button_element(t.plain("export.open"), "pick.export", str(facts.number)))
    if facts.state in ("closing", "closed"):
        label = "life.checklist" if facts.state == "closing" else "closing.show_report"
        buttons.append(ui.button_element(t.plain(label), "closing.checklist", str(facts.project_id)))
    buttons += [
        ui.button_element(t.plain(f"life.{step}.button"), f"life.{step}", str(facts.project_id))
        for step in facts.life
    ]
    if facts.may_publish:
        step = "private" if facts.is_public else "public"
        buttons.append(ui.button_element(t.plain(f"life.{step}.button"), f"life.{step}", str(facts.project_id)))
    return buttons
