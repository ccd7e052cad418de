"""Check-ins among the routine items of a morning's message."""

from datetime import date, datetime

from bot.checkins import views
from bot.checkins.form_views import ScheduleBrief
from bot.checkins.schedule_views import describe_schedule
from bot.deliveries.digests.facts import NoticeFacts, ProjectNotice
from bot.scheduling.zones import local_day
from bot.ui import blocks as ui
from bot.ui.clipping import clip_text
from bot.ui.components import item_button, project_heading, quote_text
from bot.ui.texts import Mrkdwn, Texts, person_mention


class ScheduleNews(NoticeFacts, kind="checkins.begun"):
    project: int
    by: str | None
    was: ScheduleBrief | None  # as it was announced before; None: never
    what: str = ""
    now: ScheduleBrief | None = None


class MissingAnswers(ProjectNotice, kind="checkins.unanswered"):
    day: date
    people: list[str]


class BlockerStands(ProjectNotice, kind="checkins.blocker"):
    blocker: int
    text: str
    owner: str
    since: datetime


def schedule_news_line(t: Texts, facts: ScheduleNews) -> ui.MessageItem:
    """When the project is asked, whether it is paused, and the way to change it (product §8.8)."""
    assert facts.now is not None
    when, what = describe_schedule(t, facts.now.rule, facts.now.zone), facts.what
    texts = [t("notice.checkins", when=when)] if what == "begun" else []
    if what != "begun" and facts.by is not None:
        texts.append(t(f"notice.checkins.{what}", when=when, by=person_mention(facts.by)))
    elif what != "begun":
        texts.append(t(f"notice.checkins.{what}.itself", when=when))
    if facts.now.paused is not None and what != "paused":
        texts.append(t("notice.checkins.are_paused"))
    elif facts.now.next_on is not None:
        texts.append(t("notice.checkins.next", day=facts.now.next_on))
    button = ui.button_element(t.plain("checkin.schedule"), "checkin.schedule", str(facts.project))
    return ui.MessageItem(Mrkdwn(" ").join(texts), button)


def missing_answers_line(t: Texts, facts: MissingAnswers) -> Mrkdwn:
    """For a side's lead only (product §8.6)."""
    return t(
        "notice.unanswered",
        project=project_heading(*facts.project),
        day=facts.day,
        people=t.list([person_mention(user_id) for user_id in facts.people]),
    )


def blocker_line(t: Texts, facts: BlockerStands) -> ui.MessageItem:
    said = t(
        "notice.blocker",
        project=project_heading(*facts.project),
        owner=person_mention(facts.owner),
        since=local_day(facts.since, t.zone),
    )
    text = Mrkdwn("\n").join([said, quote_text(clip_text(facts.text, views.SHORT * 2))])
    blocker_id = str(facts.blocker)
    return ui.MessageItem(text, item_button(t, "blocker.resolve", "blocker.resolve", blocker_id))
