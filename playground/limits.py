"""Rate limits, as the network of a bot meets them; in a week that the clock is moved on, they pass."""

import math
import time
from collections import defaultdict, deque
from collections.abc import Callable

from playground.errors import ApiError

WINDOW_SECONDS = 60.0


class RateLimitExceeded(ApiError):
    """Becomes HTTP 429 with `Retry-After`; a fraction only where the pace itself is below a second."""

    def __init__(self, retry_after: float) -> None:
        super().__init__("ratelimited")
        self.retry_after = f"{retry_after:.3f}" if retry_after % 1 else f"{retry_after:.0f}"


class Limits:
    """Calls per minute by method and team, and the pace of messages by channel.

    `scale` multiplies the tiers (tests call faster than bots do). No burst is tolerated in a channel.
    """

    def __init__(
        self,
        *,
        pace_seconds: float,
        scale: float,
        history_per_minute: int | None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`now`: seconds that never go backwards."""
        self._now = now
        self.pace_seconds = pace_seconds
        self.history_per_minute = history_per_minute
        self._scale = scale
        self._calls: dict[tuple[str, str], deque[float]] = defaultdict(deque)
        self._next_post: dict[str, float] = {}

    def take(self, method: str, team_id: str, per_minute: int) -> None:
        """Raises `RateLimitExceeded`. A refused call does not count."""
        allowed = per_minute * self._scale
        if method in ("conversations.history", "conversations.replies") and self.history_per_minute:
            allowed = self.history_per_minute
        now, calls = self._now(), self._calls[method, team_id]
        while calls and calls[0] <= now - WINDOW_SECONDS:
            calls.popleft()
        if len(calls) >= allowed:
            raise RateLimitExceeded(max(1, math.ceil(calls[0] + WINDOW_SECONDS - now)))
        calls.append(now)

    def pace(self, channel_id: str) -> None:
        """Raises `RateLimitExceeded` if the channel's last message is less than the pace ago."""
        now = self._now()
        wait = self._next_post.get(channel_id, now) - now
        if wait > 0:
            raise RateLimitExceeded(max(1, math.ceil(wait)) if self.pace_seconds >= 1 else max(wait, 0.001))
        self._next_post[channel_id] = now + self.pace_seconds
