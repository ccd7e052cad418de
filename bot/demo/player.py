"""Plays a story: acts as its people do, and looks whether each sees what they should."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import date, datetime, time, timedelta
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import assert_never
from zoneinfo import ZoneInfo

from rich.console import Console

from bot.demo import steps
from bot.demo.chat import Chat
from bot.demo.company import name_channels_in_english, set_company_language
from bot.demo.lexicon import label_in_all_languages, pattern_of_texts
from bot.demo.stage import DemoStage, StageBroke, wait_until_quiet
from bot.demo.story import CAST, build_story
from bot.demo.week import CALENDAR
from bot.scheduling.workdays import next_working_moment
from playground.driver import CannotDo, Driver, NotSeen, PersonDriver, SeenForm, SeenMessage, SeenReply
from storage.engine import connect_database

WARSAW = ZoneInfo("Europe/Warsaw")  # the office's clock, by which the story goes
WAIT_SECONDS = 20.0
GUESSED = "pl"
LEAST_HOURS = timedelta(hours=1)  # of the working day, for a scene
REPLY_TRIES = 5  # of `playground.driver.REPLY_SECONDS` each


class Unexpected(Exception):
    """Somebody saw something else."""

    def __init__(self, expected: str, seen: str) -> None:
        super().__init__(f"Expected: {expected}\nBut saw:\n{seen or 'nothing'}")


TROUBLE = (Unexpected, NotSeen, CannotDo, StageBroke, AssertionError, ValueError, OSError, HTTPException)


def play_story(
    console: Console,
    *,
    pause_seconds: float = 0.0,
    language: str = "en",
    told: steps.Story | None = None,
    is_whole: bool = True,
) -> int:
    """The exit code: 0 if everybody saw what they should and both processes ended well.

    `language`: of the story, one of EDITIONS. `told`: another story than the usual one. `is_whole`: else its first
    part only.
    """
    with tempfile.TemporaryDirectory(prefix="duet-demo-") as folder:
        stage = DemoStage(Path(folder))
        chat = Chat(console, told.cast if told else CAST, pause_seconds=pause_seconds)
        try:
            with stage:
                open_office(stage.slack)
                telling = told or build_story(office_day(stage.slack), language=language)
                settle_language(stage.slack, telling)
                chat.opening(telling, is_whole=is_whole)
                with closing(connect_database(stage.database_url)) as database:
                    acting = Acting(stage.slack, chat, partial(wait_until_quiet, stage.slack, database))
                    for number, scene in enumerate(
                        told.scenes if told else iterate_scenes(stage.slack, language), 1
                    ):
                        if not is_whole and number > telling.first_part:
                            break
                        acting.play(number, scene)
                stage.close()
        except TROUBLE as trouble:
            chat.trouble(str(trouble), stage.log_tails())
            return 1
    chat.ending(telling.ending if is_whole else telling.between, seen=acting.seen)
    return 0


def settle_language(slack: Driver, told: steps.Story) -> None:
    """In Warsaw Duet guesses that people read Polish: for another story the company's admin sets its language."""
    if told.language != GUESSED:
        set_company_language(slack, told.language)
        name_channels_in_english(slack)


def iterate_scenes(slack: Driver, language: str) -> Iterator[steps.Scene]:
    """Of the usual story, each in working hours, with dates that lie ahead when its turn comes."""
    open_office(slack)
    began = office_day(slack)
    for number in range(len(build_story(began, language=language).scenes)):
        open_office(slack)
        yield build_story(began, now=office_day(slack), language=language).scenes[number]


def open_office(slack: Driver) -> None:
    """Where working hours are over, or nearly so, the clock goes on to the next ones: until then Duet would hold
    back what has time.
    """
    now = datetime.fromtimestamp(slack.now, WARSAW)
    opens = next_working_moment(now + LEAST_HOURS, zone=str(WARSAW), calendar=CALENDAR)
    if opens > now + LEAST_HOURS:
        slack.move_clock(opens.timestamp() - slack.now + 1)


def office_day(slack: Driver) -> date:
    """In the office."""
    return datetime.fromtimestamp(slack.now, WARSAW).date()


class Acting:
    """`seen`: how many things were looked at, and were as they should be.

    Buttons and fields are found in every language. Whoever is spoken to in another language than the story knows
    sees other texts: then what is newest is looked at, once `settle` returns.
    """

    def __init__(
        self,
        slack: Driver,
        audience: steps.StoryAudience,
        settle: Callable[[], None] = lambda: None,
        is_as_told: Callable[[str, str], bool] = lambda who, place: True,
    ) -> None:
        """`is_as_told`: whether somebody reads the story's language at a place."""
        self._slack = slack
        self._audience = audience
        self._settle = settle
        self._replies: dict[str, SeenReply] = {}
        self._is_as_told = is_as_told
        self._acted_last = ""
        self.seen = 0

    def play(self, number: int, scene: steps.Scene) -> None:
        self._audience.scene(number, scene)
        for step in scene.steps:
            self._perform(step)

    def _perform(self, step: steps.Step) -> None:
        if isinstance(step, steps.Sees):
            self._see(step)
            return
        if isinstance(step, steps.SeesErrors):
            self._see_errors(step)
            return
        self._audience.acts(step)
        match step:
            case steps.Says():
                self._person(step.who).says(step.text, step.where)
            case steps.Types():
                self._check_reply(step.who, self._person(step.who).types(step.text, step.where))
            case steps.Fills():
                filled = _fill_form(self._form(step.who), step)
                self._audience.presses(step)
                self._press(filled, step.click)
            case steps.Clicks(on=place) if place == steps.FORM:
                self._press(self._form(step.who), step.label)
            case steps.Clicks():
                source = self._source(step)
                self._check_reply(step.who, source.click(find_name_among(source.buttons, step.label)))
            case steps.Closes():
                self._form(step.who).close()
            case steps.Waits():
                self._pass_time(step)
            case _:
                assert_never(step)
        self._acted_last = "" if isinstance(step, steps.Waits) else step.who

    def _pass_time(self, step: steps.Waits) -> None:
        """Where the clock has gone further already, the story goes on from there."""
        until = datetime.combine(step.day, time.fromisoformat(step.at), WARSAW).timestamp()
        self._slack.move_clock(max(0.0, until - self._slack.now) + 1)
        self._settle()  # or what was due meanwhile would come a leap late

    def _press(self, form: SeenForm, label: str) -> None:
        found = find_name_among([form.submit_label or "", *form.buttons], label)
        on_top = form.submit() if found == form.submit_label else form.click(found)
        if on_top is not None and on_top.trouble is not None:
            raise Unexpected("an answer", on_top.trouble)

    def _source(self, step: steps.Clicks) -> SeenReply | SeenMessage:
        if step.on == steps.REPLY:
            return self._replies[step.who]
        if self._has_switched(step.who, step.on) or step.who != self._acted_last:
            self._settle()  # what somebody else has just done may renew what is clicked here
        if not (found := self._messages_with_button(step)):
            self._settle()  # it is on its way
            found = self._messages_with_button(step)
        if not found:
            raise Unexpected(f"a message in {step.on} with the button {step.label!r}", "none")
        return found[-1]

    def _messages_with_button(self, step: steps.Clicks) -> list[SeenMessage]:
        labels = label_in_all_languages(step.label)
        messages = self._person(step.who).reads(step.on)
        return [message for message in messages if not labels.isdisjoint(message.buttons)]

    def _check_reply(self, who: str, reply: SeenReply) -> None:
        if not reply.ok:
            raise Unexpected("an answer", reply.text)
        self._replies[who] = reply

    def _see(self, step: steps.Sees) -> None:
        people = (step.who,) if isinstance(step.who, str) else step.who
        views = {who: self._look(who, step) for who in people}
        known = {who: text for who, (text, _) in views.items() if not self._has_switched(who, step.place)}
        for who, text in known.items():
            for wanted in step.texts:
                if wanted not in text:
                    raise Unexpected(f"{wanted!r} before {who}'s eyes", text)
            first, other = next(iter(known.items()))
            if text != other:
                raise Unexpected(f"for {who} the same as for {first}: {other}", text)
        self.seen += len(people)
        self._audience.sees(step, people, *views[people[0]])

    def _look(self, who: str, step: steps.Sees) -> tuple[str, Sequence[str]]:
        """The text and the buttons of what is there."""
        if step.place == steps.FORM:
            form = self._form(who)
            return f"{form.title}\n{form.text}", form.buttons
        if step.place == steps.REPLY:
            reply = self._replies[who]
            patience = range(REPLY_TRIES)  # each look waits a moment
            return next(filter(None, (reply.text for _ in patience)), ""), reply.buttons
        person, wanted = self._person(who), step.texts[0]
        if not self._has_switched(who, step.place):
            message = person.waits_for(wanted, step.place, timeout=WAIT_SECONDS, pinned=step.pinned)
            return message.text, message.buttons
        self._settle()
        there = [each for each in person.reads(step.place) if each.pinned or not step.pinned]
        if not there:
            raise Unexpected(f"a message in {step.place}", "none")
        newest = ([each for each in there if wanted in each.text] or there)[-1]
        return newest.text, newest.buttons

    def _see_errors(self, step: steps.SeesErrors) -> None:
        seen = self._form(step.who).errors
        if seen != dict(step.errors) and not self._has_switched(step.who, steps.FORM):
            raise Unexpected(f"these errors: {dict(step.errors)}", str(seen))
        self.seen += 1
        self._audience.sees_errors(step)

    def _form(self, who: str) -> SeenForm:
        form = self._person(who).form
        if form is None:
            raise Unexpected(f"a form before {who}'s eyes", "")
        return form

    def _has_switched(self, who: str, place: str) -> bool:
        """Whether the texts there may be in another language than the story's."""
        return not self._is_as_told(who, place)

    def _person(self, who: str) -> PersonDriver:
        return self._slack.person(who)


def _fill_form(form: SeenForm, step: steps.Fills) -> SeenForm:
    """Labels and options in the form's language."""
    values: dict[str, steps.Value] = {}
    for label, value in step.values.items():
        name = find_name_among(form.labels, label)
        if name not in form.labels and label in step.keys:
            wanted = pattern_of_texts([step.keys[label]])
            name = next(filter(wanted.fullmatch, form.labels), name)
        offered = form.options.get(name, [])
        several = [find_name_among(offered, each) for each in ([value] if isinstance(value, str) else value or ())]
        values[name] = several[0] if isinstance(value, str) else several or None
    return form.fill(values)


def find_name_among(there: Sequence[str], words: str) -> str:
    """What `words` are called there; themselves if nothing is."""
    return (
        words if words in there else next((each for each in there if each in label_in_all_languages(words)), words)
    )
