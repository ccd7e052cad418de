"""What is wanted of an asset, read from a form or a command."""

from dataclasses import dataclass

from bot.parsing.folding import fold_text, has_visible_text
from bot.register.rules import DESCRIPTION, MAX_DESCRIPTION, MAX_NAME, NAME, OWNER, AssetKind
from bot.runtime.errors import Refusal
from bot.ui.texts import clean_text


@dataclass(frozen=True)
class WantedAsset:
    """An asset as somebody described it."""

    kind: AssetKind
    name: str
    owner: str
    stand_in: str | None = None
    description: str = ""


def read_wanted_asset(
    kind: AssetKind,
    name: str | None,
    owner: str | None,
    *,
    stand_in: str | None = None,
    description: str | None = None,
) -> WantedAsset:
    """Raises: Refusal."""
    read, about = read_asset_name(name), read_asset_description(description)
    if not owner:
        raise Refusal("error.field.empty", field=OWNER)
    return WantedAsset(kind, read, owner, stand_in or None, about)


def read_asset_name(name: str | None) -> str:
    read = " ".join(clean_text(name or "").split())
    if not has_visible_text(fold_text(read)):
        raise Refusal("error.field.empty", field=NAME)
    if len(read) > MAX_NAME:
        raise Refusal("error.field.too_long", field=NAME, limit=MAX_NAME)
    return read


def read_asset_description(description: str | None) -> str:
    about = clean_text(description or "").strip()
    if len(about) > MAX_DESCRIPTION:
        raise Refusal("error.field.too_long", field=DESCRIPTION, limit=MAX_DESCRIPTION)
    return about
