"""Acting as people do, from synchronous tests: type, click, fill, read. Over the control API, so that the
playground may run in this process or another."""

import http.client
import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from playground.driver_views import SeenForm, SeenMessage, SeenReply
from playground.errors import CannotDo

__all__ = ["CannotDo", "Driver", "NotSeen", "PersonDriver", "SeenForm", "SeenMessage", "SeenReply", "Wire"]

Json = dict[str, Any]
REPLY_SECONDS = 2.0
MARGIN_SECONDS = 15  # of an HTTP request over the wait it asks for


class NotSeen(AssertionError):
    """What was waited for did not come; the message shows the person's screen instead."""


class Wire:
    """One HTTP request per call: two threads may use it at the same time."""

    def __init__(self, url: str, settle: Callable[[], None] | None) -> None:
        self._address = urlsplit(url).netloc
        self.settle = settle

    def read(self, name: str, /, **query: Any) -> Any:
        given = {key: value for key, value in query.items() if value is not None}
        return self._ask("GET", f"/playground/{name}?{urlencode(given)}", None, 10)

    def write(self, name: str, /, **body: Any) -> Any:
        waits = float(body.get("timeout") or 10)
        given = {key: value for key, value in body.items() if value is not None or key == "value"}
        return self._ask("POST", f"/playground/{name}", json.dumps(given), waits)

    def _ask(self, verb: str, path: str, body: str | None, waits: float) -> Any:
        """Raises: `CannotDo`, `NotSeen`, `ValueError` for a request the playground does not understand."""
        connection = http.client.HTTPConnection(self._address, timeout=waits + MARGIN_SECONDS)
        try:
            connection.request(verb, path, body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            answer = json.loads(response.read())
        finally:
            connection.close()
        if "cannot" in answer:
            raise CannotDo(answer["cannot"])
        if response.status == 408:
            raise NotSeen(answer["problem"])
        if response.status != 200:
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

    def move_clock(self, seconds: float = 0, *, minutes: float = 0, hours: float = 0, days: float = 0) -> float:
        """Forwards only. Returns the offset in seconds."""
        total = seconds + 60 * minutes + 3600 * hours + 86_400 * days
        return float(self._wire.write("move_clock", seconds=total)["offset_seconds"])

    @property
    def now(self) -> float:
        """The moved time, in seconds since the epoch."""
        return float(self._wire.read("clock")["now"])

    def fault(self, kind: str, methods: str | list[str] = "*", **settings: Any) -> None:
        """`fault("reset", "chat.postMessage", times=1, commit=True)`; see `playground.faults.Fault`."""
        self._wire.write("fault", kind=kind, methods=methods, **settings)

    def clear_faults(self) -> None:
        self._wire.write("clear_faults")

    def calls(self, method: str | None = None) -> list[Json]:
        """Web API calls, oldest first: method, team, arguments, answer, began, seconds, fault."""
        return list(self._wire.read("calls", method=method))

    def waits_for_calls(self, method: str, n: int = 1, timeout: float = 10) -> list[Json]:
        """All calls of a method, once there are `n`. Raises: `NotSeen`."""
        return list(self._wire.write("wait_call", method=method, n=n, timeout=timeout))

    def messages(self, channel: str, team: str | None = None) -> list[Json]:
        """A conversation (by id, or a channel by name) as it is stored, ephemeral messages left out."""
        return list(self._wire.read("stored", channel=channel, team=team))

    @property
    def violations(self) -> list[Json]:
        """Everything the app sent that Slack would not show: where, code, problems."""
        return list(self._wire.read("violations"))

    def clear_violations(self) -> None:
        self._wire.write("clear_violations")

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

    def kill_sockets(self, how: str = "close") -> None:
        """`close` (by close frame), `fin`, `rst`; `warning` only warns, `refresh` is Slack's own way."""
        self._wire.write("sockets", kill=how)

    def sends_to(self, url: str | None, timeout: float = 10) -> None:
        """From now on payloads are posted there; None: they go by Socket Mode. Raises: `CannotDo` if nobody
        answers there as Slack wants it, in `timeout` seconds.
        """
        self._wire.write("sends_to", value=url, timeout=timeout)

    def change_person(self, handle: str, team: str | None = None, **changes: Any) -> None:
        """`change_person("adam", deleted=True)`; the app gets `user_change`."""
        self._wire.write("change_person", person=handle, team=team, changes=changes)

    def change_channel(self, channel: str, what: str, by: str, team: str | None = None, **more: Any) -> Json:
        """`what`: archive, unarchive, deleted, left (the bot is removed), rename (`name=`), invite
        (`whom=`), create (`is_private=`), offer (to another company), share, unshare, publish (a private
        one), restrict (`code=`, with which it refuses the bot's messages, if any). Returns the channel as the
        API shows it."""
        changed: Json = self._wire.write("change_channel", channel=channel, what=what, by=by, team=team, **more)
        return changed

    def team_setting(self, team: str | None = None, **settings: bool) -> None:
        """`restricted_action`, `kick_restricted`, `messages_tab_disabled`."""
        self._wire.write("team_setting", team=team, settings=settings)

    def uninstalls(self, team: str | None = None) -> None:
        """The workspace removes the app: `app_uninstalled` and `tokens_revoked`."""
        self._wire.write("leave", how="uninstalled", team=team)

    def revokes_tokens(self, team: str | None = None) -> None:
        self._wire.write("leave", how="tokens", team=team)

    def installs_again(self, team: str | None = None) -> str:
        """After either of these: the new token of the bot, as somebody would copy it into its settings."""
        token: str = self._wire.write("return", team=team)
        return token

    def sends_event(
        self, event: Json, team: str | None = None, *, twice: bool = False, sent_by: str | None = None
    ) -> None:
        """Any other event; dropped if the manifest does not subscribe to its type. `twice`: with the same id,
        as if the first acknowledgement had been lost. `sent_by`: the other team of a shared channel."""
        self._wire.write("event", event=event, team=team, twice=twice, sent_by=sent_by)

    def waits_until_idle(self, quiet: float = 0.05, timeout: float = 10) -> None:
        """No envelope open and no call in flight for `quiet` seconds. Raises: `NotSeen`."""
        self._wire.write("wait_idle", quiet=quiet, timeout=timeout)

    def waits_until_asked(self, timeout: float = 10) -> None:
        """The app has a payload that it has not acknowledged yet. Raises: `NotSeen`."""
        self._wire.write("wait_asked", timeout=timeout)

    def waits_until_connected(self, n: int = 1, timeout: float = 10) -> None:
        self._wire.write("wait_connected", n=n, timeout=timeout)


class PersonDriver:
    """One person at their screen."""

    def __init__(self, wire: Wire, handle: str, team: str | None) -> None:
        self.handle = handle
        self.team = team
        self._wire = wire

    def __repr__(self) -> str:
        return f"<@{self.handle}>"

    def beside(self, handle: str) -> "PersonDriver":
        """Somebody else of the same workspace."""
        return PersonDriver(self._wire, handle.removeprefix("@"), self.team)

    @property
    def id(self) -> str:
        return str(self._read("person")["id"])

    @property
    def channels(self) -> list[str]:
        """`#general`, `@duet`, `@adam,@duet`: what they see in the sidebar or could join."""
        return list(self._read("channels"))

    def conversation(self, where: str) -> str:
        """The id of `#general`, `@duet`. Raises: `CannotDo` for what they do not see."""
        return str(self._read("conversation", where=where))

    @property
    def form(self) -> SeenForm | None:
        """The modal on top of their screen."""
        return self._form(self._read("form"))

    @property
    def home(self) -> SeenForm | None:
        """The app's Home tab, None before it was first published."""
        return self._form(self._read("home"))

    def opens_home(self) -> None:
        """Sends `app_home_opened`; what is shown then is in `home`."""
        self._write("open_home")

    def types(self, text: str, channel: str = "#general") -> SeenReply:
        """A slash command; returns once it was acknowledged or has failed. Raises: `CannotDo`."""
        return SeenReply(self, self._write("type", text=text, where=channel))

    def says(self, text: str, channel: str = "#general") -> SeenMessage:
        """A message of their own."""
        return SeenMessage(self, self._write("say", text=text, where=channel))

    def reads(self, where: str) -> list[SeenMessage]:
        """Oldest first, with ephemeral ones to this person. Raises: `CannotDo` for what they do not see."""
        return [SeenMessage(self, each) for each in self._read("messages", where=where)]

    def waits_for(
        self,
        text: str,
        where: str = "@duet",
        timeout: float = 10,
        after: SeenMessage | None = None,
        pinned: bool = False,
    ) -> SeenMessage:
        """The newest message with `text` in it, posted after `after` if that is given; once it is pinned, if
        that matters. Raises: `NotSeen`."""
        later = after.ts if after else None
        query = {"text": text, "where": where, "timeout": timeout, "after": later, "pinned": pinned}
        return SeenMessage(self, self._write("wait_message", **query))

    def waits_for_form(self, title: str = "", timeout: float = 10) -> SeenForm:
        """The form on top, once its title has `title` in it. Raises: `NotSeen`."""
        return SeenForm(self, self._write("wait_form", title=title, timeout=timeout))

    def forges(
        self,
        kind: str,
        overrides: Mapping[str, Any] | None = None,
        *,
        message: SeenMessage | None = None,
        button: str | None = None,
        where: str | None = None,
    ) -> SeenReply:
        """Sends a payload that no client would: `kind` is slash_command, block_actions, view_submission or
        view_closed. It starts from `button` on `message`, or on the open form, or from something made up;
        `overrides` is laid over it, lists of equal length item by item."""
        spot = {"channel": message.channel, "ts": message.ts} if message else {}
        answer = self._write("forge", kind=kind, overrides=dict(overrides or {}), label=button, where=where, **spot)
        return SeenReply(self, answer)

    def repeats(self) -> SeenReply:
        """Their last payload once more: the same trigger id, another envelope."""
        return SeenReply(self, self._write("repeat"))

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
