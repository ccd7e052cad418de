"""What is wrong, and what to do about it: one sentence for whoever runs Duet on a terminal."""

from sqlalchemy.exc import DBAPIError

from bot.slack.client import NotSent, RateLimited, Refused, Revoked, SlackError, Uncertain

_CERTIFICATE = "ClientConnectorCertificateError"
MADE_BY_ANOTHER_VERSION = (
    "The database was made by another version of Duet, a newer one or a pre-release: nothing was changed. "
    "Run that version, or restore a copy with `duet db restore`."
)


def describe_slack_error(error: SlackError, *, where: str, what: str) -> str:
    """`where`: the address that was asked; `what`: the token that did the asking."""
    match error:
        case NotSent() if error.code == _CERTIFICATE:
            return (
                f"{where} shows a certificate that this machine does not trust: behind a proxy that opens TLS, "
                "name its certificate in SSL_CERT_FILE."
            )
        case NotSent() | Uncertain():
            return (
                f"Slack cannot be reached at {where} ({error.code}): is there a network? "
                "If it takes a proxy, set HTTPS_PROXY."
            )
        case RateLimited():
            return f"Slack asks to wait {error.retry_after_seconds:.0f} seconds: try again then."
        case Revoked():
            return f"{what} does not work ({error.code}): copy it anew from api.slack.com/apps into .env."
        case Refused():
            return f"Slack refuses {what}: {error.code}. `duet check` says more."
    return f"Slack answers {error.code}."


def describe_database_error(error: DBAPIError) -> str:
    """As the driver puts it, which names no password."""
    lines = [line.strip() for line in str(error.orig).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
