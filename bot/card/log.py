"""The audit log in words. Pure: an entry → a sentence."""

from collections.abc import Mapping
from typing import Any

from bot.charter.views import change_lines, quoted
from bot.texts import Mrkdwn, Texts, channel


def sentence(t: Texts, action: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Mrkdwn:
    """What was done, with old → new where something changed."""
    match action:
        case "charter.changed":
            changed = {name: (before[name], after[name]) for name in after}
            return Mrkdwn("\n").join([t("log.charter.changed"), *change_lines(t, changed)])
        case "charter.sent" | "charter.sign" | "charter.talk" | "project.activated":
            return t(f"log.{action}", version=after["version"])
        case "charter.decline":
            return Mrkdwn("\n").join([t("log.charter.decline", version=after["version"]), quoted(after["reason"])])
        case "project.channel":
            return t("log.project.channel", channel=channel(after["channel"]))
        case _:
            return t(f"log.{action}")
