"""Prints a story as a chat: on the left who does what, on the right what they typed or saw."""

import re
import time
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.rule import Rule
from rich.text import Text

from bot.demo import steps

WIDTH = 100
MARGIN = 18
GAP = " …"

LABEL = re.compile(r"\*[^*]+\*")
MARKED = re.compile(r"(?<!\w)\*(?P<bold>[^*\n]+)\*(?!\w)|`(?P<code>[^`\n]+)`")


class Chat:
    def __init__(self, console: Console, cast: Mapping[str, steps.Character], *, pause_seconds: float) -> None:
        self._console = console
        self._cast = cast
        self._pause_seconds = pause_seconds
        self._width = min(console.width, WIDTH)
        self._room = self._width - MARGIN - len(" │ ")

    def opening(self, story: steps.Story, *, is_whole: bool) -> None:
        self._rule(Text(story.title, "bold"))
        for paragraph in story.opening.split("\n"):
            self._print(Text(paragraph), indent=1)
        if story.language != "en":
            self._print(Text("What is Polish, “=” says in English."), indent=1)
        if not is_whole:
            self._print(
                Text(f"The first {story.first_part} scenes; --all plays all {len(story.scenes)}."), indent=1
            )
        for one in self._cast.values():
            self._beside(Text(one.full_name, one.colour), [Text(one.role)], one.colour)
        self._wait()

    def scene(self, number: int, scene: steps.Scene) -> None:
        self._console.print()
        self._rule(Text(f"{number}. {scene.title}", "bold"))
        self._print(Text(scene.caption, "italic"), indent=1)
        self._wait()

    def acts(self, step: steps.Act) -> None:
        match step:
            case steps.Says():
                left = Text.assemble(self._name(step.who), " says")
                told = [Text(step.text), *_gloss_lines(step.gloss)]
                self._beside(left, told, self._cast[step.who].colour, step.where)
            case steps.Types():
                text = Text(step.text, "bold")
                elsewhere = step.where != "#general"  # a command is the same anywhere but in its project's channel
                self._act(step.who, "types", _add_place(text, step.where) if elsewhere else text, step.gloss)
            case steps.Fills():
                fields = [
                    Text.assemble((label if label.endswith("?") else f"{label}:", "bold"), " ", self._value(value))
                    for label, value in step.values.items()
                ]
                filled = Text.assemble(Text("  ·  ").join(fields), "  ", _style_buttons([step.click]))
                self._act(step.who, "fills in", filled, step.gloss)
            case steps.Clicks():
                self._act(step.who, "clicks", _style_buttons([step.label]))
            case steps.Waits():
                self._print(Text(f"… {step.words} …", "dim italic"), indent=MARGIN + 1)
                self._wait()
            case steps.Closes():
                pass  # nobody would read that

    def presses(self, step: steps.Fills) -> None:
        """Told with what was filled in."""

    def sees(self, step: steps.Sees, people: Sequence[str], text: str, buttons: Sequence[str]) -> None:
        lines = [_style_mrkdwn(line) for line in select_lines(text, step.texts, step.lines)]
        if buttons and step.place != steps.FORM:
            lines.append(_style_buttons(buttons))
        if step.place.startswith("#"):
            lines[0] = _add_place(lines[0], step.place + (", pinned" if step.pinned else ""))
        place = {
            steps.REPLY: f"for {self._cast[people[0]].name} only",
            steps.FORM: "in a form",
            "@duet": "direct message",
        }
        verb, colour = ("sees", self._cast[people[0]].colour) if len(people) == 1 else ("see", "white")
        left = Text.assemble(self._names(people), f" {verb}")
        self._beside(left, [*lines, *_gloss_lines(step.gloss)], colour, place.get(step.place, ""))

    def sees_errors(self, step: steps.SeesErrors) -> None:
        lines = [Text.assemble((f"{label}:", "bold"), " ", (text, "red")) for label, text in step.errors.items()]
        self._beside(
            Text.assemble(self._name(step.who), " sees"),
            [*lines, *_gloss_lines(step.gloss)],
            self._cast[step.who].colour,
            "at the fields",
        )

    def ending(self, last_words: Sequence[str], *, seen: int) -> None:
        self._console.print()
        self._rule(Text(f"The end: {seen} things seen, all as they should be", "bold green"))
        for line in last_words:
            self._print(Text(line), indent=1)

    def trouble(self, what: str, logs: Mapping[str, str]) -> None:
        self._console.print()
        self._rule(Text("This is not how the story goes", "bold red"))
        self._print(Text(what), indent=1)
        for name, tail in logs.items():
            self._console.print(Text(f"The last lines of the {name}'s log:", "bold"))
            self._console.print(Text(tail, "dim"), soft_wrap=True)

    def _act(self, who: str, verb: str, line: Text, gloss: str = "") -> None:
        on_one_line = Text("   ").join([line, *_gloss_lines(gloss)])
        lines = [on_one_line] if on_one_line.cell_len <= self._room else [line, *_gloss_lines(gloss)]
        self._beside(Text.assemble(self._name(who), f" {verb}"), lines, self._cast[who].colour)

    def _beside(self, left: Text, lines: Sequence[Text], colour: str, place: str = "") -> None:
        """`left`, below it `place`, and on the right of a bar the lines, wrapped."""
        rows = [row for line in lines for row in line.wrap(self._console, self._room)]
        margin = list(left.wrap(self._console, MARGIN))
        if place:
            margin.append(Text(place, "dim"))
        for number in range(max(len(rows), len(margin))):
            beginning = margin[number] if number < len(margin) else Text()
            beginning.truncate(MARGIN, pad=True)
            row = Text.assemble(" ", beginning, ("│ ", colour), rows[number] if number < len(rows) else "")
            row.rstrip()
            self._console.print(row, soft_wrap=True)
        self._wait()

    def _name(self, who: str) -> Text:
        return Text(self._cast[who].name, f"bold {self._cast[who].colour}")

    def _names(self, people: Sequence[str]) -> Text:
        *first, last = [self._name(who) for who in people]
        return Text.assemble(Text(", ").join(first), " and ", last) if first else last

    def _value(self, value: steps.Value) -> str:
        if value is None:
            return "–"
        if isinstance(value, str):
            chosen = self._cast.get(value.removeprefix("@")) if value.startswith("@") else None
            return chosen.full_name if chosen else value
        return ", ".join(value)

    def _rule(self, title: Text) -> None:
        self._console.print(Rule(title, align="left", style="dim"), width=self._width)

    def _print(self, text: Text, *, indent: int) -> None:
        for row in text.wrap(self._console, self._width - indent):
            row.rstrip()
            self._console.print(Text(" " * indent) + row, soft_wrap=True)

    def _wait(self) -> None:
        if self._pause_seconds:
            time.sleep(self._pause_seconds)


def select_lines(text: str, wanted: Iterable[str], leading: int) -> list[str]:
    """The first `leading` lines and those with something `wanted` in them; ` …` stands for the others."""
    lines, wanted = _pair_labels(text.split("\n")), tuple(wanted)
    kept = [number < leading or any(each in line for each in wanted) for number, line in enumerate(lines)]
    shown: list[str] = []
    for line, is_kept in zip(lines, kept, strict=True):
        if is_kept:
            shown.append(line)
        elif shown and not shown[-1].endswith(GAP):
            shown[-1] += GAP
    return shown or lines[:1]


def _pair_labels(lines: Sequence[str]) -> list[str]:
    """A label, bold and alone on its line, goes in front of what it is the label of, with a colon."""
    paired: list[str] = []
    for line in lines:
        if paired and LABEL.fullmatch(paired[-1]) and not LABEL.fullmatch(line):
            paired[-1] = f"{paired[-1][:-1].removesuffix(':')}:* {line}"
        else:
            paired.append(line)
    return paired


def _style_mrkdwn(line: str) -> Text:
    """Slack's mrkdwn, as far as Duet uses it."""
    text, end = Text(), 0
    for found in MARKED.finditer(line):
        text.append(line[end : found.start()])
        bold = found["bold"]
        text.append(bold or found["code"], "bold" if bold else "cyan")
        end = found.end()
    return text.append(line[end:])


def _style_buttons(labels: Sequence[str]) -> Text:
    return Text("  ").join(Text(f"[{label}]", "reverse") for label in labels)


def _add_place(text: Text, where: str) -> Text:
    return Text.assemble(text, (f"   in {where}", "dim"))


def _gloss_lines(gloss: str) -> list[Text]:
    return [Text(f"= {gloss}", "dim italic")] if gloss else []
