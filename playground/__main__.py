"""`python -m playground`: a workspace in a process of its own.

Prints one line of JSON when it is ready: `url`, `api_url`, `app_token`, `signing_secret`, `bot_tokens` by
team id; or `problem`, if it cannot listen. SIGTERM and SIGINT end it.
"""

import argparse
import asyncio
import errno
import json
import signal
import sys
from pathlib import Path
from typing import Any

from playground.manifest import load_manifest
from playground.server import Playground


def main() -> None:
    asyncio.run(_serve_workspace(**vars(_parse_arguments())))


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m playground", description="A Slack workspace, local.")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--manifest", type=Path, default=Path("manifest.yml"))
    parser.add_argument("--schemas", type=Path, help="folder of Slack's JSON schemas, a second opinion")
    parser.add_argument("--clock-file", type=Path, help="where the clock's offset is told, in seconds")
    parser.add_argument("--pace-seconds", type=float, default=1.0, help="between messages of a channel")
    parser.add_argument("--rate-scale", type=float, default=1.0, help="multiplies the other rate limits")
    parser.add_argument("--request-url", help="where the app takes payloads by HTTP; else it uses Socket Mode")
    return parser.parse_args()


async def _serve_workspace(manifest: Path, **settings: Any) -> None:
    """`settings` are `Core`'s."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    playground = Playground(load_manifest(manifest), **settings)
    try:
        await playground.start()
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        _print_json({"problem": f"Port {playground.port} is taken; choose another with --port."})
        return
    try:
        _print_json({**playground.addresses, "bot_tokens": playground.bot_tokens})
        await stop.wait()
    finally:
        await playground.stop()


def _print_json(thing: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(thing) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
