"""One contender on one market, in a process of its own: time to ready, times, memory, answers.

`market.py` starts it: `python -m benchmarks.measured NAME FOLDER STARTED`, one thread. It prints
JSON. STARTED is the monotonic clock when the process was begun, so imports and maps count.
"""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path

import msgspec
import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.bandwidth import Touched
from benchmarks.contenders import CONTENDERS, Ours
from benchmarks.world import load
from models.rows import JobRows, PeopleRows

LIMIT = 10
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
    name, folder, started = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])
    with threadpool_limits(1):
        print(msgspec.json.encode(measured(name, folder, started)).decode())


def measured(name: str, folder: Path, started: float) -> Measured:
    """What the first people of the market are answered, and how long that takes."""
    imports = memory().resident
    contender = CONTENDERS[name](load(JobRows, folder / "jobs"))
    everybody = load(PeopleRows, folder / "people")
    people = [everybody.take([i]) for i in range(min(contender.asked, len(everybody)))]
    contender.best(people[0], LIMIT)
    ready = time.monotonic() - started
    worked, waited, rows, scores = [], [], [], []
    for person in people:
        clock, core = time.perf_counter(), time.process_time()
        found, reached = contender.best(person, LIMIT)
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
        Touched.by(contender.index, people, half) if type(contender) is Ours else None,
    )


def memory() -> Memory:
    """Of this process, as Linux counts it."""
    text = Path("/proc/self/status").read_text("ascii")
    found = {key: int(kb) * 1.024e-3 for key, kb in re.findall(r"(\w+):\s+(\d+) kB", text)}
    return Memory(found["VmHWM"], found["VmRSS"], found["RssAnon"], found["RssFile"])


if __name__ == "__main__":
    main()
