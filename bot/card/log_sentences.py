"""The audit log in words."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from bot.charter.rules import CharterChanges
from bot.charter.views import change_lines
from bot.checkins.schedule_views import describe_schedule
from bot.parsing.money import Amount
from bot.projects.rules import SEATS
from bot.projects.views import LogLine
from bot.runtime.logs import log_skipped_item
from bot.ui.components import format_days, name_milestone_owner, quote_text
from bot.ui.mrkdwn import Mrkdwn, channel_link, escape_text, person_mention
from bot.ui.texts import Texts
from storage.audit import AuditEntry, read_log_facts

PEOPLE = frozenset({"deputy", "holder", "successor", "owner", "member", "home_manager"})


def read_log_line(t: Texts, entry: AuditEntry) -> LogLine | None:
    """An entry in words; None for one of another version of Duet."""
    said = read_log_sentence(t, entry.action, entry.before, entry.after)
    return None if said is None else LogLine(entry.at, entry.actor, said)


def read_log_sentence(t: Texts, action: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Mrkdwn | None:
    """What an entry says, from the facts as they are stored; None, logged, for one of another version of Duet."""
    try:
        return _log_sentence(t, action, read_log_facts(before), read_log_facts(after))
    except (LookupError, ValueError, TypeError):
        log_skipped_item("audit.entry_skipped", action=action, exc_info=True)
        return None


def _log_sentence(t: Texts, action: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Mrkdwn:
    """What was done, with old → new where something changed, and the reason where there is one."""
    match action:
        case "charter.changed" | "charter.proposed":
            changed = CharterChanges(**{name: (before[name], after[name]) for name in after})
            return Mrkdwn("\n").join([t(f"log.{action}"), *change_lines(t, changed)])
        case "project.channel":
            return t("log.project.channel", channel=channel_link(after["channel"]))
        case "asset.changed":
            details = [_asset_detail(t, name, before[name], after[name]) for name in before]
            return Mrkdwn("\n").join([t("log.asset.changed", name=after["name"]), *details])
        case "deputy.dropped" | "seat.vacant":
            said = t(f"log.{action}", **_sentence_facts(t, before if action == "deputy.dropped" else after))
        case "deputy.named" if after["start"] == after["until"]:
            said = t("log.deputy.named_for_a_day", **_sentence_facts(t, after))
        case "charter.drafted":
            said = t("log.charter.drafted")
        case _:
            said = t(f"log.{action}", **_sentence_facts(t, after))
    reason = [quote_text(after["reason"])] if after.get("reason") else []
    for_whom = [t("log.for_whom", executive=person_mention(after["for"]))] if "for" in after else []
    return Mrkdwn("\n").join([Mrkdwn(said.rstrip()), *reason, *for_whom])  # a note at its end may be empty


def _asset_detail(t: Texts, name: str, old: str | bool | None, new: str | bool | None) -> Mrkdwn:
    """Of an asset: its stand-in, or what is said of it."""
    shown = [t(f"log.no_{name}") if value in (None, "") else _detail_value(t, name, value) for value in (old, new)]
    return t("charter.change", field=t(f"field.{name}"), old=shown[0], new=shown[1])


def _detail_value(t: Texts, name: str, value: str | bool) -> Mrkdwn:
    if isinstance(value, bool):
        return t("register.choice.yes" if value else "register.choice.no")
    return person_mention(value) if name == "stand_in" else escape_text(value)


def _sentence_facts(t: Texts, stored: Mapping[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for name, value in stored.items():
        if name == "owner" and "sees_to_it" in stored:
            facts[name] = name_milestone_owner(t, value, stored["sees_to_it"])
        elif name in PEOPLE:
            facts[name] = t("boundary.no_owner") if value is None else person_mention(value)
        elif name == "side":
            facts["role"] = t(SEATS[value])
        elif name == "works_in":
            facts[name] = t(f"side.name.{value}")
        elif name == "kind":
            facts[name] = t(f"kind.{value}")
        elif name == "month":
            facts[name] = t.month_in_full(date.fromisoformat(f"{value}-01"))
        elif name == "rule":
            facts["when"] = describe_schedule(t, value, stored["zone"])
        elif isinstance(value, str | int | Decimal | date | Amount):
            facts[name] = value
    if isinstance(stored.get("until"), date) and isinstance(stored.get("start"), date):
        facts["days"] = format_days(t, stored["start"], stored["until"])
    if "decision" in stored and "name" not in stored:
        facts["name"] = t(f"log.about.{stored['decision']}", **facts)
    return facts
