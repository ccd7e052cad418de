"""What one person is to be told, as an item of their morning's message (product §2.8).

A letter is composed when something happens, and said when it is read: in the language that its reader has then, of
the project under the name that it has then. It is kept true under its key: `revise_letter` changes what waits and
what was told, `withdraw_letter` takes back what nobody has read.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, Final, Literal

from sqlmodel import Session

from bot.deliveries.digests.facts import ProjectNotice
from bot.deliveries.digests.queue import notify_person, person_audience_name
from bot.deliveries.digests.sending import rerender_sent_items, revise_notices
from bot.deliveries.digests.topics import EARLY, NEEDS_SOMEBODY, Topic, read_facts
from bot.deliveries.digests.unspoken import Sentence, Unspoken, UnspokenTexts
from bot.people.service import texts_of
from bot.ui import blocks as ui
from bot.ui.components import Compose, render_section_message
from bot.ui.texts import Texts
from storage import notices, projects
from storage.notices import Notice
from storage.types import Concern


class LetterFacts(ProjectNotice, kind="digest.letter"):
    """What the sections of a message say, and the buttons below and beside them."""

    text: str
    buttons: tuple[tuple[str, str, str, Literal["primary", "danger"] | None], ...]  # label, action id, value, style
    sentences: tuple[Sentence, ...]
    counted: str
    needs_reader: bool
    ends_with_project: bool = False
    note: str | None = None


@dataclass(frozen=True)
class Routine:
    """That something has time until its reader's morning.

    `counted` ends the key of the text that counts several; what `needs_reader` stands first. What is still unread
    when the project is closed or cancelled, and `ends_with_project`, is not told any more. `note`: the key of
    what several say alike, and the morning's message says once. `until`: as `notify_person` has it.
    """

    counted: str
    now: datetime
    needs_reader: bool = False
    ends_with_project: bool = False
    note: str | None = None
    until: date | None = None


def write_letter(
    session: Session, about: Concern, user_id: str, *, key: str, message: Compose, routine: Routine
) -> None:
    """Once a key."""
    if notices.list_audiences(session, about.team_id, LetterFacts.kind, key, is_waiting=False):
        return
    composed = _compose_letter(session, about.team_id, user_id, about.project_id, message)
    facts = LetterFacts(
        **composed,
        counted=routine.counted,
        needs_reader=routine.needs_reader,
        ends_with_project=routine.ends_with_project,
        note=routine.note,
    )
    now, is_urgent = routine.now, routine.needs_reader
    until = routine.until
    notify_person(session, about, user_id, facts, now=now, subject=key, is_urgent=is_urgent, until=until)


def revise_letter(session: Session, *, team_id: str, key: str, message: Compose, is_over: bool = False) -> None:
    """`is_over`: it asks for nothing more, so whoever has not read it does not have to."""
    if is_over and withdraw_letter(session, team_id=team_id, keys=[key]):
        return
    told = notices.list_told_notices(session, team_id, LetterFacts.kind, key)
    for notice in (*notices.list_unsent_notices(session, team_id, LetterFacts.kind, key), *told):
        reader = notice.audience.partition(":")[2]
        facts = read_facts(session, notice, LetterFacts)
        if facts is not None:
            composed = _compose_letter(session, team_id, reader, notice.project_id, message)
            notice.facts = facts.model_copy(update=composed).to_json()
    if told:
        rerender_sent_items(session, team_id=team_id, facts=LetterFacts, subject=key)


def drop_letter_buttons(session: Session, *, team_id: str, user_id: str, action: str) -> None:
    """Takes the buttons whose action begins so from what a person has read or is to read: it is done."""

    def drop(_: Notice, was: LetterFacts) -> LetterFacts:
        left = tuple(each for each in was.buttons if not each[1].startswith(action))
        return was.model_copy(update={"buttons": left})

    written = notices.list_notices_to(session, team_id, person_audience_name(user_id), LetterFacts.kind)
    revise_notices(session, team_id, written, {LetterFacts.kind: LetterFacts}, drop)


def list_letters(session: Session, *, team_id: str, key: str) -> Sequence[tuple[int, Compose]]:
    """What was written under a key, read or not, each with its number: to be said again as it is now."""
    unread = notices.list_unsent_notices(session, team_id, LetterFacts.kind, key)
    rows = (*unread, *notices.list_told_notices(session, team_id, LetterFacts.kind, key))
    found = [(row.pk, read_facts(session, row, LetterFacts)) for row in rows]
    return [(pk, partial(_render_letter, facts)) for pk, facts in found if facts is not None]


def _render_letter(facts: LetterFacts, t: Texts) -> ui.Message:
    item = letter_item(t, facts)
    return render_section_message(item.text, *item.buttons)


def has_unread_letter(session: Session, *, team_id: str, key: str) -> bool:
    """Whether its reader has it still to come."""
    return find_unread_letter_time(session, team_id=team_id, key=key) is not None


def find_unread_letter_time(session: Session, *, team_id: str, key: str) -> datetime | None:
    """Finds when it was written, as long as nobody has read it; None: it was read, or never written."""
    unread = notices.list_unsent_notices(session, team_id, LetterFacts.kind, key)
    return unread[0].created_at if unread else None


def find_letter_time(session: Session, *, team_id: str, key: str) -> datetime | None:
    """Finds when its reader had it, as long as that is kept; None: not yet, or it was never written."""
    told = notices.list_told_notices(session, team_id, LetterFacts.kind, key)
    return told[-1].sent_at if told else None


def withdraw_letter(session: Session, *, team_id: str, keys: Iterable[str]) -> bool:
    """False if it was read, or never written."""
    return bool(notices.withdraw_waiting_notices(session, team_id, LetterFacts.kind, *keys))


def forget_letters(session: Session, *, team_id: str, keys: Iterable[str]) -> None:
    """The same, where nobody asks whether they were read."""
    notices.forget_waiting_notices(session, team_id, LetterFacts.kind, *keys)


def withdraw_letters(session: Session, *, team_id: str, user_ids: Iterable[str], keys: str) -> bool:
    """The same of all whose keys begin so."""
    audiences = [person_audience_name(user_id) for user_id in user_ids]
    unread = notices.list_unread_notices(session, team_id, audiences, [LetterFacts.kind], keys)
    for notice in unread:
        session.delete(notice)
    session.flush()
    return bool(unread)


def letter_item(t: Texts, facts: LetterFacts) -> ui.MessageItem:
    unspoken = Unspoken(facts.sentences, facts.project if facts.projects else None)
    buttons = tuple(
        ui.button_element(unspoken.plain_in(t, label), action, value, style=style)
        for label, action, value, style in facts.buttons
    )
    note = None if facts.note is None else t(facts.note)
    return ui.MessageItem(unspoken.said_in(t, facts.text), buttons=buttons, note=note)


def _compose_letter(
    session: Session, team_id: str, user_id: str, project_id: int | None, message: Compose
) -> dict[str, Any]:
    reader = texts_of(session, team_id, user_id)
    row = None if project_id is None else projects.find_project(session, team_id, project_id)
    project = None if row is None else (row.key, row.name)
    t = UnspokenTexts(reader.language, reader.zone, project)
    blocks = message(t).blocks
    buttons = tuple(
        (each["text"]["text"], each["action_id"], each.get("value", ""), each.get("style"))
        for each in ui.iterate_drawn_elements(blocks)
        if each["type"] == "button"
    )
    text = "\n".join(each["text"] for block in blocks for each in ui.iterate_text_objects(block))
    told_of = () if project is None else (project,)
    return {"text": text, "buttons": buttons, "sentences": tuple(t.sentences), "projects": told_of}


TOPIC: Final = Topic(
    LetterFacts,
    letter_item,
    alert_order=lambda facts: NEEDS_SOMEBODY if facts.needs_reader else None,
    counted=lambda facts: facts.counted,
    rank=EARLY,
    outlives=lambda facts: not facts.ends_with_project,
)
