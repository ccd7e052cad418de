"""*Use this channel*: looked at first; a choice that is refused changes nothing and says so (product §4.3)."""

from datetime import timedelta

import pytest

from tests.driving import SeenMessage
from tests.running import Office
from tests.scenarios.steps import (
    EXECUTIVES,
    GOAL,
    LEADS,
    NOT_FOUND,
    activate_project,
    click_button,
    expect_refusal,
    fill_form,
    forge_click,
    forge_submission,
    has_sentence,
    project_channel,
    project_id,
    query_one,
    send_charter,
    sign_charter,
)
from tests.scenarios.test_refusals import to_channel

WARNING = (
    "jest publiczny: odpowiedzi z check-inów i wszystko inne, co się tam pojawi, przeczyta każda osoba w firmie",
    "is public: everybody in the company can read the answers to check-ins and all else that is posted there",
)
SHARED = ("jest współdzielony z inną firmą", "is shared with another company")
NOT_INSIDE = ("nie ma mnie na kanale", "I am not in")
ARCHIVED = ("jest zarchiwizowany", "is archived")
YES = ("Niech czyta cała firma", "Let everybody read")
MADE = ("od teraz na kanale", "lives in")
AGAIN = ("Wybierz kanał", "Choose a channel")


def make_channel(duet: Office, name: str, *, with_duet: bool = True, is_private: bool = False) -> str:
    """A channel of Ewa's. Returns its id."""
    channel = duet.slack.change_channel(name, "create", by="ewa", is_private=is_private)
    if with_duet:
        duet.slack.change_channel(name, "invite", by="ewa", whom="duet")
    return str(channel["id"])


def choose_channel(duet: Office, who: str, key: str, channel_id: str) -> None:
    """By the form, whose list would not offer some of them."""
    picked = {"channel": {"type": "conversations_select", "selected_conversation": channel_id}}
    forge_submission(duet.person(who), "charter.channel", f'{{"project": {project_id(duet, key)}}}', picked)


def wait_for_answer(duet: Office, who: str, what: tuple[str, str]) -> SeenMessage:
    return duet.person(who).waits_for(what[who == "piotr"], "@duet")


def lives_in(duet: Office) -> str:
    return str(query_one(duet, "SELECT channel_id FROM projects"))


def calls_with(duet: Office, channel_id: str) -> set[str]:
    return {call["method"] for call in duet.slack.calls() if call["arguments"].get("channel") == channel_id}


def share_channel(duet: Office, name: str) -> None:
    duet.slack.change_channel(name, "share", by="ewa")


def offer_channel(duet: Office, name: str) -> None:
    duet.slack.change_channel(name, "offer", by="ewa")


def archive_channel(duet: Office, name: str) -> None:
    duet.slack.change_channel(name, "archive", by="ewa")


def show_out(duet: Office, name: str) -> None:
    duet.slack.change_channel(name, "left", by="ewa")


@pytest.mark.parametrize("who", LEADS)
def test_whoever_has_chosen_reads_that_it_is_done(duet: Office, who: str) -> None:
    """§4.3, §2.6: where they have chosen, and nobody else."""
    key = activate_project(duet)
    channel = make_channel(duet, "biuro-duet", is_private=True)
    choose_channel(duet, who, key, channel)
    wait_for_answer(duet, who, MADE)
    duet.settles()  # whoever was not in the channel is invited first
    assert "biuro-duet" in wait_for_answer(duet, who, MADE).text
    assert lives_in(duet) == channel
    other = {"ewa": "piotr", "piotr": "ewa"}[who]
    assert not [each for each in duet.person(other).reads("@duet") if has_sentence(each.text, MADE)]


@pytest.mark.one_of(2)
@pytest.mark.parametrize("who", LEADS)
@pytest.mark.parametrize(
    ("spoil", "what"),
    [(share_channel, SHARED), (offer_channel, SHARED), (archive_channel, ARCHIVED), (show_out, NOT_INSIDE)],
)
def test_a_refused_choice_changes_nothing(duet: Office, spoil: object, what: tuple[str, str], who: str) -> None:
    """§4.3: the old channel stays, whoever chose reads why, and nothing has gone to the other one."""
    assert callable(spoil)
    key = activate_project(duet)
    old = project_channel(duet, key)
    channel_id = make_channel(duet, "cudzy", is_private=True)
    spoil(duet, "cudzy")
    choose_channel(duet, who, key, channel_id)
    told = wait_for_answer(duet, who, what)
    assert [str(each) for each in told.buttons] == [AGAIN[who == "piotr"]]
    to_channel(duet, key, "news")
    duet.person("anna").waits_for("news", old)
    duet.settles()
    assert calls_with(duet, channel_id) == {"conversations.info"}
    assert lives_in(duet) == duet.person("anna").conversation(old)
    other = next(lead for lead in LEADS if lead != who)
    assert not [each for each in duet.person(other).reads("@duet") if what[other == "piotr"] in each.text]
    assert "cudzy" not in duet.person("anna").types(f"/duet log {key}").text


@pytest.mark.parametrize("who", LEADS)
def test_a_public_channel_only_after_a_warning(duet: Office, who: str) -> None:
    """§4.3: everybody internal will read the answers; until somebody says yes to that nothing is changed."""
    key = activate_project(duet)
    old = project_channel(duet, key)
    channel_id = make_channel(duet, "otwarty")
    choose_channel(duet, who, key, channel_id)
    told = wait_for_answer(duet, who, WARNING)
    assert calls_with(duet, channel_id) == {"conversations.info"}
    assert lives_in(duet) == duet.person("anna").conversation(old)
    told.click(YES[who == "piotr"])
    duet.person("anna").waits_for(GOAL, "#otwarty")
    duet.settles()
    assert lives_in(duet) == channel_id
    for handle in (*EXECUTIVES, *LEADS):
        assert "#otwarty" in duet.person(handle).channels
    duet.slack.move_clock(timedelta(days=1, minutes=1).total_seconds())
    to_channel(duet, key, "news")  # looked at anew: nothing has become public
    duet.delivers_everything()
    assert query_one(duet, "SELECT count(*) FROM audit_log WHERE action = 'project.channel_public'") == 0


def test_a_public_channel_that_is_shared_meanwhile_is_refused(duet: Office) -> None:
    """§4.3: the yes is to colleagues who read, not to another company."""
    key = activate_project(duet)
    channel_id = make_channel(duet, "otwarty")
    choose_channel(duet, "ewa", key, channel_id)
    told = wait_for_answer(duet, "ewa", WARNING)
    share_channel(duet, "otwarty")
    told.click(YES[0])
    wait_for_answer(duet, "ewa", SHARED)
    assert calls_with(duet, channel_id) == {"conversations.info"}


def test_only_who_may_choose_may_say_yes(duet: Office) -> None:
    """§14: a forged yes, or one for another project, is refused."""
    key = activate_project(duet)
    channel_id = make_channel(duet, "otwarty")
    number = project_id(duet, key)
    with expect_refusal(duet, "error.not_found"):
        assert has_sentence(
            forge_click(duet.person("jan"), "charter.use_public", f"{number}:{channel_id}").text, NOT_FOUND
        )
    for wrong in ("", ":", f"{number}", f"{number}:U0ADAM", f"9999999999:{channel_id}", f"x:{channel_id}"):
        with expect_refusal(duet, "error.not_found"):
            assert has_sentence(forge_click(duet.person("ewa"), "charter.use_public", wrong).text, NOT_FOUND), wrong
    assert calls_with(duet, channel_id) == set()


def test_a_channel_without_duet_is_chosen_again_after_an_invitation(duet: Office) -> None:
    """§4.3, §16: what did not happen, why, and what to do; then it works, where there was no channel at all."""
    duet.slack.team_setting(restricted_action=True)
    key = send_charter(duet)
    sign_charter(duet, key, *EXECUTIVES)
    make_channel(duet, "nasz-projekt", with_duet=False, is_private=True)
    asked = duet.person("ewa").waits_for("nie pozwala mi założyć kanału", "@duet")
    assert fill_form(click_button(asked, "use_channel").form, {"channel": "#nasz-projekt"}).submit() is None
    told = wait_for_answer(duet, "ewa", NOT_INSIDE)
    assert query_one(duet, "SELECT channel_id FROM projects") is None
    duet.slack.change_channel("nasz-projekt", "invite", by="ewa", whom="duet")
    again = told.click(AGAIN[0]).form
    assert again is not None
    assert fill_form(again, {"channel": "#nasz-projekt"}).submit() is None
    duet.person("ewa").waits_for(GOAL, "#nasz-projekt")
    duet.slack.waits_for_calls("pins.add")
    duet.settles()
    assert len(duet.person("ewa").reads("#nasz-projekt")) == 1
    assert duet.person("ewa").reads("#nasz-projekt")[0].pinned
    assert "#nasz-projekt" in duet.person("anna").channels


def test_two_choices_at_once(duet: Office) -> None:
    """§4.3: one after the other; the project ends in one of them, with one pinned charter in each it was in."""
    key = activate_project(duet)
    for name in ("jeden", "drugi"):
        make_channel(duet, name, is_private=True)
    ids = {name: duet.person("ewa").conversation(f"#{name}") for name in ("jeden", "drugi")}
    choose_channel(duet, "ewa", key, ids["jeden"])
    choose_channel(duet, "piotr", key, ids["drugi"])
    duet.person("anna").waits_for(GOAL, "#drugi")
    duet.settles()
    assert lives_in(duet) == ids["drugi"]
    to_channel(duet, key, "news")
    duet.person("anna").waits_for("news", "#drugi")
