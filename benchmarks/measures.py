"""What is measured, beside what: ratios of things that ran in turn, as a busy machine slows both."""

import os
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Measure:
    """A line of the table. `ratio` is Duet's to the yardstick's, the median of the turns."""

    name: str
    duet: str
    yardstick: str
    ratio: float
    lowest: float
    highest: float
    target: str
    is_met: bool
    load: float  # of the machine when it ended

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def compare(
    name: str,
    turns: Sequence[tuple[float, float]],
    *,
    duet: str,
    yardstick: str,
    at_most: float | None = None,
    at_least: float | None = None,
) -> Measure:
    """`turns`: Duet's figure and the yardstick's, of each turn; one of `at_most` and `at_least` is the target."""
    ratios = sorted(own / other for own, other in turns)
    ratio = statistics.median(ratios)
    is_met = ratio <= at_most if at_most is not None else at_least is None or ratio >= at_least
    target = f"≤ {at_most}" if at_most is not None else f"≥ {at_least}"
    return Measure(
        name, duet, yardstick, ratio, ratios[0], ratios[-1], target, is_met, round(os.getloadavg()[0], 1)
    )


def processor_seconds(pid: int) -> float:
    """What a process has used so far, of its own and of the kernel's time."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND


def resident_mebibytes(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def render_table(measures: Sequence[Measure]) -> str:
    rows = [("measure", "Duet", "yardstick", "ratio (lowest–highest)", "target", "met", "load")]
    for each in measures:
        ratio = f"{each.ratio:.2f} ({each.lowest:.2f}–{each.highest:.2f})"
        met = "yes" if each.is_met else "no"
        rows.append((each.name, each.duet, each.yardstick, ratio, each.target, met, f"{each.load}"))
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
