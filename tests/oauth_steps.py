"""Installing Duet as somebody does in a browser: from Duet's page to Slack's and back."""

import http.client
import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import urljoin, urlsplit

from tests.running import Office

TIMEOUT_SECONDS = 60


@dataclass(frozen=True)
class Page:
    status: int
    text: str
    leads_to: str  # where it redirects to
    cookie: str


@dataclass
class Browser:
    """Keeps the cookie that Duet has given it."""

    cookie: str = ""
    language: str = "pl-PL,pl;q=0.9,en;q=0.8"

    def opens(self, url: str) -> Page:
        address = urlsplit(url)
        connection = http.client.HTTPConnection(address.netloc, timeout=TIMEOUT_SECONDS)
        headers = {"Accept-Language": self.language} | ({"Cookie": self.cookie} if self.cookie else {})
        try:
            connection.request("GET", f"{address.path}?{address.query}", headers=headers)
            response = connection.getresponse()
            cookie = (response.getheader("Set-Cookie") or "").partition(";")[0]
            return Page(response.status, response.read().decode(), response.getheader("Location") or "", cookie)
        finally:
            connection.close()

    def begins(self, duet: Office) -> str:
        """The address of Slack's page to which Duet leads."""
        page = self.opens(f"{duet.bot.url}/slack/install")
        assert page.status == 302, page
        self.cookie = page.cookie
        return page.leads_to

    def allows(self, duet: Office, at_slack: str, *, team: str, user: str) -> str:
        """The address of Duet's page to which Slack leads back."""
        duet.playground.oauth.redirect_url = f"{duet.bot.url}/slack/oauth_redirect"
        links = map(unescape, re.findall('href="([^"]+)"', self.opens(at_slack).text))
        (link,) = (each for each in links if f"team={team}&user={user}" in each)
        page = self.opens(urljoin(at_slack, link))
        assert page.status == 302, page
        return page.leads_to


def install_duet(duet: Office, *, team: str = "T0PIKUS", user: str = "U0ROMAN") -> Page:
    browser = Browser()
    return browser.opens(browser.allows(duet, browser.begins(duet), team=team, user=user))
