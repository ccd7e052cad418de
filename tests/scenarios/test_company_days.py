"""Which days are free in a company, where midnight is, and how its channels are called (product §2.8, §17)."""

from collections.abc import Mapping
from datetime import date, timedelta

from bot.people.service import work_calendar
from handlers.boundary_decision import USUAL_DECISION
from storage.session import read_only_session
from tests.driving import SeenForm
from tests.running import Office
from tests.scenarios.checkin_steps import run_checkin_command, start_quiet_project
from tests.scenarios.days import current_day, move_to_day, polish_date
from tests.scenarios.register_steps import FIELDS, register_asset
from tests.scenarios.steps import (
    activate_project,
    close_forms,
    draft_charter,
    expect_no_change,
    expect_refusal,
    field_errors,
    field_value,
    fill_form,
    find_label,
    forge_submission,
    load_last_audit_entry,
    open_form,
    open_second_step,
    query_one,
    second_step_values,
    submit_form,
)
from tests.scenarios.test_crossing import crossing_form
from tests.scenarios.timetable_steps import run_milestone_command, start_project_today

CHARTER_LINES = ("Pierwsze kamienie milowe", "First milestones")


def save_settings(duet: Office, values: Mapping[str, str | None]) -> SeenForm | None:
    """What a Slack admin is shown after it."""
    close_forms(duet.person("roman"))
    return fill_form(open_form(duet.person("roman"), "/duet settings"), values).submit()


def is_free(duet: Office, day: str, zone: str, *, country: str | None = None) -> bool:
    with read_only_session(duet.database) as session:
        calendar = work_calendar(session, "T0PIKUS", zone, country=country)
    return not calendar.is_working_day(date.fromisoformat(day))


EASTER_MONDAY, THANKSGIVING = "2027-03-29", "2026-10-12"


def test_a_part_of_the_country_follows_from_the_zone_where_that_is_clear(duet: Office) -> None:
    """§17: London is in England; where somebody is in Germany, Berlin's zone does not say."""
    draft_charter(duet)
    assert is_free(duet, EASTER_MONDAY, "Europe/London")
    assert is_free(duet, "2027-03-26", "Europe/Zurich")
    assert is_free(duet, THANKSGIVING, "America/Toronto")
    assert is_free(duet, "2027-06-14", "Australia/Sydney")
    assert not is_free(duet, "2027-03-08", "Europe/Berlin")  # women's day: in Berlin only
    assert not is_free(duet, "2027-03-26", "Europe/London", country="CH")  # London says nothing of Switzerland


def test_a_part_of_the_country_is_a_setting(duet: Office) -> None:
    """§17: by its name or its code; it is shown as it was understood, and a wrong one is refused."""
    assert save_settings(duet, {"country": "Wielka Brytania", "country_part": "scotland"}) is None
    assert field_value(open_form(duet.person("roman"), "/duet settings"), "country_part") == "Scotland"
    assert not is_free(duet, EASTER_MONDAY, "Europe/London")  # a working day in Scotland
    assert is_free(duet, "2026-11-30", "Europe/Warsaw")  # St Andrew's
    assert is_free(duet, EASTER_MONDAY, "Europe/Warsaw", country="PL")
    with expect_no_change(duet):
        assert (
            "England, Northern Ireland, Scotland, Wales"
            in field_errors(save_settings(duet, {"country_part": "Zürich"}))["country_part"]
        )
        assert (
            "Najpierw"
            in field_errors(save_settings(duet, {"country": None, "country_part": "ENG"}))["country_part"]
        )
    close_forms(duet.person("roman"))


def test_a_part_is_asked_for_where_a_country_has_parts(duet: Office) -> None:
    """§17: as the country is chosen; what was typed elsewhere in the form stays."""
    assert save_settings(duet, {"country": "Polska"}) is None
    form = fill_form(open_form(duet.person("roman"), "/duet settings"), {"free_days": "24.12"})
    assert not {"Część kraju", "Part of the country"} & {*form.labels}, "the holidays are the same everywhere"
    form = fill_form(form, {"country": "Wielka Brytania"})
    assert field_value(form, "free_days") == "24.12"
    form = fill_form(form, {"country_part": "Scotland"})
    assert not {"Część kraju", "Part of the country"} & {*fill_form(form, {"country": "Polska"}).labels}
    close_forms(duet.person("roman"))


def test_free_days_of_the_company_are_typed_and_echoed(duet: Office) -> None:
    """§17, §2.4: one a line or with commas; read as days are everywhere, said back, logged, and saved again."""
    shown = save_settings(duet, {"free_days": "24 grudnia, 31.12.2026\n2027-01-02; 24.12\nMonday, 4 January 2027"})
    assert shown is not None
    understood = ["24 grudnia 2026 (czwartek)", "31 grudnia 2026 (czwartek)", "2 stycznia 2027 (sobota)"]
    assert [line for line in shown.text.splitlines() if "(" in line] == [
        *understood,
        "4 stycznia 2027 (poniedziałek)",
    ]
    days = ["2026-12-24", "2026-12-31", "2027-01-02", "2027-01-04"]
    assert load_last_audit_entry(duet).after == {"free_days": days}
    assert save_settings(duet, {"currency": "EUR"}) is None
    assert load_last_audit_entry(duet).after == {"currency": "EUR"}  # what was typed back is what was stored
    assert is_free(duet, "2026-12-31", "Europe/Warsaw")
    with expect_no_change(duet):
        assert "31.02" in field_errors(save_settings(duet, {"free_days": "24 grudnia, 31.02"}))["free_days"]
        many = "\n".join(str(date(2027, 1, 1) + timedelta(days=n)) for n in range(101))
        assert "100" in field_errors(save_settings(duet, {"free_days": many}))["free_days"]
        close_forms(duet.person("roman"))
        with expect_refusal(duet, "error.not_an_admin"):
            forged = {"free_days": {"type": "plain_text_input", "value": "24.12"}}
            assert forge_submission(duet.person("anna"), "settings.save", "", forged)
    close_forms(duet.person("anna"))
    assert save_settings(duet, {"free_days": None}) is None
    assert not is_free(duet, "2026-12-31", "Europe/Warsaw")


def test_working_days_are_counted_without_the_companys_free_days(duet: Office) -> None:
    """§2.8, §17: whoever writes "in 3 working days", and whatever is sent on a working morning."""
    start_project_today(duet)
    ewa = duet.person("ewa")
    run_milestone_command(ewa, 'add "Pilot" in 3 working days @ewa')
    assert str(query_one(duet, "SELECT due FROM milestones")) == str(current_day(duet) + timedelta(days=3))
    save_settings(duet, {"free_days": str(current_day(duet) + timedelta(days=1))})
    close_forms(duet.person("roman"))
    run_milestone_command(ewa, 'add "Raport" in 2 working days @ewa')
    assert query_one(duet, "SELECT due FROM milestones WHERE title = 'Raport'") == query_one(
        duet, "SELECT due FROM milestones WHERE title = 'Pilot'"
    )


def test_channels_are_called_as_the_company_wishes(duet: Office) -> None:
    """§4.3, §17: duet, or what a Slack admin sets; what Slack would not take as it is, is refused."""
    with expect_no_change(duet):
        for wrong in ("Duet", "it_marketing", "-duet", "duet-", "dział it", "a" * 21, "<!here>"):
            assert set(field_errors(save_settings(duet, {"channel_prefix": wrong}))) == {"channel_prefix"}, wrong
        close_forms(duet.person("roman"))
    assert save_settings(duet, {"channel_prefix": "it-marketing"}) is None
    activate_project(duet)
    assert "#it-marketing-1-kto-kupuje-w-piatki" in duet.person("anna").channels


HALF_PAST_MIDNIGHT = "00:30"


def test_first_milestones_at_half_past_midnight(duet: Office) -> None:
    """§2.8: "today" in the form is the day in the project's zone, though it is still yesterday in UTC."""
    midnight = current_day(duet) + timedelta(days=1)
    move_to_day(duet, midnight, HALF_PAST_MIDNIGHT)
    form = open_second_step(duet, starts_on=str(midnight))
    label = next(label for label in form.labels if label in CHARTER_LINES)
    form.fill({label: "Start – dzisiaj"})
    submit_form(fill_form(form, second_step_values(duet, starts_on=str(midnight))))
    assert str(query_one(duet, "SELECT due FROM milestones")) == str(midnight)


def test_a_crossing_proposed_at_half_past_midnight(duet: Office) -> None:
    """§5.2: the usual end is reckoned from the project's day."""
    activate_project(duet)
    register_asset(duet.person("ewa"), 'klienci "VIP" @ewa')
    midnight = current_day(duet) + timedelta(days=1)
    move_to_day(duet, midnight, HALF_PAST_MIDNIGHT)
    form = crossing_form(duet, "ewa", 'klienci "VIP" @piotr')
    assert form.values[find_label(form.labels, FIELDS["until"])] == str(midnight + USUAL_DECISION)
    close_forms(duet.person("ewa"))


def test_the_preview_says_also_which_first_days_are_skipped(duet: Office) -> None:
    """§8.1: also where the very next day of what is newly chosen is the one that is left out."""
    key, monday = start_quiet_project(duet, weeks=5)
    tuesday, friday = monday + timedelta(days=1), monday + timedelta(days=4)
    save_settings(duet, {"free_days": f"{tuesday}\n{friday}"})
    close_forms(duet.person("roman"))
    skipped = f"Święta bez check-inu: {polish_date(friday)} (piątek)."
    for schedule in ("piątek 15:00", "co 2 tygodnie piątek 15:00", "pt 10:00"):
        assert skipped in run_checkin_command(duet.person("ewa"), f"{key} plan {schedule}").text, schedule
        assert skipped in run_checkin_command(duet.person("ewa"), key).text, schedule
        assert skipped in open_form(duet.person("ewa"), f"/duet checkin {key} plan").text, schedule
