"""What Duet counts of itself, for Prometheus: numbers and names of Duet's own, nothing of anybody's.

Since the start of the process, as its monitor serves them (`bot/scheduling/monitor.py`). What is confidential is
not counted at all: a counter that is read often says when somebody answered (product §11.2).
"""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram

REGISTRY: Final = CollectorRegistry()
REQUEST_SECONDS: Final = Histogram(
    "duet_request_seconds",
    "From a request's receipt to its answer; Slack waits 3 s.",
    ["kind", "name", "outcome"],  # command | button | form | shortcut; of the route; done | read | refused | failed
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0),
    registry=REGISTRY,
)
DELIVERIES: Final = Counter(
    "duet_deliveries",
    "Ends of sends: delivered, waiting (Slack's trouble), uncertain (looked for next), parked, dropped.",
    ["outcome"],
    registry=REGISTRY,
)
