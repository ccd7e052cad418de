"""One table: what Duet costs, each line beside a yardstick that ran in turn with it (`make benchmarks`).

    .venv/bin/python -m benchmarks [--json] [--projects 200] [--rounds 200] [commands|sending|rounds|…]

docs/performance.md says what limits each line.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks.at_once import measure_channels, measure_rounds_behind
from benchmarks.company import MEMBERS, add_colleagues, copy_project, start_project
from benchmarks.http import measure_commands
from benchmarks.measures import Measure, render_table
from benchmarks.side_by_side import measure_side_by_side
from benchmarks.start import measure_start
from benchmarks.work import measure_rounds, measure_sending, measure_ticks
from bot.database import open_database
from storage import schema


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument(
        "only", nargs="*", help="commands, sending, rounds, behind, channels, ticks, processes, start: some"
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--projects", type=int, default=200, help="of the person who types")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--behind", type=int, default=1000, help="rounds that open while commands are typed")
    parser.add_argument("--timers", type=int, default=1_000_000)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each turn")
    chosen = parser.parse_args()

    def commands(folder: Path) -> Iterable[Measure]:
        url = _build_company(folder, chosen.projects)
        return measure_commands(url, folder, turns=chosen.turns, seconds=chosen.seconds)

    parts: dict[str, Callable[[Path], Iterable[Measure]]] = {
        "commands": commands,
        "sending": measure_sending,
        "rounds": lambda folder: measure_rounds(folder, rounds=chosen.rounds),
        "behind": lambda folder: measure_rounds_behind(folder, rounds=chosen.behind),
        "channels": measure_channels,
        "ticks": lambda folder: measure_ticks(folder, many=chosen.timers),
        "processes": lambda folder: measure_side_by_side(folder, turns=chosen.turns),
        "start": lambda folder: measure_start(folder, turns=chosen.turns),
    }
    measures: list[Measure] = []
    for name, part in parts.items():
        if name in (chosen.only or parts):
            sys.stderr.write(f"{name} …\n")
            with tempfile.TemporaryDirectory() as folder:
                measures += part(Path(folder))
    shown = json.dumps([each.as_json() for each in measures]) if chosen.json else render_table(measures)
    sys.stdout.write(f"{shown}\n")


def _build_company(folder: Path, projects: int) -> str:
    """All led by the same people: one made by the services, the others as copies of it."""
    url = f"sqlite:///{folder / 'company.db'}"
    database = open_database(url, budget_seconds=10)
    schema.upgrade_schema(database)
    add_colleagues(database)
    source = start_project(database, 1, members=[f"U0MEMBER{n:02}" for n in range(min(2, MEMBERS))])
    for number in range(2, projects + 1):
        copy_project(database, source, number)
    database.close()
    return url


if __name__ == "__main__":
    main()
