"""Check-ins among the routine items of a morning's message."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from bot.checkins import views
from bot.checkins.rules import Schedule
from bot.checkins.schedule_views import describe_schedule
from bot.scheduling.zones import local_day
from bot.ui import blocks as ui
from bot.ui.blocks import MessageItem
from bot.ui.clipping import clip_text
from bot.ui.components import item_button, project_heading, quote_text
from bot.ui.texts import Mrkdwn, Texts, person_mention


def schedule_news_line(t: Texts, facts: Mapping[str, Any]) -> MessageItem:
    """When the project is asked, whether it is paused, and the way to change it (product §8.8)."""
    when = describe_schedule(t, Schedule.from_json(facts["rule"]), facts["zone"])
    what, by = facts.get("what", "begun" if facts["by"] is None else "changed"), facts["by"]
    texts = [t("notice.checkins", when=when)] if what == "begun" else []
    if what != "begun":
        key = f"notice.checkins.{what}" if by is not None else f"notice.checkins.{what}.itself"
        texts.append(t(key, when=when, **({} if by is None else {"by": person_mention(by)})))
    if facts.get("is_paused") and what != "paused":
        texts.append(t("notice.checkins.are_paused"))
    elif facts["next"] is not None:
        texts.append(t("notice.checkins.next", day=date.fromisoformat(facts["next"])))
    button = ui.button_element(t.plain("checkin.schedule"), "checkin.schedule", str(facts["project"]))
    return MessageItem(Mrkdwn(" ").join(texts), button)


def missing_answers_line(t: Texts, facts: Mapping[str, Any]) -> Mrkdwn:
    """For a side's lead only (product §8.6)."""
    return t(
        "notice.unanswered",
        project=project_heading(facts["key"], facts["name"]),
        day=date.fromisoformat(facts["day"]),
        people=t.list([person_mention(user_id) for user_id in facts["people"]]),
    )


def blocker_line(t: Texts, facts: Mapping[str, Any]) -> MessageItem:
    said = t(
        "notice.blocker",
        project=project_heading(facts["key"], facts["name"]),
        owner=person_mention(facts["owner"]),
        since=local_day(datetime.fromisoformat(facts["since"]), t.zone),
    )
    text = Mrkdwn("\n").join([said, quote_text(clip_text(facts["text"], views.SHORT * 2))])
    blocker_id = str(facts["blocker"])
    return MessageItem(text, item_button(t, "blocker.resolve", "blocker.resolve", blocker_id))
