"""What waits for a person: groups of lines, each with one button at most (product §13.1). Pure: facts → Blocks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Literal

from bot.asks.views import AskView, open_ask_button, shorten_ask
from bot.funding.entry_views import EntryView, entry_sentence
from bot.parsing.money import Amount
from bot.pleas.views import WaitingPlea, render_waiting_plea
from bot.projects.rules import Side, State
from bot.projects.views import ProjectLine
from bot.register.views import AssetView, change_asset_button
from bot.signing.rules import SigningAnswer
from bot.team.message_views import summarize_not_quite
from bot.team.rules import Confirmer, StayMoment
from bot.team.views import ConfirmationView, MemberView
from bot.timetable.views import alert_buttons
from bot.ui import blocks as ui
from bot.ui.clipping import MOST_NAMED, clip_text, join_first
from bot.ui.components import Compose, ListPage, action_blocks, item_button, pager_buttons, project_heading
from bot.ui.mrkdwn import Mrkdwn, escape_text, person_mention
from bot.ui.texts import Texts

SHORT: Final = 120  # characters of what somebody wrote, in a line

ToSign = Literal["charter", "report", "decision"]


class WaitingGroup(StrEnum):
    """What is to be done, in the order in which it stands. Its heading is `home.group.<group>`."""

    SIGN = "sign"
    COVER = "cover"  # spent past the budget
    ANSWER = "answer"  # check-ins
    SAY = "say"  # how it is with the other side
    ASK = "ask"
    PLEA = "plea"  # what somebody may not do, and the reader may
    CONFIRM = "confirm"  # the start or the return of a stay
    RETURN = "return"  # of somebody of their side, that is not quite so yet
    DECIDE = "decide"  # as a steward
    TAKE_OVER = "take_over"  # an asset
    NEEDS_OWNER = "needs_owner"  # an asset of the side that the person leads or directs
    SIDE = "side"  # on which the person works
    AGREE = "agree"  # to value in kind
    DISPUTED = "disputed"  # by the other side: an entry of one's own
    MILESTONE = "milestone"  # their own, overdue
    BLOCKER = "blocker"
    RAISED = "raised"  # a blocker of somebody else's, that nobody has taken
    LOOK_BACK = "look_back"  # at a project that closes
    SEND = "send"  # for signature


@dataclass(frozen=True)
class StayQuestion:
    confirmation_id: int
    project: ProjectLine
    moment: StayMoment
    confirmer: Confirmer
    member: str


@dataclass(frozen=True)
class AskedOfSide:
    """What is to be signed for one side, and what the side has answered instead."""

    project: ProjectLine
    what: ToSign
    number: int
    request_id: int
    answer: SigningAnswer | None = None
    answered_by: str | None = None  # if that was not the reader
    declined_by: str | None = None  # for the other side
    decision: Callable[[Texts], Mrkdwn] | None = None  # what is to be decided


@dataclass(frozen=True)
class OverdueMilestone:
    milestone_id: int
    project: ProjectLine
    title: str
    due: date
    at_risk: bool


@dataclass(frozen=True)
class Waiting:
    """What waits for one person, over all their projects; each list the oldest first."""

    to_sign: Sequence[AskedOfSide] = ()
    to_cover: Sequence[tuple[ProjectLine, int, Amount]] = ()  # project, its id, what is not covered
    to_answer: Sequence[tuple[ProjectLine, int]] = ()  # project, prompt
    to_say: Sequence[ProjectLine] = ()
    asks: Sequence[AskView] = ()
    pleas: Sequence[WaitingPlea] = ()
    to_confirm: Sequence[StayQuestion] = ()
    returns: Sequence[tuple[ProjectLine, MemberView, ConfirmationView]] = ()  # of the side that the person directs
    to_decide: Sequence[tuple[int, Compose]] = ()  # the number of a question to a steward, and the question
    to_take_over: Sequence[tuple[Sequence[AssetView], str]] = ()  # assets of one request, who offers them
    to_name: Sequence[AssetView] = ()  # assets that need an owner
    side_asked: tuple[Side, str] | None = None  # as which side somebody has proposed them, and who
    to_agree: Sequence[tuple[ProjectLine, int, Amount, str]] = ()  # project, entry, how much, what
    overdue: Sequence[OverdueMilestone] = ()
    disputed: Sequence[tuple[ProjectLine, EntryView]] = ()
    blockers: Sequence[tuple[ProjectLine, int, str]] = ()  # project, blocker, text
    raised: Sequence[tuple[ProjectLine, int, str]] = ()  # the same
    to_look_back: Sequence[tuple[ProjectLine, int]] = ()  # project, its id
    to_send: Sequence[tuple[ProjectLine, int]] = ()  # draft, charter's version


@dataclass(frozen=True)
class Line:
    text: Mrkdwn
    button: ui.Element | None = None

    @property
    def block(self) -> ui.Block:
        return ui.section_block(self.text, accessory=self.button)


Groups = Mapping[WaitingGroup, Sequence[Line]]
"""Those of which there is any, in their order."""


def list_waiting_lines(t: Texts, facts: Waiting) -> Groups:
    sides = [] if facts.side_asked is None else [facts.side_asked]
    lines = {
        WaitingGroup.SIGN: [_sign_line(t, each) for each in facts.to_sign],
        WaitingGroup.COVER: [_cover_line(t, *each) for each in facts.to_cover],
        WaitingGroup.ANSWER: [
            Line(_heading(project), item_button(t, "checkin.answer", "checkin.answer", prompt_id))
            for project, prompt_id in facts.to_answer
        ],
        WaitingGroup.SAY: [
            Line(_heading(project), item_button(t, "pulse.answer", "pulse.show", project.number))
            for project in facts.to_say
        ],
        WaitingGroup.ASK: [Line(ask_line(t, each), open_ask_button(t, each)) for each in facts.asks],
        WaitingGroup.PLEA: [Line(*render_waiting_plea(t, each)) for each in facts.pleas],
        WaitingGroup.CONFIRM: [_stay_line(t, each) for each in facts.to_confirm],
        WaitingGroup.RETURN: [_return_line(t, *each) for each in facts.returns],
        WaitingGroup.DECIDE: [_decision_line(t, *each) for each in facts.to_decide],
        WaitingGroup.TAKE_OVER: [_offer_line(t, *each) for each in facts.to_take_over],
        WaitingGroup.NEEDS_OWNER: [_ownerless_line(t, each) for each in facts.to_name],
        WaitingGroup.SIDE: [_side_line(t, *each) for each in sides],
        WaitingGroup.AGREE: [_in_kind_line(t, *each) for each in facts.to_agree],
        WaitingGroup.DISPUTED: [_disputed_line(t, *each) for each in facts.disputed],
        WaitingGroup.MILESTONE: [
            Line(
                _render_overdue_text(t, each),
                _answer_button(t, "milestone", each.milestone_id, label="home.update"),
            )
            for each in facts.overdue
        ],
        WaitingGroup.BLOCKER: [
            Line(_quoting_line(t, project, text), item_button(t, "blocker.resolve", "blocker.resolve", blocker_id))
            for project, blocker_id, text in facts.blockers
        ],
        WaitingGroup.RAISED: [
            Line(_quoting_line(t, project, text), item_button(t, "blocker.take", "blocker.take", blocker_id))
            for project, blocker_id, text in facts.raised
        ],
        WaitingGroup.LOOK_BACK: [
            Line(_heading(project), item_button(t, "closing.retrospective", "closing.retrospective", project_id))
            for project, project_id in facts.to_look_back
        ],
        WaitingGroup.SEND: [
            Line(
                t("home.line.send", project=_heading(project), version=version),
                item_button(t, "project.show", "project.show", project.number),
            )
            for project, version in facts.to_send
        ],
    }
    return {group: of_group for group, of_group in lines.items() if of_group}


def waiting_blocks(t: Texts, groups: Groups, *, most: int, shown: Sequence[int]) -> list[ui.Block]:
    """All groups, each with its first lines and how many more there are.

    Of each as many lines as the first of `shown` says with which there are at most `most` in all; else the last.
    """
    per_group = next((n for n in shown if sum(min(n, len(each)) for each in groups.values()) <= most), shown[-1])
    blocks: list[ui.Block] = []
    for group, lines in groups.items():
        first, *others = lines[:per_group]
        heading = t(f"home.group.{group}")
        blocks.append(Line(Mrkdwn("\n").join([heading, first.text]), first.button).block)
        blocks += [each.block for each in others]
        if (left := len(lines) - per_group) > 0:
            blocks.append(Line(t("boundary.more", count=left), show_all_button(t, group)).block)
    return blocks


def render_waiting_group(t: Texts, group: str, page: ListPage[Line]) -> ui.Message:
    """A page of one list."""
    heading = t(f"home.group.{group}")
    lines = [each.block for each in page.items] or [ui.section_block(t("home.nothing_waits"))]
    return ui.fit_message(
        heading, [ui.section_block(heading), *lines, *action_blocks(pager_buttons(t, page, "home.list", group))]
    )


def show_all_button(t: Texts, group: str) -> ui.Element:
    return ui.button_element(t.plain("home.show_all"), f"home.list:{group}", f"{group}:1")


def ask_line(t: Texts, ask: AskView) -> Mrkdwn:
    return t("home.line.text", project=project_heading(ask.key, ask.name), text=shorten_ask(ask.text))


def _heading(project: ProjectLine) -> Mrkdwn:
    return project_heading(project.key, project.name)


def _sign_line(t: Texts, asked: AskedOfSide) -> Line:
    if asked.decision is not None:
        text = asked.decision(t)
    else:
        text = t(f"home.line.sign.{asked.what}", project=_heading(asked.project), number=asked.number)
    if asked.answer is None:
        if asked.declined_by is not None:
            text = t("home.line.sign.theirs.decline", what=text, who=person_mention(asked.declined_by))
        button = item_button(t, "signing.read_and_sign", "signing.read", asked.request_id, style="primary")
        return Line(text, button)
    if asked.answered_by is None:
        text = t(f"home.line.sign.mine.{asked.answer}", what=text)
    else:
        text = t(f"home.line.sign.theirs.{asked.answer}", what=text, who=person_mention(asked.answered_by))
    return Line(text, item_button(t, "signing.change_answer", "signing.read", asked.request_id))


def _cover_line(t: Texts, project: ProjectLine, project_id: int, amount: Amount) -> Line:
    button = item_button(t, "ledger.open", "ledger.open", project_id)
    return Line(t("home.line.cover", project=_heading(project), amount=amount), button)


def _stay_line(t: Texts, asked: StayQuestion) -> Line:
    who = person_mention(asked.member)
    text = t(f"home.line.{asked.moment}.{asked.confirmer}", project=_heading(asked.project), who=who)
    return Line(text, _answer_button(t, "stay", asked.confirmation_id, label="home.confirm"))


def _return_line(t: Texts, project: ProjectLine, member: MemberView, answer: ConfirmationView) -> Line:
    text = summarize_not_quite(t, project.key, project.name, member, answer, longest=SHORT)
    return Line(text, item_button(t, "team.form_title", "team.list", project.number))


def _decision_line(t: Texts, number: int, question: Compose) -> Line:
    asked, *_ = str(question(t).blocks[0]["text"]["text"]).split("\n")
    return Line(Mrkdwn(asked), _answer_button(t, "steward", number, label="home.decide"))


def _offer_line(t: Texts, assets: Sequence[AssetView], by: str) -> Line:
    asset, who = assets[0], person_mention(by)
    if len(assets) > 1:
        names = join_first([each.name for each in assets], MOST_NAMED)
        text = t("home.line.offer_several", n=len(assets), names=names, by=who)
    else:
        text = t("home.line.offer", name=asset.name, kind=t(f"kind.{asset.kind}"), by=who)
    return Line(text, _answer_button(t, "asset", asset.asset_id, label="home.decide"))


def _ownerless_line(t: Texts, asset: AssetView) -> Line:
    text = t("home.line.needs_owner", name=asset.name, kind=t(f"kind.{asset.kind}"))
    return Line(text, change_asset_button(t, asset.asset_id, "register.name_owner"))


def _render_overdue_text(t: Texts, milestone: OverdueMilestone) -> Mrkdwn:
    return t("home.line.overdue", project=_heading(milestone.project), name=milestone.title, due=milestone.due)


def render_overdue_milestone(t: Texts, milestone: OverdueMilestone) -> ui.Message:
    """What its alert asks: whether it is done, or when it will be."""
    text = _render_overdue_text(t, milestone)
    names = ("done", "drop") if milestone.project.state == State.CLOSING else None
    buttons = alert_buttons(t, milestone.milestone_id, at_risk=milestone.at_risk, names=names)
    return ui.fit_message(text, [ui.section_block(text), *action_blocks(buttons)])


def _side_line(t: Texts, side: Side, by: str) -> Line:
    text = t("side.question", by=person_mention(by), side=t(f"side.in.{side}"))
    return Line(text, _answer_button(t, "side", 0))


def _in_kind_line(t: Texts, project: ProjectLine, entry_id: int, amount: Amount, what: str) -> Line:
    text = t("home.line.in_kind", project=_heading(project), amount=amount, what=_shorten(what))
    return Line(text, item_button(t, "ledger.button.agree", "ledger.agree", entry_id))


def _disputed_line(t: Texts, project: ProjectLine, entry: EntryView) -> Line:
    text = t("home.line.text", project=_heading(project), text=entry_sentence(t, entry))
    return Line(text, _answer_button(t, "dispute", entry.entry_id))


def _quoting_line(t: Texts, project: ProjectLine, text: str) -> Mrkdwn:
    return t("home.line.text", project=_heading(project), text=_shorten(text))


def _shorten(text: str) -> Mrkdwn:
    return escape_text(clip_text(" ".join(text.split()), SHORT))


def _answer_button(t: Texts, what: str, number: int, *, label: str = "home.answer") -> ui.Element:
    """Opens a question that has more answers than a line has buttons."""
    return ui.button_element(t.plain(label), f"home.question:{what}:{number}", f"{what}:{number}")
