"""The app as its manifest describes it: what Slack lets it do and sends to it."""

import secrets
from pathlib import Path
from typing import Any, Literal

from pydantic import AliasPath, BaseModel, Field

APP_ID = "A0PLAYGROUND"


class SlashCommand(BaseModel, frozen=True):
    name: str = Field(validation_alias="command")  # with its slash
    should_escape: bool = False
    description: str = ""
    usage_hint: str = ""


class Shortcut(BaseModel, frozen=True):
    name: str = Field(max_length=24)
    type: Literal["message", "global"]
    callback_id: str = Field(max_length=255)
    description: str = Field("", max_length=150)


class App(BaseModel, frozen=True):
    """Made of a manifest, as loaded from YAML. Raises: ValueError if it is none."""

    bot_name: str = Field("bot", validation_alias=AliasPath("features", "bot_user", "display_name"))
    commands: tuple[SlashCommand, ...] = Field((), validation_alias=AliasPath("features", "slash_commands"))
    shortcuts: tuple[Shortcut, ...] = Field((), validation_alias=AliasPath("features", "shortcuts"), max_length=10)
    scopes: frozenset[str] = Field(frozenset(), validation_alias=AliasPath("oauth_config", "scopes", "bot"))
    events: frozenset[str] = Field(
        frozenset(), validation_alias=AliasPath("settings", "event_subscriptions", "bot_events")
    )
    home_tab: bool = Field(False, validation_alias=AliasPath("features", "app_home", "home_tab_enabled"))
    messages_tab: bool = Field(True, validation_alias=AliasPath("features", "app_home", "messages_tab_enabled"))
    token: str = Field(default_factory=lambda: f"xapp-1-{APP_ID}-{secrets.token_hex(8)}")
    client_id: str = "2.1"
    client_secret: str = Field(default_factory=lambda: secrets.token_hex(16))
    rotates_tokens: bool = Field(False, validation_alias=AliasPath("settings", "token_rotation_enabled"))
    signing_secret: str = Field(default_factory=lambda: secrets.token_hex(16))
    # The deprecated verification token that payloads still carry.
    verification_token: str = Field(default_factory=lambda: secrets.token_urlsafe(18))

    def command(self, name: str) -> SlashCommand | None:
        return next((each for each in self.commands if each.name == name), None)

    def shortcut(self, name: str, type_: str) -> Shortcut | None:
        return next((each for each in self.shortcuts if (each.name, each.type) == (name, type_)), None)


def load_manifest(path: Path) -> dict[str, Any]:
    """A manifest in YAML or JSON (which is YAML)."""
    import yaml  # only for tests and the command line: not one of the bot's own dependencies

    loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(loaded, dict):
        raise ValueError(f"{path.name} is not a manifest")
    return loaded
