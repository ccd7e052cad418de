"""Requests among the routine items of a morning's message. Pure: facts → Block Kit."""

from bot.deliveries.digests.facts import NoticeFacts
from bot.deliveries.digests.unspoken import Sentence, Unspoken
from bot.signing.views import render_signatory
from bot.ui.blocks import Element, MessageItem
from bot.ui.components import item_button
from bot.ui.texts import Mrkdwn, Texts, person_mention


class RequestNotice(NoticeFacts):
    """What is to be signed is described as it is when it is told: in sentences, said in their reader's language."""

    request_id: int
    number: int  # the project's
    what: str = ""
    lapsed: str | None = None
    proposes: bool = False
    sentences: tuple[Sentence, ...] = ()


class SignatureGiven(RequestNotice, kind="signing.signed"):
    signer: str
    for_user_id: str | None
    other: str


class SignatureReminder(RequestNotice, kind="signing.reminder"):
    pass


class SignatureMissing(RequestNotice, kind="signing.still_waiting"):
    who: str


class LapseNotice(RequestNotice, kind="signing.lapsed"):
    pass


class TalkReminder(RequestNotice, kind="signing.talk_waits"):
    pass


def signature_line(t: Texts, facts: SignatureGiven) -> Mrkdwn:
    signer = render_signatory(t, facts.signer, facts.for_user_id)
    return t("notice.signed", what=_say(t, facts, facts.what), signer=signer, other=person_mention(facts.other))


def reminder_line(t: Texts, facts: SignatureReminder) -> MessageItem:
    return MessageItem(t("notice.reminder", what=_say(t, facts, facts.what)), _read_and_sign_button(t, facts))


def missing_line(t: Texts, facts: SignatureMissing) -> Mrkdwn:
    return t("notice.still_waiting", what=_say(t, facts, facts.what), who=person_mention(facts.who))


def lapse_line(t: Texts, facts: LapseNotice) -> MessageItem:
    text = t("notice.lapsed", what=_say(t, facts, facts.what))
    if facts.lapsed is not None:
        text = Mrkdwn(" ").join([text, _say(t, facts, facts.lapsed)])
    return MessageItem(text, item_button(t, "project.show", "project.show", facts.number))


def talk_line(t: Texts, facts: TalkReminder) -> MessageItem:
    which = "talk_waits" if facts.proposes else "talk_waits_decision"
    text = t(f"notice.{which}", what=_say(t, facts, facts.what))
    return MessageItem(text, _read_and_sign_button(t, facts))


def _say(t: Texts, facts: RequestNotice, text: str) -> Mrkdwn:
    return Unspoken(facts.sentences, None).said_in(t, text)


def _read_and_sign_button(t: Texts, facts: RequestNotice) -> Element:
    return item_button(t, "signing.read_and_sign", "signing.read", facts.request_id)
