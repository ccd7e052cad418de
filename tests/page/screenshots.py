"""`make screenshots`: the README's pictures, from the real page, as its people read it in English."""

import json
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, expect

from bot.closing.typesetting import compile_documents
from bot.demo.company import name_channels_in_english
from tests.page.browser import Window, open_chromium
from tests.page.conftest import choose_spoken_language
from tests.running import ROOT, Office, SqliteFiles, run_office
from tests.scenarios.closing_steps import answer_questions, say_outcome
from tests.scenarios.days import current_day, move_to_day, move_to_monday, move_to_next_morning, next_weekday
from tests.scenarios.funding_steps import record_entry
from tests.scenarios.steps import (
    EXECUTIVES,
    LEADS,
    TUESDAY,
    activate_project,
    answer_request,
    find_signing_message,
    project_channel,
    query_one,
    send_charter,
    sign_charter,
)
from tests.scenarios.team_steps import add_member

FOLDER = ROOT / "docs" / "pictures"
SIZE: ViewportSize = {"width": 1280, "height": 800}
CHARTER = {
    "name": "Pickles on a Friday",
    "goal": "Learn who buys pickled cucumbers on Fridays, and why they come back.",
    "measure_name": "Friday baskets that we can explain",
    "measure_start": "3",
    "measure_target": "60",
}


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, open_chromium() as browser:
        files = SqliteFiles(Path(folder)).new(Path(folder))
        with files as url, run_office(url, Path(folder)) as workplace:
            for handle in (*EXECUTIVES, *LEADS):
                choose_spoken_language(workplace.person(handle), "English")
            name_channels_in_english(workplace.slack)
            context = browser.new_context(viewport=SIZE, locale="en-GB", device_scale_factor=1)
            window = Window(context, f"{workplace.playground.url}/").opens()
            _take_pictures(window, workplace)
            assert not window.trouble, window.trouble


def _take_pictures(window: Window, workplace: Office) -> None:
    window.is_somebody("Anna Żuraw")
    window.goes_to("general")
    window.types(f"/duet new {CHARTER['name']}")
    window.form.get_by_label("Template").select_option(label="Customer insight")
    expect(window.form.get_by_label("Goal")).not_to_have_value("")  # the template has filled it
    window.fill("Goal", CHARTER["goal"])
    window.fill("Success measure", CHARTER["measure_name"])
    window.form.get_by_label("Template").scroll_into_view_if_needed()
    _save_picture(window.page, "charter-form")
    window.page.keyboard.press("Escape")

    key = send_charter(workplace, by="ewa", **CHARTER)
    find_signing_message(workplace, "adam", key)
    window.is_somebody("Adam Wolny")
    window.goes_to("Duet")
    window.sees("asks for your signature")
    _save_picture(window.page, "signing")

    sign_charter(workplace, key, *EXECUTIVES)
    workplace.slack.waits_for_calls("pins.add")
    workplace.settles()
    channel = project_channel(workplace, key)
    window.is_somebody("Anna Żuraw")
    window.goes_to(channel.removeprefix("#"))
    window.sees("This charter has both signatures")
    _save_picture(window.page, "channel")
    window.types("/duet log")
    window.sees("Both signatures are on version 1")
    _save_picture(window.page, "log")

    workplace.person("piotr").types('/duet own data "Till events" @piotr', channel)
    for name in ("Newsletter", "Loyalty cards"):
        workplace.person("ewa").types(f'/duet own customers "{name}" @ewa', channel)
    window.types("/duet who owns the newsletter")
    window.types("/duet show")
    window.sees("State: ")
    _save_picture(window.page, "register")

    _show_checkin(window, workplace, key, channel)
    _show_alert(window, workplace, key, channel)
    _print_report(workplace)


def _show_checkin(window: Window, workplace: Office, key: str, channel: str) -> None:
    move_to_monday(workplace)  # nothing is posted at night
    workplace.person("anna").types(f"/duet checkin {key} now")
    ewa = workplace.person("ewa")
    asked = ewa.waits_for("how is it going?", "@duet").click("Answer").form
    assert asked is not None
    asked.fill(
        {
            "What have you got done since last time?": "200 baskets sorted by hand",
            "How is it going?": "🔴 Off track",
            "Is anything in your way?": "The tills do not tell the hour",
            "What do you need from the other side?": "The hour on every receipt",
        }
    ).submit()
    window.is_somebody("Piotr Kabelek")
    window.goes_to("Duet")
    window.page.get_by_role("button", name="Answer", exact=True).last.click()
    window.form.get_by_label("What have you got done since last time?").fill("Till events flow into the lake")
    window.form.get_by_label("🟢 On track").check()
    needs = window.form.get_by_label("What do you need from the other side?")
    needs.fill("Somebody who knows the Friday campaigns")
    _save_picture(window.page, "checkin-form")
    window.form.get_by_role("button", name="Send").click()
    workplace.settles()
    window.is_somebody("Anna Żuraw")
    window.goes_to(channel.removeprefix("#"))
    window.sees("Needs from the other side")
    _save_picture(window.page, "summary")


def _show_alert(window: Window, workplace: Office, key: str, channel: str) -> None:
    due = next_weekday(current_day(workplace) + timedelta(days=60), TUESDAY)  # the project begins in a month
    for title, who in (("First report on Fridays", "piotr"), ("Candles next to the pickles", "ewa")):
        workplace.person(who).types(f'/duet milestone {key} add "{title}" {due} @{who}')
    move_to_day(workplace, due - timedelta(days=7), "09:01")
    window.goes_to(channel.removeprefix("#"))
    window.sees("Candles next to the pickles")
    _save_picture(window.page, "alert")


def _print_report(workplace: Office) -> None:
    """A second project, told to its end: the first page of the PDF, with both signatures on the second."""
    day = move_to_monday(workplace)
    ends_on = day + timedelta(days=30)
    lines = (
        "Till events flow into the lake; {0}; it",
        "First report on Fridays; {1}; both",
        "Candles next to the pickles; {2}; marketing",
    )
    dues = [(day + timedelta(days=each)).isoformat() for each in (7, 14, 21)]
    key = activate_project(
        workplace,
        **CHARTER,
        starts_on=day.isoformat(),
        ends_on=ends_on.isoformat(),
        measure_by=ends_on.isoformat(),
        milestones="\n".join(lines).format(*dues),
    )
    add_member(workplace, key, "tomek", by="ewa", side="marketing", until_day=ends_on.isoformat())
    for handle, amount in (("piotr", 60_000), ("ewa", 60_000)):
        record_entry(workplace.person(handle), f"fund {key} {amount}")
    for handle, spent in (("piotr", '48500 "Till events"'), ("ewa", '51200 "Two shops"')):
        record_entry(workplace.person(handle), f"spend {key} {spent}")
    for number in (1, 2, 3):
        move_to_day(workplace, day + timedelta(days=7 * number))
        workplace.person("piotr").types(f"/duet milestone {key} done {number}")
    move_to_day(workplace, ends_on)
    say_outcome(workplace, key, value="64")
    answer_questions(workplace, key, "piotr", "Fridays together at the tills", "", "A customer has a name")
    answer_questions(workplace, key, "ewa", "Two desks, side by side", "Too many meetings", "Data have rules")
    for _ in range(5):
        move_to_next_morning(workplace)
    for handle in EXECUTIVES:
        answer_request(workplace, handle, key, "sign")
    workplace.settles()
    newest = "SELECT content FROM deliveries WHERE kind = 'closing_pdf' ORDER BY id DESC LIMIT 1"
    first, *_ = compile_documents(json.loads(query_one(workplace, newest))["documents"], form="png")
    (FOLDER / "report.png").write_bytes(first)
    sys.stdout.write(f"{FOLDER / 'report.png'}\n")


def _save_picture(page: Page, name: str) -> None:
    while page.get_by_role("button", name="Dismiss").count():
        page.get_by_role("button", name="Dismiss").first.click()
    page.screenshot(path=str(FOLDER / f"{name}.png"), animations="disabled", caret="hide")
    sys.stdout.write(f"{FOLDER / name}.png\n")


if __name__ == "__main__":
    main()
