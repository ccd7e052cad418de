"""People type, click, fill and read; a real Bolt app answers through the real transport."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from playground import driver
from playground.server import Playground
from tests.driving import PATIENCE_SECONDS, WRITTEN, CannotDo, Driver, NotSeen
from tests.playground.conftest import Open
from tests.playground.workplace import (
    SmallBot,
    button_element,
    call_method,
    modal_view,
    plain_text,
    section_block,
    text_input,
)

USERS: dict[str, Any] = {
    "type": "input",
    "block_id": "cio",
    "label": plain_text("CIO"),
    "element": {"type": "users_select", "action_id": "who"},
}
LANGUAGE: dict[str, Any] = {
    "type": "input",
    "block_id": "lang",
    "optional": True,
    "dispatch_action": True,
    "label": plain_text("Language"),
    "element": {
        "type": "static_select",
        "action_id": "language",
        "options": [
            {"text": plain_text("English"), "value": "en"},
            {"text": plain_text("Polski"), "value": "pl"},
        ],
    },
}
START: dict[str, Any] = {
    "type": "input",
    "block_id": "start",
    "optional": True,
    "label": plain_text("Start date"),
    "element": {"type": "datepicker", "action_id": "date"},
}
FORM = modal_view(text_input("Project name", "name", max_length=20), USERS, LANGUAGE, START, notify_on_close=True)


class Recorder:
    """What the app was sent, by payload type."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.later: asyncio.Task[Any] | None = None  # work that outlives its acknowledgement
        self.given_up = threading.Event()  # nobody waits any more for the answer to "silent"

    def app(self, app: AsyncApp) -> None:
        @app.command("/duet")
        async def duet(ack: Any, body: dict[str, Any], client: Any, respond: Any) -> None:
            self.bodies.append(body)
            word = body["text"].partition(" ")[0]
            if word == "form":
                await client.views_open(trigger_id=body["trigger_id"], view=FORM)
                await ack()
            elif word == "later":
                await ack()
                self.later = asyncio.create_task(respond("Later"))
            elif word == "silent":
                await asyncio.to_thread(self.given_up.wait)
            else:
                blocks = [section_block(f"You said {body['text']}", accessory=button_element("Go & see"))]
                await ack(text="You said something", blocks=blocks)

        @app.action("go")
        async def go(ack: Any, body: dict[str, Any], respond: Any, client: Any) -> None:
            self.bodies.append(body)
            if body.get("response_url"):
                await respond("Clicked <@U0ADAM>")
            await ack({"text": "ignored"})

        @app.action("language")
        async def language(ack: Any, body: dict[str, Any], client: Any) -> None:
            self.bodies.append(body)
            longer = {**FORM, "blocks": [*FORM["blocks"], section_block("Chosen")]}
            await client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=longer)
            await ack()

        @app.view("form")
        async def form(ack: Any, body: dict[str, Any]) -> None:
            self.bodies.append(body)
            name = body["view"]["state"]["values"]["name"]["typed"]["value"]
            if name == "wrong":
                await ack(response_action="errors", errors={"cio": "Not this one"})
            elif name == "broken":
                await ack(response_action="errors", errors={"nowhere": "x"})
            elif name == "next":
                await ack(response_action="push", view=modal_view(section_block("Second"), title="Second"))
            elif name == "changed":
                await ack(response_action="update", view=modal_view(section_block("Changed"), title="Changed"))
            elif name == "clear":
                await ack(response_action="clear")
            else:
                await ack()

        @app.view_closed("form")
        async def closed(ack: Any, body: dict[str, Any]) -> None:
            self.bodies.append(body)
            await ack()


def test_a_command_carries_what_slack_sends(workspace: Playground, slack: Driver) -> None:
    recorder = Recorder()
    with SmallBot(workspace, recorder.app):
        reply = slack.person("anna").types("/duet ask @adam in #general & #serwerownia <!channel> a@b.pl")
    body = recorder.bodies[0]
    assert body["text"] == (
        "ask <@U0ADAM|adam> in <#C0GENERAL|general> &amp; #serwerownia &lt;!channel&gt; <mailto:a@b.pl|a@b.pl>"
    )
    assert (body["user_id"], body["channel_name"], body["team_domain"]) == ("U0ANNA", "general", "pan-pikus")
    assert {"token", "api_app_id", "trigger_id", "response_url", "is_enterprise_install"} <= body.keys()
    assert reply.text == ("You said ask @Adam Wolny in #general & #serwerownia <!channel> a@b.pl")
    assert reply.buttons == ["Go & see"]


def test_replies_are_for_one_person(workspace: Playground, slack: Driver) -> None:
    with SmallBot(workspace, Recorder().app):
        slack.person("anna").types("/duet hello")
    assert slack.person("anna").reads("#general")[0].ephemeral
    assert slack.person("adam").reads("#general") == []
    assert slack.messages("general") == []


def test_a_click_is_answered_through_its_response_url(workspace: Playground, slack: Driver) -> None:
    recorder = Recorder()
    with SmallBot(workspace, recorder.app):
        direct = call_method(
            workspace,
            "chat.postMessage",
            channel="U0ANNA",
            text="x",
            blocks=[section_block("Sign?", block_id="b", accessory=button_element("Sign", value="42"))],
        )
        message = slack.person("anna").waits_for("Sign?")
        assert message.click("Sign").text == "Clicked @Adam Wolny"
        with pytest.raises(CannotDo, match="there are: Sign"):
            message.click("Decline")
    body = recorder.bodies[0]
    assert body["actions"][0]["value"] == "42"
    assert body["container"]["message_ts"] == body["message"]["ts"] == direct["ts"]
    assert body["enterprise"] is None
    assert [each.text for each in slack.person("anna").reads("@duet")] == ["Sign?", "Clicked @Adam Wolny"]


def test_replies_may_come_after_the_ack(
    workspace: Playground, slack: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "REPLY_SECONDS", PATIENCE_SECONDS)
    with SmallBot(workspace, Recorder().app):
        assert slack.person("anna").types("/duet later").text == "Later"


def test_a_form_from_opening_to_closing(workspace: Playground, slack: Driver) -> None:
    recorder = Recorder()
    anna = slack.person("anna")
    with SmallBot(workspace, recorder.app):
        anna.types("/duet form")
        form = anna.form
        assert form is not None
        assert form.labels == ["Project name", "CIO", "Language", "Start date"]
        with pytest.raises(CannotDo, match="at most 20"):
            form.fill({"Project name": "x" * 21})
        with pytest.raises(CannotDo, match="Please complete this required field"):
            form.submit()
        form = form.fill({"Project name": "wrong", "CIO": "@adam", "Start date": "2027-01-10"})
        form = form.fill({"Language": "Polski"})
        assert "Chosen" in form.text
        assert form.values == {
            "Project name": "wrong",
            "CIO": "@adam",
            "Language": "Polski",
            "Start date": "2027-01-10",
        }
        assert recorder.bodies[-1]["actions"][0]["selected_option"]["value"] == "pl"
        again = form.submit()
        assert again is not None
        assert again.errors == {"CIO": "Not this one"}
        assert again.values["Project name"] == "wrong"
        assert again.fill({"Project name": "right"}).submit() is None
    values = recorder.bodies[-1]["view"]["state"]["values"]
    assert values["start"]["date"] == {"type": "datepicker", "selected_date": "2027-01-10"}
    assert values["cio"]["who"]["selected_user"] == "U0ADAM"
    assert {"wrong", "right"} <= WRITTEN


@pytest.mark.parametrize(
    ("name", "titles"),
    [("next", ["Second", "Form"]), ("changed", ["Changed"]), ("clear", []), ("fine", [])],
)
def test_what_a_submission_leads_to(workspace: Playground, slack: Driver, name: str, titles: list[str]) -> None:
    anna = slack.person("anna")
    with SmallBot(workspace, Recorder().app):
        anna.types("/duet form")
        form = anna.waits_for_form("Form").fill({"Project name": name, "CIO": "@adam"}).submit()
        seen = []
        while form is not None:
            seen.append(form.title)
            form = form.close()
    assert seen == titles


def test_no_fourth_view(workspace: Playground, slack: Driver) -> None:
    """Neither by an acknowledgement nor by `views.push`; which view is the third can be read from what it says."""
    deep = modal_view(section_block("?", accessory=button_element("Deeper")))
    views: list[dict[str, Any]] = []
    refused: list[str] = []

    def register(app: AsyncApp) -> None:
        @app.command("/duet")
        async def duet(ack: Any, body: dict[str, Any], client: Any) -> None:
            await client.views_open(trigger_id=body["trigger_id"], view=deep)
            await ack()

        @app.action("go")
        async def go(ack: Any, body: dict[str, Any], client: Any) -> None:
            views.append(body["view"])
            try:
                await client.views_push(trigger_id=body["trigger_id"], view=deep)
            except SlackApiError as refusal:
                refused.append(refusal.response["error"])
            await ack()

        @app.view("form")
        async def form(ack: Any) -> None:
            await ack(response_action="push", view=deep)

    anna = slack.person("anna")
    with SmallBot(workspace, register):
        anna.types("/duet")
        for _ in range(3):
            form = anna.waits_for_form()
            form.click("Deeper")
        assert refused == ["push_limit_reached"]
        assert slack.violations == []
        last = anna.waits_for_form().submit()
    assert last is not None
    assert last.trouble
    assert slack.violations[0]["code"] == "push_limit_reached"
    below = [(view["previous_view_id"], view["root_view_id"]) for view in views]
    first, second, _ = (view["id"] for view in views)
    assert below == [(None, first), (first, first), (second, first)]


def test_errors_for_no_field_are_trouble(workspace: Playground, slack: Driver) -> None:
    anna = slack.person("anna")
    with SmallBot(workspace, Recorder().app):
        anna.types("/duet form")
        form = anna.waits_for_form().fill({"Project name": "broken", "CIO": "@adam"}).submit()
    assert form is not None
    assert form.trouble
    assert slack.violations[0]["where"] == "response_action errors"


def test_closing_is_told_when_asked_for(workspace: Playground, slack: Driver) -> None:
    recorder = Recorder()
    anna = slack.person("anna")
    with SmallBot(workspace, recorder.app):
        anna.types("/duet form")
        assert anna.waits_for_form().close() is None
    assert recorder.bodies[-1]["type"] == "view_closed"


def test_no_answer_within_three_seconds(open_workspace: Open) -> None:
    workspace = open_workspace(ack_seconds=0.2)
    slack = Driver(workspace.url)
    recorder = Recorder()
    with SmallBot(workspace, recorder.app):
        reply = slack.person("anna").types("/duet silent")
        recorder.given_up.set()
        assert not reply.ok
        assert reply.text == '/duet failed with the error "operation_timeout"'
        slack.waits_until_idle()


def test_nobody_listens(slack: Driver) -> None:
    reply = slack.person("anna").types("/duet")
    assert reply.text == '/duet failed with the error "dispatch_failed"'
    assert slack.person("anna").reads("#general")[0].author == "Slackbot"


def test_trigger_ids_are_used_once(workspace: Playground, slack: Driver) -> None:
    codes: list[str] = []

    def register(app: AsyncApp) -> None:
        @app.command("/duet")
        async def duet(ack: Any, body: dict[str, Any], client: Any) -> None:
            for _ in range(2):
                try:
                    await client.views_open(trigger_id=body["trigger_id"], view=FORM)
                except SlackApiError as refusal:
                    codes.append(refusal.response["error"])
            await ack()

    with SmallBot(workspace, register):
        slack.person("anna").types("/duet")
        slack.person("anna").repeats()
    assert codes == ["exchanged_trigger_id"] * 3


def test_stale_hashes_and_closed_views(workspace: Playground, slack: Driver) -> None:
    anna = slack.person("anna")
    with SmallBot(workspace, Recorder().app):
        anna.types("/duet form")
        form = anna.waits_for_form()
        stale = call_method(workspace, "views.update", view_id=form.id, view=FORM, hash="old")
        assert stale["error"] == "hash_conflict"
        form.close()
        assert call_method(workspace, "views.update", view_id=form.id, view=FORM)["error"] == "not_found"


def test_forged_payloads_arrive(workspace: Playground, slack: Driver) -> None:
    recorder = Recorder()
    with SmallBot(workspace, recorder.app):
        call_method(
            workspace,
            "chat.postMessage",
            channel="U0ANNA",
            text="x",
            blocks=[section_block("?", accessory=button_element("Go"))],
        )
        message = slack.person("anna").waits_for("?")
        mike = slack.person("mike")
        slack.person("anna").forges(
            "block_actions", {"actions": [{"value": "99"}], "user": {"id": mike.id}}, message=message, button="Go"
        )
        slack.person("anna").forges("slash_command", {"text": "forged", "team_id": "T0KIOSK"})
    assert recorder.bodies[0]["actions"][0]["value"] == "99"
    assert recorder.bodies[0]["user"]["id"] == "U0MIKE"
    assert recorder.bodies[0]["user"]["username"] == "anna"
    assert (recorder.bodies[1]["text"], recorder.bodies[1]["team_id"]) == ("forged", "T0KIOSK")


def test_response_urls_wear_out(workspace: Playground, slack: Driver) -> None:
    statuses: list[int] = []

    def register(app: AsyncApp) -> None:
        @app.command("/duet")
        async def duet(ack: Any, respond: Any) -> None:
            await ack()
            for number in range(6):
                statuses.append((await respond(str(number))).status_code)

    with SmallBot(workspace, register):
        slack.person("anna").types("/duet")
        assert slack.person("anna").waits_for("4", where="#general").ephemeral
    assert statuses == [200] * 5 + [404]


def test_response_urls_expire_by_the_moved_clock(workspace: Playground, slack: Driver) -> None:
    statuses: list[int] = []

    def register(app: AsyncApp) -> None:
        @app.command("/duet")
        async def duet(ack: Any, respond: Any) -> None:
            await asyncio.get_running_loop().run_in_executor(None, lambda: slack.move_clock(minutes=31))
            statuses.append((await respond("Late")).status_code)
            await ack()

    with SmallBot(workspace, register):
        slack.person("anna").types("/duet")
    assert statuses == [404]


def test_two_people_at_once(workspace: Playground, slack: Driver) -> None:
    """Both commands are under way at the same time: each is answered only when both have arrived."""
    both = threading.Barrier(2)

    def register(app: AsyncApp) -> None:
        @app.command("/duet")
        async def duet(ack: Any) -> None:
            await asyncio.get_running_loop().run_in_executor(None, both.wait, PATIENCE_SECONDS)
            await ack("Together")

    with SmallBot(workspace, register), ThreadPoolExecutor() as pool:
        people = [slack.person("anna"), slack.person("adam")]
        replies = list(pool.map(lambda person: person.types("/duet").text, people))
    assert replies == ["Together", "Together"]


def test_people_see_what_is_theirs(workspace: Playground, slack: Driver) -> None:
    assert slack.person("anna").channels == ["#general", "#promocje"]
    assert slack.person("gosia").channels == ["#promocje"]  # a guest
    with pytest.raises(CannotDo, match="sees no #serwerownia"):
        slack.person("anna").reads("#serwerownia")
    with pytest.raises(CannotDo):
        slack.person("basia").types("/duet")
    assert slack.person("basia", team="T0KIOSK").channels == ["#general"]
    with pytest.raises(CannotDo, match="not a valid command"):
        slack.person("anna").types("/deut")


def test_texts_look_as_in_the_readers_client(workspace: Playground, slack: Driver) -> None:
    direct = call_method(workspace, "conversations.open", users="U0ANNA,U0MIKE")["channel"]["id"]
    text = "Due <!date^1799571600^{date_long} {time}|x> &lt;b&gt; <https://a.pl|link> <!channel>"
    call_method(workspace, "chat.postMessage", channel=direct, text=text)
    anna = slack.person("anna").reads("@duet,@mike")[0].text
    mike = slack.person("mike").reads("@anna,@duet")[0].text
    assert anna.replace("\u202f", " ") == "Due Sunday, January 10, 2027 10:00 AM <b> link [NOTIFIES @channel]"
    assert mike.replace("\u202f", " ") == "Due Sunday, January 10, 2027 4:00 AM <b> link [NOTIFIES @channel]"


def test_waiting_in_vain_shows_the_screen(workspace: Playground, slack: Driver) -> None:
    call_method(workspace, "chat.postMessage", channel="U0ANNA", text="Something else")
    with pytest.raises(NotSeen, match="Something else"):
        slack.person("anna").waits_for("Nothing", timeout=0.05)


def test_home(workspace: Playground, slack: Driver) -> None:
    recorder = Recorder()
    anna = slack.person("anna")
    with SmallBot(workspace, recorder.app):
        assert anna.home is None
        view = {"type": "home", "blocks": [section_block("Waiting for you", accessory=button_element("Open"))]}
        assert call_method(workspace, "views.publish", user_id="U0ANNA", view=view)["ok"]
        assert anna.home is not None
        assert anna.home.text == "Waiting for you"
        anna.home.click("Open")
    assert recorder.bodies[0]["container"]["type"] == "view"
    assert "response_url" not in recorder.bodies[0]
