"""Which buttons what was told still has as its project pauses, goes on and ends (product §2.8, §3)."""

from collections.abc import Iterable

from sqlmodel import Session

from bot.deliveries.digests.facts import NoticeFacts
from bot.deliveries.digests.sending import refresh_messages_of, rerender_sent_items
from bot.deliveries.digests.topics import digests_of, read_facts
from bot.runtime.domain_events import ProjectChanged
from storage import notices, projects
from storage.notices import Notice


def adjust_buttons_to_project(session: Session, event: ProjectChanged) -> None:
    """The reaction: an item about the project has its buttons where its topic says that they do something."""
    project = projects.load_project_of(session, event)
    topics = {kind: each for kind, each in digests_of(session).topics.items() if each.usable_in is not None}
    changed: list[Notice] = []
    for notice in notices.list_told_of_project(session, project.team_id, topics.keys(), project.pk):
        topic = topics[notice.kind]
        facts = read_facts(session, notice, topic.facts)
        has_buttons = topic.usable_in is None or project.state in topic.usable_in
        if facts is not None and facts.has_buttons != has_buttons:
            notice.facts = facts.model_copy(update={"has_buttons": has_buttons}).to_json()
            changed.append(notice)
    refresh_messages_of(session, project.team_id, changed)


def drop_buttons(session: Session, team_id: str, told: Iterable[tuple[type[NoticeFacts], str]]) -> None:
    """Takes the buttons away from what was told, by kind and subject: it is settled."""
    for facts, subject in told:
        rerender_sent_items(session, team_id=team_id, facts=facts, subject=subject, has_buttons=False)
