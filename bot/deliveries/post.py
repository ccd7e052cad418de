"""The one way to say something: in a channel or a group, to a person, to people.

What is said is composed here, by a function of its reader's texts: no other room has to know in which language and
zone anybody reads. It is enqueued under a key in the transaction that makes it true; a second time changes nothing.
What product §2.8 exempts goes at once; all else is `Routine`, and waits for its reader's next routine message.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.deliveries.destinations import channel_lane
from bot.deliveries.digests.letters import Routine, revise_letter, write_letter
from bot.people.service import DirectMessage, enqueue_direct_messages, texts_of, texts_of_project
from bot.ui.blocks import Message
from bot.ui.components import Compose
from storage import people
from storage.deliveries import enqueue_delivery, revise_deliveries, revise_delivery
from storage.projects import Project
from storage.types import Concern

MESSAGE = "message"  # delivery kind


def to_channel(
    session: Session,
    project: Project,
    *,
    key: str,
    message: Compose | Message,
    kind: str = MESSAGE,
    parent: str | None = None,
) -> None:
    """Posts in the project's channel, in the project's language; `parent` is the key of what it replies to."""
    content = _compose_shared(project, message).content()
    do_in_channel(session, project, key=key, kind=kind, content=content, parent=parent)


def do_in_channel(
    session: Session,
    project: Project,
    *,
    key: str,
    kind: str,
    content: dict[str, Any],
    parent: str | None = None,
    subject: str | None = None,
) -> None:
    """What is done there in turn with the messages: the channel is made, a post is pinned, somebody is invited."""
    enqueue_delivery(
        session,
        team_id=project.team_id,
        lane=channel_lane(project.pk),
        key=key,
        kind=kind,
        content=content,
        parent=parent,
        project_id=project.pk,
        subject=subject,
    )


def to_group(
    session: Session,
    project: Project,
    members: Iterable[str],
    *,
    key: str,
    message: Compose,
    kind: str,
    subject: str,
) -> None:
    """Says it in a conversation of these people, in the project's language."""
    enqueue_delivery(
        session,
        team_id=project.team_id,
        lane=f"group:{','.join(dict.fromkeys(members))}",
        key=key,
        kind=kind,
        content=_compose_shared(project, message).content(),
        project_id=project.pk,
        subject=subject,
    )


def to_person(
    session: Session,
    about: Concern,
    user_id: str,
    *,
    key: str,
    message: Compose,
    routine: Routine | None = None,
    kind: str = MESSAGE,
    subject: str | None = None,
    not_after: datetime | None = None,
) -> None:
    """Says it to one person. `kind`, `subject` and `not_after` are of the delivery of what goes at once."""
    if routine is not None:
        write_letter(session, about, user_id, key=key, message=message, routine=routine)
        return
    composed = message(texts_of(session, about.team_id, user_id))
    said = DirectMessage(user_id, key, composed, kind, about.project_id, subject, not_after)
    enqueue_direct_messages(session, about.team_id, [said])


def to_each(session: Session, about: Concern, messages: Mapping[str, tuple[str, Compose]]) -> None:
    """Says to several what is each one's own, at once: key → (who reads it, what it says)."""
    people.find_people(session, about.team_id, [user_id for user_id, _ in messages.values()])  # in one statement
    said = [
        DirectMessage(user_id, key, message(texts_of(session, about.team_id, user_id)), project_id=about.project_id)
        for key, (user_id, message) in messages.items()
    ]
    enqueue_direct_messages(session, about.team_id, said)


def to_people(
    session: Session,
    about: Concern,
    readers: Iterable[str | None],
    *,
    key: str,
    message: Compose,
    routine: Routine | None = None,
) -> None:
    """Says it to each of them, under a key of their own: `key:user`."""
    user_ids = sorted({each for each in readers if each is not None})
    people.find_people(session, about.team_id, user_ids)  # in one statement
    if routine is not None:
        for user_id in user_ids:
            write_letter(session, about, user_id, key=f"{key}:{user_id}", message=message, routine=routine)
        return
    to_each(session, about, {f"{key}:{user_id}": (user_id, message) for user_id in user_ids})


def revise_shared(session: Session, project: Project, *, key: str, message: Compose | Message) -> None:
    """What the channel, or a group, reads under that key, if it was ever enqueued, says this from now on."""
    content = _compose_shared(project, message).content()
    revise_delivery(session, team_id=project.team_id, key=key, content=content)


def revise_for_person(session: Session, about: Concern, user_id: str, *, key: str, message: Compose) -> None:
    """Changes what somebody was told under that key, as `revise_for_people`."""
    revise_for_people(session, about, {key: (user_id, message)})


def revise_for_people(
    session: Session,
    about: Concern,
    messages: Mapping[str, tuple[str, Compose]],
    *,
    shared: Mapping[str, Message] | None = None,
) -> None:
    """Changes what several were told, at once or by a letter: key → (who reads it, what it says).

    `shared`: what changes with it of what a channel reads, by its keys; all are asked for at once.
    """
    people.find_people(session, about.team_id, [user_id for user_id, _ in messages.values()])  # in one statement
    contents = {
        key: message(texts_of(session, about.team_id, user_id)).content()
        for key, (user_id, message) in messages.items()
    }
    contents |= {key: message.content() for key, message in (shared or {}).items()}
    told_at_once = revise_deliveries(session, team_id=about.team_id, contents=contents)
    for key in messages.keys() - told_at_once:
        revise_letter(session, team_id=about.team_id, key=key, message=messages[key][1])


def _compose_shared(project: Project, message: Compose | Message) -> Message:
    return message if isinstance(message, Message) else message(texts_of_project(project))
