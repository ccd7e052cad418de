"""What one person is to be told, as an item of their morning's message (product §2.8).

A letter is written in its reader's language when something happens, and kept true under its key: `revise_letter`
changes what waits and what was told, `withdraw_letter` takes back what nobody has read.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlmodel import Session

from bot import kit
from bot.digests.queue import in_person, notify_person
from bot.digests.sending import retell
from bot.digests.topics import EARLY, NEEDS_SOMEBODY, Topic
from bot.kit import Block, Item, Message
from bot.texts import Mrkdwn, Texts
from storage import notices

LETTER: Final = "digest.letter"  # notice kind


def write_letter(
    session: Session,
    *,
    team_id: str,
    user_id: str,
    key: str,
    message: Message,
    counted: str,
    project_id: int | None,
    now: datetime,
    needs_reader: bool = False,
) -> None:
    """Once a key. `counted` ends the key of the text that counts several; what `needs_reader` stands first."""
    if notices.audiences(session, team_id, LETTER, key, is_waiting=False):
        return
    notify_person(
        session,
        team_id=team_id,
        user_id=user_id,
        kind=LETTER,
        facts={**_facts(message), "counted": counted, "needs_reader": needs_reader},
        project_id=project_id,
        now=now,
        subject=key,
        is_urgent=needs_reader,
    )


def revise_letter(session: Session, *, team_id: str, key: str, message: Message, is_over: bool = False) -> None:
    """`is_over`: it asks for nothing more, so whoever has not read it does not have to."""
    if is_over and withdraw_letter(session, team_id=team_id, key=key):
        return
    for notice in notices.unsent_about(session, team_id, LETTER, key):
        notice.facts = {**notice.facts, **_facts(message)}
    retell(session, team_id=team_id, kind=LETTER, subject=key, facts=_facts(message))


def withdraw_letter(session: Session, *, team_id: str, key: str) -> bool:
    """False if it was read, or never written."""
    return bool(notices.withdraw(session, team_id, LETTER, key))


def withdraw_letters(session: Session, *, team_id: str, user_id: str, keys: str) -> bool:
    """The same of all whose keys begin so."""
    unread = notices.unread(session, team_id, in_person(user_id), LETTER, keys)
    for notice in unread:
        session.delete(notice)
    session.flush()
    return bool(unread)


def letter_item(_: Texts, facts: Mapping[str, Any]) -> Item:
    buttons = tuple(kit.button(*each[:3], style=each[3]) for each in facts["buttons"])
    return Item(Mrkdwn(facts["text"]), buttons=buttons)


def _facts(message: Message) -> dict[str, Any]:
    """What its sections say, and the buttons below and beside them."""
    buttons = [
        [each["text"]["text"], each["action_id"], each.get("value", ""), each.get("style")]
        for block in message.blocks
        for each in (block.get("elements", ()) if block["type"] == "actions" else [block.get("accessory")])
        if each is not None and each["type"] == "button"
    ]
    texts = [each["text"] for block in message.blocks for each in _texts(block)]
    return {"text": "\n".join(texts), "buttons": buttons}


def _texts(block: Block) -> list[dict[str, Any]]:
    match block["type"]:
        case "section":
            return [block["text"]]
        case "context":
            return list(block["elements"])
        case _:
            return []


TOPIC: Final = Topic(
    letter_item,
    alert_order=lambda facts: NEEDS_SOMEBODY if facts["needs_reader"] else None,
    counted=lambda facts: facts["counted"],
    rank=EARLY,
)
