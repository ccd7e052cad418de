"""Check-ins among the routine items of a morning's message."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from bot import kit
from bot.charter.views import bold_heading
from bot.checkins import views
from bot.checkins.rules import Schedule
from bot.checkins.schedule_views import describe
from bot.kit import Item
from bot.signing.views import quoted
from bot.texts import Mrkdwn, Texts, person
from bot.zones import local_day


def begun_line(t: Texts, facts: Mapping[str, Any]) -> Item:
    """When the project is asked, whether it is paused, and the way to change it (product §8.8)."""
    when = describe(t, Schedule.from_json(facts["rule"]), facts["zone"])
    what, by = facts.get("what", "begun" if facts["by"] is None else "changed"), facts["by"]
    texts = [t("notice.checkins", when=when)] if what == "begun" else []
    if what != "begun":
        key = f"notice.checkins.{what}" if by is not None else f"notice.checkins.{what}.itself"
        texts.append(t(key, when=when, **({} if by is None else {"by": person(by)})))
    if facts.get("is_paused") and what != "paused":
        texts.append(t("notice.checkins.are_paused"))
    elif facts["next"] is not None:
        texts.append(t("notice.checkins.next", day=date.fromisoformat(facts["next"])))
    button = kit.button(t.plain("checkin.schedule"), "checkin.schedule", str(facts["project"]))
    return Item(Mrkdwn(" ").join(texts), button)


def unanswered_line(t: Texts, facts: Mapping[str, Any]) -> Mrkdwn:
    """For a side's lead only (product §8.6)."""
    return t(
        "notice.unanswered",
        project=bold_heading(facts["key"], facts["name"]),
        day=date.fromisoformat(facts["day"]),
        people=t.list([person(user_id) for user_id in facts["people"]]),
    )


def blocker_line(t: Texts, facts: Mapping[str, Any]) -> Item:
    said = t(
        "notice.blocker",
        project=bold_heading(facts["key"], facts["name"]),
        owner=person(facts["owner"]),
        since=local_day(datetime.fromisoformat(facts["since"]), t.zone),
    )
    text = Mrkdwn("\n").join([said, quoted(kit.clip(facts["text"], views.SHORT * 2))])
    blocker_id = str(facts["blocker"])
    return Item(text, kit.button(t.plain("blocker.resolve"), f"blocker.resolve:{blocker_id}", blocker_id))
