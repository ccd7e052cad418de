"""The people's half of the control API: what each of them does and sees."""

from playground import payloads, shapes
from playground.actions import Actions, Choice, find_action_by_ids, find_button_action
from playground.control import Args, Control
from playground.core import Core
from playground.errors import CannotDo
from playground.fields import initial_values
from playground.forging import build_base_payload, merge_overrides
from playground.interactions import Interaction
from playground.visibility import Visibility
from playground.world import Channel, Json, Message, Person, Team, View


class PersonControl(Control):
    """Handlers take `person` (handle or id) among their arguments."""

    def __init__(self, core: Core, acts: Actions) -> None:
        super().__init__(core)
        self._acts = acts

    def _who(self, args: Args) -> tuple[Team, Person]:
        return self._team(args), self._person(args)

    def _actor(self, args: Args) -> tuple[Team, Person]:
        """Raises: `CannotDo` for somebody whose account is deactivated."""
        team, person = self._who(args)
        if person.deleted:
            raise CannotDo(f"{person.handle} is deactivated and cannot log in")
        return team, person

    def _sight(self, args: Args) -> Visibility:
        return Visibility(self._core.world, *self._who(args))

    async def read_person(self, args: Args) -> Json:
        return shapes.shape_user(self._person(args), locale=True)

    async def read_channels(self, args: Args) -> list[str]:
        return self._sight(args).channels()

    async def read_conversation(self, args: Args) -> str:
        return self._sight(args).find(args["where"]).id

    async def read_messages(self, args: Args) -> list[Json]:
        sight = self._sight(args)
        return sight.messages(sight.find(args["where"]))

    async def read_form(self, args: Args) -> Json | None:
        return self._sight(args).form()

    async def read_home(self, args: Args) -> Json | None:
        return self._sight(args).home()

    async def do_type(self, args: Args) -> Json:
        team, person = self._actor(args)
        channel = self._typeable(args)
        return self._describe(await self._acts.types(team, person, channel, args["text"]))

    async def do_say(self, args: Args) -> Json:
        """`thread`: the message it answers."""
        team, person = self._who(args)
        channel, thread = self._typeable(args), args.get("thread")
        if thread is not None and thread not in channel.messages:
            raise CannotDo("that message is gone")
        text = payloads.escape_typed_text(team, person, args["text"])
        message = Message(self._core.world.next_ts(), person.id, text, thread_ts=thread)
        self._core.world.post(channel, message)
        self._core.events.typed(team, channel, message)
        return self._sight(args).message(channel, message)

    def _typeable(self, args: Args) -> Channel:
        team, person = self._actor(args)
        channel = self._sight(args).find(args["where"])
        if channel.archived or person.id not in channel.members:
            raise CannotDo(f"{person.handle} cannot write in {args['where']} of {team.name}")
        return channel

    def _message(self, args: Args) -> tuple[Channel, Message]:
        sight = self._sight(args)
        channel = sight.find(args["channel"])
        message = channel.find(args["ts"])
        if message is None or message.visible_to not in (None, self._person(args).id):
            raise CannotDo("that message is gone")
        return channel, message

    async def do_click(self, args: Args) -> Json:
        team, person = self._actor(args)
        channel, message = self._message(args)
        action = _find_action(message.blocks, args)
        values = initial_values(message.blocks)
        return self._describe(await self._acts.clicks(team, person, channel, message, action, values))

    async def do_use_shortcut(self, args: Args) -> Json:
        """`name`: of the message `ts` in `channel`; without these, of the menu that is everywhere."""
        team, person = self._actor(args)
        spot = self._message(args) if args.get("ts") else (None, None)
        return self._describe(await self._acts.uses_shortcut(team, person, args["name"], *spot))

    async def do_choose(self, args: Args) -> Json:
        """A select or picker in a message."""
        team, person = self._actor(args)
        channel, message = self._message(args)
        return self._describe(await self._acts.chooses(team, person, channel, message, _read_choice(args)))

    async def do_fill(self, args: Args) -> Json | None:
        team, person = self._actor(args)
        view = self._open_view(args)
        await self._acts.fills(team, person, view, _read_choice(args))
        return self._shown(args, view)

    async def do_press(self, args: Args) -> Json:
        """A button in a form or on Home."""
        team, person = self._actor(args)
        view = self._open_view(args)
        action = _find_action(view.body["blocks"], args)
        return self._describe(await self._acts.clicks_in_view(team, person, view, action))

    async def do_submit(self, args: Args) -> Json:
        team, person = self._actor(args)
        return self._describe(await self._acts.submits(team, person, self._open_view(args)))

    async def do_close(self, args: Args) -> Json:
        team, person = self._actor(args)
        return self._describe(await self._acts.closes(team, person, self._open_view(args)))

    async def do_open_home(self, args: Args) -> Json | None:
        team, person = self._actor(args)
        if not self._core.world.app.home_tab:
            raise CannotDo("this app has no Home tab")
        channel = self._core.world.direct_with(team, [team.bot_user.id, person.id])
        event: Json = {"type": "app_home_opened", "user": person.id, "channel": channel.id, "tab": "home"}
        if person.id in team.homes:
            event["view"] = shapes.shape_view(team, team.homes[person.id])
        self._core.events.send(team, event)
        return self._sight(args).home()

    def _open_view(self, args: Args) -> View:
        """The view with id `view`: only what is on top can be touched, or Home."""
        team, person = self._who(args)
        stack = team.stacks.get(person.id) or []
        reachable = [*stack[-1:], *([team.homes[person.id]] if person.id in team.homes else [])]
        for view in reachable:
            if view.id == args.get("view", view.id):
                return view
        raise CannotDo(f"{person.handle} has no such form open")

    def _shown(self, args: Args, view: View) -> Json | None:
        sight = self._sight(args)
        return sight.view(view) if view.body["type"] == "home" else sight.form()

    async def do_open_dm(self, args: Args) -> Json:
        """The conversation of exactly this person and those in `with`, made if there is none."""
        team, person = self._actor(args)
        others = [team.people[who] for who in args["with"] if who != person.id]
        if not others or any(each.deleted for each in others):
            raise CannotDo("choose somebody who works here")
        channel = self._core.world.direct_with(team, [person.id, *(each.id for each in others)])
        return {"channel": channel.id}

    async def do_read(self, args: Args) -> None:
        """The person has seen everything up to `ts`."""
        person, channel = self._person(args), self._sight(args).find(args["channel"])
        if float(args["ts"]) > float(channel.reads.get(person.id) or 0):
            channel.reads[person.id] = args["ts"]
            self._core.world.changes.announce()

    async def do_repeat(self, args: Args) -> Json:
        return self._describe(await self._acts.repeats(self._person(args)))

    async def do_forge(self, args: Args) -> Json:
        """A payload of `kind` with `overrides` merged into it. Its base is the person's message button
        (`channel`, `ts`, `label`), else their open form, else something made up."""
        team, person = self._who(args)
        kind = "slash_commands" if args["kind"] == "slash_command" else str(args["kind"])
        interaction = self._core.interactions.begin(team, person, kind)
        if kind == "slash_commands":
            interaction.channel = self._sight(args).find(args.get("where") or f"@{team.bot_user.handle}")
        elif args.get("ts"):
            interaction.channel, interaction.message = self._message(args)
        payload = build_base_payload(self._core.world, interaction, args.get("label"))
        if interaction.channel is not None:
            payload["response_url"] = self._core.interactions.response_url(self._core.url, interaction)
        interaction.payload = merge_overrides(payload, args.get("overrides") or {})
        return self._describe(await self._acts.send(interaction))

    async def do_wait_message(self, args: Args) -> Json:
        """The newest message with `text` in it. Raises `TimeoutError` with a picture of the screen."""

        def look() -> Json | None:
            sight = self._sight(args)
            try:
                found = sight.messages(sight.find(args["where"]))
            except CannotDo:  # a conversation that is not there yet, or not yet for this person
                return None
            after = float(args.get("after") or 0)
            later = (each for each in reversed(found) if float(each["ts"]) > after)
            matching = (each for each in later if args["text"] in each["text"])
            return next((each for each in matching if each["pinned"] or not args.get("pinned")), None)

        return await self._wait(
            args, look, lambda: f"no {args['text']!r} in {args['where']}. {self._sight(args).dump()}"
        )

    async def do_wait_form(self, args: Args) -> Json:
        """The form on top once its title has `title` in it. Raises `TimeoutError`."""
        title = args.get("title", "")

        def look() -> Json | None:
            form = self._sight(args).form()
            return form if form and title in form["title"] else None

        return await self._wait(args, look, lambda: f"no form {title!r}. {self._sight(args).dump()}")

    async def do_wait_reply(self, args: Args) -> Json | None:
        """An interaction once it has led to a message or a view, or as it is when time is up."""
        interaction = self._core.interactions.get(args["id"])
        if interaction is None:
            raise KeyError(args["id"])

        def look() -> bool:
            return bool(interaction.replies or interaction.views or interaction.error)

        await self._core.world.changes.until(look, float(args.get("timeout", 2)))
        return self._describe(interaction)

    def _describe(self, interaction: Interaction) -> Json:
        """What came of an act, as its person sees it."""
        sight = Visibility(self._core.world, interaction.team, interaction.person)
        replied = [(interaction.team.channels[channel_id], ts) for channel_id, ts in interaction.replies]
        kept = [(channel, channel.find(ts)) for channel, ts in replied]
        return {
            "id": interaction.id,
            "ok": interaction.acked and interaction.error is None,
            "error": interaction.error,
            "replies": [sight.message(channel, message) for channel, message in kept if message],
            "views": interaction.views,
            "form": sight.form(),
        }


def _find_action(blocks: list[Json], args: Args) -> Json:
    if "block" in args:
        return find_action_by_ids(blocks, args["block"], args["action"], args.get("option"))
    return find_button_action(blocks, args["label"], int(args.get("nth") or 0))


def _read_choice(args: Args) -> Choice:
    return Choice(args["value"], args.get("label", ""), args.get("block", ""), args.get("action", ""))
