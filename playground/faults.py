"""Trouble on demand: what networks and Slack do on bad days, drawn from a seed."""

import random
from collections.abc import Iterable
from dataclasses import dataclass

RESPONSE_URL = "response_url"  # no method: only a rule that names it means it
KINDS = frozenset({"ratelimited", "timeout", "reset", "late_commit", "error", "http_500"})


@dataclass(frozen=True)
class Fault:
    """One rule. `commit` says whether the call takes effect although its answer is lost."""

    kind: str
    methods: tuple[str, ...] = ("*",)
    probability: float = 1.0
    times: int | None = None  # how often at most; None: until cleared
    commit: bool = False  # timeout, reset
    code: str = ""  # error
    retry_after: float = 1.0  # ratelimited, in seconds
    hold_seconds: float = 60.0  # timeout: the answer is withheld for so long, or until the client leaves
    delay_seconds: float = 0.0  # late_commit: from the reset to the effect; 0: right after it

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown fault {self.kind!r}: one of {', '.join(sorted(KINDS))}")
        if self.kind == "error" and not self.code:
            raise ValueError("an error fault needs its code")

    def matches(self, method: str) -> bool:
        return method in self.methods or ("*" in self.methods and method != RESPONSE_URL)


class Faults:
    """The rules in force; the first one that matches and is drawn applies."""

    def __init__(self) -> None:
        self._random = random.Random(0)
        self._rules: list[tuple[Fault, list[int | None]]] = []

    def add(self, fault: Fault) -> None:
        self._rules.append((fault, [fault.times]))

    def clear(self) -> None:
        self._rules.clear()

    @property
    def are_set(self) -> bool:
        return bool(self._rules)

    def draw(self, method: str) -> Fault | None:
        for fault, left in self._rules:
            if not fault.matches(method) or left[0] == 0:
                continue
            if fault.probability < 1 and self._random.random() >= fault.probability:
                continue
            if left[0] is not None:
                left[0] -= 1
            return fault
        return None


def make_fault(kind: str, methods: str | Iterable[str] = "*", **settings: object) -> Fault:
    """`fault("error:is_archived", "chat.postMessage", times=1)`: names as they are said, not as they are
    stored. Raises `ValueError` or `TypeError` for what is not a fault."""
    name, _, code = kind.partition(":")
    chosen = (methods,) if isinstance(methods, str) else tuple(methods)
    if code:
        settings["code"] = code
    return Fault(name, chosen, **settings)  # type: ignore[arg-type]
