"""What a handler is given and gives back. Bolt, `ack` and the Web API stay in `handlers/bolt_adapter.py`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from pydantic import TypeAdapter
from sqlmodel import Session

from bot.people.rules import Actor
from bot.ui.blocks import Block, Message, View
from bot.ui.components import notice_modal, render_section_message
from bot.ui.mrkdwn import Mrkdwn
from bot.ui.texts import Texts
from handlers.grammar import Token, join_tokens
from handlers.source_messages import SourceMessage


@dataclass(frozen=True)
class Request:
    actor: Actor
    t: Texts  # in the actor's language and zone
    now: datetime
    channel_id: str | None = None
    args: tuple[Token, ...] = ()  # of a command, after the subcommand
    value: str = ""  # of a button: ids and versions only
    values: Mapping[str, str | None] = field(default_factory=dict)  # of a form, by block id
    meta: str = ""  # of a form: ids and versions only
    source: SourceMessage | None = None  # on which a shortcut is used
    other_languages: Sequence[str] = ()  # that the person may prefer, as long as theirs is a guess

    @property
    def words(self) -> str:
        """The arguments as they were typed, mentions by name."""
        return join_tokens(self.args)


@dataclass(frozen=True)
class Reply:
    """At most one of these; nothing: the request was taken note of, and a form closes."""

    message: Message | None = None  # seen by the actor only
    replaces: bool = False  # the message stands where the clicked one stood (it must be the actor's own)
    opens: View | None = None  # a form, on top of what is open
    shows: View | None = None  # in place of the form that was sent or clicked in
    errors: Mapping[str, str] = field(default_factory=dict)  # of the form that was sent, by block id
    refuses: bool = False  # the message says what did not happen: a form stays open below it
    follows: bool = False  # the form that opens comes after what was done, which counts without it

    @property
    def is_last_word(self) -> bool:
        """Whether nothing is left to be put right or filled in, in the form it came from or in another."""
        return not self.errors and not self.refuses and self.opens is None

    @property
    def view(self) -> View | None:
        """What is to be shown in a window."""
        return self.opens or self.shows

    @property
    def shows_form(self) -> bool:
        """Whether what takes the form's place can be sent in turn."""
        return self.shows is not None and "submit" in self.shows


KEPT_REPLY: Final = TypeAdapter(Reply)


def reply_with_text(text: Mrkdwn) -> Reply:
    """A reply of one section."""
    return Reply(render_section_message(text))


def reply_with_notice(t: Texts, title: str, said: Iterable[Mrkdwn | Block], **facts: str) -> Reply:
    """A window in place of the form; `title` is a text's key, and `facts` are its facts."""
    return Reply(shows=notice_modal(t, t.plain(title, **facts), said))


@dataclass(frozen=True)
class ReplyOutcome:
    """A reply, and whether what was asked for has been done: now, or when it was asked for the first time."""

    reply: Reply
    is_done: bool = False


Handler = Callable[[Request, Session], Reply]


@dataclass(frozen=True)
class TypedCommand:
    """A command by its name, with its own words: whoever else runs it names the project."""

    name: str
    args: tuple[Token, ...]
    is_runnable: bool  # by whoever has not typed it: it neither deletes nor ends anything

    @property
    def typed(self) -> str:
        """The words as they are typed, with their quotes."""
        return join_tokens(
            replace(token, text=f'"{token.text}"') if token.kind == "quoted" else token for token in self.args
        )


@dataclass(frozen=True)
class Route:
    """`reads`: changes nothing, and runs on the reader, beside whoever is writing."""

    run: Handler
    reads: bool = False
    is_confidential: bool = False  # neither the log nor a kept reply says who asked for it, or for what
    language: str | None = None  # of the word that was typed, where it is a sign of one (product §15)
    command: TypedCommand | None = None  # that it runs, with the words that were typed
