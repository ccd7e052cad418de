"""Tokens at rest: sealed with the first key, opened with any, so that keys can be changed one after the other."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class Unreadable(Exception):
    """It was sealed with a key that is not known here, for another workspace, or not by us."""


class TokenVault:
    """Seals what belongs to one workspace: moved into the row of another one, it cannot be opened."""

    def __init__(self, keys: Sequence[str]) -> None:
        """`keys`: of Fernet, the newest first. Raises: ValueError."""
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def seal(self, team_id: str, token: str) -> str:
        return self._fernet.encrypt(f"{team_id} {token}".encode()).decode("ascii")

    def open(self, team_id: str, sealed: str) -> str:
        """Raises: Unreadable."""
        owner, _, token = self._decrypt(sealed).partition(" ")
        if owner != team_id:
            raise Unreadable
        return token

    def reseal(self, team_id: str, sealed: str) -> str:
        """The same under the newest key. Raises: Unreadable."""
        return self.seal(team_id, self.open(team_id, sealed))

    def _decrypt(self, sealed: str) -> str:
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            raise Unreadable from None
