"""News that is the same in several projects is one item of a message (product §2.8). Pure."""

from collections.abc import Mapping
from typing import Any

Facts = Mapping[str, Any]


def join_projects(earlier: Facts, newer: Facts) -> Facts:
    """The facts of a notice that tells of the projects of both."""
    projects = [*projects_in(earlier), *projects_in(newer)]
    return {**newer, "projects": [each for at, each in enumerate(projects) if each not in projects[:at]]}


def projects_in(facts: Facts) -> list[tuple[str, str]]:
    """Key and name of each that a notice tells of; without a name for who may know the key only."""
    return facts.get("projects") or [(facts["key"], facts.get("name", ""))]
