"""A word that no command knows, and what was probably meant by it (product §2.11)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from sqlmodel import Session

from bot.home.help_views import render_guess
from bot.parsing.folding import fold_text
from bot.projects.drafts import find_stamped_draft, keep_stamped_draft
from bot.runtime.errors import Refusal
from handlers.decoding import read_id
from handlers.features import Args, Command, ProjectCommand
from handlers.grammar import Token, find_nearest_name
from handlers.requests import Reply, Request, TypedCommand

KEPT: Final = timedelta(minutes=30)
MAY_BE_VERBS: Final = 8
"""Words in which one that ends something, or a mistyped one, is looked for: names have hardly more."""
RUN: Final = "guess.run"  # action id

WORDS_OF_OTHER_TOOLS: Final[Mapping[str, str]] = {
    word: name
    for name, words in {
        "new": "make begin draft stworz zaloz zrob",
        "own": "assign give przypisz przydziel przekaz",
        "show": "status info view open stan podglad otworz",
        "sign": "send submit approve vote wyslij zatwierdz zaakceptuj",
        "withdraw": "delete remove abort usun skasuj kasuj",
        "close": "finish complete end zakoncz skoncz koniec",
        "checkin": "standup daily update report raport",
        "milestone": "task todo deadline done due zadanie termin gotowe zrobione",
        "team": "invite join add zapros dodaj",
        "away": "leave ooo urlop wolne",
        "ask": "request need popros potrzebuje",
        "blocker": "issue problem risk impediment ryzyko",
        "settings": "forget gdpr privacy zapomnij rodo prywatnosc",
        "who": "owner owns responsible wlasciciel odpowiada",
        "help": "hello hi how commands czesc jak polecenia",
    }.items()
    for word in words.split()
}
"""Folded words, of all languages, that stand for a command elsewhere."""


def guess_command_name(word: str, names: Mapping[str, str]) -> str | None:
    """The command that was probably meant, by its own name. `names`: folded words → their command."""
    elsewhere = WORDS_OF_OTHER_TOOLS.get(fold_text(word))
    if elsewhere in names.values():
        return elsewhere
    nearest = find_nearest_name(word, {**names, **WORDS_OF_OTHER_TOOLS})
    meant = None if nearest is None else names.get(nearest, WORDS_OF_OTHER_TOOLS.get(nearest))
    return meant if meant in names.values() else None


def propose_guess(
    request: Request, session: Session, command: Command | ProjectCommand, args: Args, word: str
) -> Reply:
    """One line for the `word` that was not known, with a button that runs `command` with all of `args`.

    What deletes or ends something is never run from a guess: it is only said how it is typed.
    """
    typed = TypedCommand(command.name, args, is_runnable=not ends_something(command, args))
    meant = f"{request.t.plain(f'help.{command.name}.word')} {typed.typed}".rstrip()
    stamp = None
    if typed.is_runnable:
        kept = (Token("word", command.name), *args)
        stamp = keep_stamped_draft(session, actor=request.actor, name=RUN, values=kept, now=request.now)
    return Reply(render_guess(request.t, word=word, meant=meant, stamp=stamp))


def find_guess(request: Request, session: Session) -> tuple[str, Args]:
    """The command that the clicked button runs, by name, and its arguments. Raises: Refusal after half an hour."""
    stamp = read_id(request.value)
    since = request.now - KEPT
    kept = find_stamped_draft(session, actor=request.actor, name=RUN, stamp=stamp, of=Args, since=since)
    if not kept:
        raise Refusal("error.guess_too_old")
    return kept[0].text, kept[1:]


def ends_something(command: Command | ProjectCommand, args: Args) -> bool:
    """Whether it deletes or ends something, as far as its words tell."""
    words = {command.name, *(fold_text(token.text) for token in args[:MAY_BE_VERBS] if token.kind == "word")}
    return not words.isdisjoint(command.ending_words)
