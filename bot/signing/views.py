"""How a request for signatures looks, whatever is to be signed. Pure: facts → Block Kit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from bot.projects.rules import SEATS, Side
from bot.signing.rules import RequestState, SigningAnswer
from bot.ui import blocks as ui
from bot.ui.blocks import Element
from bot.ui.components import item_button, notice_modal, project_heading, quote_text, render_section_message
from bot.ui.mrkdwn import Mrkdwn, person_mention
from bot.ui.texts import Texts

Phrase = Callable[[Texts, Any], Mrkdwn]
Blocks = Callable[[Texts, Any], list[ui.Block]]


@dataclass(frozen=True)
class Facts:
    """What is to be signed, of which project; each kind of request adds its own."""

    key: str
    name: str  # of the project


@dataclass(frozen=True)
class Presentation:
    """How one kind of thing to sign looks: from its `Facts`."""

    what: Phrase  # in a sentence, in the nominative: "*D-1 · Pickles* (version 2)"
    brief: Blocks  # in the message that asks
    whole: Blocks  # in the form, with everything that is signed
    effect: Phrase  # a sentence: what the second signature will do
    outcome: Phrase  # a sentence: what both signatures have done
    lapsed: Phrase  # a sentence: how things stand after thirty days without both signatures
    outcome_apart: Phrase | None = None  # to who signed first and is told apart, and to a deputy
    proposes: Callable[[Texts, Any], ui.Element] | None = None  # the button that proposes something else
    place: tuple[str, str] | None = None  # (text, action) of where a refusal leads; None: the project's card
    adds: Callable[[Texts, Any], ui.Element] | None = None  # the button by which a lead adds to what is refused
    ways_on: Phrase | None = None  # sentences, where the ways on are neither a new version nor a decision's
    replaced: Callable[[Texts, Any], Mrkdwn | None] | None = None  # a sentence: by what, and whose, once it is void
    gone: Phrase | None = None  # a sentence: why nobody has to sign it any more, where it is void
    names_itself: bool = False  # `whole` begins with what it is, as a charter does


@dataclass(frozen=True)
class SideAnswer:
    """A side's answer, as the other readers of its message see it."""

    answer: SigningAnswer
    user_id: str
    for_user_id: str | None
    reason: str | None = None  # for those who read it


@dataclass(frozen=True)
class EarlierAnswer:
    """What the other executive has answered instead of signing what the request is in place of."""

    what: Phrase  # of `facts`
    facts: Facts
    given: SideAnswer


@dataclass(frozen=True)
class TakenSeat:
    """The seat that the reader has come to, with or since the request."""

    side: Side
    since: date


@dataclass(frozen=True)
class Withdrawal:
    """Who has taken a request off the table, and why."""

    by: str
    reason: str | None


class OtherSide(StrEnum):
    """What becomes of the same request on the other side."""

    ASKED = "asked"  # at the same moment
    VACANT = "vacant"  # nobody is asked until somebody sits there
    NOT_ASKED = "not_asked"  # now: it was before, or is later


def render_unsent_drafts(t: Texts, drafts: Sequence[tuple[int, int, str, str]]) -> ui.Message:
    """(project id, version, key, name) of those that the reader may send."""
    blocks: list[ui.Block] = []
    for project_id, version, key, name in drafts:
        value = f"{project_id}:{version}"
        button = ui.button_element(t.plain("charter.send"), f"charter.send:{value}", value, style="primary")
        text = t("signing.draft_not_sent", project=project_heading(key, name))
        blocks += [ui.section_block(text), ui.actions_block(button)]
    return ui.fit_message(t("signing.draft_not_sent", project=project_heading(*drafts[0][2:])), blocks)


def render_request_message(
    t: Texts,
    *,
    presentation: Presentation,
    facts: Facts,
    request_id: int,
    state: RequestState,
    asked_by: str | None,
    reader: str,
    executive: str,
    side_answer: SideAnswer | None,
    has_signed_first: bool = False,
    taken: TakenSeat | None = None,
    other: OtherSide = OtherSide.ASKED,
    deputies: Sequence[tuple[str, str]] = (),
    withdrawal: Withdrawal | None = None,
    earlier: EarlierAnswer | None = None,
    has_answered_for_other: bool = False,
) -> ui.Message:
    """The direct message that asks somebody, as it stands now: asked, answered, agreed, or over.

    `asked_by`: None if that was Duet itself. `taken`: of an executive who is asked because they are new.
    `deputies`: who has signed for whom. `withdrawal`: where somebody has taken it off the table.
    """
    what = presentation.what(t, facts)
    if state is RequestState.AGREED:
        is_told_apart = has_signed_first or reader != executive  # a deputy is in no project channel
        outcome = (is_told_apart and presentation.outcome_apart) or presentation.outcome
        return render_section_message(Mrkdwn(" ").join([outcome(t, facts), *render_deputies(t, deputies)]))
    if state is RequestState.VOID and presentation.gone is not None:
        return render_section_message(presentation.gone(t, facts))
    if withdrawal is not None:  # a deputy has no part in the project, and is not told why
        told = withdrawal if reader == executive else replace(withdrawal, reason=None)
        return render_section_message(say_withdrawal(t, what, told), quote=told.reason)
    if state is not RequestState.OPEN:
        return render_section_message(t(f"signing.request.{state}", what=what))
    if has_answered_for_other:
        text = t("signing.request.other_answered", what=what, executive=person_mention(executive))
        return render_section_message(text)
    if side_answer is not None:
        text = render_answered_request(t, presentation, facts, reader, side_answer)
    elif reader != executive:
        text = _render_deputy_request(t, what, asked_by, executive)
    else:
        text = _render_request(t, facts, what, asked_by, reader, taken, other)
    blocks = [ui.section_block(text)]
    if side_answer is None:
        blocks += [*_render_earlier_answer(t, earlier), *presentation.brief(t, facts)]
    if side_answer is not None and side_answer.user_id == executive != reader:
        return ui.fit_message(text, blocks)  # no deputy answers over their executive
    answered = side_answer is not None and reader in (side_answer.user_id, executive)
    label = t.plain("signing.change_answer" if answered else "signing.read_and_sign")
    blocks.append(
        ui.actions_block(
            ui.button_element(label, "signing.read", str(request_id), style=None if answered else "primary")
        )
    )
    return ui.fit_message(text, blocks)


def render_answered_request(
    t: Texts, presentation: Presentation, facts: Facts, reader: str, side_answer: SideAnswer
) -> Mrkdwn:
    """Says what a side has answered, to whoever has, and to the others who may answer for it."""
    what = presentation.what(t, facts)
    if side_answer.user_id == reader:
        return t(f"signing.mine.{side_answer.answer}", what=what, effect=presentation.effect(t, facts))
    who = render_signatory(t, side_answer.user_id, side_answer.for_user_id)
    return t(f"signing.theirs.{side_answer.answer}", what=what, who=who, effect=presentation.effect(t, facts))


def _render_deputy_request(t: Texts, what: Mrkdwn, asked_by: str | None, executive: str) -> Mrkdwn:
    for_whom = person_mention(executive)
    if asked_by is None:
        return t("signing.request.asked_deputy_by_duet", what=what, executive=for_whom)
    return t("signing.request.asked_deputy", what=what, by=person_mention(asked_by), executive=for_whom)


def _render_request(
    t: Texts,
    facts: Facts,
    what: Mrkdwn,
    asked_by: str | None,
    reader: str,
    taken: TakenSeat | None,
    other: OtherSide,
) -> Mrkdwn:
    said = []
    if taken is not None:
        project, role = project_heading(facts.key, facts.name), t(SEATS[taken.side])
        said.append(t("signing.request.seat_taken", project=project, role=role, since=taken.since))
    if asked_by is None or taken is not None:
        said.append(t("signing.request.asked_by_duet", what=what))
    else:
        key = "asked_yourself" if asked_by == reader else "asked"
        said.append(t(f"signing.request.{key}", what=what, by=person_mention(asked_by)))
    if other is not OtherSide.NOT_ASKED:
        said.append(t(f"signing.request.other_{other}"))
    return Mrkdwn(" ").join(said)


def render_revoked_request(t: Texts, what: Mrkdwn) -> ui.Message:
    """For somebody who was asked, and whom it does not concern any more."""
    return render_section_message(t("signing.request.revoked", what=what))


def build_answer_notice(
    t: Texts,
    *,
    presentation: Presentation,
    facts: Facts,
    answer: SigningAnswer,
    is_agreed: bool,
    other_answer: str | None = None,
    below: Sequence[ui.Block] = (),
) -> ui.View:
    """`other_answer`: of the other side, so far. `below`: what waits besides."""
    what = presentation.what(t, facts)
    if is_agreed:
        said = [t("signing.answered.agreed", what=what, outcome=presentation.outcome(t, facts))]
    else:
        said = [t(f"signing.answered.{answer}", what=what, effect=presentation.effect(t, facts))]
        if answer is SigningAnswer.SIGN and other_answer in (SigningAnswer.DECLINE, SigningAnswer.TALK):
            said.append(t(f"signing.other.{other_answer}"))
    return notice_modal(t, t.plain("signing.answered.title"), [Mrkdwn(" ").join(said), *below])


def render_position(
    t: Texts,
    *,
    presentation: Presentation,
    facts: Facts,
    answer: SigningAnswer,
    who: str,
    for_whom: str | None,
    reason: str | None,
    project_id: int,
    project_number: int,
    is_lead: bool,
) -> ui.Message:
    """A refusal leads to where each reader is offered the ways on that are theirs, whenever it is clicked."""
    text = _say_position(t, presentation.what(t, facts), answer, who, for_whom)
    if answer != SigningAnswer.DECLINE:
        return render_section_message(text, quote=reason)
    if presentation.place is None:
        button = item_button(t, "project.show", "project.show", project_number)
    else:
        button = item_button(t, *presentation.place, project_id)
    added = [presentation.adds(t, facts)] if is_lead and presentation.adds is not None else []
    return render_section_message(text, button, *added, quote=reason)


def _say_position(t: Texts, what: Mrkdwn, answer: SigningAnswer, who: str, for_whom: str | None) -> Mrkdwn:
    return t(f"signing.position.{answer}", what=what, who=render_signatory(t, who, for_whom))


def render_retracted_position(t: Texts, what: Mrkdwn, who: str, for_whom: str | None) -> ui.Message:
    return render_section_message(
        t("signing.position.retracted", what=what, who=render_signatory(t, who, for_whom))
    )


def _render_earlier_answer(t: Texts, earlier: EarlierAnswer | None) -> list[ui.Block]:
    """Its words may have been read nowhere else: what was answered to is asked no more."""
    if earlier is None:
        return []
    what, given = earlier.what(t, earlier.facts), earlier.given
    text = _say_position(t, what, given.answer, given.user_id, given.for_user_id)
    return [ui.section_block(text), *([ui.section_block(quote_text(given.reason))] if given.reason else [])]


def say_withdrawal(t: Texts, what: Mrkdwn, withdrawal: Withdrawal) -> Mrkdwn:
    said = "signing.withdrawn" if withdrawal.reason else "signing.withdrawn_by"
    return t(said, what=what, by=person_mention(withdrawal.by))


def render_request_withdrawal(t: Texts, what: Mrkdwn, *, by: str, reason: str) -> ui.Message:
    return render_section_message(say_withdrawal(t, what, Withdrawal(by, reason)), quote=reason)


def render_unreachable_signatory(t: Texts, what: Mrkdwn, *, who: str) -> ui.Message:
    return render_section_message(t("signing.not_reached", what=what, who=person_mention(who)))


def render_signatory(t: Texts, who: str, for_whom: str | None) -> Mrkdwn:
    """Who has answered, and for whom if it was a deputy (product §4.8)."""
    if for_whom is None:
        return person_mention(who)
    return t("signing.deputy_for", deputy=person_mention(who), executive=person_mention(for_whom))


def render_deputies(t: Texts, deputies: Sequence[tuple[str, str]]) -> list[Mrkdwn]:
    """Who has signed for whom, as a sentence; none if both executives have signed in person (product §4.8)."""
    if not deputies:
        return []
    signatories = [render_signatory(t, who, for_whom) for who, for_whom in deputies]
    return [t("signing.signed_for", who=Mrkdwn(", ").join(signatories))]


def read_and_sign_button(t: Texts, request_id: int) -> Element:
    return item_button(t, "signing.read_and_sign", "signing.read", request_id)
