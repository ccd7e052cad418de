"""`/duet pause`, `resume` and `withdraw`: a project's life by command, button and form
(product §3).
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from sqlmodel import Session

from bot.deliveries.digests.topics import EARLY, Topic, outlives_project
from bot.lifecycle import notifications, views, visibility
from bot.lifecycle.service import close_project
from bot.lifecycle.service.pause_project import (
    may_pause_project,
    may_resume_project,
    pause_project,
    require_pausable_project,
    resume_project,
    resume_when_due,
    suggest_resume_day,
)
from bot.lifecycle.service.withdraw_project import (
    may_withdraw_project,
    require_withdrawable_project,
    take_back_withdrawal,
    withdraw_project,
)
from bot.parsing.dates.readings import Understood
from bot.parsing.dates.sentences import read_day_and_reason
from bot.parsing.folding import fold_text
from bot.projects.rules import RUNNING
from bot.projects.service import ProjectContext
from bot.runtime.domain_events import CharterAdopted, ProjectActivated, ProjectClosed
from handlers.decoding import read_id, read_meta_id, read_meta_word, read_picked_day
from handlers.features import Args, Feature, ProjectCommand, split_after_key, split_args_at
from handlers.grammar import join_tokens
from handlers.mentions import refuse_leftover_words
from handlers.project_arguments import build_project_click_handler
from handlers.requests import Reply, Request, Route, reply_with_text
from handlers.responses import add_understood_days

BEFORE_TIME: Mapping[str, str] = {"for": "in", "na": "za", "przez": "za"}  # `for 2 weeks` ends in 2 weeks
PAUSE_WORDS = frozenset(BEFORE_TIME) | {
    *("until", "till", "to", "because", "since", "now"),
    *("do", "az", "bo", "poniewaz", "od", "teraz"),
}
AT_ONCE = frozenset({"now", "teraz", "please", "prosze"})
"""Folded, as those before them: what may follow a project, or stand alone."""


def open_pause_form(request: Request, session: Session, found: ProjectContext) -> Reply:
    """Opens the form, if there is anything to pause, filled with what was typed of the day and the reason."""
    require_pausable_project(found)
    project, args = found.project, _drop_words_of_haste(request.args)
    until, reason = None, None
    if args:
        first, *rest = args
        words = join_tokens((replace(first, text=BEFORE_TIME.get(fold_text(first.text), first.text)), *rest))
        said = read_day_and_reason(words, today=project.day(request.now))
        if isinstance(said.reading, Understood):
            until, reason = said.reading.value, said.reason
        else:
            reason = join_tokens(args)
    form = views.pause_project_form(
        request.t,
        key=project.key,
        name=project.name,
        project_id=project.pk,
        until=until or suggest_resume_day(session, project, request.now),
        reason=reason,
    )
    return add_understood_days(Reply(opens=form), request.t, until)


def _drop_words_of_haste(args: Args) -> Args:
    return tuple(each for each in args if fold_text(each.text) not in AT_ONCE)


def handle_pause_submission(request: Request, session: Session) -> Reply:
    project_id, until = read_meta_id(request.meta, "project"), read_picked_day(request.values.get("until"))
    pause_project(
        session,
        actor=request.actor,
        project_id=project_id,
        reason=request.values.get("reason"),
        until=until,
        now=request.now,
    )
    return Reply()


def handle_resume_command(request: Request, session: Session, found: ProjectContext) -> Reply:
    refuse_leftover_words(_drop_words_of_haste(request.args))
    resumed = resume_project(session, actor=request.actor, project_id=found.project.pk, now=request.now)
    return reply_with_text(request.t("life.resumed_done", key=resumed.key))


def open_withdrawal_form(request: Request, session: Session, found: ProjectContext) -> Reply:
    """Opens the form, which says what will happen and who will read why, filled with the reason that was typed."""
    require_withdrawable_project(session, found)
    project, closes_on = found.project, None
    if found.state in RUNNING:
        closes_on = close_project.closing_day_from_now(session, project, now=request.now)
    return Reply(
        opens=views.withdraw_project_form(
            request.t,
            key=project.key,
            name=project.name,
            project_id=project.pk,
            state=found.state,
            closes_on=closes_on,
            reason=join_tokens(request.args) or None,
        )
    )


def handle_withdrawal_submission(request: Request, session: Session) -> Reply:
    project_id = read_meta_id(request.meta, "project")
    withdraw_project(
        session,
        actor=request.actor,
        project_id=project_id,
        seen=read_meta_word(request.meta, "state") or "",
        reason=request.values.get("reason"),
        now=request.now,
    )
    return Reply()


def handle_take_back_withdrawal_click(request: Request, session: Session) -> Reply:
    project = take_back_withdrawal(session, actor=request.actor, project_id=read_id(request.value), now=request.now)
    return reply_with_text(request.t("life.taken_back_done", key=project.key))


def handle_make_public_click(request: Request, session: Session) -> Reply:
    return _set_visibility(request, session, is_public=True)


def handle_make_private_click(request: Request, session: Session) -> Reply:
    return _set_visibility(request, session, is_public=False)


def _set_visibility(request: Request, session: Session, *, is_public: bool) -> Reply:
    project = visibility.set_visibility(
        session, actor=request.actor, project_id=read_id(request.value), is_public=is_public, now=request.now
    )
    return reply_with_text(request.t("life.public_done" if is_public else "life.private_done", key=project.key))


_about_life = partial(Topic, counted=lambda _: "project", rank=EARLY)

FEATURE = Feature(
    commands=(
        ProjectCommand(
            "pause",
            open_pause_form,
            reads=True,
            parts=split_after_key(split_args_at(lambda token: fold_text(token.text) in PAUSE_WORDS)),
            suits=lambda found, _: may_pause_project(found),
        ),
        ProjectCommand(
            "resume",
            handle_resume_command,
            parts=split_args_at(lambda token: fold_text(token.text) in AT_ONCE),
            suits=lambda found, _: may_resume_project(found),
        ),
        ProjectCommand(
            "withdraw",
            open_withdrawal_form,
            reads=True,
            parts=split_after_key(lambda args: (args, ())),
            suits=lambda found, _: may_withdraw_project(found),
            ending_words={"withdraw"},
        ),
    ),
    buttons={
        "life.pause": Route(build_project_click_handler(open_pause_form), reads=True),
        "life.resume": Route(build_project_click_handler(handle_resume_command)),
        "life.withdraw": Route(build_project_click_handler(open_withdrawal_form), reads=True),
        "life.take_back": Route(handle_take_back_withdrawal_click),
        "life.public": Route(handle_make_public_click),
        "life.private": Route(handle_make_private_click),
    },
    forms={"life.pause": Route(handle_pause_submission), "life.withdraw": Route(handle_withdrawal_submission)},
    timers={
        close_project.RESUME: resume_when_due,
        close_project.CLOSE: close_project.close_when_due,
        close_project.END: close_project.close_when_due,
    },
    digests=(
        _about_life(views.ProjectResumed, views.resumption_line),
        _about_life(views.ProjectCloses, views.closing_line, notifications.load_closing_news),
        _about_life(views.ClosingDayMoved, views.closes_on_line, notifications.load_closing_day),
        _about_life(
            views.VisibilityChanged, views.visibility_line, notifications.load_visibility, outlives=outlives_project
        ),
    ),
    subscriptions=(
        (ProjectActivated, close_project.arm_project_end),
        (CharterAdopted, close_project.arm_project_end),
        (CharterAdopted, close_project.notify_of_changed_end),
        (ProjectClosed, notifications.finish_closing_news),
    ),
)
