"""Which buttons what was told still has as its project pauses, goes on and ends (product §2.8, §3)."""

from collections.abc import Collection, Iterable, Mapping

from sqlmodel import Session

from bot.deliveries.digests.facts import F, NoticeFacts
from bot.deliveries.digests.sending import refresh_messages_of
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
    _show_buttons(session, project.team_id, [(each, *usable[each.kind]) for each in told])


def drop_buttons(session: Session, team_id: str, kinds: Mapping[type[F], Collection[str]]) -> None:
    """Takes the buttons away from what was told: kind → the subjects that are settled."""
    of_kinds = {facts.kind: facts for facts in kinds}
    subjects = {subject for each in kinds.values() for subject in each}
    told = notices.list_told_of_subjects(session, team_id, of_kinds.keys(), subjects)
    mine = [each for each in told if each.subject in kinds[of_kinds[each.kind]]]
    _show_buttons(session, team_id, [(each, of_kinds[each.kind], False) for each in mine])


def _show_buttons(session: Session, team_id: str, told: Iterable[tuple[Notice, type[NoticeFacts], bool]]) -> None:
    """`told`: with the model of its facts, and whether it has buttons. Edits the messages of what changes."""
    changed: list[Notice] = []
    for notice, model, has_buttons in told:
        facts = read_facts(session, notice, model)
        if facts is not None and facts.has_buttons != has_buttons:
            notice.facts = facts.model_copy(update={"has_buttons": has_buttons}).to_json()
            changed.append(notice)
    refresh_messages_of(session, team_id, changed)
