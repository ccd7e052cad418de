"""The hooks of Slack's own CLI (`slack run`): the manifest as JSON, and the app. See `.slack/hooks.json`."""

import json
import sys

from slack_cli_hooks.protocol import build_protocol

from bot.slack.manifest import read_manifest


def main() -> None:
    """Slack's CLI adds `--protocol` and `--boundary` to what the hook file says."""
    hook, *rest = sys.argv[1:]
    if hook == "get-manifest":
        build_protocol(argv=rest).respond(json.dumps(read_manifest()))
    elif hook == "start":
        from bot.command_line.running import run_socket_mode

        run_socket_mode()
    else:
        sys.exit(f"unknown hook: {hook}")


if __name__ == "__main__":
    main()
