"""The project channel, and the way out where Slack does not let Duet make it."""

from tests.driving import SeenMessage
from tests.running import Office
from tests.scenarios.steps import (
    EXECUTIVES,
    GOAL,
    LEADS,
    NOT_FOUND,
    activate_project,
    click_button,
    close_forms,
    expect_no_change,
    expect_refusal,
    field_errors,
    fill_form,
    forge_click,
    forge_submission,
    has_sentence,
    move_to_tuesday_morning,
    project_channel,
    project_id,
    send_charter,
    sign_charter,
    submit_form,
)

NO_CHANNEL = ("nie pozwala mi założyć kanału", "does not let me make its channel")


def wait_for_channel_news(duet: Office, lead: str, what: tuple[str, str]) -> SeenMessage:
    return duet.person(lead).waits_for(what[lead == "piotr"], "@duet")


def without_channel(duet: Office) -> str:
    """The key of an active project whose channel Slack refused."""
    duet.slack.team_setting(restricted_action=True)
    key = send_charter(duet)
    sign_charter(duet, key, *EXECUTIVES)
    for lead in LEADS:
        assert key in wait_for_channel_news(duet, lead, NO_CHANNEL).text
    duet.settles()
    return key


def test_a_restricted_workspace_never_stops_the_project(duet: Office) -> None:
    """§4.3: it is active; both leads are told how to make a channel, invite Duet and choose it."""
    key = without_channel(duet)
    ewa, piotr = duet.person("ewa"), duet.person("piotr")
    for lead, (active, button) in {
        "ewa": ("jest aktywny", "Użyj tego kanału"),
        "piotr": ("is active", "Use this channel"),
    }.items():
        told = wait_for_channel_news(duet, lead, NO_CHANNEL)
        assert active in told.text and told.buttons == [button]
        assert "/invite @Duet" in told.text and "duet-1-kto-kupuje-w-piatki" in told.text
    message = wait_for_channel_news(duet, "ewa", NO_CHANNEL)
    assert "active" in piotr.types("/duet show").text

    duet.slack.change_channel("nasz-projekt", "create", by="ewa", is_private=True)
    duet.slack.change_channel("nasz-projekt", "invite", by="ewa", whom="duet")
    form = fill_form(click_button(message, "use_channel").form, {"channel": "#nasz-projekt"})
    assert form.submit() is None
    posted = ewa.waits_for(GOAL, "#nasz-projekt")
    duet.slack.waits_for_calls("conversations.invite", 4)
    duet.slack.waits_for_calls("pins.add")
    duet.settles()
    assert ewa.reads("#nasz-projekt")[0].pinned, posted
    for handle in (*EXECUTIVES, *LEADS):
        assert GOAL in duet.person(handle).reads("#nasz-projekt")[0].text
    assert ewa.types("/duet show", "#nasz-projekt").text.startswith(key)
    for handle in EXECUTIVES:
        assert "#nasz-projekt" in duet.person(handle).waits_for("Kanał projektu", "@duet").text
    assert "Kanał projektu: #nasz-projekt" in ewa.types("/duet log").text


def test_a_name_that_is_taken_never_stops_the_project(duet: Office) -> None:
    """§4.3: `name_taken`"""
    duet.slack.change_channel("duet-1-kto-kupuje-w-piatki", "create", by="jan")
    key = send_charter(duet)
    sign_charter(duet, key, *EXECUTIVES)
    for lead in LEADS:
        message = wait_for_channel_news(duet, lead, NO_CHANNEL)
        assert key in message.text
        assert len(message.buttons) == 1
    assert "aktywny" in duet.person("anna").types("/duet show").text


def test_a_channel_belongs_to_one_project(duet: Office) -> None:
    """§4.3, §2.1"""
    first = activate_project(duet)
    taken = project_channel(duet, first)
    duet.slack.team_setting(restricted_action=True)
    second = send_charter(duet, name="Drugi")
    sign_charter(duet, second, *EXECUTIVES)
    form = click_button(wait_for_channel_news(duet, "ewa", NO_CHANNEL), "use_channel").form
    with expect_refusal(duet, "error.channel_taken"):
        form = submit_form(fill_form(form, {"channel": taken}))
    refusal = field_errors(form)["channel"]
    assert "należy już do innego projektu" in refusal
    assert first not in refusal, "the other project may be private"
    assert form.values["Kanał"] == taken


def test_only_leads_and_executives_choose_the_channel(duet: Office) -> None:
    """§14: also by a forged click or form, or for another project."""
    key = without_channel(duet)
    meta = f'{{"project": {project_id(duet, key)}}}'
    chosen = {"channel": {"type": "conversations_select", "selected_conversation": "C0GENERAL"}}
    jan = duet.person("jan")
    with expect_refusal(duet, "error.not_found"):
        assert has_sentence(forge_click(jan, "charter.use_channel", f"{project_id(duet, key)}:1").text, NOT_FOUND)
    with expect_refusal(duet, "error.not_found"):
        assert has_sentence(forge_submission(jan, "charter.channel", meta, chosen), NOT_FOUND)
    ewa = duet.person("ewa")
    for wrong in ('{"project": 99}', '{"project": 4294967296}', '{"project": "1"}', "[]", "{", "", "null"):
        with expect_refusal(duet, "error.not_found"):
            assert has_sentence(forge_submission(ewa, "charter.channel", wrong, chosen), NOT_FOUND), wrong
        close_forms(ewa)


def test_a_forged_channel_is_not_found(duet: Office) -> None:
    """§14, §16: what is no channel's id is refused in words, and nothing is changed."""
    key = without_channel(duet)
    ewa, meta = duet.person("ewa"), f'{{"project": {project_id(duet, key)}}}'
    for wrong in ("kanał", "<!channel>", "C" * 10_000, "U0ADAM", "c0general"):
        chosen = {"channel": {"type": "conversations_select", "selected_conversation": wrong}}
        with expect_no_change(duet):
            said = forge_submission(ewa, "charter.channel", meta, chosen)
            assert said, wrong[:20]
            assert "po naszej stronie" not in said, wrong[:20]
        close_forms(ewa)


def test_a_draft_has_no_channel_to_choose(duet: Office) -> None:
    """§3: every step only in its state."""
    key = send_charter(duet)
    chosen = {"channel": {"type": "conversations_select", "selected_conversation": "C0GENERAL"}}
    meta = f'{{"project": {project_id(duet, key)}}}'
    with expect_refusal(duet, "error.not_in_this_state"):
        said = forge_submission(duet.person("ewa"), "charter.channel", meta, chosen)
    assert "Teraz nie da się tego zrobić" in said


def test_who_cannot_be_invited_is_named_to_the_leads(duet: Office) -> None:
    """§4.3, §16"""
    duet.slack.fault("error:cant_invite", "conversations.invite", times=1)
    activate_project(duet)
    move_to_tuesday_morning(duet)
    assert "nie pozwala mi zaprosić" in duet.person("ewa").waits_for("zaprosić", "@duet").text
