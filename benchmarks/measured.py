"""One contender on one market, in a process of its own: time to ready, times, memory, answers.

`market.py` starts it: `python -m benchmarks.measured NAME FOLDER STARTED jobs|people`, one thread.
It prints JSON. STARTED is the monotonic clock when the process was begun, so imports and maps
count. The side named last is ranked, the other asks.
"""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.bandwidth import Touched
from benchmarks.contenders import CONTENDERS, OF_PEOPLE, Ours
from benchmarks.world import load
from models.rows import JobRows, PeopleRows

LIMIT, LIMIT_OF_PEOPLE = 10, 20
COMPARED = 100
"""Answers to so many people at most are handed back, to be compared."""


class Memory(msgspec.Struct, frozen=True):
    """Megabytes (10^6): the most and the resident part, of which the own and what is of files."""

    peak: float
    resident: float
    own: float
    files: float


class Measured(msgspec.Struct, frozen=True):
    """Milliseconds of the core an answer (what else runs beside does not count), the same by the
    clock, and seconds by the clock from the start of the process to its first answer."""

    p50_ms: float
    p95_ms: float
    clock_p50_ms: float
    clock_p95_ms: float
    ready_s: float
    imports_mb: float
    memory: Memory
    rows: list[list[int]]
    scores: list[list[float]]
    touched: Touched | None = None


def main() -> None:
    """Print what was measured."""
    name, folder, started, side = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3]), sys.argv[4]
    with threadpool_limits(1):
        print(msgspec.json.encode(measured(name, folder, started, side)).decode())


def measured(name: str, folder: Path, started: float, side: str) -> Measured:
    """What the first askers of the market are answered, and how long that takes."""
    imports = memory().resident
    kind = (CONTENDERS if side == "jobs" else OF_PEOPLE)[name]
    limit = LIMIT if side == "jobs" else LIMIT_OF_PEOPLE
    rows_of: tuple[Any, Any] = (JobRows, PeopleRows) if side == "jobs" else (PeopleRows, JobRows)
    contender = (
        kind.mapped(folder) if hasattr(kind, "mapped") else kind(load(rows_of[0], folder / side))
    )
    everybody = load(rows_of[1], folder / ("people" if side == "jobs" else "jobs"))
    askers = [everybody.take([i]) for i in range(min(contender.asked, len(everybody)))]
    contender.best(askers[0], limit)
    ready = time.monotonic() - started
    worked, waited, rows, scores = [], [], [], []
    for asker in askers:
        clock, core = time.perf_counter(), time.process_time()
        found, reached = contender.best(asker, limit)
        worked.append(1000 * (time.process_time() - core))
        waited.append(1000 * (time.perf_counter() - clock))
        rows.append(found.tolist())
        scores.append(reached.tolist())
    half, most = np.percentile(worked, [50, 95]).tolist()
    return Measured(
        half,
        most,
        *np.percentile(waited, [50, 95]).tolist(),
        ready,
        imports,
        memory(),
        rows[:COMPARED],
        scores[:COMPARED],
        Touched.by(contender.index, askers, half) if type(contender) is Ours else None,
    )


def memory() -> Memory:
    """Of this process, as Linux counts it."""
    text = Path("/proc/self/status").read_text("ascii")
    found = {key: int(kb) * 1.024e-3 for key, kb in re.findall(r"(\w+):\s+(\d+) kB", text)}
    return Memory(found["VmHWM"], found["VmRSS"], found["RssAnon"], found["RssFile"])


if __name__ == "__main__":
    main()
