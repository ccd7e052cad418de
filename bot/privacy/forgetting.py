"""Forgetting a person: a Slack admin decides it, or both stewards do; a timer carries it out (product §17)."""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final

from sqlmodel import Session

from bot.deliveries import post
from bot.deliveries.digests.letters import Routine
from bot.deliveries.digests.queue import OfNoProject
from bot.parsing.folding import fold_text
from bot.people.retention import KeptFor
from bot.people.rules import Actor
from bot.people.service import texts_of, texts_of_project
from bot.privacy import reposting, views
from bot.projects.rules import LIVE
from bot.projects.stewards import Matter, agree_on, refuse_matter, require_decider
from bot.runtime.clock import real_now
from bot.runtime.errors import NotFound, Refusal
from bot.ui.clipping import MOST_NAMED, join_first
from bot.ui.components import Compose
from bot.ui.languages import DEFAULT_LANGUAGE
from bot.ui.mrkdwn import clean_text, is_former_member, person_mention
from bot.ui.texts import Texts
from storage import audit, closing, erasure, lanes, people, person_erasure, projects, register, stored_texts
from storage.deliveries import enqueue_delivery
from storage.erasure import ErasureReason
from storage.people import Person
from storage.person_erasure import ErasedPerson
from storage.projects_with_stays import list_projects_of_person
from storage.timers import Timer, arm_timer
from storage.workspaces import load_workspace, load_workspace_for_update

FORGET: Final = "forget"  # names the matter that stewards agree on, and the timer's kind
WHO: Final = "who"  # the form's field


def require_decision(session: Session, *, actor: Actor) -> None:
    """For whoever has a say in it. Raises: Refusal."""
    require_decider(session, actor)


def find_person_to_forget(session: Session, *, actor: Actor, typed: str | None) -> Person:
    """By name, as Slack has it, or by Slack's id: nobody can choose from a list who has left.

    Raises: Refusal, at the field.
    """
    require_decider(session, actor)
    name = " ".join(clean_text(typed or "").split()).removeprefix("@")
    found = [each for each in _list_people_called(session, actor.team_id, name) if _is_known(each)]
    if not found:
        raise Refusal("error.forget.unknown", field=WHO, name=name)
    if len(found) > 1:
        raise Refusal("error.forget.several", field=WHO, name=name, ids=", ".join(each.user_id for each in found))
    _check_forgettable(session, actor, found[0].user_id, field=WHO)
    return found[0]


def _list_people_called(session: Session, team_id: str, name: str) -> Sequence[Person]:
    """By the name as it stands or the id; else by the name without case and diacritics."""
    called = people.list_people_called(session, team_id, [name])
    if called:
        return called
    folded = fold_text(name)
    known = people.list_known_people(session, team_id)
    return [each for each in known if folded in (fold_text(each.name), fold_text(each.full_name))]


def _is_known(person: Person) -> bool:
    """Whether there is anything left to forget."""
    return person.forgotten_at is None and not is_former_member(person.user_id)


def _check_forgettable(session: Session, actor: Actor, user_id: str, *, field: str | None = None) -> None:
    """What is somebody's to do must be somebody else's first: else it would be nobody's. Raises: Refusal."""
    found = people.find_person(session, actor.team_id, user_id)
    if found is None or not _is_known(found) or found.is_bot:
        raise NotFound
    if user_id == actor.user_id:
        raise Refusal("error.forget.oneself", field=field)
    _refuse_busy(session, actor.team_id, user_id, field=field)


def _refuse_busy(session: Session, team_id: str, user_id: str, *, field: str | None = None) -> None:
    who = person_mention(user_id)
    if user_id in (load_workspace(session, team_id).stewards or ()):
        raise Refusal("error.forget.steward", field=field, who=who)
    parts = list_projects_of_person(session, team_id, user_id)
    if keys := [project.key for project, *_ in parts if project.state in LIVE]:
        raise Refusal("error.forget.in_projects", field=field, who=who, keys=", ".join(keys))
    held = register.list_assets_of_person(session, team_id, user_id)
    if names := [each.name for each in held if each.needs_owner_since is None]:
        raise Refusal("error.forget.owns", field=field, who=who, names=join_first(names, MOST_NAMED))


def decide_to_forget(session: Session, *, actor: Actor, user_id: str, now: datetime) -> str | None:
    """Returns the steward whose yes is missing; None: it is decided, and done as soon as the timers run.

    Raises: NotFound, NotAllowed, Refusal.
    """
    require_decider(session, actor)
    _check_forgettable(session, actor, user_id)
    question = partial(views.render_steward_question, by=actor.user_id, who=user_id)
    missing = agree_on(session, actor=actor, matter=Matter(FORGET, user_id), question=question, now=now)
    if missing is None:
        key, subject = f"{FORGET}:{user_id}", f"{user_id}:{actor.user_id}"
        arm_timer(session, team_id=actor.team_id, key=key, kind=FORGET, subject=subject, due_at=now)
    return missing


def refuse_to_forget(session: Session, *, actor: Actor, user_id: str, now: datetime) -> None:
    """The other steward's no: nothing is erased, and whoever proposed it is told. Raises: NotAllowed, Refusal."""
    answer = partial(views.render_steward_refusal, by=actor.user_id, who=user_id)
    refuse_matter(session, actor=actor, matter=Matter(FORGET, user_id), answer=answer, now=now)


def carry_out_forgetting(session: Session, timer: Timer, now: datetime) -> None:
    """The timer's function. What has changed since the decision counts: whoever has a part again stays."""
    team_id = timer.team_id
    user_id, _, by = timer.subject.partition(":")
    workspace = load_workspace_for_update(session, team_id)
    deciders = [*(workspace.stewards or (by,))]
    person = people.find_person(session, team_id, user_id)
    if person is None or not _is_known(person):
        return
    try:
        _refuse_busy(session, team_id, user_id)
    except Refusal:
        message = partial(views.render_not_forgotten, who=user_id)
        _tell_deciders(session, team_id, deciders, f"{FORGET}:not:{user_id}:{now.timestamp()}", message, now)
        return
    t, is_here, name = texts_of(session, team_id, user_id), not person.deleted, person.full_name or person.name
    named_in = person_erasure.list_project_ids_naming(session, team_id, user_id)
    projects.load_projects_for_update(session, team_id, named_in)
    number = erasure.next_former_number(session, team_id)
    reason = ErasureReason.PERSON
    with erasure.open_erasure(session, team_id=team_id, reason=reason, number=number, now=now):
        erased = person_erasure.erase_person(session, team_id=team_id, user_id=user_id, number=number, now=now)
        _introduce_former_member(session, team_id, erased, number)
        _rename_in_reports(session, team_id, name, erased, number)
        reposting.show_without(session, team_id=team_id, erased=erased, project_ids=named_in)
        if is_here:
            _tell_person(session, team_id, erased, number, t, deciders)
    audit.record_audit_entry(
        session,
        team_id=team_id,
        project_id=None,
        at=now,
        actor=by,
        action="workspace.forgotten",
        after={"number": number},
    )
    message = partial(views.render_forgotten, number=number, keeps_name=erased.keeps_name)
    _tell_deciders(session, team_id, deciders, f"{FORGET}:done:{number}", message, now)


def _introduce_former_member(session: Session, team_id: str, erased: ErasedPerson, number: int) -> None:
    """Whoever lists people finds the former member under that name; nobody is the company's CIO or CMO by it."""
    workspace = load_workspace(session, team_id)
    for seat in ("cio", "cmo"):
        if getattr(workspace, seat) == erased.former_id:
            setattr(workspace, seat, None)
    name = Texts.of(workspace.language or DEFAULT_LANGUAGE).former_member(number)
    described = {"name": name, "full_name": name, "deleted": True, "refreshed_at": real_now()}
    people.store_person(session, team_id, erased.former_id, described)
    session.flush()


def _rename_in_reports(session: Session, team_id: str, name: str, erased: ErasedPerson, number: int) -> None:
    """A closing report has names instead of ids. Those of the executives stay, as whoever was asked to sign it; so
    do those of others of which this one is a part.
    """
    both = people.list_names_like(session, team_id, f"%{name}%")
    longer = {each for names in both for each in names if name in each and each != name}
    called = "|".join(map(re.escape, [*sorted(longer, key=len, reverse=True), name]))
    whole = re.compile(rf"(?<![\w-])(?:{called})(?![\w-])")
    for row in closing.list_reported_closings(session, team_id):
        former = texts_of_project(projects.load_project_of(session, row)).former_member(number)
        found = row.report or {}
        rename = partial(whole.sub, partial(_choose_name, name, former))
        renamed = stored_texts.map_texts(found, rename)
        if renamed != found:
            row.report = {**renamed, "executives": found.get("executives")}
            erased.rows.setdefault("closings", set()).add(row.pk)
    session.flush()


def _choose_name(name: str, former: str, found: re.Match[str]) -> str:
    return former if found[0] == name else found[0]


def _tell_person(
    session: Session, team_id: str, erased: ErasedPerson, number: int, t: Texts, deciders: Sequence[str]
) -> None:
    """In the conversation that they have had with Duet; whoever never had one has nothing to be told of."""
    lane = f"dm:{erased.former_id}"
    if lanes.find_channel_of_lane(session, team_id, lane) is None:
        return
    years = KeptFor.of(load_workspace(session, team_id)).records_years
    message = views.render_to_forgotten_person(
        t, by=deciders, number=number, kept_years=years if erased.keeps_name else None
    )
    enqueue_delivery(
        session,
        team_id=team_id,
        lane=lane,
        key=f"{FORGET}:told:{number}",
        kind=post.MESSAGE,
        content=message.content(),
    )


def _tell_deciders(
    session: Session, team_id: str, readers: list[str], key: str, message: Compose, now: datetime
) -> None:
    routine = Routine("steward", now)
    post.to_people(session, OfNoProject(team_id), readers, key=key, message=message, routine=routine)
