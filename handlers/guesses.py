"""A word that no command knows, and what was probably meant by it (product §2.11)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import dropwhile
from typing import Final

from sqlmodel import Session

from bot.home.help_views import render_guess
from bot.parsing.folding import fold_text
from bot.projects.drafts import find_stamped_draft, keep_stamped_draft
from bot.register.rules import parse_asset_kind
from bot.register.search import is_only_a_question
from bot.runtime.errors import Refusal
from bot.ui.said_words import asks_own_data, asks_what_waits
from handlers.charter_arguments import PROJECT, drop_project_words
from handlers.decoding import read_id
from handlers.features import Args, Command, ProjectCommand
from handlers.grammar import (
    Token,
    find_begun_name,
    find_command_name,
    find_nearest_name,
    join_tokens,
    read_project_number,
)
from handlers.requests import Reply, Request, TypedCommand
from handlers.settings_arguments import NAMES, read_typed_setting

KEPT: Final = timedelta(minutes=30)
MAY_BE_VERBS: Final = 8
"""Words in which one that ends something, or a mistyped one, is looked for: names have hardly more."""
TAKES_SENTENCES: Final = frozenset({"who", "ask", "blocker", "list", "away", "settings", "export"})
"""Commands that read more than names, verbs and what is in quotes."""
RUN: Final = "guess.run"  # action id

WORDS_OF_OTHER_TOOLS: Final[Mapping[str, str]] = {
    word: name
    for name, words in {
        "edit": "extend przedluz wydluz lead leads lider liderzy leader",
        "new": "start make begin draft stworz zaloz zrob zacznij rozpocznij",
        "own": "handover transfer assign give data decision przypisz przydziel przekaz dane decyzja",
        "show": "status info view open charter brief summary stan podglad otworz umowa podsumowanie przeglad",
        "sign": "send submit approve vote decline reject talk wyslij zatwierdz zaakceptuj odmow odrzuc rozmowa",
        "withdraw": "delete remove abort stop usun skasuj kasuj",
        "close": "complete skoncz skonczyc konczymy konczyc zakonczyc zamykamy",
        "checkin": "standup daily update schedule times time hours plan grafik godziny godzina",
        "milestone": "task todo deadline deadlines date dates done due zadanie termin terminy terminarz gotowe"
        " zrobione",
        "team": "odchodze rezygnuje quit resign invite join add zapros dodaj",
        "away": "leave ooo holiday holidays swieto swieta jestem wrocilem wrocilam",
        "ask": "need potrzebuje",
        "export": "excel xlsx calendar kalendarz file plik",
        "blocker": "issue problem risk impediment ryzyko",
        "settings": "succession successor steward nastepca opiekun forget gdpr privacy zapomnij rodo"
        " prywatnosc language english polish jezyk polski angielski currency waluta"
        " country kraj timezone strefa reminders przypomnienia",
        "spend": "invoice faktura",
        "who": "owner owns responsible odpowiada side work strona strone pracuje",
        "help": "hello hi how what co commands undo reset czesc jak polecenia cofnij",
    }.items()
    for word in words.split()
}
"""Folded words, of all languages, that stand for a command elsewhere."""


_ARTICLES: Final = frozenset({"a", "an", "the"})


def _list_words(words: str) -> frozenset[str]:
    return frozenset(words.split())


ERASING: Final = _list_words("delete remove erase forget wipe purge usun skasuj kasuj wymaz zapomnij wyczysc")
MYSELF: Final = _list_words("me my mine myself mnie mi moje moj moja moich mojego swoje swoich siebie")
OWN_DATA: Final = MYSELF | _list_words(
    "data personal account profile all about dane danych osobowe osobowych konto profil wszystko wszystkie o"
)
"""What a wish about one's own data is made of, beside what is to be done with it; folded, as the two above."""
_ADDING: Final = _list_words("add create dodaj dodac utworz utworzyc zalozyc stworzyc")
OWN_SIDE: Final = {
    **dict.fromkeys(("side", "work"), "me"),
    **dict.fromkeys(("strona", "strone", "pracuje"), "ja"),
}
"""What people type of their own side, folded → themselves in that language: there it is put right."""
_OPENING: Final = _list_words(
    "i want wanna would like to i'd we please can could may you me us let's lets how do does"
    " chce chcialbym chcialabym chcemy prosze czy moge mozesz mozna jak"
)
"""With which a whole sentence begins, before the word that says what is wanted; folded."""


@dataclass(frozen=True)
class Guess:
    name: str  # of the command
    args: Args
    is_about_own_data: bool = False
    is_of_sentence: bool = False


def guess_command(
    word: str, rest: Args, commands: Mapping[str, Command | ProjectCommand], names: Mapping[str, str]
) -> Guess | None:
    """What was probably meant by a `word` that no command knows and by what follows it.

    `names`: folded words → the command of that name. Whoever wants to be forgotten ends no project, and a verb
    before a command's name is that command's: `add milestone "Pilot"`.
    """
    said = frozenset(map(_fold_token, rest))
    words = (Token("word", word), *rest)
    if rest and asks_what_waits(join_tokens(words)):
        return Guess("home", ())
    if said <= OWN_DATA and fold_text(word) in MYSELF:
        return Guess("export", words)
    if (said and said <= OWN_DATA and fold_text(word) in ERASING) or asks_own_data(join_tokens(words)):
        return Guess("settings", (), is_about_own_data=True)
    if fold_text(word) in NAMES and read_typed_setting(words) is not None:
        return Guess("settings", words)
    if rest and fold_text(word) in _ADDING and _fold_token(rest[0]) in PROJECT:
        return Guess("new", drop_project_words(rest))
    if (called := _find_named_command(word, rest, commands, names)) is not None:
        verbs = _list_verbs(commands[called])
        own = rest[1:] if fold_text(word) in PROJECT else _put_verb_in_place(word, rest[1:], verbs)
        return Guess(called, own)
    if (wish := _find_wish(words, commands, names)) is not None:
        return wish
    name = guess_command_name(word, names)
    return None if name is None else Guess(name, _keep_what_fits(commands[name], word, rest))


def _find_wish(
    words: Args, commands: Mapping[str, Command | ProjectCommand], names: Mapping[str, str]
) -> Guess | None:
    """What is meant by a whole sentence, as in `I want to start a project`; None if nothing opens one."""
    *most, last = words
    sentence = (*most, replace(last, text=last.text.rstrip("?!.")))
    wish = tuple(dropwhile(lambda each: _fold_token(each) in _OPENING, sentence))
    if not wish or wish == sentence or wish[0].kind != "word":
        return None
    name = find_command_name(wish[0].text, names)
    what = tuple(dropwhile(lambda each: _fold_token(each) in _ARTICLES, wish[1:]))
    found = guess_command(wish[0].text, what, commands, names) if name is None else Guess(name, wish[1:])
    if found is None:
        return None
    return replace(found, args=_keep_marked_words(commands[found.name], found.args), is_of_sentence=True)


def _keep_marked_words(command: Command | ProjectCommand, args: Args) -> Args:
    """Of a sentence: what the command does, whom and what that is about, and which project."""
    if command.name == "new":
        return drop_project_words(args)
    if command.name in TAKES_SENTENCES:
        return args
    verbs = _list_verbs(command)
    return tuple(each for each in args if _is_marked(each) or fold_text(each.text) in verbs)


def _is_marked(token: Token) -> bool:
    return token.kind != "word" or read_project_number(token) is not None


def _keep_what_fits(command: Command | ProjectCommand, word: str, rest: Args) -> Args:
    """What its command reads of what was typed after the `word`; with the word, where that says what to do."""
    match command.name:
        case "edit" | "close":  # what is to be changed, or why, is said there
            return tuple(each for each in rest if read_project_number(each) is not None)
        case "help":
            return ()
        case "new":
            return drop_project_words(rest)
        case "who" if fold_text(word) in OWN_SIDE:
            return (Token("word", OWN_SIDE[fold_text(word)]),)
        case "who":
            return tuple(dropwhile(lambda each: is_only_a_question(each.text), rest))
        case "settings" if read_typed_setting((Token("word", word), *rest)) is not None:  # `polish`
            return (Token("word", word), *rest)
        case "own" if rest and parse_asset_kind(word) is not None:
            return _put_word_in_place(word, rest)
    return _put_word_in_place(word, rest) if fold_text(word) in _list_verbs(command) else rest


def _find_named_command(
    word: str, rest: Args, commands: Mapping[str, Command | ProjectCommand], names: Mapping[str, str]
) -> str | None:
    """The command whose name follows the `word`; declined, too, after a verb of its own or one that deletes."""
    if not rest or rest[0].kind != "word" or _fold_token(rest[0]) in PROJECT:
        return None
    called = rest[0].text
    if (name := find_command_name(called, names)) is not None:
        return name
    nearest = find_nearest_name(called, names)
    if nearest is None:
        return None
    verbs = ERASING.union(_list_verbs(commands[names[nearest]]))
    return names[nearest] if fold_text(word) in verbs else None


def _fold_token(token: Token) -> str:
    return fold_text(token.text) if token.kind == "word" else token.text


def _list_verbs(command: Command | ProjectCommand) -> Iterable[str]:
    return command.verbs if isinstance(command, ProjectCommand) else ()


def _put_verb_in_place(word: str, rest: Args, verbs: Iterable[str]) -> Args:
    """A verb that the command does not know goes with its words."""
    return _put_word_in_place(word, rest) if fold_text(word) in verbs else ()


def _put_word_in_place(word: str, rest: Args) -> Args:
    """Behind the project's key, where one follows."""
    at = 1 if rest and read_project_number(rest[0]) is not None else 0
    return (*rest[:at], Token("word", word), *rest[at:])


def guess_command_name(word: str, names: Mapping[str, str]) -> str | None:
    """The command that was probably meant, by its own name. `names`: folded words → their command."""
    elsewhere = WORDS_OF_OTHER_TOOLS.get(fold_text(word))
    if elsewhere in names.values():
        return elsewhere
    nearest = find_begun_name(word, names) or find_nearest_name(word, {**names, **WORDS_OF_OTHER_TOOLS})
    meant = None if nearest is None else names.get(nearest, WORDS_OF_OTHER_TOOLS.get(nearest))
    return meant if meant in names.values() else None


def propose_guess(
    request: Request,
    session: Session,
    command: Command | ProjectCommand,
    args: Args,
    word: str,
    *,
    is_about_own_data: bool = False,
    is_of_sentence: bool = False,
) -> Reply:
    """One line for the `word` that was not known, with a button that runs `command` with all of `args`.

    What deletes or ends something is never run from a guess: it is only said how it is typed. Whoever meant their
    own data reads as well how it is forgotten.
    """
    typed = TypedCommand(command.name, args, is_runnable=not ends_something(command, args))
    meant = f"{request.t.plain(f'help.{command.name}.word')} {typed.typed}".rstrip()
    stamp = None
    if typed.is_runnable:
        kept = (Token("word", command.name), *args)
        stamp = keep_stamped_draft(session, actor=request.actor, name=RUN, values=kept, now=request.now)
    more = request.t("settings.my_data") if is_about_own_data else None
    unknown = None if is_of_sentence else word
    return Reply(render_guess(request.t, word=unknown, meant=meant, stamp=stamp, more=more))


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
