"""The app as its manifest describes it: what Slack lets it do and sends to it."""

import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

APP_ID = "A0PLAYGROUND"


@dataclass(frozen=True)
class SlashCommand:
    name: str  # with its slash
    should_escape: bool
    description: str = ""
    usage_hint: str = ""


@dataclass(frozen=True)
class App:
    bot_name: str
    commands: tuple[SlashCommand, ...]
    scopes: frozenset[str]
    events: frozenset[str]  # bot_events
    home_tab: bool
    messages_tab: bool
    token: str = field(default_factory=lambda: f"xapp-1-{APP_ID}-{secrets.token_hex(8)}")
    signing_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    # The deprecated verification token that payloads still carry.
    verification_token: str = field(default_factory=lambda: secrets.token_urlsafe(18))

    @classmethod
    def from_manifest(cls, manifest: dict[str, Any]) -> "App":
        features = manifest.get("features", {})
        settings = manifest.get("settings", {})
        home = features.get("app_home", {})
        commands = tuple(
            SlashCommand(
                each["command"],
                bool(each.get("should_escape", False)),
                str(each.get("description", "")),
                str(each.get("usage_hint", "")),
            )
            for each in features.get("slash_commands", ())
        )
        return cls(
            bot_name=features.get("bot_user", {}).get("display_name", "bot"),
            commands=commands,
            scopes=frozenset(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", ())),
            events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", ())),
            home_tab=bool(home.get("home_tab_enabled", False)),
            messages_tab=bool(home.get("messages_tab_enabled", True)),
        )

    def command(self, name: str) -> SlashCommand | None:
        return next((each for each in self.commands if each.name == name), None)


def load_manifest(path: Path) -> dict[str, Any]:
    """A manifest in YAML or JSON (which is YAML)."""
    import yaml  # only for tests and the command line: not one of the bot's own dependencies

    loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(loaded, dict):
        raise ValueError(f"{path.name} is not a manifest")
    return loaded
