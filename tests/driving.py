"""The playground's driver with what only tests do: faults, forgeries, and what nobody does in a story.

What people typed and filled in is kept, for the tests that look for it in logs and on screens.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from playground import driver
from playground.driver import PATIENCE_SECONDS, CannotDo, Json, NotSeen, SeenForm, SeenMessage, SeenReply, Wire

__all__ = [
    "PATIENCE_SECONDS",
    "WRITTEN",
    "CannotDo",
    "Driver",
    "NotSeen",
    "PersonDriver",
    "SeenForm",
    "SeenMessage",
    "SeenReply",
    "collect_written",
]

WRITTEN: set[str] = set()  # of this process; a command also without its first word


@contextmanager
def collect_written() -> Iterator[set[str]]:
    """Gathers what is written meanwhile, also what had been written before; in the end `WRITTEN` has it all."""
    before, written = {*WRITTEN}, set[str]()
    WRITTEN.clear()
    try:
        yield written
    finally:
        written |= WRITTEN
        WRITTEN.update(before)


class RecordingWire(Wire):
    def write(self, name: str, /, **body: Any) -> Any:
        if name == "say":
            WRITTEN.add(body["text"])
        elif name == "type":
            WRITTEN.update((body["text"], body["text"].partition(" ")[2]))
        elif name == "fill":
            several = isinstance(body["value"], list | tuple)
            WRITTEN.update(
                each for each in (body["value"] if several else [body["value"]]) if isinstance(each, str)
            )
        WRITTEN.discard("")
        return super().write(name, **body)


class Driver(driver.Driver):
    def __init__(self, url: str, settle: Callable[[], None] | None = None) -> None:
        super().__init__(url, settle)
        self._wire = RecordingWire(self.url, settle)

    def person(self, handle: str, team: str | None = None) -> "PersonDriver":
        return PersonDriver(self._wire, handle.removeprefix("@"), team)

    def move_clock(self, seconds: float = 0, *, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        super().move_clock(seconds + 60 * minutes + 3600 * hours + 86_400 * days)

    def fault(self, kind: str, methods: str | list[str] = "*", **settings: Any) -> None:
        """`fault("reset", "chat.postMessage", times=1, commit=True)`; see `playground.faults.Fault`."""
        self._wire.write("add_fault", kind=kind, methods=methods, **settings)

    def clear_faults(self) -> None:
        self._wire.write("clear_faults")

    def calls(self, method: str | None = None) -> list[Json]:
        """Web API calls, oldest first: method, team, arguments, answer, began, seconds, fault."""
        return list(self._wire.read("calls", method=method))

    def waits_for_calls(self, method: str, n: int = 1, timeout: float = PATIENCE_SECONDS) -> list[Json]:
        """All calls of a method, once there are `n`. Raises: `NotSeen`."""
        return list(self._wire.write("wait_call", method=method, n=n, timeout=timeout))

    def messages(self, channel: str, team: str | None = None) -> list[Json]:
        """A conversation (by id, or a channel by name) as it is stored, ephemeral messages left out."""
        return list(self._wire.read("stored", channel=channel, team=team))

    def clear_violations(self) -> None:
        self._wire.write("clear_violations")

    def kill_sockets(self, how: str = "close") -> None:
        """`close` (by close frame), `fin`, `rst`; `warning` only warns, `refresh` is Slack's own way."""
        self._wire.write("kill_sockets", kill=how)

    def sends_to(self, url: str | None, timeout: float = PATIENCE_SECONDS) -> None:
        """From now on payloads are posted there; None: they go by Socket Mode. Raises: `CannotDo` if nobody
        answers there as Slack wants it, in `timeout` seconds.
        """
        self._wire.write("set_request_url", value=url, timeout=timeout)

    def change_person(self, handle: str, team: str | None = None, **changes: Any) -> None:
        """`change_person("adam", deleted=True)`; the app gets `user_change`."""
        self._wire.write("change_person", person=handle, team=team, changes=changes)

    def team_setting(self, team: str | None = None, **settings: bool) -> None:
        """`restricted_action`, `kick_restricted`, `messages_tab_disabled`."""
        self._wire.write("change_team", team=team, settings=settings)

    def uninstalls(self, team: str | None = None) -> None:
        """The workspace removes the app: `app_uninstalled` and `tokens_revoked`."""
        self._wire.write("remove_app", how="uninstalled", team=team)

    def revokes_tokens(self, team: str | None = None) -> None:
        self._wire.write("remove_app", how="tokens", team=team)

    def installs_again(self, team: str | None = None) -> str:
        """After either of these: the new token of the bot, as somebody would copy it into its settings."""
        token: str = self._wire.write("install_app", team=team)
        return token

    def sends_event(
        self, event: Json, team: str | None = None, *, twice: bool = False, sent_by: str | None = None
    ) -> None:
        """Any other event; dropped if the manifest does not subscribe to its type. `twice`: with the same id,
        as if the first acknowledgement had been lost. `sent_by`: the other team of a shared channel."""
        self._wire.write("send_event", event=event, team=team, twice=twice, sent_by=sent_by)

    def waits_until_asked(self, timeout: float = PATIENCE_SECONDS) -> None:
        """The app has a payload that it has not acknowledged yet. Raises: `NotSeen`."""
        self._wire.write("wait_asked", timeout=timeout)


class PersonDriver(driver.PersonDriver):
    def beside(self, handle: str) -> "PersonDriver":
        """Somebody else of the same workspace."""
        return PersonDriver(self._wire, handle.removeprefix("@"), self.team)

    @property
    def id(self) -> str:
        return str(self._read("person")["id"])

    @property
    def name(self) -> str:
        """As a mention of them is shown."""
        return str(self._read("person")["real_name"])

    @property
    def channels(self) -> list[str]:
        """`#general`, `@duet`, `@adam,@duet`: what they see in the sidebar or could join."""
        return list(self._read("channels"))

    @property
    def home(self) -> SeenForm | None:
        """The app's Home tab, None before it was first published."""
        return self._form(self._read("home"))

    def opens_home(self) -> None:
        """Sends `app_home_opened`; what is shown then is in `home`."""
        self._write("open_home")

    def forges(
        self,
        kind: str,
        overrides: Mapping[str, Any] | None = None,
        *,
        message: SeenMessage | None = None,
        button: str | None = None,
        where: str | None = None,
    ) -> SeenReply:
        """Sends a payload that no client would: `kind` is slash_command, block_actions, message_action,
        shortcut, view_submission or view_closed. It starts from `button` on `message`, or on the open form,
        or from something made up; `overrides` is laid over it, lists of equal length item by item."""
        spot = {"channel": message.channel, "ts": message.ts} if message else {}
        answer = self._write("forge", kind=kind, overrides=dict(overrides or {}), label=button, where=where, **spot)
        return SeenReply(self, answer)

    def repeats(self) -> SeenReply:
        """Their last payload once more: the same trigger id, another envelope."""
        return SeenReply(self, self._write("repeat"))
