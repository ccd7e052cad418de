"""The app's manifest. The file at the top of a checkout is linked into this package, so that it travels with it."""

from pathlib import Path
from typing import Any, Final

import yaml

MANIFEST: Final = Path(__file__).with_name("manifest.yml")


def read_manifest() -> dict[str, Any]:
    """As Slack takes it."""
    manifest: dict[str, Any] = yaml.safe_load(MANIFEST.read_text("utf-8"))
    return manifest
