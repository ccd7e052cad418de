"""What a feature's own tests declare for those tests that try every feature."""

import re
from importlib import import_module
from typing import Any

from tests.running import ROOT


def gather_declared(name: str) -> dict[str, Any]:
    """The tables of that name in the files of `tests/scenarios`, as one. Raises: ValueError for a key in two."""
    found: dict[str, Any] = {}
    for path in sorted((ROOT / "tests" / "scenarios").glob("test_*.py")):
        if not re.search(rf"^{name}\b", path.read_text("utf-8"), re.MULTILINE):
            continue
        table = getattr(import_module(f"tests.scenarios.{path.stem}"), name)
        if twice := found.keys() & table.keys():
            raise ValueError(f"declared twice: {sorted(twice)}")
        found |= table
    return found
