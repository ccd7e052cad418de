"""What is saved without a form has every word that was typed, but for joints: hundreds of typed commands."""

import json
import re
from collections.abc import Iterator
from datetime import date
from random import Random

from sqlalchemy import text

from bot.parsing.dates.days import read_day
from bot.parsing.dates.readings import Understood
from bot.parsing.folding import fold_text
from tests.driving import PersonDriver
from tests.running import Office
from tests.scenarios.steps import close_forms, open_form
from tests.scenarios.timetable_steps import add_milestone, start_project_today

TODAY = date(2026, 11, 24)
COMMANDS = 60  # of each kind
DAYS = {
    "24.12": date(2026, 12, 24),
    "4 grudnia": date(2026, 12, 4),
    "2026-12-18": date(2026, 12, 18),
    "7 January 2027": date(2027, 1, 7),
    "pt 4.12": date(2026, 12, 4),
    "9 XII 2026": date(2026, 12, 9),
    "friday": date(2026, 11, 27),
    "za 2 tygodnie": date(2026, 12, 8),
    "next friday": date(2026, 12, 4),
    "koniec roku": date(2026, 12, 31),
    "tomorrow": date(2026, 11, 25),
}
NOISE = """
raport black week 1.2 mln pilot przyszłego roku lub nie Q1 o 10 rano maj dostawca po around day QA
“dwa słowa” (nawias)
""".split()  # noqa: SIM905
BEFORE_DAYS = ("", "", "", "on", "do", "by", "–", "w", "od", "after", "termin:", "nie później niż", "to")
BEFORE_REASONS = ("bo", "because", "–", ":", ",", "z powodu", "since", "", "", "at 10 because")
BEFORE_PEOPLE = ("", "", "dla", "for", "owner")
BETWEEN_DAYS = ("do", "to", "–", "-", "until", "i", "", "lub", "od")


def make_noise(random: Random, most: int = 3) -> str:
    return " ".join(random.choice(NOISE) for _ in range(random.randint(0, most)))


def make_day_words(random: Random) -> str:
    return f"{random.choice(BEFORE_DAYS)} {random.choice(list(DAYS))}"


def bare_words(words: str) -> list[str]:
    """The words, folded, without marks."""
    return re.findall(r"\w+", fold_text(words))


def is_kept(typed: str, kept: str, saved: date) -> bool:
    """Whether all words stand in what is kept, in their order, but for one phrase that means the saved day."""
    words, left = typed.split(), bare_words(kept)
    for start in range(len(words)):
        for end in range(len(words), start, -1):
            if bare_words(" ".join([*words[:start], *words[end:]])) != left:
                continue
            phrase = " ".join(words[start:end]).strip(" .:;,|–—-·()").removeprefix("to ")
            reading = read_day(phrase, today=TODAY)
            if isinstance(reading, Understood) and reading.value == saved:
                return True
    return False


def query_rows(duet: Office, statement: str) -> list[tuple[str, ...]]:
    with duet.database.readers.connect() as connection:
        found = connection.execute(text(statement)).all()
    return [tuple(json.dumps(each) if isinstance(each, dict) else str(each) for each in row) for row in found]


def run_command(person: PersonDriver, command: str) -> str:
    close_forms(person)
    return person.types(f"/duet {command}").text


def list_random_seeds(seed: str) -> Iterator[Random]:
    """The same ones each time."""
    for number in range(COMMANDS):
        yield Random(f"{seed} {number}")


def test_a_milestone_that_is_added_has_every_word(duet: Office) -> None:
    """§2.4: in its title, its day or its person."""
    start_project_today(duet, ends_on="2027-12-31")
    piotr = duet.person("piotr")
    count = 0
    for random in list_random_seeds("add"):
        parts = [
            make_noise(random),
            make_day_words(random),
            make_noise(random, 1),
            make_day_words(random) if random.random() < 0.15 else "",
        ]
        if random.random() < 0.3:
            parts[0] = f'"{parts[0]}"'
        typed = " ".join(" ".join(parts).split())
        run_command(piotr, f"milestone add {typed} {random.choice(BEFORE_PEOPLE)} @ewa")
        saved = query_rows(duet, "SELECT title, due, owner FROM milestones ORDER BY id")
        if len(saved) > count:
            title, due, owner = saved[-1]
            assert is_kept(typed, title, date.fromisoformat(due)), (typed, title, due)
            assert owner == duet.person("ewa").id
        else:
            assert piotr.form is not None or "is over" in run_command(piotr, f"milestone add {typed} @ewa"), typed
        count = len(saved)
    assert count > COMMANDS // 6


def test_a_milestone_that_is_moved_has_every_word(duet: Office) -> None:
    """§2.4, §9.2: in its day or the reason that everybody reads."""
    start_project_today(duet, ends_on="2027-12-31")
    piotr = duet.person("piotr")
    add_milestone(duet, "piotr", "Pilot", date(2026, 12, 15), "piotr")
    moved = 0
    for random in list_random_seeds("move"):
        typed = " ".join(
            f"{make_day_words(random)} {random.choice(BEFORE_REASONS)} {make_noise(random, 4)}".split()
        )
        before = query_rows(duet, "SELECT after FROM audit_log WHERE action = 'milestone.moved' ORDER BY id")
        run_command(piotr, f"milestone move 1 {typed}")
        after = query_rows(duet, "SELECT after FROM audit_log WHERE action = 'milestone.moved' ORDER BY id")
        if len(after) > len(before):
            [(due,)] = query_rows(duet, "SELECT due FROM milestones")
            assert is_kept(typed, json.loads(after[-1][0])["reason"], date.fromisoformat(due)), (typed, after[-1])
            moved += 1
    assert moved > COMMANDS // 6


def test_a_period_that_is_saved_has_every_word(duet: Office) -> None:
    """§2.4, §8.5, §4.8: it has the two days that were typed, and no word that is none of a period."""
    start_project_today(duet, ends_on="2027-12-31")
    adam = duet.person("adam")
    saved = 0
    for random in list_random_seeds("period"):
        one, joint, other = (random.choice(each) for each in (list(DAYS), BETWEEN_DAYS, list(DAYS)))
        more = make_noise(random, 2) if random.random() < 0.4 else ""
        parts = [random.choice(("", "", "od", "from")), one, joint, other, more]
        if random.random() < 0.2:
            parts[2:4] = ["", ""]
        typed = " ".join(" ".join(parts).split())
        for command, found in (
            ("away", "SELECT starts_on, ends_on FROM absences"),
            ("deputy @jan", "SELECT from_day, until_day FROM deputies"),
        ):
            run_command(adam, f"{command} {typed}")
            if not (kept := query_rows(duet, found)):
                continue
            assert not bare_words(more), (typed, kept)
            days = {date.fromisoformat(each) for each in kept[0]}
            wanted = {DAYS[each] for each in parts if each in DAYS}
            assert days == wanted or "friday" in typed, (typed, kept)
            saved += 1
            form = open_form(adam, f"/duet {command.split()[0]}")
            form.click(next(each for each in form.buttons if each in ("Usuń", "Zakończ zastępstwo")))
    assert saved > COMMANDS // 6
