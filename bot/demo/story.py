"""Ogórki w piątek: how the CIO and the CMO of Pan Pikuś S.A. agree on pickled cucumbers.

The people are the playground's (`playground.seed.PIKUS`). A feature has its scenes in a file beside this one.
"""

from datetime import date, timedelta

from bot.demo.asks import ask_scene
from bot.demo.chapters import BETWEEN, FIRST_PART
from bot.demo.charter import (
    beginning_scene,
    draft_scene,
    forging_scene,
    new_version_scene,
    sending_scene,
    talk_scene,
)
from bot.demo.editions import Words
from bot.demo.ending import back_home_scene, last_day_scene, report_scene
from bot.demo.milestone import milestone_scene
from bot.demo.money import half_and_half_scene, zero_too_many_scene
from bot.demo.people import member_scene, team_scene
from bot.demo.register import register_scene
from bot.demo.signing import adam_signs_scene, anna_signs_scene, deputy_scene
from bot.demo.steps import Character, Story
from bot.demo.trust import first_answers_scene, later_answers_scene
from bot.demo.week import checkin_week_scene, project_term

CAST = {
    "anna": Character(
        "Anna", "Anna Żuraw", "CMO; żuraw is a crane: sees far, and would like to be there today", "magenta"
    ),
    "adam": Character("Adam", "Adam Wolny", "CIO; wolny is either “slow” or “free”: he goes by the second", "cyan"),
    "ewa": Character("Ewa", "Ewa Błysk", "leads marketing's side; a flash", "yellow"),
    "piotr": Character("Piotr", "Piotr Kabelek", "leads IT's side; a little cable", "green"),
    "ola": Character("Ola", "Aleksandra Plakat", "campaigns; a poster, always on some wall", "red"),
    "mike": Character("Mike", "Mike O'Hasło", "heads campaigns, from New York; a slogan, and a password", "white"),
    "roman": Character(
        "Roman", "Roman Porządek", "looks after the company's Slack; order, and he keeps it", "white"
    ),
    "nadia": Character(
        "Nadia", "Nadia Źródło", "heads data, from London; a spring, where everything begins", "white"
    ),
    "jan": Character("Jan", "Jan Łącznik", "a data engineer; a connector, in more ways than one", "blue"),
}

OPENING = (
    "On Fridays the customers buy pickled cucumbers, with birthday candles. Marketing cannot find out why without"
    " IT's data. IT has the data, but nobody has told it the question. Marketing has heard that IT takes for ever;"
    " IT has heard that marketing wants a platform and no partner. Neither has asked the other.\n"
    "What worked elsewhere: one team with one clear goal and one timetable, paid for half and half, answering to"
    " both executives. Duet keeps them to exactly that, in Slack."
)

ENDING = (
    "Two executives signed one charter: one goal, one measure, dates, and a budget of which each pays half. Their"
    " people were lent until a day, and are back; one zero too many is undone and still in sight; what each of the"
    " two says of the other side has gone from a two to a four; and both have signed what came of it. Nobody had to"
    " call it trust.",
    "Next: `duet demo --pause 2`, to read along. For your own Slack, make an app from manifest.yml, put its two"
    " tokens into .env, and `make run`. As for the candles: they are for birthdays.",
)

SO_FAR = (
    "On Fridays the customers buy pickled cucumbers, with birthday candles. Marketing has the question, IT has the"
    " data; together they could find out why: one team, one goal, paid for half and half.\n"
    "So far: Anna has drafted a charter, and Adam wanted to talk first. This is version 2; nobody has signed it."
)


def channel_of(language: str) -> str:
    """Of the story's project, as its people call it."""
    return Words(language)("#duet-1-ogorki-w-piatek", "#duet-1-pickles-on-a-friday")


def build_story(began: date, *, now: date | None = None, language: str) -> Story:
    """The edition of a language. Nothing in it may depend on the time of day, or on the day of the week.

    `began`: the office's day when it began, from which the charter's dates follow. `now`: its day now, if that is
    another; the dates of what is still to come lie after it.
    """
    now = now or began
    (start, end), w = project_term(began), Words(language)
    channel = channel_of(language)
    scenes = (
        beginning_scene(w),
        draft_scene(w, began),
        sending_scene(w, began, now),
        forging_scene(w),
        talk_scene(w),
        new_version_scene(w),
        adam_signs_scene(w),
        anna_signs_scene(w),
        team_scene(w, channel),
        first_answers_scene(w, now),
        register_scene(w, channel, now),
        deputy_scene(w, channel, now),
        member_scene(w, channel, now),
        checkin_week_scene(w, channel, max(start, now + timedelta(days=1))),
        ask_scene(w, channel, now),
        half_and_half_scene(w, channel, now),
        zero_too_many_scene(w, channel, now),
        milestone_scene(w, channel, max(start + timedelta(days=30), now + timedelta(days=8))),
        later_answers_scene(w, began, now),
        last_day_scene(w, channel, end, now),
        back_home_scene(w, channel),
        report_scene(w, now),
    )
    return Story(
        title="Pan Pikuś S.A.: 4,812 corner shops, one hedgehog in the logo",
        opening=OPENING + w(" (To Polish people it speaks Polish.)", ""),
        cast=CAST,
        scenes=tuple(map(w.edited, scenes)),
        ending=ENDING,
        middle=6,
        first_part=FIRST_PART,
        between=BETWEEN,
        so_far=SO_FAR,
        language=language,
        languages={"piotr": "en", "mike": "en", "nadia": "en"},
    )
