"""Which function answers: `/duet` by its subcommand, clicks by action id, forms and shortcuts by callback id."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from itertools import takewhile
from typing import Final

from pydantic import TypeAdapter
from sqlmodel import Session

from bot.charter.rules import MAX_NAME
from bot.home.help_views import render_help, render_help_overview, render_unknown_word, words_of_command
from bot.home.tab_views import render_everything
from bot.parsing.folding import fold_text
from bot.people.rules import Actor, language_of_words
from bot.pleas.rules import Wish
from bot.pleas.service import load_runnable_wish
from bot.projects.drafts import find_stamped_draft, keep_stamped_draft
from bot.projects.service import (
    ProjectContext,
    SeveralProjects,
    build_project_line,
    find_project_by_number,
    infer_projects,
    list_my_projects,
)
from bot.projects.views import render_project_picker
from bot.runtime.errors import NoProjectTyped, NotAllowed, NotFound, ProjectNotFound, Refusal
from bot.ui.languages import DEFAULT_LANGUAGE, list_languages
from bot.ui.said_words import asks_own_data
from bot.ui.texts import Term, Texts
from handlers.charter_arguments import PROJECT
from handlers.decoding import read_id, read_id_pair
from handlers.features import Args, Command, Feature, Parts, ProjectCommand, fold_declarations
from handlers.grammar import (
    Token,
    find_command_name,
    find_nearest_name,
    join_tokens,
    read_project_number,
    read_tokens,
    typed_length,
)
from handlers.guesses import (
    MAY_BE_VERBS,
    RUN,
    ends_something,
    find_guess,
    guess_command,
    guess_command_name,
    propose_guess,
)
from handlers.languages import build_language_click_handler
from handlers.pleas import follow_granting, handle_plea_again_click, handle_plea_click, settle_or_carry_plea
from handlers.project_arguments import (
    find_named_project,
    narrow_projects,
    refuse_all_projects,
    run_without_project,
)
from handlers.requests import Handler, Reply, Request, Route, TypedCommand
from storage.projects import Project

START = "home"  # a bare `/duet`
SHOW = "show"  # `/duet D-12`
MAX_TYPED = 2000  # characters after `/duet`, as people see them
ARGS: Final = TypeAdapter(Args)
PICK = "pick"  # action id prefix: `pick.show` goes on with `/duet show` for the clicked project


class Router:
    def __init__(self, features: Sequence[Feature]) -> None:
        help_ = Command("help", self.help, reads=True, everyday=True)
        listed = [command for feature in features for command in feature.commands]
        self.commands = {command.name: command for command in (*listed, help_)}
        self._names = {
            fold_text(word): command.name
            for command in self.commands.values()
            for language in list_languages()
            for word in (command.name, *words_of_command(command.name, language))
        }
        self._spoken = _map_words_to_languages(self.commands)
        self._buttons = fold_declarations(feature.buttons for feature in features)
        self._forms = fold_declarations(feature.forms for feature in features)
        self._shortcuts = fold_declarations(feature.shortcuts for feature in features)
        self.slack_events = fold_declarations(feature.slack_events for feature in features)
        self._buttons["help.open"] = Route(help_.run, reads=True)
        self._buttons["help.speak"] = Route(build_language_click_handler(self.help))
        self._buttons["home.everything"] = Route(self.show_everything, reads=True)
        self._buttons["home.begin"] = Route(self._begin_command)
        self._buttons[RUN] = Route(self._run_guess)
        self._buttons["plea.run"] = Route(self._run_wish)
        # Writes, so that it comes after what it goes on from is kept.
        self._buttons["plea.open"] = Route(partial(handle_plea_click, suits=self._suits_wish))
        self._buttons["plea.again"] = Route(partial(handle_plea_again_click, suits=self._suits_wish))
        for command in self.commands.values():
            if isinstance(command, ProjectCommand):
                self._buttons[_pick_action_id(command)] = Route(
                    _build_pick_handler(command), command.reads, command=_tell_command(command, ())
                )
        for routes in (self._buttons, self._forms):
            routes.update((name, follow_granting(route)) for name, route in routes.items())

    def command(self, text: str) -> tuple[Route, tuple[Token, ...]]:
        """The route for what was typed after `/duet`, and the arguments left for it.

        Runs on the event loop: what is longer than anybody types is not read at all.
        """
        if typed_length(text) > MAX_TYPED:
            return Route(_refuse_long_command, reads=True), ()
        typed = tuple(read_tokens(text))
        if not typed:
            return self._route(self.commands[START]), ()
        first, *rest = typed
        name = find_command_name(first.text, self._names) if first.kind == "word" else None
        if name is not None:
            language = language_of_words(self._spoken[fold_text(first.text)])
            return self._route(self.commands[name], tuple(rest), language), tuple(rest)
        if read_project_number(first) is not None and not rest:
            return self._route(self.commands[SHOW], typed), typed
        return self._unknown(first.text, tuple(rest)), typed

    def button(self, action_id: str) -> Route | None:
        # Several buttons of one kind in one block have ids of their own: `projects.page:2`.
        return self._buttons.get(action_id.partition(":")[0])

    def form(self, callback_id: str) -> Route | None:
        return self._forms.get(callback_id)

    def shortcut(self, callback_id: str) -> Route | None:
        return self._shortcuts.get(callback_id)

    def routes(self) -> Iterator[tuple[str, str]]:
        """Every way in, as (`command`, `button`, `form` or `shortcut`, its name)."""
        tables: dict[str, Iterable[str]] = {
            "command": self.commands,
            "button": self._buttons,
            "form": self._forms,
            "shortcut": self._shortcuts,
        }
        yield from ((way, name) for way, names in tables.items() for name in names)

    def help(self, request: Request, session: Session) -> Reply:
        """`/duet help [subcommand]`."""
        others = tuple(request.other_languages)
        if not request.args:
            return Reply(render_help_overview(request.t, self.everyday_first, others=others))
        word = request.args[0].text
        name = find_command_name(word, self._names) or guess_command_name(word, self._names)
        if name is None:
            return Reply(render_unknown_word(request.t, word))
        more = request.t("settings.my_data") if asks_own_data(word) else None
        return Reply(render_help(request.t, name, more=more, others=others))

    def is_open_to(self, session: Session, actor: Actor, name: str) -> bool:
        """Whether the command, typed alone outside a project's channel, has something to show this person."""
        command = self.commands[name]
        if isinstance(command, Command):
            return True
        found = infer_projects(session, actor=actor, channel_id=None)
        offered = _list_suiting_projects(session, actor, command, (), found)
        return any(command.suits(each, ()) for each in offered)

    def show_everything(self, request: Request, session: Session) -> Reply:
        """All that can be done in Duet, each with the button that begins it (product §13.1)."""
        return Reply(render_everything(request.t, [name for name in self.everyday_first if name != "help"]))

    @cached_property
    def everyday_first(self) -> tuple[str, ...]:
        """The names of all subcommands; help, which lists them, is the last."""
        commands = sorted(
            self.commands.values(), key=lambda command: (command.name == "help", not command.everyday)
        )
        return tuple(command.name for command in commands if command.name != START)

    def _unknown(self, word: str, rest: Args) -> Route:
        guess = guess_command(word, rest, self.commands, self._names)
        if guess is None:
            return Route(lambda request, _: Reply(render_unknown_word(request.t, word)), reads=True)
        command, about_own = self.commands[guess.name], guess.is_about_own_data
        return Route(
            lambda request, session: propose_guess(
                request,
                session,
                command,
                guess.args,
                word,
                is_about_own_data=about_own,
                is_of_sentence=guess.is_of_sentence,
            )
        )

    def _begin_command(self, request: Request, session: Session) -> Reply:
        """As if the command's name had been typed: it opens its form, or asks for the project."""
        command = self.commands.get(request.value)
        if command is None:
            raise NotFound
        return self._route(command).run(replace(request, args=()), session)

    def _run_guess(self, request: Request, session: Session) -> Reply:
        name, args = find_guess(request, session)
        return self._route(self.commands[name], args).run(replace(request, args=args), session)

    def _run_wish(self, request: Request, session: Session) -> Reply:
        """The command that the actor was asked to run, with the actor's own rights (product §2.11)."""
        plea_id = read_id(request.value)
        wish, project_key = load_runnable_wish(session, actor=request.actor, plea_id=plea_id, now=request.now)
        command = self.commands.get(wish.command)
        if command is None:
            raise NotFound
        key = (Token("word", project_key),) if project_key else ()
        args = (*key, *ARGS.validate_python(wish.args))
        reply = self._route(command, args).run(replace(request, args=args), session)
        return settle_or_carry_plea(request, session, reply, plea_id, is_shown=command.reads)

    def _suits_wish(self, found: ProjectContext, wish: Wish) -> bool:
        command = self.commands.get(wish.command)
        return not isinstance(command, ProjectCommand) or command.suits(found, ARGS.validate_python(wish.args))

    def _route(self, command: Command | ProjectCommand, args: Args = (), language: str | None = None) -> Route:
        told = _tell_command(command, args)
        run = command.run if isinstance(command, Command) else _build_project_handler(command)
        return Route(run, command.reads, language=language, command=told)


def _tell_command(command: Command | ProjectCommand, args: Args) -> TypedCommand:
    own = args
    if isinstance(command, ProjectCommand):
        own = () if command.parts is None else command.parts(args)[1]
    return TypedCommand(command.name, own, is_runnable=not ends_something(command, args))


def _refuse_long_command(request: Request, session: Session) -> Reply:
    raise Refusal("error.typed_too_long", limit=MAX_TYPED)


def _map_words_to_languages(commands: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """Folded word → the languages that have it."""
    spoken: dict[str, frozenset[str]] = {}
    for language in list_languages():
        own = {word for command in commands for word in words_of_command(command, language)}
        for word in map(fold_text, own | (set(commands) if language == DEFAULT_LANGUAGE else set())):
            spoken[word] = spoken.get(word, frozenset()) | {language}
    return spoken


def _build_project_handler(command: ProjectCommand) -> Handler:
    """Finds the project by product §2.1, else asks for it."""

    def run(request: Request, session: Session) -> Reply:
        request = replace(request, args=_drop_word_before_key(request.args))
        where, rest = command.parts(request.args) if command.parts else (request.args, ())
        if (answer := _find_answer_without_project(command, where)) is not None:
            return answer(replace(request, args=(*where, *rest)), session)
        if not where and len(rest) == 2 and _is_key(rest[1]):  # `history D-2`
            where, rest = rest[1:], rest[:1]
        names_key = bool(where) and read_project_number(where[0]) is not None
        mine: Sequence[ProjectContext] | None = None
        if rest and command.parts and not names_key and len(words := _fold_first_words(request.args)) > len(where):
            mine = list_my_projects(session, actor=request.actor)
            project, own = _find_project_called_so(request.args, words, mine, where, command.parts)
            if project is not None:
                return command.run(replace(request, args=own), session, project)
        if where:
            try:
                project = find_named_project(replace(request, args=where), session)
            except SeveralProjects as several:
                return _ask_for_project(command, request, session, rest, several.projects, words=several.words)
            except NotFound as missing:
                if (meant := _find_meant_verb(where, command, request.t)) is not None:
                    word, args = meant
                    return propose_guess(request, session, command, (*args, *rest), word)
                return _run_without_project(command, request, session, where, missing)
            return command.run(replace(request, args=rest), session, project)
        found = infer_projects(session, actor=request.actor, channel_id=request.channel_id, mine=mine)
        if not found and command.without is not None:
            return command.without(request, session)
        offered = _list_suiting_projects(session, request.actor, command, rest, found)
        if len(offered) == 1:
            return command.run(replace(request, args=rest), session, offered[0])
        if found and not offered:
            raise refuse_all_projects(request, _tell_command(command, rest), found[0])
        return _ask_for_project(command, request, session, rest, [each.project for each in offered])

    return run


def _list_suiting_projects(
    session: Session, actor: Actor, command: ProjectCommand, rest: Args, found: Sequence[ProjectContext]
) -> Sequence[ProjectContext]:
    """Of those found, else of the ended ones: whoever has no others only wants to read one, or take it along."""
    if found:
        return narrow_projects(found, is_possible=lambda each: command.suits(each, rest))
    return [each for each in list_my_projects(session, actor=actor, live=False) if command.suits(each, rest)]


def _ask_for_project(
    command: ProjectCommand,
    request: Request,
    session: Session,
    rest: Args,
    offered: Sequence[Project],
    *,
    words: str | None = None,
) -> Reply:
    """Which of these is meant; the click goes on with `rest`. `words`: with which all their names begin."""
    action, stamp = _pick_action_id(command), None
    if rest:
        stamp = keep_stamped_draft(session, actor=request.actor, name=action, values=rest, now=request.now)
    return Reply(
        render_project_picker(
            request.t,
            [build_project_line(each) for each in offered],
            action=action,
            may_draft=request.actor.is_internal,
            stamp=stamp,
            words=words,
        )
    )


def _run_without_project(
    command: ProjectCommand, request: Request, session: Session, where: Args, missing: NotFound
) -> Reply:
    """Raises: NoProjectTyped, which says what was not understood, and how the command is typed; NotAllowed with the
    words that are no project's name.
    """
    try:
        return run_without_project(command.elsewise, request, session, where, missing)
    except NotAllowed as refused:
        raise refused.trying(where[1:] if _is_key(where[0]) else where) from None
    except ProjectNotFound:
        if command.name == SHOW:  # whatever is typed there is a project's name
            raise
        raise NoProjectTyped(join_tokens(where), Term(f"help.{command.name}.usage")) from None


def _is_key(token: Token) -> bool:
    return token.kind == "word" and read_project_number(token) is not None


def _find_answer_without_project(command: ProjectCommand, args: Args) -> Handler | None:
    return command.instead.get(fold_text(args[0].text)) if args and args[0].kind == "word" else None


def _drop_word_before_key(args: Args) -> Args:
    """`project D-12` is `D-12`."""
    is_said = len(args) > 1 and fold_text(args[0].text) in PROJECT and read_project_number(args[1]) is not None
    return args[1:] if is_said else args


def _find_meant_verb(args: Args, command: ProjectCommand, t: Texts) -> tuple[str, Args] | None:
    """A word that names no project, and the words with the verb that it is close to in its place."""
    for at, token in enumerate(args[:MAY_BE_VERBS]):
        verb = find_nearest_name(token.text, command.verbs) if token.kind == "word" else None
        if verb is not None:
            return token.text, (*args[:at], Token("word", _spell_verb(verb, command, t)), *args[at + 1 :])
    return None


def _spell_verb(verb: str, command: ProjectCommand, t: Texts) -> str:
    """The word that does the same in the command's usage: as it is written, in the language that is spoken."""
    words = re.findall(r"[\w-]+", t.plain(f"help.{command.name}.usage"))
    same = (each for each in words if command.verbs.get(fold_text(each)) == command.verbs[verb])
    return next(same, verb)


def _fold_first_words(args: Args) -> list[str]:
    """As many as a project's name may have."""
    return [fold_text(token.text) for token in takewhile(lambda token: token.kind == "word", args[:MAX_NAME])]


def _find_project_called_so(
    args: Args, words: Sequence[str], mine: Sequence[ProjectContext], where: Args, parts: Parts
) -> tuple[ProjectContext | None, Args]:
    """The project whose name has one of the command's own words in it: "Nowa baza", though `baza` is a kind.

    What is left of them has to be the command's own. Where all begin with one, it has to be the whole name:
    `checkin now` does not mean the project "Nowa baza".
    """
    names = [(found, fold_text(found.project.name)) for found in mine]
    for count in range(len(words), len(where), -1):
        said, rest = " ".join(filter(None, words[:count])), args[count:]
        whole = [found for found, name in names if name == said]
        begun = [found for found, name in names if name.startswith(said)] if where and not rest else []
        named_so = whole or begun
        if len(named_so) == 1 and not parts(rest)[0]:
            return named_so[0], rest
    return None, ()


def _build_pick_handler(command: ProjectCommand) -> Handler:
    def run(request: Request, session: Session) -> Reply:
        args: Args | None = None
        if ":" in request.value:
            number, stamp = read_id_pair(request.value)
            name = _pick_action_id(command)
            args = find_stamped_draft(session, actor=request.actor, name=name, stamp=stamp, of=tuple[Token, ...])
        else:
            number = read_id(request.value)
        project = find_project_by_number(session, actor=request.actor, number=number)
        return command.run(replace(request, args=args or ()), session, project)

    return run


def _pick_action_id(command: ProjectCommand) -> str:
    """The action of the picker's buttons."""
    return f"{PICK}.{command.name}"
