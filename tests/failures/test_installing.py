"""Workspaces install Duet themselves (architecture §3): tokens are sealed, changed in time, and deleted."""

import asyncio
from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlmodel import Session, select

from bot.runtime.clock import real_now
from bot.slack import oauth
from bot.slack.client import FreshToken
from bot.slack.installations import reseal_tokens
from bot.slack.token_rotation import TokenRotator
from bot.slack.token_vault import TokenVault, Unreadable
from storage import installations
from storage.deliveries import enqueue_delivery
from storage.installations import Installation, InstallState
from storage.session import read_only_session, transaction
from storage.workspaces import record_move
from tests import running
from tests.failures.test_deliveries import enqueue_text
from tests.oauth_steps import Browser, install_duet
from tests.running import MANIFEST, Office, run_office

PIKUS, KIOSK, ORGANISATION = "T0PIKUS", "T0KIOSK", "E0PIKUS"
KEY = Fernet.generate_key().decode()
INSTALLABLE = {"SLACK_BOT_TOKEN": "", "DUET_TOKEN_KEYS": KEY}


@pytest.fixture
def duet(database_url: str, tmp_path: Path) -> Iterator[Office]:
    """Of whose workspaces none has installed it yet."""
    with run_office(database_url, tmp_path, over_http=True, bot=INSTALLABLE) as office:
        yield office
        assert not office.slack.violations, office.slack.violations


@pytest.fixture
def rotating(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """The same, where Slack gives tokens that expire."""
    manifest = deepcopy(MANIFEST)
    manifest["settings"]["token_rotation_enabled"] = True
    monkeypatch.setattr(running, "MANIFEST", manifest)
    with run_office(database_url, tmp_path, over_http=True, bot=INSTALLABLE) as office:
        install_duet(office)
        yield office


def load_installation(duet: Office, team_id: str = PIKUS) -> Installation:
    with read_only_session(duet.database) as session:
        found = installations.find_installation(session, team_id)
    assert found is not None
    return found


def change_installation(duet: Office, team_id: str = PIKUS, **columns: Any) -> None:
    with transaction(duet.database) as session:
        row = installations.find_installation_for_update(session, team_id)
        for name, value in columns.items():
            setattr(row, name, value)


def test_whoever_installs_duet_is_told_what_to_do_next(duet: Office) -> None:
    """§2.9: in one workspace; the others hear that Duet is not there. The token is nowhere to be read."""
    assert "not installed" in duet.person("adam").types("/duet").text
    page = install_duet(duet)
    assert page.status == 200
    assert "Duet już jest w Pan Pikuś S.A." in page.text
    duet.person("roman").waits_for("zainstalowany, dziękuję")
    assert "not installed" not in duet.person("adam").types("/duet help").text
    assert "not installed" in duet.person("basia", KIOSK).types("/duet help").text
    found = load_installation(duet)
    assert (found.installed_by, found.bot_user_id) == ("U0ROMAN", "U0PIKUSBOT")
    assert found.bot_token is not None
    assert "xoxb" not in found.bot_token
    assert TokenVault([KEY]).open(PIKUS, found.bot_token) == duet.playground.bot_tokens[PIKUS]


def test_a_way_into_slack_is_used_once_in_time_and_in_one_browser(
    duet: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Browser(language="en")
    back = browser.allows(duet, browser.begins(duet), team=PIKUS, user="U0ROMAN")
    assert "another browser" in Browser(language="en").opens(back).text
    assert browser.opens(back).status == 200
    assert "used before" in browser.opens(back).text
    late = browser.allows(duet, browser.begins(duet), team=KIOSK, user="U1BASIA")
    with transaction(duet.database) as session:
        (state,) = session.exec(select(InstallState))
        state.expires_at = real_now()
    assert browser.opens(late).status == 401
    assert browser.opens(f"{duet.bot.url}/slack/oauth_redirect?code=any&state=forged").status == 400
    cancelled = f"{duet.bot.url}/slack/oauth_redirect?error=access_denied&state=any"
    assert "Slack did not get the permission for it" in browser.opens(cancelled).text
    monkeypatch.setattr(oauth, "MOST_UNDER_WAY", 1)
    browser.begins(duet)
    assert browser.opens(f"{duet.bot.url}/slack/install").status == 503
    with read_only_session(duet.database) as session:
        assert [each.team_id for each in installations.list_installations(session)] == [PIKUS]


def test_what_slack_does_not_confirm_is_not_installed(duet: Office) -> None:
    duet.slack.fault("reset", "oauth.v2.access", times=1)
    assert install_duet(duet).status == 502
    duet.slack.fault("error:invalid_code", "oauth.v2.access", times=1)
    assert install_duet(duet).status == 401
    with read_only_session(duet.database) as session:
        assert not installations.list_installations(session)


def test_a_workspace_that_was_moved_away_is_not_installed_again(duet: Office) -> None:
    """It is served from another database (decision 0152)."""
    install_duet(duet)
    with transaction(duet.database) as session:
        record_move(session, [PIKUS])
    assert install_duet(duet).status == 502
    assert "not installed" in duet.person("adam").types("/duet help").text


def test_a_workspace_that_comes_back_goes_on_without_what_is_stale(duet: Office) -> None:
    """Its tokens are deleted at once, its data stay. A morning's message of before is not sent: what it told, if it
    is so still, stands in the next one.
    """
    install_duet(duet)
    duet.person("ewa").types("/duet")
    duet.settles()
    duet.slack.uninstalls(PIKUS)
    duet.waits_until(lambda: load_installation(duet).bot_token is None)
    assert load_installation(duet).revoked_at is not None
    enqueue_text(duet, "request:1", "to be signed", lane="dm:U0EWA")
    with transaction(duet.database) as session:
        enqueue_morning(session, "notices:person:U0EWA:1", "old news")
    duet.slack.waits_until_idle()
    assert install_duet(duet).status == 200
    ewa = duet.person("ewa")
    ewa.waits_for("to be signed")
    duet.settles()
    assert not [message for message in ewa.reads("@duet") if "old news" in message.text]


def enqueue_morning(session: Session, key: str, text: str) -> None:
    enqueue_delivery(
        session, team_id=PIKUS, lane="dm:U0EWA", key=key, kind="message", content={"text": text, "blocks": []}
    )


def rotator_of(duet: Office) -> TokenRotator:
    rotator = duet.bot.duet._rotator
    assert rotator is not None
    return rotator


def test_tokens_are_changed_in_time_by_one_of_two(rotating: Office) -> None:
    """The old one goes on working meanwhile; what is not due is left alone."""
    duet, before = rotating, rotating.playground.bot_tokens[PIKUS]
    change_installation(duet, expires_at=real_now() + timedelta(hours=6, minutes=9))
    duet.bot.waits_for(rotator_of(duet).rotate_due())
    assert duet.playground.bot_tokens[PIKUS] == before
    change_installation(duet, expires_at=real_now() + timedelta(hours=6))

    async def rotate_twice() -> None:
        await asyncio.gather(rotator_of(duet).rotate_due(), rotator_of(duet).rotate_due())

    duet.bot.waits_for(rotate_twice())
    assert len(duet.slack.calls("oauth.v2.access")) == 2  # with that of the installation
    found, now = load_installation(duet), duet.playground.bot_tokens[PIKUS]
    assert now != before
    assert found.bot_token is not None
    assert TokenVault([KEY]).open(PIKUS, found.bot_token) == now
    assert found.expires_at is not None
    assert found.expires_at > real_now() + timedelta(hours=11)
    assert duet.person("adam").types("/duet").text


@pytest.mark.parametrize("answer", ["fresh", "error:invalid_refresh_token"])
def test_what_was_installed_while_a_token_was_changed_is_newer(
    rotating: Office, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    """What Slack has given, or said, before is of no use any more."""
    duet, slack = rotating, rotating.bot.duet._slack
    refresh = slack.refresh_token

    async def refresh_while_somebody_installs(*given: str) -> FreshToken:
        try:
            return await refresh(*given)
        finally:
            await asyncio.to_thread(install_duet, duet)

    monkeypatch.setattr(slack, "refresh_token", refresh_while_somebody_installs)
    change_installation(duet, expires_at=real_now() + timedelta(hours=5))
    if answer != "fresh":
        duet.slack.fault(answer, "oauth.v2.access", times=1)
    duet.bot.waits_for(rotator_of(duet).rotate_due())
    found = load_installation(duet)
    assert TokenVault([KEY]).open(PIKUS, found.bot_token or "") == duet.playground.bot_tokens[PIKUS]
    assert found.refresh_token is not None and found.cannot_rotate_since is None


def test_of_an_organisation_the_only_workspace_is_meant_where_none_is_named(duet: Office) -> None:
    """Of several nobody could say which."""
    store = duet.bot.duet._slack.store
    assert store is not None

    def find_only() -> str | None:
        found = asyncio.run(store.load(None, ORGANISATION))
        return None if found is None else found.team_id

    assert find_only() is None
    install_duet(duet)
    change_installation(duet, enterprise_id=ORGANISATION)
    assert find_only() == PIKUS
    install_duet(duet, team=KIOSK, user="U1BASIA")
    assert find_only() == PIKUS
    change_installation(duet, KIOSK, enterprise_id=ORGANISATION)
    assert find_only() is None


def test_a_token_that_another_process_has_changed_is_loaded_anew(rotating: Office) -> None:
    """Whoever still has the old one asks the table before it gives up."""
    duet = rotating
    duet.person("adam").types("/duet")
    slack = duet.bot.duet._slack
    old = slack.bots[PIKUS]
    change_installation(duet, expires_at=real_now() + timedelta(hours=5))
    duet.bot.waits_for(rotator_of(duet).rotate_due())
    duet.workspace.in_loop(duet.playground.world.teams[PIKUS].older_tokens.clear)
    slack.bots[PIKUS], slack._believed_until[PIKUS] = old, float("inf")
    enqueue_text(duet, "a", "with the new one")
    duet.person("ewa").waits_for("with the new one")


def test_an_answer_that_is_lost_does_not_lose_the_workspace(rotating: Office) -> None:
    """Slack takes a refresh token once. Duet goes on with the token that it has, tells whoever installed it that
    this one ends, and an installation mends it.
    """
    duet = rotating
    duet.person("roman").waits_for("dziękuję")
    change_installation(duet, expires_at=real_now() + timedelta(hours=5))
    duet.slack.fault("reset", "oauth.v2.access", times=1, commit=True)
    duet.bot.waits_for(rotator_of(duet).rotate_due())
    change_installation(duet, rotating_until=None)  # its lease has ended
    duet.bot.waits_for(rotator_of(duet).rotate_due())
    assert load_installation(duet).cannot_rotate_since is not None
    duet.person("roman").waits_for("Zainstaluj Dueta jeszcze raz")
    assert duet.person("adam").types("/duet").text
    assert install_duet(duet).status == 200
    assert load_installation(duet).cannot_rotate_since is None


def test_keys_are_changed_one_after_the_other(duet: Office) -> None:
    install_duet(duet)
    install_duet(duet, team=KIOSK, user="U1BASIA")
    new = Fernet.generate_key().decode()
    with pytest.raises(Unreadable):
        TokenVault([new]).open(PIKUS, load_installation(duet).bot_token or "")
    assert reseal_tokens(duet.database, TokenVault([new, KEY])) == (2, [])
    assert reseal_tokens(duet.database, TokenVault([KEY])) == (0, [KIOSK, PIKUS])
    sealed = load_installation(duet).bot_token or ""
    assert TokenVault([new]).open(PIKUS, sealed) == duet.playground.bot_tokens[PIKUS]
    with pytest.raises(Unreadable):  # moved into another workspace's row
        TokenVault([new]).open(KIOSK, sealed)
