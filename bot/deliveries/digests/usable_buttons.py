"""Which buttons what was told still has as its project pauses, goes on and ends (product §2.8, §3)."""

from collections.abc import Collection, Mapping

from sqlmodel import Session

from bot.deliveries.digests.facts import NoticeFacts
from bot.deliveries.digests.sending import rerender_items_of_subjects, revise_notices
from bot.deliveries.digests.topics import digests_of
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
    models = {kind: facts for kind, (facts, _) in usable.items()}
    told = notices.list_told_of_project(session, project.team_id, usable.keys(), project.pk)

    def change(notice: Notice, was: NoticeFacts) -> NoticeFacts:
        _, has_buttons = usable[notice.kind]
        return was.model_copy(update={"has_buttons": has_buttons})

    revise_notices(session, project.team_id, told, models, change)


def drop_buttons(session: Session, team_id: str, kinds: Mapping[type[NoticeFacts], Collection[str]]) -> None:
    """Takes the buttons away from what was told: kind → the subjects that are settled."""
    settled = ((facts, subject) for facts, subjects in kinds.items() for subject in subjects)
    rerender_items_of_subjects(session, team_id, {key: {"has_buttons": False} for key in settled})
