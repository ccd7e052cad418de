"""Check-ins in direct messages: the question, the reminder; and in a morning's message. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.checkins.schedule_views import ScheduleBrief, describe_schedule
from bot.deliveries.digests.facts import NoticeFacts, ProjectNotice
from bot.ui import blocks as ui
from bot.ui.components import project_heading, render_section_message
from bot.ui.mrkdwn import Mrkdwn, person_mention
from bot.ui.texts import Texts


def render_missing_thread(t: Texts, key: str, name: str) -> ui.Message:
    """To the leads: the channel takes no replies."""
    return render_section_message(t("checkin.no_thread", project=project_heading(key, name)))


# --- notices --------------------------------------------------------------------------------------------------


class ScheduleNews(NoticeFacts, kind="checkins.begun"):
    project: int
    by: str | None
    was: ScheduleBrief | None  # as it was announced before; None: never
    what: str = ""
    now: ScheduleBrief | None = None


class MissingAnswers(ProjectNotice, kind="checkins.unanswered"):
    day: date
    people: list[str]


@dataclass(frozen=True)
class OpenRound:
    """A round that goes on. `without_answer`: of the reader's own side, if they lead it (product §8.6)."""

    since: datetime
    closes_at: datetime
    answered: int
    asked: int
    without_answer: Sequence[str]


def render_open_round(t: Texts, key: str, facts: OpenRound) -> Mrkdwn:
    said = t(
        "checkin.goes_on_now",
        key=key,
        since=facts.since,
        closes_at=facts.closes_at,
        answered=facts.answered,
        asked=facts.asked,
    )
    if not facts.without_answer:
        return said
    people = t.list([person_mention(user_id) for user_id in facts.without_answer])
    return said + Mrkdwn(" ") + t("checkin.goes_on_now.without", people=people)


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
    if what == "begun":
        texts.append(t("notice.checkins.who_changes"))
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
