"""The forms of the timetable, opened and submitted, and how a form, a command and a click are answered alike."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from sqlmodel import Session

from bot.parsing.dates.reckoning import WorkingDay
from bot.people.service import work_calendar
from bot.projects.service import ProjectContext, load_context
from bot.timetable import dropping, form_views, notifications, policy, rescheduling, service, several, views
from bot.timetable.rules import MilestoneSide, find_example_day
from bot.timetable.service import WantedMilestone
from bot.ui.blocks import Block, Message
from bot.ui.components import notice_modal
from handlers.decoding import read_id, read_meta_id, read_picked_day
from handlers.mentions import NamedPeople, read_people
from handlers.project_arguments import load_clicked_project
from handlers.requests import Reply, Request, reply_with_notice
from storage.timetable import Milestone


def build_form_click_handler(verb: str, typed: str = "") -> Callable[[Request, Session], Reply]:
    """*Change*, *Drop*: a form, filled with what was `typed`: the new name, or the reason."""
    right = {"change": policy.require_edit_right, "drop": policy.require_drop_right}[verb]

    def clicked(request: Request, session: Session) -> Reply:
        found = policy.load_milestone(session, request.actor, read_id(request.value))
        policy.require_changeable_milestone(found, right)
        seen, revision = build_seen_milestone(found.milestone), found.milestone.revision
        if verb == "change":
            return Reply(opens=form_views.change_milestone_form(request.t, seen, revision=revision, typed=typed))
        readers = notifications.find_readers_of_change(found.project)
        form = form_views.drop_milestone_form(request.t, seen, revision=revision, readers=readers, typed=typed)
        return Reply(opens=form)

    return clicked


def handle_move_click(request: Request, session: Session) -> Reply:
    found = policy.load_milestone(session, request.actor, read_id(request.value))
    return open_move_form(request, found, due=None, reason=None)


def open_move_form(
    request: Request, found: policy.MilestoneContext, *, due: date | None, reason: str | None
) -> Reply:
    policy.require_changeable_milestone(found, policy.require_move_right)
    form = form_views.move_milestone_form(
        request.t,
        build_seen_milestone(found.milestone),
        revision=found.milestone.revision,
        readers=notifications.find_readers_of_change(found.project),
        ends_on=found.context.charter.ends_on,
        due=due,
        reason=reason,
    )
    return Reply(opens=form)


def handle_add_milestone_click(request: Request, session: Session) -> Reply:
    found = load_clicked_project(request, session)
    return open_add_milestone_form(request, found, title=None, due=None, people=read_people(()))


def open_add_milestone_form(
    request: Request,
    found: ProjectContext,
    *,
    title: str | None,
    due: date | None,
    people: NamedPeople,
    owner: str | None = None,
    side: MilestoneSide | None = None,
) -> Reply:
    """Whoever asks for it sees to it, unless somebody was named, or was meant to be."""
    policy.require_change_right(found)
    asking = request.actor.user_id if people.trouble is None else None
    form = form_views.add_milestone_form(
        request.t,
        project_id=found.project.pk,
        key=found.project.key,
        title=title,
        due=due,
        owner=owner or asking,
        side=side,
    )
    return Reply(opens=form)


def handle_add_several_click(request: Request, session: Session) -> Reply:
    return open_add_several_form(request, session, load_clicked_project(request, session))


def open_add_several_form(request: Request, session: Session, found: ProjectContext, *, typed: str = "") -> Reply:
    """`typed`: the lines, if they were."""
    policy.require_change_right(found)
    example_day = find_example_day(found.project.day(request.now), load_working_day_rule(session, found))
    form = form_views.add_several_form(
        request.t,
        project_id=found.project.pk,
        key=found.project.key,
        example_day=min(example_day, found.charter.ends_on),
        typed=typed,
    )
    return Reply(opens=form)


# --- submissions -----------------------------------------------------------------------------------------


def handle_add_milestone_submission(request: Request, session: Session) -> Reply:
    project_id = read_meta_id(request.meta, "project")
    policy.require_change_right(load_context(session, actor=request.actor, project_id=project_id))
    wanted = WantedMilestone(**dict(form_views.AddedMilestone.read(request.values)))
    try:
        added = service.add_milestone(
            session, actor=request.actor, project_id=project_id, wanted=wanted, now=request.now
        )
    except rescheduling.PastTheEnd as past:
        return _open_past_end_notice(request, build_past_end_blocks(request, past))
    return _show_milestone_done(request, session, "added", added)


def handle_add_several_submission(request: Request, session: Session) -> Reply:
    found = load_context(session, actor=request.actor, project_id=read_meta_id(request.meta, "project"))
    added = several.add_milestones_from_text(
        session,
        actor=request.actor,
        project_id=found.project.pk,
        text=request.values.get("milestones"),
        now=request.now,
    )
    is_working = load_working_day_rule(session, found)
    seen = [_build_dated_milestone(each, is_working) for each in added]
    said = views.several_confirmation(request.t, seen)
    return reply_with_notice(request.t, "timetable.form_title", said, key=found.project.key)


def handle_move_submission(request: Request, session: Session) -> Reply:
    milestone_id, revision = _read_milestone_and_revision(request)
    due, reason = read_picked_day(request.values.get("due")), request.values.get("reason")
    try:
        moved = rescheduling.move_milestone(
            session,
            actor=request.actor,
            milestone_id=milestone_id,
            due=due,
            reason=reason,
            revision=revision,
            now=request.now,
        )
    except rescheduling.PastTheEnd as past:
        return _open_past_end_notice(request, keep_wish_past_end(request, session, past, milestone_id, due, reason))
    return _show_milestone_done(request, session, "moved", moved)


def handle_drop_submission(request: Request, session: Session) -> Reply:
    milestone_id, revision = _read_milestone_and_revision(request)
    dropped = dropping.drop_milestone(
        session,
        actor=request.actor,
        milestone_id=milestone_id,
        reason=request.values.get("reason"),
        revision=revision,
        now=request.now,
    )
    return _show_milestone_done(request, session, "dropped", dropped)


def open_drop_remaining_form(request: Request, session: Session, found: ProjectContext) -> Reply:
    """*Drop the rest*, of a project that is closing: the form says which, and what stays the other side's."""
    remaining, others = dropping.list_remaining_milestones(session, found)
    form = form_views.drop_remaining_form(
        request.t,
        project_id=found.project.pk,
        last_seen=max(each.number for each in remaining),
        named=[(each.title, each.side) for each in remaining],
        others=others,
    )
    return Reply(opens=form)


def handle_drop_remaining_submission(request: Request, session: Session) -> Reply:
    found, count = dropping.drop_remaining_milestones(
        session,
        actor=request.actor,
        project_id=read_meta_id(request.meta, "project"),
        last_seen=read_meta_id(request.meta, "last"),
        reason=request.values.get("reason"),
        now=request.now,
    )
    said = request.t("milestone.said.dropped_rest", n=count, key=found.project.key)
    return reply_with_notice(request.t, "timetable.form_title", [said], key=found.project.key)


def handle_change_milestone_submission(request: Request, session: Session) -> Reply:
    milestone_id, revision = _read_milestone_and_revision(request)
    changed = service.change_milestone(
        session,
        actor=request.actor,
        milestone_id=milestone_id,
        revision=revision,
        now=request.now,
        **dict(form_views.ChangedMilestone.read(request.values)),
    )
    return _show_milestone_done(request, session, "changed", changed)


def _read_milestone_and_revision(request: Request) -> tuple[int, int]:
    return read_meta_id(request.meta, "milestone"), read_meta_id(request.meta, "revision")


def _open_past_end_notice(request: Request, blocks: Sequence[Block]) -> Reply:
    """On top of the form, which keeps what was typed."""
    return Reply(opens=notice_modal(request.t, request.t.plain("timetable.past_end_title"), blocks))


def _show_milestone_done(request: Request, session: Session, what: str, done: policy.MilestoneContext) -> Reply:
    message = build_milestone_done_message(request, session, what, done)
    return reply_with_notice(request.t, "timetable.form_title", message.blocks, key=done.project.key)


# --- answers ---------------------------------------------------------------------------------------------


def build_past_end_blocks(request: Request, past: rescheduling.PastTheEnd) -> list[Block]:
    """The sentence, and the way to a change of the charter."""
    return views.render_past_end(
        request.t, due=past.due, ends_on=past.ends_on, edits=f"{past.project_id}:{past.version}"
    )


def keep_wish_past_end(
    request: Request,
    session: Session,
    past: rescheduling.PastTheEnd,
    milestone_id: int,
    due: date,
    reason: str | None,
) -> list[Block]:
    """The wish is kept; the way to the later end that it needs."""
    kept = rescheduling.keep_move_wish(
        session, actor=request.actor, milestone_id=milestone_id, due=due, reason=reason, now=request.now
    )
    if kept is None:
        return build_past_end_blocks(request, past)
    return views.render_move_wish(request.t, build_seen_milestone(kept), due=due, ends_on=past.ends_on)


def build_milestone_done_message(
    request: Request, session: Session, what: str, done: policy.MilestoneContext
) -> Message:
    is_read = done.project.channel_id is not None and done.project.governing_version is not None
    seen = build_seen_milestone(done.milestone)
    if what in ("added", "moved"):
        seen = _build_dated_milestone(done.milestone, load_working_day_rule(session, done.context))
    return views.milestone_confirmation(request.t, what, seen, is_read=is_read)


def load_working_day_rule(session: Session, found: ProjectContext) -> WorkingDay:
    """By which `10 working days` are counted, and a day off is known, where the project is."""
    return work_calendar(session, found.project.team_id, found.project.zone).is_working_day


def _build_dated_milestone(each: Milestone, is_working: WorkingDay) -> views.MilestoneView:
    """As it is shown to whoever has just given its date, which may be a day off."""
    return replace(build_seen_milestone(each), is_day_off=not is_working(each.due))


def build_seen_milestone(each: Milestone, today: date | None = None) -> views.MilestoneView:
    return views.MilestoneView(
        each.pk,
        each.number,
        each.title,
        each.owner,
        each.side,
        each.state,
        each.signed_due,
        each.due,
        each.done_on,
        is_overdue=each.is_open and today is not None and each.due < today,
    )
