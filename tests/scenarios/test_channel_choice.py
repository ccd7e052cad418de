"""*Use this channel*: looked at first; a choice that is refused changes nothing and says so (product §4.3)."""

from datetime import timedelta

import pytest

from playground.driver import Message
from tests.failures.test_refusals import to_channel
from tests.running import Office
from tests.scenarios.steps import (
    EXECUTIVES,
    GOAL,
    LEADS,
    NOT_FOUND,
    active,
    channel_of,
    click,
    fill,
    hands_in,
    one,
    presses,
    project_id,
    refused,
    says,
    sent,
    signed_by,
)

WARNING = ("jest publiczny", "is public")
SHARED = ("jest współdzielony z inną firmą", "is shared with another company")
NOT_INSIDE = ("nie ma mnie na kanale", "I am not in")
ARCHIVED = ("jest zarchiwizowany", "is archived")
YES = ("Niech czyta cała firma", "Let everybody read")
MADE = ("od teraz na kanale", "lives in")
AGAIN = ("Wybierz kanał", "Choose a channel")


def made(duet: Office, name: str, *, with_duet: bool = True, is_private: bool = False) -> str:
    """A channel of Ewa's. Returns its id."""
    channel = duet.slack.change_channel(name, "create", by="ewa", is_private=is_private)
    if with_duet:
        duet.slack.change_channel(name, "invite", by="ewa", whom="duet")
    return str(channel["id"])


def chosen(duet: Office, who: str, key: str, channel_id: str) -> None:
    """By the form, whose list would not offer some of them."""
    picked = {"channel": {"type": "conversations_select", "selected_conversation": channel_id}}
    hands_in(duet.person(who), "charter.channel", f'{{"project": {project_id(duet, key)}}}', picked)


def answer(duet: Office, who: str, what: tuple[str, str]) -> Message:
    return duet.person(who).waits_for(what[who == "piotr"], "@duet")


def lives_in(duet: Office) -> str:
    return str(one(duet, "SELECT channel_id FROM projects"))


def calls_with(duet: Office, channel_id: str) -> set[str]:
    return {call["method"] for call in duet.slack.calls() if call["arguments"].get("channel") == channel_id}


def share(duet: Office, name: str) -> None:
    duet.slack.change_channel(name, "share", by="ewa")


def offer(duet: Office, name: str) -> None:
    duet.slack.change_channel(name, "offer", by="ewa")


def archive(duet: Office, name: str) -> None:
    duet.slack.change_channel(name, "archive", by="ewa")


def show_out(duet: Office, name: str) -> None:
    duet.slack.change_channel(name, "left", by="ewa")


@pytest.mark.parametrize("who", LEADS)
def test_whoever_has_chosen_reads_that_it_is_done(duet: Office, who: str) -> None:
    """§4.3, §2.6: where they have chosen, and nobody else."""
    key = active(duet)
    channel = made(duet, "biuro-duet", is_private=True)
    chosen(duet, who, key, channel)
    answer(duet, who, MADE)
    duet.settles()  # whoever was not in the channel is invited first
    assert "biuro-duet" in answer(duet, who, MADE).text
    assert lives_in(duet) == channel
    other = {"ewa": "piotr", "piotr": "ewa"}[who]
    assert not [each for each in duet.person(other).reads("@duet") if says(each.text, MADE)]


@pytest.mark.parametrize("who", LEADS)
@pytest.mark.parametrize(
    ("spoil", "what"), [(share, SHARED), (offer, SHARED), (archive, ARCHIVED), (show_out, NOT_INSIDE)]
)
def test_a_refused_choice_changes_nothing(duet: Office, spoil: object, what: tuple[str, str], who: str) -> None:
    """§4.3: the old channel stays, whoever chose reads why, and nothing has gone to the other one."""
    assert callable(spoil)
    key = active(duet)
    old = channel_of(duet, key)
    channel_id = made(duet, "cudzy", is_private=True)
    spoil(duet, "cudzy")
    chosen(duet, who, key, channel_id)
    told = answer(duet, who, what)
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
    key = active(duet)
    old = channel_of(duet, key)
    channel_id = made(duet, "otwarty")
    chosen(duet, who, key, channel_id)
    told = answer(duet, who, WARNING)
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
    assert one(duet, "SELECT count(*) FROM audit_log WHERE action = 'project.channel_public'") == 0


def test_a_public_channel_that_is_shared_meanwhile_is_refused(duet: Office) -> None:
    """§4.3: the yes is to colleagues who read, not to another company."""
    key = active(duet)
    channel_id = made(duet, "otwarty")
    chosen(duet, "ewa", key, channel_id)
    told = answer(duet, "ewa", WARNING)
    share(duet, "otwarty")
    told.click(YES[0])
    answer(duet, "ewa", SHARED)
    assert calls_with(duet, channel_id) == {"conversations.info"}


def test_only_who_may_choose_may_say_yes(duet: Office) -> None:
    """§14: a forged yes, or one for another project, is refused."""
    key = active(duet)
    channel_id = made(duet, "otwarty")
    number = project_id(duet, key)
    with refused(duet, "NotFound"):
        assert says(presses(duet.person("jan"), "charter.use_public", f"{number}:{channel_id}").text, NOT_FOUND)
    for wrong in ("", ":", f"{number}", f"{number}:U0ADAM", f"9999999999:{channel_id}", f"x:{channel_id}"):
        with refused(duet, "NotFound"):
            assert says(presses(duet.person("ewa"), "charter.use_public", wrong).text, NOT_FOUND), wrong
    assert calls_with(duet, channel_id) == set()


def test_a_channel_without_duet_is_chosen_again_after_an_invitation(duet: Office) -> None:
    """§4.3, §16: what did not happen, why, and what to do; then it works, where there was no channel at all."""
    duet.slack.team_setting(restricted_action=True)
    key = sent(duet)
    signed_by(duet, key, *EXECUTIVES)
    made(duet, "nasz-projekt", with_duet=False, is_private=True)
    asked = duet.person("ewa").waits_for("nie pozwala mi założyć kanału", "@duet")
    assert fill(click(asked, "use_channel").form, {"channel": "#nasz-projekt"}).submit() is None
    told = answer(duet, "ewa", NOT_INSIDE)
    assert one(duet, "SELECT channel_id FROM projects") is None
    duet.slack.change_channel("nasz-projekt", "invite", by="ewa", whom="duet")
    again = told.click(AGAIN[0]).form
    assert again is not None
    assert fill(again, {"channel": "#nasz-projekt"}).submit() is None
    duet.person("ewa").waits_for(GOAL, "#nasz-projekt")
    duet.slack.waits_for_calls("pins.add")
    duet.settles()
    assert len(duet.person("ewa").reads("#nasz-projekt")) == 1
    assert duet.person("ewa").reads("#nasz-projekt")[0].pinned
    assert "#nasz-projekt" in duet.person("anna").channels


def test_two_choices_at_once(duet: Office) -> None:
    """§4.3: one after the other; the project ends in one of them, with one pinned charter in each it was in."""
    key = active(duet)
    for name in ("jeden", "drugi"):
        made(duet, name, is_private=True)
    ids = {name: duet.person("ewa").conversation(f"#{name}") for name in ("jeden", "drugi")}
    chosen(duet, "ewa", key, ids["jeden"])
    chosen(duet, "piotr", key, ids["drugi"])
    duet.person("anna").waits_for(GOAL, "#drugi")
    duet.settles()
    assert lives_in(duet) == ids["drugi"]
    to_channel(duet, key, "news")
    duet.person("anna").waits_for("news", "#drugi")
