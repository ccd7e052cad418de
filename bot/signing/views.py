"""How a request for signatures looks, whatever is to be signed. Pure: facts → Block Kit."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot import kit
from bot.kit import Block, Element, Message
from bot.projects.rules import Side
from bot.signing.rules import Answer
from bot.texts import Mrkdwn, Texts, WithWeekday, escape, person

MAX_REASON = 500

Facts = Mapping[str, Any]
Phrase = Callable[[Texts, Facts], Mrkdwn]
Blocks = Callable[[Texts, Facts], list[Block]]


@dataclass(frozen=True)
class Look:
    """How one kind of thing to sign looks: from its facts, which are JSON with the project's `key` and `name`."""

    what: Phrase  # in a sentence, in the nominative: "*D-1 · Pickles* (version 2)"
    brief: Blocks  # in the message that asks
    whole: Blocks  # in the form, with everything that is signed
    effect: Phrase  # a sentence: what the second signature will do
    agreed: Phrase  # a sentence: what both signatures have done
    agreed_to_first: Phrase | None = None  # to who signed first, and is told apart
    proposes: Callable[[Texts, Facts], Element] | None = None  # the button that proposes something else
    lapsed: Phrase | None = None  # a sentence: what thirty days without both signatures have done


@dataclass(frozen=True)
class Given:
    """A side's answer, as the other readers of its message see it."""

    answer: str
    user_id: str
    for_user_id: str | None


@dataclass(frozen=True)
class Stand:
    """Where a side stands in a conversation about what was not signed."""

    user_id: str  # who has answered, else the executive
    for_user_id: str | None = None
    answer: str | None = None
    reason: str | None = None


def quoted(text: str) -> Mrkdwn:
    """A person's own words, as a quotation."""
    return Mrkdwn("\n".join(f">{line}" for line in escape(text).split("\n")))


def request_message(
    t: Texts,
    *,
    look: Look,
    facts: Facts,
    request_id: int,
    state: str,
    asked_by: str,
    reader: str,
    executive: str,
    given: Given | None,
    has_signed_first: bool = False,
) -> Message:
    """The direct message that asks somebody, as it stands now: asked, answered, agreed, or over."""
    what = look.what(t, facts)
    if state == "agreed":
        agreed = (has_signed_first and look.agreed_to_first) or look.agreed
        return one(agreed(t, facts))
    if state != "open":
        return one(t(f"signing.request.{state}", what=what))
    blocks = [kit.section(_standing(t, look, facts, asked_by, reader, executive, given))]
    if given is None:
        blocks += look.brief(t, facts)
    answered = given is not None and reader in (given.user_id, executive)
    label = t.plain("signing.change_answer" if answered else "signing.read_and_sign")
    blocks.append(
        kit.actions(kit.button(label, "signing.read", str(request_id), style=None if answered else "primary"))
    )
    return kit.fit(Mrkdwn(blocks[0]["text"]["text"]), blocks)


def _standing(
    t: Texts, look: Look, facts: Facts, asked_by: str, reader: str, executive: str, given: Given | None
) -> Mrkdwn:
    what = look.what(t, facts)
    if given is None and reader != executive:
        return t("signing.request.asked_deputy", what=what, by=person(asked_by), executive=person(executive))
    if given is None:
        which = "asked_yourself" if asked_by == reader else "asked"
        return t(f"signing.request.{which}", what=what, by=person(asked_by))
    if given.user_id == reader:
        return t(f"signing.mine.{given.answer}", what=what, effect=look.effect(t, facts))
    who = signatory(t, given.user_id, given.for_user_id)
    return t(f"signing.theirs.{given.answer}", what=what, who=who, effect=look.effect(t, facts))


def excused(t: Texts, what: Mrkdwn) -> Message:
    """For somebody who was asked, and whom it does not concern any more."""
    return one(t("signing.request.excused", what=what))


def answer_form(
    t: Texts,
    *,
    look: Look,
    facts: Facts,
    request_id: int,
    for_whom: str | None,
    mine: str | None,
    other: str | None,
) -> dict[str, Any]:
    """All that is signed, and three answers (product §4.2). `mine`, `other`: answers given so far."""
    answers = [(answer.value, t.plain(f"signing.answer.{answer.value}")) for answer in Answer]
    deputy: list[Block] = [] if for_whom is None else [kit.section(t("signing.for_whom", who=person(for_whom)))]
    return kit.modal(
        title=t.plain("signing.answer.title", key=facts["key"]),
        callback="signing.answer",
        submit=t.plain("signing.answer.submit"),
        close=t.plain("form.later"),
        meta=json.dumps({"request": request_id}),
        blocks=[
            *deputy,
            *look.whole(t, facts),
            kit.divider(),
            kit.context(t(f"signing.other.{other or 'none'}")),
            kit.radio_input("answer", t.plain("signing.answer.label"), answers, value=mine),
            kit.text_input(
                "reason",
                t.plain("signing.answer.reason"),
                multiline=True,
                max_length=MAX_REASON,
                optional=True,
                hint=t.plain("signing.answer.reason_hint"),
            ),
            kit.context(t("signing.answer.no_legal_document")),
        ],
    )


def answered(t: Texts, *, look: Look, facts: Facts, answer: str, agreed: bool) -> dict[str, Any]:
    what = look.what(t, facts)
    if agreed:
        text = t("signing.answered.agreed", what=what, agreed=look.agreed(t, facts))
    else:
        text = t(f"signing.answered.{answer}", what=what, effect=look.effect(t, facts))
    return note(t, t.plain("signing.answered.title"), [kit.section(text)])


def position_taken(
    t: Texts, what: Mrkdwn, *, answer: str, who: str, for_whom: str | None, reason: str | None
) -> Message:
    text = t(f"signing.position.{answer}", what=what, who=signatory(t, who, for_whom))
    blocks = [kit.section(text)]
    if reason:
        blocks.append(kit.section(quoted(reason)))
    return kit.fit(text, blocks)


def withdrawn(t: Texts, what: Mrkdwn, *, by: str, reason: str) -> Message:
    text = t("signing.withdrawn", what=what, by=person(by))
    return kit.fit(text, [kit.section(text), kit.section(quoted(reason))])


def not_reached(t: Texts, what: Mrkdwn, *, who: str) -> Message:
    return one(t("signing.not_reached", what=what, who=person(who)))


def talk_message(
    t: Texts,
    *,
    look: Look,
    facts: Facts,
    request_id: int,
    is_open: bool,
    is_refused: bool,
    stands: Mapping[Side, Stand],
) -> Message:
    """Both positions side by side. No tie-break: two ways on (product §4.7).

    `is_refused`: Slack does not allow the conversation; each of them reads it alone.
    """
    what = look.what(t, facts)
    text = t("signing.talk.title" if is_open else "signing.talk.over", what=what)
    sides = [(t(f"side.{side}"), _stand(t, stands[side])) for side in Side]
    blocks = [kit.section(text), *kit.fields(sides)]
    if is_open and is_refused:
        blocks.append(kit.section(t("signing.talk.refused")))
    if is_open:
        ways_on = "ways_on" if look.proposes is not None else "ways_on_decision"
        blocks.append(kit.context(t(f"signing.talk.{ways_on}")))
        buttons = [kit.button(t.plain("signing.read_and_sign"), "signing.read", str(request_id))]
        if look.proposes is not None:
            buttons.append(look.proposes(t, facts))
        buttons.append(kit.button(t.plain("signing.withdraw"), "signing.withdraw", str(request_id)))
        buttons.append(kit.button(t.plain("signing.ask_leads_in"), "signing.leads", str(request_id)))
        blocks.append(kit.actions(*buttons))
    return kit.fit(text, blocks)


def _stand(t: Texts, stand: Stand) -> Mrkdwn:
    said = t(f"signing.stands.{stand.answer or 'none'}", who=signatory(t, stand.user_id, stand.for_user_id))
    return said if not stand.reason else Mrkdwn("\n").join([said, quoted(stand.reason)])


def signatory(t: Texts, who: str, for_whom: str | None) -> Mrkdwn:
    """Who has answered, and for whom if it was a deputy (product §4.8)."""
    if for_whom is None:
        return person(who)
    return t("signing.deputy_for", deputy=person(who), executive=person(for_whom))


# --- forms ----------------------------------------------------------------------------------------------------


def reason_form(
    t: Texts, *, title: str, callback: str, meta: str, about: Mrkdwn, submit: str, blocks: Sequence[Block] = ()
) -> dict[str, Any]:
    """A reason that others will read; `about` says what will happen, and who reads it."""
    return kit.modal(
        title=title,
        callback=callback,
        submit=submit,
        close=t.plain("form.cancel"),
        meta=meta,
        blocks=[
            kit.section(about),
            *blocks,
            kit.text_input(
                "reason",
                t.plain("field.reason"),
                multiline=True,
                max_length=MAX_REASON,
                hint=t.plain("hint.reason"),
            ),
        ],
    )


def withdraw_form(t: Texts, *, what: Mrkdwn, request_id: int) -> dict[str, Any]:
    return reason_form(
        t,
        title=t.plain("signing.withdraw"),
        callback="signing.withdraw",
        meta=json.dumps({"request": request_id}),
        about=t("signing.withdraw_about", what=what),
        submit=t.plain("signing.withdraw"),
    )


def deputy_form(
    t: Texts,
    *,
    standing: tuple[str, date, date] | None,
    filled: tuple[str | None, date | None, date | None],
) -> dict[str, Any]:
    """Each a deputy, the first day and the last: who is named already, and what the form begins with."""
    blocks: list[Block] = [kit.section(t("deputy.about"))]
    if standing is not None:
        who, start, end = standing
        now = t("deputy.now", who=person(who), period=_deputy_period(t, start, end))
        drop = kit.button(t.plain("deputy.drop"), "deputy.drop", "me")
        blocks = [kit.section(now, accessory=drop), *blocks]
    return kit.modal(
        title=t.plain("deputy.title"),
        callback="deputy.save",
        submit=t.plain("form.save"),
        close=t.plain("form.cancel"),
        meta="",
        blocks=[
            *blocks,
            kit.person_input("deputy", t.plain("field.deputy"), value=filled[0]),
            kit.date_input("from_day", t.plain("field.from_day"), value=filled[1]),
            kit.date_input("until_day", t.plain("field.until_day"), value=filled[2]),
        ],
    )


def deputy_named(t: Texts, *, deputy: str, from_day: date, until_day: date) -> Mrkdwn:
    return t("deputy.named", who=person(deputy), period=_deputy_period(t, from_day, until_day))


def deputy_told(t: Texts, *, executive: str, from_day: date, until_day: date) -> Message:
    return one(t("deputy.told", who=person(executive), period=_deputy_period(t, from_day, until_day)))


def _deputy_period(t: Texts, first: date, last: date) -> Mrkdwn:
    """With the weekdays (product §2.4)."""
    if first == last:
        return t("deputy.period.day", day=WithWeekday(first))
    return t("deputy.period.days", start=WithWeekday(first), end=WithWeekday(last))


def deputy_left(t: Texts, *, deputy: str) -> Message:
    return one(t("deputy.left", who=person(deputy)))


def deputy_dropped(t: Texts, *, executive: str) -> Message:
    return one(t("deputy.dropped_told", who=person(executive)))


def note(t: Texts, title: str, blocks: Sequence[Block]) -> dict[str, Any]:
    return kit.modal(title=title, callback="notice", close=t.plain("form.close"), meta="", blocks=list(blocks))


def one(text: Mrkdwn) -> Message:
    return kit.fit(text, [kit.section(text)])
