"""Installing the app over OAuth: the page on which somebody allows it, and the tokens that the app gets."""

import base64
import secrets
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from aiohttp import web

from playground.core import Core
from playground.errors import ApiError
from playground.world import Json, Team, make_bot_token

CODE_SECONDS = 600
TOKEN_SECONDS = 43_200  # of tokens that are rotated


@dataclass(frozen=True)
class _Code:
    team: Team
    user_id: str
    redirect_uri: str | None
    expires_at: float


class OAuth:
    """`redirect_url`: where the app takes people back to, as its settings have it."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._codes: dict[str, _Code] = {}
        self.redirect_url: str | None = None

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/oauth/v2/authorize", self._show)
        app.router.add_get("/oauth/v2/allow", self._allow)

    async def _show(self, request: web.Request) -> web.Response:
        """Who may install apps in which workspace: one link each; and one for whoever changes their mind."""
        asked = dict(request.query)
        if asked.get("client_id") != self._core.world.app.client_id:
            return web.Response(status=400, text="invalid_client_id")
        if unknown := {*asked.get("scope", "").split(",")} - self._core.world.app.scopes:
            return web.Response(status=400, text=f"invalid_scope: {','.join(sorted(unknown))}")
        links = [
            (f"{person.real_name}: allow in {team.name}", {"team": team.id, "user": person.id})
            for team in self._core.world.teams.values()
            for person in team.people.values()
            if not (person.is_bot or person.is_guest)
        ]
        items = "".join(
            f'<li><a href="/oauth/v2/allow?{escape(urlencode(asked | choice))}">{escape(label)}</a></li>'
            for label, choice in [*links, ("Cancel", {"cancel": "1"})]
        )
        return web.Response(text=f"<!doctype html><title>Install</title><ul>{items}</ul>", content_type="text/html")

    async def _allow(self, request: web.Request) -> web.Response:
        asked = request.query
        back = asked.get("redirect_uri") or self.redirect_url
        if back is None:
            return web.Response(status=400, text="bad_redirect_uri")
        answer = {"state": asked.get("state", "")}
        if asked.get("cancel"):
            answer["error"] = "access_denied"
        else:
            code = secrets.token_urlsafe(16)
            team = self._core.world.teams[asked["team"]]
            expires_at = self._core.world.clock.now() + CODE_SECONDS
            self._codes[code] = _Code(team, asked["user"], asked.get("redirect_uri"), expires_at)
            answer["code"] = code
        raise web.HTTPFound(f"{back}?{urlencode(answer)}")

    def exchange(self, args: Json, authorization: str) -> Json:
        """The answer of `oauth.v2.access`: tokens for a code or, if they are rotated, for a refresh token.

        Raises: `ApiError`.
        """
        self._check_client(args, authorization)
        if args.get("grant_type") == "refresh_token":
            return self._refresh(str(args.get("refresh_token", "")))
        code = self._codes.pop(str(args.get("code", "")), None)
        if code is None:
            raise ApiError("invalid_code")
        if code.expires_at < self._core.world.clock.now():
            raise ApiError("code_expired")
        if (args.get("redirect_uri") or None) != code.redirect_uri:
            raise ApiError("bad_redirect_uri")
        return self._grant(code.team, {"id": code.user_id})

    def _check_client(self, args: Json, authorization: str) -> None:
        """As HTTP Basic or among the arguments. Raises: `ApiError`."""
        app = self._core.world.app
        given = (args.get("client_id", ""), args.get("client_secret", ""))
        if authorization.startswith("Basic "):
            name, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
            given = (name, secret)
        if given[0] != app.client_id:
            raise ApiError("invalid_client_id")
        if given[1] != app.client_secret:
            raise ApiError("bad_client_secret")

    def _refresh(self, refresh_token: str) -> Json:
        """The refresh token is used up; the token that there was works until it expires."""
        team = next((each for each in self._core.world.teams.values() if each.refresh_token == refresh_token), None)
        if team is None or not refresh_token or not team.installed or team.tokens_revoked:
            raise ApiError("invalid_refresh_token")
        return self._grant(team, {})

    def _grant(self, team: Team, user: Json) -> Json:
        world = self._core.world
        if team.expires_at is not None and team.installed and not team.tokens_revoked:
            team.older_tokens[team.bot_token] = team.expires_at
        team.installed, team.tokens_revoked = True, False
        team.bot_token = make_bot_token(team.id)
        answer = {
            "access_token": team.bot_token,
            "token_type": "bot",
            "scope": ",".join(sorted(team.scopes)),
            "bot_user_id": team.bot_user.id,
            "app_id": "A0PLAYGROUND",
            "team": {"id": team.id, "name": team.name},
            "enterprise": None if team.enterprise_id is None else {"id": team.enterprise_id, "name": ""},
            "authed_user": user,
            "is_enterprise_install": False,
        }
        if not world.app.rotates_tokens:
            return answer
        team.expires_at = world.clock.now() + TOKEN_SECONDS
        team.refresh_token = f"xoxe-1-{secrets.token_hex(16)}"
        return answer | {"refresh_token": team.refresh_token, "expires_in": TOKEN_SECONDS}
