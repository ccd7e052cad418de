"""Plays a story: acts as its people do, and looks whether each sees what they should."""

import tempfile
from collections.abc import Sequence
from datetime import date, datetime, time
from http.client import HTTPException
from pathlib import Path
from typing import assert_never
from zoneinfo import ZoneInfo

from rich.console import Console

from bot.demo.audience import Audience
from bot.demo.chat import Chat, plain
from bot.demo.stage import Stage, StageBroke
from bot.demo.steps import (
    FORM,
    REPLY,
    Clicks,
    Closes,
    Fills,
    Says,
    Scene,
    Sees,
    SeesErrors,
    Step,
    Story,
    Types,
    Waits,
)
from bot.demo.story import story
from playground.driver import CannotDo, Driver, Form, Message, NotSeen, PersonDriver, Reply

WARSAW = ZoneInfo("Europe/Warsaw")  # the office's clock, by which the story goes
WAIT_SECONDS = 20.0
REPLY_TRIES = 5  # of `playground.driver.REPLY_SECONDS` each


class Unexpected(Exception):
    """Somebody saw something else."""

    def __init__(self, expected: str, seen: str) -> None:
        super().__init__(f"Expected: {expected}\nBut saw:\n{seen or 'nothing'}")


TROUBLE = (Unexpected, NotSeen, CannotDo, StageBroke, AssertionError, ValueError, OSError, HTTPException)


def play(console: Console, *, pause_seconds: float = 0.0, told: Story | None = None) -> int:
    """The exit code: 0 if everybody saw what they should and both processes ended well.

    `told`: another story than the usual one.
    """
    told = told or story(date.today())  # noqa: DTZ011 - whose today does not matter: its dates are weeks away
    chat = Chat(console, told.cast, pause_seconds=pause_seconds)
    with tempfile.TemporaryDirectory(prefix="duet-demo-") as folder:
        stage = Stage(Path(folder))
        try:
            with stage:
                chat.opening(told)
                acting = Acting(stage.slack, chat)
                for number, scene in enumerate(told.scenes, 1):
                    acting.play(number, scene)
                stage.close()
        except TROUBLE as trouble:
            chat.trouble(str(trouble), stage.log_tails())
            return 1
    chat.ending(told, seen=acting.seen)
    return 0


class Acting:
    """`seen`: how many things were looked at, and were as they should be."""

    def __init__(self, slack: Driver, audience: Audience) -> None:
        self._slack = slack
        self._audience = audience
        self._replies: dict[str, Reply] = {}
        self.seen = 0

    def play(self, number: int, scene: Scene) -> None:
        self._audience.scene(number, scene)
        for step in scene.steps:
            self._perform(step)

    def _perform(self, step: Step) -> None:
        match step:
            case Says():
                self._audience.says(step)
                self._person(step.who).says(step.text, step.where)
            case Types():
                self._audience.types(step)
                self._answered(step.who, self._person(step.who).types(step.text, step.where))
            case Fills():
                self._audience.fills(step)
                filled = self._form(step.who).fill(step.values)
                self._audience.presses(step)
                self._press(filled, step.click)
            case Clicks(on=place) if place == FORM:
                self._audience.clicks(step)
                self._press(self._form(step.who), step.label)
            case Clicks():
                self._audience.clicks(step)
                self._answered(step.who, self._source(step).click(step.label))
            case Closes():
                self._audience.closes(step)
                self._form(step.who).close()
            case Waits():
                self._audience.waits(step)
                self._pass_time(step)
            case Sees():
                self._see(step)
            case SeesErrors():
                self._see_errors(step)
            case _:
                assert_never(step)

    def _pass_time(self, step: Waits) -> None:
        until = datetime.combine(step.day, time.fromisoformat(step.at), WARSAW).timestamp()
        seconds = until - self._slack.now
        if seconds < 0:
            raise Unexpected(f"a day before {step.day} {step.at}", "a clock that has gone further")
        self._slack.move_clock(seconds + 1)

    def _press(self, form: Form, label: str) -> None:
        on_top = form.submit() if label == form.submit_label else form.click(label)
        if on_top is not None and on_top.trouble is not None:
            raise Unexpected("an answer", on_top.trouble)

    def _source(self, step: Clicks) -> Reply | Message:
        if step.on == REPLY:
            return self._replies[step.who]
        found = [each for each in self._person(step.who).reads(step.on) if step.label in each.buttons]
        if not found:
            raise Unexpected(f"a message in {step.on} with the button {step.label!r}", "none")
        return found[-1]

    def _answered(self, who: str, reply: Reply) -> None:
        if not reply.ok:
            raise Unexpected("an answer", reply.text)
        self._replies[who] = reply

    def _see(self, step: Sees) -> None:
        people = (step.who,) if isinstance(step.who, str) else step.who
        views = [self._look(who, step) for who in people]
        for who, (text, _) in zip(people, views, strict=True):
            for wanted in step.texts:
                if wanted not in plain(text):
                    raise Unexpected(f"{wanted!r} before {who}'s eyes", text)
            if text != views[0][0]:
                raise Unexpected(f"for {who} the same as for {people[0]}: {views[0][0]}", text)
            self.seen += 1
        self._audience.sees(step, people, *views[0])

    def _look(self, who: str, step: Sees) -> tuple[str, Sequence[str]]:
        """The text and the buttons of what is there."""
        if step.place == FORM:
            form = self._form(who)
            return f"{form.title}\n{form.text}", form.buttons
        if step.place == REPLY:
            reply = self._replies[who]
            patience = range(REPLY_TRIES)  # each look waits a moment
            return next(filter(None, (reply.text for _ in patience)), ""), reply.buttons
        person, first = self._person(who), step.texts[0]
        message = person.waits_for(first, step.place, timeout=WAIT_SECONDS, pinned=step.pinned)
        return message.text, message.buttons

    def _see_errors(self, step: SeesErrors) -> None:
        seen = self._form(step.who).errors
        if seen != dict(step.errors):
            raise Unexpected(f"these errors: {dict(step.errors)}", str(seen))
        self.seen += 1
        self._audience.sees_errors(step)

    def _form(self, who: str) -> Form:
        form = self._person(who).form
        if form is None:
            raise Unexpected(f"a form before {who}'s eyes", "")
        return form

    def _person(self, who: str) -> PersonDriver:
        return self._slack.person(who)
