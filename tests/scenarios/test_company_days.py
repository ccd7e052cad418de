"""Which days are free in a company, where midnight is, and how its channels are called (product §2.8, §17)."""

from collections.abc import Mapping
from datetime import date, timedelta

from bot.people.service import work_calendar
from handlers.crossing import USUAL_DECISION
from playground.driver import Form
from storage.session import reading
from tests.running import Office
from tests.scenarios.days import comes, today
from tests.scenarios.register_steps import FIELDS, owned
from tests.scenarios.steps import (
    active,
    at_second_step,
    drafted,
    errors,
    fill,
    hands_in,
    labelled,
    one,
    opened,
    put_away,
    refused,
    rows,
    second_step,
    submitted,
    unchanged,
    value,
)
from tests.scenarios.test_crossing import crossing_form
from tests.scenarios.timetable_steps import milestones, running

CHARTER_LINES = ("Pierwsze kamienie milowe", "First milestones")


def saved(duet: Office, values: Mapping[str, str | None]) -> Form | None:
    """What a Slack admin is shown after it."""
    put_away(duet.person("roman"))
    return fill(opened(duet.person("roman"), "/duet settings"), values).submit()


def is_free(duet: Office, day: str, zone: str, *, country: str | None = None) -> bool:
    with reading(duet.database) as session:
        calendar = work_calendar(session, "T0PIKUS", zone, country=country)
    return not calendar.is_working_day(date.fromisoformat(day))


EASTER_MONDAY, THANKSGIVING = "2027-03-29", "2026-10-12"


def test_a_part_of_the_country_follows_from_the_zone_where_that_is_clear(duet: Office) -> None:
    """§17: London is in England; where somebody is in Germany, Berlin's zone does not say."""
    drafted(duet)
    assert is_free(duet, EASTER_MONDAY, "Europe/London")
    assert is_free(duet, "2027-03-26", "Europe/Zurich")
    assert is_free(duet, THANKSGIVING, "America/Toronto")
    assert is_free(duet, "2027-06-14", "Australia/Sydney")
    assert not is_free(duet, "2027-03-08", "Europe/Berlin")  # women's day: in Berlin only
    assert not is_free(duet, "2027-03-26", "Europe/London", country="CH")  # London says nothing of Switzerland


def test_a_part_of_the_country_is_a_setting(duet: Office) -> None:
    """§17: by its name or its code; it is shown as it was understood, and a wrong one is refused."""
    assert saved(duet, {"country": "Wielka Brytania", "country_part": "scotland"}) is None
    assert value(opened(duet.person("roman"), "/duet settings"), "country_part") == "SCT"
    assert not is_free(duet, EASTER_MONDAY, "Europe/London")  # a working day in Scotland
    assert is_free(duet, "2026-11-30", "Europe/Warsaw")  # St Andrew's
    assert is_free(duet, EASTER_MONDAY, "Europe/Warsaw", country="PL")
    with unchanged(duet):
        assert "ENG, NIR, SCT, WLS" in errors(saved(duet, {"country_part": "Zürich"}))["country_part"]
        assert "te same" in errors(saved(duet, {"country": "Dania", "country_part": "x"}))["country_part"]
        assert "Najpierw" in errors(saved(duet, {"country": None, "country_part": "ENG"}))["country_part"]
    put_away(duet.person("roman"))


def test_free_days_of_the_company_are_typed_and_echoed(duet: Office) -> None:
    """§17, §2.4: one a line or with commas; read as days are everywhere, said back, logged, and saved again."""
    shown = saved(duet, {"free_days": "24 grudnia, 31.12.2026\n2027-01-02; 24.12\nMonday, 4 January 2027"})
    assert shown is not None
    understood = ["24 grudnia 2026 (czwartek)", "31 grudnia 2026 (czwartek)", "2 stycznia 2027 (sobota)"]
    assert [line for line in shown.text.splitlines() if "(" in line] == [
        *understood,
        "4 stycznia 2027 (poniedziałek)",
    ]
    days = ["2026-12-24", "2026-12-31", "2027-01-02", "2027-01-04"]
    assert {"free_days": days} in rows(duet)["audit_log"][-1]
    assert saved(duet, {"currency": "EUR"}) is None
    assert {"currency": "EUR"} in rows(duet)["audit_log"][-1]  # what was typed back is what was stored
    assert is_free(duet, "2026-12-31", "Europe/Warsaw")
    with unchanged(duet):
        assert "31.02" in errors(saved(duet, {"free_days": "24 grudnia, 31.02"}))["free_days"]
        many = "\n".join(str(date(2027, 1, 1) + timedelta(days=n)) for n in range(101))
        assert "100" in errors(saved(duet, {"free_days": many}))["free_days"]
        put_away(duet.person("roman"))
        with refused(duet, "NotAllowed"):
            forged = {"free_days": {"type": "plain_text_input", "value": "24.12"}}
            assert hands_in(duet.person("anna"), "settings.save", "", forged)
    put_away(duet.person("anna"))
    assert saved(duet, {"free_days": None}) is None
    assert not is_free(duet, "2026-12-31", "Europe/Warsaw")


def test_working_days_are_counted_without_the_companys_free_days(duet: Office) -> None:
    """§2.8, §17: whoever writes "in 3 working days", and whatever is sent on a working morning."""
    running(duet)
    ewa = duet.person("ewa")
    milestones(ewa, 'add "Pilot" in 3 working days @ewa')
    assert str(one(duet, "SELECT due FROM milestones")) == str(today(duet) + timedelta(days=3))
    saved(duet, {"free_days": str(today(duet) + timedelta(days=1))})
    put_away(duet.person("roman"))
    milestones(ewa, 'add "Raport" in 2 working days @ewa')
    assert one(duet, "SELECT due FROM milestones WHERE title = 'Raport'") == one(
        duet, "SELECT due FROM milestones WHERE title = 'Pilot'"
    )


def test_channels_are_called_as_the_company_wishes(duet: Office) -> None:
    """§4.3, §17: duet, or what a Slack admin sets; what Slack would not take as it is, is refused."""
    with unchanged(duet):
        for wrong in ("Duet", "it_marketing", "-duet", "duet-", "dział it", "a" * 21, "<!here>"):
            assert set(errors(saved(duet, {"channel_prefix": wrong}))) == {"channel_prefix"}, wrong
        put_away(duet.person("roman"))
    assert saved(duet, {"channel_prefix": "it-marketing"}) is None
    active(duet)
    assert "#it-marketing-1-kto-kupuje-w-piatki" in duet.person("anna").channels


HALF_PAST_MIDNIGHT = "00:30"


def test_first_milestones_at_half_past_midnight(duet: Office) -> None:
    """§2.8: "today" in the form is the day in the project's zone, though it is still yesterday in UTC."""
    midnight = today(duet) + timedelta(days=1)
    comes(duet, midnight, HALF_PAST_MIDNIGHT)
    form = at_second_step(duet, starts_on=str(midnight))
    label = next(label for label in form.labels if label in CHARTER_LINES)
    form.fill({label: "Start – dzisiaj"})
    submitted(fill(form, second_step(duet, starts_on=str(midnight))))
    assert str(one(duet, "SELECT due FROM milestones")) == str(midnight)


def test_a_crossing_proposed_at_half_past_midnight(duet: Office) -> None:
    """§5.2: the usual end is reckoned from the project's day."""
    active(duet)
    owned(duet.person("ewa"), 'klienci "VIP" @ewa')
    midnight = today(duet) + timedelta(days=1)
    comes(duet, midnight, HALF_PAST_MIDNIGHT)
    form = crossing_form(duet, "ewa", 'klienci "VIP" @piotr')
    assert form.values[labelled(form.labels, FIELDS["until"])] == str(midnight + USUAL_DECISION)
    put_away(duet.person("ewa"))
