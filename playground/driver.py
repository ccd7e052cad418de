"""Acting as people do, from synchronous tests: type, click, fill, read. Over the control API, so that the
playground may run in this process or another."""

import http.client
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from playground.driver_views import Json, SeenForm, SeenMessage, SeenReply
from playground.errors import CannotDo

__all__ = ["CannotDo", "Driver", "Json", "NotSeen", "PersonDriver", "SeenForm", "SeenMessage", "SeenReply", "Wire"]

REPLY_SECONDS = 2.0
PATIENCE_SECONDS = 60.0  # of a wait that is to succeed: a busy machine takes its time
MARGIN_SECONDS = 60  # of a request over the wait it asks for


class NotSeen(AssertionError):
    """What was waited for did not come; the message shows the person's screen instead."""


class Wire:
    """One HTTP request per call: two threads may use it at the same time."""

    def __init__(self, url: str, settle: Callable[[], None] | None) -> None:
        self._address = urlsplit(url).netloc
        self.settle = settle

    def read(self, name: str, /, **query: Any) -> Any:
        """Raises: `CannotDo`, `NotSeen`, `ValueError` for a request the playground does not understand."""
        given = {key: value for key, value in query.items() if value is not None}
        return _read_answer(*self._ask_to_read(name, urlencode(given)))

    def write(self, name: str, /, **body: Any) -> Any:
        """Raises: as `read`."""
        waits = float(body.get("timeout") or 10)
        given = {key: value for key, value in body.items() if value is not None or key == "value"}
        return _read_answer(*self._ask_to_write(name, json.dumps(given), waits))

    def _ask_to_read(self, name: str, query: str) -> tuple[int, Json]:
        return self._send("GET", f"/playground/{name}?{query}", None, 10)

    def _ask_to_write(self, name: str, body: str, waits: float) -> tuple[int, Json]:
        return self._send("POST", f"/playground/{name}", body, waits)

    def _send(self, verb: str, path: str, body: str | None, waits: float) -> tuple[int, Json]:
        """The status of the answer, and what it says."""
        connection = http.client.HTTPConnection(self._address, timeout=waits + MARGIN_SECONDS)
        try:
            connection.request(verb, path, body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()


def _read_answer(status: int, answer: Json) -> Any:
    if "cannot" in answer:
        raise CannotDo(answer["cannot"])
    if status == 408:
        raise NotSeen(answer["problem"])
    if status != 200:
        raise ValueError(answer.get("problem", answer))
    return answer["value"]


class Driver:
    """The workspace from outside: its people, and everything that is not a person's doing."""

    def __init__(self, url: str, settle: Callable[[], None] | None = None) -> None:
        """`settle` returns once the app has answered everything: a reply that is not there by then will not
        come. Without it, one is waited for for `REPLY_SECONDS`.
        """
        self.url = url.rstrip("/")
        self._wire = Wire(self.url, settle)

    @property
    def state(self) -> Json:
        """Addresses, tokens, teams with their people and channels, as they are now."""
        shown: Json = self._wire.read("state")
        return shown

    def person(self, handle: str, team: str | None = None) -> "PersonDriver":
        return PersonDriver(self._wire, handle.removeprefix("@"), team)

    def move_clock(self, seconds: float) -> None:
        """Forwards only."""
        self._wire.write("move_clock", seconds=seconds)

    @property
    def now(self) -> float:
        """The moved time, in seconds since the epoch."""
        return float(self._wire.read("clock")["now"])

    @property
    def violations(self) -> list[Json]:
        """Everything the app sent that Slack would not show: where, code, problems."""
        return list(self._wire.read("violations"))

    def narrate(self, story: Json) -> None:
        """Shows on the page how far a story is; see `playground.director`."""
        self._wire.write("narrate", story=story)

    def offer_completions(self, completions: list[Json]) -> None:
        """What the page's composer offers after the command: word, what."""
        self._wire.write("offer_completions", completions=completions)

    def next_cue(self, timeout: float = 10) -> Json | None:
        """What somebody asked of the story on the page: id and cue. None when time is up."""
        cue: Json | None = self._wire.write("next_cue", timeout=timeout)
        return cue

    def answer_cue(self, cue: Json, value: Json) -> None:
        self._wire.write("answer_cue", id=cue["id"], value=value)

    def change_channel(self, channel: str, what: str, by: str, team: str | None = None, **more: Any) -> Json:
        """`what`: archive, unarchive, deleted, left (the bot is removed), rename (`name=`), invite
        (`whom=`), create (`is_private=`), offer (to another company), share, unshare, publish (a private
        one), restrict (`code=`, with which it refuses the bot's messages, if any). Returns the channel as the
        API shows it."""
        changed: Json = self._wire.write("change_channel", channel=channel, what=what, by=by, team=team, **more)
        return changed

    def waits_until_idle(self, quiet: float = 0.05, timeout: float = PATIENCE_SECONDS) -> None:
        """No envelope open and no call in flight for `quiet` seconds. Raises: `NotSeen`."""
        self._wire.write("wait_idle", quiet=quiet, timeout=timeout)

    def waits_until_connected(self, n: int = 1, timeout: float = PATIENCE_SECONDS) -> None:
        self._wire.write("wait_connected", n=n, timeout=timeout)


class PersonDriver:
    """One person at their screen."""

    def __init__(self, wire: Wire, handle: str, team: str | None) -> None:
        self.handle = handle
        self.team = team
        self._wire = wire

    def __repr__(self) -> str:
        return f"<@{self.handle}>"

    def conversation(self, where: str) -> str:
        """The id of `#general`, `@duet`. Raises: `CannotDo` for what they do not see."""
        return str(self._read("conversation", where=where))

    @property
    def form(self) -> SeenForm | None:
        """The modal on top of their screen."""
        return self._form(self._read("form"))

    def types(self, text: str, channel: str = "#general") -> SeenReply:
        """A slash command; returns once it was acknowledged or has failed. Raises: `CannotDo`."""
        return SeenReply(self, self._write("type", text=text, where=channel))

    def uses_shortcut(self, name: str) -> SeenReply:
        """One that is everywhere; those of a message are its own. Raises: `CannotDo`."""
        return SeenReply(self, self._write("use_shortcut", name=name))

    def says(self, text: str, channel: str = "#general", thread: str | None = None) -> SeenMessage:
        """A message of their own; `thread`: the `ts` of the message it answers."""
        return SeenMessage(self, self._write("say", text=text, where=channel, thread=thread))

    def reads(self, where: str) -> list[SeenMessage]:
        """Oldest first, with ephemeral ones to this person. Raises: `CannotDo` for what they do not see."""
        return [SeenMessage(self, each) for each in self._read("messages", where=where)]

    def waits_for(
        self,
        text: str,
        where: str = "@duet",
        timeout: float = PATIENCE_SECONDS,
        after: SeenMessage | None = None,
        pinned: bool = False,
    ) -> SeenMessage:
        """The newest message with `text` in it, posted after `after` if that is given; once it is pinned, if
        that matters. Raises: `NotSeen`."""
        later = after.ts if after else None
        query = {"text": text, "where": where, "timeout": timeout, "after": later, "pinned": pinned}
        return SeenMessage(self, self._write("wait_message", **query))

    def waits_for_form(self, title: str = "", timeout: float = PATIENCE_SECONDS) -> SeenForm:
        """The form on top, once its title has `title` in it. Raises: `NotSeen`."""
        return SeenForm(self, self._write("wait_form", title=title, timeout=timeout))

    def _read(self, name: str, /, **query: Any) -> Any:
        return self._wire.read(name, person=self.handle, team=self.team, **query)

    def _write(self, name: str, /, **body: Any) -> Any:
        return self._wire.write(name, person=self.handle, team=self.team, **body)

    def _answered(self, interaction: str) -> Json:
        """What came of an act, once something has, or nothing will."""
        if self._wire.settle is not None:
            self._wire.settle()
        seconds = REPLY_SECONDS if self._wire.settle is None else 0
        answer: Json = self._write("wait_reply", id=interaction, timeout=seconds)
        return answer

    def _form(self, shown: Json | None) -> SeenForm | None:
        return SeenForm(self, shown) if shown else None
