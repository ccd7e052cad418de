"""What a person's screen shows: mentions as names, dates in their zone and language, entities undone."""

import html
import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from playground.world import Json, Person, Team

_ANGLE = re.compile(r"<([^<>]+)>")
_TOKEN = re.compile(r"\{(\w+)\}")
_SPACES = {ord(each): " " for each in "\u00a0\u202f"}
_DATE_STYLES = {"date_short": "medium", "date": "long", "date_long": "full"}
_NEAR = {-1: "yesterday", 0: "today", 1: "tomorrow"}


def read_spaces(text: str) -> str:
    """As people read it: a space that does not break a line looks like any other."""
    return text.translate(_SPACES)


class ScreenRenderer:
    """One person's view of texts and blocks. `now` is the moved clock's, for "today"."""

    def __init__(self, team: Team, person: Person, now: float) -> None:
        self._team = team
        self._person = person
        self._zone = ZoneInfo(person.tz)
        self._today = datetime.fromtimestamp(now, self._zone).date()

    def mrkdwn(self, text: str) -> str:
        """A broadcast that would work shows as `[NOTIFIES @channel]`: tests look for it."""
        return read_spaces(html.unescape(_ANGLE.sub(self._angle, text)))

    def blocks(self, blocks: list[Json]) -> str:
        """Everything readable, line by line; buttons are told separately."""
        lines = [self.block(block) for block in blocks]
        return "\n".join(line for line in lines if line)

    def block(self, block: Json) -> str:
        kind = block["type"]
        if kind in ("table", "data_table"):
            rows = [" | ".join(self._cell(cell) for cell in row) for row in block["rows"]]
            return "\n".join([*([block["caption"]] if "caption" in block else []), *rows])
        if kind == "data_visualization":
            return f"[chart: {read_spaces(block['title'])}]"
        if kind == "image":
            return f"[image: {block['alt_text']}]"
        if kind == "markdown":
            return self.mrkdwn(str(block["text"]))
        if kind == "input":
            return "\n".join(self.text(block[key]) for key in ("label", "hint") if key in block)
        if kind == "rich_text":
            return "".join(self._rich(each) for each in block["elements"]).rstrip("\n")
        return self._plain_block(block)

    def text(self, thing: Json) -> str:
        """A text object. `plain_text` is shown as it is: an escaped "&amp;" in it is the app's mistake."""
        return self.mrkdwn(thing["text"]) if thing.get("type") == "mrkdwn" else read_spaces(str(thing["text"]))

    def _plain_block(self, block: Json) -> str:
        lines = [self.text(block[key]) for key in ("title", "text", "subtitle", "body") if key in block]
        lines += [self.text(each) for each in block.get("fields", ())]
        if block["type"] == "context":
            shown = [
                f"[image: {each['alt_text']}]" if each["type"] == "image" else self.text(each)
                for each in block["elements"]
            ]
            lines.append(" ".join(shown))
        return "\n".join(lines)

    def _cell(self, cell: Json) -> str:
        if cell["type"] == "rich_text":
            return self.block(cell)
        return read_spaces(str(cell.get("text") or cell.get("value", "")))

    def _rich(self, thing: Json) -> str:
        kind = thing["type"]
        if kind == "rich_text_list":
            return "".join(f"• {self._rich(each).rstrip()}\n" for each in thing["elements"])
        if kind.startswith("rich_text_"):
            return "".join(self._rich(each) for each in thing["elements"]) + "\n"
        if kind == "broadcast":
            return f"[NOTIFIES @{thing['range']}]"
        if kind == "date":
            return self._date(thing["timestamp"], thing["format"])
        names = {"user": "@{user_id}", "channel": "#{channel_id}"}
        if kind in names:
            return self.mrkdwn(f"<{names[kind].format(**thing)}>")
        return read_spaces(str(thing.get("text") or thing.get("url") or f":{thing.get('name', kind)}:"))

    def _angle(self, found: re.Match[str]) -> str:
        inner, _, label = found.group(1).partition("|")
        if inner.startswith("@"):
            person = self._team.people.get(inner[1:])
            return f"@{person.real_name}" if person else "@unknown"
        if inner.startswith("#"):
            return self._channel(inner[1:])
        if inner.startswith("!date^"):
            _, timestamp, pattern, *_ = inner.split("^")
            return self._date(int(timestamp), pattern)
        if inner in ("!channel", "!here", "!everyone"):
            return f"[NOTIFIES @{inner[1:]}]"
        if inner.startswith("!"):
            return label or inner
        return label or inner.removeprefix("mailto:")

    def _channel(self, channel_id: str) -> str:
        channel = self._team.channels.get(channel_id)
        if channel is None:
            return "#unknown"
        seen = channel.kind == "channel" or self._person.id in channel.members
        return f"#{channel.name}" if seen else "🔒private channel"

    def _date(self, timestamp: int, pattern: str) -> str:
        moment = datetime.fromtimestamp(timestamp, self._zone)
        return _TOKEN.sub(lambda found: self._date_token(moment, found.group(1)), pattern)

    def _date_token(self, moment: datetime, token: str) -> str:
        locale: Any = self._person.locale.replace("-", "_")
        if token == "date_num":  # noqa: S105 - a token of Slack's date format
            return f"{moment:%Y-%m-%d}"
        if token in ("time", "time_secs"):
            return format_time(moment, "short" if token == "time" else "medium", locale=locale)  # noqa: S105
        style = token.removesuffix("_pretty")
        if token != style and abs(moment.date() - self._today) <= timedelta(days=1):
            return _NEAR[(moment.date() - self._today).days]
        if style not in _DATE_STYLES:
            return f"{{{token}}}"
        return format_date(moment, _DATE_STYLES[style], locale=locale)
