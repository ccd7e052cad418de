"""What people are told of a request with their routine messages (product §2.8, §4.6). Pure: facts → Block Kit."""

from enum import StrEnum

from bot.deliveries.digests.facts import NoticeFacts
from bot.deliveries.digests.unspoken import Sentence, Unspoken
from bot.signing.views import read_and_sign_button, render_signatory
from bot.ui.blocks import MessageItem
from bot.ui.components import item_button
from bot.ui.mrkdwn import Mrkdwn, person_mention
from bot.ui.texts import Texts


class RequestNotice(NoticeFacts):
    """What is to be signed is described as it is when it is told: in sentences, said in their reader's language."""

    request_id: int
    number: int  # the project's
    what: str = ""
    lapsed: str | None = None
    proposes: bool = False
    sentences: tuple[Sentence, ...] = ()


class GivenSignatures(StrEnum):
    """How many there are of a request, or that it has ended without both."""

    ONE = "one"
    BOTH = "both"
    NONE = "none"  # the one that was given was taken back
    ENDED = "ended"


class SignatureGiven(RequestNotice, kind="signing.signed"):
    signer: str
    for_user_id: str | None
    other: str
    given: GivenSignatures = GivenSignatures.ONE
    is_other_vacant: bool = False
    has_other_declined: bool = False
    other_for_user_id: str | None = None  # whose deputy `other` is, if they have declined


class SignatureReminder(RequestNotice, kind="signing.reminder"):
    pass


class SignatureMissing(RequestNotice, kind="signing.still_waiting"):
    who: str
    is_over: bool = False  # they have answered, or nobody waits for that any more


class LapseNotice(RequestNotice, kind="signing.lapsed"):
    pass


class TalkReminder(RequestNotice, kind="signing.talk_waits"):
    pass


def signature_line(t: Texts, facts: SignatureGiven) -> Mrkdwn:
    what = _say(t, facts, facts.what)
    if facts.given is not GivenSignatures.ONE:
        return t(f"notice.signed.{facts.given}", what=what)
    signer = render_signatory(t, facts.signer, facts.for_user_id)
    if facts.is_other_vacant:
        return t("notice.signed.one_vacant", what=what, signer=signer)
    key = "notice.signed.one_declined" if facts.has_other_declined else "notice.signed.one"
    return t(key, what=what, signer=signer, other=render_signatory(t, facts.other, facts.other_for_user_id))


def reminder_line(t: Texts, facts: SignatureReminder) -> MessageItem:
    said = "notice.reminder" if facts.has_buttons else "notice.reminder_answered"
    return MessageItem(t(said, what=_say(t, facts, facts.what)), read_and_sign_button(t, facts.request_id))


def missing_line(t: Texts, facts: SignatureMissing) -> Mrkdwn:
    key = "notice.waits_no_longer" if facts.is_over else "notice.still_waiting"
    return t(key, what=_say(t, facts, facts.what), who=person_mention(facts.who))


def lapse_line(t: Texts, facts: LapseNotice) -> MessageItem:
    text = t("notice.lapsed", what=_say(t, facts, facts.what))
    if facts.lapsed is not None:
        text = Mrkdwn(" ").join([text, _say(t, facts, facts.lapsed)])
    return MessageItem(text, item_button(t, "project.show", "project.show", facts.number))


def talk_line(t: Texts, facts: TalkReminder) -> MessageItem:
    open_said = "talk_waits" if facts.proposes else "talk_waits_decision"
    which = open_said if facts.has_buttons else "talk_over"
    text = t(f"notice.{which}", what=_say(t, facts, facts.what))
    return MessageItem(text, read_and_sign_button(t, facts.request_id))


def _say(t: Texts, facts: RequestNotice, text: str) -> Mrkdwn:
    return Unspoken(facts.sentences, None).said_in(t, text)
