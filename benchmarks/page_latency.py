"""How long a message takes from Duet's call to a person's eyes on the playground's page.

Yardstick, in the same run: asking for the conversation five times a second, as a page without live updates would.

    .venv/bin/python -m benchmarks.page_latency
"""

import http.client
import json
import os
import statistics
import sys
import time
from urllib.parse import urlsplit

from playground.server import Playground
from tests.driving import Driver
from tests.page.browser import Window, open_chromium
from tests.playground_thread import PlaygroundThread
from tests.running import MANIFEST

MESSAGES = int(os.environ.get("BENCHMARK_MESSAGES", "100"))
POLL_SECONDS = 0.2
WATCH = """
() => {
  window.seen = {};
  new MutationObserver(() => {
    const found = document.querySelector('main').innerText.match(/message \\d+ of the benchmark/g) ?? [];
    for (const text of found) window.seen[text] ??= Date.now();
  }).observe(document.querySelector('main'), { childList: true, subtree: true, characterData: true });
}
"""


def main() -> None:
    with PlaygroundThread(MANIFEST, pace_seconds=0, rate_scale=1000) as playground, open_chromium() as browser:
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        _post_message(playground, "Hello")  # there is a conversation to look at
        window = Window(context, f"{playground.url}/").opens().is_somebody("Anna Żuraw")
        window.goes_to("Duet")
        window.page.evaluate(WATCH)
        live = _measure_live(playground, window)
    with PlaygroundThread(MANIFEST, pace_seconds=0, rate_scale=1000) as playground:
        polled = _measure_polled(playground)
    for name, seconds in (("live page, until it is drawn", live), ("polling every 200 ms, undrawn", polled)):
        ordered = sorted(seconds)
        p50, p99 = statistics.median(ordered), ordered[int(0.99 * (len(ordered) - 1))]
        sys.stdout.write(f"{name:32} p50 {p50 * 1000:6.0f} ms   p99 {p99 * 1000:6.0f} ms\n")


def _measure_live(playground: Playground, window: Window) -> list[float]:
    taken = []
    for number in range(MESSAGES):
        began, text = time.time(), _message_text(number)
        _post_message(playground, text)
        window.sees(text)
        taken.append(window.page.evaluate(f"window.seen['{text}']") / 1000 - began)
    return taken


def _measure_polled(playground: Playground) -> list[float]:
    anna, taken = Driver(playground.url).person("anna"), []
    anna.conversation("@duet")
    next_poll = time.time()
    for number in range(MESSAGES // 4):
        began, text = time.time(), _message_text(number)
        _post_message(playground, text)
        while True:
            next_poll += POLL_SECONDS
            time.sleep(max(0.0, next_poll - time.time()))
            if any(text in each.text for each in anna.reads("@duet")):
                break
        taken.append(time.time() - began)
    return taken


def _message_text(number: int) -> str:
    return f"message {number} of the benchmark"


def _post_message(playground: Playground, text: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(playground.url).netloc)
    token = playground.bot_tokens["T0PIKUS"]
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    connection.request("POST", "/api/chat.postMessage", json.dumps({"channel": "U0ANNA", "text": text}), headers)
    assert json.loads(connection.getresponse().read())["ok"]
    connection.close()


if __name__ == "__main__":
    main()
