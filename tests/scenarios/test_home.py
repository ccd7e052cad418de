"""The App Home tab: what it shows, when it is published, and that it stays true (product §13.1)."""

from tests.running import Office
from tests.scenarios.steps import activate_project, send_charter, sign_charter


def open_home(duet: Office, handle: str) -> str:
    """What somebody reads there once it was drawn."""
    person = duet.person(handle)
    person.opens_home()
    duet.settles()
    assert person.home is not None
    return person.home.text


def read_home(duet: Office, handle: str) -> str:
    """What they read there now, without opening it again."""
    duet.settles()
    home = duet.person(handle).home
    assert home is not None
    return home.text


def test_home_is_drawn_when_it_is_opened(duet: Office) -> None:
    """§13.1: in the person's own language."""
    key = send_charter(duet)
    assert duet.person("adam").home is None
    assert key in open_home(duet, "adam")
    assert "Co na Ciebie czeka" in read_home(duet, "adam")
    assert "What waits for you" in open_home(duet, "piotr")


def test_an_open_home_is_kept_true_for_an_hour(duet: Office) -> None:
    """§13.1: whoever makes the change; afterwards it is left as it was, until it is opened again."""
    key = send_charter(duet)
    waits = "czeka na Twój podpis"
    assert waits in open_home(duet, "adam")
    assert waits in open_home(duet, "anna")
    sign_charter(duet, key, "adam")
    assert waits not in read_home(duet, "adam")
    assert waits in read_home(duet, "anna")
    published = len(duet.slack.calls("views.publish"))
    duet.slack.move_clock(hours=1, minutes=1)
    duet.settles()
    sign_charter(duet, key, "anna")
    assert waits in read_home(duet, "anna")
    assert len(duet.slack.calls("views.publish")) == published
    assert waits not in open_home(duet, "anna")


def test_what_is_the_same_is_not_published_again(duet: Office) -> None:
    """§13.1: not when it is opened again, nor after a change that it does not show; but where Slack has lost it."""
    activate_project(duet)
    open_home(duet, "jan")
    assert len(duet.slack.calls("views.publish")) == 1
    open_home(duet, "jan")
    duet.person("ewa").types("/duet away 2027-01-11 2027-01-12")
    duet.settles()
    assert len(duet.slack.calls("views.publish")) == 1
    duet.playground.world.teams["T0PIKUS"].homes.clear()
    open_home(duet, "jan")
    assert len(duet.slack.calls("views.publish")) == 2


def test_a_click_on_home_is_answered_in_a_window(duet: Office) -> None:
    """§13.1: Home has no place for an answer of its own; what the click has changed is drawn at once."""
    key = send_charter(duet)
    open_home(duet, "adam")
    home = duet.person("adam").home
    assert home is not None
    form = home.click("Przeczytaj i podpisz")
    assert form is not None and key in form.text
    form.close()
    listed = home.click("Wszystkie moje projekty")
    assert listed is not None and key in listed.text
    assert not duet.slack.violations
