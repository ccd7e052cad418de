"""Plays a story on the playground's page, one step at a time, for somebody who looks on and may take over."""

import time
from collections.abc import Callable, Sequence

from bot.demo import steps
from bot.demo.chat import select_lines
from bot.demo.lexicon import label_in_english, pattern_of_texts
from bot.demo.player import find_name_among
from bot.ui.texts import Texts
from playground.driver import CannotDo, Driver, Json, SeenMessage

NEXT_STEP, PLAY_SCENE = "next_step", "play_scene"  # cues
CUE_SECONDS = 0.5  # how often to look whether a person has acted themselves
BEFORE_ACT_SECONDS = 0.7  # for the eye to arrive where the act will be

Answer = Callable[[Json], None]


class DoneByHand(Exception):
    """Somebody did themselves what the scene would have done."""


class Telling:
    """An `Audience`. Waits before each act for the page's *next step*, but skips the waiting while `hurrying`.

    `answer` gets every other cue of the page; `language_to` says in which language somebody is spoken to.
    """

    def __init__(
        self,
        slack: Driver,
        story: steps.Story,
        answer: Answer,
        *,
        language_to: Callable[[str], str] | None = None,
        pause_seconds: float = BEFORE_ACT_SECONDS,
    ) -> None:
        self._slack = slack
        self._story = story
        self._answer = answer
        self._language_to = language_to or story.language_of
        self._pause_seconds = pause_seconds
        self._people = {each["name"]: each["id"] for each in slack.state["teams"][0]["people"]}
        self._scene: Json | None = None
        self._happened: list[Json] = []
        self._look: Json | None = None
        self._before = ""  # what is told until somebody acts
        self._given = False  # the cue for the next act has come already
        self._plays = False  # the rest of the scene is played without further cues
        self._speaks = story.language
        self._told: Json = {}
        self.hurrying = False

    def begin(self) -> None:
        self._before = self._story.so_far if self.hurrying else self._story.opening
        self._show("playing" if self.hurrying else "ready")

    def scene(self, number: int, scene: steps.Scene) -> None:
        """Raises: DoneByHand."""
        count = len(self._story.scenes)
        self._scene = {"number": number, "count": count, "title": scene.title, "caption": scene.caption}
        self._happened, self._plays = [], False
        if scene.yours is not None and not self.hurrying:
            self._give(scene.yours)
            self._given = True

    def _give(self, yours: steps.Yours) -> None:
        """Raises: DoneByHand."""
        person, before, shown = self._slack.person(yours.who), self._count(yours), ""
        self._turn_to(yours.who, yours.place)

        def done() -> bool:
            nonlocal shown
            words = self._words(yours)
            if words != shown:  # at first, and when they are spoken to in another language
                shown = words
                self._show("yours", words=words)
            return person.form is None and self._count(yours) > before  # whoever reads, reads to the end

        done()
        self._wait(done)

    def _words(self, yours: steps.Yours) -> str:
        texts = Texts.of(self._language_to(yours.who))
        buttons = [label for each in self._messages(yours) for label in each.buttons]
        labels = {
            name: _quote_label(find_name_among(buttons, texts.plain(key))) for name, key in yours.labels.items()
        }
        return yours.words.format_map(labels)

    def acts(self, step: steps.Act) -> None:
        match step:
            case steps.Says():
                self._act(step.who, "says", step.text, step.gloss, step.where)
            case steps.Types():
                self._act(step.who, "types", step.text, step.gloss, step.where)
            case steps.Fills():
                filled = " · ".join(
                    f"{_gloss_label(label)}: {_gloss_label(self._value(value))}"
                    for label, value in step.values.items()
                )
                self._act(step.who, "fills in", filled, step.gloss, steps.FORM)
            case steps.Clicks():
                self._act(step.who, "clicks", f"[{step.label}]", label_in_english(step.label), step.on)
            case steps.Closes():
                self._act(step.who, "closes the form", "", "", steps.FORM)
            case steps.Waits():
                self._next({"who": "", "verb": "", "text": f"… {step.words} …", "gloss": ""})

    def presses(self, step: steps.Fills) -> None:
        self._act(step.who, "clicks", f"[{step.click}]", label_in_english(step.click), steps.FORM)

    def sees(self, step: steps.Sees, people: Sequence[str], text: str, buttons: Sequence[str]) -> None:
        # What has a gloss is on the page as it is; the caption need not repeat it.
        told = "" if step.gloss else "\n".join(select_lines(text, step.texts, step.lines))
        names, verb = " and ".join(self._name(who) for who in people), "see" if len(people) > 1 else "sees"
        self._happened.append({"who": names, "verb": verb, "text": told, "gloss": step.gloss})
        self._turn_to(people[0], step.place)
        self._show("playing")

    def sees_errors(self, step: steps.SeesErrors) -> None:
        told = "\n".join(f"{label}: {text}" for label, text in step.errors.items())
        self._happened.append({"who": self._name(step.who), "verb": "sees", "text": told, "gloss": step.gloss})
        self._show("playing")

    def did_it(self, scene: steps.Scene) -> None:
        assert scene.yours is not None
        done = {"who": "You", "verb": f"did it yourself, as {self._name(scene.yours.who)}", "text": "", "gloss": ""}
        self._happened, self._before = [done], ""

    def ended(self) -> None:
        self._show("done", words="\n".join(self._story.ending))

    def broke(self, why: str) -> None:
        self._show(
            "broke",
            words="The story expected something else here, perhaps because you went ahead of it, or moved the clock"
            f" past its days. The workspace is yours now; start the playground again for the story.\n{why}",
        )

    def serve(self) -> None:
        """Answers what the page asks, for ever: the story itself is over."""
        while True:
            cue = self._slack.next_cue()
            if cue is not None:
                self._reply(cue)

    def _act(self, who: str, verb: str, text: str, gloss: str, place: str) -> None:
        self._next({"who": self._name(who), "verb": verb, "text": text, "gloss": gloss}, who, place)

    def _next(self, act: Json, who: str | None = None, place: str = "") -> None:
        """Shown before it is done; it is done with the *next step*."""
        if self.hurrying:
            return
        if not self._given and not self._plays:
            self._show("ready", following=act)
            self._wait()
        self._given = False
        if who is not None:
            self._turn_to(who, place)
        self._happened, self._before = [], ""
        self._show("playing", following=act)
        self._pause()
        self._happened = [act]

    def _pause(self) -> None:
        """Longer while a scene is played, for the eye to read; then the *next step* ends the playing."""
        until = time.monotonic() + self._pause_seconds * (1 + self._plays)
        while self._plays:
            cue = self._slack.next_cue(timeout=max(0.0, until - time.monotonic()))
            if cue is None:
                return
            self._reply(cue)
        time.sleep(max(0.0, until - time.monotonic()))

    def _wait(self, done: Callable[[], bool] = lambda: False) -> None:
        """For the *next step*. Raises: DoneByHand as soon as it is `done`."""
        while True:
            cue = self._slack.next_cue(timeout=CUE_SECONDS)
            if cue is not None and self._reply(cue):
                return
            if done():
                raise DoneByHand

    def _reply(self, cue: Json) -> bool:
        """Whether the story goes on: by the *next step*, or by the rest of the scene."""
        if cue["cue"] in (NEXT_STEP, PLAY_SCENE):
            self._plays = cue["cue"] == PLAY_SCENE
            self._slack.answer_cue(cue, {})
            return True
        self._answer(cue)
        return False

    def _turn_to(self, who: str, place: str) -> None:
        where = "" if place in (steps.FORM, steps.REPLY) else self._slack.person(who).conversation(place)
        self._look = {"person": self._people[who], "where": where}

    def _show(self, state: str, *, following: Json | None = None, words: str = "") -> None:
        self._narrate(
            {
                "state": state,
                "title": self._story.title,
                "scene": self._scene,
                "happened": self._happened,
                "next": following,
                "look": None if self.hurrying else self._look,
                "before": self._before,
                "words": words,
                "plays": self._plays,
            }
        )

    def speaks(self, language: str) -> None:
        """The company's language is another one now."""
        self._speaks = language
        self._narrate(self._told)

    def _narrate(self, told: Json) -> None:
        self._told = told
        self._slack.narrate({**told, "language": self._speaks})

    def _count(self, yours: steps.Yours) -> int:
        done = pattern_of_texts(yours.done)
        return sum(done.search(each.text) is not None for each in self._messages(yours))

    def _messages(self, yours: steps.Yours) -> list[SeenMessage]:
        try:
            return self._slack.person(yours.who).reads(yours.place)
        except CannotDo:
            return []

    def _name(self, who: str) -> str:
        found: steps.Character | None = self._story.cast.get(who)
        return found.name if found else who

    def _value(self, value: steps.Value) -> str:
        texts = [value] if isinstance(value, str) else list(value or [])
        return ", ".join(self._name(text[1:]) if text.startswith("@") else text for text in texts)


def _quote_label(label: str) -> str:
    """A label in quotes, with what it means."""
    meaning = label_in_english(label)
    return f"“{label}” ({meaning})" if meaning else f"“{label}”"


def _gloss_label(label: str) -> str:
    meaning = label_in_english(label)
    return f"{label} ({meaning})" if meaning else label
