"""What people do with a team, in whichever language their Slack speaks."""

from typing import Any

from tests.driving import PersonDriver, SeenForm, SeenReply
from tests.running import Office
from tests.scenarios.steps import close_forms, day_from_today, find_label, has_sentence, query_one

FIELDS = {
    "member": ("Członek zespołu", "Member"),
    "side": ("Strona tej osoby", "The member's side"),
    "home_post": ("Macierzyste stanowisko", "Home post"),
    "home_manager": ("Przełożony", "Home manager"),
    "share": ("Wymiar w procentach", "Share of their time, in percent"),
    "from_day": ("Pierwszy dzień", "First day"),
    "until_day": ("Ostatni dzień", "Last day"),
}
SIDES = {"it": ("IT",), "marketing": ("Marketing",)}
DONE = ("W zespole D-", "In the team of D-")
CHANGED = ("Zmienione w zespole D-", "Changed in the team of D-")
REMOVED = ("już poza zespołem D-", "is no longer in the team of D-")
OTHER_SIDES = ("Każda strona wskazuje swoich ludzi, więc", "Each side names its own people, so")
KNOWS_SIDE = ("Nikt nie jest w zespole z obu stron", "Nobody is a member for both sides")
MEMBER_ALREADY = ("jest już w zespole", "in the team already")
NOT_A_MEMBER = ("Tej osoby nie ma w zespole", "This person is not in the team")
ASKED_TO_CONFIRM = ("Do potwierdzenia:", "For you to confirm:")
CANNOT_TAKE_PART = ("To musi być osoba z tego Slacka", "This has to be somebody of this Slack")


def run_team_command(person: PersonDriver, what: str, channel: str = "#general") -> SeenReply:
    """`/duet team …`, with nothing open."""
    close_forms(person)
    return person.types(f"/duet team {what}", channel)


def open_member_form(person: PersonDriver, what: str, channel: str = "#general") -> SeenForm:
    reply = run_team_command(person, f"{what} add" if "add" not in what and "dodaj" not in what else what, channel)
    assert person.form is not None, reply.text
    return person.form


def fill_member_form(form: SeenForm, **values: Any) -> SeenForm:
    """By the names of FIELDS and SIDES."""
    chosen: dict[str, Any] = {}
    for name, value in values.items():
        label = find_label(form.labels, FIELDS[name])
        is_side = name == "side" and value is not None
        chosen[label] = find_label(form.options[label], SIDES[value]) if is_side else value
    return form.fill(chosen)


def submit_member_form(form: SeenForm, **values: Any) -> SeenForm:
    """What is shown next: that it is done, or the same form with errors. Without a home manager it is roman."""
    if form.values[find_label(form.labels, FIELDS["home_manager"])] is None:
        values = {"home_manager": "@roman"} | values
    shown = fill_member_form(form, **values).submit()
    assert shown is not None
    assert shown.trouble is None, shown.trouble
    return shown


def member_errors(form: SeenForm) -> dict[str, str]:
    """By the names of FIELDS."""
    names = {label: name for name, labels in FIELDS.items() for label in labels}
    return {names[label]: text for label, text in form.errors.items()}


def add_member(duet: Office, key: str, who: str, *, by: str, **values: Any) -> None:
    """Somebody is in the team, as their side's lead or executive says, until the project ends."""
    person = duet.person(by)
    form = open_member_form(person, f"{key} add @{who}")
    shown = submit_member_form(form, **({"home_post": f"Stanowisko: {who}"} | values))
    assert has_sentence(shown.text, DONE), (shown.text, shown.errors)
    close_forms(person)


def member_id(duet: Office, who: str) -> int:
    """Of the newest stay."""
    user = duet.person(who).id
    return int(query_one(duet, "SELECT max(id) FROM members WHERE user_id = :user", user=user))


def stay_days(duet: Office, first: int, last: int) -> dict[str, str]:
    return {"from_day": day_from_today(duet, first), "until_day": day_from_today(duet, last)}
