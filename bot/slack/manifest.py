"""The app's manifest: the file at the top of a checkout, linked into `bot`, so that it travels with it."""

from pathlib import Path
from typing import Any, Final

import yaml

MANIFEST: Final = Path(__file__).parents[1] / "manifest.yml"


def read_manifest() -> dict[str, Any]:
    """As Slack takes it."""
    manifest: dict[str, Any] = yaml.safe_load(MANIFEST.read_text("utf-8"))
    return manifest
