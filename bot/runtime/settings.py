"""The only reader of the environment. Values may also stand in a file `.env`."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.runtime.errors import OperatorError

PLACEHOLDERS = ("...", "…")
"""How the tokens of `.env.example` end, which nobody has filled in."""

SHORTEST_STALL_TICKS: Final = 10

LogLevel = Annotated[
    Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(lambda value: str(value).upper())
]


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore", populate_by_name=True)

    bot_tokens: SecretStr = Field(
        SecretStr(""),
        alias="SLACK_BOT_TOKEN",
        description="xoxb-…; several workspaces: several tokens, separated by commas",
    )
    app_token: SecretStr = Field(SecretStr(""), alias="SLACK_APP_TOKEN", description="xapp-…, for Socket Mode")
    signing_secret: SecretStr = Field(SecretStr(""), alias="SLACK_SIGNING_SECRET", description="for HTTP")
    client_id: str = Field("", alias="SLACK_CLIENT_ID", description="for /slack/install, over HTTP")
    client_secret: SecretStr = Field(SecretStr(""), alias="SLACK_CLIENT_SECRET", description="the same")
    token_keys: SecretStr = Field(
        SecretStr(""),
        alias="DUET_TOKEN_KEYS",
        description="seal the tokens of installed workspaces; the newest first, separated by commas",
    )
    database_url: str = Field("sqlite:///duet.db", alias="DATABASE_URL")
    slack_api_url: str = Field("https://slack.com/api/", alias="DUET_SLACK_API_URL")
    log_level: LogLevel = Field("INFO", alias="DUET_LOG_LEVEL")
    clock_file: Path | None = Field(None, alias="DUET_CLOCK_FILE", description="moves the clock; playground only")
    tick_seconds: float = Field(5.0, alias="DUET_TICK_SECONDS", description="how often due timers are looked for")
    stalled_seconds: float = Field(
        600.0,
        alias="DUET_STALLED_SECONDS",
        description="after so long without any progress the process ends, for systemd or Docker to start it anew",
    )
    pace_seconds: float = Field(1.0, alias="DUET_PACE_SECONDS", description="between two messages of one channel")
    settle_seconds: float = Field(
        60.0, alias="DUET_SETTLE_SECONDS", description="how long a send may stay unseen before we look for it"
    )
    budget_seconds: float = Field(
        1.0, alias="DUET_BUDGET_SECONDS", description="for an answer, and again for opening a form; Slack waits 3 s"
    )
    monitor_host: str = Field(
        "127.0.0.1", alias="DUET_MONITOR_HOST", description="where /metrics listens: never open to the world"
    )
    monitor_port: int | None = Field(
        None,
        alias="DUET_MONITOR_PORT",
        ge=0,
        le=65535,
        description="of /metrics, /healthz and /readyz, usually 9464; unset: they are not served there",
    )
    look_before_resending: bool = Field(
        True, alias="DUET_LOOK_BEFORE_RESENDING", description="false where Slack rations reading history"
    )

    @field_validator("stalled_seconds")
    @classmethod
    def _check_patience(cls, value: float, info: ValidationInfo) -> float:
        """With less, a process that only waits for its next tick would be taken for one that hangs."""
        if not value >= SHORTEST_STALL_TICKS * info.data.get("tick_seconds", 0):
            raise ValueError(f"Input should be at least {SHORTEST_STALL_TICKS} times DUET_TICK_SECONDS")
        return value

    def tokens(self) -> list[str]:
        """Those of `SLACK_BOT_TOKEN` that somebody has filled in."""
        tokens = (token.strip() for token in self.bot_tokens.get_secret_value().split(","))
        return [token for token in tokens if is_filled_in(token)]

    def keys(self) -> list[str]:
        """Those of `DUET_TOKEN_KEYS`, the newest first."""
        keys = (key.strip() for key in self.token_keys.get_secret_value().split(","))
        return [key for key in keys if is_filled_in(key)]

    @property
    def can_be_installed(self) -> bool:
        """Whether there is what it takes to install Duet over OAuth."""
        secrets = (self.client_id, self.client_secret.get_secret_value())
        return bool(self.keys()) and all(map(is_filled_in, secrets))

    @property
    def has_app_token(self) -> bool:
        return is_filled_in(self.app_token.get_secret_value())

    @property
    def has_signing_secret(self) -> bool:
        return is_filled_in(self.signing_secret.get_secret_value())

    @property
    def pace(self) -> timedelta:
        return timedelta(seconds=self.pace_seconds)

    @property
    def settle(self) -> timedelta:
        return timedelta(seconds=self.settle_seconds)


def is_filled_in(secret: str) -> bool:
    """Whether it is more than the placeholder of `.env.example`."""
    return bool(secret.strip()) and not secret.strip().endswith(PLACEHOLDERS)


def read_settings() -> Settings:
    """From the environment and `.env`. Raises: OperatorError, which says no values."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(f"{problem['loc'][0]}: {problem['msg']}" for problem in error.errors())
        raise OperatorError(f"A setting cannot be used: {wrong}.") from None
    except UnicodeDecodeError:
        raise OperatorError("The file .env cannot be read: it is no UTF-8 text.") from None
