"""Every kind of delivery has an answer to everything that Slack is documented to refuse (product §2.8, §16).

The stand-in's table of refusals is walked for each kind: what passes is tried again, what is done counts as done,
and of the rest those hear who can do something, once, however often it is refused.
"""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse
from sqlmodel import Session, select
from structlog.testing import capture_logs

from bot.closing import typesetting
from bot.closing.document import build_documents
from bot.declarations import DELIVERIES
from bot.deliveries.outcomes import DeliveryKind, Outcome, ignore_outcome
from bot.deliveries.senders import MessageSender, PinSender
from bot.deliveries.worker import DeliveryWorker
from bot.slack.client import Refused, Slack, SlackError, classify_error
from bot.slack.refusals import DONE, DeliveryRefusal, is_known_code, refusal_of
from bot.ui.blocks import home_view, section_block
from bot.ui.mrkdwn import Mrkdwn
from bot.ui.texts import Texts
from playground.refusals import REFUSALS
from storage.deliveries import Delivery, Lane, enqueue_delivery
from storage.engine import Database
from storage.notices import Notice
from storage.session import read_only_session, transaction
from tests.closing.sample_report import SIGNATURES, write_report
from tests.running import IS_LONG, Office, reopen_database
from tests.scenarios.closing_steps import agree_on_closing
from tests.scenarios.steps import activate_project, project_id, request_id, send_charter

TEAM = "T0PIKUS"
LEADS = {"U0EWA", "U0PIOTR"}
EXECUTIVES = {"U0ADAM", "U0ANNA"}
EWA, PIOTR, ADAM = {"U0EWA"}, {"U0PIOTR"}, {"U0ADAM"}
PERSON = "U0ADAM"

NOBODY: set[str] = set()
TO_CHANNEL = {
    DeliveryRefusal.OURS: LEADS,
    DeliveryRefusal.CHANNEL_GONE: LEADS,
    DeliveryRefusal.RESTRICTED: LEADS,
    DeliveryRefusal.FORBIDDEN: LEADS,
    DeliveryRefusal.PERSON_GONE: NOBODY,
    DeliveryRefusal.NO_DIRECT_MESSAGES: NOBODY,
    DeliveryRefusal.MESSAGE_GONE: NOBODY,
}
TO_PERSON = {
    DeliveryRefusal.OURS: {PERSON},
    DeliveryRefusal.CHANNEL_GONE: LEADS,
    DeliveryRefusal.RESTRICTED: LEADS,
    DeliveryRefusal.FORBIDDEN: NOBODY,  # Duet can write to nobody: whoever runs it reads that in `duet check`
    DeliveryRefusal.PERSON_GONE: LEADS,
    DeliveryRefusal.NO_DIRECT_MESSAGES: NOBODY,
    DeliveryRefusal.MESSAGE_GONE: NOBODY,
}
TOLD = {
    "message": TO_PERSON,
    "message in the channel": TO_CHANNEL,
    "summary_details": {**TO_CHANNEL, DeliveryRefusal.MESSAGE_GONE: LEADS},
    "charter_post": TO_CHANNEL,
    "introduction": dict.fromkeys(DeliveryRefusal, NOBODY),
    "signing_request": TO_PERSON,
    "checkin_prompt": TO_PERSON,
    "signing_talk": {
        **dict.fromkeys(DeliveryRefusal, EXECUTIVES),
        DeliveryRefusal.MESSAGE_GONE: NOBODY,
        DeliveryRefusal.GAVE_UP: NOBODY,
    },
    "project_channel": dict.fromkeys(DeliveryRefusal, LEADS),
    "charter_pin": {
        **dict.fromkeys(DeliveryRefusal, LEADS),
        **dict.fromkeys(
            (DeliveryRefusal.CHANNEL_GONE, DeliveryRefusal.MESSAGE_GONE, DeliveryRefusal.GAVE_UP), NOBODY
        ),
    },
    "channel_look": {**dict.fromkeys(DeliveryRefusal, NOBODY), DeliveryRefusal.CHANNEL_GONE: LEADS},
    "project_invite": {
        **dict.fromkeys(DeliveryRefusal, LEADS),
        **dict.fromkeys((DeliveryRefusal.CHANNEL_GONE, DeliveryRefusal.GAVE_UP), NOBODY),
    },
    "project_kick": {
        **dict.fromkeys(DeliveryRefusal, PIOTR),
        **dict.fromkeys((DeliveryRefusal.CHANNEL_GONE, DeliveryRefusal.GAVE_UP), NOBODY),
    },
    "channel_choice": dict.fromkeys(DeliveryRefusal, EWA),
    "project_file": {**dict.fromkeys(DeliveryRefusal, ADAM), DeliveryRefusal.PERSON_GONE: NOBODY},
    "person_file": {**dict.fromkeys(DeliveryRefusal, ADAM), DeliveryRefusal.PERSON_GONE: NOBODY},
    "closing_pdf": {**dict.fromkeys(DeliveryRefusal, ADAM), DeliveryRefusal.PERSON_GONE: NOBODY},
    "channel_archive": {**dict.fromkeys(DeliveryRefusal, LEADS), DeliveryRefusal.CHANNEL_GONE: NOBODY},
    "retraction": dict.fromkeys(DeliveryRefusal, NOBODY),  # what Slack does not delete stays there, and is logged
    "file_retraction": dict.fromkeys(DeliveryRefusal, NOBODY),  # the same
    "home": dict.fromkeys(DeliveryRefusal, NOBODY),  # whoever opens it reads the state before
}
"""Who hears of it, by what it means."""
OF_A_PERSON = ("person_file", "home")
"""Kinds that belong to no project."""


def build_outcome(duet: Office, name: str) -> Outcome:
    """The end of a delivery of that kind, as one that was never posted; the error is still to be set."""
    of_draft = name in ("signing_request", "signing_talk")
    key = send_charter(duet) if of_draft else activate_project(duet)
    if name == "channel_archive":
        agree_on_closing(duet, key)
    project, lane, subject = project_id(duet, key), f"dm:{PERSON}", None
    if name == "signing_request":
        subject = f"{request_id(duet, key)}:{PERSON}"
    elif name == "signing_talk":
        lane, subject = "group:U0ADAM,U0ANNA", str(request_id(duet, key))
    elif name == "channel_choice":
        lane, subject = f"choice:{project}", "U0EWA C0NEW"
    elif name in ("project_invite", "project_kick"):
        lane, subject = f"project:{project}", f"{PERSON} it"
    elif name not in (*OF_A_PERSON, "message", "introduction", "checkin_prompt", "project_file", "closing_pdf"):
        lane = f"project:{project}"
    own_key = f"talk:{request_id(duet, key)}:U0ADAM:U0ANNA" if name == "signing_talk" else "specimen"
    about = None if name in OF_A_PERSON else project
    return Outcome(TEAM, own_key, lane, False, about, subject, None, None, duet.bot.duet.now(), "0badc0de")


@contextmanager
def roll_back_transaction(duet: Office) -> Iterator[Session]:
    """A transaction of which nothing stays."""

    class Undone(Exception):
        pass

    try:
        with transaction(duet.database) as session:
            yield session
            raise Undone
    except Undone:
        pass


def count_readers(session: Session, rows: set[int | None], notices: set[int | None]) -> Counter[str]:
    """Who is told, and how often: by a message, or in the morning."""
    session.flush()
    lanes = session.exec(select(Delivery.id, Lane.name).join(Lane).where(Delivery.kind == "message")).all()
    gathered = session.exec(select(Notice.id, Notice.audience)).all()
    told = [lane.removeprefix("dm:") for id_, lane in lanes if id_ not in rows]
    people = [who.removeprefix("person:") for id_, who in gathered if id_ not in notices and "person:" in who]
    return Counter([*told, *people])


def build_slack_error(code: str) -> SlackError:
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
    return classify_error(SlackApiError("refused", answer))  # type: ignore[no-untyped-call]


@pytest.mark.one_of(2)
@pytest.mark.takes_turns
@pytest.mark.parametrize("name", TOLD)
def test_each_refusal_is_told_once_to_whoever_can_do_something(duet: Office, name: str) -> None:
    """Of the codes that mean the same to the kind one is told; all of them below."""
    kind = DELIVERIES[name.split()[0]]
    ended = build_outcome(duet, name)
    duet.settles()
    for refusal, code in choose_codes(kind).items():
        with roll_back_transaction(duet) as session:
            rows = {row.id for row in session.exec(select(Delivery))}
            notices = {notice.id for notice in session.exec(select(Notice))}
            for _ in range(2):
                kind.reaction_to(code)(session, replace(ended, error=code))
            told = count_readers(session, rows, notices)
        assert set(told) == TOLD[name][refusal], (code, refusal, told)
        assert set(told.values()) <= {1}, (code, told)


def choose_codes(kind: DeliveryKind) -> dict[DeliveryRefusal, str]:
    """By what it means to this kind, one of the codes with which Slack refuses it."""
    codes: dict[DeliveryRefusal, str] = {}
    for code in sorted(REFUSALS["*"].union(*(REFUSALS[method] for method in kind.sender.methods))):
        if code in DONE or not isinstance(build_slack_error(code), Refused):
            continue  # done, or tried again
        assert is_known_code(code), f"{code} stands nowhere in ours"
        refusal = DeliveryRefusal.OURS if kind.is_our_fault(code) else refusal_of(code)
        codes[refusal] = code
    return codes


def test_every_kind_is_walked() -> None:
    assert {name.split()[0] for name in TOLD} == DELIVERIES.keys()
    methods = set().union(*(kind.sender.methods for kind in DELIVERIES.values()))
    assert methods <= REFUSALS.keys()


@pytest.mark.parametrize("sender", [MessageSender(), PinSender()])
def test_a_kind_without_an_answer_cannot_be_registered(sender: MessageSender | PinSender) -> None:
    answers = dict.fromkeys(DeliveryRefusal, ignore_outcome)
    DeliveryKind(sender, answers)
    with pytest.raises(ValueError, match="channel_gone"):
        DeliveryKind(
            sender,
            {refusal: told for refusal, told in answers.items() if refusal is not DeliveryRefusal.CHANNEL_GONE},
        )


def test_what_stands_nowhere_is_our_fault() -> None:
    """A code that is new, and one that a method was not known to give."""
    message = DELIVERIES["message"]
    for code in ("a code that nobody has heard of", "name_taken", "too_many_pins"):
        assert message.is_our_fault(code)
        assert message.reaction_to(code) is message.reactions[DeliveryRefusal.OURS]


# --- the same, through the worker --------------------------------------------------------------------------------

METHODS = {  # that a new delivery of the kind calls first, its lane's channel being known
    "introduction": "chat.postMessage",
    "signing_request": "chat.postMessage",
    "checkin_prompt": "chat.postMessage",
    "signing_talk": "chat.postMessage",
    "charter_post": "chat.postMessage",
    "message": "chat.postMessage",
    "message in the channel": "chat.postMessage",
    "project_channel": "conversations.create",
    "charter_pin": "pins.add",
    "channel_look": "conversations.info",
    "project_invite": "conversations.invite",
    "project_kick": "conversations.kick",
    "channel_choice": "conversations.info",
    "project_file": "files.getUploadURLExternal",
    "person_file": "files.getUploadURLExternal",
    "closing_pdf": "files.getUploadURLExternal",
    "channel_archive": "conversations.archive",
    "home": "views.publish",
}
CONTENTS: dict[str, dict[str, Any]] = {
    "project_channel": {"name": "duet-d-1-other", "is_private": True},
    "project_invite": {"user": PERSON},
    "project_kick": {"user": PERSON, "by_hand": False},
    "channel_choice": {"channel": "C0NEW", "may_be_public": False},
    "home": {"user": PERSON, "view": home_view([section_block(Mrkdwn("a"))])},
    "project_file": {"name": "a.json", "title": "a", "text": "a", "format": "json"},
    "person_file": {"name": "a.json", "title": "a", "text": "a"},
    "closing_pdf": {
        "name": "a.pdf",
        "title": "a",
        "text": "a",
        "documents": build_documents(Texts.of("pl"), write_report(milestones=1), SIGNATURES, []),
    },
}
DIRECT = ("introduction", "checkin_prompt", "signing_request", "message", "signing_talk")
ELSEWISE = {
    **dict.fromkeys(((name, "channel_not_found") for name in DIRECT), "the conversation is opened anew, once"),
    ("project_kick", "user_not_found"): "whoever is not there is out",
    ("project_kick", "not_in_channel"): "the same, as Duet itself is inside",
}
"""What a sender makes of a code before it is a refusal."""
ENDED = ("parked", "dropped")
UNKNOWN_CODE = "a_code_that_nobody_has_heard_of"


@pytest.fixture
def typesets_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same document for each code."""
    made: list[bytes] = []
    typeset = typesetting.typeset_documents

    async def typeset_once(documents: Sequence[Mapping[str, Any]], **settings: Any) -> bytes:
        if not made:
            made.append(await typeset(documents, **settings))
        return made[0]

    monkeypatch.setattr(typesetting, "typeset_documents", typeset_once)


def choose_codes_to_send(name: str) -> list[str]:
    """All with which the kind's first call may be refused, or of those that mean the same the first."""
    kind, codes = DELIVERIES[name.split()[0]], sorted(REFUSALS["*"] | REFUSALS[METHODS[name]] | {UNKNOWN_CODE})
    if IS_LONG:
        return codes
    chosen: dict[Any, str] = {}
    for code in codes:
        error = build_slack_error(code)
        meaning = (refusal_of(code), kind.is_our_fault(code), is_known_code(code))
        of_sender = code if code in DONE or (name, code) in ELSEWISE else None
        chosen.setdefault((of_sender, *((meaning,) if isinstance(error, Refused) else (type(error),))), code)
    return [*chosen.values()]


@pytest.mark.one_of(3)
@pytest.mark.usefixtures("typesets_once")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # whose file is put back after each
@pytest.mark.parametrize("name", METHODS)
def test_each_refusal_comes_through_the_worker(duet: Office, name: str) -> None:
    """§16: from Slack's answer on: it ends and is told once, or is done, or tried again; our fault, and what stands
    nowhere, is loud. Of the codes from which the same has to come one is sent, in `make test-long` each.
    """
    method, ended = METHODS[name], build_outcome(duet, name)
    duet.settles()
    duet.bot.stop()
    database = reopen_database(duet.bot.settings.database_url)
    path = str(database.readers.url.database)
    wrong = list[Any]()

    async def try_each() -> None:
        async with Slack(duet.bot.settings.slack_api_url, timeout_seconds=3) as slack:
            for token in duet.bot.settings.tokens():
                await slack.sign_in(token)
            for code in choose_codes_to_send(name):
                with closing(sqlite3.connect(path)) as connection:
                    kept.backup(connection)
                duet.slack.clear_faults()
                duet.slack.fault(f"error:{code}", method)
                wrong.extend([(code, *each) async for each in _misses(duet, database, slack, name, ended, code)])

    with closing(sqlite3.connect(":memory:")) as kept:
        with closing(sqlite3.connect(path)) as connection:
            connection.backup(kept)
        asyncio.run(try_each())
    duet.slack.clear_faults()
    database.close()
    assert not wrong, "\n".join(map(str, wrong))


async def _misses(
    duet: Office, database: Database, slack: Slack, name: str, ended: Outcome, code: str
) -> AsyncIterator[tuple[Any, ...]]:
    """How what came of a delivery differs from what should."""
    kind = DELIVERIES[name.split()[0]]
    with transaction(database) as session:
        rows = {row.id for row in session.exec(select(Delivery))}
        notices = {notice.id for notice in session.exec(select(Notice))}
        _enqueue(session, name, ended)
    with capture_logs() as logs:
        await _work(duet, database, slack)
    faults = [entry["is_listed"] for entry in logs if entry["event"] == "deliveries.fault"]
    with read_only_session(database) as session:
        row = session.exec(select(Delivery).where(Delivery.key == ended.key)).one()
        told = count_readers(session, {*rows, row.id}, notices)
    meaning = build_slack_error(code)
    if code in DONE or not isinstance(meaning, Refused) or (name, code) in ELSEWISE:
        if told or row.status in ENDED:
            yield "told, though it is not over", row.status, told
        return
    is_ours = kind.is_our_fault(code)
    if row.status not in ENDED:
        yield "goes on", row.status, row.last_error
    if set(told) != TOLD[name][DeliveryRefusal.OURS if is_ours else refusal_of(code)] or set(told.values()) - {1}:
        yield "told", told
    if faults != ([is_known_code(code)] if is_ours else []):
        yield "loud", faults


def _enqueue(session: Session, name: str, ended: Outcome) -> None:
    parent = None
    if name == "charter_pin":
        parent = session.exec(select(Delivery.key).where(Delivery.kind == "charter_post")).first()
    enqueue_delivery(
        session,
        team_id=TEAM,
        lane=ended.lane,
        key=ended.key,
        kind=name.split()[0],
        content=CONTENTS.get(name, {"text": "specimen"}),
        parent=parent,
        project_id=ended.project_id,
        subject=ended.subject,
    )
    lane = session.exec(select(Lane).where(Lane.name == ended.lane)).one()
    lane.channel_id = lane.channel_id or "D0SPECIMEN"
    if METHODS[name] == "conversations.info":
        lane.looked_at = None


async def _work(duet: Office, database: Database, slack: Slack) -> None:
    """One worker, until it has marked what it sent."""
    worker = DeliveryWorker(
        database,
        slack,
        DELIVERIES,
        now=duet.bot.duet.now,
        pace=timedelta(0),
        settle=timedelta(0),
        lanes_at_once=1,
        on_step=lambda step: worker.stop() if step == "marked" else None,
    )
    await worker.run()
