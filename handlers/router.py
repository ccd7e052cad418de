"""Which function answers: `/duet` by its subcommand, clicks by action id, forms by callback id."""

from collections.abc import Iterator, Sequence
from dataclasses import astuple, replace
from itertools import chain

from sqlmodel import Session

from bot.errors import NotFound
from bot.home.views import help_for, help_overview, words_of
from bot.projects.service import found_by_number, inferred, line_of
from bot.projects.views import picker
from bot.signing.views import one
from bot.words import fold
from handlers.feature import Args, Command, Feature, ProjectCommand
from handlers.grammar import Token, find, nearest, project_number, tokens
from handlers.ids import one_id
from handlers.naming import named
from handlers.requests import Handler, Reply, Request, Route
from storage import projects

START = "home"  # a bare `/duet`
SHOW = "show"  # `/duet D-12`
PICK = "pick"  # action id prefix: `pick.show` goes on with `/duet show` for the clicked project


class Router:
    def __init__(self, features: Sequence[Feature]) -> None:
        help_ = Command("help", self.help, aliases=("?",), reads=True, everyday=True)
        listed = [command for feature in features for command in feature.commands]
        self.commands = {command.name: command for command in (*listed, help_)}
        self._names = {
            fold(word): command.name
            for command in self.commands.values()
            for word in (command.name, *words_of(command.name), *command.aliases)
        }
        self._buttons = dict(chain.from_iterable(feature.buttons.items() for feature in features))
        self._forms = dict(chain.from_iterable(feature.forms.items() for feature in features))
        self._buttons["help.open"] = Route(help_.run, reads=True)
        for command in self.commands.values():
            if isinstance(command, ProjectCommand):
                self._buttons[_picks(command)] = Route(_picked(command), command.reads)

    def command(self, text: str) -> tuple[Route, tuple[Token, ...]]:
        """The route for what was typed after `/duet`, and the arguments left for it."""
        typed = tuple(tokens(text))
        if not typed:
            return self._route(self.commands[START]), ()
        first, *rest = typed
        name = find(first.text, self._names) if first.kind == "word" else None
        if name is not None:
            return self._route(self.commands[name]), tuple(rest)
        if project_number(first) is not None and not rest:
            return self._route(self.commands[SHOW]), typed
        return Route(self._unknown(first.text), reads=True), typed

    def button(self, action_id: str) -> Route | None:
        # Several buttons of one kind in one block have ids of their own: `projects.page:2`.
        return self._buttons.get(action_id.partition(":")[0])

    def form(self, callback_id: str) -> Route | None:
        return self._forms.get(callback_id)

    def routes(self) -> Iterator[tuple[str, str]]:
        """Every way in, as (`command`, `button` or `form`, its name)."""
        for way, names in (("command", self.commands), ("button", self._buttons), ("form", self._forms)):
            yield from ((way, name) for name in names)

    def help(self, request: Request, session: Session) -> Reply:
        """`/duet help [subcommand]`."""
        if not request.args:
            return Reply(help_overview(request.t, self.everyday_first()))
        word = request.args[0].text
        name = find(word, self._names)
        if name is None:
            return self._unknown(word)(request, session)
        return Reply(help_for(request.t, name))

    def everyday_first(self) -> list[str]:
        """The names of all subcommands."""
        commands = sorted(self.commands.values(), key=lambda command: not command.everyday)
        return [command.name for command in commands if command.name != START]

    def _unknown(self, word: str) -> Handler:
        def run(request: Request, session: Session) -> Reply:
            meant = nearest(word, self._names)
            name = None if meant is None else self._names[fold(meant)]
            return Reply(help_overview(request.t, self.everyday_first(), word=word, meant=name))

        return run

    def _route(self, command: Command | ProjectCommand) -> Route:
        if isinstance(command, Command):
            return Route(command.run, command.reads)
        return Route(_on_project(command), command.reads)


def _on_project(command: ProjectCommand) -> Handler:
    """Finds the project by product §2.1, else asks for it."""

    def run(request: Request, session: Session) -> Reply:
        where, rest = command.parts(request.args) if command.parts else (request.args, ())
        if where:
            try:
                project = named(replace(request, args=where), session)
            except NotFound:
                if (meant := _meant(where, command)) is not None:
                    return Reply(one(request.t("help.meant", word=meant[0], meant=meant[1])))
                if command.elsewise is None:
                    raise
                return command.elsewise(request, session)
            return command.run(replace(request, args=rest), session, project)
        found = inferred(session, actor=request.actor, channel_id=request.channel_id)
        if len(found) == 1:
            return command.run(replace(request, args=rest), session, found[0])
        action, actor = _picks(command), request.actor
        if command.parts is not None:
            typed = {"args": [astuple(token) for token in rest]}
            projects.keep_draft(session, actor.team_id, actor.user_id, action, values=typed, now=request.now)
        return Reply(picker(request.t, [line_of(project) for project in found], action=action))

    return run


def _meant(args: Args, command: ProjectCommand) -> tuple[str, str] | None:
    """A word that names no project, and the verb that it is close to."""
    for token in args:
        verb = nearest(token.text, command.verbs) if token.kind == "word" else None
        if verb is not None:
            return token.text, verb
    return None


def _picked(command: ProjectCommand) -> Handler:
    def run(request: Request, session: Session) -> Reply:
        actor = request.actor
        project = found_by_number(session, actor=actor, number=one_id(request.value))
        kept = projects.draft(session, actor.team_id, actor.user_id, _picks(command)) if command.parts else None
        args = () if kept is None else tuple(Token(*each) for each in kept.values["args"])
        return command.run(replace(request, args=args), session, project)

    return run


def _picks(command: ProjectCommand) -> str:
    """The action of the picker's buttons, and the name of the draft that keeps what was typed meanwhile."""
    return f"{PICK}.{command.name}"
