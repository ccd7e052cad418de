"""`duet tokens`: how those of workspaces that have installed Duet themselves are sealed."""

import typer

from bot.command_line.terminal import (
    fail_with,
    failing_in_a_sentence,
    load_settings,
    open_configured_database,
    print_text,
)

tokens = typer.Typer(help="Tokens of workspaces that have installed Duet themselves.", no_args_is_help=True)


@tokens.command("new-key")
def print_new_key() -> None:
    """Print a key for DUET_TOKEN_KEYS: put it before those that stand there, with a comma between."""
    from cryptography.fernet import Fernet

    print_text(Fernet.generate_key().decode("ascii"))


@tokens.command("rotate-keys")
def seal_tokens_anew() -> None:
    """Seal all tokens with the first of DUET_TOKEN_KEYS, while Duet may be running; then the others can go."""
    from bot.app import open_vault
    from bot.slack.installations import reseal_tokens

    with failing_in_a_sentence():
        settings = load_settings()
        if not settings.keys():
            fail_with("DUET_TOKEN_KEYS is needed: put it into .env (see README.md).")
        vault = open_vault(settings)
        with open_configured_database(settings) as database:
            done, unreadable = reseal_tokens(database, vault)
        print_text(f"The tokens of {done} workspaces are sealed with the first key.")
        if unreadable:
            fail_with(
                f"No key opens those of {', '.join(unreadable)}: add the old one, or install Duet there again."
            )
