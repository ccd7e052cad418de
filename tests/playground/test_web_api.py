"""The Web API answers as Slack does, refusals above all."""

import asyncio
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from playground.server import Playground
from tests.driving import Driver
from tests.playground.conftest import Open
from tests.playground.workplace import MANIFEST, call_method


def channel(workspace: Playground, name: str = "duet-1", **more: Any) -> str:
    return str(call_method(workspace, "conversations.create", name=name, **more)["channel"]["id"])


def test_says_who_it_is(workspace: Playground) -> None:
    answer = call_method(workspace, "auth.test")
    assert (answer["team_id"], answer["user_id"]) == ("T0PIKUS", "U0PIKUSBOT")


@pytest.mark.parametrize(
    ("token", "error"),
    [("xoxb-wrong", "invalid_auth"), ("app", "not_allowed_token_type")],
)
def test_refuses_other_tokens(workspace: Playground, token: str, error: str) -> None:
    chosen = workspace.app_token if token == "app" else token
    assert call_method(workspace, "users.info", token=chosen, user="U0ANNA")["error"] == error


def test_unknown_methods_are_violations(workspace: Playground, slack: Driver) -> None:
    assert call_method(workspace, "chat.shout")["error"] == "unknown_method"
    assert slack.violations[0]["where"] == "chat.shout"


def test_a_missing_scope_is_named(open_workspace: Open) -> None:
    workspace = open_workspace(withheld_scopes=["im:write"])
    answer = call_method(workspace, "conversations.open", users="U0ANNA")
    assert (answer["error"], answer["needed"]) == ("missing_scope", "im:write")
    assert "chat:write" in answer["provided"].split(",")


def test_private_channels_need_another_scope(open_workspace: Open) -> None:
    workspace = open_workspace(withheld_scopes=["groups:write", "groups:history"])
    assert call_method(workspace, "conversations.create", name="open")["ok"]
    refused = call_method(workspace, "conversations.create", name="closed", is_private=True)
    assert refused["needed"] == "groups:write"


def test_people_have_locales_and_zones(workspace: Playground) -> None:
    user = call_method(workspace, "users.info", user="U0NADIA", include_locale=True)["user"]
    assert (user["locale"], user["tz"], user["is_restricted"]) == ("en-GB", "Europe/London", False)
    assert "locale" not in call_method(workspace, "users.info", user="U0NADIA")["user"]
    assert call_method(workspace, "users.info", user="U0NOBODY")["error"] == "user_not_found"


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "invalid_name_required"),
        ("x" * 81, "invalid_name_maxlength"),
        ("Duet", "invalid_name_specials"),
        ("du et", "invalid_name_specials"),
        ("--", "invalid_name_punctuation"),
        ("general", "name_taken"),
    ],
)
def test_channel_names_are_checked(workspace: Playground, name: str, error: str) -> None:
    assert call_method(workspace, "conversations.create", name=name)["error"] == error


def test_creating_channels_can_be_reserved_to_admins(workspace: Playground, slack: Driver) -> None:
    slack.team_setting(restricted_action=True)
    assert call_method(workspace, "conversations.create", name="duet-1")["error"] == "restricted_action"


def test_inviting_tells_each_problem(workspace: Playground, slack: Driver) -> None:
    slack.change_person("jan", deleted=True)
    created = channel(workspace)
    assert call_method(workspace, "conversations.invite", channel=created, users="U0ANNA,U0ADAM")["ok"]
    answer = call_method(workspace, "conversations.invite", channel=created, users="U0ANNA,U0JAN,U0EWA")
    assert answer["error"] == "already_in_channel"
    assert [each["error"] for each in answer["errors"]] == ["already_in_channel", "cant_invite"]
    assert "U0EWA" not in call_method(workspace, "conversations.members", channel=created)["members"]
    forced = call_method(workspace, "conversations.invite", channel=created, users="U0ANNA,U0EWA", force=True)
    assert forced["ok"]
    assert "U0EWA" in call_method(workspace, "conversations.members", channel=created)["members"]


@pytest.mark.parametrize(
    ("users", "error"),
    [("U0PIKUSBOT", "cant_invite_self"), ("U0NOBODY", "user_not_found"), ("", "no_user")],
)
def test_who_cannot_be_invited(workspace: Playground, users: str, error: str) -> None:
    answer = call_method(workspace, "conversations.invite", channel=channel(workspace), users=users)
    assert answer["error"] == error


def test_the_bot_acts_only_where_it_is(workspace: Playground) -> None:
    assert call_method(workspace, "chat.postMessage", channel="C0GENERAL", text="x")["error"] == "not_in_channel"
    hidden = call_method(workspace, "chat.postMessage", channel="C0SERWERY", text="x")
    assert hidden["error"] == "channel_not_found"
    assert call_method(workspace, "conversations.info", channel="C0SERWERY")["error"] == "channel_not_found"


def test_archived_channels_are_closed(workspace: Playground) -> None:
    created = channel(workspace)
    assert call_method(workspace, "conversations.archive", channel=created)["ok"]
    assert call_method(workspace, "chat.postMessage", channel=created, text="x")["error"] == "is_archived"
    assert call_method(workspace, "conversations.archive", channel=created)["error"] == "already_archived"


def test_direct_messages_need_somebody_there(workspace: Playground, slack: Driver) -> None:
    opened = call_method(workspace, "conversations.open", users="U0ANNA")
    again = call_method(workspace, "conversations.open", users="U0ANNA")
    assert (again["already_open"], again["channel"]["id"]) == (True, opened["channel"]["id"])
    slack.change_person("anna", deleted=True)
    assert call_method(workspace, "conversations.open", users="U0ANNA")["error"] == "user_disabled"
    answer = call_method(workspace, "chat.postMessage", channel=opened["channel"]["id"], text="x")
    assert answer["error"] == "user_disabled"


def test_the_messages_tab_can_be_off(workspace: Playground, slack: Driver) -> None:
    slack.team_setting(messages_tab_disabled=True)
    assert (
        call_method(workspace, "chat.postMessage", channel="U0ANNA", text="x")["error"] == "messages_tab_disabled"
    )


def test_history_is_newest_first_with_metadata_on_request(workspace: Playground) -> None:
    created = channel(workspace)
    metadata = {"event_type": "duet", "event_payload": {"key": "k1"}}
    stamps = [
        call_method(workspace, "chat.postMessage", channel=created, text=f"m{n}", metadata=metadata)["ts"]
        for n in range(4)
    ]
    call_method(workspace, "chat.postMessage", channel=created, text="reply", thread_ts=stamps[0])
    page = call_method(workspace, "conversations.history", channel=created, limit=3, include_all_metadata=True)
    assert [each["text"] for each in page["messages"]] == ["m3", "m2", "m1"]
    assert page["messages"][0]["metadata"] == metadata
    cursor = page["response_metadata"]["next_cursor"]
    rest = call_method(workspace, "conversations.history", channel=created, limit=3, cursor=cursor)
    assert [each["text"] for each in rest["messages"]] == ["m0"]
    assert rest["messages"][0]["reply_count"] == 1
    assert "metadata" not in rest["messages"][0]
    since = call_method(workspace, "conversations.history", channel=created, oldest=stamps[2])
    assert [each["text"] for each in since["messages"]] == ["m3"]
    thread = call_method(workspace, "conversations.replies", channel=created, ts=stamps[0])
    assert [each["text"] for each in thread["messages"]] == ["m0", "reply"]


@pytest.mark.parametrize("blocks", [{}, {"blocks": []}])
def test_a_text_without_blocks_takes_them_away(workspace: Playground, blocks: dict[str, Any]) -> None:
    created = channel(workspace)
    ts = call_method(workspace, "chat.postMessage", channel=created, text="one", blocks=[{"type": "divider"}])["ts"]
    edited = call_method(workspace, "chat.update", channel=created, ts=ts, text="two", **blocks)
    assert "blocks" not in edited["message"]
    assert edited["message"]["edited"]["user"] == "U0PIKUSBOT"


def test_edits_that_slack_refuses(workspace: Playground, slack: Driver) -> None:
    """A text is measured in bytes, other than that of a post; an archived channel has its own word."""
    created = channel(workspace)
    ts = call_method(workspace, "chat.postMessage", channel=created, text="ą" * 40_000)["ts"]
    edit = {"channel": created, "ts": ts}
    assert (
        call_method(workspace, "chat.update", channel=created, ts="1.0", text="x")["error"] == "message_not_found"
    )
    assert call_method(workspace, "chat.update", **edit, text="ą" * 2000)["ok"]
    for text in ("x" * 4001, "ą" * 2001, "🟢" * 1001):
        assert call_method(workspace, "chat.update", **edit, text=text)["error"] == "msg_too_long"
    slack.change_channel(created, "archive", by="anna")
    assert call_method(workspace, "chat.update", **edit, text="x")["error"] == "is_inactive"
    assert call_method(workspace, "chat.postMessage", channel=created, text="x")["error"] == "is_archived"


def test_a_channel_has_room_for_a_hundred_pins(open_workspace: Open) -> None:
    workspace = open_workspace(rate_scale=10)
    created = channel(workspace)
    stamps = [call_method(workspace, "chat.postMessage", channel=created, text=str(n))["ts"] for n in range(101)]
    answers = [call_method(workspace, "pins.add", channel=created, timestamp=ts) for ts in stamps]
    assert [answer.get("error") for answer in answers] == [None] * 100 + ["too_many_pins"]


def test_other_peoples_messages_are_theirs(workspace: Playground, slack: Driver) -> None:
    slack.change_channel("#general", "invite", by="anna", whom="duet")
    said = slack.person("anna").says("mine")
    answer = call_method(workspace, "chat.update", channel="C0GENERAL", ts=said.ts, text="x")
    assert answer["error"] == "cant_update_message"
    assert call_method(workspace, "chat.delete", channel="C0GENERAL", ts=said.ts)["error"] == "cant_delete_message"


def test_pins(workspace: Playground, slack: Driver) -> None:
    created = channel(workspace)
    call_method(workspace, "conversations.invite", channel=created, users="U0ANNA")
    ts = call_method(workspace, "chat.postMessage", channel=created, text="charter")["ts"]
    assert call_method(workspace, "pins.add", channel=created, timestamp=ts)["ok"]
    assert call_method(workspace, "pins.add", channel=created, timestamp=ts)["error"] == "already_pinned"
    assert slack.person("anna").reads("#duet-1")[0].pinned


def upload_log(workspace: Playground) -> tuple[str, str]:
    """To anna. Returns the conversation's id, and the file's."""
    direct = call_method(workspace, "conversations.open", users="U0ANNA")["channel"]["id"]

    async def upload() -> Any:
        client = AsyncWebClient(token=workspace.bot_tokens["T0PIKUS"], base_url=workspace.api_url)
        return await client.files_upload_v2(
            channel=direct, filename="log.csv", content="a;b", initial_comment="Here"
        )

    return direct, asyncio.run(upload())["files"][0]["id"]


def test_files_are_uploaded_in_three_steps(workspace: Playground, slack: Driver) -> None:
    upload_log(workspace)
    message = slack.person("anna").waits_for("Here")
    assert [(file.name, file.text) for file in message.files] == [("log.csv", "a;b")]


def test_a_deleted_file_leaves_its_message(workspace: Playground, slack: Driver) -> None:
    """As Slack: it can be deleted once, by the app that has sent it, and its message says that there was one."""
    direct, sent = upload_log(workspace)
    assert call_method(workspace, "files.delete", file="F0NONE")["error"] == "file_not_found"
    assert call_method(workspace, "files.delete", file=sent)["ok"]
    assert call_method(workspace, "files.delete", file=sent)["error"] == "file_deleted"
    (message,) = slack.person("anna").reads("@duet")
    assert (message.text, message.files, message.deleted_files) == ("Here", [], 1)
    (read,) = call_method(workspace, "conversations.history", channel=direct)["messages"]
    assert read["files"] == [{"id": sent, "mode": "tombstone"}]


def test_workspaces_are_apart(workspace: Playground) -> None:
    other = workspace.bot_tokens["T0KIOSK"]
    created = channel(workspace)
    for method in ("conversations.info", "conversations.history"):
        assert call_method(workspace, method, token=other, channel=created)["error"] == "channel_not_found"
    assert call_method(workspace, "users.info", token=other, user="U0ANNA")["error"] == "user_not_found"


def test_home_must_be_enabled(open_workspace: Open) -> None:
    without = {**MANIFEST, "features": {**MANIFEST["features"], "app_home": {"home_tab_enabled": False}}}
    workspace = open_workspace(manifest=without)
    view = {"type": "home", "blocks": [{"type": "divider"}]}
    assert call_method(workspace, "views.publish", user_id="U0ANNA", view=view)["error"] == "not_enabled"


def test_calls_are_recorded_without_tokens(workspace: Playground, slack: Driver) -> None:
    call_method(workspace, "users.info", user="U0ANNA")
    recorded = slack.calls("users.info")[0]
    assert recorded["arguments"] == {"user": "U0ANNA"}
    assert recorded["answer"]["ok"]
    assert workspace.bot_tokens["T0PIKUS"] not in str(slack.calls())
