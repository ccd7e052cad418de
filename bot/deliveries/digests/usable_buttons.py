"""Which buttons what was told still has as its project pauses, goes on and ends (product §2.8, §3)."""

from collections.abc import Collection, Mapping

from sqlmodel import Session

from bot.deliveries.digests.facts import NoticeFacts
from bot.deliveries.digests.sending import refresh_messages_of, rerender_items_of_subjects
from bot.deliveries.digests.topics import digests_of, read_facts
from bot.runtime.domain_events import ProjectChanged
from storage import notices, projects
from storage.notices import Notice


def adjust_buttons_to_project(session: Session, event: ProjectChanged) -> None:
    """The reaction: an item about the project has its buttons where its topic says that they do something."""
    project = projects.load_project_of(session, event)
    usable = {
        kind: (topic.facts, project.state in topic.usable_in)
        for kind, topic in digests_of(session).topics.items()
        if topic.usable_in is not None
    }
    told = notices.list_told_of_project(session, project.team_id, usable.keys(), project.pk)
    changed: list[Notice] = []
    for notice in told:
        model, has_buttons = usable[notice.kind]
        facts = read_facts(session, notice, model)
        if facts is not None and facts.has_buttons != has_buttons:
            notice.facts = facts.model_copy(update={"has_buttons": has_buttons}).to_json()
            changed.append(notice)
    refresh_messages_of(session, project.team_id, changed)


def drop_buttons(session: Session, team_id: str, kinds: Mapping[type[NoticeFacts], Collection[str]]) -> None:
    """Takes the buttons away from what was told: kind → the subjects that are settled."""
    settled = ((facts, subject) for facts, subjects in kinds.items() for subject in subjects)
    rerender_items_of_subjects(session, team_id, {key: {"has_buttons": False} for key in settled})
