"""What a person has before their eyes: messages, forms, replies. Snapshots; acting on one returns the next."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

Json = dict[str, Any]


class Hands(Protocol):
    """The person whose view it is."""

    def _read(self, name: str, /, **query: Any) -> Any: ...
    def _write(self, name: str, /, **body: Any) -> Any: ...
    def _answered(self, interaction: str) -> Json: ...


@dataclass(frozen=True)
class SeenFile:
    name: str
    title: str
    text: str


class SeenMessage:
    def __init__(self, person: Hands, shown: Json) -> None:
        self._person = person
        self.ts: str = shown["ts"]
        self.channel: str = shown["channel"]  # id
        self.where: str = shown["where"]  # as the person calls it
        self.author: str = shown["author"]
        self.text: str = shown["text"]
        self.notification: str = shown["notification"]  # the fallback, rendered
        self.buttons: list[str] = shown["buttons"]
        self.selects: list[str] = shown["selects"]
        self.ephemeral: bool = shown["ephemeral"]
        self.pinned: bool = shown["pinned"]
        self.edited: bool = shown["edited"]
        self.thread: str | None = shown["thread"]  # ts of the parent
        self.files = [SeenFile(**each) for each in shown["files"]]
        self.deleted_files: int = shown["deleted_files"]

    def __repr__(self) -> str:
        return f"<{self.where} {self.author}: {self.text!r} {self.buttons or ''}>"

    def click(self, label: str, nth: int = 0) -> "SeenReply":
        """A button or an item of an overflow menu; the `nth` of several with that text. Raises: `CannotDo`."""
        clicked = self._person._write("click", channel=self.channel, ts=self.ts, label=label, nth=nth)
        return SeenReply(self._person, clicked)

    def use_shortcut(self, name: str) -> "SeenReply":
        """A shortcut of the message's menu. Raises: `CannotDo`."""
        spot = {"channel": self.channel, "ts": self.ts}
        return SeenReply(self._person, self._person._write("use_shortcut", name=name, **spot))

    def choose(self, label: str, value: Any) -> "SeenReply":
        """A select or picker, by its placeholder. Raises: `CannotDo`."""
        answer = self._person._write("choose", channel=self.channel, ts=self.ts, label=label, value=value)
        return SeenReply(self._person, answer)


class SeenForm:
    """A modal, or Home."""

    def __init__(self, person: Hands, shown: Json) -> None:
        self._person = person
        self.id: str = shown["id"]
        self.title: str = shown["title"]
        self.text: str = shown["text"]
        self.labels: list[str] = shown["labels"]
        self.errors: dict[str, str] = shown["errors"]  # label → text
        self.trouble: str | None = shown["trouble"]  # Slack's own error banner
        self.buttons: list[str] = shown["buttons"]
        self.values: dict[str, Any] = shown["values"]  # label → as shown: option texts, @handles
        self.options: dict[str, list[str]] = shown["options"]
        self.submit_label: str | None = shown["submit"]
        self.close_label: str = shown["close"]
        self.callback_id: str = shown["callback_id"]
        self.private_metadata: str = shown["private_metadata"]
        self.reply: SeenReply | None = None  # of the act that led here

    def __repr__(self) -> str:
        return f"<form {self.title!r} {self.values} {self.errors or ''}>"

    def fill(self, values: Mapping[str, Any]) -> "SeenForm":
        """By label: texts, option texts, "@adam", "#general", ISO dates, "HH:MM"; lists where several can
        be chosen; None empties. Returns the form as it is then. Raises: `CannotDo`."""
        form = self
        for label, value in values.items():
            shown = self._person._write("fill", view=form.id, label=label, value=value)
            if shown is None:
                raise AssertionError(f"the form closed when {label!r} was filled")
            form = SeenForm(self._person, shown)
        return form

    def submit(self) -> "SeenForm | None":
        """The form then on top, None if all are closed. Raises: `CannotDo` while it is incomplete."""
        return self._after(self._person._write("submit", view=self.id))

    def close(self) -> "SeenForm | None":
        return self._after(self._person._write("close", view=self.id))

    def click(self, label: str) -> "SeenForm | None":
        """A button in the form."""
        return self._after(self._person._write("press", view=self.id, label=label))

    def _after(self, answer: Json) -> "SeenForm | None":
        if not answer["form"]:
            return None
        form = SeenForm(self._person, answer["form"])
        form.reply = SeenReply(self._person, answer)
        return form


class SeenReply:
    """What came of a command or a click. `messages` and `text` wait a moment if nothing has come yet: an
    app may answer through its response URL after it has acknowledged."""

    def __init__(self, person: Hands, answer: Json) -> None:
        self._person = person
        self._answer = answer
        self.ok: bool = answer["ok"]  # acknowledged in time, with something that could be shown
        self.error: str | None = answer["error"]  # in Slack's words

    def __repr__(self) -> str:
        return f"<reply {'ok' if self.ok else self.error}: {self.text!r}>"

    @property
    def messages(self) -> list[SeenMessage]:
        if not (self._answer["replies"] or self._answer["views"] or self.error):
            self._answer = self._person._answered(self._answer["id"])
        return [SeenMessage(self._person, each) for each in self._answer["replies"]]

    @property
    def text(self) -> str:
        """All replies, or Slack's error, as the person reads them; "" if there is none."""
        return self.error or "\n".join(each.text for each in self.messages)

    @property
    def buttons(self) -> list[str]:
        return [label for each in self.messages for label in each.buttons]

    @property
    def form(self) -> SeenForm | None:
        """The form on top right after the acknowledgement."""
        shown = self._answer["form"]
        return SeenForm(self._person, shown) if shown else None

    def click(self, label: str) -> "SeenReply":
        """A button of the newest reply that has it. Raises: `CannotDo`."""
        messages = self.messages
        chosen = [each for each in messages if label in each.buttons] or messages
        if not chosen:
            raise AssertionError(f"there is no reply with a button {label!r}")
        return chosen[-1].click(label)
