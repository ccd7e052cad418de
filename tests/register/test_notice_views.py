"""What people are told of an asset that changes hands (product §5)."""

from datetime import date

import pytest

from bot.register.notice_views import AssetNotice, asset_notice_line
from bot.register.rules import AssetKind
from bot.register.views import AssetView
from bot.ui.texts import Texts

UNTIL = date(2026, 12, 24)


@pytest.mark.parametrize(
    ("reader", "until", "before", "said"),
    [
        ("U0JAN", None, "U0EWA", "VIP: you own it from now on (before: <@U0EWA>)."),
        ("U0EWA", None, "U0EWA", "VIP: the owner is now <@U0JAN> (before: you)."),
        ("U0OLA", None, "U0EWA", "VIP: the owner is now <@U0JAN> (before: <@U0EWA>)."),
        ("U0JAN", None, None, "VIP: you own it from now on."),
        ("U0OLA", None, None, "VIP: the owner is now <@U0JAN>."),
        (
            *("U0JAN", UNTIL, "U0EWA"),
            "VIP: both executives have decided that you own it until 24 December 2026, and <@U0EWA> after that.",
        ),
        (
            *("U0EWA", UNTIL, "U0EWA"),
            "VIP: both executives have decided that <@U0JAN> owns it until 24 December 2026, and you after that.",
        ),
    ],
)
def test_nobody_reads_of_themselves_by_name(reader: str, until: date | None, before: str | None, said: str) -> None:
    kind = AssetKind.CUSTOMERS
    asset = AssetView(1, kind, "VIP", "U0JAN", None, "", until, None, returns_to="U0EWA" if until else None)
    line = asset_notice_line(
        Texts.of("en"), AssetNotice(what="handed_over", asset=asset, before=before, reader=reader)
    )
    assert line.text.replace("\u00a0", " ") == said
