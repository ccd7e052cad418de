"""Every kind of delivery has an answer to everything that Slack is documented to refuse (product §2.8, §16).

The stand-in's table of refusals is walked for each kind: what passes is tried again, what is done counts as done,
and of the rest those hear who can do something, once, however often it is refused.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse
from sqlmodel import Session, select

from bot.app import DELIVERIES
from bot.deliveries import Kind, Outcome, Unanswered, nobody_is_told
from bot.refusals import DONE, Refusal, is_listed, refusal_of
from bot.slack import Refused, SlackError, classified
from bot.transports import Message, Pin
from playground.refusals import REFUSALS, refusals_of
from storage.deliveries import Delivery, Lane
from storage.notices import Notice
from storage.session import transaction
from tests.running import Office
from tests.scenarios.steps import active, project_id, request_id, sent

TEAM = "T0PIKUS"
LEADS = {"U0EWA", "U0PIOTR"}
EXECUTIVES = {"U0ADAM", "U0ANNA"}
EWA, PIOTR, ADAM = {"U0EWA"}, {"U0PIOTR"}, {"U0ADAM"}
PERSON = "U0ADAM"

NOBODY: set[str] = set()
TO_CHANNEL = {
    Refusal.OURS: LEADS,
    Refusal.CHANNEL_GONE: LEADS,
    Refusal.RESTRICTED: LEADS,
    Refusal.FORBIDDEN: LEADS,
    Refusal.PERSON_GONE: NOBODY,
    Refusal.NO_DIRECT_MESSAGES: NOBODY,
    Refusal.MESSAGE_GONE: NOBODY,
}
TO_PERSON = {
    Refusal.OURS: {PERSON},
    Refusal.CHANNEL_GONE: LEADS,
    Refusal.RESTRICTED: LEADS,
    Refusal.FORBIDDEN: NOBODY,  # Duet can write to nobody: whoever runs it reads that in `duet check`
    Refusal.PERSON_GONE: LEADS,
    Refusal.NO_DIRECT_MESSAGES: NOBODY,
    Refusal.MESSAGE_GONE: NOBODY,
}
TOLD = {
    "message": TO_PERSON,
    "message in the channel": TO_CHANNEL,
    "charter_post": TO_CHANNEL,
    "introduction": dict.fromkeys(Refusal, NOBODY),
    "signing_request": TO_PERSON,
    "checkin_prompt": TO_PERSON,
    "signing_talk": {**dict.fromkeys(Refusal, EXECUTIVES), Refusal.MESSAGE_GONE: NOBODY, Refusal.GAVE_UP: NOBODY},
    "project_channel": dict.fromkeys(Refusal, LEADS),
    "charter_pin": {
        **dict.fromkeys(Refusal, LEADS),
        **dict.fromkeys((Refusal.CHANNEL_GONE, Refusal.MESSAGE_GONE, Refusal.GAVE_UP), NOBODY),
    },
    "channel_look": {**dict.fromkeys(Refusal, NOBODY), Refusal.CHANNEL_GONE: LEADS},
    "project_invite": {
        **dict.fromkeys(Refusal, LEADS),
        **dict.fromkeys((Refusal.CHANNEL_GONE, Refusal.GAVE_UP), NOBODY),
    },
    "project_kick": {
        **dict.fromkeys(Refusal, PIOTR),
        **dict.fromkeys((Refusal.CHANNEL_GONE, Refusal.GAVE_UP), NOBODY),
    },
    "channel_choice": dict.fromkeys(Refusal, EWA),
    "upload": {**dict.fromkeys(Refusal, ADAM), Refusal.PERSON_GONE: NOBODY},
}
"""Who hears of it, by what it means."""


def specimen(duet: Office, name: str) -> Outcome:
    """The end of a delivery of that kind, as one that was never posted; the error is still to be set."""
    of_draft = name in ("signing_request", "signing_talk")
    key = sent(duet) if of_draft else active(duet)
    project, lane, subject = project_id(duet, key), f"dm:{PERSON}", None
    if name == "signing_request":
        subject = f"{request_id(duet, key)}:{PERSON}"
    elif name == "signing_talk":
        lane, subject = "group:U0ADAM,U0ANNA", str(request_id(duet, key))
    elif name == "channel_choice":
        lane, subject = f"choice:{project}", "U0EWA C0NEW"
    elif name in ("project_invite", "project_kick"):
        lane, subject = f"project:{project}", f"{PERSON} it"
    elif name not in ("message", "introduction", "checkin_prompt", "upload"):
        lane = f"project:{project}"
    own_key = f"talk:{request_id(duet, key)}:U0ADAM:U0ANNA" if name == "signing_talk" else "specimen"
    return Outcome(TEAM, own_key, lane, False, project, subject, None, None, duet.bot.duet.now(), "0badc0de")


@contextmanager
def undone(duet: Office) -> Iterator[Session]:
    """A transaction of which nothing stays."""

    class Undone(Exception):
        pass

    try:
        with transaction(duet.database) as session:
            yield session
            raise Undone
    except Undone:
        pass


def readers(session: Session, rows: set[int | None], notices: set[int | None]) -> Counter[str]:
    """Who is told, and how often: by a message, or in the morning."""
    session.flush()
    lanes = session.exec(select(Delivery.id, Lane.name).join(Lane).where(Delivery.kind == "message")).all()
    gathered = session.exec(select(Notice.id, Notice.audience)).all()
    told = [lane.removeprefix("dm:") for id_, lane in lanes if id_ not in rows]
    people = [who.removeprefix("person:") for id_, who in gathered if id_ not in notices and "person:" in who]
    return Counter([*told, *people])


def meant(code: str) -> SlackError:
    """As the client of Slack understands it."""
    answer = SlackResponse(
        client=None,
        http_verb="POST",
        api_url="",
        req_args={},
        data={"ok": False, "error": code},
        headers={},
        status_code=200,
    )
    return classified(SlackApiError("refused", answer))  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("name", TOLD)
def test_each_refusal_is_told_once_to_whoever_can_do_something(duet: Office, name: str) -> None:
    kind = DELIVERIES[name.split()[0]]
    ended = specimen(duet, name)
    duet.settles()
    for code in sorted(set().union(*(refusals_of(method) for method in kind.transport.methods))):
        if code in DONE or not isinstance(meant(code), Refused):
            continue  # done, or tried again
        assert is_listed(code), f"{code} stands nowhere in ours"
        refusal = Refusal.OURS if kind.is_our_fault(code) else refusal_of(code)
        with undone(duet) as session:
            rows = {row.id for row in session.exec(select(Delivery))}
            notices = {notice.id for notice in session.exec(select(Notice))}
            for _ in range(2):
                kind.reaction_to(code)(session, replace(ended, error=code))
            told = readers(session, rows, notices)
        assert set(told) == TOLD[name][refusal], (code, refusal, told)
        assert set(told.values()) <= {1}, (code, told)


def test_every_kind_is_walked() -> None:
    assert {name.split()[0] for name in TOLD} == DELIVERIES.keys()
    methods = set().union(*(kind.transport.methods for kind in DELIVERIES.values()))
    assert methods <= REFUSALS.keys()


@pytest.mark.parametrize("transport", [Message(), Pin()])
def test_a_kind_without_an_answer_cannot_be_registered(transport: Message | Pin) -> None:
    answers = dict.fromkeys(Refusal, nobody_is_told)
    Kind(transport, answers)
    with pytest.raises(Unanswered, match="channel_gone"):
        Kind(transport, {refusal: told for refusal, told in answers.items() if refusal is not Refusal.CHANNEL_GONE})


def test_what_stands_nowhere_is_our_fault() -> None:
    """A code that is new, and one that a method was not known to give."""
    message = DELIVERIES["message"]
    for code in ("a code that nobody has heard of", "name_taken", "too_many_pins"):
        assert message.is_our_fault(code)
        assert message.reaction_to(code) is message.reactions[Refusal.OURS]
